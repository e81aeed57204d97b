"""Every text that a person sees exists in English; every English text belongs to one that is used."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from feedback import i18n

ROOT = Path(__file__).resolve().parent.parent
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "marked": None,
}
LEFT_OUT = re.compile(r"^(mail/|shared/gallery)")
PLACEHOLDER = re.compile(r"%\((\w+)\)")


@lru_cache
def used() -> dict[str | tuple[str, ...], str]:
    """Each text in the code and the templates, with a place where it stands."""
    found: dict[str | tuple[str, ...], str] = {}
    options = {"**.html": {"newstyle_gettext": "true", "silent": "false"}}
    for folder in ("feedback", "templates", "workers"):
        entries = extract_from_dir(
            ROOT / folder,
            METHODS,
            options,
            keywords=KEYWORDS,
            directory_filter=lambda path: "static" not in path,
        )
        for name, line, message, _comments, _context in entries:
            if not LEFT_OUT.match(name) and message:
                found.setdefault(message, f"{folder}/{name}:{line}")
    return found


@lru_cache
def english() -> dict[str, tuple[str, object]]:
    """Each msgid of the catalogues with its area and its English text."""
    found: dict[str, tuple[str, object]] = {}
    for area in i18n.AREAS:
        path = i18n.catalogue_path(area, "en")
        if not path.exists():
            continue
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    found[key] = (area, message.string)
    return found


def test_every_text_has_its_english():
    missing = [f"{place}: {message}" for message, place in used().items() if _key(message) not in english()]
    assert missing == []


def test_no_catalogue_keeps_what_nobody_says():
    keys = {_key(message) for message in used()}
    assert sorted(f"{area}: {key}" for key, (area, _) in english().items() if key not in keys) == []


def test_placeholders_are_the_same_in_both_languages():
    wrong = []
    for key, (area, string) in english().items():
        for text in (string,) if isinstance(string, str) else tuple(string):  # type: ignore[arg-type]
            if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(key)):
                wrong.append(f"{area}: {key} → {text}")
    assert wrong == []


@pytest.mark.parametrize("area", i18n.AREAS)
def test_a_text_stands_in_one_catalogue_only(area: str):
    path = i18n.catalogue_path(area, "en")
    if not path.exists():
        pytest.skip("no texts of its own")
    with path.open("rb") as file:
        ids = [m.id if isinstance(m.id, str) else m.id[0] for m in read_po(file) if m.id]
    strangers = [key for key in ids if english()[key][0] != area]
    assert strangers == []


def _key(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]
