"""How much may be sent, and how often one address or one account may ask for what costs or can be guessed.

Counters live in Redis, and in the process while Redis is away: limits then hold for each
process by itself. The address is the connection's, or what the named number of proxies
say (`FEEDBACK_PROXY_HOPS`); a header that a client made up is never believed.
"""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter

LARGEST_FORM = 1_000_000
"""Bytes of a request's body. A view that takes files in asks for more (feedback/web/form_files.py)."""

SUBMIT = "30 per minute; 300 per hour"
REPORTED = "10 per minute; 60 per hour"
"""How often one address is told what was reported before; beyond it its messages go in unasked."""
TRACK = "20 per minute"
SIGN_IN = "20 per minute; 100 per hour"
SIGN_IN_ACCOUNT = "10 per minute; 30 per hour"
RECOVER = "5 per minute; 20 per hour"
RECOVER_ACCOUNT = "3 per hour"


def client_address() -> str:
    """The address that a limit counts: the peer, seen through the trusted proxies only."""
    return request.remote_addr or "unknown"


def posted_account() -> str:
    """The account that a sign-in or recovery form names, for a bucket of its own."""
    return "account:" + request.form.get("email", "").strip().casefold()[:254]


limiter = Limiter(client_address, strategy="moving-window", headers_enabled=True)


def limits_storage(redis_url: str) -> str:
    """Give the address of Redis in the form that the limits library reads (it names sockets its own way)."""
    if redis_url.startswith("unix://"):
        return "redis+" + redis_url
    return redis_url


def register(app: Flask, redis_url: str) -> None:
    """Have `app` count in Redis, and in its own memory while Redis cannot be reached."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", limits_storage(redis_url))
    app.config.setdefault("RATELIMIT_STORAGE_OPTIONS", {"socket_connect_timeout": 0.5, "socket_timeout": 0.5})
    app.config.setdefault("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", True)
    app.config.setdefault("RATELIMIT_KEY_PREFIX", "feedback")
    limiter.init_app(app)
