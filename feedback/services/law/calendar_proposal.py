"""A computed proposal for a year's days off, before the Government has decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import holidays

from feedback.domain.calendar import MONDAY_TO_FRIDAY, CalendarDay, DayKind, DayStatus

SOURCE = "BLLĐ Đ.111-112; NQ 28/2026/QH16 (tính sẵn, chưa có quyết định)"
_CHOSEN = ("Tết Nguyên Đán", "29 Tết", "Mùng", "Quốc khánh", "thay cho")
"""Holidays of which a decision chooses the days each year; all others follow from the law alone."""


def propose(year: int, known: Iterable[CalendarDay] = ()) -> list[CalendarDay]:
    """Give the days off of a year as the law and the lunar calendar let expect them, in order.

    known: rows that stand already, or that somebody sets against the computation: their dates are left
    to them, and a day off that they move (a swap) is not proposed twice. Days of Tết and of the National
    Day, which a decision chooses, are ``proposed``; the others ``computed``. Rest days are left out:
    nobody works on them anyway. Raises ValueError for a year before 2000 or after 2100.
    """
    if not 2000 <= year <= 2100:
        raise ValueError(f"no proposal for {year}: the years are 2000 to 2100")
    taken = {row.date for row in known}
    vietnamese = holidays.country_holidays("VN", years=year, language="vi")
    english = holidays.country_holidays("VN", years=year, language="en_US")
    return [
        _row(day, vietnamese[day], english[day])
        for day in sorted(vietnamese)
        if day.weekday() in MONDAY_TO_FRIDAY and day not in taken
    ]


def _row(day: date, name_vi: str, name_en: str) -> CalendarDay:
    chosen = any(word in name_vi for word in _CHOSEN)
    status = DayStatus.PROPOSED if chosen else DayStatus.COMPUTED
    return CalendarDay(day, DayKind.DAY_OFF, status, SOURCE, name_vi, name_en)
