"""Passwords: how they are normalised, what is asked of them, how they are stored.

The sign-in pages (feedback/web/security.py) are set to the same values, so that an account
made by a command can sign in through them.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from argon2 import PasswordHasher

SHORTEST = 12
"""Characters; length is what counts (NIST SP 800-63B §3.1.1.2), so no mixture is asked for."""

LONGEST = 200
NORMAL_FORM: Final = "NFKC"
# OWASP's second choice for Argon2id: 19 MiB, two passes, one lane.
ROUNDS, MEMORY_KIB, LANES = 2, 19_456, 1

_HASHER = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)


def normalise(password: str) -> str:
    """Give `password` in the form in which it is hashed: one form for letters typed in different ways."""
    return unicodedata.normalize(NORMAL_FORM, password)


def objection(password: str) -> str | None:
    """Say what stands against `password` as a code (``too_short``, ``too_long``), or None."""
    length = len(normalise(password))
    if length < SHORTEST:
        return "too_short"
    return "too_long" if length > LONGEST else None


def hash_password(password: str) -> str:
    """Give the Argon2id hash that the accounts table keeps. Takes about 30 ms by intent."""
    return _HASHER.hash(normalise(password))
