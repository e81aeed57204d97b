"""Who may ask for which page: one row an endpoint. A new view without a row here fails the tests.

EVERYBODY: no sign-in. STAFF: every signed-in account, whatever its positions. A tuple: holders of one
of these kinds of positions. NOBODY: a view of the login library that is switched off.
"""

from __future__ import annotations

from feedback.domain.positions import PositionKind

EVERYBODY = "everybody"
STAFF = "staff"
NOBODY = "nobody"
_ADMIN = (PositionKind.ADMINISTRATOR,)
_DESK = (PositionKind.DISPATCHER, PositionKind.COORDINATOR_HEAD)
_HEADS = (
    PositionKind.HEAD_OF_UNIT,
    PositionKind.HEAD_OF_AGENCY,
    PositionKind.COORDINATOR_HEAD,
    PositionKind.CHAIRMAN,
)
_INTAKE = (PositionKind.RECEPTION, PositionKind.DISPATCHER)

ACCESS: dict[str, str | tuple[PositionKind, ...]] = {
    "static": EVERYBODY,
    "monitor.healthz": EVERYBODY,
    "monitor.readyz": EVERYBODY,
    "monitor.show_metrics": EVERYBODY,
    "public.attachment": EVERYBODY,
    "public.board": EVERYBODY,
    "public.case": EVERYBODY,
    "public.favicon": EVERYBODY,
    "public.find": EVERYBODY,
    "public.help_page": EVERYBODY,
    "public.home": EVERYBODY,
    "public.language": EVERYBODY,
    "public.letter": EVERYBODY,
    "public.letter_html": EVERYBODY,
    "public.mailbox": EVERYBODY,
    "public.privacy": EVERYBODY,
    "public.published": EVERYBODY,
    "public.rate": EVERYBODY,
    "public.receipt": EVERYBODY,
    "public.reopen": EVERYBODY,
    "public.reply": EVERYBODY,
    "public.robots": EVERYBODY,
    "public.statistics": EVERYBODY,
    "public.submit": EVERYBODY,
    "public.suggest": EVERYBODY,
    "public.track": EVERYBODY,
    "public.withdraw": EVERYBODY,
    "security.login": EVERYBODY,
    "security.forgot_password": EVERYBODY,
    "security.reset_password": EVERYBODY,
    "security.static": NOBODY,
    "security.verify": NOBODY,
    "security.change_password": STAFF,
    "security.logout": STAFF,
    "account.enter": STAFF,
    "account.home": STAFF,
    # What somebody sees of a case on these pages is row-level security's and the permissions' matter.
    "inbox.act": STAFF,
    "inbox.agencies": STAFF,
    "inbox.case": STAFF,
    "inbox.deliveries": STAFF,
    "inbox.file": STAFF,
    "inbox.home": STAFF,
    "inbox.identity": STAFF,
    "inbox.letter": STAFF,
    "inbox.publication": STAFF,
    "inbox.restricted": STAFF,
    "inbox.acknowledge": _HEADS,
    "inbox.head": _HEADS,
    "inbox.intake": _INTAKE,
    "inbox.take_in_submission": _INTAKE,
    "inbox.triage": _DESK,
    "admin.account": _ADMIN,
    "admin.accounts": _ADMIN,
    "admin.agencies": _ADMIN,
    "admin.agency": _ADMIN,
    "admin.apply_calendar_change": _ADMIN,
    "admin.audit": _ADMIN,
    "admin.calendar": _ADMIN,
    "admin.calendar_change": _ADMIN,
    "admin.end_holding": _ADMIN,
    "admin.failures": _ADMIN,
    "admin.fields": _ADMIN,
    "admin.home": _ADMIN,
    "admin.law": _ADMIN,
    "admin.new_account": _ADMIN,
    "admin.new_position": _ADMIN,
    "admin.new_unit": _ADMIN,
    "admin.position": _ADMIN,
    "admin.positions": _ADMIN,
    "admin.retry_message": _ADMIN,
    "admin.retry_work": _ADMIN,
    "admin.rules": _ADMIN,
    "admin.send_link": _ADMIN,
    "admin.set_active": _ADMIN,
    "admin.unlock": _ADMIN,
}
    "admin.new_calendar_change": _ADMIN,
    "admin.revert_calendar_change": _ADMIN,
