"""A mail server for the demonstration that keeps every message and delivers none.

``python -m feedback.embedded.mailcatcher PORT FOLDER`` listens on the loopback address
and files what it receives into a Maildir, which /demo/mail shows. Old messages go when
there are more than `MOST_MESSAGES`.
"""

from __future__ import annotations

import asyncio
import contextlib
import mailbox
import os
import signal
import sys
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
LARGEST_MESSAGE = 10_000_000
MOST_MESSAGES = 10_000
_TIDY_EVERY = 500


class Catcher:
    """Files each message into `folder`, with the envelope's addresses in headers of its own."""

    def __init__(self, folder: Path, most: int = MOST_MESSAGES) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._box = mailbox.Maildir(folder, create=True)
        self._most = most
        self._since = 0
        self._tidy()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one message; aiosmtpd calls it by this name when the text has come."""
        content = envelope.original_content or b""
        message = mailbox.MaildirMessage(message_from_bytes(content))
        message["X-Envelope-From"] = envelope.mail_from or ""
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        try:
            self._box.add(message)
        except OSError as error:
            sys.stderr.write(f"A message could not be kept: {error}\n")
            return "452 4.3.1 The message could not be kept; try again later"
        self._since += 1
        if self._since >= _TIDY_EVERY:
            self._tidy()
        return "250 2.0.0 Kept"

    def _tidy(self) -> None:
        """Remove the oldest messages beyond the limit."""
        self._since = 0
        found = [entry for name in ("new", "cur") for entry in os.scandir(self._folder / name)]
        found.sort(key=lambda entry: entry.stat().st_mtime)
        for entry in found[: max(0, len(found) - self._most)]:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(entry.path)


async def serve(port: int, catcher: Catcher, stop: asyncio.Event) -> None:
    """Receive mail on the loopback `port` until `stop` is set."""
    loop = asyncio.get_running_loop()

    def connection() -> SMTP:
        return SMTP(catcher, data_size_limit=LARGEST_MESSAGE, enable_SMTPUTF8=True, hostname="localhost")

    server = await loop.create_server(connection, HOST, port)
    async with server:
        await stop.wait()


async def _main(port: int, folder: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await serve(port, Catcher(folder), stop)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), Path(sys.argv[2])))
