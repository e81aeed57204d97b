"""What routing decides by, made ready once: places, rules in force, agencies, fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from feedback.domain.gazetteer import Gazetteer
from feedback.domain.positions import in_force
from feedback.domain.routing.message import COMMUNE_OF_THE_PLACE, AgencyRow, FieldRow
from feedback.domain.routing.phrases import PhraseBook
from feedback.domain.routing.rules import Rule, RuleError

THRESHOLD = 0.55
"""The share of the evidence that an agency needs to be given a case without a person looking."""

MINIMUM_POINTS = 4.0
"""The points it needs besides: more than one strong word in the text, or one in the subject."""


@dataclass(frozen=True, slots=True)
class RoutingData:
    """Everything `decide` looks up. Immutable; build it once for a day and share it."""

    gazetteer: Gazetteer = field(repr=False)
    rules: tuple[Rule, ...] = field(repr=False)
    agencies: dict[str, AgencyRow] = field(repr=False)
    fields: dict[str, FieldRow] = field(repr=False)
    committees: dict[str, str] = field(repr=False)
    """Commune code → code of the agency that is its People's Committee."""
    agency_names: dict[str, str] = field(repr=False)
    """Agency code → the phrase by which a message names it."""
    phrases: PhraseBook = field(repr=False)
    threshold: float = THRESHOLD
    set_aside: tuple[Rule, ...] = field(default=(), repr=False)
    """Rules that can be read but not followed: they decide nothing, and a message that they would have
    touched says so."""

    @classmethod
    def build(
        cls,
        gazetteer: Gazetteer,
        rules: Iterable[Rule],
        agencies: Iterable[AgencyRow],
        fields: Iterable[FieldRow],
        on: date,
        threshold: float = THRESHOLD,
        set_aside: Iterable[Rule] = (),
    ) -> RoutingData:
        """Prepare the rules in force on the day `on` (Vietnamese date).

        `agencies` must hold those that may be assigned to on that day. Raises RuleError for a rule
        that names an agency, a field or a commune which is not among the rows. Of the rules `set_aside`
        those in force are kept apart, unchecked.
        """
        by_code = {agency.code: agency for agency in agencies}
        by_field = {row.code: row for row in fields}
        valid = sorted(
            (rule for rule in rules if in_force(rule.valid_from, rule.valid_to, on)),
            key=lambda rule: (rule.priority, rule.code),
        )
        for rule in valid:
            check_rule(rule, by_code.keys(), by_field.keys(), gazetteer.communes.keys())
        names = {agency.code: agency.name_vi for agency in by_code.values()}
        aside = tuple(rule for rule in set_aside if in_force(rule.valid_from, rule.valid_to, on))
        phrases = {phrase for rule in (*valid, *aside) for phrase in rule.condition.phrases()}
        return cls(
            gazetteer=gazetteer,
            rules=tuple(valid),
            agencies=by_code,
            fields=by_field,
            committees={row.commune_code: row.code for row in by_code.values() if row.commune_code},
            agency_names=names,
            phrases=PhraseBook.of(sorted(phrases | set(names.values()))),
            threshold=threshold,
            set_aside=aside,
        )

    def lead_of(self, field_code: str | None) -> str | None:
        """Return the agency that leads in a field; None without a field, or when the agency is gone."""
        row = self.fields.get(field_code or "")
        if row is None or self.leads_nowhere(row):
            return None
        return row.agency_code

    def leads_nowhere(self, row: FieldRow) -> bool:
        """Tell whether a field leads to an agency that is not there (any more)."""
        return row.agency_code not in self.agencies and row.agency_code != COMMUNE_OF_THE_PLACE


def check_rule(rule: Rule, agencies: Iterable[str], fields: Iterable[str], communes: Collection[str]) -> None:
    """Raise RuleError when a rule names an agency, a field or a commune that is not among the given codes.

    The commune of the place (`UBNDX`) can be where a rule leads, and is no agency to be named.
    """
    outcome = () if rule.agency_code == COMMUNE_OF_THE_PLACE else (rule.agency_code,)
    condition = rule.condition
    for name, codes, known in (
        ("agency", (*outcome, *condition.agencies()), set(agencies)),
        ("field", condition.fields(), set(fields)),
        ("commune", condition.communes(), communes),
    ):
        for code in codes:
            if code not in known:
                raise RuleError(rule.code, f"{name} {code!r} is unknown", f"unknown_{name}", code)
