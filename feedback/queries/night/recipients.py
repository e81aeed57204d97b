"""To whom a message goes: positions and holdings as the domain reads them, and the addresses of a key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from feedback.domain import recipients as rules
from feedback.domain.notifications import Channel, Topic
from feedback.domain.permissions import HANDLERS
from feedback.domain.positions import HoldingKind, PositionKind
from feedback.models import (
    Account,
    Agency,
    Case,
    Holding,
    NotificationChoice,
    Position,
    RestrictedAccess,
    Submitter,
)
from feedback.queries.people import holding_on, occupants, position_ids

_RECEIVING = (PositionKind.DISPATCHER, PositionKind.HEAD_OF_AGENCY)
_MOST_LINKS = 5
_HANDLING = (
    select(Account.id, Account.email, Account.name, Account.locale)
    .distinct()
    .join(Holding, Holding.account_id == Account.id)
    .join(Position, Position.id == Holding.position_id)
    .where(Account.active, Position.kind.in_(sorted(HANDLERS)))
    .order_by(Account.id)
)
"""Those who handle cases; whoever asks says where, and on which day."""


@dataclass(frozen=True, slots=True)
class Person:
    """One addressee of a message.

    account_id is None for the submitter and for the mailbox of an agency; locale is None
    where the message itself says the language. acting: acts in the position for its holder.
    """

    email: str
    name: str = ""
    account_id: int | None = None
    locale: str | None = None
    acting: bool = False


def read_directory(session: Session, on: date) -> rules.Directory:
    """Read the positions and holdings that count on the day `on` (Vietnamese date).

    An account that was closed holds nothing, whatever its holdings say.
    """
    positions = session.execute(
        select(Position.id, Position.kind, Position.agency_id, Position.unit_id).where(
            Position.valid_from <= on, or_(Position.valid_to.is_(None), Position.valid_to >= on)
        )
    )
    holdings = session.execute(
        select(Holding.position_id, Holding.account_id, Holding.kind, Holding.valid_from, Holding.valid_to)
        .join(Account, Account.id == Holding.account_id)
        .where(
            Account.active,
            Holding.valid_from <= on,
            or_(Holding.valid_to.is_(None), Holding.valid_to >= on),
        )
    )
    return rules.Directory(
        [
            rules.Position(number, PositionKind(kind), agency_id, unit_id)
            for number, kind, agency_id, unit_id in positions
        ],
        [
            rules.Holding(position_id, account_id, HoldingKind(kind), valid_from, valid_to)
            for position_id, account_id, kind, valid_from, valid_to in holdings
        ],
    )


def addressees(session: Session, recipient: str, case: Case | None, on: date) -> tuple[Person, ...]:
    """Give the people behind a recipient key (feedback.services.post.notices) on the day `on`.

    ``submitter`` of `case`, ``account:7``, ``position:5`` (who acts in it that day, else its
    holder), ``agency:3`` (its own mailbox, else those who receive its cases; of an external
    body those of its liaison desk), ``body:3`` (an external body's own mailbox, else that desk), ``unit:4``
    (who handles its cases) or ``desk`` (the coordinator's dispatchers). Of a restricted
    case nobody of staff is written to who is not on its access list on that day. Empty when
    nobody is there to be written to. Raises ValueError for a key that is none of these.
    """
    return _cleared(session, _behind(session, recipient, case, on), recipient, case)


def readers(session: Session, recipient: str, case: Case | None, on: date) -> tuple[Person, ...]:
    """Give the members of staff behind a recipient key, as `addressees` does, whom the product itself tells.

    Of an agency these are those who receive its cases, whether it has a mailbox or not.
    """
    people = _behind(session, recipient, case, on, mailbox=False)
    return tuple(
        person for person in _cleared(session, people, recipient, case) if person.account_id is not None
    )


def _cleared(
    session: Session, people: tuple[Person, ...], recipient: str, case: Case | None
) -> tuple[Person, ...]:
    if case is None or case.restricted_at is None or recipient == "submitter":
        return people
    listed = set(
        session.scalars(
            select(RestrictedAccess.account_id).where(
                RestrictedAccess.case_id == case.id, RestrictedAccess.ended_at.is_(None)
            )
        )
    )
    return tuple(person for person in people if person.account_id in listed)


def _behind(
    session: Session, recipient: str, case: Case | None, on: date, *, mailbox: bool = True
) -> tuple[Person, ...]:
    kind, _, number = recipient.partition(":")
    match kind:
        case "submitter":
            return _submitter(session, case)
        case "account":
            return _account(session, int(number))
        case "position":
            return _answering(session, int(number), on)
        case "agency":
            return _agency(session, int(number), on, mailbox)
        case "body":
            return _body(session, int(number), on, mailbox)
        case "unit":
            return _unit(session, int(number), on)
        case "desk":
            return _desk(session, on)
    raise ValueError(f"not a recipient: {kind!r}")


def _submitter(session: Session, case: Case | None) -> tuple[Person, ...]:
    row = None if case is None else session.get(Submitter, case.id)
    if row is None or not row.email or row.erased_at is not None:
        return ()
    return (Person(row.email, row.name or row.organisation),)


def _account(session: Session, account_id: int) -> tuple[Person, ...]:
    row = session.get(Account, account_id)
    if row is None or not row.active:
        return ()
    return (Person(row.email, row.name, row.id, row.locale),)


def _answering(session: Session, position_id: int, on: date) -> tuple[Person, ...]:
    """Give who answers in a position: one person, since a letter to a post is read by whoever acts."""
    held = read_position(session, position_id, on)
    return () if held is None else _account(session, held.account_id)


def read_position(session: Session, position_id: int, on: date) -> rules.Holding | None:
    """Give the holding that answers in a position on the day `on`, None when it is vacant."""
    found = session.execute(
        select(Holding.account_id, Holding.kind, Holding.valid_from, Holding.valid_to)
        .join(Account, Account.id == Holding.account_id)
        .where(Account.active, Holding.position_id == position_id)
    )
    holdings = [
        rules.Holding(position_id, account_id, HoldingKind(kind), valid_from, valid_to)
        for account_id, kind, valid_from, valid_to in found
    ]
    return rules.Directory([], holdings).answering(position_id, on)


def _holders(session: Session, positions: Iterable[int], on: date) -> tuple[Person, ...]:
    people = {
        held.account_id: Person(held.email, held.name, held.account_id, held.locale, held.acting)
        for position_id in positions
        for held in occupants(session, position_id, on)
    }
    return tuple(people.values())


def _agency(session: Session, agency_id: int, on: date, mailbox: bool) -> tuple[Person, ...]:
    agency = session.get(Agency, agency_id)
    for _ in range(_MOST_LINKS):
        if agency is None or agency.liaison_id is None:
            break
        agency = session.get(Agency, agency.liaison_id)
    if agency is None:
        return ()
    if agency.email and mailbox:
        return (Person(agency.email, agency.name_vi),)
    return _holders(session, position_ids(session, agency.id, _RECEIVING, on), on)


def _body(session: Session, agency_id: int, on: date, mailbox: bool) -> tuple[Person, ...]:
    agency = session.get(Agency, agency_id)
    if mailbox and agency is not None and agency.email:
        return (Person(agency.email, agency.name_vi),)
    return _agency(session, agency_id, on, mailbox)


def _unit(session: Session, unit_id: int, on: date) -> tuple[Person, ...]:
    return _people(session, _HANDLING.where(Position.unit_id == unit_id, holding_on(on)))


def unit_listeners(session: Session, case: Case, on: date) -> tuple[Person, ...]:
    """Give who handles cases in the unit that has `case` and chose to hear of what is new to it.

    While no unit has it that is anybody in the agency that leads: each of its units may take it up. Nobody of
    a case that was set apart.
    """
    if case.lead_agency_id is None or case.restricted_at is not None:
        return ()
    lead = session.get_one(Agency, case.lead_agency_id)
    query = _HANDLING.join(NotificationChoice, NotificationChoice.account_id == Account.id).where(
        NotificationChoice.topic == str(Topic.UNIT),
        NotificationChoice.channel != str(Channel.OFF),
        Position.agency_id == (lead.liaison_id or lead.id),
        holding_on(on),
    )
    if case.unit_id is not None:
        query = query.where(Position.unit_id == case.unit_id)
    return _people(session, query)


def _people(session: Session, query: Select[int, str, str, str]) -> tuple[Person, ...]:
    rows = session.execute(query)
    return tuple(Person(email, name, number, locale) for number, email, name, locale in rows)


def _desk(session: Session, on: date) -> tuple[Person, ...]:
    desks = session.scalars(
        select(Position.id)
        .where(
            Position.kind == str(PositionKind.DISPATCHER),
            Position.valid_from <= on,
            or_(Position.valid_to.is_(None), Position.valid_to >= on),
        )
        .order_by(Position.id)
    )
    return _holders(session, desks, on)
