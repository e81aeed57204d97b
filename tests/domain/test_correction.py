"""What a person decided beside what was proposed: as text and back, and what it says of the proposal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.lifecycle import CaseClass
from feedback.domain.places import PlaceMatch, PlaceStatus
from feedback.domain.routing import Candidate, Decision, Outcome
from feedback.domain.routing.correction import OUTCOMES, Act, Correction, Marks, Proposal

CODES = st.sampled_from(["SXD", "SNV", "STC", "24769"])
CLASSES = st.none() | st.sampled_from([str(one) for one in CaseClass])
MARKS = st.builds(Marks, CLASSES, st.none() | st.just("giao-thong"), st.booleans(), st.just(None))
PROPOSALS = st.builds(
    Proposal, st.sampled_from([str(one) for one in Outcome]), CLASSES, st.none() | CODES, st.booleans(),
    st.sampled_from([0.0, 0.41, 1.0]),
    st.lists(st.tuples(CODES, st.sampled_from([0.1, 0.5])), max_size=3).map(tuple),
)  # fmt: skip
CORRECTIONS = st.builds(
    Correction, st.sampled_from(Act), st.sampled_from(["dispatcher", "agency"]), st.none() | PROPOSALS, MARKS,
    st.builds(Marks, CLASSES, st.none() | st.just("dat-dai"), st.booleans(), st.none() | CODES),
    st.dictionaries(st.sampled_from(["code", "kind"]), st.just("abusive")),
)  # fmt: skip


@given(CORRECTIONS)
def test_what_is_written_is_read_back(correction: Correction) -> None:
    assert Correction.from_trace(correction.to_trace()) == correction


def proposal(*top3: tuple[str, float]) -> Proposal:
    decision = Decision(
        outcome=Outcome.TRIAGE, case_class=CaseClass.C, agency_code=None, commune_code=None,
        place=PlaceMatch(PlaceStatus.NONE), urgent=False, urgent_reasons=(), confidence=0.4,
        top3=tuple(Candidate(code, share, "classifier") for code, share in top3), reasons=(),
    )  # fmt: skip
    return Proposal.of(decision)


@pytest.mark.parametrize(
    ("top3", "chosen", "agrees", "rank"),
    [
        ([("SXD", 0.5), ("SNV", 0.3)], "SXD", True, 1),
        ([("SXD", 0.5), ("SNV", 0.3)], "SNV", False, 2),
        ([("SXD", 0.5), ("SNV", 0.3)], "STC", False, None),
        ([("SXD", 0.5)], None, None, None),
        ([], "SXD", None, None),
    ],
)
def test_how_a_decision_stands_to_the_proposal(
    top3: list[tuple[str, float]], chosen: str | None, agrees: bool | None, rank: int | None
) -> None:
    before = Marks("C", None, urgent=False)
    decided = Marks("C", None, urgent=False, agency=chosen)
    one = Correction(Act.DISPATCH, "dispatcher", proposal(*top3), before, decided)
    assert (one.agrees, one.rank) == (agrees, rank)


@pytest.mark.parametrize("text", ['{"by": "dispatcher", "agency": "SXD"}', "[]", "null", '{"correction": 2}'])
def test_an_older_trace_is_no_correction(text: str) -> None:
    with pytest.raises(ValueError, match="correction"):
        Correction.from_trace(text)


def test_the_words_of_outcomes_are_the_persons_alone() -> None:
    assert set(OUTCOMES) == set(Act)
    assert not set(OUTCOMES.values()) & {str(one) for one in Outcome}
    assert (
        json.loads(
            Correction(
                Act.MERGE, "agency", None, Marks(None, None, urgent=True), Marks(None, None, urgent=True)
            ).to_trace()
        )["proposed"]
        is None
    )
