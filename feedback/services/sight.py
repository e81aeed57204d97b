"""Lending a transaction sight of a row that row-level security would hide, for as long as a block lasts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import Scope, current_scope, set_scope
from feedback.models import Submitter


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sent a case, as it was given; empty texts for what was not."""

    name: str
    organisation: str
    business_code: str
    email: str
    phone: str
    address: str


@contextmanager
def _acting_as(session: Session, before: Scope, scope: Scope) -> Iterator[None]:
    session.flush()
    set_scope(session, scope)
    try:
        yield
        session.flush()
    except BaseException:
        # The transaction may already be broken; it is rolled back, only the memory of the scope stays.
        session.info["scope"] = before
        raise
    set_scope(session, before)


def _scope(session: Session) -> Scope:
    scope = current_scope(session)
    if scope is None:
        raise ValueError("a case is changed by somebody: the session has no scope")
    return scope


@contextmanager
def writing(session: Session, case_id: UUID) -> Iterator[None]:
    """Let the block see and write the case `case_id`, also when its writing ends the actor's right to it.

    What the block wrote is flushed before the sight ends.
    """
    before = _scope(session)
    with _acting_as(session, before, replace(before, writing_case=case_id)):
        yield


def identity_of(session: Session, case_id: UUID) -> Identity | None:
    """Read who sent a case, and seal it again at once.

    A verb may use what it reads; to show it to somebody is `identity.reveal`'s alone, which
    records who read it and why.
    """
    before = _scope(session)
    with _acting_as(session, before, replace(before, unsealed_case=case_id)):
        row = session.execute(
            select(
                Submitter.name, Submitter.organisation, Submitter.business_code, Submitter.email,
                Submitter.phone, Submitter.address,
            ).where(Submitter.case_id == case_id)
        ).one_or_none()  # fmt: skip
    return None if row is None else Identity(*row)
