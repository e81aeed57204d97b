"""Units, positions and who is in them: what rights and escalation follow from.

A holding is never rewritten: it is given a last day, and a new one begins. Days are
Vietnamese dates, and the first and the last of them count.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.events import EventKind
from feedback.domain.positions import AgencyKind, HoldingKind, PositionKind, may_sit
from feedback.domain.text import clean_line
from feedback.models import Account, Agency, Holding, Position, Unit
from feedback.services import audit
from feedback.services.errors import InvalidInput

STREAM = "settings"
_NAME_LONGEST = 200
_BASIS_LONGEST = 300
_EXCLUDED = "23P01"
"""What PostgreSQL says of a row that an exclusion constraint refuses (uq_holdings_acting)."""


def _name(text: str, field: str, *, most: int = _NAME_LONGEST, required: bool = True) -> str:
    cleaned = clean_line(text)
    if required and not cleaned:
        raise InvalidInput(field, "required")
    if len(cleaned) > most:
        raise InvalidInput(field, "too_long")
    return cleaned


def create_unit(
    session: Session, *, actor: str, agency_id: int, name_vi: str, name_en: str, now: datetime
) -> Unit:
    """Make a unit of an agency, which exists from today on. An empty English name repeats the Vietnamese one.

    Raises InvalidInput of ``name_vi``, ``name_en``.
    """
    vietnamese = _name(name_vi, "name_vi")
    english = _name(name_en, "name_en", required=False) or vietnamese
    unit = Unit(agency_id=agency_id, name_vi=vietnamese, name_en=english, valid_from=local_date(now))
    session.add(unit)
    session.flush()
    audit.record(
        session, kind=EventKind.UNIT_CREATED, actor=actor, at=now, stream=STREAM,
        agency=agency_id, unit=unit.id,
    )  # fmt: skip
    return unit


def create_position(
    session: Session,
    *,
    actor: str,
    agency_id: int,
    unit_id: int | None,
    kind: PositionKind,
    title_vi: str,
    title_en: str,
    now: datetime,
) -> Position:
    """Make a position, vacant, from today on. An empty English title repeats the Vietnamese one.

    Raises InvalidInput of ``kind`` (``other_body``: there are none in such a body, see `may_sit`),
    ``unit_id`` (``invalid``: another agency's), ``title_vi``, ``title_en``.
    """
    if not may_sit(kind, AgencyKind(session.get_one(Agency, agency_id).kind)):
        raise InvalidInput("kind", "other_body")
    if unit_id is not None:
        unit = session.get(Unit, unit_id)
        if unit is None or unit.agency_id != agency_id:
            raise InvalidInput("unit_id", "invalid")
    vietnamese = _name(title_vi, "title_vi")
    position = Position(
        agency_id=agency_id,
        unit_id=unit_id,
        kind=kind,
        title_vi=vietnamese,
        title_en=_name(title_en, "title_en", required=False) or vietnamese,
        valid_from=local_date(now),
    )
    session.add(position)
    session.flush()
    audit.record(
        session, kind=EventKind.POSITION_CREATED, actor=actor, at=now, stream=STREAM,
        position=position.id, agency=agency_id, position_kind=str(kind),
    )  # fmt: skip
    return position


def appoint(
    session: Session,
    *,
    actor: str,
    position_id: int,
    account_id: int,
    kind: HoldingKind,
    valid_from: date,
    valid_to: date | None,
    basis: str,
    now: datetime,
    created_by: int | None = None,
) -> tuple[Holding, UUID]:
    """Put an account into a position for these days, as holder or acting; gives the holding and its event.

    basis: the decision it rests on, in words. Raises InvalidInput: ``account_id`` (``inactive``),
    ``valid_from`` (``occupied``: somebody else is in it that way on one of the days), ``valid_to``
    (``before_start``; ``required`` for who acts), ``basis`` (``too_long``).
    """
    account = session.get(Account, account_id)
    if account is None or not account.active:
        raise InvalidInput("account_id", "inactive")
    if kind is HoldingKind.ACTING and valid_to is None:
        raise InvalidInput("valid_to", "required")
    if valid_to is not None and valid_to < valid_from:
        raise InvalidInput("valid_to", "before_start")
    text = _name(basis, "basis", most=_BASIS_LONGEST, required=False)
    # Two appointments at once wait for one another here, so that both cannot find the position free.
    session.execute(select(Position.id).where(Position.id == position_id).with_for_update()).one()
    if _overlapping(session, position_id, kind, valid_from, valid_to):
        raise InvalidInput("valid_from", "occupied")
    holding = Holding(
        position_id=position_id,
        account_id=account_id,
        kind=kind,
        valid_from=valid_from,
        valid_to=valid_to,
        basis=text,
        created_at=now,
        created_by=created_by,
    )
    _enter(session, holding)
    cause = audit.record(
        session, kind=EventKind.HOLDING_STARTED, actor=actor, at=now, stream=STREAM,
        holding=holding.id, position=position_id, account=account_id, how=str(kind),
        valid_from=valid_from.isoformat(), valid_to=valid_to.isoformat() if valid_to else None,
    )  # fmt: skip
    return holding, cause


def end_holding(session: Session, *, actor: str, holding: Holding, last_day: date, now: datetime) -> UUID:
    """Give a holding its last day, which still counts; gives the event.

    Raises InvalidInput of ``last_day``: ``before_start``; ``after_end`` beyond the last day it has;
    ``past`` when the holding has already ended.
    """
    if last_day < holding.valid_from:
        raise InvalidInput("last_day", "before_start")
    if holding.valid_to is not None and holding.valid_to < local_date(now):
        raise InvalidInput("last_day", "past")
    if holding.valid_to is not None and last_day > holding.valid_to:
        raise InvalidInput("last_day", "after_end")
    holding.valid_to = last_day
    session.flush()
    return audit.record(
        session, kind=EventKind.HOLDING_ENDED, actor=actor, at=now, stream=STREAM,
        holding=holding.id, position=holding.position_id, account=holding.account_id,
        valid_to=last_day.isoformat(),
    )  # fmt: skip


def call_off(session: Session, *, actor: str, holding: Holding, now: datetime) -> UUID:
    """Have a holding that has not begun never begin: its last day becomes the day before its first.

    Gives the event. Raises InvalidInput of ``last_day``: ``past`` when it was called off before, ``begun``
    from its first day on.
    """
    if holding.valid_to is not None and holding.valid_to < holding.valid_from:
        raise InvalidInput("last_day", "past")
    if holding.valid_from <= local_date(now):
        raise InvalidInput("last_day", "begun")
    holding.valid_to = holding.valid_from - timedelta(days=1)
    session.flush()
    return audit.record(
        session, kind=EventKind.HOLDING_CALLED_OFF, actor=actor, at=now, stream=STREAM,
        holding=holding.id, position=holding.position_id, account=holding.account_id,
    )  # fmt: skip


def change_contact(
    session: Session, *, actor: str, agency: Agency, email: str, phone: str, address: str, now: datetime
) -> None:
    """Change how an agency is reached. Empty texts take a value away; the face checks their form."""
    agency.email = _name(email, "email", required=False) or None
    agency.phone = _name(phone, "phone", required=False) or None
    agency.address = _name(address, "address", most=_BASIS_LONGEST, required=False) or None
    session.flush()
    audit.record(session, kind=EventKind.AGENCY_CHANGED, actor=actor, at=now, stream=STREAM, agency=agency.id)


def _enter(session: Session, holding: Holding) -> None:
    """Write a holding; that PostgreSQL refuses it beside another is told as the rules tell it."""
    try:
        with session.begin_nested():
            session.add(holding)
            session.flush()
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != _EXCLUDED:
            raise
        raise InvalidInput("valid_from", "occupied") from error


def _overlapping(
    session: Session, position_id: int, kind: HoldingKind, valid_from: date, valid_to: date | None
) -> bool:
    query = select(Holding.id).where(
        Holding.position_id == position_id,
        Holding.kind == kind,
        or_(Holding.valid_to.is_(None), Holding.valid_to >= valid_from),
        or_(Holding.valid_to.is_(None), Holding.valid_to >= Holding.valid_from),
    )
    if valid_to is not None:
        query = query.where(Holding.valid_from <= valid_to)
    return session.scalar(query.limit(1)) is not None
