"""Finding the case that a tracking code names, within a request."""

from __future__ import annotations

from feedback.domain.tracking import parse_tracking_code
from feedback.queries.case_file import NotFound
from feedback.queries.public.tracking import Tracked, track
from feedback.web.limits import TRACK, limiter
from feedback.web.requests import act_with_code, request_session


def track_by(code: str) -> Tracked:
    """Give the case of `code`, typed in any way a person may type it.

    Raises NotFound, alike for a code that can be none and for one that nobody has; guesses are
    counted, so that an address that makes many gets a pause (429) instead.
    """
    printed = parse_tracking_code(code)
    if printed is None:
        _count_guess()
        raise NotFound("tracking code")
    act_with_code(printed)
    try:
        return track(request_session(), printed)
    except NotFound:
        _count_guess()
        raise


@limiter.limit(TRACK)
def _count_guess() -> None:
    """Count a code that led nowhere; raises RateLimitExceeded."""
