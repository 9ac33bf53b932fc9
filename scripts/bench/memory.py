"""What a server with one hot feed of all events holds in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scripts.bench import servers
from scripts.bench.answers import ADDRESS
from scripts.bench.load import fetched


def measure(folder: Path, url: str) -> dict[str, int]:
    """Resident bytes of `horizon serve`: idle, and after the feed was read twice in each form."""
    with servers.horizon(folder, url, "--no-alerts") as (process, port):
        fetched(port, "/healthz")
        idle = process.memory_info().rss
        for encoding in ("identity", "gzip") * 2:
            fetched(port, ADDRESS, **{"Accept-Encoding": encoding})
        return {"idle": idle, "hot": process.memory_info().rss}


def tell(found: dict[int, dict[str, int]]) -> Iterator[str]:
    yield "| events | idle, MB | with one hot feed of all, MB over idle |"
    yield "| ---: | ---: | ---: |"
    for events, one in found.items():
        yield f"| {events:,} | {one['idle'] / 1e6:.0f} | {(one['hot'] - one['idle']) / 1e6:.0f} |"
