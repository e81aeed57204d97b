"""The dossier as a PDF made by the server: the same, in order, as its page (templates/staff/dossier.html)."""

from __future__ import annotations

from flask_babel import gettext as _

from feedback.web import labels
from feedback.web.inbox.dossier_content import DossierContent
from feedback.web.inbox.timeline import Entry
from feedback.web.pdf import Paper
from feedback.web.rendering import file_size, local_date, local_datetime, locale_code, localized, long_date


def dossier_pdf(content: DossierContent) -> bytes:
    """Set the dossier in the language of the page."""
    case = content.case
    paper = Paper(
        title=f"{_('Hồ sơ vụ việc')} {case.reference}",
        foot=f"{case.reference} · {_('Hồ sơ vụ việc')} · {local_datetime(content.now)}",
        language=locale_code(),
        made_at=content.now,
    )
    _head(paper, content)
    _clocks(paper, content)
    paper.heading(_("Lời người gửi"))
    paper.paragraph(case.body)
    _files(paper, content)
    _answers(paper, content)
    paper.heading(_("Quá trình xử lý"))
    for entry in content.timeline:
        _entry(paper, entry)
    return paper.finished()


def _head(paper: Paper, content: DossierContent) -> None:
    case, file = content.case, content.file
    urgent = f" · {_('Khẩn cấp')}" if case.urgent else ""
    paper.paragraph(f"{case.reference} · {labels.state_label(case.state)}{urgent}", bold=True)
    paper.heading(case.title, level=1)
    agency = localized(case.lead_agency) if case.lead_agency else _("Bộ phận điều phối")
    sealed = _("ẩn danh") if case.anonymous else _("tên và cách liên hệ được giữ kín")
    paper.facts(
        [
            (_("Nơi xử lý"), f"{agency}, {localized(case.unit)}" if case.unit else agency),
            (_("Người xử lý"), file.accounts.get(case.officer_id or 0, "")),
            (_("Nơi xảy ra"), file.commune.name if file.commune else case.place_text),
            (_("Địa điểm cụ thể"), case.place_detail),
            (_("Xảy ra khi nào"), case.happened),
            (_("Lĩnh vực"), localized(case.field) if case.field else ""),
            (_("Tiếp nhận"), f"{local_datetime(case.received_at)}, {labels.channel_label(case.channel)}"),
            (_("Người gửi"), f"{labels.submitter_kind_label(case.submitter_kind)}, {sealed}"),
            (_("Lập hồ sơ"), f"{local_datetime(content.now)}, {content.actor.name}"),
        ]
    )


def _clocks(paper: Paper, content: DossierContent) -> None:
    paper.heading(_("Thời hạn"))
    for clock in content.clocks:
        paper.heading(f"{clock.name}: {long_date(clock.due_on)}", level=3)
        paper.bullets(clock.why)


def _files(paper: Paper, content: DossierContent) -> None:
    if not content.files:
        return
    paper.heading(_("Tệp kèm theo"))
    paper.grid(
        [_("Tên tệp"), _("Dung lượng"), "SHA-256"],
        [(row.name, file_size(row.size), row.sha256) for row in content.files],
        (38, 14, 48),
    )


def _answers(paper: Paper, content: DossierContent) -> None:
    names = content.file.accounts
    for row in content.answers:
        paper.heading(_("Câu trả lời"))
        decided = local_datetime(row.decided_at) if row.decided_at else local_date(row.written_at)
        approver = f"{_('duyệt:')} {names.get(row.decided_by or 0, '')}"
        paper.paragraph(f"{names.get(row.written_by, '')} · {approver} · {decided}", quiet=True)
        paper.paragraph(row.text)


def _entry(paper: Paper, entry: Entry) -> None:
    times = f" ({_('%(n)s lần', n=entry.count)})" if entry.count > 1 else ""
    lines = (*entry.details, *entry.dates, *(text for text, _symbol, _tone in entry.letters))
    paper.keep_together(lines=len(lines) + 2)
    paper.paragraph(f"{entry.text}{times}", bold=True)
    for line in lines:
        paper.paragraph(line, indent=1)
    who = f" · {entry.actor}" if entry.actor else ""
    paper.paragraph(f"{local_datetime(entry.at)}{who}", quiet=True)
    paper.gap()
