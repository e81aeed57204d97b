"""The results "on time" and "late", counted once more from raw rows by SQL alone.

Nothing here reads what the product concluded (periods, deadlines): a period begins with a submission or with
the event of a reopening, ends with the event of an answer, and its date is counted out on the days of the
calendar. So the two ways check each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

WORKING_DAYS = 15
"""Days of the term "answer" (766/QĐ-TTg), by which the periods are counted out."""

# `worked` numbers the working days; the n-th after a day has the number of that day plus n. A case that was
# refused and whose duplicates were told so was answered to nobody: only an answer's event ends a period.
_RECOUNTED = """
    WITH worked AS (
        SELECT day, sum(works::int) OVER (ORDER BY day) AS rank, works FROM (
            SELECT g.day::date AS day,
                   CASE WHEN c.kind IS NULL THEN extract(isodow FROM g.day) < 6
                        ELSE c.kind = 'working_day' END AS works
            FROM generate_series(
                     (SELECT min(received_at) FROM cases) - interval '40 days',
                     (SELECT max(received_at) FROM cases) + interval '400 days', interval '1 day') AS g (day)
            LEFT JOIN calendar_days c ON c.date = g.day::date AND c.superseded_at IS NULL) AS days),
    begun AS (
        SELECT id AS case_id, 1 AS number, received_at AS at FROM cases
        UNION ALL
        SELECT case_id, 1 + row_number() OVER (PARTITION BY case_id ORDER BY seq), at
        FROM audit_events WHERE kind = 'case.reopened'),
    ended AS (
        SELECT case_id, at FROM audit_events WHERE kind = 'case.answer_approved'
        UNION ALL
        SELECT s.case_id, s.at FROM audit_events s
        WHERE s.kind = 'case.answer_shared' AND (
            SELECT m.kind FROM audit_events m
            WHERE m.stream = 'case:' || (s.payload::json ->> 'main') AND m.at <= s.at
              AND m.kind IN ('case.answer_approved', 'case.refused')
            ORDER BY m.seq DESC LIMIT 1) = 'case.answer_approved'),
    ran AS (
        SELECT b.case_id, b.number, b.at, min(e.at) AS ended_at
        FROM (SELECT *, lead(at) OVER (PARTITION BY case_id ORDER BY number) AS next FROM begun) AS b
        LEFT JOIN ended e ON e.case_id = b.case_id AND e.at >= b.at AND e.at < coalesce(b.next, 'infinity')
        GROUP BY b.case_id, b.number, b.at),
    counted AS (
        SELECT r.case_id, r.number, r.ended_at, w.day AS due_on
        FROM ran r
        JOIN worked f ON f.day = (r.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        JOIN worked w ON w.works AND w.rank = f.rank + :days),
    recounted AS (
        SELECT *, (ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= due_on AS on_time FROM counted)
"""
_DIFFERENT = """
    SELECT coalesce(r.case_id, p.case_id) AS case_id, coalesce(r.number, p.number) AS number,
           r.due_on AS recounted_due_on, p.citizen_due_on, r.on_time AS recounted_on_time, p.on_time
    FROM recounted r FULL JOIN periods p ON p.case_id = r.case_id AND p.number = r.number
    WHERE r.case_id IS NULL OR p.case_id IS NULL OR r.due_on <> p.citizen_due_on
       OR r.on_time IS DISTINCT FROM p.on_time
    ORDER BY 1, 2
    """
_TALLIES = """
    SELECT c.lead_agency_id AS agency_id,
           count(*) FILTER (WHERE r.on_time AND r.ended_at >= :since) AS on_time,
           count(*) FILTER (WHERE NOT r.on_time AND r.ended_at >= :since) AS late,
           count(*) FILTER (WHERE r.ended_at IS NULL AND c.closed_at IS NULL AND r.due_on < :today) AS overdue
    FROM recounted r JOIN cases c ON c.id = r.case_id
    WHERE c.restricted_at IS NULL AND c.state NOT IN ('split', 'rejoined')
    GROUP BY c.lead_agency_id
    """

# Every date that counts working days, by the week that the agency whose clock it is works.
_MISCOUNTED = """
    WITH names (name, number) AS (
        VALUES ('mon', 1), ('tue', 2), ('wed', 3), ('thu', 4), ('fri', 5), ('sat', 6), ('sun', 7)),
    weeks (week) AS (SELECT working_weekdays FROM office_schedules UNION SELECT 'mon-fri'),
    parts AS (
        SELECT week, split_part(trim(part), '-', 1) AS first,
               coalesce(nullif(split_part(trim(part), '-', 2), ''), trim(part)) AS last
        FROM weeks CROSS JOIN LATERAL string_to_table(week, ';') AS part),
    weekdays AS (
        SELECT p.week, n.number FROM parts p JOIN names f ON f.name = p.first JOIN names l ON l.name = p.last
        JOIN names n ON n.number BETWEEN f.number AND l.number),
    worked AS (
        SELECT week, day, works, sum(works::int) OVER (PARTITION BY week ORDER BY day) AS rank FROM (
            SELECT w.week, g.day::date AS day,
                   CASE WHEN c.kind IS NULL
                        THEN (w.week, extract(isodow FROM g.day)::int) IN (SELECT week, number FROM weekdays)
                        ELSE c.kind = 'working_day' END AS works
            FROM weeks w CROSS JOIN generate_series(
                (SELECT min(started_at) FROM deadlines) - interval '40 days',
                (SELECT max(started_at) FROM deadlines) + interval '400 days', interval '1 day') AS g (day)
            LEFT JOIN calendar_days c ON c.date = g.day::date AND c.superseded_at IS NULL) AS days),
    asked AS (
        SELECT id, case_id, clock, agency_id, due_on, substring(duration FROM '^[0-9]+')::int AS days,
               (started_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS began_on
        FROM deadlines WHERE duration LIKE '%wd' AND fixed_on IS NULL AND superseded_at IS NULL),
    of_week AS (
        SELECT a.*, coalesce((
            SELECT o.working_weekdays FROM office_schedules o
            WHERE a.clock = 'agency' AND o.agency_id = a.agency_id AND o.valid_from <= a.began_on
              AND (o.valid_to IS NULL OR o.valid_to >= a.began_on)
            ORDER BY o.valid_from DESC LIMIT 1), 'mon-fri') AS week
        FROM asked a)
    SELECT o.case_id, o.clock, o.agency_id, o.week, o.began_on, o.days, o.due_on, w.day AS recounted
    FROM of_week o
    JOIN worked f ON f.week = o.week AND f.day = o.began_on
    LEFT JOIN worked w ON w.week = o.week AND w.works AND w.rank = f.rank + o.days
    WHERE w.day IS DISTINCT FROM o.due_on
    ORDER BY o.case_id, o.clock
"""


def different(session: Session) -> Sequence[Row[Any]]:
    """Give the periods whose recorded date or result is not the recounted one."""
    return session.execute(text(_RECOUNTED + _DIFFERENT), {"days": WORKING_DAYS}).all()


def tallies(session: Session, since: object, today: object) -> dict[int | None, tuple[int, int, int]]:
    """Give on time, late and overdue by the agency that leads, as `queries.statistics` counts them.

    since: the moment (aware) from which ends count. today: the Vietnamese date; open ones due before it are
    overdue.
    """
    rows = session.execute(
        text(_RECOUNTED + _TALLIES), {"days": WORKING_DAYS, "since": since, "today": today}
    )
    return {row.agency_id: (row.on_time, row.late, row.overdue) for row in rows}


def miscounted(session: Session) -> Sequence[Row[Any]]:
    """Give the running and met dates in working days that a count on the agency's own days contradicts.

    Dates that somebody promised (extensions) are left out, and so is, where the calendar was changed, what
    was closed before: it keeps the date it was closed with and shows here.
    """
    return session.execute(text(_MISCOUNTED)).all()
