"""Which alerts are due when: tables, clock changes, a simulated year, and properties."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.alerts import rules, schedule
from service.core.alerts.rules import ChangeRule, DigestRule, ReminderRule
from service.core.alerts.schedule import AlertKind, Due, DueChange, Known, KnownRule, Planned
from service.core.events import event as event_
from service.core.events import fields, recurrence
from service.core.events.event import Change, Event, Origin, Recorded, Source
from tests.core.alerts import reckoning

EARLY = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> datetime:
    """`2026-07-08 09:00`, in Shanghai unless it has an offset."""
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def event(when: str, id_: str = "e", **given: Any) -> Event:
    details = fields.read(
        {"title": "x", "when": when, **given}, given.get("timezone", "Asia/Shanghai")
    )
    return event_.new(id_, details, EARLY, Origin.FILE).after


def digest_rule(since: datetime = EARLY, **given: Any) -> KnownRule[DigestRule]:
    data = {"name": "daily", "channel": "#ai", **given}
    return KnownRule(rules.read_digest(data, timezone="Asia/Shanghai", lang="zh"), since)


def reminder_rule(since: datetime = EARLY, **given: Any) -> KnownRule[ReminderRule]:
    data = {"name": "r", "channel": "#ai", **given}
    return KnownRule(rules.read_reminder(data, timezone="Asia/Shanghai", lang="zh"), since)


def change_rule(since: datetime = EARLY, **given: Any) -> KnownRule[ChangeRule]:
    data = {"name": "changes", "channel": "#ai", **given}
    return KnownRule(rules.read_change(data, timezone="Asia/Shanghai", lang="zh"), since)


def all_leads(
    rule: KnownRule[ReminderRule],
    *events: Event,
    now: str = "2025-06-01 00:00",
    until: str = "2027-12-31 00:00",
) -> list[tuple[str, str]]:
    """Key without its first two parts, and the time in Shanghai, of everything to come."""
    found = schedule.upcoming(
        [], [rule], [Known(e, EARLY) for e in events], moment(now), moment(until)
    )
    return [(short(due), local(due.due_at)) for due in found]


def short(due: Due) -> str:
    return due.key.removeprefix(f"reminder/{due.rule}/{due.event_id}/")


def local(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def owed(
    rule: KnownRule[ReminderRule], event: Event, now: str, since: datetime = EARLY, **more: bool
) -> tuple[list[str], list[str]]:
    """The leads to be sent, and those to be skipped."""
    dues = schedule.reminders_due([rule], [Known(event, since)], moment(now), **more)
    return [d.lead or "" for d in dues if not d.skipped], [d.lead or "" for d in dues if d.skipped]


# A time of day


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        ("Asia/Shanghai", "2026-07-08", "09:00", "2026-07-08T01:00Z"),
        ("America/New_York", "2026-03-08", "01:59", "2026-03-08T06:59Z"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00Z"),  # the gap
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00Z"),
        ("America/New_York", "2026-03-08", "03:00", "2026-03-08T07:00Z"),
        ("America/New_York", "2026-03-08", "03:01", "2026-03-08T07:01Z"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30Z"),  # the first of two
        ("America/New_York", "2026-11-01", "02:00", "2026-11-01T07:00Z"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30Z"),  # by half an hour
        ("Antarctica/Troll", "2026-03-29", "01:30", "2026-03-29T01:00Z"),  # by two hours
        ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00Z"),  # the day begins at 01:00
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29T01:00Z"),  # the day ends at 23:00
        ("Pacific/Apia", "2011-12-30", "08:30", "2011-12-30T10:00Z"),  # that day was left out
        ("America/New_York", "1900-01-01", "12:00", "1900-01-01T17:00Z"),
    ],
)
def test_a_time_of_day(zone: str, day: str, clock: str, expected: str) -> None:
    found = schedule.at(date.fromisoformat(day), time.fromisoformat(clock), ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected)
    assert found.tzinfo is UTC
    second = time.fromisoformat(clock).replace(fold=1)
    assert schedule.at(date.fromisoformat(day), second, ZoneInfo(zone)) == found


@dataclass(frozen=True)
class ClockChange:
    """Clocks go from one offset to the other at that instant."""

    at: datetime
    before: timedelta
    after: timedelta


def clock_changes(name: str) -> tuple[ClockChange, ...]:
    """When clocks change in 2026 and 2027, found by asking every day, then every minute."""
    zone = ZoneInfo(name)

    def offset(at: datetime) -> timedelta:
        return at.astimezone(zone).utcoffset() or timedelta()

    found = []
    for day, next_day in pairwise(datetime(2025, 12, 31, tzinfo=UTC) + n * DAY for n in range(732)):
        before, after = offset(day), offset(next_day)
        if before != after:
            minutes = (day + n * timedelta(minutes=1) for n in range(24 * 60 + 1))
            found.append(ClockChange(next(m for m in minutes if offset(m) == after), before, after))
    return tuple(found)


def one_digest_for_each_local_date(
    name: str, changes: Sequence[ClockChange], clocks: Sequence[time], dates: Sequence[date]
) -> None:
    """Passes each half hour from a day before each change to a day after it, and one in the
    last minute of each date, owe each date's digest once and in its turn."""
    zone = ZoneInfo(name)
    passes = {schedule.at(day + DAY, time(), zone) - timedelta(minutes=1) for day in dates}
    for change in changes:
        passes |= {change.at + n * timedelta(minutes=30) for n in range(-48, 48)}
    standing = [
        digest_rule(name=f"at-{clock:%H%M}", at=f"{clock:%H:%M}", timezone=name) for clock in clocks
    ]
    due_at: dict[str, datetime] = {}
    for now in sorted(passes):
        dues = schedule.digests_due(standing, now)
        assert len({due.rule for due in dues}) == len(dues)  # never two of one rule at once
        for due in dues:
            assert due_at.setdefault(due.key, due.due_at) == due.due_at <= now < due.over_at
    for rule in standing:
        mine = [key for key in due_at if key.startswith(f"digest/{rule.rule.name}/")]
        assert mine == sorted(mine)
        assert {f"digest/{rule.rule.name}/{day}" for day in dates} <= set(mine)
        for key in mine:
            shown = due_at[key].astimezone(zone).replace(tzinfo=None)
            wanted = datetime.combine(date.fromisoformat(key[-10:]), rule.rule.at)
            assert shown == wanted or due_at[key] in [change.at for change in changes]


