"""A trace in words: lines that staff can check, and one sentence for the person who waits."""

import datetime as dt
from typing import Literal

from feedback.domain.calendar import CalendarDay, DayStatus
from feedback.domain.duration import Duration, Unit
from feedback.domain.explain_words import (
    CAVEAT_ROW,
    CAVEAT_YEAR,
    EVENTS,
    LINES,
    MONTHS_EN,
    PLAIN,
    PLAIN_EVENTS,
    STATUSES,
    UNITS,
    UNITS_ONE,
    WEEKDAYS,
)
from feedback.domain.terms import StartEvent
from feedback.domain.trace import COUNTING_BASIS, RestRun, Trace

Locale = Literal["vi", "en"]


def explain(trace: Trace, locale: Locale = "vi") -> list[str]:
    """The lines of a computation in its order: start, term, what was not counted and why, end, caveats."""
    words = LINES[locale]
    lines = [
        words["start"].format(event=EVENTS[locale][trace.event], moment=_moment(trace.started_at, locale)),
        _term_line(trace, locale),
    ]
    if trace.weekdays:
        days = ", ".join(WEEKDAYS[locale][weekday] for weekday in trace.weekdays)
        lines.append(words["week"].format(days=days))
    if trace.first_counted is None:
        lines.append(words["at_once"])
    elif trace.stretches:
        lines.append(words["stretches"].format(parts="; ".join(_stretches(trace, locale))))
    else:
        lines.append(words["first"].format(day=_day(trace.first_counted, locale)))
    if trace.nominal_last is not None:
        lines.append(words["nominal"].format(day=_day(trace.nominal_last, locale)))
    lines += _skipped_lines(trace, locale)
    lines += [
        words["worked"].format(day=_day(row.date, locale), why=_row(row, locale)) for row in trace.worked
    ]
    if trace.fixed_on is not None:
        granted = "fixed" if trace.fixed_on == trace.due_on else "fixed_moved"
        lines.append(words[granted].format(day=_day(trace.fixed_on, locale)))
    lines.append(_last_line(trace, locale))
    lines.append(words["basis"].format(basis=COUNTING_BASIS))
    return lines + _caveats(trace, locale)


def explain_plain(trace: Trace, locale: Locale = "vi") -> str:
    """One sentence for the person who waits: from when, which holidays lie between, by when at the latest."""
    words = PLAIN[locale]
    start = PLAIN_EVENTS[locale].get(trace.event, PLAIN_EVENTS[locale][None])
    text = start.format(moment=_plain_moment(trace.started_at, locale))
    granted = trace.fixed_on is not None
    kind = "granted" if granted else "left" if trace.event is StartEvent.RESUMPTION else "term"
    text += words[kind].format(duration=duration_words(trace.duration, locale))
    holidays = [run for run in trace.skipped if run.rows and not granted]
    if trace.nominal_last is not None:
        text += words["rolled"].format(day=_day(trace.nominal_last, locale))
    if holidays:
        notes = "; ".join(_plain_run(run, trace, locale) for run in holidays)
        text += words["holidays"].format(notes=notes)
    if trace.duration.unit in (Unit.WALL_HOURS, Unit.WORKING_HOURS):
        text += words["by_moment"].format(moment=_plain_moment(trace.due_at, locale))
    else:
        text += words["by_day"].format(day=_day(trace.due_on, locale))
    return text + (words["forecast"] if trace.is_forecast else "") + "."


def duration_words(duration: Duration, locale: Locale = "vi") -> str:
    """``15wd`` as "15 ngày làm việc" or "15 working days"."""
    units = UNITS_ONE if duration.amount == 1 else UNITS
    return f"{duration.amount} {units[locale][duration.unit]}"


def _term_line(trace: Trace, locale: Locale) -> str:
    kind = "left" if trace.event is StartEvent.RESUMPTION else "term"
    line = LINES[locale][kind].format(duration=duration_words(trace.duration, locale))
    name = trace.name_vi if locale == "vi" else trace.name_en
    if name:
        line += f": {name}"
    return line + (f" ({trace.basis})." if trace.basis else ".")


