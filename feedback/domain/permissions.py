"""Who may do what to a case, and read what of it: the table of `permission_table`, asked with facts.

Row-level security decides what somebody sees; this decides what they may do with what they see, and which
parts of it pages show them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from feedback.domain.lifecycle import CAPS, Action, State, actions_in
from feedback.domain.permission_table import (
    AREAS,
    EXTENDERS,
    HANDLERS,
    RULES,
    SET_APART,
    TOP,
    Area,
    Kinds,
    Reading,
    Relation,
    kinds_for,
)
from feedback.domain.positions import Actor, HeldPosition, PositionKind

__all__ = [
    "AREAS", "EXTENDERS", "HANDLERS", "RULES", "SET_APART", "TOP", "Area", "CaseFacts", "Reading", "Refused",
    "Relation", "acting_in", "allowed_actions", "kinds_for", "may_extend", "may_read", "readings", "refusal",
    "require",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a permission is decided from.

    co_agency_ids: who handles beside the lead. unit_id: the unit of the lead that has the case.
    on_access_list: the actor stands on the restricted case's access list.
    escalated_to_actor: a step of the ladder that reached a position of the actor is open.
    final: the lead assignment is the coordinator's last word.
    draft_author_id: who submitted the draft that awaits approval.
    publication_author_id: who wrote the publication that awaits its check.
    asked_agency_ids: the agencies beside the lead whose part is asked for and has not come.
    external: an external body leads, which its liaison desk speaks for.
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
    co_agency_ids: frozenset[int] = frozenset()
    unit_id: int | None = None
    escalated_to_actor: bool = False
    draft_author_id: int | None = None
    publication_author_id: int | None = None
    asked_agency_ids: frozenset[int] = frozenset()
    extension_pending: bool = False
    external: bool = False
    extend_by: frozenset[PositionKind] = frozenset({PositionKind.HEAD_OF_AGENCY})


class Refused(Exception):
    """The actor may not do this; `action` and `why` (a code) let a face explain it."""

    def __init__(self, action: Action, why: str) -> None:
        super().__init__(f"{action}: {why}")
        self.action = action
        self.why = why


_P = PositionKind
_OF_RELAYS = frozenset({Action.RELAY, Action.REMIND_RELAY, Action.RECORD_RELAY_REPLY})


def _in_capacity(actor: Actor, facts: CaseFacts, relation: Relation, kinds: Kinds) -> bool:
    if relation is Relation.ACCESS_LIST:
        return facts.on_access_list and facts.state in SET_APART and _is_any(actor, kinds)
    if relation is Relation.ESCALATED_TO:
        return facts.escalated_to_actor and actor.holds(kinds)
    if facts.state in SET_APART:
        return False
    if relation is Relation.COORDINATOR:
        return actor.holds(kinds)
    if relation is Relation.SUPERVISOR:
        return actor.supervises
    if relation is Relation.ONE_STOP:
        # Row security shows this clerk another agency's case only while a letter of it waits.
        return actor.delivers_for_province
    return _in_agency(actor, facts, relation, kinds)


def _is_any(actor: Actor, kinds: Kinds) -> bool:
    """Tell whether somebody on an access list counts: the list names accounts, whatever post they hold."""
    return not actor.supervises or _P.SUPERVISOR in kinds


def _in_agency(actor: Actor, facts: CaseFacts, relation: Relation, kinds: Kinds) -> bool:
    if relation is Relation.CO_HANDLER:
        return any(actor.holds(kinds, agency_id) for agency_id in facts.co_agency_ids)
    lead = facts.lead_agency_id
    if lead is None or relation not in (Relation.LEAD, Relation.UNIT):
        return False
    if relation is Relation.LEAD or facts.unit_id is None:
        return actor.holds(kinds, lead)
    return any(
        held.kind in kinds and held.agency_id == lead and held.unit_id == facts.unit_id
        for held in actor.positions
    )


def may_extend(actor: Actor, facts: CaseFacts) -> bool:
    """Say whether a term's row names a position of `actor`: in the agency that leads, or the chief's.

    A head of unit decides for the own unit's cases, and for those that no unit has yet. The chief of the
    coordinating office is the head of a case that it leads itself.
    """
    agency_id = facts.lead_agency_id
    if _P.COORDINATOR_HEAD in facts.extend_by and actor.holds({_P.COORDINATOR_HEAD}):
        return True
    return agency_id is not None and (
        (_P.HEAD_OF_AGENCY in facts.extend_by and actor.holds(TOP, agency_id))
        or (
            _P.HEAD_OF_UNIT in facts.extend_by
            and _in_agency(actor, facts, Relation.UNIT, frozenset({_P.HEAD_OF_UNIT}))
        )
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
    if action in _OF_RELAYS and not facts.external:
        return "not_external"
    if action is Action.LOG_CONTACT and not facts.urgent:
        return "not_urgent"
    if action is Action.ANSWER_CONTRIBUTION:
        asked = any(actor.holds(HANDLERS, agency_id) for agency_id in facts.asked_agency_ids)
        return None if asked else "nothing_asked"
    return _check_objection(actor, facts) if action is Action.CHECK_PUBLICATION else None


def _check_objection(actor: Actor, facts: CaseFacts) -> str | None:
    if facts.publication_author_id is None:
        return "no_publication"
    return "second_person" if facts.publication_author_id == actor.account_id else None


def _has_capacity(actor: Actor, what: Action | Reading, facts: CaseFacts) -> bool:
    return any(_in_capacity(actor, facts, relation, kinds) for relation, kinds in RULES.get(what, ()))


def may_read(actor: Actor, reading: Reading, facts: CaseFacts) -> bool:
    """Tell whether `actor` may read that part of the case that `facts` describe."""
    return _has_capacity(actor, reading, facts)


def readings(actor: Actor, facts: CaseFacts) -> frozenset[Reading]:
    """Give all that `actor` may read of a case; none: for them it does not exist."""
    return frozenset(reading for reading in Reading if may_read(actor, reading, facts))


def refusal(actor: Actor, action: Action, facts: CaseFacts) -> str | None:
    """Say why `actor` may not do `action`, as a code, or None when they may.

    It is asked of a case that the actor sees (`may_read`); of another one pages say that there is none.

    Codes: ``state`` (the lifecycle table), ``position`` (no position that may),
    ``final``, ``transfer_cap``, ``not_extendable``, ``extension_pending``, ``no_extension``, ``not_urgent``,
    ``no_publication``, ``second_person``, ``nothing_asked``, ``not_external``.
    """
    if action not in actions_in(facts.state):
        return "state"
    if not _has_capacity(actor, action, facts):
        return "position"
    return _objection(actor, action, facts)


def require(actor: Actor, action: Action, facts: CaseFacts) -> None:
    """Raise Refused unless `actor` may do `action` to the case that `facts` describe."""
    why = refusal(actor, action, facts)
    if why is not None:
        raise Refused(action, why)


def acting_in(actor: Actor, action: Action, facts: CaseFacts) -> HeldPosition | None:
    """Give the position in which `actor` stands in for its holder when they do `action`; None: in none.

    It is the first of those they act in without which, beside the posts they are appointed to, they might
    not do it. Asked of an action that they may do.
    """
    own = tuple(held for held in actor.positions if not held.acting)
    if len(own) == len(actor.positions) or refusal(replace(actor, positions=own), action, facts) is None:
        return None
    return next(
        (
            held
            for held in actor.positions
            if held.acting and refusal(replace(actor, positions=(*own, held)), action, facts) is None
        ),
        None,
    )


def allowed_actions(actor: Actor, facts: CaseFacts) -> frozenset[Action]:
    """Give every action that `actor` may do now; what a case page offers as buttons."""
    return frozenset(
        action for action in RULES if isinstance(action, Action) and refusal(actor, action, facts) is None
    )
