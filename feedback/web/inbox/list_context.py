"""The list that a case was opened from: what it asked for, the way back to it, the cases beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode

from flask import request, url_for
from flask_babel import LazyString

from feedback.domain.calendar import local_date
from feedback.models import Case
from feedback.queries.bundle import Queries
from feedback.queries.law_book import LawBook
from feedback.queries.lists.inbox_filters import Filters, View
from feedback.queries.lists.neighbours import neighbour_queries
from feedback.web.inbox.lists import SOON, VIEW_NAMES
from feedback.web.inbox.navigation import request_desk
from feedback.web.inbox.searching import KEPT, read_filters

_LONGEST = 400


@dataclass(frozen=True, slots=True)
class ListContext:
    """A list as a case's page knows it: its address part, its name, and what it shows."""

    key: str
    name: LazyString
    filters: Filters

    @property
    def url(self) -> str:
        """The way back to the list."""
        return f"{url_for('inbox.home')}?{self.key}"

    def queries(self, case: Case) -> Queries:
        """Ask for the cases before and after `case` in this list."""
        return neighbour_queries(request_desk(), self.filters, case)


def list_context(book: LawBook, now: datetime) -> ListContext | None:
    """Read the list from which this case was opened; None when it was opened from elsewhere."""
    text = request.args.get("list", "")[:_LONGEST]
    if not text:
        return None
    asked = {name: values[0] for name, values in parse_qs(text).items() if name in KEPT}
    today = local_date(now)
    views = [View.OPEN, *(view for view in View if view is not View.OPEN)]
    filters = read_filters(asked, views, today, book.calendar.add_working_days(today, SOON))
    view = filters.view
    return ListContext(urlencode(asked | {"view": str(view)}), VIEW_NAMES[view], filters)
