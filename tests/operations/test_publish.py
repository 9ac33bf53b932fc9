"""Public feeds as files: the service's bytes, only what changed, nobody else's files touched."""

from __future__ import annotations

import gzip
import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from service.errors import Conflict, HorizonError, InvalidInput, StoreUnavailable
from service.operations.publish import MANIFEST, Published, Publisher, _locked
from tests.acceptance import nginx
from tests.web.conftest import FILE, Service, serving, settings

FORMS = [".ics", ".json", ".xml", "/changes.xml"]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    yield from serving(settings(tmp_path))


@pytest.fixture
def publisher(service: Service, tmp_path: Path) -> Publisher:
    return service.horizon.publisher(tmp_path / "public")


def files(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)) for path in found if not path.name.startswith(".")}


def test_every_public_feed_is_written_in_its_forms_and_no_private_one(
    service: Service, publisher: Publisher
) -> None:
    report = publisher.publish()
    expected = {f"feeds/all{form}{ending}" for form in FORMS for ending in ("", ".gz")}
    assert files(publisher.folder) == expected == set(report.written)
    for form in FORMS:
        path = publisher.folder / f"feeds/all{form}"
        answer = service.client.get(f"/feeds/all{form}")
        assert path.read_bytes() == answer.content
        assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == answer.content
        assert path.stat().st_mode & 0o044 == 0o044  # a web server is another user
    for path in publisher.folder.rglob("*"):
        assert "portfolio" not in str(path)
        assert not path.is_file() or service.secret.encode() not in path.read_bytes()


def test_only_what_has_changed_is_written(service: Service, publisher: Publisher) -> None:
    publisher.publish()

    def written() -> set[tuple[Path, int, int]]:
        found = [path for path in publisher.folder.rglob("*") if path.is_file()]
        return {(path, path.stat().st_ino, path.stat().st_mtime_ns) for path in found}

    before = written()
    report = publisher.publish()
    assert (report.written, report.removed, report.unchanged) == ((), (), 8)
    assert written() == before
    service.now = service.now.replace(hour=5)
    service.write(FILE.replace("when: 2026-05,", "when: 2026-05-19,"))
    report = publisher.publish()
    assert "feeds/all.ics" in report.written
    assert b"20260519" in (publisher.folder / "feeds/all.ics").read_bytes()
    # Last-Modified of a web server is when the bytes last changed.
    assert (publisher.folder / "feeds/all.ics").stat().st_mtime == service.now.timestamp()


def test_files_of_a_feed_that_is_gone_or_private_are_removed_and_no_others(
    service: Service, publisher: Publisher
) -> None:
    second = FILE.replace("  - {name: portfolio", "  - {name: law, title: x}\n  - {name: portfolio")
    service.write(second)
    publisher.publish()
    own = publisher.folder / "feeds" / "law" / "notes.txt"
    own.write_text("mine")
    (publisher.folder / "feeds" / "other.ics").write_text("mine too")
    service.write(second.replace("{name: law, title: x}", "{name: law, title: x, private: true}"))
    report = publisher.publish()
    assert len(report.removed) == 8
    assert not (publisher.folder / "feeds/law.ics").exists()
    assert own.exists()
    service.write(FILE.replace("  - {name: all, title: AI 事件日历}\n", ""))
    publisher.publish()
    assert files(publisher.folder) == {"feeds/law/notes.txt", "feeds/other.ics"}
    assert not (publisher.folder / "feeds" / "all").exists()


