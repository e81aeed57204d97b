"""The restricted track: setting a case apart, who sees it, and how it leaves the track again."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import Action, RestrictedKind
from feedback.domain.standard_text import StandardKind
from feedback.models import Account, RestrictedAccess
from feedback.queries.access_candidates import candidates
from feedback.services.errors import LONGEST, InvalidInput
from feedback.services.restricted_track import access, prolonging, restricted
from feedback.web.forms import options
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.fields import AgencyField, cleaned_line, cleaned_text
from feedback.web.labels import RESTRICTED_KINDS
from feedback.web.rendering import localized

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))


class _Checkboxes(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def people_choices(task: Task[ActForm]) -> list[tuple[int, str]]:
    """Give who may be let see a restricted case."""
    return [
        (one.account_id, f"{one.name} · {localized(one, 'title')} · {localized(one.agency)}")
        for one in candidates(task.session, local_date(task.now))
    ]


class SetApartForm(ActForm):
    """What it is, why, against whom, and who sees it."""

    kind = RadioField(
        _l("Vụ việc là"),
        choices=options((str(kind), label) for kind, label in RESTRICTED_KINDS.items()),
        validators=[InputRequired(_l("Hãy chọn một loại."))],
    )
    reason = TextAreaField(_l("Căn cứ, lý do"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])
    accused = AgencyField(
        _l("Cơ quan bị khiếu nại, tố cáo"),
        description=_l("Nếu có. Không ai giữ chức vụ ở cơ quan này được xem vụ việc."),
    )
    access = _Checkboxes(
        _l("Cho thêm người xem"), coerce=int,
        description=_l("Ngoài những người tỉnh đã giao xử lý. Chỉ chọn người thật sự cần."),
    )  # fmt: skip


@act
class SetApart(Act[SetApartForm]):
    """Set a case apart."""

    slug = "set-apart"
    actions = frozenset({Action.SET_APART})
    title = _l("Tách riêng, hạn chế tiếp cận")
    lead = _l(
        "Cơ quan đang xử lý thôi thấy vụ việc, thư chưa gửi bị hủy, nội dung công khai bị gỡ. "
        "Từ nay chỉ người trong danh sách được xem. Ông/bà cũng không còn thấy nếu không có trong danh sách."
    )
    button = _l("Tách riêng (khiếu nại, tố cáo, tội phạm)")
    icon = "lock"
    rank = 70
    danger = True
    form = SetApartForm
    error_fields = (("accused_agency_id", "accused"),)

    def prepare(self, task: Task[SetApartForm]) -> None:
        task.form.accused.offer(task.agencies)
        task.form.access.choices = options(people_choices(task))

    def run(self, task: Task[SetApartForm]) -> str:
        form = task.form
        restricted.set_apart(
            task.session, task.actor, task.case, kind=RestrictedKind(form.kind.data),
            reason=form.reason.data or "", accused_agency_id=form.accused.agency_id,
            access_account_ids=form.access.data or (), **task.timed,
        )  # fmt: skip
        return str(_("Đã tách riêng %(case)s.", case=task.case.reference))


class ForwardForm(ActForm):
    """To which body, and how."""

    agency = AgencyField(_l("Cơ quan có thẩm quyền"), description=_l("Nếu là cơ quan trong tỉnh."))
    to_body = StringField(
        _l("Hoặc cơ quan ngoài tỉnh"), [Length(max=restricted.LONGEST_BODY_NAME)], filters=[cleaned_line]
    )
    note = TextAreaField(
        _l("Ghi chép việc chuyển"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Số, ngày văn bản chuyển, cách chuyển an toàn. Hồ sơ không gửi qua hệ thống này."),
    )  # fmt: skip


@act
class Forward(Act[ForwardForm]):
    """Record that a restricted case was forwarded."""

    slug = "forward"
    actions = frozenset({Action.FORWARD})
    title = _l("Chuyển cơ quan có thẩm quyền")
    lead = _l("Người gửi được báo đã chuyển đến cơ quan nào. Vụ việc kết thúc tại đây.")
    button = _l("Chuyển cơ quan có thẩm quyền")
    icon = "send"
    rank = 12
    form = ForwardForm
    error_fields = (("to_agency_id", "agency"),)

    def prepare(self, task: Task[ForwardForm]) -> None:
        task.form.agency.offer(task.agencies)

    def run(self, task: Task[ForwardForm]) -> str:
        form = task.form
        restricted.forward(
            task.session, task.actor, task.case, to_agency_id=form.agency.agency_id,
            to_body=form.to_body.data or "", note=form.note.data or "", **task.timed,
        )  # fmt: skip
        return str(_("Đã ghi việc chuyển %(case)s.", case=task.case.reference))


class GuideForm(ActForm):
    """The letter."""

    letter = TextAreaField(
        _l("Thư hướng dẫn"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Người gửi đọc nguyên văn: nơi nhận đơn, giấy tờ, thời hạn."),
    )  # fmt: skip


@act
class Guide(Act[GuideForm]):
    """Answer with a letter of guidance."""

    slug = "guide"
    actions = frozenset({Action.GUIDE})
    title = _l("Hướng dẫn người gửi")
    lead = _l("Khi người gửi cần tự làm đơn đúng nơi, đúng cách. Thư được gửi ngay và vụ việc kết thúc.")
    button = _l("Hướng dẫn")
    icon = "signpost-2"
    rank = 14
    form = GuideForm
    standard = (StandardKind.GUIDANCE, "letter")

    def run(self, task: Task[GuideForm]) -> str:
        restricted.guide(
            task.session, task.actor, task.case, letter=task.form.letter.data or "", **task.timed
        )
        return str(_("Đã gửi hướng dẫn cho người gửi %(case)s.", case=task.case.reference))


class ReasonForm(ActForm):
    """Why."""

    reason = TextAreaField(_l("Lý do"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])


@act
class ReturnToTriage(Act[ReasonForm]):
    """Return a case to the public track."""

    slug = "return-to-triage"
    actions = frozenset({Action.RETURN_TO_TRIAGE})
    title = _l("Đưa trở lại điều phối")
    lead = _l("Khi không phải khiếu nại, tố cáo hay tội phạm. Danh sách được xem chấm dứt.")
    button = _l("Đưa trở lại điều phối")
    icon = "arrow-repeat"
    rank = 40
    form = ReasonForm

    def run(self, task: Task[ReasonForm]) -> str:
        restricted.return_to_triage(
            task.session, task.actor, task.case, reason=task.form.reason.data or "", **task.timed
        )
        return str(_("Đã đưa %(case)s trở lại điều phối.", case=task.case.reference))


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
    lead = _l("Người thuộc cơ quan bị nêu trong vụ việc không được xem. Việc cho xem được ghi vào nhật ký.")
    button = _l("Cho thêm người xem")
    icon = "key"
    rank = 50
    form = GrantForm

    def prepare(self, task: Task[GrantForm]) -> None:
        task.form.access.choices = options([("", "—"), *people_choices(task)])

    def run(self, task: Task[GrantForm]) -> str:
        form = task.form
        account_id = form.access.data
        if account_id is None and form.email.data:
            account_id = task.session.scalar(
                select(Account.id).where(func.lower(Account.email) == form.email.data.lower())
            )
            if account_id is None:
                raise InvalidInput("email", "unknown")
        if account_id is None:
            raise InvalidInput("access", "required")
        access.grant(
            task.session, task.actor, task.case, account_id=account_id, reason=form.reason.data or "",
            **task.common,
        )  # fmt: skip
        return str(_("Đã cho thêm một người xem %(case)s.", case=task.case.reference))


@act
class ProlongCheck(Act[ReasonForm]):
    """Let the check of a denunciation last as long as the law allows."""

    slug = "prolong-check"
    actions = frozenset({Action.PROLONG_CHECK})
    title = _l("Kéo dài thời hạn kiểm tra tố cáo")
    lead = _l("Một lần, đến mức dài nhất mà Luật Tố cáo cho phép, tính từ ngày bắt đầu kiểm tra.")
    button = _l("Kéo dài thời hạn kiểm tra")
    icon = "calendar-check"
    rank = 40
    form = ReasonForm

    def run(self, task: Task[ReasonForm]) -> str:
        prolonging.prolong_check(
            task.session, task.actor, task.case, reason=task.form.reason.data or "", **task.timed
        )
        return str(_("Đã kéo dài thời hạn kiểm tra của %(case)s.", case=task.case.reference))


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
