"""May a new model take over from the one in use: both answered the same messages, which neither learned.

The test is one of non-inferiority on pairs. Of n messages, b were right only by the model in use and c
only by the new one; the new one is worse by (b - c) / n, with a standard error of
sqrt(b + c - (b - c)² / n) / n (paired proportions, as in McNemar's test). It passes when even the upper
end of the one-sided 95 % interval stays under a margin: 2 points on the shipped messages (one message
in fifty, about what routing loses when a text has no diacritics), 5 on the province's newest, which
are few. Without a disagreement the models are equal and nothing is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

SHIPPED_MARGIN = 0.02
OWN_MARGIN = 0.05
_ONE_SIDED_95 = 1.645
_HEARD = 5
_OTHERS = 10


@dataclass(frozen=True, slots=True)
class Mark:
    """How one model did on one message.

    right: the agency put first is right. wrong_automatic: it would have gone to a wrong agency without a
    person looking. apart: None for an ordinary message; for a denunciation or a complaint whether it was
    kept in the restricted triage. urgent: None unless it cannot wait; else whether that was seen.
    """

    right: bool
    wrong_automatic: bool = False
    automatic: bool = False
    apart: bool | None = None
    urgent: bool | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """One message by the model in use and by the new one; `decider`: whose decision is the label."""

    champion: Mark
    challenger: Mark
    decider: int | None = None


class ModelStatus(StrEnum):
    """What became of a model that was trained here.

    CHALLENGER: trained, not judged yet. RETIRED: was in use once; one may go back to it.
    """

    CHALLENGER = "challenger"
    CHAMPION = "champion"
    REFUSED = "refused"
    RETIRED = "retired"


class Why(StrEnum):
    """What spoke against the new model."""

    SHIPPED_WORSE = "shipped_worse"
    SHIPPED_AUTOMATIC = "shipped_automatic"
    APART_WORSE = "apart_worse"
    URGENT_WORSE = "urgent_worse"
    OWN_WORSE = "own_worse"
    OWN_AUTOMATIC = "own_automatic"
    ONE_VOICE = "one_voice"
    UNREADABLE = "unreadable"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the new model takes over; `against` is empty exactly then."""

    against: tuple[Why, ...]

    @property
    def takes_over(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.against


Flag = Callable[[Mark], bool]


def loss(pairs: Sequence[Pair], good: Flag) -> float:
    """Return the upper end of the 95 % interval of how much worse the new model is (a share; 0 of none)."""
    if not pairs:
        return 0.0
    number = len(pairs)
    lost = sum(good(one.champion) and not good(one.challenger) for one in pairs)
    won = sum(good(one.challenger) and not good(one.champion) for one in pairs)
    error = sqrt(max(lost + won - (lost - won) ** 2 / number, 0.0)) / number
    return (lost - won) / number + _ONE_SIDED_95 * error


def _right(mark: Mark) -> bool:
    return mark.right


def _not_misled(mark: Mark) -> bool:
    return not mark.wrong_automatic


def _fewer(pairs: Sequence[Pair], good: Flag) -> bool:
    return sum(good(one.challenger) for one in pairs) < sum(good(one.champion) for one in pairs)


def judge(shipped: Sequence[Pair], own: Sequence[Pair]) -> Verdict:
    """Judge by the shipped messages and by the province's newest labels, `own`.

    Not one denunciation or complaint fewer may be kept apart, and not one urgent message fewer be seen: there
    is no margin. On the province's own messages it must besides be right at least as often.
    """
    checks = (
        (Why.SHIPPED_WORSE, loss(shipped, _right) > SHIPPED_MARGIN),
        (Why.SHIPPED_AUTOMATIC, loss(shipped, _not_misled) > SHIPPED_MARGIN),
        (Why.APART_WORSE, _fewer(shipped, lambda mark: mark.apart is True)),
        (Why.URGENT_WORSE, _fewer([*shipped, *own], lambda mark: mark.urgent is True)),
        (Why.OWN_WORSE, _fewer(own, _right) or loss(own, _right) > OWN_MARGIN),
        (Why.OWN_AUTOMATIC, loss(own, _not_misled) > OWN_MARGIN),
        (Why.ONE_VOICE, _one_voice(own)),
    )
    return Verdict(tuple(why for why, holds in checks if holds))


def _one_voice(own: Sequence[Pair]) -> bool:
    """Tell whether the new model loses once the decisions of some one person are left out.

    Else somebody who decides wrongly and often would also write the test that their decisions pass.
    """
    heard = {one.decider for one in own if one.decider is not None}
    for person in heard:
        others = [one for one in own if one.decider != person]
        if len(own) - len(others) < _HEARD or len(others) < _OTHERS:
            continue
        if _fewer(others, _right) and loss(others, _right) > OWN_MARGIN:
            return True
    return False
