"""Standard texts: what they may be about, the placeholders they may hold, and filling those in.

A placeholder is a name in braces, ``{mã}``. The list is closed, so that a text saved today can be filled in
tomorrow. Some are facts of the case; the others only a person knows. What is not known when a text is put
into a form stands there as a gap, ``[ĐIỀN: ngày xử lý]``, and no text with a gap is sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from feedback.domain.lifecycle import Action, State, actions_in


class StandardKind(StrEnum):
    """For which writing a text is: each is offered in the form of that act alone."""

    ANSWER = "answer"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    GUIDANCE = "guidance"
    EXTENSION = "extension"


class Placeholder(StrEnum):
    """What may stand in braces; the value is the name as it is written, in lower case."""

    REFERENCE = "mã"
    TITLE = "tiêu đề"
    AGENCY = "cơ quan"
    PHONE = "điện thoại cơ quan"
    RECEIVED_ON = "ngày nhận"
    DUE_ON = "hạn"
    FIELD = "lĩnh vực"
    PLACE = "địa điểm"
    TODAY = "hôm nay"
    FINDINGS = "kết quả kiểm tra"
    MEASURE = "việc đã làm"
    DONE_ON = "ngày xử lý"
    PLANNED = "việc sẽ làm"
    PLANNED_ON = "ngày hoàn thành"
    UNIT = "đơn vị thực hiện"
    BASIS = "căn cứ"
    NEEDED = "nội dung cần bổ sung"
    REASON = "lý do"
    WHERE = "nơi tiếp nhận"


FACTS = frozenset(
    {
        Placeholder.REFERENCE, Placeholder.TITLE, Placeholder.AGENCY, Placeholder.PHONE,
        Placeholder.RECEIVED_ON, Placeholder.DUE_ON, Placeholder.FIELD, Placeholder.PLACE,
        Placeholder.TODAY,
    }
)  # fmt: skip
"""What the case itself tells; the others are for the writer to fill in."""

_ACTS: Mapping[StandardKind, Action] = {
    StandardKind.ANSWER: Action.SAVE_DRAFT,
    StandardKind.SUPPLEMENT: Action.ASK_SUPPLEMENT,
    StandardKind.REFUSAL: Action.REFUSE,
    StandardKind.GUIDANCE: Action.GUIDE,
    StandardKind.EXTENSION: Action.ASK_EXTENSION,
}
_BRACES = re.compile(r"\{([^{}\n]*)\}")
_GAP = re.compile(r"\[ĐIỀN: ([^\[\]\n]{1,80})\]")
_KNOWN = {str(name): name for name in Placeholder}


def states_of(kind: StandardKind) -> tuple[State, ...]:
    """Give the states in which such a text can be offered at all: those in which its form opens."""
    return tuple(state for state in State if _ACTS[kind] in actions_in(state))


def _named(written: str) -> Placeholder | None:
    """Give the placeholder that is meant by what stands in braces, however it is spaced and composed."""
    name = " ".join(unicodedata.normalize("NFC", written).lower().split())
    return _KNOWN.get(name)


def unknown_placeholders(text: str) -> tuple[str, ...]:
    """Give what stands in braces and is no placeholder, each once, as it was written.

    A brace that has no partner counts too: it was meant to be one.
    """
    found = [match.group() for match in _BRACES.finditer(text) if _named(match.group(1)) is None]
    found += [brace for brace in "{}" if brace in _BRACES.sub("", text)]
    return tuple(dict.fromkeys(found))


def fill(text: str, values: Mapping[Placeholder, str]) -> str:
    """Give `text` with its placeholders replaced; one without a value becomes a gap to be filled in.

    What is no placeholder stays as it stands. A value is never searched for placeholders itself.
    """

    def replaced(match: re.Match[str]) -> str:
        name = _named(match.group(1))
        if name is None:
            return match.group()
        # Brackets and braces of a value could be taken for a gap or a placeholder later.
        value = values.get(name, "").translate(_HARMLESS).strip()
        return value or f"[ĐIỀN: {name}]"

    return _BRACES.sub(replaced, text)


_HARMLESS = str.maketrans("{}[]", "()()")


def gaps(text: str) -> tuple[str, ...]:
    """Give what is still to be filled in, each once in order: gaps, and placeholders that were typed."""
    composed = unicodedata.normalize("NFC", text)
    found = [(match.start(), match.group(1)) for match in _GAP.finditer(composed)]
    found += [
        (match.start(), str(name))
        for match in _BRACES.finditer(composed)
        if (name := _named(match.group(1))) is not None
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))
