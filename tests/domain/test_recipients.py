"""Who gets a letter: holders, acting holders, vacancies, liaison and sealed cases."""

import datetime as dt

import pytest

from feedback.domain.positions import LINE_KINDS, HoldingKind, PositionKind
from feedback.domain.recipients import ONE_UP, Directory, Holding, Position, Recipient, Seal, resolve_position

K = PositionKind
ON = dt.date(2026, 11, 20)
AGENCY, OTHER, COORDINATOR, INSPECTORATE = 1, 2, 8, 9
UNIT, SECOND_UNIT = 11, 12

POSITIONS = {
    position.id: position
    for position in (
        Position(101, K.OFFICER, AGENCY, UNIT),
        Position(102, K.OFFICER, AGENCY, UNIT),
        Position(110, K.HEAD_OF_UNIT, AGENCY, UNIT),
        Position(111, K.HEAD_OF_UNIT, AGENCY, SECOND_UNIT),
        Position(120, K.HEAD_OF_AGENCY, AGENCY),
        Position(220, K.HEAD_OF_AGENCY, OTHER),
        Position(800, K.DISPATCHER, COORDINATOR),
        Position(801, K.COORDINATOR_HEAD, COORDINATOR),
        Position(802, K.CHAIRMAN, COORDINATOR),
        Position(920, K.HEAD_OF_AGENCY, INSPECTORATE),
    )
}


def appointed(position: int, since: dt.date = dt.date(2025, 7, 1), until: dt.date | None = None) -> Holding:
    """Account 1000 + n holds position n."""
    return Holding(position, 1000 + position, HoldingKind.HOLDER, since, until)


def acting(position: int, account: int, since: dt.date = ON, until: dt.date | None = ON) -> Holding:
    return Holding(position, account, HoldingKind.ACTING, since, until)


def directory(*extra: Holding, vacant: tuple[int, ...] = ()) -> Directory:
    held = [appointed(position) for position in POSITIONS if position not in vacant]
    return Directory(POSITIONS.values(), [*held, *extra])


def resolve(kind: PositionKind, among: Directory, **more: object) -> Recipient | None:
    where = {"agency_id": AGENCY, "unit_id": UNIT, "officer_id": 1102, "on": ON} | more
    agency, unit = where.pop("agency_id"), where.pop("unit_id")
    return resolve_position(kind, agency, unit, among, where.pop("on"), **where)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "position"),
    [
        (K.OFFICER, 102),
        (K.HEAD_OF_UNIT, 110),
        (K.HEAD_OF_AGENCY, 120),
        (K.DISPATCHER, 800),
        (K.COORDINATOR_HEAD, 801),
        (K.CHAIRMAN, 802),
    ],
)
def test_the_holder_of_the_post_in_this_agency_and_unit(kind: PositionKind, position: int) -> None:
    assert resolve(kind, directory()) == Recipient(POSITIONS[position], 1000 + position)


def test_who_acts_goes_before_who_holds_for_the_days_of_acting() -> None:
    among = directory(acting(120, 1110, ON, ON + dt.timedelta(days=2)))
    for on, account, acts in (
        (ON - dt.timedelta(days=1), 1120, False),
        (ON, 1110, True),
        (ON + dt.timedelta(days=2), 1110, True),
        (ON + dt.timedelta(days=3), 1120, False),
    ):
        assert resolve(K.HEAD_OF_AGENCY, among, on=on) == Recipient(POSITIONS[120], account, acts)


def test_who_acts_for_the_officer_gets_the_officers_letters() -> None:
    assert resolve(K.OFFICER, directory(acting(102, 1101))) == Recipient(POSITIONS[102], 1101, True)


def test_of_two_who_act_the_latest_begun_answers() -> None:
    among = directory(acting(120, 1110, ON - dt.timedelta(days=5)), acting(120, 1111, ON))
    assert resolve(K.HEAD_OF_AGENCY, among).account_id == 1111  # type: ignore[union-attr]


