"""The kinds of notices that the product writes to people.

Each has its texts in ``templates/mail/<language>/<kind>.txt`` and ``.html``.
"""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a message is about."""

    RECEIPT = "receipt"
    ASSIGNED_AGENCY = "assigned_agency"
    URGENT_AGENCY = "urgent_agency"
    TRIAGE_DESK = "triage_desk"
    ASSIGNED_OFFICER = "assigned_officer"
    TRANSFERRED = "transferred"
    RECALLED_AGENCY = "recalled_agency"
    HANDLER_CHANGED = "handler_changed"
    SUPPLEMENT_REQUEST = "supplement_request"
    SUPPLEMENT_RECEIVED = "supplement_received"
    SUPPLEMENT_EXPIRED = "supplement_expired"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_DECIDED = "extension_decided"
    CONTRIBUTION_ASKED = "contribution_asked"
    CONTRIBUTION_DUE = "contribution_due"
    CONTRIBUTION_ANSWERED = "contribution_answered"
    CONTRIBUTION_ENDED = "contribution_ended"
    RELAY_DUE = "relay_due"
    DATE_MOVED = "date_moved"
    STATUS_UPDATE = "status_update"
    APPROVAL_REQUESTED = "approval_requested"
    DRAFT_RETURNED = "draft_returned"
    ANSWER = "answer"
    REFUSED = "refused"
    SPLIT = "split"
    MERGED = "merged"
    FORWARDED = "forwarded"
    IDENTITY_UNSEALED = "identity_unsealed"
    GUIDANCE = "guidance"
    REOPENED_AGENCY = "reopened_agency"
    WITHDRAWN_AGENCY = "withdrawn_agency"
    URGENT_UNCONTACTED = "urgent_uncontacted"
    ESCALATION_DIGEST = "escalation_digest"
    ACTING_NAMED = "acting_named"
    ACTING_ENDED = "acting_ended"
    ACCOUNT_MAIL = "account_mail"
    STAFF_DIGEST = "staff_digest"
