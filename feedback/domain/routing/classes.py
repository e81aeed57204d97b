"""Of which class a message is, and whether it must be kept from the ordinary track.

The two costly mistakes are a denunciation shown to the accused and a crime left lying, so every
word of denunciation, complaint or crime keeps a message from being assigned; and a message is
assigned only when it is recognised as A, B, C or Q, never because it is nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from feedback.domain.lifecycle import CaseClass
from feedback.domain.routing import class_words as lists
from feedback.domain.routing.phrases import PhraseBook, Segment


@dataclass(frozen=True, slots=True)
class Recognition:
    """The class that was recognised, by which reason (a code of `explain_words`) and words.

    `sensitive` is set for what may be a denunciation, a complaint, a crime or a danger to a
    person: its triage is the restricted one.
    """

    case_class: CaseClass | None
    reason: str
    words: tuple[str, ...] = ()
    sensitive: bool = False

    @property
    def assignable(self) -> bool:
        """Whether a message of this class may be assigned without a person looking at it."""
        return self.case_class in (CaseClass.A, CaseClass.B, CaseClass.C, CaseClass.Q)


_SHOWN = 3


def _book(text: str, *, lenient: bool = False) -> PhraseBook:
    return PhraseBook.of(lists.listed(text), lenient=lenient)


_DENUNCIATION = _book(lists.DENUNCIATION, lenient=True)
_SECRECY = _book(lists.SECRECY, lenient=True)
_COMPLAINT = _book(lists.COMPLAINT, lenient=True)
_CRIME = _book(lists.CRIME, lenient=True)
_CHILD = _book(lists.CHILD_OR_DANGER, lenient=True)
_LEGAL_TEXT = _book(lists.LEGAL_TEXT, lenient=True)
_MIXED = _book(lists.MIXED)
_NOT_FOR_GOVERNMENT = _book(lists.NOT_FOR_GOVERNMENT, lenient=True)
_ADVERTISING = _book(lists.ADVERTISING)
_INSULT = _book(lists.INSULT)
_QUESTION = _book(lists.QUESTION)
_PROPOSAL = _book(lists.PROPOSAL)
_PROPOSING = _book(lists.PROPOSING)
_DELAY = _book(lists.DELAY)
_PAPERS = _book(lists.PAPERS)
_CONDUCT = _book(lists.CONDUCT)
_OFFICIAL = _book(lists.OFFICIAL)
_TROUBLE = _book(lists.TROUBLE)
_TAKING = _book(lists.TAKING, lenient=True)
_TAKER = _book(lists.TAKER, lenient=True)
_MONEY_UNITS = frozenset(lists.listed(lists.MONEY_UNITS))
_NUMBER_WORDS = frozenset(lists.listed(lists.NUMBER_WORDS))
_BEFORE_A_PERSON = _book(lists.ACCUSED + "|" + lists.HONORIFIC)


def keep_apart(segments: tuple[Segment, ...]) -> Recognition | None:
    """Return why a message must not be assigned at all, or None when nothing speaks against it."""
    for book, case_class, reason in (
        (_DENUNCIATION, CaseClass.E, "denunciation"),
        (_COMPLAINT, CaseClass.D, "complaint"),
        (_SECRECY, CaseClass.E, "secrecy"),
        (_CRIME, CaseClass.C, "crime"),
        (_CHILD, CaseClass.C, "danger"),
    ):
        words = _found(book, segments)
        if words:
            return Recognition(case_class, reason, words[:_SHOWN], sensitive=True)
    taking = _found(_TAKING, segments) if _found(_TAKER, segments) else ()
    if taking:
        return Recognition(CaseClass.E, "taking", taking[:_SHOWN], sensitive=True)
    if any(_names_a_person(segment) for segment in segments):
        return Recognition(None, "person_named", sensitive=True)
    if _found(_TAKER, segments) and any(_states_an_amount(segment) for segment in segments):
        return Recognition(None, "official_and_money")
    return _not_ours(segments)


def _not_ours(segments: tuple[Segment, ...]) -> Recognition | None:
    words = _found(_INSULT, segments)
    if words:
        return Recognition(CaseClass.X, "insult")
    if _found(_NOT_FOR_GOVERNMENT, segments) or len(_found(_ADVERTISING, segments)) > 1:
        return Recognition(CaseClass.X, "not_for_government")
    words = _found(_LEGAL_TEXT, segments)
    if words:
        return Recognition(CaseClass.F, "legal_text", words[:_SHOWN])
    words = _found(_MIXED, segments)
    if words:
        return Recognition(CaseClass.G, "mixed", words[:_SHOWN])
    return None


def recognise(segments: tuple[Segment, ...], ruled: CaseClass | None) -> Recognition:
    """Recognise A, B, C or Q, or nothing.

    `ruled` is the class that the deciding rule gives by itself. A question goes before a proposal
    and both after a complaint about delay or conduct, which often asks and proposes too.
    """
    conduct = _found(_CONDUCT, segments) if _found(_OFFICIAL, segments) else ()
    if conduct:
        return Recognition(CaseClass.A, "conduct", conduct[:_SHOWN])
    delay = _found(_DELAY, segments) if _found(_PAPERS, segments) else ()
    if delay and ruled is not CaseClass.C:
        return Recognition(CaseClass.A, "delay", delay[:_SHOWN])
    question = _found(_QUESTION, segments)
    proposal = _found(_PROPOSAL, segments) if _found(_PROPOSING, segments) else ()
    trouble = _found(_TROUBLE, segments)
    if question and not trouble:
        return Recognition(CaseClass.Q, "question", question[:_SHOWN])
    if ruled is not None:
        return Recognition(ruled, "class_of_rule")
    if proposal:
        return Recognition(CaseClass.B, "proposal", proposal[:_SHOWN])
    if trouble:
        return Recognition(CaseClass.C, "condition", trouble[:_SHOWN])
    if question or any(segment.asks for segment in segments):
        return Recognition(CaseClass.Q, "question", question[:_SHOWN])
    request = _found(_PROPOSING, segments)
    if request:
        return Recognition(CaseClass.C, "request", request[:_SHOWN])
    return Recognition(None, "class_unknown")


def _found(book: PhraseBook, segments: tuple[Segment, ...]) -> tuple[str, ...]:
    """Return the different phrases found, in the order of their first occurrence."""
    return tuple(dict.fromkeys(hit.phrase for segment in segments for hit in book.find(segment)))


def _states_an_amount(segment: Segment) -> bool:
    """Tell whether a sum of money is named: a number before ngàn, triệu, đồng and the like."""
    return any(
        unit in _MONEY_UNITS and (number in _NUMBER_WORDS or number.isdecimal())
        for number, unit in pairwise(segment.words)
    )


def _names_a_person(segment: Segment) -> bool:
    """Tell whether somebody is called by title or honorific and a name of two words or more.

    Then the message may accuse that person, whatever its words are. Text in capitals or all small
    shows no names.
    """
    if sum(segment.capital) * 5 > len(segment.capital) * 4:
        return False
    for hit in _BEFORE_A_PERSON.find(segment):
        name = segment.capital[hit.end : hit.end + 2]
        joined = segment.follows[hit.end : hit.end + 2]
        if len(name) == 2 and all(name) and all(joined):
            return True
    return False
