"""What templates may call: local dates, names by language, links of the frame, parts of forms.

`register` puts these functions into an application's Jinja environment. Dates and times
are shown in Vietnam's zone and in the order that each language uses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form
from wtforms.csrf.core import CSRFTokenField
from wtforms.fields.choices import SelectFieldBase
from wtforms.widgets import Select

from feedback import clock
from feedback.domain.calendar import VIETNAM
from feedback.web import labels
from feedback.web.labels import Tone
from feedback.web.requests import request_now

_WEEKDAYS = (
    _l("thứ Hai"), _l("thứ Ba"), _l("thứ Tư"), _l("thứ Năm"), _l("thứ Sáu"), _l("thứ Bảy"), _l("Chủ nhật"),
)  # fmt: skip
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PUBLIC_PAGES = (
    ("public.submit", _l("Gửi phản ánh"), "pencil-square"),
    ("public.track", _l("Tra cứu"), "search"),
    ("public.board", _l("Kết quả công khai"), "megaphone"),
    ("public.statistics", _l("Số liệu"), "bar-chart"),
)
_SOON = 3
_FIT_ANY_FIELD = (
    _l("Ô này là bắt buộc."), _l("Vui lòng điền mục này."), _l("Nội dung quá dài."),
    _l("Giá trị không hợp lệ."), _l("Xin ghi rõ hơn."),
)  # fmt: skip


class DueView(NamedTuple):
    """How a clock is shown."""

    text: str
    tone: Tone
    icon: str


def locale_code() -> Literal["vi", "en"]:
    """Give the language of the page: ``vi`` or ``en``."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "vi"


def localized(row: object, attribute: str = "name") -> str:
    """Give ``<attribute>_vi`` or ``<attribute>_en`` of a row or mapping by the page's language.

    Falls back to the Vietnamese text where no English one is recorded.
    """

    def read(name: str) -> str:
        value = row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)
        return value or ""

    return read(f"{attribute}_{locale_code()}") or read(f"{attribute}_vi")


def local_date(value: date | datetime) -> str:
    """Show a date, or the Vietnamese date of an aware moment: 13/02/2026, in English 13 Feb 2026."""
    day = _local_day(value)
    if locale_code() == "en":
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day:%d/%m/%Y}"


def local_time(moment: datetime) -> str:
    """Show the Vietnamese wall-clock time of an aware moment: 16:40."""
    return f"{_local_moment(moment):%H:%M}"


def local_datetime(moment: datetime) -> str:
    """Show an aware moment in Vietnamese time: 13/02/2026 16:40, in English 13 Feb 2026 16:40."""
    return f"{local_date(moment)} {local_time(moment)}"


def weekday_name(value: date | datetime) -> str:
    """Name the day of the week: thứ Sáu, Friday."""
    return str(_WEEKDAYS[_local_day(value).weekday()])


def long_date(value: date | datetime) -> str:
    """Show a date with its weekday: thứ Sáu, 13/02/2026; in English Friday, 13 Feb 2026."""
    return f"{weekday_name(value)}, {local_date(value)}"


def machine_time(moment: datetime) -> str:
    """Give an aware moment as ISO 8601 with Vietnam's offset, for ``<time datetime>``."""
    return _local_moment(moment).isoformat(timespec="minutes")


def machine_date(value: date | datetime) -> str:
    """Give a date as ISO 8601, for ``<time datetime>``."""
    return _local_day(value).isoformat()


