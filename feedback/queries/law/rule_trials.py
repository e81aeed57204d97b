"""Trials of changed routing rules as a page shows them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.routing.trial import TrialResult
from feedback.models import RuleTrial, Work


@dataclass(frozen=True, slots=True)
class TrialView:
    """A trial with its parts read.

    row: the proposed version as texts by column; None takes the rule away. result: None while it is
    counted. failed: whether the workers gave it up.
    """

    trial: RuleTrial
    row: Mapping[str, str] | None
    result: TrialResult | None
    failed: bool

    @property
    def last_day(self) -> date | None:
        """The proposed version's last day; None without one."""
        text = "" if self.row is None else self.row["valid_to"]
        return date.fromisoformat(text) if text else None

    @property
    def waits(self) -> bool:
        """Whether a worker is still to bring something."""
        return self.result is None and not self.failed


def find_trial(session: Session, trial_id: UUID) -> TrialView | None:
    """Give a trial, or None."""
    trial = session.get(RuleTrial, trial_id, populate_existing=True)
    if trial is None:
        return None
    given_up = select(Work.id).where(Work.subject == trial.id, Work.failed_at.is_not(None))
    return TrialView(
        trial=trial,
        row=None if trial.row is None else json.loads(trial.row),
        result=None if trial.result is None else TrialResult.from_json(trial.result),
        failed=session.scalar(given_up.limit(1)) is not None,
    )
