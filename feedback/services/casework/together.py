"""One decision on many cases of the queue: all to one agency, or all into the oldest, given to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.lifecycle import TransitionRefused
from feedback.domain.permissions import Refused
from feedback.domain.positions import Actor
from feedback.domain.routing import Outcome
from feedback.models import Case, RoutingDecision
from feedback.queries.case_file import NotFound
from feedback.queries.law_book import LawBook
from feedback.services.casework import partition, triage
from feedback.services.errors import Conflict, InvalidInput
from feedback.services.facts import lock


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case that takes part: the version that the page showed, and the class it is given away with."""

    case: Case
    version: int | None
    case_class: str | None


class NotTogether(Exception):
    """One of the cases stood against it, so that nothing is to be kept of any; `why` says what, of which."""

    def __init__(self, reference: str, why: Exception) -> None:
        super().__init__(f"{reference}: {why}")
        self.reference = reference
        self.why = why


def assign_all(
    session: Session,
    actor: Actor,
    chosen: Sequence[Chosen],
    *,
    agency_id: int,
    now: datetime,
    book: LawBook,
) -> None:
    """Give every case to one agency: all or none, so roll back on NotTogether.

    Each is a dispatch of its own, with its own clock, label and event, and can be taken back on its own.
    """
    _none_suspected(session, chosen)
    _lock_all(session, chosen)
    for one in chosen:
        with _naming(one):
            triage.dispatch(
                session, actor, one.case, agency_id=agency_id, case_class=one.case_class, now=now, book=book,
                expected_version=one.version,
            )  # fmt: skip


def merge_all(
    session: Session,
    actor: Actor,
    chosen: Sequence[Chosen],
    *,
    agency_id: int,
    now: datetime,
    book: LawBook,
) -> Case:
    """Merge every case into the oldest and give that one to an agency; gives it. Roll back on NotTogether."""
    _none_suspected(session, chosen)
    # The main case moves on with each that joins it: what the page showed of it is compared here.
    _lock_all(session, chosen)
    main, *others = sorted(chosen, key=lambda each: (each.case.received_at, each.case.id))
    for one in others:
        with _naming(one):
            partition.merge(
                session, actor, one.case, into=main.case, now=now, book=book, expected_version=one.version
            )
    with _naming(main):
        triage.dispatch(
            session, actor, main.case, agency_id=agency_id, case_class=main.case_class, now=now, book=book
        )
    return main.case


def _lock_all(session: Session, chosen: Sequence[Chosen]) -> None:
    """Lock every case before any is changed, in the order that all verbs keep, so that nobody deadlocks."""
    for one in sorted(chosen, key=lambda each: each.case.id):
        with _naming(one):
            lock(session, one.case, one.version)


class _naming:
    """Say of which case a refusal is."""

    def __init__(self, one: Chosen) -> None:
        self._reference = one.case.reference

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (Conflict, NotFound, Refused, TransitionRefused, InvalidInput)):
            raise NotTogether(self._reference, error) from error


def _none_suspected(session: Session, chosen: Sequence[Chosen]) -> None:
    """Refuse what may be a denunciation, a complaint or a crime: a person looks at each of them alone."""
    ids = [one.case.id for one in chosen]
    suspected = set(
        session.scalars(
            select(RoutingDecision.case_id).where(
                RoutingDecision.case_id.in_(ids),
                RoutingDecision.outcome == str(Outcome.RESTRICTED_TRIAGE),
            )
        )
    )
    for one in chosen:
        if one.case.id in suspected:
            raise NotTogether(one.case.reference, InvalidInput("case", "suspected"))
