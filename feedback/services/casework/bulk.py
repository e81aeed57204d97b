"""One act on many cases: what would happen to each, doing it to those that can, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from feedback.domain import permissions
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action, TransitionRefused
from feedback.domain.permissions import Refused
from feedback.domain.positions import Actor
from feedback.models import Case
from feedback.queries.case_file import NotFound
from feedback.queries.law_book import LawBook
from feedback.services.casework import handling
from feedback.services.errors import Conflict, InvalidInput
from feedback.services.facts import begin, case_facts
from feedback.services.trail import record

MOST_AT_ONCE = 200
BACK_WITHIN = timedelta(minutes=5)
ACTIONS = {"accept": Action.ACCEPT, "assign": Action.ASSIGN_OFFICER}


@dataclass(frozen=True, slots=True)
class Done:
    """A case that was given to somebody: who had it before, and its version afterwards."""

    case: Case
    officer_before: int | None
    unit_before: int | None


def objection(session: Session, actor: Actor, case: Case, act: str, agency_id: int | None) -> str | None:
    """Say why `act` cannot be done to `case`, as a code of `permissions.refusal`, or ``other_agency``."""
    facts = case_facts(session, actor, case)
    why = permissions.refusal(actor, ACTIONS[act], facts)
    if why is None and act == "assign" and facts.lead_agency_id != agency_id:
        return "other_agency"
    return why


def apply(
    session: Session,
    actor: Actor,
    chosen: Sequence[tuple[Case, int]],
    act: str,
    *,
    officer_id: int | None,
    now: datetime,
    book: LawBook,
) -> tuple[list[Done], list[tuple[Case, Exception]]]:
    """Do `act` to each of the cases (with the version that was seen); gives what was done and what was not.

    Each stands for itself: what one case refuses undoes nothing of the others. NotFound stands for one that
    went elsewhere since it was read.
    """
    done: list[Done] = []
    refused: list[tuple[Case, Exception]] = []
    for case, version in chosen:
        before = Done(case, case.officer_id, case.unit_id)
        try:
            with session.begin_nested():
                if act == "accept":
                    handling.accept(session, actor, case, now=now, book=book, expected_version=version)
                else:
                    handling.assign_officer(
                        session, actor, case, officer_id=officer_id, now=now, expected_version=version
                    )
                session.flush()
            done.append(before)
        except (Refused, TransitionRefused, Conflict, NotFound, InvalidInput) as error:
            refused.append((case, error))
    return done, refused


def give_back(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    officer_id: int | None,
    unit_id: int | None,
    now: datetime,
    expected_version: int,
) -> None:
    """Take an assignment back: the case is again whose it was, unless something happened to it since.

    Raises Conflict, NotFound and Refused as `facts.begin` does.
    """
    begin(session, actor, case, Action.ASSIGN_OFFICER, expected_version)
    case.officer_id = officer_id
    case.unit_id = unit_id
    record(session, case, EventKind.OFFICER_ASSIGNED, actor, now, officer=officer_id, unit=unit_id)
