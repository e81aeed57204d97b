"""The places of a province as values: communes of today, names of before, and an index by name.

Built once from rows (nothing is read from a file or a database here) and then only read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from feedback.domain.text import read_words


class PlaceKind(StrEnum):
    """Kinds of administrative units that a name can belong to, today's and former ones."""

    XA = "xa"
    PHUONG = "phuong"
    DAC_KHU = "dac_khu"
    THI_TRAN = "thi_tran"
    HUYEN = "huyen"
    THI_XA = "thi_xa"
    THANH_PHO = "thanh_pho"
    TINH = "tinh"


_PREFIXES = {
    "Đặc khu": PlaceKind.DAC_KHU,
    "Thị trấn": PlaceKind.THI_TRAN,
    "Thị xã": PlaceKind.THI_XA,
    "Thành phố": PlaceKind.THANH_PHO,
    "Phường": PlaceKind.PHUONG,
    "Huyện": PlaceKind.HUYEN,
    "Quận": PlaceKind.HUYEN,
    "Tỉnh": PlaceKind.TINH,
    "Xã": PlaceKind.XA,
}
COMMUNE_KINDS = frozenset({PlaceKind.XA, PlaceKind.PHUONG, PlaceKind.DAC_KHU, PlaceKind.THI_TRAN})
DISTRICT_KINDS = frozenset({PlaceKind.HUYEN, PlaceKind.THI_XA, PlaceKind.THANH_PHO})

