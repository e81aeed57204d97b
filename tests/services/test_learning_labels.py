"""Which cases are labels: a decision that stood, of a case that anybody may learn from."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import update

from feedback import db
from feedback.domain.learning import Label
from feedback.domain.lifecycle import RefusalCode, RestrictedKind
from feedback.models import Case, RoutingDecision
from feedback.queries.learning.labels import STOOD, read_labels
from feedback.services.casework import handling, partition, triage
from feedback.services.restricted_track import restricted
from tests.services.learned import Month
from tests.services.stage import Stage

REASON = "Không thuộc phạm vi quản lý của cơ quan chúng tôi."


def labels(stage: Stage) -> dict[UUID, Label]:
    stage.worker.expire_all()
    return {one.case_id: one for one in read_labels(stage.worker, stage.now)}


def test_what_an_agency_took_on_and_answered_is_a_label(stage: Stage) -> None:
    case_id = stage.answered()
    label = labels(stage)[case_id]
    assert (label.agency, label.case_class, label.urgent) == ("SXD", "C", None)
    assert (label.decider, label.desk) == (stage.province.dispatcher.id, stage.works.agency.id)
    assert label.text == stage.look(case_id).body


def test_a_decision_must_stand_a_fortnight_or_be_answered(stage: Stage) -> None:
    case_id, waiting = stage.in_progress(), stage.dispatched()
    stage.now += STOOD / 2
    assert labels(stage) == {}
    stage.now += STOOD / 2
    assert set(labels(stage)) == {case_id}
    assert waiting not in labels(stage)


def test_a_send_back_that_the_desk_accepts_counts_by_the_agency_in_the_end(stage: Stage) -> None:
    case_id = stage.dispatched()
    stage.act(stage.works.officer, handling.send_back, case_id, reason=REASON)
    assert labels(stage) == {}
    stage.dispatch(case_id, stage.home)
    stage.act(stage.home.officer, handling.accept, case_id)
    stage.now += STOOD
    assert labels(stage)[case_id].agency == "SNV"


def test_a_transfer_counts_by_whom_it_went_to_and_by_whom_it_was_decided(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.act(
        stage.works.head,
        handling.transfer,
        case_id,
        to_agency_id=stage.province.commune.agency.id,
        reason=REASON,
    )
    stage.act(stage.province.commune.officer, handling.accept, case_id)
    stage.now += STOOD
    label = labels(stage)[case_id]
    assert (label.agency, label.decider) == ("UBNDX", stage.works.head.id)


def test_a_recalled_case_is_no_label(stage: Stage) -> None:
    case_id = stage.in_progress()
    stage.now += STOOD
    stage.act(stage.province.dispatcher, handling.recall, case_id, reason=REASON)
    assert labels(stage) == {}


def test_what_is_or_was_set_apart_is_never_read(stage: Stage) -> None:
    apart = stage.answered()
    assert apart in labels(stage)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, apart, kind=RestrictedKind.DENUNCIATION,
        reason="Có nội dung tố cáo cán bộ.",
    )  # fmt: skip
    assert labels(stage) == {}
    stage.worker.execute(
        update(Case).where(Case.id == apart).values(restricted_at=None, restricted_kind=None)
    )
    stage.worker.commit()
    assert labels(stage) == {}


@pytest.mark.parametrize(
    "change", [{"case_class": "E"}, {"case_class": "D"}, {"anonymised_at": "2026-11-02T00:00:00Z"}]
)
def test_no_complaint_no_denunciation_and_nothing_anonymised(stage: Stage, change: dict[str, str]) -> None:
    case_id = stage.answered()
    stage.worker.execute(update(Case).where(Case.id == case_id).values(**change))
    stage.worker.commit()
    assert labels(stage) == {}


def test_what_the_machine_suspected_stays_out_though_the_desk_found_otherwise(stage: Stage) -> None:
    case_id = stage.answered()
    stage.worker.add(
        RoutingDecision(
            id=db.new_id(), case_id=case_id, decided_at=stage.now, outcome="restricted_triage",
            confidence=0.9, trace="{}",
        )
    )  # fmt: skip
    stage.worker.commit()
    assert labels(stage) == {}


def test_a_split_is_of_mixed_content_and_a_refusal_is_not_for_government_when_they_stood(
    stage: Stage,
) -> None:
    whole, refused, unclear = stage.triaged(), stage.triaged(), stage.triaged()
    parts = [
        partition.Part(f"Phần {n}", f"Nội dung của phần thứ {n}, đủ dài để xử lý riêng.") for n in (1, 2)
    ]
    dispatcher = stage.province.dispatcher
    stage.act(dispatcher, partition.split, whole, parts=parts)
    for case_id, code in ((refused, RefusalCode.NOT_GOVERNMENT), (unclear, RefusalCode.NO_CLEAR_CONTENT)):
        stage.act(
            dispatcher, triage.refuse, case_id, code=code, explanation="Nội dung này không thuộc thẩm quyền."
        )
    assert labels(stage) == {}
    stage.now += STOOD
    found = labels(stage)
    assert {key: (one.agency, one.case_class, one.desk) for key, one in found.items()} == {
        whole: (None, "G", None), refused: (None, "X", None),
    }  # fmt: skip


def test_a_duplicate_counts_by_the_agency_of_its_main_case(stage: Stage) -> None:
    main, repeated = stage.in_progress(), stage.triaged()
    into = stage.look(main)
    stage.act(stage.province.dispatcher, partition.merge, repeated, into=into)
    assert labels(stage) == {}
    stage.now += STOOD
    assert labels(stage)[repeated].agency == "SXD"


def test_a_decision_that_was_taken_back_says_nothing_of_the_class(stage: Stage) -> None:
    case_id = stage.answered()
    stage.worker.execute(update(RoutingDecision).values(superseded_at=stage.now))
    stage.worker.commit()
    assert labels(stage)[case_id].case_class is None


def test_urgency_is_known_where_somebody_decided_it(stage: Stage) -> None:
    case_id = stage.triaged()
    stage.act(
        stage.province.dispatcher, triage.set_urgency, case_id, urgent=True, note="Dây điện rơi xuống đường."
    )
    stage.dispatch(case_id)
    stage.act(stage.works.officer, handling.accept, case_id)
    stage.now += STOOD
    assert labels(stage)[case_id].urgent is True


def test_an_accepted_choice_of_the_machine_confirms_it_and_the_newest_come_first(stage: Stage) -> None:
    agencies = {"SXD": stage.works.agency, "SNV": stage.home.agency}
    month = Month(stage.worker, agencies, stage.now - 3 * STOOD)
    one = month.decided("Đèn đường tắt", "SXD", "SXD", None)
    other = month.decided("Đường sụt lún", "SXD", "SNV", stage.province.dispatcher)
    stage.worker.commit()
    found = read_labels(stage.worker, stage.now)
    assert [label.case_id for label in found] == [other.id, one.id]
    assert [label.corrected for label in found] == [True, False]
    assert (found[1].decider, found[1].case_class) == (None, None)
    assert read_labels(stage.worker, stage.now, most=1) == found[:1]
