"""Personal data that is written in digits: telephone, identity, plate, account, address, parcel, and e-mail.

The patterns are read over the text without its marks, which has every letter at the same place.
All repeats are bounded, so that the time stays linear in the length of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from feedback.domain.personal_data_words import FAMILY_NAMES
from feedback.domain.text import bare

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)

_PHONE = re.compile(
    r"(?<![\w.])(?:(?:\+84|84|\(\+84\))[ .\-]{0,2}(?:\(0\))?[2-9]|(?:\((?=\d{2,4}\)))?[0oO][2-9])"
    r"(?:[ .\-)]{0,2}[0-9oO]){7,9}(?!\w)(?!\.\d)"
)
_PUBLIC = r"(?:duong day nong|tong dai|hotline|so truc|truc ban)"
_PUBLIC_BEFORE = re.compile(rf"{_PUBLIC}[^\n;!?]{{0,60}}$", re.IGNORECASE)
_PUBLIC_AFTER = re.compile(rf" {{0,2}}[(,:-]? ?(?:la )?{_PUBLIC}", re.IGNORECASE)

_CITIZEN_CARD = re.compile(r"(?<![\w./-])0\d{2}[ .]?\d{3}[ .]?\d{3}[ .]?\d{3}(?![\w/-])(?!\.\d)")
_HEALTH_CARD = re.compile(r"(?<!\w)[A-Z]{2}(?:[ -]?\d(?:[ -]?\d){12}|\d{8,13})(?!\w)")
_PASSPORT = re.compile(r"(?:ho chieu|passport)[^\d\n]{0,20}?(?P<value>[A-Z]\d{7,8})(?!\w)", re.IGNORECASE)
_IDENTITY_CUE = re.compile(
    r"(?:cccd|cmnd|cmt|can cuoc|chung minh|dinh danh|ma so thue|mst|benh an|bhxh|bhyt|bao hiem|so so|so the"
    r"|ma so)"
    r"(?: (?:cong dan|nhan dan|ca nhan|xa hoi|cua toi|cua em|the|so|la)){0,4} {0,2}[:.]? {0,2}(?:so )?"
    r"(?P<value>(?:[A-Z]{2}[ -]?)?\d(?:[ .\-]?\d){4,14})(?![\w/-])",
    re.IGNORECASE,
)
_NEXT_NUMBER = re.compile(r" {0,2}(?:,|va|&) {0,2}(?P<value>\d(?:[ .]?\d){8,11})(?![\w/-])", re.IGNORECASE)
_UNITS = r"(?:dong|d|vnd|trieu|ty|con|ho|nguoi|m2|m3|ha|tan|kg|km)\b|%"
_LONG_NUMBER = re.compile(
    r"(?<![\w./,+-])(?:\d{9,13}|\d{3,4}(?: \d{3,4}){2,3}|\d{3,4}(?:-\d{3,4}){2,3})"
    r"(?![\w/-])(?![.,]\d)"
    rf"(?! ?(?:{_UNITS}))",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![\w./-])(?:[A-Z]{1,2} ?\d{6,8}|[A-Z]{2,4}[ -]?\d{2}[A-Z]{0,3}-?\d{3,9}(?:-\d{3,5})?)(?![\w/])"
    r"|(?:so hieu|ma khach hang|ma kh|ma ho|giay phep lai xe|gplx|bang lai|so hop dong|so khung|so may)"
    r"(?: (?:cua toi|cua em|nha toi|la|so)){0,3}[: ]{1,3}"
    r"(?P<value>(?=[\w-]{0,12}\d{4})\w[\w-]{5,16})(?![\w/])"
)
_SPELT = "khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin"
_SPELT_PHONE = re.compile(rf"(?<!\w)(?:khong|0)(?: (?:{_SPELT})){{8,10}}(?!\w)", re.IGNORECASE)
_BIRTH = re.compile(
    r"\b(?:sinh|ns)(?: (?:ngay|nam|thang)){0,2}[: ]{1,3}(?P<value>\d{1,2}[/.-]\d{1,2}[/.-]\d{4})(?!\d)",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(r"(?:ho so|phan anh|bien nhan|cong to|dong ho)[^\n.;]{0,12}$", re.IGNORECASE)

_PLATE = re.compile(
    r"(?<![\w.,/-])\d{2} ?[-.]? ?(?:[A-Z]{1,2}\d?)(?: ?[-.] ?| )?(?:\d{3}[. ]?\d{2}|\d{4})(?![\w/])(?!\.\d)"
)
_SMALL_PLATE = re.compile(r"(?<![\w.,/-])\d{2}-?[a-z]\d?[- ]?\d{3}\.?\d{2}(?![\w/])(?!\.\d)")
_BOAT = re.compile(
    r"(?<!\w)[A-Z][A-Za-z]{1,2}[ -]?\d{4,5}[ -]?[Tt][Ss](?!\w)"
    r"|(?i:tau|ghe|thuyen)(?i: (?:ca|so hieu|so|mang|ky hieu|bien)){0,3} "
    r"(?P<value>[A-Z][A-Za-z]{1,2}[ -]?\d{4,5}(?:[ -]?[Tt][Ss])?)(?!\w)"
)

_ACCOUNT = re.compile(
    r"(?:stk|so tai khoan|so tk|tai khoan|tk)(?: (?:so|ngan hang|nhan)){0,3}"
    r" {0,2}[:.]? {0,2}(?:[\w ]{0,20}: {0,2})?(?P<value>\d(?:[ .\-]?\d){7,18})(?![\w/])",
    re.IGNORECASE,
)

_PLOT = r"thua(?: dat)?(?: so)? {0,2}:? ?\d{1,5}(?!\w|[.,]\d)"
_SHEET = r"to(?: (?:ban do|bd))?(?: so)? {0,2}:? ?\d{1,4}(?!\w)"
_PARCEL = re.compile(
    rf"(?<!\w)(?:{_PLOT} {{0,2}}(?:,|;|-|thuoc|va)? {{0,2}}{_SHEET}"
    rf"|to ban do(?: so)? ?\d{{1,4}} {{0,2}}[,;-]? {{0,2}}thua(?: dat)?(?: so)? ?\d{{1,5}}(?!\w)"
    r"|thua(?: dat)? so ?\d{1,5}(?!\w|[.,]\d))",
    re.IGNORECASE,
)
_LAND_CERTIFICATE = re.compile(
    r"(?i:giay chung nhan|so do|so hong|seri|so phat hanh|gcn)[^\d\n]{0,30}?(?<!\w)"
    r"(?P<value>[A-Z]{1,2} ?\d{6,8})(?!\w)"
)

_WORD = r"[A-Z][^\W\d_]*"
_STREET_NAME = rf"(?:{_WORD}|\d{{1,2}} thang \d{{1,2}}|\d{{1,2}}/\d{{1,2}})(?: {_WORD}){{0,4}}"
_HOUSE = r"(?:[A-Z]{1,2}-?)?\d{1,4}[A-Za-z]?(?:[/-]\d{1,4}[A-Za-z]?){0,3}(?![\w.%])"
_LANE = r"(?: (?i:hem|kiet|ngo|ngach) \d{1,4}(?:/\d{1,4}){0,3},?)"
_STREET = r"(?i:duong|pho|d\.|dai lo) ?"
_ON_STREET = rf"(?:,? {_STREET})? ?{_STREET_NAME}"
_ROAD = r"(?i:quoc lo|tinh lo|ql|tl|dt) ?\d{1,3}[A-Z]?"
_BARE_ADDRESS = re.compile(
    rf"(?<![\w/.-])\d{{1,4}}[A-Z]?(?:/\d{{1,4}}[A-Z]?){{0,3}} (?P<family>{_WORD})(?: {_WORD}){{1,3}}"
)
_HAMLET = r"(?i:thon|ap|xom|khom|buon|bon|khu pho|tdp|to dan pho)"
_HAMLET_NAME = r"(?:\d{1,3}[A-Za-z]?(?!\w)|[^\W\d_]{1,12}(?: [^\W\d_]{1,12})?)"
# In a lane with a name; a number alone may count lanes, so that it wants a word or a stroke.
_IN_LANE = (
    rf"(?<![\w/.-])(?:(?i:so nha|so) {_HOUSE}|\d{{1,4}}[A-Za-z]?(?:/\d{{1,4}}[A-Za-z]?){{1,3}}),?"
    rf" (?i:hem|kiet|ngo|ngach) (?:{_STREET})?{_STREET_NAME}"
)
_ADDRESSES = (
    re.compile(_IN_LANE),
    re.compile(rf"(?<!\w)(?i:to \d{{1,3}},? (?:khu pho|thon|ap|tdp) \d{{1,2}},? so nha) {_HOUSE}"),
    re.compile(rf"(?<!\w)(?i:so nha|so) {_HOUSE}(?:,?{_LANE})?(?:,? {_ROAD}|{_ON_STREET})"),
    re.compile(rf"(?<!\w)(?i:so nha|so) {_HOUSE},? {_HAMLET} {_HAMLET_NAME}"),
    re.compile(rf"(?<!\w)(?i:so nha|(?<=nha )so) {_HOUSE}{_LANE}?"),
    re.compile(rf"(?<![\w/.-]){_HOUSE},?{_LANE}? {_STREET}{_STREET_NAME}"),
    re.compile(
        rf"(?<!\w)[A-Z]{{1,2}}\d{{0,2}}[-.]\d{{1,4}}(?:[-.]\d{{1,2}})?,? (?i:chung cu) {_STREET_NAME}"
    ),
    re.compile(rf"(?<![\w/.-])\d{{1,4}}[A-Z]?/\d{{1,4}}[A-Z]?,? (?i:khu|ap|thon|xom|khom) {_STREET_NAME}"),
    _BARE_ADDRESS,
)
_NO_HOUSE = re.compile(
    r"(?:\b(?:tu|den|hem|kiet|to|thon|ap|phuong|xa|khu pho|khom|km|dieu|khoan|lop|tang|ngay|thang|nam|quan"
    r"|pho|lan|khoa|quoc lo|tinh lo|ql|duong|hang|cap|bon|doi|quyet dinh|van ban|nghi dinh|thong tu|luat"
    r"|cong van|ho so)"
    r"|\d|\b(?:tu|den) so) ?$",
    re.IGNORECASE,
)

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", _EMAIL),
    ("parcel", _PARCEL),
    ("parcel", _LAND_CERTIFICATE),
    ("plate", _BOAT),
    ("bank_account", _ACCOUNT),
    ("identity", _PASSPORT),
    ("identity", _IDENTITY_CUE),
    ("identity", _HEALTH_CARD),
    ("identity", _CITIZEN_CARD),
    ("identity", _BIRTH),
    ("phone", _SPELT_PHONE),
    ("phone", _PHONE),
    ("identity", _LONG_NUMBER),
    ("plate", _PLATE),
    ("plate", _SMALL_PLATE),
    ("identity", _CODE),
    *(("address", pattern) for pattern in _ADDRESSES),
)
"""In this order: what an earlier rule took is not read again."""


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    pattern: re.Pattern[str]
    match: re.Match[str]
    start: int
    before: str
    """What stands before the span, 80 characters at most."""


def number_spans(text: str) -> list[tuple[str, int, int]]:
    """Give (kind, start, end) of what is found, without overlap; kinds as in `PersonalDataKind`."""
    plain = bare(text)
    found: list[tuple[str, int, int]] = []
    taken = bytearray(len(plain))
    for kind, pattern in _RULES:
        for start, end in _spans_of(kind, pattern, plain):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append((kind, start, end))
    return sorted(found, key=lambda span: span[1])


def _spans_of(kind: str, pattern: re.Pattern[str], plain: str) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(plain):
        start, end = match.span("value" if match.groupdict().get("value") else 0)
        if _is_harmless(_Found(kind, pattern, match, start, plain[max(0, start - 80) : start])):
            continue
        yield start, end
        following = _NEXT_NUMBER.match(plain, end) if pattern is _IDENTITY_CUE else None
        if following is not None:
            yield following.span("value")


def _is_harmless(found: _Found) -> bool:
    if found.pattern is _PHONE:
        return _is_no_phone(found.match.group()) or _is_public(found)
    if found.pattern in (_IDENTITY_CUE, _LONG_NUMBER, _CODE):
        return _NO_PERSON.search(found.before[-40:]) is not None or _is_public(found)
    if found.pattern is _BARE_ADDRESS and found.match["family"].lower() not in FAMILY_NAMES:
        return True
    return found.kind == "address" and _NO_HOUSE.search(found.before[-14:]) is not None


def _is_public(found: _Found) -> bool:
    """Tell whether a number is one that everybody may call."""
    after = _PUBLIC_AFTER.match(found.match.string, found.match.end())
    return after is not None or _PUBLIC_BEFORE.search(found.before) is not None


def _is_no_phone(written: str) -> bool:
    """A number has 10 digits, or 11 with the area code of a fixed line (02); one may be missing."""
    digits = "".join(char for char in written.lower().replace("o", "0") if char.isdigit())
    if digits.startswith("84"):
        digits = "0" + digits[2:].removeprefix("0")
    return len(digits) not in ({10, 11} if digits.startswith("02") else {9, 10})
