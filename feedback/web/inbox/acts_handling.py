"""The agency's acts: taking a case on, giving it to somebody, sending it back, passing it on."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import CAPS, Action
from feedback.domain.positions import PositionKind
from feedback.queries.lists.head import Load, handlers_of, load_of, units_of
from feedback.services.casework import handling, triage
from feedback.services.errors import LONGEST
from feedback.web.forms import options
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.fields import AgencyField, cleaned_text
from feedback.web.labels import POSITION_KINDS
from feedback.web.rendering import localized

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))


def whole_or_none(text: str | None) -> int | None:
    """Read a chosen number; an empty choice is None."""
    return int(text) if text else None


@act
class Accept(Act[ActForm]):
    """Take a case on."""

    slug = "accept"
    actions = frozenset({Action.ACCEPT})
    title = _l("Nhận xử lý")
    lead = _l("Cơ quan nhận trách nhiệm trả lời. Nếu chưa có người xử lý, vụ việc được giao cho ông/bà.")
    button = _l("Nhận xử lý")
    icon = "person-check"
    rank = 10
    key = "a"
    at_once = True

    def run(self, task: Task[ActForm]) -> str:
        handling.accept(task.session, task.actor, task.case, **task.timed)
        return str(_("Đã nhận xử lý %(case)s.", case=task.case.reference))


class SendBackForm(ActForm):
    """Why it is not ours, and whose it is."""

    reason = TextAreaField(
        _l("Vì sao không thuộc cơ quan"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Nêu căn cứ: chức năng, địa bàn, phân cấp. Điều phối viên sẽ đọc."),
    )  # fmt: skip
    agency = AgencyField(_l("Đề xuất giao cho"), description=_l("Không bắt buộc. Gõ tên, mã hoặc lĩnh vực."))


@act
class SendBack(Act[SendBackForm]):
    """Send a case back to the coordinator."""

    slug = "send-back"
    actions = frozenset({Action.SEND_BACK})
    title = _l("Trả lại điều phối")
    button = _l("Trả lại điều phối")
    icon = "reply"
    rank = 42
    key = "b"
    form = SendBackForm
    error_fields = (("proposed_agency_id", "agency"),)

    @property
    def lead(self) -> str:  # type: ignore[override]
        return str(
            _(
                "Vụ việc trở về bộ phận điều phối; hạn trả lời người gửi không đổi. Sau lần trả thứ %(n)s, "
                "điều phối quyết định cuối cùng.",
                n=CAPS.send_backs,
            )
        )

    def prepare(self, task: Task[SendBackForm]) -> None:
        task.form.agency.offer(task.agencies)

    def run(self, task: Task[SendBackForm]) -> str:
        form = task.form
        handling.send_back(
            task.session, task.actor, task.case, reason=form.reason.data or "",
            proposed_agency_id=form.agency.agency_id, **task.timed,
        )  # fmt: skip
        return str(_("Đã trả %(case)s về bộ phận điều phối.", case=task.case.reference))


class AssignForm(ActForm):
    """Who is to work on it."""

    officer_id = SelectField(_l("Người xử lý"), coerce=whole_or_none)
    unit_id = SelectField(
        _l("Phòng"), coerce=whole_or_none,
        description=_l("Để trống: theo phòng của người xử lý. Chỉ chọn phòng: trưởng phòng sẽ giao tiếp."),
    )  # fmt: skip


def officer_choices(task: Task[AssignForm]) -> list[tuple[int | str, str]]:
    """Give the people of the agency that has the case, each with how much they have already."""
    agency_id = task.facts.lead_agency_id
    if agency_id is None:
        return [("", "—")]
    today = local_date(task.now)
    soon = task.book.calendar.add_working_days(today, 3)
    loads = {load.account_id: load for load in load_of(task.session, [agency_id], today, soon)}
    people = handlers_of(task.session, agency_id, today)
    return [
        ("", str(_("Chưa giao riêng ai"))),
        *((one.account_id, person_label(one.name, one.kind, loads.get(one.account_id))) for one in people),
    ]


def person_label(name: str, kind: PositionKind, load: Load | None) -> str:
    """Name a member of staff with position and load, for a list to choose from."""
    busy = _("đang có %(n)s", n=load.open) if load else _("chưa có việc nào")
    late = _(", quá hạn %(n)s", n=load.overdue) if load and load.overdue else ""
    return f"{name} · {POSITION_KINDS[kind]} · {busy}{late}"


@act
class Assign(Act[AssignForm]):
    """Give a case to an officer or a unit."""

    slug = "assign"
    actions = frozenset({Action.ASSIGN_OFFICER})
    title = _l("Giao người xử lý")
    lead = _l("Người được giao nhận thư báo. Số việc đang có giúp chia đều.")
    button = _l("Giao người xử lý")
    icon = "person-badge"
    rank = 30
    key = "g"
    form = AssignForm

    def prepare(self, task: Task[AssignForm]) -> None:
        form = task.form
        form.officer_id.choices = options(officer_choices(task))
        units = (
            units_of(task.session, task.facts.lead_agency_id, local_date(task.now))
            if task.facts.lead_agency_id is not None
            else []
        )
        form.unit_id.choices = options([("", "—"), *((unit.id, localized(unit)) for unit in units)])
        if not task.sent:
            form.officer_id.data, form.unit_id.data = task.case.officer_id, None

    def run(self, task: Task[AssignForm]) -> str:
        form = task.form
        handling.assign_officer(
            task.session, task.actor, task.case, officer_id=form.officer_id.data, unit_id=form.unit_id.data,
            **task.common,
        )  # fmt: skip
        return str(_("Đã giao %(case)s.", case=task.case.reference))


class TransferForm(ActForm):
    """To whom, and why."""

    agency = AgencyField(_l("Chuyển cho cơ quan"), [_NEEDED], description=_l("Gõ tên, mã hoặc lĩnh vực."))
    reason = TextAreaField(_l("Lý do chuyển"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])


@act
class Transfer(Act[TransferForm]):
    """Pass a case on to another agency."""

    slug = "transfer"
    actions = frozenset({Action.TRANSFER})
    title = _l("Chuyển cơ quan khác")
    lead = _l(
        "Cơ quan nhận có 15 ngày làm việc kể từ hôm nay; hạn trả lời người gửi không đổi. "
        "Sau khi chuyển, cơ quan không còn thấy vụ việc."
    )
    button = _l("Chuyển cơ quan khác")
    icon = "arrow-left-right"
    rank = 41
    key = "m"
    form = TransferForm
    error_fields = (
        ("to_agency_id", "agency"),
        ("agency_id", "agency"),
    )

    def prepare(self, task: Task[TransferForm]) -> None:
        task.form.agency.offer(task.agencies)

    def run(self, task: Task[TransferForm]) -> str:
        form = task.form
        assert form.agency.agency_id is not None  # noqa: S101 - the field is required
        handling.transfer(
            task.session, task.actor, task.case, to_agency_id=form.agency.agency_id,
            reason=form.reason.data or "", **task.timed,
        )  # fmt: skip
        return str(_("Đã chuyển %(case)s cho %(to)s.", case=task.case.reference, to=form.agency.data))


class RecallForm(ActForm):
    """Why the coordinator takes it back."""

    reason = TextAreaField(
        _l("Vì sao rút về"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Cơ quan đang có vụ việc sẽ đọc lý do này; người gửi không đọc."),
    )  # fmt: skip


@act
class Recall(Act[RecallForm]):
    """Take a case back to the coordinator's triage."""

    slug = "recall"
    actions = frozenset({Action.RECALL})
    title = _l("Rút về điều phối")
    lead = _l(
        "Vụ việc trở lại điều phối để quyết định cơ quan giải quyết. Hạn trả lời người gửi không đổi; "
        "nếu giao lại đúng cơ quan này thì hạn cũ của cơ quan được tính tiếp. Lần giao sau là quyết định "
        "cuối cùng."
    )
    button = _l("Rút về điều phối")
    icon = "arrow-repeat"
    rank = 43
    form = RecallForm

    def run(self, task: Task[RecallForm]) -> str:
        handling.recall(task.session, task.actor, task.case, reason=task.form.reason.data or "", **task.timed)
        return str(_("Đã rút %(case)s về điều phối.", case=task.case.reference))