@pytest.mark.parametrize("zone", ["America/New_York", "Africa/Cairo", "America/Nuuk"])
def test_one_digest_for_each_local_date_where_clocks_change(zone: str) -> None:
    changes = clock_changes(zone)[:2]
    dates = [change.at.date() + n * DAY for change in changes for n in range(-1, 2)]
    clocks = [time(0, 0), time(0, 30), time(1, 30), time(2, 0), time(23, 30)]
    one_digest_for_each_local_date(zone, changes, clocks, dates)


@pytest.mark.slow
def test_one_digest_for_each_local_date_in_every_zone_and_half_hour() -> None:
    """Of zones that change alike (most are names for one) one is taken."""
    zones = {changes: name for name in available_timezones() if (changes := clock_changes(name))}
    assert len(zones) > 20
    dates = [date(2026, 1, 1) + n * DAY for n in range(730)]
    clocks = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
    for changes, name in zones.items():
        one_digest_for_each_local_date(name, changes, clocks, dates)


# Digests


@pytest.mark.parametrize(
    ("given", "now", "expected"),
    [
        ({}, "2026-05-13 08:29", []),
        ({}, "2026-05-13 08:30", ["2026-05-13"]),
        ({}, "2026-05-13 10:00", ["2026-05-13"]),
        ({}, "2026-05-13 23:59", ["2026-05-13"]),
        ({}, "2026-05-14 00:00", []),  # over at midnight, however long the service was down
        ({"at": "00:00"}, "2026-05-14 00:00", ["2026-05-14"]),
        ({"days": "weekdays"}, "2026-10-10 12:00", []),
        ({"days": "workdays"}, "2026-10-10 12:00", ["2026-10-10"]),  # a Saturday made up for
        ({"days": "workdays"}, "2026-10-07 12:00", []),
        ({"days": "weekdays"}, "2026-10-07 12:00", ["2026-10-07"]),
        ({"days": ["mon", "thu"]}, "2026-05-14 12:00", ["2026-05-14"]),
        ({"days": ["mon", "thu"]}, "2026-05-13 12:00", []),
        ({"timezone": "America/New_York"}, "2026-05-14 05:00", ["2026-05-13"]),
        ({"since": moment("2026-05-13 08:30")}, "2026-05-13 09:00", ["2026-05-13"]),
        ({"since": moment("2026-05-13 08:31")}, "2026-05-13 09:00", []),
    ],
)
def test_digests(given: dict[str, Any], now: str, expected: list[str]) -> None:
    found = schedule.digests_due([digest_rule(**given)], moment(now))
    assert [due.key for due in found] == [f"digest/daily/{day}" for day in expected]
    for due in found:
        assert due.kind is AlertKind.DIGEST
        assert due.key.endswith(str(due.local_date))
        assert due.due_at <= moment(now) < due.over_at


def test_a_rule_of_later_counts_as_known_under_an_earlier_now() -> None:
    rule = digest_rule(since=moment("2026-08-01 00:00"))
    now = moment("2026-05-13 09:00")
    assert schedule.digests_due([rule], now) == []
    assert len(schedule.digests_due([rule], now, always_known=True)) == 1


def test_a_digest_in_nuuks_gap_is_owed_on_the_day_that_begins_there() -> None:
    """At 23:00 on 28 March 2026 clocks go to 24:00: due and over must not be the same instant."""
    rule = digest_rule(at="23:30", timezone="America/Nuuk")
    change = moment("2026-03-29T01:00Z")
    assert schedule.digests_due([rule], change - timedelta(minutes=1)) == []
    (due,) = schedule.digests_due([rule], change)
    assert (due.key, due.due_at) == ("digest/daily/2026-03-28", change)
    evening = moment("2026-03-29T23:30-01:00")
    assert due.over_at == evening
    (last,) = schedule.digests_due([rule], evening)
    assert last.key == "digest/daily/2026-03-29"


# Reminders


REGULATION: dict[str, Any] = {
    "at": "09:00",
    "before": ["P30D", "P7D", "P1D", "P0D"],
    "days": "workdays",
}


