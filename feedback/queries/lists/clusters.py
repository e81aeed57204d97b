"""What waits for the dispatcher and probably tells of one matter, put together under the oldest.

Found for one page of the queue with one query: the cases that wait in the communes of the page. A case
that may be a denunciation, a complaint or a crime is never put with others: it is looked at alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from feedback.domain.similarity import OPEN_PLACE, SAME_PLACE, Fingerprint, fingerprint, similarity
from feedback.models import Case
from feedback.queries.lists.similar_cases import WINDOW, word_weights
from feedback.queries.lists.triage import Queue, Waiting, in_queue, suspected

MOST_COMPARED = 250
_EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Member:
    """A case of a cluster; `score` says how alike it is to the oldest (0 to 1), whose own is 1."""

    id: UUID
    reference: str
    title: str
    excerpt: str
    received_at: datetime
    score: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Cases that probably tell of one matter: the oldest first, then the most alike."""

    members: tuple[Member, ...]

    @property
    def head(self) -> Member:
        """The oldest."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class _Text:
    member: Member
    print: Fingerprint


def clusters_of(session: Session, shown: Sequence[Waiting]) -> list[Cluster]:
    """Give the clusters to which cases of a page belong, each of two members at least."""
    alone = {one.case.id for one in shown if one.suspected}
    wanted = {one.case.id for one in shown} - alone
    if not wanted:
        return []
    groups = _texts(session, [one for one in shown if one.case.id in wanted])
    found = []
    for commune, texts in groups.items():
        for cluster in _put_together(texts, OPEN_PLACE if commune is None else SAME_PLACE):
            if wanted.intersection(member.id for member in cluster.members):
                found.append(cluster)
    return found


def _texts(session: Session, shown: Sequence[Waiting]) -> dict[str | None, list[_Text]]:
    """Read what waits in the communes of the page, near it in time, the oldest first."""
    communes = {one.case.commune_code for one in shown}
    moments = [one.case.received_at for one in shown]
    here = Case.commune_code.in_([code for code in communes if code is not None])
    columns = (
        Case.id, Case.reference, Case.title, func.left(Case.body, 2_000), Case.received_at, Case.commune_code,
    )  # fmt: skip
    rows = session.execute(
        select(*columns)
        .where(
            *in_queue(Queue.ALL),
            ~suspected(),
            or_(here, Case.commune_code.is_(None)) if None in communes else here,
            Case.received_at.between(min(moments) - WINDOW, max(moments) + WINDOW),
        )
        .order_by(Case.received_at, Case.id)
        .limit(MOST_COMPARED)
    )
    weights = word_weights()
    groups: dict[str | None, list[_Text]] = defaultdict(list)
    for case_id, reference, title, body, received_at, commune in rows:
        member = Member(case_id, reference, title, body[:_EXCERPT], received_at, 1.0)
        groups[commune].append(_Text(member, fingerprint(f"{title} . {body}", weights)))
    return groups


def _put_together(texts: Sequence[_Text], least: float) -> Iterable[Cluster]:
    """Put each text with the oldest that it is like enough to; none stands in two clusters.

    Not in chains: what is like the second but not the first tells of something else.
    """
    left = list(texts)
    while left:
        oldest, *others = left
        scored = [(similarity(oldest.print, other.print), other) for other in others]
        alike = [(score, other) for score, other in scored if score >= least and _near(oldest, other)]
        left = [other for other in others if all(other is not one for _score, one in alike)]
        if alike:
            alike.sort(key=lambda pair: (-pair[0], pair[1].member.received_at))
            yield Cluster((oldest.member, *(_scored(other.member, score) for score, other in alike)))


def _near(oldest: _Text, other: _Text) -> bool:
    return other.member.received_at - oldest.member.received_at <= WINDOW


def _scored(member: Member, score: float) -> Member:
    return Member(member.id, member.reference, member.title, member.excerpt, member.received_at, score)
