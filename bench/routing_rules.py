"""How well the routing rules alone do on labelled messages.

    python bench/routing_rules.py FILE.jsonl [--first N] [--last N] [--errors] [--plain]

FILE has a message a line with subject, text, submitter, class, agency, also_ok, commune, urgent.
An assignment is wrong when its agency is neither `agency` nor in `also_ok`; rows of class D, E and
X are left out of that figure and may not be assigned at all. `--plain` strips the diacritics first.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from feedback.data import read_rows
from feedback.domain.gazetteer import Commune, Gazetteer, OldPlace, place_key
from feedback.domain.routing import (
    COMMUNE_OF_THE_PLACE,
    AgencyRow,
    Decision,
    FieldRow,
    Message,
    Outcome,
    RoutingData,
    decide,
    explain_decision,
    parse_rule,
)
from feedback.domain.text import clean_text, fold

DAY = date(2026, 11, 22)
APART = frozenset("DEX")


def shipped_communes() -> list[Commune]:
    """Return the communes that the product ships for Lâm Đồng."""
    return [
        Commune(row["code"], row["name"], row["province"])
        for row in read_rows("places/lam-dong/communes.csv")
    ]


def shipped_gazetteer() -> Gazetteer:
    """Return the places that the product ships for Lâm Đồng."""
    old = [
        OldPlace(
            row["province"], row["district"], row["name"], row["commune_code"], row["was_split"] == "true"
        )
        for row in read_rows("places/lam-dong/old-names.csv")
    ]
    return Gazetteer.build(shipped_communes(), old)


def shipped_agencies() -> list[AgencyRow]:
    """Return the agencies that the product ships, with a People's Committee for each commune."""
    committees = [
        AgencyRow(f"UBNDX-{c.code}", f"UBND {c.name}", f"People's Committee of {c.name}", "commune", c.code)
        for c in shipped_communes()
    ]
    return committees + [
        AgencyRow(row["code"], row["name_vi"], row["name_en"], row["kind"])
        for row in read_rows("agencies/lam-dong-2026.csv")
        if row["code"] != COMMUNE_OF_THE_PLACE
    ]


def shipped_fields() -> list[FieldRow]:
    """Return the fields of the form."""
    return [
        FieldRow(row["code"], row["name_vi"], row["name_en"], row["agency_code"])
        for row in read_rows("agencies/fields.csv")
    ]


def shipped_data() -> RoutingData:
    """Return the routing data that the product ships for Lâm Đồng."""
    rules = [parse_rule(row) for row in read_rows("routing/routing_rules.csv")]
    return RoutingData.build(shipped_gazetteer(), rules, shipped_agencies(), shipped_fields(), DAY)


def message_of(row: dict[str, Any], *, plain: bool) -> Message:
    """Make the message that intake would hand to routing."""
    subject, text = clean_text(row["subject"]), clean_text(row["text"])
    if plain:
        subject, text = fold(subject), fold(text)
    return Message(subject, text, submitter_kind=row["submitter"])


def verdict(row: dict[str, Any], decision: Decision) -> str:
    """Name what a decision is worth: right, wrong, triage, or a row that had to be kept and was not."""
    if decision.outcome is not Outcome.ASSIGN:
        return "triage"
    if row["class"] in APART:
        return "not to be assigned"
    given = (decision.agency_code or "").split("-")[0]
    return "right" if given in (row["agency"], *row["also_ok"]) else "wrong"


