"""Naming a list of the inbox, and what its owner may do with it. No trail: these are private notes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from feedback.domain.positions import Actor, PositionKind
from feedback.domain.text import clean_line
from feedback.models import SavedView
from feedback.services.errors import InvalidInput

LONGEST_NAME = 60
MOST_OWN = 15


def save(session: Session, actor: Actor, *, name: str, query: str, now: datetime) -> SavedView:
    """Keep a list under a name; one of the same name is replaced.

    query: what its address asks for. Raises InvalidInput of ``name`` (``required``, ``too_long``,
    ``too_many``: the owner has `MOST_OWN` already).
    """
    words = _checked(name)
    same = session.scalar(_own(actor).where(func.lower(SavedView.name) == words.lower()).limit(1))
    if same is not None:
        same.query = query
        return same
    if len(session.scalars(_own(actor)).all()) >= MOST_OWN:
        raise InvalidInput("name", "too_many")
    view = SavedView(account_id=actor.account_id, name=words, query=query, created_at=now)
    session.add(view)
    session.flush()
    return view


def _own(actor: Actor) -> Select[SavedView]:
    return select(SavedView).where(SavedView.account_id == actor.account_id, SavedView.deleted_at.is_(None))


def _checked(name: str) -> str:
    words = clean_line(name)
    if not words:
        raise InvalidInput("name", "required")
    if len(words) > LONGEST_NAME:
        raise InvalidInput("name", "too_long")
    return words


def own_view(session: Session, actor: Actor, view_id: int) -> SavedView | None:
    """Give a view of the actor's own; None for any other."""
    found: SavedView | None = session.scalar(_own(actor).where(SavedView.id == view_id))
    return found


def rename(view: SavedView, name: str) -> None:
    """Give a view another name. Raises InvalidInput of ``name``."""
    view.name = _checked(name)


def delete(view: SavedView, now: datetime) -> None:
    """Take a view away, for those with whom it was shared too."""
    view.deleted_at = now
    view.starts = False


def start_with(session: Session, actor: Actor, view: SavedView | None) -> None:
    """Open the actor's inbox with `view` from now on, or with the usual list."""
    session.execute(
        update(SavedView)
        .where(SavedView.account_id == actor.account_id, SavedView.starts)
        .values(starts=False)
    )
    if view is not None:
        view.starts = True


def share(actor: Actor, view: SavedView, *, with_unit: bool) -> None:
    """Share a view with the unit that the actor leads, or end it. Raises InvalidInput of ``unit``."""
    units = [held.unit_id for held in actor.positions if held.kind is PositionKind.HEAD_OF_UNIT]
    unit_id = next((unit for unit in units if unit is not None), None)
    if unit_id is None:
        raise InvalidInput("unit", "position")
    view.shared_unit_id = unit_id if with_unit else None
