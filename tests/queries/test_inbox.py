"""The lists of the inbox: whose cases, in which order, page by page, and how long they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from feedback import db
from feedback.domain.calendar import local_date
from feedback.domain.lifecycle import RestrictedKind, State
from feedback.domain.search_query import read_query
from feedback.queries.lists import inbox, list_walk, search_plan
from feedback.queries.lists.desk import desk_of
from feedback.queries.lists.inbox_filters import Cursor, Filters, View, Window
from feedback.queries.lists.search_plan import Names
from feedback.queries.lists.search_words import prefix_query
from feedback.queries.people import scope_for
from feedback.services.casework import answers, handling, notes, supplements, triage
from feedback.services.restricted_track import restricted


def read(stage, account, view=View.OPEN, size=30, **more):
    """The page of `account`: references of its rows, and the page."""
    actor = stage.actor(account)
    today = local_date(stage.now)
    with db.transaction(stage.factory, scope_for(actor)) as session:
        desk = desk_of(session, actor, stage.now)
        if "text" in more:
            more["plan"] = search_plan.plan_of(
                read_query(more["text"], today), Names({}, (), (), (), account.id)
            )
        filters = Filters(view=view, today=today, soon_until=today + timedelta(days=3), **more)
        page = inbox.page_of(session, desk, filters, size)
    return [row.id for row in page.rows], page


def count(stage, account, *views):
    actor = stage.actor(account)
    with db.transaction(stage.factory, scope_for(actor)) as session:
        found = inbox.counts(session, desk_of(session, actor, stage.now), views, local_date(stage.now))
    return [found[view] for view in views]


def test_an_agency_sees_its_open_cases_the_most_pressing_first(stage):
    first = stage.dispatched()
    stage.wait(days=1)
    second = stage.in_progress()
    other = stage.dispatched(stage.home)
    closed = stage.answered()
    assert read(stage, stage.works.officer)[0] == [first, second]
    assert read(stage, stage.home.officer)[0] == [other]
    assert read(stage, stage.works.officer, View.ANSWERED)[0] == [closed]
    assert count(stage, stage.works.officer, View.OPEN, View.ANSWERED, View.ALL) == [2, 1, 3]


def test_the_province_is_seen_by_dispatcher_chief_and_chairman_only(stage):
    ids = {stage.dispatched(), stage.dispatched(stage.home), stage.triaged()}
    for account in (stage.province.dispatcher, stage.province.chief, stage.province.chairman):
        assert set(read(stage, account)[0]) == ids
    assert read(stage, stage.province.reception)[0] == []


def test_lists_by_what_is_to_do(stage):
    mine = stage.in_progress()
    nobodys = stage.dispatched()
    approval = stage.awaiting_approval()
    waiting = stage.in_progress()
    stage.act(stage.works.officer, supplements.ask, waiting, question="Số nhà nào?")
    officer, head = stage.works.officer, stage.works.head
    assert set(read(stage, officer, View.MINE)[0]) == {mine, approval, waiting}
    assert read(stage, head, View.MINE)[0] == []
    assert read(stage, head, View.UNASSIGNED)[0] == [nobodys]
    assert read(stage, officer, View.UNASSIGNED)[0] == []
    assert read(stage, head, View.APPROVAL)[0] == [approval]
    assert read(stage, stage.works.head_of_unit, View.APPROVAL)[0] == []
    assert read(stage, stage.province.chief, View.APPROVAL)[0] == []
    found, page = read(stage, officer, View.WAITING)
    assert found == [waiting]
    assert page.rows[0].paused is True
    assert count(stage, head, View.UNASSIGNED, View.APPROVAL, View.WAITING) == [1, 1, 1]


def test_due_today_and_overdue(stage):
    late = stage.in_progress()
    stage.wait_working_days(15)
    today = stage.in_progress()
    assert read(stage, stage.works.officer, View.TODAY)[0] == [late]
    stage.wait_working_days(1)
    assert read(stage, stage.works.officer, View.OVERDUE)[0] == [late]
    assert read(stage, stage.works.officer, window=Window.OVERDUE)[0] == [late]
    assert read(stage, stage.works.officer, window=Window.LATER)[0] == [today]
    assert count(stage, stage.works.officer, View.TODAY, View.OVERDUE) == [0, 1]


def test_shared_cases_have_a_list_of_their_own(stage):
    shared = stage.triaged()
    stage.dispatch(shared, co_agency_ids=[stage.home.agency.id])
    assert read(stage, stage.home.officer)[0] == []
    assert read(stage, stage.home.officer, View.SHARED)[0] == [shared]
    assert count(stage, stage.home.officer, View.OPEN, View.SHARED) == [0, 1]
    assert read(stage, stage.works.officer, View.SHARED)[0] == []


def test_a_liaison_desk_sees_what_its_external_bodies_got(stage):
    tax = stage.make.agency("CTHUE", "external", liaison_id=stage.home.agency.id)
    stage.worker.commit()
    case_id = stage.triaged()
    stage.act(stage.province.dispatcher, triage.dispatch, case_id, agency_id=tax.id, case_class="B")
    from feedback.queries.kept import forget_all

    forget_all()
    assert read(stage, stage.home.officer)[0] == [case_id]


@pytest.mark.parametrize("view", [View.OPEN, View.ALL])
@pytest.mark.parametrize("who", ["officer", "dispatcher"])
def test_pages_by_key_go_forth_and_back_and_miss_nothing(stage, view, who):
    account = stage.works.officer if who == "officer" else stage.province.dispatcher
    made = []
    for day in range(7):
        made.append(stage.dispatched())
        if day % 2:
            stage.wait(days=1)
    whole = read(stage, account, view)[0]
    assert sorted(whole, key=str) == sorted(made, key=str)
    seen, page = read(stage, account, view, size=3)
    pages = [seen]
    assert page.previous is None
    while page.next is not None:
        after = Cursor.parse(str(page.next), view)
        seen, page = read(stage, account, view, size=3, after=after)
        pages.append(seen)
    assert [len(one) for one in pages] == [3, 3, 1]
    assert [case_id for one in pages for case_id in one] == whole
    back, page = read(stage, account, view, size=3, before=page.previous)
    assert back == pages[1]
    back, page = read(stage, account, view, size=3, before=page.previous)
    assert back == pages[0]
    assert page.previous is None


def test_filters_by_state_field_and_agency(stage):
    field = stage.make.field("chieu-sang", name_vi="Chiếu sáng")
    stage.worker.commit()
    plain = stage.in_progress()
    chosen = stage.triaged()
    stage.dispatch(chosen, field_id=field.id)
    elsewhere = stage.dispatched(stage.home)
    dispatcher = stage.province.dispatcher
    assert read(stage, dispatcher, state=State.IN_PROGRESS)[0] == [plain]
    assert read(stage, dispatcher, field_id=field.id)[0] == [chosen]
    assert read(stage, dispatcher, agency_id=stage.home.agency.id)[0] == [elsewhere]
    assert read(stage, stage.works.officer, agency_id=stage.home.agency.id)[0] == []


def test_search_finds_beginnings_without_marks_and_keeps_to_what_is_seen(stage):
    lamp = stage.dispatched(title="Đèn đường hỏng ở QL-20")
    dog = stage.dispatched(title="Chó thả rông", body="Chó chạy rông ngoài phố, không rọ mõm, cắn người.")
    hidden = stage.dispatched(stage.home, title="Đèn giao thông không sáng")
    officer = stage.works.officer
    assert read(stage, officer, text="den duong")[0] == [lamp]
    assert read(stage, officer, text="ĐÈN hỏng")[0] == [lamp]
    assert read(stage, officer, text="QL-20")[0] == [lamp]
    assert read(stage, officer, text="chó mõm")[0] == [dog]
    assert read(stage, officer, text="ngoa")[0] == []
    assert read(stage, officer, text="ngoa*")[0] == [dog]
    assert read(stage, officer, View.ALL, text="đèn")[0] == [lamp]
    assert set(read(stage, stage.province.dispatcher, text="đèn")[0]) >= {lamp, hidden}
    assert read(stage, officer, text="không có chữ nào như vậy")[0] == []


@pytest.mark.parametrize("typed", ["'; drop table cases", "a:* & !b", "\\", "(((", "<->", "\x00x", "𝔡𝔢𝔫 ٣"])
def test_nothing_typed_is_an_operator(stage, typed):
    stage.dispatched()
    read(stage, stage.works.officer, text=typed)


def test_notes_are_searched_by_their_operator_alone(stage):
    officer, head, chief = stage.works.officer, stage.home.head, stage.province.chief
    noted, other = stage.dispatched(title="Vỉa hè lún"), stage.in_progress(title="Đèn hỏng")
    for case_id, note in ((noted, "Đã gọi điện cho thầu phụ."), (other, "Chờ thầu phụ gọi lại.")):
        stage.act(officer, notes.add, case_id, note=note)

    def found(account, text, **more):
        return set(read(stage, account, View.ALL, text=text, **more)[0])

    assert found(officer, "thầu phụ") == set()
    assert found(officer, "ghi-chu:thau") == {noted, other}
    assert found(officer, 'note:"goi dien"') == {noted}
    assert found(officer, "note:thau via he") == {noted}
    assert found(officer, "note:thau note:lai") == {other}
    assert found(chief, "note:thau -via") == {other}
    assert read(stage, stage.works.head, View.MINE, text="note:thau")[0] == []
    assert found(head, "note:thau") == set()
    stage.act(officer, handling.send_back, noted, reason="Thuộc Sở Nội vụ.", proposed_agency_id=None)
    stage.dispatch(noted, stage.home)
    assert (found(officer, "note:thau"), found(head, "note:thau")) == ({other}, {noted})
    rows = read(stage, head, View.ALL, text="note:thau")[1].rows
    assert ["thầu phụ" in row.notes for row in rows] == [True]


def test_a_word_is_found_that_the_parser_reads_as_a_number_and_a_letter(stage):
    permit = stage.dispatched(title="Biển số 1e4e, lô 12E3K", body="Giấy phép 1e4e chưa được gia hạn.")
    stage.dispatched(title="Lô 12E3", body="Lô 12E3 chưa có đèn đường.")
    stage.act(stage.works.officer, notes.add, permit, note="Xem tờ 7e2b.")
    for typed in ("1e4e", "1e4", "so 1e4e", '"lo 12E3K"', '"phép 1e4e chưa"', "bien -12E3Q", "note:7e2b"):
        assert read(stage, stage.works.officer, View.ALL, text=typed)[0] == [permit], typed
    for typed in ("1e4ek", "bien -1e4e", '"1e4e lo 12E4"', "note:7e2c"):
        assert read(stage, stage.works.officer, View.ALL, text=typed)[0] == [], typed


def test_a_note_of_a_case_set_apart_is_found_by_no_list(stage):
    case_id = stage.in_progress()
    stage.act(stage.works.officer, notes.add, case_id, note="Người gửi nêu tên kế toán trưởng.")
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind=RestrictedKind.DENUNCIATION,
        reason="Tố cáo kế toán trưởng.",
    )  # fmt: skip
    for account in (stage.works.officer, stage.province.dispatcher, stage.province.chief):
        assert read(stage, account, View.ALL, text="note:truong")[0] == []


def test_common_notes_are_walked_through_in_order(stage, monkeypatch):
    ids = [stage.dispatched(title=f"Việc {number}") for number in range(4)]
    for case_id in ids:
        stage.act(stage.works.officer, notes.add, case_id, note="Đã xem hiện trường.")
    for module in (inbox, list_walk):
        monkeypatch.setattr(module, "MOST_FOUND", 2)
    monkeypatch.setattr(list_walk, "PROBE", 1)
    monkeypatch.setattr(inbox, "WINDOW", 3)
    shown, page = read(stage, stage.works.officer, View.ALL, text="note:hien")
    assert (shown, page.looked_at) == (ids[:0:-1], 3)
    assert read(stage, stage.works.officer, View.ALL, text="note:hien", after=page.next)[0] == ids[:1]


def test_a_phrase_is_looked_for_in_those_that_hold_its_words(stage, monkeypatch):
    texts = ["Đèn đường hỏng ở ngõ", "Đường tắt, đèn hỏng hết", "Đèn đường tắt cả tuần", "Cống nghẹt"]
    ids = [stage.dispatched(title=text, body=f"{text}. Đề nghị xử lý giúp.") for text in texts]
    wanted = [ids[2], ids[0]]
    for most in (5_000, 2):
        # With more candidates than are compared the list is gone through instead: the same cases, in order.
        monkeypatch.setattr(list_walk, "MOST_COMPARED", most)
        for probe in (1, 1_500):
            monkeypatch.setattr(list_walk, "PROBE", probe)
            shown, page = read(stage, stage.works.officer, View.ALL, text='"đèn đường"')
            assert (shown, page.looked_at) == (wanted, None)
    assert read(stage, stage.works.officer, View.ALL, text='hong -"den duong"')[0] == [ids[1]]
    monkeypatch.setattr(inbox, "WINDOW", 2)
    monkeypatch.setattr(list_walk, "PROBE", 1)
    shown, page = read(stage, stage.works.officer, View.ALL, text='"đèn đường"')
    assert (shown, page.looked_at) == ([ids[2]], 2)


def test_words_of_a_search():
    assert prefix_query("Đường  Nguyễn Du") == "'duong':* & 'nguyen':* & 'du':*"
    assert prefix_query("QL-20") == "'ql':* & '20':*"
    assert prefix_query(" -- ") is None
    assert prefix_query("a " * 50) == "'a':*"


@pytest.mark.parametrize("bad", ["", "x", "2026-11-02_", "2026-13-40_" + "0" * 36, "2026-11-02T00:00_x"])
def test_a_cursor_that_nobody_wrote_is_no_place(bad):
    assert Cursor.parse(bad, View.OPEN) is None
    assert Cursor.parse(bad, View.ALL) is None


def test_restricted_cases_are_in_no_list(stage):
    from feedback.services.restricted_track import restricted

    case_id = stage.dispatched()
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation",
        reason="Tố cáo cán bộ", access_account_ids=[stage.province.chief.id],
    )  # fmt: skip
    for view in View:
        for account in (stage.works.officer, stage.province.dispatcher, stage.province.chief):
            assert read(stage, account, view)[0] == []


def test_lists_walk_their_indexes(stage):
    """The plans of the first pages, with sequential scans made dear as they are on large tables."""
    stage.dispatched()
    plans = {}
    for name, account, view in (
        ("agency", stage.works.officer, View.OPEN),
        ("province", stage.province.dispatcher, View.OPEN),
        ("mine", stage.works.officer, View.MINE),
        ("received", stage.works.officer, View.ALL),
    ):
        actor = stage.actor(account)
        with db.transaction(stage.factory, scope_for(actor)) as session:
            session.execute(text("SET LOCAL enable_seqscan = off"))
            session.execute(text("SET LOCAL enable_bitmapscan = off"))
            session.execute(text("SET LOCAL enable_sort = off"))
            plans[name] = plan_of(session, desk_of(session, actor, stage.now), view, local_date(stage.now))
    assert "ix_cases_inbox" in plans["agency"]
    assert "ix_cases_inbox_province" in plans["province"]
    assert "ix_cases_officer" in plans["mine"]
    # In an almost empty table the index of the province costs as little as the agency's.
    assert "ix_cases_agency_received" in plans["received"] or "ix_cases_received" in plans["received"]


def plan_of(session, desk, view, today):
    from sqlalchemy import event

    said = []

    def remember(connection, cursor, statement, parameters, context, executemany):
        said.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", remember)
    try:
        inbox.page_of(session, desk, Filters(view=view, today=today, soon_until=today))
    finally:
        event.remove(engine, "before_cursor_execute", remember)
    statement, parameters = said[-1]
    rows = session.connection().exec_driver_sql("EXPLAIN " + statement, parameters)
    return "\n".join(row[0] for row in rows)


def test_counts_stop_at_the_cap(stage, monkeypatch):
    for _ in range(3):
        stage.dispatched()
    monkeypatch.setattr(inbox, "MOST_COUNTED", 2)
    assert count(stage, stage.works.officer, View.OPEN) == [2]


def test_answered_rows_say_whether_on_time(stage):
    case_id = stage.awaiting_approval()
    stage.wait_working_days(20)
    stage.act(stage.works.head, answers.approve, case_id)
    _, page = read(stage, stage.works.officer, View.ANSWERED)
    assert [(row.id, row.on_time) for row in page.rows] == [(case_id, False)]
    assert page.rows[0].answered_at == stage.now


def test_row_tells_who_has_the_case(stage):
    case_id = stage.dispatched()
    stage.act(stage.works.head, handling.assign_officer, case_id, officer_id=stage.works.officer.id)
    _, page = read(stage, stage.works.head)
    row = page.rows[0]
    assert (row.officer, row.agency.code, row.commune) == (
        stage.works.officer.name, "SXD", "Phường Xuân Hương - Đà Lạt",
    )  # fmt: skip
