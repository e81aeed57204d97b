"""What must hold after any fault, once everything that waits was done (trust.md, "Invariants")."""

from __future__ import annotations

import mailbox
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from feedback.queries.administration.invariants import broken
from feedback.services import audit
from feedback.services.sealing import verify_seals

# Each query names rows that must not exist where cases were only sent and routed; what must never exist
# anywhere, feedback.queries.administration.invariants looks for.
_NONE_OF = {
    "a case was not routed": "SELECT id FROM cases WHERE state = 'received'",
    "a case has no routing decision, or two": """
        SELECT c.id, count(r.id) FROM cases c LEFT JOIN routing_decisions r ON r.case_id = c.id
        GROUP BY c.id HAVING count(r.id) <> 1""",
    "an assigned case has no lead, or two": """
        SELECT c.id, count(a.id) FROM cases c LEFT JOIN assignments a ON a.case_id = c.id AND a.role = 'lead'
        WHERE c.state = 'assigned' GROUP BY c.id HAVING count(a.id) <> 1""",
    "a case in triage has a lead": """
        SELECT c.id FROM cases c JOIN assignments a ON a.case_id = c.id WHERE c.state = 'triage'""",
    "a case has no citizen's deadline in a period, or two": """
        SELECT p.case_id, p.number, count(d.id) FROM periods p LEFT JOIN deadlines d
        ON d.case_id = p.case_id AND d.period = p.number AND d.clock = 'citizen'
        GROUP BY p.case_id, p.number HAVING count(d.id) <> 1""",
    "an assigned case has no agency's deadline, or two": """
        SELECT c.id, count(d.id) FROM cases c LEFT JOIN deadlines d ON d.case_id = c.id AND d.clock = 'agency'
        GROUP BY c.id, c.state HAVING count(d.id) <> (c.state = 'assigned')::int""",
    "a clock of a state was started twice": """
        SELECT case_id, period, state, count(*) FROM deadlines WHERE clock = 'state'
        GROUP BY case_id, period, state HAVING count(*) > 1""",
    "a case has no period": """
        SELECT id FROM cases c WHERE NOT EXISTS (SELECT FROM periods WHERE case_id = c.id)""",
    "a case has no submitter": """
        SELECT id FROM cases c WHERE NOT EXISTS (SELECT FROM submitters WHERE case_id = c.id)""",
    "work is open": "SELECT id, kind, attempts FROM work WHERE done_at IS NULL",
    "a case has work done twice, or none": """
        SELECT c.id, count(w.id) FROM cases c LEFT JOIN work w ON w.subject = c.id AND w.kind = 'route'
        GROUP BY c.id HAVING count(w.id) <> 1""",
    "a submitter has no receipt, or two": """
        SELECT c.id, count(m.id) FROM cases c LEFT JOIN messages m ON m.case_id = c.id AND m.kind = 'receipt'
        WHERE c.reachable_by = 'email' GROUP BY c.id HAVING count(m.id) <> 1""",
    "an agency was told twice": """
        SELECT case_id, kind, recipient, count(*) FROM messages WHERE case_id IS NOT NULL
        GROUP BY case_id, kind, recipient HAVING count(*) > 1""",
    "a message was not sent": "SELECT id, kind, state, last_error FROM messages WHERE state <> 'sent'",
    "an event is missing or double": """
        SELECT case_id, kind, count(*) FROM audit_events
        WHERE kind IN ('case.received', 'case.routed', 'case.to_triage')
        GROUP BY case_id, kind HAVING count(*) > 1""",
    "a step was recorded twice": """
        SELECT deadline_id, step, position_id FROM escalation_steps
        GROUP BY deadline_id, step, position_id HAVING count(*) > 1""",
}  # fmt: skip


@dataclass
class Findings:
    """What is wrong (nothing, one hopes), and the figures of what was looked at."""

    wrong: list[str] = field(default_factory=list)
    cases: int = 0
    messages: int = 0
    mails: int = 0
    repeated_mails: int = 0


def look_for_faults(
    session: Session, acknowledged: Collection[UUID], box: Path | None, most_repeated: int
) -> Findings:
    """Check every invariant, as the worker, after the queues were drained.

    acknowledged: the cases whose submitters were given a receipt. box: the Maildir of the mail
    catcher. most_repeated: how many mails may have come twice: one for each kill.
    """
    found = Findings()
    found.wrong += broken(session)
    for what, query in _NONE_OF.items():
        rows = session.execute(text(query)).all()
        if rows:
            found.wrong.append(f"{what}: {len(rows)}, e.g. {tuple(rows[0])}")
    cases = set(session.scalars(text("SELECT id FROM cases")))
    found.cases = len(cases)
    missing = set(acknowledged) - cases
    if missing:
        found.wrong.append(f"acknowledged and lost: {len(missing)}, e.g. {next(iter(missing))}")
    verified = audit.verify(session)
    if not verified.sound:
        found.wrong.append(f"the audit chain is broken: {verified.breaks[:3]}")
    if verify_seals(session):
        found.wrong.append(f"the seals are broken: {verify_seals(session)[:3]}")
    if box is not None:
        _look_into(box, session, found, most_repeated)
    return found


def _look_into(box: Path, session: Session, found: Findings, most_repeated: int) -> None:
    """Hold the mails that arrived against the message rows."""
    arrived = Counter(
        message["Message-ID"].strip("<>").partition("@")[0] for message in mailbox.Maildir(box, create=False)
    )
    sent = {str(number) for number in session.scalars(text("SELECT id FROM messages WHERE state = 'sent'"))}
    found.messages = len(sent)
    found.mails = sum(arrived.values())
    found.repeated_mails = found.mails - len(arrived)
    if sent - arrived.keys():
        found.wrong.append(f"sent, but not arrived: {len(sent - arrived.keys())}")
    if arrived.keys() - sent:
        found.wrong.append(f"arrived, but not marked as sent: {len(arrived.keys() - sent)}")
    if found.repeated_mails > most_repeated:
        found.wrong.append(
            f"{found.repeated_mails} mails came twice, more than {most_repeated} kills explain"
        )
