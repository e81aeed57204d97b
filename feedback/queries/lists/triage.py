"""The dispatcher's queue: what is risky first, then the oldest, each with why the rules were not sure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, literal, select, tuple_
from sqlalchemy.orm import Session

from feedback.domain.lifecycle import OPEN_PUBLIC, State
from feedback.domain.routing import Decision, Outcome
from feedback.models import Agency, Case, Commune, Move, RoutingDecision
from feedback.queries import bundle
from feedback.queries.lists.followers import unread_count
from feedback.queries.lists.inbox import capped
from feedback.queries.lists.search_words import asking, prefix_query

PAGE = 15
MOST_TARGETS = 12
_MOST_SEARCHED = 100


class Queue(StrEnum):
    """A part of the queue."""

    ALL = "all"
    RISKY = "risky"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the queue ends: rank 0 is risky, 1 is not."""

    rank: int
    received_at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.rank}_{self.received_at.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """Read what `str` wrote; None for anything else."""
        try:
            rank, moment, number = text.split("_")
            received_at = datetime.fromisoformat(moment)
            if received_at.utcoffset() is None or rank not in {"0", "1"}:
                return None
            return cls(int(rank), received_at, UUID(number))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Option:
    """An agency that the rules thought of, with its share of the evidence (0 to 1)."""

    agency: Agency
    score: float


@dataclass(frozen=True)
class Waiting:
    """A case that waits for the dispatcher.

    people: how many report it, with those whose cases were merged into it.
    decision: the worker's last one, if its trace can be read; `trace` is its text. sent_back: how it
    came back from an agency: that one's words and whom it proposed, or why the desk recalled it.
    """

    case: Case
    commune: str | None
    suspected: bool
    people: int
    decision: Decision | None
    trace: str
    options: tuple[Option, ...]
    sent_back: Move | None
    sent_back_by: Agency | None
    proposed: Agency | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases wait in each part of the queue, and how much came beside cases; each to 1,001."""

    all: int
    risky: int
    returned: int
    unread: int

    def of(self, queue: Queue) -> int:
        """Give the number of a part."""
        return {Queue.ALL: self.all, Queue.RISKY: self.risky, Queue.RETURNED: self.returned}[queue]


def suspected() -> ColumnElement[bool]:
    """The condition that the worker saw signs of a denunciation, a complaint or a crime."""
    return exists().where(
        RoutingDecision.case_id == Case.id, RoutingDecision.outcome == str(Outcome.RESTRICTED_TRIAGE)
    )


def in_queue(queue: Queue) -> list[ColumnElement[bool]]:
    """The conditions under which a case waits in a part of the queue."""
    found = [
        Case.state == str(State.TRIAGE), Case.closed_at.is_(None), Case.restricted_at.is_(None),
    ]  # fmt: skip
    if queue is Queue.RISKY:
        found.append(suspected() | Case.urgent)
    elif queue is Queue.RETURNED:
        found.append(Case.send_backs > 0)
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue. place: where to go on from, if there are more; counts: what the parts hold."""

    waiting: list[Waiting]
    place: Place | None
    counts: Counts


def queue_of(session: Session, queue: Queue, after: Place | None = None, size: int = PAGE) -> Page:
    """Give a page of a part of the queue, in three statements."""
    rank: Any = case((suspected() | Case.urgent, 0), else_=1)
    waiting = (
        select(Case.id, Case.received_at, suspected().label("suspected"), rank.label("rank"))
        .where(*in_queue(queue))
        .subquery()
    )
    key = tuple_(waiting.c.rank, waiting.c.received_at, waiting.c.id)
    query = (
        select(Case, Commune.name, waiting.c.suspected, waiting.c.rank)
        .join(waiting, waiting.c.id == Case.id)
        .outerjoin(Commune, Commune.code == Case.commune_code)
        .order_by(waiting.c.rank, waiting.c.received_at, waiting.c.id)
        .limit(size + 1)
    )
    if after is not None:
        query = query.where(
            key
            > tuple_(
                literal(after.rank),
                literal(after.received_at, Case.received_at.type),
                literal(after.id, Case.id.type),
            )
        )
    rows = session.execute(query).all()
    shown = rows[:size]
    last = shown[-1] if len(rows) > size else None
    place = None if last is None else Place(last.rank, last[0].received_at, last[0].id)
    found, beside = _with_reasons(session, shown, {"counts": (Counts, select(*_counted()))})
    return Page(found, place, beside["counts"][0])


def waiting_of(session: Session, references: Collection[str]) -> list[Waiting]:
    """Give those of the cases named that wait in the queue, the oldest first, as it shows them."""
    rows = session.execute(
        select(Case, Commune.name, suspected().label("suspected"))
        .outerjoin(Commune, Commune.code == Case.commune_code)
        .where(Case.reference.in_(references), *in_queue(Queue.ALL))
        .order_by(Case.received_at, Case.id)
    ).all()
    return _with_reasons(session, rows)[0]


def one(session: Session, found: Case) -> Waiting:
    """Give a case in triage with why it is there, as the queue shows it."""
    row = session.execute(
        select(Case, Commune.name, suspected().label("suspected"))
        .outerjoin(Commune, Commune.code == Case.commune_code)
        .where(Case.id == found.id)
    ).all()
    return _with_reasons(session, row)[0][0]


def _with_reasons(
    session: Session, rows: Sequence[Any], beside: bundle.Queries | None = None
) -> tuple[list[Waiting], dict[str, list[Any]]]:
    """Give cases with why they wait, in two statements, and what `beside` asks for along with the second."""
    of_cases = bundle.load(session, _of_cases([row[0].id for row in rows]))
    decisions = {row.case_id: row for row in of_cases["decisions"]}
    moves = {row.case_id: row for row in of_cases["moves"]}
    merged = {row.main_id: row.number for row in of_cases["merged"]}
    read = {case_id: _decision(row.trace) for case_id, row in decisions.items()}
    codes = {one.agency_code for found in read.values() if found is not None for one in found.top3}
    numbers = {
        number for move in moves.values() for number in (move.from_agency_id, move.to_agency_id) if number
    }
    wanted: Any = select(Agency).where(Agency.code.in_(codes) | Agency.id.in_(numbers))
    named = bundle.load(session, {"agencies": (Agency, wanted), **(beside or {})})
    agencies = named.pop("agencies")
    by_code = {agency.code: agency for agency in agencies}
    by_id: dict[int | None, Agency] = {agency.id: agency for agency in agencies}
    waiting = []
    for row in rows:
        found, commune, suspected = row[0], row[1], row[2]
        decision, move = read.get(found.id), moves.get(found.id)
        waiting.append(
            Waiting(
                case=found,
                commune=commune,
                suspected=suspected,
                people=1 + merged.get(found.id, 0),
                decision=decision,
                trace=decisions[found.id].trace if decision is not None else "",
                options=_options(decision, by_code),
                sent_back=move,
                sent_back_by=by_id.get(move.from_agency_id) if move else None,
                proposed=by_id.get(move.to_agency_id) if move else None,
            )
        )
    return waiting, named


@dataclass(frozen=True, slots=True)
class _Merged:
    main_id: UUID
    number: int


def _of_cases(ids: Collection[UUID]) -> bundle.Queries:
    """Ask for the worker's decisions and the ways back to the desk, oldest first, and for the duplicates."""
    decisions: Any = (
        select(RoutingDecision)
        .where(RoutingDecision.case_id.in_(ids), RoutingDecision.decided_by.is_(None))
        .order_by(RoutingDecision.decided_at)
    )
    moves: Any = (
        select(Move)
        .where(Move.case_id.in_(ids), Move.kind.in_(("send_back", "recall")))
        .order_by(Move.moved_at)
    )
    # The desk sees all of them.
    merged: Any = (
        select(Case.merged_into_id.label("main_id"), func.count().label("number"))
        .where(Case.merged_into_id.in_(ids))
        .group_by(Case.merged_into_id)
    )
    return {
        "decisions": (RoutingDecision, decisions), "moves": (Move, moves), "merged": (_Merged, merged),
    }  # fmt: skip


def _options(decision: Decision | None, by_code: dict[str, Agency]) -> tuple[Option, ...]:
    if decision is None:
        return ()
    return tuple(
        Option(by_code[one.agency_code], one.score) for one in decision.top3 if one.agency_code in by_code
    )


def _decision(trace: str) -> Decision | None:
    try:
        return Decision.from_trace(trace)
    except ValueError:
        return None


def counts(session: Session) -> Counts:
    """Give how much waits in each part of the queue, and beside it."""
    return Counts(*session.execute(select(*_counted())).one())


def _counted() -> list[Any]:
    parts = [capped(select(literal(1)).where(*in_queue(queue))).label(str(queue)) for queue in Queue]
    return [*parts, unread_count().label("unread")]


def merge_targets(session: Session, found: Case, text: str) -> list[Case]:
    """Give the cases that `found` may be merged into and that hold the words of `text`, the newest first."""
    query = prefix_query(text)
    if query is None:
        return []
    ids = session.scalars(select(func.search_cases(asking(query), _MOST_SEARCHED))).all()
    states = [str(state) for state in (*OPEN_PUBLIC, State.ANSWERED)]
    return list(
        session.scalars(
            select(Case)
            .where(
                Case.id.in_(ids), Case.id != found.id, Case.restricted_at.is_(None), Case.state.in_(states)
            )
            .order_by(Case.received_at.desc(), Case.id.desc())
            .limit(MOST_TARGETS)
        )
    )
