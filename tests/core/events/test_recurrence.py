"""Recurring events: which rules are taken, and on which days they fall."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from service.core.dates.when import parse
from service.core.events import fields, recurrence
from service.core.events.event import Details
from service.core.events.recurrence import InvalidRecurrence


def event(when: str, rule: str, timezone: str = "Asia/Shanghai", **given: object) -> Details:
    return fields.read({"title": "x", "when": when, "recurrence": rule, **given}, timezone)


def texts(details: Details, first: date, last: date) -> list[str]:
    return [when.text for when in recurrence.occurrences(details, first, last)]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("FREQ=YEARLY", "FREQ=YEARLY"),
        ("rrule:freq=yearly;interval=1", "FREQ=YEARLY"),
        ("BYDAY=WE;FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"),
        ("FREQ=MONTHLY;BYDAY=2WE;COUNT=6", "FREQ=MONTHLY;COUNT=6;BYDAY=2WE"),
        ("FREQ=YEARLY;UNTIL=2030-05-13", "FREQ=YEARLY;UNTIL=20300513"),
        ("FREQ=YEARLY;UNTIL=20300513T235959Z", "FREQ=YEARLY;UNTIL=20300513"),
    ],
)
def test_a_rule_is_kept_in_one_spelling(written: str, kept: str) -> None:
    assert recurrence.read(written, parse("2026-05-13"), "Asia/Shanghai") == kept


def test_until_has_the_type_of_the_start() -> None:
    timed = parse("2026-05-13T10:00+08:00")
    rule = recurrence.read("FREQ=DAILY;UNTIL=20260520", timed, "Asia/Shanghai")
    assert rule == "FREQ=DAILY;UNTIL=20260520T155959Z"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=YEARLY;BYHOUR=3",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=YEARLY;COUNT=3;UNTIL=20300101",
        "FREQ=YEARLY;COUNT=0",
        "FREQ=YEARLY;COUNT=9999",
        "FREQ=YEARLY;FREQ=DAILY",
        "FREQ=MONTHLY;BYDAY=9WE",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=YEARLY;UNTIL=20261301",
        "FREQ=YEARLY;UNTIL=soon",
        "FREQ=WEEKLY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=1WE",
        "INTERVAL=2",
        "",
        ";;",
        "FREQ",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_rule_that_clients_would_read_differently_is_refused(rule: str) -> None:
    with pytest.raises(InvalidRecurrence):
        recurrence.read(rule, parse("2026-05-13"), "Asia/Shanghai")


def test_a_yearly_fair_keeps_its_length_and_skips_its_exceptions() -> None:
    fair = event("2026-05-13/2026-05-14", "FREQ=YEARLY", exceptions=["2028-05-13"])
    assert texts(fair, date(2026, 1, 1), date(2029, 12, 31)) == [
        "2026-05-13/2026-05-14",
        "2027-05-13/2027-05-14",
        "2029-05-13/2029-05-14",
    ]
    assert texts(fair, date(2027, 5, 14), date(2027, 5, 20)) == ["2027-05-13/2027-05-14"]
    assert texts(fair, date(2027, 6, 1), date(2027, 12, 31)) == []


def test_a_weekly_call_stays_at_its_wall_clock_time_over_a_clock_change() -> None:
    call = event("2026-03-04T10:00", "FREQ=WEEKLY;COUNT=3", "America/Los_Angeles")
    assert texts(call, date(2026, 1, 1), date(2026, 12, 31)) == [
        "2026-03-04T10:00-08:00",
        "2026-03-11T10:00-07:00",
        "2026-03-18T10:00-07:00",
    ]
    assert recurrence.last_day(call) == date(2026, 3, 18)


def test_an_occurrence_in_the_hour_that_a_clock_change_skips_takes_the_offset_before_it() -> None:
    daily = event("2026-03-07T02:30", "FREQ=DAILY;COUNT=3", "America/Los_Angeles")
    found = texts(daily, date(2026, 1, 1), date(2026, 12, 31))
    assert found[1] == "2026-03-08T03:30-07:00"


def test_the_last_day_of_a_series() -> None:
    assert recurrence.last_day(event("2026-05-13", "FREQ=YEARLY")) == recurrence.FOREVER
    assert recurrence.last_day(event("2026-05-13", "FREQ=YEARLY;COUNT=3")) == date(2028, 5, 13)
    until = event("2026-05-13", "FREQ=YEARLY;UNTIL=20290101")
    assert recurrence.last_day(until) == date(2028, 5, 13)
    assert recurrence.last_day(fields.read({"title": "x", "when": "2026-05"}, "UTC")) == date(
        2026, 5, 31
    )


def test_an_exception_on_which_nothing_falls_is_not_written() -> None:
    """khal complains of an excluded instance that it cannot find."""
    fair = event("2026-05-13", "FREQ=YEARLY", exceptions=["2027-05-13", "2027-06-01"])
    assert recurrence.exdates(fair) == [date(2027, 5, 13)]


def test_occurrences_are_left_out_but_for_what_is_none() -> None:
    call = event("2026-03-04T10:00", "FREQ=WEEKLY;COUNT=4", exceptions=["2026-03-11"])
    left, refused = recurrence.leave_out(call, [date(2026, 3, n) for n in (11, 12, 18, 19)])
    assert left is not None
    assert left.exceptions == (date(2026, 3, 11), date(2026, 3, 18))
    assert refused == {
        date(2026, 3, 12): "nothing of the series begins on 2026-03-12",
        date(2026, 3, 19): "nothing of the series begins on 2026-03-19",
    }
    once = fields.read({"title": "x", "when": "2026-03-04"}, "UTC")
    day = date(2026, 3, 4)
    assert recurrence.leave_out(once, [day]) == (once, {day: "the event does not recur"})


@pytest.mark.parametrize(
    ("rule", "out", "when", "left", "exceptions"),
    [
        ("FREQ=WEEKLY;COUNT=4", [4], "2026-03-11/2026-03-12", "FREQ=WEEKLY;COUNT=3", []),
        ("FREQ=WEEKLY;COUNT=4", [4, 11, 25], "2026-03-18/2026-03-19", "FREQ=WEEKLY;COUNT=2", [25]),
        ("FREQ=WEEKLY;COUNT=3", [4, 11], "2026-03-18/2026-03-19", None, []),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR", [4], "2026-03-06/2026-03-07", "", []),
        ("FREQ=MONTHLY;UNTIL=20260503;BYDAY=1WE", [4], "2026-04-01/2026-04-02", "", []),
    ],
)
def test_a_series_whose_first_day_is_left_out_begins_on_its_next(
    rule: str, out: list[int], when: str, left: str | None, exceptions: list[int]
) -> None:
    """Some calendars show the day of an entry itself even where it is excepted, so the first day used
    to be one that nobody could call off."""
    fair = event("2026-03-04/2026-03-05", rule)
    rest, refused = recurrence.leave_out(fair, [date(2026, 3, day) for day in out])
    assert rest is not None
    assert refused == {}
    assert (rest.when.text, rest.recurrence) == (when, rule if left == "" else left)
    assert rest.exceptions == tuple(date(2026, 3, day) for day in exceptions)
    assert fields.read(fields.write(rest), rest.timezone) == rest


def test_of_a_series_without_a_day_nothing_is_left() -> None:
    fair = event("2026-03-04", "FREQ=WEEKLY;COUNT=2")
    assert recurrence.leave_out(fair, [date(2026, 3, 4), date(2026, 3, 11)]) == (None, {})


def test_a_series_does_not_begin_in_an_hour_that_a_clock_change_leaves_out() -> None:
    early = event("2026-03-07T02:30", "FREQ=DAILY;COUNT=3", "America/Los_Angeles")
    with pytest.raises(recurrence.InvalidRecurrence, match="2026-03-08 begins in an hour"):
        recurrence.leave_out(early, [date(2026, 3, 7)])


def test_a_series_behind_a_start_that_its_rule_does_not_name() -> None:
    """The start is the first occurrence all the same (RFC 5545 3.8.5.3)."""
    wednesday = parse("2026-05-13")
    for rule, begin, left in (
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", "2026-05-18", "FREQ=WEEKLY;COUNT=2;BYDAY=MO"),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=2", "2026-05-18", None),
        ("FREQ=MONTHLY;BYMONTHDAY=10", "2026-06-10", "FREQ=MONTHLY;BYMONTHDAY=10"),
    ):
        found = recurrence.behind_start(rule, wednesday, "UTC")
        assert found is not None
        assert (found[0].text, found[1]) == (begin, left)
    assert recurrence.behind_start("FREQ=DAILY;BYDAY=MO;UNTIL=20260514", wednesday, "UTC") is None


def test_exceptions_have_the_starts_type_and_time() -> None:
    days = event("2026-05-13", "FREQ=YEARLY", exceptions=["2027-05-13"])
    assert recurrence.exdates(days) == [date(2027, 5, 13)]
    call = event(
        "2026-03-04T10:00", "FREQ=WEEKLY", "America/Los_Angeles", exceptions=["2026-03-11"]
    )
    zone = ZoneInfo("America/Los_Angeles")
    assert recurrence.exdates(call) == [datetime(2026, 3, 11, 10, tzinfo=zone)]
