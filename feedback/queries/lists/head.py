"""A head's people and their load, what waits for a decision, the agencies that are behind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Integer, cast, column, func, select
from sqlalchemy.orm import Session

from feedback.domain.permissions import HANDLERS
from feedback.domain.positions import PositionKind
from feedback.models import Account, Agency, Answer, Holding, Position, Unit
from feedback.queries.people import holding_on

MOST = 50


@dataclass(frozen=True, slots=True)
class Handler:
    """Somebody of an agency who can be given a case, with the unit and position they work in."""

    account_id: int
    name: str
    kind: PositionKind
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Load:
    """How many open cases an officer has (None: those that nobody has), and how they stand.

    today: due today. soon: due from today to the day that was asked for.
    """

    account_id: int | None
    name: str
    open: int
    today: int
    soon: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Behind:
    """An agency, by its names, with open cases past their date."""

    agency_id: int
    name_vi: str
    name_en: str
    overdue: int
    oldest_due_on: date


@dataclass(frozen=True, slots=True)
class Submitted:
    """The words that wait for approval: of which case, as which version, by whom."""

    case_id: UUID
    version: int
    text: str
    written_by: str


def handlers_of(session: Session, agency_id: int, on: date, unit_id: int | None = None) -> list[Handler]:
    """Give who can be given a case in an agency on the day `on`, each once, officers first.

    unit_id: only those of one unit.
    """
    query = (
        select(Account.id, Account.name, Position.kind, Unit)
        .join(Holding, Holding.account_id == Account.id)
        .join(Position, Position.id == Holding.position_id)
        .outerjoin(Unit, Unit.id == Position.unit_id)
        .where(
            Position.agency_id == agency_id,
            Position.kind.in_([str(kind) for kind in HANDLERS]),
            Account.active,
            holding_on(on),
        )
        .order_by(Position.kind != str(PositionKind.OFFICER), Unit.id, Account.name)
    )
    if unit_id is not None:
        query = query.where(Position.unit_id == unit_id)
    found: dict[int, Handler] = {}
    for account_id, name, kind, unit in session.execute(query):
        found.setdefault(account_id, Handler(account_id, name, PositionKind(kind), unit))
    return list(found.values())


def units_of(session: Session, agency_id: int, on: date) -> list[Unit]:
    """Give the units of an agency that exist on the day `on`."""
    return list(
        session.scalars(
            select(Unit)
            .where(
                Unit.agency_id == agency_id,
                Unit.valid_from <= on,
                Unit.valid_to.is_(None) | (Unit.valid_to >= on),
            )
            .order_by(Unit.name_vi)
        )
    )


def load_of(
    session: Session,
    agency_ids: Collection[int],
    today: date,
    soon_until: date,
    unit_ids: Collection[int] | None = None,
) -> list[Load]:
    """Give the load of each officer of some agencies, or of some of their units (`load_query`)."""
    return [Load(*row) for row in session.execute(load_query(agency_ids, today, soon_until, unit_ids))]


def load_query(
    agency_ids: Collection[int], today: date, soon_until: date, unit_ids: Collection[int] | None = None
) -> Any:
    """Ask for the load of each officer.

    soon_until: the last day (Vietnamese date) that counts as due soon; what is overdue is not counted in it.
    Cases that nobody has come first, then the most loaded. A function of the database counts, of agencies
    that the actor may see: row security asked of every open case would take ten times as long.
    """
    units = None if unit_ids is None else sorted(unit_ids)
    columns = (
        column("account_id", Integer()), column("open", Integer()), column("today", Integer()),
        column("soon", Integer()), column("overdue", Integer()),
    )  # fmt: skip
    load = (
        func.open_load(
            cast(sorted(agency_ids), ARRAY(Integer)), today, soon_until, cast(units, ARRAY(Integer))
        )
        .table_valued(*columns, name="load")
        .render_derived()
    )
    return (
        select(load.c.account_id, func.coalesce(Account.name, "").label("name"), *list(load.c)[1:])
        .outerjoin(Account, Account.id == load.c.account_id)
        .order_by(load.c.account_id.is_not(None), load.c.open.desc(), Account.name)
        .limit(MOST)
    )


def behind(session: Session, today: date, most: int = 20) -> list[Behind]:
    """Give the agencies with the most open cases past their date, as far as the actor sees them."""
    return [Behind(*row) for row in session.execute(behind_query(today, most))]


def behind_query(today: date, most: int = 20) -> Any:
    """Ask for the agencies with the most open cases past their date, the worst first, as far as seen."""
    columns = (column("agency_id", Integer()), column("overdue", Integer()), column("oldest", Date()))
    late = func.agencies_behind(today).table_valued(*columns, name="late").render_derived()
    return (
        select(
            Agency.id.label("agency_id"), Agency.name_vi, Agency.name_en, late.c.overdue,
            late.c.oldest.label("oldest_due_on"),
        )
        .join(late, late.c.agency_id == Agency.id)
        .order_by(late.c.overdue.desc(), late.c.oldest)
        .limit(most)
    )  # fmt: skip


def submitted_query(case_ids: Collection[UUID]) -> Any:
    """Ask for the words that wait for approval in some cases."""
    return (
        select(Answer.case_id, Answer.version, Answer.text, Account.name.label("written_by"))
        .join(Account, Account.id == Answer.written_by)
        .where(Answer.case_id.in_(case_ids), Answer.status == "submitted")
        .order_by(Answer.period, Answer.version)
    )
