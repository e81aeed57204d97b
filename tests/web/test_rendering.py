"""Dates, names, clocks and form parts as the pages show them, in both languages."""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from wtforms import Form, StringField
from wtforms.validators import DataRequired

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import gallery  # noqa: E402

from feedback import i18n  # noqa: E402
from feedback.domain.lifecycle import (  # noqa: E402
    CaseClass,
    Channel,
    RefusalCode,
    RestrictedKind,
    State,
    SubmitterKind,
)
from feedback.domain.positions import HoldingKind, PositionKind  # noqa: E402
from feedback.web import labels, rendering  # noqa: E402

NOON = datetime(2026, 2, 13, 9, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def app() -> Flask:
    return gallery.create()


@pytest.fixture
def vietnamese(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        yield


@pytest.mark.usefixtures("vietnamese")
def test_dates_in_vietnamese() -> None:
    assert rendering.local_datetime(NOON) == "13/02/2026 16:40"
    assert rendering.long_date(NOON) == "thứ Sáu, 13/02/2026"
    assert rendering.local_date(date(2026, 3, 5)) == "05/03/2026"


@pytest.mark.usefixtures("english")
def test_dates_in_english() -> None:
    assert rendering.local_datetime(NOON) == "13 Feb 2026 16:40"
    assert rendering.long_date(NOON) == "Friday, 13 Feb 2026"
    assert rendering.local_date(date(2026, 3, 5)) == "5 Mar 2026"


@pytest.mark.usefixtures("vietnamese")
def test_a_moment_late_in_the_day_belongs_to_the_next_vietnamese_date() -> None:
    late = datetime(2026, 2, 13, 17, 0, tzinfo=UTC)
    assert rendering.local_date(late) == "14/02/2026"
    assert rendering.machine_time(late) == "2026-02-14T00:00+07:00"
    assert rendering.machine_date(late) == "2026-02-14"


def test_a_naive_moment_is_refused(vietnamese: None) -> None:
    with pytest.raises(ValueError, match="time zone"):
        rendering.local_datetime(NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("age", "vi"),
    [
        (timedelta(seconds=59), "vừa xong"),
        (timedelta(minutes=1), "1 phút trước"),
        (timedelta(minutes=59, seconds=59), "59 phút trước"),
        (timedelta(hours=1), "1 giờ trước"),
        (timedelta(hours=23, minutes=59), "23 giờ trước"),
        (timedelta(days=1), "1 ngày trước"),
        (timedelta(days=6, hours=23), "6 ngày trước"),
        (timedelta(days=7), "13/02/2026"),
        (timedelta(seconds=-1), "13/02/2026"),
    ],
)
@pytest.mark.usefixtures("vietnamese")
def test_how_long_ago(age: timedelta, vi: str) -> None:
    assert rendering.relative(NOON, NOON + age) == vi


@pytest.mark.usefixtures("english")
def test_english_counts_one_and_many() -> None:
    assert rendering.relative(NOON, NOON + timedelta(hours=1)) == "1 hour ago"
    assert rendering.relative(NOON, NOON + timedelta(hours=2)) == "2 hours ago"
    assert rendering.due_view(1).text == "1 working day left"
    assert rendering.due_view(-2).text == "2 working days overdue"


@pytest.mark.parametrize(
    ("remaining", "text", "tone"),
    [
        (None, "Chưa có hạn", "neutral"),
        (4, "Còn 4 ngày làm việc", "neutral"),
        (3, "Còn 3 ngày làm việc", "warning"),
        (1, "Còn 1 ngày làm việc", "warning"),
        (0, "Đến hạn hôm nay", "danger"),
        (-1, "Quá hạn 1 ngày làm việc", "danger"),
    ],
)
@pytest.mark.usefixtures("vietnamese")
def test_the_clock_in_words(remaining: int | None, text: str, tone: str) -> None:
    view = rendering.due_view(remaining)
    assert (view.text, view.tone) == (text, tone)


@pytest.mark.usefixtures("vietnamese")
def test_a_closed_clock_wins_over_a_paused_one_and_that_over_the_days() -> None:
    assert rendering.due_view(-3, paused=True).text == "Tạm dừng tính hạn"
    assert rendering.due_view(-3, paused=True, closed="late").text == "Kết thúc quá hạn"
    assert rendering.due_view(-3, closed="on_time").text == "Kết thúc đúng hạn"


def test_sizes_and_numbers_use_the_separators_of_the_language(app: Flask) -> None:
    with app.test_request_context("/"):
        assert (rendering.file_size(999), rendering.file_size(3_420_000)) == ("999 B", "3,4 MB")
        assert rendering.number(12345.6, 1) == "12.345,6"
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        assert rendering.file_size(3_420_000) == "3.4 MB"
        assert rendering.number(12345.6, 1) == "12,345.6"


def test_names_follow_the_language_and_fall_back(app: Flask) -> None:
    row = SimpleNamespace(
        name_vi="Sở Nội vụ", name_en="Department of Home Affairs", title_vi="Giám đốc", title_en=""
    )
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        assert rendering.localized(row) == "Department of Home Affairs"
        assert rendering.localized(row, "title") == "Giám đốc"
        assert rendering.localized({"name_vi": "Xã", "name_en": None}) == "Xã"
    with app.test_request_context("/"):
        assert rendering.localized(row) == "Sở Nội vụ"


LABELS: list[tuple[type[StrEnum], Callable[[str], str]]] = [
    (State, labels.state_label),
    (CaseClass, labels.class_label),
    (PositionKind, labels.position_kind_label),
    (HoldingKind, labels.holding_kind_label),
    (Channel, labels.channel_label),
    (SubmitterKind, labels.submitter_kind_label),
    (RestrictedKind, labels.restricted_kind_label),
    (RefusalCode, labels.refusal_label),
]


@pytest.mark.parametrize(("kinds", "label"), LABELS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_member_has_a_name_in_both_languages(
    app: Flask, kinds: type[StrEnum], label: Callable[[str], str]
) -> None:
    with app.test_request_context("/"):
        vietnamese = {member: label(member.value) for member in kinds}
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        english = {member: label(member.value) for member in kinds}
    assert all(vietnamese.values())
    assert [member for member in kinds if english[member] == vietnamese[member]] == []


def test_every_state_has_an_icon_of_the_sprite(app: Flask) -> None:
    sprite = (ROOT / "feedback/static/vendor/bootstrap-icons/sprite.svg").read_text()
    assert [state for state in State if f'id="{labels.state_icon(state)}"' not in sprite] == []


def test_public_words_never_name_the_restricted_track(app: Flask) -> None:
    with app.test_request_context("/"):
        said = labels.state_label("restricted", "public").casefold()
    assert not any(word in said for word in ("tố cáo", "khiếu nại", "tội phạm", "hạn chế"))


def test_the_shared_catalogue_leaves_nothing_untranslated() -> None:
    from babel.messages.pofile import read_po

    with i18n.catalogue_path("shared", "en").open("rb") as source:
        empty = [
            m.id
            for m in read_po(source)
            if m.id and not (m.string if isinstance(m.string, str) else all(m.string))
        ]
    assert empty == []


PAGES = ["public", "form", "form&errors=1", "receipt", "track", "staff", "plain"]
ERRORS = [f"error&code={code}" for code in (400, 403, 404, 413, 429, 500, 503, 418, 502)]


@pytest.mark.parametrize("page", [*PAGES, *ERRORS])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_part_renders_with_strict_names(app: Flask, page: str, lang: str) -> None:
    client = app.test_client()
    client.set_cookie("language", lang)
    answer = client.get(f"/?page={page}")
    assert answer.status_code == 200
    assert f'<html lang="{lang}">' in answer.text
    assert answer.text.count("<h1") == 1


def test_errors_link_to_the_control_that_takes_the_focus(app: Flask) -> None:
    text = app.test_client().get("/?page=form&errors=1").text
    for control in ("content", "place", "identity-0", "phone"):
        assert f'<a href="#{control}">' in text
        assert f'id="{control}"' in text
    assert 'aria-describedby="content-hint content-error content-count"' in text
    assert 'aria-invalid="true"' in text


@pytest.mark.usefixtures("vietnamese")
def test_a_text_that_fits_any_field_names_its_field_in_the_summary() -> None:
    class Words(Form):
        note = StringField("Lý do chuyển", [DataRequired("Ô này là bắt buộc.")])
        name = StringField("Họ và tên", [DataRequired("Hãy ghi họ và tên.")])

    words = Words()
    words.validate()
    assert rendering.form_errors(words) == [
        ("note", "Lý do chuyển: ô này là bắt buộc."),
        ("name", "Hãy ghi họ và tên."),
    ]


def test_what_was_typed_is_escaped(app: Flask) -> None:
    nasty = '"><script>alert(1)</script>'
    client = app.test_client()
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/?page=form").text)[0]
    text = client.post("/?page=form", data={"place": nasty, "content": nasty, "csrf_token": token}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_built_in_messages_speak_the_language(app: Flask) -> None:
    client = app.test_client()
    assert "Hãy chọn một mục trong danh sách." in client.get("/?page=form&errors=1").text
    client.set_cookie("language", "en")
    assert "Not a valid choice." in client.get("/?page=form&errors=1").text


def test_assets_change_their_address_with_their_content(app: Flask, tmp_path: Path) -> None:
    other = Flask("other", static_folder=str(tmp_path))
    addresses: list[Any] = []
    for content in ("one", "two"):
        rendering._fingerprint.cache_clear()
        (tmp_path / "a.css").write_text(content)
        with other.test_request_context("/"):
            addresses.append(rendering.asset("a.css"))
    assert addresses[0] != addresses[1]


def test_only_pages_that_exist_are_in_the_navigation() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/submit", "public.submit", lambda: "")
    with bare.test_request_context("/submit"):
        entries = rendering.public_navigation()
    assert [(entry["endpoint"], entry["active"]) for entry in entries] == [("public.submit", True)]
