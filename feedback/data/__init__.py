"""The reference data that the product ships: rows of text, read by seeding, by tests and by benches.

What each file holds and where it comes from is told in README.md beside them.
"""

from __future__ import annotations

import csv
import io
from importlib.resources import files


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a shipped table as text, keyed by its heading.

    `name` is a path under feedback/data, e.g. ``agencies/fields.csv``. Codes stay text, so that
    leading zeros live. Raises FileNotFoundError for an unknown name.
    """
    source = files("feedback.data").joinpath(*name.split("/"))
    return list(csv.DictReader(io.StringIO(source.read_text(encoding="utf-8"), newline="")))
