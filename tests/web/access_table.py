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
    "admin.account": _ADMIN,
    "admin.accounts": _ADMIN,
    "admin.agencies": _ADMIN,
    "admin.agency": _ADMIN,
    "admin.audit": _ADMIN,
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
