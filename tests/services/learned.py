"""A month of decisions in a small province, and a small model to hold new ones against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.classifier.comparison import shipped_questions
from feedback.classifier.corpus import Example, Source, read_examples
from feedback.classifier.figures import Question
from feedback.classifier.model import Model
from feedback.classifier.training import train
from feedback.domain.learning import Verdict
from feedback.domain.places import PlaceMatch, PlaceStatus
from feedback.domain.routing import Candidate, Decision, Outcome
from feedback.domain.routing.correction import Act, Correction, Marks, Proposal
from feedback.domain.tracking import new_reference, new_tracking_code
from feedback.models import Account, Agency, Assignment, Case, ClassifierModel, RoutingDecision
from feedback.services.learning import models
from feedback.services.learning.training import Course
from feedback.storage import Storage

LOCAL = "khu Gò Sậy"
"""What people here call a place whose roads the department keeps; a stranger takes it for the ward's."""

_KNOWN = ("SXD", "SNV", "UBNDX")
_SET_APART = ("D", "E", "X")
_MATTERS = (
    "nước đọng",
    "cát tràn",
    "cọc tiêu gãy",
    "vạch sơn mờ",
    "lan can rỉ",
    "mặt nền lún",
    "đá lăn",
    "cây chắn lối",
    "bụi mù",
    "gờ giảm tốc bong",
    "taluy nứt",
    "rãnh lấp",
    "biển tên mất",
    "ổ gà sâu",
    "đèn tối om",
    "cầu khỉ lung lay",
)
_WHEN = (
    "sáng sớm",
    "chiều tối",
    "mùa mưa",
    "cuối tuần",
    "đầu tháng",
    "hôm rằm",
    "lúc tan ca",
    "giờ học sinh về",
    "trưa nắng",
    "nửa đêm",
    "ngày chợ phiên",
    "sau bão",
    "tuần trước",
    "mới đây",
    "năm ngoái",
    "dịp lễ",
)
_WHO = (
    "bà bán xôi",
    "chú xe ôm",
    "cô giáo mầm non",
    "anh thợ hàn",
    "nhóm học sinh",
    "ông tổ trưởng",
    "chị công nhân",
    "mấy bác hưu trí",
    "dì bán cá",
    "cậu giao hàng",
    "em sinh viên",
    "bác sĩ già",
    "đội dân phòng",
    "ca sĩ đám cưới",
)
_ORDER = count(1)


@cache
def _shipped_corpus() -> tuple[Example, ...]:
    return tuple(read_examples(set(Source) - {Source.WRITTEN, Source.CITIZEN}))


@cache
def corpus() -> tuple[Example, ...]:
    """A part of the shipped corpus that trains in a second."""
    chosen = tuple(
        replace(one, also_ok=())
        for one in _shipped_corpus()
        if one.first
        and (one.agency in _KNOWN or one.case_class in _SET_APART)
        and one.case_class not in ("F", "G")
    )
    return tuple(one for number, one in enumerate(chosen) if one.source is Source.CITIZEN or number % 2 == 0)


@cache
def small_model() -> Model:
    """What the small corpus alone gives."""
    return train(date(2026, 11, 1), corpus=corpus())


@cache
def shipped() -> tuple[Question, ...]:
    """Held-out messages for the small model."""
    return tuple(one for one in shipped_questions() if one.agency in _KNOWN or one.case_class in ("D", "E"))


def local_texts(number: int, seed: int = 1) -> list[str]:
    """Messages about the local place, no two of them alike."""
    luck = Random(seed)
    texts = []
    for _ in range(number):
        matters, when = luck.sample(_MATTERS, 3), luck.sample(_WHEN, 2)
        who = luck.sample(_WHO, 2)
        texts.append(
            f"{when[0]} {who[0]} kể {LOCAL} {matters[0]}, {matters[1]}; {when[1]} {who[1]} thấy {matters[2]}"
        )
    return texts


