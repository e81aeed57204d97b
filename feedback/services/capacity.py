"""In which position somebody stands in for its holder: found with the right to act, told by the trail.

An event names the account that acted. Where the right came from a position in which they act for a time, the
event says which: ``acting``, the position's number. It is found when the right is asked for
(`feedback.services.facts.require`), since afterwards the case has moved on, and told of every event of the
same act, also of the cases that follow the one acted on.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from feedback.domain.positions import Actor, HeldPosition

_KEY = "capacity"


def note(session: Session, actor: Actor, held: HeldPosition | None) -> None:
    """Keep in which position `actor` acts for somebody from now on; None: in their own right."""
    session.info[_KEY] = (actor.account_id, None if held is None else held.position_id)


def told(session: Session, actor: Actor) -> dict[str, int]:
    """Give what an event of `actor` says of it: the position, or nothing."""
    account_id, position_id = session.info.get(_KEY, (None, None))
    return {"acting": position_id} if account_id == actor.account_id and position_id is not None else {}


def stood_in(actor: Actor, position_ids: Collection[int]) -> dict[str, int]:
    """Give the same of something that was put before these positions: the first in which `actor` acts.

    Nothing when they hold one of them by appointment.
    """
    of_these = [held for held in actor.positions if held.position_id in position_ids]
    if any(not held.acting for held in of_these):
        return {}
    return {"acting": of_these[0].position_id} if of_these else {}
