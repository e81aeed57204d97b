"""Taking in strangers' files: streamed, measured, recognised by content, rewritten, hashed, stored.

A file is accepted under the id of the form it came with, before the form itself is. Its
note under ``pending/`` stays for a day: meanwhile the form may come back with an error
mended, and the file need not be sent again. Then `drop_unclaimed` removes the note, and
the file too when no case took it.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

import filetype
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import new_id
from feedback.domain.submission import StoredFile
from feedback.domain.text import clean_line
from feedback.models import Attachment
from feedback.services.arrival import file_worker
from feedback.storage import Storage

LARGEST = 10_000_000
"""The most bytes that one file may have."""

ACCEPTED_TYPES = ("image/jpeg", "image/png", "image/webp", "application/pdf")
KEPT_FOR = timedelta(hours=24)

_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}
_OFFICE = re.compile(r"application/(zip|msword|rtf|vnd\.|x-ole|x-7z|x-rar|gzip)")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_LONGEST_NAME = 100
_CHUNK = 1 << 16
_SECONDS = 20
_FOLDER = "pending"
_REASONS = {
    file_worker.UNREADABLE: "unreadable",
    file_worker.TOO_MANY_PIXELS: "too_many_pixels",
    file_worker.ENCRYPTED: "encrypted",
}
# Two decoders at a time bound the memory that crafted files can take from the machine.
_decoders = threading.BoundedSemaphore(2)


class UploadRefused(Exception):
    """A file is not taken; `name` is what the sender calls it, `code` says why.

    Codes: ``empty``, ``too_big``, ``heic``, ``video``, ``office``, ``type``, ``unreadable``,
    ``too_many_pixels``, ``encrypted``.
    """

    def __init__(self, name: str, code: str) -> None:
        super().__init__(f"{name}: {code}")
        self.name = name
        self.code = code


def accept(storage: Storage, form_id: UUID, name: str, stream: IO[bytes], now: datetime) -> StoredFile:
    """Check, rewrite and store one file that came with the form `form_id`.

    name: as the sender gave it; cleaned here. Raises UploadRefused.
    """
    shown = clean_name(name)
    with tempfile.TemporaryDirectory(prefix="hoi-am-upload-") as folder:
        raw, clean = Path(folder) / "raw", Path(folder) / "clean"
        head = _spool(stream, raw, shown)
        media_type = _rewrite(_kind_of(head, shown), raw, clean, shown)
        file_id = new_id()
        stored = StoredFile(
            id=file_id,
            name=_ENDING.sub("", shown) + _ENDINGS[media_type],
            media_type=media_type,
            size=clean.stat().st_size,
            sha256=_sha256(clean),
            storage_key=_key_of(file_id),
        )
        # The note comes first: a file without one would never be cleared away.
        _note(storage, form_id, stored, now)
        storage.write(stored.storage_key, clean)
    return stored


def kept(storage: Storage, form_id: UUID, file_ids: Iterable[UUID]) -> list[StoredFile]:
    """Give those of `file_ids` that were accepted with this form and are still held."""
    found = []
    for file_id in dict.fromkeys(file_ids):
        try:
            note = json.loads(storage.read_text(_note_key(form_id, file_id)))
        except FileNotFoundError:
            continue
        found.append(_from_note(note))
    return found


def copy(storage: Storage, form_id: UUID, file: StoredFile, now: datetime) -> StoredFile:
    """Store `file` a second time under a new id, for a second message sent from the same form."""
    file_id = new_id()
    twin = replace(file, id=file_id, storage_key=_key_of(file_id))
    _note(storage, form_id, twin, now)
    storage.copy(file.storage_key, twin.storage_key)
    return twin


def drop_unclaimed(session: Session, storage: Storage, now: datetime) -> int:
    """Clear away what no case took within KEPT_FOR; give the number of files removed.

    Called by a worker, whose scope sees every attachment; running it twice, or while forms
    come in, does no harm.
    """
    due: dict[str, str] = {}
    for entry in list(storage.keys(_FOLDER)):
        try:
            note = json.loads(storage.read_text(entry.key))
        except FileNotFoundError:
            continue
        if datetime.fromisoformat(note["stored_at"]) + KEPT_FOR < now:
            due[entry.key] = note["storage_key"]
    claimed = set(
        session.scalars(select(Attachment.storage_key).where(Attachment.storage_key.in_(due.values())))
    )
    removed = 0
    for note_key, storage_key in due.items():
        if storage_key not in claimed:
            storage.delete(storage_key)
            removed += 1
        storage.delete(note_key)
    return removed


def clean_name(name: str) -> str:
    """Give a file name without folders, controls and leading dots, at most 100 characters long."""
    base = clean_line(name.replace("\\", "/").rsplit("/", 1)[-1])
    base = re.sub(r'[<>:"|?*]', "_", base).strip(". ")
    ending = _ENDING.search(base)
    stem, tail = (base[: ending.start()], ending.group()) if ending else (base, "")
    return (stem[: _LONGEST_NAME - len(tail)].strip() or "tep-dinh-kem") + tail


def _spool(stream: IO[bytes], target: Path, name: str) -> bytes:
    """Write `stream` to `target`, stopping at the first byte too many; give its beginning."""
    size, head = 0, b""
    with target.open("wb") as out:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > LARGEST:
                raise UploadRefused(name, "too_big")
            head = head or chunk
            out.write(chunk)
    if size == 0:
        raise UploadRefused(name, "empty")
    return head


def _kind_of(head: bytes, name: str) -> str:
    """Tell ``image`` or ``pdf`` from the first bytes; what the sender calls the file never counts."""
    media_type = filetype.guess_mime(head) or ""
    if media_type in ACCEPTED_TYPES:
        return "pdf" if media_type == "application/pdf" else "image"
    if media_type in {"image/heic", "image/heif", "image/avif"}:
        raise UploadRefused(name, "heic")
    if media_type.startswith("video/"):
        raise UploadRefused(name, "video")
    office = head.startswith(_OLD_OFFICE) or _OFFICE.match(media_type)
    raise UploadRefused(name, "office" if office else "type")


def _rewrite(kind: str, raw: Path, clean: Path, name: str) -> str:
    """Have the limited process write a clean copy; give the media type it found."""
    with _decoders:
        try:
            done = subprocess.run(
                [sys.executable, "-I", file_worker.__file__, kind, str(raw), str(clean)],
                capture_output=True, env={}, cwd=raw.parent, timeout=_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise UploadRefused(name, "unreadable") from None
    media_type = done.stdout.decode(errors="replace")
    if done.returncode != 0 or media_type not in ACCEPTED_TYPES:
        raise UploadRefused(name, _REASONS.get(done.returncode, "unreadable"))
    return media_type


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _key_of(file_id: UUID) -> str:
    """Spread the files over 256 folders; the end of a time-ordered id is its random part."""
    return f"files/{file_id.hex[-2:]}/{file_id}"


def _note_key(form_id: UUID, file_id: UUID) -> str:
    return f"{_FOLDER}/{form_id}.{file_id}.json"


def _note(storage: Storage, form_id: UUID, file: StoredFile, now: datetime) -> None:
    note = {
        "id": str(file.id), "name": file.name, "media_type": file.media_type, "size": file.size,
        "sha256": file.sha256, "storage_key": file.storage_key, "stored_at": now.isoformat(),
    }  # fmt: skip
    storage.write_text(_note_key(form_id, file.id), json.dumps(note, ensure_ascii=False))


def _from_note(note: dict[str, str]) -> StoredFile:
    return StoredFile(
        id=UUID(note["id"]),
        name=note["name"],
        media_type=note["media_type"],
        size=int(note["size"]),
        sha256=note["sha256"],
        storage_key=note["storage_key"],
    )
