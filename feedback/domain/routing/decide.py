"""The decision on one message: place, class, rules, classifier, threshold, triage, in this order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from feedback.domain.lifecycle import CaseClass
from feedback.domain.places import PlaceMatch, PlaceStatus, find_places
from feedback.domain.routing.classes import Recognition, keep_apart, recognise
from feedback.domain.routing.data import MINIMUM_POINTS, RoutingData
from feedback.domain.routing.decision import Candidate, Decision, Outcome, Reason
from feedback.domain.routing.message import COMMUNE_OF_THE_PLACE, Message
from feedback.domain.routing.phrases import Segment, read_segment
from feedback.domain.routing.reading import (
    AUTOMATIC,
    Classifier,
    Reading,
    blend,
    is_urgent,
    kept_apart,
    recognised_class,
)
from feedback.domain.routing.scoring import FIELD, Standing, matching_rules, standings, touched_by_broken
from feedback.domain.routing.urgency import urgent_words
from feedback.domain.routing.view import View, asked_phrases

CLASSIFIER = "classifier"
_INSPECTORATE_FIELDS = "TTT"
_PERILS = ("crime", "danger")


def decide(message: Message, data: RoutingData, classifier: Classifier | None = None) -> Decision:
    """Decide where a message goes first, and why.

    Pure: the same message and data give the same decision. Raises RuleError when a rule cannot be
    applied; the caller shows it to an administrator and leaves the message for a person.
    """
    decision = _decide(message, data, classifier)
    return decision if classifier is None else replace(decision, read_by=classifier.version)


def _decide(message: Message, data: RoutingData, classifier: Classifier | None) -> Decision:
    segments = (read_segment(message.subject), read_segment(message.text))
    reading = classifier.read(message.subject, message.text) if classifier is not None else None
    place = _place(message, data)
    reasons = [_place_reason(place, data)]
    apart = keep_apart(segments) or _sensitive_field(message, data)
    words = urgent_words(segments, apart.words if apart is not None and apart.reason in _PERILS else ())
    urgent = Urgency(bool(words) if reading is None else is_urgent(words, reading), words)
    if reading is not None:
        apart = kept_apart(apart, reading)
    if apart is not None:
        reasons.append(_apart_reason(apart))
        if apart.sensitive:
            return _to_triage(apart, place, urgent, reasons, Outcome.RESTRICTED_TRIAGE)
    view = _view(message, place, segments, data)
    reasons += _problems(view, data)
    ranked = _rank(view, data)
    if reading is not None:
        return _by_both(reading, ranked, apart, segments, message, place, urgent, reasons, data)
    top3 = _candidates(ranked, place, data)
    if apart is not None:
        return _to_triage(apart, place, urgent, reasons, Outcome.TRIAGE, top3)
    best = ranked[0] if ranked else None
    recognised = recognise(segments, best.case_class if best else None)
    if best is None or not _sure(best, data):
        reasons.append(Reason("no_rule") if best is None else Reason("unsure"))
        return _to_triage(recognised, place, urgent, reasons, Outcome.TRIAGE, top3)
    reasons.append(_rule_reason(best, message, data))
    return _assign(best.agency_code, best.share, recognised, place, urgent, reasons, top3, data)


def likely_agencies(message: Message, data: RoutingData, classifier: Classifier) -> tuple[Candidate, ...]:
    """Rank the three agencies that a message is likeliest for, whatever else is to be said of it.

    For measuring and for the command line: of what is kept apart, `decide` names no agency at all.
    """
    segments = (read_segment(message.subject), read_segment(message.text))
    place = _place(message, data)
    reading = classifier.read(message.subject, message.text)
    ranked = _rank(_view(message, place, segments, data), data)
    return _blended(blend(reading, ranked, _known(data)), ranked, place, data)


@dataclass(frozen=True, slots=True)
class Urgency:
    """Whether a message cannot wait, and the words that say so."""

    is_so: bool
    words: tuple[str, ...]


def _sure(best: Standing, data: RoutingData) -> bool:
    return best.points >= MINIMUM_POINTS and best.share >= data.threshold


def _known(data: RoutingData) -> frozenset[str]:
    return frozenset(data.agencies) | {COMMUNE_OF_THE_PLACE}


def _by_both(
    reading: Reading,
    ranked: list[Standing],
    apart: Recognition | None,
    segments: tuple[Segment, Segment],
    message: Message,
    place: PlaceMatch,
    urgent: Urgency,
    reasons: list[Reason],
    data: RoutingData,
) -> Decision:
    """Decide by the classifier and the rules together."""
    blended = blend(reading, ranked, _known(data))
    top3 = _blended(blended, ranked, place, data)
    best = ranked[0] if ranked else None
    recognised = apart or recognised_class(recognise(segments, best.case_class if best else None), reading)
    code, share = blended[0] if blended else ("", 0.0)
    agreed = best is not None and best.agency_code == code and best.points >= MINIMUM_POINTS
    if best is not None and agreed:
        reasons.append(_rule_reason(best, message, data))
    if blended:
        reasons.append(_words_reason(reading.weighty_words(code)))
    if apart is not None:
        return _to_triage(apart, place, urgent, reasons, Outcome.TRIAGE, top3)
    conflict = best is not None and (
        (best.agency_code != code and _sure(best, data)) or sum(one.overrules for one in ranked) > 1
    )
    if conflict or share < AUTOMATIC:
        reasons.append(Reason("conflict" if conflict else "unsure"))
        return _to_triage(recognised, place, urgent, reasons, Outcome.TRIAGE, top3)
    return _assign(code, share, recognised, place, urgent, reasons, top3, data)


def _blended(
    blended: list[tuple[str, float]], ranked: list[Standing], place: PlaceMatch, data: RoutingData
) -> tuple[Candidate, ...]:
    loudest = {one.agency_code: one.loudest.rule.code if one.loudest else FIELD for one in ranked}
    return tuple(
        Candidate(_real_agency(code, place, data) or code, share, loudest.get(code, CLASSIFIER))
        for code, share in blended[:3]
    )


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


def _view(message: Message, place: PlaceMatch, segments: tuple[Segment, Segment], data: RoutingData) -> View:
    hits = [data.phrases.find(segment) for segment in segments]
    asked = [asked_phrases(segment, found) for segment, found in zip(segments, hits, strict=True)]
    return View(
        message=message,
        place=place,
        found=frozenset(hit.phrase for found in hits for hit in found),
        in_subject=frozenset(hit.phrase for hit in hits[0]),
        asked=frozenset().union(*asked),
        agency_names=data.agency_names,
    )


def _rank(view: View, data: RoutingData) -> list[Standing]:
    return standings(list(matching_rules(view, data)), data.lead_of(view.message.field_code))


def _problems(view: View, data: RoutingData) -> list[Reason]:
    """Say which rules and which field would have spoken, were there not something wrong with them."""
    found = [Reason("rule_problem", {"rule": rule.code}) for rule in touched_by_broken(view, data)]
    field = data.fields.get(view.message.field_code or "")
    if field is not None and data.leads_nowhere(field):
        found.append(Reason("field_problem", {"field_vi": field.name_vi, "field_en": field.name_en}))
    return found


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
    urgent: Urgency,
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
        urgent=urgent.is_so,
        urgent_reasons=urgent.words if urgent.is_so else (),
        confidence=share,
        top3=top3,
        reasons=tuple(reasons),
    )


def _apart_reason(apart: Recognition) -> Reason:
    return Reason(apart.reason, {"words": ", ".join(apart.words)} if apart.words else {})


def _words_reason(words: tuple[str, ...]) -> Reason:
    return Reason("classifier_words", {"words": ", ".join(words)}) if words else Reason("classifier")


def _rule_reason(best: Standing, message: Message, data: RoutingData) -> Reason:
    why = best.loudest
    if why is None:
        return _field_reason(message, data)
    return Reason("rule", _rule_params(why.rule.code, why.rule.reason_vi, why.rule.reason_en))


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
    urgent: Urgency,
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
        urgent=urgent.is_so,
        urgent_reasons=urgent.words if urgent.is_so else (),
        confidence=top3[0].score if top3 else 0.0,
        top3=top3,
        reasons=tuple(reasons),
    )
