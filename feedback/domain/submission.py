"""A submission: everything that one message brings in, whichever channel it came by.

An adapter (the public form, the clerk's form, a file of messages) builds a `Submission`
from cleaned text and asks `problems` before it hands it to the intake service.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, fields
from typing import NamedTuple
from uuid import UUID

from feedback.domain.lifecycle import Channel, SubmitterKind

LIMITS = {
    "title": 200,
    "body": 10_000,
    "place_text": 200,
    "place_detail": 300,
    "happened": 200,
    "name": 120,
    "organisation": 200,
    "business_code": 20,
    "email": 254,
    "phone": 30,
    "address": 300,
}
"""The most characters that each text may have."""

SHORTEST_BODY = 10
"""Fewer characters than this tell nobody what happened."""

MOST_FILES = 5

LATITUDES, LONGITUDES = (6.0, 23.5), (102.0, 118.0)
"""Degrees (WGS 84) between which Vietnam lies, with its islands."""

_TITLE_FROM_BODY = 100
_EMAIL = re.compile(
    r"[^\s@<>\",;:()\[\]\\]{1,64}@(?:[^\s@.<>\",;:()\[\]\\]{1,63}\.){1,8}[^\s@.<>\",;:()\[\]\\]{2,63}"
)
_PHONE = re.compile(r"\+?[0-9]{8,15}")
_PHONE_FILLING = str.maketrans("", "", " .-()")
_BUSINESS_CODE = re.compile(r"[0-9]{10}(?:-?[0-9]{3})?")
_SENTENCE_END = re.compile(r"[.!?…]\s|\n")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file already checked and written to the storage.

    media_type: what its content was found to be. size in bytes and sha256 (hex) are of
    the stored bytes, after an image was re-encoded.
    """

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    storage_key: str


class Problem(NamedTuple):
    """A rule that a submission breaks: the field at fault and a code that a face puts into words."""

    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A message of a citizen, a business or an organisation, cleaned and complete.

    place_text: the commune as it was typed, an old name too; commune_code: the one that
    was chosen from the list, when one was. happened: when it happened, in the sender's words.
    latitude, longitude: degrees (WGS 84) of where it is, both or none: a device told them because its
    owner pressed for it.
    An anonymous submission carries no name and no contact.
    """

    channel: Channel
    locale: str
    title: str
    body: str
    place_text: str
    place_detail: str
    commune_code: str | None
    happened: str
    field_id: int | None
    submitter_kind: SubmitterKind
    anonymous: bool
    name: str
    organisation: str
    business_code: str
    email: str
    phone: str
    address: str
    consent_publish: bool
    confidential: bool
    attachments: tuple[StoredFile, ...] = ()
    latitude: float | None = None
    longitude: float | None = None

    @property
    def reachable_by(self) -> str:
        """The first way to reach the sender: ``email``, ``phone``, ``post``, or empty when there is none."""
        ways = (("email", self.email), ("phone", self.phone), ("post", self.address))
        return next((way for way, value in ways if value and not self.anonymous), "")

    def digest(self) -> str:
        """Give the SHA-256 (hex) of the content, by which a double send is told from a second message.

        Of the files their names and contents count, not the ids and places that the storage
        gave them: the same form sent twice stores them twice. A position counts when there is one, so
        that what was received before there were any keeps its digest.
        """
        content = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "attachments"}
        if self.latitude is None and self.longitude is None:
            del content["latitude"], content["longitude"]
        content["attachments"] = [(file.name, file.sha256) for file in self.attachments]
        return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def problems(submission: Submission) -> list[Problem]:
    """Give what must be mended before `submission` can be received; none when it can.

    Codes: ``required``, ``too_short``, ``too_long``, ``invalid``, ``too_many``. A person who is
    not anonymous gives a name and one way to reach them (NĐ 20/2008/NĐ-CP Đ.6-9).
    """
    found = [
        Problem(field, "too_long") for field, most in LIMITS.items() if len(getattr(submission, field)) > most
    ]
    if not submission.body:
        found.append(Problem("body", "required"))
    elif len(submission.body) < SHORTEST_BODY:
        found.append(Problem("body", "too_short"))
    if not _is_position(submission.latitude, submission.longitude):
        found.append(Problem("latitude", "invalid"))
    if len(submission.attachments) > MOST_FILES:
        found.append(Problem("attachments", "too_many"))
    return found if submission.anonymous else found + _contact_problems(submission)


def _contact_problems(submission: Submission) -> list[Problem]:
    found = []
    if not submission.name:
        found.append(Problem("name", "required"))
    if submission.submitter_kind is not SubmitterKind.CITIZEN and not submission.organisation:
        found.append(Problem("organisation", "required"))
    if not (submission.email or submission.phone or submission.address):
        found.append(Problem("phone", "required"))
    for field, valid in (("email", is_email), ("phone", is_phone), ("business_code", is_business_code)):
        value = getattr(submission, field)
        if value and not valid(value):
            found.append(Problem(field, "invalid"))
    return found


def _is_position(latitude: float | None, longitude: float | None) -> bool:
    """Tell whether two degrees name a point in Vietnam; none at all is in order too."""
    if latitude is None or longitude is None:
        return latitude is None and longitude is None
    (south, north), (west, east) = LATITUDES, LONGITUDES
    return south <= latitude <= north and west <= longitude <= east


def is_email(text: str) -> bool:
    """Tell whether `text` has the shape of an e-mail address; only a letter that arrives proves one."""
    return _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Tell whether `text` has the shape of a telephone number, spaces, dots and dashes aside."""
    return _PHONE.fullmatch(text.translate(_PHONE_FILLING)) is not None


def is_business_code(text: str) -> bool:
    """Tell whether `text` is a business code: 10 digits, of a branch 13."""
    return _BUSINESS_CODE.fullmatch(text) is not None


def title_from(body: str) -> str:
    """Give a title to a message without one: its first sentence, cut at a word when it is long."""
    first = _SENTENCE_END.split(body.strip(), maxsplit=1)[0]
    line = " ".join(first.split())
    if len(line) <= _TITLE_FROM_BODY:
        return line
    return line[:_TITLE_FROM_BODY].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
