"""The reference data of a province, from the shipped files: places, agencies, fields, law, routing rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from feedback.data import read_rows
from feedback.domain.events import EventKind
from feedback.domain.positions import AgencyKind
from feedback.models import (
    Agency,
    CalendarDay,
    Commune,
    Field,
    LadderStep,
    OldPlace,
    ProvinceSetting,
    RoutingRule,
    StateLimit,
    Term,
)
from feedback.services import audit
from feedback.services.casework.standard_texts import bring_shipped
from feedback.services.seeding.offices import seed_offices

COMMUNE_PATTERN = "UBNDX"
"""The row of an agencies file that stands for the People's Committee of every commune."""
OVERSIGHT = "agencies/oversight.csv"
"""The bodies that watch the others, which every province has."""


class UnknownProvince(LookupError):
    """The product ships no data of that province."""


@dataclass(frozen=True, slots=True)
class SeedCounts:
    """How many rows of each kind were written."""

    communes: int
    agencies: int
    fields: int
    rules: int


def is_empty(session: Session) -> bool:
    """Tell whether no province was seeded yet."""
    return not session.scalar(select(func.count()).select_from(ProvinceSetting))


def seed_reference(session: Session, province: str, now: datetime) -> SeedCounts:
    """Write the reference data of `province` (``lam-dong``) into an empty database.

    now: the moment recorded for calendar rows and the audit event (aware).
    Raises UnknownProvince when the product ships no such province.
    """
    try:
        settings = {row["key"]: row["value"] for row in read_rows(f"provinces/{province}.csv")}
    except FileNotFoundError as error:
        raise UnknownProvince(province) from error
    since = date.fromisoformat(settings["valid_from"])
    _insert(session, ProvinceSetting, [{"key": key, "value": value} for key, value in settings.items()])
    communes = read_rows(settings["communes"])
    _insert(session, Commune, [_commune(row, settings["communes"]) for row in communes])
    _insert(session, OldPlace, [_old_place(row) for row in read_rows(settings["old_places"])])
    agencies = _seed_agencies(session, settings["agencies"], communes, since)
    fields = read_rows("agencies/fields.csv")
    _insert(session, Field, [{**row, "rank": int(row["rank"]), "valid_from": since} for row in fields])
    _seed_law(session, now)
    seed_offices(session, "offices.csv")
    rules = read_rows("routing/routing_rules.csv")
    _insert(session, RoutingRule, [_dated({**row, "priority": int(row["priority"])}) for row in rules])
    bring_shipped(session, audit.COMMAND, now)
    audit.record(
        session, kind=EventKind.PROVINCE_SEEDED, actor=audit.COMMAND, at=now, stream="settings",
        province=province, agencies=agencies, communes=len(communes), rules=len(rules),
    )  # fmt: skip
    return SeedCounts(len(communes), agencies, len(fields), len(rules))


def _insert(session: Session, model: type, rows: list[dict[str, object]]) -> None:
    if rows:
        session.execute(insert(model), rows)


def _commune(row: Mapping[str, str], source: str) -> dict[str, object]:
    return {"code": row["code"], "name": row["name"], "province": row["province"], "source": source}


def _old_place(row: Mapping[str, str]) -> dict[str, object]:
    return {**row, "was_split": row["was_split"] == "true"}


def _seed_agencies(session: Session, source: str, communes: list[dict[str, str]], since: date) -> int:
    rows = [*read_rows(source), *read_rows(OVERSIGHT)]
    common = {"valid_from": since, "source": source}
    agencies: list[dict[str, object]] = [
        {"code": row["code"], "name_vi": row["name_vi"], "name_en": row["name_en"], "kind": row["kind"]}
        | common
        for row in rows
        if row["code"] != COMMUNE_PATTERN
    ]
    _insert(session, Agency, agencies)
    coordinator = session.scalars(select(Agency.id).where(Agency.kind == AgencyKind.COORDINATOR)).one()
    for agency in session.scalars(select(Agency).where(Agency.kind == AgencyKind.EXTERNAL)):
        agency.liaison_id = coordinator
    _insert(
        session,
        Agency,
        [
            {
                "code": f"{COMMUNE_PATTERN}-{row['code']}",
                "name_vi": f"UBND {row['name'][0].lower()}{row['name'][1:]}",
                "name_en": f"People's Committee of {row['name']}",
                "kind": str(AgencyKind.COMMUNE),
                "commune_code": row["code"],
            }
            | common
            for row in communes
        ],
    )
    return len(agencies) + len(communes)


def _dated(row: Mapping[str, object]) -> dict[str, object]:
    """Turn the texts of a dated CSV row into column values; an empty text is no value."""
    return {key: value if value != "" else None for key, value in row.items()} | _days(row)


def _days(row: Mapping[str, object]) -> dict[str, object]:
    """Give the validity of a CSV row as dates; an empty last day is none."""
    ends = ("valid_from", "valid_to")
    return {key: date.fromisoformat(str(row[key])) if row[key] else None for key in ends}


def _seed_law(session: Session, now: datetime) -> None:
    days = read_rows("calendar/vn-public-sector-days.csv")
    _insert(
        session,
        CalendarDay,
        [{**row, "date": date.fromisoformat(row["date"]), "recorded_at": now} for row in days],
    )
    terms = [row | _days(row) | {"pauses": row["pauses"] == "yes"} for row in read_rows("terms.csv")]
    _insert(session, Term, terms)
    steps = [row | _days(row) | {"restricted": row["restricted"] == "yes"} for row in read_rows("ladder.csv")]
    _insert(session, LadderStep, steps)
    _insert(session, StateLimit, [row | _days(row) for row in read_rows("state_limits.csv")])
