"""What members of staff are told in the product itself, by mail or in a daily digest, and when.

Each notice of staff (feedback.domain.notices) belongs to a topic, and everybody chooses a channel for each
topic. What the law makes the system say, that a step of the ladder was reached (NĐ 20/2008/NĐ-CP Đ.18) or
that a life may be in danger, comes at once whatever was chosen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from feedback.domain.calendar import VIETNAM, WorkingCalendar, day_start
from feedback.domain.notices import NoticeKind


class Topic(StrEnum):
    """What notices are about, as their reader tells them apart; one choice is made for each."""

    URGENT = "urgent"
    ESCALATIONS = "escalations"
    ASSIGNED = "assigned"
    APPROVALS = "approvals"
    DECISIONS = "decisions"
    SUPPLEMENTS = "supplements"
    CONTRIBUTIONS = "contributions"
    AGENCY = "agency"
    TRIAGE = "triage"
    UNIT = "unit"


class Channel(StrEnum):
    """How somebody wants to be told. All but OFF show it in the product too.

    APP: there alone. DIGEST: in the one mail of the day besides. MAIL: by a mail of its own, at once.
    """

    APP = "app"
    MAIL = "mail"
    DIGEST = "digest"
    OFF = "off"


class NotificationKind(StrEnum):
    """What a notification says. Its words are of the kind and of the case's number alone."""

    URGENT_AGENCY = "urgent_agency"
    URGENT_UNCONTACTED = "urgent_uncontacted"
    ESCALATED = "escalation_digest"
    DUE_SOON = "due_soon"
    IDENTITY_UNSEALED = "identity_unsealed"
    ASSIGNED_OFFICER = "assigned_officer"
    ASSIGNED_AGENCY = "assigned_agency"
    TRANSFERRED = "transferred"
    RECALLED_AGENCY = "recalled_agency"
    WITHDRAWN_AGENCY = "withdrawn_agency"
    REOPENED_AGENCY = "reopened_agency"
    TRIAGE_DESK = "triage_desk"
    APPROVAL_REQUESTED = "approval_requested"
    EXTENSION_ASKED = "extension_asked"
    DRAFT_RETURNED = "draft_returned"
    EXTENSION_DECIDED = "extension_decided"
    SUPPLEMENT_RECEIVED = "supplement_received"
    SUPPLEMENT_EXPIRED = "supplement_expired"
    CONTRIBUTION_ASKED = "contribution_asked"
    CONTRIBUTION_DUE = "contribution_due"
    CONTRIBUTION_ANSWERED = "contribution_answered"
    CONTRIBUTION_ENDED = "contribution_ended"
    ACTING_NAMED = "acting_named"
    ACTING_ENDED = "acting_ended"
    UNIT_CASE = "unit_case"


TOPIC_OF: Mapping[NotificationKind, Topic] = {
    NotificationKind.URGENT_AGENCY: Topic.URGENT,
    NotificationKind.URGENT_UNCONTACTED: Topic.URGENT,
    NotificationKind.ESCALATED: Topic.ESCALATIONS,
    NotificationKind.DUE_SOON: Topic.ESCALATIONS,
    NotificationKind.IDENTITY_UNSEALED: Topic.ESCALATIONS,
    NotificationKind.ASSIGNED_OFFICER: Topic.ASSIGNED,
    NotificationKind.ASSIGNED_AGENCY: Topic.AGENCY,
    NotificationKind.TRANSFERRED: Topic.AGENCY,
    NotificationKind.RECALLED_AGENCY: Topic.AGENCY,
    NotificationKind.WITHDRAWN_AGENCY: Topic.AGENCY,
    NotificationKind.REOPENED_AGENCY: Topic.AGENCY,
    NotificationKind.TRIAGE_DESK: Topic.TRIAGE,
    NotificationKind.APPROVAL_REQUESTED: Topic.APPROVALS,
    NotificationKind.EXTENSION_ASKED: Topic.APPROVALS,
    NotificationKind.DRAFT_RETURNED: Topic.DECISIONS,
    NotificationKind.EXTENSION_DECIDED: Topic.DECISIONS,
    NotificationKind.SUPPLEMENT_RECEIVED: Topic.SUPPLEMENTS,
    NotificationKind.SUPPLEMENT_EXPIRED: Topic.SUPPLEMENTS,
    NotificationKind.CONTRIBUTION_ASKED: Topic.CONTRIBUTIONS,
    NotificationKind.CONTRIBUTION_DUE: Topic.CONTRIBUTIONS,
    NotificationKind.CONTRIBUTION_ANSWERED: Topic.CONTRIBUTIONS,
    NotificationKind.CONTRIBUTION_ENDED: Topic.CONTRIBUTIONS,
    NotificationKind.ACTING_NAMED: Topic.ASSIGNED,
    NotificationKind.ACTING_ENDED: Topic.ASSIGNED,
    NotificationKind.UNIT_CASE: Topic.UNIT,
}

