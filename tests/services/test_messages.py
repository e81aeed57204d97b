"""Mail from rows: who gets it, what happens when the server says no, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from feedback import db, mail
from feedback.domain.notices import NoticeKind
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.domain.undo import UNDO_WINDOW
from feedback.models import Message
from feedback.services.casework import handling, submitter
from feedback.services.post import messages, notices
from feedback.services.post.composing import Post
from feedback.services.post.messages import Outcome, claim, send_due
from feedback.services.post.telling import tell_due
from feedback.services.restricted_track import restricted
from tests.services.post_office import PostOffice, body, post_office
from tests.services.stage import Stage


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as found:
        yield found


def receipt(stage: Stage, **changes: object) -> UUID:
    """A case with nothing but its receipt to be sent."""
    case_id = stage.received(**changes)
    tell(stage, "submitter", case_id=case_id, locale=str(changes.get("locale", "vi")))
    return case_id


def tell(
    stage: Stage, recipient: str, kind: NoticeKind = NoticeKind.RECEIPT, case_id: UUID | None = None,
    locale: str = "vi", **params: object,
) -> None:  # fmt: skip
    notices.notify(
        stage.worker, cause=db.new_id(), kind=kind, recipient=recipient, now=stage.now, case_id=case_id,
        locale=locale, params=params,
    )  # fmt: skip
    stage.worker.commit()


def send(stage: Stage, post: Post, at: datetime | None = None) -> dict[Outcome, int]:
    return send_due(stage.factory, post, at or stage.now)


def only_row(stage: Stage) -> Message:
    stage.worker.expire_all()
    return stage.worker.scalars(select(Message)).one()


def test_a_receipt_arrives_in_text_and_html(stage: Stage, office: PostOffice) -> None:
    case = stage.look(receipt(stage))
    assert send(stage, office.post) == {Outcome.SENT: 1}
    [(envelope, message)] = office.taken
    assert envelope == ["buoi@example.org"]
    assert message["To"] == "Trần Thị Bưởi <buoi@example.org>"
    assert message["From"] == "Hồi Âm <hoi-am@lamdong.example>"
    assert message["Subject"] == f"Đã tiếp nhận phản ánh, kiến nghị {case.reference}"
    assert message["Auto-Submitted"] == "auto-generated"
    row = only_row(stage)
    assert message["Message-ID"] == f"<{row.id}@hoi-am.example>"
    assert (row.state, row.sent_at, row.attempts) == ("sent", stage.now, 1)
    for form in ("plain", "html"):
        assert f"https://hoi-am.example/track/{case.tracking_code}" in body(message, form)
        assert "Kính gửi Ông/Bà Trần Thị Bưởi," in body(message, form)
    assert send(stage, office.post) == {}


def test_an_english_submitter_is_written_to_in_english(stage: Stage, office: PostOffice) -> None:
    receipt(stage, locale="en", name="Ann Smith")
    send(stage, office.post)
    assert office.messages[0]["Content-Language"] == "en"
    assert "Dear Ann Smith," in body(office.messages[0])


@pytest.mark.parametrize(
    ("locale", "who", "day"), [("vi", "Sở Nội vụ", "23/11/2026"), ("en", "Home Affairs", "23 November 2026")]
)
def test_a_transfer_tells_the_submitter_who_has_it_and_that_the_date_stands(
    stage: Stage, office: PostOffice, locale: str, who: str, day: str
) -> None:
    case_id = stage.in_progress(locale=locale)
    to = {"to_agency_id": stage.home.agency.id, "reason": "Nội dung chính là thủ tục."}
    stage.wait_working_days(3)
    stage.act(stage.works.head, handling.transfer, case_id, **to)
    send(stage, office.post)
    letters = [one for one in office.messages if "buoi@example.org" in one["To"]]
    assert len(letters) == 1
    for form in ("plain", "html"):
        assert who in body(letters[0], form)
        assert day in body(letters[0], form)
        assert to["reason"] not in body(letters[0], form)


@pytest.mark.parametrize(
    "evil", ["\r\nBcc: x@example.org", "\x1c", "\x85", "\u2028", "\u2029Bcc: x@example.org"]
)
def test_no_letter_in_a_name_reaches_the_headers_structure(
    stage: Stage, office: PostOffice, evil: str
) -> None:
    receipt(stage, name=f"Trần{evil}Bưởi")
    assert send(stage, office.post) == {Outcome.SENT: 1}
    [(envelope, message)] = office.taken
    assert envelope == ["buoi@example.org"]
    assert "Bcc" not in message


def test_markup_in_a_persons_words_stays_words(stage: Stage, office: PostOffice) -> None:
    case_id = stage.received(name="<script>alert(1)</script>")
    tell(stage, "submitter", NoticeKind.ANSWER, case_id, text="<img src=x onerror=alert(1)>\n\nKính chào")
    send(stage, office.post)
    html = body(office.messages[0], "html")
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;img src=x" in html
    assert "<p>Kính chào</p>" in html


def test_a_refused_recipient_fails_at_once_with_the_reason(stage: Stage, office: PostOffice) -> None:
    office.verdict = lambda address: f"550 5.1.1 <{address}> unknown here"
    receipt(stage)
    assert send(stage, office.post) == {Outcome.FAILED: 1}
    row = only_row(stage)
    assert row.state == "failed"
    assert row.last_error is not None
    assert row.last_error.startswith("550 5.1.1")
    assert "buoi@example.org" not in row.last_error


def test_a_server_that_is_busy_is_asked_again_ever_later_and_then_no_more(
    stage: Stage, office: PostOffice
) -> None:
    office.at_data = lambda _: "451 4.3.0 try later"
    receipt(stage)
    at, waits = stage.now, []
    for _ in range(messages.MOST_ATTEMPTS - 1):
        assert send(stage, office.post, at) == {Outcome.POSTPONED: 1}
        assert send(stage, office.post, at) == {}
        waits.append(only_row(stage).not_before - at)
        at = only_row(stage).not_before
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(hours=12))
    assert send(stage, office.post, at) == {Outcome.FAILED: 1}
    assert only_row(stage).last_error == "451 4.3.0 try later"


def test_an_outage_counts_no_attempt_and_loses_nothing(stage: Stage, office: PostOffice) -> None:
    away = replace(office.post, server=mail.MailServer("127.0.0.1", 9))
    receipt(stage)
    at = stage.now
    for _ in range(20):
        assert send(stage, away, at) == {Outcome.POSTPONED: 1}
        at += timedelta(minutes=1)
    row = only_row(stage)
    assert (row.state, row.attempts) == ("pending", 0)
    assert row.last_error is not None
    assert send(stage, office.post, at) == {Outcome.SENT: 1}


def test_a_letter_that_cuts_the_line_does_not_hold_up_the_others(stage: Stage, office: PostOffice) -> None:
    receipt(stage, name="Người Thứ Nhất")
    receipt(stage)
    office.at_data = lambda message: "cut" if "Người" in message["To"] else "250 2.0.0 taken"
    counts = send(stage, office.post)
    assert counts[Outcome.POSTPONED] == 1
    assert counts[Outcome.SENT] == 1


def test_a_letter_that_cannot_be_written_waits_alone(stage: Stage, office: PostOffice) -> None:
    tell(stage, "submitter", NoticeKind.EXTENSION_GRANTED, stage.received())  # without its date
    receipt(stage)
    assert send(stage, office.post) == {Outcome.POSTPONED: 1, Outcome.SENT: 1}


def test_without_an_address_it_is_cancelled_with_the_reason(stage: Stage, office: PostOffice) -> None:
    receipt(stage, email="")
    assert send(stage, office.post) == {Outcome.CANCELLED: 1}
    assert "nobody" in (only_row(stage).last_error or "")


def test_an_address_that_is_none_fails(stage: Stage, office: PostOffice) -> None:
    receipt(stage, email="khong phai dia chi")
    assert send(stage, office.post) == {Outcome.FAILED: 1}


def test_a_position_is_whoever_acts_in_it_that_day(stage: Stage, office: PostOffice) -> None:
    seat = stage.works.seats[PositionKind.HEAD_OF_AGENCY]
    deputy = stage.make.account("Lê Thị Phó", locale="en")
    stage.make.holding(deputy, seat, acting=True, valid_from=date(2026, 11, 1), valid_to=date(2026, 11, 3))
    case_id = stage.in_progress()
    stage.worker.execute(update(Message).values(state="cancelled"))
    tell(stage, f"position:{seat.id}", NoticeKind.APPROVAL_REQUESTED, case_id)
    send(stage, office.post)
    assert office.taken[0][0] == [deputy.email]
    assert "Draft answer awaiting your approval" in office.messages[0]["Subject"]
    stage.wait(days=2)
    tell(stage, f"position:{seat.id}", NoticeKind.APPROVAL_REQUESTED, case_id)
    send(stage, office.post)
    assert office.taken[1][0] == [stage.works.head.email]


def test_of_a_restricted_case_only_its_access_list_is_written_to(stage: Stage, office: PostOffice) -> None:
    case_id = stage.in_progress()
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation",
        reason="Người gửi tố cáo một cán bộ của cơ quan đang xử lý.",
    )  # fmt: skip
    stage.worker.execute(update(Message).values(state="cancelled"))
    chief = stage.province.coordinator.seats[PositionKind.COORDINATOR_HEAD]
    for position in (stage.works.seats[PositionKind.HEAD_OF_AGENCY], chief):
        tell(stage, f"position:{position.id}", NoticeKind.URGENT_UNCONTACTED, case_id)
    tell(stage, f"agency:{stage.works.agency.id}", NoticeKind.ASSIGNED_AGENCY, case_id)
    tell(stage, "desk", NoticeKind.TRIAGE_DESK, case_id)
    assert send(stage, office.post)[Outcome.SENT] == 1
    assert [to for to, *_ in office.taken] == [[stage.province.chief.email]]


def test_an_agency_is_its_mailbox_else_its_heads_and_an_external_body_its_desk(
    stage: Stage, office: PostOffice
) -> None:
    case_id = stage.received()
    power = stage.make.agency("PC", AgencyKind.EXTERNAL, liaison_id=stage.province.coordinator.agency.id)
    tell(stage, f"agency:{stage.works.agency.id}", NoticeKind.ASSIGNED_AGENCY, case_id)
    tell(stage, f"agency:{power.id}", NoticeKind.ASSIGNED_AGENCY, case_id)
    tell(stage, "desk", NoticeKind.TRIAGE_DESK, case_id)
    send(stage, office.post)
    stage.works.agency.email = "sxd@lamdong.example"
    tell(stage, f"agency:{stage.works.agency.id}", NoticeKind.ASSIGNED_AGENCY, case_id, role="co")
    send(stage, office.post)
    dispatcher = stage.province.dispatcher.email
    assert [envelope for envelope, _ in office.taken] == [
        [stage.works.head.email], [dispatcher], [dispatcher], ["sxd@lamdong.example"],
    ]  # fmt: skip
    assert f"Kính gửi {stage.works.agency.name_vi}," in body(office.messages[3])


def test_what_is_set_apart_before_it_is_sent_is_not_sent(stage: Stage, office: PostOffice) -> None:
    case_id = stage.dispatched()
    tell_due(stage.factory, stage.now + UNDO_WINDOW, 50)
    with db.transaction(stage.factory, db.WORKER) as session:
        held = claim(session, stage.now + UNDO_WINDOW)
    assert held
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="complaint",
        reason="Khiếu nại quyết định xử phạt", access_account_ids=[stage.province.chief.id],
    )  # fmt: skip
    with mail.connect(office.post.server) as connection:
        outcomes = [
            messages._send_one(stage.factory, office.post, connection, item, stage.now) for item in held
        ]
    told_staff = [row for row in stage.rows(Message, case_id) if row.recipient != "submitter"]
    assert told_staff
    assert {row.state for row in told_staff} == {"cancelled"}
    assert outcomes.count(Outcome.GONE) == len(told_staff)
    assert all(envelope == ["buoi@example.org"] for envelope, _ in office.taken)


def test_a_case_withdrawn_within_the_minutes_is_told_as_withdrawn_alone(
    stage: Stage, office: PostOffice
) -> None:
    case_id = stage.dispatched()
    stage.wait(minutes=2)
    stage.submitter(submitter.withdraw, case_id)
    send(stage, office.post, stage.now + UNDO_WINDOW)
    kinds = {row.kind: row.state for row in stage.rows(Message, case_id) if row.recipient != "submitter"}
    assert kinds == {NoticeKind.ASSIGNED_AGENCY: "cancelled", NoticeKind.WITHDRAWN_AGENCY: "sent"}


def test_a_lease_keeps_a_claim_and_ends(stage: Stage, office: PostOffice) -> None:
    receipt(stage)
    with db.transaction(stage.factory, db.WORKER) as session:
        assert len(claim(session, stage.now)) == 1
        assert claim(session, stage.now + timedelta(minutes=1)) == []
    assert send(stage, office.post, stage.now + messages.LEASE + timedelta(seconds=1)) == {Outcome.SENT: 1}
    assert only_row(stage).attempts == 2


def test_before_its_moment_a_message_waits(stage: Stage, office: PostOffice) -> None:
    receipt(stage)
    stage.worker.execute(update(Message).values(not_before=stage.now + timedelta(hours=8)))
    stage.worker.commit()
    assert send(stage, office.post) == {}
    assert send(stage, office.post, stage.now + timedelta(hours=8)) == {Outcome.SENT: 1}
