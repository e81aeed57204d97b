"""The administration: accounts, positions, agencies, the law's rows, failures, the audit trail."""

from feedback.web.admin import accounts, home, oversight, positions, reference, words
from feedback.web.admin.blueprint import blueprint

__all__ = ["accounts", "blueprint", "home", "oversight", "positions", "reference", "words"]
