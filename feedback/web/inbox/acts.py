"""An act on a case as a page of its own: a form, the verb that it calls, and nothing lost on the way.

Every action of the lifecycle is an `Act`. One view shows its form and takes it back: an error
stands at its field, somebody else's change is told and the typed text stays, and a right that has
gone is explained beside what was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from flask_babel import LazyString
from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from wtforms import HiddenField

from feedback.domain import permissions
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import CaseFacts
from feedback.domain.positions import Actor
from feedback.domain.standard_text import StandardKind
from feedback.models import Case
from feedback.queries.case_file import CaseFile
from feedback.queries.law_book import LawBook, load_law_book
from feedback.queries.lists.agency_search import Known, known_agencies
from feedback.services.errors import Change, Conflict
from feedback.web.forms import Form


class ActForm(Form):
    """What every act's form carries: the version of the case that the page showed, and the way back."""

    version = HiddenField()
    back = HiddenField()

    @property
    def expected_version(self) -> int | None:
        """The version that the person saw; None when it was not sent along."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


FormOfAct = TypeVar("FormOfAct", bound=ActForm)


@dataclass
class Task(Generic[FormOfAct]):
    """An act under way: who does it to which case, and the form.

    slug: of the act. conflict: what somebody else did meanwhile. refused: why it cannot be done any more.
    sent: the form came back.
    """

    session: Session
    actor: Actor
    case: Case
    facts: CaseFacts
    now: datetime
    form: FormOfAct
    slug: str = ""
    sent: bool = False
    conflict: tuple[Change, ...] | None = None
    refused: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def book(self) -> LawBook:
        """The law in force."""
        return load_law_book(self.session, self.now)

    @cached_property
    def agencies(self) -> Mapping[int, Known]:
        """The agencies that a case may be given to."""
        return known_agencies(self.session, self.now)

    @property
    def common(self) -> dict[str, Any]:
        """The arguments that every verb takes alike."""
        return {"now": self.now, "expected_version": self.form.expected_version}

    @property
    def timed(self) -> dict[str, Any]:
        """The same for verbs that count time."""
        return {**self.common, "book": self.book}

    def still_seen(self) -> bool:
        """Tell whether the actor still sees the case after what they did."""
        self.session.flush()
        return bool(self.session.scalar(select(exists().where(Case.id == self.case.id))))


_BESIDE = 46
"""The rank from which an act stands beside the work: an internal note is the first of them."""


class Act(Generic[FormOfAct]):
    """An act that staff can do to a case. `actions`: the rights of which one is needed.

    rank: its place among the buttons, the most needed first. key: the letter that opens it on the case's
    page (feedback/static/js/keys.js); no two acts have the same. after: where success leads, ``case`` or
    ``triage``. undoable: the desk can take it back for some minutes. error_fields: the field of the form
    for a verb's complaint, where their names differ. standard: which standard texts its form offers, and
    into which field.
    """

    slug: ClassVar[str]
    actions: ClassVar[frozenset[Action]]
    title: ClassVar[LazyString]
    lead: ClassVar[LazyString | str] = ""
    button: ClassVar[LazyString]
    icon: ClassVar[str]
    rank: ClassVar[int] = 50
    danger: ClassVar[bool] = False
    key: ClassVar[str] = ""
    at_once: ClassVar[bool] = False
    undoable: ClassVar[bool] = False
    after: ClassVar[str] = "case"
    template: ClassVar[str] = "staff/act.html"
    form: ClassVar[type[ActForm]] = ActForm
    error_fields: ClassVar[tuple[tuple[str, str], ...]] = ()
    standard: ClassVar[tuple[StandardKind, str] | None] = None

    @property
    def leads(self) -> bool:
        """Tell whether it may stand as the page's first button: notes, calls and what is rare never do."""
        return self.rank < _BESIDE

    def allowed(self, actor: Actor, facts: CaseFacts) -> bool:
        """Tell whether `actor` has one of the rights that this act needs."""
        return any(permissions.refusal(actor, action, facts) is None for action in self.actions)

    def objection(self, actor: Actor, facts: CaseFacts) -> str:
        """Give the code of why it may not be done (see permissions.refusal)."""
        codes = [permissions.refusal(actor, action, facts) for action in sorted(self.actions)]
        return next((code for code in codes if code not in (None, "state")), None) or "state"

    def applies(self, file: CaseFile) -> bool:
        """Tell whether the case page offers it, apart from rights."""
        return True

    def prepare(self, task: Task[FormOfAct]) -> None:
        """Give the form its choices and, when it is fresh, what stands in it."""

    def asks_again(self) -> bool:
        """Tell whether the form was only sent to be shown again: with one more row, with what was found."""
        return False

    def overtaken(self, task: Task[FormOfAct], conflict: Conflict) -> None:
        """Put beside the form what somebody else wrote meanwhile, where the act has words to compare."""

    def run(self, task: Task[FormOfAct]) -> str:
        """Do it and give the sentence that says so. Raises what the verb raises."""
        raise NotImplementedError


REGISTER: dict[str, Act[Any]] = {}


def act(kind: type[Act[Any]]) -> type[Act[Any]]:
    """Enter an act under its slug."""
    REGISTER[kind.slug] = kind()
    return kind


def offered(file: CaseFile, actor: Actor, facts: CaseFacts) -> list[Act[Any]]:
    """Give the acts that a case page offers to `actor`, the most needed first."""
    found = [one for one in REGISTER.values() if one.allowed(actor, facts) and one.applies(file)]
    return sorted(found, key=lambda one: one.rank)
