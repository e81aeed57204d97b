"""The lifecycle of a case: its states, and one table of who may do what from where to where.

Every verb that changes a case asks `step` first. A pair that the table does not hold is
refused; nothing else in the product decides on states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    TRIAGE = "triage"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    AWAITING_SUBMITTER = "awaiting_submitter"
    AWAITING_APPROVAL = "awaiting_approval"
    ANSWERED = "answered"
    REFUSED = "refused"
    MERGED = "merged"
    SPLIT = "split"
    REJOINED = "rejoined"
    WITHDRAWN = "withdrawn"
    RESTRICTED = "restricted"
    FORWARDED = "forwarded"
    GUIDED = "guided"


class Action(StrEnum):
    """What can be done to a case."""

    ROUTE_ASSIGN = "route_assign"
    ROUTE_TRIAGE = "route_triage"
    DISPATCH = "dispatch"
    REFUSE = "refuse"
    SPLIT = "split"
    MERGE = "merge"
    FOLLOW = "follow"
    LEAVE = "leave"
    READ_FOLLOWER = "read_follower"
    SEPARATE = "separate"
    RELEASE_DUPLICATE = "release_duplicate"
    REJOIN = "rejoin"
    TAKE_BACK = "take_back"
    TAKE_BACK_URGENCY = "take_back_urgency"
    CHANGE_URGENCY = "change_urgency"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    ASSIGN_OFFICER = "assign_officer"
    ASK_SUPPLEMENT = "ask_supplement"
    SUPPLY = "supply"
    END_SUPPLEMENT_WAIT = "end_supplement_wait"
    TRANSFER = "transfer"
    RECALL = "recall"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    LOG_CONTACT = "log_contact"
    ADD_NOTE = "add_note"
    LOG_EXCHANGE = "log_exchange"
    ASK_CONTRIBUTION = "ask_contribution"
    ANSWER_CONTRIBUTION = "answer_contribution"
    RELAY = "relay"
    REMIND_RELAY = "remind_relay"
    RECORD_RELAY_REPLY = "record_relay_reply"
    SAVE_DRAFT = "save_draft"
    SUBMIT_DRAFT = "submit_draft"
    APPROVE = "approve"
    RETURN_DRAFT = "return_draft"
    RECORD_DELIVERY = "record_delivery"
    PROPOSE_PUBLICATION = "propose_publication"
    CHECK_PUBLICATION = "check_publication"
    WITHDRAW_PUBLICATION = "withdraw_publication"
    ACKNOWLEDGE = "acknowledge"
    RATE = "rate"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    SET_APART = "set_apart"
    FORWARD = "forward"
    GUIDE = "guide"
    RETURN_TO_TRIAGE = "return_to_triage"
    GRANT_ACCESS = "grant_access"
    PROLONG_CHECK = "prolong_check"
    RECORD_CONFLICT = "record_conflict"
    NAME_ACCUSED = "name_accused"
    CONFIRM_FORWARDING = "confirm_forwarding"
    SEAL_IDENTITY = "seal_identity"
    REVEAL_IDENTITY = "reveal_identity"


class Channel(StrEnum):
    """How a case came in."""

    WEB = "web"
    PHONE = "phone"
    PAPER = "paper"
    COUNTER = "counter"
    FILE = "file"


class SubmitterKind(StrEnum):
    """Who sends (NĐ 20/2008/NĐ-CP Đ.2)."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    ORGANISATION = "organisation"


