"""What somebody is typing into a form of a case, kept on the server as theirs alone until it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback.domain.positions import Actor
from feedback.domain.text import clean_text
from feedback.models import Case, FormDraft, RestrictedAccess
from feedback.services.errors import InvalidInput

MOST = 100_000
"""The most characters that a form's kept fields may have together."""

KEPT_FOR = timedelta(days=30)
"""How long a draft stays that nobody comes back to."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft: its fields as a browser would send them, when it was saved, on which version of the case."""

    fields: Mapping[str, list[str]]
    saved_at: datetime
    case_version: int


def keep(
    session: Session,
    actor: Actor,
    case: Case,
    form: str,
    fields: Mapping[str, Sequence[str]],
    *,
    now: datetime,
    case_version: int | None = None,
) -> None:
    """Keep what `actor` typed into `form` of `case`, over what was kept before.

    case_version: of the page that was typed into; None for the case as it is. Leaves no event: it is no act.
    Raises InvalidInput of ``form``, ``too_long``.
    """
    cleaned = {name: [clean_text(value) for value in values] for name, values in fields.items()}
    text = json.dumps(cleaned, ensure_ascii=False)
    if len(text) > MOST:
        raise InvalidInput("form", "too_long")
    values = {"fields": text, "case_version": case_version or case.version, "saved_at": now}
    key = {"case_id": case.id, "account_id": actor.account_id, "form": form}
    session.execute(
        insert(FormDraft).values(**key, **values).on_conflict_do_update(index_elements=list(key), set_=values)
    )


def kept(session: Session, actor: Actor, case: Case, form: str) -> Kept | None:
    """Give what `actor` typed into `form` of `case` and has not sent."""
    row = session.execute(
        select(FormDraft.fields, FormDraft.saved_at, FormDraft.case_version).where(
            FormDraft.case_id == case.id,
            FormDraft.account_id == actor.account_id,
            FormDraft.form == form,
            FormDraft.fields != "",
        )
    ).one_or_none()
    return None if row is None else Kept(json.loads(row[0]), row[1], row[2])


def drop(session: Session, actor: Actor, case: Case, form: str) -> None:
    """Empty a draft: it was sent, or is not wanted any more.

    To be called before the verb, whose success may end the actor's sight of the case; a verb that fails
    takes the emptying back with it.
    """
    session.execute(
        update(FormDraft)
        .where(
            FormDraft.case_id == case.id,
            FormDraft.account_id == actor.account_id,
            FormDraft.form == form,
        )
        .values(fields="")
    )


def drop_old(session: Session, now: datetime) -> int:
    """Empty drafts that nobody came back to within KEPT_FOR, and those whose case is closed to their writer.

    So are those of cases that were anonymised, and of cases set apart for who is not on the access list: they
    see neither case nor draft any more, and no one else may write a draft but its own writer.
    For a worker, whose scope sees every draft; running it twice does no harm. Gives how many it emptied.
    """
    anonymised = select(Case.id).where(Case.anonymised_at.is_not(None))
    listed = exists().where(
        RestrictedAccess.case_id == FormDraft.case_id,
        RestrictedAccess.account_id == FormDraft.account_id,
        RestrictedAccess.ended_at.is_(None),
    )
    apart = select(Case.id).where(Case.restricted_at.is_not(None))
    done = session.execute(
        update(FormDraft)
        .where(
            FormDraft.fields != "",
            or_(
                FormDraft.saved_at < now - KEPT_FOR,
                FormDraft.case_id.in_(anonymised),
                and_(FormDraft.case_id.in_(apart), ~listed),
            ),
        )
        .values(fields="")
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
