"""The model that the product ships, read once a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import feedback.data
from feedback.classifier.model import Model

FOLDER = Path(feedback.data.__file__).parent / "routing"


def shipped_path() -> Path | None:
    """Return the newest shipped model, or None when there is none.

    A model's name begins with the day it was trained, so the last name is the newest.
    """
    found = sorted(FOLDER.glob("model-*.npz"))
    return found[-1] if found else None


@cache
def load_shipped() -> Model | None:
    """Read the shipped model, once a process; None when there is none: then the rules decide alone.

    Raises ValueError or OSError for a model that cannot be read.
    """
    path = shipped_path()
    return None if path is None else Model.load(path)
