"""What routing decides from: places, rules, agencies and fields, read once and kept for a while."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.gazetteer import Commune, Gazetteer, OldPlace
from feedback.domain.positions import AgencyKind
from feedback.domain.routing import AgencyRow, Classifier, FieldRow, RoutingData, Rule, RuleError, parse_rule
from feedback.models import Agency, Field, RoutingRule
from feedback.models import Commune as CommuneRow
from feedback.models import OldPlace as OldPlaceRow
from feedback.queries.learning.models import in_use
from feedback.storage import Storage

KEPT_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class RoutingBook:
    """The data of a day, the database ids that go with its codes, and the rules that could not be read.

    liaison_ids: external body → the agency whose desk handles beside it.
    classifier: the province's model, else the shipped one; None: then the rules decide alone.
    problems: rule code → what is wrong with it; whoever routes writes it where an administrator sees it.
    model_problem: (version, what is wrong) of a model of the province that cannot be used.
    """

    data: RoutingData
    agency_ids: Mapping[str, int]
    liaison_ids: Mapping[int, int]
    field_codes: Mapping[int, str]
    problems: Mapping[str, str]
    on: date
    classifier: Classifier | None = None
    model_problem: tuple[str, str] | None = None


def read_gazetteer(session: Session) -> Gazetteer:
    """Build the gazetteer of the province from its rows."""
    communes = session.execute(select(CommuneRow.code, CommuneRow.name, CommuneRow.province))
    old = session.execute(
        select(
            OldPlaceRow.province, OldPlaceRow.district, OldPlaceRow.name,
            OldPlaceRow.commune_code, OldPlaceRow.was_split,
        )
    )  # fmt: skip
    return Gazetteer.build([Commune(*row) for row in communes], [OldPlace(*row) for row in old])


def routable_agencies(session: Session, on: date) -> Sequence[Agency]:
    """Give the agencies that a case can be sent to on a day, communes last; overseers are sent nothing."""
    return session.scalars(
        select(Agency)
        .where(
            Agency.valid_from <= on,
            or_(Agency.valid_to.is_(None), Agency.valid_to >= on),
            Agency.kind != str(AgencyKind.OVERSIGHT),
        )
        .order_by(Agency.commune_code.nulls_first(), Agency.name_vi)
    ).all()


Proposed = Mapping[str, Mapping[str, str] | None]
"""Changes that are not in force: the code of a rule and its row as texts, or None to take it away."""


def rule_texts(row: RoutingRule) -> dict[str, str]:
    """Give a version of a rule as texts by column, the form that the domain reads."""
    return {
        "code": row.code,
        "priority": str(row.priority),
        "condition": row.condition,
        "agency_code": row.agency_code,
        "case_class": row.case_class or "",
        "reason_vi": row.reason_vi,
        "reason_en": row.reason_en,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
    }


def _rows(session: Session, on: date, proposed: Proposed) -> list[Mapping[str, str]]:
    """Give the rules in force on a day as texts, with what is proposed in the place of what stands."""
    rows = session.scalars(
        select(RoutingRule)
        .where(
            RoutingRule.superseded_at.is_(None),
            RoutingRule.code.not_in(list(proposed)),
            RoutingRule.valid_from <= on,
            or_(RoutingRule.valid_to.is_(None), RoutingRule.valid_to >= on),
        )
        .order_by(RoutingRule.priority, RoutingRule.id)
    )
    return [*map(rule_texts, rows), *(row for row in proposed.values() if row is not None)]


def _rules(rows: Iterable[Mapping[str, str]]) -> tuple[list[Rule], dict[str, str]]:
    rules: list[Rule] = []
    problems: dict[str, str] = {}
    for row in rows:
        try:
            rules.append(parse_rule(row))
        except RuleError as error:
            problems[row["code"]] = str(error)
    return rules, problems


def read_routing_book(
    session: Session, on: date, storage: Storage | None = None, proposed: Proposed | None = None
) -> RoutingBook:
    """Read everything that routing on the day `on` (Vietnamese date) needs.

    Only agencies that exist on that day are offered: nothing is sent to a dissolved body.
    proposed: changes of rules to be read as if they were in force.
    """
    agencies = routable_agencies(session, on)
    fields = session.scalars(
        select(Field).where(Field.valid_from <= on, or_(Field.valid_to.is_(None), Field.valid_to >= on))
    ).all()
    rules, problems = _rules(_rows(session, on, proposed or {}))
    rows = [AgencyRow(row.code, row.name_vi, row.name_en, row.kind, row.commune_code) for row in agencies]
    field_rows = [FieldRow(row.code, row.name_vi, row.name_en, row.agency_code) for row in fields]
    gazetteer, used = read_gazetteer(session), in_use(session, storage)
    aside: list[Rule] = []
    while True:
        try:
            data = RoutingData.build(gazetteer, rules, rows, field_rows, on, set_aside=aside)
        except RuleError as error:
            # A rule that names an agency that is gone: set it aside, loudly, and build without it.
            problems[error.rule_code] = str(error)
            aside += [rule for rule in rules if rule.code == error.rule_code]
            rules = [rule for rule in rules if rule.code != error.rule_code]
            continue
        return RoutingBook(
            data=data,
            agency_ids={row.code: row.id for row in agencies},
            liaison_ids={row.id: row.liaison_id for row in agencies if row.liaison_id is not None},
            field_codes={row.id: row.code for row in fields},
            problems=problems,
            on=on,
            classifier=used.classifier,
            model_problem=used.problem,
        )


_kept: dict[str, tuple[datetime, RoutingBook]] = {}
_lock = threading.Lock()


def load_routing_book(session: Session, now: datetime, storage: Storage | None = None) -> RoutingBook:
    """Give the routing book of the Vietnamese day of `now`, read at most every `KEPT_FOR`.

    storage: where the models of the province lie; without it the shipped model routes.
    """
    address = f"{session.get_bind().engine.url} {storage is not None}"
    with _lock:
        kept = _kept.get(address)
    if kept is not None and kept[0] <= now < kept[0] + KEPT_FOR and kept[1].on == local_date(now):
        return kept[1]
    book = read_routing_book(session, local_date(now), storage)
    with _lock:
        _kept[address] = (now, book)
    return book
