"""The shipped model and the shipped routing data, read once."""

import json
from pathlib import Path
from typing import Any

import pytest

from bench.routing_rules import shipped_data
from feedback.classifier.model import Model
from feedback.classifier.shipped import load_shipped
from feedback.domain.routing import RoutingData

VOICES = Path(__file__).parent.parent / "data/routing_voices.jsonl"


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