def test_who_acts_goes_before_a_holder_appointed_later() -> None:
    among = directory(acting(120, 1110, ON - dt.timedelta(days=5)), appointed(120, ON), vacant=(120,))
    assert resolve(K.HEAD_OF_AGENCY, among) == Recipient(POSITIONS[120], 1110, True)


def test_an_acting_head_fills_a_vacancy() -> None:
    assert resolve(K.HEAD_OF_AGENCY, directory(acting(120, 1110), vacant=(120,))) == Recipient(
        POSITIONS[120], 1110, True
    )


def test_a_vacant_post_goes_one_up_and_says_so() -> None:
    assert resolve(K.HEAD_OF_UNIT, directory(vacant=(110,))) == Recipient(
        POSITIONS[120], 1120, skipped_vacant=(K.HEAD_OF_UNIT,)
    )
    assert resolve(K.HEAD_OF_UNIT, directory(vacant=(110, 120, 801))) == Recipient(
        POSITIONS[802], 1802, skipped_vacant=(K.HEAD_OF_UNIT, K.HEAD_OF_AGENCY, K.COORDINATOR_HEAD)
    )
    assert resolve(K.DISPATCHER, directory(vacant=(800,))) == Recipient(
        POSITIONS[801], 1801, skipped_vacant=(K.DISPATCHER,)
    )


def test_another_agencys_head_never_fills_in() -> None:
    found = resolve(K.HEAD_OF_AGENCY, directory(vacant=(220,)), agency_id=OTHER)
    assert found == Recipient(POSITIONS[801], 1801, skipped_vacant=(K.HEAD_OF_AGENCY,))


def test_a_case_without_unit_or_agency_goes_up() -> None:
    assert resolve(K.HEAD_OF_UNIT, directory(), unit_id=None).position.id == 120  # type: ignore[union-attr]
    assert resolve(K.HEAD_OF_AGENCY, directory(), agency_id=None).position.id == 801  # type: ignore[union-attr]


@pytest.mark.parametrize("officer", [None, 1101 + 500], ids=["none", "left"])
def test_a_case_whose_officer_is_gone_goes_to_the_head_of_the_unit(officer: int | None) -> None:
    assert resolve(K.OFFICER, directory(), officer_id=officer) == Recipient(
        POSITIONS[110], 1110, skipped_vacant=(K.OFFICER,)
    )


def test_a_post_that_is_abolished_is_no_post() -> None:
    gone = Position(130, K.HEAD_OF_AGENCY, OTHER, valid_to=ON - dt.timedelta(days=1))
    among = Directory([gone, POSITIONS[801]], [appointed(130), appointed(801)])
    assert resolve(K.HEAD_OF_AGENCY, among, agency_id=OTHER).position.id == 801  # type: ignore[union-attr]
    yesterday = ON - dt.timedelta(days=1)
    assert resolve(K.HEAD_OF_AGENCY, among, agency_id=OTHER, on=yesterday).position.id == 130  # type: ignore[union-attr]


def test_when_nobody_holds_anything_the_letter_waits_in_the_highest_post() -> None:
    found = resolve(K.HEAD_OF_AGENCY, directory(vacant=(120, 801, 802)))
    assert found == Recipient(
        POSITIONS[802], None, skipped_vacant=(K.HEAD_OF_AGENCY, K.COORDINATOR_HEAD, K.CHAIRMAN)
    )
    assert resolve(K.HEAD_OF_AGENCY, Directory([], [])) is None


def test_every_kind_of_the_line_leads_to_the_chairman() -> None:
    assert ONE_UP[K.SUPERVISOR] is None
    for kind in LINE_KINDS:
        steps: PositionKind | None = kind
        seen = []
        while steps is not None:
            seen.append(steps)
            steps = ONE_UP[steps]
        assert seen[-1] is K.CHAIRMAN
        assert len(seen) == len(set(seen))


EVERYONE = tuple(1000 + position for position in POSITIONS)


