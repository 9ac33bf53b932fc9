"""Feeds over HTTP: addresses, conditional requests, and errors as problem+json."""

from __future__ import annotations

import gzip
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

import icalendar
import pytest

from service.store.condition import TRY_AGAIN
from tests.web.conftest import FILE, NOW, Service, serving, settings

ALL = "/feeds/all.ics"


def test_a_calendar_client_gets_a_calendar(service: Service) -> None:
    # Google sends no Accept header at all.
    answer = service.client.get(ALL, headers={"Accept": "", "Accept-Encoding": ""})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["content-disposition"] == 'inline; filename="all.ics"'
    assert answer.headers["cache-control"] == "public, no-cache"
    assert "content-encoding" not in answer.headers
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert [str(e["UID"]) for e in calendar.walk("VEVENT")] == [
        "google-io-2026@horizon",
        "baidu-create-2026@horizon",
        "rules@horizon",
    ]


def test_a_head_request_has_the_headers_and_no_body(service: Service) -> None:
    head, get = service.client.head(ALL), service.client.get(ALL)
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(get.headers)


def test_unchanged_bytes_are_not_sent_again(service: Service) -> None:
    first = service.client.get(ALL)
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    for headers in (
        {"If-None-Match": etag},
        {"If-None-Match": f'"other", W/{etag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": modified},
        {"If-None-Match": etag, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ):
        again = service.client.get(ALL, headers=headers)
        assert (again.status_code, again.content) == (304, b""), headers
        assert again.headers["etag"] == etag
        assert again.headers["last-modified"] == modified


def test_changed_bytes_are_sent_whatever_the_date_says(service: Service) -> None:
    first = service.client.get(ALL)
    service.write(FILE.replace("when: 2026-05,", "when: 2026-05-19/2026-05-20,"))
    for headers in (
        {"If-None-Match": first.headers["etag"]},
        {"If-Modified-Since": first.headers["last-modified"]},
        {"If-None-Match": '"other"', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ):
        assert service.client.get(ALL, headers=headers).status_code == 200, headers


def test_last_modified_is_never_later_than_the_date_of_the_answer(service: Service) -> None:
    for when in ("2026-05-19", "2026-05-20", "2026-05-21"):
        service.write(FILE.replace("when: 2026-05,", f"when: {when},"))
        answer = service.client.get(ALL)
        assert parsedate_to_datetime(answer.headers["last-modified"]) <= parsedate_to_datetime(
            answer.headers["date"]
        )


def test_gzip_only_where_it_is_asked_for_with_a_validator_of_its_own(service: Service) -> None:
    plain = service.client.get(ALL, headers={"Accept-Encoding": "br, gzip;q=0"})
    packed = service.client.get(ALL, headers={"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content  # httpx unpacks
    assert packed.headers["etag"] != plain.headers["etag"]
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 6, mtime=0))
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding, Authorization"
    either = service.client.get(ALL, headers={"If-None-Match": packed.headers["etag"]})
    assert either.status_code == 304


@pytest.mark.parametrize(
    ("path", "media_type", "file_name"),
    [
        ("/feeds/all.json", "application/json; charset=utf-8", "all.json"),
        ("/feeds/all.xml", "application/atom+xml; charset=utf-8", "all.xml"),
        ("/feeds/all/changes.xml", "application/atom+xml; charset=utf-8", "all-changes.xml"),
        ("/calendar.ics?kind=conference&lang=en", "text/calendar; charset=utf-8", "calendar.ics"),
        ("/calendar.json", "application/json; charset=utf-8", "calendar.json"),
        ("/calendar.xml", "application/atom+xml; charset=utf-8", "calendar.xml"),
    ],
)
def test_every_form_of_a_feed(service: Service, path: str, media_type: str, file_name: str) -> None:
    answer = service.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert file_name in answer.headers["content-disposition"]


def test_a_private_feed_is_found_only_by_its_secret_address(service: Service) -> None:
    for ending in (".ics", ".json", ".xml", "/changes.xml"):
        found = service.client.get(f"/feeds/portfolio/{service.secret}{ending}")
        assert found.status_code == 200
        assert found.headers["cache-control"] == "private, no-cache"
        for wrong in ("/feeds/portfolio", "/feeds/portfolio/x", f"/feeds/all/{service.secret}"):
            assert service.client.get(wrong + ending).status_code == 404
    assert "portfolio" not in service.client.get("/").text


def test_no_secret_address_stands_in_the_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    for ending in (".ics", ".json?lang=en", "/changes.xml", ".nothing", "/x/y"):
        service.client.get(f"/feeds/portfolio/{service.secret}{ending}")
    logged = [r.getMessage() for r in caplog.records if not r.name.startswith("httpx2")]
    assert any("/feeds/portfolio/***" in line for line in logged)
    assert not any(service.secret in line for line in logged)


@pytest.mark.parametrize(
    ("path", "status", "pointers"),
    [
        ("/feeds/none.ics", 404, []),
        ("/feeds/all.doc", 404, []),
        ("/nowhere", 404, []),
        ("/events/none", 404, []),
        ("/feeds/all.ics?lang=fr&past=x", 400, ["/lang", "/past"]),
        ("/feeds/all.ics?kind=conference", 400, ["/kind"]),
        ("/calendar.ics?kind=conferense&form=1&from=2026-02-30", 400, ["/form", "/from", "/kind"]),
        ("/feeds/%00.ics", 404, []),
        ("/feeds/%ff%fe.ics", 404, []),
        ("/calendar.ics?q=%00", 400, ["/q"]),
    ],
)
def test_errors_are_problems_with_pointers(
    service: Service, path: str, status: int, pointers: list[str]
) -> None:
    answer = service.client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert sorted(e["pointer"] for e in problem.get("errors", [])) == pointers


def test_a_wrong_method_says_which_are_right(service: Service) -> None:
    answer = service.client.post(ALL)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert answer.json()["title"] == "Method Not Allowed"


def test_robots_are_let_in_to_feeds(service: Service) -> None:
    answer = service.client.get("/robots.txt")
    assert answer.status_code == 200
    assert "Allow: /feeds/" in answer.text


def test_health_and_readiness(service: Service) -> None:
    assert service.client.get("/healthz").json() == {"status": "ok", "warnings": []}
    assert service.client.get("/readyz").json() == {"status": "ready", "warnings": []}
    service.write(FILE.replace("2026-07-15", "2026-02-30"))
    ready = service.client.get("/readyz")
    assert ready.status_code == 200
    (warning,) = ready.json()["warnings"]
    assert ": events.yaml:17:49: when: " in warning
    assert "2026-02 has 28 days" in warning
    assert service.client.get(ALL).status_code == 200  # the last good state
    service.write(FILE)
    assert service.client.get("/readyz").json()["warnings"] == []


def test_readiness_tells_of_a_disk_that_is_nearly_full(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Feeds go on when the disk of the database is full, so nothing showed before a change was lost."""
    free = 40_000_000

    def usage(_: Path) -> tuple[int, int, int]:
        return _Usage(100_000_000, 100_000_000 - free, free)

    monkeypatch.setattr("shutil.disk_usage", usage)
    ready = service.client.get("/readyz")
    assert ready.json() == {
        "status": "ready",
        "warnings": ["40 MB are left on the database's disk: make room"],
    }
    free = 400_000_000
    # Looked at no more often than this, whoever asks: looking takes a write.
    service.now += TRY_AGAIN / 2
    assert service.client.get("/readyz").json() == ready.json()
    service.now += TRY_AGAIN / 2
    assert service.client.get("/readyz").json()["warnings"] == []
    assert service.client.get(ALL).status_code == 200


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_readiness_fails_without_a_database_and_feeds_do_not(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import contextmanager

    from service.errors import StoreUnavailable

    good = service.client.get(ALL).content

    @contextmanager
    def gone(self: object) -> object:
        raise StoreUnavailable("the database cannot be reached")
        yield

    monkeypatch.setattr("service.store.Store.reading", gone)
    ready = service.client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    assert service.client.get(ALL).content == good
    other = service.client.get("/calendar.ics?kind=conference")
    assert (other.status_code, other.headers["retry-after"]) == (503, "5")


def test_a_crash_is_a_problem_without_our_insides(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("s3cret inside")

    monkeypatch.setattr("service.operations.feeds.FeedAnswers.get", broken)
    answer = service.client.get(ALL)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "s3cret" not in answer.text


def test_excerpts_are_kept_back_where_the_settings_say_so(tmp_path: Path) -> None:
    for quiet in serving(settings(tmp_path, public_excerpts=False)):
        for path in (ALL, "/feeds/all.json", "/feeds/all.xml", "/events/baidu-create-2026"):
            text = quiet.client.get(path).text
            assert "国信证券" in text.replace("\r\n ", ""), path
            assert "5 月 13 日-14 日" not in text.replace("\r\n ", ""), path


def test_a_day_turns_at_midnight_of_the_services_zone(service: Service) -> None:
    service.write(FILE.replace("2026-07-15", "2025-04-27"))
    assert "rules@horizon" in service.client.get(ALL).text
    service.now = NOW.replace(hour=15, minute=59)
    assert "rules@horizon" in service.client.get(ALL).text
    service.now = service.now + timedelta(minutes=1)
    assert "rules@horizon" not in service.client.get(ALL).text


@pytest.mark.parametrize(
    "added",
    [
        "utm_source=mail&utm_medium=x",
        "fbclid=1",
        "gclid=1",
        "nocache=17",
        "_=1777250000",
        "_=1&_=2",
    ],
)
def test_what_others_add_to_an_address_changes_nothing(service: Service, added: str) -> None:
    """A mail program added utm_source to a feed's address, and the subscriber got 400 from then on."""
    secret = f"/feeds/portfolio/{service.secret}.ics"
    for path in (ALL, "/feeds/all.json", "/feeds/all/changes.xml", "/calendar.ics?kind=conference",
                 f"{ALL}?lang=en", secret, "/api/v1/events", "/api/v1/events/rules.ics"):  # fmt: skip
        plain = service.client.get(path)
        other = service.client.get(f"{path}{'&' if '?' in path else '?'}{added}")
        assert (other.status_code, other.content) == (200, plain.content), path
        assert other.headers.get("etag") == plain.headers.get("etag")


def test_a_misspelt_option_is_still_told_of(service: Service) -> None:
    for query in ("utm=1", "undatet=hide", "__=1", "nocaches=1"):
        for path in (ALL, "/api/v1/events"):
            assert service.client.get(f"{path}?{query}").status_code == 400, query
