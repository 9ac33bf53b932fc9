"""right, vague, wrong, missed and crashed by suite, language and reader, as a Markdown table."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from scripts.conformance import chrono, clones, jionlp, readers, recognizers
from scripts.conformance.cases import Case, Reading, verdict

SUITES: dict[str, Any] = {"recognizers": recognizers, "chrono": chrono, "jionlp": jionlp}
READERS = {
    "Horizon": readers.horizon,
    "chrono": readers.chrono,
    "dateparser": readers.dateparser,
}
COLUMNS = {
    "dates": ("right", "vague", "wrong", "missed", "crashed"),
    "no date": ("clean", "wrong", "crashed"),
}


class Judged:
    """What a reader read in each case, and the verdicts."""

    def __init__(self, name: str, cases: Sequence[Case]) -> None:
        self.name = name
        self.read = READERS[name](cases)
        self.verdicts = [verdict(*pair) for pair in zip(cases, self.read, strict=True)]


def table(cases: Sequence[Case], judged: Iterable[Judged], kind: str) -> str:
    columns = COLUMNS[kind]
    heads = ["suite", "language", "cases", "reader", *columns]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for suite, lang in dict.fromkeys((c.suite, c.lang) for c in cases if c.kind == kind):
        for one in judged:
            counts = Counter(
                found
                for case, found in zip(cases, one.verdicts, strict=True)
                if (case.suite, case.lang, case.kind) == (suite, lang, kind)
            )
            total = counts.total()
            cells = [f"{counts[name]} ({counts[name] / total:.3f})" for name in columns]
            lines.append(f"| {' | '.join([suite, lang, str(total), one.name, *cells])} |")
    return "\n".join(lines)


def described(case: Case, found: str, read: list[Reading] | None) -> str:
    """A case on one line: the text with the date's place, when it is read, what is wanted, read."""
    first, last = case.where
    whole = case.text[first:last].strip() == case.text.strip()
    text = case.text if whole else f"{case.text[:first]}[{case.text[first:last]}]{case.text[last:]}"
    wanted = " or ".join(map(str, case.wants)) or "nothing"
    said = "an error" if read is None else ", ".join(map(str, read)) or "nothing"
    day = f"{case.today} {case.today:%a}, {case.zone}"
    return f"{found:7} {case.suite} {case.lang}  {text}  ({day})  wanted {wanted}  read {said}"


def as_json(cases: Sequence[Case], judged: Sequence[Judged]) -> list[dict[str, object]]:
    return [
        {
            "suite": case.suite,
            "lang": case.lang,
            "kind": case.kind,
            "text": case.text,
            "where": case.where,
            "today": case.today.isoformat(),
            "zone": case.zone,
            "wanted": [str(want) for want in case.wants],
            "read": {one.name: [str(read) for read in one.read[at] or ()] for one in judged},
            "verdicts": {one.name: one.verdicts[at] for one in judged},
        }
        for at, case in enumerate(cases)
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make conformance", description=__doc__)
    for name in SUITES:
        arguments.add_argument(f"--{name}", type=Path, metavar="CLONE")
    arguments.add_argument(
        "--errors",
        nargs="?",
        const="wrong,crashed",
        default="",
        metavar="VERDICTS",
        help="list Horizon's (wrong,crashed unless others are named)",
    )
    arguments.add_argument("--json", type=Path, metavar="FILE", help="every case with its verdicts")
    given = arguments.parse_args()
    cases: list[Case] = []
    for name, suite in SUITES.items():
        clone = getattr(given, name)
        if clone is None:
            print(f"{suite.SUITE}: left out; {name.upper()}=… names a clone of it")
            continue
        of_suite = list(suite.cases(clone))
        print(f"{suite.SUITE}: {len(of_suite)} cases, at {clones.commit(clone)}")
        cases += of_suite
    if not cases:
        arguments.exit(2, "No suite was given; scripts/conformance/__init__.py says how.\n")
    judged = [Judged(name, cases) for name in READERS]
    for kind in COLUMNS:
        if any(case.kind == kind for case in cases):
            print(f"\nTexts with {kind}:\n\n{table(cases, judged, kind)}")
    listed = given.errors.split(",")
    for case, found, read in zip(cases, judged[0].verdicts, judged[0].read, strict=True):
        if found in listed:
            print(described(case, found, read))
    if given.json:
        written = json.dumps(as_json(cases, judged), ensure_ascii=False, indent=1)
        given.json.write_text(written + "\n", "utf-8")


if __name__ == "__main__":
    main()
