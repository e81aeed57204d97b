"""The hours of an agency's office, or of the province's: a new version from a day to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from feedback.domain.calendar import MONDAY_TO_FRIDAY, Periods
from feedback.domain.events import EventKind
from feedback.domain.offices import (
    WEEKDAYS,
    parse_periods,
    weekdays_text,
    weekly_text,
)
from feedback.domain.offices import (
    OfficeSchedule as Schedule,
)
from feedback.models import OfficeSchedule
from feedback.services import audit
from feedback.services.errors import InvalidInput
from feedback.services.law.law_rows import STREAM, as_texts, succeed, text_of


def change_hours(
    session: Session,
    *,
    actor: str,
    agency_id: int | None,
    week: Mapping[int, str],
    working: frozenset[int],
    valid_from: date,
    source: str,
    now: datetime,
) -> OfficeSchedule:
    """Let these hours hold from `valid_from` (Vietnamese date); terms that run keep the week they began with.

    agency_id: None for the province, whose working days are Monday to Friday by law (Bộ luật Lao động
    Đ.111). week: weekday (Monday is 0) to hours like ``07:30-11:30 13:30-17:00``, or empty for a closed day.
    working: the weekdays that count for terms in days.

    Raises InvalidInput of ``valid_from``, ``source``, a weekday (``mon`` …: ``not_hours``, ``no_hours`` for
    a working day that is closed) or ``working`` (``required``, ``province_week``).
    """
    if not working:
        raise InvalidInput("working", "required")
    if agency_id is None and working != MONDAY_TO_FRIDAY:
        raise InvalidInput("working", "province_week")
    periods: dict[int, Periods] = {}
    for weekday, name in enumerate(WEEKDAYS):
        typed = week.get(weekday, "").strip()
        if typed:
            periods[weekday] = _periods(typed, name)
        elif weekday in working:
            raise InvalidInput(name, "no_hours")
    row = OfficeSchedule(
        agency_id=agency_id, weekly=weekly_text(periods), working_weekdays=weekdays_text(working),
        source=text_of(source, "source"), valid_from=valid_from,
    )  # fmt: skip
    try:
        Schedule.from_row(as_texts(row))
    except ValueError as error:
        raise InvalidInput("working", "invalid") from error
    same = OfficeSchedule.agency_id.is_(None) if agency_id is None else OfficeSchedule.agency_id == agency_id
    succeed(session, OfficeSchedule, same, valid_from, now)
    session.add(row)
    session.flush()
    audit.record(
        session, kind=EventKind.OFFICE_CHANGED, actor=actor, at=now, stream=STREAM, agency=agency_id,
        weekly=row.weekly, working=row.working_weekdays, valid_from=valid_from.isoformat(),
    )  # fmt: skip
    return row


def _periods(typed: str, field: str) -> Periods:
    try:
        found = parse_periods(" ".join(typed.replace("–", "-").replace(",", " ").split()))
    except ValueError as error:
        raise InvalidInput(field, "not_hours") from error
    edges = [edge for period in found for edge in period]
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise InvalidInput(field, "not_hours")
    return found
