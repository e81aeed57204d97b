"""The shipped model and the shipped routing data, read once."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.routing_rules import shipped_data
from feedback.classifier.model import Model
from feedback.classifier.shipped import FOLDER, load_shipped
from feedback.domain.routing import RoutingData

VOICES = FOLDER / "held_out_messages.jsonl"
STRANGERS = Path(__file__).parent.parent / "data/routing_strangers.jsonl"


@pytest.fixture(scope="session")
def model() -> Model:
    shipped = load_shipped()
    assert shipped is not None
    return shipped


@pytest.fixture(scope="session")
def data() -> RoutingData:
    return shipped_data()


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the messages, and the official texts, of strangers as a file each."""
    lines = STRANGERS.read_text("utf-8").splitlines()
    folder = tmp_path_factory.mktemp("strangers")
    paths = {}
    for kind in ("message", "official"):
        paths[kind] = folder / f"{kind}.jsonl"
        kept = [line for line in lines if json.loads(line)["kind"] == kind]
        paths[kind].write_text("\n".join(kept), "utf-8")
    return paths


@pytest.fixture(scope="session")
def voices() -> list[dict[str, Any]]:
    return [json.loads(line) for line in VOICES.read_text("utf-8").splitlines()]
