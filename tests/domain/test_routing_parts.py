"""A condition as a form's parts, and what a trial of a change counts."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.data import read_rows
from feedback.domain.lifecycle import CaseClass
from feedback.domain.places import PlaceMatch, PlaceStatus
from feedback.domain.routing import Candidate, Decision, Outcome, Reason
from feedback.domain.routing.conditions import parse_condition
from feedback.domain.routing.parts import Parts, parts_of
from feedback.domain.routing.trial import MOST_LISTED, Judgement, TrialResult, difference, proposes_otherwise

PHRASES = st.lists(st.text("ăbcđ", min_size=1), max_size=3).map(tuple)


@given(
    st.builds(
        Parts,
        **{part.name: PHRASES for part in fields(Parts) if part.name not in {"at_least", "commune_known"}},
        commune_known=st.sampled_from([None, True, False]),
    )
)
def test_what_a_form_says_is_read_back_as_it_was(parts: Parts) -> None:
    text = parts.to_json()
    assert parts_of(text) == parts
    if parts.empty:
        assert text == "{}"
    else:
        parse_condition(text)


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "3", "null",
        '{"any": [{"words_any": ["a"]}]}',
        '{"not": {"words_all": ["a"]}}',
        '{"not": {"words_any": ["a"], "at_least": 2}}',
        '{"words_any": "a"}', '{"words_any": [1]}', '{"unheard_of": ["a"]}', '{"field": []}',
    ],
)  # fmt: skip
def test_what_the_parts_cannot_say_is_left_whole(text: str) -> None:
    assert parts_of(text) is None


def test_most_shipped_rules_can_be_edited_in_parts() -> None:
    rows = read_rows("routing/routing_rules.csv")
    apart = [row for row in rows if (parts := parts_of(row["condition"])) is not None and not parts.empty]
    assert len(apart) >= 0.9 * len(rows)
    for row in apart:
        parts = parts_of(row["condition"])
        assert parts is not None
        assert json.loads(parts.to_json()) == json.loads(row["condition"])


TRIAGE = Decision(
    outcome=Outcome.TRIAGE, case_class=CaseClass.C, agency_code=None, commune_code=None,
    place=PlaceMatch(PlaceStatus.NONE), urgent=False, urgent_reasons=(), confidence=0.4,
    top3=(Candidate("STC", 0.4, "r"),), reasons=(),
)  # fmt: skip
STC = replace(TRIAGE, outcome=Outcome.ASSIGN, agency_code="STC")
SXD = replace(STC, agency_code="SXD")
TORN = replace(TRIAGE, reasons=(Reason("conflict"),))


@pytest.mark.parametrize(
    ("before", "after", "person", "judgement"),
    [
        (STC, SXD, "SXD", Judgement.AGREES),
        (STC, SXD, "STC", Judgement.DIFFERS),
        (STC, SXD, None, Judgement.NOBODY),
        (STC, TRIAGE, "STC", Judgement.LEFT),
        (TRIAGE, STC, "STC", Judgement.AGREES),
        (TRIAGE, TORN, None, Judgement.NOBODY),
        (STC, replace(STC, case_class=CaseClass.A), "STC", Judgement.AGREES),
    ],
)
def test_a_change_is_judged_by_what_a_person_decided(
    before: Decision, after: Decision, person: str | None, judgement: Judgement
) -> None:
    found = difference("HA-1", before, after, person)
    assert found is not None
    assert (found.before, found.after, found.judgement) == (before.agency_code, after.agency_code, judgement)


@pytest.mark.parametrize(("before", "after"), [(STC, STC), (TORN, TORN), (TORN, TRIAGE)])
def test_what_goes_the_same_way_is_no_difference(before: Decision, after: Decision) -> None:
    assert difference("HA-1", before, after, "SXD") is None


def test_another_proposal_counts_only_while_a_person_decides() -> None:
    other = replace(TRIAGE, top3=(Candidate("SXD", 0.4, "r"),))
    assert proposes_otherwise(TRIAGE, other)
    assert not proposes_otherwise(TRIAGE, TRIAGE)
    assert not proposes_otherwise(STC, SXD)


def test_the_sums_count_every_difference_and_are_read_back() -> None:
    pairs = [(STC, SXD, "SXD"), (STC, SXD, "STC"), (TRIAGE, STC, "STC"), (STC, TORN, None)]
    found = [difference(f"HA-{n}", *pair) for n, pair in enumerate(pairs)]
    result = TrialResult().plus(10, [one for one in found if one], 2).plus(5, [], 1)
    assert (result.cases, result.different, result.proposals) == (15, 4, 3)
    assert (result.judged, result.agree, result.agreed_before) == (3, 2, 1)
    assert (result.newly_automatic, result.no_longer_automatic, result.conflicts) == (1, 1, 1)
    assert TrialResult.from_json(result.to_json()) == result
    assert result.sums_only() == replace(result, listed=())
    many = TrialResult().plus(900, [found[0]] * 900, 0)
    assert (many.different, len(many.listed)) == (900, MOST_LISTED)