def test_a_sealed_case_reaches_those_on_the_access_list_only() -> None:
    among = directory()
    assert resolve(K.COORDINATOR_HEAD, among, seal=Seal(access_list=(1801,))).account_id == 1801  # type: ignore[union-attr]
    assert resolve(K.COORDINATOR_HEAD, among, seal=Seal(access_list=(1802,))) == Recipient(
        POSITIONS[802], 1802
    )
    assert resolve(K.COORDINATOR_HEAD, among, seal=Seal(access_list=())) is None


def test_the_chairman_joins_the_list_when_a_step_is_meant_for_the_chairman() -> None:
    seal = Seal(access_list=(1801,))
    assert resolve(K.CHAIRMAN, directory(), seal=seal) == Recipient(POSITIONS[802], 1802, joins=True)
    assert resolve(K.CHAIRMAN, directory(), seal=Seal(access_list=(1801, 1802))) == Recipient(
        POSITIONS[802], 1802
    )
    # On the way up from others the list says who acts instead.
    found = resolve(K.COORDINATOR_HEAD, directory(vacant=(801,)), seal=Seal(access_list=(1920,)))
    assert found == Recipient(POSITIONS[920], 1920, skipped_vacant=(K.COORDINATOR_HEAD,))


@pytest.mark.parametrize(
    "seal",
    [
        Seal(agency_ids=frozenset({COORDINATOR}), access_list=(1920,)),
        Seal(account_ids=frozenset({1802}), access_list=(1920,)),
        Seal(agency_ids=frozenset({OTHER}), access_list=(1920,)),
    ],
)
def test_a_chairman_who_is_accused_or_beside_the_accused_joins_no_list(seal: Seal) -> None:
    among = directory(acting(220, 1802))
    assert resolve(K.CHAIRMAN, among, seal=seal) == Recipient(POSITIONS[920], 1920)


def test_the_accused_chief_and_who_is_beside_are_passed_in_silence() -> None:
    seal = Seal(agency_ids=frozenset({COORDINATOR}), access_list=(1801, 1802, 1920, 1800))
    assert resolve(K.COORDINATOR_HEAD, directory(), seal=seal) == Recipient(POSITIONS[920], 1920)


def test_the_accused_unit_is_passed_though_its_agency_is_not_accused() -> None:
    seal = Seal(unit_ids=frozenset({UNIT}), access_list=EVERYONE)
    assert resolve(K.HEAD_OF_UNIT, directory(), seal=seal) == Recipient(POSITIONS[120], 1120)


def test_the_accused_chairman_leaves_the_word_to_the_access_list_in_its_order() -> None:
    seal = Seal(account_ids=frozenset({1801, 1802}), access_list=(1802, 1920, 1800))
    assert resolve(K.COORDINATOR_HEAD, directory(), seal=seal) == Recipient(POSITIONS[920], 1920)
    seal = Seal(account_ids=frozenset({1801, 1802, 1920}), access_list=(1802, 1920, 1800))
    assert resolve(K.COORDINATOR_HEAD, directory(), seal=seal) == Recipient(POSITIONS[800], 1800)


def test_the_accused_who_acts_for_another_is_passed_too() -> None:
    seal = Seal(account_ids=frozenset({1110}), access_list=EVERYONE)
    found = resolve(K.COORDINATOR_HEAD, directory(acting(801, 1110)), seal=seal)
    assert found == Recipient(POSITIONS[802], 1802)


@pytest.mark.parametrize("kind", PositionKind)
@pytest.mark.parametrize("vacant", [(), (801,), (801, 802)])
def test_no_sealed_letter_reaches_the_accused_agency(kind: PositionKind, vacant: tuple[int, ...]) -> None:
    seal = Seal(agency_ids=frozenset({AGENCY}), unit_ids=frozenset({UNIT}), access_list=EVERYONE)
    found = resolve(kind, directory(vacant=vacant), seal=seal)
    assert found is not None
    assert found.position.agency_id != AGENCY
    assert found.account_id in EVERYONE