class ContactForm(ActForm):
    """What was said."""

    note = TextAreaField(
        _l("Đã liên hệ với ai, nội dung gì"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text]
    )


@act
class Contact(Act[ContactForm]):
    """Record that an urgent case was taken up by telephone or on the spot."""

    slug = "contact"
    actions = frozenset({Action.LOG_CONTACT})
    title = _l("Ghi nhận đã liên hệ khẩn")
    lead = _l("Việc khẩn phải được liên hệ trong 2 giờ kể từ lúc tiếp nhận.")
    button = _l("Ghi nhận đã liên hệ")
    icon = "telephone"
    rank = 5
    key = "t"
    form = ContactForm

    def run(self, task: Task[ContactForm]) -> str:
        note = task.form.note.data or ""
        handling.log_contact(task.session, task.actor, task.case, note=note, **task.common)
        return str(_("Đã ghi nhận liên hệ cho %(case)s.", case=task.case.reference))


class UrgencyForm(ActForm):
    """Whether it is urgent, and why."""

    urgent = BooleanField(_l("Vụ việc khẩn cấp"))
    note = TextAreaField(_l("Lý do"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])


@act
class Urgency(Act[UrgencyForm]):
    """Mark a case as urgent, or no longer so."""

    slug = "urgency"
    undoable = True
    actions = frozenset({Action.CHANGE_URGENCY})
    title = _l("Thay đổi mức khẩn cấp")
    lead = _l("Việc khẩn: cơ quan phải liên hệ trong 2 giờ, quá giờ thì báo ngay người đứng đầu.")
    button = _l("Đổi mức khẩn")
    icon = "alarm"
    rank = 50
    form = UrgencyForm

    def prepare(self, task: Task[UrgencyForm]) -> None:
        if not task.sent:
            task.form.urgent.data = not task.case.urgent

    def run(self, task: Task[UrgencyForm]) -> str:
        form = task.form
        triage.set_urgency(
            task.session, task.actor, task.case, urgent=bool(form.urgent.data), note=form.note.data or "",
            **task.timed,
        )  # fmt: skip
        return str(_("Đã ghi mức khẩn cấp của %(case)s.", case=task.case.reference))
