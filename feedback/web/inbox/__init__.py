"""The face of the agencies' staff: the inbox, the case page, every action on a case."""

from feedback.web.inbox.blueprint import blueprint

__all__ = ["blueprint"]
