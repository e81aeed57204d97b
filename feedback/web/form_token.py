"""The token in the submission form: the id under which its case will be written, signed and dated.

The id makes a form that is sent twice one case; the signature keeps strangers from choosing
ids; the date ends it, because the files accepted with it are kept for a day only.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

LIFETIME = timedelta(hours=24)
_SALT = "feedback.submission-form"


def _serializer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=_SALT, signer_kwargs={"digest_method": sha256})


def issue(secret: str, case_id: UUID, now: datetime) -> str:
    """Give the token of a form shown at `now` whose case will have the id `case_id`."""
    return str(_serializer(secret).dumps([case_id.hex, int(now.timestamp())]))


def read(secret: str, token: str | None, now: datetime) -> UUID | None:
    """Give the case id of a token, or None when it is missing, not ours, or older than LIFETIME."""
    if not token:
        return None
    try:
        text, issued = _serializer(secret).loads(token)
        case_id, age = UUID(hex=text), now.timestamp() - issued
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None
    return case_id if age < LIFETIME.total_seconds() else None


def second_id(case_id: UUID, digest: str) -> UUID:
    """Give the id of another message that was sent from the form of `case_id`.

    It follows from the content, so that this message too is one case however often it is sent.
    It keeps the time of the first id and the shape of a UUID of version 7.
    """
    tail = bytearray(sha256(case_id.bytes + digest.encode()).digest()[:10])
    tail[0] = 0x70 | tail[0] & 0x0F
    tail[2] = 0x80 | tail[2] & 0x3F
    return UUID(bytes=case_id.bytes[:6] + bytes(tail))


def choice(secret: str, case_id: UUID, other: UUID) -> str:
    """Give the word by which the form of `case_id` names another case, which it is offered to follow.

    It tells nothing of that case, and only what this form was offered can be chosen with it.
    """
    words = hmac.new(secret.encode(), b"feedback.follow" + case_id.bytes + other.bytes, sha256)
    return words.hexdigest()[:32]
