"""Addresses: what may be asked, what comes of it, within which limits. The internet is a server of this
machine, which a test allows; what a test does not allow is refused as in earnest."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from service.errors import FetchFailed, HorizonError, InvalidInput
from service.fetching import Fetched, FetchLimits, fetch, is_public

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@dataclass
class Internet:
    port: int
    asked: list[tuple[str, str]] = field(default_factory=list)

    def at(self, path: str, host: str = "example.org") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def internet() -> Iterator[Internet]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append((self.headers["Host"], self.path))
            path, _, rest = self.path.partition("?")
            match path:
                case "/redirect":
                    self.send_response(302)
                    self.send_header("Location", rest)
                    self.end_headers()
                case "/loop":
                    self.send_response(301)
                    self.send_header("Location", "/loop")
                    self.end_headers()
                case "/gzip":
                    self.answer(gzip.compress(CALENDAR), **{"Content-Encoding": "gzip"})
                case "/bomb":
                    # Small enough as it comes.
                    self.answer(gzip.compress(b"0" * 500_000), **{"Content-Encoding": "gzip"})
                case "/broken":
                    self.answer(b"no gzip", **{"Content-Encoding": "gzip"})
                case "/large":
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(b"0" * 2000)
                case "/announced":
                    self.send_response(200)
                    self.send_header("Content-Length", "2000")
                    self.end_headers()
                    over.wait(120)
                case "/endless":
                    self.send_response(200)
                    self.end_headers()
                    self.drip(b"0")
                case "/headers":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    self.drip(b"X")
                case "/short":
                    self.send_response(200)
                    self.send_header("Content-Length", "1000")
                    self.end_headers()
                    self.wfile.write(b"0")
                case "/gone":
                    self.send_error(410)
                case _:
                    self.answer(CALENDAR)

        def answer(self, data: bytes, **headers: str) -> None:
            self.send_response(200)
            for name, value in {"Content-Type": "text/calendar", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def drip(self, what: bytes) -> None:
            while not over.is_set():
                try:
                    self.wfile.write(what)
                except OSError:
                    return
                time.sleep(0.05)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    over = threading.Event()
    server = Quiet(("127.0.0.1", 0), Handler)
    known = Internet(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    yield known
    over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def got(url: str, limits: FetchLimits = FetchLimits(size=1_000_000, seconds=5)) -> Fetched:  # noqa: B008
    names = {"example.org": ["127.0.0.1"], "inside.example": ["127.0.0.2"]}
    return fetch(
        url,
        limits=limits,
        resolve=lambda host, port: names[host],
        allowed=lambda address: str(address) == "127.0.0.1",
    )


def refused(url: str, limits: FetchLimits = FetchLimits(size=1_000_000, seconds=5)) -> str:  # noqa: B008
    with pytest.raises(HorizonError) as refusal:
        got(url, limits)
    assert isinstance(refusal.value, InvalidInput | FetchFailed)
    return str(refusal.value)


def test_what_is_there_comes_with_its_name_and_type(internet: Internet) -> None:
    found = got(internet.at("/a/cal%C3%A9.ics?key=1#part"))
    assert found == Fetched(
        CALENDAR, "text/calendar", internet.at("/a/cal%C3%A9.ics?key=1"), "calé.ics"
    )
    assert internet.asked == [(f"example.org:{internet.port}", "/a/cal%C3%A9.ics?key=1")]
    assert got(internet.at("/gzip")).data == CALENDAR


def test_redirects_are_followed_and_checked_each(internet: Internet) -> None:
    assert got(internet.at("/redirect?/there")).url == internet.at("/there")
    inside = internet.at("/secret", "inside.example")
    assert "not on the public internet" in refused(internet.at(f"/redirect?{inside}"))
    assert "must begin with" in refused(internet.at("/redirect?file:///etc/passwd"))
    assert "redirects more than 5 times" in refused(internet.at("/loop"))
    assert all(path != "/secret" for _, path in internet.asked)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/large", "larger than 1,000 bytes"),
        ("/announced", "larger than 1,000 bytes"),
        ("/bomb", "larger than 1,000 bytes"),
        ("/broken", "packed, and broken"),
        ("/short", "cut off"),
        ("/gone", "answers with 410"),
    ],
)
def test_an_answer_that_is_none(internet: Internet, path: str, told: str) -> None:
    assert told in refused(internet.at(path), FetchLimits(size=1000, seconds=5))


@pytest.mark.parametrize("path", ["/endless", "/headers"])
@pytest.mark.slow
def test_who_drips_is_cut_off_in_time(internet: Internet, path: str) -> None:
    assert "did not send everything within 0.6 seconds" in refused(
        internet.at(path), FetchLimits(seconds=0.6)
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost:8000/", "https://[::1]/", "http://10.1.2.3/", "http://192.168.0.1/",
        "http://172.16.0.1/", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://0.0.0.0/",
        "http://0/", "http://2130706433/", "http://0x7f.1/", "http://[::ffff:127.0.0.1]/", "http://[fd00::1]/",
        "http://[fe80::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[::]/",
        "http://224.0.0.1/", "http://255.255.255.255/", "webcal://127.0.0.1/a.ics",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused_in_earnest(url: str) -> None:
    with pytest.raises(HorizonError) as refusal:
        fetch(url, limits=FetchLimits(seconds=5))
    told = str(refusal.value)
    assert "not on the public internet" in told or "there is no host" in told


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://example.org/a", "must begin with https://"),
        ("file:///etc/passwd", "must begin with https://"),
        ("example.org/a.ics", "must begin with https://"),
        ("https://", "must begin with https://"),
        ("https://user:geheim@example.org/", "has a user name or password"),
        ("https://example.org:99999/", "is no address"),
        ("https://example.org/a b", "is no address"),
        ("https://exa\nmple.org/", "is no address"),
        ("https://[::1/", "is no address"),
        ("https://" + "a" * 5000, "is no address"),
    ],
)
def test_what_is_no_such_address(url: str, told: str) -> None:
    said = refused(url)
    assert told in said
    assert "geheim" not in said


def test_every_address_of_a_name_has_to_be_public(internet: Internet) -> None:
    with pytest.raises(InvalidInput):
        fetch(internet.at("/"), resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"])
    assert internet.asked == []


def test_the_name_is_asked_for_once(internet: Internet) -> None:
    """A name server that answers with a public address first, and with this machine's after the check."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    found = fetch(
        internet.at("/"),
        resolve=lambda host, port: next(answers),
        allowed=lambda address: str(address) == "127.0.0.1",
    )
    assert found.data == CALENDAR
    assert len(internet.asked) == 1


def test_a_host_that_is_not_there() -> None:
    def none(host: str, port: int) -> list[str]:
        raise OSError("not known")

    with pytest.raises(FetchFailed, match=r"there is no host nothing\.example; check the address"):
        fetch("https://nothing.example/a", resolve=none)


@pytest.mark.parametrize(
    ("text", "public"),
    [("93.184.216.34", True), ("2606:2800:220:1::1", True), ("2002:5db8:d822::1", True),
     ("192.0.2.1", False), ("198.18.0.1", False), ("240.0.0.1", False), ("2001:db8::1", False),
     ("192.0.0.192", False), ("168.63.129.16", False), ("168.63.129.17", True), ("192.88.99.1", False),
     ("fec0::1", False), ("feff::1", False), ("3fff::1", False), ("5f00::1", False),
     ("64:ff9b:1:7f00:0:100:808:808", False), ("64:ff9b::808:808", True)],
)  # fmt: skip
def test_public_addresses(text: str, public: bool) -> None:
    assert is_public(ip_address(text)) is public
