"""Conditions and rules: what can be written in a row, and what is refused by name."""

import datetime as dt
import json
from itertools import pairwise

import pytest

from bench.routing_rules import DAY, shipped_agencies, shipped_data, shipped_fields, shipped_gazetteer
from feedback.data import read_rows
from feedback.domain.lifecycle import CaseClass
from feedback.domain.routing import (
    AgencyRow,
    FieldRow,
    Message,
    Outcome,
    RoutingData,
    Rule,
    RuleError,
    decide,
    explain_decision,
    parse_rule,
)
from feedback.domain.routing.conditions import KINDS, BadCondition, parse_condition

AGENCIES = [
    AgencyRow("STC", "Sở Tài chính", "Department of Finance", "department"),
    AgencyRow("UBNDX-24781", "UBND Phường Xuân Hương - Đà Lạt", "Committee", "commune", "24781"),
]
FIELDS = [FieldRow("gia", "Giá và phí", "Prices and fees", "STC")]
GAZETTEER = shipped_gazetteer()


def row(condition: object, **other: str) -> dict[str, str | None]:
    text = condition if isinstance(condition, str) else json.dumps(condition)
    return {
        "code": "r1", "priority": "10", "condition": text, "agency_code": "STC", "case_class": "C",
        "reason_vi": "Vì thế", "reason_en": "Because", "valid_from": "2025-07-01", "valid_to": "",
    } | other  # fmt: skip


def data(*rules: Rule, on: dt.date = DAY) -> RoutingData:
    return RoutingData.build(GAZETTEER, rules, AGENCIES, FIELDS, on)


def holds(condition: object, message: Message) -> bool:
    decision = decide(message, data(parse_rule(row(condition))))
    return any(one.why == "r1" for one in decision.top3)


@pytest.mark.parametrize(
    ("condition", "text", "expected"),
    [
        ({"words_any": ["giá nước", "phí chợ"]}, "Đề nghị xem giá nước", True),
        ({"words_any": ["giá nước"]}, "nước này giá cao", False),
        ({"words_any": ["giá nước", "phí chợ"], "at_least": 2}, "giá nước hỏng", False),
        ({"words_any": ["giá nước", "phí chợ"], "at_least": 2}, "giá nước và phí chợ hỏng", True),
        ({"words_all": ["giá|phí", "nước"]}, "phí thoát nước cao", True),
        ({"words_all": ["giá|phí", "nước"]}, "phí chợ cao", False),
        ({"asked": ["đội đô thị"]}, "nhờ đội đô thị xuống xem", True),
        ({"asked": ["đội đô thị"]}, "hôm qua đội đô thị đi qua nhà bà hàng xóm, xong rồi đi", False),
        ({"agency_named": ["STC"]}, "gửi Sở Tài chính xem", True),
        ({"agency_named": ["STC"]}, "gửi sở nào đó xem", False),
        ({"words_any": ["giá"], "not": {"words_any": ["giá điện"]}}, "giá điện cao", False),
        ({"words_any": ["giá"], "not": {"words_any": ["giá điện"]}}, "giá vé cao", True),
        ({"any": [{"words_any": ["giá vé"]}, {"words_any": ["giá xe"]}]}, "giá xe cao", True),
        ({"any": [{"words_any": ["giá vé"]}, {"words_any": ["giá xe"]}]}, "giá cao", False),
        ({"commune_known": True}, "rác ở phường Xuân Hương", True),
        ({"commune_known": True}, "rác ở đâu đó", False),
        ({"commune": ["24781"]}, "rác ở phường 2 Bảo Lộc", False),
        ({"procedure": ["1.004227"]}, "hồ sơ mã 1.004227 bị trễ", True),
        ({"procedure": ["1.004227"]}, "hồ sơ mã 1.004228 bị trễ", False),
        ({"submitter_kind": ["business"]}, "giá cao", False),
        ({"submitter_kind": ["citizen"]}, "giá cao", True),
    ],
)
def test_what_each_kind_of_condition_holds_of(condition: object, text: str, expected: bool) -> None:
    assert holds(condition, Message("", text)) is expected


