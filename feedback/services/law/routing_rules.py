"""Changing routing rules: proposed, tried on past cases, then written as the next version of the row.

A version is not altered: from its first day the next one takes the place of whatever stood from then
on. It may begin today, because a rule decides about what comes in and moves nothing that was decided.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.routing.trial import TrialResult
from feedback.models import RoutingRule, RuleTrial
from feedback.queries.law.routing_rules import check, known_codes
from feedback.services import audit
from feedback.services.errors import InvalidInput
from feedback.services.law.law_rows import STREAM
from feedback.services.work import WorkKind, enqueue

_LOCK = "feedback.routing_rules"
_DAY = timedelta(days=1)


class RuleRefused(Exception):
    """A proposed change cannot be saved.

    `code`: ``not_counted`` (it was not tried yet), ``saved`` (it is already), ``stale`` (the rule was
    changed since), ``past`` (its first day has passed), ``broken`` (it can no longer be followed).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def propose(
    session: Session, row: Mapping[str, str], *, new: bool, account_id: int, now: datetime
) -> RuleTrial:
    """Write down a version that shall take its place, and have a worker try it on past cases.

    row: texts by column, as in feedback/data/routing/routing_rules.csv. new: it must be the first of its
    code. Raises InvalidInput of ``valid_from`` (``past_day``), ``valid_to`` or ``code`` (``taken_rule``),
    RuleError for what cannot be followed on its first day.
    """
    base = newest(session, row["code"])
    if new and base is not None:
        raise InvalidInput("code", "taken_rule")
    first_day = date.fromisoformat(row["valid_from"])
    if first_day < local_date(now):
        raise InvalidInput("valid_from", "past_day")
    problem = check(row, known_codes(session, first_day))
    if problem is not None:
        raise problem
    return _write(session, row["code"], dict(row), first_day, base, account_id, now)


def propose_end(
    session: Session, code: str, first_day_without: date, *, account_id: int, now: datetime
) -> RuleTrial:
    """Write down that a rule shall no longer count from a day on, and have a worker try it.

    Raises InvalidInput of ``first_day`` (``past_day``, ``ended`` when it does not count then anyhow).
    """
    base = newest(session, code)
    if base is None:
        raise LookupError(code)
    if first_day_without < local_date(now):
        raise InvalidInput("first_day", "past_day")
    if base.valid_to is not None and base.valid_to < first_day_without:
        raise InvalidInput("first_day", "ended")
    return _write(session, code, None, first_day_without, base, account_id, now)


def newest(session: Session, code: str) -> RoutingRule | None:
    """Give the version of a rule that begins last, among those that count."""
    return session.scalars(
        select(RoutingRule)
        .where(RoutingRule.code == code, RoutingRule.superseded_at.is_(None))
        .order_by(RoutingRule.valid_from.desc())
        .limit(1)
    ).one_or_none()


def _write(
    session: Session,
    code: str,
    row: dict[str, str] | None,
    first_day: date,
    base: RoutingRule | None,
    account_id: int,
    now: datetime,
) -> RuleTrial:
    trial = RuleTrial(
        id=new_id(), code=code, row=None if row is None else json.dumps(row, ensure_ascii=False),
        first_day=first_day, base_id=None if base is None else base.id, created_at=now,
        created_by=account_id,
    )  # fmt: skip
    session.add(trial)
    session.flush()
    enqueue(session, WorkKind.TRY_RULE, trial.id, now)
    return trial


def save(session: Session, trial_id: UUID, *, actor: str, account_id: int, now: datetime) -> RuleTrial:
    """Put a tried change in force from its first day; the workers follow it within a minute.

    The list of cases that it was tried on is given up; the sums stay. Raises RuleRefused.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(_LOCK, 0))))
    trial = session.get_one(RuleTrial, trial_id, populate_existing=True)
    before = newest(session, trial.code)
    _check(session, trial, before, now)
    row = None if trial.row is None else json.loads(trial.row)
    put(session, trial.code, row, trial.first_day, actor=actor, account_id=account_id, now=now)
    trial.saved_at = now
    trial.result = TrialResult.from_json(trial.result or "{}").sums_only().to_json()
    return trial


def _check(session: Session, trial: RuleTrial, before: RoutingRule | None, now: datetime) -> None:
    if trial.saved_at is not None:
        raise RuleRefused("saved")
    if trial.result is None:
        raise RuleRefused("not_counted")
    if trial.base_id != (None if before is None else before.id):
        raise RuleRefused("stale")
    if trial.first_day < local_date(now):
        raise RuleRefused("past")
    if trial.row is not None and check(json.loads(trial.row), known_codes(session, trial.first_day)):
        raise RuleRefused("broken")


def put(
    session: Session,
    code: str,
    row: Mapping[str, str] | None,
    first_day: date,
    *,
    actor: str,
    account_id: int | None,
    now: datetime,
) -> None:
    """Let `row` stand for rule `code` from `first_day` on, or nothing where it is None; audited."""
    _make_room(session, code, first_day, now)
    if row is not None:
        session.add(
            RoutingRule(
                code=code, priority=int(row["priority"]), condition=row["condition"],
                agency_code=row["agency_code"], case_class=row["case_class"] or None,
                reason_vi=row["reason_vi"], reason_en=row["reason_en"], valid_from=first_day,
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                recorded_at=now, recorded_by=account_id,
            )
        )  # fmt: skip
        session.flush()
    told: dict[str, Any] = _told(row, first_day)
    audit.record(
        session, kind=EventKind.RULE_CHANGED, actor=actor, at=now, stream=STREAM, rule=code, **told,
    )  # fmt: skip


def _told(row: Mapping[str, str] | None, first_day: date) -> dict[str, str]:
    """What the trail says of a change: codes and days, no words that somebody wrote."""
    if row is None:
        return {"valid_to": (first_day - _DAY).isoformat()}
    told = {"leads_to": row["agency_code"], "priority": row["priority"], "valid_from": first_day.isoformat()}
    return told | ({"case_class": row["case_class"]} if row["case_class"] else {})


def _make_room(session: Session, code: str, first_day: date, now: datetime) -> None:
    """End what stands the day before `first_day`; what would begin then or later never counts."""
    versions = session.scalars(
        select(RoutingRule).where(RoutingRule.code == code, RoutingRule.superseded_at.is_(None))
    )
    for version in versions:
        if version.valid_from >= first_day:
            version.superseded_at = now
        elif version.valid_to is None or version.valid_to >= first_day:
            version.valid_to = first_day - _DAY
    session.flush()
