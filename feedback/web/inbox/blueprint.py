"""The blueprint that the views of this package register on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("inbox", __name__, url_prefix="/staff")
