"""Every act on a case in its state: with words that were kept, where it cannot be done, a page says so."""

from __future__ import annotations

import json

import pytest

from feedback.domain.lifecycle import RefusalCode, State
from feedback.models import FormDraft
from feedback.services.casework import partition, submitter, supplements, triage
from feedback.services.casework.partition import Part
from feedback.services.restricted_track import forwarding, restricted
from feedback.web.inbox.acts import REGISTER

WHY = "Lý do đủ dài để được chấp nhận."
KEPT = json.dumps(
    {name: ["Đã gõ dở dang."] for name in ("reason", "text", "note", "remarks", "letter", "title", "q")}
)


def _by_dispatcher(stage, case_id, verb, **arguments):
    stage.act(stage.province.dispatcher, verb, case_id, **arguments)
    return case_id


def _asked(stage):
    case_id = stage.in_progress()
    stage.act(stage.works.officer, supplements.ask, case_id, question="Cột đèn số mấy?")
    return case_id


def _withdrawn(stage):
    case_id = stage.in_progress()
    stage.submitter(submitter.withdraw, case_id)
    return case_id


def _apart(stage):
    chief = stage.province.chief
    return _by_dispatcher(
        stage, stage.triaged(), restricted.set_apart, kind="complaint", reason=WHY,
        access_account_ids=[chief.id],
    )  # fmt: skip


def _forwarded(stage):
    case_id = _apart(stage)
    stage.act(
        stage.province.chief, forwarding.forward, case_id, to_agency_id=None, document_number="12/VP",
        document_date=stage.now.date(), to_body="Thanh tra tỉnh", note=WHY,
    )  # fmt: skip
    return case_id


STANDING = {
    State.RECEIVED: lambda stage: stage.received(),
    State.TRIAGE: lambda stage: stage.triaged(),
    State.ASSIGNED: lambda stage: stage.dispatched(),
    State.IN_PROGRESS: lambda stage: stage.in_progress(),
    State.AWAITING_SUBMITTER: _asked,
    State.AWAITING_APPROVAL: lambda stage: stage.awaiting_approval(),
    State.ANSWERED: lambda stage: stage.answered(),
    State.REFUSED: lambda stage: _by_dispatcher(
        stage, stage.triaged(), triage.refuse, code=RefusalCode.ABUSIVE, explanation=WHY
    ),
    State.MERGED: lambda stage: _by_dispatcher(
        stage, stage.triaged(), partition.merge, into=stage.look(stage.triaged())
    ),
    State.SPLIT: lambda stage: _by_dispatcher(
        stage, stage.triaged(), partition.split, parts=[Part("Một", WHY), Part("Hai", WHY)]
    ),
    State.WITHDRAWN: _withdrawn,
    State.FORWARDED: _forwarded,
}


@pytest.mark.parametrize("state", list(STANDING))
def test_an_act_out_of_place_is_told_and_no_error(site, stage, state):
    case_id = STANDING[state](stage)
    assert site.look(case_id).state == state
    chief = stage.province.chief
    stage.worker.add_all(
        FormDraft(
            case_id=case_id, account_id=chief.id, form=slug, fields=KEPT, case_version=1, saved_at=stage.now
        )
        for slug in REGISTER
    )  # fmt: skip
    shown = {slug: site.form(chief, case_id, slug).status_code for slug in REGISTER}
    assert set(shown.values()) <= {200, 404, 409}, shown
    assert {404, 409} & set(shown.values())
