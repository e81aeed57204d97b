"""A denunciation is invisible to the unit that it accuses, on every route of the application.

Before it is set apart it waits in triage, suspected; after, it stands on the restricted track. Everybody of
the accused agency asks for every page there is, by its own codes too, and finds neither title, text,
reference nor code, no count that moved and no notice.
"""

from __future__ import annotations

import hashlib
import re

import pytest
from flask import Flask

from feedback.db import new_id
from feedback.domain.lifecycle import CaseClass
from feedback.domain.positions import PositionKind
from feedback.domain.routing import Outcome
from feedback.models import Attachment, Message
from feedback.services.restricted_track import conflicts, restricted
from feedback.web.inbox.acts import REGISTER
from tests.services.stage import Stage
from tests.web.test_authorisation import NO_SUCH, rules
from tests.web.test_inbox_triage import decided

TITLE = "Tố cáo ông Xoan nhận quà biếu"
BODY = "Tôi tố cáo ông Xoan ở Sở Xây dựng nhận hai mươi triệu đồng để bỏ qua công trình sai phép."
KINDS = (PositionKind.OFFICER, PositionKind.HEAD_OF_AGENCY)
SEARCHES = ("?q=Xoan", "?q=T%E1%BB%91+c%C3%A1o", "?view=all&q=Xoan")
_VOLATILE = re.compile(
    rb'(csrf_token[^>]*value="[^"]*"|"X-CSRFToken": "[^"]*"|name="token"[^>]*|value="[0-9a-zA-Z_.\-]{40,}"'
    rb'|v=[0-9a-f]+|submission[^"]*"[^>]*value="[^"]*"|\bid="?[0-9a-f-]{36})'
)


@pytest.fixture
def stage(sessions, worker_session, make, watch) -> Stage:
    found = Stage(sessions, worker_session, make)
    watch.moment = found.now
    return found


def everybody(stage: Stage) -> dict[str, object]:
    """Who sees least and who sees most in the accused agency."""
    found = {str(kind): stage.make.staff(kind, stage.works.agency) for kind in KINDS}
    stage.worker.commit()
    return found


def places(app: Flask, reference: str, file_id: object) -> list[str]:
    """Every address that answers to GET; the case's own where a route takes one."""
    own = {"reference": reference, "file_id": file_id}
    found = []
    for rule in rules(app):
        if "GET" not in (rule.methods or ()) or rule.endpoint in {"security.logout", "static"}:
            continue
        for slug in sorted(REGISTER) if "slug" in rule.arguments else [""]:
            values = {
                name: own.get(name) or slug or NO_SUCH[type(rule._converters[name]).__name__]
                for name in rule.arguments
            }  # fmt: skip
            # A tracking code is the submitter's secret, which nobody of the agency has.
            if rule.endpoint.startswith("public.") and rule.arguments & {"code", "tracking_code"}:
                continue
            with app.test_request_context():
                found.append(app.url_map.bind("localhost").build(rule.endpoint, values))
    return found


def seen(browser, asked: list[str]) -> dict[str, bytes]:
    """What each page says, without what differs from one request to the next."""
    pages = {}
    for place in asked:
        answer = browser.get(place)
        assert answer.status_code < 500, place
        pages[place] = _VOLATILE.sub(b"", answer.data)
    return pages


@pytest.mark.parametrize("when", ["in triage, suspected", "set apart at work"])
def test_nobody_of_the_accused_unit_learns_of_it(when, stage, app, sign_in):
    people = everybody(stage)
    stage.in_progress(title="Một vụ việc khác của cơ quan")
    if when == "set apart at work":
        case_id = stage.dispatched(stage.home, title=TITLE, body=BODY)
    else:
        case_id = stage.triaged(title=TITLE, body=BODY)
        decided(stage, case_id, outcome=Outcome.RESTRICTED_TRIAGE, case_class=CaseClass.E)
    stage.worker.add(
        Attachment(
            id=new_id(), case_id=case_id, origin="submission", name="ghi-am-xoan.jpg",
            media_type="image/jpeg", size=3,
            sha256=hashlib.sha256(b"abc").hexdigest(), storage_key="k", created_at=stage.now,
        )
    )  # fmt: skip
    stage.worker.commit()
    if when != "in triage, suspected":
        stage.act(
            stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation",
            reason="Người gửi tố cáo một cán bộ của cơ quan.", accused_agency_id=stage.works.agency.id,
        )  # fmt: skip
    case = stage.look(case_id)
    (file,) = stage.rows(Attachment, case_id)
    own = places(app, case.reference, file.id)
    asked = [*own, *(f"/staff/{query}" for query in SEARCHES), *(f"/board{query}" for query in SEARCHES)]
    assert len(asked) > 80
    # A page may repeat what was asked for; nothing else of the case may stand on it.
    secrets = [TITLE, "hai mươi triệu", "ghi-am-xoan", case.tracking_code, str(case_id), "Xoan nhận"]
    for who, account in people.items():
        for place, page in seen(sign_in(account), asked).items():
            text = page.decode(errors="replace")
            for secret in secrets:
                assert secret not in text, (who, place, secret)
            if case.reference not in place:
                assert case.reference not in text, (who, place)
    accused = {f"agency:{stage.works.agency.id}", *(f"account:{one.id}" for one in people.values())}
    assert not {row.recipient for row in stage.rows(Message, case_id)} & accused


