"""Deny by default: a view answers only when it says who may ask.

`@public` opens a view to everybody. `@staff()` asks for a signed-in account, `@staff(kind, …)`
for one that holds or acts in a position of such a kind today. A view with neither answers nobody;
in tests it is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from werkzeug.wrappers import Response

from feedback.domain.positions import PositionKind

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask for a page. `kinds` empty: every signed-in account. `closed`: nobody."""

    signed_in: bool
    kinds: frozenset[PositionKind] = frozenset()
    closed: bool = False


PUBLIC = Access(signed_in=False)
CLOSED = Access(signed_in=True, closed=True)


def public(view: View) -> View:
    """Open `view` to everybody. It runs in the public scope, whoever is signed in."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def staff(*kinds: PositionKind) -> Callable[[View], View]:
    """Keep a view for signed-in staff, and for holders of one of `kinds` where any are named.

    Others who are signed in get 403; who is not signed in is led to the sign-in page.
    """

    def guard(view: View) -> View:
        view.access = Access(signed_in=True, kinds=frozenset(kinds))  # type: ignore[attr-defined]
        return view

    return guard


def access_of(app: Flask, endpoint: str) -> Access | None:
    """Who may ask for `endpoint`, or None for a view that does not say."""
    declared: dict[str, Access] = app.extensions.setdefault("access", {})
    return declared.get(endpoint) or getattr(app.view_functions.get(endpoint), "access", None)


def declare(app: Flask, endpoint: str, access: Access) -> None:
    """Say who may ask for a view that is not ours (the login library's, static files)."""
    app.extensions.setdefault("access", {})[endpoint] = access


def register(app: Flask, enter: Callable[[Access], Response | None]) -> None:
    """Have every request pass the guard.

    `enter` lets a signed-in account in: it puts actor and scope into the request and returns
    None, or returns the page that is shown instead.
    """

    def check() -> Response | None:
        if request.endpoint is None:
            return None
        access = access_of(current_app, request.endpoint)
        if access is None:
            if current_app.testing:
                raise RuntimeError(f"view {request.endpoint} says neither @public nor @staff")
            abort(404)
        if access.closed:
            abort(404)
        return enter(access) if access.signed_in else None

    app.before_request(check)