def test_a_field_condition_looks_at_the_choice() -> None:
    assert holds({"field": ["gia"]}, Message("", "hỏng", field_code="gia"))
    assert not holds({"field": ["gia"]}, Message("", "hỏng"))


def test_a_commune_condition_looks_at_the_place() -> None:
    assert holds({"commune": ["24781"]}, Message("", "hỏng", commune_code="24781"))
    assert not holds({"commune": ["24781"]}, Message("", "hỏng", commune_code="24769"))


def test_every_kind_has_a_case_above() -> None:
    assert set(KINDS) == {
        "words_any", "words_all", "asked", "agency_named", "field", "submitter_kind", "commune", "procedure",
        "commune_known", "not", "any",
    }  # fmt: skip


@pytest.mark.parametrize(
    "condition",
    [
        "", "{", "[]", "{}", "null", '"rác"', '{"words_any": []}', '{"words_any": "rác"}',
        '{"words_any": [1]}', '{"words_any": [""]}', '{"words_any": ["a"], "at_least": 2}',
        '{"words_any": ["a"], "at_least": true}', '{"asked": ["-"]}', '{"words_any": ["a|b"]}',
        '{"at_least": 1}', '{"words_all": ["a|"]}', '{"commune_known": "yes"}', '{"not": {}}', '{"any": []}',
        '{"any": [{}]}', '{"regex": "a+"}', '{"words_any": ["!!!"]}', "[" * 100_000,
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_read_is_refused_by_the_name_of_its_rule(condition: str) -> None:
    with pytest.raises(RuleError) as error:
        parse_rule(row(condition))
    assert error.value.rule_code == "r1"
    assert "rule r1: " in str(error.value)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", ""), ("code", "a b"), ("priority", "soon"), ("agency_code", ""), ("case_class", "E"),
        ("case_class", "Z"), ("reason_vi", " "), ("valid_from", "01/07/2025"), ("valid_to", "2025-06-30"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_refused(column: str, value: str) -> None:
    with pytest.raises(RuleError):
        parse_rule(row({"words_any": ["giá"]}, **{column: value}))


@pytest.mark.parametrize(
    "changed",
    [
        {"agency_code": "GONE"},
        {"condition": '{"field": ["gone"]}'},
        {"condition": '{"agency_named": ["GONE"]}'},
        {"condition": '{"not": {"any": [{"agency_named": ["GONE"]}]}}'},
        {"condition": '{"agency_named": ["UBNDX"]}'},
        {"condition": '{"any": [{"commune": ["00000"]}]}'},
    ],
)
def test_a_rule_that_names_what_does_not_exist_is_never_skipped(changed: dict[str, str]) -> None:
    with pytest.raises(RuleError):
        data(parse_rule(row({"words_any": ["giá"]}) | changed))


@pytest.mark.parametrize(
    ("text", "fault", "line", "column"),
    [
        ('{"words_any": ["a"] x}', "not_json", 1, 21),
        ('{\n  "words_any": ["a"],\n  "wrods_none": ["b"]\n}', "unknown_kind", 3, 3),
        ('{"not":\n {"words_any": []}}', "not_texts", 2, 3),
        ('{"asked": ["a"], "asked": ["b"]}', "twice", 1, 2),
        ("[]", "not_an_object", 0, 0),
    ],
)
def test_a_fault_of_a_condition_says_where_it_is(text: str, fault: str, line: int, column: int) -> None:
    with pytest.raises(BadCondition) as error:
        parse_condition(text)
    assert (error.value.fault, error.value.line, error.value.column) == (fault, line, column)
    assert bool(line) is (f"line {line}" in str(error.value))


def test_a_rule_set_aside_decides_nothing_and_says_so_where_it_would_have_spoken() -> None:
    broken = parse_rule(row({"words_any": ["giá vé"]}, agency_code="GONE"))
    book = RoutingData.build(GAZETTEER, [], AGENCIES, FIELDS, DAY, set_aside=[broken])
    touched = decide(Message("Giá vé", "giá vé tăng"), book)
    assert touched.agency_code is None
    assert ("rule_problem", {"rule": "r1"}) in [(one.code, one.params) for one in touched.reasons]
    assert any("r1" in line for line in explain_decision(touched.to_trace(), "vi"))
    other = decide(Message("", "xe buýt trễ"), book)
    assert "rule_problem" not in [one.code for one in other.reasons]


def test_a_field_whose_agency_is_gone_speaks_for_none_and_stops_nothing() -> None:
    fields = [*FIELDS, FieldRow("y-te", "Y tế", "Health", "GONE")]
    book = RoutingData.build(GAZETTEER, [], AGENCIES, fields, DAY)
    decision = decide(Message("", "xe buýt trễ", field_code="y-te"), book)
    assert decision.top3 == ()
    assert "Health" in " ".join(explain_decision(decision.to_trace(), "en"))
    assert decide(Message("", "xe buýt trễ", field_code="gia"), book).top3[0].agency_code == "STC"


def test_a_rule_counts_on_its_first_and_last_day_only() -> None:
    rule = parse_rule(row({"words_any": ["giá vé"]}, valid_from="2026-01-01", valid_to="2026-06-30"))
    message = Message("Giá vé", "giá vé tăng")
    for day, counts in [
        ("2025-12-31", False),
        ("2026-01-01", True),
        ("2026-06-30", True),
        ("2026-07-01", False),
    ]:
        decision = decide(message, data(rule, on=dt.date.fromisoformat(day)))
        assert (decision.outcome is Outcome.ASSIGN) is counts


def test_a_louder_rule_wins_and_equal_ones_leave_it_to_a_person() -> None:
    here = row({"words_any": ["giá vé"]}, code="stc")
    commune = row({"words_any": ["giá vé"]}, code="xa", agency_code="UBNDX", priority="30")
    message = Message("Giá vé", "giá vé ở phường Xuân Hương tăng")
    louder = decide(message, data(parse_rule(here), parse_rule(commune)))
    assert louder.agency_code == "STC"
    equal = decide(message, data(parse_rule(here), parse_rule(commune | {"priority": "10"})))
    assert equal.outcome is Outcome.TRIAGE
    assert {one.agency_code for one in equal.top3} == {"STC", "UBNDX-24781"}


def test_the_shipped_rules_can_all_be_read_and_applied() -> None:
    rules = [parse_rule(shipped) for shipped in read_rows("routing/routing_rules.csv")]
    assert len({rule.code for rule in rules}) == len(rules) > 100
    known = {agency.code for agency in shipped_agencies()} | {"UBNDX"}
    assert {rule.agency_code for rule in rules} <= known
    assert {agency.code for agency in shipped_agencies() if agency.commune_code is None} <= {
        rule.agency_code for rule in rules
    }
    assert shipped_data().rules


def test_the_fields_of_the_form_cover_the_fields_of_the_agencies() -> None:
    fields = read_rows("agencies/fields.csv")
    listed = {
        (agency["code"], field.strip().casefold())
        for agency in read_rows("agencies/lam-dong-2026.csv")
        for field in agency["fields"].split(";")
    }
    assert {(field["agency_code"], field["name_vi"].casefold()) for field in fields} == listed
    assert [int(field["rank"]) for field in fields] == list(range(1, len(fields) + 1))
    assert len({field["code"] for field in fields}) == len(fields) == len(shipped_fields())
    groups = [field["group_vi"] for field in fields]
    changes = sum(first != second for first, second in pairwise(groups))
    assert changes == len(set(groups)) - 1, "the fields of a group stand together"
    assert all(field["name_en"] and field["group_en"] for field in fields)


def test_nested_conditions_tell_all_their_words() -> None:
    condition = parse_condition(
        '{"any": [{"words_any": ["a"]}, {"not": {"words_all": ["b|c"]}}], "asked": ["d"]}'
    )
    assert set(condition.phrases()) == {"a", "b", "c", "d"}


def test_class_of_a_rule_is_the_class_of_the_case() -> None:
    rule = parse_rule(row({"words_any": ["giá vé"]}))
    decision = decide(Message("Giá vé", "giá vé gửi xe"), data(rule))
    assert decision.case_class is CaseClass.C
