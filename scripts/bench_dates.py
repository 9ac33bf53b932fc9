"""How well and how fast dates are read, beside others: `make bench-dates`.

Accuracy on the labelled texts in tests/data/dates (their names are invented): events with the right
title and date, wrong dates, and texts that announce nothing. The others get what they can do: every
date that they find in a line, with the rest of the line as its title. Speed in MB/s on the same texts,
where nearly every line is an announcement, and on those that announce nothing, in interleaved rounds.
Written as a Markdown table; --json for programs.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.score_dates import score
from service.core.reading.document import text_lines
from service.core.reading.reader import announcements

DATA = Path(__file__).parent.parent / "tests" / "data" / "dates"
Item = dict[str, object]
Reader = Callable[[str, date, str], list[dict[str, str]]]


def horizon(text: str, day: date, zone: str) -> list[dict[str, str]]:
    return [
        {"title": one.title, "when": one.when.text, "kind": str(one.kind)}
        for one in announcements(text_lines(text), day, zone)
    ]


def dateparser_search(text: str, day: date, zone: str) -> list[dict[str, str]]:
    from dateparser.search import search_dates

    found = []
    settings = {
        "RELATIVE_BASE": datetime(day.year, day.month, day.day),  # noqa: DTZ001 - a wall-clock day
        "PREFER_DATES_FROM": "future",
    }
    for line in text.splitlines():
        for words, moment in search_dates(line, languages=["zh", "en"], settings=settings) or ():
            timed = any(mark in words for mark in ":点時时") or "am" in words or "pm" in words
            when = moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment
            text_ = when.strftime("%Y-%m-%dT%H:%M") if timed else when.date().isoformat()
            found.append({"title": line.replace(words, " "), "when": text_})
    return found


def jionlp_search(text: str, day: date, zone: str) -> list[dict[str, str]]:
    import jionlp

    base = datetime(day.year, day.month, day.day).timestamp()  # noqa: DTZ001
    found = []
    for line in text.splitlines():
        for one in jionlp.ner.extract_time(line, time_base=base) or ():
            first, last = (moment[:10] for moment in one["detail"]["time"][:2])
            when = first if first == last else f"{first}/{last}"
            found.append({"title": line.replace(one["text"], " "), "when": when})
    return found


def readers() -> dict[str, Reader]:
    chosen: dict[str, Reader] = {"Horizon": horizon, "dateparser `search_dates`": dateparser_search}
    try:
        import jionlp  # noqa: F401
    except ImportError:
        pass
    else:
        chosen["jionlp `extract_time`"] = jionlp_search
    return chosen


def predict(reader: Reader, corpus: list[Item]) -> tuple[dict[str, list[dict[str, str]]], float]:
    """What it finds in each text, and the processor seconds that it took."""
    found = {}
    started = time.process_time()
    for item in corpus:
        day = date.fromisoformat(str(item["ref_date"]))
        try:
            found[str(item["id"])] = reader(str(item["text"]), day, str(item["timezone"]))
        except Exception as fault:  # another library's; said in the table by what is missing
            print(f"{item['id']}: {type(fault).__name__}: {fault}", file=sys.stderr)
            found[str(item["id"])] = []
    return found, time.process_time() - started


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--rounds", type=int, default=3)
    given = arguments.parse_args()
    corpora = {
        path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for path in sorted(DATA.glob("*.jsonl"))
    }
    size = sum(len(str(i["text"]).encode()) for corpus in corpora.values() for i in corpus)
    chosen = readers()
    for reader in chosen.values():  # what is loaded at first use is not what is measured
        reader("May 5: a summit\n5月6日：峰会", date(2026, 4, 27), "Asia/Shanghai")
    quiet = [i for corpus in corpora.values() for i in corpus if not i["events"]]
    running = [{**item, "id": f"{n}-{item['id']}"} for n in range(5) for item in quiet]
    length = sum(len(str(item["text"]).encode()) for item in running)
    spent = dict.fromkeys(chosen, float("inf"))
    passed = dict.fromkeys(chosen, float("inf"))
    results = {}
    for _ in range(given.rounds):
        for name, reader in chosen.items():
            total = 0.0
            for stem, corpus in corpora.items():
                found, seconds = predict(reader, corpus)
                total += seconds
                results[name, stem] = score(corpus, found)["total"]
            spent[name] = min(spent[name], total)
            passed[name] = min(passed[name], predict(reader, running)[1])
    if given.json:
        rows = [{"reader": n, "corpus": c, **total} for (n, c), total in results.items()]
        speeds = {name: [size / spent[name] / 1e6, length / passed[name] / 1e6] for name in chosen}
        print(
            json.dumps(
                {"results": rows, "MB/s": speeds, "python": platform.python_version()}, indent=1
            )
        )
        return
    print(
        "| reader | texts | events | right | wrong dates | spurious "
        "| silent where nothing is announced | MB/s |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for (name, stem), total in sorted(results.items(), key=lambda row: row[0][1]):
        speed = f"{size / spent[name] / 1e6:.2f} | {length / passed[name] / 1e6:.2f}"
        print(
            f"| {name} | {stem} ({total['texts']}) | {total['expected']} | {total['recall']:.1%} "
            f"| {total['wrong_date_rate']:.1%} | {total['spurious']} "
            f"| {total['clean']}/{total['negatives']} | {speed} |"
        )


if __name__ == "__main__":
    main()
