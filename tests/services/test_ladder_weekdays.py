"""The ladder of design.md §5, night by night with the names of the days, through the verbs and the real runs.

A table names every night on which something climbs, and all that climbs in it; nights that are not named
are run too and must record nothing. `step > position`; ``(left)`` marks what was shown one level up because
nobody acknowledged it, ``(past …)`` the vacant posts passed on the way, ``taken back`` what no longer holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select, update

from feedback.domain.calendar import VIETNAM
from feedback.domain.positions import HoldingKind, PositionKind
from feedback.embedded.databases import Urls
from feedback.models import Account, Digest, EscalationStep, Holding, Message, Position
from feedback.services.casework import answers, handling, submitter, triage
from feedback.services.night import acknowledgement
from feedback.services.night.escalation import check_urgent, escalate
from tests.domain.reference import WEEKDAYS, at, day
from tests.services.committed import CommittedStage, committed_stage
from tests.services.stage import ANSWER

Table = dict[str, set[str]]
NIGHT = time(0, 10)


def named(moment: datetime) -> str:
    local = moment.astimezone(VIETNAM)
    return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d}"


class Ladder:
    """A stage on which nights are run one after the other."""

    def __init__(self, stage: CommittedStage) -> None:
        self.stage = stage
        self.seen: dict[UUID, str] = {}
        self.taken_back: set[UUID] = set()

    def goes(self, moment: str) -> None:
        """Let it be this moment for the people."""
        self.stage.now = at(moment)

    def climbs(self, case_id: UUID, first: str, last: str, *, left: bool = False) -> Table:
        """Run every night from `first` to `last`; gives the nights on which something was written of a case.

        left: with what was shown one level up.
        """
        self.stage.worker.commit()
        table: Table = {}
        night, end = day(first), day(last)
        while night <= end:
            moment = datetime.combine(night, NIGHT, VIETNAM)
            escalate(self.stage.sessions, moment, self.stage.book, now=moment)
            found = set(self._new(case_id, left))
            if found:
                table[named(moment)] = found
            night += timedelta(days=1)
        return table

    def _new(self, case_id: UUID, left: bool) -> Iterator[str]:
        for row in self.stage.rows(EscalationStep, case_id):
            position = self.stage.worker.get_one(Position, row.position_id)
            line = f"{row.step} > {position.kind}"
            if row.raised_from_id is not None and not left:
                continue
            if row.retracted_at is not None:
                if row.id not in self.taken_back:
                    self.taken_back.add(row.id)
                    yield f"taken back: {line}"
            elif row.id not in self.seen:
                shown = " (left)" if row.raised_from_id else ""
                past = f" (past {row.skipped_vacant})" if row.skipped_vacant else ""
                yield f"{line}{shown}{past}"
            self.seen[row.id] = line
        self.stage.worker.commit()

    def letters(self, kind: PositionKind) -> list[str]:
        """When the letters of a position of the agency are delivered, those of what went up left out."""
        seat = self.stage.works.seats[kind].id
        query = (
            select(Digest.deliver_at)
            .join(EscalationStep, EscalationStep.digest_id == Digest.id)
            .where(Digest.position_id == seat, EscalationStep.raised_from_id.is_(None))
            .distinct()
            .order_by(Digest.deliver_at)
        )
        found = [moment.astimezone(VIETNAM) for moment in self.stage.worker.scalars(query)]
        self.stage.worker.commit()
        return [f"{named(moment)} {moment:%H:%M}" for moment in found]

    def leaves(self, kind: PositionKind, last_day: str) -> None:
        """Let the holder of a post of the agency leave it after a day."""
        seat = self.stage.works.seats[kind].id
        self.stage.worker.execute(
            update(Holding).where(Holding.position_id == seat).values(valid_to=day(last_day))
        )
        self.stage.worker.commit()

    def acts(self, kind: PositionKind, first_day: str, last_day: str) -> Account:
        """Let somebody act in a post of the agency for some days."""
        deputy = self.stage.make.account()
        self.stage.worker.flush()
        self.stage.worker.add(
            Holding(
                position_id=self.stage.works.seats[kind].id, account_id=deputy.id,
                kind=str(HoldingKind.ACTING), valid_from=day(first_day), valid_to=day(last_day),
                created_at=self.stage.now,
            )
        )  # fmt: skip
        self.stage.worker.commit()
        return deputy

    def acknowledges(self, account: Account, case_id: UUID, moment: str, promised: str) -> list[str]:
        """Let somebody promise a date for the open steps that reached them; gives the steps."""
        self.goes(moment)
        actor = self.stage.actor(account)
        seats = [held.position_id for held in actor.positions]
        open_steps = self.stage.rows(EscalationStep, case_id, EscalationStep.position_id.in_(seats))
        acknowledgement.acknowledge(
            self.stage.worker, actor, step_ids=[row.id for row in open_steps], promised_on=day(promised),
            reason="Đã giao đơn vị xử lý.", now=self.stage.now,
        )  # fmt: skip
        self.stage.worker.commit()
        return [row.step for row in open_steps]


@contextmanager
def ladder(urls: Urls, moment: str) -> Iterator[Ladder]:
    with committed_stage(urls, at(moment)) as stage:
        yield Ladder(stage)


def in_hand(of: Ladder) -> UUID:
    """A case that an officer has, received, dispatched and accepted at once."""
    stage = of.stage
    case_id = stage.in_progress()
    stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=stage.works.officer.id)
    return case_id


def test_over_tet_nothing_is_due_on_a_day_off_and_letters_wait_for_the_office(fresh_database: Urls) -> None:
    """Tết is 14-22/02: the third working day before Friday 13 is a Tuesday, the second after it as well."""
    with ladder(fresh_database, "Fri 2026-01-23 09:00") as of:
        case_id = in_hand(of)
        assert of.stage.due(case_id, "agency") == day("Fri 2026-02-13")
        assert of.climbs(case_id, "Sat 2026-01-24", "Tue 2026-03-10") == {
            "Tue 2026-02-10": {"agency_before_3 > officer"},
            "Thu 2026-02-12": {"agency_before_1 > officer", "agency_before_1 > head_of_unit"},
            "Sat 2026-02-14": {"agency_overdue > head_of_unit", "citizen_overdue > coordinator_head"},
            "Wed 2026-02-25": {"agency_overdue_2 > head_of_agency"},
            "Sat 2026-02-28": {"agency_overdue_5 > coordinator_head"},
            "Sat 2026-03-07": {"agency_overdue_10 > chairman", "citizen_overdue_10 > chairman"},
        }
        assert of.letters(PositionKind.OFFICER) == ["Tue 2026-02-10 07:30", "Thu 2026-02-12 07:30"]
        assert of.letters(PositionKind.HEAD_OF_UNIT) == ["Thu 2026-02-12 07:30", "Mon 2026-02-23 07:30"]


def test_a_due_date_on_a_worked_saturday_is_overdue_from_sunday(fresh_database: Urls) -> None:
    """Saturday 10/01 is worked for Friday 02/01: it counts, it can be the last day, and Sunday cannot."""
    with ladder(fresh_database, "Thu 2025-12-18 09:00") as of:
        case_id = in_hand(of)
        assert of.stage.due(case_id, "agency") == day("Sat 2026-01-10")
        assert of.climbs(case_id, "Mon 2026-01-05", "Thu 2026-01-15") == {
            "Wed 2026-01-07": {"agency_before_3 > officer"},
            "Fri 2026-01-09": {"agency_before_1 > officer", "agency_before_1 > head_of_unit"},
            "Sun 2026-01-11": {"agency_overdue > head_of_unit", "citizen_overdue > coordinator_head"},
            "Wed 2026-01-14": {"agency_overdue_2 > head_of_agency"},
        }
        assert of.letters(PositionKind.HEAD_OF_UNIT)[-1] == "Mon 2026-01-12 07:30"


def test_a_vacant_post_is_passed_and_named(fresh_database: Urls) -> None:
    with ladder(fresh_database, "Mon 2026-03-02 09:00") as of:
        case_id = in_hand(of)
        of.leaves(PositionKind.HEAD_OF_UNIT, "Tue 2026-03-17")
        assert of.climbs(case_id, "Tue 2026-03-03", "Sat 2026-03-28") == {
            "Wed 2026-03-18": {"agency_before_3 > officer"},
            "Fri 2026-03-20": {
                "agency_before_1 > officer",
                "agency_before_1 > head_of_agency (past head_of_unit)",
            },
            "Tue 2026-03-24": {
                "agency_overdue > head_of_agency (past head_of_unit)",
                "citizen_overdue > coordinator_head",
            },
            "Thu 2026-03-26": {"agency_overdue_2 > head_of_agency"},
        }


def test_who_acts_in_a_vacant_post_is_told_and_promises(fresh_database: Urls) -> None:
    """The post climbs, not the person: with somebody acting in it, nothing is passed."""
    with ladder(fresh_database, "Mon 2026-03-02 09:00") as of:
        case_id = in_hand(of)
        of.leaves(PositionKind.HEAD_OF_UNIT, "Tue 2026-03-17")
        deputy = of.acts(PositionKind.HEAD_OF_UNIT, "Wed 2026-03-18", "Tue 2026-03-31")
        assert of.climbs(case_id, "Tue 2026-03-03", "Fri 2026-03-20") == {
            "Wed 2026-03-18": {"agency_before_3 > officer"},
            "Fri 2026-03-20": {"agency_before_1 > officer", "agency_before_1 > head_of_unit"},
        }
        # With the officer's reminder of Wednesday, which nobody acknowledged and which went up.
        promised = of.acknowledges(deputy, case_id, "Fri 2026-03-20 10:00", "Mon 2026-03-23")
        assert sorted(promised) == ["agency_before_1", "agency_before_3"]


def test_a_promise_stops_what_nobody_acknowledges_from_going_up(fresh_database: Urls) -> None:
    with ladder(fresh_database, "Mon 2026-03-02 09:00") as of:
        case_id = in_hand(of)
        officer = of.stage.works.officer
        assert of.climbs(case_id, "Tue 2026-03-03", "Wed 2026-03-18") == {
            "Wed 2026-03-18": {"agency_before_3 > officer"}
        }
        of.acknowledges(officer, case_id, "Wed 2026-03-18 10:00", "Mon 2026-03-23")
        # The letter of Friday the 20th has until the end of Monday; nobody answers it.
        assert of.climbs(case_id, "Thu 2026-03-19", "Tue 2026-03-24", left=True) == {
            "Fri 2026-03-20": {"agency_before_1 > officer", "agency_before_1 > head_of_unit"},
            "Tue 2026-03-24": {
                "agency_overdue > head_of_unit",
                "citizen_overdue > coordinator_head",
                "agency_before_1 > head_of_agency (left)",
            },
        }


def test_without_a_promise_the_same_step_goes_up(fresh_database: Urls) -> None:
    with ladder(fresh_database, "Mon 2026-03-02 09:00") as of:
        case_id = in_hand(of)
        assert of.climbs(case_id, "Tue 2026-03-03", "Fri 2026-03-20", left=True) == {
            "Wed 2026-03-18": {"agency_before_3 > officer"},
            "Fri 2026-03-20": {
                "agency_before_1 > officer",
                "agency_before_1 > head_of_unit",
                "agency_before_3 > head_of_unit (left)",
            },
        }
        # One level and no further, however long the head of the unit keeps silent too.
        later = of.climbs(case_id, "Mon 2026-03-23", "Fri 2026-03-27", left=True)
        assert not [step for steps in later.values() for step in steps if step.startswith("agency_before_3")]


def test_a_reopened_case_is_not_born_overdue(fresh_database: Urls) -> None:
    """Answered in time, reopened: its second period has dates of its own, and the first one's say nothing."""
    with ladder(fresh_database, "Mon 2026-03-02 09:00") as of:
        case_id = in_hand(of)
        of.goes("Tue 2026-03-10 09:00")
        of.stage.act(of.stage.works.officer, answers.submit, case_id, text=ANSWER)
        of.stage.act(of.stage.works.head, answers.approve, case_id)
        # Published it should be within two working days; nobody does.
        assert of.climbs(case_id, "Tue 2026-03-03", "Sat 2026-03-14") == {
            "Fri 2026-03-13": {"state_passed > head_of_agency"},
            "Sat 2026-03-14": {"state_passed_1 > coordinator_head"},
        }
        of.goes("Mon 2026-03-16 20:00")
        of.stage.submitter(submitter.reopen, case_id, reason="Đèn sửa xong hôm sau lại tắt.")
        assert of.stage.due(case_id, "citizen") == day("Mon 2026-04-06")
        assert of.climbs(case_id, "Tue 2026-03-17", "Tue 2026-04-07") == {
            "Wed 2026-04-01": {"agency_before_3 > officer"},
            "Fri 2026-04-03": {"agency_before_1 > officer", "agency_before_1 > head_of_unit"},
            "Tue 2026-04-07": {"agency_overdue > head_of_unit", "citizen_overdue > coordinator_head"},
        }


