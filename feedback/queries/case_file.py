"""The case file: finding a case, and all that a page about one shows, in a handful of queries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, column, exists, func, select
from sqlalchemy.orm import Session, joinedload

from feedback.domain.clocks import Clock
from feedback.domain.trace import Trace
from feedback.domain.tracking import parse_reference
from feedback.models import (
    Account,
    Agency,
    Answer,
    Assignment,
    Attachment,
    AuditEvent,
    Case,
    Commune,
    Contribution,
    Deadline,
    Delivery,
    EscalationStep,
    EventNote,
    Extension,
    Forwarding,
    IdentityReveal,
    Message,
    Move,
    Period,
    Position,
    Publication,
    Rating,
    Relay,
    RestrictedAccess,
    RestrictedConflict,
    RoutingDecision,
    Supplement,
    Unit,
)
from feedback.queries import bundle


class NotFound(LookupError):
    """There is no such case, or it is not for the actor to see: both are answered alike."""


def find_case(session: Session, reference: str) -> Case:
    """Give the case of a staff reference, typed in any way a person may type it.

    Raises NotFound when there is none that the session's actor sees.
    """
    printed = parse_reference(reference)
    if printed is None:
        raise NotFound(reference)
    return _one(session, Case.reference == printed, reference)


def find_case_by_code(session: Session, tracking_code: str) -> Case:
    """Give the case of a tracking code as printed (`parse_tracking_code`), in that code's public scope.

    Raises NotFound.
    """
    return _one(session, Case.tracking_code == tracking_code, "tracking code")


def _one(session: Session, condition: Any, wanted: str) -> Case:
    case = session.scalars(
        select(Case)
        .where(condition)
        .options(joinedload(Case.lead_agency), joinedload(Case.unit), joinedload(Case.field))
    ).one_or_none()
    if case is None:
        raise NotFound(wanted)
    return case


@dataclass(frozen=True, slots=True)
class Kin:
    """A case that belongs with another one.

    relation: ``part`` (split off from it), ``duplicate`` (merged into it), ``origin`` (which it was split
    off from), ``main`` (which it was merged into). tracking_code: told to the submitter alone, of parts.
    seen: the session's actor may open it too.
    """

    id: UUID
    relation: str
    reference: str
    tracking_code: str | None
    state: str
    title: str
    seen: bool


def related_cases(session: Session, case_id: UUID) -> tuple[Kin, ...]:
    """Give the cases that belong with a case which the actor sees, also those they do not see themselves.

    A submitter gets the parts of their own message with their codes; staff get no case that was set
    apart.
    """
    return tuple(Kin(*row) for row in session.execute(_kin_query(case_id)))


def _kin_query(case_id: Any) -> Any:
    names = ("relation", "reference", "tracking_code", "state", "title")
    kin = func.related_cases(case_id).table_valued(column("id", Uuid()), *names, name="kin")
    # The function tells of cases that row-level security hides; whether it hides them is asked beside it.
    return select(kin, exists().where(Case.id == kin.c.id).label("seen"))


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened: when, what, by whom, with its codes and the words written with it.

    actor: the name of a member of staff; empty for the submitter, a worker or a command, whom
    `actor_key` tells.
    """

    id: UUID
    at: datetime
    kind: str
    actor_key: str
    actor: str
    payload: Mapping[str, Any]
    note: str


