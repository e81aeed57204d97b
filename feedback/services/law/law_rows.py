"""Changing the law's rows: a version is never altered, the next one takes its place from a day to come.

What runs already is untouched: a term is pinned by the day of its start event, and no version begins before
tomorrow.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.duration import Duration
from feedback.domain.events import EventKind
from feedback.domain.ladder import LadderStep as LadderRule
from feedback.domain.ladder import Offset, StateRole
from feedback.domain.terms import Term as TermRule
from feedback.models import LadderStep, OfficeSchedule, StateLimit, Term
from feedback.services import audit
from feedback.services.errors import InvalidInput

STREAM = "settings"
# Two administrators who change a row at once take turns: the lock's first half, the second is the table's.
_LOCK_SPACE = 20_260_801
_DAY = timedelta(days=1)
Row = TypeVar("Row", Term, LadderStep, StateLimit, OfficeSchedule)


def succeed(
    session: Session, model: type[Row], same: ColumnElement[bool], valid_from: date, now: datetime
) -> Row | None:
    """End the newest version among those that are the `same` the day before `valid_from`, and give it.

    None when there is none yet. Raises InvalidInput of ``valid_from``: ``not_future`` (versions begin
    tomorrow at the earliest, in Vietnam), ``version_later`` when one begins on that day or after it.
    """
    if valid_from <= local_date(now):
        raise InvalidInput("valid_from", "not_future")
    session.execute(select(func.pg_advisory_xact_lock(_LOCK_SPACE, func.hashtext(model.__tablename__))))
    newest = session.scalars(
        select(model).where(same).order_by(model.valid_from.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        return None
    if newest.valid_from >= valid_from:
        raise InvalidInput("valid_from", "version_later")
    if newest.valid_to is None or newest.valid_to >= valid_from:
        newest.valid_to = valid_from - _DAY
    return newest


def text_of(value: str, field: str, *, most: int = 300, required: bool = True) -> str:
    """Give a typed line without spaces around it. Raises InvalidInput: ``required``, ``too_long``."""
    words = " ".join(value.split())
    if required and not words:
        raise InvalidInput(field, "required")
    if len(words) > most:
        raise InvalidInput(field, "too_long")
    return words


def _duration(value: str, field: str, *, required: bool = True) -> str:
    if not value.strip() and not required:
        return ""
    try:
        found = Duration.parse(value)
    except ValueError as error:
        raise InvalidInput(field, "not_a_duration") from error
    if found.amount < 1:
        raise InvalidInput(field, "not_a_duration")
    return str(found)


def change_term(
    session: Session,
    *,
    actor: str,
    key: str,
    valid_from: date,
    duration: str,
    pauses: bool,
    extend_by: Collection[str],
    extend_at_most: str,
    basis: str,
    now: datetime,
) -> Term:
    """Let a new version of the term `key` hold for what starts on `valid_from` (Vietnamese date) or later.

    What it is called and counted from stays. Raises InvalidInput of ``valid_from``, ``duration`` or
    ``extend_at_most`` (``not_a_duration``, ``other_unit`` than the term's, ``nobody_extends``), ``basis``;
    LookupError for an unknown key.
    """
    length = _duration(duration, "duration")
    most = _duration(extend_at_most, "extend_at_most", required=False)
    if most and not extend_by:
        raise InvalidInput("extend_at_most", "nobody_extends")
    if most and Duration.parse(most).unit is not Duration.parse(length).unit:
        raise InvalidInput("extend_at_most", "other_unit")
    words = text_of(basis, "basis")
    before = succeed(session, Term, Term.key == key, valid_from, now)
    if before is None:
        raise LookupError(key)
    row = Term(
        key=key, duration=length, counted_from=before.counted_from, basis=words, pauses=pauses,
        extend_by=";".join(extend_by), extend_at_most=most, name_vi=before.name_vi, name_en=before.name_en,
        valid_from=valid_from,
    )  # fmt: skip
    TermRule.from_row(as_texts(row))
    session.add(row)
    session.flush()
    audit.record(
        session, kind=EventKind.TERM_CHANGED, actor=actor, at=now, stream=STREAM, key=key, duration=length,
        pauses=pauses, extend_by=row.extend_by, extend_at_most=most, valid_from=valid_from.isoformat(),
    )  # fmt: skip
    return row


def change_limit(
    session: Session,
    *,
    actor: str,
    state: str,
    valid_from: date,
    duration: str,
    owner: str,
    next_up: str,
    basis: str,
    now: datetime,
) -> StateLimit:
    """Let a new limit of `state` hold for cases that enter it on `valid_from` or later.

    Raises InvalidInput of ``valid_from``, ``duration`` or ``basis``; LookupError for a state without limit.
    """
    length, words = _duration(duration, "duration"), text_of(basis, "basis")
    if succeed(session, StateLimit, StateLimit.state == state, valid_from, now) is None:
        raise LookupError(state)
    row = StateLimit(
        state=state, duration=length, owner=owner, next_up=next_up, basis=words, valid_from=valid_from
    )
    session.add(row)
    session.flush()
    audit.record(
        session, kind=EventKind.LIMIT_CHANGED, actor=actor, at=now, stream=STREAM, state=state,
        duration=length, owner=owner, next_up=next_up, valid_from=valid_from.isoformat(),
    )  # fmt: skip
    return row


def ladder_row(values: Mapping[str, Any]) -> LadderStep:
    """Make a row of the ladder, not stored yet, of what a form holds (columns as the table, lists as lists).

    Raises InvalidInput of ``offset`` (``not_an_offset``), ``recipients`` (``required``; ``not_a_state`` for
    the owner of a step of a case outside the clock of the state), ``basis``, ``name_vi``, ``name_en``.
    """
    recipients = list(values["recipients"])
    if not recipients:
        raise InvalidInput("recipients", "required")
    if values["clock"] != "state" and set(recipients) & set(StateRole):
        raise InvalidInput("recipients", "not_a_state")
    try:
        offset = str(Offset.parse(values["offset"]))
    except ValueError as error:
        raise InvalidInput("offset", "not_an_offset") from error
    row = LadderStep(
        code=values["code"], clock=values["clock"], offset=offset, recipients=";".join(recipients),
        restricted=values["restricted"], case_classes=";".join(values["case_classes"]),
        urgent=values["urgent"], agency_kinds=";".join(values["agency_kinds"]),
        basis=text_of(values["basis"], "basis"), name_vi=text_of(values["name_vi"], "name_vi"),
        name_en=text_of(values["name_en"], "name_en"), valid_from=values["valid_from"],
    )  # fmt: skip
    LadderRule.from_row(as_texts(row))
    return row


def change_ladder(session: Session, row: LadderStep, *, actor: str, now: datetime) -> LadderStep:
    """Store a row of `ladder_row`: a new step, or the next version of the step with its code.

    Raises InvalidInput of ``valid_from``, or of ``code`` (``taken``) for a new step that is none.
    """
    before = succeed(session, LadderStep, LadderStep.code == row.code, row.valid_from, now)
    if before is not None and (before.clock, before.restricted) != (row.clock, row.restricted):
        raise InvalidInput("code", "taken")
    session.add(row)
    session.flush()
    audit.record(
        session, kind=EventKind.LADDER_CHANGED, actor=actor, at=now, stream=STREAM, step=row.code,
        offset=row.offset, recipients=row.recipients, case_classes=row.case_classes, urgent=row.urgent,
        agency_kinds=row.agency_kinds, valid_from=row.valid_from.isoformat(),
    )  # fmt: skip
    return row


def end_step(session: Session, row: LadderStep, last_day: date, *, actor: str, now: datetime) -> None:
    """Give a row of the ladder its last day, on which it still counts.

    Raises InvalidInput of ``last_day``: ``past`` before today, ``before_start``, ``after_end``.
    """
    if last_day < local_date(now):
        raise InvalidInput("last_day", "past")
    if last_day < row.valid_from:
        raise InvalidInput("last_day", "before_start")
    if row.valid_to is not None and last_day > row.valid_to:
        raise InvalidInput("last_day", "after_end")
    row.valid_to = last_day
    session.flush()
    audit.record(
        session, kind=EventKind.LADDER_CHANGED, actor=actor, at=now, stream=STREAM, step=row.code,
        valid_from=row.valid_from.isoformat(), valid_to=last_day.isoformat(),
    )  # fmt: skip


def as_texts(row: Term | LadderStep | StateLimit | OfficeSchedule) -> dict[str, str]:
    """Give a row as texts by column, the form that the domain reads."""
    found: dict[str, str] = {}
    for column in row.__table__.columns:
        value = getattr(row, column.key)
        if isinstance(value, bool):
            found[column.key] = "yes" if value else "no"
        elif isinstance(value, date):
            found[column.key] = value.isoformat()
        else:
            found[column.key] = "" if value is None else str(value)
    return found
