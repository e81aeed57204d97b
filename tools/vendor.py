"""Fetch the front-end packages we ship and write down exactly what was taken.

``python tools/vendor.py`` runs ``npm pack`` for each pinned package, copies the
few files we use with their licence, builds the icon sprite and writes the
manifest. ``python tools/vendor.py --check`` needs no network: it compares the
files on disk with the manifest and lists what differs.

Upstream files are kept byte for byte, so that the recorded SHA-256 can be held
against the published package.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "feedback" / "static" / "vendor"
TEST_VENDOR = ROOT / "tests" / "e2e" / "vendor"
MANIFEST = VENDOR / "manifest.json"
TEST_MANIFEST = TEST_VENDOR / "manifest.json"

FONT_SUBSETS = ("vietnamese", "latin", "latin-ext")
FONT_WEIGHTS = (400, 500, 600, 700)

_ICON_NAMES = """
activity alarm arrow-counterclockwise arrow-left arrow-left-right arrow-repeat arrow-right
arrow-up-circle at bar-chart bell bell-slash box-arrow-in-right box-arrow-right briefcase building
calendar-check calendar-event chat-left-dots chat-square-text check-circle check-lg check2-square
chevron-down chevron-left chevron-right circle-half clock clock-history copy database diagram-2
diagram-3 download envelope envelope-check exclamation-circle exclamation-octagon
exclamation-triangle eye eye-slash file-earmark-image file-earmark-pdf file-earmark-text flag funnel
gear geo geo-alt globe2 graph-up hand-thumbs-down hand-thumbs-up hash hourglass-bottom
hourglass-split house image inbox info-circle journal-text key life-preserver link-45deg list lock
mailbox megaphone moon-stars paperclip patch-check pause-circle pen pencil-square people person
person-badge person-check person-circle person-lock plus printer qr-code question-circle reply
search send send-check shield-check shield-lock sign-merge-left signpost signpost-2 signpost-split
slash-circle sliders sort-down star star-fill stop-circle sun telephone telephone-fill three-dots
translate trash upload x x-circle
"""

_SVG_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class VendorError(RuntimeError):
    """A package could not be fetched or lacks a file that we take."""


@dataclass(frozen=True)
class Package:
    """One pinned package: where it goes and which of its files we keep.

    ``files`` maps a path inside the package to a name inside ``folder``.
    """

    name: str
    version: str
    licence: str
    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    icons: tuple[str, ...] = ()


def _fonts() -> dict[str, str]:
    return {
        f"files/be-vietnam-pro-{subset}-{weight}-normal.woff2": f"be-vietnam-pro-{subset}-{weight}.woff2"
        for subset in FONT_SUBSETS
        for weight in FONT_WEIGHTS
    }


PACKAGES = (
    Package(
        "bootstrap",
        "5.3.9",
        "MIT",
        VENDOR / "bootstrap",
        {"dist/css/bootstrap.min.css": "bootstrap.min.css", "LICENSE": "LICENSE"},
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        VENDOR / "htmx",
        {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
    ),
    Package(
        "@fontsource/be-vietnam-pro",
        "5.3.0",
        "OFL-1.1",
        VENDOR / "be-vietnam-pro",
        {**_fonts(), "LICENSE": "LICENSE"},
    ),
    # Whole and unpacked, for the PDF files that the server makes.
    Package(
        "@expo-google-fonts/be-vietnam-pro",
        "0.4.1",
        "OFL-1.1",
        VENDOR / "be-vietnam-pro-ttf",
        {
            "400Regular/BeVietnamPro_400Regular.ttf": "regular.ttf",
            "600SemiBold/BeVietnamPro_600SemiBold.ttf": "semibold.ttf",
            "LICENSE_FONT": "LICENSE",
        },
    ),
    Package(
        "bootstrap-icons",
        "1.13.2",
        "MIT",
        VENDOR / "bootstrap-icons",
        {"LICENSE": "LICENSE"},
        icons=tuple(sorted(_ICON_NAMES.split())),
    ),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        TEST_VENDOR / "axe-core",
        {"axe.min.js": "axe.min.js", "LICENSE": "LICENSE"},
    ),
)


def sprite(icons: dict[str, str]) -> str:
    """Join single icons (name to SVG text) into one document of symbols, sorted by name."""
    symbols = []
    for name in sorted(icons):
        match = _SVG_BODY.search(icons[name])
        if match is None:
            raise VendorError(f"icon {name} is no SVG document")
        body = re.sub(r"\s*\n\s*", "", match.group(1)).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16" fill="currentColor">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def digest(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(package: Package, into: Path) -> Path:
    """Pack and unpack one package; returns the folder that holds its files."""
    result = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=into,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise VendorError(f"npm pack {package.name}@{package.version}: {result.stderr.strip()}")
    with tarfile.open(into / result.stdout.split()[-1]) as archive:
        archive.extractall(into, filter="data")
    return into / "package"


def install(package: Package) -> dict[str, Any]:
    """Fetch one package, replace its folder and give its manifest entry."""
    with tempfile.TemporaryDirectory() as scratch:
        source = fetch(package, Path(scratch))
        shutil.rmtree(package.folder, ignore_errors=True)
        package.folder.mkdir(parents=True)
        for origin, name in package.files.items():
            shutil.copyfile(source / origin, package.folder / name)
        if package.icons:
            drawings = {i: (source / "icons" / f"{i}.svg").read_text() for i in package.icons}
            (package.folder / "sprite.svg").write_text(sprite(drawings))
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "origin": f"npm package {package.name}",
        "folder": package.folder.name,
        "files": {p.name: digest(p) for p in sorted(package.folder.iterdir())},
    }


def differences(manifest: Path) -> list[str]:
    """List every file under the manifest's folder that is changed, missing or not recorded."""
    base = manifest.parent
    recorded = {
        f"{entry['folder']}/{name}": sha
        for entry in json.loads(manifest.read_text())["packages"]
        for name, sha in entry["files"].items()
    }
    present = {
        path.relative_to(base).as_posix(): path
        for path in base.rglob("*")
        if path.is_file() and path != manifest
    }
    found = [f"{name}: not in the manifest" for name in sorted(present.keys() - recorded.keys())]
    found += [f"{name}: missing" for name in sorted(recorded.keys() - present.keys())]
    found += [
        f"{name}: content differs"
        for name in sorted(present.keys() & recorded.keys())
        if digest(present[name]) != recorded[name]
    ]
    return found


def main() -> int:
    """Vendor everything, or only compare when ``--check`` is given; 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare files with the manifest, fetch nothing")
    if parser.parse_args().check:
        found = differences(MANIFEST) + differences(TEST_MANIFEST)
        sys.stdout.writelines(f"{line}\n" for line in found)
        return 1 if found else 0
    entries = [(package, install(package)) for package in PACKAGES]
    for manifest, base in ((MANIFEST, VENDOR), (TEST_MANIFEST, TEST_VENDOR)):
        chosen = [entry for package, entry in entries if package.folder.parent == base]
        manifest.write_text(json.dumps({"packages": chosen}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
