"""Handing out stored files so that none of them can act in the reader's browser."""

from __future__ import annotations

from typing import Protocol

from flask import Response, send_file

from feedback.storage import Storage, storage_at
from feedback.web.headers import private
from feedback.web.requests import request_settings

_SHOWN_IN_PAGE = frozenset({"image/jpeg", "image/png", "image/webp"})


class FileRow(Protocol):
    """What a stored file must tell: an `Attachment` row, or a `StoredFile`."""

    @property
    def name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def storage_key(self) -> str: ...


def request_storage() -> Storage:
    """Give the installation's storage."""
    return storage_at(request_settings().storage_url)


def attachment_response(file: FileRow, *, inline: bool = False) -> Response:
    """Answer with a file. Whoever calls this has checked that the reader may see it.

    It is saved, not shown; only an image, which was re-encoded when it came in, may be shown
    in a page (`inline`). No script can run in it, nothing may frame it, no cache keeps it.
    Raises FileNotFoundError when the storage does not hold it.
    """
    private()
    shown = inline and file.media_type in _SHOWN_IN_PAGE
    response = send_file(
        request_storage().open(file.storage_key),
        mimetype=file.media_type,
        as_attachment=not shown,
        download_name=file.name,
        conditional=False,
        etag=False,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
