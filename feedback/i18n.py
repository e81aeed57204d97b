"""The texts in other languages: the source is Vietnamese, English stands in catalogues.

A msgid is the Vietnamese text itself. Each area of the product keeps its English in
``feedback/translations/<area>/en/LC_MESSAGES/messages.po``; a lookup searches all areas. The
catalogues are compiled in memory when a process first needs them, so there is no compiled file
that could be stale and nothing is written to a read-only checkout. Works without Flask.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

DEFAULT = "vi"
LOCALES = ("vi", "en")
AREAS = ("shared", "public", "staff", "admin")
_FOLDER = Path(__file__).resolve().parent / "translations"


def marked(text: str) -> str:
    """Give `text` as it is; the call marks it for translation where it is looked up later."""
    return text


def known_locale(code: str | None) -> str | None:
    """Give `code` when the product speaks that language, else None."""
    return code if code in LOCALES else None


def catalogue_path(area: str, locale: str) -> Path:
    """The catalogue of an area in a language, which exists when the area has texts of its own."""
    return _FOLDER / area / locale / "LC_MESSAGES" / "messages.po"


@lru_cache(maxsize=len(LOCALES))
def translations(locale: str) -> NullTranslations:
    """Give the texts in `locale`, for gettext calls and for a Jinja environment's i18n extension.

    For Vietnamese, and for a language that is not known, every text is given as it stands.
    """
    if locale == DEFAULT or locale not in LOCALES:
        return NullTranslations()
    merged: Translations | None = None
    for area in AREAS:
        path = catalogue_path(area, locale)
        if not path.exists():
            continue
        catalogue = _compiled(path)
        merged = catalogue if merged is None else merged.merge(catalogue)
    return merged or NullTranslations()


def _compiled(path: Path) -> Translations:
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.parent.parent.name)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(fp=compiled)
