"""What fresh readers of the service found wrong, each with its story; HTTP and feeds."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.web.conftest import FILE, Service, serving, settings

API = "/api/v1"


@pytest.fixture
def writer(service: Service) -> Service:
    service.client.headers.update(service.key())
    return service


def put(service: Service, id_: str, **given: Any) -> Any:
    answer = service.client.put(f"{API}/events/{id_}", json={"title": id_, **given})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def test_a_timed_event_of_the_last_year_does_not_take_the_feed_with_it(writer: Service) -> None:
    """Its VTIMEZONE was asked for the year 2200, outside of the guard around each event."""
    put(writer, "far", when="2199-06-01T10:00", timezone="America/New_York")
    answer = writer.client.get("/feeds/all.ics")
    assert answer.status_code == 200
    assert "far@horizon" in answer.text


def test_a_row_that_cannot_be_read_is_left_out_everywhere_and_told(tmp_path: Path) -> None:
    """A zone that a later tzdata no longer has, or a row that somebody tampered with, gave 500."""
    for service in serving(settings(tmp_path)):
        connection = sqlite3.connect(tmp_path / "data" / "horizon.db")
        connection.execute(
            "UPDATE events SET details = replace(details, 'Asia/Shanghai', 'Mars/Olympus')"
            " WHERE id = 'rules'"
        )
        connection.execute("UPDATE counter SET revision = revision + 1")
        connection.commit()
        connection.close()
        for form in ("ics", "json", "xml"):
            answer = service.client.get(f"/feeds/all.{form}")
            assert answer.status_code == 200
            assert "baidu-create-2026" in answer.text
            assert "rules@horizon" not in answer.text
        assert "Mars/Olympus" in "".join(service.client.get("/readyz").json()["warnings"])


def test_a_present_event_is_right_beside_an_endless_series_from_long_ago(writer: Service) -> None:
    """The zone's blocks ended thirty years after the first event, before the rules of 2007."""
    rule = "FREQ=YEARLY;BYMONTH=6;BYDAY=1MO"
    put(writer, "old", when="1975-06-02T12:00", timezone="America/New_York", recurrence=rule)
    put(writer, "gtc", when="2027-03-16T10:00", timezone="America/New_York")
    calendar = icalendar.Calendar.from_ical(writer.client.get("/feeds/all.ics").content)
    (zone,) = calendar.walk("VTIMEZONE")
    assert b"RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3" in zone.to_ical().replace(
        b"BYMONTH=3;BYDAY=2SU", b"BYDAY=2SU;BYMONTH=3"
    )


def test_an_atom_entry_says_that_an_event_was_called_off(writer: Service) -> None:
    put(writer, "off", when="2026-06-02", status="cancelled")
    assert "〔已取消〕off" in writer.client.get("/feeds/all.xml").text
    assert "[cancelled] off" in writer.client.get("/feeds/all.xml?lang=en").text


def test_a_changes_feed_tells_the_change_that_takes_an_event_out_of_it(writer: Service) -> None:
    """It was matched against the event as it is today, which the filter no longer means."""
    spec = {"name": "sure", "title": "Sure", "filter": {"status": ["confirmed"]}}
    assert writer.client.post(f"{API}/feeds", json=spec).status_code == 201
    put(writer, "x", when="2026-06-02")
    writer.client.patch(f"{API}/events/x", json={"status": "cancelled"})
    assert "已取消：x" in writer.client.get("/feeds/sure/changes.xml").text


def test_a_purged_event_goes_on_with_its_sequence_from_the_file_too(writer: Service) -> None:
    for when in ("2026-05-01", "2026-05-02"):
        writer.client.patch(f"{API}/events/google-io-2026", json={"when": when})
    admin = writer.key("admin")
    url = f"{API}/events/google-io-2026?purge=true"
    old = {"If-Match": '"old"', **admin}
    assert writer.client.delete(url, headers=old).status_code == 412
    assert writer.client.delete(url, headers=admin).status_code == 200
    writer.write(FILE)
    assert writer.client.get(f"{API}/events/google-io-2026").json()["sequence"] == 3


