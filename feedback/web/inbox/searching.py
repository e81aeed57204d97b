"""What the address of a list asks for: its filters, and what was understood of the words that were typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask_babel import LazyString, force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.lifecycle import State
from feedback.domain.search_query import Problem, read_query
from feedback.domain.text import clean_line, fold
from feedback.queries.lists.agency_search import known_agencies
from feedback.queries.lists.inbox_filters import Cursor, Filters, Sort, View, Window
from feedback.queries.lists.search_plan import NOBODY, Names, people, plan_of
from feedback.queries.public.form_choices import field_groups
from feedback.web.labels import STATES
from feedback.web.parameters import LARGEST
from feedback.web.requests import request_actor, request_now, request_session

LONGEST_SEARCH = 200
KEPT = ("view", "q", "state", "due", "field", "agency", "sort")
"""What an address says of a list; all but the place in it."""

_PROBLEMS: Mapping[str, LazyString] = {
    "value": _l("thiếu giá trị sau dấu hai chấm."),
    "date": _l("không đọc được ngày. Ví dụ: han:<=1/12/2026, nhan:2026-11-01..2026-11-30, han:homnay."),
    "yes_no": _l("chỉ nhận “co” hoặc “khong”."),
    "has": _l("chỉ nhận “co:tep”."),
    "without": _l("không phủ định được ngày; hãy dùng < hoặc >."),
    "without_note": _l("không phủ định được ghi chú; hãy bỏ dấu trừ."),
    "no_state": _l("không có trạng thái nào tên như vậy."),
    "no_field": _l("không có lĩnh vực nào tên như vậy."),
    "no_agency": _l("không có cơ quan nào tên như vậy."),
    "no_officer": _l("không có người xử lý nào tên như vậy."),
}
HELP: tuple[tuple[str, LazyString], ...] = (
    ("ổ gà đường", _l("có tất cả các từ; có dấu hay không dấu đều được")),
    ('"ổ gà"', _l("đúng cụm từ này")),
    ("chuo*", _l("từ bắt đầu như vậy: chuồng, chuông, chuột; từ chưa đủ vần thì không cần dấu *")),
    ("-rác", _l("không có từ này")),
    ("trangthai:dang-xu-ly", _l("trạng thái (state:)")),
    ('linhvuc:"y tế"', _l("lĩnh vực (field:)")),
    ("coquan:SXD", _l("cơ quan xử lý (agency:)")),
    ("nguoi:lan, nguoi:toi", _l("người xử lý (officer:, officer:me)")),
    ("han:<=1/12/2026", _l("hạn trả lời (due:); cũng >=, <, >, từ..đến, homnay")),
    ("nhan:1/11/2026..15/11/2026", _l("ngày tiếp nhận (received:)")),
    ("co:tep", _l("có tệp gửi kèm (has:file)")),
    ("khan:co", _l("vụ việc khẩn (urgent:yes)")),
    ('ghi-chu:"gọi điện"', _l("từ hay cụm từ trong ghi chú nội bộ, nội dung trao đổi (note:)")),
)


def problem_lines(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """Give each operator that was not understood, as typed, with what is wrong with it."""
    return [(problem.term, str(_PROBLEMS[problem.code])) for problem in problems]


def names_known() -> Names:
    """Give what operators may name, in Vietnamese and English; read from what is kept for a minute."""
    session, now = request_session(), request_now()
    states: dict[str, State] = {}
    for locale in ("vi", "en"):
        with force_locale(locale):
            states |= {_plain(str(look.staff)): state for state, look in STATES.items()}
    states |= {_plain(str(state)): state for state in State}
    fields = [field for group in field_groups(session, now) for field in group.fields]
    return Names(
        states=states,
        fields=_numbered(fields),
        agencies=_numbered(known_agencies(session, now).values()),
        people=people.get(session, now),
        me=request_actor().account_id,
    )


def _numbered(known: Iterable[Any]) -> list[tuple[str, int]]:
    return [(_plain(name), one.id) for one in known for name in (one.code, one.name_vi, one.name_en)]


def _plain(name: str) -> str:
    return " ".join(fold(name).replace("-", " ").replace("_", " ").replace(",", " ").split())


def read_filters(asked: Mapping[str, str], views: list[View], today: date, soon_until: date) -> Filters:
    """Take what an address asks for; what cannot be read is left out."""
    view = View(asked.get("view", "")) if asked.get("view") in {str(one) for one in views} else views[0]
    state, window, sort = asked.get("state", ""), asked.get("due", ""), asked.get("sort", "")
    found = Filters(
        view=view,
        today=today,
        soon_until=soon_until,
        state=State(state) if state in set(State) else None,
        window=Window(window) if window in set(Window) else None,
        field_id=_number(asked.get("field", "")),
        agency_id=_number(asked.get("agency", "")),
        text=clean_line(asked.get("q", ""))[:LONGEST_SEARCH],
        sort=Sort(sort) if sort in set(Sort) else Sort.DUE,
    )
    if found.text:
        typed = read_query(found.text, today)
        found = replace(found, plan=plan_of(typed, names_known() if typed.asked else NOBODY))
    return replace(
        found,
        after=Cursor.parse(asked.get("after", ""), view, found.sort),
        before=Cursor.parse(asked.get("before", ""), view, found.sort),
    )


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))):
        return None
    return int(text) if int(text) <= LARGEST else None


def address_of(asked: Mapping[str, str]) -> str:
    """Give what an address asks for as it is kept: in one order, without what is empty or a place."""
    return urlencode([(name, clean_line(asked[name])) for name in KEPT if asked.get(name)])


def sort_names() -> list[tuple[str, str]]:
    """Give the orders of a list of open cases."""
    return [
        (str(Sort.DUE), str(_("Hạn gần nhất"))),
        (str(Sort.PRESSING), str(_("Khẩn trước, rồi đến hạn"))),
        (str(Sort.RECEIVED), str(_("Mới tiếp nhận"))),
    ]
