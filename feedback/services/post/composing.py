"""From a message row to a letter: who it goes to today, what it says, in whose language."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from feedback import mail
from feedback.domain.calendar import local_date
from feedback.domain.notices import NoticeKind
from feedback.models import Agency, Case, Contribution, Message
from feedback.queries.mail_facts import case_facts, digest_facts, links, office_name
from feedback.queries.night.recipients import Person, addressees
from feedback.services.post.mail_text import render


@dataclass(frozen=True, slots=True)
class Post:
    """How letters leave this installation: the server, the sender, the address that links begin with."""

    server: mail.MailServer
    sender: mail.Mailbox
    base_url: str

    @classmethod
    def of(cls, smtp_url: str, mail_from: str, base_url: str) -> Post:
        """Read the settings of the same names. Raises ValueError for an unusable server address."""
        return cls(mail.MailServer.from_url(smtp_url), mail.mailbox(mail_from), base_url)

    @property
    def host(self) -> str:
        """The name after the @ of a Message-ID: the site's own."""
        return urlsplit(self.base_url).hostname or "localhost"


class Nobody(Exception):
    """There is nobody to tell, or nothing any more to tell them; the text says why, for staff."""


def _is_over(session: Session, row: Message, case: Case) -> bool:
    """Tell whether a notice that was held tells of what no longer holds: the case went on, the part came."""
    if row.not_before <= row.created_at:
        return False
    if row.kind == NoticeKind.ASSIGNED_AGENCY:
        # Withdrawn or closed within the minutes it was held: the agency hears that, and not that it has it.
        have_it = {case.lead_agency_id, *case.co_agency_ids}
        return case.closed_at is not None or row.recipient not in {
            f"agency:{agency_id}" for agency_id in have_it
        }
    if row.kind == NoticeKind.CONTRIBUTION_DUE:
        return case.closed_at is not None or not _part_awaited(session, row, case)
    return row.kind == NoticeKind.MERGED and case.merged_into_id is None


def _part_awaited(session: Session, row: Message, case: Case) -> bool:
    """Tell whether the agency that a reminder goes to still owes its part."""
    awaited = (
        Contribution.case_id == case.id,
        Contribution.agency_id == int(row.recipient.partition(":")[2]),
        Contribution.answered_at.is_(None),
        Contribution.ended_at.is_(None),
    )
    return bool(session.scalar(select(exists().where(*awaited))))


def compose(session: Session, post: Post, row: Message, now: datetime) -> EmailMessage:
    """Write the letter of a message row to whoever is behind its recipient at `now`.

    Raises Nobody, mail.Refused for an address that is none, jinja2.TemplateError for a text that
    cannot be rendered.
    """
    case = None if row.case_id is None else session.get(Case, row.case_id)
    if case is not None and _is_over(session, row, case):
        raise Nobody("what it tells of is no longer so")
    people = addressees(session, row.recipient, case, local_date(now))
    if not people:
        raise Nobody("nobody with an e-mail address answers to this recipient")
    locale = (people[0].locale if len(people) == 1 else None) or row.locale
    params = json.loads(row.params)
    context: dict[str, object] = {
        "case": None if case is None else case_facts(session, case, locale),
        "params": params,
        "person": _greeting(session, row.recipient, people),
        "links": links(post.base_url, case),
        "province": office_name(session, locale),
    }
    if row.kind == NoticeKind.ESCALATION_DIGEST:
        digest = digest_facts(session, UUID(params["digest"]), people[0].account_id, locale)
        if not digest.total:
            raise Nobody("nothing in the digest is for who answers in the position today")
        context["digest"] = digest
    letter = render(row.kind, locale, context)
    return mail.compose(
        sender=post.sender,
        to=[mail.Mailbox(person.email, person.name) for person in people],
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=f"{row.id}@{post.host}",
        at=now,
        locale=locale,
    )


def _greeting(session: Session, recipient: str, people: Sequence[Person]) -> dict[str, object]:
    """Give whom the letter greets: one person by name, a mailbox or several people as their agency."""
    if len(people) == 1 and (people[0].account_id is not None or not recipient.startswith("agency:")):
        return {"name": people[0].name, "body": False}
    agency = (
        session.get(Agency, int(recipient.partition(":")[2])) if recipient.startswith("agency:") else None
    )
    return {"name": "" if agency is None else agency.name_vi, "body": agency is not None}
