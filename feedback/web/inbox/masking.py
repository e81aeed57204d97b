"""What may be personal data in a text to be published: shown where it stands, replaced at a press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback.domain.personal_data import PersonalDataKind, PersonalSpan

MASK = "[đã lược bỏ]"
"""What stands on the board, which is written in Vietnamese, in the place of what was left out."""

KINDS: Mapping[PersonalDataKind, LazyString] = {
    PersonalDataKind.NAME: _l("Tên người"),
    PersonalDataKind.PHONE: _l("Số điện thoại"),
    PersonalDataKind.EMAIL: _l("Thư điện tử"),
    PersonalDataKind.IDENTITY: _l("Số giấy tờ hoặc ngày sinh"),
    PersonalDataKind.PLATE: _l("Biển số, số hiệu phương tiện"),
    PersonalDataKind.BANK_ACCOUNT: _l("Số tài khoản"),
    PersonalDataKind.ADDRESS: _l("Địa chỉ nhà"),
    PersonalDataKind.PARCEL: _l("Thửa đất, sổ đất"),
}


@dataclass(frozen=True, slots=True)
class Suggested:
    """A field with what was found in it.

    parts: the text in pieces, each with whether it is marked. words: (kind, what to replace), each once.
    """

    name: str
    label: str
    parts: tuple[tuple[str, bool], ...]
    words: tuple[tuple[LazyString, str], ...]


def suggested(name: str, label: str, text: str, spans: Sequence[PersonalSpan]) -> Suggested:
    """Cut `text` at `spans` (in order, apart), for a page that marks them."""
    parts: list[tuple[str, bool]] = []
    end = 0
    for span in spans:
        parts += [(text[end : span.start], False), (span.of(text), True)]
        end = span.end
    parts.append((text[end:], False))
    words = {span.of(text): KINDS[span.kind] for span in spans}
    return Suggested(name, label, tuple(parts), tuple((kind, word) for word, kind in words.items()))


def replaced(text: str, words: str) -> str:
    """Put `MASK` wherever `words` stand in `text`."""
    return text.replace(words, MASK)
