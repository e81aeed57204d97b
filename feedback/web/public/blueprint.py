"""The blueprint that the views of this package register on, and what its layout needs to know."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from feedback.queries.public.form_choices import province_settings
from feedback.web.requests import request_now, request_session, request_settings

blueprint = Blueprint("public", __name__)


@blueprint.context_processor
def _frame() -> dict[str, Any]:
    """Name the province in the page's head and foot, and tell whether this is the demonstration."""
    settings = province_settings(request_session(), request_now())
    return {
        "province": {
            "name_vi": f"Tỉnh {settings.get('name_vi', '')}".strip(),
            "name_en": settings.get("name_en", ""),
        },
        "office": {
            "name_vi": settings.get("office_vi", "Văn phòng Ủy ban nhân dân tỉnh"),
            "name_en": settings.get("office_en", "Office of the provincial People's Committee"),
        },
        "demonstration": request_settings().demonstration,
    }
