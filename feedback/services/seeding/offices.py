"""Office hours from the shipped files: the province's, and in a demonstration those of a few communes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from feedback.data import read_rows
from feedback.models import Agency, OfficeSchedule


def seed_offices(session: Session, name: str) -> int:
    """Write the rows of the file `name` under feedback/data; gives how many.

    A row without an agency is the province's. Raises KeyError for an agency that does not exist.
    """
    rows = read_rows(name)
    codes = [row["agency_code"] for row in rows if row["agency_code"]]
    query = select(Agency.code, Agency.id).where(Agency.code.in_(codes))
    ids = {code: agency_id for code, agency_id in session.execute(query)}  # noqa: C416 - rows, not pairs
    values = [
        {
            "agency_id": ids[row["agency_code"]] if row["agency_code"] else None,
            "weekly": row["weekly"],
            "working_weekdays": row["working_weekdays"],
            "source": row["source"],
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        }
        for row in rows
    ]
    session.execute(insert(OfficeSchedule), values)
    return len(values)
