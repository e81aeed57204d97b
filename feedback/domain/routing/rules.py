"""Routing rules: rows that an administrator can edit, read and weighed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from feedback.domain.lifecycle import CaseClass
from feedback.domain.routing.conditions import BadCondition, Condition, parse_condition

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ASSIGNABLE = frozenset({CaseClass.A, CaseClass.B, CaseClass.C, CaseClass.Q})


class RuleError(ValueError):
    """A rule that cannot be read or applied; it is shown to an administrator, never passed over.

    `fault` names the kind of problem for a page that says it in the reader's language, `detail` what it
    is about; where the condition cannot be read, `condition` says the rest.
    """

    def __init__(
        self,
        rule_code: str,
        problem: str,
        fault: str = "",
        detail: str = "",
        condition: BadCondition | None = None,
    ) -> None:
        super().__init__(f"rule {rule_code}: {problem}")
        self.rule_code = rule_code
        self.problem = problem
        self.fault = fault
        self.detail = detail
        self.condition = condition


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: when `condition` holds of a message, it speaks for `agency_code`.

    `priority` says how loudly: to 5 it overrules whatever else speaks (a new mandate that the classifier
    has not learned), to 10 it decides among rules, to 20 it is strong, above it supports.
    `case_class` is set where the matter itself shows the class (a broken lamp is C).
    Both days of its validity count.
    """

    code: str
    priority: int
    condition: Condition
    agency_code: str
    case_class: CaseClass | None
    reason_vi: str
    reason_en: str
    valid_from: date
    valid_to: date | None

    @property
    def points(self) -> float:
        """Return the weight that `priority` stands for."""
        if self.overrules:
            return 60.0
        if self.priority <= 10:
            return 6.0
        return 1.0 if self.supports else 3.0

    @property
    def overrules(self) -> bool:
        """Whether the rule alone says where a matter goes; only what is kept apart escapes it."""
        return self.priority <= 5

    @property
    def supports(self) -> bool:
        """Whether the rule only supports: its words are usual in the matter but decide nothing alone."""
        return self.priority > 20


def parse_rule(row: Mapping[str, str | None]) -> Rule:
    """Read a row of text (columns as in feedback/data/routing/routing_rules.csv).

    Raises RuleError, which names the rule and says what is wrong.
    """
    code = (row.get("code") or "").strip()
    if not _CODE.fullmatch(code):
        raise RuleError(code or "without code", "a code is letters, digits, dots and hyphens")
    try:
        rule = Rule(
            code=code,
            priority=int(_needed(row, "priority")),
            condition=parse_condition(_needed(row, "condition")),
            agency_code=_needed(row, "agency_code"),
            case_class=_class(row.get("case_class") or ""),
            reason_vi=_needed(row, "reason_vi"),
            reason_en=_needed(row, "reason_en"),
            valid_from=date.fromisoformat(_needed(row, "valid_from")),
            valid_to=_last_day(row.get("valid_to") or ""),
        )
    except BadCondition as error:
        raise RuleError(code, str(error), "condition", condition=error) from error
    except ValueError as error:
        raise RuleError(code, str(error)) from error
    if rule.valid_to is not None and rule.valid_to < rule.valid_from:
        raise RuleError(code, "it ends before it begins", "ends_first")
    return rule


def _needed(row: Mapping[str, str | None], column: str) -> str:
    value = (row.get(column) or "").strip()
    if not value:
        raise ValueError(f"{column} is empty")
    return value


def _last_day(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


def _class(value: str) -> CaseClass | None:
    if not value:
        return None
    if value not in _ASSIGNABLE:
        raise ValueError(f"a rule can give class A, B, C or Q, not {value!r}")
    return CaseClass(value)
