"""The mail catcher as a process, spoken to by smtplib."""

from __future__ import annotations

import mailbox
import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from feedback.embedded.mailcatcher import LARGEST_MESSAGE, Catcher
from feedback.embedded.ports import free_port, listens
from tests.embedded.running import until


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    port, box = free_port(), tmp_path / "var" / "mailbox"
    process = subprocess.Popen([sys.executable, "-m", "feedback.embedded.mailcatcher", str(port), str(box)])
    try:
        assert until(lambda: listens(port))
        yield port, box
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_message_is_kept_as_it_was_sent(catcher: tuple[int, Path]) -> None:
    port, box = catcher
    message = EmailMessage(policy=default)
    message["From"] = "Hồi Âm <hoi-am@localhost>"
    message["To"] = "dan@example.vn"
    message["Subject"] = "Biên nhận phản ánh, kiến nghị"
    message["Message-ID"] = "<1.receipt@localhost>"
    message.set_content("Kính gửi ông/bà.")
    message.add_alternative("<p>Kính gửi ông/bà.</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(message, "hoi-am@localhost", ["dan@example.vn", "copy@example.vn"])
    (kept,) = [mailbox.MaildirMessage(found) for found in mailbox.Maildir(box)]
    assert kept["Message-ID"] == "<1.receipt@localhost>"
    assert kept["X-Envelope-To"] == "dan@example.vn, copy@example.vn"
    assert kept.get_payload()[0].get_payload(decode=True).decode().strip() == "Kính gửi ông/bà."


def test_a_message_beyond_the_limit_is_refused(catcher: tuple[int, Path]) -> None:
    port, box = catcher
    with (
        smtplib.SMTP("127.0.0.1", port, timeout=30) as client,
        pytest.raises(smtplib.SMTPResponseException) as told,
    ):
        client.sendmail("a@example.vn", ["b@example.vn"], b"x" * (LARGEST_MESSAGE + 1))
    assert told.value.smtp_code == 552
    assert len(mailbox.Maildir(box)) == 0


def test_the_oldest_messages_go_when_there_are_too_many(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "mailbox", create=True)
    for number in range(8):
        name = box.add(f"Subject: {number}\n\n")
        path = tmp_path / "mailbox" / "new" / name
        os.utime(path, (number, number))
    Catcher(tmp_path / "mailbox", most=5)
    left = sorted(message["Subject"] for message in mailbox.Maildir(tmp_path / "mailbox"))
    assert left == ["3", "4", "5", "6", "7"]
