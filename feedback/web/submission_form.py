"""The form in which a message comes in: on the public page, and at the desk of a clerk who types it.

The fields only clean what was typed; the rules are those of `feedback.domain.submission`,
put into words here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms import Field as FormField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs

from feedback.domain.gazetteer import Gazetteer
from feedback.domain.lifecycle import Channel, SubmitterKind
from feedback.domain.submission import LIMITS, MOST_FILES, SHORTEST_BODY, StoredFile, Submission, title_from
from feedback.domain.text import clean_line, clean_text
from feedback.queries.public.form_choices import FieldGroup
from feedback.web.forms import Form
from feedback.web.rendering import locale_code, localized

_WITH_NAME, _ANONYMOUS = "named", "anonymous"


class _Marks:
    """Tells the page how long a text may be and whether it must be there; refuses nothing itself."""

    def __init__(self, field: str, *, required: bool = False) -> None:
        self.field_flags: dict[str, object] = {"maxlength": LIMITS[field]}
        if required:
            self.field_flags["required"] = True

    def __call__(self, form: object, field: object) -> None:
        return


def _line(text: str | None) -> str:
    return clean_line(text or "")


def _text(text: str | None) -> str:
    return clean_text(text or "").strip()


def _whole(text: str | None) -> int | None:
    return int(text) if text else None


def _degrees(text: str | None) -> float | None:
    """Read degrees as a script wrote them, to about a metre; what is no number lies nowhere (NaN)."""
    if not text:
        return None
    try:
        return round(float(text), 5)
    except ValueError:
        return math.nan


class SubmissionForm(Form):
    """What happened, where, who says so, and what may become of it."""

    title = StringField(_l("Tóm tắt trong một câu"), [_Marks("title")], filters=[_line])
    body = TextAreaField(_l("Nội dung phản ánh, kiến nghị"), [_Marks("body", required=True)], filters=[_text])
    happened = StringField(_l("Xảy ra khi nào"), [_Marks("happened")], filters=[_line])
    place_text = StringField(_l("Xã, phường, đặc khu"), [_Marks("place_text")], filters=[_line])
    commune_code = HiddenField(filters=[_line])
    place_detail = StringField(_l("Địa điểm cụ thể"), [_Marks("place_detail")], filters=[_line])
    latitude = HiddenField(_l("Vị trí"), filters=[_line])
    longitude = HiddenField(filters=[_line])
    field_id = SelectField(_l("Lĩnh vực"), coerce=_whole, choices=[])
    files = MultipleFileField(_l("Ảnh và tài liệu kèm theo"))
    identity = RadioField(
        _l("Cách gửi"),
        choices=[
            SelectChoice(_WITH_NAME, _l("Ghi tên và cách liên hệ")),
            SelectChoice(_ANONYMOUS, _l("Gửi ẩn danh")),
        ],
        default=_WITH_NAME,
    )
    submitter_kind = RadioField(
        _l("Ông/bà gửi với tư cách"),
        choices=[
            SelectChoice(str(SubmitterKind.CITIZEN), _l("Cá nhân")),
            SelectChoice(str(SubmitterKind.BUSINESS), _l("Doanh nghiệp")),
            SelectChoice(str(SubmitterKind.ORGANISATION), _l("Tổ chức")),
        ],
        default=str(SubmitterKind.CITIZEN),
    )
    organisation = StringField(
        _l("Tên doanh nghiệp hoặc tổ chức"), [_Marks("organisation", required=True)], filters=[_line]
    )
    business_code = StringField(_l("Mã số doanh nghiệp"), [_Marks("business_code")], filters=[_line])
    name = StringField(_l("Họ và tên"), [_Marks("name", required=True)], filters=[_line])
    phone = TelField(_l("Số điện thoại"), [_Marks("phone")], filters=[_line])
    email = EmailField(_l("Thư điện tử"), [_Marks("email")], filters=[_line])
    address = StringField(_l("Địa chỉ nhận thư"), [_Marks("address")], filters=[_line])
    consent_publish = BooleanField(_l("Tôi đồng ý để nội dung đã được tóm tắt và câu trả lời được công khai"))
    confidential = BooleanField(_l("Tôi đề nghị giữ kín việc tôi đã gửi phản ánh này"))

    @property
    def anonymous(self) -> bool:
        """Whether the sender keeps their name to themselves."""
        return bool(self.identity.data == _ANONYMOUS)

    def offer_fields(self, groups: tuple[FieldGroup, ...]) -> None:
        """Let people choose among `groups`, or leave the choice to the system."""
        self.field_id.choices = list(_choices(groups, locale_code()))

    def submission(
        self, *, channel: Channel, gazetteer: Gazetteer, files: tuple[StoredFile, ...]
    ) -> Submission:
        """Give what was filled in, with `files`, as it came by `channel`.

        A sender without a name leaves nothing of what they typed into the name's fields.
        """
        commune = gazetteer.commune(self.commune_code.data or "")
        named = not self.anonymous
        chosen = self.submitter_kind.data
        kind = SubmitterKind(chosen) if chosen in set(SubmitterKind) else SubmitterKind.CITIZEN
        for_others = named and kind is not SubmitterKind.CITIZEN
        return Submission(
            channel=channel,
            locale=locale_code(),
            title=self.title.data or title_from(self.body.data or ""),
            body=self.body.data or "",
            place_text=self.place_text.data or (commune.name if commune else ""),
            place_detail=self.place_detail.data or "",
            commune_code=commune.code if commune else None,
            happened=self.happened.data or "",
            field_id=self.field_id.data,
            submitter_kind=kind,
            anonymous=not named,
            name=(self.name.data or "") if named else "",
            organisation=(self.organisation.data or "") if for_others else "",
            business_code=(self.business_code.data or "") if for_others else "",
            email=(self.email.data or "") if named else "",
            phone=(self.phone.data or "") if named else "",
            address=(self.address.data or "") if named else "",
            consent_publish=bool(self.consent_publish.data),
            confidential=bool(self.confidential.data),
            attachments=files,
            latitude=_degrees(self.latitude.data),
            longitude=_degrees(self.longitude.data),
        )

    def say(self, field: str, code: str) -> None:
        """Put a broken rule of the domain on its field, in words.

        A position that lies nowhere here is dropped: only a script can put another one in its place.
        """
        if field == "latitude":
            self.latitude.data = self.longitude.data = ""
        add_error(self[_FIELDS.get(field, field)], problem_text(field, code))


@lru_cache(maxsize=8)
def _choices(groups: tuple[FieldGroup, ...], locale: str) -> tuple[SelectChoice, ...]:
    """The choices of the field, in the page's language: built once for the groups at hand."""
    choices = [SelectChoice("", _("Để hệ thống đề xuất"))]
    for group in groups:
        heading = localized(group)
        choices += [SelectChoice(str(row.id), localized(row), optgroup=heading) for row in group.fields]
    return tuple(choices)


