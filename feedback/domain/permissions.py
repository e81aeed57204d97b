"""Who may do what to a case: one table from action to position kinds, held against the agency relation.

Row-level security decides what somebody sees; this decides what they may do with what
they see. The rows of `RULES` are the permission matrix that the tests walk through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from feedback.domain.lifecycle import CAPS, Action, State, actions_in
from feedback.domain.positions import Actor, PositionKind


class Relation(StrEnum):
    """In which capacity a position must stand to the case for a rule to hold."""

    LEAD = "lead"
    COORDINATOR = "coordinator"
    ONE_STOP = "one_stop"
    ACCESS_LIST = "access_list"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a permission is decided from.

    on_access_list: the actor stands on the restricted case's access list.
    final: the lead assignment is the coordinator's last word.
    draft_author_id: who submitted the draft that awaits approval.
    publication_author_id: who wrote the publication that awaits its check.
    extend_by: the kinds of positions that the running term lets grant more time; none: nobody may.
    """

    state: State
    lead_agency_id: int | None
    officer_id: int | None
    urgent: bool = False
    send_backs: int = 0
    transfers: int = 0
    final: bool = False
    on_access_list: bool = False
    draft_author_id: int | None = None
    publication_author_id: int | None = None
    extension_pending: bool = False
    extend_by: frozenset[PositionKind] = frozenset({PositionKind.HEAD_OF_AGENCY})


class Refused(Exception):
    """The actor may not do this; `action` and `why` (a code) let a face explain it."""

    def __init__(self, action: Action, why: str) -> None:
        super().__init__(f"{action}: {why}")
        self.action = action
        self.why = why


_P = PositionKind
# The chief of the coordinating office heads it as an agency too, when it leads a case itself.
TOP = frozenset({_P.HEAD_OF_AGENCY, _P.COORDINATOR_HEAD})
_HEADS = TOP | {_P.HEAD_OF_UNIT}
HANDLERS = _HEADS | {_P.OFFICER}
_DESK = frozenset({_P.DISPATCHER, _P.COORDINATOR_HEAD})
_LISTED = frozenset(PositionKind)
_SET_APART = frozenset({State.RESTRICTED, State.FORWARDED, State.GUIDED})

RULES: Mapping[Action, tuple[tuple[Relation, frozenset[PositionKind]], ...]] = {
    Action.DISPATCH: ((Relation.COORDINATOR, _DESK),),
    Action.REFUSE: ((Relation.COORDINATOR, _DESK),),
    Action.SPLIT: ((Relation.COORDINATOR, _DESK),),
    Action.MERGE: ((Relation.COORDINATOR, _DESK),),
    Action.CHANGE_URGENCY: ((Relation.COORDINATOR, _DESK), (Relation.LEAD, _HEADS)),
    Action.TAKE_BACK: ((Relation.COORDINATOR, _DESK),),
    Action.TAKE_BACK_URGENCY: ((Relation.COORDINATOR, _DESK),),
    Action.ACCEPT: ((Relation.LEAD, HANDLERS),),
    Action.SEND_BACK: ((Relation.LEAD, HANDLERS),),
    Action.ASSIGN_OFFICER: ((Relation.LEAD, _HEADS),),
    Action.ASK_SUPPLEMENT: ((Relation.LEAD, HANDLERS),),
    Action.END_SUPPLEMENT_WAIT: ((Relation.LEAD, HANDLERS),),
    Action.TRANSFER: ((Relation.LEAD, _HEADS),),
    Action.RECALL: ((Relation.COORDINATOR, _DESK),),
    Action.ASK_EXTENSION: ((Relation.LEAD, HANDLERS),),
    Action.DECIDE_EXTENSION: (
        (Relation.LEAD, _HEADS),
        (Relation.COORDINATOR, frozenset({_P.COORDINATOR_HEAD})),
    ),
    Action.LOG_CONTACT: ((Relation.LEAD, HANDLERS),),
    Action.SAVE_DRAFT: ((Relation.LEAD, HANDLERS),),
    Action.SUBMIT_DRAFT: ((Relation.LEAD, HANDLERS),),
    Action.APPROVE: ((Relation.LEAD, TOP),),
    Action.RETURN_DRAFT: ((Relation.LEAD, TOP),),
    Action.RECORD_DELIVERY: (
        (Relation.LEAD, HANDLERS | {_P.RECEPTION}),
        (Relation.COORDINATOR, _DESK),
        (Relation.ONE_STOP, frozenset({_P.RECEPTION})),
        (Relation.ACCESS_LIST, _LISTED),
    ),
    Action.PROPOSE_PUBLICATION: ((Relation.LEAD, HANDLERS),),
    Action.CHECK_PUBLICATION: ((Relation.LEAD, _HEADS), (Relation.COORDINATOR, _DESK)),
    Action.WITHDRAW_PUBLICATION: ((Relation.LEAD, _HEADS), (Relation.COORDINATOR, _DESK)),
    Action.SET_APART: ((Relation.COORDINATOR, _DESK), (Relation.LEAD, TOP)),
    Action.FORWARD: ((Relation.ACCESS_LIST, _LISTED),),
    Action.GUIDE: ((Relation.ACCESS_LIST, _LISTED),),
    Action.RETURN_TO_TRIAGE: ((Relation.ACCESS_LIST, _LISTED),),
    Action.GRANT_ACCESS: ((Relation.ACCESS_LIST, _LISTED),),
    Action.PROLONG_CHECK: ((Relation.ACCESS_LIST, _LISTED),),
    Action.REVEAL_IDENTITY: (
        (Relation.LEAD, HANDLERS | {_P.RECEPTION}),
        (Relation.COORDINATOR, _DESK),
        (Relation.ONE_STOP, frozenset({_P.RECEPTION})),
        (Relation.ACCESS_LIST, _LISTED),
    ),
}
"""For each action of staff, the capacities in which it may be done; the submitter's and the workers'
actions are not here."""