@pytest.mark.parametrize(
    ("given", "when", "expected"),
    [
        (
            REGULATION,
            "2026-07-15",
            [
                ("2026-07-15/P30D", "2026-06-15 09:00"),
                ("2026-07-15/P7D", "2026-07-08 09:00"),
                ("2026-07-15/P1D", "2026-07-14 09:00"),
                ("2026-07-15/P0D", "2026-07-15 09:00"),
            ],
        ),
        (  # 国庆: two leads meet on 30 September, the seven days ahead are a Saturday of 中秋
            REGULATION,
            "2026-10-03/2026-10-04",
            [
                ("2026-10-03/P30D", "2026-09-03 09:00"),
                ("2026-10-03/P7D", "2026-09-24 09:00"),
                ("2026-10-03/P0D", "2026-09-30 09:00"),
            ],
        ),
        (  # 春节: all short leads meet on the Saturday made up for
            REGULATION,
            "2026-02-22",
            [
                ("2026-02-22/P30D", "2026-01-23 09:00"),
                ("2026-02-22/P0D", "2026-02-14 09:00"),
            ],
        ),
        (
            {"before": ["P1D", "P0D"], "days": "weekdays"},
            "2026-02-22",
            [("2026-02-22/P0D", "2026-02-20 09:00")],
        ),
        (
            {"before": ["P0D"], "days": ["mon", "thu"]},
            "2026-07-15",
            [("2026-07-15/P0D", "2026-07-13 09:00")],
        ),
        (  # a keynote at 01:00: the morning of its own day would be too late
            {"before": ["P1D", "P0D"]},
            "2026-05-20T01:00+08:00",
            [
                ("2026-05-19T17:00Z/P1D", "2026-05-18 09:00"),
                ("2026-05-19T17:00Z/P0D", "2026-05-19 09:00"),
            ],
        ),
        (  # at 09:00 exactly: not after
            {"before": ["P1D", "P0D"]},
            "2026-05-20T09:00+08:00/2026-05-20T11:00+08:00",
            [
                ("2026-05-20T01:00Z/P1D", "2026-05-19 09:00"),
                ("2026-05-20T01:00Z/P0D", "2026-05-20 09:00"),
            ],
        ),
        (  # hours: exactly then, also on a holiday; not one with the morning's
            {"before": ["P0D", "PT2H", "PT30M"], "days": "workdays"},
            "2026-10-03T15:00+08:00",
            [
                ("2026-10-03T07:00Z/P0D", "2026-09-30 09:00"),
                ("2026-10-03T07:00Z/PT2H", "2026-10-03 13:00"),
                ("2026-10-03T07:00Z/PT30M", "2026-10-03 14:30"),
            ],
        ),
        (
            {"before": ["P0D", "PT2H"]},
            "2026-07-15T15:00+08:00",
            [
                ("2026-07-15T07:00Z/P0D", "2026-07-15 09:00"),
                ("2026-07-15T07:00Z/PT2H", "2026-07-15 13:00"),
            ],
        ),
        (  # the same instant: one
            {"before": ["PT2H", "P0D", "PT26H"]},
            "2026-07-15T11:00+08:00",
            [
                ("2026-07-15T03:00Z/PT26H", "2026-07-14 09:00"),
                ("2026-07-15T03:00Z/P0D", "2026-07-15 09:00"),
            ],
        ),
        ({"before": ["PT2H"]}, "2026-07-15", []),
        (
            {"before": ["PT0S"]},
            "2026-07-15T11:00+08:00",
            [("2026-07-15T03:00Z/PT0S", "2026-07-15 11:00")],
        ),
        (  # undated
            {"before": ["P7D", "P0D", "PT2H"]},
            "2026-05",
            [
                ("2026-05/P7D", "2026-04-24 09:00"),
                ("2026-05/P0D", "2026-05-01 09:00"),
                ("2026-05/open", "2026-05-31 09:00"),
            ],
        ),
        (
            {"before": ["P0D"], "days": "workdays"},
            "[2026-05-21..2026-05-31]",
            [
                ("[2026-05-21..2026-05-31]/P0D", "2026-05-21 09:00"),
                ("[2026-05-21..2026-05-31]/open", "2026-05-29 09:00"),
            ],
        ),
        (  # both come to 30 September: the last day's is the nearest
            {"before": ["P0D"], "days": "workdays"},
            "[2026-10-03..2026-10-05]",
            [("[2026-10-03..2026-10-05]/open", "2026-09-30 09:00")],
        ),
        (
            {"before": ["P0D"]},
            "2026-Q2~",
            [("2026-34~/P0D", "2026-04-01 09:00"), ("2026-34~/open", "2026-06-30 09:00")],
        ),
        ({"before": ["P0D"]}, "2026-07-15~", [("2026-07-15/P0D", "2026-07-15 09:00")]),
        (  # the rule's zone: 11:00 in Shanghai is the evening before in New York
            {"before": ["P1D"], "timezone": "America/New_York"},
            "2026-07-15T11:00+08:00",
            [("2026-07-15T03:00Z/P1D", "2026-07-13 21:00")],
        ),
        (  # a whole day does not shift with the zone
            {"before": ["P1D"], "timezone": "America/New_York"},
            "2026-07-15",
            [("2026-07-15/P1D", "2026-07-14 21:00")],
        ),
        (  # a day before 09:30 on the day of the clock change is 09:30, 23 hours before
            {"before": ["P1D", "PT24H"], "at": "09:30", "timezone": "America/New_York"},
            "2026-03-08T09:30-04:00",
            [
                ("2026-03-08T13:30Z/PT24H", "2026-03-07 21:30"),
                ("2026-03-08T13:30Z/P1D", "2026-03-07 22:30"),
            ],
        ),
        (  # the gap: 02:30 is missing on 8 March
            {"before": ["P0D"], "at": "02:30", "timezone": "America/New_York"},
            "2026-03-08",
            [("2026-03-08/P0D", "2026-03-08 15:00")],
        ),
        (  # a start in the second 01:30, an `at` that comes twice: the first is not after it
            {"before": ["P0D"], "at": "01:45", "timezone": "America/New_York"},
            "2026-11-01T01:30-05:00",
            [("2026-11-01T06:30Z/P0D", "2026-11-01 13:45")],
        ),
    ],
)
def test_when_each_lead_goes_out(
    given: dict[str, Any], when: str, expected: list[tuple[str, str]]
) -> None:
    assert all_leads(reminder_rule(**given), event(when)) == expected


def test_what_a_reminder_says() -> None:
    rule = reminder_rule(name="regulation", before=["P7D"])
    (due,) = schedule.reminders_due(
        [rule], [Known(event("2026-07-15", "rules"), EARLY)], moment("2026-07-08 09:00")
    )
    assert due == Due(
        key="reminder/regulation/rules/2026-07-15/P7D",
        kind=AlertKind.REMINDER,
        rule="regulation",
        due_at=moment("2026-07-08 09:00"),
        over_at=moment("2026-07-16 00:00"),
        event_id="rules",
        occurrence=event("2026-07-15").when,
        lead="P7D",
    )


@pytest.mark.parametrize(
    ("now", "sent", "skipped"),
    [
        ("2026-06-15 08:59", [], []),
        ("2026-06-15 09:00", ["P30D"], []),
        ("2026-07-08 08:59", ["P30D"], []),
        ("2026-07-08 09:00", ["P7D"], ["P30D"]),
        ("2026-07-14 10:00", ["P1D"], ["P30D", "P7D"]),
        ("2026-07-15 23:59", ["P0D"], ["P30D", "P7D", "P1D"]),
        ("2026-07-16 00:00", [], []),
        ("2026-08-16 00:00", [], []),
    ],
)
def test_of_missed_leads_the_nearest_goes_out(
    now: str, sent: list[str], skipped: list[str]
) -> None:
    assert owed(reminder_rule(**REGULATION), event("2026-07-15"), now) == (sent, skipped)


@pytest.mark.parametrize(
    ("known_since", "sent", "skipped"),
    [
        ("2026-07-08 09:00", ["P1D"], ["P7D"]),  # known by then
        ("2026-07-08 09:01", ["P1D"], []),  # no burst of old ones
        ("2026-07-14 09:01", [], []),  # P0D is still ahead
    ],
)
def test_an_event_added_late_gets_what_is_ahead(
    known_since: str, sent: list[str], skipped: list[str]
) -> None:
    rule, now = reminder_rule(**REGULATION), "2026-07-14 10:00"
    late = moment(known_since)
    assert owed(rule, event("2026-07-15"), now, late) == (sent, skipped)
    assert owed(replace(rule, known_since=late), event("2026-07-15"), now) == (sent, skipped)
    always = owed(rule, event("2026-07-15"), now, late, always_known=True)
    assert always == (["P1D"], ["P30D", "P7D"])


