"""A model learns from a month of decisions and takes over, or is refused because somebody decided wrongly."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from feedback.domain.learning import ModelStatus
from feedback.models import AuditEvent, ClassifierModel
from feedback.queries.learning.models import InUse, Unreadable, forget, in_use, keys_of
from feedback.services import audit
from feedback.services.learning import models
from feedback.services.learning.models import NoSuchModel
from feedback.services.learning.training import Course, Outcome, learn
from tests.services.learned import LOCAL, Month, course_of, local_texts, ordinary, put_in_use
from tests.services.stage import Stage

# Training is arithmetic: on a machine that does much else it takes its time.
pytestmark = pytest.mark.timeout(300)

Ground = tuple[Stage, Course, Month, str]


@pytest.fixture
def ground(stage: Stage, tmp_path: Path) -> Ground:
    """A province whose model in use knows nothing of it, and an empty month."""
    course = course_of(stage.factory, tmp_path, stage.now)
    begin = stage.now - timedelta(days=30)
    version = put_in_use(course, begin - timedelta(hours=1))
    works, home, ward = (team.agency for team in (stage.works, stage.home, stage.province.commune))
    return stage, course, Month(stage.worker, {"SXD": works, "SNV": home, "UBNDX": ward}, begin), version


def honest(stage: Stage, month: Month, *, local: int, other: int) -> None:
    """Let two dispatchers decide rightly, of local matters against what the machine proposed."""
    people = (stage.province.dispatcher, stage.province.chief)
    rows = [(text, "SXD", "UBNDX") for text in local_texts(local)]
    rows += [(text, agency, agency) for agency in month.agencies for text in ordinary(agency, other)]
    Random(7).shuffle(rows)
    for number, (text, agency, guess) in enumerate(rows):
        month.decided(text, agency, guess, people[number % 2])
    stage.worker.commit()


def rows(stage: Stage) -> dict[str, ClassifierModel]:
    stage.worker.expire_all()
    return {row.version: row for row in stage.worker.scalars(select(ClassifierModel))}


def used(stage: Stage, course: Course) -> InUse:
    return in_use(stage.worker, course.storage)


def test_what_people_corrected_is_learned_and_takes_over(ground: Ground) -> None:
    stage, course, month, before = ground
    honest(stage, month, local=110, other=35)
    text = f"Lối vào {LOCAL} hư hết rồi"
    assert used(stage, course).version == before
    assert learn(course) is Outcome.TAKES_OVER
    now = used(stage, course)
    assert now.version not in (None, before)
    assert now.classifier is not None
    found = rows(stage)
    assert (found[before].status, found[now.version].status) == (ModelStatus.RETIRED, ModelStatus.CHAMPION)
    figures = json.loads(found[now.version].figures)
    assert figures["own"]["messages"] >= 30
    assert figures["own"]["challenger"]["right"] >= figures["own"]["champion"]["right"] + 10
    assert figures["shipped"]["challenger"]["right"] >= figures["shipped"]["champion"]["right"] - 1
    shares = now.classifier.read("", text).agencies
    assert max(shares, key=lambda code: shares[code]) == "SXD"
    assert json.loads(found[now.version].learned_from)["own"] >= 90
    # The same labels teach nothing new.
    assert learn(course) is Outcome.UNCHANGED
    assert audit.verify(stage.worker).sound


@pytest.mark.parametrize("systematic", [True, False])
def test_one_dispatcher_who_decides_wrongly_changes_nothing(ground: Ground, systematic: bool) -> None:
    stage, course, month, before = ground
    good, bad = stage.province.chief, stage.province.dispatcher
    luck = Random(3)
    wrong = {"SXD": "SNV", "SNV": "UBNDX", "UBNDX": "SXD"}
    texts = [(text, agency) for agency in month.agencies for text in ordinary(agency, 75)]
    luck.shuffle(texts)
    for number, (text, agency) in enumerate(texts):
        if number % 2:
            month.decided(text, agency, agency, good)
        else:
            given = wrong[agency] if systematic else luck.choice(list(month.agencies))
            month.decided(text, given, agency, bad)
    stage.worker.commit()
    assert learn(course) is Outcome.REFUSED
    assert used(stage, course).version == before
    refused = next(row for row in rows(stage).values() if row.status == ModelStatus.REFUSED)
    assert refused.why
    assert not any(course.storage.exists(key) for key in keys_of(refused.version))
    assert learn(course) is Outcome.UNCHANGED


def test_too_few_decisions_teach_nothing(ground: Ground) -> None:
    stage, course, month, before = ground
    honest(stage, month, local=20, other=10)
    assert learn(course) is Outcome.TOO_FEW
    assert set(rows(stage)) == {before}


def test_a_run_that_died_before_its_verdict_is_judged_by_the_next(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, course, month, before = ground
    honest(stage, month, local=110, other=35)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(models, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            learn(course)
    waiting = next(row for row in rows(stage).values() if row.status == ModelStatus.CHALLENGER)
    assert used(stage, course).version == before
    assert learn(course) is Outcome.TAKES_OVER
    assert used(stage, course).version == waiting.version


def test_files_without_a_row_are_cleared_away(ground: Ground, tmp_path: Path) -> None:
    stage, course, _, before = ground
    course.storage.write_text("models/2026-01-01-dead.json", "{}")
    now = stage.now + timedelta(days=365)
    assert models.clear_away(stage.worker, course.storage, now) == 1
    assert all(course.storage.exists(key) for key in keys_of(before))


def test_a_broken_file_leaves_routing_to_the_shipped_model_and_is_told(ground: Ground) -> None:
    stage, course, _, before = ground
    numbers_key, _ = keys_of(before)
    forget()
    course.storage.write_text(numbers_key, "broken")
    found = used(stage, course)
    assert found.version is None
    assert found.classifier is not None
    assert found.problem == (before, f"{numbers_key}: the file was changed after it was stored")
    models.mark_problem(stage.worker, found.problem)
    assert rows(stage)[before].problem == found.problem[1]
    models.mark_problem(stage.worker, None)
    assert rows(stage)[before].problem is None


def test_one_goes_back_to_the_shipped_model_and_to_an_earlier_one(ground: Ground) -> None:
    stage, course, _, before = ground
    choice = {"actor": "account:1", "account_id": None, "now": stage.now}
    models.choose(stage.worker, course.storage, None, **choice)
    assert used(stage, course).version is None
    models.choose(stage.worker, course.storage, before, **choice)
    assert used(stage, course).version == before
    with pytest.raises(NoSuchModel):
        models.choose(stage.worker, course.storage, "2020-01-01-none", **choice)
    with pytest.raises(NoSuchModel):
        models.choose(stage.worker, course.storage, before, **choice)
    models.choose(stage.worker, course.storage, None, **choice)
    course.storage.delete(keys_of(before)[1])
    with pytest.raises(Unreadable):
        models.choose(stage.worker, course.storage, before, **choice)
    events = stage.worker.scalars(
        select(AuditEvent.payload)
        .where(AuditEvent.kind == "settings.setting_changed")
        .order_by(AuditEvent.seq)
    ).all()
    assert [json.loads(one)["value"] for one in events] == [before, "shipped", before, "shipped"]
