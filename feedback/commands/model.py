"""``feedback model``: train the classifier of routing, and measure routing on labelled messages."""

from __future__ import annotations

import json
import os
import resource
from collections import Counter
from pathlib import Path
from typing import Any

import click

from feedback import clock
from feedback.classifier.evaluation import LabelError, evaluate, read_questions
from feedback.classifier.figures import confusion
from feedback.classifier.model import Model
from feedback.classifier.picture import confusion_svg
from feedback.classifier.shipped import FOLDER
from feedback.commands.stores import stores
from feedback.db import WORKER, transaction
from feedback.domain.calendar import local_date
from feedback.queries.learning.models import model_facts, newest_row
from feedback.queries.lists.similar_cases import word_weights
from feedback.queries.routing_data import load_routing_book
from feedback.storage import storage_at


@click.group("model")
def command() -> None:
    """Train and measure the classifier of routing."""


@command.command("train")
@click.option(
    "--out",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=FOLDER,
    help="The folder for the model and its card; by default where routing looks for the newest.",
)
@click.option(
    "--without", multiple=True, help="A source to leave out, to be tested on: citizen, lang_son, national, …"
)
@click.option(
    "--own-cases",
    is_flag=True,
    help="Learn from the province's own cases besides; the new model is used only when it is not worse.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the card as JSON.")
def train(out: Path, without: tuple[str, ...], own_cases: bool, as_json: bool) -> None:
    """Train on the shipped corpus; the same corpus gives the same model.

    With --own-cases the model is stored with the installation's files and judged against the one in use.
    """
    if own_cases:
        if without:
            raise click.UsageError("--own-cases learns from everything: leave out --without")
        _learn(as_json)
        return
    # Only here: training is the one thing that needs scikit-learn.
    from feedback.classifier.corpus import Source
    from feedback.classifier.training import train as train_model

    try:
        left_out = [Source(name) for name in without]
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    model = train_model(local_date(clock.now()), left_out)
    path = model.save(out)
    click.echo(json.dumps({**model.card, "file": path.name}, ensure_ascii=False) if as_json else path.name)


_MOST_MEMORY = 3 * 1024**3
"""Bytes that training may allocate: three times what the shipped corpus and 6,000 cases need."""


def _learn(as_json: bool) -> None:
    from feedback.services.learning import runs
    from feedback.services.learning.training import Course

    _be_modest()
    with stores() as (settings, sessions):
        outcome = runs.run(Course(sessions, storage_at(settings.storage_url), clock.now))
        with transaction(sessions, WORKER) as session:
            row = newest_row(session)
            told = {"outcome": outcome, "newest": None if row is None else model_facts(row)}
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else outcome)


def _be_modest() -> None:
    """Leave the machine to those who route and answer: low priority, bounded memory."""
    os.nice(10)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = _MOST_MEMORY if hard == resource.RLIM_INFINITY else min(_MOST_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


@command.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--model", "model_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rules-only", is_flag=True, help="Measure the rules without a classifier.")
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), help="Write the confusion matrix (SVG)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate_file(
    file: Path, model_file: Path | None, rules_only: bool, picture: Path | None, as_json: bool
) -> None:
    """Measure routing on FILE: JSON lines as in citizen_messages.jsonl, or CSV text,expected."""
    with stores() as (settings, sessions), transaction(sessions, WORKER) as session:
        book = load_routing_book(session, clock.now(), storage_at(settings.storage_url))
    classifier = None if rules_only else book.classifier
    try:
        if model_file is not None:
            classifier = Model.load(model_file)
        names = {code: agency.name_vi for code, agency in book.data.agencies.items()}
        questions = read_questions(file, names)
    except (LabelError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if not questions:
        raise click.ClickException(f"{file.name}: no messages")
    figures, answers = evaluate(questions, book.data, classifier, word_weights())
    figures["model"] = getattr(classifier, "version", None)
    figures["confusion"] = _by_expected(confusion(questions, answers))
    if picture is not None:
        picture.write_text(confusion_svg(confusion(questions, answers), file.name), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    del figures["confusion"]
    for name, value in figures.items():
        click.echo(f"{name:24} {_shown(value)}")


def _by_expected(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Turn (expected, put first) → count into nested objects, for JSON."""
    rows: dict[str, dict[str, int]] = {}
    for (expected, first), count in sorted(counts.items()):
        rows.setdefault(expected, {})[first] = count
    return rows


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    return "–" if value is None else str(value)
