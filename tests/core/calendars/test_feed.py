"""The iCalendar feed: what subscribers see, byte for byte the same for the same events."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from service.core.calendars.feed import render, select
from service.core.events import event as event_
from service.core.events.event import Event, Source
from service.errors import InvalidInput
from tests.every_kind import (
    DAY,
    EVENTS,
    FEEDS,
    HEADING,
    LONG,
    NOW,
    event,
    options,
    ordered,
    rendered,
)

GOLDEN = Path(__file__).parents[2] / "data" / "feed"


def vevents(*events: Event, **query: str) -> dict[str, icalendar.Event]:
    found = render(ordered(list(events)), HEADING, options(query), DAY)
    assert not found.left_out
    calendar = icalendar.Calendar.from_ical(found.data)
    return {str(e["UID"]).removesuffix("@horizon"): e for e in calendar.walk("VEVENT")}


def only(event_: Event, **query: str) -> icalendar.Event:
    (found,) = vevents(event_, **query).values()
    return found


def lines(vevent: icalendar.Event) -> list[str]:
    return vevent.to_ical().decode().replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize("name", ["days", "undated", "timed", "recurring", "cancelled"])
def test_a_feed_has_the_bytes_it_had(name: str) -> None:
    """Golden files: a change of bytes reaches every subscriber, so it is made on purpose."""
    query = {"alarms": "P7D,P1D"} if name == "days" else {}
    assert rendered(name, query).data == (GOLDEN / f"{name}.ics").read_bytes()


@pytest.mark.parametrize(("name", "kind", "query"), FEEDS, ids=[name for name, _, _ in FEEDS])
def test_every_line_is_as_rfc_5545_wants_it(name: str, kind: str, query: dict[str, str]) -> None:
    found = rendered(kind, query)
    assert not found.left_out
    data = found.data
    assert data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert data.endswith(b"END:VCALENDAR\r\n")
    physical = data.split(b"\r\n")
    assert max(map(len, physical)) <= 75
    for line in physical:
        line.decode("utf-8")  # no character is cut in two
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data.replace(b"\r\n", b""))
    assert b"COUNT=1\r" not in data
    assert b"RDATE" not in data
    used = set(re.findall(rb"TZID=([^:;]+):", data))
    assert used <= set(re.findall(rb"\r\nTZID:(.+)\r\n", data))


@pytest.mark.parametrize(
    ("name", "kind", "query"), FEEDS[:8], ids=[name for name, _, _ in FEEDS[:8]]
)
def test_the_same_events_give_the_same_bytes(name: str, kind: str, query: dict[str, str]) -> None:
    assert rendered(kind, query).data == rendered(kind, query).data


def test_a_span_is_all_day_and_ends_exclusively() -> None:
    found = only(event("baidu", "2026-05-13/2026-05-14"))
    assert "DTSTART;VALUE=DATE:20260513" in lines(found)
    assert "DTEND;VALUE=DATE:20260515" in lines(found)
    assert found["STATUS"] == "CONFIRMED"


def test_a_month_is_a_tentative_bar_over_it_whose_title_says_so() -> None:
    found = only(event("io", "2026-05", title="Google I/O 2026 开发者大会"))
    assert found["SUMMARY"] == "〔5月内〕Google I/O 2026 开发者大会"
    assert (found.start, found.end) == (date(2026, 5, 1), date(2026, 6, 1))
    assert found["STATUS"] == "TENTATIVE"
    assert found["TRANSP"] == "TRANSPARENT"
    assert found["X-HORIZON-WHEN"] == "2026-05"
    assert found["DESCRIPTION"].startswith("2026年5月，具体日期待公布")


def test_a_quarter_is_an_entry_on_the_first_of_each_of_its_months() -> None:
    found = only(event("q2", "2026-34"))
    assert (found.start, found.end) == (date(2026, 4, 1), date(2026, 4, 2))
    assert found["RRULE"].to_ical() == b"FREQ=MONTHLY;COUNT=3"
    year = only(event("year", "2026"))
    assert year["RRULE"].to_ical() == b"FREQ=MONTHLY;COUNT=12"


def test_no_entry_lies_outside_a_long_window() -> None:
    found = only(event("w", "[2026-05-15..2026-07-10]"))
    assert found.start == date(2026, 6, 1)
    assert found["RRULE"].to_ical() == b"FREQ=MONTHLY;COUNT=2"
    single = only(event("w", "[2026-05-15..2026-06-20]"))
    assert single.start == date(2026, 6, 1)
    assert "RRULE" not in single  # Microsoft 365 refuses COUNT=1


def test_the_other_ways_of_showing_undated_events() -> None:
    quarter = event("q2", "2026-34")
    assert (only(quarter, undated="start").start, only(quarter, undated="start").end) == (
        date(2026, 4, 1),
        date(2026, 4, 2),
    )
    assert only(quarter, undated="span").end == date(2026, 7, 1)
    assert vevents(quarter, event("x", "2026-05-01"), undated="hide").keys() == {"x"}


@pytest.mark.parametrize("when", ["2026-05-20", "2026-05", "2026-05-20T10:00"])
def test_a_cancelled_event_says_so_in_status_and_title(when: str) -> None:
    off = event("off", when, title="大会", status="cancelled")
    found = only(off)
    assert found["STATUS"] == "CANCELLED"
    assert found["SUMMARY"].startswith("〔已取消〕")
    assert found["TRANSP"] == "TRANSPARENT"
    titled = only(off, cancelled="title")
    assert titled["SUMMARY"].startswith("〔已取消〕")
    assert titled["STATUS"] == ("TENTATIVE" if when == "2026-05" else "CONFIRMED")
    assert vevents(off, cancelled="hide") == {}
    assert only(off, lang="en")["SUMMARY"].startswith("[cancelled] ")


def test_busy_blocks_time_for_dated_events_alone() -> None:
    found = vevents(
        event("dated", "2026-05-20"),
        event("timed", "2026-05-20T10:00"),
        event("open", "2026-05"),
        event("off", "2026-05-21", status="cancelled"),
        busy="true",
    )
    assert {id_: str(e["TRANSP"]) for id_, e in found.items()} == {
        "dated": "OPAQUE",
        "timed": "OPAQUE",
        "open": "TRANSPARENT",
        "off": "TRANSPARENT",
    }
    assert found["dated"]["X-MICROSOFT-CDO-BUSYSTATUS"] == "BUSY"
    free = vevents(event("dated", "2026-05-20"))["dated"]
    assert (free["TRANSP"], free["X-MICROSOFT-CDO-BUSYSTATUS"]) == ("TRANSPARENT", "FREE")


def test_alarms_ring_before_dated_events_alone() -> None:
    found = vevents(event("dated", "2026-05-20"), event("open", "2026-06"), alarms="P7D,P1D")
    triggers = [alarm["TRIGGER"].dt for alarm in found["dated"].walk("VALARM")]
    assert triggers == [timedelta(days=-7), timedelta(days=-1)]
    assert not found["open"].walk("VALARM")
    assert not only(event("dated", "2026-05-20")).walk("VALARM")


def test_a_timed_event_has_its_zone_and_an_open_end_stays_open() -> None:
    found = only(event("io", "2026-05-20T01:00+08:00", timezone="America/Los_Angeles"))
    assert "DTSTART;TZID=America/Los_Angeles:20260519T100000" in lines(found)
    assert "DTEND" not in found
    assert "DTSTART:20260520T090000Z" in lines(
        only(event("u", "2026-05-20T09:00Z", timezone="UTC"))
    )


def test_exceptions_are_written_in_the_type_of_the_start() -> None:
    found = lines(
        only(
            event(
                "call",
                "2026-03-04T10:00",
                timezone="America/Los_Angeles",
                recurrence="FREQ=WEEKLY",
                exceptions=["2026-03-11", "2026-03-18"],
            ),
        )
    )
    assert "EXDATE;TZID=America/Los_Angeles:20260311T100000" in found
    assert "EXDATE;TZID=America/Los_Angeles:20260318T100000" in found
    fair = only(event("fair", "2026-05-13", recurrence="FREQ=YEARLY", exceptions=["2027-05-13"]))
    assert "EXDATE;VALUE=DATE:20270513" in lines(fair)


def test_the_description_has_the_date_in_words_the_text_the_address_and_the_source() -> None:
    details = event("x", "2026-07-15", description="Text", url="https://example.org/x").details
    source = Source(
        "周报", "国信证券", date(2026, 4, 27), "https://example.org/s", False, "7 月 15 日：…"
    )
    held = event_.new("x", replace(details, source=source), NOW, event("x", "2026").origin).after
    assert only(held)["DESCRIPTION"].split("\n") == [
        "2026年7月15日",
        "Text",
        "网址：https://example.org/x",
        "来源：国信证券《周报》（2026年4月27日），原文：“7 月 15 日：…”",
        "https://example.org/s",
    ]
    assert only(held)["URL"] == "http://127.0.0.1:8000/events/x"
    quiet = render([held], replace(HEADING, excerpts=False), options({}), DAY)
    assert "原文".encode() not in quiet.data


def test_past_events_leave_after_the_time_that_past_allows() -> None:
    old, older = event("old", "2025-04-27"), event("older", "2025-04-26")
    series = event("series", "2020-01-01", recurrence="FREQ=YEARLY")
    assert vevents(old, older, series).keys() == {"old", "series"}
    assert vevents(old, older, past="P10Y").keys() == {"old", "older"}
    assert vevents(old, older, past="P0D").keys() == set()
    assert [e.id for e in select([old], options({}), DAY + timedelta(days=1))] == []


def test_titles_follow_the_feeds_language_where_there_is_one() -> None:
    baidu = event(
        "b", "2026-05", title="百度大会", titles={"en": "Baidu Create"}, kind="conference"
    )
    found = only(baidu, lang="en")
    assert found["SUMMARY"] == "[May, date TBD] Baidu Create"
    assert found["CATEGORIES"].to_ical() == b"Conference"
    assert only(event("b", "2026-05-01", title="百度大会"), lang="en")["SUMMARY"] == "百度大会"


def test_the_calendar_says_what_it_is() -> None:
    calendar = icalendar.Calendar.from_ical(rendered("days", {}).data)
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "AI 事件日历"
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert calendar["X-PUBLISHED-TTL"] == "PT1H"
    assert calendar["SOURCE"] == "http://127.0.0.1:8000/feeds/all.ics"
    assert calendar["COLOR"] == "steelblue"
    assert "METHOD" not in calendar


def test_a_series_in_utc_falls_on_its_days_whatever_the_calendars_zone() -> None:
    """recurring-ical-events moves times in UTC into X-WR-TIMEZONE first, and counted "Mondays, 18:00Z" on
    the Mondays of Shanghai, a day too early: beside such a series the zone of the calendar is not told."""
    call = event(
        "call", "2026-05-18T18:00Z", timezone="UTC", recurrence="FREQ=WEEKLY;BYDAY=MO;COUNT=3"
    )
    beside = event("beside", "2026-05-18T18:00Z", timezone="UTC")
    data = render([beside, call], HEADING, options({}), DAY).data
    calendar = icalendar.Calendar.from_ical(data)
    days = [
        item["DTSTART"].dt
        for item in recurring_ical_events.of(calendar).between(date(2026, 5, 1), date(2026, 8, 1))
        if item["UID"] == call.uid
    ]
    first = datetime(2026, 5, 18, 18, tzinfo=UTC)
    assert days == [first + timedelta(days=7 * n) for n in range(3)]
    for others in ([beside], [event("x", "2026-05-18T18:00+02:00", timezone="Europe/Paris",
                                    recurrence="FREQ=DAILY")]):  # fmt: skip
        assert b"X-WR-TIMEZONE:Asia/Shanghai" in render(others, HEADING, options({}), DAY).data


def test_a_feed_that_drops_its_series_in_utc_keeps_to_its_size() -> None:
    """Without it the calendar might name its zone again, and be larger than was reckoned."""
    call = event(
        "call", "2027-05-18T18:00Z", timezone="UTC", recurrence="FREQ=DAILY", description=LONG
    )
    days = [event(f"day-{n}", "2026-06-01", description=LONG[:1500]) for n in range(30)]
    for size in range(10, 30):
        found = render([*days, call], HEADING, options({"size": f"{size}kB"}), DAY)
        assert len(found.data) <= size * 1000


def test_an_empty_feed_still_has_a_component() -> None:
    calendar = icalendar.Calendar.from_ical(rendered("empty", {}).data)
    assert [c.name for c in calendar.subcomponents] == ["VTIMEZONE"]


def test_a_feed_over_its_size_drops_the_oldest_past_events_then_text_then_the_farthest() -> None:
    found = rendered("many", {"size": "1MB"})
    assert len(found.data) <= 1_000_000
    assert found.dropped > 0
    assert (found.ahead, found.shortened) == (0, False)
    events = ordered(EVENTS["many"][0])
    gone = {e.id for e in events} - {
        str(u).removesuffix("@horizon") for u in re.findall(r"UID:(.+)\r", found.data.decode())
    }
    assert gone == {e.id for e in events[: len(gone)]}
    assert all(e.when.last < DAY for e in events[: len(gone)])
    long = [event(f"future-{n}", "2026-06-01", description=LONG[:1500]) for n in range(30)]
    cut = render(long, HEADING, options({"size": "50kB"}), DAY)
    assert len(cut.data) <= 50_000
    assert (cut.dropped, cut.ahead, cut.shortened) == (0, 0, True)
    assert "…".encode() in cut.data
    tiny = render(long, HEADING, options({"size": "10kB"}), DAY)
    assert len(tiny.data) <= 10_000
    kept = re.findall(r"UID:(.+)@", tiny.data.decode())
    assert kept == [e.id for e in long[: len(kept)]]
    assert 0 < len(kept) < 30
    assert (tiny.dropped, tiny.ahead, tiny.shortened) == (30 - len(kept), 30 - len(kept), True)
    whole = rendered("many", {"size": "all"})
    assert whole.dropped == 0
    assert len(whole.data) > 1_000_000


def test_one_event_that_cannot_be_rendered_does_not_take_the_feed_with_it() -> None:
    good, bad = event("good", "2026-05-13"), event("bad", "2026-05-14T10:00")
    broken = replace(bad, details=replace(bad.details, timezone="Mars/Olympus"))
    found = render([good, broken], HEADING, options({}), DAY)
    assert [left.id for left in found.left_out] == ["bad"]
    assert b"good@horizon" in found.data
    assert b"bad@horizon" not in found.data


@pytest.mark.parametrize(
    ("query", "pointer", "says"),
    [
        ({"lang": "fr"}, "/lang", "zh, en"),
        ({"past": "forever"}, "/past", "duration"),
        ({"past": "-P1D"}, "/past", "not negative"),
        ({"undated": "maybe"}, "/undated", "auto, start, span, hide"),
        ({"cancelled": "statu"}, "/cancelled", "did you mean status?"),
        ({"busy": "yes"}, "/busy", "true or false"),
        ({"alarms": "P1M"}, "/alarms", "days, hours and minutes"),
        ({"alarms": "P1D,P2D,P3D,P4D,P5D,P6D"}, "/alarms", "five"),
        ({"alarms": ""}, "/alarms", "P7D"),
        ({"size": "1GB"}, "/size", "1MB"),
        ({"size": "1kB"}, "/size", "10kB"),
        ({"size": "-1MB"}, "/size", "1MB"),
        ({"colour": "red"}, "/colour", "unknown option"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    query: dict[str, str], pointer: str, says: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        options(query)
    assert [p.pointer for p in refusal.value.problems] == [pointer]
    assert says in refusal.value.problems[0].detail


# Any text that the reader of events takes must come back from a parser as it was.
TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), min_size=1, max_size=90
)


@given(TEXTS.filter(str.strip), TEXTS, st.lists(TEXTS.filter(str.strip), max_size=3))
def test_any_text_comes_back_as_it_was(title: str, description: str, tags: list[str]) -> None:
    held = event("x", "2026-05-13", title=title, description=description, tags=tags)
    found = only(held)

    def plain(text: Any) -> str:
        return str(text).replace("\\\u2060", "\\")

    assert plain(found["SUMMARY"]) == held.title.replace("\\\u2060", "\\")
    assert held.details.description.replace("\\\u2060", "\\") in plain(found["DESCRIPTION"])
