"""Rows for tests, each complete and plausible; arguments name only what a test is about.

Every method writes through the session at hand (the worker's scope), flushes, and gives the
row. `province()` lays out a small province at once: a coordinator, two departments and a
commune, each with units, positions and people in them.
"""

from __future__ import annotations

import csv
import itertools
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Date, insert, inspect
from sqlalchemy.orm import Session

from feedback.domain.positions import AgencyKind, HoldingKind, PositionKind
from feedback.models import (
    Account,
    Agency,
    CalendarDay,
    Commune,
    Field,
    Holding,
    LadderStep,
    OfficeSchedule,
    Position,
    StateLimit,
    Term,
    Unit,
)
from feedback.models.base import Base

DATA = Path(__file__).resolve().parent.parent / "feedback" / "data"
SINCE = date(2025, 7, 1)
_NUMBERS = itertools.count(1)
_TITLES = {
    PositionKind.OFFICER: ("Chuyên viên", "Officer"),
    PositionKind.HEAD_OF_UNIT: ("Trưởng phòng", "Head of unit"),
    PositionKind.HEAD_OF_AGENCY: ("Thủ trưởng cơ quan", "Head of agency"),
    PositionKind.DISPATCHER: ("Cán bộ điều phối", "Dispatcher"),
    PositionKind.COORDINATOR_HEAD: ("Chánh Văn phòng UBND tỉnh", "Chief of the office"),
    PositionKind.CHAIRMAN: ("Chủ tịch UBND tỉnh", "Chairman"),
    PositionKind.RECEPTION: ("Cán bộ một cửa", "Reception clerk"),
    PositionKind.ADMINISTRATOR: ("Quản trị hệ thống", "Administrator"),
    PositionKind.SUPERVISOR: ("Đại biểu giám sát", "Supervisor"),
}


@dataclass
class Team:
    """An agency with a unit and somebody in each position: `people[kind]`, `seats[kind]`."""

    agency: Agency
    unit: Unit
    people: dict[PositionKind, Account] = field(default_factory=dict)
    seats: dict[PositionKind, Position] = field(default_factory=dict)

    @property
    def officer(self) -> Account:
        return self.people[PositionKind.OFFICER]

    @property
    def head_of_unit(self) -> Account:
        return self.people[PositionKind.HEAD_OF_UNIT]

    @property
    def head(self) -> Account:
        return self.people[PositionKind.HEAD_OF_AGENCY]


@dataclass
class Province:
    """The coordinator (with dispatcher, chief, chairman, administrator, reception) and three agencies."""

    coordinator: Team
    home_affairs: Team
    construction: Team
    commune: Team

    @property
    def dispatcher(self) -> Account:
        return self.coordinator.people[PositionKind.DISPATCHER]

    @property
    def chief(self) -> Account:
        return self.coordinator.people[PositionKind.COORDINATOR_HEAD]

    @property
    def chairman(self) -> Account:
        return self.coordinator.people[PositionKind.CHAIRMAN]

    @property
    def administrator(self) -> Account:
        return self.coordinator.people[PositionKind.ADMINISTRATOR]

    @property
    def reception(self) -> Account:
        return self.coordinator.people[PositionKind.RECEPTION]


