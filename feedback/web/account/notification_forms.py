"""The form in which somebody says how they want to be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from feedback.domain.notifications import LOCKED, Channel, Preferences, Topic
from feedback.web.account.notification_words import CHANNELS, TOPICS
from feedback.web.forms import Form, options


def _clock(minutes: Iterable[int]) -> list[str]:
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes]


_DAY = _clock(range(0, 24 * 60, 30))
_DIGEST = _clock(range(6 * 60, 20 * 60 + 1, 30))


def _channel(topic: Topic) -> SelectField:
    return SelectField(TOPICS[topic][0], choices=options(CHANNELS.items()))


def _time(label: Any, times: list[str]) -> SelectField:
    return SelectField(label, choices=options((time, time) for time in times))


class SettingsForm(Form):
    """A channel for each topic that may be chosen, the hour of the digest, the quiet time."""

    assigned = _channel(Topic.ASSIGNED)
    approvals = _channel(Topic.APPROVALS)
    decisions = _channel(Topic.DECISIONS)
    supplements = _channel(Topic.SUPPLEMENTS)
    contributions = _channel(Topic.CONTRIBUTIONS)
    unit = _channel(Topic.UNIT)
    agency = _channel(Topic.AGENCY)
    triage = _channel(Topic.TRIAGE)
    digest_at = _time(_l("Giờ gửi thư tổng hợp"), _DIGEST)
    quiet_from = _time(_l("Không gửi thư từ"), _DAY)
    quiet_to = _time(_l("đến"), _DAY)
    quiet_days = BooleanField(_l("Không gửi thư vào ngày nghỉ, ngày lễ"))

    @classmethod
    def of(cls, current: Preferences) -> SettingsForm:
        """Give the form as it was sent, or filled with what holds now."""
        return cls(
            **{str(topic): str(current.channel(topic)) for topic in Topic if topic not in LOCKED},
            digest_at=f"{current.digest_at:%H:%M}",
            quiet_from=f"{current.quiet_from:%H:%M}",
            quiet_to=f"{current.quiet_to:%H:%M}",
            quiet_days=current.quiet_days,
        )

    def wanted(self) -> Preferences:
        """Give what a valid form says."""
        return Preferences(
            {topic: Channel(self[str(topic)].data) for topic in Topic if topic not in LOCKED},
            dt.time.fromisoformat(self.digest_at.data),
            dt.time.fromisoformat(self.quiet_from.data),
            dt.time.fromisoformat(self.quiet_to.data),
            self.quiet_days.data,
        )
