"""What programs send wrong: each gets its 4xx as a problem with pointers, and nothing is stored."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import Any

import pytest

from service.errors import StoreUnavailable
from tests.web.conftest import Service
from tests.web.running import running

API = "/api/v1"
JSON = {"Content-Type": "application/json"}
GOOD = b'{"title": "x", "when": "2026"}'


@pytest.fixture
def writer(service: Service) -> Service:
    service.client.headers.update(service.key())
    return service


def position(service: Service) -> int:
    with service.horizon.store.reading() as reading:
        return reading.position().seq


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        (b"", 400, "is empty"),
        (b"   ", 400, "is empty"),
        (b"{", 400, "is not JSON"),
        (b"nonsense", 400, "is not JSON"),
        (b'{"title": "\xff\xfe", "when": "2026"}', 400, "is not UTF-8 (at byte 12)"),
        (b'{"title": "a\x00b", "when": "2026"}', 400, "is not JSON"),
        (b'{"title": "a\\u0000b", "when": "2026"}', 422, "U+0000"),
        (b'{"title": "a\\ud800b", "when": "2026"}', 422, "U+D800"),
        (b"[" * 100_000, 400, "nested deeper"),
        (b'{"titles":' * 100_000, 400, "nested deeper"),
        (
            b'{"title": "x", "when": "2026", "tags": ' + b"[" * 60 + b"]" * 60 + b"}",
            400,
            "nested deeper",
        ),
        (b"[]", 422, "must be a JSON object, not a list"),
        (b"null", 422, "must be a JSON object, not null"),
        (b'"text"', 422, "must be a JSON object"),
        (b'{"title": "x", "title": "y", "when": "2026"}', 400, "stands twice"),
        (b'{"title": "x", "when": NaN}', 400, "NaN is no JSON number"),
        (b'{"title": "x", "when": ' + b"9" * 5000 + b"}", 400, "cannot be read"),
        (b'{"title": 5, "when": "2026"}', 422, "in quotes"),
        (b'{"title": "x", "when": "2026-02-30"}', 422, "28 days"),
        (b'{"title": "x", "when": "2026-05-14/2026-05-13"}', 422, "before it starts"),
        (b'{"title": "x", "when": "2026", "timezone": "Mars/Olympus"}', 422, "no IANA time zone"),
        (b'{"title": "x", "when": "2026", "titel": "y"}', 422, "did you mean title?"),
        (b'{"text": "no date in it"}', 422, "no date with an event was understood"),
        (b"{}", 422, "is required"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused(
    writer: Service, body: bytes, status: int, says: str
) -> None:
    before = position(writer)
    answer = writer.client.post(f"{API}/events", content=body, headers=JSON)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.text.replace('\\"', '"')
    assert len(answer.text) < 2000
    assert position(writer) == before


def test_a_title_of_two_megabytes_is_too_large(writer: Service) -> None:
    body = b'{"title": "' + b"x" * 2_000_000 + b'", "when": "2026"}'
    for content in (body, iter([body])):  # with its length, and in chunks without
        answer = writer.client.post(f"{API}/events", content=content, headers=JSON)
        assert (answer.status_code, answer.json()["status"]) == (413, 413)


@pytest.mark.parametrize(
    "type_", ["text/plain", "application/x-www-form-urlencoded", "nonsense", ""]
)
def test_another_media_type_is_refused_with_what_to_send(writer: Service, type_: str) -> None:
    answer = writer.client.post(f"{API}/events", content=GOOD, headers={"Content-Type": type_})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


def test_a_merge_patch_may_say_that_it_is_one(writer: Service) -> None:
    headers = {"Content-Type": "application/merge-patch+json; charset=utf-8"}
    url = f"{API}/events/rules"
    assert (
        writer.client.patch(url, content=b'{"location": "x"}', headers=headers).status_code == 200
    )


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("/events?limit=-1", "/limit"),
        ("/events?limit=0", "/limit"),
        ("/events?limit=501", "/limit"),
        ("/events?limit=ten", "/limit"),
        ("/events?limit=٣", "/limit"),
        ("/events?limit=1&limit=2", "/limit"),
        ("/events?cursor=made-up", "/cursor"),
        ("/events?cursor=", "/cursor"),
        ("/events?cursor=WzEsMiwzLDRd", "/cursor"),
        ("/events?cursor=%00", "/cursor"),
        ("/events?cursor=" + "W" * 3000, "/cursor"),
        ("/events?colour=red", "/colour"),
        ("/events?kind=conferense", "/kind"),
        ("/events?from=2026-05", "/from"),
        ("/events?as_of=yesterday", "/as_of"),
        ("/events?as_of=2026-05-01", "/as_of"),
        ("/events/rules?colour=red", "/colour"),
        ("/events/rules/history?since=1", "/since"),
        ("/changes?since=-1", "/since"),
        ("/changes?since=1e3", "/since"),
        ("/changes?since=99999999999999999999", "/since"),
        ("/changes?limit=1000", "/limit"),
        ("/feeds?limit=1", "/limit"),
    ],
)
def test_a_query_that_makes_no_sense_is_400_with_its_key(
    writer: Service, path: str, pointer: str
) -> None:
    answer = writer.client.get(API + path)
    assert answer.status_code == 400, answer.text
    assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]


def test_a_cursor_of_another_filter_is_refused(writer: Service) -> None:
    cursor = writer.client.get(f"{API}/events?limit=1").json()["next"]
    answer = writer.client.get(f"{API}/events?limit=1&kind=conference&cursor={cursor}")
    assert answer.status_code == 400
    assert "another filter" in answer.text


@pytest.mark.parametrize("id_", ["Bad", "a b", "百度", "a" * 101, "a_b", "%00", "a%2Fb"])
def test_an_id_that_no_event_can_have(writer: Service, id_: str) -> None:
    assert writer.client.get(f"{API}/events/{id_}").status_code == 404
    answer = writer.client.put(f"{API}/events/{id_}", content=GOOD, headers=JSON)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_id_cannot_be_changed_and_a_taken_one_not_created(writer: Service) -> None:
    taken = writer.client.post(f"{API}/events", json={"id": "rules", "title": "x", "when": "2026"})
    assert taken.status_code == 409
    url = f"{API}/events/rules"
    assert writer.client.patch(url, json={"id": "other"}).json()["errors"][0]["pointer"] == "/id"
    body = {"id": "other", "title": "x", "when": "2026"}
    assert writer.client.put(url, json=body).json()["errors"][0]["pointer"] == "/id"
    assert writer.client.patch(url, json={"title": None}).json()["errors"][0]["pointer"] == "/title"
    assert writer.client.patch(f"{API}/events/none", json={}).status_code == 404


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
def test_an_idempotency_key_that_cannot_be_kept(writer: Service, key: str) -> None:
    answer = writer.client.post(
        f"{API}/events", content=GOOD, headers={**JSON, "Idempotency-Key": key}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/events", {"GET", "POST"}),
        ("GET", "/events/batch", None),
        ("POST", "/events/rules", {"GET", "PUT", "PATCH", "DELETE"}),
        ("POST", "/changes", {"GET"}),
        ("GET", "/nowhere", None),
    ],
)
def test_what_is_not_there_or_not_allowed_is_a_problem_too(
    writer: Service, method: str, path: str, allowed: set[str] | None
) -> None:
    answer = writer.client.request(method, API + path)
    assert answer.status_code == (404 if allowed is None else 405)
    assert answer.json()["status"] == answer.status_code
    if allowed:
        assert allowed <= set(answer.headers["allow"].replace(" ", "").split(","))


def test_a_database_gone_in_mid_request_is_503_and_nothing_is_half_done(
    writer: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.store import Writing

    before = position(writer)
    real = Writing.record_new

    def failing(self: Writing, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        raise StoreUnavailable("the database has gone away")

    monkeypatch.setattr(Writing, "record_new", failing)
    events = [{"title": f"E{n}", "when": "2026"} for n in range(3)]
    answer = writer.client.post(f"{API}/events/batch", json={"events": events})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["type"] == "urn:horizon:problem:database-unavailable"
    monkeypatch.undo()
    assert position(writer) == before

    @contextmanager
    def gone(self: object) -> Any:
        raise StoreUnavailable("the database cannot be reached")
        yield

    monkeypatch.setattr("service.store.Store.reading", gone)
    assert writer.client.get(f"{API}/events").status_code == 503


def begun(writer: Service, length: bytes, sent: bytes) -> bytes:
    """The answer to a request to add an event, of whose body no more comes than that."""
    key = writer.key(name="begun")["Authorization"].encode()
    with running(writer.horizon) as address, socket.create_connection(address, 10) as connection:
        connection.sendall(
            b"POST /api/v1/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b"Authorization: " + key + b"\r\n" + length + b"\r\n\r\n" + sent
        )
        return connection.recv(65536)


@pytest.mark.parametrize(
    ("length", "sent"),
    [
        (b"Content-Length: 1000001", b"{"),
        (b"Transfer-Encoding: chunked", b"f4241\r\n" + b" " * 1_000_001 + b"\r\n"),
    ],
    ids=["announced", "in chunks"],
)
def test_a_body_that_is_too_large_is_not_read_to_its_end(
    writer: Service, monkeypatch: pytest.MonkeyPatch, length: bytes, sent: bytes
) -> None:
    monkeypatch.setattr("service.web.bodies.MAX_WAIT", 2)
    assert begun(writer, length, sent).startswith(b"HTTP/1.1 413 ")


def test_a_body_that_does_not_come_is_given_up(
    writer: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.bodies.MAX_WAIT", 0.05)
    assert begun(writer, b"Content-Length: 100", b"{").startswith(b"HTTP/1.1 408 ")
