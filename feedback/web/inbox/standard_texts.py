"""Standard texts in the form of an act: choosing one, and putting it after what was typed.

Without scripts the form is sent and comes back with the text in it; with htmx only its part of the page is
replaced. Either way nothing that was typed is lost: a text is added, never put in the place of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.domain.standard_text import fill, gaps
from feedback.queries.standard_texts import Fit, Offered, facts_of, offered, offered_text
from feedback.web.inbox.acts import Act, Task
from feedback.web.parameters import number

_CHOICE, _BUTTON = "standard_text", "insert"


_GROUPS: Mapping[Fit, LazyString] = {
    Fit.FIELD: _l("Của lĩnh vực này"),
    Fit.ANY: _l("Dùng cho mọi lĩnh vực"),
    Fit.OTHER: _l("Của từng lĩnh vực"),
}


def _fitting(texts: Sequence[Offered], fit: Fit) -> list[Offered]:
    return [text for text in texts if text.fit is fit]


@dataclass(frozen=True, slots=True)
class Picker:
    """What the form offers, in groups. field: into which a text goes. gaps: what is to be filled in there.

    inserted: a text was just put in. problem: why none was.
    """

    field: str
    groups: list[tuple[LazyString, list[Offered]]]
    gaps: tuple[str, ...]
    inserted: bool
    problem: str


def picker(one: Act[Any], task: Task[Any]) -> Picker | None:
    """Give the choice of texts for the form of an act; None where the act has none or none fits."""
    if one.standard is None:
        return None
    kind, field = one.standard
    texts = offered(task.session, kind, task.case, task.actor.agency_ids)
    left = gaps(task.form[field].data or "")
    if not texts and not left:
        return None
    return Picker(
        field=field,
        groups=[(name, those) for fit, name in _GROUPS.items() if (those := _fitting(texts, fit))],
        gaps=left,
        inserted=bool(task.more.get("standard_inserted")),
        problem=task.more.get("standard_problem", ""),
    )


def put_in(one: Act[Any], task: Task[Any]) -> bool:
    """Put the chosen text into the form that was sent with the button for it; gives whether it was."""
    if one.standard is None or _BUTTON not in request.form:
        return False
    kind, name = one.standard
    field, agencies = task.form[name], task.actor.agency_ids
    text_id = number(_CHOICE, request.form)
    found = None
    if text_id is not None:
        found = offered_text(task.session, kind, task.case, agencies, text_id)
    if found is None:
        task.more["standard_problem"] = str(_("Hãy chọn một mẫu rồi bấm chèn."))
        return True
    words = fill(found.body, facts_of(task.session, task.case, agencies, task.now))
    before = (field.data or "").rstrip()
    field.data = f"{before}\n\n{words}" if before else words
    task.more["standard_inserted"] = True
    return True
