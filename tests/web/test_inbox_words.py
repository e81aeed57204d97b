"""Everything that may happen has words, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract

from feedback.domain.events import EventKind
from feedback.domain.lifecycle import Action
from feedback.domain.notices import NoticeKind
from feedback.domain.permissions import RULES
from feedback.i18n import translations
from feedback.web.inbox.acts import REGISTER
from feedback.web.inbox.event_words import EVENTS, NOTICES
from feedback.web.inbox.problems import problem_text

ROOT = Path(__file__).resolve().parents[2]
SERVICES = (
    "access", "acknowledgement", "answers", "conflicts", "contributions", "extensions", "forwarding",
    "handling", "hands", "identity", "notes", "partition", "publication", "relays", "restricted",
    "supplements", "triage",
)  # fmt: skip


def test_every_event_of_a_case_and_every_notice_has_words():
    assert set(EVENTS) == {kind for kind in EventKind if kind.startswith("case.")}
    assert set(NOTICES) == set(NoticeKind)


def test_every_action_of_staff_has_its_page():
    offered = {action for act in REGISTER.values() for action in act.actions}
    elsewhere = {
        Action.REVEAL_IDENTITY, Action.TAKE_BACK, Action.TAKE_BACK_URGENCY, Action.ACKNOWLEDGE,
        Action.SEAL_IDENTITY,
    }  # fmt: skip
    assert offered == {one for one in RULES if isinstance(one, Action)} - elsewhere


def raised() -> set[tuple[str, str]]:
    found = set()
    for name in SERVICES:
        source = next((ROOT / "feedback" / "services").rglob(f"{name}.py")).read_text()
        found |= set(re.findall(r'InvalidInput\("(\w+)", "(\w+)"\)', source))
        # Said to the submitter alone, by the tracking page.
        found -= {("files", "too_many"), ("text", "other_question")}
        texts = re.findall(r'checked_text\([^"]*"(\w+)"', source)
        found |= {(field, code) for field in texts for code in ("required", "too_short", "too_long")}
    return found


def test_every_complaint_of_a_verb_has_words(app):
    complaints = raised()
    assert len(complaints) > 60
    with app.test_request_context():
        for field, code in complaints:
            assert problem_text(field, code)
        for code in ("name", "contact", "place", "quote", "not_in_force", "same", "unknown"):
            assert problem_text("summary", code)


def texts() -> list[tuple[str, str]]:
    keywords = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}
    found = []
    for path in sorted([*ROOT.glob("feedback/web/inbox/*.py"), *ROOT.glob("templates/staff/*.html")]):
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        with path.open("rb") as source:
            for _line, message, *_rest in extract(
                method, source, keywords=keywords, options={"encoding": "utf-8"}
            ):
                found.append((path.name, message if isinstance(message, str) else message[0]))
    return found


def test_every_text_of_the_staffs_pages_speaks_english():
    english = translations("en")
    missing = {(name, text) for name, text in texts() if text and english.gettext(text) == text}
    assert missing == set()


def test_placeholders_survive_translation():
    english = translations("en")
    for _file, text in texts():
        assert sorted(re.findall(r"%\(\w+\)s", text)) == sorted(
            re.findall(r"%\(\w+\)s", english.gettext(text))
        )
