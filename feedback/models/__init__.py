"""The tables. Importing this package loads them all, so that relationships resolve."""

from feedback.models.account import Account, Role
from feedback.models.agency import Agency, Field, Unit
from feedback.models.answer import Answer, Delivery, Publication, Rating
from feedback.models.audit import AuditEvent, AuditHead, AuditSeal
from feedback.models.base import Base
from feedback.models.calendar import CalendarChange
from feedback.models.case import Attachment, Case, Submitter
from feedback.models.contribution import Contribution
from feedback.models.deadline import Deadline, Extension, Period
from feedback.models.desk import CasePresence, FormDraft
from feedback.models.escalation import Digest, EscalationStep
from feedback.models.handling import (
    Assignment,
    EventNote,
    IdentityReveal,
    Move,
    NoteWords,
    RoutingDecision,
    Supplement,
)
from feedback.models.law import (
    CalendarDay,
    LadderStep,
    OfficeSchedule,
    ProvinceSetting,
    RoutingRule,
    RuleTrial,
    StateLimit,
    Term,
)
from feedback.models.learning import ClassifierModel, RoutingWeek
from feedback.models.notification import Notification, NotificationChoice, NotificationTimes
from feedback.models.place import Commune, OldPlace
from feedback.models.position import Holding, Position
from feedback.models.relay import Relay
from feedback.models.restricted import Forwarding, RestrictedAccess, RestrictedConflict
from feedback.models.saved_view import SavedView
from feedback.models.standard_text import StandardText
from feedback.models.statistics import StatisticsSnapshot
from feedback.models.work import JobRun, Message, Work

__all__ = [
    "Account", "Agency", "Answer", "Assignment", "Attachment", "AuditEvent", "AuditHead", "AuditSeal",
    "Base", "CalendarChange", "CalendarDay", "Case", "CasePresence", "ClassifierModel", "Commune",
    "Contribution", "Deadline", "Delivery", "Digest", "EscalationStep", "EventNote", "Extension", "Field",
    "FormDraft", "Forwarding", "Holding", "IdentityReveal", "JobRun",
    "LadderStep", "Message", "Move", "NoteWords", "Notification", "NotificationChoice", "NotificationTimes",
    "OfficeSchedule", "OldPlace", "Period", "Position",
    "ProvinceSetting", "Publication", "Rating", "Relay", "RestrictedAccess", "RestrictedConflict",
    "Role", "RoutingDecision", "RoutingRule", "RoutingWeek", "RuleTrial", "SavedView", "StandardText",
    "StateLimit", "StatisticsSnapshot", "Submitter", "Supplement", "Term", "Unit", "Work",
]  # fmt: skip
