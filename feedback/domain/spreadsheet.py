"""Texts for a spreadsheet: what somebody wrote must come back as text and never run as a formula."""

_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def defused(text: str) -> str:
    """Give `text` so that a spreadsheet takes it for text: an apostrophe before what would begin a formula.

    Blanks before the sign do not hide it; full-width signs count too (OWASP, CSV injection).
    """
    bare = text.lstrip(" \u00a0\u3000\ufeff\u200b")
    return f"'{text}" if bare[:1] in _STARTS and bare else text
