"""What people who work on one case tell and ask each other: notes, exchanges, parts of other agencies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, DateTimeLocalField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from feedback.domain import permissions
from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.contributions import latest_due, proposed_due
from feedback.domain.lifecycle import Action
from feedback.models import Agency, Contribution
from feedback.queries.parts import open_parts
from feedback.services.casework import contributions, notes
from feedback.services.errors import LONGEST
from feedback.web.forms import options
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.event_details import EXCHANGE_PARTNERS
from feedback.web.inbox.fields import AgencyField, cleaned_text
from feedback.web.rendering import local_date as shown_date
from feedback.web.rendering import localized

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))


class NoteForm(ActForm):
    """The note."""

    note = TextAreaField(_l("Ghi chú"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])


@act
class Note(Act[NoteForm]):
    """Leave a note on a case."""

    slug = "note"
    actions = frozenset({Action.ADD_NOTE})
    title = _l("Ghi chú nội bộ")
    lead = _l("Người cùng xử lý và điều phối đọc được; người gửi và công chúng không bao giờ thấy.")
    button = _l("Ghi chú nội bộ")
    icon = "pencil-square"
    rank = 46
    key = "i"
    form = NoteForm

    def run(self, task: Task[NoteForm]) -> str:
        # A note stands on its own: what others did meanwhile does not make it wrong.
        notes.add(task.session, task.actor, task.case, note=task.form.note.data or "", now=task.now)
        return str(_("Đã ghi chú vào %(case)s.", case=task.case.reference))


_WAYS = {
    "rang": _l("Tôi gọi đi"),
    "was_rung": _l("Người kia gọi đến"),
    "wrote": _l("Gửi thư hoặc văn bản"),
    "met": _l("Gặp trực tiếp"),
}


class ExchangeForm(ActForm):
    """With whom, how, when, and what was said."""

    partner = SelectField(_l("Trao đổi với ai"))
    way = SelectField(_l("Cách trao đổi"))
    at = DateTimeLocalField(
        _l("Lúc"), [InputRequired(_l("Hãy ghi ngày giờ trao đổi."))],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )  # fmt: skip
    note = TextAreaField(_l("Nội dung đã trao đổi"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])
    meets_urgent = BooleanField(
        _l("Đây là cuộc liên hệ việc khẩn"),
        description=_l("Vụ việc khẩn phải được liên hệ với đơn vị xử lý trong 2 giờ."),
    )


@act
class Exchange(Act[ExchangeForm]):
    """Record a call, a letter or a meeting."""

    slug = "exchange"
    actions = frozenset({Action.LOG_EXCHANGE})
    title = _l("Ghi nhận trao đổi")
    button = _l("Ghi nhận trao đổi")
    icon = "telephone"
    rank = 47
    key = "l"
    form = ExchangeForm

    def prepare(self, task: Task[ExchangeForm]) -> None:
        form = task.form
        form.partner.choices = options(list(EXCHANGE_PARTNERS.items()))
        form.way.choices = options(list(_WAYS.items()))
        urgent = task.case.urgent and task.case.contacted_at is None
        if not urgent or permissions.refusal(task.actor, Action.LOG_CONTACT, task.facts) is not None:
            del form.meets_urgent
        if not task.sent:
            form.at.data = task.now.astimezone(VIETNAM).replace(tzinfo=None, second=0, microsecond=0)

    def run(self, task: Task[ExchangeForm]) -> str:
        form = task.form
        assert isinstance(form.at.data, datetime)  # noqa: S101 - the field is required
        notes.log_exchange(
            task.session, task.actor, task.case, partner=form.partner.data, way=form.way.data,
            at=form.at.data.replace(tzinfo=VIETNAM), note=form.note.data or "",
            meets_urgent=bool("meets_urgent" in form and form.meets_urgent.data), now=task.now,
        )  # fmt: skip
        return str(_("Đã ghi nhận trao đổi về %(case)s.", case=task.case.reference))


class AskPartForm(ActForm):
    """Whom, for what, until when."""

    agency = AgencyField(_l("Cơ quan phối hợp"), [_NEEDED], description=_l("Gõ tên, mã hoặc lĩnh vực."))
    request = TextAreaField(
        _l("Cần cơ quan phối hợp làm gì"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text]
    )
    due_on = DateField(_l("Hạn phối hợp"), [InputRequired(_l("Hãy chọn ngày."))])


@act
class AskPart(Act[AskPartForm]):
    """Ask another agency for its part."""

    slug = "ask-part"
    actions = frozenset({Action.ASK_CONTRIBUTION})
    title = _l("Đề nghị phối hợp")
    lead = _l(
        "Cơ quan được đề nghị thấy vụ việc trong danh sách “Phối hợp”, nhận thư báo ngay và được nhắc vào "
        "ngày đến hạn. Cơ quan của ông/bà vẫn chủ trì và trả lời người gửi."
    )
    button = _l("Đề nghị phối hợp")
    icon = "people"
    rank = 29
    key = "c"
    form = AskPartForm
    error_fields = (("agency_id", "agency"),)

    def prepare(self, task: Task[AskPartForm]) -> None:
        form, case, today = task.form, task.case, local_date(task.now)
        form.agency.offer(task.agencies)
        calendar = task.book.calendar_of(case.lead_agency_id, today)
        latest = latest_due(today, case.agency_due_on, calendar)
        if latest is not None:
            form.due_on.description = _("Một ngày làm việc, không sau %(day)s.", day=shown_date(latest))
        if not task.sent:
            form.due_on.data = proposed_due(today, case.agency_due_on, calendar)
            beside = [one for one in case.co_agency_ids if one not in task.facts.asked_agency_ids]
            form.agency.choose(beside[0] if beside else None)

    def run(self, task: Task[AskPartForm]) -> str:
        form = task.form
        assert form.agency.agency_id is not None and form.due_on.data is not None  # noqa: S101, PT018 - required
        contributions.ask(
            task.session, task.actor, task.case, agency_id=form.agency.agency_id,
            request=form.request.data or "", due_on=form.due_on.data, **task.timed,
        )  # fmt: skip
        return str(_("Đã đề nghị %(to)s phối hợp.", to=form.agency.data))


class AnswerPartForm(ActForm):
    """What the agency has to say, to which of the requests that it may answer."""

    part = RadioField(_l("Đề nghị cần trả lời"), [InputRequired(_l("Hãy chọn đề nghị cần trả lời."))])
    text = TextAreaField(
        _l("Nội dung phối hợp"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Cơ quan chủ trì đọc và dùng để trả lời; người gửi không đọc trực tiếp."),
    )  # fmt: skip


@act
class AnswerPart(Act[AnswerPartForm]):
    """Give the part that was asked for."""

    slug = "answer-part"
    actions = frozenset({Action.ANSWER_CONTRIBUTION})
    title = _l("Trả lời đề nghị phối hợp")
    button = _l("Trả lời phối hợp")
    icon = "people"
    rank = 8
    key = "h"
    template = "staff/act_part.html"
    form = AnswerPartForm
    error_fields = (("part_id", "part"),)

    def prepare(self, task: Task[AnswerPartForm]) -> None:
        own: list[Contribution] = [
            part
            for part in open_parts(task.session, task.case.id)
            if task.actor.holds(permissions.HANDLERS, part.agency_id)
        ]
        asked = [(part, localized(task.session.get_one(Agency, part.agency_id))) for part in own]
        task.more["asked"], form = asked, task.form
        form.part.choices = options((str(part.id), agency) for part, agency in asked)
        if not task.sent and len(own) == 1:
            form.part.data = str(own[0].id)

    def run(self, task: Task[AnswerPartForm]) -> str:
        contributions.answer(
            task.session, task.actor, task.case, text=task.form.text.data or "",
            part_id=UUID(task.form.part.data), now=task.now,
        )  # fmt: skip
        return str(_("Đã gửi nội dung phối hợp cho cơ quan chủ trì của %(case)s.", case=task.case.reference))
