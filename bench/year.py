"""A simulated year of a whole province on stores of its own; fails loudly when anything does not hold.

    .venv/bin/python -m bench.year [--cases 50000] [--from 2026-01-01] [--to 2026-12-31] [--seed 1]

Every message goes through the real verbs (see `feedback simulate`). Afterwards every invariant is asked
for, each period's date and result is counted once more by SQL from raw rows, and the chains of the trail
and of the seals are recomputed. Communes with and without working Saturdays are shown side by side.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from feedback import db, logs
from feedback.commands.preparing import migrate
from feedback.commands.simulate import prepare, simulate
from feedback.domain.calendar import day_start
from feedback.embedded.stores import Stores
from feedback.models import Agency
from feedback.queries.administration.on_time_recount import tallies
from feedback.queries.law_book import read_law_book
from feedback.services.simulation.examination import examine
from feedback.services.simulation.simulator import Setting

_SHOWN = 3
_EVERY = 10
_CLOCK = "%H:%M:%S"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, default=date(2026, 1, 1))
    parser.add_argument("--to", dest="last", type=date.fromisoformat, default=date(2026, 12, 31))
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _say(line: str) -> None:
    print(f"{time.strftime(_CLOCK)} {line}", flush=True)


def _progress(done: int, total: int) -> None:
    if done % _EVERY == 0 or done == total:
        _say(f"{done} of {total} days")


def _play(sessions: sessionmaker[Session], setting: Setting) -> int:
    """Play, examine, print; gives how much was wrong."""
    prepare(sessions, setting)
    began, cpu = time.monotonic(), time.process_time()
    tally = simulate(sessions, setting, _progress)
    _say(f"played in {time.monotonic() - began:.0f} s ({time.process_time() - cpu:.0f} s of this processor)")
    for name, count in tally.figures().items():
        print(f"  {name}: {count}")
    with db.transaction(sessions, db.WORKER) as session:
        found = examine(session, setting.last)
        _side_by_side(session, setting.last)
    _say(", ".join(f"{name} {count}" for name, count in found.figures().items()))
    for line in found.wrong:
        print(f"WRONG: {line}")
    return len(found.wrong)


def _side_by_side(session: Session, last: date) -> None:
    """Print the recounted figures of communes with working Saturdays, and of as many without."""
    book = read_law_book(session)
    counted = tallies(session, day_start(last - timedelta(days=365)), last + timedelta(days=1))
    names = session.execute(select(Agency.id, Agency.name_vi).where(Agency.commune_code.is_not(None))).all()
    rows = [(agency_id, name) for agency_id, name in names if agency_id in counted]
    rows.sort(key=lambda row: -sum(counted[row[0]]))
    for works in (True, False):
        of_kind = [row for row in rows if (5 in book.calendar_of(row[0]).weekdays) is works]
        for agency_id, name in of_kind[:_SHOWN]:
            on_time, late, overdue = counted[agency_id]
            week = "works on Saturdays" if works else "rests on Saturdays"
            print(f"  {name} ({week}): on time {on_time}, late {late}, overdue {overdue}")


def main() -> None:
    """Play the year and exit with 1 when anything is wrong."""
    arguments = _arguments()
    logs.configure("WARNING")
    setting = Setting(arguments.first, arguments.last, arguments.cases, arguments.seed)
    _say(f"{setting.cases} cases from {setting.first} to {setting.last}, seed {setting.seed}")
    with tempfile.TemporaryDirectory(prefix="hoi-am-year-") as folder:
        Path(folder).chmod(0o755)
        with Stores(Path(folder) / "var", durable=False) as stores:
            migrate(stores.owner_url)
            engine = db.make_engine(stores.worker_url)
            try:
                wrong = _play(db.session_factory(engine), setting)
            finally:
                engine.dispose()
    if wrong:
        sys.exit(1)
    _say("everything holds")


if __name__ == "__main__":
    main()
