"""What programs that read and write over HTTP get: on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import statistics
import time
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from scripts.bench import servers
from scripts.bench.load import Asking, measured
from scripts.bench.stores import fill, given, postgresql
from service.store import Store

EVENTS = 1000
CONNECTIONS = 8
_KEY = f"Authorization: Bearer {servers.ADMIN_KEY}\r\n"


def measure(folder: Path, imported: int, rounds: int, seconds: float) -> dict[str, Any]:
    """By database: rounds of reads, lists and writes, and how long so many new events take."""
    results: dict[str, Any] = {"imported": imported}
    results["SQLite"] = _on(folder, f"sqlite:///{folder}/api.db", imported, rounds, seconds)
    with postgresql() as url:
        results["PostgreSQL"] = _on(folder, url, imported, rounds, seconds)
    return results


def _on(folder: Path, url: str, imported: int, rounds: int, seconds: float) -> dict[str, Any]:
    store = fill(url, EVENTS)
    numbers = count()

    def one() -> tuple[bytes, bytes]:
        return _asked("GET", f"/api/v1/events/event-{next(numbers) * 37 % EVENTS}"), b"200"

    def page() -> tuple[bytes, bytes]:
        return _asked("GET", "/api/v1/events?limit=100&tag=ai&from=2026-06-01"), b"200"

    def change() -> tuple[bytes, bytes]:
        n = next(numbers)
        body = json.dumps({"location": f"place {n}"}).encode()  # a new value each time
        return _asked("PATCH", f"/api/v1/events/event-{n * 37 % EVENTS}", body), b"200"

    kinds: dict[str, Asking] = {"one event": one, "a page of 100": page, "a change": change}
    found: dict[str, list[dict[str, float]]] = {name: [] for name in kinds}
    with servers.horizon(folder, url, "--no-alerts") as (process, port):
        for _ in range(rounds):
            for name, asking in kinds.items():
                before = _journal(store)
                round_ = measured(process, port, asking, seconds, CONNECTIONS)
                grown = _journal(store) - before
                if grown != (round_.requests if name == "a change" else 0):
                    raise SystemExit(f"{round_.requests} times {name}: the journal grew by {grown}")
                found[name].append(vars(round_))
        started = time.perf_counter()
        before = _journal(store)
        for first in range(0, imported, 1000):
            _batch(port, range(EVENTS + first, EVENTS + min(first + 1000, imported)))
        spent = time.perf_counter() - started
        if _journal(store) - before != imported:
            raise SystemExit("not every event of the batches is in the journal")
    store.close()
    return {"rounds": found, "import": spent}


def _asked(method: str, address: str, body: bytes = b"") -> bytes:
    kind = "Content-Type: application/merge-patch+json\r\n" if body else ""
    head = (
        f"{method} {address} HTTP/1.1\r\nHost: x\r\n{_KEY}{kind}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _batch(port: int, numbers: range) -> None:
    body = json.dumps({"events": [given(n) for n in numbers]}).encode()
    headers = {
        "Authorization": f"Bearer {servers.ADMIN_KEY}",
        "Content-Type": "application/json",
    }
    address = f"http://127.0.0.1:{port}/api/v1/events/batch"
    with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:
        answer.read()


def _journal(store: Store) -> int:
    with store.reading() as reading:
        return reading.position().seq


def tell(found: dict[str, Any]) -> Iterator[str]:
    databases = ("SQLite", "PostgreSQL")
    heads = " | ".join(f"{name}, a second | CPU ms" for name in databases)
    yield f"| the API over {CONNECTIONS} connections | {heads} |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name in found["SQLite"]["rounds"]:
        cells = []
        for database in databases:
            rounds = found[database]["rounds"][name]
            rate = statistics.median(one["requests"] / one["seconds"] for one in rounds)
            cost = statistics.median(one["cpu"] for one in rounds)
            cells.append(f"{rate:,.0f} | {cost / 1000:.1f}")
        yield f"| {name} | {' | '.join(cells)} |"
    rates = (found["imported"] / found[database]["import"] for database in databases)
    cells = [f"{rate:,.0f} | " for rate in rates]
    yield f"| of {found['imported']:,} new events, by batches of 1,000 | {' | '.join(cells)} |"
