"""Weeks and windows, the sheet of a month, days on a line, and the addresses that add an event."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.calendars import add_links
from service.core.events.event import Event
from service.core.views import agenda, month, timeline
from service.core.views.agenda import Section
from service.core.views.timeline import TimeAxis
from tests.core.seed import event

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 4, 27)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def laid_out(*events: Event, day: date = DAY) -> list[Section]:
    return agenda.sections(agenda.items(events, day, date(2028, 1, 1), SHANGHAI), day)


def told(sections: list[Section]) -> list[tuple[str, list[str]]]:
    return [
        (
            f"{'?' if s.undated else ''}{s.first:%m-%d}..{s.last:%m-%d}",
            [i.event.id for i in s.items],
        )
        for s in sections
    ]


def test_windows_stand_where_they_begin_and_long_ones_in_their_last_month() -> None:
    found = laid_out(
        event("week", "2026-04-29"),
        event("may", "2026-05"),
        event("late-may", "[2026-05-21..2026-05-31]"),
        event("mid-may", "2026-05-13/2026-05-14"),
        event("quarter", "2026-Q2"),
        event("year", "2026"),
        event("april", "2026-04"),
        event("may-18", "2026-05-18"),
        event("june-8", "2026-06-08"),
        event("far", "2027-08-02"),
    )
    assert told(found) == [
        ("?04-01..04-30", ["april"]),  # it has begun, so it stands at the top
        ("04-27..05-03", ["week"]),
        ("?05-01..05-31", ["may", "late-may"]),
        ("05-11..05-17", ["mid-may"]),
        ("05-18..05-24", ["may-18"]),
        ("?04-01..06-30", ["quarter"]),
        ("06-08..06-14", ["june-8"]),
        ("?01-01..12-31", ["year"]),
        ("08-01..08-31", ["far"]),
    ]


def test_what_is_far_off_has_a_heading_for_each_month_and_not_for_each_week() -> None:
    found = laid_out(
        event("near", "2026-06-30"),
        event("july-1", "2026-07-01"),
        event("july-20", "2026-07-20"),
        event("july", "2026-07"),
        event("march", "2027-03-03"),
    )
    assert told(found) == [
        ("06-29..07-05", ["near"]),
        ("?07-01..07-31", ["july"]),
        ("07-01..07-31", ["july-1", "july-20"]),
        ("03-01..03-31", ["march"]),
    ]


def test_a_long_window_whose_end_is_near_does_not_stand_behind_the_years_to_come() -> None:
    """On 30 November what was to happen "this year" stood at the page's end, behind August 2028."""
    found = laid_out(
        event("year", "2026"),
        event("half", "2027-H1"),
        event("next-week", "2026-12-08"),
        event("next-year", "2027-07-01"),
        day=date(2026, 12, 1),
    )
    assert [ids for _, ids in told(found)] == [["year"], ["next-week"], ["half"], ["next-year"]]


def test_what_goes_on_now_stands_in_this_week() -> None:
    assert told(laid_out(event("fair", "2026-04-01/2026-06-30"))) == [("04-27..05-03", ["fair"])]


def test_a_series_is_told_by_occurrence_and_a_time_on_the_day_of_the_zone() -> None:
    weekly = event("weekly", "2026-04-01", recurrence="FREQ=WEEKLY;COUNT=6")
    late = event("late", "2026-04-30T20:00-07:00")
    found = agenda.items([weekly, late], DAY, date(2026, 5, 31), SHANGHAI)
    assert [(i.event.id, i.first) for i in found] == [
        ("weekly", date(2026, 4, 29)),
        ("late", date(2026, 5, 1)),
        ("weekly", date(2026, 5, 6)),
    ]


