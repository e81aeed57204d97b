"""A member of staff's own pages: the account, and what they are told."""

from feedback.web.account import home, notifications
from feedback.web.account.blueprint import blueprint

__all__ = ["blueprint", "home", "notifications"]
