"""What comes over a connection, byte by byte: what is no HTTP, what does not end, what comes too early."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from service.web.http import MOST_AHEAD, MOST_OF_HEAD
from tests.web.conftest import Service
from tests.web.running import running

ALL = "/feeds/all.ics"


@contextmanager
def connected(service: Service) -> Iterator[socket.socket]:
    with running(service.horizon) as address, socket.create_connection(address, 10) as connection:
        yield connection


def heard(connection: socket.socket) -> bytes:
    """Everything until the server hangs up."""
    data = b""
    while piece := connection.recv(65536):
        data += piece
    return data


def answers(connection: socket.socket, number: int) -> list[tuple[int, bytes]]:
    """The status and body of so many answers, each with its length."""
    reader, found = connection.makefile("rb"), []
    for _ in range(number):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = reader.readline()
            assert line, "it has hung up"
            head += line
        length = re.search(rb"(?i)content-length: (\d+)", head)
        status = int(head.split()[1])
        body = reader.read(int(length[1])) if length and status != 304 else b""
        found.append((status, body))
    return found


def event(id_: str) -> bytes:
    return json.dumps({"id": id_, "title": "One", "when": "2031-05"}).encode()


def post(service: Service, body: bytes, *more: bytes) -> bytes:
    key = service.key()["Authorization"].encode()
    length = b"Content-Length: %d" % len(body)
    lines = (b"Host: a", b"Content-Type: application/json", b"Authorization: " + key, length, *more)
    return b"POST /api/v1/events HTTP/1.1\r\n%b\r\n\r\n%b" % (b"\r\n".join(lines), body)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "no valid HTTP"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "no valid HTTP"),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "no valid",
        ),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "no valid HTTP",
        ),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n", "no valid HTTP"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n", "no valid HTTP"),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", "no valid HTTP"),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "no valid HTTP"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "no valid HTTP"),
        (b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "no valid HTTP"),
        (b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", "no valid HTTP"),
        (b"GET / HTTP/1.1\r\n\r\n", "one Host"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "one Host"),
    ],
)
def test_what_is_no_http_is_a_problem(service: Service, sent: bytes, why: str) -> None:
    with connected(service) as connection:
        connection.sendall(sent)
        head, _, body = heard(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"application/problem+json" in head
    assert b"connection: close" in head
    told = json.loads(body)
    assert told["type"] == "urn:horizon:problem:malformed-request"
    assert why in told["detail"]


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /" + b"a" * MOST_OF_HEAD,
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * MOST_OF_HEAD,
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * (MOST_OF_HEAD // 6),
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * (MOST_OF_HEAD // 6) + b"\r\n",
    ],
)
def test_a_head_has_a_bound_whether_or_not_it_ends(service: Service, begun: bytes) -> None:
    with connected(service) as connection:
        connection.sendall(begun)
        answer = heard(connection)
    assert answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert b"65,536 bytes" in answer


@pytest.mark.parametrize(
    "begun",
    [b"1;", b"0\r\nX: "],
    ids=["a chunk's extension", "a trailer"],
)
def test_what_stands_between_chunks_has_a_bound(service: Service, begun: bytes) -> None:
    key = service.key()["Authorization"].encode()
    with connected(service) as connection:
        connection.sendall(
            b"POST /api/v1/events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b"Authorization: %b\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n%b" % (key, begun)
        )
        try:
            for _ in range(20):
                connection.sendall(b"a" * MOST_OF_HEAD)
            assert heard(connection).startswith(b"HTTP/1.1 431 ")
        except ConnectionError:
            pass  # it has hung up on us before we had said all


def test_a_trailer_is_no_header_of_this_request_or_the_next(service: Service) -> None:
    key = service.key("read")["Authorization"].encode()
    with connected(service) as connection:
        connection.sendall(
            b"POST /api/v1/events HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2\r\n{}\r\n0\r\nAuthorization: %b\r\n\r\n" % key
        )
        assert answers(connection, 1)[0][0] == 401
        connection.sendall(b"GET /api/v1/deliveries HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answers(connection, 1)[0][0] == 401


@pytest.mark.parametrize("pieces", [1, 7, 10_000])
@pytest.mark.parametrize("protocol", [b"h2c", b"websocket"])
def test_a_request_for_another_protocol_keeps_its_body(
    service: Service, protocol: bytes, pieces: int
) -> None:
    """Java's own client asks for h2c in each request."""
    request = post(
        service,
        event("upgraded"),
        b"Connection: Upgrade, HTTP2-Settings",
        b"Upgrade: " + protocol,
        b"HTTP2-Settings: AAMAAABkAAQAAP__",
    )
    length = -(-len(request) // pieces)
    with connected(service) as connection:
        for start in range(0, len(request), length):
            connection.sendall(request[start : start + length])
        assert answers(connection, 1)[0][0] == 201
        connection.sendall(
            b"GET %b HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: %b\r\n\r\n"
            % (ALL.encode(), protocol)
        )
        assert answers(connection, 1)[0][0] == 200


@pytest.mark.parametrize("target", [b"http://a/healthz", b"http://a:80/healthz?", b"/healthz?x=1"])
def test_a_target_may_name_its_host(service: Service, target: bytes) -> None:
    """As proxies send it (RFC 9112 3.2.2)."""
    with connected(service) as connection:
        connection.sendall(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % target)
        assert answers(connection, 1)[0][0] == 200


@pytest.mark.parametrize("target", [b"*", b"http://a"])
def test_a_target_without_a_path_is_answered(service: Service, target: bytes) -> None:
    with connected(service) as connection:
        connection.sendall(b"OPTIONS %b HTTP/1.1\r\nHost: a\r\n\r\n" % target)
        status, body = answers(connection, 1)[0]
    assert status in (400, 404, 405)
    assert json.loads(body)["type"].startswith("urn:horizon:problem:")


def test_requests_that_come_together_are_answered_in_their_order(service: Service) -> None:
    feed = b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % ALL.encode()
    health = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    with connected(service) as connection:
        connection.sendall(feed)
        (first,) = answers(connection, 1)
        connection.sendall(feed + health + post(service, event("one")) + feed + b"no HTTP\r\n\r\n")
        found = answers(connection, 4)
        assert connection.recv(1) == b""
    assert [status for status, _ in found] == [200, 200, 201, 200]
    assert found[0] == first
    assert json.loads(found[1][1])["status"] == "ok"
    assert b"one@horizon" in found[3][1]


def test_who_asks_without_waiting_is_answered_so_far_and_no_further(service: Service) -> None:
    with connected(service) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 500)
        told = heard(connection)
    assert 1 < told.count(b"HTTP/1.1 200 OK") <= MOST_AHEAD + 2
    assert told.count(b"HTTP/1.1") == told.count(b"HTTP/1.1 200 OK")
    assert told.rpartition(b"HTTP/1.1")[2].count(b"connection: close") == 1


def test_a_feed_that_is_ready_is_the_same_as_one_that_is_not(service: Service) -> None:
    """Bytes and headers, whatever the server takes the short way for."""

    def lines(connection: socket.socket) -> tuple[list[bytes], bytes]:
        head, _, body = heard(connection).partition(b"\r\n\r\n")
        return sorted(line for line in head.split(b"\r\n") if line != b"connection: close"), body

    def asked(*more: bytes) -> bytes:
        return b"GET %b HTTP/1.1\r\n%b\r\n\r\n" % (ALL.encode(), b"\r\n".join([b"Host: a", *more]))

    with running(service.horizon) as address:
        for more in (
            [],
            [b"Accept-Encoding: gzip"],
            [b'If-None-Match: "x", *'],
            [b"If-None-Match: *"],
            [b"X-Request-ID: a-1"],
            [b"X-Request-ID: what is none"],
        ):
            with socket.create_connection(address, 10) as one:
                one.sendall(asked(*more, b"Connection: close"))
                slow = lines(one)
            with socket.create_connection(address, 10) as two:
                two.sendall(asked(*more))
                two.shutdown(socket.SHUT_WR)
                fast = lines(two)
            assert fast == slow, more
