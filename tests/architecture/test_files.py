"""What every file of the project keeps to: its length, its size, and nothing of a machine in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, links, ours, text, tracked

LONGEST = 400
LARGEST = 2 * 1024 * 1024
LARGEST_MODEL = 10 * 1024 * 1024
"""The one kind of file that is larger by its nature: the trained classifier of routing."""
SOURCES = (".py", ".html", ".css", ".js", ".txt", ".mako", ".sh", ".sql")

# Put together from halves, so that this file is not found by itself.
_HALVES = (
    ("/work", "/main"), ("/work", "/shared"), ("/work", "/notes"), (r"\.\./", "shared"), ("/ro", "ot/"),
    ("/ho", "me/"), ("/tmp", "/bash"),
    ("pypi", r"\.org"), ("python", "hosted"), ("npm", r"js\.org"), ("registry", r"\."), ("crates", r"\.io"),
    ("proxy.", "golang"), ("jsdelivr", r"\."), ("un", r"pkg\."), ("cdn", "js"), ("deb.", "debian"),
    ("arti", "factory"), ("ne", "xus/repository"), ("-index", "-url"), ("--find", "-links"),
)  # fmt: skip
FOREIGN = [re.compile(first + second, re.IGNORECASE) for first, second in _HALVES]
# The line of the Makefile that looks for such words in the pinned requirements.
ALLOWED = {("Makefile", "--find" + "-links"), ("Makefile", "/ho" + "me/")}


def test_no_source_is_longer_than_a_person_reads() -> None:
    sources = [path for path in ours(*SOURCES) if not path.name.startswith("requirements")]
    assert len(sources) > 300
    lines = {str(path): len((text(path) or "").splitlines()) for path in sources}
    assert {path: number for path, number in lines.items() if number > LONGEST} == {}


def test_no_file_is_a_burden_to_clone() -> None:
    sizes = {str(path): (ROOT / path).stat().st_size for path in tracked()}
    limits = {path: LARGEST_MODEL if Path(path).match("routing/model-*.npz") else LARGEST for path in sizes}
    assert {path: size for path, size in sizes.items() if size > limits[path]} == {}
    # One model is shipped, not its history.
    assert list(limits.values()).count(LARGEST_MODEL) <= 1


def test_no_link_leads_out_of_the_checkout() -> None:
    """A linked folder (an environment shared on one machine) exists on no other."""
    assert [str(path) for path in links()] == []


def test_nothing_tells_of_a_machine_or_a_package_registry() -> None:
    found = []
    for path in tracked():
        if "vendor" in path.parts and path.suffix != ".json":
            continue
        content = text(path) or ""
        found += [
            f"{path}: {match.group()}"
            for pattern in FOREIGN
            for match in pattern.finditer(content)
            if (str(path), match.group()) not in ALLOWED
        ]
    assert found == []


@pytest.mark.parametrize(
    "pattern", [(re.compile("TO" + "DO|FIX" + "ME")), re.compile(r"^(<<<<<<<|>>>>>>>) ", re.M)]
)
def test_nothing_is_left_for_later(pattern: re.Pattern[str]) -> None:
    assert [str(path) for path in ours(*SOURCES, ".md") if pattern.search(text(path) or "")] == []


def test_every_shipped_data_file_tells_where_it_comes_from() -> None:
    folder = Path("feedback/data")
    shipped = {
        str(path.relative_to(folder))
        for path in tracked()
        if folder in path.parents and path.suffix in {".csv", ".jsonl", ".json"}
    }
    rows = re.findall(
        r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", (ROOT / folder / "README.md").read_text(), re.M
    )
    assert {name for name, what, origin in rows if what.strip() and origin.strip()} == shipped
