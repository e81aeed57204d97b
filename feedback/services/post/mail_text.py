"""The texts of letters: one template a kind, language and form, rendered without the web framework."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

import feedback

TEMPLATES = Path(feedback.__file__).resolve().parent.parent / "templates"
LOCALES = ("vi", "en")
_SUBJECT = "Subject:"
_BLANK_LINES = re.compile(r"\n\s*\n")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be sent, in both its forms."""

    subject: str
    text: str
    html: str


def _day(locale: str, value: date | str) -> str:
    """Give a date (or its ISO text, as messages keep it) as a reader of `locale` writes it."""
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if locale == "en" else f"{day:%d/%m/%Y}"


def _paragraphs(text: str) -> Markup:
    """Give a person's words as HTML paragraphs; nothing in them is read as HTML."""
    blocks = [escape(block.strip()).replace("\n", Markup("<br>\n")) for block in _BLANK_LINES.split(text)]
    return Markup("\n").join(Markup("<p>{}</p>").format(block) for block in blocks if block)


@lru_cache(maxsize=len(LOCALES))
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = lambda value: _day(locale, value)
    environment.filters["paragraphs"] = _paragraphs
    return environment


class _Params(dict[str, object]):
    """The params of a message: one that was not given reads as empty, so that letters may ask for it."""

    def __missing__(self, key: str) -> str:
        return ""


def render(kind: str, locale: str, context: Mapping[str, object]) -> Letter:
    """Render the letter of `kind` in `locale` (``vi``, or ``en``).

    context: what notes of the templates name; ``params`` are those of the message. Raises
    jinja2.TemplateError when a template is missing or asks for what is not there.
    """
    language = locale if locale in LOCALES else LOCALES[0]
    environment = _environment(language)
    values = {**context, "locale": language}
    params = context.get("params")
    values["params"] = _Params(params) if isinstance(params, Mapping) else _Params()
    head, _, text = environment.get_template(f"mail/{language}/{kind}.txt").render(values).partition("\n")
    if not head.startswith(_SUBJECT):
        raise ValueError(f"the first line of mail/{language}/{kind}.txt is not its subject")
    subject = head.removeprefix(_SUBJECT).strip()
    html = environment.get_template(f"mail/{language}/{kind}.html").render(values, subject=subject)
    return Letter(subject, text.lstrip("\n"), html)
