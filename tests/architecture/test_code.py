"""Rules of the code that no linter holds for us."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.tree import tree, under

PRODUCT = ("feedback", "workers")


def _calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def _dotted(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""


def test_only_db_commits() -> None:
    """A service that commits cannot be part of a larger whole."""
    commits = {
        (str(path), _dotted(call.func))
        for path in under(*PRODUCT, "bench", "tools")
        for call in _calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    }
    # The end of a request is the one other entry point: it calls the function of db.py.
    assert commits == {("feedback/db.py", "session.commit"), ("feedback/web/requests.py", "db.commit")}


def test_only_the_clock_asks_for_the_time() -> None:
    """Ruff bans the calls of datetime; these are the other ways to the clock on the wall."""
    clocks = re.compile(
        r"time\.(time|time_ns|localtime|gmtime)|func\.(now|current_\w+)|.*\b(datetime|date)\.\w*(now|today)"
    )
    asked = {
        (str(path), _dotted(call.func))
        for path in under(*PRODUCT)
        for call in _calls(path)
        if clocks.fullmatch(_dotted(call.func))
    }
    # The default of accounts that the login library makes.
    assert asked == {("feedback/clock.py", "datetime.now"), ("feedback/models/account.py", "func.now")}


def test_imports_name_the_whole_way() -> None:
    relative = [
        f"{path}:{node.lineno}"
        for path in under("feedback", "workers", "tests", "bench", "tools", "migrations")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_public_functions_say_what_they_do() -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path in under(*PRODUCT)
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []
    assert [
        str(path) for path in under(*PRODUCT) if tree(path).body and not ast.get_docstring(tree(path))
    ] == []


def _has_foreign_piece(node: ast.expr) -> bool:
    """Whether a text is put together from anything but constants of its module."""
    if isinstance(node, ast.BinOp):
        return _has_foreign_piece(node.left) or _has_foreign_piece(node.right)
    if isinstance(node, ast.JoinedStr):
        return any(
            _has_foreign_piece(part.value) for part in node.values if isinstance(part, ast.FormattedValue)
        )
    return not (isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper()))


def test_sql_of_the_product_is_made_of_constants() -> None:
    """A value inside the text of a statement is where an injection begins."""
    makers = {"text", "sqlalchemy.text", "sa.text", "literal_column"}
    pieced = {
        str(path)
        for path in under(*PRODUCT)
        for call in _calls(path)
        if _dotted(call.func) in makers and call.args and _has_foreign_piece(call.args[0])
    }
    # Names that our own queries are given in the code, and a table of our own queries with one beginning.
    assert pieced == {"feedback/queries/bundle.py", "feedback/queries/administration/invariants.py"}
