"""The face of the bodies that supervise the province: what they look at, and nothing to change."""

from feedback.web.oversight import case, home, lists
from feedback.web.oversight.blueprint import blueprint

__all__ = ["blueprint", "case", "home", "lists"]
