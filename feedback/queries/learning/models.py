"""Which classifier routing uses: the province's champion, else the shipped one."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback.classifier.model import Model
from feedback.classifier.shipped import load_shipped
from feedback.domain.learning import ModelStatus
from feedback.models import ClassifierModel, JobRun
from feedback.storage import Storage

FOLDER = "models"


class Unreadable(Exception):
    """A stored model that is missing, was changed, or has another format; the text says which."""


@dataclass(frozen=True, slots=True)
class InUse:
    """The classifier that routes, its version, and until when it learned from decisions of the province.

    problem: (version, what is wrong) of a champion in whose place the shipped model stands.
    """

    classifier: Model | None
    version: str | None = None
    learned_until: datetime | None = None
    problem: tuple[str, str] | None = None


def keys_of(version: str) -> tuple[str, str]:
    """Give the storage keys of a model's numbers and of its card."""
    return f"{FOLDER}/{version}.npz", f"{FOLDER}/{version}.json"


def champion_row(session: Session) -> ClassifierModel | None:
    """Give the row of the model in use, None when it is the shipped one."""
    return session.scalars(
        select(ClassifierModel).where(ClassifierModel.status == str(ModelStatus.CHAMPION))
    ).one_or_none()


def newest_row(session: Session) -> ClassifierModel | None:
    """Give the row of the model that was trained last."""
    return session.scalars(
        select(ClassifierModel).order_by(ClassifierModel.trained_at.desc()).limit(1)
    ).one_or_none()


def last_models(session: Session, most: int = 20) -> Sequence[ClassifierModel]:
    """Give the newest models, and the one in use however old it is, the newest first."""
    newest = select(ClassifierModel.version).order_by(ClassifierModel.trained_at.desc()).limit(most)
    return session.scalars(
        select(ClassifierModel)
        .where(or_(ClassifierModel.version.in_(newest), ClassifierModel.status == str(ModelStatus.CHAMPION)))
        .order_by(ClassifierModel.trained_at.desc())
    ).all()


def last_run(session: Session, job: str) -> JobRun | None:
    """Give the run of `job` that began last."""
    return session.scalars(
        select(JobRun).where(JobRun.name == job).order_by(JobRun.started_at.desc()).limit(1)
    ).one_or_none()


def model_facts(row: ClassifierModel) -> dict[str, Any]:
    """Give what a row says of a model, for a command."""
    return {
        "version": row.version,
        "status": row.status,
        "why": row.why.split(),
        "learned_from": json.loads(row.learned_from),
        "figures": json.loads(row.figures),
    }


def read_model(storage: Storage, version: str, sha256: str) -> Model:
    """Read a model of the province from the storage. Raises Unreadable."""
    numbers_key, card_key = keys_of(version)
    try:
        with storage.open(numbers_key) as file:
            numbers = file.read()
        if hashlib.sha256(numbers).hexdigest() != sha256:
            raise Unreadable(f"{numbers_key}: the file was changed after it was stored")
        return Model.parse(storage.read_text(card_key), numbers)
    except Unreadable:
        raise
    # Whatever a broken archive raises on its way through zip and numpy: routing goes on without it.
    except Exception as error:
        raise Unreadable(f"{numbers_key}: {type(error).__name__}") from error


_kept: dict[str, Model] = {}
_lock = threading.Lock()


def forget() -> None:
    """Let the next reader read the champion's file anew."""
    with _lock:
        _kept.clear()


def in_use(session: Session, storage: Storage | None) -> InUse:
    """Give the classifier that routes. Without a `storage` it is the shipped one.

    The champion is read once a process: another one has another version.
    """
    row = None if storage is None else champion_row(session)
    if row is None or storage is None:
        return InUse(load_shipped())
    with _lock:
        kept = _kept.get(row.version)
    if kept is None:
        try:
            kept = read_model(storage, row.version, row.sha256)
        except Unreadable as error:
            return InUse(load_shipped(), problem=(row.version, str(error)))
        with _lock:
            _kept.clear()
            _kept[row.version] = kept
    return InUse(kept, row.version, row.learned_until)