def _in_capacity(actor: Actor, facts: CaseFacts, relation: Relation, kinds: frozenset[PositionKind]) -> bool:
    if relation is Relation.ACCESS_LIST:
        return facts.on_access_list and facts.state in _SET_APART
    if relation is Relation.COORDINATOR:
        return facts.state not in _SET_APART and actor.holds(kinds)
    if relation is Relation.ONE_STOP:
        # Row security shows this clerk another agency's case only while a letter of it waits.
        return facts.state not in _SET_APART and actor.delivers_for_province
    if facts.lead_agency_id is None or facts.state in _SET_APART:
        return False
    return actor.holds(kinds, facts.lead_agency_id)


def may_extend(actor: Actor, facts: CaseFacts) -> bool:
    """Say whether a term's row names a position of `actor`: in the agency that leads, or the chief's.

    The chief of the coordinating office is the head of a case that it leads itself.
    """
    agency_id = facts.lead_agency_id
    if _P.COORDINATOR_HEAD in facts.extend_by and actor.holds({_P.COORDINATOR_HEAD}):
        return True
    return agency_id is not None and (
        (_P.HEAD_OF_AGENCY in facts.extend_by and actor.holds(TOP, agency_id))
        or (_P.HEAD_OF_UNIT in facts.extend_by and actor.holds({_P.HEAD_OF_UNIT}, agency_id))
    )


def _extension_objection(actor: Actor, action: Action, facts: CaseFacts) -> str | None:
    if action is Action.ASK_EXTENSION:
        if not facts.extend_by:
            return "not_extendable"
        return "extension_pending" if facts.extension_pending else None
    if not facts.extension_pending:
        return "no_extension"
    return None if may_extend(actor, facts) else "position"


def _objection(actor: Actor, action: Action, facts: CaseFacts) -> str | None:
    """Name what stands against an action that the table allows, or None."""
    if action is Action.PROLONG_CHECK:
        if not facts.extend_by:
            return "not_extendable"
        return None if actor.holds(facts.extend_by) else "position"
    if action is Action.SEND_BACK and (facts.final or facts.send_backs >= CAPS.send_backs):
        return "final"
    if action is Action.TRANSFER and facts.transfers >= CAPS.transfers:
        return "transfer_cap"
    if action in (Action.ASK_EXTENSION, Action.DECIDE_EXTENSION):
        return _extension_objection(actor, action, facts)
    if action is Action.LOG_CONTACT and not facts.urgent:
        return "not_urgent"
    if action is Action.CHECK_PUBLICATION:
        if facts.publication_author_id is None:
            return "no_publication"
        if facts.publication_author_id == actor.account_id:
            return "second_person"
    return None


def refusal(actor: Actor, action: Action, facts: CaseFacts) -> str | None:
    """Say why `actor` may not do `action`, as a code, or None when they may.

    Codes: ``state`` (the lifecycle table), ``position`` (no position that may),
    ``final``, ``transfer_cap``, ``not_extendable``, ``extension_pending``, ``no_extension``, ``not_urgent``,
    ``no_publication``, ``second_person``.
    """
    if action not in actions_in(facts.state):
        return "state"
    rules = RULES.get(action, ())
    if not any(_in_capacity(actor, facts, relation, kinds) for relation, kinds in rules):
        return "position"
    return _objection(actor, action, facts)


def require(actor: Actor, action: Action, facts: CaseFacts) -> None:
    """Raise Refused unless `actor` may do `action` to the case that `facts` describe."""
    why = refusal(actor, action, facts)
    if why is not None:
        raise Refused(action, why)


def allowed_actions(actor: Actor, facts: CaseFacts) -> frozenset[Action]:
    """Give every action that `actor` may do now; what a case page offers as buttons."""
    return frozenset(action for action in RULES if refusal(actor, action, facts) is None)