_NUMBER_WORDS = dict(zip("12345678", ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám"), strict=True))
_FINAL_Y = re.compile(r"(?<![aeou])y$|(?<=^qu)y$")
_MAX_LABEL_WORDS = 8


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, ward or special zone of today; `name` carries its kind ("Phường Mũi Né")."""

    code: str
    name: str
    province: str


@dataclass(frozen=True, slots=True)
class OldPlace:
    """A former commune and one commune of today that took it, or a part of it when `was_split`, over."""

    province: str
    district: str
    name: str
    commune_code: str
    was_split: bool


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a name can mean, and the communes of today that lie there.

    `toned` are the words of the name with marks. `exact` is false for a shortened name
    (Xuân Hương for Xuân Hương - Đà Lạt). `districts` are the keys of the former districts
    that it belonged to.
    """

    kind: PlaceKind
    toned: tuple[str, ...]
    codes: frozenset[str]
    current: bool
    exact: bool
    districts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Label:
    """A name as it is shown while somebody types, with the key that typing is compared with."""

    key: str
    name: str
    old_name: str | None
    commune_code: str


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The places of a province, indexed by name. Immutable; build it once and share it."""

    communes: dict[str, Commune]
    senses: dict[tuple[str, ...], tuple[Sense, ...]] = field(repr=False)
    longest: dict[str, int] = field(repr=False)
    """For the first word of a name, how many words the longest name with it has."""
    labels: tuple[Label, ...] = field(repr=False)
    label_starts: tuple[tuple[str, int], ...] = field(repr=False)
    """(rest of the key from a word on, position in `labels`), sorted."""
    provinces: frozenset[str] = frozenset()

    def commune(self, code: str) -> Commune | None:
        """Return the commune with this code, or None."""
        return self.communes.get(code)

    @classmethod
    def build(cls, communes: Iterable[Commune], old_places: Iterable[OldPlace]) -> Gazetteer:
        """Index the rows. A former place whose commune is not among `communes` is left out."""
        by_code = {commune.code: commune for commune in communes}
        old = [place for place in old_places if place.commune_code in by_code]
        index = _index(by_code, old)
        longest: dict[str, int] = {}
        for key in index:
            longest[key[0]] = max(longest.get(key[0], 0), len(key))
        labels = _labels(by_code, old)
        provinces = {split_name(place.province)[1] for place in old}
        return cls(
            communes=by_code,
            senses={key: tuple(senses) for key, senses in index.items()},
            longest=longest,
            labels=labels,
            label_starts=_label_starts(labels),
            provinces=frozenset(" ".join(place_key(name)) for name in provinces),
        )


def split_name(name: str) -> tuple[PlaceKind, str]:
    """Split "Phường Mũi Né" into its kind and "Mũi Né". Raises ValueError when no kind stands first."""
    for prefix, kind in _PREFIXES.items():
        if name.startswith(prefix + " "):
            return kind, name[len(prefix) + 1 :]
    raise ValueError(f"no kind of place at the start of {name!r}")


def spell(folded_word: str) -> str:
    """Write a final y as i, as names have both (Phú Quý, Phú Quí); ay, ey, oy, uy stay."""
    return _FINAL_Y.sub("i", folded_word)


def place_key(name: str) -> tuple[str, ...]:
    """Return the words of a place's name as they are compared: without marks, i for y."""
    return tuple(spell(word) for word in read_words(name).folded)


def _index(communes: dict[str, Commune], old: list[OldPlace]) -> dict[tuple[str, ...], list[Sense]]:
    index: dict[tuple[str, ...], list[Sense]] = defaultdict(list)
    districts_of: dict[str, set[str]] = defaultdict(set)
    codes_of_district: dict[str, set[str]] = defaultdict(set)
    codes_of_old: dict[tuple[str, str], set[str]] = defaultdict(set)
    for place in old:
        district = " ".join(place_key(split_name(place.district)[1]))
        districts_of[place.commune_code].add(district)
        codes_of_district[place.district].add(place.commune_code)
        codes_of_old[place.name, place.district].add(place.commune_code)
    district_keys = sorted(
        {place_key(split_name(name)[1]) for name in codes_of_district}, key=len, reverse=True
    )
    for commune in communes.values():
        kind, core = split_name(commune.name)
        districts = frozenset(districts_of[commune.code])
        codes = frozenset({commune.code})
        _add(index, core, kind, codes, districts, current=True)
        short = _without_district(core, district_keys)
        if " " in short or short.isdigit():
            _add(index, short, kind, codes, districts, current=True, exact=False)
    for (name, district), codes_set in codes_of_old.items():
        kind, core = split_name(name)
        inside = frozenset({" ".join(place_key(split_name(district)[1]))})
        _add(index, core, kind, frozenset(codes_set), inside, current=False)
    for district, codes_set in codes_of_district.items():
        kind, core = split_name(district)
        inside = frozenset({" ".join(place_key(core))})
        _add(index, core, kind, frozenset(codes_set), inside, current=False)
    return index


def _without_district(core: str, district_keys: list[tuple[str, ...]]) -> str:
    """Return the name without the district that ends it: Xuân Hương - Đà Lạt is Xuân Hương."""
    words, key = read_words(core).toned, place_key(core)
    for district in district_keys:
        if len(key) > len(district) and key[-len(district) :] == district:
            return " ".join(words[: -len(district)])
    return ""


def _add(
    index: dict[tuple[str, ...], list[Sense]],
    core: str,
    kind: PlaceKind,
    codes: frozenset[str],
    districts: frozenset[str],
    *,
    current: bool,
    exact: bool = True,
) -> None:
    spellings = {core}
    if "'" in core:
        spellings.add(core.replace("'", " "))
    if core[-1] in _NUMBER_WORDS and " " in core:
        spellings.add(core[:-1] + _NUMBER_WORDS[core[-1]])
    for spelling in spellings:
        toned = tuple(read_words(spelling).toned)
        sense = Sense(kind, toned, codes, current, exact and spelling == core, districts)
        index[place_key(spelling)].append(sense)


def _labels(communes: dict[str, Commune], old: list[OldPlace]) -> tuple[Label, ...]:
    """List what typing can find: today's names first, then the former ones that differ."""
    labels = [Label(_label_key(row.name), row.name, None, row.code) for row in communes.values()]
    labels.sort(key=lambda label: label.key)
    former = []
    for place in old:
        now = communes[place.commune_code]
        own_key = place_key(place.name)
        if place_key(now.name) in (own_key, own_key + place_key(split_name(place.district)[1])):
            continue
        shown = f"{place.name}, {place.district}, {place.province}"
        former.append(Label(_label_key(f"{place.name} {place.district}"), now.name, shown, now.code))
    former.sort(key=lambda label: (label.key, label.commune_code))
    return (*labels, *former)


def _label_key(name: str) -> str:
    return " ".join(place_key(name)[:_MAX_LABEL_WORDS])


def _label_starts(labels: tuple[Label, ...]) -> tuple[tuple[str, int], ...]:
    starts: set[tuple[str, int]] = set()
    for position, label in enumerate(labels):
        words = label.key.split()
        starts.update((" ".join(words[first:]), position) for first in range(len(words)))
    return tuple(sorted(starts))
