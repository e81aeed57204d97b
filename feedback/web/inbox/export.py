"""The list that is shown, as a table to take away: CSV or XLSX, without anybody's identity."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from flask import Response, abort, request, send_file
from flask_babel import gettext as _

from feedback.domain.calendar import VIETNAM, local_date
from feedback.domain.events import EventKind
from feedback.domain.spreadsheet import defused
from feedback.queries.lists.export import MOST_EXPORTED, rows_of_list
from feedback.queries.lists.inbox import Row
from feedback.services import audit
from feedback.web.guards import staff
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.lists import listing
from feedback.web.labels import state_label
from feedback.web.rendering import localized
from feedback.web.requests import request_actor, request_now, request_session

Value = str | date | datetime | None
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_IN_MEMORY = 1 << 20
_MOMENT, _DAY = "%Y-%m-%d %H:%M", "%Y-%m-%d"


def _columns() -> list[tuple[str, Callable[[Row], Value]]]:
    return [
        (_("Mã"), lambda row: row.reference),
        (_("Tiêu đề"), lambda row: row.title),
        (_("Trạng thái"), lambda row: state_label(row.state)),
        (_("Khẩn"), lambda row: _("có") if row.urgent else ""),
        (_("Nơi xảy ra"), lambda row: row.place_text),
        (_("Xã, phường"), lambda row: row.commune),
        (_("Cơ quan xử lý"), lambda row: localized(row.agency) if row.agency else ""),
        (_("Người xử lý"), lambda row: row.officer),
        (_("Tiếp nhận"), lambda row: row.received_at.astimezone(VIETNAM).replace(tzinfo=None)),
        (_("Hạn của cơ quan"), lambda row: row.due_on),
        (_("Hạn với người gửi"), lambda row: row.citizen_due_on),
        (_("Trả lời lúc"), lambda row: _local(row.answered_at)),
        (_("Kết thúc lúc"), lambda row: _local(row.closed_at)),
    ]


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(VIETNAM).replace(tzinfo=None)


@blueprint.get("/export.<format>")
@staff()
def export(format: str) -> Response:
    """Give the list of the address as a file; the trail keeps who took how many rows of which list."""
    writers = {"csv": (_csv, "text/csv"), "xlsx": (_xlsx, _XLSX)}
    if format not in writers:
        abort(404)
    write, media_type = writers[format]
    session, asked = request_session(), listing(request.args)
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - send_file closes it
    rows = write(file, rows_of_list(session, asked.desk, asked.filters))
    actor = request_actor()
    audit.record(
        session, kind=EventKind.LIST_EXPORTED, actor=audit.actor_key(actor), at=request_now(),
        stream=f"account:{actor.account_id}", rows=rows, list=str(asked.filters.view), format=format,
    )  # fmt: skip
    file.seek(0)
    name = f"hoi-am-{asked.filters.view}-{local_date(request_now())}.{format}"
    return send_file(file, mimetype=media_type, as_attachment=True, download_name=name)


def _cut_note(rows: int) -> str:
    return str(_("Chỉ có %(n)s dòng đầu; hãy lọc hẹp hơn để lấy phần còn lại.", n=rows))


def _csv(file: IO[bytes], rows: Iterable[Row]) -> int:
    columns, count = _columns(), 0
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow([name for name, _of in columns])
    for row in rows:
        table.writerow([_text(of(row)) for _name, of in columns])
        count += 1
    if count >= MOST_EXPORTED:
        table.writerow([_cut_note(count)])
    text.detach()
    return count


def _text(value: Value) -> str:
    if isinstance(value, datetime):
        return value.strftime(_MOMENT)
    if isinstance(value, date):
        return value.strftime(_DAY)
    return defused(value or "")


def _xlsx(file: IO[bytes], rows: Iterable[Row]) -> int:
    columns, count = _columns(), 0
    with xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        kinds: dict[type[Any], Any] = {
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
        }
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 18)
        for at, (name, _of) in enumerate(columns):
            sheet.write_string(0, at, name, bold)
        for row in rows:
            count += 1
            for at, (_name, of) in enumerate(columns):
                value = of(row)
                if isinstance(value, date):
                    sheet.write_datetime(count, at, value, kinds[type(value)])
                else:
                    sheet.write_string(count, at, value or "")
        if count >= MOST_EXPORTED:
            sheet.write_string(count + 1, 0, _cut_note(count))
    return count
