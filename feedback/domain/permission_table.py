"""The permission matrix: who may read or do what to a case, in which capacity, and which pages are whose.

`RULES` is the one place. Row-level security in PostgreSQL stands behind it: what somebody may not read at
all does not exist for them. `permissions` answers from these rows, `permission_matrix` prints them, and the
tests walk through them on every route.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from feedback.domain.lifecycle import Action, State
from feedback.domain.positions import LINE_KINDS, PROVINCE_KINDS, PositionKind


class Relation(StrEnum):
    """In which capacity a position stands to a case.

    LEAD: in the agency that has the case (of an external body: at its liaison desk). UNIT: in the unit of
    that agency that has it, or in any of its units while none has. CO_HANDLER: in an agency that handles
    beside the lead, until its part ends. COORDINATOR: over the whole province, by their position.
    ONE_STOP: at the coordinator's one-stop office, while a letter of the case waits there. ESCALATED_TO: a
    step of the ladder reached the position and is open. ACCESS_LIST: on the list of a case that was set
    apart. SUPERVISOR: of a body that supervises the province. FORMER: in an agency that had the case and
    passed it on. OTHER: none of these.
    """

    LEAD = "lead"
    UNIT = "unit"
    CO_HANDLER = "co_handler"
    COORDINATOR = "coordinator"
    ONE_STOP = "one_stop"
    ESCALATED_TO = "escalated_to"
    ACCESS_LIST = "access_list"
    SUPERVISOR = "supervisor"
    FORMER = "former"
    OTHER = "other"


class Reading(StrEnum):
    """What is to be read of a case.

    LISTS: its line in lists, counts and search. CASE: what it is about, where it stands, its clocks and its
    course. WORDS: the submitter's own words unmasked, their place and their messages. FILES: what they and
    the staff attached. NOTES: words between offices: notes, reasons, remarks, drafts. LETTER: the words that
    went out, to print. EXPORT: its line in a file of a list.
    """

    LISTS = "read_lists"
    CASE = "read_case"
    WORDS = "read_words"
    FILES = "read_files"
    NOTES = "read_notes"
    LETTER = "read_letter"
    EXPORT = "read_export"


class Area(StrEnum):
    """A part of the staff's pages that opens by position, whatever the case."""

    INBOX = "inbox"
    HEAD = "head"
    TRIAGE = "triage"
    INTAKE = "intake"
    OVERSIGHT = "oversight"
    ROUTING_QUALITY = "routing_quality"
    STANDARD_TEXTS = "standard_texts"
    ADMINISTRATION = "administration"


_P = PositionKind
Kinds = frozenset[PositionKind]
Rule = tuple[Relation, Kinds]

# The chief of the coordinating office heads it as an agency too, when it leads a case itself.
TOP: Kinds = frozenset({_P.HEAD_OF_AGENCY, _P.COORDINATOR_HEAD})
HEADS: Kinds = TOP | {_P.HEAD_OF_UNIT}
LEADERS: Kinds = HEADS | {_P.CHAIRMAN}
HANDLERS: Kinds = HEADS | {_P.OFFICER}
RELAYERS: Kinds = HANDLERS | {_P.DISPATCHER}
EXTENDERS: Kinds = HEADS
"""Whom a term's row may name to grant more time."""
DESK: Kinds = frozenset({_P.DISPATCHER, _P.COORDINATOR_HEAD})
_COUNTER: Kinds = frozenset({_P.RECEPTION})
_UNIT_HEAD: Kinds = frozenset({_P.HEAD_OF_UNIT})
_WATCH: Kinds = frozenset({_P.SUPERVISOR})
# Whoever the list names: a supervisor on it sees the case as they see others, and does nothing.
_LISTED: Kinds = frozenset(PositionKind) - _WATCH
SET_APART = frozenset({State.RESTRICTED, State.FORWARDED, State.GUIDED})
"""The states of the restricted track: there only the access list counts."""

_WHOLE: tuple[Rule, ...] = (
    (Relation.LEAD, LINE_KINDS),
    (Relation.CO_HANDLER, LINE_KINDS),
    (Relation.COORDINATOR, PROVINCE_KINDS),
    (Relation.ACCESS_LIST, _LISTED),
)
_WATCHED: tuple[Rule, ...] = (*_WHOLE, (Relation.SUPERVISOR, _WATCH), (Relation.ACCESS_LIST, _WATCH))
_HANDLES: tuple[Rule, ...] = ((Relation.LEAD, HANDLERS),)
# The dispatcher sits at the liaison desk of external bodies.
_RELAYS: tuple[Rule, ...] = ((Relation.LEAD, RELAYERS),)
_DISPATCHES: tuple[Rule, ...] = ((Relation.COORDINATOR, DESK),)
_ACCESS: tuple[Rule, ...] = ((Relation.ACCESS_LIST, _LISTED),)
_LETTERS: tuple[Rule, ...] = (
    (Relation.LEAD, HANDLERS | _COUNTER),
    (Relation.COORDINATOR, DESK),
    (Relation.ONE_STOP, _COUNTER),
    (Relation.ACCESS_LIST, _LISTED),
)

