"""The decision on one message: place, class, rules, classifier, threshold, triage, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from feedback.domain.lifecycle import CaseClass
from feedback.domain.places import PlaceMatch, PlaceStatus, find_places
from feedback.domain.routing.classes import Recognition, keep_apart, recognise
from feedback.domain.routing.data import MINIMUM_POINTS, RoutingData
from feedback.domain.routing.decision import Candidate, Decision, Outcome, Reason
from feedback.domain.routing.message import COMMUNE_OF_THE_PLACE, Message
from feedback.domain.routing.phrases import Segment, read_segment
from feedback.domain.routing.scoring import FIELD, Standing, matching_rules, standings
from feedback.domain.routing.urgency import urgent_words
from feedback.domain.routing.view import View, asked_phrases

CLASSIFIER = "classifier"
_INSPECTORATE_FIELDS = "TTT"
_PERILS = ("crime", "danger")


class Classifier(Protocol):
    """Ranks the agencies for a message when the rules leave it open."""

    def rank(self, message: Message) -> Sequence[tuple[str, float]]:
        """Return (agency code or UBNDX, calibrated probability), the most probable first."""


def decide(message: Message, data: RoutingData, classifier: Classifier | None = None) -> Decision:
    """Decide where a message goes first, and why.

    Pure: the same message and data give the same decision. Raises RuleError when a rule cannot be
    applied; the caller shows it to an administrator and leaves the message for a person.
    """
    segments = (read_segment(message.subject), read_segment(message.text))
    place = _place(message, data)
    reasons = [_place_reason(place, data)]
    apart = keep_apart(segments) or _sensitive_field(message, data)
    urgent = urgent_words(segments, apart.words if apart is not None and apart.reason in _PERILS else ())
    if apart is not None:
        reasons.append(Reason(apart.reason, {"words": ", ".join(apart.words)} if apart.words else {}))
        if apart.sensitive:
            return _to_triage(apart, place, urgent, reasons, Outcome.RESTRICTED_TRIAGE)
    ranked = _rank(message, place, segments, data)
    top3 = _candidates(ranked, place, data)
    if apart is not None:
        return _to_triage(apart, place, urgent, reasons, Outcome.TRIAGE, top3)
    best = ranked[0] if ranked else None
    recognised = recognise(segments, best.case_class if best else None)
    if best is None or best.points < MINIMUM_POINTS or best.share < data.threshold:
        if classifier is not None:
            return _by_classifier(classifier.rank(message), recognised, place, urgent, reasons, data)
        reasons.append(Reason("no_rule") if best is None else Reason("unsure"))
        return _to_triage(recognised, place, urgent, reasons, Outcome.TRIAGE, top3)
    why = best.loudest
    if why is not None:
        reasons.append(Reason("rule", _rule_params(why.rule.code, why.rule.reason_vi, why.rule.reason_en)))
    else:
        reasons.append(_field_reason(message, data))
    return _assign(best.agency_code, best.share, recognised, place, urgent, reasons, top3, data)


def _place(message: Message, data: RoutingData) -> PlaceMatch:
    code = message.commune_code
    if code is not None and data.gazetteer.commune(code) is not None:
        return PlaceMatch(PlaceStatus.FOUND, code, (code,))
    return find_places(f"{message.subject}\n{message.text}", message.place_text, data.gazetteer)


def _place_reason(place: PlaceMatch, data: RoutingData) -> Reason:
    if place.status is PlaceStatus.NONE:
        return Reason("place_none")
    names = [commune.name for code in place.candidates if (commune := data.gazetteer.commune(code))]
    return Reason(f"place_{place.status}", {"names": ", ".join(names)})


def _sensitive_field(message: Message, data: RoutingData) -> Recognition | None:
    """Keep apart what the submitter filed under a field of the inspectorate (complaints, denunciations)."""
    field = data.fields.get(message.field_code or "")
    if field is not None and field.agency_code == _INSPECTORATE_FIELDS:
        return Recognition(None, "sensitive_field", sensitive=True)
    return None


def _rank(
    message: Message, place: PlaceMatch, segments: tuple[Segment, Segment], data: RoutingData
) -> list[Standing]:
    hits = [data.phrases.find(segment) for segment in segments]
    asked = [asked_phrases(segment, found) for segment, found in zip(segments, hits, strict=True)]
    view = View(
        message=message,
        place=place,
        found=frozenset(hit.phrase for found in hits for hit in found),
        in_subject=frozenset(hit.phrase for hit in hits[0]),
        asked=frozenset().union(*asked),
        agency_names=data.agency_names,
    )
    field = data.fields.get(message.field_code or "")
    return standings(list(matching_rules(view, data)), field.agency_code if field else None)


def _candidates(ranked: list[Standing], place: PlaceMatch, data: RoutingData) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            _real_agency(standing.agency_code, place, data) or standing.agency_code,
            standing.share,
            standing.loudest.rule.code if standing.loudest else FIELD,
        )
        for standing in ranked[:3]
    )


def _real_agency(code: str, place: PlaceMatch, data: RoutingData) -> str | None:
    """Return the agency that a rule's outcome means here: the committee of the place for UBNDX."""
    if code != COMMUNE_OF_THE_PLACE:
        return code
    return data.committees.get(place.commune_code or "")


