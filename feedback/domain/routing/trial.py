"""What a change of the rules would do: two decisions on the same message compared, and the sums."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from feedback.domain.routing.decision import Decision, Outcome

MOST_LISTED = 200
"""Differing cases that are listed; the sums count them all."""


class Judgement(StrEnum):
    """How the new decision stands to what a person finally decided.

    NOBODY: no person decided. LEFT: the machine would now leave it to a person.
    """

    AGREES = "agrees"
    DIFFERS = "differs"
    LEFT = "left"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that would go elsewhere: its reference, the agency before and after, and what a person chose.

    before, after, person: agency codes; None for a case left to a person (before, after), or that none
    decided (person). class_before, class_after: letters, or None.
    """

    reference: str
    before: str | None
    after: str | None
    class_before: str | None
    class_after: str | None
    person: str | None
    judgement: Judgement
    conflict: bool

    @property
    def newly_automatic(self) -> bool:
        """Whether a person had to look before and need not afterwards."""
        return self.before is None and self.after is not None

    @property
    def no_longer_automatic(self) -> bool:
        """Whether it went by itself before and is left to a person afterwards."""
        return self.before is not None and self.after is None


@dataclass(frozen=True, slots=True)
class TrialResult:
    """The sums of a trial over `cases` cases, with the differing cases, at most MOST_LISTED of them.

    agree, agreed_before: of the differing cases that a person decided, how many the new and the old
    decision give to the agency of that person. judged: those that a person decided. proposals: cases
    still left to a person of which the first agency proposed changes.
    """

    cases: int = 0
    different: int = 0
    judged: int = 0
    agree: int = 0
    agreed_before: int = 0
    conflicts: int = 0
    newly_automatic: int = 0
    no_longer_automatic: int = 0
    proposals: int = 0
    listed: tuple[Difference, ...] = field(default=())

    def to_json(self) -> str:
        """As JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> TrialResult:
        """Read what `to_json` wrote."""
        value = json.loads(text)
        listed = value.pop("listed")
        return cls(
            **value,
            listed=tuple(Difference(**row | {"judgement": Judgement(row["judgement"])}) for row in listed),
        )

    def plus(self, cases: int, found: Iterable[Difference], proposals: int) -> TrialResult:
        """Give the sums with `cases` further cases, of which `found` differ."""
        new = tuple(found)
        return TrialResult(
            cases=self.cases + cases,
            different=self.different + len(new),
            judged=self.judged + sum(one.person is not None for one in new),
            agree=self.agree + sum(one.judgement is Judgement.AGREES for one in new),
            agreed_before=self.agreed_before
            + sum(one.person is not None and one.before == one.person for one in new),
            conflicts=self.conflicts + sum(one.conflict for one in new),
            newly_automatic=self.newly_automatic + sum(one.newly_automatic for one in new),
            no_longer_automatic=self.no_longer_automatic + sum(one.no_longer_automatic for one in new),
            proposals=self.proposals + proposals,
            listed=(*self.listed, *new)[:MOST_LISTED],
        )

    def sums_only(self) -> TrialResult:
        """Give the same without the cases."""
        return TrialResult.from_json(json.dumps(asdict(self) | {"listed": []}))


def difference(reference: str, before: Decision, after: Decision, person: str | None) -> Difference | None:
    """Compare two decisions on a case; None when it goes the same way with the same class.

    person: the code of the agency that a member of staff gave it to at last, if one did.
    """
    conflict = _conflict(after) and not _conflict(before)
    went, goes = _way(before), _way(after)
    if went == goes and not conflict:
        return None
    return Difference(
        reference=reference,
        before=went[0],
        after=goes[0],
        class_before=went[1],
        class_after=goes[1],
        person=person,
        judgement=_judge(goes[0], person),
        conflict=conflict,
    )


def proposes_otherwise(before: Decision, after: Decision) -> bool:
    """Whether a case stays with a person, who is proposed another agency first."""
    first, second = ([one.agency_code for one in each.top3[:1]] for each in (before, after))
    return before.outcome is after.outcome is Outcome.TRIAGE and first != second


def _way(decision: Decision) -> tuple[str | None, str | None]:
    return decision.agency_code, None if decision.case_class is None else str(decision.case_class)


def _conflict(decision: Decision) -> bool:
    return any(reason.code == "conflict" for reason in decision.reasons)


def _judge(after: str | None, person: str | None) -> Judgement:
    if person is None:
        return Judgement.NOBODY
    if after is None:
        return Judgement.LEFT
    return Judgement.AGREES if after == person else Judgement.DIFFERS
