"""A mail server for tests: keeps what it takes, and refuses, delays or hangs up as a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller

from feedback.embedded.ports import free_port
from feedback.services.post.composing import Post

YES = "250 2.0.0 taken"


@dataclass
class PostOffice:
    """`taken` holds the messages with their envelope's recipients; `verdict` answers to an address."""

    post: Post
    taken: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    verdict: Callable[[str], str] = lambda _: YES
    at_data: Callable[[EmailMessage], str] = lambda _: YES

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self.verdict(address)
        if answer == YES:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = cast("EmailMessage", message_from_bytes(envelope.content, policy=policy.default))
        answer = self.at_data(message)
        if answer == YES:
            self.taken.append((list(envelope.rcpt_tos), message))
        if answer == "cut":
            server.transport.abort()
        return answer

    @property
    def messages(self) -> list[EmailMessage]:
        return [message for _, message in self.taken]


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Open a mail server on the loopback address for the time of the block."""
    port = free_port()
    office = PostOffice(
        Post.of(f"smtp://127.0.0.1:{port}", "Hồi Âm <hoi-am@lamdong.example>", "https://hoi-am.example")
    )
    controller = Controller(office, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def body(message: EmailMessage, subtype: str = "plain") -> str:
    """The text of a message in one of its forms."""
    part = message.get_body((subtype,))
    assert part is not None
    return cast("str", part.get_content())
