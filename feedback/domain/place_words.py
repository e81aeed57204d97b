"""Words that stand around the names of places, in the spelling compared (no marks, a final y as i)."""

from __future__ import annotations

from feedback.domain.gazetteer import PlaceKind


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_XA = frozenset({PlaceKind.XA})
_PHUONG = frozenset({PlaceKind.PHUONG})
_THI_TRAN = frozenset({PlaceKind.THI_TRAN})
_DAC_KHU = frozenset({PlaceKind.DAC_KHU})
_HUYEN = frozenset({PlaceKind.HUYEN})
_THI_XA = frozenset({PlaceKind.THI_XA})
_THANH_PHO = frozenset({PlaceKind.THANH_PHO})

KINDS: dict[str, frozenset[PlaceKind]] = {
    "xa": _XA,
    "x": _XA,
    "ubnd xa": _XA,
    "phuong": _PHUONG,
    "p": _PHUONG,
    "ph": _PHUONG,
    "phg": _PHUONG,
    "f": _PHUONG,
    "thi tran": _THI_TRAN,
    "tt": _THI_TRAN,
    "ttr": _THI_TRAN,
    "dac khu": _DAC_KHU,
    "dk": _DAC_KHU,
    "huyen": _HUYEN,
    "h": _HUYEN,
    "thi xa": _THI_XA,
    "tx": _THI_XA,
    "thanh pho": _THANH_PHO,
    "tp": _THANH_PHO,
    "tinh": frozenset({PlaceKind.TINH}),
}
"""Kinds before a name, one or two words, and what they can mean."""

SHORT_KINDS = frozenset({"phg", "ttr"})
"""Kinds that nobody writes with marks."""

BEFORE_A_NAME = _set(
    """o tai ben gan khu cho ve tren duoi phia vung xuong vo ra qua den tu dia kcn nghiep xom ga cang bai
    deo cau ho dao tram tran cum nong dau que hoc pho xung lien"""
)
"""Words after which a name is the name of a place even without capitals (or marks)."""

NOT_A_PLACE = _set(
    """duong ong ba anh chi em chau ten nguyen le pham thon to ap bon buon lang hem ngo cty ti con bac chu
    co thay bo toi la nhan hieu mang hang quan tiem nha"""
)
"""Words after which a name is that of a street, a person, a hamlet or a firm."""

ORDINARY = frozenset({"lien hiep", "nhan dao", "nhan co", "chi cong", "bao thuan", "hoa binh", "binh an"})
"""Names that are ordinary words too when they are written small; those of two words that texts of laws and
procedures hold, and the two commonest besides."""

CROSSROADS = frozenset({"nga ba", "nga tu", "nga nam"})
"""Pairs of words that do the same."""

NUMBERED = _set("pho to thon xom ap khu tdp")
"""Words after which a number leads to a name: "tổ 14 phường B'Lao", "khu phố 3 Đạ Tẻh"."""

FORMER = frozenset({"truoc day", "truoc kia", "hoi truoc", "ngay truoc"})
"""What follows the name of a place that is no more, besides "cũ"."""

OTHER_PROVINCES = frozenset(
    {
        "an giang", "bac giang", "bac kan", "bac lieu", "bac ninh", "ben tre", "binh dinh", "binh duong",
        "binh phuoc", "binh thuan", "ca mau", "can tho", "cao bang", "da nang", "dak lak", "dak nong",
        "dien bien", "dong nai", "dong thap", "gia lai", "ha giang", "ha nam", "ha noi", "ha tinh",
        "hai duong", "hai phong", "hau giang", "hoa binh", "hung yen", "khanh hoa", "kien giang", "kon tum",
        "lai chau", "lam dong", "lang son", "lao cai", "long an", "nam dinh", "nghe an", "ninh binh",
        "ninh thuan", "phu tho", "phu yen", "quang binh", "quang nam", "quang ngai", "quang ninh",
        "quang tri", "soc trang", "son la", "tai ninh", "thai binh", "thai nguyen", "thanh hoa", "hue",
        "tien giang", "tra vinh", "tuyen quang", "vinh long", "vinh phuc", "yen bai", "sai gon",
    }
)  # fmt: skip
"""Provinces: such a name alone is not one of the communes that share it."""
