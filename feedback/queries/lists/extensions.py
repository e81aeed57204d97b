"""The extensions that wait for somebody's decision: `permissions.may_extend`, asked of all cases at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, any_, false, func, literal, or_, select

from feedback.domain.clocks import Clock
from feedback.domain.lifecycle import Action, State, actions_in
from feedback.domain.positions import PositionKind
from feedback.models import Account, Case, Extension
from feedback.queries.extenders import extend_by
from feedback.queries.lists.desk import Desk
from feedback.queries.lists.inbox import capped

MOST = 50
_DECIDED_IN = sorted(str(state) for state in State if Action.DECIDE_EXTENSION in actions_in(state))


@dataclass(frozen=True, slots=True)
class Asked:
    """An extension that waits for a decision. due_on: the date that the case has now.

    of: how many wait in all, of which a list shows the oldest.
    """

    reference: str
    title: str
    due_on: date
    new_due_on: date
    reason: str
    asked_by: str
    asked_at: datetime
    of: int


def _may_decide(desk: Desk) -> tuple[ColumnElement[bool], ...]:
    """Say which cases' extensions are `desk`'s to decide.

    A case without a row for its term is extended by the head of the agency that leads (CaseFacts).
    """
    named_text = func.coalesce(extend_by(Case.id, str(Clock.AGENCY)), str(PositionKind.HEAD_OF_AGENCY))
    named = func.string_to_array(named_text, ";")
    rows: list[ColumnElement[bool]] = []
    if desk.approves_for:
        top = literal(str(PositionKind.HEAD_OF_AGENCY)) == any_(named)
        rows.append(Case.lead_agency_id.in_(desk.approves_for) & top)
    if desk.leads_units_of:
        unit = literal(str(PositionKind.HEAD_OF_UNIT)) == any_(named)
        theirs = Case.unit_id.is_(None) | Case.unit_id.in_(desk.leads_units)
        rows.append(Case.lead_agency_id.in_(desk.leads_units_of) & theirs & unit)
    if desk.chief:
        rows.append(literal(str(PositionKind.COORDINATOR_HEAD)) == any_(named))
    return (
        Extension.decision == "pending",
        Case.closed_at.is_(None),
        Case.state.in_(_DECIDED_IN),
        or_(false(), *rows),
    )


def asked_query(desk: Desk, most: int = MOST) -> Any:
    """Ask for the extensions that `desk` is to decide, the oldest first."""
    return (
        select(
            Case.reference, Case.title, Case.due_on, Extension.new_due_on, Extension.reason,
            Account.name.label("asked_by"), Extension.asked_at, func.count().over().label("of"),
        )
        .select_from(Extension)
        .join(Case, Case.id == Extension.case_id)
        .join(Account, Account.id == Extension.asked_by)
        .where(*_may_decide(desk))
        .order_by(Extension.asked_at)
        .limit(most)
    )  # fmt: skip


def extensions_count(desk: Desk) -> Any:
    """Give, as a column, how many extensions wait for `desk`, to 1,001."""
    return capped(
        select(literal(1))
        .select_from(Extension)
        .join(Case, Case.id == Extension.case_id)
        .where(*_may_decide(desk))
    )
