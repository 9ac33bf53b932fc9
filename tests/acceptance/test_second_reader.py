"""A service with a language model, as a process: it is asked behind an import, and keeps nobody waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.process import Process, eventually
from tests.model.stand_in import KEY, Answer, StandIn, running

pytestmark = pytest.mark.slow

ADMIN = "an-admin-key-for-tests"
NOTE = "云岭通讯 第8期\n2027年5月8日\n\n2027年6月9日：青禾开发者大会\n"
PICK = {"phrases": ["1"], "title": "云岭通讯", "kind": "other", "note": ""}


@pytest.fixture
def server() -> Iterator[StandIn]:
    with running() as stand_in:
        stand_in.events(PICK)
        yield stand_in


def started(folder: Path, server: StandIn) -> Process:
    return Process(
        folder, f"sqlite:///{folder}/horizon.db", ADMIN_KEY=ADMIN, LLM_URL=server.url,
        LLM_MODEL="heron-7b", LLM_KEY=KEY, LLM_TIMEOUT="PT20S",
    )  # fmt: skip


def sent(service: Process) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {ADMIN}", "Content-Type": "text/plain"}
    answer = service.client.post(
        "/api/v1/imports?model=true", content=NOTE.encode(), headers=headers
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def read(service: Process, id_: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {ADMIN}"}
    return dict(service.client.get(f"/api/v1/imports/{id_}", headers=headers).json())


def test_an_import_stands_at_once_and_the_models_share_comes_behind(
    tmp_path: Path, server: StandIn
) -> None:
    hold = threading.Event()
    given = server.answer
    server.answer = lambda asked: Answer(given(asked).text, hold=hold)
    service = started(tmp_path, server)
    try:
        told = sent(service)
        assert [p["read_by"] for p in told["proposals"]] == ["rules"]
        assert eventually(lambda: bool(server.asked))
        assert read(service, told["id"])["model"]["state"] == "waiting"
        hold.set()
        assert eventually(lambda: read(service, told["id"])["model"]["state"] == "done")
        added = read(service, told["id"])["proposals"][-1]
        assert (added["event"]["title"], added["read_by"]) == ("云岭通讯", "model heron-7b")
    finally:
        hold.set()
        assert service.stop() == 0


def test_a_model_that_hangs_keeps_no_service_from_ending_and_the_import_waits_for_the_next(
    tmp_path: Path, server: StandIn
) -> None:
    hold = threading.Event()
    server.answer = lambda _: Answer(hold=hold)
    service = started(tmp_path, server)
    try:
        id_ = sent(service)["id"]
        assert eventually(lambda: bool(server.asked))
    finally:
        begun = time.monotonic()
        code = service.stop()
        hold.set()
    assert code == 0
    assert time.monotonic() - begun < 15
    again = started(tmp_path, server)
    try:
        assert read(again, id_)["model"]["state"] == "waiting"
    finally:
        assert again.stop() == 0
