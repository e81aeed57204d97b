"""What stands on a head's page beside the steps and the list of answers, in one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.domain.positions import Actor, PositionKind
from feedback.queries import bundle
from feedback.queries.lists import extensions, head
from feedback.queries.lists.desk import Desk
from feedback.queries.posts import Around, around_queries

_TOP = (PositionKind.CHAIRMAN, PositionKind.COORDINATOR_HEAD)


@dataclass(frozen=True, slots=True)
class Led:
    """What somebody answers for today: the province, whole agencies, or units of agencies.

    agency_ids: of the units too, when no agency is led as a whole (then `unit_ids` are named).
    """

    province: bool
    agency_ids: frozenset[int]
    unit_ids: frozenset[int] | None = None


def led_by(actor: Actor) -> Led:
    """Give what the positions that `actor` holds or acts in today answer for; the widest counts."""
    held = actor.positions
    province = actor.holds(_TOP)
    whole = {each.agency_id for each in held if each.kind is PositionKind.HEAD_OF_AGENCY}
    if whole or province:
        return Led(province, frozenset(whole))
    units = [each for each in held if each.kind is PositionKind.HEAD_OF_UNIT and each.unit_id is not None]
    return Led(
        False,
        frozenset(each.agency_id for each in units),
        frozenset(each.unit_id for each in units if each.unit_id is not None),
    )


@dataclass(frozen=True, slots=True)
class HeadPage:
    """What to decide, words to approve by case, the load, who is behind, and the posts."""

    asked: list[extensions.Asked]
    submitted: dict[UUID, head.Submitted]
    load: list[head.Load]
    behind: list[head.Behind]
    around: Around


def read_head_page(
    session: Session, actor: Actor, desk: Desk, approvals: Collection[UUID], today: date
) -> HeadPage:
    """Read it for `actor` on the Vietnamese date `today`, in one statement.

    approvals: the cases of which the words that wait for approval are wanted.
    """
    led = led_by(actor)
    queries: dict[str, tuple[type[Any], Any]] = dict(around_queries(actor.agency_ids, today))
    if desk.approves_for or desk.leads_units_of or desk.chief:
        queries["asked"] = (extensions.Asked, extensions.asked_query(desk))
    if approvals:
        queries["submitted"] = (head.Submitted, head.submitted_query(approvals))
    if led.agency_ids:
        until = today + timedelta(days=6 - today.weekday())
        queries["load"] = (head.Load, head.load_query(led.agency_ids, today, until, led.unit_ids))
    if led.province:
        queries["behind"] = (head.Behind, head.behind_query(today))
    found = bundle.load(session, queries)
    return HeadPage(
        asked=found.get("asked", []),
        submitted={row.case_id: row for row in found.get("submitted", [])},
        load=found.get("load", []),
        behind=found.get("behind", []),
        around=Around(found["positions"], found["seats"]),
    )
