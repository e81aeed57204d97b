"""The routing rules as an administrator finds, changes and ends them, by way of a trial on past cases."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from feedback.domain.calendar import local_date
from feedback.models import Agency, AuditEvent, Field, RoutingRule, RuleTrial, StatisticsSnapshot, Work
from feedback.services.law import rule_trials
from tests.pages import form_of, send

SHAPE = '{"any": [{"words_any": ["chợ cóc"]}, {"asked": ["quản lý chợ"]}]}'
SOME = {
    "reason_vi": "Nói về đèn đường", "reason_en": "It is about street lamps", "agency_code": "SXD",
    "case_class": "C", "priority": "10",
}  # fmt: skip


@pytest.fixture
def today(stage):
    return local_date(stage.now)


@pytest.fixture
def admin(stage, sign_in, watch):
    watch.moment = stage.now
    since = local_date(stage.now) - timedelta(days=90)
    common = {"reason_vi": "Vì thế", "reason_en": "So it is", "valid_from": since}
    stage.worker.add_all(
        [
            RoutingRule(
                code="den", priority=12, condition='{"words_any": ["đèn đường", "đèn hẻm"]}',
                agency_code="UBNDX", case_class="C", **common,
            ),
            RoutingRule(code="cho", priority=30, condition=SHAPE, agency_code="SNV", **common),
        ]
    )  # fmt: skip
    stage.worker.add(
        Field(
            code="chieu-sang", name_vi="Chiếu sáng", name_en="Lighting", group_vi="Đô thị",
            group_en="Town", agency_code="SXD", rank=1, valid_from=since,
        )
    )  # fmt: skip
    stage.worker.commit()
    return sign_in(stage.province.administrator)


def work(stage, watch) -> None:
    rule_trials.work_through(stage.factory, watch, longest=60)
    stage.worker.expire_all()


def versions(stage, code: str) -> list[RoutingRule]:
    stage.worker.expire_all()
    query = select(RoutingRule).where(RoutingRule.code == code).order_by(RoutingRule.id)
    return list(stage.worker.scalars(query))


def test_a_rule_is_changed_by_way_of_a_trial(admin, stage, watch, bell, today) -> None:
    case_id = stage.in_progress()
    page = admin.get("/admin/rules/rule/den/change")
    assert form_of(page).fields["words_any"] == ["đèn đường\nđèn hẻm"]
    address = send(admin, page, **SOME | {"priority": "20"}, words_any="đèn đường\n\nđèn chiếu sáng").location
    assert "trials" in bell.rung
    waiting = admin.get(address).text
    assert 'hx-trigger="every 2s"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert [row.agency_code for row in versions(stage, "den")] == ["UBNDX"]
    early = admin.post(f"{address}/save", data={"csrf_token": form_of(page).fields["csrf_token"][0]})
    assert early.location == address
    assert "Hãy chờ thử xong" in admin.get(address).text
    work(stage, watch)
    counted = admin.get(address)
    assert "trong 1 vụ việc gần nhất" in counted.text
    assert "hx-trigger" not in counted.text
    assert stage.look(case_id).body not in counted.text
    done = send(admin, counted, "/save")
    assert done.location == "/admin/rules/rule/den"
    old, new = versions(stage, "den")
    assert (old.valid_to, new.valid_from) == (today - timedelta(days=1), today)
    assert json.loads(new.condition) == {"words_any": ["đèn đường", "đèn chiếu sáng"]}
    assert (new.agency_code, new.priority, new.recorded_by) == ("SXD", 12, stage.province.administrator.id)
    event = stage.worker.scalars(select(AuditEvent).where(AuditEvent.kind == "settings.rule_changed")).one()
    assert "đèn" not in event.payload
    shown = admin.get(done.location).text
    assert f"{stage.province.administrator.name} ghi" in shown
    assert "có sẵn từ đầu" in shown
    assert "Thay đổi quy tắc phân luồng" in admin.get("/admin/law").text
    assert "Quy tắc: den" in admin.get("/admin/audit?stream=settings").text
    again = admin.get(address).text
    assert "Đã lưu" in again
    assert "/save" not in again


def test_a_rule_is_written_in_parts(admin, stage, watch, today) -> None:
    page = admin.get("/admin/rules/new")
    address = send(
        admin, page, **SOME, code="den-moi", words_any="đèn đường\nđèn ngõ\nđèn hẻm", at_least="2",
        words_all="hỏng|tắt", words_none="đèn giao thông", asked="điện lực", fields="chiếu sáng",
        communes="phường xuân hương – đà lạt", agencies="SNV", procedures="1.004227",
        submitter_kinds=["citizen", "business"], commune_known="yes",
        valid_to=(today + timedelta(days=30)).isoformat(),
    ).location  # fmt: skip
    work(stage, watch)
    page = admin.get(address)
    assert "Nói về đèn đường" in page.text
    assert send(admin, page, "/save").location == "/admin/rules/rule/den-moi"
    (row,) = versions(stage, "den-moi")
    assert json.loads(row.condition) == {
        "field": ["chieu-sang"], "submitter_kind": ["citizen", "business"], "commune": ["24769"],
        "procedure": ["1.004227"], "words_all": ["hỏng|tắt"], "asked": ["điện lực"],
        "agency_named": ["SNV"], "words_any": ["đèn đường", "đèn ngõ", "đèn hẻm"], "at_least": 2,
        "commune_known": True, "not": {"words_any": ["đèn giao thông"]},
    }  # fmt: skip
    text = admin.get("/admin/rules/rule/den-moi").text
    assert "hỏng hoặc tắt" in text
    assert "Chiếu sáng" in text
    form = form_of(admin.get("/admin/rules/rule/den-moi/change")).fields
    assert form["fields"] == ["Chiếu sáng"]
    assert form["at_least"] == ["2"]
    assert "24769" not in form["communes"][0]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"code": ""}, "điền mục này"),
        ({"code": "Đèn Mới"}, "Chữ thường không dấu"),
        ({"code": "den"}, "Đã có quy tắc mang mã này"),
        ({"words_any": "", "words_all": ""}, "ít nhất một phần"),
        ({"words_any": "a|b"}, "dấu | chỉ dùng khi"),
        ({"words_none": "!!!"}, "không có chữ nào"),
        ({"at_least": "3"}, "từ 1 đến số cụm từ"),
        ({"at_least": "x"}, ""),
        ({"communes": "Phường 2\nNowhere"}, "Dòng 2: không có mục nào tên “Nowhere”"),
        ({"fields": "không có"}, "Dòng 1: không có mục nào"),
        ({"valid_from": "2026-01-01"}, "Sớm nhất là hôm nay"),
        ({"valid_to": "2026-01-01"}, "Ngày kết thúc phải từ"),
        ({"agency_code": "GONE"}, ""),
        ({"reason_en": " "}, "điền mục này"),
        ({"how": "text", "condition": '{\n "words_any": ["a"],\n "wrods": 1}'}, "dòng 3, cột 2"),
        ({"how": "text", "condition": "{"}, "sai cú pháp JSON"),
        ({"how": "text", "condition": '{"agency_named": ["GONE"]}'}, "mang mã “GONE”"),
        ({"how": "text", "condition": '{"commune": ["1"]}'}, "mang mã “1”"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(admin, stage, fields, text) -> None:
    values = SOME | {"code": "moi", "words_any": "cụm thử nghiệm", "words_all": "giữ lại"} | fields
    answer = send(admin, admin.get("/admin/rules/new"), **values)
    assert answer.status_code == 200
    assert text in answer.text
    assert "Cần xem lại" in answer.text
    assert stage.worker.scalars(select(RuleTrial)).all() == []
    kept = form_of(answer).fields
    for name in ("words_all", "words_any", "words_none", "communes", "condition", "reason_vi", "valid_from"):
        if name in values:
            assert kept[name][0].replace("\r\n", "\n") == values[name]


def test_a_condition_that_the_parts_cannot_say_is_kept_as_it_is(admin, stage, watch) -> None:
    page = admin.get("/admin/rules/rule/cho/change")
    assert "không tách thành từng phần được" in page.text
    assert form_of(page).fields["how"] == ["text"]
    address = send(admin, page, agency_code="SXD").location
    work(stage, watch)
    send(admin, admin.get(address), "/save")
    assert versions(stage, "cho")[-1].condition == SHAPE
    assert "chợ cóc" in admin.get("/admin/rules/rule/cho").text


def test_a_proposed_change_is_gone_on_with(admin, stage, watch) -> None:
    for path, code in (("/admin/rules/new", {"code": "moi"}), ("/admin/rules/rule/den/change", {})):
        values = SOME | code | {"words_any": "còn dở", "reason_vi": "Chưa xong"}
        address = send(admin, admin.get(path), **values).location
        work(stage, watch)
        trial = address.rsplit("/", 1)[1]
        assert f"{path}?trial={trial}" in admin.get(address).text
        form = form_of(admin.get(f"{path}?trial={trial}")).fields
        assert (form["words_any"], form["reason_vi"]) == (["còn dở"], ["Chưa xong"])
    assert admin.get("/admin/rules/new?trial=nonsense").status_code == 200
    assert admin.get(f"/admin/rules/new?trial={uuid4()}").status_code == 200


def test_a_rule_ends_by_way_of_a_trial(admin, stage, watch, today) -> None:
    page = admin.get("/admin/rules/rule/den/end")
    assert "Sớm nhất là hôm nay" in send(admin, page, first_day="2026-01-01").text
    address = send(admin, page, first_day=(today + timedelta(days=5)).isoformat()).location
    work(stage, watch)
    page = admin.get(address)
    assert "Kết thúc quy tắc này" in page.text
    send(admin, page, "/save")
    assert versions(stage, "den")[0].valid_to == today + timedelta(days=4)
    later = send(admin, admin.get("/admin/rules/rule/den/end"), first_day=(today + timedelta(9)).isoformat())
    assert "đã hết hiệu lực" in later.text


def test_a_change_made_meanwhile_refuses_the_older_proposal(admin, stage, watch) -> None:
    addresses = [
        send(admin, admin.get("/admin/rules/rule/den/change"), agency_code=agency).location
        for agency in ("SXD", "SNV")
    ]
    work(stage, watch)
    pages = [admin.get(address) for address in addresses]
    send(admin, pages[0], "/save")
    assert send(admin, pages[1], "/save").location == addresses[1]
    assert "đã được sửa từ lúc soạn" in admin.get(addresses[1]).text
    assert versions(stage, "den")[-1].agency_code == "SXD"


def test_rules_are_listed_problems_first_and_found(admin, stage, today) -> None:
    stage.worker.add(StatisticsSnapshot(name="rule_use", computed_at=stage.now, payload='{"den": 1234}'))
    stage.worker.execute(
        update(Agency).where(Agency.code == "SNV").values(valid_to=today - timedelta(days=1))
    )
    stage.worker.commit()
    page = admin.get("/admin/rules").text
    assert "Có quy tắc không áp dụng được" in page
    assert "Cơ quan Sở Nội vụ không hoạt động vào ngày đó." in page
    assert page.index(">cho</a>", page.index("<tbody")) < page.index(">den</a>", page.index("<tbody"))
    assert "1.234" in page
    assert "1 trong 2 quy tắc" in admin.get("/admin/rules?q=đèn hẻm").text
    assert "1 trong 2 quy tắc" in admin.get("/admin/rules?state=problem").text
    assert admin.get("/admin/rules?page=9999").status_code == 200
    assert "0 trong 2 quy tắc" in admin.get("/admin/rules?class=A&agency=SXD").text
    assert "không hoạt động" in admin.get("/admin/rules/rule/cho").text
    assert "không áp dụng được" in admin.get("/admin/").text
    assert "feedback_routing_rules_broken 1.0" in admin.get("/metrics").text
    fixed = admin.get("/admin/rules/rule/cho/change")
    assert "không hoạt động" in send(admin, fixed).text


def test_a_field_whose_agency_is_gone_is_shown(admin, stage) -> None:
    stage.worker.execute(update(Field).values(agency_code="GONE"))
    stage.worker.commit()
    assert "Lĩnh vực Chiếu sáng" in admin.get("/admin/rules").text
    assert "Cơ quan không còn hoạt động" in admin.get("/admin/fields").text


def test_a_trial_that_failed_says_so(admin, stage) -> None:
    address = send(admin, admin.get("/admin/rules/rule/den/change"), agency_code="SXD").location
    stage.worker.execute(
        update(Work).where(Work.kind == "try_rule").values(failed_at=stage.now, last_error="Trouble")
    )
    stage.worker.commit()
    assert "Chưa thử được" in admin.get(address).text
    assert "Thử một quy tắc" in admin.get("/admin/failures").text


def test_what_is_not_there_is_not_found(admin) -> None:
    page = admin.get("/admin/rules/new")
    for path in ("rule/gone", "rule/gone/change", "rule/gone/end", f"trials/{uuid4()}"):
        assert admin.get(f"/admin/rules/{path}").status_code == 404
    token = form_of(page).fields["csrf_token"][0]
    assert admin.post(f"/admin/rules/trials/{uuid4()}/save", data={"csrf_token": token}).status_code == 404


def test_the_pages_speak_english(admin, stage, watch) -> None:
    admin.get("/language?lang=en&next=/admin/rules")
    address = send(admin, admin.get("/admin/rules/rule/den/change"), agency_code="SXD").location
    work(stage, watch)
    for path in ("/admin/rules", "/admin/rules/rule/den", "/admin/rules/new", address):
        assert "quy tắc" not in admin.get(path).text.lower(), path
    assert "would be different" in admin.get(address).text
