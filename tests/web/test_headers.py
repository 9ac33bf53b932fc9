"""What every answer tells a browser not to do, and whom the service believes about who asks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from service.core.access.rate_limit import Rate
from service.settings import Settings
from tests.web.conftest import Service, serving, settings
from tests.web.running import running

HTTPS = "https://calendar.example.org"
ALL = "/feeds/all.ics"


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Service]:
    yield from serving(settings(tmp_path, base_url=HTTPS))


def check(answer: httpx2.Response, where: str, *, feed: bool = False) -> None:
    told = {name: value for name, value in answer.headers.multi_items() if name != "set-cookie"}
    assert len(told) == len([n for n, _ in answer.headers.multi_items() if n != "set-cookie"]), (
        where
    )
    policy = told["content-security-policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy, where
    assert "unsafe" not in policy
    assert told["x-content-type-options"] == "nosniff", where
    assert told["referrer-policy"] == "no-referrer", where
    assert told["cross-origin-opener-policy"] == "same-origin", where
    assert "camera=()" in told["permissions-policy"], where
    assert told["cross-origin-resource-policy"] == ("cross-origin" if feed else "same-origin"), (
        where
    )
    assert "server" not in told, where


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/docs", 200),
        ("/openapi.json", 200),
        ("/sign-in", 200),
        ("/sign-in?token=x", 200),
        ("/add", 401),
        ("/nowhere", 404),
        ("/static/horizon.css", 200),
        ("/static/nothing", 404),
        ("/robots.txt", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/metrics", 200),
        ("/api/v1/events", 200),
        ("/api/v1/events?nonsense=1", 400),
        ("/api/v1/deliveries", 401),
        ("/api/v1/events/rules.ics", 200),
    ],
)
def test_every_answer_has_the_security_headers(public: Service, path: str, status: int) -> None:
    for method in ("GET", "HEAD"):
        answer = public.client.request(method, path)
        assert answer.status_code == status
        check(answer, path)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert answer.headers["date"] == "Mon, 27 Apr 2026 00:30:00 GMT"


def test_answers_to_what_is_refused_have_them_too(public: Service) -> None:
    key = public.key()
    for answer, status in (
        (public.client.delete("/api/v1/events"), 405),
        (public.client.post("/api/v1/events", json={}, headers=key), 422),
        (public.client.post("/api/v1/events", content=b"x", headers=key), 400),
        (public.client.post("/sign-in", data={"key": "x"}), 403),
        (public.client.post("/slack/events", content=b"x"), 404),
    ):
        assert answer.status_code == status, answer.text
        check(answer, answer.text)


def test_feeds_have_them_from_memory_and_from_the_routes(public: Service) -> None:
    first = public.client.get(ALL)
    tag = first.headers["etag"]
    answers = [
        first,
        public.client.get(ALL),
        public.client.get(ALL, headers={"If-None-Match": tag}),
        public.client.get(ALL, headers=public.key("read")),
        public.client.get("/calendar.json?kind=launch"),
        public.client.get("/calendar.ics?nonsense=1"),
        public.client.get("/feeds/nothing.ics"),
        public.client.get("/feeds/portfolio/wrong.ics"),
        public.client.get(f"/feeds/portfolio/{public.secret}.ics"),
        public.client.head(ALL),
    ]
    statuses = [200, 200, 304, 200, 200, 400, 404, 404, 200, 200]
    assert [answer.status_code for answer in answers] == statuses
    for answer in answers:
        check(answer, str(answer.url), feed=True)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert answer.headers["date"] == "Mon, 27 Apr 2026 00:30:00 GMT"


def test_a_crash_has_them(public: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("service.operations.feeds.FeedAnswers.get", broken)
    monkeypatch.setattr("service.store.Store.reading", broken)
    for path, feed in ((ALL, True), ("/api/v1/events", False), ("/", False)):
        answer = public.client.get(path)
        assert answer.status_code == 500
        check(answer, path, feed=feed)


def test_https_is_demanded_only_where_the_address_is_https(service: Service) -> None:
    for path in ("/", ALL, ALL, "/nowhere"):
        assert "strict-transport-security" not in service.client.get(path).headers


def test_what_is_no_http_is_answered_with_them(service: Service) -> None:
    with running(service.horizon) as address, socket.create_connection(address, 5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")
        told = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert told.startswith("HTTP/1.1 400 ")
    for header in ("nosniff", "default-src 'none'", "no-referrer", "cross-origin-opener-policy"):
        assert header in told


def wrong_keys(horizon: Service, *from_: str, **headers: str) -> list[int]:
    """The answers to a wrong key for each address that the request says it is for."""
    with running(horizon.horizon) as (host, port):
        base = f"http://{host}:{port}"
        with httpx2.Client(base_url=base, headers={"Authorization": "Bearer x"}) as client:
            return [
                client.get(
                    "/api/v1/events", headers={"X-Forwarded-For": address, **headers}
                ).status_code
                for address in from_
            ]


def test_a_strangers_word_does_not_change_whose_wrong_keys_are_counted(tmp_path: Path) -> None:
    for alone in serving(settings(tmp_path, limit_wrong_keys=Rate(2, 60.0))):
        made_up = [f"198.51.100.{n}" for n in range(4)]
        assert wrong_keys(alone, *made_up) == [401, 401, 429, 429]
    elsewhere = settings(tmp_path, limit_wrong_keys=Rate(2, 60.0), trusted_proxies=("10.1.0.0/16",))
    for behind_another in serving(elsewhere):
        assert wrong_keys(behind_another, *made_up) == [401, 401, 429, 429]


def test_a_proxy_that_the_settings_name_tells_who_asks(tmp_path: Path) -> None:
    proxied = settings(
        tmp_path, limit_wrong_keys=Rate(2, 60.0), trusted_proxies=("127.0.0.0/8", "10.0.0.1")
    )
    for behind in serving(proxied):
        first, second = "198.51.100.7", "198.51.100.8"
        assert wrong_keys(behind, first, first, first, second) == [401, 401, 429, 401]
    for behind in serving(proxied):
        # What the client itself wrote stands before what the proxies added, and counts for nothing.
        made_up = [f"192.0.2.{n}, 198.51.100.9, 10.0.0.1" for n in range(3)]
        assert wrong_keys(behind, *made_up) == [401, 401, 429]


def test_no_header_of_a_request_changes_the_links_that_are_made(tmp_path: Path) -> None:
    """Not even a trusted proxy's: addresses are made of HORIZON_BASE_URL alone."""
    told = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "host=evil.example;proto=gopher",
        "Host": "evil.example",
    }
    given = settings(tmp_path, base_url=HTTPS, trusted_proxies=("127.0.0.1",))
    for service in serving(given):
        with running(service.horizon) as (host, port):
            base = f"http://{host}:{port}"
            for path in ("/", ALL, "/feeds/all.json", "/feeds/all.xml", "/subscribe", "/docs"):
                answer = httpx2.get(base + path, headers=told, timeout=60)
                assert answer.status_code == 200
                assert "evil" not in answer.text, path
                assert "gopher" not in answer.text, path
                assert "evil" not in str(answer.headers), path
            moved = httpx2.post(base + "/sign-out", headers=told, timeout=60)
            assert "evil" not in moved.headers.get("location", "")