def relative(moment: datetime, now: datetime | None = None) -> str:
    """Say how long ago an aware moment was, up to a week; beyond that, and for the future, its date.

    now: left out, the moment of the request, as the rest of its page reads it.
    """
    age = (now or _moment_of_page()) - moment
    if age < timedelta(0) or age >= timedelta(days=7):
        return local_date(moment)
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return str(_("vừa xong"))
    if minutes < 60:
        return str(ngettext("%(num)s phút trước", "%(num)s phút trước", minutes))
    if minutes < 24 * 60:
        return str(ngettext("%(num)s giờ trước", "%(num)s giờ trước", minutes // 60))
    return str(ngettext("%(num)s ngày trước", "%(num)s ngày trước", age.days))


def _moment_of_page() -> datetime:
    """Give the application's time; the gallery of parts is an application without one."""
    return request_now() if "feedback" in current_app.extensions else clock.now()


def file_size(size: int) -> str:
    """Show a number of bytes: 640 B, 82 kB, 3,4 MB (decimal comma in Vietnamese)."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{round(size / 1000)} kB"
    text = f"{size / 1_000_000:.1f} MB"
    return text if locale_code() == "en" else text.replace(".", ",")


def number(value: float, decimals: int = 0) -> str:
    """Show a number with the language's separators: 12.345,6 in Vietnamese, 12,345.6 in English."""
    text = f"{value:,.{decimals}f}"
    return text if locale_code() == "en" else text.translate(str.maketrans(",.", ".,"))


def due_view(
    remaining: int | None, paused: bool = False, closed: Literal["on_time", "late"] | None = None
) -> DueView:
    """Choose words, tone and icon for a clock.

    `remaining`: working days left, 0 on the last day, negative when overdue. `closed` wins
    over `paused`, and `paused` over the days.
    """
    if closed is not None:
        if closed == "late":
            return DueView(_("Kết thúc quá hạn"), "warning", "calendar-check")
        return DueView(_("Kết thúc đúng hạn"), "success", "calendar-check")
    if paused:
        return DueView(_("Tạm dừng tính hạn"), "quiet", "pause-circle")
    if remaining is None:
        return DueView(_("Chưa có hạn"), "neutral", "clock")
    if remaining < 0:
        text = ngettext("Quá hạn %(num)s ngày làm việc", "Quá hạn %(num)s ngày làm việc", -remaining)
        return DueView(text, "danger", "exclamation-octagon")
    if remaining == 0:
        return DueView(_("Đến hạn hôm nay"), "danger", "alarm")
    text = ngettext("Còn %(num)s ngày làm việc", "Còn %(num)s ngày làm việc", remaining)
    if remaining <= _SOON:
        return DueView(text, "warning", "hourglass-split")
    return DueView(text, "neutral", "clock")


def form_errors(form: Form | Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """List a form's errors as (field id or "", text), one for each field, for the summary on top.

    A list of such pairs is taken as it is, for pages that validate without WTForms.
    """
    if not isinstance(form, Form):
        return list(form)
    found = [("", str(text)) for text in form.form_errors]
    for field in form:
        if field.errors and isinstance(field, CSRFTokenField):
            found.append(("", str(_("Biểu mẫu đã hết hiệu lực, xin gửi lại; nội dung đã viết vẫn còn."))))
        elif field.errors:
            found.append((_first_control(field), _naming(field, str(_flat(field.errors)[0]))))
    return found


def _naming(field: Field, text: str) -> str:
    """An error as the summary says it: away from its field, a text that fits any field names it first."""
    if text not in {str(each) for each in _FIT_ANY_FIELD}:
        return text
    return f"{field.label.text}: {text[0].lower()}{text[1:]}"


def control_attributes(
    field: Field, described: str, css_class: str, attributes: Mapping[str, Any]
) -> dict[str, Any]:
    """Join the attributes of a form control: its class, what describes it, and what the page adds."""
    select = isinstance(field.widget, Select)
    box = css_class if "form-c" in css_class else f"{'form-select' if select else 'form-control'} {css_class}"
    joined: dict[str, Any] = {"class_": box, **attributes}
    if described:
        joined["aria-describedby"] = described
    if field.errors:
        joined["aria-invalid"] = "true"
    return joined


def asset(filename: str) -> str:
    """Give the address of a static file with a mark of its content, so that it may be cached for long."""
    # Every icon of a page asks for the address of its sprite: hundreds of times, the same one.
    known: dict[str, str] = g.setdefault("asset_addresses", {})
    if filename not in known:
        folder = current_app.static_folder
        if folder is None:
            raise RuntimeError("the application has no static folder")
        known[filename] = url_for("static", filename=filename, v=_fingerprint(Path(folder) / filename))
    return known[filename]


def public_navigation() -> list[dict[str, Any]]:
    """List the public pages that this installation serves, in their order, for the header."""
    return [
        {
            "endpoint": endpoint,
            "url": url_for(endpoint),
            "label": label,
            "icon": icon,
            "active": has_request_context() and request.endpoint == endpoint,
        }
        for endpoint, label, icon in _PUBLIC_PAGES
        if endpoint in current_app.view_functions
    ]


def home_url() -> str:
    """Give the address of the public home page."""
    return url_for("public.home") if "public.home" in current_app.view_functions else "/"


def work_url() -> str | None:
    """Give where staff start, while a page of theirs or of administration is asked for, else None."""
    of_staff = has_request_context() and request.path.startswith(("/staff/", "/admin/"))
    return url_for("account.enter") if of_staff and "account.enter" in current_app.view_functions else None


def language_url(lang: str) -> str | None:
    """Give the address that shows this same page in another language and remembers the choice.

    Only a GET page can be shown again; elsewhere the switch leads home.
    """
    if "public.language" not in current_app.view_functions or not has_request_context():
        return None
    back = request.full_path.rstrip("?") if request.method == "GET" else home_url()
    return url_for("public.language", lang=lang, next=back)


def register(app: Flask) -> None:
    """Put filters and functions into the application's Jinja environment."""
    filters = (
        local_date, local_datetime, local_time, long_date, weekday_name, relative,
        machine_time, machine_date, file_size, number,
    )  # fmt: skip
    helpers = (
        asset, control_attributes, due_view, form_errors, home_url, language_url, work_url,
        locale_code, localized, public_navigation, labels.state_label, labels.state_tone,
        labels.state_icon, labels.class_label, labels.position_kind_label,
        labels.holding_kind_label, labels.channel_label, labels.submitter_kind_label,
        labels.restricted_kind_label, labels.refusal_label, labels.conflict_label,
    )  # fmt: skip
    app.jinja_env.filters.update({function.__name__: function for function in filters})
    app.jinja_env.globals.update({function.__name__: function for function in helpers})
    app.jinja_env.globals["localized_name"] = localized


@lru_cache(maxsize=512)
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _local_moment(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(VIETNAM)


def _local_day(value: date | datetime) -> date:
    return _local_moment(value).date() if isinstance(value, datetime) else value


def _flat(errors: Iterable[Any]) -> list[Any]:
    """Errors of a field as a flat list; list and enclosed-form fields nest theirs."""
    flat: list[Any] = []
    for entry in errors.values() if isinstance(errors, Mapping) else errors:
        flat.extend(_flat(entry) if isinstance(entry, list | tuple | Mapping) else [entry])
    return flat


def _first_control(field: Field) -> str:
    """The id that a link to the field must name: of a set of choices, its first control."""
    if isinstance(field, SelectFieldBase) and not isinstance(field.widget, Select):
        return next((str(option.id) for option in field), str(field.id))
    return str(field.id)
