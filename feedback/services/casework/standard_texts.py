"""Keeping standard texts: written, changed in versions, retired, and brought along with the product."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.data import read_rows
from feedback.db import new_id
from feedback.domain.events import EventKind
from feedback.domain.permissions import TOP
from feedback.domain.positions import Actor, PositionKind
from feedback.domain.standard_text import StandardKind, states_of, unknown_placeholders
from feedback.domain.text import clean_line
from feedback.models import Field, StandardText
from feedback.services import audit
from feedback.services.errors import InvalidInput, checked_text

STREAM = "settings"
LONGEST_TITLE = 120
LONGEST_BODY = 5_000
SHIPPED = "standard_texts.csv"
# A shipped text is the same one in every installation, so that it comes once however often it is brought.
_SHIPPED_SPACE = UUID("6a1f6f0e-54a2-5d0e-9a52-0d6a3a0f5c11")
# Two people who change a text at once take turns: the lock's first half, the second is the series'.
_LOCK_SPACE = 20_261_128


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody wrote: for what, for which fields (codes) and states, and the words."""

    kind: str
    title: str
    body: str
    fields: Collection[str] = ()
    states: Collection[str] = ()


class UnknownPlaceholders(InvalidInput):
    """The body holds what looks like a placeholder and is none; `found` are those, as they were written."""

    def __init__(self, found: tuple[str, ...]) -> None:
        super().__init__("body", "placeholder")
        self.found = found


def agencies_kept_by(actor: Actor) -> tuple[int, ...]:
    """Give the agencies whose own texts `actor` keeps: those that they head today."""
    return tuple(dict.fromkeys(held.agency_id for held in actor.positions if held.kind in TOP))


def may_keep(actor: Actor, agency_id: int | None) -> bool:
    """Tell whether `actor` writes the texts of an agency, or with None those of the whole province."""
    if agency_id is None:
        return actor.holds({PositionKind.ADMINISTRATOR})
    return agency_id in agencies_kept_by(actor)


def write(
    session: Session, actor: Actor, wording: Wording, *, agency_id: int | None, now: datetime
) -> StandardText:
    """Add a text of an agency's own, or with None one for the province.

    Raises InvalidInput of ``agency_id`` (``position``), and as `change` does.
    """
    if not may_keep(actor, agency_id):
        raise InvalidInput("agency_id", "position")
    row = _version(session, wording, new_id(), 1, agency_id, now, actor.account_id)
    _record(session, row, "written", audit.actor_key(actor), now)
    return row


def change(
    session: Session, actor: Actor, series: UUID, wording: Wording, *, based_on: int | None, now: datetime
) -> StandardText:
    """Write the next version of a text; the one before stays as it was. A retired one is in use again.

    based_on: the version that the form showed, None when it told none. Raises LookupError for a text that
    the actor does not keep; InvalidInput of ``title``, ``body``, ``kind``, ``fields``, ``states`` and of
    ``version``, ``overtaken``, when somebody else was faster; UnknownPlaceholders.
    """
    before = _newest(session, actor, series)
    if based_on is not None and before.version != based_on:
        raise InvalidInput("version", "overtaken")
    # The newest version is one: the one before steps back first.
    before.superseded_at = now
    session.flush()
    row = _version(session, wording, series, before.version + 1, before.agency_id, now, actor.account_id)
    _record(session, row, "changed", audit.actor_key(actor), now)
    return row


def retire(session: Session, actor: Actor, series: UUID, *, now: datetime) -> StandardText:
    """Take a text out of use; what was written with it is untouched. Raises LookupError as `change` does."""
    row = _newest(session, actor, series)
    if row.retired_at is None:
        row.retired_at = now
        _record(session, row, "retired", audit.actor_key(actor), now)
    return row


def bring_shipped(session: Session, who: str, now: datetime) -> int:
    """Add those texts of the product, for the province, that were never brought; gives how many.

    who: as the trail names them. A text that was changed or retired here is not brought again.
    """
    known = set(session.scalars(select(StandardText.series).where(StandardText.version == 1)))
    added = 0
    for series, row in shipped():
        if series not in known:
            wording = Wording(
                row["kind"], row["title"], row["body"], _codes(row["fields"]), _codes(row["states"])
            )
            version = _version(session, wording, series, 1, None, now, None)
            _record(session, version, "written", who, now)
            added += 1
    return added


def shipped() -> list[tuple[UUID, dict[str, str]]]:
    """Give the texts that come with the product, each with the series that it is everywhere."""
    return [(uuid5(_SHIPPED_SPACE, row["code"]), row) for row in read_rows(SHIPPED)]


def _codes(text: str) -> list[str]:
    return [code for code in text.split(";") if code]


def _newest(session: Session, actor: Actor, series: UUID) -> StandardText:
    session.execute(select(func.pg_advisory_xact_lock(_LOCK_SPACE, func.hashtext(str(series)))))
    row = session.scalars(
        select(StandardText).where(StandardText.series == series, StandardText.superseded_at.is_(None))
    ).one_or_none()
    if row is None or not may_keep(actor, row.agency_id):
        raise LookupError(str(series))
    return row


def _version(
    session: Session,
    wording: Wording,
    series: UUID,
    version: int,
    agency_id: int | None,
    now: datetime,
    written_by: int | None,
) -> StandardText:
    if wording.kind not in set(StandardKind):
        raise InvalidInput("kind", "unknown")
    possible = set(states_of(StandardKind(wording.kind)))
    if not set(wording.states) <= possible:
        raise InvalidInput("states", "never_offered")
    known = set(session.scalars(select(Field.code).where(Field.code.in_(list(wording.fields)))))
    if known != set(wording.fields):
        raise InvalidInput("fields", "unknown")
    title = clean_line(wording.title)
    if not title:
        raise InvalidInput("title", "required")
    if len(title) > LONGEST_TITLE:
        raise InvalidInput("title", "too_long")
    body = checked_text(wording.body, "body", most=LONGEST_BODY)
    if strangers := unknown_placeholders(body):
        raise UnknownPlaceholders(strangers)
    row = StandardText(
        series=series, version=version, agency_id=agency_id, kind=wording.kind, title=title, body=body,
        fields=";".join(sorted(wording.fields)), states=";".join(sorted(wording.states)), written_at=now,
        written_by=written_by,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _record(session: Session, row: StandardText, what: str, who: str, now: datetime) -> None:
    session.flush()
    audit.record(
        session, kind=EventKind.STANDARD_TEXT_CHANGED, actor=who, at=now, stream=STREAM, what=what,
        text=str(row.series), version=row.version, agency=row.agency_id, text_kind=row.kind,
    )  # fmt: skip
