"""Every page asked with addresses that no link of ours has: answered or refused, never broken.

Most attacks on a database begin with a number that is too large or a letter it does not store;
both end in an unhandled error where a view hands them on.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, got_request_exception
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from feedback.domain.positions import PositionKind
from feedback.models import Account
from feedback.queries import kept
from feedback.web.limits import limiter
from tests.factories import Factory

TRAPS = {
    "nul": "%00",
    "half a pair": "%ED%A0%80",
    "no utf-8": "%FF%FE",
    "large number": "9" * 30,
    "number above integer": "2147483648",
    "not ascii digits": "%D9%A1%D9%A2",
    "quotes": "%27%22%60%3B--",
    "operators of search": "%27+%26+%7C+%21+%3A*+%28+%3C-%3E",
    "decomposed": "e%CC%A3%CC%82",
    "long": "a" * 4000,
    "many words": "+".join(["%E1%BB%99"] * 300),
    "date and number": "9999-12-31T23:59:59.999999%2B00:00~99999999999999999999",
}
ADDRESS = {
    "int": ["99999999999999999999", "2147483648", "0"],
    "default": ["%00", "%FF", "%E2%80%AE", "a" * 3000],
}
_NAME = re.compile(r"args\.get\(\s*\"(\w+)\"|_\w*\(\"(\w+)\"")


@pytest.fixture
def everybody(make: Factory, worker_session: Session) -> Iterator[Account]:
    """Somebody who holds every position there is, so that no page turns them away."""
    make.law()
    province = make.province()
    for kind in PositionKind:
        make.holding(province.administrator, make.position(province.coordinator.agency, kind))
    worker_session.commit()
    kept.forget_all()
    limiter.enabled = False
    yield province.administrator
    limiter.enabled = True


def pages(app: Flask) -> list[Rule]:
    """The rules that are asked with GET, our own."""
    return sorted(
        (
            rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint != "static"
        ),
        key=lambda rule: rule.rule,
    )


def parameters(app: Flask, rule: Rule) -> set[str]:
    """The names that the view's module reads from an address."""
    view = inspect.unwrap(app.view_functions[rule.endpoint])
    module = sys.modules[view.__module__]
    if not module.__name__.startswith("feedback."):
        return {"next"}
    return {first or second for first, second in _NAME.findall(inspect.getsource(module))} | {
        "q",
        "after",
        "next",
    }


def queries(app: Flask, rule: Rule) -> Iterator[str]:
    """The rule with each hostile value in the place of every parameter that it reads."""
    if not rule.arguments:
        names = sorted(parameters(app, rule))
        for trap in TRAPS.values():
            yield f"{rule.rule}?{'&'.join(f'{name}={trap}' for name in names)}"


def addresses(rule: Rule) -> Iterator[str]:
    """The rule with hostile values in the place of its arguments."""
    if not rule.arguments:
        return
    kinds = {name: type(converter).__name__ for name, converter in rule._converters.items()}
    for number in range(4):
        parts = {
            name: (ADDRESS["int"] * 2 if kind == "RowNumber" else ADDRESS["default"])[number]
            for name, kind in kinds.items()
        }
        yield re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda found, parts=parts: parts[found[1]], rule.rule)  # type: ignore[misc]


@contextmanager
def errors_of(app: Flask) -> Iterator[list[str]]:
    """Let the application answer errors as it does in production, and collect what they were."""
    found: list[str] = []

    def note(sender: Flask, exception: BaseException, **_: object) -> None:
        found.append(f"{type(exception).__name__}: {str(exception)[:200]}")

    before = app.config["PROPAGATE_EXCEPTIONS"]
    app.config["PROPAGATE_EXCEPTIONS"] = False
    got_request_exception.connect(note, app)
    try:
        yield found
    finally:
        got_request_exception.disconnect(note, app)
        app.config["PROPAGATE_EXCEPTIONS"] = before


def test_no_address_breaks_a_page(
    app: Flask, everybody: Account, sign_in: Callable[[Account], FlaskClient]
) -> None:
    browser = sign_in(everybody)
    asked, wrong = 0, []
    with errors_of(app) as errors:
        for rule in pages(app):
            for address in (*queries(app, rule), *addresses(rule)):
                answer = browser.get(address)
                asked += 1
                if answer.status_code >= 500:
                    wrong.append(f"{address[:120]}: {answer.status_code} {errors[-1:]}")
    assert asked > 300
    assert wrong == []
