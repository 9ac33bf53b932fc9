"""`horizon serve` as a process of its own: a real socket, a real file, a real SIGKILL."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.examples import ROOT
from tests.acceptance.process import Process, eventually

pytestmark = pytest.mark.slow

FILE = """\
events:
  - {id: io, title: Google I/O 2026 开发者大会, when: 2026-05}
  - {id: baidu, title: 百度 Create 2026 AI 开发者大会, when: 2026-05-13/2026-05-14}
feeds:
  - {name: all, title: AI 事件日历}
"""


Start = Callable[[], Process]


@pytest.fixture
def start(tmp_path: Path, database_url: str) -> Iterator[Start]:
    started: list[Process] = []

    def run() -> Process:
        started.append(Process(tmp_path, database_url))
        return started[-1]

    yield run
    for process in started:
        if process.process.poll() is None:
            process.stop(signal.SIGKILL)


def test_serving_following_the_file_and_starting_again(start: Start, tmp_path: Path) -> None:
    file = tmp_path / "events.yaml"
    file.write_text(FILE, encoding="utf-8")
    server = start()
    text = "".join(server.lines)
    assert "2 events, all past; `horizon list --from 2026-05-01` shows them" in text
    assert "/feeds/all.ics" in text
    assert "HORIZON_BASE_URL" in text
    first = server.get("/feeds/all.ics?past=P30Y")
    assert "DTSTART;VALUE=DATE:20260501" in first.text

    def shows(text: str) -> Callable[[], bool]:
        return lambda: text in server.get("/feeds/all.ics?past=P30Y").text

    def warns(text: str) -> Callable[[], bool]:
        return lambda: text in server.get("/readyz").text

    file.write_text(FILE.replace("2026-05}", "2026-05-19/2026-05-20}"), encoding="utf-8")
    assert eventually(shows("DTSTART;VALUE=DATE:20260519"))
    moved = server.get("/feeds/all.ics?past=P30Y")
    assert "SEQUENCE:1" in moved.text
    file.write_text("events:\n  - {id: io, title: Go", encoding="utf-8")
    assert eventually(warns("events.yaml:"))
    assert server.get("/feeds/all.ics?past=P30Y").content == moved.content
    file.unlink()
    assert eventually(warns("there is no file"))
    assert server.get("/feeds/all.ics?past=P30Y").headers["etag"] == moved.headers["etag"]
    assert server.stop() == 0

    file.write_text(FILE.replace("2026-05}", "2026-05-19/2026-05-20}"), encoding="utf-8")
    again = start()
    after = again.get("/feeds/all.ics?past=P30Y")
    # The port is another one, hence the addresses in the feed; dates and UIDs are the same.
    assert [
        line for line in after.text.split("\r\n") if "URL" not in line and "SOURCE" not in line
    ] == [line for line in moved.text.split("\r\n") if "URL" not in line and "SOURCE" not in line]
    assert again.stop() == 0


def test_commands_print_the_address_that_serves_also_when_it_has_ended(
    start: Start, tmp_path: Path, database_url: str
) -> None:
    """`feeds list` printed port 8000 whatever `serve` listened on."""
    (tmp_path / "events.yaml").write_text(FILE, encoding="utf-8")
    server = start()

    def printed(**settings: str) -> str:
        own = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
        own |= {"HORIZON_DATABASE_URL": database_url, "PYTHONPATH": str(ROOT), **settings}
        return subprocess.run(
            [sys.executable, "-m", "service", "feeds", "list"],
            cwd=tmp_path,
            env=own,
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        ).stdout

    assert f"{server.address}/feeds/all.ics" in printed()
    assert server.stop() == 0
    assert f"{server.address}/feeds/all.ics" in printed()
    given = "https://calendar.example.org"
    assert f"{given}/feeds/all.ics" in printed(HORIZON_BASE_URL=given)


def test_with_a_log_of_json_every_line_is_json(tmp_path: Path, database_url: str) -> None:
    """`journalctl … | jq` failed on the lines that say where everything is, and on the one that says
    why a start failed."""
    (tmp_path / "events.yaml").write_text(FILE, encoding="utf-8")
    server = Process(tmp_path, database_url, LOG_FORMAT="json")
    assert server.get("/healthz").status_code == 200
    server.client.close()
    server.process.terminate()
    assert server.process.stdout is not None
    told = server.process.stdout.read() + server.errors.read_text("utf-8")
    assert server.process.wait(120) == 0
    server.process.stdout.close()
    messages = [json.loads(line)["message"] for line in told.splitlines()]
    assert any("listens on http://127.0.0.1:" in message for message in messages)
    assert any("/feeds/all.ics" in message for message in messages)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        failed = subprocess.run(
            [sys.executable, "-m", "service", "serve", "--port", str(port)],
            cwd=tmp_path,
            env=os.environ
            | {
                "HORIZON_DATABASE_URL": database_url,
                "HORIZON_LOG_FORMAT": "json",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
        )
    assert failed.returncode == 1
    (line,) = (failed.stdout + failed.stderr).splitlines()
    assert f"cannot listen on 127.0.0.1:{port}" in json.loads(line)["message"]


def test_a_start_without_a_file_serves_and_says_what_to_do(start: Start) -> None:
    server = start()
    text = "".join(server.lines)
    assert "horizon init" in text
    assert "No events yet" in text
    assert server.get("/healthz").status_code == 200
    assert server.get("/readyz").json()["warnings"]


def test_a_restore_under_a_service_that_runs_is_refused(
    start: Start, tmp_path: Path, database_url: str
) -> None:
    """Also while nobody asks it anything; and what was killed is no longer in the way."""
    (tmp_path / "events.yaml").write_text("events: []\n", encoding="utf-8")
    server = start()

    def horizon(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
        return subprocess.run(
            [sys.executable, "-m", "service", *arguments],
            cwd=tmp_path,
            env={**environment, "PYTHONPATH": str(ROOT), "HORIZON_DATABASE_URL": database_url},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert horizon("backup", "saved.db").returncode == 0
    refused = horizon("restore", "saved.db")
    assert refused.returncode == 2
    assert "open in another process, as it is while a service runs on it" in refused.stderr
    server.stop(signal.SIGKILL)
    done = horizon("restore", "saved.db")
    assert done.returncode == 0, done.stderr
    assert "restored 0 events" in done.stdout


SYNC = """
import os, signal, sys
from service.store import Writing
real, calls = Writing.record, 0
def dying(self, *args, **options):
    global calls
    calls += 1
    if calls == int(os.environ["DIE_AT"]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *args, **options)
