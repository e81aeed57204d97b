"""The last words of a good start: the address, who can log in, and what to look at."""

from __future__ import annotations

import json
from pathlib import Path

from feedback.embedded.instance import LOGINS

_RULE = "─" * 78


def panel(address: str, var: Path, mail_shown: bool) -> str:
    """The text for the terminal, Vietnamese first, as everything a person sees.

    `mail_shown` tells whether the mail catcher runs, whose page is then named.
    """
    lines = ["", _RULE, f"  Hồi Âm: {address}", _RULE]
    lines += _logins(var / LOGINS)
    lines += ["", "  Năm điều nên xem / Five things to look at"]
    mail = f"{address}/demo/mail" if mail_shown else "the mailbox of your SMTP server"
    for number, (vietnamese, english, place) in enumerate(
        (
            ("Gửi một phản ánh, nhận mã tra cứu", "Send a message, get a tracking code", f"{address}/submit"),
            ("Theo dõi: ai đang giữ, hạn trả lời và vì sao", "Track it: who has it, until when, why",
             f"{address}/track"),
            ("Hộp việc của cán bộ, sắp theo hạn", "The staff inbox, sorted by due date", f"{address}/staff/"),
            ("Mọi thư đã gửi: biên nhận, trả lời, nhắc hạn", "Every mail sent: receipts, answers, reminders",
             mail),
            ("Kết quả đã công khai", "Published answers", f"{address}/board"),
        ),
        start=1,
    ):  # fmt: skip
        lines += [f"   {number}. {vietnamese}", f"      {english}", f"      {place}"]
    lines += ["", "  Nhật ký / logs: var/log    Dừng / stop: Ctrl-C", _RULE, ""]
    return "\n".join(lines)


def _logins(place: Path) -> list[str]:
    try:
        entries = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [
            "",
            "  Chưa có tài khoản: .venv/bin/feedback admin create",
            "  No account yet: the same command",
        ]
    width = max((len(entry["email"]) for entry in entries), default=0)
    secret = max((len(entry["password"]) for entry in entries), default=0)
    lines = ["", "  Đăng nhập / Logins"]
    for entry in entries:
        role = f"{entry['role_vi']} / {entry['role_en']}"
        lines.append(f"   {entry['email']:<{width}}  {entry['password']:<{secret}}  {role}: {entry['name']}")
    return lines