@pytest.mark.parametrize(
    "text", ["*", "localhost", "127.0.0.1,", "10.0.0.1/8", "proxy.example.org"]
)
def test_what_is_no_address_of_a_proxy_is_refused(tmp_path: Path, text: str) -> None:
    from service.errors import SettingsError
    from service.settings import read_settings

    with pytest.raises(SettingsError, match=r"HORIZON_TRUSTED_PROXIES: .* such as 172"):
        read_settings({"HORIZON_TRUSTED_PROXIES": text}, tmp_path)
    two = read_settings({"HORIZON_TRUSTED_PROXIES": "::1, 172.16.0.0/12"}, tmp_path)
    assert two == Settings(trusted_proxies=("::1", "172.16.0.0/12"))


def test_a_script_of_any_page_may_read_what_everyone_may(public: Service) -> None:
    """A dashboard on another host could fetch no feed: its browser kept the answer from it."""
    origin = {"Origin": "https://dashboard.example"}
    for path in (
        ALL,
        ALL,  # from memory
        "/feeds/all.json",
        "/calendar.ics?kind=launch",
        "/calendar.ics?nonsense=1",
        "/feeds/nothing.ics",
        "/api/v1/events",
        "/api/v1/events/rules",
        "/api/v1/events/nothing",
        "/api/v1/events/rules.ics",
    ):
        answer = public.client.get(path, headers=origin)
        assert answer.headers.get_list("access-control-allow-origin") == ["*"], path
        assert "access-control-allow-credentials" not in answer.headers


def test_no_other_page_may_write_or_read_what_needs_a_key(public: Service, tmp_path: Path) -> None:
    origin = {"Origin": "https://dashboard.example"}
    asked = {**origin, "Access-Control-Request-Method": "POST"}
    for answer in (
        public.client.get("/", headers=origin),
        public.client.post("/api/v1/events", json={}, headers={**public.key(), **origin}),
        public.client.options("/api/v1/events", headers=asked),
    ):
        assert "access-control-allow-origin" not in answer.headers
    closed = settings(tmp_path / "closed", public_read=False)
    for service in serving(closed):
        secret = f"/feeds/portfolio/{service.secret}.ics"
        reader = service.key("read")
        for path, key in ((ALL, reader), ("/api/v1/events", reader), (secret, {})):
            answer = service.client.get(path, headers={**origin, **key})
            assert answer.status_code == 200
            assert "access-control-allow-origin" not in answer.headers, path
