"""What stands behind an answer: its photos, the points its writer ticked, and what the checks say of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.answer_check import Point, mere_forwarding
from feedback.domain.lifecycle import CaseClass
from feedback.domain.positions import Actor
from feedback.domain.standard_text import gaps
from feedback.domain.submission import MOST_FILES, StoredFile
from feedback.models import Answer, Attachment, Case
from feedback.services.errors import InvalidInput, checked_text


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person sends with the text of an answer.

    ticks: the points they confirm. no_photo_reason: why a field incident is answered without a photo.
    new: files just stored. removed: ids of files that the version had and that are to go.
    """

    ticks: frozenset[Point] = frozenset()
    no_photo_reason: str = ""
    new: Sequence[StoredFile] = ()
    removed: Collection[UUID] = ()


def is_field_incident(case: Case) -> bool:
    """Tell whether a photo can show that the matter is done: a condition or incident (class C)."""
    return case.case_class == CaseClass.C


def files_of(session: Session, answer: Answer | None) -> list[Attachment]:
    """Give the files of a version, the oldest first."""
    if answer is None:
        return []
    query = select(Attachment).where(Attachment.answer_id == answer.id).order_by(Attachment.id)
    return list(session.scalars(query))


def copy_to(session: Session, answer: Answer, files: Iterable[Attachment], now: datetime) -> None:
    """Give an answer of another case rows of its own of `files`, which name the same stored bytes."""
    session.add_all(_row(new_id(), answer, file, file.created_by, now) for file in files)
    session.flush()


def _row(
    row_id: UUID, answer: Answer, file: Attachment | StoredFile, by: int | None, now: datetime
) -> Attachment:
    return Attachment(
        id=row_id, case_id=answer.case_id, origin="answer", name=file.name, media_type=file.media_type,
        size=file.size, sha256=file.sha256, storage_key=file.storage_key, created_at=now, created_by=by,
        answer_id=answer.id,
    )  # fmt: skip


def attach(
    session: Session, actor: Actor, answer: Answer, before: Answer | None, proof: Proof, now: datetime
) -> int:
    """Give `answer` the files of the version `before` it and those that come now; gives how many it has.

    An earlier version keeps its own rows, so that it still shows what the head saw; a copy names the same
    stored bytes. What the form sends again, be it under its id or as the same photo, is taken once.
    Raises InvalidInput of ``photos``, ``too_many``.
    """
    held, removed = files_of(session, before), _bytes_of(session, answer, proof.removed)
    kept = [row for row in held if row.storage_key not in removed]
    seen = {row.sha256 for row in kept}
    new = [file for file in {file.sha256: file for file in proof.new}.values() if file.sha256 not in seen]
    if len(kept) + len(new) > MOST_FILES:
        raise InvalidInput("photos", "too_many")
    own = before is not None and before.id == answer.id
    for row in held if own else ():
        if row not in kept:
            row.answer_id = None
    known = _known(session, [file.id for file in new])
    files: list[Attachment | StoredFile] = [*(() if own else kept), *new]
    for file in files:
        fresh = isinstance(file, StoredFile) and file.id not in known
        session.add(_row(file.id if fresh else new_id(), answer, file, actor.account_id, now))
    answer.ticks = ";".join(sorted(proof.ticks))
    answer.no_photo_reason = checked_text(proof.no_photo_reason, "no_photo_reason", least=0, most=500)
    session.flush()
    return len(kept) + len(new)


def _bytes_of(session: Session, answer: Answer, ids: Collection[UUID]) -> set[str]:
    """Give the storage keys of the case's files with these ids, of whichever version a form showed them."""
    query = select(Attachment.storage_key).where(
        Attachment.case_id == answer.case_id, Attachment.id.in_(list(ids))
    )
    return set(session.scalars(query))


def _known(session: Session, ids: Collection[UUID]) -> set[UUID]:
    """Give which of these ids a row has already: of a file that was attached, and perhaps taken out again."""
    return set(session.scalars(select(Attachment.id).where(Attachment.id.in_(list(ids)))))


def check(case: Case, answer: Answer, photos: int | None) -> None:
    """Refuse what cannot go to the head: words with gaps, a mere forwarding; of a field incident neither
    photo nor reason.

    photos: how many the version has; None for a caller that is no person's form, which is not asked for them.
    Raises InvalidInput of ``text``: ``gaps``, ``forwarded``, of ``no_photo_reason``: ``photo``.
    """
    if gaps(answer.text):
        raise InvalidInput("text", "gaps")
    if mere_forwarding(answer.text):
        raise InvalidInput("text", "forwarded")
    if photos == 0 and is_field_incident(case) and not answer.no_photo_reason:
        raise InvalidInput("no_photo_reason", "photo")
