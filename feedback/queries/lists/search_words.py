"""What somebody types into a search field, as the query that PostgreSQL runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import cast, func, literal, literal_column
from sqlalchemy.dialects.postgresql import TSQUERY

from feedback.domain.search_query import MOST_WORDS, SearchQuery, words_of


def asking(words: str, marks: Sequence[str] = ()) -> Any:
    """Give the tsquery, as SQL, of `words` (what the functions below give) and of all of `marks`.

    The words go through the parser that read the texts, which does not always leave one whole: of ``1e4e`` it
    makes a number and a letter. Marks (``'@a12'``, ``!('@sopen')``) are what no parser gives, and are cast.
    """
    parsed = func.to_tsquery(literal_column("'simple'::regconfig"), words)
    return parsed.op("&&")(cast(literal(" & ".join(marks)), TSQUERY)) if marks else parsed


def prefix_query(text: str) -> str | None:
    """Give a tsquery that finds texts holding every word of `text`, marks or not, also as beginnings.

    For short lists and for people who know no operators: the published answers, the cases to merge into. None
    when there is no word in it. Letters and digits only go into the query, so nothing that somebody types is
    an operator.
    """
    words = list(dict.fromkeys(words_of(text)))[:MOST_WORDS]
    return " & ".join(f"'{word}':*" for word in words) or None


def matching(typed: SearchQuery) -> str | None:
    """Give the tsquery of the words, phrases and exclusions of a search; None where no word is wanted.

    Only excluding finds nothing by an index: then None too.
    """
    wanted = [_word(word) for word in typed.words]
    wanted += [phrase(words) for words in typed.phrases]
    if not wanted:
        return None
    return " & ".join([*wanted, *(f"!{phrase(words)}" for words in typed.without)])


def without_order(typed: SearchQuery) -> str | None:
    """Give the tsquery of all that holds the words of `matching`, in whatever order; None where no phrase is.

    The index answers it alone, while a phrase is compared in every text that holds its words.
    """
    if all(len(words) < 2 for words in (*typed.phrases, *typed.without)):
        return None
    wanted = [_word(word) for word in typed.words]
    wanted += [f"'{word}'" for words in typed.phrases for word in words]
    unwanted = [f"!{phrase(words)}" for words in typed.without if len(words) == 1]
    return " & ".join([*wanted, *unwanted]) if wanted else None


def in_notes(typed: SearchQuery) -> str | None:
    """Give the tsquery of the words and phrases that are to stand in a note; None where none is asked for."""
    wanted = [_word(words[0]) if len(words) == 1 else phrase(words) for words in typed.notes]
    return " & ".join(wanted) or None


def _word(word: str) -> str:
    """Give the part of a tsquery that wants a folded word, or with ``*`` behind it one that begins so."""
    return f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'"


def phrase(words: tuple[str, ...]) -> str:
    """Give the part of a tsquery that wants these folded words one after the other."""
    return "(" + " <-> ".join(f"'{word}'" for word in words) + ")"
