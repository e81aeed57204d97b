"""How somebody wants to be told: changed by themselves alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.domain.events import EventKind
from feedback.domain.notifications import LOCKED, Preferences
from feedback.domain.positions import Actor
from feedback.models import NotificationChoice, NotificationTimes
from feedback.queries.notifications import preferences_of
from feedback.services import audit
from feedback.services.errors import InvalidInput


def change(session: Session, actor: Actor, wanted: Preferences, now: datetime) -> bool:
    """Keep what the actor wants from now on; tell whether anything is different.

    The trail says which channel holds for which topic, so that it can be answered later why somebody was
    not told by mail. Raises InvalidInput of the name of a topic (``locked``) that cannot be chosen.
    """
    for topic in LOCKED & wanted.channels.keys():
        raise InvalidInput(str(topic), "locked")
    before = preferences_of(session, [actor.account_id])[actor.account_id]
    if before == wanted:
        return False
    _keep_channels(session, actor.account_id, wanted)
    _keep_times(session, actor.account_id, wanted)
    differs = sorted(
        topic for topic, channel in wanted.channels.items() if before.channels.get(topic) != channel
    )
    audit.record(
        session, kind=EventKind.NOTIFICATIONS_CHANGED, actor=audit.actor_key(actor), at=now,
        stream=f"account:{actor.account_id}",
        channels="; ".join(f"{topic} {wanted.channels[topic]}" for topic in differs) or None,
    )  # fmt: skip
    return True


def _keep_channels(session: Session, account_id: int, wanted: Preferences) -> None:
    rows = [
        {"account_id": account_id, "topic": str(topic), "channel": str(channel)}
        for topic, channel in wanted.channels.items()
    ]
    if not rows:
        return
    statement = insert(NotificationChoice).values(rows)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "topic"], set_={"channel": statement.excluded.channel}
        )
    )


def _keep_times(session: Session, account_id: int, wanted: Preferences) -> None:
    times = {
        "digest_at": wanted.digest_at, "quiet_from": wanted.quiet_from, "quiet_to": wanted.quiet_to,
        "quiet_days": wanted.quiet_days,
    }  # fmt: skip
    session.execute(
        insert(NotificationTimes)
        .values(account_id=account_id, **times)
        .on_conflict_do_update(index_elements=["account_id"], set_=times)
    )
