"""The permission matrix as a page: for one kind of position, what it may read and do, and why not."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString

from feedback.domain.lifecycle import Action
from feedback.domain.permission_matrix import CONDITIONS, Cell, Line, relations_of, table_of
from feedback.domain.permissions import AREAS, Area, Reading, Relation
from feedback.domain.positions import PositionKind
from feedback.web.admin.blueprint import blueprint
from feedback.web.admin.permission_words import REASONS, RELATIONS, condition_label, what_label
from feedback.web.guards import staff
from feedback.web.labels import position_kind_label, state_label


@dataclass(frozen=True, slots=True)
class Column:
    """Relations in which a position has the same rights throughout, as one column."""

    relations: tuple[Relation, ...]
    name: str
    place: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the page shows it: its name, a cell a column, and what of the case may stand against it."""

    name: LazyString | str
    cells: tuple[Cell, ...]
    conditions: tuple[LazyString, ...]


@blueprint.get("/permissions")
@staff(*AREAS[Area.ADMINISTRATION])
def permissions() -> ResponseReturnValue:
    """Show the matrix of one kind of position; the address names it."""
    asked = request.args.get("kind", "")
    kind = PositionKind(asked) if asked in set(PositionKind) else PositionKind.OFFICER
    table = table_of(kind)
    columns = _columns(kind, table)
    return render_template(
        "admin/permissions.html",
        kind=kind,
        kinds=[(str(each), position_kind_label(each)) for each in PositionKind],
        columns=columns,
        readings=[_shown(line, columns) for line in table if isinstance(line.what, Reading)],
        actions=[_shown(line, columns) for line in table if isinstance(line.what, Action)],
        relations=[RELATIONS[relation] for column in columns for relation in column.relations],
        areas=[area for area, kinds in AREAS.items() if kind in kinds],
        reason=lambda code: REASONS.get(code, REASONS["position"]),
        states=lambda cell: ", ".join(state_label(state) for state in cell.states),
    )


def _columns(kind: PositionKind, table: tuple[Line, ...]) -> list[Column]:
    """Give the columns; relations with the same cells all the way down share one."""
    same: dict[tuple[Cell, ...], list[int]] = {}
    relations = relations_of(kind)
    for place in range(len(relations)):
        same.setdefault(tuple(line.cells[place] for line in table), []).append(place)
    return [
        Column(
            tuple(relations[place] for place in places),
            "; ".join(str(RELATIONS[relations[place]][0]) for place in places),
            places[0],
        )
        for places in same.values()
    ]


def _shown(line: Line, columns: list[Column]) -> Shown:
    codes = CONDITIONS.get(line.what, ()) if isinstance(line.what, Action) else ()
    open_somewhere = any(cell.states for cell in line.cells)
    return Shown(
        name=what_label(line.what),
        cells=tuple(line.cells[column.place] for column in columns),
        conditions=tuple(condition_label(code) for code in codes) if open_somewhere else (),
    )
