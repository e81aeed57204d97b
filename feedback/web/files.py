"""Handing out stored files so that none of them can act in the reader's browser."""

from __future__ import annotations

from typing import Protocol

from flask import Response, send_file

from feedback.storage import Storage, storage_at
from feedback.web.headers import private
from feedback.web.requests import request_settings

IMAGES = frozenset({"image/jpeg", "image/png", "image/webp"})
PDF = "application/pdf"
_SEALED = "default-src 'none'; sandbox"
# A sandboxed answer is not shown by browsers' PDF viewers at all. Scripts, actions, links and files within it
# were taken out when it came in (`services/arrival/file_worker.py`), and such a viewer runs apart from the
# site; so it may stand in a page of ours, and load nothing.
_FRAMED = "default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"


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

    It is saved, not shown. Only an image, which was re-encoded when it came in, and a PDF, from which all
    that acts was taken, may be shown in a page (`inline`): no script can run in it, only this site may frame
    the PDF and nobody the rest, no cache keeps it.
    Raises FileNotFoundError when the storage does not hold it.
    """
    private()
    shown = inline and is_shown(file)
    response = send_file(
        request_storage().open(file.storage_key),
        mimetype=file.media_type,
        as_attachment=not shown,
        download_name=file.name,
        conditional=False,
        etag=False,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _SEALED
    if shown and file.media_type == PDF:
        response.headers["Content-Security-Policy"] = _FRAMED
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def is_shown(file: FileRow) -> bool:
    """Tell whether a file of this type may be shown in a page."""
    return file.media_type in IMAGES or file.media_type == PDF