def _last_line(trace: Trace, locale: Locale) -> str:
    words = LINES[locale]
    match trace.duration.unit:
        case Unit.WORKING_DAYS:
            return words["last_wd"].format(n=trace.duration.amount, day=_day(trace.due_on, locale))
        case Unit.DAYS:
            return words["last_d"].format(day=_day(trace.due_on, locale))
        case Unit.WALL_HOURS | Unit.WORKING_HOURS:
            return words["last_h"].format(moment=_moment(trace.due_at, locale))


def _skipped_lines(trace: Trace, locale: Locale) -> list[str]:
    """A line for each run with a holiday in it, and one for all the plain weekends together."""
    words = LINES[locale]
    holiday, weekend = ("holiday", "weekends") if trace.nominal_last is None else ("rolled", "rolled_weekend")
    lines = [
        words[holiday].format(days=_run(run, trace, locale), why=_rows(run.rows, locale))
        for run in trace.skipped
        if run.rows
    ]
    weekends = [_run(run, trace, locale) for run in trace.skipped if not run.rows]
    return lines + ([words[weekend].format(days=", ".join(weekends))] if weekends else [])


def _caveats(trace: Trace, locale: Locale) -> list[str]:
    lines = [CAVEAT_YEAR[locale].format(year=year) for year in trace.unofficial_years]
    for row in trace.unofficial_rows:
        status = STATUSES[locale][row.status is DayStatus.PROPOSED]
        lines.append(
            CAVEAT_ROW[locale].format(day=_day(row.date, locale), status=status, why=_row(row, locale))
        )
    return lines


def _plain_run(run: RestRun, trace: Trace, locale: Locale) -> str:
    names = list(dict.fromkeys(_name(row, locale) for row in run.rows))
    sources = list(dict.fromkeys(_short_source(row.source) for row in run.rows))
    words = PLAIN[locale]
    days = _run(run, trace, locale)
    return words["run"].format(names=", ".join(names), days=days, sources=", ".join(sources))


def _short_source(source: str) -> str:
    """The first document cited, without its date: enough to look it up."""
    return source.split(";")[0].split(" (")[0].split(":")[0].strip()


def _rows(rows: tuple[CalendarDay, ...], locale: Locale) -> str:
    return "; ".join(dict.fromkeys(_row(row, locale) for row in rows))


def _row(row: CalendarDay, locale: Locale) -> str:
    return f"{_name(row, locale)}, {row.source}"


def _name(row: CalendarDay, locale: Locale) -> str:
    name = row.name_vi if locale == "vi" else row.name_en
    return name or LINES[locale]["holiday_name" if row.kind == "day_off" else "worked_name"]


def _stretches(trace: Trace, locale: Locale) -> list[str]:
    return [f"{_short(part.begin, locale)} {part.begin:%H:%M}–{part.end:%H:%M}" for part in trace.stretches]


def _run(run: RestRun, trace: Trace, locale: Locale) -> str:
    """A run as "14–22/02", "14–22 Feb"; the year is said where it is not that of the due date."""
    year = run.last.year != trace.due_on.year
    if run.first == run.last:
        return _short(run.first, locale, year=year)
    if run.first.year != run.last.year:
        return f"{_short(run.first, locale, year=True)}–{_short(run.last, locale, year=True)}"
    day = f"{run.first:%d}" if locale == "vi" else str(run.first.day)
    begin = day if run.first.month == run.last.month else _short(run.first, locale)
    return f"{begin}–{_short(run.last, locale, year=year)}"


def _short(day: dt.date, locale: Locale, *, year: bool = False) -> str:
    if locale == "vi":
        return f"{day:%d/%m/%Y}" if year else f"{day:%d/%m}"
    return f"{day.day} {MONTHS_EN[day.month - 1]}" + (f" {day.year}" if year else "")


def _day(day: dt.date, locale: Locale) -> str:
    comma = "" if locale == "vi" else ","
    return f"{WEEKDAYS[locale][day.weekday()]}{comma} {_short(day, locale, year=True)}"


def _plain_moment(moment: dt.datetime, locale: Locale) -> str:
    words, day = PLAIN[locale], _day(moment.date(), locale)
    if moment.time() == dt.time():
        return words["on"].format(day=day)
    return words["at"].format(time=f"{moment:%H:%M}", day=day)


def _moment(moment: dt.datetime, locale: Locale) -> str:
    """Day and time; midnight is left out, since it stands for a start given as a date alone."""
    time = "" if moment.time() == dt.time() else f" {moment:%H:%M}"
    return _day(moment.date(), locale) + time
