"""The shipped terms against the table of the law, and the version in force on a day."""

import datetime as dt
from dataclasses import replace

import pytest

from feedback.domain.duration import Duration
from feedback.domain.terms import StartEvent, Term, TermNotFound, term_in_force
from tests.domain.reference import DATA, rows, terms

TODAY = dt.date(2026, 11, 22)
LAW = {
    "refuse": ("2wd", "submission;transfer"),
    "forward": ("5wd", "reception"),
    "supplement": ("5wd", "submission"),
    "supplement_reply": ("10wd", "supplement_request"),
    "answer": ("15wd", "submission;assignment;transfer;reopening"),
    "publish": ("2wd", "answer_approved"),
    "contact_urgent": ("2h", "reception"),
    "answer_2019": ("20d", "receipt"),
    "answer_2019_update": ("7d", "status_update"),
    "status_update_first": ("20d", "submission;reopening"),
    "status_update_next": ("7d", "status_update"),
    "reception_notice": ("10wd", "reception"),
    "legal_text": ("15d", "reception"),
    "complaint_accept": ("7wd", "receipt"),
    "complaint_resolve": ("30d", "acceptance"),
    "complaint_resolve_complex": ("45d", "acceptance"),
    "complaint_resolve_remote": ("45d", "acceptance"),
    "complaint_resolve_remote_complex": ("60d", "acceptance"),
    "denunciation_check": ("7wd", "receipt"),
    "denunciation_check_longest": ("10wd", "receipt"),
    "denunciation_forward": ("5wd", "receipt"),
    "denunciation_resolve": ("30d", "acceptance"),
    "denunciation_resolve_complex": ("60d", "acceptance"),
    "denunciation_resolve_very_complex": ("90d", "acceptance"),
    "data_request_reply": ("2wd", "request"),
    "data_request_correct": ("10d", "request"),
    "data_request_erase": ("20d", "request"),
    "breach_notice": ("72h", "detection"),
}


def _latest(term: Term) -> bool:
    return term.valid_from == max(other.valid_from for other in terms() if other.key == term.key)


def test_the_terms_are_those_of_the_law() -> None:
    assert {term.key: (str(term.duration), term.counted_from) for term in terms() if _latest(term)} == LAW


def test_what_may_stand_still_and_what_may_be_extended() -> None:
    assert [term.key for term in terms() if term.pauses] == ["answer"]
    extended = {
        term.key: (";".join(term.extend_by), term.extend_at_most and str(term.extend_at_most))
        for term in terms()
        if term.extend_by
    }
    assert extended == {
        "answer": ("head_of_agency", None),
        "denunciation_check": ("head_of_agency;coordinator_head", "3wd"),
        "denunciation_resolve": ("head_of_agency;coordinator_head", "60d"),
    }
    by_key = {term.key: term for term in terms()}
    for key, longest in (("check", "check_longest"), ("resolve", "resolve_very_complex")):
        usual, most = by_key[f"denunciation_{key}"], by_key[f"denunciation_{longest}"]
        assert usual.extend_at_most is not None
        assert usual.duration.amount + usual.extend_at_most.amount == most.duration.amount


@pytest.mark.parametrize("term", terms(), ids=lambda term: term.key)
def test_each_term_is_cited_and_named_in_both_languages(term: Term) -> None:
    assert term.basis
    assert term.name_vi
    assert term.name_en
    assert term.name_vi != term.name_en


def test_only_the_rule_of_2019_and_the_law_of_complaints_before_its_decree_are_past() -> None:
    past = {term.key for term in terms() if not term.in_force(TODAY)}
    assert past == {"answer_2019", "answer_2019_update", "complaint_accept"}
    before = term_in_force(terms(), "complaint_accept", dt.date(2025, 12, 31))
    assert (str(before.duration), before.basis) == ("10d", "Luật Khiếu nại 2011 Đ.27")
    assert str(term_in_force(terms(), "answer_2019", dt.date(2019, 11, 12)).duration) == "20d"


def test_the_version_of_the_day_is_found_and_its_edges_count() -> None:
    old = replace(term_in_force(terms(), "answer", TODAY), valid_to=dt.date(2026, 6, 30))
    new = replace(old, duration=Duration.parse("10wd"), valid_from=dt.date(2026, 7, 1), valid_to=None)
    for versions in ([old, new], [new, old]):
        assert term_in_force(versions, "answer", dt.date(2026, 6, 30)) is old
        assert term_in_force(versions, "answer", dt.date(2026, 7, 1)) is new
    assert term_in_force([old, replace(new, valid_from=dt.date(2026, 1, 1))], "answer", old.valid_from) is old


def test_of_two_versions_in_force_the_latest_begun_counts() -> None:
    old = term_in_force(terms(), "answer", TODAY)
    new = replace(old, duration=Duration.parse("10wd"), valid_from=dt.date(2026, 7, 1))
    assert term_in_force([new, old], "answer", TODAY) is new


def test_a_missing_term_says_what_there_is() -> None:
    with pytest.raises(
        TermNotFound, match=r"no term 'answer' is in force on 2000-01-01; versions: 2022-06-23 to now"
    ):
        term_in_force(terms(), "answer", dt.date(2000, 1, 1))
    with pytest.raises(LookupError, match="none at all"):
        term_in_force(terms(), "anwser", TODAY)


@pytest.mark.parametrize(
    "change",
    [
        {"duration": "15"},
        {"duration": "0wd"},
        {"counted_from": "birth"},
        {"counted_from": ""},
        {"valid_from": ""},
        {"valid_to": "2000-01-01"},
        {"name_en": None},
        {"pauses": "sometimes"},
        {"extend_by": "boss"},
        {"extend_at_most": "3wd"},
        {"extend_by": "head_of_agency", "extend_at_most": "3d"},
    ],
    ids=lambda change: "-".join(f"{key}={value}" for key, value in change.items()),
)
def test_a_bad_row_is_named(change: dict[str, str]) -> None:
    good = rows(DATA / "terms.csv")[0]
    assert Term.from_row(good).start_events == (StartEvent.SUBMISSION, StartEvent.TRANSFER)
    bad = {key: value for key, value in (good | change).items() if value is not None}
    with pytest.raises(ValueError, match=r"not a term: \{'key': 'refuse'"):
        Term.from_row(bad)