@pytest.mark.parametrize(
    ("when", "zone", "last", "over"),
    [
        ("2026-05-13/2026-05-14", "Asia/Shanghai", "2026-05-14 23:59", "2026-05-15 00:00"),
        ("2026-05-13", "America/New_York", "2026-05-14 11:59", "2026-05-14 12:00"),
        ("2026-05", "Asia/Shanghai", "2026-05-31 23:59", "2026-06-01 00:00"),
        (
            "2026-05-13T10:00+08:00/2026-05-13T12:00+08:00",
            "Asia/Shanghai",
            "2026-05-13 11:59",
            "2026-05-13 12:00",
        ),
        ("2026-05-13T09:00+08:00", "Asia/Shanghai", "2026-05-13 09:59", "2026-05-13 10:00"),
    ],
)
def test_an_event_is_over(when: str, zone: str, last: str, over: str) -> None:
    rule = reminder_rule(before=["P0D"], timezone=zone)
    assert owed(rule, event(when), last)[0] != []
    assert owed(rule, event(when), over) == ([], [])


@pytest.mark.parametrize(
    ("given", "filter_", "reminded"),
    [
        ({}, {}, True),
        ({"status": "cancelled"}, {}, False),
        ({"status": "tentative"}, {}, True),
        ({"kind": "regulation"}, {"kind": ["regulation", "consultation"]}, True),
        ({"kind": "launch"}, {"kind": ["regulation", "consultation"]}, False),
        ({}, {"from": "2026-07-16"}, False),
    ],
)
def test_which_events_are_reminded_of(
    given: dict[str, Any], filter_: dict[str, Any], reminded: bool
) -> None:
    rule = reminder_rule(before=["P7D"], filter=filter_)
    found = owed(rule, event("2026-07-15", **given), "2026-07-08 09:00")
    assert found == ((["P7D"], []) if reminded else ([], []))


def test_a_withdrawn_event_has_no_reminder() -> None:
    out = event_.withdraw(event("2026-07-15"), EARLY)
    assert out
    assert owed(reminder_rule(), out.after, "2026-07-15 10:00") == ([], [])


def test_a_series_is_reminded_of_by_occurrence() -> None:
    meeting = event("2026-01-05T10:00+08:00", recurrence="FREQ=WEEKLY", exceptions=["2026-07-13"])
    rule = reminder_rule(before=["P1D", "PT1H"])
    found = all_leads(rule, meeting, now="2026-07-05 00:00", until="2026-07-20 23:00")
    assert found == [
        ("2026-07-06T02:00Z/P1D", "2026-07-05 09:00"),
        ("2026-07-06T02:00Z/PT1H", "2026-07-06 09:00"),
        ("2026-07-20T02:00Z/P1D", "2026-07-19 09:00"),
        ("2026-07-20T02:00Z/PT1H", "2026-07-20 09:00"),
    ]


def test_of_several_occurrences_each_has_its_nearest_lead() -> None:
    daily = event("2026-07-01", recurrence="FREQ=DAILY")
    rule = reminder_rule(before=["P3D", "P1D"])
    dues = schedule.reminders_due([rule], [Known(daily, EARLY)], moment("2026-07-10 12:00"))
    assert sorted((short(due), due.skipped) for due in dues) == [
        ("2026-07-10/P1D", False),
        ("2026-07-10/P3D", True),
        ("2026-07-11/P1D", False),
        ("2026-07-11/P3D", True),
        ("2026-07-12/P3D", False),
        ("2026-07-13/P3D", False),
    ]


def test_the_days_of_a_filter_are_asked_of_the_occurrence() -> None:
    daily = event("2026-07-01", recurrence="FREQ=WEEKLY")
    rule = reminder_rule(before=["P0D"], filter={"from": "2026-07-10", "to": "2026-07-20"})
    assert all_leads(rule, daily) == [("2026-07-15/P0D", "2026-07-15 09:00")]


def test_a_series_without_end_costs_no_more_than_its_reach() -> None:
    daily = event("1990-01-01", recurrence="FREQ=DAILY")
    dues = schedule.reminders_due(
        [reminder_rule(before=["P30D"])], [Known(daily, EARLY)], moment("2026-07-10 12:00")
    )
    assert len(dues) == 31


def test_an_event_moved_away_and_back_has_its_key_again() -> None:
    rule = reminder_rule(before=["P7D"])
    there = event("2026-07-15")
    (first,) = schedule.reminders_due([rule], [Known(there, EARLY)], moment("2026-07-09 09:00"))
    back = event("2026-07-15")
    since = moment("2026-07-08 08:00")
    (again,) = schedule.reminders_due([rule], [Known(back, since)], moment("2026-07-09 09:00"))
    assert first.key == again.key


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ("2026-07-15", "2026-06-15 09:00", "2026-07-15 23:59"),
        ("2026-09-30", "2026-08-31 09:00", "2026-09-30 23:59"),
    ],
)
def test_the_days_in_reach_hold_whatever_can_be_due(when: str, first: str, last: str) -> None:
    rule = reminder_rule(**REGULATION)
    for now in (moment(first), moment(last)):
        assert schedule.reminders_due([rule], [Known(event(when), EARLY)], now)
        low, high = schedule.days_in_reach([rule], now, now)
        assert event(when).when.overlaps(low, high)
    assert schedule.days_in_reach([], moment(first), moment(last))


def test_what_comes_next_is_digests_and_reminders_in_order() -> None:
    found = schedule.upcoming(
        [digest_rule(days="workdays")],
        [reminder_rule(**REGULATION)],
        [Known(event("2026-07-15"), EARLY)],
        moment("2026-07-11 08:30"),
        moment("2026-07-14 09:00"),
    )
    assert [due.key for due in found] == [
        "digest/daily/2026-07-13",
        "digest/daily/2026-07-14",
        "reminder/r/e/2026-07-15/P1D",
    ]


# Changes


