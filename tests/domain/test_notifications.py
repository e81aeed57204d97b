"""What staff are told and when: topics, channels, quiet time, the hour of the digest."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.calendar import VIETNAM, WorkingCalendar
from feedback.domain.notices import NoticeKind
from feedback.domain.notifications import (
    LOCKED,
    TOPIC_OF,
    Channel,
    NotificationKind,
    Preferences,
    Topic,
    digest_due,
    kind_of,
    quiet_until,
)
from tests.domain.reference import calendar

CALENDAR = calendar()
USUAL = Preferences()
OF_SUBMITTERS = {
    NoticeKind.RECEIPT, NoticeKind.HANDLER_CHANGED, NoticeKind.SUPPLEMENT_REQUEST, NoticeKind.SPLIT,
    NoticeKind.EXTENSION_GRANTED, NoticeKind.DATE_MOVED, NoticeKind.STATUS_UPDATE, NoticeKind.ANSWER,
    NoticeKind.REFUSED, NoticeKind.MERGED, NoticeKind.FORWARDED, NoticeKind.GUIDANCE,
}  # fmt: skip
OF_OUTSIDE_BODIES = {NoticeKind.RELAY_DUE}
MAIL_ALONE = {NoticeKind.ACCOUNT_MAIL, NoticeKind.STAFF_DIGEST}
_FIRST = datetime(2026, 1, 1, tzinfo=VIETNAM)
MOMENTS = st.integers(0, 330 * 24 * 60).map(lambda minutes: _FIRST + timedelta(minutes=minutes))
CLOCKS = st.sampled_from([time(hour, minute) for hour in range(24) for minute in (0, 30)])
PREFERENCES = st.builds(
    Preferences, digest_at=CLOCKS, quiet_from=CLOCKS, quiet_to=CLOCKS, quiet_days=st.booleans()
)


def at(text: str) -> datetime:
    """A moment of November 2026 in Vietnam: ``"02 09:00"``; the 2nd is a Monday, the 24th a holiday."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)


def test_every_notice_of_staff_is_told_and_has_a_topic() -> None:
    told = {kind for kind in NoticeKind if kind_of(kind) is not None}
    assert told == set(NoticeKind) - OF_SUBMITTERS - OF_OUTSIDE_BODIES - MAIL_ALONE
    assert set(TOPIC_OF) == set(NotificationKind)
    assert set(TOPIC_OF.values()) == set(Topic)


@pytest.mark.parametrize("topic", sorted(LOCKED))
@pytest.mark.parametrize("chosen", list(Channel))
def test_what_the_law_has_told_cannot_be_switched_off(topic: Topic, chosen: Channel) -> None:
    assert Preferences({topic: chosen}).channel(topic) is Channel.MAIL


@pytest.mark.parametrize(
    ("chosen", "beside_mailbox", "channel"),
    [
        (None, False, Channel.MAIL), (None, True, Channel.APP), (Channel.MAIL, True, Channel.MAIL),
        (Channel.OFF, False, Channel.OFF), (Channel.DIGEST, True, Channel.DIGEST),
    ],
)  # fmt: skip
def test_a_choice_stands_and_a_mailbox_spares_a_mail(
    chosen: Channel | None, beside_mailbox: bool, channel: Channel
) -> None:
    wanted = Preferences({} if chosen is None else {Topic.AGENCY: chosen})
    assert wanted.channel(Topic.AGENCY, beside_mailbox=beside_mailbox) is channel


@pytest.mark.parametrize(
    ("moment", "wanted", "leaves"),
    [
        ("02 09:00", USUAL, "02 09:00"),
        ("02 19:59", USUAL, "02 19:59"),
        ("02 20:00", USUAL, "03 06:00"),
        ("03 05:59", USUAL, "03 06:00"),
        ("03 06:00", USUAL, "03 06:00"),
        ("06 21:00", USUAL, "09 06:00"),  # Friday night: Saturday and Sunday are quiet too
        ("08 12:00", USUAL, "09 06:00"),
        ("23 20:30", USUAL, "25 06:00"),  # the 24th is a holiday
        ("08 12:00", Preferences(quiet_days=False), "08 12:00"),
        ("08 22:00", Preferences(quiet_days=False), "09 06:00"),
        ("02 12:30", Preferences(quiet_from=time(12), quiet_to=time(13, 30)), "02 13:30"),
        ("02 23:00", Preferences(quiet_from=time(12), quiet_to=time(13, 30)), "02 23:00"),
        ("02 23:00", Preferences(quiet_from=time(7), quiet_to=time(7)), "02 23:00"),
        ("07 00:00", Preferences(quiet_from=time(7), quiet_to=time(7)), "09 00:00"),
    ],
)
def test_a_mail_waits_for_the_end_of_the_quiet_time(moment: str, wanted: Preferences, leaves: str) -> None:
    assert quiet_until(at(moment), wanted, CALENDAR) == at(leaves)


@given(MOMENTS, PREFERENCES)
def test_the_end_of_the_quiet_time_is_not_quiet_and_never_in_the_past(
    moment: datetime, wanted: Preferences
) -> None:
    leaves = quiet_until(moment, wanted, CALENDAR)
    assert leaves >= moment
    assert quiet_until(leaves, wanted, CALENDAR) == leaves
    if wanted.quiet_days and leaves != moment:
        assert CALENDAR.is_working(leaves.date())


@given(MOMENTS, PREFERENCES, st.integers(0, 3))
def test_a_digest_comes_once_a_day_from_its_hour_on(moment: datetime, wanted: Preferences, days: int) -> None:
    last = None if days == 3 else moment.date() - timedelta(days=days)
    due = digest_due(moment, wanted, CALENDAR, last)
    assert due == (
        moment.time() >= wanted.digest_at
        and (CALENDAR.is_working(moment.date()) or not wanted.quiet_days)
        and last != moment.date()
    )
    assert not digest_due(moment, wanted, CALENDAR, moment.date())


def test_the_usual_times() -> None:
    assert (USUAL.digest_at, USUAL.quiet_from, USUAL.quiet_to) == (time(7, 30), time(20), time(6))
    assert not digest_due(at("02 07:29"), USUAL, CALENDAR, date(2026, 10, 30))
    assert digest_due(at("02 07:30"), USUAL, CALENDAR, date(2026, 10, 30))
    assert not digest_due(at("07 09:00"), USUAL, CALENDAR, None)


def test_without_any_working_day_known_the_calendar_still_ends_the_wait() -> None:
    weekends = WorkingCalendar({}, frozenset(range(5)))
    assert quiet_until(at("07 10:00"), USUAL, weekends) == at("09 06:00")
