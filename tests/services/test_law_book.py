"""The law in force: read from its rows, kept for half a minute, and dated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from feedback.domain.calendar import OFFICE_HOURS
from feedback.domain.duration import Duration
from feedback.domain.lifecycle import State
from feedback.domain.terms import TermNotFound
from feedback.models import CalendarDay, StateLimit, Term
from feedback.queries.law_book import KEPT_FOR, LawBookShelf, read_law_book
from tests.factories import Factory

EVE = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)
"""23:59 in Vietnam on 31 December."""
NEW_YEAR = EVE + timedelta(minutes=1)


def day_off(session: Session, day: date, recorded: datetime, superseded: datetime | None = None) -> None:
    session.add(
        CalendarDay(
            date=day, kind="day_off", status="official", source="thử nghiệm", name_vi="", name_en="",
            recorded_at=recorded, superseded_at=superseded,
        )
    )  # fmt: skip
    session.flush()


@pytest.fixture
def law(make: Factory, worker_session: Session) -> Session:
    make.law()
    return worker_session


def test_the_shipped_law_is_read_whole(law: Session, now: datetime) -> None:
    book = read_law_book(law)
    assert str(book.term("answer", now).duration) == "15wd"
    assert str(book.term("contact_urgent", now).duration) == "2h"
    assert book.office == OFFICE_HOURS
    limit = book.limit(State.TRIAGE, now)
    assert limit is not None
    assert limit.duration == Duration.parse("1wd")
    assert book.limit(State.IN_PROGRESS, now) is None
    assert not book.calendar.is_working(date(2027, 2, 8))
    assert len(book.ladder) == 14


def test_a_term_that_changes_holds_from_its_first_vietnamese_day(law: Session) -> None:
    law.execute(update(Term).where(Term.key == "answer").values(valid_to=date(2026, 12, 31)))
    law.add(
        Term(
            key="answer", duration="10wd", counted_from="submission", basis="thử nghiệm", name_vi="Trả lời",
            name_en="Answer", valid_from=date(2027, 1, 1),
        )
    )  # fmt: skip
    law.flush()
    book = read_law_book(law)
    assert [str(book.term("answer", at).duration) for at in (EVE, NEW_YEAR)] == ["15wd", "10wd"]
    with pytest.raises(TermNotFound):
        book.term("answer", datetime(2000, 1, 1, tzinfo=UTC))


def test_a_limit_that_ended_is_none(law: Session) -> None:
    law.execute(update(StateLimit).where(StateLimit.state == "triage").values(valid_to=date(2026, 12, 31)))
    book = read_law_book(law)
    assert book.limit(State.TRIAGE, EVE) is not None
    assert book.limit(State.TRIAGE, NEW_YEAR) is None


def test_a_corrected_day_counts_as_it_stands_now(law: Session, now: datetime) -> None:
    day = date(2027, 6, 1)
    day_off(law, day, now, superseded=now + timedelta(hours=1))
    assert read_law_book(law).calendar.is_working(day)
    day_off(law, day, now + timedelta(hours=1))
    assert not read_law_book(law).calendar.is_working(day)


def test_the_book_is_read_again_after_half_a_minute_or_when_the_clock_goes_back(
    law: Session, now: datetime
) -> None:
    shelf = LawBookShelf()
    first = shelf.book(law, now)
    statements: list[str] = []
    bind = law.connection()

    def count(connection: object, cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(bind, "before_cursor_execute", count)
    try:
        assert shelf.book(law, now) is first
        assert shelf.book(law, now + KEPT_FOR - timedelta(microseconds=1)) is first
        assert statements == []
        second = shelf.book(law, now + KEPT_FOR)
        assert second is not first
        assert len(statements) == 5
        assert shelf.book(law, now) is not second
    finally:
        event.remove(bind, "before_cursor_execute", count)


def test_a_change_is_in_the_next_book(law: Session, now: datetime) -> None:
    shelf = LawBookShelf()
    assert shelf.book(law, now).calendar.is_working(date(2027, 6, 1))
    day_off(law, date(2027, 6, 1), now)
    assert shelf.book(law, now + timedelta(seconds=29)).calendar.is_working(date(2027, 6, 1))
    assert not shelf.book(law, now + timedelta(seconds=30)).calendar.is_working(date(2027, 6, 1))
