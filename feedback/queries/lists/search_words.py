"""What somebody types into a search field, as the query that PostgreSQL runs."""

from __future__ import annotations

import re

from feedback.domain.text import fold

MOST_WORDS = 8
LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")


def prefix_query(text: str) -> str | None:
    """Give a tsquery that finds texts holding every word of `text`, marks or not, also as beginnings.

    None when there is no word in it. Letters and digits only go into the query, so nothing that
    somebody types is an operator.
    """
    words = list(dict.fromkeys(_WORD.findall(fold(text))))[:MOST_WORDS]
    return " & ".join(f"'{word[:LONGEST_WORD]}':*" for word in words) or None
