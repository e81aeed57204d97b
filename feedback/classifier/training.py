"""Training: from the corpus to a model, the same every time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from feedback.classifier.augment import without_marks
from feedback.classifier.calibration import fit_heat
from feedback.classifier.corpus import Example, Source, read_examples
from feedback.classifier.features import Keys, keys_of, read
from feedback.classifier.model import Floats, Model, known_features

MOST_FEATURES = 110_000
"""Bounds the file: 110,000 features of 30 labels in half precision are under 7 MB."""

_STRICTNESS = 0.5
_ROUNDS = 100
_PLAIN_SHARE = 0.5
_COMMON = 2
_SAYABLE_IN = 3
_OFFICIAL = frozenset({Source.LANG_SON, Source.NATIONAL, Source.LAW, Source.TERMS})

Found = tuple[Keys, Floats]


def data_hash(examples: Iterable[Example]) -> str:
    """Return a short hash of everything learned from."""
    digest = hashlib.sha256()
    for one in examples:
        digest.update(repr(one).encode())
    return digest.hexdigest()[:12]


def fit(examples: Sequence[Example]) -> Model:
    """Train a model on `examples` and on copies of them without diacritics; not calibrated yet."""
    found = [keys_of(read(one.subject, one.text)) for one in examples]
    keys, rarity, sayable = _vocabulary(examples, found)
    plain = [
        replace(
            one,
            subject=without_marks(one.subject),
            text=without_marks(one.text),
            weight=one.weight * _PLAIN_SHARE,
        )
        for one in examples
    ]
    rows = [*examples, *plain]
    matrix = _matrix(keys, rarity, [*found, *(keys_of(read(one.subject, one.text)) for one in plain)])
    heads = (
        _head(matrix, rows, lambda one: one.agency),
        _head(matrix, rows, lambda one: one.case_class),
        _head(matrix, rows, lambda one: None if one.urgent is None else str(int(one.urgent))),
    )
    return Model(
        keys=keys,
        rarity=rarity,
        weights=np.concatenate([weights for _, weights, _ in heads], axis=1),
        bias=np.concatenate([bias for _, _, bias in heads]),
        sayable=sayable,
        agencies=heads[0][0],
        classes=heads[1][0],
        heat=(1.0, 1.0, 1.0),
        card={"version": "unnamed", "data_hash": data_hash(examples)},
    )


def train(
    on: date,
    without: Iterable[Source] = (),
    own: Sequence[Example] = (),
    corpus: Sequence[Example] | None = None,
) -> Model:
    """Train on the shipped corpus but the sources `without`, calibrated; `on` is the day in its name.

    own: cases of the province, to learn from besides. corpus: in place of the shipped one.

    Training runs twice, because the calibration and the figures of the card are measured by a
    model that never saw what it is asked. Takes some two minutes of one core.
    """
    left_out = frozenset(without)
    used = [*(read_examples(left_out) if corpus is None else corpus), *own]
    asked, blind = _blind(used, left_out)
    heat = fit_heat(blind, asked)
    model = fit(used)
    card = {
        "version": f"{on.isoformat()}-{model.card['data_hash']}",
        "data_hash": model.card["data_hash"],
        "learned_from": dict(sorted(Counter(str(one.source) for one in used).items())),
        "held_out": {"source": str(asked[0].source), **_figures(blind, asked)},
    }
    return replace(model, heat=heat, card=card)


def _blind(used: Sequence[Example], left_out: frozenset[Source]) -> tuple[list[Example], Model]:
    """Return messages to calibrate on and a model that never saw them.

    They are the messages of citizens; when these are left out for a test, every second message
    that was written for training, with all its variants.
    """
    if Source.CITIZEN not in left_out:
        asked = [one for one in used if one.source is Source.CITIZEN and one.first]
        return asked, fit([one for one in used if one.source is not Source.CITIZEN])
    turn = -1
    even: list[Example] = []
    rest: list[Example] = []
    for one in used:
        turn += one.source is Source.WRITTEN and one.first
        (even if one.source is Source.WRITTEN and turn % 2 == 0 else rest).append(one)
    return [one for one in even if one.first], fit(rest)


def _figures(blind: Model, asked: Sequence[Example]) -> dict[str, float]:
    """Return the shares of messages (but D, E and X) whose agency is right and among the first three."""
    judged = [one for one in asked if one.agency is not None and one.case_class not in ("D", "E", "X")]
    right = first_three = 0
    for one in judged:
        shares = blind.read(one.subject, one.text).agencies
        ranked = sorted(shares, key=lambda code: -shares[code])
        right += ranked[0] in (one.agency, *one.also_ok)
        first_three += one.agency in ranked[:3]
    return {
        "messages": len(judged),
        "agency_right": round(right / len(judged), 4),
        "top3": round(first_three / len(judged), 4),
    }


def _vocabulary(
    examples: Sequence[Example], found: Sequence[Found]
) -> tuple[Keys, Floats, npt.NDArray[np.bool_]]:
    """Choose the features: those of at least two texts, the most frequent ones."""
    firsts = [keys for one, (keys, _) in zip(examples, found, strict=True) if one.first]
    keys, counts = np.unique(np.concatenate(firsts), return_counts=True)
    common = np.flatnonzero(counts >= _COMMON)
    order = common[np.lexsort((keys[common], -counts[common]))][:MOST_FEATURES]
    chosen = np.sort(order)
    official = [
        keys_
        for one, (keys_, _) in zip(examples, found, strict=True)
        if one.first and one.source in _OFFICIAL
    ]
    told, times = (
        np.unique(np.concatenate(official), return_counts=True) if official else (keys[:0], counts[:0])
    )
    rarity = np.log((1 + len(firsts)) / (1 + counts[chosen])) + 1
    sayable = np.isin(keys[chosen], told[times >= _SAYABLE_IN])
    # Rounded as the file rounds it, so that a model read back gives the same scores.
    return keys[chosen], rarity.astype(np.float16).astype(np.float32), sayable


def _matrix(keys: Keys, rarity: Floats, found: Sequence[Found]) -> Any:
    columns, values, ends = [], [], [0]
    for one, counts in found:
        rows, row_values = known_features(keys, rarity, one, counts)
        columns.append(rows)
        values.append(row_values)
        ends.append(ends[-1] + len(rows))
    return csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=(len(found), len(keys)))


def _head(
    matrix: Any, rows: Sequence[Example], label: Callable[[Example], str | None]
) -> tuple[tuple[str, ...], Floats, Floats]:
    """Fit one linear model a label against the rest; return labels, weights (a column a label), biases."""
    known = [(number, value) for number, one in enumerate(rows) if (value := label(one)) is not None]
    numbers = [number for number, _ in known]
    machine = LinearSVC(C=_STRICTNESS, max_iter=_ROUNDS, tol=1e-2, random_state=0)
    machine.fit(
        matrix[numbers], [value for _, value in known], sample_weight=[rows[n].weight for n in numbers]
    )
    weights = machine.coef_.T.astype(np.float16).astype(np.float32)
    return tuple(map(str, machine.classes_)), weights, machine.intercept_.astype(np.float32)
