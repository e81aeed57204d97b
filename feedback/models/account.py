"""Staff accounts, in the shape that Flask-Security works with.

Rights do not live here: they follow from the positions that the account holds on the
day (feedback/models/position.py). The roles table exists because the login library
asks for one and stays empty.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, DateTime, ForeignKey, Identity, Index, Table, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.models.base import Base

accounts_roles = Table(
    "accounts_roles",
    Base.metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("role_id", ForeignKey("roles.id"), primary_key=True),
)


class Role(Base):
    """A role of the login library; unused, see the module's text."""

    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str | None]
    permissions: Mapped[str | None]


class Account(Base):
    """Somebody of the staff who can sign in.

    `fs_uniquifier` is what a session points to: a new one ends every session at once.
    The moments of Flask-Security (`last_login_at` and its like) are naive UTC, as the
    library writes them; all others carry their zone.
    """

    __tablename__ = "accounts"
    __table_args__ = (Index("uq_accounts_email_lower", text("lower(email)"), unique=True),)

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str | None]
    locale: Mapped[str] = mapped_column(server_default="vi")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    must_change_password: Mapped[bool] = mapped_column(server_default=text("false"))
    failed_logins: Mapped[int] = mapped_column(server_default=text("0"))
    locked_until: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None] = mapped_column(DateTime())
    current_login_at: Mapped[datetime | None] = mapped_column(DateTime())
    last_login_ip: Mapped[str | None]
    current_login_ip: Mapped[str | None]
    login_count: Mapped[int | None]
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]
    mf_recovery_codes: Mapped[str | None]

    roles: Mapped[list[Role]] = relationship(secondary=accounts_roles, viewonly=True)
