"""The shipped model and the shipped routing data, read once."""

import json
from typing import Any

import pytest

from bench.routing_rules import shipped_data
from feedback.classifier.model import Model
from feedback.classifier.shipped import FOLDER, load_shipped
from feedback.domain.routing import RoutingData

VOICES = FOLDER / "held_out_messages.jsonl"


@pytest.fixture(scope="session")
def model() -> Model:
    shipped = load_shipped()
    assert shipped is not None
    return shipped


@pytest.fixture(scope="session")
def data() -> RoutingData:
    return shipped_data()


@pytest.fixture(scope="session")
def voices() -> list[dict[str, Any]]:
    return [json.loads(line) for line in VOICES.read_text("utf-8").splitlines()]
