"""Communes for the box in which people type one; JSON for feedback/static/js/combobox.js."""

from __future__ import annotations

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.queries.public.place_suggestions import suggest_places
from feedback.web.guards import public
from feedback.web.public.blueprint import blueprint
from feedback.web.requests import request_now, request_session


@blueprint.get("/places/suggest")
@public
def suggest() -> ResponseReturnValue:
    """Give the communes whose name, of today or before July 2025, begins like ``q``."""
    found = suggest_places(request_session(), request.args.get("q", ""), request_now())
    return jsonify(
        results=[
            {
                "value": place.commune_code,
                "label": place.name,
                "detail": _("trước đây: %(name)s", name=place.old_name) if place.old_name else "",
            }
            for place in found
        ]
    )
