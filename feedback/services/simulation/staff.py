"""Who works in the simulated province, how diligently, and when they get to it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.permissions import HANDLERS, TOP
from feedback.domain.positions import Actor, AgencyKind, PositionKind
from feedback.models import Account, Agency, Holding, Position
from feedback.queries.law_book import LawBook
from feedback.queries.people import actor_for, holding_on


@dataclass(frozen=True, slots=True)
class Diligence:
    """How an agency works, in working days on average: to accept, to draft an answer, to approve it.

    errors: how often a head returns a draft. acknowledges: how often a head answers a digest.
    """

    accept: float
    draft: float
    approve: float
    errors: float
    acknowledges: float


DILIGENT = Diligence(0.4, 5.0, 0.3, 0.05, 0.9)
ORDINARY = Diligence(0.8, 8.0, 0.6, 0.08, 0.6)
SLOW = Diligence(1.8, 12.5, 1.2, 0.12, 0.3)
_KINDS = ((DILIGENT, 35), (ORDINARY, 50), (SLOW, 15))


class Office:
    """The agencies and their people; the same `seed` gives each agency the same diligence."""

    def __init__(self, session: Session, book: LawBook, seed: int) -> None:
        self.book = book
        rows = session.execute(
            select(Agency.id, Agency.code, Agency.kind, Agency.liaison_id, Agency.commune_code)
        ).all()
        self._desks: Mapping[int, int] = {
            row.id: row.liaison_id if row.kind == AgencyKind.EXTERNAL and row.liaison_id else row.id
            for row in rows
        }
        self.coordinator: int = next(row.id for row in rows if row.kind == AgencyKind.COORDINATOR)
        self.agencies: tuple[int, ...] = tuple(
            sorted(row.id for row in rows if row.kind not in (AgencyKind.EXTERNAL, AgencyKind.OVERSIGHT))
        )
        self._communes = {row.commune_code: row.id for row in rows if row.commune_code is not None}
        kinds, weights = [kind for kind, _ in _KINDS], [weight for _, weight in _KINDS]
        self._diligence = {
            row.id: random.Random(f"{seed}/{row.code}").choices(kinds, weights)[0]  # noqa: S311 - no secret
            for row in rows
        }
        self._day: date | None = None
        self._people: dict[tuple[int, PositionKind], list[int]] = {}
        self._holders: dict[int, int] = {}
        self._held: dict[int, tuple[int, ...]] = {}
        self._actors: dict[int, tuple[tuple[int, ...], Actor]] = {}

    def diligence(self, agency_id: int | None) -> Diligence:
        """How the agency that has a case works; the coordinator's desk while none has it."""
        return self._diligence[agency_id if agency_id is not None else self.coordinator]

    def of_commune(self, code: str | None) -> int | None:
        """The People's Committee of a commune, when one is named."""
        return None if code is None else self._communes.get(code)

    def come_to_work(self, session: Session, now: datetime) -> None:
        """Read who is in which position on the Vietnamese date of `now`, once a day."""
        today = local_date(now)
        if today == self._day:
            return
        self._day = today
        held: dict[int, list[int]] = defaultdict(list)
        self._people, self._holders = defaultdict(list), {}
        rows = session.execute(
            select(
                Holding.id, Holding.account_id, Holding.kind, Position.id, Position.kind, Position.agency_id
            )
            .join(Position, Position.id == Holding.position_id)
            .join(Account, Account.id == Holding.account_id)
            .where(Account.active, holding_on(today))
            .order_by(Holding.kind, Holding.id)
        )
        for holding_id, account_id, _, position_id, kind, agency_id in rows:
            held[account_id].append(holding_id)
            self._people[agency_id, PositionKind(kind)].append(account_id)
            self._holders.setdefault(position_id, account_id)  # who acts comes first
        self._actors = {
            account_id: known
            for account_id, known in self._actors.items()
            if known[0] == tuple(held.get(account_id, ()))
        }
        self._held = {account_id: tuple(ids) for account_id, ids in held.items()}

    def _actor(self, session: Session, account_id: int) -> Actor:
        """Give an account as an actor, read anew when its holdings changed."""
        known = self._actors.get(account_id)
        if known is None:
            assert self._day is not None  # noqa: S101 - nobody acts before they came to work
            known = self._held[account_id], actor_for(session, account_id, self._day)
            self._actors[account_id] = known
        return known[1]

    def in_position(self, session: Session, position_id: int) -> Actor | None:
        """Who answers in a position today: who acts in it, else its holder."""
        account_id = self._holders.get(position_id)
        return None if account_id is None else self._actor(session, account_id)

    def officer(self, session: Session, agency_id: int, draw: random.Random) -> Actor:
        """Somebody of the agency (of its liaison desk, for an external body) who may handle a case."""
        return self._somebody(
            session, agency_id, (PositionKind.OFFICER, PositionKind.HEAD_OF_UNIT, *HANDLERS), draw
        )

    def head(self, session: Session, agency_id: int, draw: random.Random) -> Actor:
        """Who may approve in the agency's name."""
        return self._somebody(session, agency_id, (PositionKind.HEAD_OF_AGENCY, *TOP), draw)

    def dispatcher(self, session: Session, draw: random.Random) -> Actor:
        """A dispatcher of the coordinator, or its chief when no dispatcher is there."""
        return self._somebody(
            session, self.coordinator, (PositionKind.DISPATCHER, PositionKind.COORDINATOR_HEAD), draw
        )

    def chief(self, session: Session, draw: random.Random) -> Actor:
        """The chief of the coordinating office."""
        return self._somebody(session, self.coordinator, (PositionKind.COORDINATOR_HEAD,), draw)

    def another_agency(self, than: int | None, draw: random.Random) -> int:
        """An agency that is not `than`."""
        return draw.choice([agency_id for agency_id in self.agencies if agency_id != than])

    def _somebody(
        self, session: Session, agency_id: int, kinds: Collection[PositionKind], draw: random.Random
    ) -> Actor:
        desk = self._desks[agency_id]
        for kind in kinds:
            found = self._people.get((desk, kind))
            if found:
                return self._actor(session, draw.choice(found))
        raise LookupError(f"nobody in agency {desk} is any of {', '.join(sorted(kinds))}")

    def at_work(self, agency_id: int | None, after: datetime, days: float, draw: random.Random) -> datetime:
        """A moment (aware) in the agency's office hours, about `days` working days after a moment.

        The same day only while its office is still open then.
        """
        desk = self.coordinator if agency_id is None else self._desks[agency_id]
        calendar = self.book.calendar_of(desk)
        day = calendar.add_working_days(local_date(after), round(days))
        day = calendar.on_or_next_working_day(day)
        moment = self._office_moment(day, draw)
        if moment <= after:
            left = self._closing(day) - after
            if left > timedelta(minutes=10):
                return after + left * draw.random()
            moment = self._office_moment(calendar.next_working_day(day), draw)
        return moment

    def _office_moment(self, day: date, draw: random.Random) -> datetime:
        opening, closing = draw.choice(self.book.office.periods)
        begin = datetime.combine(day, opening, VIETNAM)
        length = datetime.combine(day, closing, VIETNAM) - begin
        return begin + timedelta(seconds=int(length.total_seconds() * draw.random()))

    def _closing(self, day: date) -> datetime:
        return datetime.combine(day, self.book.office.periods[-1][1], VIETNAM)


def at_home(after: datetime, days: float, draw: random.Random) -> datetime:
    """A waking moment (aware) of a citizen, about `days` calendar days after a moment."""
    day = local_date(after) + timedelta(days=round(days))
    moment = datetime.combine(day, time(draw.randrange(6, 23), draw.randrange(60)), VIETNAM)
    return moment if moment > after else after + timedelta(minutes=draw.randrange(5, 90))
