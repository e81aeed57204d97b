"""Changes of the calendar as a page or a command shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from feedback.domain.calendar import CalendarDay
from feedback.domain.calendar_change import ChangeStatus, dates_of, rows_of
from feedback.models import Agency, CalendarChange
from feedback.queries.law.calendar_preview import AgencyMoves, CalendarPreview

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change with its parts read: rows put, rows that stood before, the figures once they are counted."""

    row: CalendarChange
    put: tuple[CalendarDay, ...]
    removed: tuple[CalendarDay, ...]
    preview: CalendarPreview | None
    reverted_by: UUID | None = None

    @property
    def waits(self) -> bool:
        """Whether a worker is still to bring something that the page waits for."""
        counting = self.row.status == ChangeStatus.DRAFT and self.preview is None
        return counting or self.row.status == ChangeStatus.APPLYING

    @property
    def source(self) -> str:
        """The documents that it follows, or those that its removal gives up."""
        return "; ".join(dict.fromkeys(day.source for day in (self.put or self.removed)))


def view_of(row: CalendarChange, reverted_by: UUID | None = None) -> ChangeView:
    """Read the parts of a stored change."""
    gone = set(dates_of(row.removed))
    return ChangeView(
        row=row,
        put=rows_of(row.put),
        removed=tuple(day for day in rows_of(row.before) if day.date in gone),
        preview=None if row.preview is None else CalendarPreview.from_json(row.preview),
        reverted_by=reverted_by,
    )


def find_change(session: Session, change_id: UUID) -> ChangeView | None:
    """Give a change, with the one that took it back, if any did."""
    row = session.scalars(
        select(CalendarChange)
        .where(CalendarChange.id == change_id)
        .options(joinedload(CalendarChange.author), joinedload(CalendarChange.starter))
    ).one_or_none()
    if row is None:
        return None
    reverted = session.scalars(
        select(CalendarChange.id)
        .where(CalendarChange.reverts_id == row.id, CalendarChange.status != str(ChangeStatus.DRAFT))
        .limit(1)
    ).one_or_none()
    return view_of(row, reverted)


def recent_changes(session: Session) -> Sequence[ChangeView]:
    """Give the last changes that were drafted or made, newest first."""
    rows = session.scalars(
        select(CalendarChange)
        .options(joinedload(CalendarChange.author), joinedload(CalendarChange.starter))
        .order_by(CalendarChange.created_at.desc(), CalendarChange.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    undone = {row.reverts_id: row.id for row in rows if row.reverts_id and row.status != ChangeStatus.DRAFT}
    return [view_of(row, undone.get(row.id)) for row in rows]


def agencies_moved(session: Session, moves: Sequence[AgencyMoves]) -> list[tuple[Agency | None, int]]:
    """Give the agencies of a preview with their cases; None stands for cases that no agency has."""
    ids = [row.agency_id for row in moves if row.agency_id is not None]
    known = {row.id: row for row in session.scalars(select(Agency).where(Agency.id.in_(ids)))}
    return [(known.get(row.agency_id or 0), row.cases) for row in moves]