@dataclass
class Journal:
    """Events and what happened to them, as the store keeps it."""

    rows: list[Recorded] = field(default_factory=list)
    events: dict[str, Event] = field(default_factory=dict)

    def record(self, at: datetime, id_: str, change: Change | None) -> None:
        if change is None:
            return
        self.events[id_] = change.after
        source = Source() if change.after.details.source is None else change.after.details.source
        self.rows.append(
            Recorded(
                seq=len(self.rows) + 1,
                at=at,
                event_id=id_,
                version=change.after.version,
                change=change.kind,
                from_when=change.from_when,
                to_when=change.to_when,
                days=change.days,
                who="test",
                origin=Origin.FILE,
                source=source,
                keys=change.keys,
                event=change.after,
            )
        )

    def create(self, at: datetime, id_: str, when: str, **given: Any) -> None:
        details = event(when, id_, **given).details
        self.record(at, id_, event_.new(id_, details, at, Origin.FILE))

    def edit(self, at: datetime, id_: str, **given: Any) -> None:
        old = self.events[id_]
        details = fields.read({**fields.write(old.details), **given}, old.details.timezone)
        self.record(at, id_, event_.revise(old, details, at))

    def withdraw(self, at: datetime, id_: str) -> None:
        self.record(at, id_, event_.withdraw(self.events[id_], at))

    def restore(self, at: datetime, id_: str, **given: Any) -> None:
        old = self.events[id_]
        details = fields.read({**fields.write(old.details), **given}, old.details.timezone)
        self.record(at, id_, event_.restore(old, details, at))


NOON = moment("2026-05-01 12:00")
MINUTES = timedelta(minutes=2)


def told(
    *steps: tuple[float, dict[str, Any] | str],
    when: str = "2026-05-13",
    window: timedelta = MINUTES,
    rule: KnownRule[ChangeRule] | None = None,
    now: datetime = NOON + DAY,
) -> Planned:
    """The alerts about one event that was created a day before; steps by minutes after noon."""
    journal = Journal()
    journal.create(NOON - DAY, "e", when)
    for minutes, step in steps:
        at = NOON + timedelta(minutes=minutes)
        if step == "withdraw":
            journal.withdraw(at, "e")
        elif step == "restore":
            journal.restore(at, "e")
        else:
            assert isinstance(step, dict)
            journal.edit(at, "e", **step)
    return schedule.changes_due([rule or change_rule()], journal.rows, window, now)


def said(changes: Iterable[DueChange]) -> list[tuple[str, str | None, str | None]]:
    return [
        (
            change.change.value,
            change.first.from_when,
            change.last.event.when.text if change.last.event else None,
        )
        for change in changes
    ]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(0, {"when": "2026-06-03"})], [("later", "2026-05-13", "2026-06-03")]),
        ([(0, {"when": "2026-05-03"})], [("earlier", "2026-05-13", "2026-05-03")]),
        ([(0, {"when": "2026-05"})], [("loosened", "2026-05-13", "2026-05")]),
        (
            [(0, {"when": "2026-05-13T10:00+08:00"})],
            [("firmed", "2026-05-13", "2026-05-13T10:00+08:00")],
        ),
        ([(0, {"status": "cancelled"})], [("cancelled", "2026-05-13", "2026-05-13")]),
        ([(0, {"title": "y"})], []),
        ([(0, {"status": "tentative"})], []),
        ([(0, "withdraw")], []),
        ([(0, "withdraw"), (5, "restore")], []),
        # extended, and told as what it came to
        (
            [(0, {"when": "2026-06-03"}), (1, {"when": "2026-05-12"}), (1.5, {"title": "y"})],
            [("earlier", "2026-05-13", "2026-05-12")],
        ),
        (
            [(0, {"when": "2026-06-03"}), (1, {"status": "cancelled"})],
            [("cancelled", "2026-05-13", "2026-06-03")],
        ),
        # back at the old value
        ([(0, {"when": "2026-06-03"}), (1, {"when": "2026-05-13"})], []),
        ([(0, {"status": "cancelled"}), (1, {"status": None})], []),
        # what comes at the window's end or later is another
        (
            [(0, {"when": "2026-06-03"}), (2, {"when": "2026-05-13"})],
            [("later", "2026-05-13", "2026-06-03"), ("earlier", "2026-06-03", "2026-05-13")],
        ),
        # the window does not grow
        (
            [
                (0, {"when": "2026-06-03"}),
                (1.5, {"when": "2026-06-04"}),
                (3, {"when": "2026-06-05"}),
            ],
            [("later", "2026-05-13", "2026-06-04"), ("later", "2026-06-04", "2026-06-05")],
        ),
        (
            [(0, {"status": "cancelled"}), (5, {"status": None})],
            [("cancelled", "2026-05-13", "2026-05-13"), ("reinstated", "2026-05-13", "2026-05-13")],
        ),
        # withdrawn in the window or by now: nothing is said
        ([(0, {"when": "2026-06-03"}), (1, "withdraw")], []),
        ([(0, {"when": "2026-06-03"}), (9, "withdraw")], []),
        (
            [(0, {"when": "2026-06-03"}), (9, "withdraw"), (10, "restore")],
            [("later", "2026-05-13", "2026-06-03")],
        ),
        ([(0, "withdraw"), (1, {"when": "2026-06-03"}), (9, "restore")], []),
    ],
)
def test_changes(steps: Any, expected: list[tuple[str, str, str]]) -> None:
    planned = told(*steps)
    assert said(planned.changes) == expected
    assert planned.settled_seq == len(steps) + 1


def test_another_spelling_of_the_old_window_is_the_old_value() -> None:
    planned = told(
        (0, {"when": "2026-06"}), (1, {"when": "[2026-05-01..2026-05-31]"}), when="2026-05"
    )
    assert planned.changes == ()


def test_a_change_alert_is_named_by_the_sequence_of_its_first_change() -> None:
    planned = told(
        (0, {"when": "2026-05-14"}), (1, {"when": "2026-05-16"}), (5, {"when": "2026-05-20"})
    )
    first, second = planned.changes
    assert (first.key, second.key) == ("change/changes/e/1", "change/changes/e/3")
    assert (first.change.value, first.days, first.due_at) == ("later", 3, NOON + MINUTES)
    assert [row.seq for row in first.rows] == [2, 3]
    assert first.closed


def test_an_open_window_waits_and_is_not_settled() -> None:
    steps = [(0.0, {"when": "2026-05-14"}), (1.0, {"when": "2026-05-16"})]
    planned = told(*steps, now=NOON + MINUTES - timedelta(seconds=1))
    assert planned.changes == ()
    assert [w.closed for w in planned.waiting] == [False]
    assert planned.settled_seq == 1
    planned = told(*steps, now=NOON + MINUTES)
    assert (len(planned.changes), planned.waiting, planned.settled_seq) == (1, (), 3)


