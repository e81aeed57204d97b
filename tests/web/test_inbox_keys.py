"""The keys of the staff's pages: one script, a letter for one thing, the list of them on every page."""

from __future__ import annotations

import re

from feedback.web.inbox.acts import REGISTER

OF_EVERY_PAGE = {"j", "k", "o", "x", "z", "/", "?", "n", "p", "u"}
"""What these do on a list or beside a case, no act may."""


def keys_of(page) -> list[str]:
    return re.findall(r'data-key="(.)"', page.text)


def test_no_letter_stands_for_two_acts():
    letters = [act.key for act in REGISTER.values() if act.key]
    assert len(letters) == len(set(letters))
    assert not OF_EVERY_PAGE & set(letters)
    assert all(len(letter) == 1 and letter.isalpha() and letter.islower() for letter in letters)


def test_a_key_is_offered_with_its_act_alone(site, stage):
    case_id = stage.dispatched()
    officer = stage.works.officer
    assert "a" in keys_of(site.case(officer, case_id))
    site.act(officer, case_id, "accept")
    offered = keys_of(site.case(officer, case_id))
    assert "a" not in offered
    assert {"d", "s", "u"} <= set(offered)
    assert len(offered) == len(set(offered))
    assert "v" not in offered
    assert 'aria-keyshortcuts="d"' in site.case(officer, case_id).text


def test_every_page_of_the_inbox_can_show_its_keys(site, stage):
    case_id = stage.in_progress()
    officer = stage.works.officer
    pages = [site.get(officer, "/"), site.case(officer, case_id), site.form(officer, case_id, "answer")]
    pages += [site.get(stage.province.dispatcher, "/triage"), site.get(stage.works.head, "/head")]
    for page in pages:
        assert page.text.count("data-keys-dialog") == 1
        assert page.text.count("js/keys.js") == 1
        assert "js/lists.js" not in page.text


def test_each_list_has_its_letter(site, stage):
    letters = re.findall(r'data-go="(.)"', site.get(stage.works.officer, "/").text)
    assert len(letters) > 3
    assert len(letters) == len(set(letters))
