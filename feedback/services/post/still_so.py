"""Whether a notice that was held back, or could not leave, still tells of what is so."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from feedback.domain.notices import NoticeKind
from feedback.models import Case, Contribution, Message, Supplement
from feedback.queries.relays import open_relay


def is_over(session: Session, row: Message, case: Case) -> bool:
    """Tell whether a notice that was held or late, or reminds, tells of what is over: the case went on."""
    if row.kind == NoticeKind.RELAY_DUE:
        return case.closed_at is not None or open_relay(session, case.id) is None
    if row.kind == NoticeKind.SUPPLEMENT_REQUEST:
        return not _question_open(session, row, case)
    if row.kind == NoticeKind.UNIT_CASE:
        # Somebody of the unit has it by now, or it went elsewhere.
        elsewhere = row.recipient.startswith("unit:") and row.recipient != f"unit:{case.unit_id}"
        return case.closed_at is not None or case.officer_id is not None or elsewhere
    if row.not_before <= row.created_at:
        return False
    if row.kind == NoticeKind.ASSIGNED_AGENCY:
        # Withdrawn or closed within the minutes it was held: the agency hears that, and not that it has it.
        have_it = {case.lead_agency_id, *case.co_agency_ids}
        gone = row.recipient.startswith("agency:") and row.recipient not in {
            f"agency:{agency_id}" for agency_id in have_it
        }
        return case.closed_at is not None or gone
    if row.kind == NoticeKind.ASSIGNED_OFFICER and row.recipient.startswith("account:"):
        return row.recipient != f"account:{case.officer_id}"
    if row.kind == NoticeKind.CONTRIBUTION_DUE:
        return case.closed_at is not None or not _part_awaited(session, row, case)
    return row.kind == NoticeKind.MERGED and case.merged_into_id is None


def _question_open(session: Session, row: Message, case: Case) -> bool:
    """Tell whether the question that a notice carries still waits; a case has one question at a moment."""
    waits = (Supplement.replied_at.is_(None), Supplement.expired_at.is_(None))
    asked = exists().where(Supplement.case_id == case.id, Supplement.asked_at == row.created_at, *waits)
    return bool(session.scalar(select(asked)))


def _part_awaited(session: Session, row: Message, case: Case) -> bool:
    """Tell whether the agency that a reminder goes to, or to whose reader, still owes its part."""
    kind, _, number = row.recipient.partition(":")
    awaited = [
        Contribution.case_id == case.id,
        Contribution.answered_at.is_(None),
        Contribution.ended_at.is_(None),
    ]
    if kind == "agency":
        awaited.append(Contribution.agency_id == int(number))
    return bool(session.scalar(select(exists().where(*awaited))))
