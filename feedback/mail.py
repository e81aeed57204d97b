"""Mail: composing one message and handing messages to the SMTP server of the installation.

A message is text and HTML in one `EmailMessage`; a connection carries a batch. Errors are
told apart by who must act: `Refused` (this message will never be taken), `Deferred` (this
message later), `Unreachable` (no message now).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

TIMEOUT = 10.0
"""Seconds that the server may take for any one answer."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PERMANENT = 500
# Letters that end or break a header line in some reader: C0, C1, the Unicode line and paragraph ends, and
# halves of a surrogate pair, which no encoding takes.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ADDRESS = re.compile(r"\S+@\S+")


class _Subject(UniqueUnstructuredHeader):
    """A subject that keeps the spaces between its words.

    The folding of `email.policy` loses those that fall between two encoded words in some versions of Python
    (RFC 2047 section 6.2: readers drop them); the older `Header` puts them into a word.
    """

    name: str

    def fold(self, *, policy: Policy[Any]) -> str:
        """Give the header's lines, each of 76 letters at most where words allow it."""
        words = Header(str(self), header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {words}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)  # type: ignore[arg-type]  # the registry adds the base
_POLICY = SMTP.clone(header_factory=_HEADERS)


class MailError(Exception):
    """A message was not taken; the text is for staff and names no address."""


class Refused(MailError):
    """The server refuses this message or its recipient for good (SMTP 5xx)."""


class Deferred(MailError):
    """The server does not take this message now (SMTP 4xx)."""


class Unreachable(MailError):
    """The server cannot be reached, cut the connection, or refuses us as its client."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a message goes: an address, and the name shown with it."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The SMTP server, from FEEDBACK_SMTP_URL.

    ``smtps://`` speaks TLS from the start; ``smtp://`` asks for STARTTLS where the server
    offers it, and demands it before a password is sent, unless the server is this machine.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False

    @classmethod
    def from_url(cls, url: str) -> MailServer:
        """Read ``smtp://[user:password@]host[:port]`` or ``smtps://…``.

        The ports left out are 587 with a user, 25 without, 465 for ``smtps``. Raises ValueError.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("the mail server's address is smtp://host:port or smtps://host:port")
        tls = parts.scheme == "smtps"
        usual = 465 if tls else 587 if parts.username else 25
        return cls(
            host=parts.hostname,
            port=parts.port or usual,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls,
        )


def header_text(text: str) -> str:
    """Give `text` as one line that is safe in a header."""
    return " ".join(_UNSAFE.sub(" ", text).split())


def mailbox(text: str) -> Mailbox:
    """Read ``Name <address>``, the form of FEEDBACK_MAIL_FROM."""
    name, address = parseaddr(text)
    return Mailbox(address, name)


def _address(to: Mailbox) -> Address:
    """Give a mailbox as a header address. Raises Refused for what is none."""
    user, _, domain = header_text(to.address).rpartition("@")
    try:
        if not user or not domain:
            raise ValueError
        return Address(header_text(to.name), user, domain.encode("idna").decode())
    except (ValueError, MessageError, IndexError):
        raise Refused("the address is not one that mail can be sent to") from None


def compose(
    *,
    sender: Mailbox,
    to: Sequence[Mailbox],
    subject: str,
    text: str,
    html: str,
    message_id: str,
    at: datetime,
    locale: str,
) -> EmailMessage:
    """Compose a message with a text and an HTML form.

    message_id: ``name@host`` without brackets, the same at each attempt, by which a
    mailbox tells a repeated delivery. at: the moment of its Date (aware). locale: the
    language of both texts. Raises Refused when an address is none.
    """
    message = EmailMessage(policy=_POLICY)
    message["Subject"] = header_text(subject)
    message["From"] = _address(sender)
    message["To"] = [_address(mailbox) for mailbox in to]
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{header_text(message_id)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    # Set last: a header of this family set before would move into the first of the two forms.
    message["Content-Language"] = locale
    return message


class Connection:
    """An open conversation with the server, for one message after another, while it is `whole`."""

    def __init__(self, smtp: smtplib.SMTP) -> None:
        self._smtp = smtp
        self.whole = True

    def send(self, message: EmailMessage) -> int:
        """Hand over `message` and give how many of its recipients were refused.

        At least one recipient was taken when this returns. Raises Refused, Deferred or Unreachable.
        """
        try:
            return len(self._smtp.send_message(message))
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            reason = b"; ".join(text for _, text in error.recipients.values())
            raise _verdict(min(codes, default=_PERMANENT), reason) from None
        except smtplib.SMTPSenderRefused as error:
            # Our own address is at fault, not the message: somebody mends the settings.
            raise Deferred(_reason(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPDataError as error:
            raise _verdict(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPNotSupportedError:
            raise Refused("the mail server does not take letters other than ASCII in an address") from None
        except (smtplib.SMTPException, OSError) as error:
            self.whole = False
            raise Unreachable(_failure(error)) from None


def _reason(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {_ADDRESS.sub('<…>', header_text(words))}"[:300]


def _verdict(code: int, text: bytes | str) -> MailError:
    return (Refused if code >= _PERMANENT else Deferred)(_reason(code, text))


def _failure(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _reason(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {_ADDRESS.sub('<…>', header_text(str(error)))}"[:300]


def _login(smtp: smtplib.SMTP, server: MailServer) -> None:
    smtp.ehlo_or_helo_if_needed()
    if not server.tls and server.host not in _LOOPBACK:
        if smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        elif server.user:
            raise Unreachable("the mail server offers no encryption, so the password was not sent")
    if server.user:
        smtp.login(server.user, server.password)


@contextmanager
def connect(server: MailServer) -> Iterator[Connection]:
    """Open a conversation with `server` for the time of the block.

    Raises Unreachable when the server does not answer within TIMEOUT or refuses the login.
    """
    try:
        if server.tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(_failure(error)) from None
    try:
        try:
            _login(smtp, server)
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(_failure(error)) from None
        yield Connection(smtp)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()
