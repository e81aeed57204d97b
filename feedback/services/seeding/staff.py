"""Demonstration staff: units, positions and people in them, for every agency of the province.

Names come from lists of common parts in a fixed order, so that every installation of the
demonstration shows the same people, none of whom exists.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.data import read_rows
from feedback.db import new_id
from feedback.domain.positions import AgencyKind, HoldingKind, PositionKind
from feedback.domain.text import fold
from feedback.models import Account, Agency, Holding, Position, Unit

DOMAIN = "lamdong.example"
_SEED = 20250701
_COMMUNE_UNITS = {
    "UBND phường": ("Phòng Kinh tế, Hạ tầng và Đô thị", "Economy, Infrastructure and Urban Division"),
    "UBND xã": ("Phòng Kinh tế", "Economy Division"),
    "UBND đặc": ("Phòng Kinh tế", "Economy Division"),
}
_TITLES = {
    PositionKind.OFFICER: ("Chuyên viên", "Officer"),
    PositionKind.HEAD_OF_UNIT: ("Trưởng phòng", "Head of division"),
    PositionKind.HEAD_OF_AGENCY: ("Giám đốc", "Director"),
    PositionKind.DISPATCHER: ("Chuyên viên điều phối phản ánh, kiến nghị", "Dispatcher"),
    PositionKind.COORDINATOR_HEAD: ("Chánh Văn phòng UBND tỉnh", "Chief of Office"),
    PositionKind.CHAIRMAN: ("Chủ tịch UBND tỉnh", "Chairman of the People's Committee"),
    PositionKind.RECEPTION: ("Nhân viên một cửa", "One-stop clerk"),
    PositionKind.ADMINISTRATOR: ("Quản trị hệ thống", "System administrator"),
    PositionKind.SUPERVISOR: ("Cán bộ giám sát", "Supervisor"),
}
_HEAD_TITLES = {
    AgencyKind.COORDINATOR: ("Chánh Văn phòng UBND tỉnh", "Chief of Office"),
    AgencyKind.INSPECTORATE: ("Chánh Thanh tra tỉnh", "Chief Inspector"),
    AgencyKind.AUTHORITY: ("Trưởng ban", "Head of Authority"),
    AgencyKind.COMMUNE: ("Chủ tịch UBND", "Chairman of the People's Committee"),
}
VACANT = ("SCT", PositionKind.HEAD_OF_UNIT)
"""A post that nobody holds, so that a demonstration shows what escalation then does."""
ACTED = ("SGDDT", PositionKind.HEAD_OF_AGENCY)
"""A post whose holder is away and in which somebody acts."""


@dataclass
class _Staffing:
    session: Session
    password_hash: str
    now: datetime
    since: date
    names: Iterator[str]
    emails: set[str] = field(default_factory=set)

    def position(
        self,
        agency: Agency,
        kind: PositionKind,
        unit: Unit | None = None,
        title: tuple[str, str] | None = None,
    ) -> Position:
        vi, en = title or _TITLES[kind]
        row = Position(
            agency_id=agency.id, unit_id=unit.id if unit else None, kind=str(kind), title_vi=vi,
            title_en=en, valid_from=self.since,
        )  # fmt: skip
        self.session.add(row)
        return row

    def account(self, local_part: str) -> Account:
        email = f"{local_part}@{DOMAIN}"
        for number in itertools.count(2):
            if email not in self.emails:
                break
            email = f"{local_part}{number}@{DOMAIN}"
        self.emails.add(email)
        row = Account(
            email=email, name=next(self.names), password=self.password_hash, active=True,
            fs_uniquifier=new_id().hex, created_at=self.now,
        )  # fmt: skip
        self.session.add(row)
        return row

    def seat(self, account: Account, *positions: Position, kind: HoldingKind = HoldingKind.HOLDER) -> Account:
        self.session.flush()
        for position in positions:
            self.session.add(
                Holding(
                    position_id=position.id, account_id=account.id, kind=str(kind),
                    valid_from=self.since, created_at=self.now,
                )
            )  # fmt: skip
        return account


def _names() -> Iterator[str]:
    parts: dict[str, list[str]] = {}
    for row in read_rows("demonstration/names.csv"):
        parts.setdefault(row["part"], []).append(row["text"])
    people = list(itertools.product(parts["family"], parts["middle"], parts["given"]))
    random.Random(_SEED).shuffle(people)  # noqa: S311 - the same demonstration everywhere, no secret
    for family, middle, given in people:
        yield f"{family} {middle} {given}"


def seed_staff(session: Session, password_hash: str, now: datetime, since: date) -> int:
    """Staff every agency of the province and give the number of accounts.

    password_hash: the hash of the one password that all demonstration accounts share.
    since: the first day of every position and holding (Vietnamese date).
    """
    staffing = _Staffing(session, password_hash, now, since, _names())
    units: dict[str, list[tuple[str, str]]] = {}
    for row in read_rows("demonstration/units.csv"):
        units.setdefault(row["agency_code"], []).append((row["name_vi"], row["name_en"]))
    agencies = session.scalars(select(Agency).order_by(Agency.id)).all()
    coordinator = next(agency for agency in agencies if agency.kind == AgencyKind.COORDINATOR)
    _staff_coordinator(staffing, coordinator, units[coordinator.code])
    for agency in agencies:
        if agency.kind == AgencyKind.EXTERNAL:
            continue  # reached through the coordinator's liaison desk
        if agency.kind == AgencyKind.OVERSIGHT:
            _staff_oversight(staffing, agency)
            continue
        if agency.kind == AgencyKind.COMMUNE:
            _staff_commune(staffing, agency)
        elif agency is not coordinator:
            _staff_department(staffing, agency, units[agency.code])
    session.flush()
    return len(staffing.emails)


def _local(agency: Agency) -> str:
    if agency.kind == AgencyKind.COMMUNE:
        return "".join(fold(agency.name_vi.split(maxsplit=2)[-1]).replace("-", " ").split())
    return agency.code.lower()


def _unit(staffing: _Staffing, agency: Agency, name: tuple[str, str]) -> Unit:
    row = Unit(agency_id=agency.id, name_vi=name[0], name_en=name[1], valid_from=staffing.since)
    staffing.session.add(row)
    staffing.session.flush()
    return row


def _staff_coordinator(staffing: _Staffing, agency: Agency, units: list[tuple[str, str]]) -> None:
    control, centre = (_unit(staffing, agency, name) for name in units)
    at = staffing.position
    staffing.seat(staffing.account("chutich"), at(agency, PositionKind.CHAIRMAN))
    staffing.seat(
        staffing.account("chanhvanphong"),
        at(agency, PositionKind.COORDINATOR_HEAD),
        at(agency, PositionKind.HEAD_OF_AGENCY, title=_HEAD_TITLES[AgencyKind.COORDINATOR]),
    )
    for _ in range(2):
        staffing.seat(staffing.account("dieuphoi"), at(agency, PositionKind.DISPATCHER, control))
        staffing.seat(staffing.account("motcua"), at(agency, PositionKind.RECEPTION, centre))
        staffing.seat(staffing.account("canbo.vpubnd"), at(agency, PositionKind.OFFICER, control))
    staffing.seat(staffing.account("truongphong.vpubnd"), at(agency, PositionKind.HEAD_OF_UNIT, control))
    staffing.seat(staffing.account("giamdoc.motcua"), at(agency, PositionKind.HEAD_OF_UNIT, centre))
    staffing.seat(staffing.account("quantri"), at(agency, PositionKind.ADMINISTRATOR))


def _staff_commune(staffing: _Staffing, agency: Agency) -> None:
    prefix = " ".join(agency.name_vi.split()[:2])
    unit = _unit(staffing, agency, _COMMUNE_UNITS[prefix])
    local = _local(agency)
    at = staffing.position
    head = at(agency, PositionKind.HEAD_OF_AGENCY, title=_HEAD_TITLES[AgencyKind.COMMUNE])
    staffing.seat(staffing.account(f"chutich.{local}"), head)
    staffing.seat(staffing.account(f"truongphong.{local}"), at(agency, PositionKind.HEAD_OF_UNIT, unit))
    staffing.seat(
        staffing.account(f"canbo.{local}"),
        at(agency, PositionKind.OFFICER, unit),
        at(agency, PositionKind.RECEPTION, unit),
    )


def _staff_oversight(staffing: _Staffing, agency: Agency) -> None:
    account = staffing.account(f"giamsat.{_local(agency)}")
    staffing.seat(account, staffing.position(agency, PositionKind.SUPERVISOR))


def _staff_department(staffing: _Staffing, agency: Agency, units: list[tuple[str, str]]) -> None:
    local = _local(agency)
    at = staffing.position
    head = at(agency, PositionKind.HEAD_OF_AGENCY, title=_HEAD_TITLES.get(AgencyKind(agency.kind)))
    holder = staffing.account(f"giamdoc.{local}")
    staffing.seat(holder, head)
    if (agency.code, PositionKind.HEAD_OF_AGENCY) == ACTED:
        staffing.seat(staffing.account(f"phogiamdoc.{local}"), head, kind=HoldingKind.ACTING)
    for name in units:
        unit = _unit(staffing, agency, name)
        post = at(agency, PositionKind.HEAD_OF_UNIT, unit)
        if (agency.code, PositionKind.HEAD_OF_UNIT) != VACANT:
            staffing.seat(staffing.account(f"truongphong.{local}"), post)
        for _ in range(2):
            staffing.seat(staffing.account(f"canbo.{local}"), at(agency, PositionKind.OFFICER, unit))


LOGIN_POSTS = (
    ("Cán bộ xử lý, Sở Xây dựng", "Officer, Department of Construction", "canbo.sxd"),
    ("Trưởng phòng, Sở Xây dựng", "Head of unit, Department of Construction", "truongphong.sxd"),
    ("Giám đốc Sở Xây dựng", "Head of agency, Department of Construction", "giamdoc.sxd"),
    ("Cán bộ phường Xuân Hương - Đà Lạt", "Officer and reception of a ward", "canbo.xuanhuongdalat"),
    ("Chủ tịch UBND phường", "Head of a ward", "chutich.xuanhuongdalat"),
    ("Cán bộ điều phối", "Dispatcher of the coordinator", "dieuphoi"),
    ("Một cửa tỉnh", "Reception of the province", "motcua"),
    ("Chánh Văn phòng UBND tỉnh", "Head of the coordinator", "chanhvanphong"),
    ("Chủ tịch UBND tỉnh", "Chairman of the province", "chutich"),
    ("Chánh Thanh tra tỉnh", "Head of the inspectorate", "giamdoc.ttt"),
    ("Quản trị hệ thống", "Administrator", "quantri"),
    ("Giám sát, Hội đồng nhân dân tỉnh", "Supervisor, people's council", "giamsat.hdnd"),
)
"""One login a role, to show who wants to try the product: role in both languages, and the address."""


def demonstration_logins(session: Session) -> list[tuple[str, str, str, str]]:
    """Give the logins worth showing: role in Vietnamese and English, name, e-mail."""
    rows = session.execute(
        select(Account.email, Account.name).where(
            Account.email.in_([f"{local}@{DOMAIN}" for _, _, local in LOGIN_POSTS])
        )
    )
    found = {email: name for email, name in rows}  # noqa: C416 - rows are no pairs to mypy
    return [
        (vi, en, found[f"{local}@{DOMAIN}"], f"{local}@{DOMAIN}")
        for vi, en, local in LOGIN_POSTS
        if f"{local}@{DOMAIN}" in found
    ]
