"""The ladder by weekday-named tables: each row, Tết, and that nights missed or repeated change nothing."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.domain.calendar import CalendarDay, DayKind, DayStatus, WorkingCalendar, day_end
from feedback.domain.clocks import Clock
from feedback.domain.deadline import compute_due
from feedback.domain.duration import Duration
from feedback.domain.escalation import (
    ClockFacts,
    acknowledge_by,
    address,
    delivery_time,
    due_window,
    no_longer_hold,
    shown_also_to,
    steps_due,
)
from feedback.domain.ladder import limit_in_force
from feedback.domain.positions import PositionKind
from feedback.domain.recipients import Recipient, Seal
from tests.domain.reference import at, calendar, day, ladder, limits
from tests.domain.test_recipients import AGENCY, EVERYONE, ON, POSITIONS, UNIT, acting, directory

K = PositionKind
ONE_SECOND = dt.timedelta(seconds=1)


def facts(clock: Clock, due_on: str, **more: object) -> ClockFacts:
    due = day(due_on)
    known = ClockFacts(clock, 1, due, day_end(due), "in_progress", AGENCY, UNIT, 1102)
    return replace(known, **more)  # type: ignore[arg-type]


def state_facts(state: str, entered: str, **more: object) -> ClockFacts:
    limit = limit_in_force(limits(), state, at(entered).date())
    assert limit is not None
    due_on, due_at = compute_due(at(entered), limit.duration, calendar())
    known = ClockFacts(Clock.STATE, 1, due_on, due_at, state, owner=limit.owner, next_up=limit.next_up)
    return replace(known, **more)  # type: ignore[arg-type]


def reached(of: ClockFacts, when: str) -> list[tuple[str, str]]:
    return [(due.step_code, due.recipient_kind) for due in steps_due(of, ladder(), calendar(), at(when))]


# A row each: (clock, due, last moment before, first moment of the step, code, recipients).
ROWS = [
    ("agency", "Fri 2026-03-13", "Mon 2026-03-09 23:59", "Tue 2026-03-10 00:00", "agency_before_3",
     [K.OFFICER]),
    ("agency", "Fri 2026-03-13", "Wed 2026-03-11 23:59", "Thu 2026-03-12 00:00", "agency_before_1",
     [K.HEAD_OF_UNIT, K.OFFICER]),
    ("agency", "Fri 2026-03-13", "Fri 2026-03-13 23:59", "Sat 2026-03-14 00:00", "agency_overdue",
     [K.HEAD_OF_UNIT]),
    ("agency", "Fri 2026-03-13", "Tue 2026-03-17 23:59", "Wed 2026-03-18 00:00", "agency_overdue_2",
     [K.HEAD_OF_AGENCY]),
    ("agency", "Fri 2026-03-13", "Fri 2026-03-20 23:59", "Sat 2026-03-21 00:00", "agency_overdue_5",
     [K.COORDINATOR_HEAD]),
    ("agency", "Fri 2026-03-13", "Fri 2026-03-27 23:59", "Sat 2026-03-28 00:00", "agency_overdue_10",
     [K.CHAIRMAN]),
    ("citizen", "Fri 2026-03-13", "Fri 2026-03-13 23:59", "Sat 2026-03-14 00:00", "citizen_overdue",
     [K.COORDINATOR_HEAD]),
    ("citizen", "Fri 2026-03-13", "Fri 2026-03-27 23:59", "Sat 2026-03-28 00:00", "citizen_overdue_10",
     [K.CHAIRMAN]),
    # Over Tết (14-22/02): two working days after Friday the 13th have passed with Tuesday the 24th.
    ("agency", "Mon 2026-02-23", "Tue 2026-02-10 23:59", "Wed 2026-02-11 00:00", "agency_before_3",
     [K.OFFICER]),
    ("agency", "Fri 2026-02-13", "Fri 2026-02-13 23:59", "Sat 2026-02-14 00:00", "agency_overdue",
     [K.HEAD_OF_UNIT]),
    ("agency", "Fri 2026-02-13", "Tue 2026-02-24 23:59", "Wed 2026-02-25 00:00", "agency_overdue_2",
     [K.HEAD_OF_AGENCY]),
    # With the Saturday worked on 10/01: one working day before Monday the 12th is Saturday.
    ("agency", "Mon 2026-01-12", "Fri 2026-01-09 23:59", "Sat 2026-01-10 00:00", "agency_before_1",
     [K.HEAD_OF_UNIT, K.OFFICER]),
    ("agency", "Thu 2026-01-08", "Sat 2026-01-10 23:59", "Sun 2026-01-11 00:00", "agency_overdue_2",
     [K.HEAD_OF_AGENCY]),
]  # fmt: skip


@pytest.mark.parametrize(("clock", "due", "before", "first", "code", "kinds"), ROWS)
def test_a_row_of_the_ladder(
    clock: str, due: str, before: str, first: str, code: str, kinds: list[PositionKind]
) -> None:
    of = facts(Clock(clock), due)
    assert code not in [found for found, _ in reached(of, before)]
    assert [kind for found, kind in reached(of, first) if found == code] == kinds
    step = next(step for step in steps_due(of, ladder(), calendar(), at(first)) if step.step_code == code)
    assert step.reached_at == at(first)
    assert step.reached_on == at(first).date()
    assert not step.at_once


def test_each_row_of_the_ladder_has_its_test() -> None:
    tabled = {row[4] for row in ROWS}
    others = {
        "state_passed", "state_passed_1", "urgent_uncontacted",
        "restricted_passed", "restricted_passed_1", "restricted_uncontacted",
    }  # fmt: skip
    assert tabled | others == {step.code for step in ladder()}
    assert tabled.isdisjoint(others)


# (state, entered, limit passed, a working day later, owner, next up)
STATES = [
    ("received", "Fri 2026-03-13 16:00", "Tue 2026-03-17 00:00", "Wed 2026-03-18 00:00",
     K.COORDINATOR_HEAD, K.CHAIRMAN),
    ("triage", "Fri 2026-02-13 16:00", "Tue 2026-02-24 00:00", "Wed 2026-02-25 00:00",
     K.COORDINATOR_HEAD, K.CHAIRMAN),
    ("assigned", "Mon 2026-03-09 08:00", "Thu 2026-03-12 00:00", "Fri 2026-03-13 00:00",
     K.HEAD_OF_UNIT, K.HEAD_OF_AGENCY),
    ("awaiting_submitter", "Mon 2026-03-09 08:00", "Tue 2026-03-24 00:00", "Wed 2026-03-25 00:00",
     K.OFFICER, K.HEAD_OF_UNIT),
    ("awaiting_approval", "Thu 2026-01-08 08:00", "Sat 2026-01-10 00:00", "Sun 2026-01-11 00:00",
     K.HEAD_OF_AGENCY, K.COORDINATOR_HEAD),
    ("answered", "Thu 2026-03-12 08:00", "Tue 2026-03-17 00:00", "Wed 2026-03-18 00:00",
     K.HEAD_OF_AGENCY, K.COORDINATOR_HEAD),
]  # fmt: skip


@pytest.mark.parametrize(("state", "entered", "passed", "later", "owner", "up"), STATES)
def test_the_limit_of_a_state(
    state: str, entered: str, passed: str, later: str, owner: PositionKind, up: PositionKind
) -> None:
    of = state_facts(state, entered)
    steps = {due.step_code: due for due in steps_due(of, ladder(), calendar(), at(later))}
    assert {code: due.recipient_kind for code, due in steps.items()} == {
        "state_passed": owner,
        "state_passed_1": up,
    }
    assert steps["state_passed"].reached_at == at(passed)
    assert steps["state_passed_1"].reached_at == at(later)
    assert steps_due(of, ladder(), calendar(), at(passed) - ONE_SECOND) == []


def test_each_state_with_a_limit_has_its_test_and_work_in_hand_has_none() -> None:
    assert {row[0] for row in STATES} | {"restricted"} == {limit.state for limit in limits()}
    assert limit_in_force(limits(), "in_progress", ON) is None
    assert limit_in_force(limits(), "triage", dt.date(2025, 6, 30)) is None


def test_an_urgent_case_not_contacted_in_two_hours_at_night_in_tet() -> None:
    due_on, due_at = compute_due(at("Tue 2026-02-17 23:30"), Duration.parse("2h"), calendar())
    of = replace(facts(Clock.URGENT, "Wed 2026-02-18"), due_on=due_on, due_at=due_at, state="assigned")
    assert reached(of, "Wed 2026-02-18 01:29") == []
    (step,) = steps_due(of, ladder(), calendar(), at("Wed 2026-02-18 01:30"))
    assert (step.step_code, step.recipient_kind, step.at_once) == (
        "urgent_uncontacted", K.HEAD_OF_AGENCY, True,
    )  # fmt: skip


def test_everything_due_is_found_and_not_only_the_last_nights() -> None:
    assert [code for code, _ in reached(facts(Clock.AGENCY, "Fri 2026-03-13"), "Mon 2026-06-01 00:10")] == [
        "agency_before_3", "agency_before_1", "agency_before_1",
        "agency_overdue", "agency_overdue_2", "agency_overdue_5", "agency_overdue_10",
    ]  # fmt: skip


def test_letters_about_an_external_body_go_to_the_liaison_desk_once_a_step() -> None:
    found = reached(facts(Clock.AGENCY, "Fri 2026-03-13", external=True), "Mon 2026-06-01 00:10")
    assert found == [
        ("agency_before_3", K.DISPATCHER),
        ("agency_before_1", K.DISPATCHER),
        ("agency_overdue", K.DISPATCHER),
        ("agency_overdue_2", K.DISPATCHER),
        ("agency_overdue_5", K.COORDINATOR_HEAD),
        ("agency_overdue_10", K.CHAIRMAN),
    ]


# Restricted cases.


def test_a_restricted_case_has_its_own_ladder() -> None:
    of = state_facts("restricted", "Thu 2026-03-05 08:00", restricted=True)
    assert reached(of, "Mon 2026-03-16 23:59") == []
    assert reached(of, "Tue 2026-03-17 00:00") == [("restricted_passed", K.COORDINATOR_HEAD)]
    assert reached(of, "Wed 2026-03-18 00:00")[1:] == [("restricted_passed_1", K.CHAIRMAN)]
    urgent = facts(Clock.URGENT, "Fri 2026-03-13", restricted=True)
    assert reached(urgent, "Sat 2026-03-14 00:00") == [("restricted_uncontacted", K.COORDINATOR_HEAD)]


# No row of the ladder is for the clock of interim updates: the night tells the submitter instead.
@pytest.mark.parametrize("clock", sorted(set(Clock) - {Clock.STATUS_UPDATE}))
@pytest.mark.parametrize("owner", [K.OFFICER, K.HEAD_OF_UNIT, K.HEAD_OF_AGENCY])
def test_a_restricted_case_never_reaches_the_agencys_own_line(clock: Clock, owner: PositionKind) -> None:
    of = facts(clock, "Fri 2026-03-13", restricted=True, owner=owner, next_up=owner)
    widened = [*ladder(), *(replace(step, restricted=True, code=f"r_{step.code}") for step in ladder())]
    seal = Seal(agency_ids=frozenset({AGENCY}), access_list=EVERYONE)
    of = replace(of, seal=seal)
    due = steps_due(of, widened, calendar(), at("Mon 2026-06-01 00:10"))
    assert due
    for step in due:
        assert step.recipient_kind in {K.COORDINATOR_HEAD, K.CHAIRMAN}
        recipient = address(step.recipient_kind, of, directory(), ON)
        assert recipient is not None
        assert recipient.position.agency_id != AGENCY


def test_the_facts_of_a_case_find_its_people() -> None:
    of = facts(Clock.AGENCY, "Fri 2026-03-13")
    assert address(K.OFFICER, of, directory(), ON) == Recipient(POSITIONS[102], 1102)
    among = directory(acting(120, 1110), vacant=(110,))
    assert address(K.HEAD_OF_UNIT, of, among, ON) == Recipient(POSITIONS[120], 1110, True, (K.HEAD_OF_UNIT,))


# Catching up, taking back, versions of rows.

due_dates = st.integers(0, 500).map(lambda n: dt.date(2025, 10, 1) + dt.timedelta(days=n))
any_facts = st.builds(
    lambda clock, due, hours, restricted, external: ClockFacts(
        clock, 1, due, day_end(due) - dt.timedelta(hours=hours), "triage",
        AGENCY, UNIT, 1102, external, restricted, K.COORDINATOR_HEAD, K.CHAIRMAN,
    ),
    st.sampled_from(Clock), due_dates, st.integers(0, 23), st.booleans(), st.booleans(),
)  # fmt: skip
versions = st.lists(st.integers(-30, 60), min_size=2, max_size=2, unique=True)


@settings(max_examples=300, deadline=None)
@given(any_facts, st.sets(st.integers(0, 30)), st.integers(0, 20))
def test_nights_missed_or_repeated_reach_the_same_steps(of: ClockFacts, missed: set[int], start: int) -> None:
    first = dt.datetime.combine(of.due_on, dt.time(0, 10), day_end(of.due_on).tzinfo) - dt.timedelta(
        days=start
    )
    nights = [first + dt.timedelta(days=night) for night in range(31)]
    recorded: set[tuple[str, PositionKind, dt.date]] = set()
    for number, night in enumerate(nights):
        if number in missed and night != nights[-1]:
            continue
        found = {
            (due.step_code, due.recipient_kind, due.reached_on)
            for due in steps_due(of, ladder(), calendar(), night)
        }
        assert recorded <= found
        recorded |= found
    once = steps_due(of, ladder(), calendar(), nights[-1])
    assert recorded == {(due.step_code, due.recipient_kind, due.reached_on) for due in once}
    assert len(once) == len({(due.step_code, due.recipient_kind) for due in once})


@settings(max_examples=1500, deadline=None)
@given(any_facts, st.integers(-20, 40), st.integers(0, 23), versions)
def test_the_window_for_a_query_selects_what_the_rule_finds(
    of: ClockFacts, night: int, hour: int, valid: list[int]
) -> None:
    moment = day_end(of.due_on) + dt.timedelta(days=night, hours=hour)
    begin, end = (of.due_on + dt.timedelta(days=offset) for offset in sorted(valid))
    rows = [*ladder(), *(replace(step, valid_from=begin, valid_to=end) for step in ladder())]
    for step in rows:
        if step.clock is not of.clock or step.restricted is not of.restricted:
            continue
        window = due_window(step, calendar(), moment)
        inside = (
            (window.first_due_on is None or window.first_due_on <= of.due_on)
            and (window.last_due_on is None or of.due_on <= window.last_due_on)
            and (window.first_due_at is None or window.first_due_at <= of.due_at)
            and (window.last_due_at is None or of.due_at <= window.last_due_at)
        )
        assert inside is bool(steps_due(of, [step], calendar(), moment))


def test_a_new_day_off_takes_back_what_no_longer_holds() -> None:
    of = facts(Clock.AGENCY, "Fri 2026-03-13")
    recorded = [code for code, _ in reached(of, "Wed 2026-03-18 00:10")]
    assert recorded[-2:] == ["agency_overdue", "agency_overdue_2"]
    now = at("Wed 2026-03-18 08:00")
    assert no_longer_hold(recorded, of, ladder(), calendar(), now) == frozenset()
    off = CalendarDay(day("Tue 2026-03-17"), DayKind.DAY_OFF, DayStatus.OFFICIAL, "CV 1")
    changed = WorkingCalendar.from_days([*calendar().days, off])
    assert no_longer_hold(recorded, of, ladder(), changed, now) == {"agency_overdue_2"}
    extended = replace(of, due_on=day("Fri 2026-03-20"), due_at=day_end(day("Fri 2026-03-20")))
    assert no_longer_hold(recorded, extended, ladder(), calendar(), now) == {
        "agency_before_1", "agency_overdue", "agency_overdue_2",
    }  # fmt: skip


def test_a_changed_row_counts_from_its_first_day_and_its_code_once() -> None:
    old = next(step for step in ladder() if step.code == "agency_overdue_2")
    old = replace(old, valid_to=day("Wed 2026-03-18"))
    new = replace(old, offset=replace(old.offset, amount=3), valid_from=day("Thu 2026-03-19"), valid_to=None)
    when = at("Mon 2026-06-01 00:10")
    for due_on, expected in (("Fri 2026-03-13", "Wed 2026-03-18"), ("Mon 2026-03-16", "Fri 2026-03-20")):
        (found,) = steps_due(facts(Clock.AGENCY, due_on), [new, old], calendar(), when)
        assert found.reached_on == day(expected)


# Delivery and acknowledgement.


@pytest.mark.parametrize(
    ("computed", "delivered"),
    [
        ("Tue 2026-03-17 00:10", "Tue 2026-03-17 07:30"),
        ("Tue 2026-03-17 07:30", "Tue 2026-03-17 07:30"),
        ("Tue 2026-03-17 09:12", "Tue 2026-03-17 09:12"),
        ("Tue 2026-03-17 12:00", "Tue 2026-03-17 13:30"),
        ("Tue 2026-03-17 17:00", "Wed 2026-03-18 07:30"),
        ("Sat 2026-03-14 00:10", "Mon 2026-03-16 07:30"),
        ("Sat 2026-01-10 00:10", "Sat 2026-01-10 07:30"),  # worked
        ("Sat 2026-02-14 00:10", "Mon 2026-02-23 07:30"),  # Tết
        ("Tue 2026-11-24 10:00", "Wed 2026-11-25 07:30"),
    ],
)
def test_digests_come_in_office_hours(computed: str, delivered: str) -> None:
    assert delivery_time(at(computed), calendar()) == at(delivered)
    assert delivery_time(at(computed).astimezone(dt.UTC), calendar()) == at(delivered)


def test_one_digest_a_day() -> None:
    friday, monday = day("Fri 2026-03-13"), at("Mon 2026-03-16 07:30")
    assert delivery_time(at("Fri 2026-03-13 10:00"), calendar(), last_digest_on=friday) == monday
    assert delivery_time(at("Fri 2026-03-13 18:00"), calendar(), last_digest_on=friday) == monday
    assert delivery_time(at("Fri 2026-03-13 10:00"), calendar(), last_digest_on=monday.date()) == at(
        "Tue 2026-03-17 07:30"
    )
    thursday = day("Thu 2026-03-12")
    assert delivery_time(at("Fri 2026-03-13 10:00"), calendar(), last_digest_on=thursday) == at(
        "Fri 2026-03-13 10:00"
    )


@pytest.mark.parametrize(
    ("delivered", "by"),
    [
        ("Tue 2026-03-17 07:30", "Thu 2026-03-19 00:00"),
        ("Fri 2026-03-13 09:00", "Tue 2026-03-17 00:00"),
        ("Fri 2026-02-13 07:30", "Tue 2026-02-24 00:00"),
        ("Tue 2026-02-17 01:30", "Tue 2026-02-24 00:00"),
    ],
)
def test_what_is_not_acknowledged_by_the_next_working_days_end_is_shown_one_up(
    delivered: str, by: str
) -> None:
    assert acknowledge_by(at(delivered), calendar()) == at(by)

    def shown(kind: PositionKind, done: bool, when: dt.datetime) -> PositionKind | None:
        return shown_also_to(kind, at(delivered), done, calendar(), when)

    assert shown(K.HEAD_OF_UNIT, False, at(by) - ONE_SECOND) is None
    assert shown(K.HEAD_OF_UNIT, False, at(by)) is K.HEAD_OF_AGENCY
    assert shown(K.HEAD_OF_UNIT, True, at(by)) is None
    assert shown(K.DISPATCHER, False, at(by)) is K.COORDINATOR_HEAD
    assert shown(K.CHAIRMAN, False, at(by)) is None