def test_without_a_window_each_change_is_an_alert_at_once() -> None:
    planned = told(
        (0, {"when": "2026-05-14"}),
        (0.5, {"when": "2026-05-13"}),
        (1, {"title": "y"}),
        window=timedelta(),
        now=NOON + timedelta(minutes=1),
    )
    assert [change.key for change in planned.changes] == [
        "change/changes/e/1",
        "change/changes/e/2",
    ]
    assert planned.settled_seq == 4


def test_without_a_window_a_clock_set_back_joins_nothing() -> None:
    steps = [(1.0, {"when": "2026-05-14"}), (0.0, {"when": "2026-05-15"})]
    assert len(told(*steps, window=timedelta()).changes) == 2


def test_nothing_is_told_from_before_the_rule() -> None:
    steps = [(0.0, {"when": "2026-05-14"}), (1.0, {"when": "2026-05-16"})]
    planned = told(*steps, rule=change_rule(NOON + timedelta(seconds=1)))
    assert said(planned.changes) == [("later", "2026-05-14", "2026-05-16")]


@pytest.mark.parametrize(
    ("filter_", "steps", "told_of"),
    [
        ({"importance": "high"}, [(0, {"when": "2026-06-03"})], False),
        ({"importance": "normal"}, [(0, {"when": "2026-06-03"})], True),
        ({"precision": "month"}, [(0, {"when": "2026-05"})], True),  # after
        ({"precision": "day"}, [(0, {"when": "2026-05"})], True),  # before
        ({"precision": "minute"}, [(0, {"when": "2026-05"})], False),
        ({"to": "2026-05-31"}, [(0, {"when": "2026-06-03"})], True),  # before
        ({"status": "confirmed"}, [(0, {"status": "cancelled"})], True),
        ({"importance": "low"}, [(0, {"when": "2026-06-03"}), (1, {"importance": "low"})], True),
        ({"importance": "normal"}, [(0, {"when": "2026-06-03", "importance": "low"})], True),
    ],
)
def test_the_filter_means_the_event_before_or_after(
    filter_: dict[str, Any], steps: Any, told_of: bool
) -> None:
    assert bool(told(*steps, rule=change_rule(filter=filter_)).changes) is told_of


def test_the_event_before_is_given_or_put_together_from_the_row() -> None:
    journal = Journal()
    journal.create(NOON - DAY, "e", "2026-05-13", importance="high")
    old = journal.events["e"]
    journal.edit(NOON, "e", when="2026-05", importance="low")
    rows, now = journal.rows[1:], NOON + DAY
    day = change_rule(filter={"precision": "day"})
    high = change_rule(filter={"importance": "high"})
    assert len(schedule.changes_due([day], rows, MINUTES, now).changes) == 1
    assert len(schedule.changes_due([high], rows, MINUTES, now).changes) == 0
    assert len(schedule.changes_due([high], rows, MINUTES, now, before={"e": old}).changes) == 1


@pytest.mark.parametrize("status", ["cancelled", None])
def test_the_state_before_is_put_together_too(status: str | None) -> None:
    journal = Journal()
    journal.create(NOON - DAY, "e", "2026-05-13", status=None if status else "cancelled")
    journal.edit(NOON, "e", status=status)
    planned = schedule.changes_due([change_rule()], journal.rows[1:], MINUTES, NOON + DAY)
    assert said(planned.changes) == [
        ("cancelled" if status else "reinstated", "2026-05-13", "2026-05-13")
    ]


def test_of_a_purged_event_nothing_is_said() -> None:
    journal = Journal()
    journal.create(NOON - DAY, "e", "2026-05-13")
    journal.edit(NOON, "e", when="2026-05-14")
    journal.edit(NOON + DAY, "e", when="2026-05-15")
    erased = [replace(row, event=None) for row in journal.rows]
    for rows in (erased, [*journal.rows[:2], erased[2]]):
        assert schedule.changes_due([change_rule()], rows, MINUTES, NOON + 2 * DAY).changes == ()


def test_no_rows_settle_nothing() -> None:
    assert schedule.changes_due([change_rule()], [], MINUTES, NOON).settled_seq is None


def test_what_is_settled_never_cuts_a_group_in_two() -> None:
    """Of `b` the first row lies before the open window of `c` and the second after it: read from
    there, the second would have been an alert of its own."""
    journal = Journal()
    for id_ in "bc":
        journal.create(NOON - DAY, id_, "2026-05-13")
    second = timedelta(seconds=1)
    journal.edit(NOON, "b", when="2026-05-14")
    journal.edit(NOON + 30 * second, "c", when="2026-05-14")
    journal.edit(NOON + 60 * second, "b", when="2026-05-15")
    early = schedule.changes_due([change_rule()], journal.rows, MINUTES, NOON + MINUTES)
    assert [change.key for change in early.changes] == ["change/changes/b/1"]
    assert early.settled_seq == 2
    rest = [row for row in journal.rows if row.seq > 2]
    late = schedule.changes_due([change_rule()], rest, MINUTES, NOON + DAY)
    assert [c.key for c in late.changes] == ["change/changes/b/1", "change/changes/c/1"]


# A simulated year


KINDS = ("regulation", "consultation", "launch", "conference")
IMPORTANCES = ("high", "normal", "low")
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London")


def random_when(draw: random.Random) -> str:
    day = date(2026, 1, 1) + draw.randrange(-5, 380) * DAY
    form = draw.randrange(10)
    if form < 3:
        return str(day)
    if form == 3:
        return f"{day}/{day + draw.randrange(1, 6) * DAY}"
    if form == 4:
        return f"{day:%Y-%m}"
    if form == 5:
        return f"[{day}..{day + draw.randrange(1, 20) * DAY}]"
    if form == 6:
        return draw.choice(["2026-Q1", "2026-Q2", "2026-Q3", "2026-H2", "2026", f"{day}~"])
    clock = f"{draw.randrange(24):02d}:{draw.choice(['00', '15', '30', '45'])}"
    offset = draw.choice(["+08:00", "-05:00", "+00:00"])
    start = datetime.fromisoformat(f"{day}T{clock}{offset}")
    if form < 9:
        return f"{start:%Y-%m-%dT%H:%M}{offset}"
    end = start + draw.randrange(1, 20) * QUARTER
    return f"{start:%Y-%m-%dT%H:%M}{offset}/{end:%Y-%m-%dT%H:%M}{offset}"


