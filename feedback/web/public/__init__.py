"""The public face: the form, tracking, the board."""

from feedback.web.public.blueprint import blueprint

__all__ = ["blueprint"]