def place_verdict(row: dict[str, Any], decision: Decision, data: RoutingData) -> str:
    """Compare the commune: '' is none, '?' is open."""
    commune = data.gazetteer.commune(decision.commune_code or "")
    if row["commune"] in ("", "?"):
        return "open kept open" if commune is None else "open taken for known"
    return (
        "known found" if commune and place_key(commune.name) == place_key(row["commune"]) else "known missed"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--first", type=int)
    parser.add_argument("--last", type=int)
    parser.add_argument("--errors", action="store_true", help="list wrong and forbidden assignments")
    parser.add_argument("--triage", action="store_true", help="list what went to triage, and why")
    parser.add_argument("--plain", action="store_true", help="strip the diacritics first")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line]
    rows = rows[: options.first] if options.first else rows
    rows = rows[-options.last :] if options.last else rows
    data = shipped_data()
    results: list[tuple[dict[str, Any], Decision]] = []
    spent: list[float] = []
    for row in rows:
        message = message_of(row, plain=options.plain)
        start = time.perf_counter()
        decision = decide(message, data)
        spent.append(1000 * (time.perf_counter() - start))
        results.append((row, decision))
    report(results, spent, data)
    if options.errors:
        show(results, {"wrong", "not to be assigned"})
    if options.triage:
        show(results, {"triage"})
    return 0


def report(results: list[tuple[dict[str, Any], Decision]], spent: list[float], data: RoutingData) -> None:
    """Print the figures."""
    verdicts = Counter(verdict(row, decision) for row, decision in results)
    assigned = sum(count for name, count in verdicts.items() if name != "triage")
    judged = verdicts["right"] + verdicts["wrong"]
    print(f"messages                   {len(results)}")
    print(f"assigned                   {assigned} ({assigned / len(results):.1%})")
    wrong = verdicts["wrong"]
    print(f"wrong among them           {wrong} of {judged} ({wrong / max(judged, 1):.1%})")
    for name in "DEXFG":
        of_class = [decision for row, decision in results if row["class"] == name]
        given = sum(decision.outcome is Outcome.ASSIGN for decision in of_class)
        print(f"class {name} assigned           {given} of {len(of_class)}")
    kept = [row["class"] for row, decision in results if decision.outcome is Outcome.RESTRICTED_TRIAGE]
    print(f"restricted triage          {len(kept)}, of them D or E {sum(name in 'DE' for name in kept)}")
    classes = Counter(
        row["class"] == decision.case_class for row, decision in results if decision.outcome is Outcome.ASSIGN
    )
    print(f"class right when assigned  {classes[True]} of {assigned}")
    urgent = Counter((row["urgent"], decision.urgent) for row, decision in results)
    print(f"urgent: found {urgent[True, True]}, missed {urgent[True, False]}, false {urgent[False, True]}")
    places = Counter(place_verdict(row, decision, data) for row, decision in results)
    print("places: " + ", ".join(f"{name} {count}" for name, count in sorted(places.items())))
    top3 = [
        any(one.agency_code.split("-")[0] in (row["agency"], *row["also_ok"]) for one in decision.top3)
        for row, decision in results
        if decision.outcome is Outcome.TRIAGE and row["class"] not in APART
    ]
    print(f"right one in top 3 of triage {sum(top3)} of {len(top3)}")
    print(f"ms a message: median {statistics.median(spent):.2f}, worst {max(spent):.2f}")
    confusion = Counter(
        (row["agency"], (decision.agency_code or "").split("-")[0])
        for row, decision in results
        if verdict(row, decision) == "wrong"
    )
    for (lead, given), count in confusion.most_common():
        print(f"  {lead} given to {given}: {count}")


def show(results: list[tuple[dict[str, Any], Decision]], wanted: set[str]) -> None:
    """Print the messages with one of the wanted verdicts."""
    for row, decision in results:
        if verdict(row, decision) in wanted:
            also = "/".join(row["also_ok"])
            given = f"{decision.agency_code} {decision.case_class}"
            print(f"\n{row['id']} {row['class']} {row['agency']} [{also}] -> {given}")
            print(f"  {row['subject']} | {row['text']}")
            print("  " + " ".join(explain_decision(decision.to_trace(), "vi")))
            print("  " + ", ".join(f"{one.agency_code} {one.score:.2f} {one.why}" for one in decision.top3))


if __name__ == "__main__":
    sys.exit(main())
