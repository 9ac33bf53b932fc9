from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.alerts import rules
from service.core.alerts.rules import (
    ChangeRule,
    Days,
    DigestRule,
    FeedSpec,
    ReminderRule,
    Weekday,
    WhenEmpty,
)
from service.core.dates.duration import Duration
from service.core.events.event import Importance
from service.core.events.filters import Filter
from service.core.events.kinds import Kind
from service.errors import InvalidInput

DEFAULTS = {"timezone": "Asia/Shanghai", "lang": "zh"}


def problems(caught: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.detail) for problem in caught.value.problems]


def test_feed_with_every_key() -> None:
    given = {
        "name": "portfolio",
        "title": "持仓相关",
        "filter": {"ticker": ["0700.HK", "9988.HK"]},
        "private": "true",
    }
    feed = FeedSpec("portfolio", "持仓相关", Filter(ticker=("0700.HK", "9988.HK")), True)
    assert rules.read_feed(given) == feed
    assert rules.write_feed(feed) == {**given, "private": True}


def test_feed_with_its_name_alone() -> None:
    assert rules.read_feed({"name": "all"}) == FeedSpec("all", "all", Filter(), False)


def test_digest_with_every_key() -> None:
    given = {
        "name": "daily",
        "title": "AI 事件日历",
        "channel": "#ai-events",
        "at": "8:30",
        "days": "workdays",
        "ahead": "2w",
        "when_empty": "post",
        "filter": {"importance": ["high"]},
        "timezone": "Europe/Berlin",
        "lang": "en",
    }
    rule = rules.read_digest(given, **DEFAULTS)
    assert rule == DigestRule(
        name="daily",
        title="AI 事件日历",
        channels=("#ai-events",),
        at=time(8, 30),
        days=Days.WORKDAYS,
        ahead=Duration(days=14),
        when_empty=WhenEmpty.POST,
        filter=Filter(importance=(Importance.HIGH,)),
        timezone="Europe/Berlin",
        lang="en",
    )
    assert rules.write_digest(rule) == {**given, "at": "08:30", "ahead": "P14D"}


def test_defaults() -> None:
    least = {"name": "x", "channel": "C0123456789"}
    assert rules.read_digest(least, **DEFAULTS) == DigestRule(
        "x",
        "x",
        ("C0123456789",),
        time(8, 30),
        Days.DAILY,
        Duration(days=14),
        WhenEmpty.SKIP,
        Filter(),
        "Asia/Shanghai",
        "zh",
    )
    assert rules.read_reminder(least, **DEFAULTS) == ReminderRule(
        "x",
        ("C0123456789",),
        time(9, 0),
        (Duration(days=7), Duration(days=1), Duration()),
        Days.DAILY,
        Filter(),
        "Asia/Shanghai",
        "zh",
    )
    assert rules.read_change(least, **DEFAULTS) == ChangeRule(
        "x", ("C0123456789",), Filter(), "Asia/Shanghai", "zh"
    )


def test_reminder() -> None:
    given = {
        "name": "regulation",
        "channel": "#合规",
        "before": ["P30D", "1w", "PT2H", "P7D", "P0D"],
        "days": ["thu", "mon", "mon"],
        "filter": {"kind": ["regulation", "consultation"]},
    }
    rule = rules.read_reminder(given, **DEFAULTS)
    assert [lead.text for lead in rule.before] == ["P30D", "P7D", "PT2H", "P0D"]
    assert rule.days == (Weekday.MON, Weekday.THU)
    assert rule.filter.kind == (Kind.REGULATION, Kind.CONSULTATION)


def test_all_problems_at_once() -> None:
    given: dict[str, Any] = {
        "name": "Ünfit",
        "chanel": "#x",
        "at": "25:00",
        "before": ["P1M", "P7D", "soon", "P1DT12H"],
        "days": ["mon", "someday"],
        "filter": {"kind": ["meeting"], "from": "2026-02-30"},
        "timezone": "Mars",
        "lang": "de",
    }
    with pytest.raises(InvalidInput) as caught:
        rules.read_reminder(given, **DEFAULTS)
    assert [pointer for pointer, _ in problems(caught)] == [
        "/chanel",
        "/name",
        "/channel",
        "/at",
        "/before/0",
        "/before/2",
        "/before/3",
        "/days/1",
        "/filter/kind",
        "/filter/from",
        "/timezone",
        "/lang",
    ]