def _assign(
    code: str,
    share: float,
    recognised: Recognition,
    place: PlaceMatch,
    urgent: tuple[str, ...],
    reasons: list[Reason],
    top3: tuple[Candidate, ...],
    data: RoutingData,
) -> Decision:
    if not recognised.assignable:
        reasons.append(Reason("class_unknown"))
        return _to_triage(recognised, place, urgent, reasons, Outcome.TRIAGE, top3)
    reasons.append(_class_reason(recognised))
    agency = data.agencies.get(_real_agency(code, place, data) or "")
    if agency is None:
        reasons.append(Reason("commune_needed"))
        return _to_triage(recognised, place, urgent, reasons, Outcome.TRIAGE, top3)
    reasons.append(Reason("assigned", {"agency_vi": agency.name_vi, "agency_en": agency.name_en}))
    return Decision(
        outcome=Outcome.ASSIGN,
        case_class=recognised.case_class,
        agency_code=agency.code,
        commune_code=place.commune_code,
        place=place,
        urgent=bool(urgent),
        urgent_reasons=urgent,
        confidence=share,
        top3=top3,
        reasons=tuple(reasons),
    )


def _by_classifier(
    ranking: Sequence[tuple[str, float]],
    recognised: Recognition,
    place: PlaceMatch,
    urgent: tuple[str, ...],
    reasons: list[Reason],
    data: RoutingData,
) -> Decision:
    top3 = tuple(
        Candidate(_real_agency(code, place, data) or code, share, CLASSIFIER) for code, share in ranking[:3]
    )
    if not ranking or ranking[0][1] < data.threshold:
        reasons.append(Reason("unsure"))
        return _to_triage(recognised, place, urgent, reasons, Outcome.TRIAGE, top3)
    reasons.append(Reason("classifier"))
    code, share = ranking[0]
    return _assign(code, share, recognised, place, urgent, reasons, top3, data)


def _rule_params(code: str, vi: str, en: str) -> dict[str, str]:
    return {"rule": code, "reason_vi": vi, "reason_en": en}


def _field_reason(message: Message, data: RoutingData) -> Reason:
    field = data.fields[message.field_code or ""]
    return Reason("field", {"field_vi": field.name_vi, "field_en": field.name_en})


def _class_reason(recognised: Recognition) -> Reason:
    return Reason(f"class_{(recognised.case_class or CaseClass.C).value}")


def _to_triage(
    recognised: Recognition,
    place: PlaceMatch,
    urgent: tuple[str, ...],
    reasons: list[Reason],
    outcome: Outcome,
    top3: tuple[Candidate, ...] = (),
) -> Decision:
    return Decision(
        outcome=outcome,
        case_class=recognised.case_class,
        agency_code=None,
        commune_code=place.commune_code,
        place=place,
        urgent=bool(urgent),
        urgent_reasons=urgent,
        confidence=top3[0].score if top3 else 0.0,
        top3=top3,
        reasons=tuple(reasons),
    )
