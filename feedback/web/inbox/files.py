"""The files of a case: handed out to be saved, and shown in place, one after the other."""

from __future__ import annotations

from uuid import UUID

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from feedback.models import Attachment, Case
from feedback.queries.case_file import find_case
from feedback.web.files import PDF, attachment_response, is_shown
from feedback.web.guards import staff
from feedback.web.headers import allow_own_frames, private
from feedback.web.inbox.blueprint import blueprint
from feedback.web.requests import request_session


def _found(reference: str, file_id: UUID) -> tuple[Case, Attachment]:
    """Give a file of this case; one of another case does not exist here (404)."""
    session = request_session()
    case = find_case(session, reference)
    row = session.scalar(select(Attachment).where(Attachment.id == file_id, Attachment.case_id == case.id))
    if row is None:
        abort(404)
    return case, row


@blueprint.get("/cases/<reference>/files/<uuid:file_id>")
@staff()
def file(reference: str, file_id: UUID) -> ResponseReturnValue:
    """Hand out a file of this case, to be saved, or with ``inline`` to stand in a page."""
    _case, row = _found(reference, file_id)
    try:
        return attachment_response(row, inline="inline" in request.args)
    except FileNotFoundError:
        abort(404)


@blueprint.get("/cases/<reference>/files/<uuid:file_id>/view")
@staff()
def view_file(reference: str, file_id: UUID) -> ResponseReturnValue:
    """Show a file in place, with the way to the one before and after it.

    The page of the case puts the part of this page that holds the file under its files.
    """
    private()
    case, row = _found(reference, file_id)
    if row.media_type == PDF:
        allow_own_frames()
    files = _files_like(case, row)
    place = next(number for number, one in enumerate(files) if one.id == row.id)
    return render_template(
        "staff/file.html",
        case=case,
        file=row,
        is_pdf=row.media_type == PDF,
        shown=is_shown(row),
        before=files[place - 1] if place else None,
        after=files[place + 1] if place + 1 < len(files) else None,
        place=place + 1,
        total=len(files),
    )


def _files_like(case: Case, row: Attachment) -> list[Attachment]:
    """Give the files that stand beside one: the sender's, or those of the same version of the answer."""
    query = select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id)
    if row.origin == "answer":
        query = query.where(Attachment.answer_id == row.answer_id)
    else:
        query = query.where(Attachment.origin != "answer")
    return list(request_session().scalars(query))
