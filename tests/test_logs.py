"""The log's two forms, and the id by which a request is found in it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service import logs
from service.core.text.masking import masker
from service.web import request_ids
from tests.web.conftest import Service, serving, settings


def record(message: str, *args: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("horizon.x", logging.WARNING, "x.py", 1, message, args, None)
    made.__dict__.update(more)
    return made


def test_an_entry_as_json_has_what_a_program_asks_for() -> None:
    made = record("GET %s", "/", fields={"status": 200, "path": "/hzn_secret"}, request="abc")
    line = json.loads(logs.Json(masker()).format(made))
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "horizon.x",
        "message": "GET /",
        "request": "abc",
        "status": 200,
        "path": "/***",
    }


def test_a_traceback_stays_with_its_entry_and_tells_no_secret() -> None:
    try:
        raise ValueError("Bearer s3cret")
    except ValueError:
        made = record("failed", exc_info=sys.exc_info())
    line = json.loads(logs.Json(masker()).format(made))
    assert "ValueError: Bearer ***" in line["error"]
    assert "s3cret" not in logs.TextFormatter(masker()).format(made)


def test_no_text_forges_an_entry() -> None:
    forged = record("title: %s", "x\n2026-04-27 08:30:00,000 INFO all is well")
    assert logs.TextFormatter(masker()).format(forged).count("\n") == 0
    assert logs.Json(masker()).format(forged).count("\n") == 0


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    yield from serving(settings(tmp_path))


class Kept(logging.Handler):
    """What a program reads of the log."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.Json(masker()))
        self.lines: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@pytest.fixture
def kept(caplog: pytest.LogCaptureFixture) -> Iterator[list[dict[str, object]]]:
    caplog.set_level(logging.INFO)
    handler = Kept()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


def test_a_request_is_found_by_its_id(
    service: Service, kept: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer, the problem, the request's line and what was logged on the way say the same id."""

    def broken(*_: object) -> None:
        logging.getLogger("deep.inside").warning("so it is")
        raise RuntimeError("broken")

    monkeypatch.setattr("service.operations.feeds.FeedAnswers.get", broken)
    key = service.key("read", "reading")
    refused = service.client.get("/feeds/all.ics", headers={"Authorization": "Bearer x"})
    crash = service.client.get("/feeds/all.ics", headers=key)
    for answer in (refused, crash):
        id_ = answer.headers["x-request-id"]
        assert answer.json()["instance"] == f"urn:horizon:request:{id_}"
    mine = [line for line in kept if line.get("request") == crash.headers["x-request-id"]]
    assert "so it is" in [line["message"] for line in mine]
    (told,) = [line for line in mine if line["logger"] == "horizon.http"]
    assert (told["method"], told["path"], told["status"]) == ("GET", "/feeds/all.ics", 500)
    assert told["by"] == "reading"
    # Where a reader is, is not written down; where a wrong key comes from is.
    assert "client" not in told
    (told,) = [line for line in kept if line.get("status") == 401]
    assert (told["request"], told["client"]) == (refused.headers["x-request-id"], "testclient")


@pytest.mark.parametrize("path", ["/", "/feeds/all.ics", "/nowhere"])
def test_an_id_that_comes_with_the_request_is_taken_over_if_it_is_harmless(
    service: Service, path: str
) -> None:
    for _ in range(2):
        answer = service.client.get(path, headers={"X-Request-ID": "4f1c-9.b"})
        assert answer.headers["x-request-id"] == "4f1c-9.b"
    for bad in (b"", b"a b", b"x" * 65, b"hzn_key", b"a\tb", "é".encode(), b"<b>"):
        answer = service.client.get(path, headers=[(b"X-Request-ID", bad)])
        # A feed that is ready in memory has no id of its own.
        own = answer.headers.get("x-request-id", "none").encode()
        assert own != bad
        assert request_ids.usable(own)
