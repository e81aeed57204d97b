"""Whether a message that comes in is asked about first: does it repeat what was reported already?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.domain.following import may_join
from feedback.domain.places import find_places
from feedback.domain.routing import Message, RuleError, decide
from feedback.domain.submission import Submission
from feedback.queries.public.place_suggestions import load_gazetteer
from feedback.queries.public.reported import Reported, already_reported
from feedback.queries.routing_data import RoutingBook, load_routing_book


def reported_before(session: Session, submission: Submission, now: datetime) -> list[Reported]:
    """Give the cases that the sender of `submission` is shown before it is received; mostly none.

    None either for what must not wait for a question: what may be a denunciation, a complaint or a crime,
    what cannot wait, and what concerns somebody's own dossier. Without a commune nothing is compared.
    """
    text = f"{submission.title} . {submission.body}"
    commune = submission.commune_code
    if commune is None:
        commune = find_places(text, submission.place_text, load_gazetteer(session, now)).commune_code
    if commune is None:
        return []
    found = already_reported(session, text, commune, now)
    # The reading costs more than the look-up, and most messages have no like.
    return found if found and _may_wait(submission, load_routing_book(session, now)) else []


def _may_wait(submission: Submission, routing: RoutingBook) -> bool:
    message = Message(
        subject=submission.title,
        text=submission.body,
        place_text=" ".join(filter(None, (submission.place_text, submission.place_detail))),
        commune_code=submission.commune_code,
        field_code=None if submission.field_id is None else routing.field_codes.get(submission.field_id),
        submitter_kind=str(submission.submitter_kind),
    )
    try:
        return may_join(decide(message, routing.data, routing.classifier))
    except RuleError:
        return False
