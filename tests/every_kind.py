"""Feeds of every kind there is, for the tests that render them and for those that let real calendar
parsers read them. The events are made up for the tests and are presented as nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from service.core.calendars.feed import Heading, Options, Rendered, read_options, render
from service.core.events import event as event_
from service.core.events import fields
from service.core.events.event import Event, Origin

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)
DAY = date(2026, 4, 27)
HEADING = Heading(
    "AI 事件日历", "http://127.0.0.1:8000/feeds/all.ics", "http://127.0.0.1:8000", "Asia/Shanghai"
)
LONG = '人工智能, semicolons; back\\slashes "quotes" and 🤖 emoji 👩‍👩‍👧‍👦 in one text. ' * 80


def event(id_: str, when: str, **given: Any) -> Event:
    data = {"title": given.pop("title", f"试验 {id_}"), "when": when, **given}
    details = fields.read(data, given.get("timezone") or "Asia/Shanghai")
    return event_.new(id_, details, NOW, Origin.FILE).after


def ordered(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda e: (e.when.sort_key, e.id))


SOURCE = {
    "title": "人工智能周报（26年第17周）",
    "publisher": "国信证券",
    "date": "2026-04-27",
    "excerpt": "7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行",
}
UNDATED = [
    event("month", "2026-05"),
    event("third", "[2026-05-21..2026-05-31]"),
    event("week", "[2026-05-18..2026-05-24]"),
    event("over-new-year", "[2026-12-20..2027-01-30]"),
    event("quarter", "2026-34"),
    event("half", "2026-41"),
    event("year", "2026"),
    event("about-may", "2026-05~"),
]
CANCELLED = [
    event("off", "2026-06-10/2026-06-11", status="cancelled"),
    event("off-undated", "2026-06", status="cancelled"),
    event("off-timed", "2026-06-10T10:00", status="cancelled"),
    event("on", "2026-06-12"),
]
TIMED = [
    event("la-before", "2026-03-07T10:00", timezone="America/Los_Angeles"),
    event("la-after", "2026-03-08T10:00", timezone="America/Los_Angeles"),
    event("la-ends", "2026-05-19T10:00/2026-05-19T12:00", timezone="America/Los_Angeles"),
    event("la-other-offset", "2026-05-20T01:00+08:00", timezone="America/Los_Angeles"),
    event("london", "2026-10-24T23:00/2026-10-25T03:00", timezone="Europe/London"),
    event("lord-howe", "2026-04-04T20:00", timezone="Australia/Lord_Howe"),
    event("shanghai", "2026-05-20T01:00+08:00/2026-05-20T03:00+08:00"),
    event("utc", "2026-05-20T09:00Z", timezone="UTC"),
    event("reykjavik", "2026-05-20T09:00", timezone="Atlantic/Reykjavik"),
    event("approximate", "2026-05-20T09:00+08:00~"),
]
RECURRING = [
    event("fair", "2026-05-13/2026-05-14", recurrence="FREQ=YEARLY", exceptions=["2028-05-13"]),
    event(
        "call",
        "2026-02-25T10:00",
        timezone="America/Los_Angeles",
        recurrence="FREQ=WEEKLY;COUNT=8",
        exceptions=["2026-03-11", "2026-03-18"],
    ),
    event("monthly", "2026-05-13", recurrence="FREQ=MONTHLY;BYDAY=2WE;UNTIL=20270131"),
    event(
        "until",
        "2026-10-19T18:00",
        timezone="Europe/London",
        recurrence="FREQ=DAILY;UNTIL=20261030",
    ),
]
TEXTS = [
    event(
        "long",
        "2026-05-13",
        description=LONG,
        title=LONG[:400],
        location="北京, 国家会议中心; 3 层",
    ),
    event("emoji", "2026-05-14", title="🤖 机器人大会 👩‍👩‍👧‍👦 ∑ é", tags=["AI, ML", "机器人"]),
    event("lines", "2026-05-15", description="one\ntwo\r\nthree\u2028four", source=SOURCE),
    event("rtl", "2026-05-16", title="مؤتمر الذكاء الاصطناعي", titles={"en": "AI conference"}),
    event("html", "2026-05-17", title="a <b>bold</b> & “quoted” title: x;y,z\\n"),
    event(
        "url",
        "2026-05-18",
        url="https://example.org/a?b=c&d=%E4%BD%A0",
        source={"url": "https://example.org/s"},
    ),
]
DAYS = [
    event("one-day", "2026-07-15", source=SOURCE, kind="regulation"),
    event("span", "2026-05-13/2026-05-14"),
    event("over-months", "2026-07-30/2026-08-02"),
    event("approx", "2026-05-20~"),
    event("uncertain", "2026-05-21?"),
]
MANY = [
    event(
        f"many-{n:04d}", f"2026-{1 + n % 12:02d}-{1 + n % 28:02d}", description=f"第 {n} 项 " * 20
    )
    for n in range(1500)
]
EVENTS = {
    "days": (DAYS, [{}, {"lang": "en"}, {"busy": "true"}, {"alarms": "P7D,P1D,PT2H"}]),
    "timed": (TIMED, [{}, {"lang": "en", "busy": "true", "alarms": "PT15M"}]),
    "recurring": (RECURRING, [{}, {"alarms": "P1D"}]),
    "undated": (
        UNDATED,
        [{"undated": way} for way in ("auto", "start", "span", "hide")] + [{"lang": "en"}],
    ),
    "cancelled": (CANCELLED, [{"cancelled": way} for way in ("status", "title", "hide")]),
    "texts": (TEXTS, [{}, {"lang": "en"}]),
    "empty": ([], [{}]),
    "many": (MANY, [{}, {"size": "all"}, {"size": "200kB"}]),
    "all": ([*DAYS, *TIMED, *RECURRING, *UNDATED, *CANCELLED, *TEXTS], [{}]),
}


def rendered(kind: str, query: dict[str, str]) -> Rendered:
    events, _ = EVENTS[kind]
    return render(ordered(events), HEADING, options(query), DAY)


def options(query: dict[str, str]) -> Options:
    return read_options(query, "zh")


FEEDS = [
    (f"{kind}-{'-'.join(query.values()) or 'default'}", kind, query)
    for kind, (_, queries) in EVENTS.items()
    for query in queries
]
