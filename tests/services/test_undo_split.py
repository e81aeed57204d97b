"""Taking back the split of a message: the whole goes on, its parts are closed and tell nobody anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.lifecycle import CaseClass, State
from feedback.domain.submission import StoredFile
from feedback.domain.undo import UNDO_WINDOW
from feedback.models import (
    Attachment,
    Case,
    Message,
    RoutingDecision,
)
from feedback.queries.case_file import related_cases
from feedback.queries.law_book import load_law_book
from feedback.queries.people import scope_for
from feedback.queries.public import tracking
from feedback.queries.routing_data import load_routing_book
from feedback.services.casework import handling, partition
from feedback.services.casework.partition import Part
from feedback.services.casework.routing import route_cases
from feedback.services.restricted_track import restricted
from tests.services.desk_slips import WHY, mark, merge, refused, sound, split, take_back
from tests.services.stage import Stage


def test_a_part_given_away_with_the_split_goes_to_triage(stage: Stage) -> None:
    case_id = stage.triaged()
    _waiting, given = split(stage, case_id)
    take_back(stage, given)
    assert (stage.look(given).state, stage.look(given).case_class) == (State.TRIAGE, None)
    sound(stage)


def test_the_parts_of_a_split_taken_back_are_closed_and_tell_nothing(stage: Stage) -> None:
    photo = StoredFile(db.new_id(), "den.jpg", "image/jpeg", 10, "ab" * 32, "2026/11/den.jpg")
    case_id = stage.triaged(attachments=(photo,), place_text="Ngõ 12")
    parts = [
        Part("Một", WHY, attachment_ids=(photo.id,)),
        Part("Hai", WHY, stage.works.agency.id, case_class=CaseClass.C, attachment_ids=(photo.id,)),
    ]
    born = stage.act(stage.province.dispatcher, partition.split, case_id, parts=parts)
    ids = [one.id for one in born]
    take_back(stage, case_id)
    reference = stage.look(case_id).reference
    for part_id in ids:
        part = stage.look(part_id)
        assert (part.state, part.closed_at) == (State.REJOINED, stage.now)
        assert (part.title, part.body, part.place_text, part.latitude) == (reference, reference, "", None)
        assert (part.lead_agency_id, part.case_class) == (None, None)
        assert stage.active_clocks(part_id) == set()
        assert stage.events(part_id)[-1] == "decision_taken_back"
        assert {row.state for row in stage.rows(Message, part_id)} <= {"cancelled"}
        assert all(row.superseded_at is not None for row in stage.rows(RoutingDecision, part_id))

    dispatcher = stage.actor(stage.province.dispatcher)
    with db.transaction(stage.factory, scope_for(dispatcher)) as session:
        assert list(session.scalars(select(Attachment.case_id))) == [case_id]
        assert related_cases(session, case_id) == ()
    sound(stage)


def test_a_part_that_is_one_with_the_whole_again_is_never_routed(stage: Stage) -> None:
    case_id = stage.triaged()
    waiting, _given = split(stage, case_id)
    later = stage.now + UNDO_WINDOW

    def route(now: datetime) -> int:
        with db.transaction(stage.factory, db.WORKER) as session:
            book, routing = load_law_book(session, now), load_routing_book(session, now)
            return route_cases(session, now, book, routing).claimed

    stage.worker.commit()
    assert route(later - timedelta(microseconds=1)) == 0
    take_back(stage, case_id)
    stage.worker.commit()
    assert route(later) == 1
    assert stage.look(waiting).state == State.REJOINED
    assert route(later) == 0
    sound(stage)


@pytest.mark.parametrize(
    "then",
    [
        lambda stage, part: stage.act(stage.works.officer, handling.accept, part),
        lambda stage, part: take_back(stage, part),
        lambda stage, part: stage.act(
            stage.province.dispatcher, restricted.set_apart, part, kind="crime", reason=WHY
        ),
    ],
)
def test_a_split_stands_when_a_part_has_moved_on(stage: Stage, then: Callable[[Stage, UUID], None]) -> None:
    case_id = stage.triaged()
    waiting, given = split(stage, case_id)
    then(stage, given)
    state = stage.look(given).state
    refused(stage, case_id, "part_moved_on")
    assert (stage.look(waiting).state, stage.look(given).state) == (State.RECEIVED, state)
    assert {row.state for row in stage.rows(Message, case_id) if row.kind == "split"} == {"pending"}
    sound(stage)


def test_a_split_stands_when_an_agency_was_told_of_an_urgent_part(stage: Stage) -> None:
    case_id = stage.triaged()
    mark(stage, case_id)
    _waiting, given = split(stage, case_id)
    (notice,) = stage.rows(Message, given)
    notice.state = "sent"
    stage.worker.commit()
    refused(stage, case_id, "notice_left")


def test_a_split_that_sent_duplicates_back_stands(stage: Stage) -> None:
    main, duplicate = stage.triaged(), stage.triaged()
    merge(stage, duplicate, main)
    split(stage, main)
    refused(stage, main, "released_others")


def test_the_submitter_reads_nothing_of_a_split_that_can_be_taken_back(stage: Stage) -> None:
    case_id = stage.triaged()
    split(stage, case_id)

    def read(session: Session, case: Case) -> tuple[str, int]:
        told = tracking.as_told(tracking.track(session, case.tracking_code), now)
        assert told.file is not None
        return told.case.state, len(told.file.kin)

    now = stage.now + UNDO_WINDOW
    assert stage.submitter(read, case_id) == (State.TRIAGE, 0)
    now += timedelta(seconds=1)
    assert stage.submitter(read, case_id) == (State.SPLIT, 2)
