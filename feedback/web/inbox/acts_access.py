"""Who sees a restricted case: letting somebody in, taking them off, conflicts of interest, the accused."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import Action
from feedback.models import Account, RestrictedAccess
from feedback.queries.conflicts import in_conflict
from feedback.services.errors import LONGEST, InvalidInput
from feedback.services.restricted_track import access, conflicts
from feedback.web.forms import options
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.acts_restricted import accounts_by_email, people_choices
from feedback.web.inbox.fields import AgencyField, cleaned_line, cleaned_text

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))


class GrantForm(ActForm):
    """Whom, and why."""

    access = SelectField(_l("Người được xem thêm"), coerce=lambda text: int(text) if text else None)
    email = StringField(
        _l("Hoặc địa chỉ thư điện tử của cán bộ"), filters=[cleaned_line],
        description=_l("Khi người ấy không có trong danh sách trên."),
    )  # fmt: skip
    reason = TextAreaField(_l("Vì sao cần xem"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])


@act
class Grant(Act[GrantForm]):
    """Let one more person see a restricted case."""

    slug = "grant"
    actions = frozenset({Action.GRANT_ACCESS})
    title = _l("Cho thêm người xem")
    lead = _l(
        "Người bị nêu tên, người của cơ quan bị nêu và người đã khai xung đột lợi ích không được xem. "
        "Việc cho xem được ghi vào nhật ký."
    )
    button = _l("Cho thêm người xem")
    icon = "key"
    rank = 50
    form = GrantForm

    def prepare(self, task: Task[GrantForm]) -> None:
        people = people_choices(task)
        numbers = [number for number, _name in people]
        left_out = in_conflict(task.session, task.case, numbers, local_date(task.now))
        task.form.access.choices = options(
            [("", "—"), *((number, name) for number, name in people if number not in left_out)]
        )

    def run(self, task: Task[GrantForm]) -> str:
        form = task.form
        account_id = form.access.data
        if account_id is None and form.email.data:
            account_id = next(iter(accounts_by_email(task.session, form.email.data, "email")))
        if account_id is None:
            raise InvalidInput("access", "required")
        try:
            access.grant(
                task.session, task.actor, task.case, account_id=account_id, reason=form.reason.data or "",
                **task.common,
            )  # fmt: skip
        except InvalidInput as problem:
            # What is wrong with the person stands where the person was named.
            typed = problem.field == "access" and form.access.data is None
            raise InvalidInput("email" if typed else problem.field, problem.code) from problem
        return str(_("Đã cho thêm một người xem %(case)s.", case=task.case.reference))


class EndAccessForm(ActForm):
    """Whose, and why."""

    access = RadioField(
        _l("Thôi cho ai xem"), coerce=int, validators=[InputRequired(_l("Hãy chọn một người."))]
    )
    reason = TextAreaField(_l("Lý do"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])


@act
class EndAccess(Act[EndAccessForm]):
    """Take somebody off the access list."""

    slug = "end-access"
    actions = frozenset({Action.GRANT_ACCESS})
    title = _l("Thôi cho xem")
    lead = _l("Phải còn ít nhất một người được xem.")
    button = _l("Thôi cho xem")
    icon = "person-lock"
    rank = 52
    form = EndAccessForm

    def prepare(self, task: Task[EndAccessForm]) -> None:
        rows = task.session.execute(
            select(Account.id, Account.name)
            .join(RestrictedAccess, RestrictedAccess.account_id == Account.id)
            .where(RestrictedAccess.case_id == task.case.id, RestrictedAccess.ended_at.is_(None))
            .order_by(RestrictedAccess.granted_at)
        )
        task.form.access.choices = options((number, name) for number, name in rows)

    def run(self, task: Task[EndAccessForm]) -> str:
        form = task.form
        access.end_access(
            task.session, task.actor, task.case, account_id=form.access.data, reason=form.reason.data or "",
            **task.common,
        )  # fmt: skip
        return str(_("Đã thôi cho một người xem %(case)s.", case=task.case.reference))


class ConflictForm(ActForm):
    """Whose conflict, and which."""

    who = RadioField(
        _l("Ai có xung đột lợi ích"),
        choices=options(
            [
                ("me", _l("Tôi: tôi thôi xem vụ việc này")),
                ("other", _l("Người khác, bị nêu tên trong vụ việc")),
            ]
        ),
        validators=[InputRequired(_l("Hãy chọn một mục."))],
    )
    email = StringField(
        _l("Địa chỉ thư điện tử của người ấy"), filters=[cleaned_line],
        description=_l("Chỉ ghi khi là người khác."),
    )  # fmt: skip
    reason = TextAreaField(
        _l("Xung đột thế nào"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Ví dụ: bị nêu tên, người thân của người bị nêu, có quyền lợi liên quan."),
    )  # fmt: skip


@act
class RecordConflict(Act[ConflictForm]):
    """Record a conflict of interest: one's own, or that of somebody whom the message names."""

    slug = "conflict"
    actions = frozenset({Action.RECORD_CONFLICT})
    title = _l("Ghi nhận xung đột lợi ích")
    lead = _l(
        "Người ấy thôi thấy vụ việc ngay: trong danh sách, số đếm, tìm kiếm, thư báo; và không được cho xem "
        "lại. Lời nhắc hạn đi lên người ở trên. Không rút lại được."
    )
    button = _l("Ghi nhận xung đột lợi ích")
    icon = "person-lock"
    rank = 54
    form = ConflictForm
    error_fields = (("account", "email"),)

    def run(self, task: Task[ConflictForm]) -> str:
        form = task.form
        account_id = task.actor.account_id
        if form.who.data == "other":
            named = accounts_by_email(task.session, form.email.data or "", "email")
            if len(named) != 1:
                raise InvalidInput("email", "required")
            (account_id,) = named
        conflicts.record_conflict(
            task.session, task.actor, task.case, account_id=account_id, reason=form.reason.data or "",
            **task.common,
        )  # fmt: skip
        return str(_("Đã ghi nhận xung đột lợi ích ở %(case)s.", case=task.case.reference))


class NameAccusedForm(ActForm):
    """Which agency, and by what."""

    accused = AgencyField(_l("Cơ quan bị khiếu nại, tố cáo"), [_NEEDED])
    reason = TextAreaField(_l("Căn cứ, lý do"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])


@act
class NameAccused(Act[NameAccusedForm]):
    """Name the agency that stands accused."""

    slug = "name-accused"
    actions = frozenset({Action.NAME_ACCUSED})
    title = _l("Ghi cơ quan bị nêu")
    lead = _l("Ai giữ chức vụ ở cơ quan này thôi thấy vụ việc ngay và không được cho xem.")
    button = _l("Ghi cơ quan bị nêu")
    icon = "building"
    rank = 56
    form = NameAccusedForm
    error_fields = (("agency_id", "accused"),)

    def prepare(self, task: Task[NameAccusedForm]) -> None:
        task.form.accused.offer(task.agencies)
        if not task.sent:
            task.form.accused.choose(task.case.accused_agency_id)

    def run(self, task: Task[NameAccusedForm]) -> str:
        form = task.form
        conflicts.name_accused(
            task.session, task.actor, task.case, agency_id=form.accused.agency_id or 0,
            reason=form.reason.data or "", **task.common,
        )  # fmt: skip
        return str(_("Đã ghi cơ quan bị nêu ở %(case)s.", case=task.case.reference))