Writing.record = dying
from service.cli import run
sys.exit(run(["sync"]))
"""


@pytest.mark.parametrize("die_at", [1, 3, 6])
def test_a_sync_killed_in_the_middle_leaves_all_or_nothing(
    database_url: str, tmp_path: Path, die_at: int
) -> None:
    from service.core.events.filters import Filter
    from service.store import Store, open_engine

    entries = "".join(f"  - {{id: e-{n}, title: Event {n}, when: 2026-05}}\n" for n in range(6))
    (tmp_path / "events.yaml").write_text("events:\n" + entries, encoding="utf-8")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")},
        "HORIZON_DATABASE_URL": database_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    def sync(die_at: int) -> int:
        return subprocess.run(
            [sys.executable, "-c", SYNC],
            cwd=tmp_path,
            env={**environment, "DIE_AT": str(die_at)},
            capture_output=True,
            timeout=60,
        ).returncode

    store = Store(open_engine(database_url))
    try:
        assert sync(die_at) == -signal.SIGKILL
        with store.reading() as reading:
            assert reading.select(Filter()) == []
            assert reading.changes(0) == []
        assert sync(0) == 0
        with store.reading() as reading:
            assert len(reading.select(Filter())) == 6
            assert [row.seq for row in reading.changes(0)] == [1, 2, 3, 4, 5, 6]
    finally:
        store.close()
