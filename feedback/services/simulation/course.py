"""A simulated case, and what happens to it next: drawn from its state, matter and agency."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from feedback.domain.lifecycle import CAPS, State
from feedback.models import Case
from feedback.services.casework.publication import obstacle
from feedback.services.simulation.staff import Office, at_home


class Act(StrEnum):
    """What somebody does to a case; `acts.py` holds how."""

    DISPATCH = "dispatch"
    REFUSE = "refuse"
    SPLIT = "split"
    MERGE = "merge"
    SET_APART = "set_apart"
    CONTACT = "contact"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    RECALL = "recall"
    ASSIGN_OFFICER = "assign_officer"
    ASK = "ask"
    REPLY = "reply"
    NOTE_REPLY = "note_reply"
    TRANSFER = "transfer"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN_DRAFT = "return_draft"
    DELIVER = "deliver"
    PROPOSE = "propose"
    CHECK = "check"
    RETURN_PUBLICATION = "return_publication"
    RATE = "rate"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    FORWARD = "forward"
    GUIDE = "guide"
    RETURN_TO_TRIAGE = "return_to_triage"


Next = tuple[datetime, Act]
_APART = frozenset({"complaint", "denunciation", "crime"})


@dataclass(slots=True)
class Course:
    """One case under way: its own dice, what it truly is, and what is still to come before its end.

    hurdles: acts that come before the answer, in their order; drawn when the case is accepted.
    afterwards: acts that follow the answer. followers: cases merged into this one.
    """

    case_id: UUID
    number: int
    truth: str
    draw: random.Random
    repeats: int | None = None
    final: bool = False
    hurdles: list[Act] = field(default_factory=list)
    afterwards: list[Act] = field(default_factory=list)
    followers: list[Course] = field(default_factory=list)
    ready_at: datetime | None = None
    turn: int = 0
    returned: bool = False


def plan(course: Course, case: Case, at: datetime, office: Office) -> Next | None:
    """Draw what happens next to a case that stands as it does since `at`; None when nothing more will."""
    match State(case.state):
        case State.TRIAGE:
            return _in_triage(course, case, at, office)
        case State.ASSIGNED:
            return _assigned(course, case, at, office)
        case State.IN_PROGRESS:
            return _in_progress(course, case, at, office)
        case State.AWAITING_SUBMITTER:
            return _awaiting_submitter(course, case, at, office)
        case State.AWAITING_APPROVAL:
            return _awaiting_approval(course, case, at, office)
        case State.ANSWERED:
            return _answered(course, case, at, office)
        case State.RESTRICTED:
            return _restricted(course, at, office)
        case _:
            return None


def _in_triage(course: Course, case: Case, at: datetime, office: Office) -> Next:
    draw = course.draw
    moment = office.at_work(None, at, draw.choice((0, 0, 0, 1, 1, 2)), draw)
    if case.urgent:
        moment = at + timedelta(minutes=draw.randrange(5, 60))
    return moment, _decision_in_triage(course)


def _decision_in_triage(course: Course) -> Act:
    if course.truth in _APART and not course.returned:
        return Act.SET_APART
    if course.truth == "X":
        return Act.REFUSE
    if course.truth == "G":
        return Act.SPLIT
    return Act.MERGE if course.repeats is not None else Act.DISPATCH


def _assigned(course: Course, case: Case, at: datetime, office: Office) -> Next:
    draw, agency_id = course.draw, case.lead_agency_id
    if case.urgent and case.contacted_at is None:
        return at + timedelta(minutes=draw.randrange(10, 200)), Act.CONTACT
    pace = office.diligence(agency_id)
    moment = office.at_work(agency_id, at, draw.expovariate(1 / pace.accept), draw)
    if course.truth in _APART and not course.returned:
        return moment, Act.SET_APART
    dice = draw.random()
    if dice < 0.05 and not course.final and case.send_backs < CAPS.send_backs:
        return moment, Act.SEND_BACK
    if 0.05 <= dice < 0.056:
        return moment, Act.RECALL
    if 0.056 <= dice < 0.062:
        return at_home(at, draw.randrange(3), draw), Act.WITHDRAW
    return moment, Act.ACCEPT


def _hurdles(course: Course, case: Case) -> list[Act]:
    draw = course.draw
    drawn = (
        (0.25, Act.ASSIGN_OFFICER, True),
        (0.03, Act.TRANSFER, case.transfers < CAPS.transfers),
        (0.07, Act.ASK, not case.anonymous),
        (0.06, Act.ASK_EXTENSION, True),
        (0.004, Act.SET_APART, not course.returned),
        (0.006, Act.RECALL, True),
        (0.01, Act.WITHDRAW, True),
    )
    return [act for share, act, possible in drawn if draw.random() < share and possible]


def _in_progress(course: Course, case: Case, at: datetime, office: Office) -> Next:
    draw, agency_id = course.draw, case.lead_agency_id
    pace = office.diligence(agency_id)
    if course.ready_at is None:
        course.hurdles = _hurdles(course, case)
        course.ready_at = office.at_work(agency_id, at, draw.gammavariate(3, pace.draft / 3), draw)
    if case.urgent and case.contacted_at is None:
        return at + timedelta(minutes=draw.randrange(10, 60)), Act.CONTACT
    if not course.hurdles:
        return max(course.ready_at, at + timedelta(minutes=20)), Act.SUBMIT
    act = course.hurdles.pop(0)
    if act is Act.ASK_EXTENSION:
        return max(office.at_work(agency_id, at, 9, draw), at + timedelta(minutes=5)), act
    if act is Act.DECIDE_EXTENSION:
        return office.at_work(agency_id, at, draw.choice((0, 1, 1, 2)), draw), act
    return office.at_work(agency_id, at, draw.choice((0, 1, 1, 2, 3)), draw), act


def _awaiting_submitter(course: Course, case: Case, at: datetime, office: Office) -> Next | None:
    draw = course.draw
    dice = draw.random()
    if dice < 0.2:
        return None  # the term ends the wait
    days = draw.randrange(0, 9)
    if dice < 0.9:
        return at_home(at, days, draw), Act.REPLY
    return office.at_work(case.lead_agency_id, at, days, draw), Act.NOTE_REPLY


def _awaiting_approval(course: Course, case: Case, at: datetime, office: Office) -> Next:
    draw, pace = course.draw, office.diligence(case.lead_agency_id)
    moment = office.at_work(case.lead_agency_id, at, draw.expovariate(1 / pace.approve), draw)
    if draw.random() < pace.errors:
        course.ready_at = office.at_work(case.lead_agency_id, moment, draw.choice((0, 1, 2)), draw)
        return moment, Act.RETURN_DRAFT
    return moment, Act.APPROVE


def after_the_answer(course: Course, case: Case) -> None:
    """Draw what follows the answer that a case got just now."""
    draw = course.draw
    course.afterwards = []
    if case.reachable_by not in ("", "email"):
        course.afterwards.append(Act.DELIVER)
    if obstacle(case) is None:
        returned = [Act.PROPOSE, Act.RETURN_PUBLICATION] if draw.random() < 0.05 else []
        course.afterwards += [*returned, Act.PROPOSE, Act.CHECK]
    if draw.random() < 0.3:
        course.afterwards.append(Act.RATE)
    if draw.random() < 0.03 and case.period < 3:
        course.afterwards.append(Act.REOPEN)


def _answered(course: Course, case: Case, at: datetime, office: Office) -> Next | None:
    draw = course.draw
    if not course.afterwards:
        return None
    act = course.afterwards.pop(0)
    if act in (Act.RATE, Act.REOPEN):
        return at_home(at, draw.randrange(0, 6), draw), act
    if act in (Act.CHECK, Act.RETURN_PUBLICATION):
        return office.at_work(None, at, draw.choice((0, 1, 1, 3)), draw), act
    return office.at_work(case.lead_agency_id, at, draw.choice((0, 0, 1, 2)), draw), act


def _restricted(course: Course, at: datetime, office: Office) -> Next:
    draw = course.draw
    moment = office.at_work(None, at, draw.choice((1, 2, 3, 5, 9)), draw)
    if course.truth == "complaint":
        return moment, Act.GUIDE
    if course.truth in _APART and draw.random() < 0.9:
        return moment, Act.FORWARD
    return moment, Act.RETURN_TO_TRIAGE
