"""Likely duplicates on the page of a case, and the way from there to merging."""

from __future__ import annotations

from feedback.queries.lists.similar_cases import similar_cases

OTHER_WORDS = "den duong truoc so nha 12 bi tat may tuan nay, toi tre em di hoc ve nguy hiem lam"


def test_the_dispatcher_sees_a_likely_duplicate_and_is_led_to_the_merge(site, stage):
    dispatcher = stage.province.dispatcher
    first = stage.in_progress()
    stage.wait(days=3)
    second = stage.triaged(title="Den duong hong", body=OTHER_WORDS, name="Lê Thị Khế")
    page = site.case(dispatcher, second)
    assert "Có thể trùng" in page.text
    assert site.reference(first) in page.text
    assert "Trần Thị Bưởi" not in page.text
    merge = site.get(dispatcher, f"/cases/{site.reference(second)}/merge?q={site.reference(first)}")
    assert f'value="{site.reference(first)}"' in merge.text
    assert site.act(dispatcher, second, "merge", into=site.reference(first)).status_code == 303
    assert "Có thể trùng" not in site.case(dispatcher, first).text


def test_other_matters_places_times_and_cases_set_apart_are_not_named(site, stage):
    other = stage.received(title="Chợ đầy rác", body="Rác ở chợ không ai gom, bốc mùi hôi thối cả tuần nay.")
    elsewhere = stage.received(commune_code=None, place_text="không rõ")
    apart = stage.triaged()
    site.act(stage.province.dispatcher, apart, "set-apart", kind="crime", reason="Nghi tội phạm")
    stage.wait(days=61)
    late = stage.received()
    worker = stage.worker
    for case_id in (other, elsewhere, apart, late):
        assert similar_cases(worker, stage.look(case_id)) == []
    twin = stage.received(body=OTHER_WORDS)
    assert [one.reference for one in similar_cases(worker, stage.look(twin))] == [site.reference(late)]
