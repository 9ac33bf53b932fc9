"""Feeds given from memory: the same answers as those of the routes, fresh, whole, and bounded."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from service.app import Horizon, build
from service.core.dates.when import day
from service.core.events import event as event_
from service.core.events import fields
from service.core.events.event import Origin
from service.core.events.filters import Filter
from service.errors import StoreUnavailable
from service.operations import feeds as operations
from service.operations.feeds import FeedAnswers
from service.serving import bound, web_server
from service.settings import Settings
from service.store import StoredFeed
from service.web import feed_cache
from tests.acceptance.process import eventually
from tests.web.conftest import FILE, NOW, Service

ALL = "/feeds/all.ics"
# A session that is none: the routes find nobody, and answer as everybody is answered.
BY_ROUTES = {"Cookie": "horizon_session=nobody"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("encoding", ["", "gzip, br", "br, gzip;q=0"])
def test_ready_answers_are_those_of_the_routes(
    service: Service, method: str, encoding: str
) -> None:
    paths = [ALL, "/feeds/all.json?lang=en", "/feeds/all.xml", "/feeds/all/changes.xml"]
    paths += [f"/feeds/portfolio/{service.secret}.ics", "/calendar.ics?kind=conference&past=P2Y"]
    for path in paths:
        first = service.client.get(path, headers={"Accept-Encoding": encoding})
        for given in (
            {},
            {"If-None-Match": first.headers["etag"]},
            {"If-None-Match": f'W/"x", {first.headers["etag"]}'},
            {"If-None-Match": '"x"', "If-Modified-Since": first.headers["last-modified"]},
            {"If-Modified-Since": first.headers["last-modified"]},
            {"If-Modified-Since": "yesterday"},
        ):
            headers = {"Accept-Encoding": encoding, "X-Request-ID": "one", **given}
            fast = service.client.request(method, path, headers=headers)
            slow = service.client.request(method, path, headers={**headers, **BY_ROUTES})
            assert fast.status_code == slow.status_code, (path, given)
            assert dict(fast.headers) == dict(slow.headers), (path, given)
            assert fast.content == slow.content, (path, given)


def test_a_ready_answer_needs_no_database_and_no_route(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = service.client.get(ALL)

    def none(*_: object) -> None:
        raise AssertionError("nobody should ask")

    monkeypatch.setattr("service.store.Store.reading", none)
    monkeypatch.setattr("service.web.feeds.read_address", none)
    assert service.client.get(ALL).content == first.content
    given = {"If-None-Match": first.headers["etag"]}
    assert service.client.get(ALL, headers=given).status_code == 304


def test_errors_are_told_by_the_routes(service: Service) -> None:
    for path, status in (("/feeds/none.ics", 404), (f"{ALL}?lang=fr", 400), (f"{ALL}?x=1", 400)):
        for _ in range(2):
            answer = service.client.get(path)
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
    wrong = service.client.get(ALL, headers={"Authorization": "Bearer hzn_wrong"})
    assert wrong.status_code == 401
    private = service.client.get(ALL, headers=service.key("read"))
    assert private.headers["cache-control"] == "private, no-cache"


def test_a_dropped_feed_and_an_old_secret_are_gone_at_once(service: Service) -> None:
    old = f"/feeds/portfolio/{service.secret}.ics"
    assert [service.client.get(path).status_code for path in (ALL, old)] == [200, 200]
    operations.rotate(service.horizon.store, "portfolio", service.now)
    assert service.client.get(old).status_code == 404
    assert service.client.get(f"/feeds/portfolio/{service.secret}.ics").status_code == 200
    service.write(FILE.replace("  - {name: all, title: AI 事件日历}\n", ""))
    assert service.client.get(ALL).status_code == 404


def test_two_changes_in_a_second_are_told_apart_and_never_modified_later_than_now(
    service: Service,
) -> None:
    seen = set()
    for when in ("2026-05-19", "2026-05-20", "2026-05-21"):
        service.write(FILE.replace("when: 2026-05,", f"when: {when},"))
        for _ in range(2):
            answer = service.client.get(ALL)
            assert answer.headers["last-modified"] == answer.headers["date"]
        seen.add(answer.headers["etag"])
    assert len(seen) == 3
    service.now += timedelta(seconds=5)
    later = service.client.get(ALL)
    assert later.headers["last-modified"] < later.headers["date"]


def test_of_many_requests_in_a_second_the_log_has_the_first_and_a_number(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "horizon.http")
    for _ in range(feed_cache.MAX_LOGGED + 30):
        service.client.get(ALL)
    service.now += timedelta(seconds=1)
    service.client.get(ALL)
    lines = [r.getMessage() for r in caplog.records if r.name == "horizon.http"]
    assert sum("/feeds/all.ics 200" in line for line in lines) == feed_cache.MAX_LOGGED + 1
    assert "and 30 more feeds from memory" in lines


class Front:
    """The application without a server, whose requests the test sends side by side."""

    def __init__(self, horizon: Horizon) -> None:
        self.app: Any = horizon.web()
        self.answers: FeedAnswers = self.app._answers

    async def get(self, address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        path, _, query = address.partition("?")
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "scheme": "http",
            "http_version": "1.1",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 1),
            "headers": [
                (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
            ],
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], told, b"".join(m.get("body", b"") for m in sent[1:])


def add(horizon: Horizon, id_: str, when: str) -> None:
    details = fields.read({"title": id_, "when": when}, "Asia/Shanghai")
    with horizon.store.writing(NOW) as writing:
        writing.record(event_.new(id_, details, NOW, Origin.API), who="test", origin=Origin.API)


def test_however_many_wait_one_makes_the_answer(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = Front(service.horizon)
    made = []
    real = FeedAnswers._render

    def slow(*arguments: Any) -> bytes:
        made.append(1)
        time.sleep(0.2)
        return real(*arguments)

    monkeypatch.setattr(FeedAnswers, "_render", slow)

    async def all_at_once() -> None:
        for _ in range(2):
            found = await asyncio.gather(*(front.get(ALL) for _ in range(200)))
            assert {status for status, _, _ in found} == {200}
            assert len({body for _, _, body in found}) == 1
            add(service.horizon, f"new-{len(made)}", "2026-06-01")

    asyncio.run(all_at_once())
    assert len(made) == 2


def test_whoever_asks_after_a_commit_is_not_given_what_was_begun_before_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = Front(service.horizon)
    read, go_on = threading.Event(), threading.Event()
    real = FeedAnswers._render

    def held(*arguments: Any) -> bytes:
        data = real(*arguments)
        read.set()
        assert go_on.wait(120)
        return data

    monkeypatch.setattr(FeedAnswers, "_render", held)

    async def two() -> None:
        early = asyncio.create_task(front.get(ALL))
        await asyncio.to_thread(read.wait, 120)
        await asyncio.to_thread(add, service.horizon, "newest", "2026-06-01")
        late = asyncio.create_task(front.get(ALL))
        await asyncio.sleep(0.05)
        go_on.set()
        assert b"newest@horizon" not in (await early)[2]
        assert b"newest@horizon" in (await late)[2]

    asyncio.run(two())


def test_while_a_fault_lasts_the_last_good_bytes_are_given_and_nobody_waits(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = Front(service.horizon)
    ticks = iter(range(0, 10_000_000, 2))  # every look is out of date at once
    front.app._ticks = lambda: next(ticks)
    told = threading.Event()
    told.set()
    looks = []

    @contextmanager
    def gone(*_: object) -> Iterator[None]:
        told.wait(120)
        looks.append(1)
        raise StoreUnavailable("the database is gone")
        yield

    async def asking() -> None:
        _, _, good = await front.get(ALL)
        with monkeypatch.context() as patched:
            patched.setattr("service.store.Store.reading", gone)
            assert (await front.get(ALL))[2] == good  # this one waited, and found out
            told.clear()  # from now on the database says nothing at all
            already = len(looks)
            for _ in range(50):
                assert (await front.get(ALL))[2] == good
            assert len(looks) == already
            told.set()
            while len(looks) == already or front.app._making:
                await asyncio.sleep(0.01)
        await asyncio.to_thread(add, service.horizon, "newest", "2026-06-01")
        for _ in range(100):
            if b"newest@horizon" in (await front.get(ALL))[2]:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("the fault is over, and the bytes are old")

    asyncio.run(asking())


def test_a_feed_that_fails_makes_no_other_one_old(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each address has its own faults: the others go on being fresh."""
    front = Front(service.horizon)
    real = FeedAnswers._render

    def failing(answers: FeedAnswers, reading: Any, address: Any, *rest: Any) -> bytes:
        if address.form == "xml":
            raise RuntimeError("no")
        return real(answers, reading, address, *rest)

    async def asking() -> None:
        good = await front.get("/feeds/all.xml")
        await front.get(ALL)
        monkeypatch.setattr(FeedAnswers, "_render", failing)
        for n in range(5):
            add(service.horizon, f"new-{n}", "2026-06-01")
            assert (await front.get("/feeds/all.xml"))[2] == good[2]
            assert f"new-{n}@horizon".encode() in (await front.get(ALL))[2]
        monkeypatch.setattr(FeedAnswers, "_render", real)
        add(service.horizon, "last", "2026-06-01")
        assert b"last@horizon" in (await front.get("/feeds/all.xml"))[2]

    asyncio.run(asking())


