"""The kept form: the same page, but never the same tokens."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.conftest import Wristwatch
from tests.factories import Factory

_TOKENS = re.compile(r'name="(token|csrf_token)"[^>]*value="([^"]+)"')


def tokens(client: FlaskClient, address: str = "/submit") -> dict[str, str]:
    found = dict(_TOKENS.findall(client.get(address).get_data(as_text=True)))
    assert set(found) == {"token", "csrf_token"}
    return found


def test_each_visitor_gets_tokens_of_their_own(app, client: FlaskClient) -> None:  # type: ignore[no-untyped-def]
    mine = tokens(client)
    theirs = tokens(app.test_client())
    again = tokens(client)
    assert len({one["token"] for one in (mine, theirs, again)}) == 3
    assert mine["csrf_token"] != theirs["csrf_token"]


def test_the_page_speaks_the_language_that_is_asked_for(client: FlaskClient) -> None:
    assert 'lang="vi"' in client.get("/submit").get_data(as_text=True)
    client.get("/language?lang=en&next=/submit")
    assert 'lang="en"' in client.get("/submit").get_data(as_text=True)


def test_a_kept_page_can_be_sent_much_later(client: FlaskClient, watch: Wristwatch, make: Factory) -> None:
    make.law()
    tokens(client)
    watch.advance(minutes=30)
    found = tokens(client)
    filled = {"body": "Đèn đường hỏng ba tuần nay.", "identity": "anonymous", "submitter_kind": "citizen"}
    answer = client.post("/submit", data={**found, **filled})
    assert answer.status_code == 303
