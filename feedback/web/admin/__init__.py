"""The administration: accounts, positions, agencies, the law's rows, failures, the audit trail."""

from feedback.web.admin import home
from feedback.web.admin.blueprint import blueprint

__all__ = ["blueprint", "home"]
