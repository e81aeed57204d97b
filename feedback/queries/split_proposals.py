"""How a mixed message could be split, by what rules and classifier say of each of its sentences."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.domain.routing import Message, RuleError, likely_agencies
from feedback.domain.routing.cutting import PartProposal, propose_parts
from feedback.models import Case
from feedback.queries.routing_data import load_routing_book


def split_proposals(session: Session, case: Case, now: datetime) -> list[tuple[PartProposal, int | None]]:
    """Give the parts proposed for `case`, each with the number of its agency.

    Empty when it is one matter, when no classifier is at hand, and when a rule cannot be evaluated: the
    administrator sees that one elsewhere, and the dispatcher cuts by hand.
    """
    book = load_routing_book(session, now)
    classifier = book.classifier
    if classifier is None:
        return []

    def best(sentence: str) -> tuple[str, float] | None:
        message = Message(subject="", text=sentence, commune_code=case.commune_code)
        ranked = likely_agencies(message, book.data, classifier)
        return (ranked[0].agency_code, ranked[0].score) if ranked else None

    try:
        parts = propose_parts(case.body, best)
    except RuleError:
        return []
    return [(part, book.agency_ids.get(part.agency_code)) for part in parts]
