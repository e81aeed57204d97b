"""``feedback admin create``: the first administrator, before anybody can sign in."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback import clock
from feedback.commands.stores import command_settings, sessions_of
from feedback.db import WORKER, transaction
from feedback.domain.calendar import local_date
from feedback.domain.positions import AgencyKind, HoldingKind, PositionKind
from feedback.models import Account, Agency, Position
from feedback.queries.people import occupants, position_ids
from feedback.services.audit import COMMAND
from feedback.services.errors import InvalidInput
from feedback.services.staff import accounts, appointments
from feedback.services.staff.passwords import LONGEST, SHORTEST, hash_password, objection
from feedback.settings import Settings

_WORDS = {
    ("email", "invalid"): "--email is not an e-mail address",
    ("email", "taken"): "an account with this e-mail address is there already",
    ("name", "required"): "--name is empty",
    ("name", "too_long"): "--name is longer than 120 characters",
}


@click.group("admin")
def command() -> None:
    """Administrators."""


@command.command("create")
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--name", required=True, help="The person's full name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--prompt", is_flag=True, help="Ask for the password here.")
def create(email: str, name: str, password_stdin: bool, prompt: bool) -> None:
    """Make an account and put it into an administrator's position of the coordinator.

    Without a password a link is printed with which the person sets their own; it works once,
    for 24 hours.
    """
    hashed = _hashed(password_stdin, prompt)
    with command_settings() as settings:
        with sessions_of(settings) as sessions, transaction(sessions, WORKER) as session:
            account = _create(session, email, name, hashed)
        link = None if hashed else _link(settings, account)
    click.echo(f"{account.email} is an administrator")
    if link:
        click.echo(link)


def _hashed(password_stdin: bool, prompt: bool) -> str | None:
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif prompt:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        return None
    if objection(password) is not None:
        raise click.UsageError(f"a password has {SHORTEST} to {LONGEST} characters")
    return hash_password(password)


def _create(session: Session, email: str, name: str, hashed: str | None) -> Account:
    now = clock.now()
    agency_id = session.scalar(
        select(Agency.id).where(Agency.kind == AgencyKind.COORDINATOR).order_by(Agency.id).limit(1)
    )
    if agency_id is None:
        raise click.ClickException("there is no province yet: run feedback seed first")
    try:
        account = accounts.create(
            session, actor=COMMAND, email=email, name=name, now=now, password_hash=hashed
        )
    except InvalidInput as error:
        text = _WORDS.get((error.field, error.code), str(error))
        raise click.UsageError(text) from error
    today = local_date(now)
    appointments.appoint(
        session,
        actor=COMMAND,
        position_id=_free_position(session, agency_id),
        account_id=account.id,
        kind=HoldingKind.HOLDER,
        valid_from=today,
        valid_to=None,
        basis="feedback admin create",
        now=now,
    )
    return account


def _free_position(session: Session, agency_id: int) -> int:
    """Give a vacant administrator's position of the agency, a new one where there is none."""
    now = clock.now()
    today = local_date(now)
    for position_id in position_ids(session, agency_id, {PositionKind.ADMINISTRATOR}, today):
        if not occupants(session, position_id, today):
            return position_id
    position: Position = appointments.create_position(
        session,
        actor=COMMAND,
        agency_id=agency_id,
        unit_id=None,
        kind=PositionKind.ADMINISTRATOR,
        title_vi="Quản trị hệ thống",
        title_en="Administrator",
        now=now,
    )
    return position.id


def _link(settings: Settings, account: Account) -> str:
    """Give the one-time address at which the account sets its password."""
    # The pages are heavy to load, and only this command needs them.
    from flask_security.recoverable import generate_reset_link

    from feedback.app import create_app

    app = create_app(settings)
    with app.test_request_context(base_url=settings.base_url):
        link, _token = generate_reset_link(account)  # type: ignore[no-untyped-call]
    return str(link)
