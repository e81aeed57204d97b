"""Two agencies with cases that have been through everything, committed, and eyes for each role.

`lay_world` lets both agencies handle a case so that every protected table holds rows of each; the
tests then look at the same database through the real connections of the roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from feedback import db
from feedback.domain.lifecycle import RestrictedKind
from feedback.domain.submission import StoredFile
from feedback.embedded.databases import Urls
from feedback.models import Forwarding, Relay
from feedback.queries.people import scope_for
from feedback.services.casework import (
    answers,
    contributions,
    extensions,
    form_drafts,
    handling,
    identity,
    presence,
    publication,
    submitter,
    supplements,
)
from feedback.services.night.escalation import escalate
from feedback.services.restricted_track import access, conflicts
from feedback.services.restricted_track import restricted as restricted_verbs
from tests.factories import Team
from tests.services.committed import CommittedStage
from tests.services.stage import ANSWER

# Whose row it is: the case it belongs to. Digests belong to a position, some to an account, others to nobody.
CASE_OF = {"cases": "id", "work": "subject"}
WITHOUT_CASE = {
    "digests": "id", "calendar_changes": "id", "classifier_models": "version", "routing_weeks": "week",
    "rule_trials": "id", "saved_views": "id", "standard_texts": "id", "notifications": "id",
    "notification_choices": "account_id", "notification_times": "account_id",
}  # fmt: skip

APART_ONLY = {"restricted_accesses", "restricted_conflicts", "forwardings"}
"""The tables that hold rows of cases that were set apart alone."""

KEPT_BY_TRIGGER = {"note_words"}
"""What the owner's triggers write beside the rows of others, and no role may."""

_PROTECTED = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relrowsecurity ORDER BY 1"""


def case_column(table: str) -> str:
    """The column of a protected table that holds the case."""
    return CASE_OF.get(table, "case_id")


def refused(session: Session, statement: str, **values: Any) -> str:
    """Run a statement that must be refused for want of a right, and give what was said."""
    with pytest.raises(ProgrammingError) as error, session.begin_nested():
        session.execute(text(statement), values)
    assert error.value.orig.sqlstate == "42501", error.value
    return str(error.value.orig)


def count(session: Session, table: str) -> int:
    """How many rows of `table` the session sees."""
    return session.scalar(text(f"SELECT count(*) FROM {table}")) or 0


def become(connection: Connection, scope: db.Scope) -> None:
    """Let a superuser's transaction go on as the web role in `scope`, until its end or RESET ROLE."""
    connection.execute(db._SET_SCOPE, scope.settings())
    connection.execute(text("SET LOCAL ROLE feedback_web"))


def photo(name: str = "den.jpg") -> StoredFile:
    """A file as the storage left it."""
    key = f"2026/11/{db.new_id()}"
    return StoredFile(db.new_id(), name, "image/jpeg", 1234, "ab" * 32, key)


@dataclass
class Life:
    """What an agency has: a case that was answered and reopened, one overdue, one set apart."""

    team: Team
    rich: UUID
    late: UUID
    apart: UUID

    @property
    def open_cases(self) -> set[UUID]:
        return {self.rich, self.late}


@dataclass
class World:
    """The laid database and what is in it."""

    stage: CommittedStage
    urls: Urls
    engines: dict[str, Engine]
    ours: Life
    theirs: Life
    waiting: UUID
    published: UUID

    @property
    def cases(self) -> set[UUID]:
        return {self.ours.rich, self.ours.late, self.ours.apart, self.theirs.rich, self.theirs.late,
                self.theirs.apart, self.waiting, self.published}  # fmt: skip

    def tables(self) -> list[str]:
        """All tables of the product."""
        with self.engines["superuser"].connect() as connection:
            return list(
                connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            )

    def protected(self) -> list[str]:
        """The tables on which row security is enabled."""
        with self.engines["superuser"].connect() as connection:
            return list(connection.scalars(text(_PROTECTED)))

    def belonging(self) -> list[str]:
        """The protected tables whose rows belong to a case."""
        return [table for table in self.protected() if table not in WITHOUT_CASE]

    @contextmanager
    def eyes(self, scope: db.Scope | None, role: str = "web") -> Iterator[Session]:
        """A session on the login of `role` in `scope`, or without any; nothing it does is kept."""
        session = db.session_factory(self.engines[role])()
        if scope is not None:
            session.info["scope"] = scope
        try:
            yield session
        finally:
            session.rollback()
            session.close()

    def staff(self, account: Any) -> db.Scope:
        """The scope of a member of staff today."""
        return scope_for(self.stage.actor(account))

    def code(self, case_id: UUID) -> db.Scope:
        """The scope of whoever holds a case's tracking code."""
        return replace(db.PUBLIC, tracking_code=self.stage.look(case_id).tracking_code)

    def seen(self, scope: db.Scope | None, role: str = "web") -> dict[str, set[UUID]]:
        """For each protected table of which rows are seen: the cases they belong to."""
        found = {}
        with self.eyes(scope, role) as session:
            for table in self.belonging():
                column = case_column(table)
                rows = session.scalars(text(f"SELECT DISTINCT {column} FROM {table}")).all()
                if rows:
                    found[table] = set(rows)
        return found


