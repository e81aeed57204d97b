"""What a machine can see of an answer before it goes to the head: advice, and two things that are refused.

Nothing here judges whether the answer is right. A mere "we passed it on" is no answer (766/QĐ-TTg counts a
case as answered when its matter was; the sender already knows who has it), so that is a hard stop, as is a
standard text in which something is still to be filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from feedback.domain.standard_text import gaps
from feedback.domain.text import fold

SHORT = 25
"""Words below which an answer is probably too short to say what, who and when."""

_LEFT_WITHOUT_FORWARDING = 5
"""Words that must be left when sentences of forwarding and courtesy are taken away."""


class Hint(StrEnum):
    """What was noticed."""

    GAPS = "gaps"
    FORWARDED = "forwarded"
    NO_DATE = "no_date"
    NO_MEASURE = "no_measure"
    SHORT = "short"
    TONE = "tone"
    PERSONAL = "personal"
    NO_PHOTO = "no_photo"


class Point(StrEnum):
    """What the writer confirms of the answer, and the head sees ticked."""

    ANSWERS = "answers"
    MEASURE = "measure"
    PROOF = "proof"
    NOT_FORWARDED = "not_forwarded"
    NO_PERSONAL = "no_personal"
    TONE = "tone"


@dataclass(frozen=True, slots=True)
class Finding:
    """A hint. words: those that gave rise to it, folded, where there are any. hard: it is refused."""

    hint: Hint
    words: str = ""
    hard: bool = False


_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_FORWARDING = re.compile(
    r"\bda (?:tiep nhan(?:,| va)? (?:da )?)?(?:duoc )?(?:chuyen|gui|giao) (?:noi dung |phan anh |kien nghi "
    r"|vu viec |don |y kien |thong tin |den |toi |sang |cho |ve |cua |ong/ba |cong dan |nay )*"
    r"(?:don vi|co quan|phong|so|ubnd|uy ban|ban|chi cuc|trung tam|cong ty|doi|bo phan|cap|nganh)\b"
)
_COURTESY = re.compile(r"^(?:tran trong|xin cam on|cam on|kinh gui|kinh chao|thua ong|rat mong)")
_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}\b|\bngay \d{1,2}\b|\bthang \d{1,2}\b|\bquy (?:[1-4]|i{1,3}|iv)\b")
_MEASURE = re.compile(
    r"\b(?:thay|sua|lap|don|va|cat|xu ly|xu phat|khac phuc|kiem tra|yeu cau|nhac nho|giai quyet"
    r"|hoan thanh|bo tri|thi cong|thu gom|to chuc|cap|tra|huong dan|giai thich|ket luan|lap bien ban"
    r"|theo quy dinh|can cu)\b"
)
_TONE = re.compile(
    r"khong thuoc trach nhiem cua (?:chung toi|don vi)|ong/?ba phai|de nghi ong/?ba khong|khong co co so"
    r"|tu lien he|khong hieu|phan anh sai|vo ly|!{2,}"
)


def mere_forwarding(text: str) -> str:
    """Give the words by which `text` says that the matter was passed on and nothing else; empty otherwise."""
    passed_on, left = "", 0
    for sentence in map(fold, _SENTENCE.split(text)):
        found = _FORWARDING.search(sentence)
        if found:
            passed_on = passed_on or found.group()
        elif not _COURTESY.match(sentence):
            left += len(sentence.split())
    return passed_on if passed_on and left < _LEFT_WITHOUT_FORWARDING else ""


def _unfit(text: str, folded: str) -> Iterator[Finding]:
    """Give what an answer is refused for, and the hint of words about forwarding that is milder."""
    if unfilled := gaps(text):
        yield Finding(Hint.GAPS, "; ".join(unfilled), hard=True)
    if forwarding := mere_forwarding(text):
        yield Finding(Hint.FORWARDED, forwarding, hard=True)
    elif passed_on := _FORWARDING.search(folded):
        yield Finding(Hint.FORWARDED, passed_on.group())


def check_answer(
    text: str, *, field_incident: bool = False, photos: int = 0, personal: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """Give what a machine notices in an answer, the hard stop first.

    field_incident: something in the street, of which a photo shows that it is done. photos: how many are
    attached. personal: what may be personal data of somebody, as it stands in the text.
    """
    folded = fold(text)
    if not folded:
        return ()
    found = list(_unfit(text, folded))
    if not _DATE.search(folded):
        found.append(Finding(Hint.NO_DATE))
    if not _MEASURE.search(folded):
        found.append(Finding(Hint.NO_MEASURE))
    if len(folded.split()) < SHORT:
        found.append(Finding(Hint.SHORT))
    if rude := _TONE.search(folded):
        found.append(Finding(Hint.TONE, rude.group()))
    if personal:
        found.append(Finding(Hint.PERSONAL, "; ".join(personal)))
    if field_incident and not photos:
        found.append(Finding(Hint.NO_PHOTO))
    return tuple(found)
