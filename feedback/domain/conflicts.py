"""Conflicts of interest with a restricted case: who may not see it, whatever the access list says.

A person does not handle a matter that names them, that accuses the body they work for, or in which they have
an interest of their own (Luật Tố cáo Đ.11; Luật Khiếu nại Đ.3; NĐ 59/2019/NĐ-CP Đ.29).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class ConflictKind(StrEnum):
    """Why somebody is in a conflict.

    NAMED: the message names them. DECLARED: they said so themselves. ACCUSED_AGENCY: they hold or act in
    any position of the accused agency that day; no row is kept of it, since it follows from the day.
    """

    NAMED = "named"
    DECLARED = "declared"
    ACCUSED_AGENCY = "accused_agency"


RECORDED = (ConflictKind.NAMED, ConflictKind.DECLARED)
"""The kinds of which a row is kept; they last as long as the case."""


@dataclass(frozen=True, slots=True)
class Conflicts:
    """What a case has against people: the agency that stands accused, and the accounts that were recorded."""

    accused_agency_id: int | None = None
    named: frozenset[int] = frozenset()
    declared: frozenset[int] = frozenset()

    def of(self, account_id: int, agency_ids: Collection[int]) -> ConflictKind | None:
        """Say why an account may not see the case, None when nothing stands against it.

        agency_ids: the agencies in which it holds or acts in any position on the day.
        """
        if account_id in self.named:
            return ConflictKind.NAMED
        if account_id in self.declared:
            return ConflictKind.DECLARED
        if self.accused_agency_id is not None and self.accused_agency_id in agency_ids:
            return ConflictKind.ACCUSED_AGENCY
        return None

    @property
    def barred(self) -> frozenset[int]:
        """The accounts that were recorded, for whatever reason."""
        return self.named | self.declared
