"""The restricted track: setting a case apart, who sees it, and how it leaves the track again."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.domain.calendar import local_date
from feedback.domain.letter_words import guidance
from feedback.domain.lifecycle import Action, RestrictedKind
from feedback.domain.standard_text import StandardKind
from feedback.models import Account
from feedback.queries.access_candidates import candidates
from feedback.services.errors import LONGEST, InvalidInput
from feedback.services.restricted_track import prolonging, restricted
from feedback.web.forms import options
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.fields import AgencyField, cleaned_text
from feedback.web.labels import RESTRICTED_KINDS
from feedback.web.rendering import localized

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))


class _Checkboxes(SelectMultipleField):
    """Several of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def accounts_by_email(session: Session, text: str, field: str) -> list[int]:
    """Give the accounts whose addresses stand in `text`, apart by blanks, commas or lines.

    Raises InvalidInput of `field` (``no_account``) when one of them is nobody's.
    """
    wanted = {word.lower() for word in text.replace(",", " ").replace(";", " ").split()}
    if not wanted:
        return []
    rows = session.execute(select(Account.id, Account.email).where(func.lower(Account.email).in_(wanted)))
    found = {email.lower(): number for number, email in rows}
    if wanted - found.keys():
        raise InvalidInput(field, "no_account")
    return list(found.values())


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
    named = TextAreaField(
        _l("Cán bộ bị nêu đích danh"), [Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Địa chỉ thư điện tử, mỗi người một dòng. Họ không bao giờ được xem vụ việc."),
    )  # fmt: skip
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
    error_fields = (("accused_agency_id", "accused"), ("account", "named"))

    def prepare(self, task: Task[SetApartForm]) -> None:
        task.form.accused.offer(task.agencies)
        task.form.access.choices = options(people_choices(task))

    def run(self, task: Task[SetApartForm]) -> str:
        form = task.form
        restricted.set_apart(
            task.session, task.actor, task.case, kind=RestrictedKind(form.kind.data),
            reason=form.reason.data or "", accused_agency_id=form.accused.agency_id,
            access_account_ids=form.access.data or (),
            named_account_ids=accounts_by_email(task.session, form.named.data or "", "named"), **task.timed,
        )  # fmt: skip
        return str(_("Đã tách riêng %(case)s.", case=task.case.reference))


class GuideForm(ActForm):
    """The letter."""

    letter = TextAreaField(
        _l("Thư hướng dẫn"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Thư mẫu theo loại vụ việc: sửa cho đúng vụ việc này. Người gửi đọc nguyên văn."),
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

    def prepare(self, task: Task[GuideForm]) -> None:
        if not task.sent and task.case.restricted_kind:
            task.form.letter.data = guidance(RestrictedKind(task.case.restricted_kind), task.case.locale)

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
