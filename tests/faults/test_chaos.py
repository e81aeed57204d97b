"""Citizens write while parts of the site are killed: nothing acknowledged is lost, nothing done twice."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, text

from feedback import db
from feedback.embedded.stores import Stores
from feedback.models import Case
from feedback.services.post.composing import Post
from tests.faults.citizens import Crowd
from tests.faults.invariants import look_for_faults
from tests.faults.province import drain, explain, settle, worker_sessions
from tests.faults.site import Site, site

pytestmark = pytest.mark.usefixtures("workers_app")

ROUND = ("worker", "web", "postgres", "worker", "flush", "web", "valkey", "worker", "postgres", "web")


def prepare(stores: Stores) -> None:
    with worker_sessions(stores.urls()) as sessions:
        settle(sessions)


def run(folder: Path, *, messages: int, kills: int, rate: float, pause: float) -> None:
    """Let `messages` be written while `kills` strikes fall, then look at everything."""
    with site(folder, prepare) as place:
        crowd = Crowd(place.address, messages, threads=12, rate=rate, patience=120)
        targets = list(itertools.islice(itertools.cycle(ROUND), kills))
        place.campaign(targets, pause, lambda: crowd.writing)
        assert not crowd.unheard, f"{len(crowd.unheard)} were never acknowledged"
        assert len(crowd.receipts) == messages
        check(place, crowd)


def check(place: Site, crowd: Crowd) -> None:
    """Let what is left be done, then hold the invariants against what citizens were promised."""
    for process in place.processes.values():
        process.kill()
    post = Post.of(place.environment["FEEDBACK_SMTP_URL"], "hoi-am@localhost", place.address)
    with worker_sessions(place.stores.urls()) as sessions:
        drain(sessions, post)
        with db.transaction(sessions, db.WORKER) as session:
            known = {
                row.tracking_code: row.id for row in session.execute(select(Case.tracking_code, Case.id))
            }
            lost = [code for code in crowd.receipts.values() if code not in known]
            assert not lost, f"{len(lost)} acknowledged submissions are gone"
            promised = {known[code] for code in crowd.receipts.values()}
            # The last kill above may repeat a mail too.
            found = look_for_faults(session, promised, place.box, most_repeated=len(place.kills) + 1)
            if found.cases != len(crowd.receipts):
                found.wrong.append(f"{found.cases} cases of {len(crowd.receipts)} messages")
            twice = session.execute(
                text("SELECT body, count(*) FROM cases GROUP BY body HAVING count(*) > 1")
            ).all()
            if twice:
                found.wrong.append(f"sent once, received twice: {len(twice)}")
    sys.stdout.write(
        f"{found.cases} cases, {len(place.kills)} kills ({', '.join(place.kills)}),"
        f" {found.messages} messages, {found.mails} mails, {found.repeated_mails} of them repeated\n"
    )
    assert not found.wrong, explain(found)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_short_campaign(tmp_path: Path) -> None:
    run(tmp_path, messages=150, kills=6, rate=12, pause=2.0)


@pytest.mark.chaos
@pytest.mark.timeout(1800)
def test_two_thousand_submissions_under_kills(tmp_path: Path) -> None:
    run(tmp_path, messages=2000, kills=24, rate=12, pause=6.0)
