"""Files that come with a form: what was sent before is kept, what comes now is checked and added."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from wtforms import MultipleFileField
from wtforms.validators import ValidationError

from feedback.domain.submission import MOST_FILES, StoredFile
from feedback.services.arrival import uploads
from feedback.services.arrival.uploads import LARGEST, UploadRefused
from feedback.web.files import request_storage
from feedback.web.rendering import file_size
from feedback.web.requests import request_now

KEPT, REMOVED = "kept", "remove"
"""Names of the hidden inputs that list files already sent, and of the boxes that take one out."""


def allow_large_request() -> None:
    """Let this request carry files; to be called before anything reads its form.

    A form without files stays small: its body is read into memory at once.
    """
    if request.mimetype == "multipart/form-data":
        request.max_content_length = (MOST_FILES + 1) * 2 * LARGEST


def gather(form_id: UUID, field: MultipleFileField) -> list[StoredFile]:
    """Give the files of the form `form_id`: those it lists as sent and does not take out, and the new ones.

    What is wrong with a new one is put on `field`, after the form was validated; the others are
    kept all the same. A file taken out stays in the storage until its day is over, because a
    message that was already received from this form may own it.
    """
    removed = removed_ids()
    files = [file for file in held(form_id) if file.id not in removed]
    errors: list[str] = []
    for incoming in request.files.getlist(field.name):
        if not incoming.filename:
            continue
        if len(files) >= MOST_FILES:
            errors.append(_("Chỉ nhận tối đa %(n)s tệp; xin bỏ bớt.", n=MOST_FILES))
            break
        try:
            files.append(
                uploads.accept(request_storage(), form_id, incoming.filename, incoming.stream, request_now())
            )
        except UploadRefused as refused:
            errors.append(refusal_text(refused))
    field.errors = [*field.errors, *errors]
    return files


def fails_with(problems: list[str]) -> Callable[[object, object], None]:
    """Have a field fail with what `gather` found wrong before the form was validated."""

    def fail(_form: object, _field: object) -> None:
        raise ValidationError(" ".join(problems))

    return fail


def removed_ids() -> set[UUID]:
    """Give the ids of the files that the form takes out."""
    return set(_ids(request.form.getlist(REMOVED)))


def held(form_id: UUID) -> list[StoredFile]:
    """Give the files that the form lists as already sent, as far as they are still there."""
    return uploads.kept(request_storage(), form_id, _ids(request.form.getlist(KEPT)))[:MOST_FILES]


def refusal_text(refused: UploadRefused) -> str:
    """Say why a file was not taken, and what to do instead."""
    reasons = {
        "empty": _("tệp rỗng."),
        "too_big": _("tệp lớn hơn %(most)s; xin gửi tệp nhỏ hơn.", most=file_size(LARGEST)),
        "heic": _("ảnh HEIC chưa nhận được; xin gửi ảnh JPEG, hoặc chụp màn hình ảnh đó rồi gửi."),
        "video": _("chưa nhận được phim; xin gửi ảnh chụp từ phim và kể lại nội dung."),
        "office": _("chưa nhận được tệp văn phòng hay tệp nén; xin lưu thành PDF rồi gửi."),
        "type": _("chỉ nhận ảnh JPEG, PNG, WebP và tệp PDF."),
        "unreadable": _("không mở được tệp; có thể tệp đã hỏng."),
        "too_many_pixels": _("ảnh có quá nhiều điểm ảnh; xin gửi ảnh nhỏ hơn 50 triệu điểm ảnh."),
        "encrypted": _("tệp PDF có mật khẩu; xin gửi bản không có mật khẩu."),
    }
    return str(_("“%(name)s”: %(reason)s", name=refused.name, reason=reasons[refused.code]))


def _ids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
