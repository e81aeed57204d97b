"""``feedback rules``: what it lists, what it finds wrong and where, what it brings in and what it leaves."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from feedback import clock, db
from feedback.data import read_rows
from feedback.domain.calendar import local_date
from feedback.models import Account, Agency, AuditEvent, RoutingRule
from feedback.services.law.rule_import import COLUMNS
from feedback.services.seeding.reference import seed_reference
from tests.conftest import NOW
from tests.test_cli import call

SHIPPED = read_rows("routing/routing_rules.csv")[:3]


@pytest.fixture
def province(fresh_database, command_environment, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    engine = db.make_engine(fresh_database.worker, pool_size=1)
    sessions = db.session_factory(engine)
    with db.transaction(sessions, db.WORKER) as session:
        seed_reference(session, "lam-dong", NOW)
    yield sessions
    engine.dispose()


@pytest.fixture
def write(tmp_path: Path):
    path = tmp_path / "rules.csv"

    def file(rows: list[dict[str, Any]]) -> str:
        with path.open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return str(path)

    return file


def versions(sessions, code: str) -> list[RoutingRule]:
    with db.transaction(sessions, db.WORKER) as session:
        return list(
            session.scalars(select(RoutingRule).where(RoutingRule.code == code).order_by(RoutingRule.id))
        )


def test_a_file_changes_what_differs_and_leaves_what_somebody_wrote(province, write) -> None:
    same, changed, own = SHIPPED
    with db.transaction(province, db.WORKER) as session:
        account = Account(email="a@b.vn", name="A", active=True, fs_uniquifier="x" * 32)
        session.add(account)
        session.flush()
        session.execute(
            update(RoutingRule).where(RoutingRule.code == own["code"]).values(recorded_by=account.id)
        )
    new = {**changed, "code": "moi", "condition": '{"words_any": ["một cụm chưa ai viết"]}'}
    file = write([same, {**changed, "agency_code": "SXD"}, {**own, "agency_code": "SXD"}, new])
    said = call("rules", "import", file)
    assert said.exit_code == 0, said.output
    assert "1 new, 1 changed, 1 same, 1 kept" in said.stdout
    assert versions(province, "moi") == []
    tried = json.loads(call("rules", "try", file, "--json").stdout)
    assert (tried["cases"], tried["different"]) == (0, 0)
    done = json.loads(call("rules", "import", file, "--apply", "--json").stdout)
    assert done == {
        "applied": True, "new": ["moi"], "changed": [changed["code"]], "same": [same["code"]],
        "kept": [own["code"]],
    }  # fmt: skip
    old, now = versions(province, changed["code"])
    assert (old.valid_to is not None, now.agency_code, now.valid_from) == (
        True, "SXD", local_date(NOW),
    )  # fmt: skip
    assert len(versions(province, own["code"])) == 1
    with db.transaction(province, db.WORKER) as session:
        events = select(AuditEvent.actor).where(AuditEvent.kind == "settings.rule_changed")
        assert session.scalars(events).all() == ["command", "command"]
    over = json.loads(call("rules", "import", file, "--over-changes", "--json").stdout)
    assert (over["applied"], over["changed"], over["kept"]) == (False, [own["code"]], [])


def test_faults_are_told_with_their_lines_and_nothing_is_taken(province, write) -> None:
    good, other, third = SHIPPED
    file = write(
        [
            good,
            {**other, "condition": '{"wrods": ["a"]}'},
            {**third, "agency_code": "GONE"},
            {**third, "priority": "loud"},
            {**good, "agency_code": "SXD"},
        ]
    )
    result = call("rules", "import", file, "--apply")
    assert result.exit_code == 1
    for line, words in ((3, "unknown kind"), (4, "'GONE'"), (5, "stands twice"), (6, "stands twice")):
        assert any(f"rules.csv:{line}:" in told and words in told for told in result.stderr.splitlines())
    assert "4 lines cannot be taken" in result.stderr
    assert len(versions(province, good["code"])) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"code,priority\n", "lacks"), (b"\xff", "UTF-8"), (",".join(COLUMNS).encode() + b"\na,b\n", ":2:")],
)
def test_a_file_that_is_none_is_refused(
    command_environment, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "rules.csv"
    file.write_bytes(content)
    result = call("rules", "try", str(file))
    assert result.exit_code == 1
    assert said in result.stderr


def test_the_rules_are_listed_and_checked(province) -> None:
    listed = [json.loads(line) for line in call("rules", "list", "--json").stdout.splitlines()]
    assert len(listed) == len(read_rows("routing/routing_rules.csv"))
    assert all(row["current"] and row["problem"] is None for row in listed)
    assert call("rules", "check").exit_code == 0
    with db.transaction(province, db.WORKER) as session:
        session.execute(update(Agency).where(Agency.code == "SYT").values(code="SYTX"))
    checked = call("rules", "check", "--json")
    assert checked.exit_code == 1
    found = json.loads(checked.stdout)
    assert "syt-ten" in found["rules"]
    assert "an-toan-thuc-pham" in found["fields"]
    assert "  ! agency 'SYT' is unknown" in call("rules", "list").stdout.splitlines()[0]


def test_the_shipped_file_changes_nothing(province) -> None:
    result = call("rules", "import", "feedback/data/routing/routing_rules.csv")
    assert f"0 new, 0 changed, {len(read_rows('routing/routing_rules.csv'))} same, 0 kept" in result.stdout
