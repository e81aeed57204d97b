"""Texts that break stores, searches and mail headers: none does here, whatever somebody types."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.submission import LIMITS, problems
from feedback.domain.text import clean_line, clean_text, fold
from feedback.mail import Mailbox, Refused, compose, header_text
from feedback.models import Case
from feedback.queries.law_book import read_law_book
from feedback.queries.lists.search_words import prefix_query
from feedback.services.arrival import intake
from tests.factories import Factory
from tests.services.stage import TYPED

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PROPERTIES = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

SYLLABLES = st.sampled_from(
    ["Đèn", "ĐƯỜNG", "hẻm", "Hoà", "quốc lộ", "nước", "B'Lao", "ghế", "QL20", "đ", "xã", "1e4e", "12e3"]
)
GLUE = st.sampled_from(
    [" ", "/", ".", ",", "-", "–", "_", "@", "://", "\u200b", "\u0301", "'", "\n", "🙂", "&", "|"]
)
WRITTEN = st.lists(st.tuples(SYLLABLES, GLUE), min_size=1, max_size=8).map(
    lambda pairs: "".join(word + glue for word, glue in pairs)
)
ANY = st.text(st.characters(), max_size=60)
"""Every code point, halves of surrogate pairs too."""

TRAPS = [
    "\x00", "a\x00b", "\ud800", "\udfff\ud800", "e\u0323\u0302", "\u202egnod gnourt", "\u2066a\u2069",
    "\x1b[31m", "\r\nBcc: a@b.vn", "\x85", "\u2028", "\u2029", "\x1c", "\ufeff", "\u200d" * 50,
    "a\u0300" * 5000, "\u0300" * 9000, "a" * 10_000, "ộ" * 10_000, "한" * 10_000, "𝕏" * 10_000, "ﷺ" * 10_000,
    " ".join(map(str, range(1800))),
]  # fmt: skip


@pytest.fixture
def take(worker_session: Session, make: Factory):  # type: ignore[no-untyped-def]
    """Receive a submission with these texts, as a form or a file would clean them, and read it again."""
    make.law()
    book = read_law_book(worker_session)

    def receive(**texts: str) -> Case:
        cleaned = {
            name: clean_text(text) if name == "body" else clean_line(text) for name, text in texts.items()
        }
        cleaned = {name: text[: LIMITS[name]] for name, text in cleaned.items()}
        submission = replace(TYPED, commune_code=None, **cleaned)
        case_id = db.new_id()
        intake.receive(worker_session, submission, case_id=case_id, now=NOW, book=book)
        worker_session.expire_all()
        case = worker_session.get_one(Case, case_id)
        assert (case.body, case.title) == (submission.body, submission.title)
        return case

    return receive


@pytest.mark.parametrize("trap", TRAPS, ids=range(len(TRAPS)))
def test_every_text_is_stored_searched_and_reads_as_it_was_cleaned(
    take, worker_session: Session, trap: str
) -> None:  # type: ignore[no-untyped-def]
    case = take(
        body=f"Đèn hỏng {trap} rồi", title=trap, name=trap, place_text=trap, happened=trap, address=trap
    )
    for text in (case.body, case.title, case.place_text, case.happened):
        assert unicodedata.is_normalized("NFC", text)
        assert not set(text) & {"\x00", "\r", "\u202e", "\u2066", "\x1b", "\ud800"}
    found = worker_session.scalars(
        select(Case.id).where(Case.search_vector.op("@@")(func.to_tsquery("simple", "den")))
    ).all()
    assert found == [case.id]


@PROPERTIES
@given(body=ANY, title=ANY)
def test_any_code_points_are_received(take, body: str, title: str) -> None:  # type: ignore[no-untyped-def]
    take(body="Đủ dài để nhận: " + body, title=title)


@PROPERTIES
@given(text=ANY)
def test_what_is_cleaned_once_stays_as_it_is(text: str) -> None:
    for clean in (clean_text, clean_line):
        once = clean(text)
        assert clean(once) == once
        assert once.encode().decode() == once


@PROPERTIES
@given(body=WRITTEN)
@example(body="phường/xã hỏng.Không sửa")
@example(body="gửi thư a@b.vn, xem http://x.vn/đường")
@example(body="quốc lộ-20, hẻm 12/4, số 7.5")
@example(body="giấy số 1e4e, 12E30đ, 0x1e4")
def test_a_text_is_found_by_each_of_its_words(take, worker_session: Session, body: str) -> None:  # type: ignore[no-untyped-def]
    case = take(body=body, title="Không liên quan")
    for word in fold(case.body).replace("_", " ").split():
        query = prefix_query(word)
        if query is not None:
            matches = select(Case.search_vector.op("@@")(func.to_tsquery("simple", query))).where(
                Case.id == case.id
            )
            assert worker_session.scalar(matches), word


@PROPERTIES
@given(typed=ANY)
@example(typed="'")
@example(typed="\\':* & ! ( <->")
@example(typed="ʼ’'`")
@example(typed="\x00\ud800")
def test_whatever_is_typed_is_a_query(worker_session: Session, typed: str) -> None:
    query = prefix_query(clean_line(typed))
    if query is not None:
        assert worker_session.scalar(select(func.to_tsquery("simple", query))) is not None


def test_a_text_in_a_million_letters_is_refused_before_it_is_stored() -> None:
    huge = replace(TYPED, body="đ" * 1_000_000, title="t" * 1_000_000)
    assert {(problem.field, problem.code) for problem in problems(huge)} == {
        ("body", "too_long"), ("title", "too_long"),
    }  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(subject=ANY, name=ANY, body=ANY)
@example(subject="Trả lời\r\nBcc: x@y.vn", name="A\u2028B", body="\x00")
@example(subject="0000 0000000¡¡¡¡¡𐀀𐀀𐀀𐀀𐀀 ¡", name="", body="")
@example(subject="\x1c\x85\u2029", name='"; <a@b.vn>', body="\ud800")
def test_a_letter_can_be_written_about_anything(subject: str, name: str, body: str) -> None:
    letter = compose(
        sender=Mailbox("hoi-am@localhost", "Hồi Âm"), to=[Mailbox("dan@example.vn", name)], subject=subject,
        text=clean_text(body), html=f"<p>{len(body)}</p>", message_id="1@localhost", at=NOW, locale="vi",
    )  # fmt: skip
    read = message_from_bytes(letter.as_bytes(), policy=policy.default)
    assert read["Bcc"] is None
    assert [address.addr_spec for address in read["To"].addresses] == ["dan@example.vn"]
    assert header_text(str(read["Subject"])).split() == header_text(subject).split()
    assert not read.defects


@settings(max_examples=150, deadline=None)
@given(address=ANY)
@example(address="a@b\r\nBcc: c@d.vn")
@example(address="a@\ud800.vn")
@example(address="@")
@example(address="a@" + "x" * 300)
def test_an_address_is_taken_or_refused(address: str) -> None:
    try:
        letter = compose(
            sender=Mailbox("hoi-am@localhost"), to=[Mailbox(address)], subject="x", text="x", html="x",
            message_id="1@localhost", at=NOW, locale="vi",
        )  # fmt: skip
    except Refused:
        return
    assert message_from_bytes(letter.as_bytes(), policy=policy.default)["Bcc"] is None
