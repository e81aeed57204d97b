"""What a classifier says of a message, and how far it is believed beside the rules.

The classifier itself lives elsewhere (feedback/classifier): the domain asks it and decides.
Rules guard against the costly mistakes: whatever they suspect stays kept apart, however sure
the classifier is, and the classifier can only add to what is suspected.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import exp, log
from typing import Protocol

from feedback.domain.lifecycle import CaseClass
from feedback.domain.routing.classes import Recognition
from feedback.domain.routing.scoring import Standing

AUTOMATIC = 0.68
"""The probability, by classifier and rules together, from which an agency is given automatically."""

RULE_WEIGHT = 4.5
"""What a rule that speaks alone and loudly adds to the logarithm of an agency's odds."""

_OVERRULING = 25.0
"""The same of a rule that overrules: more than any classifier can say against it (20.7, see _LEAST)."""

SUSPECTED = 0.3
"""The probability of a denunciation or complaint from which a message goes to the restricted triage."""

_ACCUSES = 0.5
_ACCUSES_BY_WORDS_TOO = 0.06
_URGENT = 0.12
_URGENT_BY_WORDS_TOO = 0.05
_CLASS_SURE = 0.5
_CLASS_LIKELY = 0.35
_LOUD_POINTS = 4.0
_LEAST = 1e-9
_APART = (CaseClass.F, CaseClass.G, CaseClass.X)


class Reading(Protocol):
    """What the classifier makes of one message; probabilities are calibrated and lie from 0 to 1."""

    @property
    def agencies(self) -> Mapping[str, float]:
        """The probability of each agency code (UBNDX for the commune of the place)."""

    @property
    def classes(self) -> Mapping[str, float]:
        """The probability of each class letter."""

    @property
    def urgent(self) -> float:
        """The probability that the message cannot wait."""

    def weighty_words(self, agency: str) -> tuple[str, ...]:
        """Return the words that spoke loudest for an agency, none of them private."""


class Classifier(Protocol):
    """Reads messages."""

    @property
    def version(self) -> str:
        """The name of what was trained, so that a decision can be traced to it."""

    def read(self, subject: str, text: str) -> Reading:
        """Read one message."""


def blend(reading: Reading, ranked: list[Standing], known: Collection[str]) -> list[tuple[str, float]]:
    """Weigh the classifier and the rules together; return (agency code, probability), the best first.

    Agencies that are not `known` (dissolved, of another province) are passed over.
    """
    odds = {code: log(max(share, _LEAST)) for code, share in reading.agencies.items() if code in known}
    for standing in ranked:
        loud = min(1.0, standing.points / _LOUD_POINTS)
        before = odds.get(standing.agency_code, log(_LEAST))
        weight = RULE_WEIGHT * standing.share * loud + (_OVERRULING if standing.overrules else 0.0)
        odds[standing.agency_code] = before + weight
    if not odds:
        return []
    highest = max(odds.values())
    raised = {code: exp(value - highest) for code, value in odds.items()}
    total = sum(raised.values())
    return sorted(
        ((code, value / total) for code, value in raised.items()), key=lambda item: (-item[1], item[0])
    )


def accusation(reading: Reading) -> float:
    """Return the probability that the message is a denunciation or a complaint."""
    return reading.classes.get("D", 0.0) + reading.classes.get("E", 0.0)


def kept_apart(by_rules: Recognition | None, reading: Reading) -> Recognition | None:
    """Say why a message is not assigned: what the rules found, or what the classifier suspects besides.

    Nothing that the rules find is let go.
    """
    if by_rules is not None and by_rules.sensitive:
        return Recognition(_settled(by_rules, reading), by_rules.reason, by_rules.words, sensitive=True)
    if accusation(reading) >= SUSPECTED:
        suspected = Recognition(None, "suspected", sensitive=True)
        return Recognition(_settled(suspected, reading), "suspected", sensitive=True)
    if by_rules is None:
        likely = likely_class(reading)
        if likely in _APART and reading.classes[likely] >= _CLASS_SURE:
            return Recognition(likely, "read_as", (str(likely),))
        return None
    if by_rules.case_class is None:
        return Recognition(likely_class(reading), by_rules.reason, by_rules.words)
    return by_rules


def _settled(apart: Recognition, reading: Reading) -> CaseClass:
    """Name the class of a message under suspicion; words that name a wrong or a decision lower the bar."""
    accused = accusation(reading)
    by_words = apart.reason in ("denunciation", "complaint")
    if accused >= _ACCUSES or (by_words and accused >= _ACCUSES_BY_WORDS_TOO):
        denounced, complained = reading.classes.get("E", 0.0), reading.classes.get("D", 0.0)
        favour = 1.0 if apart.reason == "complaint" else 2.0
        return CaseClass.E if denounced * favour >= complained else CaseClass.D
    return likely_class(reading, without=("D", "E"))


def likely_class(reading: Reading, without: tuple[str, ...] = ()) -> CaseClass:
    """Return the most probable class."""
    classes = {name: share for name, share in reading.classes.items() if name not in without}
    return CaseClass(max(sorted(classes), key=lambda name: classes[name]))


def recognised_class(by_rules: Recognition, reading: Reading) -> Recognition:
    """Choose the class of an ordinary message: the classifier's when it is sure, else the rules'."""
    likely = likely_class(reading, without=("D", "E", "F", "G", "X"))
    share = reading.classes[likely]
    if share >= _CLASS_SURE or (not by_rules.assignable and share >= _CLASS_LIKELY):
        return Recognition(likely, "read_class")
    return by_rules


def is_urgent(words: tuple[str, ...], reading: Reading) -> bool:
    """Tell whether a message cannot wait: by words that the classifier believes, or by itself if sure."""
    return reading.urgent >= (_URGENT_BY_WORDS_TOO if words else _URGENT)
