"""Routing: which agency answers a message, by rules that are rows, with reasons; else a person decides."""

from feedback.domain.routing.data import RoutingData, check_rule
from feedback.domain.routing.decide import decide, likely_agencies
from feedback.domain.routing.decision import Candidate, Decision, Outcome, Reason, undecided
from feedback.domain.routing.explain import explain_decision, explain_to_submitter
from feedback.domain.routing.message import COMMUNE_OF_THE_PLACE, AgencyRow, FieldRow, Message
from feedback.domain.routing.reading import Classifier, Reading
from feedback.domain.routing.rules import Rule, RuleError, parse_rule
from feedback.domain.routing.scoring import CANNOT_BE_APPLIED

__all__ = [
    "CANNOT_BE_APPLIED",
    "COMMUNE_OF_THE_PLACE",
    "AgencyRow",
    "Candidate",
    "Classifier",
    "Decision",
    "FieldRow",
    "Message",
    "Outcome",
    "Reading",
    "Reason",
    "RoutingData",
    "Rule",
    "RuleError",
    "check_rule",
    "decide",
    "explain_decision",
    "explain_to_submitter",
    "likely_agencies",
    "parse_rule",
    "undecided",
]