def test_a_manifest_that_names_other_files_removes_none(
    publisher: Publisher, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.ics"
    kept.write_text("mine")
    publisher.folder.mkdir()
    names = ["../kept.ics", "feeds/../../kept.ics", str(kept), "feeds/x.txt"]
    (publisher.folder / MANIFEST).write_text(json.dumps({"files": names}))
    assert publisher.publish().removed == ()
    assert kept.exists()
    (publisher.folder / MANIFEST).write_text("nonsense")
    with pytest.raises(InvalidInput, match="cannot be read; remove it"):
        publisher.publish()


def test_a_feed_that_cannot_be_made_keeps_its_files_and_stops_no_other(
    service: Service, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.write(
        FILE.replace("  - {name: portfolio", "  - {name: law, title: x}\n  - {name: portfolio")
    )
    publisher.publish()
    service.write(service.file.read_text("utf-8").replace("when: 2026-05,", "when: 2026-05-19,"))
    real = type(publisher.answers).get

    def failing(answers: Any, address: Any) -> Any:
        if address.name == "all":
            raise RuntimeError("no")
        return real(answers, address)

    monkeypatch.setattr(type(publisher.answers), "get", failing)
    before = (publisher.folder / "feeds/all.ics").read_bytes()
    report = publisher.publish()
    assert report.failed == ("all",)
    assert "feeds/law.ics" in report.written
    assert (publisher.folder / "feeds/all.ics").read_bytes() == before


def test_what_stands_in_the_way_is_said(
    service: Service, publisher: Publisher, tmp_path: Path
) -> None:
    with _locked(publisher.folder), pytest.raises(Conflict, match="another `horizon publish`"):
        publisher.publish()
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="cannot be written"):
        service.horizon.publisher(tmp_path / "file").publish()


def test_what_was_published_goes_away_when_reading_needs_a_key(
    service: Service, publisher: Publisher
) -> None:
    """The files would go on being served to everyone, by a web server that knows of no key."""
    written = publisher.publish().written
    assert "feeds/all.ics" in written
    closed = replace(service.horizon.settings, public_read=False)
    report = replace(service.horizon, settings=closed).publisher(publisher.folder).publish()
    assert (report.written, report.removed) == ((), tuple(sorted(written)))
    assert files(publisher.folder) == set()


def test_the_files_can_be_read_by_another_users_web_server(publisher: Publisher) -> None:
    before = os.umask(0o077)
    try:
        publisher.publish()
    finally:
        os.umask(before)
    assert stat.S_IMODE((publisher.folder / "feeds/all.ics").stat().st_mode) == 0o644


@pytest.mark.slow
def test_readers_of_the_files_never_see_half_of_one(service: Service, publisher: Publisher) -> None:
    publisher.publish()
    path = publisher.folder / "feeds/all.ics"
    stop = threading.Event()
    faults: list[bytes] = []

    def read() -> None:
        while not stop.is_set():
            data = path.read_bytes()
            if not data.endswith(b"END:VCALENDAR\r\n"):
                faults.append(data[-40:])

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(1, 21):
        service.write(FILE.replace("when: 2026-05,", f"when: 2026-05-{n:02d},"))
        assert "feeds/all.ics" in publisher.publish().written
    stop.set()
    reader.join()
    assert not faults


def test_watching_publishes_after_a_change_and_at_midnight_and_outlives_faults(
    service: Service, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Published | HorizonError] = []
    looks = iter(range(100))

    def wait(seconds: float) -> bool:
        assert seconds <= 1
        look = next(looks)
        if look == 1:
            service.write(FILE.replace("when: 2026-05,", "when: 2026-05-19,"))
        if look == 3:
            service.now = service.now.replace(month=5)
        if look == 5:
            monkeypatch.setattr("service.store.Store.reading", gone)
        if look == 8:
            monkeypatch.undo()
            service.write(FILE.replace("when: 2026-05,", "when: 2026-05-20,"))
        return look == 10

    def gone(*_: object) -> None:
        raise StoreUnavailable("the database is gone")

    publisher.watch(told.append, wait)
    kinds = [type(report) for report in told]
    assert kinds == [Published, Published, Published, StoreUnavailable, Published]
    assert b"20260520" in (publisher.folder / "feeds/all.ics").read_bytes()


@pytest.fixture
def proxied(publisher: Publisher, tmp_path: Path) -> Iterator[httpx2.Client]:
    """Through nginx with the example's configuration, and without the instances that it names."""
    servers = dict.fromkeys(nginx.SERVERS, "127.0.0.1:1")
    with (
        nginx.running(tmp_path, publisher.folder, servers) as address,
        httpx2.Client(base_url=address) as client,
    ):
        yield client


def test_nginx_serves_the_same_bytes(
    service: Service, publisher: Publisher, proxied: httpx2.Client
) -> None:
    publisher.publish()
    for form in FORMS:
        for encoding in ("gzip", "identity"):
            headers = {"Accept-Encoding": encoding}
            own = service.client.get(f"/feeds/all{form}", headers=headers)
            other = proxied.get(f"/feeds/all{form}", headers=headers)
            assert other.status_code == 200
            assert other.content == own.content
            for name in (
                "content-type",
                "content-encoding",
                "content-length",
                "last-modified",
                "cache-control",
            ):
                assert other.headers.get(name) == own.headers.get(name), (form, encoding, name)
            assert other.headers["vary"] == "Accept-Encoding"
            given = {**headers, "If-None-Match": other.headers["etag"]}
            assert proxied.get(f"/feeds/all{form}", headers=given).status_code == 304
    # What is not published is the service's, which is not there in this test.
    for path in (
        "/feeds/all.ics?lang=en",
        f"/feeds/portfolio/{service.secret}.ics",
        "/",
        f"/{MANIFEST}",
    ):
        assert proxied.get(path).status_code == 502, path
    assert proxied.get("/feeds/all.ics", headers={"Authorization": "Bearer x"}).status_code == 502
    assert proxied.get("/metrics").status_code == 403


def test_nginx_writes_down_no_private_feeds_address(
    service: Service, proxied: httpx2.Client, tmp_path: Path
) -> None:
    """Not even while Horizon is away, when nginx has much to say."""
    for path in (
        f"/feeds/portfolio/{service.secret}.ics",
        f"/feeds/portfolio/{service.secret}.xml",
    ):
        assert proxied.get(path).status_code == 502
    assert service.secret not in (tmp_path / "nginx.log").read_text("utf-8")


def test_many_who_connect_and_say_nothing_leave_room_for_others(
    publisher: Publisher, proxied: httpx2.Client
) -> None:
    publisher.publish()
    host, port = proxied.base_url.host, proxied.base_url.port
    assert port
    with ExitStack() as all_:
        for _ in range(600):
            held = all_.enter_context(socket.create_connection((host, port), 5))
            held.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert proxied.get("/feeds/all.ics").status_code == 200
