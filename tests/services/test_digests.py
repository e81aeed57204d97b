"""The letter that a digest becomes: what it lists, and what its reader may not learn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from feedback import db
from feedback.domain.calendar import VIETNAM
from feedback.domain.positions import PositionKind
from feedback.embedded.databases import Urls
from feedback.models import Digest, EscalationStep, Holding, Message
from feedback.queries.mail_facts import MOST_LINES, digest_facts
from feedback.services.casework import answers
from feedback.services.night.escalation import escalate
from feedback.services.post.messages import Outcome, send_due
from feedback.services.restricted_track import restricted
from tests.services.committed import CommittedStage, committed_stage
from tests.services.post_office import PostOffice, body, post_office


@pytest.fixture
def stage(fresh_database: Urls) -> Iterator[CommittedStage]:
    with committed_stage(fresh_database, datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)) as found:
        yield found


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as found:
        yield found


def night(stage: CommittedStage, text: str) -> datetime:
    stage.now = datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
    escalate(stage.sessions, stage.now, stage.book, now=stage.now)
    return stage.now


def digest_of(stage: CommittedStage, position_id: int) -> Digest:
    stage.worker.expire_all()
    query = select(Digest).where(Digest.position_id == position_id).order_by(Digest.local_date.desc())
    return stage.worker.scalars(query.limit(1)).one()


def send_digest(stage: CommittedStage, office: PostOffice, digest: Digest) -> Outcome:
    """Send the digest alone, at its own moment."""
    stage.worker.execute(update(Message).where(Message.cause != digest.id).values(state="cancelled"))
    stage.worker.commit()
    counts = send_due(stage.sessions, office.post, digest.deliver_at)
    assert sum(counts.values()) == 1
    return next(iter(counts))


def test_a_head_reads_every_step_once(stage: CommittedStage, office: PostOffice) -> None:
    references = {stage.look(stage.in_progress()).reference for _ in range(3)}
    night(stage, "2026-11-20T00:10")
    digest = digest_of(stage, stage.works.seats[PositionKind.HEAD_OF_UNIT].id)
    assert send_digest(stage, office, digest) is Outcome.SENT
    [(envelope, message)] = office.taken
    assert envelope == [stage.works.head_of_unit.email]
    text = body(message)
    assert all(text.count(reference) == 1 for reference in references)
    assert "Còn 1 ngày làm việc đến hạn (3)" in text
    assert "https://hoi-am.example/staff/head" in text
    assert all(reference in body(message, "html") for reference in references)


def test_what_was_settled_meanwhile_is_marked(stage: CommittedStage, office: PostOffice) -> None:
    case_id = stage.awaiting_approval()
    night(stage, "2026-11-20T00:10")
    stage.act(stage.works.head, answers.approve, case_id)
    night(stage, "2026-11-20T06:20")
    send_digest(stage, office, digest_of(stage, stage.works.seats[PositionKind.HEAD_OF_UNIT].id))
    assert "đã giải quyết" in body(office.messages[0])


def set_apart(stage: CommittedStage) -> str:
    """A restricted case whose limit has passed; gives its reference."""
    case_id = stage.triaged()
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason="Tố cáo cán bộ",
        accused_agency_id=stage.works.agency.id, access_account_ids=[stage.province.chief.id],
    )  # fmt: skip
    night(stage, "2026-11-18T00:10")
    return stage.look(case_id).reference


def test_a_restricted_step_says_nothing_but_its_reference(stage: CommittedStage, office: PostOffice) -> None:
    reference = set_apart(stage)
    seat = stage.province.coordinator.seats[PositionKind.COORDINATOR_HEAD]
    send_digest(stage, office, digest_of(stage, seat.id))
    text = body(office.messages[0])
    assert f"{reference} (hạn chế truy cập)" in text
    assert stage.works.agency.name_vi not in text


def test_who_took_the_post_since_and_is_not_listed_does_not_read_it(
    stage: CommittedStage, office: PostOffice
) -> None:
    set_apart(stage)
    seat = stage.province.coordinator.seats[PositionKind.COORDINATOR_HEAD]
    stage.worker.execute(
        update(Holding).where(Holding.position_id == seat.id).values(valid_to=date(2026, 11, 17))
    )
    stage.make.holding(stage.make.account(), seat, valid_from=date(2026, 11, 18))
    stage.worker.commit()
    assert send_digest(stage, office, digest_of(stage, seat.id)) is Outcome.CANCELLED
    assert office.taken == []


def test_a_long_digest_counts_the_rest(stage: CommittedStage) -> None:
    case_id = stage.in_progress()
    night(stage, "2026-11-20T00:10")
    seat = stage.works.seats[PositionKind.HEAD_OF_UNIT].id
    digest = digest_of(stage, seat)
    row = stage.rows(EscalationStep, case_id, EscalationStep.digest_id == digest.id)[0]
    stage.worker.add_all(
        EscalationStep(
            id=db.new_id(), case_id=case_id, deadline_id=row.deadline_id, step=f"trial_{number}",
            position_id=seat, reached_on=row.reached_on, recorded_at=row.recorded_at, digest_id=digest.id,
        )
        for number in range(MOST_LINES)
    )  # fmt: skip
    stage.worker.flush()
    facts = digest_facts(stage.worker, digest.id, stage.works.head_of_unit.id, "vi")
    assert sum(len(group.lines) for group in facts.groups) == MOST_LINES
    assert facts.more == facts.total - MOST_LINES > 0
    stage.worker.rollback()
