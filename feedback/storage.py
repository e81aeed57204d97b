"""Where files lie: one key a file, behind whatever fsspec names by ``FEEDBACK_STORAGE_URL``.

A file on a disk is written beside its place, flushed to the device and renamed, so that
an acknowledged file survives a power cut and nobody ever reads half of one. Object stores
give both by themselves.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from fsspec.core import url_to_fs

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_.-]*)*")


class StorageError(RuntimeError):
    """The storage cannot be reached or written; the text says which address."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key in the storage and when it was written (aware, UTC)."""

    key: str
    written_at: datetime


class Storage:
    """The files of one installation; safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Open the storage at `url`, such as ``file:///var/lib/hoi-am/files``."""
        self._local = urlsplit(url).scheme in {"", "file"}
        fs, root = url_to_fs(url)
        self._fs: Any = fs
        self._root = str(root).rstrip("/")

    def write(self, key: str, source: Path) -> None:
        """Store the content of the file `source` under `key`."""
        with source.open("rb") as content:
            self._write(key, content)

    def write_text(self, key: str, text: str) -> None:
        """Store a small text (UTF-8) under `key`."""
        path = self._path(key)
        if self._local:
            _replace(Path(path), [text.encode()])
        else:
            self._fs.pipe_file(path, text.encode())

    def open(self, key: str) -> BinaryIO:
        """Open the file for reading. Raises FileNotFoundError when there is none."""
        return cast(BinaryIO, self._fs.open(self._path(key), "rb"))

    def read_text(self, key: str) -> str:
        """Give a small text. Raises FileNotFoundError when there is none."""
        return bytes(self._fs.cat_file(self._path(key))).decode()

    def copy(self, source: str, target: str) -> None:
        """Store what lies under `source` under `target` too."""
        with self.open(source) as content:
            self._write(target, content)

    def delete(self, key: str) -> None:
        """Remove the file; one that is not there is no error."""
        try:
            self._fs.rm_file(self._path(key))
        except FileNotFoundError:
            return

    def exists(self, key: str) -> bool:
        """Tell whether a file lies under `key`."""
        return bool(self._fs.exists(self._path(key)))

    def keys(self, prefix: str) -> Iterator[StoredKey]:
        """Give the keys below the folder `prefix`, at any depth, in no order."""
        folder = self._path(prefix)
        self._fs.invalidate_cache(folder)
        try:
            found = self._fs.find(folder, detail=True)
        except FileNotFoundError:
            return
        for path, details in found.items():
            key = path[len(self._root) + 1 :]
            if _KEY.fullmatch(key) and not key.endswith(".part"):
                yield StoredKey(key, _written_at(details))

    def _write(self, key: str, content: BinaryIO) -> None:
        path = self._path(key)
        if self._local:
            _replace(Path(path), iter(lambda: content.read(1 << 16), b""))
            return
        with self._fs.open(path, "wb") as out:
            shutil.copyfileobj(content, out, 1 << 16)

    def _path(self, key: str) -> str:
        if not _KEY.fullmatch(key) or ".." in key:
            raise ValueError(f"not a storage key: {key!r}")
        return f"{self._root}/{key}"


def _replace(target: Path, chunks: Iterable[bytes]) -> None:
    """Write `chunks` to `target` so that it is there whole, on the device, or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}-{id(chunks):x}.part")
    try:
        with part.open("wb") as out:
            for chunk in chunks:
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _written_at(details: dict[str, Any]) -> datetime:
    """When a file was written, from the details that file systems name differently."""
    value = details.get("mtime") or details.get("LastModified") or details.get("updated")
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    raise StorageError("the storage does not say when a file was written")


@lru_cache(maxsize=4)
def storage_at(url: str) -> Storage:
    """Give the storage at `url`, the same one for every caller of this process."""
    return Storage(url)