class Factory:
    """Makes rows through `session`; `now` is when they are made."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now

    def _keep(self, row: Any) -> Any:
        self.session.add(row)
        self.session.flush()
        return row

    def agency(
        self, code: str | None = None, kind: AgencyKind = AgencyKind.DEPARTMENT, **columns: Any
    ) -> Agency:
        """An agency; `commune_code` must exist (see `commune`)."""
        number = next(_NUMBERS)
        defaults = {
            "code": code or f"CQ{number:05d}",
            "name_vi": f"Sở Thử nghiệm {number:05d}",
            "name_en": f"Department of Trials {number:05d}",
            "kind": kind,
            "valid_from": SINCE,
            "source": "thử nghiệm",
        }
        return self._keep(Agency(**defaults | columns))

    def unit(self, agency: Agency, **columns: Any) -> Unit:
        """A unit of `agency`."""
        number = next(_NUMBERS)
        defaults = {"name_vi": f"Phòng {number:05d}", "name_en": f"Unit {number:05d}", "valid_from": SINCE}
        return self._keep(Unit(agency_id=agency.id, **defaults | columns))

    def position(
        self,
        agency: Agency,
        kind: PositionKind = PositionKind.OFFICER,
        unit: Unit | None = None,
        **columns: Any,
    ) -> Position:
        """A position of `kind`, vacant."""
        title_vi, title_en = _TITLES[kind]
        defaults = {"title_vi": title_vi, "title_en": title_en, "valid_from": SINCE}
        row = Position(
            agency_id=agency.id, unit_id=unit.id if unit else None, kind=kind, **defaults | columns
        )
        return self._keep(row)

    def account(self, name: str | None = None, **columns: Any) -> Account:
        """An account that has no position and no password (`sign_in` needs none)."""
        number = next(_NUMBERS)
        defaults = {
            "name": name or f"Nguyễn Văn {number:05d}",
            "email": f"can-bo-{number}@example.vn",
            "fs_uniquifier": uuid4().hex,
        }
        return self._keep(Account(**defaults | columns))

    def holding(
        self,
        account: Account,
        position: Position,
        *,
        acting: bool = False,
        valid_from: date = SINCE,
        valid_to: date | None = None,
    ) -> Holding:
        """`account` in `position`, appointed or acting, for these Vietnamese dates (both count)."""
        kind = HoldingKind.ACTING if acting else HoldingKind.HOLDER
        row = Holding(
            account_id=account.id, position_id=position.id, kind=kind, valid_from=valid_from,
            valid_to=valid_to, created_at=self.now,
        )  # fmt: skip
        return self._keep(row)

    def staff(self, kind: PositionKind, agency: Agency, unit: Unit | None = None, **columns: Any) -> Account:
        """An account appointed to a new position of `kind` in `agency`."""
        account = self.account(**columns)
        self.holding(account, self.position(agency, kind, unit))
        return account

    def team(
        self,
        agency: Agency,
        kinds: tuple[PositionKind, ...] = (
            PositionKind.OFFICER, PositionKind.HEAD_OF_UNIT, PositionKind.HEAD_OF_AGENCY,
        ),
    ) -> Team:  # fmt: skip
        """`agency` with one unit and somebody in each position of `kinds`."""
        team = Team(agency, self.unit(agency))
        in_unit = {PositionKind.OFFICER, PositionKind.HEAD_OF_UNIT}
        for kind in kinds:
            seat = self.position(agency, kind, team.unit if kind in in_unit else None)
            account = self.account()
            self.holding(account, seat)
            team.people[kind], team.seats[kind] = account, seat
        return team

    def commune(self, code: str = "24769", name: str = "Phường Xuân Hương - Đà Lạt") -> Commune:
        """A commune of today."""
        row = Commune(code=code, name=name, province="Lâm Đồng", source="thử nghiệm")
        return self._keep(row)

    def field(self, code: str = "xay-dung", agency_code: str = "SXD", **columns: Any) -> Field:
        """A field of public life, led by the agency of `agency_code`."""
        defaults = {
            "name_vi": "Xây dựng", "name_en": "Construction",
            "group_vi": "Xây dựng", "group_en": "Construction",
            "rank": 1, "valid_from": SINCE,
        }  # fmt: skip
        return self._keep(Field(code=code, agency_code=agency_code, **defaults | columns))

    def province(self) -> Province:
        """Lay out a small province."""
        office = self.agency(
            "VPUBND", AgencyKind.COORDINATOR, name_vi="Văn phòng UBND tỉnh", name_en="Office of the Committee"
        )
        self.commune()
        top = (
            PositionKind.DISPATCHER, PositionKind.COORDINATOR_HEAD, PositionKind.CHAIRMAN,
            PositionKind.ADMINISTRATOR, PositionKind.RECEPTION,
        )  # fmt: skip
        commune = self.agency(
            "UBNDX-24769",
            AgencyKind.COMMUNE,
            commune_code="24769",
            name_vi="UBND phường Xuân Hương - Đà Lạt",
            name_en="People's Committee of Xuan Huong Ward",
        )
        home = self.agency("SNV", name_vi="Sở Nội vụ", name_en="Department of Home Affairs")
        construction = self.agency("SXD", name_vi="Sở Xây dựng", name_en="Department of Construction")
        return Province(
            coordinator=self.team(office, top),
            home_affairs=self.team(home),
            construction=self.team(construction),
            commune=self.team(commune),
        )

    def law(self) -> None:
        """The shipped calendar, terms, ladder and limits of states."""
        self._rows(Term, "terms.csv")
        self._rows(LadderStep, "ladder.csv")
        self._rows(StateLimit, "state_limits.csv")
        self._rows(OfficeSchedule, "offices.csv")
        self._rows(CalendarDay, "calendar/vn-public-sector-days.csv", recorded_at=self.now)

    def _rows(self, model: type[Base], name: str, **more: Any) -> None:
        columns = inspect(model).columns
        values = [
            {key: _value(columns[key].type, text) for key, text in row.items() if key in columns} | more
            for row in _read(name)
        ]
        self.session.execute(insert(model), values)


@lru_cache
def _read(name: str) -> tuple[dict[str, str], ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _value(kind: Any, text: str) -> Any:
    if isinstance(kind, Date):
        return date.fromisoformat(text) if text else None
    if kind.python_type is bool:
        return text in {"yes", "true", "1"}
    return text
