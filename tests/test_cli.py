"""The command line on stores that run: what it prints, and with which code it ends."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from feedback import db
from feedback.cli import COMMANDS, main
from feedback.domain.calendar import local_date
from feedback.domain.positions import PositionKind
from feedback.models import Account, Agency, AuditEvent, Holding, JobRun, OfficeSchedule
from feedback.queries.people import actor_for
from tests.factories import Factory


@pytest.fixture
def installation(fresh_database, now, command_environment):
    """An installation of its own with a small province, named by the environment."""
    engine = db.make_engine(fresh_database.worker, pool_size=1)
    sessions = db.session_factory(engine)
    with db.transaction(sessions, db.WORKER) as session:
        make = Factory(session, now)
        make.province()
        make.law()
    yield sessions
    engine.dispose()


def call(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=given)


def one_line(result: Result) -> str:
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert "Traceback" not in result.output
    return lines[0]


def test_every_command_loads_and_explains_itself():
    for name in COMMANDS:
        result = call(name, "--help")
        assert result.exit_code == 0, name
        assert result.output.startswith("Usage:")


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("deadline",),
        ("deadline", "--from", "soon", "--duration", "15wd"),
        ("deadline", "--from", "2026-02-30", "--duration", "15wd"),
        ("deadline", "--from", "2026-02-13", "--duration", "15 weeks"),
        ("deadline", "--from", "2026-02-13"),
        ("route",),
        ("calendar", "show", "never"),
        ("escalate", "--at", "tomorrow"),
        ("submit", "/no/such/file.jsonl"),
        ("admin", "create", "--email", "a@example.vn"),
        ("migrate", "--nonsense"),
    ],
)
def test_a_bad_request_is_one_line_and_exit_code_2(words):
    result = call(*words)
    assert result.exit_code == 2
    assert one_line(result).startswith("feedback: ")


def test_an_incomplete_environment_is_named(monkeypatch):
    monkeypatch.setenv("FEEDBACK_DATABASE_URL", "postgresql+psycopg://x@127.0.0.1:9/x")
    monkeypatch.delenv("FEEDBACK_SECRET_KEY", raising=False)
    result = call("serve")
    assert result.exit_code == 1
    assert "FEEDBACK_SECRET_KEY is not set" in one_line(result)


def test_deadline(installation):
    result = call("deadline", "--from", "2026-02-13", "--duration", "15wd", "--json")
    assert (result.exit_code, json.loads(result.stdout)["due_on"]) == (0, "2026-03-13")


def test_deadline_by_the_week_of_an_agency(installation):
    with db.transaction(installation, db.WORKER) as session:
        agency = session.scalars(select(Agency).where(Agency.code == "SXD")).one()
        session.add(
            OfficeSchedule(
                agency_id=agency.id, weekly="mon-fri 07:30-11:30 13:30-17:00, sat 07:30-11:30",
                working_weekdays="mon-sat", source="", valid_from=date(2025, 7, 1),
            )
        )  # fmt: skip
    words = ("deadline", "--from", "2026-03-02", "--term", "answer")
    assert call(*words).stdout.strip() == "2026-03-23"
    own = call(*words, "--agency", "SXD", "--explain", "--locale", "en")
    assert own.stdout.splitlines()[0] == "2026-03-19"
    assert "The agency works on Monday, " in own.stdout
    hours = call("deadline", "--from", "2026-03-13T16:30", "--duration", "1wh", "--agency", "SXD", "--json")
    assert json.loads(hours.stdout)["due_at"] == "2026-03-14T08:00:00+07:00"
    assert "no agency has the code" in one_line(call(*words, "--agency", "NONE"))


def test_first_administrator_by_link(installation):
    result = call("admin", "create", "--email", "Quan.Tri@example.vn", "--name", "Đỗ Quản Trị")
    assert result.exit_code == 0, result.output
    assert re.search(r"https://phananh\.example\.vn/staff/password/forgotten/\S{40,}", result.stdout)
    with db.transaction(installation, db.WORKER) as session:
        account = session.scalars(select(Account).where(Account.email == "Quan.Tri@example.vn")).one()
        holding = session.scalars(select(Holding).where(Holding.account_id == account.id)).one()
        actor = actor_for(session, account.id, holding.valid_from)
        kinds = session.scalars(select(AuditEvent.kind).order_by(AuditEvent.id)).all()
    assert account.password is None
    assert actor.holds({PositionKind.ADMINISTRATOR})
    assert local_date(account.created_at) == holding.valid_from
    assert kinds == ["account.created", "settings.position_created", "settings.holding_started"]


def test_first_administrator_with_a_password(installation):
    words = ("admin", "create", "--email", "a@example.vn", "--name", "Đỗ Quản Trị")
    short = call(*words, "--password-stdin", given="ngắn\n")
    assert short.exit_code == 2
    assert "12 to 200 characters" in one_line(short)
    result = call(*words, "--password-stdin", given="một câu đủ dài để nhớ\n")
    assert result.exit_code == 0
    assert "http" not in result.stdout
    again = call(*words, "--password-stdin", given="một câu đủ dài để nhớ\n")
    assert again.exit_code == 2
    assert "already" in one_line(again)
    with db.transaction(installation, db.WORKER) as session:
        account = session.scalars(select(Account).where(Account.email == "a@example.vn")).one()
    assert account.password.startswith("$argon2id$")


def test_administrator_needs_a_province(installation):
    with db.transaction(installation, db.WORKER) as session:
        session.execute(text("UPDATE agencies SET kind = 'department'"))
    result = call("admin", "create", "--email", "a@example.vn", "--name", "A")
    assert (result.exit_code, one_line(result)) == (
        1,
        "feedback: there is no province yet: run feedback seed first",
    )


def test_migrate_is_safe_to_repeat_and_names_a_missing_owner(installation, monkeypatch):
    assert call("migrate").exit_code == 0
    monkeypatch.setenv("FEEDBACK_MIGRATION_URL", "")
    result = call("migrate")
    assert result.exit_code == 1
    assert "FEEDBACK_MIGRATION_URL is not set" in one_line(result)


def test_audit_verify_tells_a_tampered_trail(installation, fresh_database, sockets):
    call("admin", "create", "--email", "a@example.vn", "--name", "A")
    sound = call("audit", "verify", "--json")
    assert sound.exit_code == 0
    assert json.loads(sound.stdout)["breaks"] == []
    with installation() as session:
        name = session.get_bind().engine.url.database
    tamper(sockets, name)
    broken = call("audit", "verify", "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["breaks"]
    with db.transaction(installation, db.WORKER) as session:
        outcomes = session.scalars(select(JobRun.outcome).order_by(JobRun.id)).all()
    assert outcomes == ["sound", "broken"]


def tamper(sockets: Path, database: str) -> None:
    """Change an event as only a superuser who switches the triggers off can."""
    from feedback.embedded.databases import connect

    with connect(sockets, database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE audit_events SET actor = 'account:1' WHERE kind = 'account.created'")
