"""The faces: public form, agency inbox, administration. They translate requests into verbs and queries."""

from feedback.web.requests import (
    act_as,
    act_with_code,
    act_writing,
    current_scope,
    drop_writes,
    request_actor,
    request_now,
    request_session,
    request_settings,
)

__all__ = [
    "act_as", "act_with_code", "act_writing", "current_scope", "drop_writes", "request_actor", "request_now",
    "request_session", "request_settings",
]  # fmt: skip
