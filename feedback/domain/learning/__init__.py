"""Learning from what people decided: which decisions are labels, and when a new model may take over.

Pure rules. Reading cases is feedback/queries/learning, training is feedback/services/learning.
"""

from feedback.domain.learning.labels import (
    HELD_OUT_LEAST,
    Label,
    Parts,
    different,
    parted,
    shared_out,
    usable,
)
from feedback.domain.learning.verdict import Mark, ModelStatus, Pair, Verdict, Why, judge

__all__ = [
    "HELD_OUT_LEAST", "Label", "Mark", "ModelStatus", "Pair", "Parts", "Verdict", "Why", "different", "judge",
    "parted", "shared_out", "usable",
]  # fmt: skip
