"""Whether a text that is to be published gives the submitter away: who they are, where, or their own words.

The check is narrow and errs on the careful side: it reads what the submitter told of
themselves and compares. A person still reads the text; this only stops the slip.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedback.domain.text import fold

LONGEST_QUOTE = 11
"""The most consecutive words of the submitter that a published text may repeat."""

_WORD = re.compile(r"\w+")
_DIGIT_RUNS = re.compile(r"\+?\d(?:[ .()\-]{0,2}\d)+")
_NUMBER = re.compile(r"\d")
_SHORTEST_PHONE = 8
_SHORTEST_PLACE = 3


@dataclass(frozen=True, slots=True)
class Secrets:
    """What must not appear: how the submitter is named and reached, the exact place, what they wrote.

    Empty texts count for nothing.
    """

    name: str = ""
    organisation: str = ""
    business_code: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    exact_place: str = ""
    words: tuple[str, ...] = ()


def words_of(text: str) -> list[str]:
    """Give the words of `text` without marks and in lower case, for comparing."""
    return _WORD.findall(fold(text))


def _contains(haystack: Sequence[str], needle: Sequence[str]) -> bool:
    if not needle:
        return False
    width = len(needle)
    return any(list(haystack[at : at + width]) == list(needle) for at in range(len(haystack) - width + 1))


def _names_person(text: str, folded: Sequence[str], name: str) -> bool:
    """A name of several words is found without marks too; one of a single word only as it is written.

    Names are common words in Vietnamese (hoa, an, bình), so a lone one is asked for with its capital.
    """
    words = words_of(name)
    if len(words) >= 2:
        return _contains(folded, words)
    return bool(words) and name.strip() in _WORD.findall(text)


def _plain_number(number: str) -> str:
    digits = "".join(_NUMBER.findall(number))
    return "0" + digits[2:] if digits.startswith("84") and len(digits) > 9 else digits


def _has_number(text: str, number: str) -> bool:
    wanted = _plain_number(number)
    if len(wanted) < _SHORTEST_PHONE:
        return False
    return any(wanted in _plain_number(run) for run in _DIGIT_RUNS.findall(text))


def _has_place(folded: Sequence[str], place: str) -> bool:
    """The whole of an address or place, or its first part when that has a number (12 Nguyễn Du)."""
    parts = [place, *place.split(",")[:1]]
    for part in parts:
        words = words_of(part)
        exact = len(words) >= _SHORTEST_PLACE or (len(words) >= 2 and _NUMBER.search(part) is not None)
        if exact and _contains(folded, words):
            return True
    return False


def repeats(text: str, originals: Iterable[str], longest: int = LONGEST_QUOTE) -> bool:
    """Tell whether `text` has more than `longest` consecutive words of one of `originals`, marks aside."""
    width = longest + 1
    words = words_of(text)
    runs = {tuple(words[at : at + width]) for at in range(len(words) - width + 1)}
    if not runs:
        return False
    for original in originals:
        source = words_of(original)
        if any(tuple(source[at : at + width]) in runs for at in range(len(source) - width + 1)):
            return True
    return False


def gives_away(text: str, secrets: Secrets) -> str | None:
    """Say what `text` gives away, as a code, or None.

    Codes: ``name``, ``contact`` (telephone, e-mail, business code), ``place`` (address or exact
    place), ``quote`` (12 or more consecutive words of the submitter).
    """
    folded = words_of(text)
    if _names_person(text, folded, secrets.name) or _names_person(text, folded, secrets.organisation):
        return "name"
    email = secrets.email.strip().lower()
    if email and email in text.lower():
        return "contact"
    if _has_number(text, secrets.phone) or _has_number(text, secrets.business_code):
        return "contact"
    if _has_place(folded, secrets.address) or _has_place(folded, secrets.exact_place):
        return "place"
    return "quote" if repeats(text, secrets.words) else None