@pytest.mark.parametrize("apart", [False, True])
def test_no_number_moves_for_the_accused_unit(apart, stage, app, sign_in):
    """Lists, head's page, figures and exports say the same with and without the denunciation."""
    people = {"head": everybody(stage)[str(PositionKind.HEAD_OF_AGENCY)]}
    stage.in_progress(title="Một vụ việc khác của cơ quan")
    asked = [
        place for place in places(app, "AAAA-AAAA", new_id())
        if place.startswith(("/staff", "/admin", "/board")) and "AAAA" not in place
    ]  # fmt: skip
    before = {who: seen(sign_in(account), asked) for who, account in people.items()}
    case_id = stage.triaged(title=TITLE, body=BODY)
    decided(stage, case_id, outcome=Outcome.RESTRICTED_TRIAGE, case_class=CaseClass.E)
    if apart:
        stage.act(
            stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation",
            reason="Người gửi tố cáo một cán bộ của cơ quan.", accused_agency_id=stage.works.agency.id,
        )  # fmt: skip
    for who, account in people.items():
        after = seen(sign_in(account), asked)
        assert [place for place in asked if after[place] != before[who][place]] == [], who


@pytest.mark.parametrize("how", ["declared", "named", "works there now"])
def test_who_is_in_a_conflict_finds_the_case_on_no_route(how, stage, app, sign_in):
    """Somebody who saw it yesterday: every page says today what it said before the case came in."""
    head = stage.inspectorate.head
    watcher = stage.make.staff(PositionKind.HEAD_OF_UNIT, stage.inspectorate.agency)
    stage.worker.commit()
    asked = [
        place for place in places(app, "AAAA-AAAA", new_id())
        if place.startswith(("/staff", "/admin", "/board")) and "AAAA" not in place
    ]  # fmt: skip
    before = seen(sign_in(watcher), asked)
    case_id = stage.triaged(title=TITLE, body=BODY)
    stage.act(
        stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason="Tố cáo.",
        accused_agency_id=stage.works.agency.id, access_account_ids=[watcher.id],
    )  # fmt: skip
    reference = stage.look(case_id).reference
    assert sign_in(watcher).get(f"/staff/cases/{reference}").status_code == 200
    if how == "works there now":
        seat = stage.make.position(stage.works.agency, PositionKind.OFFICER)
        stage.make.holding(watcher, seat, acting=True)
        stage.worker.commit()
    else:
        by = watcher if how == "declared" else head
        stage.act(
            by, conflicts.record_conflict, case_id, account_id=watcher.id, reason="Bị nêu tên trong đơn."
        )
    browser = sign_in(watcher)
    own = places(app, reference, new_id())
    secrets = [TITLE, "hai mươi triệu", "Xoan nhận", str(case_id), stage.look(case_id).tracking_code]
    for place, page in seen(browser, [*own, *(f"/staff/{query}" for query in SEARCHES)]).items():
        text = page.decode(errors="replace")
        assert [secret for secret in secrets if secret in text] == [], place
        assert reference in place or reference not in text, place
    for slug in sorted(REGISTER):
        sent = browser.post(f"/staff/cases/{reference}/{slug}", data={"reason": "Thử."})
        assert sent.status_code == 404, slug
    assert browser.post(f"/staff/cases/{reference}/identity/seal").status_code in (400, 404)
    if how != "works there now":
        after = seen(browser, asked)
        assert [place for place in asked if after[place] != before[place]] == []
    assert f"account:{watcher.id}" not in {row.recipient for row in stage.rows(Message, case_id)}
