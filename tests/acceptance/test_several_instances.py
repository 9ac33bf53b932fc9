"""Several `horizon serve` on one database, as a proxy in front of them would have it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.acceptance.process import ROOT, Process, eventually

pytestmark = pytest.mark.slow

FEED = "/feeds/all.ics?past=P30Y"
# The address that people know, which no instance has for itself.
BASE = {"BASE_URL": "https://calendar.example.org"}
FILE = "events: []\nfeeds: [{name: all, title: AI 事件日历}]\n"
MIGRATIONS = "service/store/migrations/versions"

Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path, empty_database_url: str) -> Iterator[Start]:
    started: list[Process] = []

    def run(name: str, code: Path = ROOT) -> Process:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "events.yaml").write_text(FILE, encoding="utf-8")
        started.append(Process(folder, empty_database_url, code=code, **BASE))
        return started[-1]

    yield run
    for process in started:
        if process.process.poll() is None:
            process.stop(signal.SIGKILL)


def key(database_url: str, code: Path = ROOT) -> dict[str, str]:
    """The headers of a program that may write."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
    environment |= {"HORIZON_DATABASE_URL": database_url, "PYTHONPATH": str(code)}
    command = [sys.executable, "-m", "service", "keys", "create", "crawler", "--scope", "write"]
    said = subprocess.run(
        command, cwd=code, env=environment, check=True, capture_output=True, text=True
    )
    return {"Authorization": f"Bearer {said.stdout.split()[-1]}"}


def announce(server: Process, headers: dict[str, str], **event: object) -> str:
    answer = server.client.post("/api/v1/events", headers=headers, json=event)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def in_feed(server: Process, text: str) -> Callable[[], bool]:
    return lambda: text in server.get(FEED).text


def test_two_instances_that_start_at_once_are_one_service(
    start: Start, empty_database_url: str
) -> None:
    """Both find an empty database, and a client may be answered by one now and by the other next."""
    with ThreadPoolExecutor() as both:
        one, two = both.map(start, ("one", "two"))
    headers = key(empty_database_url)
    id_ = announce(one, headers, title="Two desks and one diary", when="2026-05")
    assert eventually(in_feed(two, "Two desks and one diary"))
    here, there = one.get(FEED), two.get(FEED)
    assert there.content == here.content
    validators = ("etag", "last-modified", "cache-control")
    assert [there.headers[name] for name in validators] == [
        here.headers[name] for name in validators
    ]
    again = two.client.get(FEED, headers={"If-None-Match": here.headers["etag"]})
    assert again.status_code == 304

    path = f"/api/v1/events/{id_}"
    etag = one.get(path).headers["etag"]
    moved = two.client.patch(
        path, headers=headers | {"If-Match": etag}, json={"when": "2026-05-19/2026-05-20"}
    )
    assert moved.status_code == 200, moved.text
    late = one.client.patch(path, headers=headers | {"If-Match": etag}, json={"when": "2026-05-21"})
    assert late.status_code == 412
    assert eventually(in_feed(one, "DTSTART;VALUE=DATE:20260519"))

    two.stop(signal.SIGKILL)
    announce(one, headers, title="One desk is enough", when="2026-06-02")
    assert in_feed(one, "One desk is enough")()


@pytest.fixture(scope="session")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the day before the newest change of the schema."""
    newest = max((ROOT / MIGRATIONS).glob("[0-9]*.py")).relative_to(ROOT)

    def git(*arguments: str) -> bytes:
        command = ["git", "-C", str(ROOT), *arguments]
        return subprocess.run(command, check=True, capture_output=True).stdout

    try:
        came = git("log", "--diff-filter=A", "--format=%H", "--", str(newest)).split()
        archive = git("archive", f"{came[-1].decode()}^", "service")
    except (OSError, subprocess.CalledProcessError, IndexError):
        pytest.skip("needs the project's history, which an archive or a shallow clone has not")
    folder = tmp_path_factory.mktemp("older")
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
    return folder


def test_an_older_instance_goes_on_while_a_newer_one_takes_over(
    start: Start, empty_database_url: str, older: Path
) -> None:
    """A rolling upgrade: nobody is turned away, and what either writes the other has, until the old
    one is stopped. Started again it would refuse."""
    old = start("old", older)
    headers = key(empty_database_url, older)
    first = announce(old, headers, title="百度 Create 大会", when="2026-05", tags=["AI"])
    assert in_feed(old, "百度 Create 大会")()

    new = start("new")
    assert in_feed(new, "百度 Create 大会")()
    announce(old, headers, title="谷歌开发者大会", when="2026-05-19/2026-05-20", tags=["AI"])
    announce(new, headers, title="微软开发者大会", when="2026-06-02", tags=["AI"])
    path = f"/api/v1/events/{first}"
    assert old.client.patch(path, headers=headers, json={"when": "2026-05-13"}).status_code == 200

    for server in (old, new):
        for title in ("谷歌开发者大会", "微软开发者大会", "DTSTART;VALUE=DATE:20260513"):
            assert eventually(in_feed(server, title)), title
        # In lists, by the labels and by the texts that either wrote.
        for query in ({"tag": "ai"}, {"q": "大会"}, {"from": "2026-05-01", "to": "2026-06-30"}):
            found = server.client.get("/api/v1/events", params=query).json()["items"]
            assert [event["title"] for event in found] == [
                "百度 Create 大会",
                "谷歌开发者大会",
                "微软开发者大会",
            ], query

    assert old.stop() == 0
    assert new.client.patch(path, headers=headers, json={"when": "2026-05-14"}).status_code == 200
    refused = subprocess.run(
        [sys.executable, "-m", "service", "list"],
        cwd=older,
        env={**os.environ, "HORIZON_DATABASE_URL": empty_database_url, "PYTHONPATH": str(older)},
        capture_output=True,
        text=True,
    )
    assert refused.returncode != 0
    assert "written by a newer Horizon" in refused.stderr