@pytest.mark.slow
def test_addresses_that_strangers_invent_take_no_more_than_their_share(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_cache, "MAX_KNOWN", 100)
    monkeypatch.setattr("service.store.Store.remember_answer", lambda *_: None)
    front = Front(service.horizon)
    front.answers._most_bytes = 100_000

    async def invent() -> None:
        good = await front.get(ALL)
        for n in range(1000):
            await front.get(f"/calendar.ics?q=invented+{n}")
            await front.get(f"{ALL}?alarms=P{n}D" if n % 2 else f"{ALL}?lang=zh&past=P{n}D")
            await front.get(f"/feeds/invented-{n}.ics")
            await front.get(f"/feeds/portfolio/secret-{n}.ics")
        await front.get(f"/calendar.ics?q={'x' * 5000}")
        assert len(front.app._known) <= 100
        assert front.answers._held <= 100_000
        held = sum(made.answer.bytes for made in front.answers._kept.values())
        assert held == front.answers._held
        assert not front.app._making
        assert (await front.get(ALL))[2] == good[2]

    asyncio.run(invent())


class Running:
    """One instance behind a real socket."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.horizon = build(Settings(database_url=database_url, events_file=folder / "none.yaml"))
        self._stack = ExitStack()
        socket = self._stack.enter_context(bound("127.0.0.1", 0))
        self.server = web_server(self.horizon)
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [socket]})
        self._thread.start()
        assert eventually(lambda: self.server.started)
        address = f"http://127.0.0.1:{socket.getsockname()[1]}"
        self.client = self._stack.enter_context(httpx2.Client(base_url=address, timeout=60))

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(120)
        self._stack.close()
        self.horizon.close()


@pytest.fixture
def instances(database_url: str, tmp_path: Path) -> Iterator[tuple[Running, Running]]:
    """Two on one database, with one feed of some events."""
    first, second = (Running(database_url, tmp_path) for _ in range(2))
    at = datetime.now(UTC)
    with first.horizon.store.writing(at) as writing:
        writing.put_feed(StoredFeed("all", "all", Filter(), False, None, "api", at, at, 0))
    for n in range(20):
        add(first.horizon, f"event-{n}", "2026-06-01")
    yield first, second
    for running in (first, second):
        running.stop()


def move(horizon: Horizon, id_: str, to: int) -> str:
    """Moves the event by days; gives the line that says so."""
    start = datetime(2027, 1, 1, tzinfo=UTC).date() + timedelta(days=to)
    with horizon.store.writing(datetime.now(UTC)) as writing:
        held = writing.event(id_)
        assert held is not None
        change = event_.revise(
            held, replace(held.details, when=day(start, start)), datetime.now(UTC)
        )
        assert change is not None
        writing.record(change, who="test", origin=Origin.API)
    return f"DTSTART;VALUE=DATE:{start:%Y%m%d}"


@pytest.mark.slow
def test_a_change_is_in_the_next_answer_here_and_soon_elsewhere(
    instances: tuple[Running, Running],
) -> None:
    first, second = instances
    for n in range(5):
        for running in instances:
            running.client.get(ALL)  # ready in both
        line = move(first.horizon, "event-0", n)
        assert line in first.client.get(ALL).text
        assert eventually(lambda line=line: line in second.client.get(ALL).text)
        time.sleep(0.1 * n)


def test_what_another_instance_has_committed_is_given_a_second_later(service: Service) -> None:
    front, clock = Front(service.horizon), [0.0]
    front.app._ticks = lambda: clock[0]
    with closing(build(service.horizon.settings, lambda: NOW)) as other:

        async def asking() -> None:
            before = (await front.get(ALL))[2]
            add(other, "newest", "2026-06-01")
            assert (await front.get(ALL))[2] == before
            clock[0] += 1
            assert b"newest@horizon" in (await front.get(ALL))[2]

        asyncio.run(asking())


@pytest.mark.slow
def test_bytes_and_validators_belong_together_whoever_writes(
    instances: tuple[Running, Running],
) -> None:
    """Writers at both instances, readers at both: what is given fits its ETag in either encoding,
    a 304 is never given for bytes that the reader does not have."""
    until = time.monotonic() + 4
    faults: list[str] = []
    answers = [0, 0]

    def write(running: Running, id_: str) -> None:
        n = 0
        while time.monotonic() < until:
            n += 1
            line = move(running.horizon, id_, n % 900)
            if line not in running.client.get(ALL).text:
                faults.append(f"{line} is not in the next answer")

    def read(running: Running, encoding: str) -> None:
        etag = ""
        with httpx2.Client(base_url=running.client.base_url, timeout=60) as client:
            while time.monotonic() < until:
                given = {"Accept-Encoding": encoding, "If-None-Match": etag}
                answer = client.get(ALL, headers=given)
                told = answer.headers["etag"].strip('"').removesuffix("-gzip")
                if answer.status_code == 304:
                    answers[1] += 1
                    if answer.headers["etag"] != etag:
                        faults.append(f"304 for {etag} names {answer.headers['etag']}")
                    continue
                answers[0] += 1
                etag = answer.headers["etag"]
                if (
                    answer.status_code != 200
                    or hashlib.sha256(answer.content).hexdigest()[:32] != told
                ):
                    faults.append(f"{answer.status_code} with {etag} for other bytes")

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(write, running, f"event-{n}") for n, running in enumerate(instances)]
        jobs += [
            pool.submit(read, running, encoding)
            for running in instances
            for encoding in ("gzip", "identity")
        ]
    for job in jobs:
        job.result()
    assert not faults, faults[:5]
    assert min(answers) > 20, answers
    # Still when all is over, and the same from both.
    assert eventually(lambda: len({r.client.get(ALL).content for r in instances}) == 1)
    assert len({r.client.get(ALL).headers["etag"] for r in instances}) == 1


def test_the_compressed_bytes_are_the_bytes(service: Service) -> None:
    front = Front(service.horizon)

    async def both() -> tuple[bytes, bytes]:
        return (await front.get(ALL))[2], (await front.get(ALL, accept_encoding="gzip"))[2]

    plain, packed = asyncio.run(both())
    assert gzip.decompress(packed) == plain
