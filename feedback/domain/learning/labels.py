"""Labels: what people decided about a case, cleaned of what one person or one matter would weigh too much.

Each label comes from a decision that stood (feedback/queries/learning/labels.py says which). Three
guards follow here: messages that say the same count once, nobody's decisions and no agency's cases
make up more than a third, and the newest part is held out for testing and never learned from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from feedback.domain.text import read_words

SAME = 0.6
"""The share of the runs of words of a message, found in one earlier message, from which both say the same."""

MOST_SHARE = 1 / 3
"""The part of all labels that one person's decisions, or the cases of one agency, may make up."""

LEAST_CAP = 60
"""So many labels of one person or agency are taken in any case: a small province has one dispatcher."""

HELD_OUT_SHARE = 0.2
HELD_OUT_LEAST = 30
"""Fewer labels than this can show nothing: then nothing is trained."""

_RUN = 4
_MOST_WITH_RUN = 50
_MOST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Label:
    """A message with what people decided of it; None where nobody decided.

    agency: the code as labels write it (UBNDX for the committee of any commune). guess: the agency that
    the machine had put first. decider: the account that decided, None when the machine's choice was accepted.
    desk: the id of the agency that took the case on. decided_at: when it was given to that agency.
    """

    case_id: UUID
    subject: str
    text: str
    agency: str | None
    case_class: str | None
    urgent: bool | None
    guess: str | None
    decided_at: datetime
    decider: int | None = None
    desk: int | None = None

    @property
    def corrected(self) -> bool:
        """Whether people decided otherwise than the machine had put first."""
        return self.agency is None or self.agency != self.guess


@dataclass(frozen=True, slots=True)
class Parts:
    """What is learned from, and the newest part, which is asked. `until`: the last moment learned from."""

    learned: tuple[Label, ...]
    held_out: tuple[Label, ...]
    until: datetime | None

    @property
    def enough(self) -> bool:
        """Whether both parts can show something."""
        return min(len(self.learned), len(self.held_out)) >= HELD_OUT_LEAST


def different(labels: Iterable[Label]) -> list[Label]:
    """Return `labels` (oldest first) without those that say what an earlier one says.

    Compared are the runs of four words without marks. A run that fifty messages share is an opening, and
    tells nothing. Takes time by the length of the texts, not by their pairs.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    kept: list[Label] = []
    for label in sorted(labels, key=lambda one: (one.decided_at, one.case_id)):
        runs = _runs(f"{label.subject} . {label.text}")
        shared = Counter(number for run in runs for number in holders.get(run, ()))
        if any(count >= SAME * len(runs) for _, count in shared.most_common(1)):
            continue
        for run in runs:
            if len(holders[run]) < _MOST_WITH_RUN:
                holders[run].append(len(kept))
        kept.append(label)
    return kept


def _runs(text: str) -> set[str]:
    words = read_words(text[: 8 * _MOST_WORDS]).folded[:_MOST_WORDS]
    if len(words) < _RUN:
        return {" ".join(words)}
    return {" ".join(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)}


def shared_out(labels: Sequence[Label]) -> list[Label]:
    """Return `labels` with at most a third (or `LEAST_CAP`) of any person's and of any agency's.

    Which are left out follows from the case's id alone, so that nobody chooses them.
    """
    most = max(LEAST_CAP, int(MOST_SHARE * len(labels)))
    fair = _capped(labels, lambda one: one.decider, most)
    return _capped(fair, lambda one: one.desk, most)


def _capped(labels: Sequence[Label], whose: Callable[[Label], int | None], most: int) -> list[Label]:
    by_whom: dict[int, list[Label]] = defaultdict(list)
    for label in labels:
        key = whose(label)
        if key is not None:
            by_whom[key].append(label)
    out: set[UUID] = set()
    for theirs in by_whom.values():
        out.update(one.case_id for one in sorted(theirs, key=_lot)[most:])
    return [one for one in labels if one.case_id not in out]


def _lot(label: Label) -> bytes:
    return sha256(label.case_id.bytes).digest()


def parted(labels: Sequence[Label], after: datetime | None = None) -> Parts:
    """Hold out the newest fifth, and nothing from before `after` (what the model in use learned until).

    Labels of one moment stay together, so that `until` parts them cleanly.
    """
    ordered = sorted(labels, key=lambda one: (one.decided_at, one.case_id))
    cut = len(ordered) - int(HELD_OUT_SHARE * len(ordered))
    until = ordered[cut - 1].decided_at if cut else None
    if after is not None and (until is None or until < after):
        until = after
    if until is None:
        return Parts((), (), None)
    return Parts(
        tuple(one for one in ordered if one.decided_at <= until),
        tuple(one for one in ordered if one.decided_at > until),
        until,
    )


def usable(labels: Iterable[Label], after: datetime | None = None) -> Parts:
    """Apply all guards: what says the same once, the newest held out, then each part shared out."""
    parts = parted(different(labels), after)
    return Parts(tuple(shared_out(parts.learned)), tuple(shared_out(parts.held_out)), parts.until)