def random_change(draw: random.Random, journal: Journal, at: datetime, id_: str) -> None:
    here = journal.events[id_]
    if here.withdrawn:
        moved = here.details.recurrence is None and one_in(draw, 2)
        journal.restore(at, id_, **({"when": random_when(draw)} if moved else {}))
        return
    step = draw.randrange(12)
    if here.details.recurrence is not None and step < 6:
        step = 6
    if step < 6:
        journal.edit(at, id_, when=random_when(draw))
    elif step == 6:
        journal.edit(at, id_, importance=draw.choice(IMPORTANCES))
    elif step == 7:
        journal.edit(at, id_, kind=draw.choice(KINDS))
    elif step == 8:
        journal.edit(at, id_, status=None if here.cancelled else "cancelled")
    elif step == 9:
        journal.withdraw(at, id_)
    elif here.details.recurrence is not None:
        begin = here.when.first
        series = recurrence.occurrences(
            replace(here.details, exceptions=()), begin, begin + 366 * DAY
        )
        skip = draw.choice([occurrence.first for occurrence in series][1:])
        journal.edit(at, id_, exceptions=[str(skip)])
    else:
        journal.edit(at, id_, title=f"renamed {draw.random()}")
    # Often enough somebody corrects what was just written.
    if one_in(draw, 4) and not journal.events[id_].withdrawn:
        soon = at + timedelta(seconds=draw.randrange(1, 240))
        if journal.events[id_].details.recurrence is None:
            back = one_in(draw, 2)
            journal.edit(soon, id_, when=here.when.text if back else random_when(draw))


def one_in(draw: random.Random, many: int) -> bool:
    return draw.randrange(many) == 0


