"""Calibration: scores turned into probabilities that can be believed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from feedback.classifier.corpus import Example
from feedback.classifier.features import read
from feedback.classifier.model import Floats, Model

_HEATS = np.geomspace(0.5, 16.0, 61)


def fit_heat(blind: Model, asked: Sequence[Example]) -> tuple[float, float, float]:
    """Choose, for agency, class and urgency, the factor on scores that makes the known answers likeliest.

    `blind` must not have seen `asked`. The factors are chosen from a fixed ladder, so that
    rounding does not change them.
    """
    scores = np.array([blind.scores(read(one.subject, one.text)) for one in asked])
    agencies = slice(0, len(blind.agencies))
    classes = slice(len(blind.agencies), len(blind.agencies) + len(blind.classes))
    return (
        _best(
            [
                (
                    scores[number, agencies],
                    [blind.agencies.index(code) for code in (one.agency, *one.also_ok) if code],
                )
                for number, one in enumerate(asked)
                if one.agency is not None and one.case_class not in ("D", "E", "X")
            ]
        ),
        _best(
            [
                (scores[number, classes], [blind.classes.index(one.case_class)])
                for number, one in enumerate(asked)
                if one.case_class is not None
            ]
        ),
        _best(
            [
                (np.array([0.0, scores[number, -1]], dtype=np.float32), [int(one.urgent)])
                for number, one in enumerate(asked)
                if one.urgent is not None
            ]
        ),
    )


def _best(cases: Sequence[tuple[Floats, list[int]]]) -> float:
    """Return the factor with the greatest likelihood; any of the right answers counts."""
    losses = [sum(_loss(scores * heat, right) for scores, right in cases) for heat in _HEATS]
    return round(float(_HEATS[int(np.argmin(losses))]), 4)


def _loss(scores: Floats, right: list[int]) -> float:
    raised = np.exp(scores - scores.max())
    return float(-np.log(max(raised[right].sum() / raised.sum(), 1e-9)))
