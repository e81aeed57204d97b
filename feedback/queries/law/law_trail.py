"""Who changed the law's rows and when: the settings' audit trail, by the version that was made."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.events import EventKind
from feedback.models import Account, AuditEvent

_MOST = 500
_SUBJECT = {
    EventKind.TERM_CHANGED: "key",
    EventKind.LADDER_CHANGED: "step",
    EventKind.LIMIT_CHANGED: "state",
    EventKind.OFFICE_CHANGED: "agency",
    EventKind.SETTING_CHANGED: "key",
    EventKind.RULE_CHANGED: "rule",
}
LAW_KINDS = tuple(_SUBJECT)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of what (`subject`: key, code, state or agency), the version's first day, who and when."""

    kind: EventKind
    subject: str
    valid_from: str
    ended: bool
    name: str
    at: datetime


def changes(session: Session, kinds: Collection[EventKind] = LAW_KINDS, most: int = _MOST) -> list[Change]:
    """Give the last changes of these kinds, the newest first, as an administrator may read them."""
    rows = session.execute(
        select(AuditEvent.kind, AuditEvent.at, AuditEvent.actor, AuditEvent.payload)
        .where(AuditEvent.stream == "settings", AuditEvent.kind.in_([str(kind) for kind in kinds]))
        .order_by(AuditEvent.seq.desc())
        .limit(most)
    ).all()
    numbers = {int(row.actor.partition(":")[2]) for row in rows if row.actor.startswith("account:")}
    names = dict(session.execute(select(Account.id, Account.name).where(Account.id.in_(numbers))).all())
    found = []
    for row in rows:
        payload = json.loads(row.payload)
        kind = EventKind(row.kind)
        number = row.actor.partition(":")[2]
        subject = payload.get(_SUBJECT[kind])
        found.append(
            Change(
                kind=kind,
                subject="" if subject is None else str(subject),
                valid_from=payload.get("valid_from", ""),
                ended="valid_to" in payload,
                name=names.get(int(number), row.actor) if number.isdigit() else row.actor,
                at=row.at,
            )
        )
    return found


def by_version(found: Collection[Change]) -> dict[tuple[str, str], Change]:
    """Give the change that made each version, by subject and first day (ISO)."""
    return {(change.subject, change.valid_from): change for change in found if not change.ended}
