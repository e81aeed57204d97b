"""Many cases of the queue at once: chosen, seen beforehand, done in one act that can be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import DataRequired

from feedback.domain.calendar import local_date
from feedback.domain.deadline import compute_deadline
from feedback.domain.lifecycle import TransitionRefused
from feedback.domain.permissions import Refused
from feedback.domain.terms import StartEvent
from feedback.queries.case_file import NotFound
from feedback.queries.law_book import LawBook, load_law_book
from feedback.queries.lists import triage as queue
from feedback.queries.lists.agency_search import known_agencies
from feedback.queries.lists.triage import Waiting
from feedback.services.casework import together as verbs
from feedback.services.casework.together import Chosen, NotTogether
from feedback.services.clocks import ANSWER
from feedback.services.errors import Conflict, InvalidInput
from feedback.web.errors import WHY
from feedback.web.forms import Form, options
from feedback.web.guards import staff
from feedback.web.inbox.acts_triage import class_choices
from feedback.web.inbox.blueprint import blueprint
from feedback.web.inbox.fields import AgencyField
from feedback.web.inbox.problems import problem_text
from feedback.web.inbox.triage import one_click
from feedback.web.inbox.undo import DESK, remember
from feedback.web.rendering import localized
from feedback.web.requests import drop_writes, request_actor, request_now, request_session

ASSIGN, MERGE = "assign", "merge"
MOST = 40
_NEEDED = DataRequired(_l("Ô này là bắt buộc."))


class TogetherForm(Form):
    """What happens to all of them."""

    how = RadioField(_l("Cách xử lý"), validate_choice=True)
    agency = AgencyField(
        _l("Cơ quan chủ trì"), [_NEEDED], description=_l("Gõ tên, mã hoặc lĩnh vực; chọn trong gợi ý.")
    )
    case_class = SelectField(_l("Loại nội dung cho phản ánh chưa rõ loại"), default="")


@dataclass(frozen=True, slots=True)
class Row:
    """A case that was named, and the class with which it would be given away."""

    waiting: Waiting
    given_as: str | None
    kept: bool

    @property
    def joins(self) -> bool:
        """Whether it takes part."""
        return self.kept and not self.waiting.suspected


@blueprint.route("/triage/together", methods=["GET", "POST"])
@staff(*DESK)
def together() -> ResponseReturnValue:
    """Show what would happen to the cases named, and do it when that was confirmed."""
    asked = request.form if request.method == "POST" else request.args
    # `case` names what is shown, `keep` what takes part; without the second all of them do.
    named = _versions(asked.getlist("case"))
    kept = set(_versions(asked.getlist("keep"))) if "keep" in asked or "how" in asked else set(named)
    waiting = queue.waiting_of(request_session(), list(named))
    form = _form(waiting)
    rows = _rows(form, waiting, kept)
    joining = [row for row in rows if row.joins]
    ready = "how" in asked and form.validate() and _complete(form, joining)
    if request.method == "POST" and ready:
        ready = False
        try:
            _all_there(rows, kept)
            with request_session().begin_nested():
                return _done(form, joining, named)
        except NotTogether as error:
            drop_writes()
            form.form_errors.append(f"{error.reference}: {_words(error.why)}")
            waiting = queue.waiting_of(request_session(), list(named))
            rows = _rows(form, waiting, kept)
    gone = [reference for reference in named if reference not in {one.case.reference for one in waiting}]
    status = 422 if form.errors and "how" in asked else 200
    return _page(form, rows, gone, ready=ready), status


def _rows(form: TogetherForm, waiting: Sequence[Waiting], kept: Collection[str]) -> list[Row]:
    fallback = form.case_class.data or None
    return [Row(one, one_click(one) or fallback, one.case.reference in kept) for one in waiting]


def _all_there(rows: Sequence[Row], kept: Collection[str]) -> None:
    """Refuse when one that was to take part left the queue between the page and the press."""
    for reference in sorted(set(kept) - {row.waiting.case.reference for row in rows}):
        raise NotTogether(reference, NotFound(reference))


def _versions(named: Sequence[str]) -> dict[str, int | None]:
    """Read `reference` or `reference:version`, each once, as many as are taken at a time."""
    found: dict[str, int | None] = {}
    for one in named[:MOST]:
        reference, _sep, version = one.partition(":")
        short = version.isascii() and version.isdigit() and len(version) < 10
        found[reference[:20]] = int(version) if short else None
    return found


def _form(waiting: Sequence[Waiting]) -> TogetherForm:
    asked = "how" in request.args or request.method == "POST"
    form = TogetherForm(request.form if request.method == "POST" else request.args if asked else None)
    if request.method == "GET" and "csrf_token" in form:
        del form.csrf_token
    form.how.choices = options(
        [
            (ASSIGN, str(_("Giao từng vụ việc cho cùng một cơ quan"))),
            (MERGE, str(_("Gộp tất cả vào vụ việc cũ nhất, rồi giao vụ việc đó"))),
        ]
    )
    form.case_class.choices = options(class_choices(empty=str(_("Giữ loại đã biết của từng vụ việc"))))
    agencies = known_agencies(request_session(), request_now())
    form.agency.offer(agencies)
    if not asked:
        form.how.data = ASSIGN
        best = Counter(one.options[0].agency.id for one in waiting if one.options)
        form.agency.choose(best.most_common(1)[0][0] if best else None)
    return form


def _complete(form: TogetherForm, joining: Sequence[Row]) -> bool:
    """Tell whether there is something to do, and a class for all that are given away."""
    if len(joining) < (2 if form.how.data == MERGE else 1):
        form.form_errors.append(str(_("Hãy để lại ít nhất một phản ánh; để gộp thì ít nhất hai.")))
    given = joining[:1] if form.how.data == MERGE else joining
    if any(row.given_as is None for row in given):
        unclear = _("Có phản ánh chưa rõ loại: hãy chọn một loại cho những phản ánh ấy.")
        form.case_class.errors = [*form.case_class.errors, str(unclear)]
    return not form.errors


def _done(form: TogetherForm, joining: Sequence[Row], named: Mapping[str, int | None]) -> ResponseReturnValue:
    session, actor, now = request_session(), request_actor(), request_now()
    chosen = [Chosen(row.waiting.case, named[row.waiting.case.reference], row.given_as) for row in joining]
    agency_id = form.agency.agency_id
    assert agency_id is not None  # noqa: S101 - the field is required
    book = load_law_book(session, now)
    references = [row.waiting.case.reference for row in joining]
    if form.how.data == MERGE:
        main = verbs.merge_all(session, actor, chosen, agency_id=agency_id, now=now, book=book)
        references = [main.reference, *(one for one in references if one != main.reference)]
        said = _(
            "Đã gộp %(n)s phản ánh vào %(main)s và giao cho %(to)s.", n=len(references) - 1,
            main=main.reference, to=form.agency.data,
        )  # fmt: skip
    else:
        verbs.assign_all(session, actor, chosen, agency_id=agency_id, now=now, book=book)
        said = _(
            "Đã giao %(n)s vụ việc cho %(to)s: %(cases)s.", n=len(references), to=form.agency.data,
            cases=", ".join(references),
        )  # fmt: skip
    remember(references, str(said))
    return redirect(url_for("inbox.triage"), 303)


def _words(why: Exception) -> str:
    if isinstance(why, InvalidInput):
        return problem_text(why.field, why.code)
    if isinstance(why, Refused):
        return str(WHY.get(why.why, WHY["state"]))
    if isinstance(why, TransitionRefused):
        return str(WHY["state"])
    if isinstance(why, NotFound):
        return str(
            _("Không còn chờ điều phối; chưa có phản ánh nào được xử lý. Hãy xem lại những phản ánh còn lại.")
        )
    assert isinstance(why, Conflict)  # noqa: S101 - the last of what NotTogether carries
    return str(WHY["conflict"])


def _page(form: TogetherForm, rows: Sequence[Row], gone: Sequence[str], *, ready: bool) -> str:
    session, now = request_session(), request_now()
    agency = form.agency.agencies.get(form.agency.agency_id) if form.agency.agency_id else None
    joining = [row for row in rows if row.joins]
    due_on = None
    if ready and agency is not None:
        due_on = _due_on(load_law_book(session, now), agency.id)
    return render_template(
        "staff/together.html",
        form=form,
        rows=rows,
        joining=joining,
        gone=gone,
        ready=ready,
        merging=form.how.data == MERGE,
        to=None if agency is None else localized(agency),
        due_on=due_on,
    )


def _due_on(book: LawBook, agency_id: int) -> object:
    """Give the day on which the agency's clock would end if it got a case now."""
    now = request_now()
    on = local_date(now)
    term = book.term(ANSWER, now)
    return compute_deadline(
        now, term.duration, book.calendar_of(agency_id, on), term=term, event=StartEvent.ASSIGNMENT,
        office=book.office_of(agency_id, on),
    ).due_on  # fmt: skip
