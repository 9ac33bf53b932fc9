"""Which events a filter means."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.core.events import event as event_
from service.core.events import fields, filters
from service.core.events.event import Event, Origin
from service.errors import InvalidInput


def event(**given: Any) -> Event:
    details = fields.read({"title": "x", "when": "2026-05-13", **given}, "Asia/Shanghai")
    return event_.new("x", details, datetime(2026, 4, 27, tzinfo=UTC), Origin.FILE).after


def matches(query: dict[str, Any], **given: Any) -> bool:
    return filters.read(query).matches(event(**given))


@pytest.mark.parametrize(
    ("query", "given", "expected"),
    [
        ({}, {}, True),
        ({"kind": "conference,launch"}, {"kind": "launch"}, True),
        ({"kind": ["conference"]}, {"kind": "launch"}, False),
        ({"tag": "ai"}, {"tags": ["AI"]}, True),
        ({"tag": "机器人"}, {"tags": ["AI"]}, False),
        ({"ticker": ["0700.HK", "9988.HK"]}, {"tickers": ["9988.hk"]}, True),
        ({"organization": "百度"}, {"organizations": ["百度"]}, True),
        ({"importance": "high,normal"}, {"importance": "low"}, False),
        ({"status": "tentative"}, {"when": "2026-05"}, True),
        ({"status": "confirmed"}, {"when": "2026-05"}, False),
        ({"status": "cancelled"}, {"status": "cancelled"}, True),
        ({"precision": "month,quarter"}, {"when": "2026-Q2"}, True),
        ({"q": "百度"}, {"title": "百度 Create 2026"}, True),
        ({"q": "create 百度"}, {"title": "百度 Create 2026"}, True),
        ({"q": "ＣＲＥＡＴＥ"}, {"title": "百度 Create 2026"}, True),
        ({"q": "google"}, {"titles": {"en": "Google I/O"}}, True),
        ({"q": "google"}, {"organizations": ["Google"]}, True),
        ({"q": "100%"}, {"description": "100 percent"}, False),
        ({"q": "google"}, {"location": "Google Campus"}, False),
        ({"from": "2026-05-31"}, {"when": "2026-05"}, True),
        ({"from": "2026-06-01"}, {"when": "2026-05"}, False),
        ({"to": "2026-05-13"}, {"when": "2026-05-13/2026-05-14"}, True),
        ({"to": "2026-05-12"}, {"when": "2026-05-13/2026-05-14"}, False),
        ({"from": "2027-05-01", "to": "2027-05-31"}, {"recurrence": "FREQ=YEARLY"}, True),
        ({"from": "2027-06-01", "to": "2027-06-30"}, {"recurrence": "FREQ=YEARLY"}, False),
        ({"kind": "launch", "tag": "AI"}, {"kind": "launch"}, False),
    ],
)
def test_all_given_keys_must_match(
    query: dict[str, Any], given: dict[str, Any], expected: bool
) -> None:
    assert matches(query, **given) is expected


def test_a_withdrawn_event_is_never_meant() -> None:
    change = event_.withdraw(event(), datetime(2026, 4, 28, tzinfo=UTC))
    assert change is not None
    assert not filters.Filter().matches(change.after)


def test_a_filter_is_written_and_read_alike() -> None:
    query = {
        "kind": ["conference", "launch"],
        "q": "百度",
        "from": "2026-05-01",
        "to": "2026-05-31",
    }
    assert filters.write(filters.read(query)) == query
    assert filters.read(query).to == date(2026, 5, 31)
    assert filters.write(filters.Filter()) == {}


@pytest.mark.parametrize(
    ("query", "pointer", "says"),
    [
        ({"kinds": "x"}, "/kinds", "did you mean kind?"),
        ({"kind": "conferense"}, "/kind", "did you mean conference?"),
        ({"kind": ""}, "/kind", "leave the key out"),
        ({"kind": 5}, "/kind", "list of texts"),
        ({"from": "2026-05"}, "/from", "is not one day"),
        ({"from": "2026-02-30"}, "/from", "28 days"),
        ({"from": "2026-05-02", "to": "2026-05-01"}, "/to", "is before from"),
        ({"q": ["a", "b"]}, "/q", "one text"),
        ({"q": "x" * 201}, "/q", "200 characters"),
        ({"tag": "a\x00"}, "/tag", "U+0000"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(
    query: dict[str, Any], pointer: str, says: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        filters.read(query)
    assert [p.pointer for p in refusal.value.problems] == [pointer]
    assert says in refusal.value.problems[0].detail
