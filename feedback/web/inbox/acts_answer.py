"""The answer: written, submitted, approved or returned, and brought to people without e-mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import (
    BooleanField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from feedback.db import new_id
from feedback.domain import permissions
from feedback.domain.answer_check import Point, check_answer
from feedback.domain.lifecycle import Action
from feedback.domain.standard_text import StandardKind
from feedback.domain.word_diff import word_diff
from feedback.models import Account, Answer
from feedback.queries.case_file import CaseFile, related_cases
from feedback.services.casework import answers, evidence, publication
from feedback.services.errors import LONGEST, Conflict, InvalidInput
from feedback.web import form_files
from feedback.web.forms import options
from feedback.web.inbox.acts import Act, ActForm, Task, act
from feedback.web.inbox.answer_words import HINTS, POINTS
from feedback.web.inbox.fields import cleaned_text

_NEEDED = DataRequired(_l("Ô này là bắt buộc."))


def versions_of(task: Task[ActForm]) -> list[tuple[Answer, str]]:
    """Give the versions of the answer of the running period with who wrote each, the newest first."""
    rows = task.session.execute(
        select(Answer, Account.name)
        .join(Account, Account.id == Answer.written_by)
        .where(Answer.case_id == task.case.id, Answer.period == task.case.period)
        .order_by(Answer.version.desc())
    )
    return [(answer, name) for answer, name in rows]


class AnswerForm(ActForm):
    """The text."""

    text = TextAreaField(_l("Nội dung trả lời"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text])
    photos = MultipleFileField(_l("Ảnh sau khi xử lý, tài liệu kèm theo"))
    no_photo_reason = TextAreaField(
        _l("Lý do không có ảnh"), [Length(max=500)], filters=[cleaned_text],
        description=_l("Chỉ cần khi sự việc ngoài hiện trường mà không gửi ảnh sau khi xử lý."),
    )  # fmt: skip
    ticks = SelectMultipleField(
        _l("Trước khi trình, tôi đã đọc lại"), choices=options(POINTS), option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False), validators=[Optional()],
    )  # fmt: skip
    form_id = HiddenField()
    based_on = HiddenField()
    set_aside = HiddenField()


@act
class WriteAnswer(Act[AnswerForm]):
    """Write the answer: keep it, or send it for approval."""

    slug = "answer"
    actions = frozenset({Action.SAVE_DRAFT, Action.SUBMIT_DRAFT})
    title = _l("Soạn câu trả lời")
    button = _l("Soạn câu trả lời")
    icon = "pencil-square"
    rank = 20
    key = "d"
    form = AnswerForm
    template = "staff/act_answer.html"
    standard = (StandardKind.ANSWER, "text")

    def prepare(self, task: Task[AnswerForm]) -> None:
        versions = versions_of(task)
        task.more["versions"] = versions
        task.more["may_submit"] = permissions.refusal(task.actor, Action.SUBMIT_DRAFT, task.facts) is None
        newest = versions[0][0] if versions else None
        task.more["files"] = evidence.files_of(task.session, newest)
        task.more["field_incident"] = evidence.is_field_incident(task.case)
        if not task.more["field_incident"]:
            task.form.ticks.choices = options(row for row in POINTS if row[0] is not Point.PROOF)
        if task.sent:
            self._receive(task)
            self._choose(task, versions)
            self._advise(task)
            return
        task.form.form_id.data = str(new_id())
        task.form.based_on.data = answers.mark(versions[0][0] if versions else None)
        if versions and versions[0][0].status in ("draft", "returned"):
            task.form.text.data = versions[0][0].text
            task.form.no_photo_reason.data = versions[0][0].no_photo_reason
            task.form.ticks.data = versions[0][0].ticks.split(";")
            self._advise(task)

    def asks_again(self) -> bool:
        return "merge" in request.form or request.form.get("do") == "check"

    @staticmethod
    def _receive(task: Task[AnswerForm]) -> None:
        """Take in the files that came, so that an error in the text sends none of them twice."""
        try:
            form_id = UUID(task.form.form_id.data or "")
        except ValueError:
            form_id = new_id()
            task.form.form_id.data = str(form_id)
        # Of this case alone: a form cannot name a file that was sent to another.
        own = uuid5(form_id, str(task.case.id))
        task.more["waiting_files"] = form_files.gather(own, task.form.photos)
        problems = [str(text) for text in task.form.photos.errors]
        task.form.photos.validators = [form_files.fails_with(problems)] if problems else []

    @staticmethod
    def _advise(task: Task[AnswerForm]) -> None:
        text = task.form.text.data or ""
        spans = publication.suggested_masks(task.session, text, task.now)
        photos = len(task.more["files"]) + len(task.more.get("waiting_files", ()))
        task.more["findings"] = check_answer(
            text, field_incident=task.more["field_incident"], photos=photos,
            personal=tuple(dict.fromkeys(span.of(text) for span in spans)),
        )  # fmt: skip
        task.more["hints"] = HINTS

    @staticmethod
    def _proof(task: Task[AnswerForm]) -> evidence.Proof:
        form, removed = task.form, form_files.removed_ids()
        return evidence.Proof(
            ticks=frozenset(Point(code) for code in form.ticks.data or ()),
            no_photo_reason=form.no_photo_reason.data or "", new=task.more["waiting_files"], removed=removed,
        )  # fmt: skip

    def _choose(self, task: Task[AnswerForm], versions: list[tuple[Answer, str]]) -> None:
        """Bring two versions together as the person says; what leaves the field is set aside, not lost."""
        form, mine = task.form, task.form.text.data or ""
        choice, theirs = request.form.get("merge"), versions[0][0].text if versions else ""
        if choice == "theirs":
            form.set_aside.data, form.text.data = mine, theirs
        elif choice == "both":
            form.text.data = f"{mine}\n\n{theirs}"
        elif choice == "mine" and form.set_aside.data:
            form.text.data, form.set_aside.data = form.set_aside.data, ""
        if choice:
            self._compare(task, versions)

    def overtaken(self, task: Task[AnswerForm], conflict: Conflict) -> None:
        versions = versions_of(task)
        if versions and answers.mark(versions[0][0]) != task.form.based_on.data:
            task.form.based_on.data = answers.mark(versions[0][0])
            self._compare(task, versions)

    @staticmethod
    def _compare(task: Task[AnswerForm], versions: list[tuple[Answer, str]]) -> None:
        if versions:
            task.more["theirs"] = versions[0]
            task.more["pieces"] = word_diff(versions[0][0].text, task.form.text.data or "")

    def run(self, task: Task[AnswerForm]) -> str:
        text = task.form.text.data or ""
        if request.form.get("do") != "submit":
            answers.save_draft(
                task.session,
                task.actor,
                task.case,
                text=text,
                now=task.now,
                based_on=task.form.based_on.data,
                proof=self._proof(task),
            )
            return str(_("Đã lưu dự thảo của %(case)s.", case=task.case.reference))
        answers.submit(
            task.session,
            task.actor,
            task.case,
            text=text,
            based_on=task.form.based_on.data,
            proof=self._proof(task),
            **task.timed,
        )
        return str(_("Đã trình duyệt câu trả lời của %(case)s.", case=task.case.reference))


def show_submitted(task: Task[Any]) -> None:
    """Put on the page what the head decides on, and what changed since the version returned before it."""
    versions = versions_of(task)
    submitted = versions[0][0] if versions else None
    task.more["versions"] = versions
    task.more["files"] = evidence.files_of(task.session, submitted)
    task.more["points"] = POINTS
    task.more["field_incident"] = evidence.is_field_incident(task.case)
    returned = next((answer for answer, _name in versions[1:] if answer.status == "returned"), None)
    if submitted is not None and returned is not None:
        task.more["returned"] = returned
        task.more["pieces"] = word_diff(returned.text, submitted.text)


class ApproveForm(ActForm):
    """What the approver confirms when others read the answer as well."""

    names_nobody = BooleanField(
        _l("Tôi đã đọc lại: câu trả lời và tệp kèm theo không cho biết tên, số điện thoại, nhà ở của ai"),
        description=_l("Nếu có, xin trả lại để người soạn bỏ đi, hoặc viết chung hơn."),
    )


@act
class Approve(Act[ApproveForm]):
    """Approve the submitted answer and send it."""

    slug = "approve"
    actions = frozenset({Action.APPROVE})
    title = _l("Duyệt câu trả lời")
    lead = _l("Duyệt xong, câu trả lời được gửi cho người gửi ngay và vụ việc kết thúc.")
    button = _l("Xem và duyệt")
    icon = "check-circle"
    rank = 10
    key = "v"
    form = ApproveForm
    template = "staff/act_approve.html"

    def prepare(self, task: Task[ApproveForm]) -> None:
        show_submitted(task)
        readers = sum(kin.relation == "duplicate" for kin in related_cases(task.session, task.case.id))
        if not readers:
            del task.form.names_nobody
            return
        text = task.more["versions"][0][0].text if task.more["versions"] else ""
        spans = publication.suggested_masks(task.session, text, task.now)
        task.more |= {"readers": readers, "suspicious": list(dict.fromkeys(span.of(text) for span in spans))}

    def run(self, task: Task[ApproveForm]) -> str:
        confirmed = "names_nobody" in task.form
        if confirmed and not task.form.names_nobody.data:
            raise InvalidInput("names_nobody", "required")
        answers.approve(task.session, task.actor, task.case, names_nobody=confirmed, **task.timed)
        return str(_("Đã duyệt và gửi câu trả lời của %(case)s.", case=task.case.reference))


class ReturnForm(ActForm):
    """What must be better."""

    remarks = TextAreaField(
        _l("Góp ý cho người soạn"), [_NEEDED, Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Nêu rõ cần sửa hoặc bổ sung điều gì."),
    )  # fmt: skip


@act
class ReturnDraft(Act[ReturnForm]):
    """Return the submitted answer with remarks."""

    slug = "return-draft"
    actions = frozenset({Action.RETURN_DRAFT})
    title = _l("Trả lại dự thảo")
    lead = _l("Người soạn nhận góp ý và viết bản tiếp theo; bản này được giữ lại.")
    button = _l("Trả lại, góp ý")
    icon = "reply"
    rank = 12
    key = "r"
    form = ReturnForm
    template = "staff/act_approve.html"

    def prepare(self, task: Task[ReturnForm]) -> None:
        show_submitted(task)

    def run(self, task: Task[ReturnForm]) -> str:
        remarks = task.form.remarks.data or ""
        answers.return_draft(task.session, task.actor, task.case, remarks=remarks, **task.timed)
        return str(_("Đã trả lại dự thảo của %(case)s.", case=task.case.reference))


DELIVERY_METHODS = [
    ("counter", _l("Trao tại quầy một cửa")),
    ("post", _l("Gửi bưu điện")),
    ("phone", _l("Đọc qua điện thoại")),
    ("mail", _l("Gửi thư điện tử")),
]


class DeliveryForm(ActForm):
    """How it was brought."""

    method = RadioField(
        _l("Cách trao"),
        choices=options(DELIVERY_METHODS),
        validators=[InputRequired(_l("Hãy chọn cách trao."))],
    )
    note = TextAreaField(
        _l("Ghi chú"), [Length(max=LONGEST)], filters=[cleaned_text],
        description=_l("Ví dụ: người nhận, số bưu gửi, giờ gọi."),
    )  # fmt: skip


@act
class RecordDelivery(Act[DeliveryForm]):
    """Record that an answer was handed over, posted or told."""

    slug = "deliver"
    actions = frozenset({Action.RECORD_DELIVERY})
    title = _l("Ghi nhận đã trao câu trả lời")
    button = _l("Ghi nhận đã trao")
    icon = "mailbox"
    rank = 14
    form = DeliveryForm

    def applies(self, file: CaseFile) -> bool:
        reached = file.case.reachable_by in ("counter", "post", "phone")
        return file.approved_answer is not None and (reached or file.pending_delivery is not None)

    def prepare(self, task: Task[DeliveryForm]) -> None:
        if not task.sent:
            task.form.method.data = task.case.reachable_by if task.case.reachable_by != "email" else "mail"

    def run(self, task: Task[DeliveryForm]) -> str:
        form = task.form
        answers.record_delivery(
            task.session, task.actor, task.case, method=form.method.data, note=form.note.data or "",
            **task.common,
        )  # fmt: skip
        return str(_("Đã ghi nhận việc trao câu trả lời của %(case)s.", case=task.case.reference))