def test_who_may_not_write_is_told_before_the_body_is_read(service: Service) -> None:
    too_large = iter([b"x" * 2_000_000])
    for content, type_ in ((too_large, "application/json"), (b"x", "text/plain")):
        answer = service.client.post(
            f"{API}/events", content=content, headers={"Content-Type": type_}
        )
        assert answer.status_code == 401


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("en;q=0.1, zh;q=0.9", "2026年5月13日—14日"),
        ("zh;q=0.1, en;q=0.9", "13–14 May 2026"),
        ("en;q=0", "2026年5月13日—14日"),
        ("fr, en;q=0.5", "13–14 May 2026"),
        ("*", "2026年5月13日—14日"),
    ],
)
def test_languages_are_weighed(service: Service, accepted: str, expected: str) -> None:
    answer = service.client.get(
        f"{API}/events/baidu-create-2026", headers={"Accept-Language": accepted}
    )
    assert answer.json()["when_text"] == expected


def test_null_takes_the_time_zone_back_to_the_services(writer: Service) -> None:
    put(writer, "x", when="2026-06-02", timezone="America/New_York")
    changed = writer.client.patch(f"{API}/events/x", json={"timezone": None}).json()
    assert changed["timezone"] == "Asia/Shanghai"


def test_nobody_writes_lines_into_the_log_or_reads_secrets_from_it(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="horizon.http")
    service.client.get("/x%0a2026-11-24%20CRITICAL%20forged%1b%5b31m")
    service.client.get(f"http://127.0.0.1:8000//feeds/portfolio/{service.secret}.ics")
    service.client.get(f"/prefix/feeds/portfolio/{service.secret}.ics")
    lines = [record.getMessage() for record in caplog.records if record.name == "horizon.http"]
    assert len(lines) == 3
    assert not any("\n" in line or "\x1b" in line or service.secret in line for line in lines)


def test_a_trailing_slash_is_a_problem_and_no_redirect(service: Service) -> None:
    answer = service.client.get("/feeds/all.ics/", follow_redirects=False)
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_head_is_answered_wherever_get_is(service: Service) -> None:
    for path in (f"{API}/events", f"{API}/events/rules", f"{API}/changes", "/events/rules.ics"):
        head = service.client.head(path)
        assert (head.status_code, head.content) == (200, b""), path
        assert head.headers["content-length"] == service.client.get(path).headers["content-length"]


def test_if_match_may_come_in_several_lines_and_a_star_matches(writer: Service) -> None:
    url = f"{API}/events/rules"
    etag = writer.client.get(url).headers["etag"]
    assert writer.client.get(url, headers={"If-None-Match": "*"}).status_code == 304
    lines = [("If-Match", '"other"'), ("If-Match", etag)]
    answer = writer.client.request("PATCH", url, json={"location": "x"}, headers=lines)
    assert answer.status_code == 200


def test_a_proxys_own_log_in_does_not_close_what_is_open(service: Service) -> None:
    basic = {"Authorization": "Basic eDp5"}
    for path in ("/", "/feeds/all.ics", f"{API}/events"):
        assert service.client.get(path, headers=basic).status_code == 200


def test_a_calendar_file_of_one_event_has_validators(service: Service) -> None:
    first = service.client.get("/events/rules.ics")
    assert first.status_code == 200
    again = service.client.get(
        "/events/rules.ics", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304


def test_excerpts_in_feeds_are_for_those_with_a_key_where_the_settings_say_so(
    tmp_path: Path,
) -> None:
    for service in serving(settings(tmp_path, public_excerpts=False)):
        key = service.key("read")
        for path in ("/feeds/all.ics", "/feeds/all.json"):
            quoted = service.client.get(path, headers=key)
            assert "5 月 13 日-14 日" in quoted.text.replace("\r\n ", "")
            assert quoted.headers["cache-control"] == "private, no-cache"
            named = service.client.get(path)
            assert "5 月 13 日-14 日" not in named.text.replace("\r\n ", "")


def test_a_wrong_private_address_tells_nothing_of_its_options(service: Service) -> None:
    assert service.client.get("/feeds/portfolio/wrong.ics?lang=fr").status_code == 404
    assert service.client.get(f"/feeds/portfolio/{service.secret}.ics?lang=fr").status_code == 400
    assert service.client.get("/feeds/all.ics?lang=zh&lang=en").status_code == 400


def test_a_made_id_does_not_meet_one_that_the_same_batch_names(writer: Service) -> None:
    from service.core.events.event import slug

    events = [
        {"title": "Twice", "when": "2026"},
        {"id": slug("Twice"), "title": "Other", "when": "2027"},
    ]
    answer = writer.client.post(f"{API}/events/batch", json={"events": events})
    ids = [item["id"] for item in answer.json()["items"]]
    assert len(set(ids)) == 2
