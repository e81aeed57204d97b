"""What somebody types into a search field, as the query that PostgreSQL runs."""

from __future__ import annotations

from feedback.domain.search_query import MOST_WORDS, SearchQuery, words_of

SHORTEST_BEGINNING = 3
"""Letters from which a word also finds longer ones; fewer would match half of all words."""


def prefix_query(text: str) -> str | None:
    """Give a tsquery that finds texts holding every word of `text`, marks or not, also as beginnings.

    None when there is no word in it. Letters and digits only go into the query, so nothing that
    somebody types is an operator.
    """
    words = list(dict.fromkeys(words_of(text)))[:MOST_WORDS]
    return " & ".join(f"'{word}':*" for word in words) or None


def matching(typed: SearchQuery) -> str | None:
    """Give the tsquery of the words, phrases and exclusions of a search; None where no word is wanted.

    Only excluding finds nothing by an index: then None too.
    """
    wanted = [f"'{word}'{':*' if len(word) >= SHORTEST_BEGINNING else ''}" for word in typed.words]
    wanted += [phrase(words) for words in typed.phrases]
    if not wanted:
        return None
    return " & ".join([*wanted, *(f"!{phrase(words)}" for words in typed.without)])


def phrase(words: tuple[str, ...]) -> str:
    """Give the part of a tsquery that wants these folded words one after the other."""
    return "(" + " <-> ".join(f"'{word}'" for word in words) + ")"