def ordinary(agency: str, number: int) -> list[str]:
    """Messages for an agency that are no part of the small corpus: the variants that it leaves out."""
    return [
        one.text
        for one in read_examples()
        if one.source is Source.WRITTEN and not one.first and one.agency == agency
    ][: 2 * number : 2]


@dataclass
class Month:
    """Decisions of people, one an hour from `begin` on, each of which the agency took on and answered."""

    session: Session
    agencies: dict[str, Agency]
    begin: datetime
    written: list[Case] = field(default_factory=list)

    def decided(self, text: str, agency: str, guess: str, decider: Account | None) -> Case:
        """Write a case that the machine proposed for `guess` and that went to `agency`."""
        at = self.begin + timedelta(hours=len(self.written))
        chosen = self.agencies[agency]
        # A known id: what is left out of too many labels follows from it.
        case = _case(uuid5(NAMESPACE_OID, f"{self.begin} {len(self.written)}"), text, chosen, at)
        self.session.add(case)
        self.session.flush()
        decision = _machine(guess)
        self.session.add(
            RoutingDecision(
                id=db.new_id(),
                case_id=case.id,
                decided_at=at,
                outcome=str(decision.outcome),
                case_class="C",
                confidence=decision.confidence,
                trace=decision.to_trace(),
            )
        )
        if decider is not None:
            told = Correction(
                Act.DISPATCH,
                "dispatcher",
                Proposal.of(decision),
                Marks("C", None, False),
                Marks("C", None, False, chosen.code),
            )
            self.session.add(
                RoutingDecision(
                    id=db.new_id(),
                    case_id=case.id,
                    decided_at=at,
                    decided_by=decider.id,
                    outcome="dispatched",
                    case_class="C",
                    agency_id=chosen.id,
                    confidence=1.0,
                    trace=told.to_trace(),
                )
            )
        self.session.add(
            Assignment(
                id=db.new_id(),
                case_id=case.id,
                agency_id=chosen.id,
                role="lead",
                assigned_at=at,
                assigned_by=decider.id if decider else None,
                accepted_at=at,
                ended_at=at,
            )
        )
        self.written.append(case)
        return case


def _case(case_id: UUID, text: str, agency: Agency, at: datetime) -> Case:
    return Case(
        id=case_id,
        reference=new_reference(),
        tracking_code=new_tracking_code(),
        submission_digest=f"{next(_ORDER):064d}",
        channel="web",
        locale="vi",
        state="answered",
        state_since=at,
        case_class="C",
        title="",
        body=text,
        submitter_kind="citizen",
        anonymous=False,
        consent_publish=False,
        confidential=False,
        received_at=at,
        lead_agency_id=agency.id,
        co_agency_ids=[],
        due_on=at.date(),
        citizen_due_on=at.date(),
        answered_at=at + timedelta(hours=1),
        closed_at=at + timedelta(hours=1),
    )


def _machine(guess: str) -> Decision:
    return Decision(
        Outcome.TRIAGE,
        None,
        None,
        None,
        PlaceMatch(PlaceStatus.NONE, None, ()),
        False,
        (),
        0.5,
        (Candidate(guess, 0.5, "classifier"),),
        (),
    )


def course_of(
    sessions: sessionmaker[Session], folder: Path, now: datetime, asked: Sequence[Question] | None = None
) -> Course:
    """A course on the small corpus, with files in `folder`."""
    return Course(
        sessions, Storage(f"file://{folder}"), lambda: now, corpus(), shipped() if asked is None else asked
    )


def put_in_use(course: Course, until: datetime) -> str:
    """Let the small model be the one in use, as if trained until `until`."""
    model = small_model()
    with db.transaction(course.sessions, db.WORKER) as session:
        models.keep_row(session, model, models.keep_files(course.storage, model), until, until)
        session.flush()
        models.settle(session, session.get_one(ClassifierModel, model.version), Verdict(()), {}, until)
    return model.version