@dataclass(frozen=True)
class CaseFile:
    """A case with everything that its page shows; lists are oldest first.

    `agencies`, `units`, `accounts` and `positions` give the rows or names that the lists point to by number.
    `commune` is where it happened, if that is known.
    """

    case: Case
    attachments: list[Attachment]
    periods: list[Period]
    deadlines: list[Deadline]
    extensions: list[Extension]
    routing_decisions: list[RoutingDecision]
    assignments: list[Assignment]
    moves: list[Move]
    supplements: list[Supplement]
    contributions: list[Contribution]
    relays: list[Relay]
    answers: list[Answer]
    deliveries: list[Delivery]
    publications: list[Publication]
    ratings: list[Rating]
    steps: list[EscalationStep]
    accesses: list[RestrictedAccess]
    conflicts: list[RestrictedConflict]
    forwardings: list[Forwarding]
    reveals: list[IdentityReveal]
    messages: list[Message]
    history: list[HistoryEntry]
    kin: tuple[Kin, ...]
    agencies: Mapping[int, Agency]
    units: Mapping[int, Unit]
    accounts: Mapping[int, str]
    positions: Mapping[int, Position]
    commune: Commune | None
    beside: Mapping[str, list[Any]]

    def active(self, clock: Clock) -> Deadline | None:
        """The running deadline of a clock, if it runs."""
        return next(
            (
                row
                for row in reversed(self.deadlines)
                if row.clock == clock and row.superseded_at is None and row.met_at is None
            ),
            None,
        )

    @staticmethod
    def trace(deadline: Deadline) -> Trace:
        """How a deadline came about, as a value that `explain` puts into words."""
        return Trace.from_json(deadline.trace)

    @property
    def people(self) -> int:
        """How many senders report it: its own, and those of the cases that were merged into it."""
        return 1 + sum(kin.relation == "duplicate" for kin in self.kin)

    @property
    def draft(self) -> Answer | None:
        """The version of the running period that is being written or awaits approval."""
        return self._newest("draft", "submitted")

    @property
    def approved_answer(self) -> Answer | None:
        """The newest words that went out to the submitter, of whichever period."""
        return self._newest("approved", any_period=True)

    @property
    def open_supplement(self) -> Supplement | None:
        """The question that waits for the submitter's reply."""
        waiting = (row for row in self.supplements if row.replied_at is None and row.expired_at is None)
        return next(waiting, None)

    @property
    def pending_extension(self) -> Extension | None:
        """The extension that waits for the head's decision."""
        return next((row for row in self.extensions if row.decision == "pending"), None)

    @property
    def pending_delivery(self) -> Delivery | None:
        """The letter that waits to be handed over, posted or told."""
        return next(
            (
                row
                for row in reversed(self.deliveries)
                if row.delivered_at is None and row.cancelled_at is None
            ),
            None,
        )

    @property
    def publication(self) -> Publication | None:
        """What the board shows, or is to show, of the running period."""
        return next((row for row in self.publications if row.period == self.case.period), None)

    def _newest(self, *statuses: str, any_period: bool = False) -> Answer | None:
        return next(
            (
                row
                for row in reversed(self.answers)
                if row.status in statuses and (any_period or row.period == self.case.period)
            ),
            None,
        )


_LISTS: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
    "attachments": (Attachment, (Attachment.id,)),
    "periods": (Period, (Period.number,)),
    "deadlines": (Deadline, (Deadline.period, Deadline.created_at, Deadline.version)),
    "extensions": (Extension, (Extension.asked_at,)),
    "routing_decisions": (RoutingDecision, (RoutingDecision.decided_at,)),
    "assignments": (Assignment, (Assignment.assigned_at, Assignment.role.desc(), Assignment.id)),
    "moves": (Move, (Move.moved_at,)),
    "supplements": (Supplement, (Supplement.asked_at,)),
    "contributions": (Contribution, (Contribution.asked_at, Contribution.id)),
    "relays": (Relay, (Relay.relayed_at, Relay.id)),
    "answers": (Answer, (Answer.period, Answer.version)),
    "deliveries": (Delivery, (Delivery.created_at,)),
    "publications": (Publication, (Publication.period,)),
    "ratings": (Rating, (Rating.period,)),
    "steps": (EscalationStep, (EscalationStep.reached_on, EscalationStep.id)),
    "accesses": (RestrictedAccess, (RestrictedAccess.granted_at, RestrictedAccess.id)),
    "conflicts": (RestrictedConflict, (RestrictedConflict.recorded_at, RestrictedConflict.id)),
    "forwardings": (Forwarding, (Forwarding.forwarded_at, Forwarding.id)),
    "reveals": (IdentityReveal, (IdentityReveal.revealed_at,)),
    "messages": (Message, (Message.created_at, Message.id)),
    "notes": (EventNote, (EventNote.written_at,)),
}
_ACCOUNTS = (
    "written_by", "decided_by", "asked_by", "assigned_by", "moved_by", "account_id", "granted_by",
    "checked_by", "acknowledged_by", "created_by", "officer_id", "answered_by", "recorded_by",
    "forwarded_by", "confirmed_by", "relayed_by",
)  # fmt: skip
_AGENCIES = ("agency_id", "from_agency_id", "to_agency_id", "lead_agency_id", "accused_agency_id")