def test_a_transfer_on_the_last_day_takes_back_the_agencys_steps_and_not_the_citizens(
    fresh_database: Urls,
) -> None:
    with ladder(fresh_database, "Mon 2026-03-02 09:00") as of:
        case_id = in_hand(of)
        assert of.climbs(case_id, "Tue 2026-03-03", "Mon 2026-03-23") == {
            "Wed 2026-03-18": {"agency_before_3 > officer"},
            "Fri 2026-03-20": {"agency_before_1 > officer", "agency_before_1 > head_of_unit"},
        }
        of.goes("Mon 2026-03-23 16:00")
        of.stage.act(
            of.stage.works.head, handling.transfer, case_id, to_agency_id=of.stage.home.agency.id,
            reason="Thuộc nhiệm vụ của Sở Nội vụ.",
        )  # fmt: skip
        assert of.stage.due(case_id, "agency") == day("Mon 2026-04-13")
        assert of.stage.due(case_id, "citizen") == day("Mon 2026-03-23")
        assert of.climbs(case_id, "Tue 2026-03-24", "Fri 2026-03-27") == {
            "Tue 2026-03-24": {
                "taken back: agency_before_3 > officer",
                "taken back: agency_before_1 > officer",
                "taken back: agency_before_1 > head_of_unit",
                "citizen_overdue > coordinator_head",
            },
            # Two working days to accept it; the unit is not known yet, so its head is passed.
            "Thu 2026-03-26": {"state_passed > head_of_agency (past head_of_unit)"},
            "Fri 2026-03-27": {"state_passed_1 > head_of_agency"},
        }
        of.goes("Fri 2026-03-27 10:00")
        of.stage.act(of.stage.home.officer, handling.accept, case_id)
        assert of.climbs(case_id, "Sat 2026-03-28", "Tue 2026-04-14") == {
            "Tue 2026-04-07": {"citizen_overdue_10 > chairman"},
            "Wed 2026-04-08": {"agency_before_3 > officer"},
            "Fri 2026-04-10": {"agency_before_1 > officer", "agency_before_1 > head_of_unit"},
            "Tue 2026-04-14": {"agency_overdue > head_of_unit"},
        }


def test_an_urgent_case_in_a_night_of_tet_reaches_the_head_at_once(fresh_database: Urls) -> None:
    with ladder(fresh_database, "Tue 2026-02-17 23:30") as of:
        stage = of.stage
        case_id = stage.dispatched()
        stage.act(
            stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note="Cây đổ chắn đường"
        )
        stage.worker.commit()
        assert check_urgent(stage.sessions, at("Wed 2026-02-18 01:29"), stage.book).steps == 0
        assert check_urgent(stage.sessions, at("Wed 2026-02-18 01:30"), stage.book).steps == 1
        (told,) = stage.rows(Message, case_id, Message.kind == "urgent_uncontacted")
        assert told.not_before == at("Wed 2026-02-18 01:30")
        assert told.recipient == f"position:{stage.works.seats[PositionKind.HEAD_OF_AGENCY].id}"
        stage.worker.commit()
        assert of.climbs(case_id, "Thu 2026-02-19", "Fri 2026-02-20") == {
            "Thu 2026-02-19": {"urgent_uncontacted > head_of_agency"}
        }
        assert of.letters(PositionKind.HEAD_OF_AGENCY) == []
