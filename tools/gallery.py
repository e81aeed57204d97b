"""A page with every part of the look, for developers: ``python tools/gallery.py [PORT]``.

Serves on the loopback address only, with the security policy of the real pages and
without database, so that what a part breaks is seen at once. `create` is also used by
the tests.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, flash, jsonify, redirect, render_template, request
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
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
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from feedback.web import headers, language, rendering  # noqa: E402
from feedback.web.forms import Form  # noqa: E402

NOW = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
PLACES = ("Phường Xuân Hương - Đà Lạt", "Xã Đắk Song", "Xã Đức Trọng", "Phường Phan Thiết", "Đặc khu Phú Quý")


def _options(*pairs: tuple[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class SampleForm(Form):
    """One field of each kind."""

    content = TextAreaField(
        "Nội dung phản ánh", [DataRequired("Hãy viết nội dung phản ánh"), Length(max=5000)]
    )
    place = StringField("Nơi xảy ra sự việc", [DataRequired("Hãy cho biết nơi xảy ra sự việc")])
    place_code = HiddenField()
    field_code = SelectField(
        "Lĩnh vực", choices=_options(("", "Để hệ thống đề xuất"), ("moi-truong", "Môi trường"))
    )
    identity = RadioField(
        "Ông/bà muốn gửi với tư cách nào?",
        [DataRequired("Hãy chọn cách gửi")],
        choices=_options(("named", "Có tên và thông tin liên hệ"), ("anonymous", "Ẩn danh")),
    )
    kind = RadioField("Người gửi", choices=_options(("citizen", "Cá nhân"), ("business", "Doanh nghiệp")))
    phone = TelField("Số điện thoại", [DataRequired("Hãy ghi số điện thoại")])
    email = EmailField("Thư điện tử")
    files = MultipleFileField("Ảnh, tài liệu kèm theo")
    publish = BooleanField("Đồng ý công khai câu trả lời")


def _navigation(*rows: tuple[str, str, int | None]) -> list[dict[str, Any]]:
    return [
        {"endpoint": "", "url": f"/?page=staff#{i}", "label": label, "icon": icon, "count": count,
         "active": i == 0}
        for i, (label, icon, count) in enumerate(rows)
    ]  # fmt: skip


def _frame() -> dict[str, Any]:
    return {
        "province": {"name_vi": "Tỉnh Lâm Đồng", "name_en": "Lâm Đồng Province"},
        "staff_home_url": "/?page=staff",
        "staff_navigation": _navigation(
            ("Của tôi", "inbox", 12),
            ("Cơ quan", "building", 87),
            ("Quá hạn", "exclamation-octagon", 3),
            ("Chờ duyệt", "pen", 5),
            ("Phân loại", "signpost-split", 24),
            ("Bị báo lên cấp trên", "arrow-up-circle", 1),
            ("Hạn chế tiếp cận", "lock", None),
        ),
        "staff_identity": {
            "name": "Chuyên viên trình diễn",
            "positions": [
                {"label": "Chuyên viên xử lý", "agency": "Sở Nông nghiệp và Môi trường", "acting": False},
                {"label": "Trưởng phòng", "agency": "Sở Nông nghiệp và Môi trường", "acting": True},
            ],
            "account_url": "/",
            "sign_out_url": "/",
        },
    }


def _samples() -> dict[str, Any]:
    day = date(2026, 11, 22)
    titles = (
        ("Bãi rác tự phát cạnh trường học bốc mùi", "in_progress", 2),
        ("Cấp đổi giấy phép kinh doanh chậm mười ngày", "assigned", -4),
        ("Đèn đường hỏng suốt đoạn qua chợ", "awaiting_approval", 0),
        ("Hỏi thủ tục xác nhận tình trạng hôn nhân", "triage", 9),
        ("Nước thải xưởng cà phê chảy ra suối", "awaiting_submitter", 6),
    )
    return {
        "now": NOW,
        "rows": [
            {
                "reference": f"K7Q{i}-9XW2",
                "title": title,
                "state": state,
                "remaining": remaining,
                "due_on": day + timedelta(days=remaining),
                "received": NOW - timedelta(days=4, hours=i * 9),
                "place": PLACES[i],
                "urgent": i == 0,
            }
            for i, (title, state, remaining) in enumerate(titles)
        ],
        "entries": [
            {"at": NOW - timedelta(minutes=25), "text": "Đang chờ người đứng đầu cơ quan duyệt câu trả lời",
             "icon": "pen", "tone": "progress", "current": True},
            {"at": NOW - timedelta(days=2), "text": "Cơ quan đã nhận xử lý", "icon": "person-check",
             "tone": "progress", "actor": "Sở Nông nghiệp và Môi trường"},
            {"at": NOW - timedelta(days=3), "text": "Đã chuyển đến cơ quan xử lý", "icon": "send",
             "tone": "info", "detail": "Vì nội dung nói về rác thải, và nơi xảy ra thuộc xã Đắk Song."},
            {"at": NOW - timedelta(days=4), "text": "Đã tiếp nhận phản ánh", "icon": "inbox",
             "tone": "success"},
        ],
        "steps": [
            {"label": "Tiếp nhận", "status": "done", "note": "18/11/2026"},
            {"label": "Chuyển cơ quan", "status": "done", "note": "19/11/2026"},
            {"label": "Xử lý", "status": "current", "note": "hạn 09/12/2026"},
            {"label": "Duyệt trả lời", "status": "ahead"},
            {"label": "Trả lời", "status": "ahead"},
        ],
        "states": [state.value for state in rendering.labels.STATES],
    }  # fmt: skip


def create() -> Flask:
    """Make the gallery as a Flask application."""
    app = Flask(
        "gallery", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "feedback/static")
    )
    app.config.update(SECRET_KEY=os.urandom(32))
    app.jinja_env.undefined = StrictUndefined
    CSRFProtect(app)
    language.register(app)
    rendering.register(app)

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = headers.CONTENT_POLICY
        return response

    @app.route("/", methods=["GET", "POST"])
    def index() -> str:
        page = request.args.get("page", "public")
        code = int(request.args.get("code", "404"))
        form = SampleForm()
        if request.method == "POST" or "errors" in request.args:
            form.validate()
        if page == "public":
            flash("Đã lưu câu trả lời.", "success")
        return render_template(
            "shared/gallery.html", page=page, form=form, code=code,
            error={"code": code, "reference": "8F2K-77QX", "retry_after": 40 if code == 429 else None,
                   "expired": code == 400},
            **_frame(), **_samples(),
        )  # fmt: skip

    def named(endpoint: str, url: str) -> None:
        app.add_url_rule(url, endpoint, lambda: redirect("/"))

    for name in ("submit", "track", "board", "statistics"):
        named(f"public.{name}", f"/{name}")
    app.add_url_rule("/home", "public.home", lambda: redirect("/"))

    @app.get("/places")
    def places() -> Response:
        words = request.args.get("q", "").casefold()
        found = [name for name in PLACES if words in name.casefold()]
        return jsonify(
            results=[{"value": str(i), "label": n, "detail": "trước đây: …"} for i, n in enumerate(found)]
        )

    return app


if __name__ == "__main__":
    create().run("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8099)
