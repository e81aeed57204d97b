"""The routing rules as an administrator looks at them: versions, problems, how often each decided."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback.domain.positions import in_force
from feedback.domain.routing import CANNOT_BE_APPLIED, COMMUNE_OF_THE_PLACE, RuleError, check_rule, parse_rule
from feedback.domain.routing.decision import Decision
from feedback.models import Commune, Field, RoutingDecision, RoutingRule, StatisticsSnapshot
from feedback.queries.routing_data import routable_agencies, rule_texts

USE = "rule_use"
"""The name under which the workers keep how often each rule decided."""

USE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that a rule may name on a day."""

    agencies: Collection[str]
    fields: Collection[str]
    communes: Collection[str]


@dataclass(slots=True)
class RuleLine:
    """A rule with the versions that count, in their order.

    shown: the version in force on the day, else the next to begin, else the last that was. problem: why
    that cannot be followed. decided: cases for which it spoke loudest in the last USE_DAYS days; None
    before the workers counted.
    """

    code: str
    versions: list[RoutingRule] = field(default_factory=list)
    shown: RoutingRule | None = None
    current: bool = False
    problem: RuleError | None = None
    decided: int | None = None

    @property
    def row(self) -> RoutingRule:
        """The version shown."""
        return self.shown or self.versions[-1]


def known_codes(session: Session, on: date) -> Known:
    """Give what a rule may name on the day `on`."""

    fields = select(Field.code).where(
        Field.valid_from <= on, or_(Field.valid_to.is_(None), Field.valid_to >= on)
    )
    return Known(
        frozenset(row.code for row in routable_agencies(session, on)),
        frozenset(session.scalars(fields)),
        frozenset(session.scalars(select(Commune.code))),
    )


def check(row: Mapping[str, str], known: Known) -> RuleError | None:
    """Say why a row (texts by column) cannot be followed; None when it can."""
    try:
        check_rule(parse_rule(row), known.agencies, known.fields, known.communes)
    except RuleError as error:
        return error
    return None


def rule_lines(session: Session, on: date) -> list[RuleLine]:
    """Give every rule as it stands on the day `on`: what cannot be followed first, then loudest first.

    Rules that are over stand last.
    """
    rows = session.scalars(
        select(RoutingRule)
        .where(RoutingRule.superseded_at.is_(None))
        .order_by(RoutingRule.priority, RoutingRule.id)
    ).all()
    lines: dict[str, RuleLine] = {}
    for row in rows:
        lines.setdefault(row.code, RuleLine(row.code)).versions.append(row)
    known, used = known_codes(session, on), rule_use(session)
    for line in lines.values():
        _settle(line, on, known)
        line.decided = None if used is None else used.get(line.code, 0)
    return sorted(
        lines.values(),
        key=lambda line: (line.problem is None, _over(line, on), line.row.priority, line.row.id),
    )


def _settle(line: RuleLine, on: date, known: Known) -> None:
    line.versions.sort(key=lambda row: row.valid_from)
    now = [row for row in line.versions if in_force(row.valid_from, row.valid_to, on)]
    to_come = [row for row in line.versions if row.valid_from > on]
    line.current = bool(now)
    line.shown = next(iter([*now, *to_come]), line.versions[-1])
    if not _over(line, on):
        line.problem = check(rule_texts(line.shown), known) or _failed(line.shown)


def _failed(row: RoutingRule) -> RuleError | None:
    """The problem that the workers met with a message, which reading the row again does not show."""
    if row.problem is None or CANNOT_BE_APPLIED not in row.problem:
        return None
    return RuleError(row.code, row.problem, "failed", row.problem)


def _over(line: RuleLine, on: date) -> bool:
    return not line.current and line.row.valid_from <= on


def find_rule(session: Session, code: str, on: date) -> RuleLine | None:
    """Give one rule, or None."""
    return next((line for line in rule_lines(session, on) if line.code == code), None)


def history(session: Session, code: str) -> Sequence[RoutingRule]:
    """Give every version that was ever written of a rule, the newest first."""
    return session.scalars(
        select(RoutingRule)
        .where(RoutingRule.code == code)
        .order_by(RoutingRule.valid_from.desc(), RoutingRule.id.desc())
    ).all()


def broken_rules(session: Session, on: date) -> list[RuleLine]:
    """Give the rules that should count on the day `on` and cannot be followed."""
    return [line for line in rule_lines(session, on) if line.problem is not None]


def broken_fields(session: Session, on: date) -> Sequence[Field]:
    """Give the fields in force on the day `on` whose leading agency is not there on that day."""
    known = known_codes(session, on)
    return session.scalars(
        select(Field)
        .where(
            Field.agency_code.not_in([*known.agencies, COMMUNE_OF_THE_PLACE]),
            Field.code.in_(known.fields),
            or_(Field.valid_to.is_(None), Field.valid_to >= on),
        )
        .order_by(Field.rank)
    ).all()


def rule_use(session: Session) -> Mapping[str, int] | None:
    """Give how many cases each rule decided, as the workers counted last; None before they did."""
    payload = session.scalar(select(StatisticsSnapshot.payload).where(StatisticsSnapshot.name == USE))
    return None if payload is None else dict(json.loads(payload))


def count_use(session: Session, now: datetime) -> dict[str, int]:
    """Count from the decisions of the last USE_DAYS days for how many cases each rule spoke loudest.

    For a worker, whose scope sees every decision. Decisions of persons do not count.
    """
    traces = session.scalars(
        select(RoutingDecision.trace)
        .where(
            RoutingDecision.decided_at >= now - timedelta(days=USE_DAYS),
            RoutingDecision.decided_by.is_(None),
            RoutingDecision.trace.contains('["rule",', autoescape=True),
        )
        .execution_options(yield_per=1000)
    )
    found: dict[str, int] = {}
    for code in _deciding(traces):
        found[code] = found.get(code, 0) + 1
    return found


def _deciding(traces: Iterable[str]) -> Iterable[str]:
    for trace in traces:
        for reason in Decision.from_trace(trace).reasons:
            if reason.code == "rule":
                yield reason.params["rule"]


def searched(
    lines: Iterable[RuleLine], *, text: str = "", agency: str = "", case_class: str = "", state: str = ""
) -> list[RuleLine]:
    """Give the lines in which `text` occurs, of an agency, a class and a state.

    state: ``problem``, ``current``, ``planned`` or ``over``; empty texts leave everything.
    """
    words = text.casefold().split()

    def wanted(line: RuleLine) -> bool:
        row = line.row
        said = f"{row.code} {row.condition} {row.reason_vi} {row.reason_en}".casefold()
        return (
            all(word in said for word in words)
            and agency in ("", row.agency_code)
            and case_class in ("", row.case_class or "-")
            and state in ("", *_states(line))
        )

    return [line for line in lines if wanted(line)]


def _states(line: RuleLine) -> list[str]:
    found = ["problem"] if line.problem is not None else []
    if line.current:
        found.append("current")
    if any(row.valid_from > line.row.valid_from for row in line.versions) or not line.current:
        found.append("planned")
    return found
