"""Which words are whole syllables of Vietnamese, written without marks."""

from __future__ import annotations

import csv
import re
from importlib import resources

import pytest

from feedback.domain.syllables import is_syllable
from feedback.domain.text import folded_words

SYLLABLES = """
    a o u y e uy oai yeu uyen nguyen nghieng quoc quyen quynh quyt que gi gia gieng giuong khuya ruou huou
    buou truong xoong thuo ngoeo khuyu huych nguech hoac xa phuong duong den hem ngap rac
"""


def test_syllables() -> None:
    assert [word for word in SYLLABLES.split() if not is_syllable(word)] == []


@pytest.mark.parametrize(
    "word", ["", "b", "ng", "nguye", "uye", "sxd", "duonk", "street", "20", "to1", "đường"]
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_official_prose_is_made_of_syllables() -> None:
    file = resources.files("feedback.data") / "standard_texts.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines(keepends=True)))
    texts = " ".join(re.sub(r"\{[^}]*\}", " ", row["body"]) for row in rows)
    words = [word for word in folded_words(texts) if word.isalpha()]
    assert len(words) > 1_000
    assert {word for word in words if not is_syllable(word)} == set()
