"""A routing decision in plain words, for the staff and for the submitter, in Vietnamese and English."""

from __future__ import annotations

from feedback.domain.routing.decision import Decision, Outcome, Reason
from feedback.domain.routing.explain_words import STAFF, SUBMITTER

_LOCALES = ("vi", "en")


def explain_decision(trace: str, locale: str) -> list[str]:
    """Return the steps of a stored decision as sentences for the staff, in the order they were taken.

    `locale` is vi or en (anything else reads as vi). Raises ValueError when `trace` is none.
    """
    decision = Decision.from_trace(trace)
    language = _language(locale)
    lines = [_sentence(reason, language) for reason in decision.reasons]
    if decision.outcome is not Outcome.ASSIGN:
        lines.append(STAFF[decision.outcome.value][language])
    if decision.urgent:
        words = ", ".join(decision.urgent_reasons)
        lines.append(STAFF["urgent" if words else "urgent_read"][language].format(words=words))
    return lines


def explain_to_submitter(trace: str, locale: str) -> str:
    """Return one plain sentence for the submitter.

    Of a restricted case it says no more than of one that a person still looks at: the receipt may be
    seen by others.
    """
    decision = Decision.from_trace(trace)
    language = _language(locale)
    if decision.outcome is not Outcome.ASSIGN:
        return SUBMITTER["triage"][language]
    agency = {key: value for reason in decision.reasons for key, value in reason.params.items()}
    return SUBMITTER["assigned"][language].format(agency=agency[f"agency_{language}"])


def _language(locale: str) -> str:
    return locale if locale in _LOCALES else _LOCALES[0]


def _sentence(reason: Reason, language: str) -> str:
    params = {
        key.removesuffix(f"_{language}"): value
        for key, value in reason.params.items()
        if key.endswith(f"_{language}") or not key.endswith(("_vi", "_en"))
    }
    return STAFF[reason.code][language].format(**params)
