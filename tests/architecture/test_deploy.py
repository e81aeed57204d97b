"""The samples for a province name files that exist, and compress nothing that carries a secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SITE = (ROOT / "deploy" / "nginx.conf").read_text()
PAGES = sorted((ROOT / "deploy" / "pages").glob("*.html"))


def test_each_folder_and_page_that_nginx_is_told_of_exists() -> None:
    folders = re.findall(r"(?:root|alias) /srv/hoi-am/([^;]+);", SITE)
    assert folders
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []
    shown = set(re.findall(r"error_page [0-9 ]+/([^;]+);", SITE))
    assert shown == {page.name for page in PAGES}


def test_pages_are_never_compressed() -> None:
    """Debian's nginx compresses HTML of every site that says nothing; codes and tokens stand in ours."""
    outside = re.sub(r"location [^{]+\{[^}]*\}", "", SITE)
    assert "gzip off;" in outside
    inside = re.findall(r"location ([^{]+) \{([^}]*)\}", SITE)
    assert [name for name, lines in inside if "gzip on;" in lines] == ["/static/"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_nginx_says_itself_is_in_both_languages_and_loads_nothing(page: Path) -> None:
    text = page.read_text()
    assert '<html lang="vi">' in text
    assert '<section lang="en">' in text
    assert set(re.findall(r'(?:src|href)="([^"]+)"', text)) <= {
        "/", "/static/img/mark.svg", "tel:111", "tel:113", "tel:114", "tel:115",
    }  # fmt: skip
    assert "<script" not in text
