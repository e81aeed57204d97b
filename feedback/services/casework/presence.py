"""Who else has a form of a case open: a hint, so that two people do not write the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case as sql_case
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.domain.positions import Actor
from feedback.models import Account, Agency, Case, CasePresence

GONE_AFTER = timedelta(minutes=10)
"""Who did nothing with the form for so long is taken to have left it."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody else at the case. name: empty for people of another agency, who are told by their agency."""

    name: str
    agency: Agency | None
    since: datetime


def announce(session: Session, actor: Actor, case: Case, now: datetime) -> None:
    """Note that `actor` has a form of `case` open."""
    agencies = sorted(actor.agency_ids)
    agency_id = case.lead_agency_id if case.lead_agency_id in agencies else next(iter(agencies), None)
    row = insert(CasePresence).values(
        case_id=case.id, account_id=actor.account_id, agency_id=agency_id, since=now, seen_at=now
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["case_id", "account_id"],
            set_={
                "agency_id": row.excluded.agency_id,
                "since": sql_case(
                    (CasePresence.seen_at < now - GONE_AFTER, row.excluded.since), else_=CasePresence.since
                ),
                "seen_at": row.excluded.seen_at,
            },
        )
    )


def others(session: Session, actor: Actor, case: Case, now: datetime) -> list[Present]:
    """Give who else has a form of `case` open, the longest first; names of the actor's own agencies alone."""
    rows = session.execute(
        select(Account.name, CasePresence.agency_id, CasePresence.since, Agency)
        .join(Account, Account.id == CasePresence.account_id)
        .outerjoin(Agency, Agency.id == CasePresence.agency_id)
        .where(
            CasePresence.case_id == case.id,
            CasePresence.account_id != actor.account_id,
            CasePresence.seen_at >= now - GONE_AFTER,
            CasePresence.seen_at <= now,
        )
        .order_by(CasePresence.since)
    )
    known = set(actor.agency_ids)
    return [Present(name if at in known else "", agency, since) for name, at, since, agency in rows]
