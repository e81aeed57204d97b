"""A whole province in a database of a test's own, and messages to send to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from feedback import clock, db
from feedback.domain.lifecycle import Channel, SubmitterKind
from feedback.domain.submission import Submission
from feedback.embedded.databases import Urls
from feedback.queries.law_book import load_law_book
from feedback.services.arrival import intake
from feedback.services.post.composing import Post
from feedback.services.seeding.reference import seed_reference
from feedback.services.seeding.staff import seed_staff
from tests.faults.invariants import Findings

TEXTS = (
    ("Đèn đường hỏng", "Đèn đường trước nhà tôi đã tắt ba tuần nay, buổi tối đi lại rất nguy hiểm."),
    ("Hỏi thủ tục khai sinh", "Xin hỏi làm giấy khai sinh cho con cần những giấy tờ gì và nộp ở đâu ạ?"),
    ("Ổ gà trên quốc lộ", "Mặt đường có ổ gà rất lớn, mưa xuống ngập nước, nhiều người đi xe máy bị ngã."),
    ("Cán bộ nhận tiền", "Tôi tố cáo ông cán bộ địa chính nhận hối lộ của người dân khi làm sổ đỏ."),
    ("Rác thải", "Rác chất đống bên đường nhiều ngày không ai thu gom, bốc mùi hôi thối khắp xóm."),
)


def submission(number: int) -> Submission:
    """The message with this number: its place, words and sender differ with it."""
    title, body = TEXTS[number % len(TEXTS)]
    return Submission(
        channel=Channel.WEB, locale="vi" if number % 4 else "en", title=title, body=f"{body} Lần {number}.",
        place_text="Phường Mũi Né", place_detail="", commune_code=None, happened="", field_id=None,
        submitter_kind=SubmitterKind.CITIZEN, anonymous=False, name=f"Người Gửi {number}", organisation="",
        business_code="", email=f"nguoi-gui-{number}@example.org", phone="", address="",
        consent_publish=False, confidential=False,
    )  # fmt: skip


@contextmanager
def worker_sessions(urls: Urls) -> Iterator[sessionmaker[Session]]:
    """Makers of sessions in the worker's role, closed afterwards."""
    engine = db.make_engine(urls.worker, pool_size=4)
    try:
        yield db.session_factory(engine)
    finally:
        engine.dispose()


def settle(sessions: sessionmaker[Session]) -> None:
    """Seed the province with its law, agencies, rules and staff, who want their mail on any day and hour.

    The clock here is the machine's own: at night and on Sundays mails of staff would wait for the morning.
    """
    now = clock.now()
    with db.transaction(sessions, db.WORKER) as session:
        seed_reference(session, "lam-dong", now)
        seed_staff(session, "x", now, date(2025, 7, 1))
        session.execute(
            text(
                "INSERT INTO notification_times (account_id, digest_at, quiet_from, quiet_to, quiet_days)"
                " SELECT id, '07:30', '00:00', '00:00', false FROM accounts"
            )
        )


def receive(sessions: sessionmaker[Session], number: int) -> UUID:
    """Send one message through the intake, in a transaction of its own, and give its case."""
    case_id = db.new_id()
    now = clock.now()
    with db.transaction(sessions, db.WORKER) as session:
        intake.receive(
            session, submission(number), case_id=case_id, now=now, book=load_law_book(session, now)
        )
    return case_id


def unfinished(sessions: sessionmaker[Session]) -> int:
    """How many work rows and messages wait still."""
    with db.transaction(sessions, db.WORKER) as session:
        return session.scalars(
            text(
                "SELECT (SELECT count(*) FROM work WHERE done_at IS NULL)"
                " + (SELECT count(*) FROM messages WHERE state = 'pending')"
            )
        ).one()


def drain(sessions: sessionmaker[Session], post: Post) -> None:
    """Do what is left, as a worker would after the leases of killed ones have ended."""
    from workers import messages, routing

    def later() -> datetime:
        return clock.now() + timedelta(minutes=10)

    assert routing.drain(sessions, later)
    assert messages.drain(sessions, post, later)


def explain(found: Findings) -> str:
    """What a failing test prints."""
    return "\n".join(found.wrong)