class ClerkSubmissionForm(SubmissionForm):
    """The same form for a clerk who types in, word for word, what came by phone, on paper or at the desk.

    (QĐ 31/2021/QĐ-TTg Đ.43.2.)
    """

    channel = RadioField(
        _l("Tiếp nhận qua"),
        choices=[
            SelectChoice(str(Channel.PHONE), _l("Điện thoại")),
            SelectChoice(str(Channel.PAPER), _l("Văn bản giấy")),
            SelectChoice(str(Channel.COUNTER), _l("Trực tiếp tại một cửa")),
        ],
        default=str(Channel.COUNTER),
    )


_FIELDS = {"attachments": "files"}

_REQUIRED: Mapping[str, LazyString] = {
    "body": _l("Xin kể chuyện gì đã xảy ra, hoặc ông/bà kiến nghị điều gì."),
    "name": _l("Xin ghi họ và tên, hoặc chọn “Gửi ẩn danh”."),
    "organisation": _l("Xin ghi tên doanh nghiệp hoặc tổ chức."),
    "phone": _l("Xin ghi số điện thoại, thư điện tử hoặc địa chỉ: một trong ba là đủ."),
}
_INVALID: Mapping[str, LazyString] = {
    "latitude": _l("Vị trí của thiết bị không ở Việt Nam nên đã được bỏ. Xin ghi nơi xảy ra bằng lời."),
    "email": _l("Địa chỉ thư điện tử chưa đúng, ví dụ: ten@example.vn."),
    "phone": _l("Số điện thoại chưa đúng, ví dụ: 0912 345 678."),
    "business_code": _l("Mã số doanh nghiệp gồm 10 hoặc 13 chữ số."),
}


def problem_text(field: str, code: str) -> str:
    """Put a problem of `feedback.domain.submission.problems` into the page's language."""
    if code == "required":
        return str(_REQUIRED[field])
    if code == "invalid":
        return str(_INVALID[field])
    if code == "too_short":
        return str(_("Xin viết rõ hơn, ít nhất %(n)s ký tự.", n=SHORTEST_BODY))
    if code == "too_many":
        return str(_("Chỉ nhận tối đa %(n)s tệp; xin bỏ bớt.", n=MOST_FILES))
    return str(_("Không được dài quá %(n)s ký tự.", n=LIMITS[field]))


def add_error(field: FormField, text: str) -> None:
    """Add an error to a field after its form was validated."""
    field.errors = [*field.errors, text]
