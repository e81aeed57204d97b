"""Who acts in a demonstration, and on what: the case at hand, its message, and the staff who handle it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.domain.calendar import local_date
from feedback.domain.positions import Actor, AgencyKind, PositionKind
from feedback.models import Agency, Case, Holding, Position
from feedback.queries.law_book import LawBook
from feedback.queries.people import actor_for


@dataclass(frozen=True, slots=True)
class Cast:
    """A moment of the demonstration. `cases` maps the titles of messages to their cases."""

    session: Session
    case: Case
    message: Mapping[str, Any]
    now: datetime
    book: LawBook
    cases: Mapping[str, UUID]

    @property
    def officer(self) -> Actor:
        """An officer of the agency that has the case."""
        return self._somebody(PositionKind.OFFICER, self._handling_agency())

    @property
    def head(self) -> Actor:
        """The head of the agency that has the case."""
        return self._somebody(PositionKind.HEAD_OF_AGENCY, self._handling_agency())

    @property
    def dispatcher(self) -> Actor:
        """A dispatcher of the coordinator."""
        return self._somebody(PositionKind.DISPATCHER, None)

    @property
    def listed(self) -> Actor:
        """The chief of the coordinator, who stands on the access lists of restricted cases."""
        return self._somebody(PositionKind.COORDINATOR_HEAD, None)

    def agency_id(self, code: str) -> int:
        """Give the id of the agency with `code`."""
        return self.session.scalars(select(Agency.id).where(Agency.code == code)).one()

    def case_of(self, title: str) -> Case:
        """Give the case of another message of the demonstration."""
        return self.session.get_one(Case, self.cases[title])

    def commune_agency_id(self) -> int | None:
        """Give the People's Committee of the commune that the case names, if it names one."""
        code = self.case.commune_code
        if code is None:
            return None
        return self.session.scalars(select(Agency.id).where(Agency.commune_code == code)).one_or_none()

    def _handling_agency(self) -> int:
        agency = self.session.get_one(Agency, self.case.lead_agency_id)
        return agency.liaison_id if agency.kind == AgencyKind.EXTERNAL and agency.liaison_id else agency.id

    def _somebody(self, kind: PositionKind, agency_id: int | None) -> Actor:
        query = (
            select(Holding.account_id)
            .join(Position, Position.id == Holding.position_id)
            .where(Position.kind == str(kind))
            .order_by(Holding.id)
            .limit(1)
        )
        if agency_id is not None:
            query = query.where(Position.agency_id == agency_id)
        account_id = self.session.scalars(query).one()
        return actor_for(self.session, account_id, local_date(self.now))
