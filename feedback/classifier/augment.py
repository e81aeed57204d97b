"""Other ways in which the same message could have been written, for training.

Everything follows from the text itself, so that training gives the same model every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from zlib import crc32

from feedback.domain.text import fold

PLACE = "{x}"
"""Where a training message leaves room for the name of a commune."""

_OPENINGS = (
    "", "", "", "Kính gửi cơ quan chức năng.", "Kính gửi ủy ban nhân dân tỉnh.", "Tôi xin phản ánh việc sau.",
    "Em chào anh chị ạ.", "Thưa các bác,", "Nhờ các anh xem giùm:", "Bà con tụi tui xin trình bày.",
    "Cho tôi phản ánh chút.", "Alo cho em báo cái này.", "Dạ con xin báo,", "Kính đề nghị xem xét:",
    "Hôm trước tôi có gọi điện mà không ai nghe.", "Mấy bữa nay rồi,",
    "Doanh nghiệp chúng tôi có ý kiến như sau.",
    "Nói thiệt là bực mình quá,", "Ở {x},", "Chỗ tui ở {x} có chuyện này.", "Nhà em ở {x}.",
    "Tại địa bàn {x}:",
    "Gia đình tôi cư trú tại {x}.", "Sáng nay", "Từ tháng trước tới giờ", "Phản ánh của người dân {x}.",
)  # fmt: skip
_CLOSINGS = (
    "", "", "", "Mong sớm được giải quyết.", "Đề nghị cơ quan chức năng kiểm tra, xử lý.", "Xin cảm ơn.",
    "Nhờ xem giùm bà con.", "Mong được hồi âm.", "Cảm ơn anh chị nhiều ạ.", "Sao kỳ vậy trời.",
    "Ai chịu trách nhiệm đây?", "Kính mong quan tâm.", "giúp em với ạ", "Dân khổ lắm rồi.",
    "Trân trọng cảm ơn.", "Tôi có hình ảnh kèm theo.", "Xin gọi lại cho tôi.",
    "Hơn mười hộ ở {x} bị như vậy.",
)  # fmt: skip
_ASKING = (
    "Cho tôi hỏi", "Xin hỏi", "Em muốn hỏi", "Kính đề nghị hướng dẫn", "Nhờ tư vấn giúp",
    "Anh chị cho em hỏi",
    "Doanh nghiệp xin được hướng dẫn", "Câu hỏi:", "Thủ tục", "Hồ sơ", "Trình tự, thời hạn",
    "Cần điều kiện gì để",
    "Tôi muốn làm", "Lệ phí của thủ tục", "Nộp ở đâu:",
)  # fmt: skip
_ASKED_OF = ("", "cần giấy tờ gì?", "nộp ở đâu ạ?", "mất bao lâu?", "như thế nào?", "gồm những gì?")
_SOUTH = {
    "không": ("hổng", "hông", "không"), "vậy": ("dzậy", "vầy"), "quá": ("quá trời", "dữ"),
    "tôi": ("tui", "mình"),
    "bây giờ": ("giờ",), "như thế": ("như vậy",), "vào": ("vô",), "bố": ("ba",), "mẹ": ("má",),
    "xem": ("coi",),
    "hỏng": ("hư",), "lợn": ("heo",), "ngã": ("té",), "thế nào": ("sao", "răng"), "gì": ("chi",),
    "này": ("ni", "nầy"),
    "bảo": ("biểu", "nói"), "giúp": ("giùm", "dùm"), "nhiều": ("quá chừng",), "rồi": ("rùi",),
}  # fmt: skip
_TEEN = {
    "không": "k", "được": "dc", "gì": "j", "vậy": "z", "rồi": "r", "với": "vs", "cũng": "cx", "người": "ng",
    "bao nhiêu": "bn", "biết": "bít", "quá": "wá", "phường": "p", "giờ": "h", "thôi": "thui", "anh": "a",
    "em": "e", "chị": "c", "mình": "mk", "trong": "trog", "nhà": "nhà", "hồ sơ": "hs", "công ty": "cty",
    "nhân viên": "nv", "bệnh viện": "bv", "điện thoại": "đt", "kiểm tra": "ktra", "học sinh": "hs",
    "công nhân": "cn", "bảo hiểm": "bh", "giáo viên": "gv", "đường": "đg", "doanh nghiệp": "dn",
    "khu công nghiệp": "kcn", "phản ánh": "pa", "ủy ban": "ub", "bảo hiểm y tế": "bhyt",
}  # fmt: skip


def chance(text: str, salt: str) -> Random:
    """Return a source of chance that depends on the text and `salt` alone."""
    return Random(crc32(f"{salt}|{text}".encode()))  # noqa: S311 - varies training texts, guards nothing


def placed(text: str, places: Sequence[str], luck: Random) -> str:
    """Fill the room for a place with one of `places`; now and then write it in short or in small letters."""
    while PLACE in text:
        name = luck.choice(places)
        if luck.random() < 0.3:
            name = name.lower()
        if luck.random() < 0.15:
            name = name.replace("phường ", "p ").replace("Phường ", "P. ")
        text = text.replace(PLACE, name, 1)
    return text


def framed(text: str, luck: Random) -> str:
    """Put a usual opening and closing around a text."""
    return " ".join(filter(None, (luck.choice(_OPENINGS), text, luck.choice(_CLOSINGS))))


def asked(title: str, luck: Random) -> str:
    """Turn the title of a procedure into what somebody asks about it."""
    shown = title[:1].lower() + title[1:]
    tail = luck.choice(_ASKED_OF)
    return f"{luck.choice(_ASKING)} {shown} {tail}".strip()


def southern(text: str, luck: Random) -> str:
    """Write some words as the South and the Central coast say them."""
    for word, others in _SOUTH.items():
        if luck.random() < 0.6:
            text = text.replace(f" {word} ", f" {luck.choice(others)} ")
    return text


def chatty(text: str, luck: Random) -> str:
    """Write a text as in a chat: small letters, short forms, few stops."""
    text = text.lower()
    for word, short in sorted(_TEEN.items(), key=lambda pair: -len(pair[0])):
        if luck.random() < 0.7:
            text = text.replace(f" {word} ", f" {short} ")
    return text.replace(".", "").replace(",", "") if luck.random() < 0.5 else text


def mistyped(text: str, luck: Random, share: float = 0.06) -> str:
    """Make typing errors in `share` of the words: letters dropped, doubled or swapped, marks lost."""
    words = text.split(" ")
    for position, word in enumerate(words):
        if len(word) < 3 or luck.random() >= share:
            continue
        at = luck.randrange(1, len(word) - 1)
        kind = luck.randrange(4)
        if kind == 0:
            words[position] = word[:at] + word[at + 1 :]
        elif kind == 1:
            words[position] = word[:at] + word[at] + word[at:]
        elif kind == 2:
            words[position] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        else:
            words[position] = fold(word)
    return " ".join(words)


def without_marks(text: str) -> str:
    """Write a text without diacritics."""
    return fold(text)


def variants(text: str, places: Sequence[str], count: int) -> list[str]:
    """Return `count` ways to write a hand-written training text; the first keeps nearest to it."""
    kept: list[str] = []
    for number in range(count):
        luck = chance(text, f"v{number}")
        written = text if number == 0 else framed(text, luck)
        style = luck.random()
        if number and style < 0.3:
            written = southern(written, luck)
        elif number and style < 0.55:
            written = chatty(written, luck)
        elif number and style < 0.75:
            written = mistyped(written, luck)
        kept.append(placed(written, places, luck))
    return kept
