"""What is not theirs does not exist for them: every page of a case, for every other agency and position."""

from __future__ import annotations

from uuid import uuid4

import pytest

from feedback.db import new_id
from feedback.models import Attachment
from feedback.services.restricted_track import restricted
from feedback.storage import storage_at
from feedback.web.inbox.acts import REGISTER

SLUGS = sorted(REGISTER)


def keep_file(stage, case_id, settings, tmp_path) -> str:
    """Give the case a picture and say its number."""
    source = tmp_path / "one"
    source.write_bytes(b"\x89PNG bytes")
    storage_at(settings.storage_url).write("files/one", source)
    row = Attachment(
        id=new_id(), case_id=case_id, origin="submission", name="ảnh.png", media_type="image/png", size=10,
        sha256="0" * 64, storage_key="files/one", created_at=stage.now,
    )  # fmt: skip
    stage.worker.add(row)
    stage.worker.commit()
    return str(row.id)


@pytest.fixture
def with_file(stage, settings, tmp_path):
    """A function that gives a case a picture and says its number."""
    return lambda case_id: keep_file(stage, case_id, settings, tmp_path)


def pages_of(reference: str, file_id: str) -> list[str]:
    ways = [f"/cases/{reference}/{slug}" for slug in SLUGS]
    return [f"/cases/{reference}", f"/cases/{reference}/letter", f"/cases/{reference}/files/{file_id}", *ways]


def strangers(stage) -> dict[str, object]:
    return {
        "officer": stage.home.officer, "head": stage.home.head, "reception": stage.province.reception,
        "administrator": stage.province.administrator,
    }  # fmt: skip


@pytest.mark.parametrize("state", ["in_progress", "answered"])
def test_another_agency_gets_404_on_every_page_of_a_case(site, stage, with_file, state):
    case_id = getattr(stage, state)()
    file_id = with_file(case_id)
    reference = site.reference(case_id)
    version = site.look(case_id).version
    for name, account in strangers(stage).items():
        browser = site.browser(account)
        for path in pages_of(reference, file_id):
            assert browser.get(f"/staff{path}").status_code == 404, (name, path)
        for slug in [*SLUGS, "identity", "letter"]:
            sent = browser.post(
                f"/staff/cases/{reference}/{slug}", data={"version": version, "reason": "vì cần xem"}
            )
            assert sent.status_code in (400, 404), (name, slug)
    assert site.look(case_id).version == version
    assert "identity_revealed" not in stage.events(case_id)


def test_a_restricted_case_is_seen_by_those_on_its_list_alone(site, stage, with_file):
    case_id = stage.in_progress(title="Tố cáo người nhận tiền")
    file_id = with_file(case_id)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason="Tố cáo",
        accused_agency_id=stage.works.agency.id,
    )  # fmt: skip
    reference = site.reference(case_id)
    others = {
        **strangers(stage), "dispatcher": stage.province.dispatcher, "chairman": stage.province.chairman,
        "its officer": stage.works.officer, "its head": stage.works.head,
    }  # fmt: skip
    for name, account in others.items():
        for path in pages_of(reference, file_id):
            assert site.get(account, path).status_code == 404, (name, path)
        for path in (
            "/?view=all",
            "/?view=all&q=den",
            f"/?view=all&q={reference}",
            "/restricted",
            "/triage",
            "/head",
        ):
            page = site.browser(account).get(f"/staff{path}")
            assert "Tố cáo người nhận tiền" not in page.text, (name, path)
            assert page.status_code in (200, 403)
    listed = site.case(stage.inspectorate.head, case_id)
    assert listed.status_code == 200
    assert site.get(stage.inspectorate.head, f"/cases/{reference}/files/{file_id}").status_code == 200
    assert reference in site.get(stage.inspectorate.head, "/restricted").text


def test_a_file_of_another_case_is_not_behind_this_one(site, stage, with_file):
    mine, other = stage.in_progress(), stage.in_progress()
    file_id = with_file(other)
    officer = stage.works.officer
    assert site.get(officer, f"/cases/{site.reference(mine)}/files/{file_id}").status_code == 404
    assert site.get(officer, f"/cases/{site.reference(mine)}/files/{uuid4()}").status_code == 404
    good = site.get(officer, f"/cases/{site.reference(other)}/files/{file_id}")
    assert good.status_code == 200
    assert good.headers["X-Content-Type-Options"] == "nosniff"
    assert good.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in good.headers["Cache-Control"]


def test_a_file_that_the_storage_lost_is_not_found(site, stage, with_file, settings):
    case_id = stage.in_progress()
    file_id = with_file(case_id)
    storage_at(settings.storage_url).delete("files/one")
    assert (
        site.get(stage.works.officer, f"/cases/{site.reference(case_id)}/files/{file_id}").status_code == 404
    )


def test_who_sent_it_is_sealed_until_somebody_says_why(site, stage):
    case_id = stage.in_progress()
    officer = stage.works.officer
    page = site.case(officer, case_id)
    for secret in ("Trần Thị Bưởi", "0912345678", "buoi@example.org", "12 Nguyễn Du, phường"):
        assert secret not in page.text
    refused = site.fill(officer, page, "/identity#identity", reason="xem")
    assert refused.status_code == 422
    assert "ít nhất 10 ký tự" in refused.text
    assert "Trần Thị Bưởi" not in refused.text
    assert "identity_revealed" not in stage.events(case_id)
    shown = site.fill(officer, page, "/identity#identity", reason="Gọi hỏi vị trí cột đèn")
    assert "Trần Thị Bưởi" in shown.text
    assert "no-store" in shown.headers["Cache-Control"]
    assert stage.events(case_id)[-1] == "identity_revealed"
    asked_again = site.get(officer, f"/cases/{site.reference(case_id)}/identity")
    assert asked_again.location == f"/staff/cases/{site.reference(case_id)}"
    again = site.case(officer, case_id)
    assert "Trần Thị Bưởi" not in again.text
    assert "Gọi hỏi vị trí cột đèn" in again.text


def test_co_handlers_read_and_do_nothing(site, stage):
    case_id = stage.triaged()
    stage.dispatch(case_id, co_agency_ids=[stage.home.agency.id])
    page = site.case(stage.home.officer, case_id)
    assert page.status_code == 200
    for slug in ("accept", "send-back", "answer", "transfer", "assign"):
        assert f"/{site.reference(case_id)}/{slug}" not in page.text
    assert "/identity" not in page.text
    assert site.form(stage.home.officer, case_id, "accept").status_code == 302


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "javascript:alert(1)"],
)
def test_what_submitters_write_is_inert(site, stage, text):
    case_id = stage.in_progress(
        title=text[:60], body=text + " dài thêm cho đủ", place_detail=text, happened=text
    )
    for page in (
        site.case(stage.works.officer, case_id),
        site.form(stage.works.officer, case_id, "answer"),
        site.get(stage.works.officer, "/"),
    ):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert ">49<" not in page.text
