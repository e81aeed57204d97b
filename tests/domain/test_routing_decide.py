"""The decision on whole messages: where they go, what is never assigned, the trace and its words."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bench.routing_rules import (
    DAY,
    message_of,
    place_verdict,
    shipped_agencies,
    shipped_data,
    shipped_fields,
    verdict,
)
from feedback.domain.lifecycle import CaseClass
from feedback.domain.places import PlaceStatus
from feedback.domain.routing import (
    Decision,
    Message,
    Outcome,
    decide,
    explain_decision,
    explain_to_submitter,
    likely_agencies,
)
from feedback.domain.routing.data import RoutingData
from feedback.domain.routing.decision import undecided
from feedback.domain.routing.explain_words import STAFF, SUBMITTER
from feedback.domain.routing.rules import parse_rule
from feedback.domain.text import fold

DATA = shipped_data()
SAMPLES: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data/routing_messages.jsonl").read_text("utf-8").splitlines()
]
ORDINARY = [row for row in SAMPLES if row["class"] in "ABCQ" and row["id"] not in {"R31", "R32"}]
APART = [row for row in SAMPLES if row not in ORDINARY]


@pytest.mark.parametrize("row", ORDINARY, ids=lambda row: row["id"])
def test_ordinary_messages_reach_an_agency_that_can_answer(row: dict[str, Any]) -> None:
    decision = decide(message_of(row, plain=False), DATA)
    assert verdict(row, decision) == "right"
    assert decision.case_class is not None
    assert place_verdict(row, decision, DATA) in ("known found", "open kept open")


@pytest.mark.parametrize("row", ORDINARY, ids=lambda row: row["id"])
def test_without_diacritics_no_ordinary_message_goes_wrong(row: dict[str, Any]) -> None:
    assert verdict(row, decide(message_of(row, plain=True), DATA)) in ("right", "triage")


def test_without_diacritics_most_still_arrive() -> None:
    right = sum(verdict(row, decide(message_of(row, plain=True), DATA)) == "right" for row in ORDINARY)
    assert right >= 0.6 * len(ORDINARY)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("row", APART, ids=lambda row: row["id"])
def test_what_is_not_ordinary_is_never_assigned(row: dict[str, Any], plain: bool) -> None:
    decision = decide(message_of(row, plain=plain), DATA)
    assert decision.outcome is not Outcome.ASSIGN
    assert decision.agency_code is None


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: row["id"])
def test_urgency(row: dict[str, Any]) -> None:
    decision = decide(message_of(row, plain=False), DATA)
    assert decision.urgent is row["urgent"]
    assert bool(decision.urgent_reasons) is row["urgent"]


@pytest.mark.parametrize(
    ("text", "case_class"),
    [
        ("Tôi tố cáo bà kế toán trường khai khống suất ăn", CaseClass.E),
        ("toi to cao chu tich xa nhan tien", CaseClass.E),
        ("Tôi khiếu nại quyết định thu hồi đất của tôi", CaseClass.D),
        ("Kẻ trộm vô nhà lấy xe máy", CaseClass.C),
        ("Đơn tố cáo: điện lực cúp điện, trụ điện nghiêng, công tơ hỏng, đường dây sà", CaseClass.E),
    ],
)
def test_a_word_of_denunciation_complaint_or_crime_outweighs_every_rule(
    text: str, case_class: CaseClass
) -> None:
    decision = decide(Message("Trụ điện nghiêng, công tơ điện hỏng", text), DATA)
    assert decision.outcome is Outcome.RESTRICTED_TRIAGE
    assert decision.case_class is case_class
    assert decision.top3 == ()


def test_words_that_only_look_alike_without_marks_are_no_denunciation() -> None:
    decision = decide(
        Message("Cây to", "Cây dầu to cao trước nhà ở xã Tà Năng cành khô sắp gãy, đề nghị xã cắt"), DATA
    )
    assert decision.case_class is not CaseClass.D
    toned = decide(Message("", "Cái tờ cáo phó dán trên trụ điện, trụ điện nghiêng, công tơ điện hư"), DATA)
    assert toned.outcome is not Outcome.RESTRICTED_TRIAGE


def test_a_person_called_by_title_and_name_is_left_to_a_person() -> None:
    named = decide(Message("Một cửa", "Chuyên viên Trần Thị Lan Anh bắt tôi chờ hồ sơ đất đai mãi"), DATA)
    assert named.outcome is Outcome.RESTRICTED_TRIAGE
    assert [reason.code for reason in named.reasons][1:] == ["person_named"]


def test_a_commune_matter_needs_the_commune() -> None:
    unknown = decide(Message("Rác chất đống", "Xe rác không vô hẻm, rác chất đống"), DATA)
    assert unknown.outcome is Outcome.TRIAGE
    assert unknown.reasons[-1].code == "commune_needed"
    known = decide(Message("Rác chất đống", "Xe rác không vô hẻm, rác chất đống", "phường 2 Bảo Lộc"), DATA)
    assert known.agency_code == "UBNDX-24820"
    picked = decide(
        Message("Rác chất đống", "Xe rác không vô hẻm, rác chất đống", commune_code="24820"), DATA
    )
    assert (picked.agency_code, picked.commune_code) == ("UBNDX-24820", "24820")


def test_a_commune_code_that_does_not_exist_is_not_believed() -> None:
    decision = decide(Message("Rác", "Xe rác không vô, rác chất đống", commune_code="99999"), DATA)
    assert decision.place.status is PlaceStatus.NONE


def test_the_field_that_was_chosen_counts() -> None:
    vague = Message("Chuyện nhỏ", "Chỗ tôi hay bị hư, nhờ xem giúp", commune_code="24820")
    assert decide(vague, DATA).outcome is Outcome.TRIAGE
    chosen = decide(Message(vague.subject, vague.text, "", "24820", "den-duong"), DATA)
    assert chosen.agency_code == "UBNDX-24820"
    assert chosen.reasons[1].code == "field"


def test_the_field_of_denunciations_is_kept_apart() -> None:
    decision = decide(Message("Chuyện nhỏ", "Nhờ xem giúp", field_code="to-cao"), DATA)
    assert decision.outcome is Outcome.RESTRICTED_TRIAGE


def test_nothing_recognised_is_no_class() -> None:
    decision = decide(Message("Chào", "Trời đẹp"), DATA)
    assert (decision.outcome, decision.case_class, decision.confidence) == (Outcome.TRIAGE, None, 0.0)


@dataclass(frozen=True)
class _Guess:
    """A classifier that says the same of every message."""

    agencies: dict[str, float]
    classes: dict[str, float] = field(default_factory=lambda: {"C": 0.9, "E": 0.01, "D": 0.01, "X": 0.01})
    urgent: float = 0.01
    version: str = "of-a-test"

    def read(self, subject: str, text: str) -> "_Guess":
        return self

    def weighty_words(self, agency: str) -> tuple[str, ...]:
        return ("xây dựng",)


POLE = Message("Trụ điện", "trụ điện nghiêng, đường dây điện sà thấp")
VAGUE = Message("Chuyện nhỏ", "Chỗ tôi hay bị hư, nhờ xem giúp")


def test_what_the_rules_leave_open_goes_where_the_classifier_is_sure() -> None:
    sure = decide(VAGUE, DATA, _Guess({"SXD": 0.9, "STC": 0.1}))
    assert (sure.agency_code, sure.top3[0].why) == ("SXD", "classifier")
    assert Decision.from_trace(sure.to_trace()).read_by == "of-a-test"
    lines = explain_decision(sure.to_trace(), "en")
    assert any("xây dựng" in line for line in lines)
    doubtful = decide(VAGUE, DATA, _Guess({"SXD": 0.5, "STC": 0.3}))
    assert doubtful.outcome is Outcome.TRIAGE
    assert [one.agency_code for one in doubtful.top3] == ["SXD", "STC"]
    assert doubtful.reasons[-1].code == "unsure"
    assert decide(VAGUE, DATA, _Guess({})).outcome is Outcome.TRIAGE


def test_rule_and_classifier_that_agree_assign_and_that_differ_leave_it_to_a_person() -> None:
    assert decide(POLE, DATA, _Guess({"PCLD": 0.6, "SXD": 0.4})).agency_code == "PCLD"
    differ = decide(POLE, DATA, _Guess({"SXD": 0.99, "PCLD": 0.01}))
    assert differ.outcome is Outcome.TRIAGE
    assert differ.reasons[-1].code == "conflict"
    assert {one.agency_code for one in differ.top3[:2]} == {"SXD", "PCLD"}


def test_a_rule_that_overrules_needs_nobody_to_agree_but_cannot_free_what_is_kept_apart() -> None:
    against = _Guess({"SXD": 0.999, "PCLD": 0.001})
    ordered = overruled_by(("TTT", "trụ điện"))
    for classifier in (against, None):
        decision = decide(POLE, ordered, classifier)
        assert (decision.outcome, decision.agency_code, decision.top3[0].why) == (
            Outcome.ASSIGN,
            "TTT",
            "r-TTT",
        )
        assert "r-TTT" in [reason.params.get("rule") for reason in decision.reasons]
    two = decide(POLE, overruled_by(("TTT", "trụ điện"), ("STC", "dây điện")), against)
    assert (two.outcome, two.reasons[-1].code) == (Outcome.TRIAGE, "conflict")
    assert {one.agency_code for one in two.top3[:2]} == {"TTT", "STC"}
    accused = Message(POLE.subject, POLE.text + ". Tôi tố cáo ông ấy nhận hối lộ")
    assert decide(accused, ordered, against).outcome is Outcome.RESTRICTED_TRIAGE
    mixed = _Guess({"SXD": 1.0}, {"C": 0.1, "G": 0.9, "D": 0.0, "E": 0.0})
    assert decide(POLE, ordered, mixed).outcome is Outcome.TRIAGE


def overruled_by(*orders: tuple[str, str]) -> RoutingData:
    """The shipped data with rules that overrule besides: (agency, phrase)."""
    more = [
        parse_rule({
            "code": f"r-{agency}", "priority": "5", "condition": json.dumps({"words_any": [phrase]}),
            "agency_code": agency, "case_class": "C", "reason_vi": "mới", "reason_en": "new",
            "valid_from": "2026-01-01", "valid_to": "",
        })
        for agency, phrase in orders
    ]  # fmt: skip
    return RoutingData.build(DATA.gazetteer, [*DATA.rules, *more], shipped_agencies(), shipped_fields(), DAY)


def test_no_classifier_frees_what_the_rules_suspect() -> None:
    apart = decide(Message("", "Tôi tố cáo ông ấy"), DATA, _Guess({"SXD": 1.0}))
    assert (apart.outcome, apart.top3) == (Outcome.RESTRICTED_TRIAGE, ())


def test_a_classifier_can_suspect_what_the_rules_do_not() -> None:
    suspected = decide(POLE, DATA, _Guess({"PCLD": 1.0}, {"C": 0.5, "E": 0.4, "D": 0.1}))
    assert (suspected.outcome, suspected.case_class) == (Outcome.RESTRICTED_TRIAGE, CaseClass.E)
    assert suspected.reasons[-1].code == "suspected"


def test_a_classifier_that_reads_an_advertisement_keeps_it_from_being_assigned() -> None:
    read = decide(POLE, DATA, _Guess({"PCLD": 1.0}, {"C": 0.2, "X": 0.8, "D": 0.0, "E": 0.0}))
    assert (read.outcome, read.case_class) == (Outcome.TRIAGE, CaseClass.X)


def test_an_agency_that_is_not_there_any_more_is_not_given() -> None:
    assert decide(VAGUE, DATA, _Guess({"GONE": 1.0})).outcome is Outcome.TRIAGE


def test_urgency_needs_words_that_are_believed_or_a_sure_classifier() -> None:
    assert not decide(VAGUE, DATA, _Guess({"SXD": 1.0})).urgent
    by_itself = decide(VAGUE, DATA, _Guess({"SXD": 1.0}, urgent=0.4))
    assert by_itself.urgent
    assert explain_decision(by_itself.to_trace(), "vi")[-1].startswith("Khẩn cấp")
    fire = Message("Cháy", "nhà đang cháy, có người kẹt, cứu với")
    assert decide(fire, DATA, _Guess({"CAT": 1.0}, urgent=0.05)).urgent


def test_the_likeliest_agencies_are_told_on_demand_of_what_is_kept_apart_too() -> None:
    crime = Message("Trộm", "Kẻ trộm vô nhà lấy xe máy")
    guess = _Guess({"CAT": 0.9, "SXD": 0.1})
    assert decide(crime, DATA, guess).top3 == ()
    assert likely_agencies(crime, DATA, guess)[0].agency_code == "CAT"


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: row["id"])
def test_the_trace_tells_the_whole_decision_and_nothing_of_the_submitter(row: dict[str, Any]) -> None:
    decision = decide(message_of(row, plain=False), DATA)
    trace = decision.to_trace()
    back = Decision.from_trace(trace)
    assert back.to_trace() == trace
    assert (back.outcome, back.agency_code, back.place, back.reasons) == (
        decision.outcome, decision.agency_code, decision.place, decision.reasons,
    )  # fmt: skip
    assert row["text"][:25] not in trace
    for locale in ("vi", "en"):
        lines = explain_decision(trace, locale)
        assert len(lines) >= 2
        assert all(line.endswith(".") and "{" not in line for line in lines)


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_submitter_reads_one_sentence_without_suspicion(locale: str) -> None:
    assigned = decide(Message("Trụ điện", "trụ điện nghiêng, đường dây điện sà thấp"), DATA).to_trace()
    apart = decide(Message("", "Tôi tố cáo ông ấy"), DATA).to_trace()
    unsure = decide(Message("", "Trời đẹp"), DATA).to_trace()
    name = DATA.agencies["PCLD"].name_vi if locale == "vi" else DATA.agencies["PCLD"].name_en
    assert name in explain_to_submitter(assigned, locale)
    assert explain_to_submitter(apart, locale) == explain_to_submitter(unsure, locale)


def test_an_unknown_language_is_vietnamese() -> None:
    trace = decide(Message("", "Trời đẹp"), DATA).to_trace()
    assert explain_decision(trace, "fr") == explain_decision(trace, "vi")


def test_every_sentence_exists_in_both_languages() -> None:
    for sentences in (*STAFF.values(), *SUBMITTER.values()):
        assert set(sentences) == {"vi", "en"}


def test_a_broken_rule_is_told_as_such() -> None:
    assert any("r1" in line for line in explain_decision(undecided("r1").to_trace(), "vi"))


@pytest.mark.parametrize("trace", ["{}", "[]", '{"version": 2}', '{"version": 1}', "null", "no"])
def test_what_is_no_trace_is_refused(trace: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Decision.from_trace(trace)


def test_the_same_message_gives_the_same_decision() -> None:
    read_again = shipped_data()
    for row in SAMPLES:
        message = message_of(row, plain=False)
        assert decide(message, DATA) == decide(message, read_again)


def test_a_decision_takes_about_a_millisecond() -> None:
    messages = [message_of(row, plain=False) for row in SAMPLES]
    start = time.process_time()
    for message in messages:
        decide(message, DATA)
    assert (time.process_time() - start) / len(messages) < 0.004


@pytest.mark.parametrize(
    "unit", ["tố cáo ", "cháy không ", "a", "Ông Lê Văn ", "xã Tà Năng ", "10 triệu ", "k hs "]
)
def test_a_hundred_kilobytes_take_linear_time(unit: str) -> None:
    text = (unit * (100_000 // len(unit)))[:100_000]
    start = time.process_time()
    decide(Message("", text), DATA)
    assert time.process_time() - start < 1.5


def test_folding_the_samples_changes_them() -> None:
    assert sum(fold(row["text"]) != row["text"].lower() for row in SAMPLES) > len(SAMPLES) / 2
