"""The blueprint of the supervisors' pages."""

from __future__ import annotations

from flask import Blueprint

from feedback.domain.permissions import AREAS, Area

blueprint = Blueprint("oversight", __name__, url_prefix="/staff/oversight")
WATCHERS = AREAS[Area.OVERSIGHT]
