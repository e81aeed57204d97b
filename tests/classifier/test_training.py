"""Training on a small corpus: the same every time, and a model read back says the same."""

import json
from pathlib import Path

import numpy as np
import pytest

from feedback.classifier import augment
from feedback.classifier.corpus import Example, Mapping, Source, official, read_examples
from feedback.classifier.model import Model
from feedback.classifier.shipped import load_shipped
from feedback.classifier.training import data_hash, fit
from feedback.data import read_rows
from feedback.domain.routing.message import COMMUNE_OF_THE_PLACE
from tests.classifier.conftest import STRANGERS


def _small() -> list[Example]:
    return [one for one in read_examples() if one.source in (Source.TERMS, Source.WRITTEN) and one.first][::4]


def test_the_same_corpus_gives_the_same_model(tmp_path: Path) -> None:
    one, other = fit(_small()), fit(_small())
    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.keys, other.keys)
    assert one.card == other.card
    back = Model.load(one.save(tmp_path))
    for text in ("cúp điện hoài", "cup dien hoai", "xin cấp sổ đỏ", ""):
        assert np.array_equal(back.read("", text).scores, one.read("", text).scores)
        assert back.read("", text).weighty_words("PCLD") == one.read("", text).weighty_words("PCLD")


def test_a_model_of_another_format_is_refused(tmp_path: Path) -> None:
    path = fit(_small()).save(tmp_path)
    card = path.with_suffix(".json")
    card.write_text(card.read_text("utf-8").replace('"format": 1', '"format": 99'), "utf-8")
    with pytest.raises(ValueError, match="99"):
        Model.load(path)


def test_the_shipped_model_learned_from_the_shipped_corpus() -> None:
    model = load_shipped()
    assert model is not None
    assert model.card["data_hash"] == data_hash(read_examples()), (
        "the corpus changed: run `feedback model train`"
    )


def test_leaving_a_source_out_leaves_all_of_it_out() -> None:
    kept = read_examples([Source.CITIZEN, Source.LAW])
    assert {one.source for one in kept} == set(Source) - {Source.CITIZEN, Source.LAW, Source.OWN}


def test_every_agency_has_messages_of_every_ordinary_class_to_learn_from() -> None:
    written = [one for one in read_examples() if one.source in (Source.WRITTEN, Source.CITIZEN)]
    agencies = {row["code"] for row in read_rows("agencies/lam-dong-2026.csv")}
    known = {(one.agency, one.case_class) for one in written}
    for agency in agencies:
        assert {name for name in "ABCQ" if (agency, name) in known} == set("ABCQ"), agency


def test_no_test_message_is_learned_from(voices: list[dict[str, str]]) -> None:
    strangers = [json.loads(line) for line in STRANGERS.read_text("utf-8").splitlines()]
    messages = [*voices, *(row for row in strangers if row["kind"] == "message")]
    learned = "\n".join(" ".join(one.text.lower().split()) for one in read_examples() if one.first)
    asked = [" ".join(row["text"].lower().split()) for row in messages]
    assert not [text for text in asked if text in learned]


def test_the_table_of_subjects_names_agencies_that_exist() -> None:
    agencies = {row["code"] for row in read_rows("agencies/lam-dong-2026.csv")} - {COMMUNE_OF_THE_PLACE}
    for row in read_rows("routing/subject_agencies.csv"):
        assert row["agency_code"] == "" or row["agency_code"] in agencies, row
    named = {row["agency_code"] for row in read_rows("routing/agency_terms.csv")}
    assert named <= agencies | {COMMUNE_OF_THE_PLACE}


def test_the_first_row_that_fits_decides_and_an_empty_one_leaves_out() -> None:
    mapping = Mapping.of(Source.NATIONAL)
    assert mapping.agency("Tài chính", "Hải quan", "Thủ tục") is None
    assert mapping.agency("Tài chính", "Quản lý giá", "Kê khai giá") == "STC"
    assert mapping.agency("Quốc phòng", "Chính sách", "Trợ cấp") is None
    assert len(official(Source.LANG_SON)) > 1200


def test_variants_are_the_same_every_time_and_differ_from_each_other() -> None:
    text = "Xe rác không vào hẻm {x}, nhờ công ty kiểm tra giúp"
    one = augment.variants(text, ["Phường B'Lao", "Xã Tà Năng"], 6)
    assert one == augment.variants(text, ["Phường B'Lao", "Xã Tà Năng"], 6)
    assert len(set(one)) >= 4
    assert not any("{x}" in written for written in one)
    luck = augment.chance(text, "test")
    assert augment.mistyped("điện lực cúp điện liên tục " * 20, luck) != "điện lực cúp điện liên tục " * 20