RULES: Mapping[Action | Reading, tuple[Rule, ...]] = {
    Reading.LISTS: _WATCHED,
    Reading.CASE: _WATCHED,
    Reading.WORDS: _WHOLE,
    Reading.FILES: _WHOLE,
    Reading.NOTES: _WHOLE,
    Reading.LETTER: (*_WHOLE, (Relation.ONE_STOP, _COUNTER)),
    Reading.EXPORT: _WATCHED,
    Action.DISPATCH: _DISPATCHES,
    Action.REFUSE: _DISPATCHES,
    Action.SPLIT: _DISPATCHES,
    Action.MERGE: _DISPATCHES,
    Action.READ_FOLLOWER: _DISPATCHES,
    Action.SEPARATE: _DISPATCHES,
    Action.CHANGE_URGENCY: (*_DISPATCHES, (Relation.LEAD, HEADS)),
    Action.TAKE_BACK: _DISPATCHES,
    Action.TAKE_BACK_URGENCY: _DISPATCHES,
    Action.ACCEPT: _HANDLES,
    Action.SEND_BACK: _HANDLES,
    Action.ASSIGN_OFFICER: ((Relation.LEAD, TOP), (Relation.UNIT, _UNIT_HEAD)),
    Action.ASK_SUPPLEMENT: _HANDLES,
    Action.END_SUPPLEMENT_WAIT: _HANDLES,
    Action.TRANSFER: ((Relation.LEAD, HEADS),),
    Action.RECALL: _DISPATCHES,
    Action.ASK_EXTENSION: _HANDLES,
    Action.DECIDE_EXTENSION: (
        (Relation.LEAD, TOP),
        (Relation.UNIT, _UNIT_HEAD),
        (Relation.COORDINATOR, frozenset({_P.COORDINATOR_HEAD})),
    ),
    Action.LOG_CONTACT: _HANDLES,
    Action.ADD_NOTE: (*_HANDLES, (Relation.CO_HANDLER, HANDLERS), *_DISPATCHES, *_ACCESS),
    Action.LOG_EXCHANGE: (*_HANDLES, *_DISPATCHES, *_ACCESS),
    Action.ASK_CONTRIBUTION: _HANDLES,
    Action.ANSWER_CONTRIBUTION: ((Relation.CO_HANDLER, HANDLERS),),
    Action.RELAY: _RELAYS,
    Action.REMIND_RELAY: _RELAYS,
    Action.RECORD_RELAY_REPLY: _RELAYS,
    # What the desk typed in of a body's reply is a draft: who may type it in may send it up to be approved.
    Action.SAVE_DRAFT: _RELAYS,
    Action.SUBMIT_DRAFT: _RELAYS,
    Action.APPROVE: ((Relation.LEAD, TOP),),
    Action.RETURN_DRAFT: ((Relation.LEAD, TOP),),
    Action.RECORD_DELIVERY: _LETTERS,
    Action.PROPOSE_PUBLICATION: _HANDLES,
    Action.CHECK_PUBLICATION: ((Relation.LEAD, HEADS), *_DISPATCHES),
    Action.WITHDRAW_PUBLICATION: ((Relation.LEAD, HEADS), *_DISPATCHES),
    # Whomever a step reached: an officer's reminder that is not acknowledged would always go up.
    Action.ACKNOWLEDGE: ((Relation.ESCALATED_TO, LINE_KINDS),),
    Action.SET_APART: (*_DISPATCHES, (Relation.LEAD, TOP)),
    Action.FORWARD: _ACCESS,
    Action.GUIDE: _ACCESS,
    Action.RETURN_TO_TRIAGE: _ACCESS,
    Action.GRANT_ACCESS: _ACCESS,
    Action.PROLONG_CHECK: _ACCESS,
    Action.RECORD_CONFLICT: _ACCESS,
    Action.NAME_ACCUSED: _ACCESS,
    Action.CONFIRM_FORWARDING: _ACCESS,
    Action.SEAL_IDENTITY: _ACCESS,
    Action.REVEAL_IDENTITY: _LETTERS,
}
"""For each reading, and each action of staff, the capacities in which it is allowed; the submitter's and the
workers' actions are not here."""

AREAS: Mapping[Area, Kinds] = {
    Area.INBOX: LINE_KINDS | {_P.ADMINISTRATOR},
    Area.HEAD: LEADERS,
    Area.TRIAGE: DESK,
    Area.INTAKE: frozenset({_P.RECEPTION, _P.DISPATCHER}),
    Area.OVERSIGHT: _WATCH,
    Area.ROUTING_QUALITY: frozenset({_P.ADMINISTRATOR, _P.COORDINATOR_HEAD}),
    Area.STANDARD_TEXTS: TOP | {_P.ADMINISTRATOR},
    Area.ADMINISTRATION: frozenset({_P.ADMINISTRATOR}),
}
"""Who may open the pages of an area. The inbox opens to every account but a supervisor's; what stands in it
follows from `RULES`."""


def kinds_for(what: Action | Reading, relation: Relation) -> Kinds:
    """Give the kinds of positions that may do or read `what` in a capacity; none where no row says so."""
    found: Kinds = frozenset()
    for capacity, kinds in RULES.get(what, ()):
        if capacity is relation:
            found |= kinds
    return found
