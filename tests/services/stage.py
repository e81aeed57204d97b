"""A stage for the verbs: a small province, its law, and people who act on cases one after the other.

Every act runs in a transaction of its own in the web role and the actor's scope, so row-level
security holds as in the product; `stage.look(case)` reads as the worker, who sees everything.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from feedback import db
from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import CaseClass, Channel, State, SubmitterKind
from feedback.domain.positions import Actor, AgencyKind, PositionKind
from feedback.domain.submission import Submission
from feedback.models import Account, AuditEvent, Case, Deadline, Message, Work
from feedback.queries.case_file import NotFound
from feedback.queries.law_book import LawBook, read_law_book
from feedback.queries.people import actor_for, scope_for
from feedback.services import clocks
from feedback.services.arrival import intake
from feedback.services.casework import answers, handling, triage
from tests.factories import Factory, Province, Team

MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""Monday 2 November 2026, 9:00 in Vietnam: the next holiday is 24 November."""

TYPED = Submission(
    channel=Channel.WEB, locale="vi", title="Đèn đường hỏng",
    body="Đèn đường trước số nhà 12 đã tắt ba tuần nay, buổi tối rất nguy hiểm cho trẻ em đi học về.",
    place_text="Phường Xuân Hương - Đà Lạt", place_detail="số 12 đường Nguyễn Du", commune_code="24769",
    happened="", field_id=None, submitter_kind=SubmitterKind.CITIZEN, anonymous=False,
    name="Trần Thị Bưởi", organisation="", business_code="", email="buoi@example.org", phone="0912345678",
    address="12 Nguyễn Du, phường Xuân Hương", consent_publish=True, confidential=False,
)  # fmt: skip
ANSWER = "Trung tâm Quản lý đô thị đã thay bóng đèn vào ngày 10/11/2026 và sẽ kiểm tra lại hằng tháng."


