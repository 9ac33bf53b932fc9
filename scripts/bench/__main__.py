"""What the service costs: `make bench`. Ratios are what to read: absolute figures are this machine's.

Answers: a real `horizon serve` beside a bare ASGI application with the same check, the same bytes and
the same headers on the same server (uvicorn on httptools and uvloop), once more that application (the
A/A row: what differs there is noise) and the same on granian, the fastest there is, a FastAPI endpoint
that renders with icalendar for each request, Radicale with the feed as a collection, and nginx with the
files of `horizon publish`, where there is an nginx (NGINX names one). 64 connections (2 for those two
that make each answer anew), in interleaved rounds; what counts is the server's CPU time for a request,
since other load on the machine disturbs it least. Servers run on one core, the load on another.

Rebuilding: an event changes, until the feed's new bytes and their gzip are there, against a full
rendering by icalendar. Importing: 5,000 entries of another's calendar, read and compared. The API:
reads, and writes that each change a value, on both databases. Memory by number of events. Starting:
commands in units of `python -c pass`.

Prints Markdown; --json FILE for programs; --quick: two minutes instead of twenty.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scripts.bench import answers, api, importing, memory, rebuilding, starting
from scripts.bench.machine import processor
from scripts.bench.stores import fill

PEERS = ("uvicorn", "httptools", "uvloop", "granian", "fastapi", "icalendar", "radicale")


def machine() -> dict[str, Any]:
    return {
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        **{name: version(name) for name in PEERS},
    }


def measured(options: argparse.Namespace) -> dict[str, Any]:
    rounds, seconds = (3, 0.6) if options.quick else (9, 2.0)
    large = [] if options.quick else [100_000]
    affinity = os.sched_getaffinity(0)
    results: dict[str, Any] = {"machine": machine(), "rebuilding": [], "memory": {}}
    with tempfile.TemporaryDirectory(prefix="horizon-bench-") as made:
        folder = Path(made)
        results["answers"] = answers.measure(folder, 1000, rounds, seconds)
        imported = 5_000 if options.quick else 100_000
        results["api"] = api.measure(folder, imported, rounds, seconds)
        os.sched_setaffinity(0, affinity)
        results["importing"] = importing.measure(folder, 5000, rounds)
        for events in (1000, 10_000, *large):
            url = f"sqlite:///{folder}/{events}.db"
            fill(url, events).close()
            if events > 1000:
                results["rebuilding"].append(rebuilding.measure(url, events, rounds))
            results["memory"][events] = memory.measure(folder, url)
        results["starting"] = starting.measure(folder, rounds)
    return results


def told(results: dict[str, Any]) -> Iterator[str]:
    on = results["machine"]
    peers = ", ".join(f"{name} {on[name]}" for name in PEERS)
    yield (
        f"{on['processor']}, {on['cores']} cores, load average {on['load']} at the start; "
        f"Python {on['python']}, {peers}; {on['day']}."
    )
    tables = [
        answers.tell(results["answers"]),
        *map(rebuilding.tell, results["rebuilding"]),
        api.tell(results["api"]),
        importing.tell(results["importing"]),
        memory.tell(results["memory"]),
        starting.tell(results["starting"]),
    ]
    for table in tables:
        yield ""
        yield from table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write all figures here too")
    parser.add_argument(
        "--quick", action="store_true", help="short and few rounds, no 100,000 events"
    )
    options = parser.parse_args()
    results = measured(options)
    print("\n".join(told(results)))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