def random_histories(
    draw: random.Random, events: int, first: datetime, last: datetime
) -> tuple[list[Recorded], dict[str, list[reckoning.State]]]:
    """The rows of all events by time, and by event its states."""
    rows: list[Recorded] = []
    histories: dict[str, list[reckoning.State]] = {}
    span = int((last - first).total_seconds())
    for number in range(events):
        id_, journal = f"event-{number}", Journal()
        created = first + timedelta(seconds=draw.randrange(-span // 3, span))
        given: dict[str, Any] = {
            "kind": draw.choice(KINDS),
            "importance": draw.choice(IMPORTANCES),
            "timezone": draw.choice(ZONES),
        }
        when = random_when(draw)
        if one_in(draw, 8):
            # Not at night: when clocks change is not what this is about.
            day = date(2026, 1, 1) + draw.randrange(300) * DAY
            # Not after the 28th: a monthly series would leave months out.
            day = day.replace(day=min(day.day, 28))
            when = str(day) if one_in(draw, 2) else f"{day}T10:15"
            given["recurrence"] = draw.choice(
                ["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY"]
            )
        journal.create(created, id_, when, **given)
        at = created
        for _ in range(draw.randrange(0, 9)):
            at += timedelta(seconds=draw.randrange(300, span // 4))
            at = at if one_in(draw, 3) else at.replace(minute=at.minute // 15 * 15, second=0)
            random_change(draw, journal, at, id_)
        since = created
        states: list[reckoning.State] = []
        for row in journal.rows:
            assert row.event is not None
            if {"when", "recurrence", "exceptions"} & set(row.keys):
                since = row.at
            states.append(reckoning.State(row.at, row.event, since))
        rows += journal.rows
        histories[id_] = states
    rows.sort(key=lambda row: row.at)
    return [replace(row, seq=seq) for seq, row in enumerate(rows, 1)], histories


def year_rules(
    first: datetime, last: datetime
) -> tuple[list[KnownRule[DigestRule]], list[KnownRule[ReminderRule]], list[KnownRule[ChangeRule]]]:
    middle = first + (last - first) * 0.4
    return (
        [
            digest_rule(name="daily", days="workdays"),
            digest_rule(name="night", at="02:30", timezone="America/New_York"),
            digest_rule(middle, name="weekly", days=["mon", "thu"], timezone="Europe/London"),
        ],
        [
            reminder_rule(
                name="regulation", filter={"kind": ["regulation", "launch"]}, **REGULATION
            ),
            reminder_rule(
                name="high",
                at="18:30",
                before=["P7D", "P1D", "P0D", "PT2H", "PT30M", "PT0S"],
                timezone="America/New_York",
                filter={"importance": ["high", "normal"]},
            ),
            reminder_rule(
                middle,
                name="late",
                at="02:30",
                before=["P14D", "P0D"],
                days=["mon", "sun"],
                timezone="America/New_York",
                filter={"precision": ["day", "minute", "month"]},
            ),
        ],
        [
            change_rule(name="all"),
            change_rule(middle, name="high", filter={"importance": ["high"]}),
        ],
    )


def passes_agree_with_the_reckoning(
    seed: int, events: int, first: datetime, last: datetime
) -> dict[str, int]:
    draw = random.Random(seed)
    rows, histories = random_histories(draw, events, first, last)
    digests, reminders, changes = year_rules(first, last)
    passes = [first + n * QUARTER for n in range(int((last - first) / QUARTER) + 1)]

    steps = sorted(
        ((state.begin, id_, state) for id_, states in histories.items() for state in states),
        key=lambda step: step[:2],
    )
    known: dict[str, Known] = {}
    ledger: dict[str, bool] = {}
    step = settled = read = 0
    for now in passes:
        while step < len(steps) and steps[step][0] <= now:
            _, id_, state = steps[step]
            known[id_] = Known(state.event, state.since)
            step += 1
        while read < len(rows) and rows[read].at <= now:
            read += 1
        for due in schedule.digests_due(digests, now):
            ledger.setdefault(due.key, due.skipped)
        for due in schedule.reminders_due(reminders, known.values(), now):
            ledger.setdefault(due.key, due.skipped)
        planned = schedule.changes_due(changes, rows[settled:read], MINUTES, now)
        for change in planned.changes:
            ledger.setdefault(change.key, False)
        settled = planned.settled_seq or settled
    sent = {key for key, skipped in ledger.items() if not skipped}

    wanted: set[str] = set()
    for digest in digests:
        wanted.update(
            reckoning.digest_keys(
                digest.rule, digest.known_since, passes, first.date() - DAY, last.date() + DAY
            )
        )
    for states in histories.values():
        for reminder in reminders:
            wanted.update(
                reckoning.reminder_keys(reminder.rule, reminder.known_since, states, passes)
            )
        for rule in changes:
            wanted.update(
                reckoning.change_keys(rule.rule, rule.known_since, states, MINUTES, passes)
            )
    assert sorted(sent - wanted) == []
    assert sorted(wanted - sent) == []
    return {
        kind: sum(key.startswith(f"{kind}/") for key in sent)
        for kind in ("digest", "reminder", "change")
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_two_simulated_months(seed: int) -> None:
    first = datetime(2026, 9, 10, tzinfo=UTC)  # 中秋, 国庆, and the end of summer time
    counts = passes_agree_with_the_reckoning(seed, 40, first, first + 60 * DAY)
    assert all(counts.values())


@pytest.mark.slow
def test_a_simulated_year() -> None:
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 45, tzinfo=UTC)
    counts = passes_agree_with_the_reckoning(2026, 300, first, last)
    assert counts["digest"] > 600
    assert counts["reminder"] > 1000
    assert counts["change"] > 300


# Properties


minutes = st.integers(0, 400 * 24 * 60 - 1)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@st.composite
def whens(draw: st.DrawFn) -> str:
    return random_when(random.Random(draw(st.integers(0, 10**6))))


@st.composite
def reminder_rules(draw: st.DrawFn) -> ReminderRule:
    lead = st.sampled_from(["P30D", "P7D", "P3D", "P1D", "P0D", "PT36H", "PT2H", "PT0S"])
    given: dict[str, Any] = {
        "at": draw(st.sampled_from(["00:00", "02:30", "09:00", "23:30"])),
        "before": draw(st.lists(lead, min_size=1, max_size=5)),
        "days": draw(st.sampled_from(["daily", "weekdays", "workdays", ["mon", "thu"]])),
        "timezone": draw(st.sampled_from([*ZONES, "America/Nuuk", "Pacific/Kiritimati"])),
    }
    return reminder_rule(**given).rule


def chain(
    standing: Sequence[KnownRule[ReminderRule]], known: Sequence[Known], passes: Iterable[datetime]
) -> tuple[set[str], set[str]]:
    """What a chain of passes sends, and what it only records."""
    ledger: dict[str, bool] = {}
    for now in passes:
        dues = schedule.reminders_due(standing, known, now)
        assert len({due.key for due in dues}) == len(dues)
        for due in dues:
            assert due.due_at <= now < due.over_at
            ledger.setdefault(due.key, due.skipped)
    return {k for k, skipped in ledger.items() if not skipped}, {k for k, s in ledger.items() if s}


@settings(max_examples=150, deadline=None)
@given(
    reminder_rules(),
    st.lists(st.tuples(whens(), minutes), min_size=1, max_size=4),
    minutes,
    st.sets(minutes, min_size=1, max_size=12),
    st.sets(minutes, max_size=12),
)
def test_more_passes_lose_nothing_and_the_finest_send_all(
    rule: ReminderRule,
    dates: list[tuple[str, int]],
    since: int,
    some: set[int],
    more: set[int],
) -> None:
    standing = [KnownRule(rule, BEGIN + timedelta(minutes=since))]
    known = [
        Known(event(when, f"e{n}"), BEGIN + timedelta(minutes=at))
        for n, (when, at) in enumerate(dates)
    ]
    last = BEGIN + timedelta(minutes=max(some | more))
    ahead = schedule.upcoming([], standing, known, EARLY, last)
    coarse = sorted(BEGIN + timedelta(minutes=n) for n in some)
    fine = sorted({*coarse, *(BEGIN + timedelta(minutes=n) for n in more)})
    finest = sorted({*fine, *(due.due_at for due in ahead)})
    sent = [chain(standing, known, passes) for passes in (coarse, fine, finest)]
    for (less, less_skipped), (all_, all_skipped) in pairwise(sent):
        assert less <= all_
        assert less | less_skipped <= all_ | all_skipped
    by_then = {
        due.key
        for due in ahead
        if due.due_at >= max(standing[0].known_since, known[int((due.event_id or "e0")[1:])].since)
    }
    assert sent[2] == (by_then, set())


@settings(max_examples=150, deadline=None)
@given(reminder_rules(), whens(), minutes)
def test_a_pass_sends_at_most_one_lead_of_an_event(rule: ReminderRule, when: str, at: int) -> None:
    now = BEGIN + timedelta(minutes=at)
    dues = schedule.reminders_due([KnownRule(rule, EARLY)], [Known(event(when), EARLY)], now)
    assert [due.skipped for due in dues] == [True] * (len(dues) - 1) + [False] * bool(dues)
    low, high = schedule.days_in_reach([KnownRule(rule, EARLY)], now, now)
    assert not dues or event(when).when.overlaps(low, high)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 400), min_size=1, max_size=30))
def test_passes_at_any_instants_tell_the_same_changes(seed: int, gaps: list[int]) -> None:
    """Rows that are settled are not read again, and still the alerts are those of one late look.

    (Events that are withdrawn are left out: of these a late look says nothing.)
    """
    draw = random.Random(seed)
    journal = Journal()
    for id_ in "abc":
        journal.create(NOON - DAY, id_, "2026-05-13")
    at = NOON
    for _ in range(12):
        at += timedelta(seconds=draw.randrange(100))
        change: dict[str, Any] = {"when": f"2026-05-{draw.randrange(13, 17)}"}
        if one_in(draw, 3):
            change = {"status": draw.choice([None, "cancelled"])}
        journal.edit(at, draw.choice("abc"), **change)
    end = at + MINUTES
    once = schedule.changes_due([change_rule()], journal.rows, MINUTES, end)
    found: dict[str, DueChange] = {}
    now, settled = NOON, 0
    for gap in [*gaps, 10**6]:
        now += timedelta(seconds=gap)
        rows = [row for row in journal.rows if row.at <= now and row.seq > settled]
        planned = schedule.changes_due([change_rule()], rows, MINUTES, now)
        for change_ in planned.changes:
            assert found.setdefault(change_.key, change_) == change_
        settled = planned.settled_seq or settled
    assert found == {change_.key: change_ for change_ in once.changes}
    assert once.settled_seq == settled == len(journal.rows)
