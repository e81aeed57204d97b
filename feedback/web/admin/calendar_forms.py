"""The forms that change the calendar, and the words for what speaks against a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from feedback.domain.calendar import CalendarDay, DayKind, DayStatus
from feedback.domain.calendar_change import BadChange, Fault, Problem, read_csv
from feedback.domain.text import clean_line
from feedback.web.rendering import local_date

Put = list[tuple[int | None, CalendarDay]]
_REQUIRED = _l("Vui lòng điền mục này.")
_LONGEST_RUN = 31
_LARGEST_FILE = 1_000_000
_FAULTS: Mapping[Fault, LazyString] = {
    Fault.NOT_A_ROW: _l("không đọc được dòng này: %(detail)s"),
    Fault.SAID_TWICE: _l("ngày %(date)s được ghi hai lần, nội dung khác nhau"),
    Fault.NO_SOURCE: _l("ngày %(date)s chưa ghi văn bản"),
    Fault.WORKED_ANYWAY: _l("ngày %(date)s vốn là ngày làm việc, không phải ngày làm bù"),
    Fault.OUT_OF_RANGE: _l("ngày %(date)s nằm ngoài các năm 2000–2100"),
    Fault.LESS_CERTAIN: _l("ngày %(date)s đã có căn cứ chắc chắn hơn"),
    Fault.PUT_AND_REMOVED: _l("ngày %(date)s vừa ghi vào vừa bỏ đi"),
    Fault.NOTHING_THERE: _l("lịch không ghi gì cho ngày %(date)s để bỏ"),
    Fault.NO_CHANGE: _l("lịch đã ghi đúng như vậy, không có gì thay đổi"),
}
REFUSED: Mapping[str, LazyString] = {
    "not_counted": _l("Ảnh hưởng của thay đổi này chưa được tính xong."),
    "started": _l("Thay đổi này đã được áp dụng."),
    "busy": _l("Một thay đổi khác đang được áp dụng. Hãy chờ cho xong."),
    "stale": _l("Lịch của những ngày này đã thay đổi từ lúc soạn. Hãy soạn lại."),
    "not_applied": _l("Thay đổi này chưa áp dụng xong nên chưa hoàn tác được."),
    "reverted": _l("Thay đổi này đã được hoàn tác."),
}
"""The codes of calendar_changes.ChangeRefused in words."""


def problem_words(problem: Problem) -> str:
    """Say what speaks against a change, with the line of the file where it stands."""
    day = "" if problem.date is None else local_date(problem.date)
    text = str(_FAULTS[problem.fault]) % {"detail": problem.detail, "date": day}
    text = text[:1].upper() + text[1:] + "."
    return text if problem.line is None else _("Dòng %(n)s: %(text)s", n=problem.line, text=text)


def explain(form: FlaskForm, problems: Iterable[Problem]) -> None:
    """Put what speaks against a change above the form."""
    form.form_errors.extend(problem_words(problem) for problem in problems)


def _day(field: DateField) -> date:
    """The day of a field that was found valid."""
    if field.data is None:
        raise ValueError("a form is read when it is valid")
    return field.data


def _words(field: StringField) -> str:
    return clean_line(field.data or "")


class ChangeForm(FlaskForm):
    """What every change says: the document, how certain it is."""

    source = StringField(_l("Văn bản (số, ngày)"), [InputRequired(_REQUIRED), Length(max=300)])
    status = RadioField(
        _l("Mức độ chắc chắn"),
        choices=[
            SelectChoice(str(DayStatus.OFFICIAL), _l("Theo văn bản")),
            SelectChoice(str(DayStatus.COMPUTED), _l("Tính theo luật")),
            SelectChoice(str(DayStatus.PROPOSED), _l("Dự kiến")),
        ],
        default=str(DayStatus.OFFICIAL),
    )

    def rows(self) -> Put:
        """Give the rows that the form puts into the calendar. Raises BadChange."""
        raise NotImplementedError

    def removed(self) -> list[date]:
        """Give the dates whose rows it removes."""
        return []

    def _row(self, day: date, kind: DayKind, name_vi: str, name_en: str) -> tuple[None, CalendarDay]:
        status = DayStatus(self.status.data)
        return None, CalendarDay(day, kind, status, _words(self.source), name_vi, name_en)


class SwapForm(ChangeForm):
    """A working day off in exchange for a rest day worked."""

    off_on = DateField(_l("Ngày được nghỉ"), [InputRequired(_REQUIRED)])
    worked_on = DateField(_l("Ngày làm bù"), [InputRequired(_REQUIRED)])

    def rows(self) -> Put:
        """Give both days, each named after the other."""
        off, worked = _day(self.off_on), _day(self.worked_on)
        return [
            self._row(
                off, DayKind.DAY_OFF, f"nghỉ hoán đổi với ngày {worked:%d/%m/%Y}",
                f"day off in exchange for {worked:%d/%m/%Y}",
            ),
            self._row(
                worked, DayKind.WORKING_DAY, f"làm việc thay ngày {off:%d/%m/%Y}",
                f"worked in exchange for {off:%d/%m/%Y}",
            ),
        ]  # fmt: skip


class DaysOffForm(ChangeForm):
    """One day off or a run of them."""

    first = DateField(_l("Ngày nghỉ đầu tiên"), [InputRequired(_REQUIRED)])
    last = DateField(_l("Ngày nghỉ cuối cùng"), [Optional()])
    name_vi = StringField(_l("Dịp nghỉ"), [InputRequired(_REQUIRED), Length(max=200)])
    name_en = StringField(_l("Tên tiếng Anh"), [Optional(), Length(max=200)])

    def validate_last(self, field: DateField) -> None:
        """Refuse a run that ends before it begins or is longer than any holiday."""
        if self.first.data is None or field.data is None:
            return
        if not 0 <= (field.data - self.first.data).days < _LONGEST_RUN:
            field.errors = [*field.errors, _("Ngày cuối phải từ ngày đầu trở đi và không quá 31 ngày.")]

    def rows(self) -> Put:
        """Give every day of the run."""
        first = _day(self.first)
        last = self.last.data or first
        vi = _words(self.name_vi)
        en = _words(self.name_en) or vi
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return [self._row(day, DayKind.DAY_OFF, vi, en) for day in days]

    def validate(self, extra_validators: Mapping[str, object] | None = None) -> bool:
        """Whether it can be taken; what `validate_last` adds counts too."""
        return bool(super().validate(extra_validators)) and not self.last.errors


class RemovalForm(FlaskForm):
    """A day that is to be as in any week again."""

    day = DateField(_l("Ngày bỏ khỏi lịch"), [InputRequired(_REQUIRED)])

    def rows(self) -> Put:
        """It puts nothing into the calendar."""
        return []

    def removed(self) -> list[date]:
        """Give the one day."""
        return [_day(self.day)]


class ImportForm(FlaskForm):
    """A CSV file of days."""

    file = FileField(_l("Tệp CSV"), [FileRequired(_REQUIRED)])

    def rows(self) -> Put:
        """Read the file. Raises BadChange naming each line that cannot be read."""
        content = self.file.data.read(_LARGEST_FILE + 1)
        try:
            if len(content) > _LARGEST_FILE:
                raise ValueError("too large")
            text = content.decode("utf-8")
        except ValueError as error:
            raise BadChange([Problem(Fault.NOT_A_ROW, 1, detail="UTF-8, 1 MB")]) from error
        return list(read_csv(text))

    def removed(self) -> list[date]:
        """It removes nothing."""
        return []


FORMS: Mapping[str, Callable[[], SwapForm | DaysOffForm | RemovalForm | ImportForm]] = {
    "swap": SwapForm,
    "days-off": DaysOffForm,
    "removal": RemovalForm,
    "import": ImportForm,
}
"""The forms by the name that the address gives them."""

LABELS: Mapping[str, LazyString] = {
    "swap": _l("Hoán đổi ngày làm việc"),
    "days-off": _l("Thêm ngày nghỉ"),
    "removal": _l("Bỏ một ngày"),
    "import": _l("Nhập từ tệp"),
}
