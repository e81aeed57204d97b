"""Bringing routing rules from a CSV file: every row checked, then those that differ become versions.

A rule that an administrator wrote is theirs: a file does not change it unless that is asked for. Rules
that the file does not name stay as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.routing import RuleError, parse_rule
from feedback.queries.law.routing_rules import check, known_codes
from feedback.queries.routing_data import rule_texts
from feedback.services.law.routing_rules import newest, put

COLUMNS = (
    "code", "priority", "condition", "agency_code", "case_class", "reason_vi", "reason_en", "valid_from",
    "valid_to",
)  # fmt: skip
_CONTENT = tuple(name for name in COLUMNS if name != "valid_from")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of a file, counted from 1, the heading included."""

    line: int
    text: str


class BadRules(Exception):
    """A file with faults; nothing of it is taken."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"line {fault.line}: {fault.text}" for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file comes to, by codes: rules that are new, changed, the same, or an administrator's own.

    rows: those to be written, as texts by column, with the day from which each counts.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    kept: tuple[str, ...]
    rows: tuple[tuple[date, Mapping[str, str]], ...]


def read_rules(text: str) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV file (columns as in feedback/data/routing/routing_rules.csv) as rows with their lines.

    Raises BadRules for a heading that lacks a column and for lines with too few or too many.
    """
    reader = csv.DictReader(io.StringIO(text), strict=True)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise BadRules([Fault(1, f"the heading lacks {', '.join(missing)}")])
    rows: list[tuple[int, dict[str, str]]] = []
    faults = []
    try:
        for row in reader:
            values = {name: row.get(name) for name in COLUMNS}
            if None in row or None in values.values():
                faults.append(Fault(reader.line_num, "it has not as many columns as the heading"))
                continue
            rows.append((reader.line_num, {name: (value or "").strip() for name, value in values.items()}))
    except csv.Error as error:
        faults.append(Fault(reader.line_num, str(error)))
    if faults:
        raise BadRules(faults)
    return rows


def plan(
    session: Session, rows: Iterable[tuple[int, Mapping[str, str]]], now: datetime, *, over: bool = False
) -> Plan:
    """Say what rows would come to, each rule from its first day or from today if that has passed.

    over: also change the rules that an administrator wrote. Raises BadRules with every fault.
    """
    today = local_date(now)
    faults: list[Fault] = []
    seen: set[str] = set()
    found: dict[str, list[str]] = {"new": [], "changed": [], "same": [], "kept": []}
    taken = []
    for line, row in rows:
        fault = _fault(session, row, seen, today)
        seen.add(row["code"])
        if fault:
            faults.append(Fault(line, fault))
            continue
        what = _what(session, row, over)
        found[what].append(row["code"])
        if what in ("new", "changed"):
            taken.append((max(date.fromisoformat(row["valid_from"]), today), row))
    if faults:
        raise BadRules(faults)
    return Plan(**{name: tuple(codes) for name, codes in found.items()}, rows=tuple(taken))


def _fault(session: Session, row: Mapping[str, str], seen: set[str], today: date) -> str:
    if row["code"] in seen:
        return f"rule {row['code']} stands twice"
    try:
        rule = parse_rule(row)
    except RuleError as error:
        return str(error)
    if rule.valid_to is not None and rule.valid_to < today:
        return ""
    problem = check(row, known_codes(session, max(rule.valid_from, today)))
    return "" if problem is None else str(problem)


def _what(session: Session, row: Mapping[str, str], over: bool) -> str:
    before = newest(session, row["code"])
    if before is None:
        return "new"
    stands = rule_texts(before)
    if all(stands[name] == row[name] for name in _CONTENT):
        return "same"
    return "kept" if before.recorded_by is not None and not over else "changed"


def carry_out(session: Session, found: Plan, *, actor: str, now: datetime) -> None:
    """Write the versions of a plan; each has its audit event."""
    for first_day, row in found.rows:
        put(session, row["code"], row, first_day, actor=actor, account_id=None, now=now)
