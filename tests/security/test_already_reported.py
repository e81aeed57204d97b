"""What the public may learn of others' cases by asking whether something was reported: little, and rarely."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.queries.public.reported import Reported, already_reported
from tests.factories import Factory
from tests.security.world import World, refused
from tests.services.stage import TYPED, Stage

SAME = "Đèn đường tắt ba tuần nay trước số nhà 12, buổi tối nguy hiểm cho trẻ em đi học về."
WARD = "24769"
CALL = (
    "SELECT * FROM already_reported('den'::tsquery, '{den}', '{8}', '24769', now() - interval '1 d', now())"
)


@pytest.fixture
def stage(sessions: sessionmaker[Session], worker_session: Session, make: Factory) -> Stage:
    return Stage(sessions, worker_session, make)


@pytest.fixture
def reported(stage: Stage) -> UUID:
    """A case that lies openly with an agency."""
    return stage.in_progress()


def asked(
    stage: Stage, words: str = SAME, commune: str = WARD, scope: db.Scope = db.PUBLIC
) -> list[Reported]:
    with db.transaction(stage.factory, scope) as session:
        return already_reported(session, words, commune, stage.now)


def change(stage: Stage, case_id: UUID, changes: str) -> None:
    stage.worker.execute(text(f"UPDATE cases SET {changes} WHERE id = :id"), {"id": case_id})
    stage.worker.commit()


def test_only_what_everybody_may_know_is_told(stage: Stage, reported: UUID) -> None:
    (one,) = asked(stage)
    assert (one.id, one.state, one.received_on) == (reported, "in_progress", stage.now.date())
    assert one.agency.id == stage.works.agency.id
    assert (one.publication_id, one.title, one.summary) == (None, None, None)
    columns = "id field_id agency_id state received_on publication_id published_title published_summary"
    with db.transaction(stage.factory, db.PUBLIC) as session:
        assert " ".join(session.execute(text(CALL)).keys()) == columns


def test_a_few_true_words_tell_nothing(stage: Stage, reported: UUID) -> None:
    for probe in (
        "đèn đường", "đèn đường tắt số nhà 12", TYPED.name, TYPED.place_detail, TYPED.title,
        "trước số nhà 12 ai đã phản ánh điều gì với công an về nhà hàng xóm của tôi hôm qua",
    ):  # fmt: skip
        assert asked(stage, probe) == [], probe


def test_padding_lowers_the_likeness(stage: Stage, reported: UUID) -> None:
    # All the words there are would agree with every text: those the other one has not, count against it.
    padding = " ".join(f"zebra{number}" for number in range(200))
    assert asked(stage, f"{SAME} {padding}") == []


def test_another_place_and_time_are_not_asked(stage: Stage, reported: UUID) -> None:
    assert asked(stage, commune="24778") == []
    stage.wait(days=61)
    assert asked(stage) == []


@pytest.mark.parametrize(
    "changes",
    [
        "state = 'answered'", "state = 'triage'", "state = 'received'", "state = 'refused'", "urgent = true",
        "confidential = true",
        "case_class = 'A'", "case_class = 'E'", "case_class = NULL", "lead_agency_id = NULL",
        "state_before_restriction = 'triage'", "anonymised_at = now()",
        "restricted_at = now(), restricted_kind = 'crime', state = 'restricted'",
    ],
)  # fmt: skip
def test_what_is_not_open_to_all_is_never_named(stage: Stage, reported: UUID, changes: str) -> None:
    change(stage, reported, changes)
    assert asked(stage) == []


def test_what_was_once_suspected_is_never_named(stage: Stage, reported: UUID) -> None:
    stage.worker.execute(
        text(
            "INSERT INTO routing_decisions (id, case_id, decided_at, outcome, confidence, trace)"
            " VALUES (:id, :case, now(), 'restricted_triage', 0, '')"
        ),
        {"id": db.new_id(), "case": reported},
    )
    stage.worker.commit()
    assert asked(stage) == []


def test_three_at_most(stage: Stage) -> None:
    for _ in range(4):
        stage.in_progress()
    assert len(asked(stage)) == 3


def test_it_is_for_senders_alone(stage: Stage, reported: UUID, world: World) -> None:
    assert asked(stage, scope=db.Scope(kind="staff", province=True)) == []
    with world.eyes(db.WORKER, "worker") as session:
        assert "already_reported" in refused(session, CALL)
    with db.transaction(stage.factory, db.PUBLIC) as session:
        assert session.scalar(text("SELECT count(*) FROM cases")) == 0
