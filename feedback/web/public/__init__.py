"""The public face: the form, tracking, the board, the figures."""

from feedback.web.public import (
    board,
    demo_mail,
    figures,
    pages,
    places,
    receipt,
    submit,
    track,
    track_actions,
)
from feedback.web.public.blueprint import blueprint

__all__ = [
    "blueprint", "board", "demo_mail", "figures", "pages", "places", "receipt", "submit", "track",
    "track_actions",
]  # fmt: skip