class Stage:
    """Acts on cases at `now`, which a test moves with `wait`."""

    def __init__(self, factory: sessionmaker[Session], worker: Session, make: Factory) -> None:
        self.factory = factory
        self.worker = worker
        self.make = make
        make.law()
        self.province: Province = make.province()
        self.inspectorate: Team = make.team(make.agency("TTT", AgencyKind.INSPECTORATE))
        self.book: LawBook = read_law_book(worker)
        self.now = MONDAY
        worker.commit()

    @property
    def home(self) -> Team:
        return self.province.home_affairs

    @property
    def works(self) -> Team:
        return self.province.construction

    def wait(self, **amount: float) -> None:
        """Let time pass by a `timedelta` of these arguments."""
        self.now += timedelta(**amount)

    def wait_working_days(self, days: int) -> None:
        """Let working days pass; the hour of the day stays."""
        target = self.book.calendar.add_working_days(local_date(self.now), days)
        self.now += timedelta(days=(target - local_date(self.now)).days)

    def actor(self, account: Account) -> Actor:
        """`account` with the positions of the day."""
        return actor_for(self.worker, account.id, local_date(self.now))

    def act(self, account: Account, verb: Callable[..., Any], case_id: UUID, **arguments: Any) -> Any:
        """Have `account` do `verb` to a case; raises what the verb raises, and NotFound for a case unseen."""
        actor = self.actor(account)
        with db.transaction(self.factory, scope_for(actor)) as session:
            case = session.get(Case, case_id)
            if case is None:
                raise NotFound(str(case_id))
            result = verb(session, actor, case, **self._timed(verb, arguments))
        self.worker.expire_all()
        return result

    def submitter(self, verb: Callable[..., Any], case_id: UUID, **arguments: Any) -> Any:
        """Have the submitter of a case do `verb` by its tracking code."""
        scope = replace(db.PUBLIC, tracking_code=self.look(case_id).tracking_code)
        with db.transaction(self.factory, scope) as session:
            case = session.get_one(Case, case_id)
            result = verb(session, case, **self._timed(verb, arguments))
        self.worker.expire_all()
        return result

    def _timed(self, verb: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
        wanted = inspect.signature(verb).parameters
        given = {"now": self.now, "book": self.book}
        return {name: value for name, value in given.items() if name in wanted} | arguments

    def look(self, case_id: UUID) -> Case:
        """Read a case as the worker sees it now."""
        self.worker.expire_all()
        return self.worker.get_one(Case, case_id)

    def rows(self, model: type[Any], case_id: UUID, *conditions: Any) -> list[Any]:
        """Read the rows of `model` that belong to a case, in the order of their keys."""
        self.worker.expire_all()
        key = next(iter(inspect_key(model)))
        query = select(model).where(model.case_id == case_id, *conditions).order_by(key)
        return list(self.worker.scalars(query))

    def events(self, case_id: UUID) -> list[str]:
        """The kinds of a case's audit events in order, without their common beginning."""
        query = select(AuditEvent.kind).where(AuditEvent.case_id == case_id).order_by(AuditEvent.seq)
        return [kind.removeprefix("case.") for kind in self.worker.scalars(query)]

    def notices(self, case_id: UUID) -> set[tuple[str, str]]:
        """The kind and recipient of each notice of a case."""
        return {(row.kind, row.recipient) for row in self.rows(Message, case_id)}

    def due(self, case_id: UUID, clock: str) -> date | None:
        """The running date of a clock."""
        row = clocks.active_deadline(self.worker, case_id, clock)  # type: ignore[arg-type]
        return None if row is None else row.due_on

    def active_clocks(self, case_id: UUID) -> set[str]:
        """The clocks of a case that run."""
        ended = (Deadline.superseded_at.is_(None), Deadline.met_at.is_(None))
        return {row.clock for row in self.rows(Deadline, case_id, *ended)}

    def received(self, **changes: Any) -> UUID:
        """A case that came in now."""
        case_id = db.new_id()
        with db.transaction(self.factory, db.PUBLIC) as session:
            intake.receive(session, replace(TYPED, **changes), case_id=case_id, now=self.now, book=self.book)
        return case_id

    def triaged(self, **changes: Any) -> UUID:
        """A case in triage, as the routing leaves one that it is not sure of."""
        case_id = self.received(**changes)
        case = self.worker.get_one(Case, case_id)
        clocks.enter_state(self.worker, case, State.TRIAGE, self.now, self.book)
        self.worker.flush()
        done = self.worker.scalars(select(Work).where(Work.subject == case_id)).one()
        done.done_at = self.now
        self.worker.commit()
        return case_id

    def dispatched(self, team: Team | None = None, **changes: Any) -> UUID:
        """A case that the dispatcher gave to an agency (construction)."""
        case_id = self.triaged(**changes)
        self.dispatch(case_id, team)
        return case_id

    def dispatch(self, case_id: UUID, team: Team | None = None, **arguments: Any) -> None:
        """Let the dispatcher give a case to an agency (construction)."""
        agency = (team or self.works).agency
        self.act(
            self.province.dispatcher, triage.dispatch, case_id,
            **{"agency_id": agency.id, "case_class": CaseClass.C} | arguments,
        )  # fmt: skip

    def in_progress(self, team: Team | None = None, **changes: Any) -> UUID:
        """A case that an officer accepted."""
        case_id = self.dispatched(team, **changes)
        self.act((team or self.works).officer, handling.accept, case_id)
        return case_id

    def awaiting_approval(self, team: Team | None = None, **changes: Any) -> UUID:
        """A case whose answer the head is to approve."""
        case_id = self.in_progress(team, **changes)
        self.act((team or self.works).officer, answers.submit, case_id, text=ANSWER)
        return case_id

    def answered(self, team: Team | None = None, **changes: Any) -> UUID:
        """A case that was answered."""
        case_id = self.awaiting_approval(team, **changes)
        self.act((team or self.works).head, answers.approve, case_id)
        return case_id

    def count(self, model: type[Any], *conditions: Any) -> int:
        """How many rows of `model` there are."""
        return self.worker.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def inspect_key(model: type[Any]) -> tuple[Any, ...]:
    """The columns of a model's primary key."""
    key: tuple[Any, ...] = model.__mapper__.primary_key
    return key


RECEPTION = PositionKind.RECEPTION
