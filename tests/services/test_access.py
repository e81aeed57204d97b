"""Who is let into a restricted case, and the one who reads who the submitter is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from feedback import db
from feedback.domain.lifecycle import State
from feedback.domain.permissions import Refused
from feedback.models import IdentityReveal, RestrictedAccess, Submitter
from feedback.queries.case_file import NotFound
from feedback.services.casework import identity
from feedback.services.errors import InvalidInput
from feedback.services.restricted_track import access, restricted
from tests.services.stage import TYPED, Stage

WHY = "Cần gọi điện xác minh địa điểm."


@pytest.fixture
def sealed(stage: Stage) -> Any:
    """A denunciation of the department of construction."""
    case_id = stage.triaged()
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason="Tố cáo.",
        accused_agency_id=stage.works.agency.id,
    )  # fmt: skip
    return case_id


def test_who_is_on_the_list_lets_another_in_and_out(stage: Stage, sealed: Any) -> None:
    clerk, head = stage.inspectorate.officer, stage.inspectorate.head
    with pytest.raises(NotFound):
        stage.act(clerk, identity.reveal, sealed, reason=WHY)
    stage.act(head, access.grant, sealed, account_id=clerk.id, reason="Giúp thẩm tra.")
    stage.act(clerk, identity.reveal, sealed, reason=WHY)
    with pytest.raises(InvalidInput) as twice:
        stage.act(head, access.grant, sealed, account_id=clerk.id, reason="Lần nữa.")
    assert twice.value.code == "listed"
    stage.act(head, access.end_access, sealed, account_id=clerk.id, reason="Xong việc.")
    with pytest.raises(NotFound):
        stage.act(clerk, identity.reveal, sealed, reason=WHY)
    assert stage.events(sealed)[-4:] == [
        "set_apart", "access_granted", "identity_revealed", "access_ended",
    ]  # fmt: skip
    stage.act(head, access.grant, sealed, account_id=clerk.id, reason="Cần thêm.")


def test_nobody_of_the_accused_agency_is_let_in(stage: Stage, sealed: Any) -> None:
    for account_id, code in ((stage.works.officer.id, "conflict"), (0, "unknown")):
        with pytest.raises(InvalidInput) as refused:
            stage.act(stage.province.chief, access.grant, sealed, account_id=account_id, reason="Giúp.")
        assert (refused.value.field, refused.value.code) == ("access", code)
    with pytest.raises(InvalidInput) as silent:
        stage.act(stage.province.chief, access.grant, sealed, account_id=stage.home.head.id, reason=" ")
    assert silent.value.field == "reason"


def test_the_last_one_stays_on_the_list(stage: Stage, sealed: Any) -> None:
    chief, head = stage.province.chief, stage.inspectorate.head
    with pytest.raises(InvalidInput) as stranger:
        stage.act(chief, access.end_access, sealed, account_id=stage.home.head.id, reason="Thôi.")
    assert stranger.value.code == "not_listed"
    stage.act(head, access.end_access, sealed, account_id=head.id, reason="Có quan hệ gia đình.")
    with pytest.raises(NotFound):
        stage.act(head, identity.reveal, sealed, reason=WHY)
    with pytest.raises(InvalidInput) as refused:
        stage.act(chief, access.end_access, sealed, account_id=chief.id, reason="Tôi cũng thôi.")
    assert refused.value.code == "nobody_left"
    assert stage.count(RestrictedAccess, RestrictedAccess.ended_at.is_(None)) == 1


def test_access_is_granted_to_restricted_cases_only(stage: Stage) -> None:
    with pytest.raises(Refused):
        stage.act(
            stage.province.chief, access.grant, stage.triaged(), account_id=stage.home.head.id, reason="Vì"
        )


def test_an_identity_is_read_for_a_reason_that_is_kept(stage: Stage) -> None:
    case_id = stage.in_progress()
    for short in ("", "cần", "         "):
        with pytest.raises(InvalidInput) as refused:
            stage.act(stage.works.officer, identity.reveal, case_id, reason=short)
        assert refused.value.field == "reason"
    assert stage.rows(IdentityReveal, case_id) == []
    found = stage.act(stage.works.officer, identity.reveal, case_id, reason=WHY)
    assert (found.name, found.phone, found.email) == (TYPED.name, TYPED.phone, TYPED.email)
    row = stage.rows(IdentityReveal, case_id)[0]
    assert (row.account_id, row.reason, row.revealed_at) == (stage.works.officer.id, WHY, stage.now)
    assert stage.events(case_id)[-1] == "identity_revealed"


def test_an_identity_is_sealed_again_at_once(stage: Stage) -> None:
    case_id = stage.in_progress()

    def read_twice(session, actor, case, **arguments):  # type: ignore[no-untyped-def]
        before = session.scalars(select(Submitter)).all()
        identity.reveal(session, actor, case, reason=WHY, **arguments)
        return before, session.scalars(select(Submitter)).all(), db.current_scope(session).unsealed_case

    assert stage.act(stage.works.officer, read_twice, case_id, now=stage.now) == ([], [], None)


def test_others_read_no_identity(stage: Stage, sealed: Any) -> None:
    case_id = stage.in_progress()
    with pytest.raises(NotFound):
        stage.act(stage.home.officer, identity.reveal, case_id, reason=WHY)
    with pytest.raises(Refused):
        stage.act(stage.province.chairman, identity.reveal, case_id, reason=WHY)
    for account in (stage.province.dispatcher, stage.works.head, stage.province.chairman):
        with pytest.raises(NotFound):
            stage.act(account, identity.reveal, sealed, reason=WHY)
    with pytest.raises(InvalidInput) as nobody:
        stage.act(stage.works.officer, identity.reveal, stage.in_progress(anonymous=True), reason=WHY)
    assert nobody.value.code == "anonymous"
    assert stage.look(sealed).state == State.RESTRICTED
