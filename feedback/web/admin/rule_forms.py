"""The form of a routing rule: its condition in parts, each list one entry a line, or as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms import Field as FormField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import CaseClass, SubmitterKind
from feedback.domain.routing import COMMUNE_OF_THE_PLACE, RuleError
from feedback.domain.routing.conditions import BadCondition, parse_condition
from feedback.domain.routing.parts import Parts, parts_of
from feedback.domain.text import clean_line
from feedback.models import Agency
from feedback.queries.administration.names import Names, codes_by_word, word_key
from feedback.web.admin.law_forms import Boxes
from feedback.web.admin.rule_words import (
    LOUDNESS,
    agency_label,
    condition_problem,
    loudness,
    rule_problem,
)
from feedback.web.labels import class_label, submitter_kind_label
from feedback.web.rendering import localized
from feedback.web.requests import request_now

IN_PARTS, AS_TEXT = "parts", "text"
_REQUIRED = _l("Vui lòng điền mục này.")
_NO_CLASS = ""
_MOST = 20_000
_WORD_LISTS = ("procedures", "words_any", "words_all", "words_none", "asked")
_FURTHER = ("asked", "communes", "commune_known", "fields", "agencies", "procedures", "submitter_kinds")
"""The parts that few rules have; they are folded away while they are empty."""

_FIELD_OF_KIND = {
    "words_any": "words_any",
    "at_least": "at_least",
    "words_all": "words_all",
    "asked": "asked",
    "procedure": "procedures",
    "not": "words_none",
}


def _lines(label: Any) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=_MOST)])


def _reason(label: Any) -> StringField:
    return StringField(label, [DataRequired(_REQUIRED), Length(max=300)])


class RuleForm(FlaskForm):
    """A version of a routing rule."""

    code = StringField(
        _l("Mã quy tắc"),
        [
            Optional(),
            Regexp(r"[a-z0-9][a-z0-9.-]{1,63}$", message=_l("Chữ thường không dấu, số, chấm và gạch nối.")),
        ],
    )
    how = RadioField(
        _l("Cách ghi điều kiện"),
        choices=[
            SelectChoice(IN_PARTS, _l("Điền từng phần")),
            SelectChoice(AS_TEXT, _l("Viết văn bản (chuyên gia)")),
        ],
        default=IN_PARTS,
    )
    words_any = _lines(_l("Có một trong các cụm từ"))
    at_least = IntegerField(
        _l("Cần ít nhất bao nhiêu cụm từ trong số đó"),
        [Optional(), NumberRange(1, 50, message=_l("Hãy ghi một số từ 1 đến 50."))],
        default=1,
    )
    words_all = _lines(_l("Có đủ mọi cụm từ"))
    words_none = _lines(_l("Không có cụm từ nào trong số này"))
    asked = _lines(_l("Nội dung đề nghị các nơi này xử lý"))
    agencies = _lines(_l("Nêu đầy đủ tên cơ quan"))
    fields = _lines(_l("Lĩnh vực người gửi chọn"))
    communes = _lines(_l("Xảy ra tại xã, phường, đặc khu"))
    commune_known = SelectField(
        _l("Đã biết xã, phường hay chưa"),
        choices=[
            SelectChoice("", _l("Không xét")),
            SelectChoice("yes", _l("Chỉ khi đã biết")),
            SelectChoice("no", _l("Chỉ khi chưa biết")),
        ],
    )
    procedures = _lines(_l("Mã thủ tục hành chính"))
    submitter_kinds = Boxes(_l("Người gửi là"))
    condition = TextAreaField(_l("Văn bản điều kiện"), [Optional(), Length(max=_MOST)])
    agency_code = SelectField(_l("Chuyển đến"))
    case_class = SelectField(_l("Loại nội dung"))
    priority = RadioField(_l("Mức độ"), default="20")
    reason_vi = _reason(_l("Lý do (tiếng Việt)"))
    reason_en = _reason(_l("Lý do (tiếng Anh)"))
    valid_from = DateField(_l("Áp dụng từ ngày"), [InputRequired(_REQUIRED)])
    valid_to = DateField(_l("Đến hết ngày"), [Optional()])

    names: Names
    standing_priority: int | None = None
    """The priority of the version that is changed: kept as long as its strength is."""

    def offer(self, names: Names, now_there: Iterable[Agency], also: str = "") -> RuleForm:
        """Fill the choices; the agency `also`, no longer there, can be seen but is refused when sent."""
        self.names = names
        found = {row.code: localized(row) for row in now_there}
        if also not in ("", COMMUNE_OF_THE_PLACE, *found):
            found = {also: agency_label(also, names)} | found
        self.agency_code.choices = [
            SelectChoice(COMMUNE_OF_THE_PLACE, agency_label(COMMUNE_OF_THE_PLACE, names)),
            *(SelectChoice(code, name) for code, name in found.items()),
        ]
        self.case_class.choices = [
            SelectChoice(_NO_CLASS, _("Để hệ thống nhận ra")),
            *(
                SelectChoice(str(letter), f"{letter} · {class_label(letter)}")
                for letter in (CaseClass.A, CaseClass.B, CaseClass.C, CaseClass.Q)
            ),
        ]
        self.priority.choices = [SelectChoice(str(each), label) for each, label in LOUDNESS.items()]
        self.submitter_kinds.choices = [
            SelectChoice(str(kind), submitter_kind_label(kind)) for kind in SubmitterKind
        ]
        return self

    @property
    def has_further(self) -> bool:
        """Whether a part that few rules have is filled in, or wrong."""
        return any(self[name].data or self[name].errors for name in _FURTHER)

    def fill(self, row: Mapping[str, str], first_day: date | None = None) -> None:
        """Show a version (texts by column); the next one begins on `first_day`, else today."""
        for name in ("code", "agency_code", "case_class", "reason_vi", "reason_en", "condition"):
            self[name].data = row[name]
        self.priority.data = str(loudness(int(row["priority"])))
        self.valid_from.data = first_day or local_date(request_now())
        self.valid_to.data = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        parts = parts_of(row["condition"])
        self.how.data = AS_TEXT if parts is None else IN_PARTS
        if parts is not None:
            self._show(parts)

    def _show(self, parts: Parts) -> None:
        for name in _WORD_LISTS:
            self[name].data = "\n".join(getattr(parts, name))
        for name, label in self._named().items():
            self[name].data = "\n".join(label(code) for code in getattr(parts, name))
        self.at_least.data = parts.at_least
        self.submitter_kinds.data = list(parts.submitter_kinds)
        self.commune_known.data = {None: "", True: "yes", False: "no"}[parts.commune_known]

    def _named(self) -> dict[str, Callable[[str], str]]:
        return {"fields": self.names.field, "communes": self.names.commune, "agencies": self.names.agency}

    def row(self) -> dict[str, str] | None:
        """Give the version as texts by column; None when something is wrong, which its field then says."""
        condition = self._text() if self.how.data == AS_TEXT else self._of_parts()
        if condition is None:
            return None
        priority = int(self.priority.data)
        if self.standing_priority is not None and loudness(self.standing_priority) == priority:
            priority = self.standing_priority
        first, last = self.valid_from.data, self.valid_to.data
        return {
            "code": self.code.data or "",
            "priority": str(priority),
            "condition": condition,
            "agency_code": self.agency_code.data,
            "case_class": self.case_class.data or "",
            "reason_vi": clean_line(self.reason_vi.data or ""),
            "reason_en": clean_line(self.reason_en.data or ""),
            "valid_from": first.isoformat() if first else "",
            "valid_to": last.isoformat() if last else "",
        }

    def _text(self) -> str | None:
        text = self.condition.data or ""
        try:
            parse_condition(text)
        except BadCondition as problem:
            self.blame("condition", condition_problem(problem))
            return None
        return text if parts_of(text) is None else json.dumps(json.loads(text), ensure_ascii=False)

    def _of_parts(self) -> str | None:
        values: dict[str, tuple[str, ...]] = {name: self._entries(name) for name in _WORD_LISTS}
        tables = {
            "fields": {code: row.name_vi for code, row in self.names.fields.items()},
            "communes": {code: row.name for code, row in self.names.communes.items()},
            "agencies": {code: row.name_vi for code, row in self.names.agencies.items()},
        }
        for name, table in tables.items():
            values[name] = self._codes(name, codes_by_word(table))
        parts = Parts(
            **values,
            submitter_kinds=tuple(self.submitter_kinds.data or ()),
            at_least=self.at_least.data or 1,
            commune_known={"yes": True, "no": False}.get(self.commune_known.data or ""),
        )
        if any(field.errors for field in self):
            return None
        if parts.empty:
            self.blame("how", _("Hãy điền ít nhất một phần của điều kiện."))
            return None
        return self._readable(parts.to_json())

    def _readable(self, text: str) -> str | None:
        try:
            parse_condition(text)
        except BadCondition as problem:
            self.blame(
                _FIELD_OF_KIND.get(problem.detail, "how"),
                condition_problem(BadCondition(problem.fault, problem.detail)),
            )
            return None
        return text

    def _entries(self, name: str) -> tuple[str, ...]:
        lines = (clean_line(line) for line in (self[name].data or "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    def _codes(self, name: str, known: Mapping[str, str]) -> tuple[str, ...]:
        found = []
        for number, line in enumerate((self[name].data or "").splitlines(), start=1):
            word = clean_line(line)
            if not word:
                continue
            code = known.get(word_key(word))
            if code is None:
                self.blame(name, _("Dòng %(n)s: không có mục nào tên “%(word)s”.", n=number, word=word))
            else:
                found.append(code)
        return tuple(dict.fromkeys(found))

    def blame(self, name: str, text: str) -> None:
        """Put a problem onto a field."""
        field: FormField = self[name]
        field.errors = [*field.errors, text]

    def refuse(self, problem: RuleError) -> None:
        """Put what keeps the rule from being followed onto the field that it is about."""
        text = rule_problem(problem, self.names)
        if problem.fault == "ends_first":
            self.blame("valid_to", text)
        elif problem.fault == "unknown_agency" and problem.detail == self.agency_code.data:
            self.blame("agency_code", text)
        elif self.how.data == AS_TEXT:
            self.blame("condition", text)
        else:
            kinds = {"unknown_agency": "agencies", "unknown_field": "fields", "unknown_commune": "communes"}
            self.blame(kinds.get(problem.fault, "how"), text)


class RuleEndForm(FlaskForm):
    """From which day on a rule no longer counts."""

    first_day = DateField(_l("Không áp dụng từ ngày"), [InputRequired(_REQUIRED)])