class CaseClass(StrEnum):
    """What a message is about, by its legal nature.

    A behaviour of officials or delay of a procedure, B content of a regulation, C condition
    or incident, D complaint (khiếu nại), E denunciation (tố cáo), F legal text, G mixed,
    Q question, X not for government.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    Q = "Q"
    X = "X"


class RestrictedKind(StrEnum):
    """Why a case is set apart from the public track."""

    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    CRIME = "crime"


class RefusalCode(StrEnum):
    """Why the coordinator refuses a message (coded, so that refusals can be counted and checked)."""

    NOT_GOVERNMENT = "not_government"
    NO_CLEAR_CONTENT = "no_clear_content"
    ANSWERED_BEFORE = "answered_before"
    OTHER_PROVINCE = "other_province"
    NO_SUPPLEMENT = "no_supplement"
    ABUSIVE = "abusive"


CLOSED = frozenset(
    {
        State.ANSWERED, State.REFUSED, State.MERGED, State.SPLIT, State.WITHDRAWN,
        State.FORWARDED, State.GUIDED, State.REJOINED,
    }
)  # fmt: skip
UNCOUNTED = frozenset({State.SPLIT, State.REJOINED})
"""In them a case is counted nowhere: of a split message its parts are, of one put together the whole."""
OPEN = frozenset(State) - CLOSED
OPEN_PUBLIC = OPEN - {State.RESTRICTED}

_S, _A = State, Action
_HANDLING = (_S.ASSIGNED, _S.IN_PROGRESS, _S.AWAITING_SUBMITTER, _S.AWAITING_APPROVAL)
# Words went out to the submitter: a letter is printed, addressed and handed over.
_LETTERS = (_S.ANSWERED, _S.REFUSED, _S.MERGED, _S.GUIDED, _S.FORWARDED)
HANDLING = frozenset(_HANDLING)
"""The states in which exactly one agency has the case as its lead."""


def _stays(action: Action, *states: State) -> dict[tuple[State, Action], State]:
    return {(state, action): state for state in states}


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (_S.RECEIVED, _A.ROUTE_ASSIGN): _S.ASSIGNED,
    (_S.RECEIVED, _A.ROUTE_TRIAGE): _S.TRIAGE,
    (_S.TRIAGE, _A.DISPATCH): _S.ASSIGNED,
    (_S.TRIAGE, _A.REFUSE): _S.REFUSED,
    (_S.TRIAGE, _A.SPLIT): _S.SPLIT,
    (_S.TRIAGE, _A.MERGE): _S.MERGED,
    (_S.MERGED, _A.RELEASE_DUPLICATE): _S.TRIAGE,
    # Within minutes, by who decided it, before anybody was told (domain/undo.py).
    (_S.ASSIGNED, _A.TAKE_BACK): _S.TRIAGE,
    (_S.REFUSED, _A.TAKE_BACK): _S.TRIAGE,
    (_S.MERGED, _A.TAKE_BACK): _S.TRIAGE,
    (_S.SPLIT, _A.TAKE_BACK): _S.TRIAGE,
    # Then the parts are one with the whole again, that alone goes on.
    (_S.RECEIVED, _A.REJOIN): _S.REJOINED,
    (_S.ASSIGNED, _A.REJOIN): _S.REJOINED,
    # Its sender chose to follow a case that was there before, and may leave it again.
    (_S.RECEIVED, _A.FOLLOW): _S.MERGED,
    (_S.MERGED, _A.LEAVE): _S.TRIAGE,
    # The desk finds that it says more than the one it was merged into.
    (_S.MERGED, _A.SEPARATE): _S.TRIAGE,
    (_S.ASSIGNED, _A.ACCEPT): _S.IN_PROGRESS,
    (_S.ASSIGNED, _A.SEND_BACK): _S.TRIAGE,
    (_S.IN_PROGRESS, _A.ASK_SUPPLEMENT): _S.AWAITING_SUBMITTER,
    (_S.AWAITING_SUBMITTER, _A.SUPPLY): _S.IN_PROGRESS,
    (_S.AWAITING_SUBMITTER, _A.END_SUPPLEMENT_WAIT): _S.IN_PROGRESS,
    (_S.IN_PROGRESS, _A.TRANSFER): _S.ASSIGNED,
    (_S.ASSIGNED, _A.RECALL): _S.TRIAGE,
    (_S.IN_PROGRESS, _A.RECALL): _S.TRIAGE,
    (_S.IN_PROGRESS, _A.SUBMIT_DRAFT): _S.AWAITING_APPROVAL,
    (_S.AWAITING_APPROVAL, _A.APPROVE): _S.ANSWERED,
    (_S.AWAITING_APPROVAL, _A.RETURN_DRAFT): _S.IN_PROGRESS,
    (_S.ANSWERED, _A.REOPEN): _S.IN_PROGRESS,
    # A duplicate that leaves its main case is nobody's yet: the dispatcher gives it to somebody.
    (_S.MERGED, _A.REOPEN): _S.TRIAGE,
    (_S.RESTRICTED, _A.FORWARD): _S.FORWARDED,
    (_S.RESTRICTED, _A.GUIDE): _S.GUIDED,
    (_S.RESTRICTED, _A.RETURN_TO_TRIAGE): _S.TRIAGE,
    **_stays(_A.ASSIGN_OFFICER, _S.ASSIGNED, _S.IN_PROGRESS, _S.AWAITING_SUBMITTER),
    **_stays(_A.SAVE_DRAFT, _S.IN_PROGRESS, _S.AWAITING_SUBMITTER),
    **_stays(_A.ASK_EXTENSION, _S.IN_PROGRESS),
    **_stays(_A.DECIDE_EXTENSION, _S.IN_PROGRESS, _S.AWAITING_SUBMITTER, _S.AWAITING_APPROVAL),
    **_stays(_A.LOG_CONTACT, _S.ASSIGNED, _S.IN_PROGRESS),
    **_stays(_A.ADD_NOTE, _S.TRIAGE, *_HANDLING, _S.ANSWERED, _S.RESTRICTED),
    **_stays(_A.LOG_EXCHANGE, _S.TRIAGE, *_HANDLING, _S.ANSWERED, _S.RESTRICTED),
    **_stays(_A.ASK_CONTRIBUTION, _S.IN_PROGRESS, _S.AWAITING_SUBMITTER),
    **_stays(_A.ANSWER_CONTRIBUTION, *_HANDLING),
    # The liaison desk of an external body writes to it, and types in what it replies.
    (_S.ASSIGNED, _A.RELAY): _S.IN_PROGRESS,
    **_stays(_A.RELAY, _S.IN_PROGRESS),
    **_stays(_A.REMIND_RELAY, _S.IN_PROGRESS, _S.AWAITING_SUBMITTER),
    **_stays(_A.RECORD_RELAY_REPLY, _S.IN_PROGRESS, _S.AWAITING_SUBMITTER),
    **_stays(_A.CHANGE_URGENCY, _S.TRIAGE, *_HANDLING),
    **_stays(_A.TAKE_BACK_URGENCY, _S.TRIAGE, *_HANDLING),
    **_stays(_A.RECORD_DELIVERY, *_LETTERS),
    **_stays(_A.PROPOSE_PUBLICATION, _S.ANSWERED),
    **_stays(_A.CHECK_PUBLICATION, _S.ANSWERED),
    **_stays(_A.WITHDRAW_PUBLICATION, _S.TRIAGE, *_HANDLING, _S.ANSWERED),
    # A step of the ladder may also be about a letter that waits after the answer.
    **_stays(_A.ACKNOWLEDGE, *_S),
    **_stays(_A.RATE, _S.ANSWERED, _S.MERGED),
    **_stays(_A.READ_FOLLOWER, _S.MERGED),
    **_stays(_A.GRANT_ACCESS, _S.RESTRICTED),
    **_stays(_A.PROLONG_CHECK, _S.RESTRICTED),
    # Somebody may see late that they are in a conflict, or who stands accused: while the case is sealed.
    **_stays(_A.RECORD_CONFLICT, _S.RESTRICTED, _S.FORWARDED, _S.GUIDED),
    **_stays(_A.NAME_ACCUSED, _S.RESTRICTED),
    **_stays(_A.CONFIRM_FORWARDING, _S.FORWARDED),
    **_stays(_A.SEAL_IDENTITY, _S.RESTRICTED, _S.FORWARDED, _S.GUIDED),
    **_stays(_A.REVEAL_IDENTITY, *_HANDLING, _S.TRIAGE, _S.RESTRICTED, *_LETTERS),
    **{(state, _A.WITHDRAW): _S.WITHDRAWN for state in (_S.RECEIVED, _S.TRIAGE, *_HANDLING)},
    **{
        (state, _A.SET_APART): _S.RESTRICTED
        for state in State
        if state not in {_S.RESTRICTED, _S.FORWARDED, _S.GUIDED, _S.REJOINED}
    },
}
"""What follows from a state by an action. A pair not named here is refused."""


class TransitionRefused(Exception):
    """The case's state does not allow the action.

    `state` and `action` are kept so that a face can say it in the person's language.
    """

    def __init__(self, state: State, action: Action) -> None:
        super().__init__(f"{action} is not possible in state {state}")
        self.state = state
        self.action = action


def step(state: State | str, action: Action) -> State:
    """Give the state that follows from `state` by `action`.

    Raises TransitionRefused when the table holds no such step.
    """
    found = TRANSITIONS.get((State(state), action))
    if found is None:
        raise TransitionRefused(State(state), action)
    return found


_ACTIONS_IN = {
    state: frozenset(action for (source, action) in TRANSITIONS if source is state) for state in State
}


def actions_in(state: State | str) -> frozenset[Action]:
    """Give the actions that the table allows in `state`, whoever asks."""
    return _ACTIONS_IN[State(state)]


@dataclass(frozen=True, slots=True)
class Caps:
    """How often a case may go back and forth, and how long the doors stay open.

    A second send-back goes to the coordinator, whose decision is final; an agency may
    transfer twice, then only the coordinator moves the case, by recalling it. Reopening is possible for
    30 days after the answer (calendar days).
    """

    send_backs: int = 2
    transfers: int = 2
    reopen_days: int = 30


CAPS = Caps()
