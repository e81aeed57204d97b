"""What must hold of the cases at any moment between two transactions, each as a query for what breaks it.

For whoever doubts: fault tests, the simulation, an operator after a restore. Run in the worker's scope.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

# What the queries below build on: deadlines that run, and the states in which an agency has a case.
_WITH = """
    WITH running AS (SELECT * FROM deadlines WHERE superseded_at IS NULL AND met_at IS NULL),
         handled (state) AS (VALUES ('assigned'), ('in_progress'), ('awaiting_submitter'),
                                    ('awaiting_approval')),
         closed (state) AS (VALUES ('answered'), ('refused'), ('merged'), ('split'), ('withdrawn'))
"""

# Each query names rows that must not exist.
_OF_CLOCKS = {
    "an open case has no running citizen's deadline, or a closed one has": """
        SELECT c.id FROM cases c LEFT JOIN running d ON d.case_id = c.id AND d.clock = 'citizen'
        WHERE (c.closed_at IS NULL) <> (d.id IS NOT NULL)
            -- Nothing more is owed in public for a case that was closed when it was set apart.
            AND NOT (d.id IS NULL AND c.restricted_at IS NOT NULL
                     AND c.state_before_restriction IN (TABLE closed))""",
    "an agency's clock runs without the agency, or an agency has a case without it": """
        SELECT c.id FROM cases c LEFT JOIN running d ON d.case_id = c.id AND d.clock = 'agency'
        WHERE (c.state IN (TABLE handled)) <> (d.id IS NOT NULL) OR d.agency_id <> c.lead_agency_id""",
    "a case sorts by another date than its clocks say": """
        SELECT id FROM cases WHERE closed_at IS NULL AND due_on <> coalesce(agency_due_on, citizen_due_on)""",
    "a case's agency date is not that of its running clock": """
        SELECT c.id FROM cases c LEFT JOIN running d ON d.case_id = c.id AND d.clock = 'agency'
        WHERE c.closed_at IS NULL AND c.agency_due_on IS DISTINCT FROM d.due_on""",
    "a citizen's date differs between case, period and clock": """
        SELECT c.id FROM cases c JOIN periods p ON p.case_id = c.id AND p.number = c.period
        JOIN running d ON d.case_id = c.id AND d.clock = 'citizen'
        WHERE c.citizen_due_on <> d.due_on OR p.citizen_due_on <> d.due_on OR d.period <> c.period""",
    "a clock stands still and nobody is waited for": """
        SELECT c.id FROM cases c JOIN running d ON d.case_id = c.id AND d.paused_at IS NOT NULL
        WHERE c.state <> 'awaiting_submitter'""",
    "the clock of a state runs in another state": """
        SELECT c.id FROM cases c JOIN running d ON d.case_id = c.id AND d.clock = 'state'
        WHERE d.state <> c.state""",
    # A report of a crime that is set apart has its own two hours, to the police.
    "an urgent clock runs though the agency was contacted, or on a case that is not urgent": """
        SELECT c.id FROM cases c JOIN running d ON d.case_id = c.id AND d.clock = 'urgent'
        WHERE (c.contacted_at IS NOT NULL OR NOT c.urgent)
            AND (c.restricted_at IS NULL OR c.restricted_kind <> 'crime')""",
    "nobody is asked to contact the agency of an urgent case": """
        SELECT c.id FROM cases c LEFT JOIN running d ON d.case_id = c.id AND d.clock = 'urgent'
        WHERE c.urgent AND c.contacted_at IS NULL AND c.period = 1 AND d.id IS NULL
            AND (c.state IN (TABLE handled) OR c.state = 'triage')""",
    "versions of a clock are missing": """
        SELECT case_id, period, clock FROM deadlines GROUP BY case_id, period, clock
        HAVING count(*) <> max(version) OR min(version) <> 1""",
    "a day or a moment contradicts its due date": """
        SELECT id FROM deadlines WHERE due_at <= started_at OR due_on <>
            ((due_at - interval '1 microsecond') AT TIME ZONE 'Asia/Ho_Chi_Minh')::date""",
    "a citizen's date moved within a period though nothing but time passed": """
        SELECT d.case_id FROM deadlines d JOIN periods p ON p.case_id = d.case_id AND p.number = d.period
        WHERE d.clock = 'citizen' AND d.due_on <> p.citizen_due_on AND d.superseded_at IS NULL""",
}
_OF_PERIODS = {
    "a case lacks a period": """
        SELECT c.id FROM cases c LEFT JOIN periods p ON p.case_id = c.id
        GROUP BY c.id, c.period HAVING count(p.case_id) <> c.period""",
    "an earlier period is open, or a result is recorded without an end": """
        SELECT p.case_id FROM periods p JOIN cases c ON c.id = p.case_id
        WHERE (p.number < c.period AND p.ended_at IS NULL) OR (p.ended_at IS NULL) <> (p.on_time IS NULL)""",
    "an answered case has an open period, or an open case an ended one": """
        SELECT c.id FROM cases c JOIN periods p ON p.case_id = c.id AND p.number = c.period
        WHERE (c.state = 'answered' AND p.ended_at IS NULL)
            OR (c.state IN (TABLE handled) AND p.ended_at IS NOT NULL)""",
    "a period's result is not what its dates say": """
        SELECT case_id FROM periods
        WHERE on_time <> ((ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date <= citizen_due_on)""",
    "an answered case has no approved answer": """
        SELECT c.id FROM cases c WHERE c.state = 'answered' AND NOT EXISTS (
            SELECT FROM answers a
            WHERE a.case_id = c.id AND a.period = c.period AND a.status = 'approved')""",
}
_OF_HANDS = {
    "a case has not exactly the lead that its state asks for": """
        SELECT c.id FROM cases c LEFT JOIN assignments a
            ON a.case_id = c.id AND a.role = 'lead' AND a.ended_at IS NULL
        GROUP BY c.id HAVING count(a.id) <> (c.state IN (TABLE handled))::int""",
    "a case names another lead than its assignment": """
        SELECT c.id FROM cases c JOIN assignments a ON a.case_id = c.id AND a.role = 'lead'
            AND a.ended_at IS NULL WHERE a.agency_id IS DISTINCT FROM c.lead_agency_id""",
    "a case in triage or set apart is in an agency's hands": """
        SELECT id FROM cases WHERE state IN ('triage', 'restricted')
            AND (lead_agency_id IS NOT NULL OR officer_id IS NOT NULL OR co_agency_ids <> '{}')""",
    "a case went back and forth more often than it may": """
        SELECT id FROM cases WHERE send_backs > 2 OR transfers > 2""",
    "a submitter is waited for without a question, or asked while nobody waits": """
        SELECT c.id FROM cases c LEFT JOIN supplements s ON s.case_id = c.id
            AND s.replied_at IS NULL AND s.expired_at IS NULL
        WHERE (c.state = 'awaiting_submitter') <> (s.id IS NOT NULL)""",
    "approval is waited for without a draft, or a draft waits in another state": """
        SELECT c.id FROM cases c LEFT JOIN answers a ON a.case_id = c.id AND a.status = 'submitted'
        WHERE (c.state = 'awaiting_approval') <> (a.id IS NOT NULL)""",
    "an extension is asked for on a case that no agency has": """
        SELECT c.id FROM cases c JOIN extensions e ON e.case_id = c.id AND e.decision = 'pending'
        WHERE c.state NOT IN (TABLE handled)""",
    # Whoever withdraws or sets apart a case before its turn leaves the work: the worker passes over it.
    "a received case has no work to route it, or one that the worker routed still has": """
        SELECT c.id FROM cases c LEFT JOIN work w ON w.subject = c.id AND w.kind = 'route'
            AND w.done_at IS NULL
        WHERE (c.state = 'received' AND w.id IS NULL) OR EXISTS (
            SELECT FROM routing_decisions r WHERE r.case_id = c.id AND r.decided_by IS NULL
                AND r.decided_at >= w.created_at)""",
}
_OF_WAITING = {
    "an agency beside the lead has no assignment that runs, or one that the case does not name": """
        SELECT c.id FROM cases c LEFT JOIN assignments a
            ON a.case_id = c.id AND a.role = 'co' AND a.ended_at IS NULL
        GROUP BY c.id HAVING coalesce(array_agg(a.agency_id ORDER BY a.agency_id)
                FILTER (WHERE a.id IS NOT NULL), '{}') <> CASE WHEN c.state IN (TABLE handled)
            THEN ARRAY(SELECT beside FROM unnest(c.co_agency_ids) AS beside ORDER BY 1) ELSE '{}' END""",
    "a part is awaited of an agency that does not handle the case": """
        SELECT p.id FROM contributions p JOIN cases c ON c.id = p.case_id
        WHERE p.answered_at IS NULL AND p.ended_at IS NULL
            AND (c.state NOT IN (TABLE handled) OR p.agency_id <> ALL (c.co_agency_ids))""",
    "a reply is awaited of a body that does not lead the case": """
        SELECT r.id FROM relays r JOIN cases c ON c.id = r.case_id
        WHERE r.answered_at IS NULL AND r.ended_at IS NULL
            AND (c.state NOT IN (TABLE handled) OR r.agency_id IS DISTINCT FROM c.lead_agency_id)""",
    "a letter waits to be handed over and nobody can record it: its case was taken up again": """
        SELECT d.id FROM deliveries d JOIN cases c ON c.id = d.case_id JOIN answers a ON a.id = d.answer_id
        WHERE d.delivered_at IS NULL AND d.cancelled_at IS NULL AND (a.status <> 'approved'
            OR a.period < c.period
            OR c.state NOT IN ('answered', 'refused', 'merged', 'restricted', 'forwarded', 'guided'))""",
    "a proposal for the board waits of an answer that is not the last word": """
        SELECT p.id FROM publications p JOIN cases c ON c.id = p.case_id
        WHERE p.status IN ('awaiting_check', 'returned')
            AND (c.state <> 'answered' OR c.period <> p.period)""",
    "a refusal has no code, or a code no refusal": """
        SELECT id FROM cases WHERE (state = 'refused' AND refusal_code IS NULL) OR (refusal_code IS NOT NULL
            AND state NOT IN ('refused', 'restricted', 'forwarded', 'guided'))""",
    "a case stands on its own and belongs to another one all the same": """
        SELECT id FROM cases WHERE (merged_into_id IS NOT NULL OR follows_id IS NOT NULL)
            AND (state IN (TABLE handled) OR state IN ('triage', 'answered', 'refused', 'split'))""",
    "a merged case waits for one that will not be answered": """
        SELECT c.id FROM cases c JOIN cases m ON m.id = c.merged_into_id
        WHERE c.state = 'merged' AND c.answered_at IS NULL
            AND NOT (m.state IN (TABLE handled) OR m.state IN ('triage', 'answered', 'refused'))""",
    "a part that was put together again holds words": """
        SELECT c.id FROM cases c JOIN cases w ON w.id = c.split_from_id WHERE c.state = 'rejoined'
            AND (c.title, c.body, c.place_text) <> (w.reference, w.reference, '')""",
    "a notice waits for nobody": """
        SELECT m.id FROM messages m LEFT JOIN cases c ON c.id = m.case_id
        WHERE m.state = 'pending' AND NOT CASE split_part(m.recipient, ':', 1)
            WHEN 'submitter' THEN coalesce(c.reachable_by = 'email', false)
            WHEN 'desk' THEN true
            WHEN 'account' THEN EXISTS (SELECT FROM accounts a WHERE m.recipient = 'account:' || a.id)
            WHEN 'position' THEN EXISTS (SELECT FROM positions p WHERE m.recipient = 'position:' || p.id)
            WHEN 'unit' THEN EXISTS (SELECT FROM units u WHERE m.recipient = 'unit:' || u.id)
            ELSE EXISTS (
                SELECT FROM agencies a WHERE m.recipient IN ('agency:' || a.id, 'body:' || a.id)) END""",
}
_OF_SECRETS = {
    "a case is set apart and open to all, or listed and not set apart": """
        SELECT c.id FROM cases c WHERE (c.state IN ('restricted', 'forwarded', 'guided'))
                <> (c.restricted_at IS NOT NULL)
            OR (c.restricted_at IS NOT NULL) <> EXISTS (
                SELECT FROM restricted_accesses r WHERE r.case_id = c.id AND r.ended_at IS NULL)""",
    "something published may not be": """
        SELECT p.id FROM publications p JOIN cases c ON c.id = p.case_id WHERE p.status <> 'withdrawn'
            AND (c.restricted_at IS NOT NULL OR c.state_before_restriction IS NOT NULL
                 OR NOT c.consent_publish OR c.confidential
                 OR (p.status = 'published' AND p.checked_by IS NULL))""",
    "somebody in a conflict is on the list of a case": """
        SELECT r.id FROM restricted_accesses r JOIN restricted_conflicts x
            ON x.case_id = r.case_id AND x.account_id = r.account_id WHERE r.ended_at IS NULL""",
    "a notice of a case set apart waits for more people than its list has": """
        SELECT m.id FROM messages m JOIN cases c ON c.id = m.case_id
        WHERE c.restricted_at IS NOT NULL AND m.state = 'pending'
            AND split_part(m.recipient, ':', 1) IN ('desk', 'agency', 'unit', 'body')""",
    "a step of a case set apart reached the accused agency": """
        SELECT s.id FROM escalation_steps s JOIN cases c ON c.id = s.case_id
        JOIN positions p ON p.id = s.position_id JOIN deadlines d ON d.id = s.deadline_id
        WHERE c.restricted_at IS NOT NULL AND d.created_at >= c.restricted_at
            AND p.agency_id = c.accused_agency_id""",
    "a merged case names no main case, or one that is merged itself": """
        SELECT c.id FROM cases c LEFT JOIN cases m ON m.id = c.merged_into_id
        WHERE c.state = 'merged' AND (m.id IS NULL OR m.state = 'merged')""",
}
_OF_THE_TRAIL = {
    "a case begins with no event, or with two": """
        SELECT c.id, count(e.id) FROM cases c LEFT JOIN audit_events e ON e.case_id = c.id
            AND e.kind IN ('case.received', 'case.split_off')
        GROUP BY c.id HAVING count(e.id) <> 1""",
    "an event lies before the one before it": """
        SELECT stream FROM (SELECT stream, at, lag(at) OVER (PARTITION BY stream ORDER BY seq) AS before
            FROM audit_events WHERE case_id IS NOT NULL) AS trail WHERE at < before""",
    "a step stands open though its clock ended before the last night": """
        SELECT s.id FROM escalation_steps s JOIN deadlines d ON d.id = s.deadline_id
        WHERE s.settled_at IS NULL AND s.retracted_at IS NULL AND coalesce(d.met_at, d.superseded_at)
            < (SELECT max(as_of) FROM job_runs WHERE name = 'escalation' AND outcome = 'done')""",
    "a step that is recorded never reached a letter": """
        SELECT s.id FROM escalation_steps s WHERE s.digest_id IS NULL AND s.settled_at IS NULL
            AND s.retracted_at IS NULL AND s.step NOT LIKE '%uncontacted' AND s.recorded_at
            < (SELECT max(as_of) FROM job_runs WHERE name = 'escalation' AND outcome = 'done')""",
}

INVARIANTS: Mapping[str, str] = {
    **_OF_CLOCKS, **_OF_PERIODS, **_OF_HANDS, **_OF_WAITING, **_OF_SECRETS, **_OF_THE_TRAIL,
}  # fmt: skip
"""What would be wrong, and the query that finds it."""


def broken(session: Session) -> list[str]:
    """Give what is wrong, a line each with how many rows and the first of them; nothing, one hopes."""
    found = []
    for what, query in INVARIANTS.items():
        rows = session.execute(text(_WITH + query)).all()
        if rows:
            found.append(f"{what}: {len(rows)}, e.g. {tuple(str(value) for value in rows[0])}")
    return found
