"""A note that firms one date and moves another, over a real socket and a restart."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.app import build
from service.operations import keys
from service.settings import Settings
from tests.acceptance.process import Process

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NOTE = (ROOT / "tests/data/documents/second-note.txt").read_bytes()
FEED = "/feeds/all.ics?past=P5Y"

Start = Callable[[], Process]


@pytest.fixture
def start(tmp_path: Path, database_url: str) -> Iterator[Start]:
    started: list[Process] = []
    (tmp_path / "events.yaml").write_text((ROOT / "events.yaml").read_text("utf-8"), "utf-8")

    def run() -> Process:
        started.append(Process(tmp_path, database_url))
        return started[-1]

    yield run
    for process in started:
        if process.process.poll() is None:
            process.stop(signal.SIGKILL)


def key(database_url: str) -> dict[str, str]:
    horizon = build(Settings(database_url=database_url))
    try:
        made = keys.create(horizon.store, "desk", keys.Scope.WRITE, horizon.now())
    finally:
        horizon.close()
    return {"Authorization": f"Bearer {made}"}


def days(feed: str) -> dict[str, str]:
    """The first day of each event, by UID."""
    found = {}
    for event in feed.split("BEGIN:VEVENT")[1:]:
        uid, day = re.search(r"UID:(\S+)", event), re.search(r"DTSTART[^:]*:(\d{8})", event)
        assert uid
        assert day
        found[uid[1]] = day[1]
    return found


def test_a_note_changes_the_days_and_nothing_else(start: Start, database_url: str) -> None:
    server = start()
    server.client.headers.update(key(database_url))
    before = days(server.get(FEED).text)
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    made = server.client.post("/api/v1/imports", content=NOTE, headers=plain).json()
    assert [(p["action"], p["matches"]) for p in made["proposals"]] == [
        ("refine", "google-io-2026"),
        ("move", "microsoft-build-2026"),
        ("unchanged", "eu-ai-act-annex-iii-2027"),
    ]
    address = f"/api/v1/imports/{made['id']}/apply"
    applied = server.client.post(address, json={"accept": "all"}).json()
    assert [one["change"] for one in applied["applied"]] == ["firmed", "later"]
    after = days(server.get(FEED).text)
    moved = {"google-io-2026@horizon": "20260519", "microsoft-build-2026@horizon": "20260602"}
    assert after == {**before, **moved}

    headers = dict(server.client.headers)
    server.stop(signal.SIGKILL)
    server = start()
    server.client.headers.update({"Authorization": headers["authorization"]})
    assert days(server.get(FEED).text) == after
    step = server.get("/api/v1/events/google-io-2026/history").json()["items"][-1]
    assert (step["change"], step["who"], step["origin"]) == ("firmed", "desk", "import")
    assert step["source"]["title"] == "AI 事件更新（2026年5月8日）"
    assert step["source"]["excerpt"].startswith("5 月 19 日-20 日：谷歌 I/O 2026")
    again = server.client.post(address, json={"accept": "all"})
    assert (again.status_code, again.json()) == (200, applied)
