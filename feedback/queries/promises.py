"""When the day promised to a submitter moved, and who was not told of it by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from feedback.domain.clocks import Clock
from feedback.domain.events import EventKind
from feedback.domain.lifecycle import CLOSED, State
from feedback.queries.case_file import CaseFile

_WITHOUT_MAIL = frozenset({"counter", "post", "phone"})


@dataclass(frozen=True, slots=True)
class PromiseMove:
    """A promised day that became another one at a moment, in a period of the case."""

    at: datetime
    period: int
    old: date
    new: date


def promise_moves(file: CaseFile) -> list[PromiseMove]:
    """Give each move of the day promised to the submitter, in order.

    Nothing but a change of the working calendar moves it within a period (`services/law/recount.py`): no
    transfer, pause or extension does. A reopening opens a period with a day of its own.
    """
    rows = [row for row in file.deadlines if row.clock == Clock.CITIZEN]
    return [
        PromiseMove(after.created_at, after.period, before.due_on, after.due_on)
        for before, after in pairwise(rows)
        if before.period == after.period and before.due_on != after.due_on
    ]


def latest_move(file: CaseFile) -> PromiseMove | None:
    """Give the last move of the running period, if its day moved at all."""
    moves = [move for move in promise_moves(file) if move.period == file.case.period]
    return moves[-1] if moves else None


def to_be_told(file: CaseFile) -> PromiseMove | None:
    """Give the move of which nobody told a submitter whom no mail reaches, as far as staff recorded it.

    None once a call, letter or meeting was recorded after it, once the case is closed or answered, for who
    gave no contact at all, and for a case set apart.
    """
    case, move = file.case, latest_move(file)
    over = case.restricted_at is not None or State(case.state) in CLOSED or case.answered_at is not None
    if move is None or over or case.reachable_by not in _WITHOUT_MAIL:
        return None
    told = any(
        entry.kind == EventKind.EXCHANGE_LOGGED
        and entry.payload.get("partner") == "submitter"
        and entry.at >= move.at
        for entry in file.history
    )
    return None if told else move
