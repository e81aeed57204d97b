"""The models of the province: storing one, letting one take over, going back to an earlier one."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.classifier.model import Model
from feedback.domain.events import EventKind
from feedback.domain.learning import ModelStatus, Verdict
from feedback.models import ClassifierModel
from feedback.queries.learning.models import FOLDER, champion_row, keys_of, read_model
from feedback.services import audit
from feedback.storage import Storage

SETTING = "classifier_model"
SHIPPED = "shipped"
_ORPHANED_AFTER = timedelta(hours=1)


class NoSuchModel(Exception):
    """A version that is no model of the province, or one that may not be used."""


def keep_files(storage: Storage, model: Model) -> str:
    """Store the files of a model and give the hash of the numbers.

    The card comes first and the row last, so that a row always has both files; files without a row are
    cleared away by the next run.
    """
    numbers_key, card_key = keys_of(model.version)
    with tempfile.TemporaryDirectory() as folder:
        path = model.save(Path(folder))
        storage.write(card_key, path.with_suffix(".json"))
        storage.write(numbers_key, path)
        return hashlib.sha256(path.read_bytes()).hexdigest()


def keep_row(session: Session, model: Model, sha256: str, learned_until: datetime, now: datetime) -> None:
    """Write the row of a model that was trained and stored: a challenger."""
    session.add(
        ClassifierModel(
            version=model.version, status=str(ModelStatus.CHALLENGER), data_hash=model.card["data_hash"],
            sha256=sha256, learned_until=learned_until, learned_from=json.dumps(model.card["learned_from"]),
            trained_at=now,
        )
    )  # fmt: skip


def settle(
    session: Session, row: ClassifierModel, verdict: Verdict, figures: Mapping[str, Any], now: datetime
) -> None:
    """Write the verdict on a challenger, and let it take over when nothing speaks against it."""
    row.judged_at = now
    row.figures = json.dumps(figures)
    row.why = " ".join(verdict.against)
    if verdict.takes_over:
        _put_in_use(session, row, audit.WORKER, None, now)
    else:
        row.status = str(ModelStatus.REFUSED)


def choose(
    session: Session,
    storage: Storage,
    version: str | None,
    *,
    actor: str,
    account_id: int | None,
    now: datetime,
) -> None:
    """Go back to an earlier model, or (None) to the shipped one.

    Raises NoSuchModel for one that was never in use, and Unreadable for one whose file cannot be read.
    """
    if version is None:
        _retire_champion(session)
        _tell(session, SHIPPED, actor, now)
        return
    row = session.get(ClassifierModel, version, with_for_update=True)
    if row is None or row.status != ModelStatus.RETIRED:
        raise NoSuchModel(version)
    read_model(storage, row.version, row.sha256)
    _put_in_use(session, row, actor, account_id, now)


def _put_in_use(
    session: Session, row: ClassifierModel, actor: str, account_id: int | None, now: datetime
) -> None:
    _retire_champion(session)
    row.status = str(ModelStatus.CHAMPION)
    row.in_use_since = now
    row.chosen_by = account_id
    row.problem = None
    session.flush()
    _tell(session, row.version, actor, now)


def _retire_champion(session: Session) -> None:
    champion = champion_row(session)
    if champion is not None:
        champion.status = str(ModelStatus.RETIRED)
        # Before another one: the index lets one model be in use.
        session.flush()


def _tell(session: Session, version: str, actor: str, now: datetime) -> None:
    audit.record(
        session, kind=EventKind.SETTING_CHANGED, actor=actor, at=now, stream="settings", key=SETTING,
        value=version,
    )  # fmt: skip


def mark_problem(session: Session, problem: tuple[str, str] | None) -> None:
    """Write beside the model in use why it cannot be used, or that it can again."""
    version, text = problem or (None, None)
    session.execute(
        update(ClassifierModel)
        .where(
            ClassifierModel.status == str(ModelStatus.CHAMPION),
            ClassifierModel.version == version if version else ClassifierModel.problem.is_not(None),
            ClassifierModel.problem.is_distinct_from(text),
        )
        .values(problem=text)
        .execution_options(synchronize_session=False)
    )


def clear_away(session: Session, storage: Storage, now: datetime) -> int:
    """Remove the files of refused models and those that a killed run left without a row; gives how many."""
    wanted = session.scalars(
        select(ClassifierModel.version).where(ClassifierModel.status != str(ModelStatus.REFUSED))
    )
    kept = {key for version in wanted for key in keys_of(version)}
    refused = session.scalars(
        select(ClassifierModel.version).where(ClassifierModel.status == str(ModelStatus.REFUSED))
    )
    useless = {key for version in refused for key in keys_of(version)}
    removed = 0
    for stored in storage.keys(FOLDER):
        old = stored.written_at < now - _ORPHANED_AFTER
        if stored.key in useless or (old and stored.key not in kept):
            storage.delete(stored.key)
            removed += 1
    return removed
