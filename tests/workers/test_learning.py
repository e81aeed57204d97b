"""Training as a work row: by the week, killed half-way, and failing where staff see it."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.cli import main
from feedback.embedded.databases import Urls
from feedback.models import ClassifierModel, JobRun, ProvinceSetting, Work
from feedback.queries.learning.models import keys_of
from feedback.services.learning import runs
from feedback.services.sweeping import forgotten
from tests.embedded.running import parents
from tests.services.committed import CommittedStage, committed_stage
from tests.services.learned import Month, course_of, local_texts, ordinary
from tests.services.stage import MONDAY
from tests.workers.processes import python, wait_for

pytestmark = pytest.mark.usefixtures("workers_app")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
"""Sunday 22 November 2026, 10:00 in Vietnam."""

# Learns as a worker would, and stops for a while where it is told to.
SLOWLY = """
import sys, time
from datetime import datetime
from pathlib import Path
from feedback.db import make_engine, session_factory
from feedback.services.learning import models, runs
from tests.services.learned import course_of
stop = {stop!r}
for name in ("keep_files", "settle"):
    def slow(*arguments, done=getattr(models, name), name=name):
        result = done(*arguments)
        if name == stop:
            Path({folder!r}, "reached").touch()
            time.sleep(60)
        return result
    setattr(models, name, slow)
