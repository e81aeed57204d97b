"""Taking back what was decided a moment ago: what can be taken back, by whom, and for how long.

A slip of the finger in the queue must cost nothing. So for a few minutes the notices of a decision are
held, and whoever made it can take it back as long as nothing else has happened to the case. After that
only the acts that say why (recall, reopening) change where a case is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action, State

UNDO_WINDOW = timedelta(minutes=5)
"""How long a decision can be taken back, and how long its notices wait; those of an urgent case do not."""

UNDONE_BY: Mapping[EventKind, Action] = {
    EventKind.CASE_DISPATCHED: Action.TAKE_BACK,
    EventKind.CASE_REFUSED: Action.TAKE_BACK,
    EventKind.CASE_MERGED: Action.TAKE_BACK,
    EventKind.CASE_SPLIT: Action.TAKE_BACK,
    EventKind.URGENCY_CHANGED: Action.TAKE_BACK_URGENCY,
}
"""The decisions that can be taken back, by the event that they left, and the act that does it."""


@dataclass(frozen=True, slots=True)
class LastAct:
    """The last thing that happened to a case. by: the account that did it; None for anybody else."""

    kind: EventKind
    at: datetime
    by: int | None


def undo_objection(last: LastAct, account_id: int, now: datetime) -> str | None:
    """Say why `account_id` cannot take back what happened last, as a code, or None when they can.

    Codes: ``moved_on`` (something else happened since), ``not_yours``, ``too_late``.
    """
    if last.kind not in UNDONE_BY:
        return "moved_on"
    if last.by != account_id:
        return "not_yours"
    return "too_late" if now - last.at > UNDO_WINDOW else None


def is_held(state: State | str, since: datetime, now: datetime) -> bool:
    """Tell whether a case stands refused or split (`state`, `since`) by a decision that can be taken back.

    Until then its sender is not told, on whatever way, and no letter is printed.
    """
    return state in {State.REFUSED, State.SPLIT} and now - since <= UNDO_WINDOW


def notices_from(now: datetime, *, urgent: bool) -> datetime:
    """Give the moment from which the notices of a decision made at `now` may leave."""
    return now if urgent else now + UNDO_WINDOW