def read_case_file(session: Session, case: Case, beside: bundle.Queries | None = None) -> CaseFile:
    """Read all that belongs to `case` as far as the session's actor sees it.

    Two statements, however long the case's history is. beside: what a page wants to know besides, by names
    of its own; it comes along with the second (`CaseFile.beside`).
    """
    lists = _lists_of_a_case().run(session, {"the_case": case.id})
    events, notes, told = lists.pop("events"), lists.pop("notes"), lists.pop("told")
    lists["moves"] = lists["moves"] or told
    relays_told = lists.pop("relays_told")
    lists["relays"] = lists["relays"] or relays_told
    named = bundle.load(session, {**_names_query(case, lists, events), **(beside or {})})
    accounts = {account.id: account.name for account in named.pop("accounts")}
    return CaseFile(
        case=case,
        kin=tuple(lists.pop("kin")),
        **lists,
        history=_history(events, notes, accounts),
        agencies={agency.id: agency for agency in named.pop("agencies")},
        units={unit.id: unit for unit in named.pop("units")},
        accounts=accounts,
        positions={position.id: position for position in named.pop("positions")},
        commune=next(iter(named.pop("communes")), None),
        beside=named,
    )


@cache
def _lists_of_a_case() -> bundle.Prepared:
    case_id: Any = bindparam("the_case", type_=Uuid())
    queries = {
        name: (model, select(model).where(model.case_id == case_id).order_by(*order))
        for name, (model, order) in _LISTS.items()
    }
    # The hashes of the chain are bytes, which JSON has no form for, and no page shows them.
    shown = (AuditEvent.id, AuditEvent.at, AuditEvent.actor, AuditEvent.kind, AuditEvent.payload)
    events: Any = select(*shown).where(AuditEvent.case_id == case_id).order_by(AuditEvent.seq)
    told: Any = select(_told(case_id)).order_by("moved_at")
    return bundle.prepare(
        {
            **queries, "events": (AuditEvent, events), "told": (Move, told),
            "relays_told": (Relay, select(_relays_told(case_id)).order_by("relayed_at")),
            "kin": (Kin, _kin_query(case_id)),
        }
    )  # fmt: skip


def _names_query(case: Case, lists: Mapping[str, list[Any]], events: list[AuditEvent]) -> bundle.Queries:
    """Ask for what the rows of a case point to by number."""
    everything = [case, *(row for rows in lists.values() for row in rows)]
    agency_ids = _numbers(everything, _AGENCIES) | set(case.co_agency_ids)
    account_ids = _numbers(everything, _ACCOUNTS) | set(filter(None, map(_account_of, events)))
    reached = {step.position_id for step in lists["steps"]} | set(filter(None, map(_stood_in, events)))
    of_positions = select(Position.agency_id).where(Position.id.in_(reached))
    named: dict[str, tuple[type[Any], Any]] = {
        "agencies": (
            Agency, select(Agency).where(Agency.id.in_(agency_ids) | Agency.id.in_(of_positions)),
        ),
        "accounts": (Account, select(Account.id, Account.name).where(Account.id.in_(account_ids))),
        "units": (Unit, select(Unit).where(Unit.agency_id == case.lead_agency_id).order_by(Unit.id)),
        "positions": (Position, select(Position).where(Position.id.in_(reached))),
        "communes": (Commune, select(Commune).where(Commune.code == case.commune_code)),
    }  # fmt: skip
    return named


def _told(case_id: Any) -> Any:
    """The moves of a case as its submitter may know them: who passed it to whom and when, never why."""
    return func.moves_told(case_id).table_valued(
        "id", "case_id", "kind", "moved_at", "from_agency_id", "to_agency_id"
    )


def _relays_told(case_id: Any) -> Any:
    """What was relayed as its submitter may know it: to whom, when, until when, and that a reply came."""
    return func.relays_told(case_id).table_valued(
        "id", "case_id", "agency_id", "relayed_at", "due_on", "answered_at"
    )


def _history(
    events: Iterable[AuditEvent], notes: Iterable[EventNote], accounts: Mapping[int, str]
) -> list[HistoryEntry]:
    """Join the audit events with the words that were written with them and the names of who acted."""
    words = {note.event_id: note.text for note in notes}
    return [
        HistoryEntry(
            id=event.id, at=event.at, kind=event.kind, actor_key=event.actor,
            actor=accounts.get(_account_of(event) or 0, ""), payload=json.loads(event.payload),
            note=words.get(event.id, ""),
        )
        for event in events
    ]  # fmt: skip


def _numbers(rows: Iterable[object], names: tuple[str, ...]) -> set[int]:
    return {number for row in rows for name in names if (number := getattr(row, name, None)) is not None}


def _stood_in(event: AuditEvent) -> int | None:
    """The position in which who acted stood in for its holder, where an event names one."""
    found: int | None = json.loads(event.payload).get("acting") if '"acting"' in event.payload else None
    return found


def _account_of(event: AuditEvent) -> int | None:
    kind, _, number = event.actor.partition(":")
    return int(number) if kind == "account" else None
