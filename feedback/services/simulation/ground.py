"""Where a simulation may take place: never beside what people really wrote."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.domain.calendar import VIETNAM, day_start, local_date
from feedback.models import Account, Case, Position, ProvinceSetting
from feedback.queries.administration.job_runs import ESCALATION, last_as_of
from feedback.queries.law_book import LawBook

MARK = "simulated"
"""The province setting that a database keeps for good once something was simulated in it."""

_DEMONSTRATION = "demonstration_played"
_TERMS = (
    "answer", "contact_urgent", "supplement", "supplement_reply", "complaint_accept", "denunciation_check",
)  # fmt: skip
"""The terms that simulated acts start."""


class NoGround(Exception):
    """Nothing may be simulated here; the text says why, and what to do."""


def check_ground(session: Session, book: LawBook, first: date, last: date, *, invented: bool) -> None:
    """Raise NoGround unless the days from `first` to `last` (Vietnamese dates) may be simulated here.

    invented: the installation is no production one. Its cases are then taken for invented when the
    demonstration was played in it, or something was simulated before.
    """
    if last < first:
        raise NoGround("the last day lies before the first")
    marks = session.scalars(
        select(ProvinceSetting.key).where(ProvinceSetting.key.in_((MARK, _DEMONSTRATION)))
    ).all()
    if session.scalar(select(func.count()).select_from(Case)) and not (invented and marks):
        raise NoGround(
            "this database holds cases that may be real: simulate in one of its own"
            " (FEEDBACK_VAR=some/empty/folder feedback simulate …)"
        )
    computed = last_as_of(session, ESCALATION)
    if computed is not None and day_start(first) < computed:
        raise NoGround(
            f"the ladder was computed until {computed.astimezone(VIETNAM):%Y-%m-%d %H:%M} already: begin"
            f" with a later day than {local_date(computed)}, or simulate in an empty database"
            " (FEEDBACK_VAR=some/empty/folder feedback simulate …)"
        )
    _check_law(book, first)
    if not session.scalar(select(func.count()).select_from(Position).where(Position.valid_from <= first)):
        raise NoGround(f"no position exists on {first}: nobody could work on the cases")


def _check_law(book: LawBook, first: date) -> None:
    try:
        for key in _TERMS:
            book.term(key, day_start(first))
    except LookupError as error:
        raise NoGround(f"the law in this database does not reach back to {first}: {error}") from error


def mark_ground(session: Session, first: date, last: date, at: datetime) -> None:
    """Keep for good that cases of this database are invented."""
    value = f"{first} {last} {at.isoformat()}"
    statement = insert(ProvinceSetting).values(key=MARK, value=value)
    session.execute(
        statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})
    )


def has_staff(session: Session) -> bool:
    """Tell whether anybody has an account here."""
    return bool(session.scalar(select(func.count()).select_from(Account)))
