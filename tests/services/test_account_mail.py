"""The letters of accounts: in the account's language, with a link that is kept no longer than it must be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from feedback import db
from feedback.models import Account, Message
from feedback.services.post.messages import Outcome, send_due
from feedback.services.staff import accounts
from tests.factories import Factory
from tests.services.post_office import PostOffice, body, post_office

LINK = "https://hoi-am.example/staff/password/forgotten/one-time-secret"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as found:
        yield found


@pytest.fixture
def letter(make: Factory, worker_session, now):
    """A function that writes a letter to a new account and gives its row."""

    def write(mail: accounts.Mail = accounts.Mail.RESET, **columns: object) -> Message:
        account: Account = make.account(name="Lê Thị Lan", email="lan@example.org", **columns)
        accounts.write_mail(worker_session, account, mail, cause=db.new_id(), now=now, link=LINK)
        worker_session.commit()
        return worker_session.scalars(select(Message)).one()

    return write


def send(sessions, office: PostOffice, now) -> dict[Outcome, int]:
    return send_due(sessions, office.post, now)


@pytest.mark.parametrize("mail", list(accounts.Mail))
@pytest.mark.parametrize(("locale", "greeting"), [("vi", "Kính gửi Lê Thị Lan"), ("en", "Dear Lê Thị Lan")])
def test_each_letter_arrives_in_the_accounts_language(
    mail, locale, greeting, letter, office, sessions, worker_session, now
):
    letter(mail, locale=locale)
    assert send(sessions, office, now) == {Outcome.SENT: 1}
    [(envelope, message)] = office.taken
    assert envelope == ["lan@example.org"]
    for form in ("plain", "html"):
        assert greeting in body(message, form)
        assert (LINK in body(message, form)) is (mail is not accounts.Mail.CHANGED)


def test_the_link_is_forgotten_once_it_was_sent(letter, office, sessions, worker_session, now):
    row = letter()
    assert LINK in row.params
    send(sessions, office, now)
    worker_session.expire_all()
    assert (row.state, row.params) == ("sent", "{}")


def test_the_link_is_forgotten_when_nobody_is_left_to_get_it(letter, office, sessions, worker_session, now):
    row = letter(active=False)
    assert send(sessions, office, now) == {Outcome.CANCELLED: 1}
    worker_session.expire_all()
    assert (row.state, row.params) == ("cancelled", "{}")