@given(st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=40), DAYS)
def test_on_a_sheet_no_two_bars_cross_and_none_is_lost(
    spans: list[tuple[date, int]], day: date
) -> None:
    events = [
        event(f"e{n}", f"{first}/{first + timedelta(days=length)}")
        for n, (first, length) in enumerate(spans)
    ]
    first, last = month.bounds(day)
    found = agenda.items(events, first, last, SHANGHAI)
    sheet = month.sheet(found, day)
    assert sheet.weeks[0].days[0] == first
    assert sheet.weeks[-1].days[-1] == last
    for week in sheet.weeks:
        cells: set[tuple[int, int]] = set()
        for bar in week.bars:
            mine = {(bar.lane, bar.column + n) for n in range(bar.span)}
            assert not mine & cells
            assert bar.column + bar.span <= 8
            cells |= mine
        for number, day_ in enumerate(week.days):
            here = sum(item.first <= day_ <= item.last for item in found)
            drawn = sum(bar.column <= number + 1 < bar.column + bar.span for bar in week.bars)
            assert here == drawn + week.more[number]


def test_a_sheet_keeps_the_undated_apart() -> None:
    events = [
        event("may", "2026-05"),
        event("q2", "2026-Q2"),
        event("june", "2026-06"),
        event("d", "2026-05-01"),
    ]
    first, last = month.bounds(date(2026, 5, 9))
    sheet = month.sheet(agenda.items(events, first, last, SHANGHAI), date(2026, 5, 9))
    assert [item.event.id for item in sheet.undated] == ["q2", "may"]
    assert (first, last) == (date(2026, 4, 27), date(2026, 5, 31))


@given(DAYS, DAYS, DAYS, DAYS)
def test_what_is_on_the_line_is_drawn_within_it(a: date, b: date, c: date, d: date) -> None:
    line = TimeAxis(*sorted((a, b)))
    first, last = sorted((c, d))
    if last < line.first or first > line.last:
        return
    placed = line.place(first, last)
    assert 0 <= placed.left <= 100
    assert placed.width > 0
    assert placed.left + placed.width <= 100.01
    assert placed.earlier == (first < line.first)
    assert placed.later == (last > line.last)


def test_the_months_of_a_line() -> None:
    year = timeline.months_ahead(date(2026, 4, 27), 12)
    assert (year.first, year.last) == (date(2026, 4, 1), date(2027, 3, 31))
    assert [m.month for m in year.months()] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
    decade = TimeAxis(date(2020, 1, 1), date(2029, 12, 31))
    assert len(decade.months()) == 10
    around = timeline.around(date(2026, 5, 20), date(2026, 5, 20))
    assert (around.first, around.last) == (date(2026, 5, 1), date(2026, 5, 31))


def asked(address: str) -> dict[str, Any]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize(
    ("when", "google", "outlook"),
    [
        ("2026-05-13/2026-05-14", "20260513/20260515", ("2026-05-13", "2026-05-15", "true")),
        ("2026-05", "20260501/20260601", ("2026-05-01", "2026-06-01", "true")),
        (
            "2026-05-20T01:00+08:00/2026-05-20T03:00+08:00",
            "20260519T170000Z/20260519T190000Z",
            ("2026-05-19T17:00:00Z", "2026-05-19T19:00:00Z", None),
        ),
        (
            "2026-05-20T01:00+08:00",
            "20260519T170000Z/20260519T180000Z",
            ("2026-05-19T17:00:00Z", "2026-05-19T18:00:00Z", None),
        ),
    ],
)
def test_links_that_add_an_event(when: str, google: str, outlook: tuple[str, ...]) -> None:
    given_ = event("x", when, title="A & B #1", location="北京")
    page = "https://calendar.example.org/events/x"
    query = asked(add_links.google(given_, "zh", page))
    assert query["dates"] == google
    assert query["text"].endswith("A & B #1")
    assert page in query["details"]
    query = asked(add_links.outlook(given_, "zh", page))
    assert (query["startdt"], query["enddt"], query.get("allday")) == outlook


def test_a_window_is_added_as_a_window() -> None:
    query = asked(
        add_links.google(event("x", "2026-05", title="Google I/O"), "en", "https://e.org")
    )
    assert query["text"] == "[May, date TBD] Google I/O"
