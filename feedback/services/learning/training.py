"""One run of learning: from the labels as they stand to a verdict on a new model.

A run goes in steps that each commit: a model is trained and stored and has a row, then it is judged. A
run that is killed leaves a model without a verdict, which the next run judges, or files without a
row, which the next run clears away. The same labels never train twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from feedback.classifier.comparison import compare, figures, shipped_questions
from feedback.classifier.corpus import Example, read_examples
from feedback.classifier.figures import Question
from feedback.classifier.model import Model
from feedback.classifier.own_cases import own_examples, own_questions
from feedback.db import WORKER, transaction
from feedback.domain.calendar import local_date
from feedback.domain.learning import (
    HELD_OUT_LEAST,
    Label,
    ModelStatus,
    Parts,
    Verdict,
    Why,
    different,
    judge,
    shared_out,
    usable,
)
from feedback.models import ClassifierModel
from feedback.queries.learning.labels import read_labels
from feedback.queries.learning.models import InUse, Unreadable, champion_row, in_use, read_model
from feedback.queries.routing_data import RoutingBook, read_routing_book
from feedback.services.learning import models
from feedback.storage import Storage

_log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What a run came to. OVERTAKEN: another model was put in use meanwhile; the next run judges."""

    TAKES_OVER = "takes_over"
    REFUSED = "refused"
    TOO_FEW = "too_few"
    UNCHANGED = "unchanged"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True)
class Course:
    """What a run works with; a test gives a small `corpus` and few `shipped` messages."""

    sessions: sessionmaker[Session]
    storage: Storage
    now: Callable[[], datetime]
    corpus: Sequence[Example] | None = None
    shipped: Sequence[Question] | None = None


@dataclass(frozen=True)
class _Ground:
    """What stands at the beginning: labels of agencies that exist, the data of routing, the model in use."""

    labels: list[Label]
    book: RoutingBook
    used: InUse


def learn(course: Course) -> Outcome:
    """Judge the model that waits for it; else train one from the labels as they stand, and judge it."""
    at = course.now()
    with transaction(course.sessions, WORKER) as session:
        removed = models.clear_away(session, course.storage, at)
        ground = _ground(session, course, at)
        waiting = _waiting(session)
    if removed:
        _log.info("model_files_removed", files=removed)
    if waiting is None:
        parts = usable(ground.labels, ground.used.learned_until)
        if not parts.enough or parts.until is None:
            return Outcome.TOO_FEW
        waiting = _train(course, ground, parts, parts.until)
        if waiting is None:
            return Outcome.UNCHANGED
    return _judge(course, ground, waiting)


def _ground(session: Session, course: Course, now: datetime) -> _Ground:
    book = read_routing_book(session, local_date(now), course.storage)
    known = {code.split("-", 1)[0] for code in book.agency_ids}
    labels = [one for one in read_labels(session, now) if one.agency is None or one.agency in known]
    return _Ground(labels, book, in_use(session, course.storage))


def _waiting(session: Session) -> ClassifierModel | None:
    return session.scalars(
        select(ClassifierModel)
        .where(ClassifierModel.status == str(ModelStatus.CHALLENGER))
        .order_by(ClassifierModel.trained_at)
        .limit(1)
    ).one_or_none()


def _train(course: Course, ground: _Ground, parts: Parts, until: datetime) -> ClassifierModel | None:
    """Train and store a model; None when one was trained from the same before."""
    # Only here: training is the one thing that needs scikit-learn.
    from feedback.classifier.training import data_hash, train

    corpus = read_examples() if course.corpus is None else course.corpus
    own = own_examples(parts.learned, ground.book.data.gazetteer.senses)
    with transaction(course.sessions, WORKER) as session:
        same = ClassifierModel.data_hash == data_hash([*corpus, *own])
        if session.scalar(select(ClassifierModel.version).where(same).limit(1)) is not None:
            return None
    at = course.now()
    model: Model = train(local_date(at), own=own, corpus=corpus)
    sha256 = models.keep_files(course.storage, model)
    with transaction(course.sessions, WORKER) as session:
        models.keep_row(session, model, sha256, until, at)
    _log.info("model_trained", version=model.version, own=len(own))
    with transaction(course.sessions, WORKER) as session:
        return session.get_one(ClassifierModel, model.version)


def _judge(course: Course, ground: _Ground, row: ClassifierModel) -> Outcome:
    held_out = [one for one in _newer(ground, row.learned_until) if one.agency is not None]
    verdict, told = Verdict((Why.TOO_FEW,)), dict[str, Any]()
    try:
        challenger = read_model(course.storage, row.version, row.sha256)
    except Unreadable:
        verdict = Verdict((Why.UNREADABLE,))
    else:
        if len(held_out) >= HELD_OUT_LEAST:
            asked = shipped_questions() if course.shipped is None else course.shipped
            data, champion = ground.book.data, ground.book.classifier
            shipped = compare(asked, data, champion, challenger)
            whose = [one.decider for one in held_out]
            own = compare(own_questions(held_out), data, champion, challenger, whose)
            verdict = judge(shipped, own)
            told = {"shipped": figures(shipped), "own": figures(own)}
    told["against"] = getattr(ground.book.classifier, "version", None)
    return _settle(course, ground, row.version, verdict, told)


def _newer(ground: _Ground, learned_until: datetime) -> list[Label]:
    """Give what neither model learned from, guarded as the rest is."""
    after = max(learned_until, ground.used.learned_until or learned_until)
    return shared_out([one for one in different(ground.labels) if one.decided_at > after])


def _settle(
    course: Course, ground: _Ground, version: str, verdict: Verdict, told: Mapping[str, Any]
) -> Outcome:
    with transaction(course.sessions, WORKER) as session:
        champion = champion_row(session)
        if (champion.version if champion else None) != _compared(ground.used):
            return Outcome.OVERTAKEN
        row = session.get_one(ClassifierModel, version, with_for_update=True)
        models.settle(session, row, verdict, told, course.now())
    _log.info("model_judged", version=version, against=list(verdict.against))
    with transaction(course.sessions, WORKER) as session:
        models.clear_away(session, course.storage, course.now())
    return Outcome.TAKES_OVER if verdict.takes_over else Outcome.REFUSED


def _compared(used: InUse) -> str | None:
    return used.problem[0] if used.problem else used.version
