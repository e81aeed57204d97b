"""What a spreadsheet could run comes back as text."""

from __future__ import annotations

import pytest

from feedback.domain.spreadsheet import defused

SIGNS = ("=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a")


@pytest.mark.parametrize("text", [*SIGNS, "  =1", "\u3000=1", "\ufeff@x"])
def test_what_begins_a_formula_gets_an_apostrophe(text):
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "Ổ gà", "a=b", "8:30", "'=1", "12/2026"])
def test_other_texts_stay_as_they_are(text):
    assert defused(text) == text
