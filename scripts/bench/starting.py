"""How long commands take to start, in units of `python -c pass`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.bench import servers
from scripts.bench.load import fetched
from scripts.bench.servers import ROOT
from scripts.bench.stores import fill


def measure(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds of each."""
    url = f"sqlite:///{folder}/starting.db"
    fill(url, 100).close()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
    environment |= {"PYTHONPATH": str(ROOT), "HORIZON_DATABASE_URL": url}
    found: dict[str, list[float]] = {}

    def run(name: str, *command: str) -> None:
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, *command], cwd=folder, env=environment, check=True, capture_output=True
        )
        found.setdefault(name, []).append(time.perf_counter() - started)

    for _ in range(rounds):
        run("python -c pass", "-c", "pass")
        run("horizon --help", "-m", "service", "--help")
        run("horizon list", "-m", "service", "list")
        started = time.perf_counter()
        with servers.horizon(folder, url) as (_, port):
            # The socket listens early: what counts is an answer.
            fetched(port, "/healthz")
            found.setdefault("serve until it answers", []).append(time.perf_counter() - started)
    return found


def tell(found: dict[str, list[float]]) -> Iterator[str]:
    yield "| start | ms | of `python -c pass` |"
    yield "| --- | ---: | ---: |"
    middle = {name: statistics.median(values) for name, values in found.items()}
    for name, value in middle.items():
        yield f"| {name} | {value * 1000:.0f} | {value / middle['python -c pass']:.1f} |"
