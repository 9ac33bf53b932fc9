"""Programs that write at once and one that follows; and a service killed between two requests.

Over a real socket against a real process, on both databases.
"""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.acceptance.process import Process

pytestmark = pytest.mark.slow

KEY = "test-admin-key-of-at-least-20"
HEADERS = {"Authorization": f"Bearer {KEY}"}
WRITERS, EACH = 10, 12
Start = Callable[[], Process]


@pytest.fixture
def start(tmp_path: Path, database_url: str) -> Iterator[Start]:
    (tmp_path / "events.yaml").write_text("events: []\nfeeds: [{name: all, title: All}]\n", "utf-8")
    started: list[Process] = []

    def run() -> Process:
        started.append(Process(tmp_path, database_url, ADMIN_KEY=KEY))
        return started[-1]

    yield run
    for process in started:
        if process.process.poll() is None:
            process.stop(signal.SIGKILL)


def test_a_reader_sees_every_change_of_ten_writers_once_and_in_order(start: Start) -> None:
    server = start()
    failures: list[str] = []

    def write(writer: int) -> None:
        with httpx2.Client(base_url=server.address, headers=HEADERS, timeout=60) as client:
            for n in range(EACH):
                url = f"/api/v1/events/w{writer}-{n % 4}"
                body = {"title": f"Writer {writer}", "when": f"2027-01-{n + 1:02d}"}
                answer = client.put(url, json=body)
                if answer.status_code not in (200, 201):
                    failures.append(answer.text)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    seen: list[int] = []
    since = 0
    for _ in range(20_000):
        busy = any(thread.is_alive() for thread in threads)
        page = server.get(f"/api/v1/changes?since={since}&limit=7").json()
        seen += [item["seq"] for item in page["items"]]
        since = page["next"]
        if not busy and not page["items"]:
            break
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert seen == list(range(1, WRITERS * EACH + 1))


def test_ten_threads_with_one_idempotency_key_make_one_event(start: Start) -> None:
    server = start()
    answers: list[httpx2.Response] = []

    def post() -> None:
        headers = {**HEADERS, "Idempotency-Key": "the-same"}
        body = {"title": "Once", "when": "2027"}
        answers.append(
            httpx2.post(f"{server.address}/api/v1/events", json=body, headers=headers, timeout=60)
        )

    threads = [threading.Thread(target=post) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert {(a.status_code, a.text) for a in answers} == {(201, answers[0].text)}
    assert len(server.get("/api/v1/changes").json()["items"]) == 1


def test_two_writers_with_one_if_match_and_one_wins(start: Start) -> None:
    server = start()
    url = f"{server.address}/api/v1/events/x"
    etag = httpx2.put(url, json={"title": "x", "when": "2027"}, headers=HEADERS).headers["etag"]
    codes: list[int] = []

    def patch(n: int) -> None:
        headers = {**HEADERS, "If-Match": etag}
        codes.append(
            httpx2.patch(url, json={"location": f"{n}"}, headers=headers, timeout=60).status_code
        )

    threads = [threading.Thread(target=patch, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(codes) == [200, 412, 412, 412, 412, 412]


@pytest.mark.parametrize("after", [1, 2, 4])
def test_a_service_killed_in_the_middle_of_batches_has_whole_ones(start: Start, after: int) -> None:
    server = start()
    size = 40
    answered: list[int] = []
    sent = threading.Semaphore(0)

    def write() -> None:
        with httpx2.Client(base_url=server.address, headers=HEADERS, timeout=60) as client:
            for n in range(50):
                events = [
                    {"title": f"Batch {n}", "when": "2027-01", "id": f"b{n}-{i}"}
                    for i in range(size)
                ]
                sent.release()
                try:
                    answer = client.post("/api/v1/events/batch", json={"events": events})
                except httpx2.TransportError:
                    return
                assert answer.status_code == 200
                answered.append(n)

    thread = threading.Thread(target=write)
    thread.start()
    for _ in range(after):
        assert sent.acquire(timeout=60)
    server.stop(signal.SIGKILL)
    thread.join(timeout=60)
    again = start()
    counts: dict[str, int] = {}
    since = 0
    while items := (page := again.get(f"/api/v1/changes?since={since}&limit=500").json())["items"]:
        for item in items:
            batch = item["event_id"].split("-")[0]
            counts[batch] = counts.get(batch, 0) + 1
        since = page["next"]
    assert set(counts.values()) <= {size}
    assert {f"b{n}" for n in answered} <= set(counts)
    assert len(counts) <= len(answered) + 1


def test_what_no_http_parser_takes_is_a_problem_too(start: Start) -> None:
    import socket

    server = start()
    host, _, port = server.address.removeprefix("http://").partition(":")
    head = (
        b"POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
        + KEY.encode()
        + b"\r\n"
    )
    for request in (
        head + b"Content-Length: abc\r\n\r\n",
        head + b"Content-Length: -5\r\n\r\n",
        head + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
        b"NONSENSE\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        head_, _, body = answer.partition(b"\r\n\r\n")
        assert head_.startswith(b"HTTP/1.1 400"), answer
        assert b"application/problem+json" in head_
        assert json.loads(body)["status"] == 400
    # A body that ends before its length: the connection is gone, and nothing is stored.
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(head + b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
    assert server.get("/api/v1/changes").json()["items"] == []
