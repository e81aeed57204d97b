"""The permission matrix as it is printed and tested: position × relation × state × what, and why not.

Nothing is decided here: every entry is what `permissions` answers to somebody who stands in exactly that
relation to a case, under facts that put nothing else in the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from feedback.domain.lifecycle import Action, State, actions_in
from feedback.domain.permission_table import EXTENDERS, LEADERS, RULES, SET_APART, Reading, Relation
from feedback.domain.permissions import CaseFacts, may_read, refusal
from feedback.domain.positions import PROVINCE_KINDS, Actor, AgencyKind, HeldPosition, PositionKind

UNSEEN = "unseen"
"""Why something is refused to somebody for whom the case does not exist."""

CONDITIONS: Mapping[Action, tuple[str, ...]] = {
    Action.SEND_BACK: ("final",),
    Action.TRANSFER: ("transfer_cap",),
    Action.ASK_EXTENSION: ("not_extendable", "extension_pending"),
    Action.DECIDE_EXTENSION: ("no_extension",),
    Action.LOG_CONTACT: ("not_urgent",),
    Action.ANSWER_CONTRIBUTION: ("nothing_asked",),
    Action.RELAY: ("not_external",),
    Action.REMIND_RELAY: ("not_external",),
    Action.RECORD_RELAY_REPLY: ("not_external",),
    Action.CHECK_PUBLICATION: ("no_publication", "second_person"),
    Action.PROLONG_CHECK: ("not_extendable",),
}
"""What of the case itself may stand against an action that the table allows: codes of `refusal`."""

# The agencies and units of the exemplary case: its lead, one beside it, one that has nothing to do with it.
LEAD_AGENCY, BESIDE, ELSEWHERE = 1, 2, 3
_UNIT, _OTHER_UNIT = 11, 12
_SOMEBODY_ELSE = 99

_OF_AN_AGENCY = (Relation.LEAD, Relation.CO_HANDLER, Relation.FORMER, Relation.OTHER)


@dataclass(frozen=True, slots=True)
class Entry:
    """May a position of `kind`, standing so to a case in `state`, do or read `what`? `why`: None, or why not.

    why: ``unseen``, or a code of `permissions.refusal`; of a reading ``position``.
    """

    kind: PositionKind
    relation: Relation
    state: State
    what: Action | Reading
    why: str | None

    @property
    def allowed(self) -> bool:
        """Whether nothing stands against it."""
        return self.why is None


def relations_of(kind: PositionKind) -> tuple[Relation, ...]:
    """Give the relations in which a position of `kind` may stand to a case, the nearest first."""
    if kind is PositionKind.SUPERVISOR:
        return (Relation.SUPERVISOR, Relation.ACCESS_LIST)
    if kind in PROVINCE_KINDS:
        told = (Relation.ESCALATED_TO,) if kind in LEADERS else ()
        return (Relation.LEAD, Relation.COORDINATOR, *told, Relation.ACCESS_LIST)
    of_unit = (Relation.UNIT,) if kind in (PositionKind.OFFICER, PositionKind.HEAD_OF_UNIT) else ()
    told = (Relation.ESCALATED_TO,) if kind in LEADERS else ()
    counter = (Relation.ONE_STOP,) if kind is PositionKind.RECEPTION else ()
    return (*of_unit, *_OF_AN_AGENCY[:2], *told, *counter, Relation.ACCESS_LIST, *_OF_AN_AGENCY[2:])


def exemplary_actor(kind: PositionKind, relation: Relation) -> Actor:
    """Give somebody in one position of `kind` who stands in `relation` to the case of `exemplary_facts`."""
    agency = {
        Relation.LEAD: LEAD_AGENCY,
        Relation.UNIT: LEAD_AGENCY,
        Relation.ESCALATED_TO: ELSEWHERE if kind in PROVINCE_KINDS else LEAD_AGENCY,
        Relation.CO_HANDLER: BESIDE,
    }.get(relation, ELSEWHERE)
    unit = _UNIT if relation is Relation.UNIT else _OTHER_UNIT
    body = AgencyKind.COORDINATOR if relation is Relation.ONE_STOP else AgencyKind.DEPARTMENT
    return Actor(1, str(kind), (HeldPosition(1, kind, agency, unit, agency_kind=body),))


def exemplary_facts(relation: Relation, state: State, what: Action | Reading) -> CaseFacts:
    """Give facts under which nothing but position, relation and state stands against `what`."""
    return CaseFacts(
        state=state,
        lead_agency_id=LEAD_AGENCY,
        officer_id=None,
        urgent=True,
        on_access_list=relation is Relation.ACCESS_LIST,
        co_agency_ids=frozenset({BESIDE}),
        unit_id=_UNIT,
        escalated_to_actor=relation is Relation.ESCALATED_TO,
        publication_author_id=_SOMEBODY_ELSE,
        asked_agency_ids=frozenset({BESIDE}),
        extension_pending=what is Action.DECIDE_EXTENSION,
        external=True,
        extend_by=EXTENDERS,
    )


def entry(kind: PositionKind, relation: Relation, state: State, what: Action | Reading) -> Entry:
    """Ask the permissions for one entry of the matrix."""
    actor, facts = exemplary_actor(kind, relation), exemplary_facts(relation, state, what)
    return Entry(kind, relation, state, what, _why(actor, facts, what))


def _why(actor: Actor, facts: CaseFacts, what: Action | Reading) -> str | None:
    if isinstance(what, Reading):
        if may_read(actor, what, facts):
            return None
        return "position" if _sees(actor, facts) else UNSEEN
    return refusal(actor, what, facts) if _sees(actor, facts) else UNSEEN


def _sees(actor: Actor, facts: CaseFacts) -> bool:
    return may_read(actor, Reading.CASE, facts) or may_read(actor, Reading.LETTER, facts)


def matrix() -> Iterator[Entry]:
    """Give every entry: of each kind of position, each relation it may stand in, each state, each row.

    An action stands in the matrix for the states in which the lifecycle has it at all.
    """
    for kind in PositionKind:
        for relation in relations_of(kind):
            for state in State:
                for what in RULES:
                    if isinstance(what, Reading) or what in actions_in(state):
                        yield entry(kind, relation, state, what)


@dataclass(frozen=True, slots=True)
class Cell:
    """What the printed table says of one row and relation.

    states: those in which it is allowed. track: ``all`` when these are all in which it could be,
    ``public`` or ``restricted`` when they are all of that track; else empty. why: where in none, the
    nearest reason.
    """

    states: tuple[State, ...]
    track: str
    why: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the printed table: what it is about, and a cell for each relation of the kind."""

    what: Action | Reading
    cells: tuple[Cell, ...]


@cache
def table_of(kind: PositionKind) -> tuple[Line, ...]:
    """Give the matrix of one kind of position as a table: a line a row of `RULES`, a cell a relation."""
    return tuple(
        Line(what, tuple(_cell(kind, relation, what) for relation in relations_of(kind))) for what in RULES
    )


def _cell(kind: PositionKind, relation: Relation, what: Action | Reading) -> Cell:
    states = [state for state in State if isinstance(what, Reading) or what in actions_in(state)]
    entries = [entry(kind, relation, state, what) for state in states]
    allowed = tuple(each.state for each in entries if each.allowed)
    if allowed:
        return Cell(allowed, _track(allowed, states), None)
    reasons = [each.why for each in entries if each.why != UNSEEN] or [UNSEEN]
    return Cell((), "", reasons[0])


def _track(allowed: tuple[State, ...], states: list[State]) -> str:
    tracks = {
        "all": states,
        "public": [state for state in states if state not in SET_APART],
        "restricted": [state for state in states if state in SET_APART],
    }
    return next((name for name, those in tracks.items() if list(allowed) == those), "")
