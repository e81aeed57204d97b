"""The administration: accounts, positions, agencies, the law's rows, failures, the audit trail."""

from feedback.web.admin import (
    accounts,
    calendar,
    home,
    ladder,
    law,
    limits,
    offices,
    oversight,
    permissions,
    positions,
    reference,
    routing_quality,
    rules,
    standard_texts,
    terms,
    words,
)
from feedback.web.admin.blueprint import blueprint

__all__ = [
    "accounts",
    "blueprint",
    "calendar",
    "home",
    "ladder",
    "law",
    "limits",
    "offices",
    "oversight",
    "permissions",
    "positions",
    "reference",
    "routing_quality",
    "rules",
    "standard_texts",
    "terms",
    "words",
]
