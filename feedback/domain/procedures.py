"""Which administrative procedures a message names by their codes in the national database."""

from __future__ import annotations

import re

_CODE = re.compile(r"(?<![0-9.])[0-9]\.[0-9]{6}(?![0-9]|\.[0-9])")
MOST = 5
"""Codes that are looked for: a message that lists more is a list, and no longer about one of them."""


def procedure_codes(text: str) -> tuple[str, ...]:
    """Give the codes of procedures (``1.004227``) that `text` names, each once, in its order, 5 at most.

    A code is a digit, a point and six digits, as the national database of procedures writes it; a number
    that goes on (an amount, a telephone number, a date) is none.
    """
    return tuple(dict.fromkeys(_CODE.findall(text)))[:MOST]
