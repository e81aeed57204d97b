"""A trained model: a file of numbers, read once, that gives what a text speaks for."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from feedback.classifier.features import Keys, keys_of, named_grams, read

Floats = npt.NDArray[np.float32]
FORMAT = 1


@dataclass(frozen=True)
class Model:
    """Weights of every feature for every agency, class and for urgency.

    `weights` has a row a feature (in the order of `keys`, ascending) and a column a label, in the
    order agencies, classes, urgency. `heat` makes probabilities out of scores, one factor for each
    of the three. `sayable` marks the features whose words may be told, because they are words of
    laws, procedures and fields.
    """

    keys: Keys
    rarity: Floats
    weights: Floats
    bias: Floats
    sayable: npt.NDArray[np.bool_]
    agencies: tuple[str, ...]
    classes: tuple[str, ...]
    heat: tuple[float, float, float]
    card: Mapping[str, Any]
    """The version, the hash of what it learned from, and the figures measured on what it did not."""

    @property
    def version(self) -> str:
        """The name by which traces and pages call the model."""
        return str(self.card["version"])

    @cached_property
    def _agency_columns(self) -> slice:
        return slice(0, len(self.agencies))

    def vector(self, words: list[str]) -> tuple[npt.NDArray[np.intp], Floats]:
        """Return the rows of the known features of a text and their values, of length one together."""
        return known_features(self.keys, self.rarity, *keys_of(words))

    def scores(self, words: list[str]) -> Floats:
        """Return the score of every label for a text."""
        rows, values = self.vector(words)
        scores: Floats = values @ self.weights[rows] + self.bias
        return scores

    def read(self, subject: str, text: str) -> Reading:
        """Read a message."""
        words = read(subject, text)
        return Reading(self, tuple(words), self.scores(words))

    def save(self, folder: Path) -> Path:
        """Write the model and its card into `folder`; return the path of the numbers."""
        path = folder / f"model-{self.version}.npz"
        with path.open("wb") as file:
            np.savez_compressed(
                file, keys=self.keys, rarity=self.rarity.astype(np.float16),
                weights=self.weights.astype(np.float16), bias=self.bias, sayable=np.packbits(self.sayable),
            )  # fmt: skip
        labels = {"agencies": self.agencies, "classes": self.classes}
        card = {"format": FORMAT, **labels, "heat": self.heat, **self.card}
        text = json.dumps(card, ensure_ascii=False, indent=1)
        path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")
        return path

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read a model from its .npz file and the .json beside it.

        Raises OSError when one is missing and ValueError when they are of another format.
        """
        try:
            return cls.parse(path.with_suffix(".json").read_text(encoding="utf-8"), path.read_bytes())
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error

    @classmethod
    def parse(cls, card_text: str, file: bytes) -> Model:
        """Read a model from the text of its card and the content of its .npz file.

        Raises ValueError when they are of another format; an archive that is broken raises whatever its
        readers do.
        """
        card = json.loads(card_text)
        if card.get("format") != FORMAT:
            raise ValueError(f"a model of format {card.get('format')!r} cannot be read")
        with np.load(io.BytesIO(file), allow_pickle=False) as numbers:
            keys = numbers["keys"]
            return cls(
                keys=keys,
                rarity=numbers["rarity"].astype(np.float32),
                weights=numbers["weights"].astype(np.float32),
                bias=numbers["bias"],
                sayable=np.unpackbits(numbers["sayable"], count=len(keys)).astype(bool),
                agencies=tuple(card["agencies"]),
                classes=tuple(card["classes"]),
                heat=(card["heat"][0], card["heat"][1], card["heat"][2]),
                card=card,
            )


@dataclass(frozen=True)
class Reading:
    """What a model makes of one text."""

    model: Model
    words: tuple[str, ...]
    scores: Floats

    @cached_property
    def agencies(self) -> dict[str, float]:
        """The probability of every agency."""
        count = len(self.model.agencies)
        return dict(zip(self.model.agencies, _softmax(self.scores[:count] * self.model.heat[0]), strict=True))

    @cached_property
    def classes(self) -> dict[str, float]:
        """The probability of every class."""
        start = len(self.model.agencies)
        of_classes = self.scores[start : start + len(self.model.classes)]
        return dict(zip(self.model.classes, _softmax(of_classes * self.model.heat[1]), strict=True))

    @cached_property
    def urgent(self) -> float:
        """The probability that the message cannot wait."""
        return float(1 / (1 + np.exp(-float(self.scores[-1]) * self.model.heat[2])))

    def weighty_words(self, agency: str, count: int = 3) -> tuple[str, ...]:
        """Return the words of the text that spoke loudest for an agency, of those that may be told."""
        model = self.model
        column = model.agencies.index(agency)
        grams = named_grams(list(self.words))
        if not grams:
            return ()
        rows = np.minimum(
            np.searchsorted(model.keys, np.array([gram.key for gram in grams], dtype=np.uint32)),
            len(model.keys) - 1,
        )
        loud: dict[str, float] = {}
        for gram, row in zip(grams, rows.tolist(), strict=True):
            if model.keys[row] == gram.key and model.sayable[row]:
                # A syllable alone tells a reader little: a run counts for each of its words.
                weight = float(model.rarity[row] * model.weights[row, column]) * len(gram.words.split())
                loud[gram.words] = loud.get(gram.words, 0.0) + weight
        ranked = sorted((item for item in loud.items() if item[1] > 0), key=lambda item: (-item[1], item[0]))
        told: list[str] = []
        for gram_words, _ in ranked:
            if len(told) == count:
                break
            if not any(gram_words in other or other in gram_words for other in told):
                told.append(gram_words)
        return tuple(told)


def known_features(
    keys: Keys, rarity: Floats, found: Keys, counts: Floats
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Return rows and values (log count times rarity, of length one together) of the known features."""
    rows = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
    known = keys[rows] == found
    rows = rows[known]
    values = (1 + np.log(counts[known])) * rarity[rows]
    length = float(np.sqrt(np.dot(values, values)))
    return rows, (values / length if length else values).astype(np.float32)


def _softmax(scores: Floats) -> list[float]:
    raised = np.exp(scores - scores.max())
    return [float(value) for value in raised / raised.sum()]
