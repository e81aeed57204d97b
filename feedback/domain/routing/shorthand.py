"""Shorthand of chats and offices, written out before words are compared."""

from __future__ import annotations

from feedback.domain.text import tokens

_WRITTEN_OUT = {
    "k": "không",
    "ko": "không",
    "kg": "không",
    "hok": "không",
    "hong": "không",
    "hông": "không",
    "khg": "không",
    "dc": "được",
    "đc": "được",
    "đk": "được",
    "j": "gì",
    "ng": "người",
    "ngta": "người ta",
    "nv": "nhân viên",
    "bs": "bác sĩ",
    "bv": "bệnh viện",
    "hs": "hồ sơ",
    "cx": "cũng",
    "r": "rồi",
    "vs": "với",
    "ktra": "kiểm tra",
    "đt": "điện thoại",
    "sđt": "số điện thoại",
    "dvc": "dịch vụ công",
    "tthc": "thủ tục hành chính",
    "bhxh": "bảo hiểm xã hội",
    "bhyt": "bảo hiểm y tế",
    "bhtn": "bảo hiểm thất nghiệp",
    "gplx": "giấy phép lái xe",
    "gpxd": "giấy phép xây dựng",
    "csgt": "cảnh sát giao thông",
    "kcn": "khu công nghiệp",
    "ccn": "cụm công nghiệp",
    "cccd": "căn cước",
    "gcn": "giấy chứng nhận",
    "qlđt": "quản lý đô thị",
    "qltt": "quản lý thị trường",
    "atvstp": "an toàn thực phẩm",
    "attp": "an toàn thực phẩm",
    "tnmt": "tài nguyên môi trường",
    "pccc": "phòng cháy chữa cháy",
    "hkd": "hộ kinh doanh",
    "kd": "kinh doanh",
    "dn": "doanh nghiệp",
    "htx": "hợp tác xã",
    "gv": "giáo viên",
    "ph": "phụ huynh",
    "cb": "cán bộ",
    "vp": "văn phòng",
    "ql": "quốc lộ",
    "nsnn": "ngân sách",
    "ubnd": "ủy ban nhân dân",
}

SHORTHAND = {short: tuple(tokens(meant)) for short, meant in _WRITTEN_OUT.items()}
"""What a word typed alone stands for. A word with another common meaning is not listed."""


def written_out(word: str) -> tuple[str, ...]:
    """Return the words that `word`, one of `tokens`, stands for: itself unless it is shorthand."""
    return SHORTHAND.get(word, (word,))
