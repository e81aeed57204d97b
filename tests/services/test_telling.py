"""Telling staff in the product: who is told what, whose mail leaves when, and the mail of the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from feedback import db
from feedback.domain.calendar import VIETNAM
from feedback.domain.notices import NoticeKind
from feedback.domain.notifications import Channel, Preferences, Topic
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.domain.undo import UNDO_WINDOW
from feedback.embedded.databases import Urls
from feedback.models import Account, Agency, AuditEvent, Message, Notification
from feedback.queries.night.recipients import unit_listeners
from feedback.queries.people import scope_for
from feedback.services.casework import answers, handling
from feedback.services.errors import InvalidInput
from feedback.services.night.escalation import escalate
from feedback.services.post import notices, staff_digests
from feedback.services.post.messages import send_due
from feedback.services.post.telling import tell_due
from feedback.services.restricted_track import restricted
from feedback.services.staff import notification_settings, notifications
from tests.services.committed import CommittedStage, committed_stage
from tests.services.post_office import PostOffice, body, post_office
from tests.services.stage import Stage

NIGHT = datetime(2026, 11, 2, 22, 0, tzinfo=VIETNAM)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as found:
        yield found


def wants(stage: Stage, account: Account, **changes: Any) -> None:
    """Let somebody choose: topics by their names, times by theirs."""
    channels = {Topic(name): Channel(changes.pop(name)) for name in list(changes) if name in set(Topic)}
    actor = stage.actor(account)
    with db.transaction(stage.factory, scope_for(actor)) as session:
        notification_settings.change(session, actor, Preferences(channels, **changes), stage.now)
    stage.worker.expire_all()


def told(stage: Stage, account: Account) -> list[Notification]:
    stage.worker.expire_all()
    query = select(Notification).where(Notification.account_id == account.id).order_by(Notification.id)
    return list(stage.worker.scalars(query))


def kinds(stage: Stage, account: Account) -> list[str]:
    return [row.kind for row in told(stage, account)]


def deliver(stage: Stage, office: PostOffice, at: datetime | None = None) -> None:
    send_due(stage.factory, office.post, at or stage.now + UNDO_WINDOW)


def mailed(office: PostOffice) -> list[str]:
    return [address for envelope, _ in office.taken for address in envelope if not address.startswith("buoi")]


def test_who_a_notice_is_for_is_told_in_the_product_and_by_mail(stage: Stage, office: PostOffice) -> None:
    case_id = stage.in_progress()
    deliver(stage, office)
    assert kinds(stage, stage.works.head) == ["assigned_agency"]
    stage.act(stage.works.officer, answers.submit, case_id, text="Đã thay bóng đèn ngày 10/11/2026.")
    stage.act(stage.works.head, answers.return_draft, case_id, remarks="Cần nói rõ ngày.")
    deliver(stage, office)
    [row] = told(stage, stage.works.officer)
    assert (row.kind, row.case_id, row.read_at, row.in_digest) == ("draft_returned", case_id, None, False)
    assert kinds(stage, stage.works.head) == ["assigned_agency", "approval_requested"]
    assert kinds(stage, stage.home.head) == []
    assert stage.works.officer.email in mailed(office)


def test_staff_of_a_unit_are_told_of_what_is_new_to_it_when_they_chose_so(
    stage: Stage, office: PostOffice
) -> None:
    agency, second = stage.works.agency, stage.make.unit(stage.works.agency)
    silent, elsewhere = stage.works.officer, stage.home.officer
    ours = stage.make.staff(PositionKind.OFFICER, agency, stage.works.unit)
    other = stage.make.staff(PositionKind.OFFICER, agency, second)
    stage.worker.commit()
    for account, channel in ((ours, "mail"), (other, "digest"), (elsewhere, "app"), (silent, "off")):
        wants(stage, account, unit=channel)
    # New to the agency: any of its units may take it up.
    case_id = stage.dispatched()
    stage.now += UNDO_WINDOW
    tell_due(stage.factory, stage.now, 20)
    assert [kinds(stage, one) for one in (ours, other, elsewhere, silent)] == [
        ["unit_case"], ["unit_case"], [], [],
    ]  # fmt: skip
    assert [told(stage, one)[0].in_digest for one in (ours, other)] == [False, True]
    recipients = {row.recipient for row in stage.rows(Message, case_id, Message.kind == "unit_case")}
    assert recipients == {f"account:{ours.id}"}
    # Given to a unit and to nobody in it: those of that unit are told, and by mail who wanted that.
    stage.act(stage.works.head, handling.assign_officer, case_id, unit_id=second.id)
    tell_due(stage.factory, stage.now, 20)
    assert [len(told(stage, one)) for one in (ours, other, silent)] == [1, 2, 0]
    # Somebody has it: the mail that waits tells of nothing.
    stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=silent.id)
    send_due(stage.factory, office.post, stage.now)
    rows = stage.rows(Message, case_id, Message.kind == "unit_case")
    assert [row.state for row in rows] == ["cancelled", "cancelled"]


def test_a_unit_hears_nothing_of_a_case_set_apart(stage: Stage) -> None:
    wants(stage, stage.works.officer, unit="app")
    case_id, day = stage.dispatched(), stage.now.date()
    assert [one.name for one in unit_listeners(stage.worker, stage.look(case_id), day)] == [
        stage.works.officer.name
    ]
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="complaint",
        reason="Khiếu nại quyết định xử phạt.",
    )  # fmt: skip
    assert unit_listeners(stage.worker, stage.look(case_id), day) == ()


def test_a_notification_holds_no_words(stage: Stage, office: PostOffice) -> None:
    case_id = stage.awaiting_approval()
    stage.act(stage.works.head, answers.return_draft, case_id, remarks="Cần nói rõ ngày.")
    deliver(stage, office)
    rows = stage.worker.scalars(text("SELECT t::text FROM notifications t")).all()
    assert rows
    for word in ("Cần nói", "Bưởi", "Đèn đường", "Nguyễn Du"):
        assert not any(word in row for row in rows)


def test_telling_again_tells_nothing_new(stage: Stage, office: PostOffice) -> None:
    stage.awaiting_approval()
    at = stage.now + UNDO_WINDOW
    assert tell_due(stage.factory, at, 50) > 0
    assert tell_due(stage.factory, at, 50) == 0
    before = len(told(stage, stage.works.head))
    stage.worker.execute(text("UPDATE messages SET told_at = NULL"))
    stage.worker.commit()
    assert tell_due(stage.factory, at, 50) > 0
    assert len(told(stage, stage.works.head)) == before == 2


def test_a_case_withdrawn_from_an_agency_within_the_minutes_is_not_told(stage: Stage) -> None:
    stage.dispatched()
    tell_due(stage.factory, stage.now, 50)
    assert kinds(stage, stage.works.head) == []


@pytest.mark.parametrize(
    ("channel", "shown", "digest", "mails"),
    [("mail", 1, False, 1), ("app", 1, False, 0), ("digest", 1, True, 0), ("off", 0, False, 0)],
)
def test_each_channel(
    stage: Stage, office: PostOffice, channel: str, shown: int, digest: bool, mails: int
) -> None:
    case_id = stage.awaiting_approval()
    wants(stage, stage.works.officer, decisions=channel)
    stage.act(stage.works.head, answers.return_draft, case_id, remarks="Cần nói rõ ngày.")
    deliver(stage, office)
    rows = told(stage, stage.works.officer)
    assert [row.in_digest for row in rows] == [digest] * shown
    assert mailed(office).count(stage.works.officer.email) == mails
    [row] = stage.rows(Message, case_id, Message.kind == NoticeKind.DRAFT_RETURNED)
    assert row.state == ("sent" if mails else "cancelled")


def test_a_mail_at_once_waits_for_the_morning_and_the_product_does_not(
    stage: Stage, office: PostOffice
) -> None:
    case_id = stage.awaiting_approval()
    deliver(stage, office)
    stage.now = NIGHT
    stage.act(stage.works.head, answers.return_draft, case_id, remarks="Cần nói rõ ngày.")
    deliver(stage, office, NIGHT)
    assert kinds(stage, stage.works.officer) == ["draft_returned"]
    assert stage.works.officer.email not in mailed(office)
    morning = datetime(2026, 11, 3, 6, 0, tzinfo=VIETNAM)
    deliver(stage, office, morning - timedelta(seconds=1))
    assert stage.works.officer.email not in mailed(office)
    deliver(stage, office, morning)
    assert mailed(office).count(stage.works.officer.email) == 1


def test_danger_to_life_does_not_wait(stage: Stage, office: PostOffice) -> None:
    stage.now = NIGHT
    case_id = stage.triaged()
    stage.worker.execute(text("UPDATE cases SET urgent = true"))
    stage.worker.commit()
    wants(stage, stage.works.head, agency="off")
    stage.dispatch(case_id)
    deliver(stage, office)
    assert kinds(stage, stage.works.head) == ["urgent_agency"]
    assert stage.works.head.email in mailed(office)


def test_of_several_readers_each_has_their_own_quiet_time(stage: Stage, office: PostOffice) -> None:
    """The desk is one recipient; of its two dispatchers one works at night."""
    owl = stage.province.dispatcher
    desk = stage.worker.scalars(select(Agency).where(Agency.kind == str(AgencyKind.COORDINATOR))).one()
    lark = stage.make.staff(PositionKind.DISPATCHER, desk)
    stage.worker.commit()
    wants(stage, owl, quiet_from=time(0), quiet_to=time(0), quiet_days=False)
    stage.now = NIGHT
    case_id = stage.triaged(email="")
    notices.notify(
        stage.worker, cause=db.new_id(), kind=NoticeKind.TRIAGE_DESK, recipient=notices.DESK, now=NIGHT,
        case_id=case_id,
    )  # fmt: skip
    stage.worker.commit()
    deliver(stage, office, NIGHT)
    assert mailed(office) == [owl.email]
    for hour in (6, 7):
        deliver(stage, office, datetime(2026, 11, 3, hour, 0, tzinfo=VIETNAM))
        assert sorted(mailed(office)) == sorted([owl.email, lark.email])
    assert [kinds(stage, one) for one in (owl, lark)] == [["triage_desk"]] * 2


def test_a_mailbox_has_the_mail_and_its_agency_is_told_in_the_product(
    stage: Stage, office: PostOffice
) -> None:
    stage.works.agency.email = "sxd@lamdong.example"
    stage.worker.commit()
    stage.dispatched()
    deliver(stage, office)
    assert kinds(stage, stage.works.head) == ["assigned_agency"]
    assert mailed(office) == ["sxd@lamdong.example"]
    wants(stage, stage.works.head, agency="mail")
    stage.dispatched()
    deliver(stage, office)
    assert sorted(mailed(office)) == sorted(["sxd@lamdong.example"] * 2 + [stage.works.head.email])


def test_of_a_restricted_case_only_the_access_list_is_told(stage: Stage, office: PostOffice) -> None:
    case_id = stage.in_progress()
    deliver(stage, office)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="complaint",
        reason="Khiếu nại quyết định xử phạt", access_account_ids=[stage.province.chief.id],
    )  # fmt: skip
    before = len(told(stage, stage.works.head))
    notices.notify(
        stage.worker, cause=db.new_id(), kind=NoticeKind.SUPPLEMENT_RECEIVED,
        recipient=notices.to_agency(stage.works.agency.id), now=stage.now, case_id=case_id,
    )  # fmt: skip
    notices.notify(
        stage.worker, cause=db.new_id(), kind=NoticeKind.SUPPLEMENT_RECEIVED,
        recipient=notices.to_account(stage.province.chief.id), now=stage.now, case_id=case_id,
    )  # fmt: skip
    stage.worker.commit()
    deliver(stage, office)
    assert len(told(stage, stage.works.head)) == before
    assert kinds(stage, stage.province.chief)[-1] == "supplement_received"


@pytest.fixture
def nights(fresh_database: Urls) -> Iterator[CommittedStage]:
    with committed_stage(fresh_database, datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)) as found:
        yield found


def test_who_has_a_case_hears_that_it_is_due_soon_and_who_leads_that_it_climbed(
    nights: CommittedStage, office: PostOffice
) -> None:
    case_id = nights.in_progress()
    nights.act(nights.works.head, handling.assign_officer, case_id, officer_id=nights.works.officer.id)
    due_on = nights.due(case_id, "agency")
    assert due_on is not None
    for days in range(20):
        nights.now = datetime(2026, 11, 3, 0, 10, tzinfo=VIETNAM) + timedelta(days=days + 7)
        escalate(nights.sessions, nights.now, nights.book, now=nights.now)
        deliver(nights, office, nights.now + timedelta(hours=9))
    soon = [row for row in told(nights, nights.works.officer) if row.kind == "due_soon"]
    # Three working days before, and the day before.
    assert [row.case_id for row in soon] == [case_id, case_id]
    assert "escalation_digest" not in kinds(nights, nights.works.officer)
    assert kinds(nights, nights.works.head_of_unit).count("due_soon") == 1
    assert "escalation_digest" in kinds(nights, nights.works.head_of_unit)


def summarise(stage: Stage, account: Account, at: datetime) -> bool:
    with db.transaction(stage.factory, db.WORKER) as session:
        return staff_digests.write_digest(session, account.id, at, stage.book)


def test_the_mail_of_the_day_comes_once_at_its_hour_with_what_is_not_read(
    stage: Stage, office: PostOffice
) -> None:
    officer = stage.works.officer
    first, second = stage.awaiting_approval(), stage.awaiting_approval()
    wants(stage, officer, decisions="digest", digest_at=time(8, 30))
    for case_id in (first, second):
        stage.act(stage.works.head, answers.return_draft, case_id, remarks="Cần nói rõ ngày.")
    deliver(stage, office)
    tuesday = datetime(2026, 11, 3, 8, 30, tzinfo=VIETNAM)
    assert not summarise(stage, officer, tuesday - timedelta(minutes=1))
    actor = stage.actor(officer)
    with db.transaction(stage.factory, scope_for(actor)) as session:
        notifications.read(session, actor, told(stage, officer)[0].id, tuesday)
    assert summarise(stage, officer, tuesday)
    assert not summarise(stage, officer, tuesday)
    deliver(stage, office, tuesday)
    letter = office.messages[-1]
    assert office.taken[-1][0] == [officer.email]
    references = [stage.look(case_id).reference for case_id in (first, second)]
    assert [reference in body(letter) for reference in references] == [False, True]
    assert "Cần nói rõ ngày" not in body(letter)
    assert not summarise(stage, officer, tuesday + timedelta(days=1))  # nothing new since


def test_a_digest_of_which_everything_was_read_is_not_sent(stage: Stage, office: PostOffice) -> None:
    officer = stage.works.officer
    case_id = stage.awaiting_approval()
    wants(stage, officer, decisions="digest")
    stage.act(stage.works.head, answers.return_draft, case_id, remarks="Cần nói rõ ngày.")
    deliver(stage, office)
    tuesday = datetime(2026, 11, 3, 7, 30, tzinfo=VIETNAM)
    assert summarise(stage, officer, tuesday)
    actor = stage.actor(officer)
    with db.transaction(stage.factory, scope_for(actor)) as session:
        assert notifications.read_all(session, actor, tuesday, tuesday) == 1
    sent = len(office.taken)
    deliver(stage, office, tuesday)
    assert len(office.taken) == sent


def test_a_restricted_case_says_nothing_in_the_mail_of_the_day(stage: Stage, office: PostOffice) -> None:
    chief, dispatcher = stage.province.chief, stage.province.dispatcher
    case_id = stage.in_progress()
    stage.act(
        dispatcher, restricted.set_apart, case_id, kind="complaint", reason="Khiếu nại quyết định",
        access_account_ids=[chief.id],
    )  # fmt: skip
    wants(stage, chief, supplements="digest")
    notices.notify(
        stage.worker, cause=db.new_id(), kind=NoticeKind.SUPPLEMENT_RECEIVED,
        recipient=notices.to_account(chief.id), now=stage.now, case_id=case_id,
    )  # fmt: skip
    stage.worker.commit()
    deliver(stage, office)
    tuesday = datetime(2026, 11, 3, 7, 30, tzinfo=VIETNAM)
    assert summarise(stage, chief, tuesday)
    deliver(stage, office, tuesday)
    said = body(office.messages[-1])
    assert "Có việc mới trong vụ việc hạn chế tiếp cận" in said
    assert "bổ sung" not in said


def test_what_was_chosen_is_on_the_trail_without_words(stage: Stage) -> None:
    wants(stage, stage.works.officer, decisions="off", triage="digest")
    wants(stage, stage.works.officer, decisions="off", triage="digest")
    query = select(AuditEvent).where(AuditEvent.kind == "account.notifications_changed")
    [event] = stage.worker.scalars(query)
    assert event.stream == f"account:{stage.works.officer.id}"
    assert event.payload == '{"channels":"decisions off; triage digest"}'


@pytest.mark.parametrize("topic", [Topic.URGENT, Topic.ESCALATIONS])
def test_what_is_locked_is_refused(stage: Stage, topic: Topic) -> None:
    with pytest.raises(InvalidInput):
        wants(stage, stage.works.officer, **{topic: "off"})


def test_an_assignment_tells_the_officer_and_a_later_one_takes_the_held_mail_back(
    stage: Stage, office: PostOffice
) -> None:
    case_id = stage.dispatched()
    deliver(stage, office)
    stage.now = NIGHT
    stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=stage.works.officer.id)
    deliver(stage, office, NIGHT)
    assert kinds(stage, stage.works.officer) == ["assigned_officer"]
    stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=stage.works.head_of_unit.id)
    deliver(stage, office, NIGHT + timedelta(hours=9))
    assert stage.works.officer.email not in mailed(office)
