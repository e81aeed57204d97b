"""The page that says how automatic routing does: figures, models, and what an administrator may do."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from feedback.domain.learning import Verdict
from feedback.models import ClassifierModel, ProvinceSetting, RoutingWeek, Work
from feedback.queries.learning.quality import Tally, Week
from feedback.services.learning import models
from feedback.storage import storage_at
from tests.pages import send
from tests.services.learned import small_model

PAGE = "/admin/routing-quality"


@pytest.fixture
def province(make, worker_session):
    found = make.province()
    make.law()
    worker_session.commit()
    return found


@pytest.fixture
def admin(province, sign_in):
    return sign_in(province.administrator)


@pytest.fixture
def weeks(worker_session, province, now):
    for back, first in ((0, 18), (1, 35), (2, 30)):
        week = Week(date(2026, 11, 16) - timedelta(weeks=back))
        week.total = Tally(100, automatic=60, corrected=4, apart=2, dispatched=40, first=first, top3=39)
        week.agencies["SXD"] = Tally(automatic=50, corrected=5, dispatched=6, first=6, top3=6)
        week.agencies["SNV"] = Tally(automatic=3, corrected=3)
        worker_session.add(RoutingWeek(week=week.first_day, computed_at=now, payload=week.to_json()))
    worker_session.commit()


@pytest.fixture
def model(worker_session, settings, now):
    """A model that is in use, and one that was refused."""
    found = small_model()
    sha256 = models.keep_files(storage_at(settings.storage_url), found)
    models.keep_row(worker_session, found, sha256, now, now)
    worker_session.flush()
    counts = {"right": 28, "automatic": 9, "wrong_automatic": 0}
    figures = {"own": {"messages": 30, "champion": {**counts, "right": 11}, "challenger": counts}}
    row = worker_session.get_one(ClassifierModel, found.version)
    models.settle(worker_session, row, Verdict(()), figures, now)
    worker_session.add(
        ClassifierModel(
            version="2026-11-15-bad", status="refused", data_hash="bad", sha256="0", learned_until=now,
            learned_from=json.dumps({"own": 120}), trained_at=now, why="own_worse one_voice",
        )
    )  # fmt: skip
    worker_session.commit()
    return found.version


def test_the_figures_stand_in_a_table_beside_the_chart(admin, weeks):
    page = admin.get(PAGE).text
    assert 'role="img"' in page
    assert page.count('class="quality-point"') == 12
    for figure in ("60&nbsp;%", "10&nbsp;%", "88&nbsp;%", "45&nbsp;%", "98&nbsp;%"):
        assert figure in page, figure
    assert "Sở Xây dựng" in page
    assert "150" in page


def test_too_few_cases_give_no_share(admin, weeks):
    page = admin.get(PAGE).text
    row = page[page.index("Sở Nội vụ") :][:600]
    assert "dưới 20 vụ việc" in row
    assert "100&nbsp;%" not in row


def test_without_figures_the_page_says_so(admin):
    page = admin.get(PAGE).text
    assert "Chưa có số liệu" in page
    assert "Tỉnh chưa có mô hình riêng" in page


def test_models_are_shown_with_what_spoke_against_them(admin, model):
    page = admin.get(PAGE).text
    assert model in page
    assert "chỉ tốt hơn theo quyết định của một người" in page
    assert "28/30" in page
    assert "mô hình lúc đó: 11" in page
    assert "120" in page


def test_an_administrator_goes_back_to_the_shipped_model_and_forth(admin, model, worker_session):
    assert send(admin, admin.get(PAGE), "/use", version="shipped").status_code == 302
    worker_session.expire_all()
    assert worker_session.get_one(ClassifierModel, model).status == "retired"
    assert "Dùng mô hình này" in admin.get(PAGE).text
    assert send(admin, admin.get(PAGE), "/use", version=model).status_code == 302
    worker_session.expire_all()
    row = worker_session.get_one(ClassifierModel, model)
    assert (row.status, row.chosen_by is not None) == ("champion", True)


@pytest.mark.parametrize("version", ["2026-11-15-bad", "no-such-model", "", "x" * 500])
def test_a_model_that_was_refused_or_is_none_is_never_used(admin, model, worker_session, version):
    page = admin.get(PAGE)
    assert send(admin, page, "/use", version=version).status_code == 302
    assert "không thể dùng" in admin.get(PAGE).text
    worker_session.expire_all()
    assert worker_session.get_one(ClassifierModel, model).status == "champion"


def test_a_model_whose_file_is_gone_is_said_and_what_runs_stays(admin, model, settings):
    send(admin, admin.get(PAGE), "/use", version="shipped")
    page = admin.get(PAGE)
    storage_at(settings.storage_url).delete(f"models/{model}.npz")
    send(admin, page, "/use", version=model)
    assert "giữ nguyên mô hình đang dùng" in admin.get(PAGE).text


def test_a_problem_of_the_model_in_use_is_seen(admin, model, worker_session):
    models.mark_problem(worker_session, (model, "models/x.npz: FileNotFoundError"))
    worker_session.commit()
    page = admin.get(PAGE).text
    assert "Không dùng được mô hình của tỉnh" in page
    assert "FileNotFoundError" in page


def test_learning_is_asked_for_once_and_turned_off_and_on(admin, worker_session, bell):
    send(admin, admin.get(PAGE), "/train")
    page = admin.get(PAGE)
    assert "Đã yêu cầu học ngay" in page.text
    send(admin, page, "/train")
    assert "đang chờ hoặc đang chạy" in admin.get(PAGE).text
    assert len(worker_session.scalars(select(Work).where(Work.kind == "learn")).all()) == 1
    assert "learning" in bell.rung
    for to, shown in (("off", "Đang tắt"), ("on", "Đang bật")):
        assert send(admin, admin.get(PAGE), "/weekly", to=to).status_code == 302
        assert shown in admin.get(PAGE).text
        worker_session.expire_all()
        assert worker_session.get_one(ProvinceSetting, "learning").value == to
    assert send(admin, admin.get(PAGE), "/weekly", to="maybe").status_code == 400


def test_the_head_of_the_coordinator_reads_and_does_nothing(province, sign_in, weeks, model):
    chief = sign_in(province.chief)
    page = chief.get(PAGE)
    assert page.status_code == 200
    assert "60&nbsp;%" in page.text
    assert "Học ngay" not in page.text
    assert "Dùng lại" not in page.text
    assert PAGE in chief.get("/staff/").text


def test_english(admin, weeks, model):
    admin.get("/language?lang=en&next=/admin/")
    page = admin.get(PAGE).text
    assert "Automatic routing: quality" in page
    assert "better only by one person" in page
