"""What a dossier holds, gathered once for its page and for its PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.domain.positions import Actor
from feedback.models import Answer, Attachment, Case
from feedback.queries.case_file import CaseFile, read_case_file
from feedback.queries.law_book import load_law_book
from feedback.queries.lists.agency_search import known_agencies
from feedback.web.inbox.event_details import Reader
from feedback.web.inbox.summary import ClockView, clocks_of
from feedback.web.inbox.timeline import Entry, timeline_of


@dataclass(frozen=True, slots=True)
class DossierContent:
    """The file of a case in the order of a dossier, its course from the beginning. Nothing tells who sent it.

    files: each stored file once. answers: those that went out.
    """

    case: Case
    file: CaseFile
    clocks: Sequence[ClockView]
    files: Sequence[Attachment]
    answers: Sequence[Answer]
    timeline: Sequence[Entry]
    actor: Actor
    now: datetime


def dossier_content(session: Session, actor: Actor, case: Case, now: datetime) -> DossierContent:
    """Gather the dossier of a case that `actor` may read whole."""
    file = read_case_file(session, case)
    book = load_law_book(session, now)
    reader = Reader(file, known_agencies(session, now), book)
    return DossierContent(
        case=case,
        file=file,
        clocks=clocks_of(case, file.deadlines, book, now),
        files=list({row.storage_key: row for row in reversed(file.attachments)}.values())[::-1],
        answers=[row for row in file.answers if row.status == "approved"],
        timeline=timeline_of(file, reader)[::-1],
        actor=actor,
        now=now,
    )
