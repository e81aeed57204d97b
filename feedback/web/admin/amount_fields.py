"""Form fields for a length of time and for a distance from a due date: a number beside words to choose.

The rows hold codes (``15wd``, ``-3wd``; `feedback.domain.duration`, `feedback.domain.ladder`), and so do the
files that are imported and exported. A person never reads or types one: each field sends its controls under
one name, the number first, and gives the code as its ``data``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import ValidationError

from feedback.domain.duration import MOST, Duration, Unit
from feedback.domain.ladder import Offset
from feedback.web.admin.words import duration_meaning, offset_meaning

_UNITS: dict[Unit, LazyString] = {
    Unit.WORKING_DAYS: _l("ngày làm việc"),
    Unit.DAYS: _l("ngày (cả ngày nghỉ)"),
    Unit.WORKING_HOURS: _l("giờ làm việc"),
    Unit.WALL_HOURS: _l("giờ (cả đêm và ngày nghỉ)"),
}
_SIDES = {"-": _l("trước hạn"), "+": _l("sau hạn")}
_MOST_SHOWN = "10.000"
_LONGEST_NUMBER = 10


class LengthField(Field):
    """A length of time of at least one unit.

    ``data`` is its code, or empty. ``number`` and ``unit`` are what the controls show: what was typed, also
    where it is wrong.
    """

    number = ""
    unit: str = Unit.WORKING_DAYS
    least = 1
    offered = tuple(_UNITS)
    explained = staticmethod(duration_meaning)

    @property
    def units(self) -> list[tuple[str, str]]:
        """The units to choose from: code and words."""
        return [(str(unit), str(_UNITS[unit])) for unit in self.offered]

    @property
    def meaning(self) -> str:
        """What the value means, as a sentence; empty while there is no right value."""
        return self.explained(self.data) if self.data and not self.errors else ""

    def process_data(self, value: Any) -> None:
        """Show the value of a row."""
        self.data = value or ""
        if self.data:
            length = Duration.parse(self.data)
            self.number, self.unit = str(length.amount), length.unit

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the controls; what is wrong is told, and stays as it was typed."""
        if not valuelist:
            return
        self.data = ""
        self.number = str(valuelist[0]).strip()[:_LONGEST_NUMBER]
        chosen = str(valuelist[1]) if len(valuelist) > 1 else ""
        if chosen not in dict(self.units):
            raise ValidationError(str(_("Hãy chọn đơn vị.")))
        self.unit = chosen
        if self.number:
            self.data = f"{self._whole()}{self.unit}"

    def _whole(self) -> int:
        plain = self.number.isascii() and self.number.isdigit()
        if not plain or not self.least <= int(self.number) <= MOST:
            raise ValidationError(
                str(_("Hãy ghi một số nguyên từ %(a)s đến %(b)s.", a=self.least, b=_MOST_SHOWN))
            )
        return int(self.number)


class OffsetField(LengthField):
    """A distance from the due date: how much of what, before or after it. Nought is the due date itself."""

    least = 0
    offered = (Unit.WORKING_DAYS, Unit.WALL_HOURS)
    explained = staticmethod(offset_meaning)
    side = "+"
    sides: Sequence[tuple[str, LazyString]] = tuple(_SIDES.items())

    def process_data(self, value: Any) -> None:
        """Show the value of a row."""
        self.data = value or ""
        if self.data:
            offset = Offset.parse(self.data)
            self.number, self.unit = str(abs(offset.amount)), offset.unit
            self.side = "-" if offset.amount < 0 else "+"

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the controls: number, unit, side."""
        if not valuelist:
            return
        chosen = str(valuelist[2]) if len(valuelist) > 2 else ""
        if chosen in _SIDES:
            self.side = chosen
        super().process_formdata(valuelist)
        if chosen not in _SIDES:
            self.data = ""
            raise ValidationError(str(_("Hãy chọn trước hay sau hạn.")))
        if self.data:
            self.data = str(Offset.parse(f"{self.side}{self.data}"))
