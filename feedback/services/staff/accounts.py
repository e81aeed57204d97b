"""Accounts of staff: making them, inviting, locking after failures, the mails they get.

Rights are not here: they follow from positions (feedback/services/staff/appointments.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback import i18n
from feedback.domain.events import EventKind
from feedback.domain.notices import NoticeKind
from feedback.domain.submission import is_email
from feedback.domain.text import clean_line
from feedback.i18n import marked
from feedback.models import Account
from feedback.services import audit
from feedback.services.errors import InvalidInput
from feedback.services.post import notices

MOST_FAILURES = 10
LOCK_FOR = timedelta(minutes=15)
_NAME_LONGEST = 120


class Mail(StrEnum):
    """What an account is written about."""

    INVITATION = "invitation"
    RESET = "reset"
    CHANGED = "changed"


_SUBJECTS = {
    Mail.INVITATION: marked("Mời sử dụng hệ thống Hồi Âm"),
    Mail.RESET: marked("Đặt lại mật khẩu Hồi Âm"),
    Mail.CHANGED: marked("Mật khẩu Hồi Âm đã được thay đổi"),
}
_BODIES = {
    Mail.INVITATION: marked(
        "Kính gửi %(name)s,\n\nMột tài khoản xử lý phản ánh, kiến nghị đã được tạo cho ông/bà. Để đặt mật"
        " khẩu và bắt đầu sử dụng, hãy mở liên kết sau trong vòng 24 giờ (chỉ dùng được một lần):"
        "\n\n%(link)s\n\nNếu liên kết đã hết hạn, hãy chọn “Quên mật khẩu” ở trang đăng nhập."
    ),
    Mail.RESET: marked(
        "Kính gửi %(name)s,\n\nHệ thống nhận được yêu cầu đặt lại mật khẩu cho tài khoản của ông/bà. Hãy mở"
        " liên kết sau trong vòng 24 giờ (chỉ dùng được một lần):\n\n%(link)s\n\nNếu ông/bà không yêu cầu,"
        " xin bỏ qua thư này; mật khẩu không thay đổi."
    ),
    Mail.CHANGED: marked(
        "Kính gửi %(name)s,\n\nMật khẩu tài khoản của ông/bà vừa được thay đổi và các phiên đăng nhập khác đã"
        " kết thúc. Nếu ông/bà không thực hiện việc này, hãy báo ngay cho người quản trị hệ thống."
    ),
}


def new_session_mark() -> str:
    """Give a new mark for `Account.fs_uniquifier`: 122 random bits."""
    return uuid4().hex


def stream_of(account_id: int) -> str:
    """Name the audit stream of an account."""
    return f"account:{account_id}"


def create(
    session: Session,
    *,
    actor: str,
    email: str,
    name: str,
    now: datetime,
    phone: str = "",
    locale: str = "vi",
    password_hash: str | None = None,
    must_change_password: bool = False,
) -> Account:
    """Make an account that holds no position yet.

    actor: whose doing it is, as in the audit trail. password_hash: of `passwords.hash_password`;
    without one the account waits for its invitation to be used.
    Raises InvalidInput: ``email`` (``invalid``, ``taken``), ``name`` (``required``, ``too_long``),
    ``locale`` (``invalid``).
    """
    address, full_name = clean_line(email), clean_line(name)
    if not is_email(address):
        raise InvalidInput("email", "invalid")
    if not full_name:
        raise InvalidInput("name", "required")
    if len(full_name) > _NAME_LONGEST:
        raise InvalidInput("name", "too_long")
    if i18n.known_locale(locale) is None:
        raise InvalidInput("locale", "invalid")
    if find(session, address) is not None:
        raise InvalidInput("email", "taken")
    account = Account(
        email=address,
        name=full_name,
        phone=clean_line(phone) or None,
        locale=locale,
        password=password_hash,
        fs_uniquifier=new_session_mark(),
        created_at=now,
        must_change_password=must_change_password,
        active=True,
    )
    session.add(account)
    session.flush()
    audit.record(session, kind=EventKind.ACCOUNT_CREATED, actor=actor, at=now, stream=stream_of(account.id))
    return account


def find(session: Session, email: str) -> Account | None:
    """Give the account of an address, whatever the case of its letters, or None."""
    return session.scalar(select(Account).where(func.lower(Account.email) == email.strip().lower()))


def change(session: Session, account: Account, *, actor: str, what: str, now: datetime) -> UUID:
    """Record that an account was changed; `what` is a code (``activated``, ``password_set`` …)."""
    return audit.record(
        session,
        kind=EventKind.ACCOUNT_CHANGED,
        actor=actor,
        at=now,
        stream=stream_of(account.id),
        what=what,
    )


def set_active(session: Session, account: Account, active: bool, *, actor: str, now: datetime) -> None:
    """Let an account be used, or end its use and every session it has."""
    if account.active == active:
        return
    account.active = active
    account.fs_uniquifier = new_session_mark()
    change(session, account, actor=actor, what="activated" if active else "deactivated", now=now)


def unlock(session: Session, account: Account, *, actor: str, now: datetime) -> None:
    """Forget the failed attempts, so that the account can sign in at once."""
    account.failed_logins, account.locked_until = 0, None
    change(session, account, actor=actor, what="unlocked", now=now)


def is_locked(account: Account, now: datetime) -> bool:
    """Tell whether failed attempts keep the account from signing in at `now`."""
    return account.locked_until is not None and now < account.locked_until


def count_failure(session: Session, account_id: int, now: datetime) -> None:
    """Count a failed attempt; the last of MOST_FAILURES locks the account for LOCK_FOR.

    One statement, so that attempts made at once are all counted.
    """
    count = Account.failed_logins + 1
    row = session.execute(
        update(Account)
        .where(Account.id == account_id)
        .values(failed_logins=count)
        .returning(Account.failed_logins)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    if row % MOST_FAILURES == 0:
        session.execute(
            update(Account)
            .where(Account.id == account_id)
            .values(locked_until=now + LOCK_FOR)
            .execution_options(synchronize_session=False)
        )
        audit.record(
            session,
            kind=EventKind.ACCOUNT_CHANGED,
            actor=audit.WORKER,
            at=now,
            stream=stream_of(account_id),
            what="locked",
        )


def sign_in_succeeded(session: Session, account: Account, now: datetime) -> None:
    """Forget earlier failures and record the sign-in."""
    account.failed_logins, account.locked_until = 0, None
    change(session, account, actor=f"account:{account.id}", what="signed_in", now=now)


def password_was_set(session: Session, account: Account, now: datetime) -> None:
    """Record that the account's own person chose a password, which also lifts a lock."""
    account.failed_logins, account.locked_until = 0, None
    account.must_change_password = False
    change(session, account, actor=f"account:{account.id}", what="password_set", now=now)


def write_mail(
    session: Session,
    account: Account,
    mail: Mail,
    *,
    cause: UUID,
    now: datetime,
    link: str | None = None,
) -> None:
    """Write the notice `mail` to an account, in its language.

    cause: the event that calls for it. link: the one-time address; the sender drops it from the
    row once the mail is out.
    """
    say: Callable[[str], str] = i18n.translations(account.locale).gettext
    values = {"name": account.name, "link": link or ""}
    notices.notify(
        session,
        cause=cause,
        kind=NoticeKind.ACCOUNT_MAIL,
        recipient=notices.to_account(account.id),
        now=now,
        locale=account.locale,
        params={"subject": say(_SUBJECTS[mail]), "body": say(_BODIES[mail]) % values},
    )