LOCKED = frozenset({Topic.URGENT, Topic.ESCALATIONS})
"""What cannot be switched off: the law has the system say it, or a life depends on it."""


CHOSEN_ALONE = frozenset({Topic.UNIT})
"""What nobody is told of who did not choose it: it would be much, and is not theirs yet."""
NEW_TO_AGENCY = frozenset(
    {NotificationKind.ASSIGNED_AGENCY, NotificationKind.URGENT_AGENCY, NotificationKind.TRANSFERRED}
)
"""What tells an agency of a case that is new to it, and with it those of its units who chose to hear that."""


def kind_of(notice: str) -> NotificationKind | None:
    """Give what a notice (a `NoticeKind`) shows as in the product, None for one that is not for staff."""
    try:
        return NotificationKind(NoticeKind(notice))
    except ValueError:
        return None


DIGEST_AT = dt.time(7, 30)
QUIET_FROM = dt.time(20, 0)
QUIET_TO = dt.time(6, 0)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody chose; times are of the clock in Vietnam.

    channels: by topic, where something was chosen. quiet_from, quiet_to: between them no mail leaves at
    once, past midnight too; the same time twice means no quiet hours. quiet_days: nor on days that are not
    working days, on which there is no digest either.
    """

    channels: Mapping[Topic, Channel] = field(default_factory=dict)
    digest_at: dt.time = DIGEST_AT
    quiet_from: dt.time = QUIET_FROM
    quiet_to: dt.time = QUIET_TO
    quiet_days: bool = True

    def channel(self, topic: Topic, *, beside_mailbox: bool = False) -> Channel:
        """Give the channel of a topic.

        beside_mailbox: the mailbox of the agency has the mail already, so that who chose nothing gets none.
        """
        if topic in LOCKED:
            return Channel.MAIL
        if topic in CHOSEN_ALONE:
            return self.channels.get(topic, Channel.OFF)
        usual = Channel.APP if beside_mailbox else Channel.MAIL
        return self.channels.get(topic, usual)


def quiet_until(at: dt.datetime, preferences: Preferences, calendar: WorkingCalendar) -> dt.datetime:
    """Give the moment from which a mail may leave: `at` itself, or the end of the quiet time it is in.

    at: aware. calendar: says which days are working days. The result is aware and never earlier than `at`.
    """
    moment = at.astimezone(VIETNAM)
    while (later := _quiet_end(moment, preferences, calendar)) != moment:
        moment = later
    return moment


def _quiet_end(moment: dt.datetime, preferences: Preferences, calendar: WorkingCalendar) -> dt.datetime:
    """Give the end of the quiet hours or of the quiet day around a local moment, or the moment itself."""
    day, now = moment.date(), moment.time()
    begin, end = preferences.quiet_from, preferences.quiet_to
    if preferences.quiet_days and not calendar.is_working(day):
        return day_start(calendar.next_working_day(day))
    over_midnight = end < begin
    if over_midnight and now >= begin:
        return dt.datetime.combine(day + dt.timedelta(days=1), end, VIETNAM)
    if (over_midnight and now < end) or begin <= now < end:
        return dt.datetime.combine(day, end, VIETNAM)
    return moment


def digest_due(
    at: dt.datetime, preferences: Preferences, calendar: WorkingCalendar, last_on: dt.date | None
) -> bool:
    """Tell whether the digest of the day is to be written at `at` (aware).

    last_on: the local day of the latest digest; there is one a day at most.
    """
    moment = at.astimezone(VIETNAM)
    if preferences.quiet_days and not calendar.is_working(moment.date()):
        return False
    return moment.time() >= preferences.digest_at and (last_on is None or last_on < moment.date())
