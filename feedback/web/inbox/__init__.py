"""The face of the agencies' staff: the inbox, the case page, every action on a case."""

from feedback.web.inbox import (
    acting,
    acts_access,
    acts_answer,
    acts_followers,
    acts_forwarding,
    acts_handling,
    acts_parts,
    acts_publication,
    acts_relay,
    acts_requests,
    acts_restricted,
    acts_triage,
    bulk,
    case,
    desk_pages,
    dossier,
    export,
    files,
    head,
    intake,
    liaison,
    lists,
    navigation,
    news,
    previous,
    restricted,
    saved_views,
    together,
    triage,
    typed,
    undo,
)
from feedback.web.inbox.blueprint import blueprint

__all__ = [
    "acting", "acts_access", "acts_answer", "acts_followers", "acts_forwarding", "acts_handling",
    "acts_parts", "acts_publication", "acts_relay", "acts_requests", "acts_restricted", "acts_triage",
    "blueprint", "bulk", "case", "desk_pages", "dossier", "export", "files", "head", "intake", "liaison",
    "lists", "navigation", "news", "previous", "restricted", "saved_views", "together", "triage", "typed",
    "undo",
]  # fmt: skip
