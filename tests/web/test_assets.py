"""What the browser is given: vendored files as recorded, nothing from elsewhere, nothing inline."""

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import vendor  # noqa: E402

STATIC = ROOT / "feedback" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.relative_to(ROOT / "templates").parts]
STYLES = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
PICTURES = sorted((STATIC / "img").glob("*.svg"))
XMLNS = re.compile(r"xmlns(:\w+)?=['\"]http://www\.w3\.org/[^'\"]+['\"]")
ELSEWHERE = re.compile(r"""https?://|(?:src|href|action)=["']//|url\(["']?//""")
ICON_CALL = re.compile(r"""icon\(([^,()]*)""")
ICON_NAME = re.compile(r"""(?<!== )"([a-z0-9-]+)\"""")


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


@pytest.mark.parametrize("manifest", [vendor.MANIFEST, vendor.TEST_MANIFEST], ids=["shipped", "tests"])
def test_vendored_files_are_those_of_the_manifest(manifest: Path) -> None:
    assert vendor.differences(manifest) == []


def test_a_changed_vendored_file_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "thing"
    folder.mkdir()
    (folder / "a.js").write_text("one")
    entry = {"folder": "thing", "files": {"a.js": vendor.digest(folder / "a.js"), "gone.js": "0"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"packages": [entry]}))
    (folder / "a.js").write_text("two")
    (folder / "extra.js").write_text("three")
    assert vendor.differences(tmp_path / "manifest.json") == [
        "thing/extra.js: not in the manifest",
        "thing/gone.js: missing",
        "thing/a.js: content differs",
    ]


@pytest.mark.parametrize("package", vendor.PACKAGES, ids=lambda package: package.name)
def test_each_package_carries_its_licence(package: vendor.Package) -> None:
    words = {
        "MIT": "Permission is hereby granted, free of charge",
        "0BSD": "Permission to use, copy, modify, and/or distribute",
        "OFL-1.1": "SIL OPEN FONT LICENSE",
        "MPL-2.0": "Mozilla Public License",
    }
    assert words[package.licence] in (package.folder / "LICENSE").read_text()
    manifest = json.loads((package.folder.parent / "manifest.json").read_text())
    entry = next(entry for entry in manifest["packages"] if entry["name"] == package.name)
    assert (entry["version"], entry["licence"]) == (package.version, package.licence)


def test_the_manifest_names_no_registry_address() -> None:
    assert "//" not in vendor.MANIFEST.read_text() + vendor.TEST_MANIFEST.read_text()


@pytest.mark.parametrize(
    "path", [*PAGES, *STYLES, *SCRIPTS, *PICTURES], ids=names([*PAGES, *STYLES, *SCRIPTS, *PICTURES])
)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    text = XMLNS.sub("", path.read_text())
    # Followed by a person who presses it, loaded by nobody.
    text = text.replace('<a href="https://www.openstreetmap.org/', '<a href="')
    assert ELSEWHERE.findall(text) == []


def inline(text: str) -> list[str]:
    """What a strict content security policy would refuse in a template, comments left out."""
    markup = re.sub(r"{#.*?#}", "", text, flags=re.DOTALL)
    refused = r"<[^>{]*\sstyle=|<style|<script(?![^>]*\ssrc=)[^>]*>|<[^>]*\son[a-z]+=|javascript:|hx-on|js:\{"
    return re.findall(refused, markup)


@pytest.mark.parametrize("path", PAGES, ids=names(PAGES))
def test_pages_need_no_inline_style_or_script(path: Path) -> None:
    assert inline(path.read_text()) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<a class="x" onclick="go()">',
        '<a href="javascript:go()">',
        "<div hx-vals='js:{a: b()}'>",
    ],
)
def test_inline_markup_is_found(markup: str) -> None:
    assert inline(markup)


@pytest.mark.parametrize("path", PAGES, ids=names(PAGES))
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    sprite = (STATIC / "vendor/bootstrap-icons/sprite.svg").read_text()
    known = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    named = {name for call in ICON_CALL.findall(path.read_text()) for name in ICON_NAME.findall(call)}
    assert named <= known


def test_styles_and_scripts_named_by_pages_exist() -> None:
    named = {name for path in PAGES for name in re.findall(r"asset\('([^'~]+)'\)", path.read_text())}
    assert named
    assert [name for name in sorted(named) if not (STATIC / name).is_file()] == []


def test_font_faces_point_to_vendored_files() -> None:
    css = (STATIC / "css/fonts.css").read_text()
    files = re.findall(r'url\("([^"]+)"\)', css)
    assert len(files) == len(vendor.FONT_SUBSETS) * len(vendor.FONT_WEIGHTS)
    assert [name for name in files if not (STATIC / "css" / name).is_file()] == []


def _channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        red, green, blue = (_channel(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_text_colours_reach_aa_on_their_grounds(look: str) -> None:
    def tokens(name: str) -> dict[str, str]:
        return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", (STATIC / "css" / name).read_text()))

    colours = tokens("tokens.css") | (tokens("dark.css") if look == "dark" else {})
    pairs = [
        (ink, ground)
        for ink in ("ink", "ink-muted", "brand", "danger")
        for ground in ("ground", "surface", "surface-sunk")
    ]
    pairs += [
        (tone, f"{tone}-soft")
        for tone in ("neutral", "info", "progress", "warning", "danger", "success", "quiet", "sealed")
    ]
    pairs += [
        ("ink", "danger-soft"),
        ("ink", "warning-soft"),
        ("ink", "brand-soft"),
        ("brand", "brand-soft"),
        ("on-brand", "brand"),
        ("on-brand", "brand-strong"),
        ("on-danger", "danger-strong"),
        ("on-deep", "deep"),
        ("on-deep-muted", "deep"),
        ("on-deep-muted", "deep-raised"),
    ]
    weak = {pair: round(_contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    edges = [("line-strong", "surface"), ("line-strong", "ground"), ("focus", "surface"), ("focus", "ground")]
    faint = {pair: round(_contrast(*(colours[name] for name in pair)), 2) for pair in edges}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}