@pytest.mark.parametrize(
    ("key", "value", "detail"),
    [
        ("channel", "", "# begins a comment in YAML"),
        ("channel", "#", "# begins a comment in YAML"),
        ("channel", "AI events", '"#ai-events" in quotes'),
        ("channel", ["#a", "#b"], "names two of Slack's"),
        ("channel", [], "is empty"),
        ("channel", "#AI-Events", "lower case"),
        ("channel", "#ai events", "is no channel"),
        ("channel", "@channel", "is no channel"),
        ("channel", "<!channel>", "is no channel"),
        ("channel", "#" + "a" * 81, "is no channel"),
        ("name", "daily digest", "lower-case letters, digits and hyphens"),
        ("name", "a" * 41, "at most 40"),
        ("name", "../x", "lower-case letters"),
        ("at", "noon", "no time of day"),
        ("at", "08:30:00", "no time of day"),
        ("at", "24:00", "no time of day"),
        ("days", "mon", "must be a list: [mon]"),
        ("days", "workday", "did you mean workdays?"),
        ("days", [], "is empty"),
        ("ahead", "PT12H", "whole days"),
        ("ahead", "14", "write one such as P7D"),
        ("when_empty", "no", "is not one of skip, post"),
        ("filter", "high", "must be a filter"),
        ("filter", {"kinds": "x"}, "did you mean kind?"),
        ("title", "x" * 501, "at most 500"),
        ("title", "a\x00b", "control character"),
        ("titel", "x", "did you mean title?"),
        ("a/b", "x", "unknown key"),
    ],
)
def test_one_problem(key: str, value: Any, detail: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        rules.read_digest({"name": "x", "channel": "#x", key: value}, **DEFAULTS)
    assert len(problems(caught)) == 1
    assert detail in problems(caught)[0][1]


names = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
given_filters = st.builds(
    Filter,
    kind=st.lists(st.sampled_from(Kind), unique=True).map(tuple),
    ticker=st.lists(st.sampled_from(["0700.HK", "000858", "GOOGL.O"]), unique=True).map(tuple),
    q=st.sampled_from(["", "AI 大会"]),
)
days = st.sampled_from(Days) | st.sets(st.sampled_from(Weekday), min_size=1).map(
    lambda chosen: tuple(day for day in Weekday if day in chosen)
)
clock = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
common = {
    "name": names,
    "channels": st.sampled_from(
        [("#ai-events",), ("#合规",), ("C0123456789",), ("mail",), ("mail", "hook", "#x")]
    ),
    "filter": given_filters,
    "timezone": st.sampled_from(["Asia/Shanghai", "America/New_York"]),
    "lang": st.sampled_from(["zh", "en"]),
}
titles = st.sampled_from(["AI 事件日历", "x"])
leads = st.integers(0, 400).map(lambda n: Duration(days=n)) | st.integers(0, 400).map(
    lambda n: Duration(seconds=60 * n)
)


@given(st.builds(FeedSpec, name=names, title=titles, filter=given_filters, private=st.booleans()))
def test_feed_round_trip(feed: FeedSpec) -> None:
    assert rules.read_feed(rules.write_feed(feed)) == feed


@given(
    st.builds(
        DigestRule,
        title=titles,
        at=clock,
        days=days,
        ahead=st.integers(0, 400).map(lambda n: Duration(days=n)),
        when_empty=st.sampled_from(WhenEmpty),
        **common,
    )
)
def test_digest_round_trip(rule: DigestRule) -> None:
    assert rules.read_digest(rules.write_digest(rule), timezone="UTC", lang="zh") == rule


@given(
    st.builds(
        ReminderRule,
        at=clock,
        before=st.lists(leads, min_size=1, max_size=5, unique=True).map(tuple),
        days=days,
        **common,
    )
)
def test_reminder_round_trip(rule: ReminderRule) -> None:
    assert rules.read_reminder(rules.write_reminder(rule), timezone="UTC", lang="zh") == rule


@given(st.builds(ChangeRule, **common))
def test_change_round_trip(rule: ChangeRule) -> None:
    assert rules.read_change(rules.write_change(rule), timezone="UTC", lang="zh") == rule
