"""The adapter of the channel "file": a line of JSON becomes a submission.

A line names ``text`` (required), and may name ``id``, ``subject``, ``submitter``
(citizen, business, organisation), ``place``, ``name``, ``organisation``, ``email``,
``phone``, ``address``, ``happened``, ``consent_publish`` and ``confidential``. What else
stands in it (labels for an evaluation, for example) is not read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from feedback.domain.lifecycle import Channel, SubmitterKind
from feedback.domain.submission import LIMITS, Submission, problems, title_from
from feedback.domain.text import clean_line, clean_text

_NAMESPACE = UUID("5f1c8d1e-6b0a-5c53-9a0b-0b6f6a3c7d11")
_KINDS = {str(kind): kind for kind in SubmitterKind}


class UnreadableLine(ValueError):
    """A line that is no submission; the text says why."""


def read_line(line: str, locale: str = "vi") -> tuple[UUID, Submission]:
    """Give the submission of one line, and the case id that it has each time it is read.

    The id follows from the line's own ``id`` and its content, so that a file sent twice
    makes no case twice. Raises UnreadableLine.
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableLine(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise UnreadableLine("not a JSON object")
    submission = _submission(row, locale)
    found = problems(submission)
    if found:
        raise UnreadableLine(", ".join(f"{problem.field}: {problem.code}" for problem in found))
    named = f"{row.get('id', '')}\n{submission.digest()}"
    digest = hashlib.sha256(named.encode(errors="surrogatepass")).hexdigest()
    return uuid5(_NAMESPACE, digest), submission


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise UnreadableLine(f"{key}: a text is wanted, not {type(value).__name__}")
    return value


def _submission(row: Mapping[str, Any], locale: str) -> Submission:
    kind = _text(row, "submitter") or str(SubmitterKind.CITIZEN)
    if kind not in _KINDS:
        raise UnreadableLine(f"submitter: {kind!r} is none of {', '.join(_KINDS)}")
    body = clean_text(_text(row, "text"))
    name = clean_line(_text(row, "name"))
    return Submission(
        channel=Channel.FILE,
        locale=locale,
        title=clean_line(_text(row, "subject"))[: LIMITS["title"]] or title_from(body),
        body=body,
        place_text=clean_line(_text(row, "place")),
        place_detail="",
        commune_code=None,
        happened=clean_line(_text(row, "happened")),
        field_id=None,
        submitter_kind=_KINDS[kind],
        anonymous=not name,
        name=name,
        organisation=clean_line(_text(row, "organisation")),
        business_code="",
        email=clean_line(_text(row, "email")),
        phone=clean_line(_text(row, "phone")),
        address=clean_line(_text(row, "address")),
        consent_publish=row.get("consent_publish") is True,
        confidential=row.get("confidential") is True,
    )
