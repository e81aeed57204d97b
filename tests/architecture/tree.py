"""The files of the project as the repository knows them, and their syntax trees."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _git(*words: str) -> list[str]:
    """What git lists, ended by NUL characters."""
    listed = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.split("\0") if line]


@cache
def tracked() -> tuple[Path, ...]:
    """Every tracked file that is there, relative to the root."""
    names = [Path(name) for name in _git("ls-files", "-z")]
    return tuple(name for name in names if (ROOT / name).is_file())


def links() -> list[Path]:
    """Every tracked symbolic link, whether what it names is there or not."""
    rows = _git("ls-files", "-s", "-z")
    return [Path(row.split("\t", 1)[1]) for row in rows if row.startswith("120000 ")]


def ours(*suffixes: str) -> list[Path]:
    """The tracked files of these suffixes that the project wrote itself."""
    return [path for path in tracked() if path.suffix in suffixes and "vendor" not in path.parts]


def under(*folders: str) -> list[Path]:
    """Our Python files in these top-level folders."""
    return [path for path in ours(".py") if path.parts[0] in folders]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def text(path: Path) -> str | None:
    """The text of a file, or None when it is none."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@cache
def _attributes(path: Path) -> frozenset[tuple[str, str]]:
    return frozenset(
        (node.value.id, node.attr)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    )


def names_used(kind: str, *folders: str, without: str = "") -> set[str]:
    """The members of the class `kind` that code in these folders names (``kind.MEMBER``)."""
    return {
        member
        for path in under(*folders)
        if str(path) != without
        for name, member in _attributes(path)
        if name == kind
    }