def _rich_case(stage: CommittedStage, team: Team, other: Team) -> UUID:
    """A case that `other` sent back and `team` answered, proposed for the board and has again."""
    beside = stage.make.agency()
    stage.worker.commit()
    case_id = stage.triaged(attachments=(photo(),), title=f"Đèn đường {team.agency.code}")
    stage.dispatch(case_id, other)
    stage.act(other.officer, handling.send_back, case_id, reason="Không thuộc thẩm quyền của Sở.",
              proposed_agency_id=team.agency.id)  # fmt: skip
    stage.dispatch(case_id, team, note="Đã xem kỹ thẩm quyền.")
    stage.act(team.officer, handling.accept, case_id)
    stage.act(team.head, handling.assign_officer, case_id, officer_id=team.officer.id)
    stage.act(team.officer, supplements.ask, case_id, question="Cột đèn số mấy?")
    stage.submitter(supplements.reply, case_id, text="Cột số 7.", files=[photo("cot.jpg")])
    until = stage.book.calendar.add_working_days(stage.look(case_id).agency_due_on, 5)
    stage.act(team.officer, extensions.ask, case_id, reason="Chờ vật tư thay thế.", new_due_on=until)
    stage.act(team.head, extensions.decide, case_id, granted=True)
    stage.act(team.officer, identity.reveal, case_id, reason="Gọi hẹn giờ đến kiểm tra.")
    stage.act(team.officer, contributions.ask, case_id, agency_id=beside.id, request="Có lịch sửa chưa?",
              due_on=stage.book.calendar.add_working_days(stage.now.date(), 2))  # fmt: skip
    stage.act(team.officer, answers.submit, case_id, text=ANSWER)
    stage.act(team.head, answers.approve, case_id)
    stage.act(team.officer, answers.record_delivery, case_id, method="counter", note="Đã giao tận tay.")
    stage.act(team.officer, publication.propose, case_id, title="Đã thay bóng đèn",
              summary="Người dân phản ánh bóng đèn hỏng; cơ quan đã thay.")  # fmt: skip
    stage.submitter(submitter.rate, case_id, score=2, comment="Chưa xong.")
    stage.submitter(submitter.reopen, case_id, reason="Đèn lại tắt từ hôm qua.")
    stage.act(team.officer, answers.save_draft, case_id, text="Bản thảo chưa ai được xem.")
    stage.act(team.officer, form_drafts.keep, case_id, form="answer", fields={"text": ["Đang gõ dở."]})
    stage.act(team.officer, presence.announce, case_id)
    stage.worker.add(
        Relay(
            id=db.new_id(), case_id=case_id, agency_id=beside.id, relayed_at=stage.now,
            relayed_by=team.officer.id, document_number="12/VP", request="Đề nghị trả lời.",
            due_on=stage.now.date(),
        )
    )  # fmt: skip
    stage.worker.commit()
    return case_id


def _set_apart(stage: CommittedStage, team: Team) -> UUID:
    case_id = stage.in_progress(team, attachments=(photo("don.jpg"),), title=f"Tố cáo {team.agency.code}")
    stage.act(team.officer, identity.reveal, case_id, reason="Kiểm tra người gửi đơn.")
    stage.act(team.officer, answers.save_draft, case_id, text="Bản thảo trước khi tách riêng.")
    stage.act(
        stage.province.dispatcher, restricted_verbs.set_apart, case_id, kind=RestrictedKind.DENUNCIATION,
        reason="Nội dung tố cáo cán bộ.", accused_agency_id=team.agency.id,
    )  # fmt: skip
    listed = stage.inspectorate.head
    for helper in (stage.inspectorate.officer, stage.inspectorate.head_of_unit):
        stage.act(listed, access.grant, case_id, account_id=helper.id, reason="Giúp việc.")
    stage.act(
        listed, access.end_access, case_id, account_id=stage.inspectorate.head_of_unit.id, reason="Thôi việc."
    )
    stage.act(
        listed, conflicts.record_conflict, case_id, account_id=team.officer.id, reason="Bị nêu tên trong đơn."
    )
    stage.worker.add(
        Forwarding(
            id=db.new_id(), case_id=case_id, forwarded_at=stage.now, forwarded_by=listed.id,
            to_body="Viện kiểm sát", document_number="12/VP", document_date=stage.now.date(),
        )
    )  # fmt: skip
    stage.worker.commit()
    return case_id


def _published(stage: CommittedStage) -> UUID:
    case_id = stage.answered(stage.home, title="Đã đăng công khai")
    stage.act(stage.home.officer, publication.propose, case_id, title="Đã trả lời",
              summary="Cơ quan đã trả lời người dân.")  # fmt: skip
    stage.act(stage.province.dispatcher, publication.check, case_id, approved=True)
    return case_id


def lay_world(stage: CommittedStage, urls: Urls, superuser: Engine) -> World:
    """Let everything happen; `superuser` reads the catalogue."""
    works, home = stage.works, stage.home
    ours = Life(works, _rich_case(stage, works, home), stage.in_progress(works), _set_apart(stage, works))
    theirs = Life(home, _rich_case(stage, home, works), stage.in_progress(home), _set_apart(stage, home))
    published = _published(stage)
    stage.wait(days=45)
    escalate(stage.sessions, stage.now, stage.book, now=stage.now)
    waiting = stage.received(title="Vừa gửi đến")
    engines = {name: db.make_engine(getattr(urls, name), pool_size=2) for name in ("web", "worker", "owner")}
    return World(stage, urls, {**engines, "superuser": superuser}, ours, theirs, waiting, published)
