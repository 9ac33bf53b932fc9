"""Every answer is as documented: schemathesis reads /openapi.json and sends what it can think of.

It runs as its command line does, against a server of its own. HORIZON_FUZZ=long sends some hundred
times more, other ones each time; a failure prints a curl line and the seed.
"""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from service import clock
from service.app import build
from service.operations import keys
from service.operations.keys import Scope
from service.settings import Settings

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
LONG = os.environ.get("HORIZON_FUZZ") == "long"
# Not allow_header_conformance: /events/batch is also the address of an event with that id.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
    "use_after_free",
    "ensure_resource_availability",
)
# The short form: what these take for a body is covered value by value at POST and PATCH of an event.
SHORT = """\
[[operations]]
include-operation-id = ["put_event", "batch_events", "patch_feed"]
phases.coverage.enabled = false
"""
FILE = """\
timezone: Asia/Shanghai
source: {title: 人工智能周报（26年第17周）, publisher: 国信证券, date: 2026-04-27}
events:
  - {id: baidu-create-2026, title: 百度 Create 2026 AI 开发者大会, when: 2026-05-13/2026-05-14}
  - {id: google-io-2026, title: Google I/O 2026 开发者大会, when: 2026-05, kind: conference}
feeds:
  - {name: all, title: AI 事件日历}
  - {name: portfolio, title: 持仓相关, filter: {ticker: [9888.HK]}, private: true}
alerts:
  digests:
    - {name: daily, channel: "#ai-events", days: workdays}
  reminders:
    - {name: regulation, channel: "#compliance", before: [P30D, PT2H], days: [mon, thu]}
  changes:
    - {name: changes, channel: "#ai-events", filter: {importance: [high, normal]}}
"""


@dataclass(frozen=True)
class Running:
    """A server of a test's own."""

    address: str
    key: str


@pytest.fixture
def running(database_url: str, tmp_path: Path) -> Iterator[Running]:
    file = tmp_path / "events.yaml"
    file.write_text(FILE, encoding="utf-8")
    horizon = build(Settings(database_url=database_url, events_file=file))
    horizon.keep_in_step()
    key = keys.create(horizon.store, "fuzzing", Scope.ADMIN, clock.now())
    # asyncio sets TCP_NODELAY where the protocol is named; else each answer may wait 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(horizon.web(), log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield Running(address, key)
        server.should_exit = True
        thread.join()
    horizon.close()


def test_every_answer_to_a_key_is_as_documented(running: Running, tmp_path: Path) -> None:
    # What the calendars answer does not depend on a key.
    more = () if LONG else ("--exclude-tag", "Calendars")
    phases = "examples,coverage,fuzzing,stateful"
    sent, output = fuzz(running, tmp_path, phases, *more, key=running.key)
    assert sent > 1000, output
    # Stateful: events that were made are read, changed and deleted by the links of the document.
    links = re.search(r"API Links: +(\d+) covered", output)
    assert links, output
    # How many a short walk covers changes with every word of a schema; that it follows them counts.
    assert int(links[1]) >= 1, output


def test_every_answer_to_nobody_is_as_documented(running: Running, tmp_path: Path) -> None:
    phases = "examples,coverage,fuzzing,stateful" if LONG else "examples,fuzzing"
    sent, output = fuzz(running, tmp_path, phases, key=None)
    assert sent > 100, output


def fuzz(
    running: Running, folder: Path, phases: str, *more: str, key: str | None
) -> tuple[int, str]:
    """How many requests were sent and what was printed; fails on any that was answered otherwise
    than documented."""
    if LONG:
        seed = str(secrets.randbelow(10**6))
        more = (*more, "--max-examples", "200", "--seed", seed, "--generation-database", "none")
    else:
        more = (*more, "--max-examples", "5", "--generation-deterministic")
        (folder / "schemathesis.toml").write_text(SHORT, encoding="utf-8")
    if key is not None:
        more = (*more, "--header", f"Authorization: Bearer {key}")
    done = subprocess.run(
        [
            *(Path(sys.executable).parent / "schemathesis", "run"),
            *(f"{running.address}/openapi.json", "--url", running.address),
            *("--phases", phases, "--checks", ",".join(CHECKS), "--continue-on-failure"),
            *("--warnings", "off", "--no-color"),
            *more,
        ],
        env={**os.environ, "SCHEMATHESIS_HOOKS": "fuzzing_hooks", "PYTHONPATH": str(HERE)},
        cwd=folder,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=7200 if LONG else 300,
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert passed, done.stdout
    return int(passed[2]), done.stdout
