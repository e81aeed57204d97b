"""How each act is done: the call of the verb that a page or a worker would make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import CAPS, OPEN_PUBLIC, CaseClass, RefusalCode, State
from feedback.domain.positions import Actor
from feedback.models import Case
from feedback.queries.law_book import LawBook
from feedback.services.casework import (
    answers,
    extensions,
    handling,
    partition,
    publication,
    submitter,
    supplements,
    triage,
)
from feedback.services.restricted_track import forwarding, restricted
from feedback.services.simulation.course import Act, Course, after_the_answer
from feedback.services.simulation.staff import Office

_REASON = "Lý do ghi trong tình huống mô phỏng, không phải của người thật."
_ANSWER = (
    "Cơ quan đã kiểm tra nội dung phản ánh, đã yêu cầu các bên liên quan khắc phục và sẽ tiếp tục theo dõi."
    " Trân trọng cảm ơn. (Văn bản mô phỏng.)"
)
_TITLE, _SUMMARY = "Kết quả xử lý một phản ánh mô phỏng", "Bản tóm tắt mô phỏng về việc đã được xử lý."
_CLASSES = frozenset(CaseClass) - {CaseClass.D, CaseClass.E, CaseClass.G, CaseClass.X}


@dataclass(slots=True)
class Scene:
    """A case at the moment at which somebody does something to it."""

    session: Session
    case: Case
    course: Course
    at: datetime
    book: LawBook
    office: Office
    courses: Mapping[int, Course]
    born: list[Case]

    @property
    def officer(self) -> Actor:
        """The officer who has the case while they are there, else another one of the agency."""
        return self.office.officer(self.session, self._agency, self.course.draw)

    @property
    def head(self) -> Actor:
        """Who approves in the agency."""
        return self.office.head(self.session, self._agency, self.course.draw)

    @property
    def dispatcher(self) -> Actor:
        """A dispatcher of the coordinator."""
        return self.office.dispatcher(self.session, self.course.draw)

    @property
    def listed(self) -> Actor:
        """The chief of the coordinator, who stands on the access list of restricted cases."""
        return self.office.chief(self.session, self.course.draw)

    @property
    def elsewhere(self) -> int:
        """An agency that does not have the case."""
        return self.office.another_agency(self.case.lead_agency_id, self.course.draw)

    @property
    def told(self) -> dict[str, Any]:
        """What every verb is told besides the session, the actor and the case."""
        return {"now": self.at, "book": self.book}

    @property
    def _agency(self) -> int:
        if self.case.lead_agency_id is None:
            raise LookupError(f"no agency has case {self.case.id}")
        return self.case.lead_agency_id


Doing = Callable[[Scene], object]


def _dispatch(scene: Scene) -> None:
    course, case = scene.course, scene.case
    known = case.case_class in _CLASSES
    wanted = CaseClass(course.truth) if course.truth in _CLASSES else CaseClass.C
    served_by = scene.office.of_commune(case.commune_code)
    moved = case.send_backs > 0 or course.final or served_by is None
    agency_id = scene.elsewhere if moved or served_by is None else served_by
    beside = (scene.office.another_agency(agency_id, course.draw),) if course.draw.random() < 0.1 else ()
    triage.dispatch(
        scene.session, scene.dispatcher, case, agency_id=agency_id, co_agency_ids=beside,
        case_class=None if known else wanted, **scene.told,
    )  # fmt: skip
    course.ready_at = None
    course.final = course.final or case.send_backs >= CAPS.send_backs


def _refuse(scene: Scene) -> None:
    triage.refuse(
        scene.session, scene.dispatcher, scene.case, code=RefusalCode.NOT_GOVERNMENT,
        explanation="Nội dung không thuộc phạm vi tiếp nhận phản ánh, kiến nghị.", **scene.told,
    )  # fmt: skip


def _split(scene: Scene) -> None:
    body = scene.case.body
    first, second = scene.elsewhere, scene.case.title
    parts = [
        partition.Part(f"{second} (1)", body, first, CaseClass.C),
        partition.Part(f"{second} (2)", body),
    ]
    scene.born += partition.split(scene.session, scene.dispatcher, scene.case, parts=parts, **scene.told)


def _merge(scene: Scene) -> None:
    """Merge into the case that the message repeats, where that is still there to be answered."""
    main = scene.courses.get(scene.course.repeats or 0)
    into = None if main is None else scene.session.get(Case, main.case_id)
    if main is None or into is None or not _may_take(into, scene.case.id):
        _dispatch(scene)
        return
    partition.merge(scene.session, scene.dispatcher, scene.case, into=into, **scene.told)
    main.followers += [scene.course, *scene.course.followers]
    scene.course.followers = []


def _may_take(into: Case, case_id: UUID) -> bool:
    return (
        into.id != case_id
        and into.restricted_at is None
        and State(into.state) in OPEN_PUBLIC | {State.ANSWERED}
    )


def _set_apart(scene: Scene) -> None:
    kind = scene.course.truth if scene.course.truth in ("complaint", "denunciation", "crime") else "complaint"
    accused = scene.case.lead_agency_id if kind == "denunciation" else None
    if accused == scene.office.coordinator:
        accused = None
    restricted.set_apart(
        scene.session, scene.dispatcher, scene.case, kind=kind, reason=_REASON, accused_agency_id=accused,
        **scene.told,
    )  # fmt: skip


def _contact(scene: Scene) -> None:
    handling.log_contact(scene.session, scene.officer, scene.case, note="Đã gọi điện.", now=scene.at)


def _accept(scene: Scene) -> None:
    handling.accept(scene.session, scene.officer, scene.case, **scene.told)


def _send_back(scene: Scene) -> None:
    proposed = scene.elsewhere if scene.course.draw.random() < 0.5 else None
    handling.send_back(
        scene.session, scene.officer, scene.case, reason=_REASON, proposed_agency_id=proposed, **scene.told
    )


def _recall(scene: Scene) -> None:
    handling.recall(scene.session, scene.dispatcher, scene.case, reason=_REASON, **scene.told)
    scene.course.final = True


def _assign_officer(scene: Scene) -> None:
    officer_id = scene.officer.account_id
    handling.assign_officer(scene.session, scene.head, scene.case, officer_id=officer_id, now=scene.at)


def _ask(scene: Scene) -> None:
    supplements.ask(
        scene.session, scene.officer, scene.case, question="Đề nghị cho biết rõ địa điểm.", **scene.told
    )


def _reply(scene: Scene) -> None:
    supplements.reply(scene.session, scene.case, text="Ở gần trường học. (Trả lời mô phỏng.)", **scene.told)


def _note_reply(scene: Scene) -> None:
    supplements.end_wait(
        scene.session, scene.officer, scene.case, told="Người gửi nói qua điện thoại.", **scene.told
    )


def _transfer(scene: Scene) -> None:
    handling.transfer(
        scene.session, scene.head, scene.case, to_agency_id=scene.elsewhere, reason=_REASON, **scene.told
    )
    scene.course.ready_at = None


def _ask_extension(scene: Scene) -> None:
    due_on = scene.case.agency_due_on
    if due_on is None:
        raise LookupError(f"no agency's clock runs on case {scene.case.id}")
    calendar = scene.book.calendar_of(scene.case.lead_agency_id)
    later = calendar.add_working_days(max(due_on, local_date(scene.at)), scene.course.draw.choice((3, 5, 10)))
    extensions.ask(scene.session, scene.officer, scene.case, reason=_REASON, new_due_on=later, **scene.told)
    scene.course.hurdles.insert(0, Act.DECIDE_EXTENSION)
    if scene.course.ready_at is not None and scene.course.ready_at < scene.at + timedelta(days=5):
        scene.course.ready_at = scene.office.at_work(
            scene.case.lead_agency_id, scene.at, 6, scene.course.draw
        )


def _decide_extension(scene: Scene) -> None:
    granted = scene.course.draw.random() < 0.8
    extensions.decide(
        scene.session, scene.head, scene.case, granted=granted, remarks="" if granted else _REASON,
        **scene.told,
    )  # fmt: skip


def _submit(scene: Scene) -> None:
    answers.submit(scene.session, scene.officer, scene.case, text=_ANSWER, **scene.told)


def _approve(scene: Scene) -> None:
    answers.approve(scene.session, scene.head, scene.case, **scene.told)
    scene.course.ready_at = None
    after_the_answer(scene.course, scene.case)


def _return_draft(scene: Scene) -> None:
    answers.return_draft(scene.session, scene.head, scene.case, remarks=_REASON, **scene.told)


def _deliver(scene: Scene) -> None:
    answers.record_delivery(
        scene.session, scene.officer, scene.case, method=scene.case.reachable_by, now=scene.at
    )


def _propose(scene: Scene) -> None:
    publication.propose(
        scene.session, scene.officer, scene.case, title=_TITLE, summary=_SUMMARY, answer_text=_ANSWER,
        now=scene.at,
    )  # fmt: skip


def _check(scene: Scene) -> None:
    publication.check(scene.session, scene.listed, scene.case, approved=True, now=scene.at)


def _return_publication(scene: Scene) -> None:
    publication.check(scene.session, scene.listed, scene.case, approved=False, remarks=_REASON, now=scene.at)


def _rate(scene: Scene) -> None:
    (score,) = scene.course.draw.choices((1, 2, 3, 4, 5), (8, 9, 15, 35, 33))
    poor = submitter.rate(scene.session, scene.case, score=score, now=scene.at)
    if poor and Act.REOPEN not in scene.course.afterwards and scene.course.draw.random() < 0.25:
        scene.course.afterwards.append(Act.REOPEN)


def _reopen(scene: Scene) -> None:
    submitter.reopen(scene.session, scene.case, reason="Việc chưa được giải quyết xong.", **scene.told)


def _withdraw(scene: Scene) -> None:
    submitter.withdraw(scene.session, scene.case, reason="Việc đã xong.", **scene.told)


def _forward(scene: Scene) -> None:
    forwarding.forward(
        scene.session, scene.listed, scene.case, to_body="Cơ quan có thẩm quyền", note=_REASON,
        document_number="12/VP-TCD", document_date=local_date(scene.at), **scene.told,
    )  # fmt: skip


def _guide(scene: Scene) -> None:
    restricted.guide(
        scene.session, scene.listed, scene.case, **scene.told,
        letter="Đề nghị ông/bà gửi đơn khiếu nại đến người có thẩm quyền theo Luật Khiếu nại.",
    )  # fmt: skip


def _return_to_triage(scene: Scene) -> None:
    restricted.return_to_triage(scene.session, scene.listed, scene.case, reason=_REASON, **scene.told)
    scene.course.returned = True
    scene.course.repeats = None
    scene.course.truth = "C"


DOINGS: Mapping[Act, Doing] = {
    Act.DISPATCH: _dispatch,
    Act.REFUSE: _refuse,
    Act.SPLIT: _split,
    Act.MERGE: _merge,
    Act.SET_APART: _set_apart,
    Act.CONTACT: _contact,
    Act.ACCEPT: _accept,
    Act.SEND_BACK: _send_back,
    Act.RECALL: _recall,
    Act.ASSIGN_OFFICER: _assign_officer,
    Act.ASK: _ask,
    Act.REPLY: _reply,
    Act.NOTE_REPLY: _note_reply,
    Act.TRANSFER: _transfer,
    Act.ASK_EXTENSION: _ask_extension,
    Act.DECIDE_EXTENSION: _decide_extension,
    Act.SUBMIT: _submit,
    Act.APPROVE: _approve,
    Act.RETURN_DRAFT: _return_draft,
    Act.DELIVER: _deliver,
    Act.PROPOSE: _propose,
    Act.CHECK: _check,
    Act.RETURN_PUBLICATION: _return_publication,
    Act.RATE: _rate,
    Act.REOPEN: _reopen,
    Act.WITHDRAW: _withdraw,
    Act.FORWARD: _forward,
    Act.GUIDE: _guide,
    Act.RETURN_TO_TRIAGE: _return_to_triage,
}
"""For each act the verb that does it."""
