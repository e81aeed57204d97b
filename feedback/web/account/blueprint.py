"""The blueprint of a member of staff's own pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/staff")
