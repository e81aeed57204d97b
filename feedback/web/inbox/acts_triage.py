"""The dispatcher's acts on one case: dispatching, refusing, splitting, merging."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import (
    FieldList,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.domain.lifecycle import Action, CaseClass, RefusalCode
from feedback.domain.routing.cutting import PartProposal
from feedback.domain.standard_text import StandardKind
from feedback.models import Attachment, Case
from feedback.queries.case_file import NotFound, find_case
from feedback.queries.lists import triage as queue
from feedback.queries.lists.agency_search import Known
from feedback.queries.public.form_choices import field_groups
from feedback.queries.split_proposals import split_proposals
from feedback.services.casework import partition, triage
from feedback.services.errors import LONGEST, InvalidInput
from feedback.web.forms import options
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.acts_handling import whole_or_none
from feedback.web.inbox.fields import AgencyField, cleaned_line, cleaned_text
from feedback.web.labels import CLASSES, REFUSALS
from feedback.web.rendering import localized

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))
_CO_HANDLERS = 3
_MOST_PARTS = 8


def class_choices(*, empty: str) -> list[tuple[str, str]]:
    """Give the classes that an agency answers, to choose from."""
    classes = [one for one in CaseClass if one in triage.DISPATCHABLE]
    return [("", empty), *((str(one), f"{one} · {CLASSES[one]}") for one in classes)]


class DispatchForm(ActForm):
    """To whom, with whom, and what it is about."""

    agency = AgencyField(
        _l("Cơ quan chủ trì"), [_NEEDED], description=_l("Gõ tên, mã hoặc lĩnh vực; chọn trong gợi ý.")
    )
    case_class = SelectField(_l("Loại nội dung"))
    field_id = SelectField(_l("Lĩnh vực"), coerce=whole_or_none)
    co_agencies = FieldList(AgencyField(_l("Cơ quan phối hợp")), min_entries=_CO_HANDLERS, max_entries=12)
    note = TextAreaField(
        _l("Ghi chú cho cơ quan"), [Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Không bắt buộc. Người gửi không đọc."),
    )  # fmt: skip


@act
class Dispatch(Act[DispatchForm]):
    """Give a case to an agency."""

    slug = "dispatch"
    undoable = True
    actions = frozenset({Action.DISPATCH})
    title = _l("Giao cho cơ quan xử lý")
    button = _l("Giao cơ quan")
    icon = "signpost-split"
    rank = 10
    form = DispatchForm
    template = "staff/act_dispatch.html"
    after = "triage"
    error_fields = (
        ("agency_id", "agency"),
        ("co_agency_ids", "co_agencies"),
    )

    def prepare(self, task: Task[DispatchForm]) -> None:
        form, case = task.form, task.case
        waiting = queue.one(task.session, case)
        task.more["waiting"] = waiting
        form.case_class.choices = options(class_choices(empty=str(_("Chọn loại nội dung"))))
        fields = [field for group in field_groups(task.session, task.now) for field in group.fields]
        form.field_id.choices = options(
            [("", str(_("Chưa rõ"))), *((field.id, localized(field)) for field in fields)]
        )
        for box in (form.agency, *form.co_agencies):
            box.offer(task.agencies)
        if not task.sent:
            self._propose(task, waiting)

    @staticmethod
    def _propose(task: Task[DispatchForm], waiting: queue.Waiting) -> None:
        form, case = task.form, task.case
        proposed = waiting.proposed.id if waiting.proposed else None
        best = waiting.options[0].agency.id if waiting.options else None
        asked = request.args.get("agency", "")
        form.agency.choose(int(asked) if asked.isascii() and asked.isdigit() else proposed or best)
        guessed = waiting.decision.case_class if waiting.decision else None
        wanted = CaseClass(case.case_class) if case.case_class else guessed
        form.case_class.data = str(wanted) if wanted in triage.DISPATCHABLE else ""
        form.field_id.data = case.field_id

    def run(self, task: Task[DispatchForm]) -> str:
        form = task.form
        chosen = [box.agency_id for box in form.co_agencies]
        assert form.agency.agency_id is not None  # noqa: S101 - the field is required
        triage.dispatch(
            task.session, task.actor, task.case, agency_id=form.agency.agency_id,
            co_agency_ids=[number for number in chosen if number is not None],
            case_class=form.case_class.data or None, field_id=form.field_id.data, note=form.note.data or "",
            **task.timed,
        )  # fmt: skip
        return str(_("Đã giao %(case)s cho %(to)s.", case=task.case.reference, to=form.agency.data))


class RefuseForm(ActForm):
    """The code, and the words for the submitter."""

    code = RadioField(
        _l("Lý do"),
        choices=options((str(code), label) for code, label in REFUSALS.items()),
        validators=[InputRequired(_l("Hãy chọn một lý do."))],
    )
    explanation = TextAreaField(
        _l("Giải thích cho người gửi"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Người gửi đọc nguyên văn. Nêu vì sao, và nơi có thể giải quyết."),
    )  # fmt: skip


@act
class Refuse(Act[RefuseForm]):
    """Refuse a message."""

    slug = "refuse"
    undoable = True
    actions = frozenset({Action.REFUSE})
    title = _l("Từ chối tiếp nhận phản ánh")
    lead = _l(
        "Chỉ khi không cơ quan nào trong tỉnh trả lời được. “Không thuộc cơ quan này” không phải là lý do: "
        "hãy giao cơ quan khác."
    )
    button = _l("Từ chối")
    icon = "slash-circle"
    rank = 60
    danger = True
    form = RefuseForm
    standard = (StandardKind.REFUSAL, "explanation")
    after = "triage"

    def run(self, task: Task[RefuseForm]) -> str:
        form = task.form
        triage.refuse(
            task.session, task.actor, task.case, code=RefusalCode(form.code.data),
            explanation=form.explanation.data or "", **task.timed,
        )  # fmt: skip
        return str(_("Đã từ chối tiếp nhận %(case)s.", case=task.case.reference))


class PartForm(PlainForm):
    """One matter of a mixed message. likely: the agency that it was cut out for, in a fresh form."""

    likely: Known | None = None

    title = StringField(_l("Tiêu đề"), filters=[cleaned_line])
    body = TextAreaField(_l("Nội dung"), filters=[cleaned_text])
    agency = AgencyField(
        _l("Giao ngay cho"), description=_l("Để trống: hệ thống phân loại như phản ánh mới.")
    )
    case_class = SelectField(_l("Loại nội dung"))
    files = SelectMultipleField(
        _l("Tệp thuộc phần này"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    @property
    def empty(self) -> bool:
        """Whether nothing was written into it."""
        return not (self.title.data or self.body.data)


class SplitForm(ActForm):
    """The parts."""

    parts = FieldList(FormField(PartForm), min_entries=2, max_entries=_MOST_PARTS)


@act
class Split(Act[SplitForm]):
    """Split a message of mixed content."""

    slug = "split"
    undoable = True
    actions = frozenset({Action.SPLIT})
    title = _l("Tách thành nhiều vụ việc")
    lead = _l(
        "Mỗi phần thành một vụ việc có mã riêng; ngày tiếp nhận và hạn trả lời người gửi giữ như cũ. "
        "Chép phần lời tương ứng, không viết lại ý người gửi."
    )
    button = _l("Tách")
    icon = "diagram-2"
    rank = 44
    form = SplitForm
    template = "staff/act_split.html"
    after = "triage"
    error_fields = (
        ("case_class", "parts"),
        ("agency_id", "parts"),
    )

    def prepare(self, task: Task[SplitForm]) -> None:
        form = task.form
        if self.asks_again() and len(form.parts) < _MOST_PARTS:
            form.parts.append_entry()
        proposed = [] if task.sent else split_proposals(task.session, task.case, task.now)
        for _more in proposed[len(form.parts) :]:
            form.parts.append_entry()
        files = task.session.scalars(select(Attachment).where(Attachment.case_id == task.case.id)).all()
        for entry in form.parts:
            part: PartForm = entry.form
            part.case_class.choices = options(class_choices(empty=str(_("Khi giao ngay: chọn loại"))))
            part.files.choices = options((str(file.id), file.name) for file in files)
            part.agency.offer(task.agencies)
        if not task.sent:
            self._propose(task, proposed)

    @staticmethod
    def _propose(task: Task[SplitForm], proposed: list[tuple[PartProposal, int | None]]) -> None:
        """Fill the fresh form: with the parts proposed, to be looked at, or with the whole message."""
        parts = task.form.parts
        task.more["proposed"] = len(proposed)
        if not proposed:
            parts[0].title.data, parts[0].body.data = task.case.title, task.case.body
        for entry, (part, agency_id) in zip(parts, proposed, strict=False):
            entry.form.title.data, entry.form.body.data = part.title, part.body
            entry.form.likely = task.agencies.get(agency_id) if agency_id is not None else None

    def asks_again(self) -> bool:
        return request.form.get("do") == "add"

    def run(self, task: Task[SplitForm]) -> str:
        parts = [self._part(entry.form) for entry in task.form.parts if not entry.form.empty]
        born = partition.split(task.session, task.actor, task.case, parts=parts, **task.timed)
        codes = ", ".join(case.reference for case in born)
        return str(_("Đã tách %(case)s thành: %(codes)s.", case=task.case.reference, codes=codes))

    @staticmethod
    def _part(form: PartForm) -> partition.Part:
        return partition.Part(
            title=form.title.data or "",
            body=form.body.data or "",
            agency_id=form.agency.agency_id,
            case_class=CaseClass(form.case_class.data) if form.case_class.data else None,
            attachment_ids=tuple(UUID(number) for number in form.files.data or ()),
        )


class MergeForm(ActForm):
    """Into which case."""

    q = StringField(_l("Tìm vụ việc để gộp vào"), filters=[cleaned_line])
    into = RadioField(_l("Gộp vào"), choices=[], validate_choice=False)
    note = TextAreaField(_l("Ghi chú"), [Length(max=LONGEST)], filters=[cleaned_text])


@act
class Merge(Act[MergeForm]):
    """Merge a duplicate into the case that it repeats."""

    slug = "merge"
    undoable = True
    actions = frozenset({Action.MERGE})
    title = _l("Gộp vào vụ việc cùng nội dung")
    lead = _l("Người gửi vẫn nhận câu trả lời của vụ việc chính và giữ mã tra cứu của mình.")
    button = _l("Gộp")
    icon = "sign-merge-left"
    rank = 45
    form = MergeForm
    template = "staff/act_merge.html"
    after = "triage"

    def prepare(self, task: Task[MergeForm]) -> None:
        form = task.form
        if not task.sent:
            form.q.data = request.args.get("q") or " ".join(task.case.title.split()[:3])
        targets = self._targets(task)
        form.into.choices = options((target.reference, target.reference) for target in targets)
        task.more["targets"] = targets

    @staticmethod
    def _targets(task: Task[MergeForm]) -> list[Case]:
        typed = task.form.q.data or ""
        found = queue.merge_targets(task.session, task.case, typed)
        for reference in (typed, task.form.into.data or ""):
            try:
                one = find_case(task.session, reference)
            except NotFound:
                continue
            if one.id != task.case.id and one not in found and one.restricted_at is None:
                found.insert(0, one)
        return found

    def asks_again(self) -> bool:
        return request.form.get("do") == "search"

    def run(self, task: Task[MergeForm]) -> str:
        form = task.form
        if not form.into.data:
            raise InvalidInput("into", "required")
        try:
            into = find_case(task.session, form.into.data)
        except NotFound as error:
            raise InvalidInput("into", "unknown") from error
        partition.merge(
            task.session, task.actor, task.case, into=into, note=form.note.data or "", **task.timed
        )
        return str(_("Đã gộp %(case)s vào %(main)s.", case=task.case.reference, main=into.reference))
