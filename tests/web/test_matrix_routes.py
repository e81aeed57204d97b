"""The permission matrix walked on the pages: each answer is what the table says of position, relation, state.

One province is laid out once; everybody asks for everything about a case in each state. What may not be seen
is 404, what may be seen and not done is explained and writes nothing. Expectations come from
`permission_matrix.entry`, never from the pages' own questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import text

from feedback.domain.lifecycle import State
from feedback.domain.permission_matrix import CONDITIONS, entry
from feedback.domain.permissions import Action, Reading, Relation
from feedback.domain.positions import AgencyKind, PositionKind
from feedback.models import Account
from feedback.services.casework import answers, handling
from feedback.services.restricted_track import restricted
from feedback.web.inbox.acts import REGISTER
from tests.services.stage import ANSWER
from tests.web.test_authorisation import rules, token
from tests.web.test_foreign_cases import contents, every_field
from tests.web.test_inbox_sight import keep_file

pytestmark = pytest.mark.timeout(600)
P, R, S = PositionKind, Relation, State
SLUGS = sorted(REGISTER)
CONDITIONAL = set(CONDITIONS) | {Action.TAKE_BACK, Action.TAKE_BACK_URGENCY}
"""Where something of the case itself may stand against what the table allows."""

KEPT = {"case_presences", "form_drafts"}
"""What somebody typed is kept for them, and that they have the form open, of cases that they see."""


@dataclass(frozen=True)
class Person:
    """Somebody with one position. relations: how they stand to the case in each state."""

    name: str
    account: Account
    kind: PositionKind
    relations: dict[State, Relation]


@dataclass(frozen=True)
class Laid:
    """A case in a state with a file, and another one in the same state to mix up with it."""

    state: State
    case_id: UUID
    reference: str
    file: str


STATES = (S.TRIAGE, S.ASSIGNED, S.IN_PROGRESS, S.AWAITING_APPROVAL, S.ANSWERED, S.RESTRICTED)


def _passed_on(stage, **changes):
    """A case that home affairs had first and sent back."""
    case_id = stage.triaged(**changes)
    stage.dispatch(case_id, stage.home)
    stage.act(stage.home.officer, handling.send_back, case_id, reason="Không thuộc thẩm quyền của Sở.")
    return case_id


def _lay(stage, state):
    # Without an address for mail the answer is a letter, which waits at the one-stop office.
    case_id = _passed_on(stage, email="")
    if state is S.TRIAGE:
        return case_id
    stage.dispatch(case_id, co_agency_ids=[stage.province.commune.agency.id], note="Sở Xây dựng chủ trì.")
    if state is S.ASSIGNED:
        return case_id
    stage.act(stage.works.officer, handling.accept, case_id)
    if state is S.RESTRICTED:
        stage.act(
            stage.province.dispatcher, restricted.set_apart, case_id, kind="denunciation", reason="Tố cáo",
            accused_agency_id=stage.works.agency.id,
        )  # fmt: skip
    if state in (S.AWAITING_APPROVAL, S.ANSWERED):
        stage.act(stage.works.officer, answers.submit, case_id, text=ANSWER)
    if state is S.ANSWERED:
        stage.act(stage.works.head, answers.approve, case_id)
    return case_id


@pytest.fixture
def laid(stage, settings, tmp_path) -> list[Laid]:
    found = []
    for state in STATES:
        case_id = _lay(stage, state)
        file = keep_file(stage, case_id, settings, tmp_path)
        case = stage.look(case_id)
        assert case.state == state
        found.append(Laid(state, case_id, case.reference, file))
    return found


def _always(relation, **other):
    return {state: other.get(state.name, relation) for state in STATES}


@pytest.fixture
def people(stage) -> list[Person]:
    make, province = stage.make, stage.province
    works, beside = stage.works.agency, province.commune.agency
    lead, unit = _always(R.LEAD, TRIAGE=R.OTHER), _always(R.UNIT, TRIAGE=R.OTHER)
    co, former = _always(R.CO_HANDLER, TRIAGE=R.OTHER), _always(R.FORMER)
    over, other = _always(R.COORDINATOR), _always(R.OTHER)
    watching = make.staff(P.SUPERVISOR, make.agency("HDND", AgencyKind.OVERSIGHT))
    found = [
        Person("officer", stage.works.officer, P.OFFICER, unit),
        Person("head of unit", stage.works.head_of_unit, P.HEAD_OF_UNIT, unit),
        Person("other unit", make.staff(P.HEAD_OF_UNIT, works, make.unit(works)), P.HEAD_OF_UNIT,
               {**lead, S.ASSIGNED: R.UNIT}),  # no unit has it yet
        Person("head", stage.works.head, P.HEAD_OF_AGENCY, lead),
        Person("counter of the lead", make.staff(P.RECEPTION, works), P.RECEPTION, lead),
        Person("administrator of the lead", make.staff(P.ADMINISTRATOR, works), P.ADMINISTRATOR, lead),
        Person("co-handler", province.commune.officer, P.OFFICER, co),
        Person("co-handling head", province.commune.head, P.HEAD_OF_AGENCY, co),
        Person("counter beside", make.staff(P.RECEPTION, beside), P.RECEPTION, co),
        Person("former officer", stage.home.officer, P.OFFICER, former),
        Person("former head", stage.home.head, P.HEAD_OF_AGENCY, former),
        Person("stranger", stage.inspectorate.officer, P.OFFICER, other),
        Person("head on the list", stage.inspectorate.head, P.HEAD_OF_AGENCY,
               _always(R.OTHER, RESTRICTED=R.ACCESS_LIST)),
        Person("dispatcher", province.dispatcher, P.DISPATCHER, over),
        Person("chief on the list", province.chief, P.COORDINATOR_HEAD,
               _always(R.COORDINATOR, RESTRICTED=R.ACCESS_LIST)),
        Person("chairman", province.chairman, P.CHAIRMAN, over),
        Person("one-stop office", province.reception, P.RECEPTION, _always(R.OTHER, ANSWERED=R.ONE_STOP)),
        Person("administrator", province.administrator, P.ADMINISTRATOR, other),
        Person("supervisor", watching, P.SUPERVISOR, _always(R.SUPERVISOR)),
    ]  # fmt: skip
    stage.worker.commit()
    return found


def _may(person: Person, state: State, what) -> bool:
    return entry(person.kind, person.relations[state], state, what).allowed


def _expected_page(person: Person, state: State) -> int:
    if person.kind is P.SUPERVISOR:
        return 403
    if _may(person, state, Reading.CASE):
        return 200
    return 302 if _may(person, state, Reading.LETTER) else 404


def _expected_acts(person: Person, state: State, slug: str) -> set[int]:
    if person.kind is P.SUPERVISOR:
        return {403}
    if _expected_page(person, state) == 404:
        return {404}
    allowed = {action for action in REGISTER[slug].actions if _may(person, state, action)}
    if not allowed:
        return {302}
    return {200, 302} if allowed <= CONDITIONAL else {200}


def test_every_page_of_a_case_answers_what_the_table_says(site, stage, people, laid):
    wrong = []
    for place, person in enumerate(people):
        browser = site.browser(person.account)
        for number, one in enumerate(laid):

            def ask(path, expected, one=one, person=person, browser=browser):
                status = browser.get(f"/staff{path}").status_code
                if status not in expected:
                    wrong.append((person.name, str(one.state), path.split("/")[-1], status, expected))

            page = _expected_page(person, one.state)
            closed = {403} if page == 403 else {404}
            ask(f"/cases/{one.reference}", {page})
            files = {200} if _may(person, one.state, Reading.FILES) else closed
            ask(f"/cases/{one.reference}/files/{one.file}", files)
            # A file of another case under this one, also for who sees both.
            ask(f"/cases/{one.reference}/files/{laid[number - 1].file}", closed)
            written = one.state is S.ANSWERED and _may(person, one.state, Reading.LETTER)
            ask(f"/cases/{one.reference}/letter", {200} if written and page != 403 else closed)
            watched = person.kind is P.SUPERVISOR and _may(person, one.state, Reading.CASE)
            watch = {200} if watched else {404} if person.kind is P.SUPERVISOR else {403}
            ask(f"/oversight/cases/{one.reference}", watch)
            # By turns, to stay quick; who sees nothing is asked for fewer, as test_foreign_cases.py asks all.
            apart = 4 if page in (200, 302) else 2 * len(STATES)
            for slug in SLUGS[(number + place) % apart :: apart]:
                ask(f"/cases/{one.reference}/{slug}", _expected_acts(person, one.state, slug))
    assert wrong == []


def test_what_the_table_refuses_is_explained_and_writes_nothing(site, stage, people, laid):
    before = contents(stage)
    wrong = []
    for place, person in enumerate(people):
        browser = site.browser(person.account)
        sent = {"csrf_token": token(browser), **every_field()}
        for number, one in enumerate(laid):
            for slug in SLUGS[(number + place) % 8 :: 8]:
                expected = _expected_acts(person, one.state, slug)
                if 200 in expected:
                    continue
                path = f"/staff/cases/{one.reference}/{slug}"
                status = browser.post(path, data=sent | {"version": "1"}).status_code
                if status not in ({400, 409, 422} if expected == {302} else expected):
                    wrong.append((person.name, str(one.state), slug, status, expected))
            if not _may(person, one.state, Action.REVEAL_IDENTITY):
                answer = browser.post(f"/staff/cases/{one.reference}/identity", data=sent)
                if answer.status_code == 200 or "Trần Thị Bưởi" in answer.text:
                    wrong.append((person.name, str(one.state), "identity", answer.status_code))
    assert wrong == []
    after = contents(stage)
    assert {name for name in before if before[name] != after[name]} <= KEPT
    seeing = {
        (person.account.id, one.case_id)
        for person in people
        for one in laid
        if _expected_page(person, one.state) in (200, 302)
    }
    for table in KEPT:
        kept = stage.worker.execute(text(f"SELECT account_id, case_id FROM {table}"))
        assert {tuple(row) for row in kept} <= seeing, table


def test_no_list_and_no_export_names_a_case_that_somebody_may_not_see(site, app, people, laid):
    """Every address of staff without an argument, lists and files of them: found among the routes."""
    places = [
        rule.rule
        for rule in rules(app)
        if rule.rule.startswith("/staff/")
        and "GET" in (rule.methods or ())
        and not rule.arguments
        and rule.endpoint.partition(".")[0] not in {"security", "account"}
    ]
    assert len(places) > 8
    seen_somewhere = set()
    for person in people:
        browser = site.browser(person.account)
        for place in places:
            for query in ("", "?view=all") if place in LISTS else ("",):
                page = browser.get(place + query).text
                named = {one.state for one in laid if one.reference in page}
                may = {
                    one.state
                    for one in laid
                    if _may(person, one.state, Reading.LISTS) or _may(person, one.state, Reading.LETTER)
                }
                assert named <= may, (person.name, place + query, named - may)
                seen_somewhere |= {(person.name, state) for state in named}
    # The test could not pass by looking at empty lists.
    for name in ("officer", "co-handler", "dispatcher", "supervisor", "head on the list", "one-stop office"):
        assert any(who == name for who, _ in seen_somewhere), name


LISTS = {"/staff/", "/staff/oversight/cases", "/staff/oversight/cases.csv"}
