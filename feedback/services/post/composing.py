"""From a message row to a letter: who it goes to today, what it says, in whose language."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.orm import Session

from feedback import mail
from feedback.domain.calendar import local_date
from feedback.domain.notices import NoticeKind
from feedback.models import Agency, Case, Message
from feedback.queries.mail_facts import case_facts, digest_facts, links, office_name
from feedback.queries.night.recipients import Person, addressees
from feedback.queries.notifications import digest_lines
from feedback.services.post.mail_text import render
from feedback.services.post.still_so import is_over
from feedback.services.post.telling import wanting_mail


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


def compose(session: Session, post: Post, row: Message, now: datetime) -> EmailMessage:
    """Write the letter of a message row to whoever is behind its recipient at `now`.

    Raises Nobody, mail.Refused for an address that is none, jinja2.TemplateError for a text that
    cannot be rendered.
    """
    case = None if row.case_id is None else session.get(Case, row.case_id)
    if case is not None and is_over(session, row, case):
        raise Nobody("what it tells of is no longer so")
    people = addressees(session, row.recipient, case, local_date(now))
    if not people:
        raise Nobody("nobody with an e-mail address answers to this recipient")
    people = wanting_mail(session, row, people)
    if not people:
        raise Nobody("whom it is for chose to be told without this mail")
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
    if row.kind == NoticeKind.STAFF_DIGEST:
        lines = digest_lines(session, UUID(params["digest"]), people[0].account_id or 0)
        if not lines:
            raise Nobody("everything in the digest was read meanwhile")
        context["lines"] = lines
        context["on"] = local_date(now)
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
    of_body = recipient.startswith(("agency:", "body:"))
    if len(people) == 1 and (people[0].account_id is not None or not of_body):
        return {"name": people[0].name, "body": False}
    agency = session.get(Agency, int(recipient.partition(":")[2])) if of_body else None
    return {"name": "" if agency is None else agency.name_vi, "body": agency is not None}
