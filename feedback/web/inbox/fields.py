"""Form fields of the staff pages: an agency by typing, a date, text without harmful characters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import html_params

from feedback.domain.text import clean_line, clean_text
from feedback.queries.lists.agency_search import Known, find_agencies, named_agency
from feedback.web.rendering import localized


def cleaned_text(text: str | None) -> str:
    """Filter of a text field: what may be stored, without blanks at its ends."""
    return clean_text(text or "").strip()


def cleaned_line(text: str | None) -> str:
    """Filter of a one-line field."""
    return clean_line(text or "")


class AgencyField(StringField):
    """An agency, typed and chosen from proposals; without scripts its name or code is enough.

    Give it the agencies to choose from (`offer`) before it is validated. `agency_id` is what was chosen,
    None while nothing was typed.
    """

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, filters=[cleaned_line], **options)
        self.agencies: Mapping[int, Known] = {}
        self.agency_id: int | None = None
        self._code = ""

    def offer(self, agencies: Mapping[int, Known]) -> None:
        """Say what there is to choose from."""
        self.agencies = agencies

    def choose(self, agency_id: int | None) -> None:
        """Fill the field of a fresh form."""
        found = self.agencies.get(agency_id) if agency_id is not None else None
        if found is not None:
            self.data, self._code = localized(found), str(found.id)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed text and, when the proposals were used, the number that stands beside it."""
        super().process_formdata(valuelist[:1])
        self._code = valuelist[1] if len(valuelist) > 1 else ""

    def pre_validate(self, form: BaseForm) -> None:
        """Find the agency that was meant."""
        self.agency_id = None
        typed = self.data or ""
        if not typed:
            return
        chosen = self.agencies.get(int(self._code)) if self._code.isascii() and self._code.isdigit() else None
        if chosen is None or typed not in (chosen.name_vi, chosen.name_en):
            chosen = named_agency(self.agencies, typed)
        if chosen is None:
            raise StopValidation(self._unclear(typed))
        self.agency_id = chosen.id
        self._code = str(chosen.id)

    def _unclear(self, typed: str) -> str:
        near = [localized(one) for one in find_agencies(self.agencies, typed, 3)]
        if near:
            return str(_("Chưa rõ cơ quan nào. Có phải: %(names)s?", names="; ".join(near)))
        return str(_("Không có cơ quan nào tên như vậy; hãy gõ một phần tên, mã hoặc lĩnh vực."))

    def code_field(self, **attributes: Any) -> Markup:
        """Give the hidden input that takes the number of the chosen agency; it has the field's own name."""
        params = html_params(type="hidden", name=self.name, value=self._code, **attributes)
        return Markup(f"<input {params}>")  # noqa: S704 - html_params escapes