at = datetime.fromisoformat({at!r})
runs.run(course_of(session_factory(make_engine({url!r})), Path({folder!r}), at))
"""


@dataclass
class Ground:
    """A province with a month of decisions, in a database of its own."""

    stage: CommittedStage
    folder: Path

    def rows(self, model: type) -> list:
        self.stage.worker.rollback()
        return list(self.stage.worker.scalars(select(model)))

    def learn(self) -> str:
        # Without a model of the province the big shipped one is the champion: small ones lose to it.
        return runs.run(course_of(self.stage.sessions, self.folder, self.stage.now))


@pytest.fixture
def ground(fresh_database: Urls, tmp_path: Path) -> Iterator[Ground]:
    with committed_stage(fresh_database, MONDAY) as stage:
        agencies = {
            "SXD": stage.works.agency,
            "SNV": stage.home.agency,
            "UBNDX": stage.province.commune.agency,
        }
        month = Month(stage.worker, agencies, stage.now - timedelta(days=30))
        texts = [(text, "SXD") for text in local_texts(90)]
        texts += [(text, agency) for agency in agencies for text in ordinary(agency, 30)]
        for number, (text, agency) in enumerate(sorted(texts)):
            month.decided(
                text, agency, "UBNDX", (stage.province.dispatcher, stage.province.chief)[number % 2]
            )
        stage.worker.commit()
        yield Ground(stage, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize("stop", ["keep_files", "settle"])
def test_a_run_that_is_killed_leaves_nothing_half_and_the_next_heals(ground: Ground, stop: str) -> None:
    code = SLOWLY.format(
        stop=stop, folder=str(ground.folder), at=ground.stage.now.isoformat(), url=ground.stage.urls.worker
    )
    process = python(code, {}, ground.folder / "run.log")
    wait_for((ground.folder / "reached").exists, 90, f"the run to reach {stop}")
    process.kill_and_wait(ground.stage.sessions)
    left = ground.rows(ClassifierModel)
    assert {row.status for row in left} == (set() if stop != "settle" else {"challenger"})
    assert not list(ground.folder.rglob("*.part"))
    assert [row.outcome for row in ground.rows(JobRun)] == [None]
    outcome = ground.learn()
    assert outcome in ("refused", "takes_over")
    (row,) = ground.rows(ClassifierModel)
    assert (row.status, bool(json.loads(row.figures))) == (
        "champion" if outcome == "takes_over" else "refused",
        True,
    )
    exist = [(ground.folder / key).exists() for key in keys_of(row.version)]
    assert exist == [outcome == "takes_over"] * 2
    assert ground.learn() == "unchanged"


@pytest.fixture
def sessions_of_worker(fresh_database: Urls) -> Iterator[sessionmaker[Session]]:
    engine = db.make_engine(fresh_database.worker)
    yield db.session_factory(engine)
    engine.dispose()


def works(sessions: sessionmaker[Session]) -> list[Work]:
    with db.transaction(sessions, db.WORKER) as session:
        return list(session.scalars(select(Work)))


def begin(sessions: sessionmaker[Session], now: datetime) -> bool:
    with db.transaction(sessions, db.WORKER) as session:
        return runs.begin_week(session, now)


def test_it_learns_once_a_week_and_makes_up_for_a_missed_sunday(
    sessions_of_worker: sessionmaker[Session],
) -> None:
    makers, night = sessions_of_worker, NOW - timedelta(hours=7, minutes=30)
    assert runs.last_sunday(night) == datetime(2026, 11, 21, 19, tzinfo=UTC)
    assert runs.last_sunday(night - timedelta(hours=1)) == datetime(2026, 11, 14, 19, tzinfo=UTC)
    assert begin(makers, night)
    assert begin(makers, night + timedelta(minutes=5))
    assert len(works(makers)) == 1
    with db.transaction(makers, db.WORKER) as session:
        session.add(JobRun(name=runs.JOB, as_of=night, started_at=night, outcome="too_few"))
    assert not begin(makers, night + timedelta(days=6))
    assert begin(makers, night + timedelta(days=8))


def test_a_province_may_turn_it_off(sessions_of_worker: sessionmaker[Session]) -> None:
    with db.transaction(sessions_of_worker, db.WORKER) as session:
        runs.switch(session, False, actor="account:1", now=NOW)
        assert session.get_one(ProvinceSetting, runs.SETTING).value == "off"
    assert not begin(sessions_of_worker, NOW)
    assert works(sessions_of_worker) == []


def _request(sessions: sessionmaker[Session]) -> None:
    with db.transaction(sessions, db.WORKER) as session:
        runs.request(session, NOW)


def test_the_task_runs_the_command_once_and_ends_the_work(
    workers_app: ModuleType, sessions_of_worker: sessionmaker[Session], tmp_path: Path
) -> None:
    from workers.learning import work_through

    touched = tmp_path / "touched"
    command = [sys.executable, "-c", f"open({str(touched)!r}, 'a').write('x')"]
    assert not work_through(sessions_of_worker, lambda: NOW, command)
    _request(sessions_of_worker)
    assert work_through(sessions_of_worker, lambda: NOW, command)
    assert not work_through(sessions_of_worker, lambda: NOW, command)
    assert touched.read_text() == "x"
    (row,) = works(sessions_of_worker)
    assert row.done_at == NOW


def test_a_command_that_fails_is_tried_again_later_and_seen(
    sessions_of_worker: sessionmaker[Session],
) -> None:
    from workers.learning import work_through

    _request(sessions_of_worker)
    assert not work_through(sessions_of_worker, lambda: NOW, [sys.executable, "-c", "raise SystemExit(3)"])
    (row,) = works(sessions_of_worker)
    assert (row.attempts, row.last_error, row.lease_until) == (1, "ended with 3", None)
    assert row.available_at > NOW


def test_the_lease_of_a_worker_that_died_ends_and_the_sweeper_rings(
    sessions_of_worker: sessionmaker[Session],
) -> None:
    _request(sessions_of_worker)
    assert runs.take(sessions_of_worker, NOW) is not None
    assert runs.take(sessions_of_worker, NOW + runs.LEASE / 2) is None
    with db.transaction(sessions_of_worker, db.WORKER) as session:
        assert "learning" not in forgotten(session, NOW + runs.LEASE / 2).bells
        assert "learning" in forgotten(session, NOW + 2 * runs.LEASE).bells
    assert runs.take(sessions_of_worker, NOW + 2 * runs.LEASE) is not None


def test_training_dies_with_its_worker(tmp_path: Path) -> None:
    noted = tmp_path / "noted"
    child = f"import os, time; open({str(noted)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    code = f"import sys\nfrom workers.learning import _run\n_run([sys.executable, '-c', {child!r}])"
    process = python(code, {}, tmp_path / "log")
    wait_for(lambda: noted.exists() and noted.read_text(), 30, "the child")
    number = int(noted.read_text())
    assert number in parents()
    # It alone, not its group: the leash must see to the child.
    os.kill(process.pid, signal.SIGKILL)
    wait_for(lambda: number not in parents(), 10, "the end of the child")
    process.kill()


@pytest.mark.usefixtures("command_environment")
def test_the_command_says_that_there_is_too_little_to_learn_from() -> None:
    result = CliRunner().invoke(main, ["model", "train", "--own-cases", "--json"])
    assert (result.exit_code, json.loads(result.output)) == (0, {"outcome": "too_few", "newest": None})
    both = CliRunner().invoke(main, ["model", "train", "--own-cases", "--without", "law"])
    assert both.exit_code != 0
