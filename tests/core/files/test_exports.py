"""Exports: what each looks like, and that YAML and JSON come back as they were."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.core.alerts import rules
from service.core.alerts.rules import (
    ChangeRule,
    ChannelSpec,
    Days,
    DigestRule,
    FeedSpec,
    ReminderRule,
    Weekday,
    WhenEmpty,
)
from service.core.calendars.feed import Options, render
from service.core.dates.duration import Duration
from service.core.events import event as event_
from service.core.events import fields, filters
from service.core.events.event import Event, Importance, Origin, Source
from service.core.events.filters import Filter
from service.core.events.kinds import Kind
from service.core.files import calendar_file, exports
from service.core.files.calendar_file import Entry, WantedCalendar
from service.core.files.exports import CSV_COLUMNS, Rules
from service.errors import InvalidInput
from tests.every_kind import DAY, EVENTS, HEADING, SOURCE, event, ordered

ZONE = "Asia/Shanghai"
ALL = ordered(EVENTS["all"][0])
NO_RULES = Rules()
RULES = Rules(
    feeds=(
        FeedSpec("all", "AI 事件日历", Filter(), False),
        FeedSpec("portfolio", "持仓", Filter(ticker=("0700.HK", "000858")), True),
        FeedSpec(
            "talk",
            "off",
            Filter(q="a: b # c, [d]", from_=DAY, importance=(Importance.HIGH,)),
            False,
        ),
    ),
    digests=(
        DigestRule(
            "daily",
            "000858",
            ("#ai-events", "mail"),
            time(8, 30),
            Days.WORKDAYS,
            Duration(days=14),
            WhenEmpty.POST,
            Filter(kind=(Kind.REGULATION, Kind.DATA_RELEASE)),
            ZONE,
            "zh",
        ),
    ),
    reminders=(
        ReminderRule(
            "soon",
            ("C0123456789",),
            time(0, 0),
            (Duration(days=7), Duration(seconds=7200), Duration()),
            (Weekday.MON, Weekday.SUN),
            Filter(),
            "Europe/Berlin",
            "en",
        ),
    ),
    changes=(ChangeRule("changes", ("#c",), Filter(tag=("null", "~")), ZONE, "zh"),),
    channels=(
        ChannelSpec("mail", {"email": ["desk@example.org"]}),
        ChannelSpec("hook", {"webhook": "https://x.example/", "secret": {"env": "HOOK"}}),
    ),
)


def from_yaml(events: Sequence[Event], rules_: Rules = NO_RULES) -> WantedCalendar:
    text = exports.to_yaml(events, rules_, ZONE)
    return calendar_file.read(text.encode(), "events.yaml", timezone="UTC", lang="zh")


def from_json(events: Sequence[Event], rules_: Rules = NO_RULES) -> WantedCalendar:
    text = exports.to_json(events, rules_)
    return exports.read_json(text.encode(), timezone="UTC", lang="zh")


def stored(wanted: WantedCalendar) -> list[Event]:
    """The events that an empty store makes of it."""
    return [
        event_.new(
            entry.id,
            entry.details,
            datetime(2030, 1, 1, tzinfo=UTC),
            Origin.FILE,
            uid=entry.uid,
            sequence=entry.sequence or 0,
            created_at=entry.created_at,
            updated_at=entry.updated_at,
        ).after
        for entry in wanted.entries
    ]


@pytest.mark.parametrize("back", [from_yaml, from_json])
def test_every_kind_comes_back(back: Any) -> None:
    moved = [
        replace(
            e,
            uid=f"{n}: #x@y",
            sequence=n,
            created_at=e.created_at - timedelta(microseconds=n),
            updated_at=e.updated_at + timedelta(microseconds=100 * n),
        )
        for n, e in enumerate(ALL)
    ]
    wanted = back(moved, RULES)
    assert stored(wanted) == moved
    assert (wanted.feeds, wanted.digests, wanted.reminders, wanted.changes) == (
        RULES.feeds,
        RULES.digests,
        RULES.reminders,
        RULES.changes,
    )
    assert not wanted.warnings
    options = Options("zh", size=None)
    assert render(stored(wanted), HEADING, options, DAY) == render(moved, HEADING, options, DAY)


@pytest.mark.parametrize("back", [from_yaml, from_json])
def test_nothing_comes_back_as_nothing(back: Any) -> None:
    assert back([]).entries == ()


def test_a_withdrawn_event_is_not_exported() -> None:
    gone = replace(event("gone", "2026-05-13"), withdrawn=True)
    assert from_yaml([gone]).entries == from_json([gone]).entries == ()
    assert b"gone" not in exports.to_csv([gone], "zh")
    assert b"gone" not in exports.to_ics([gone], HEADING, "zh", DAY).data


def test_yaml_as_a_person_reads_it() -> None:
    events = [
        event(
            "baidu-create-2026",
            "2026-05-13/2026-05-14",
            title="百度 Create 2026 AI 开发者大会",
            titles={"en": "Baidu Create 2026"},
            kind="conference",
            organizations=["百度"],
            tickers=["9888.HK", "000858"],
            tags=["AI", "yes", "a, b"],
            importance="high",
            location="北京",
            url="https://create.baidu.com",
            description="第一段\n\n# 第二段: 完",
            recurrence="FREQ=YEARLY",
            exceptions=["2028-05-13"],
            source=SOURCE,
        ),
        event(
            "window",
            "[2026-05-21..2026-05-31]~",
            title="#1: 会议",
            timezone="UTC",
            status="tentative",
        ),
    ]
    assert exports.to_yaml(events, RULES, ZONE) == (
        """\
# Written by `horizon export`.
timezone: Asia/Shanghai

events:
  - id: baidu-create-2026
    title: 百度 Create 2026 AI 开发者大会
    titles: {en: Baidu Create 2026}
    when: 2026-05-13/2026-05-14
    kind: conference
    organizations: [百度]
    tickers: [9888.HK, "000858"]
    tags: [AI, "yes", "a, b"]
    importance: high
    location: 北京
    url: https://create.baidu.com
    description: |-
      第一段

      # 第二段: 完
    recurrence: FREQ=YEARLY
    exceptions: [2028-05-13]
    source:
      title: 人工智能周报（26年第17周）
      publisher: 国信证券
      date: 2026-04-27
      excerpt: 7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行
    uid: baidu-create-2026@horizon
    sequence: 0
    created_at: 2026-04-27T00:30:00Z
    updated_at: 2026-04-27T00:30:00Z
  - id: window
    title: "#1: 会议"
    when: "[2026-05-21..2026-05-31]~"
    timezone: UTC
    kind: conference
    status: tentative
    uid: window@horizon
    sequence: 0
    created_at: 2026-04-27T00:30:00Z
    updated_at: 2026-04-27T00:30:00Z

feeds:
  - name: all
    title: AI 事件日历
  - name: portfolio
    title: 持仓
    filter: {ticker: [0700.HK, "000858"]}
    private: true
  - name: talk
    title: "off"
    filter: {importance: [high], q: "a: b # c, [d]", from: 2026-04-27}

channels:
  mail:
    email: [desk@example.org]
  hook:
    webhook: https://x.example/
    secret: {env: HOOK}

alerts:
  digests:
    - name: daily
      title: "000858"
      channel: ["#ai-events", mail]
      at: "08:30"
      days: workdays
      ahead: P14D
      when_empty: post
      filter: {kind: [regulation, data-release]}
      timezone: Asia/Shanghai
      lang: zh
  reminders:
    - name: soon
      channel: C0123456789
      at: "00:00"
      before: [P7D, PT2H, P0D]
      days: [mon, sun]
      timezone: Europe/Berlin
      lang: en
  changes:
    - name: changes
      channel: "#c"
      filter: {tag: ["null", "~"]}
      timezone: Asia/Shanghai
      lang: zh
"""
    )


# What YAML could take for something else, between whatever Unicode has.
TRICKY = st.sampled_from(
    [
        *(
            "000858",
            "08:30",
            "#channel",
            "yes",
            "null",
            "~",
            "Null",
            "- a",
            "a: b",
            "a #b",
            "a:",
            "? a",
            "[x",
            "{x",
        ),
        *(
            "---",
            "...",
            "%a",
            "@a",
            "`a",
            "'a'",
            '"a"',
            "\\",
            "\\n",
            "!x",
            "&x",
            "*x",
            "|",
            ">",
            "<<",
            "=",
            "1e5",
        ),
        *(
            "0x1F",
            "1_000",
            ".5",
            "-1",
            "2026-05-13",
            "a  b",
            "\ufeffa",
            "a\u00a0b",
            "\u3000",
            "e\u0301",
            "🤖👩‍👩‍👧",
            "a\tb",
        ),
        *(
            "\n",
            "a\n b",
            "a\n\n\nb",
            "a\n  \nb",
            "a \nb",
            "a\n#b",
            "a\n---\nb",
            "a\r\nb\u2028c",
            "x\n- y: z",
        ),
    ]
)
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\t"))
TEXT = st.one_of(TRICKY, ANY, st.lists(st.one_of(TRICKY, ANY), max_size=4).map(" ".join))
NAME = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
WHEN = st.sampled_from([e.when.text for e in ALL if not e.details.recurrence])
MOMENT = st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))


@st.composite
def any_event(draw: st.DrawFn, id_: str) -> Event:
    def texts() -> list[str]:
        return [t for t in draw(st.lists(TEXT, max_size=3)) if t[:40].strip()]

    data = {
        "title": draw(TEXT.filter(str.strip))[:500],
        "titles": {"en": draw(TEXT)[:500]},
        "when": draw(WHEN),
        "kind": draw(st.sampled_from([None, *Kind])),
        "organizations": [t[:200] for t in texts()],
        "tickers": [t[:40] for t in texts()],
        "tags": [t[:100] for t in texts()],
        "importance": draw(st.sampled_from(Importance)),
        "location": draw(TEXT)[:500],
        "description": draw(TEXT),
        "status": draw(st.sampled_from([None, "cancelled", "confirmed"])),
        "source": draw(
            st.none()
            | st.fixed_dictionaries(
                {
                    "title": TEXT,
                    "publisher": TEXT.map(lambda t: t[:200]),
                    "excerpt": TEXT,
                    "official": st.booleans(),
                }
            )
        ),
    }
    zone = draw(st.sampled_from([ZONE, "America/Los_Angeles", "UTC"]))
    details = fields.read(data, zone)
    at = draw(MOMENT)
    uid = draw(st.none() | st.just(f"{id_}: {details.title[:40]}".strip()))
    return event_.new(
        id_,
        details,
        at,
        Origin.API,
        uid=uid,
        sequence=draw(st.integers(0, 999_999_999)),
        updated_at=draw(MOMENT),
    ).after


@st.composite
def any_events(draw: st.DrawFn) -> list[Event]:
    ids = draw(
        st.lists(NAME | st.sampled_from(["null", "000858", "yes", "1e5"]), max_size=3, unique=True)
    )
    return [draw(any_event(id_)) for id_ in ids]


@st.composite
def any_rules(draw: st.DrawFn) -> Rules:
    def filter_() -> Filter:
        tags = [t for t in draw(st.lists(TEXT, max_size=2)) if t.replace(",", "").strip()]
        given = {"q": draw(TEXT)[:200], **({"tag": tags} if tags else {})}
        return filters.read(given)

    feed = {
        "name": draw(NAME),
        "title": draw(TEXT)[:500],
        "filter": filter_(),
        "private": draw(st.booleans()),
    }
    feed["filter"] = filters.write(feed["filter"])
    digest = {
        "name": draw(NAME),
        "channel": "#c",
        "title": draw(TEXT)[:500],
        "filter": feed["filter"],
    }
    return Rules(
        feeds=(rules.read_feed(feed),),
        digests=(rules.read_digest(digest, timezone="UTC", lang="en"),),
    )


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_events(), any_rules())
def test_whatever_is_stored_comes_back(events: list[Event], rules_: Rules) -> None:
    for back in (from_yaml, from_json):
        wanted = back(events, rules_)
        assert [replace(e, origin=Origin.API) for e in stored(wanted)] == events
        assert (wanted.feeds, wanted.digests) == (rules_.feeds, rules_.digests)


def test_long_texts_come_back() -> None:
    long = event(
        "long", "2026-05-13", tags=[f"标签 {n}" for n in range(100)], description="a: " * 6000
    )
    assert stored(from_yaml([long])) == [replace(long, origin=Origin.FILE)]


def test_a_source_of_which_nothing_is_known_stays_one() -> None:
    odd = event("odd", "2026-05-13")
    odd = replace(odd, details=replace(odd.details, source=Source()))
    assert from_yaml([odd]).entries[0].details.source == Source()


# --- JSON


def faults(data: bytes) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        exports.read_json(data, timezone=ZONE, lang="zh")
    return {problem.pointer: problem.detail for problem in refusal.value.problems}


def export(**changed: Any) -> bytes:
    return json.dumps({"horizon": 1, "events": [], **changed}).encode()


def test_json_is_what_the_api_takes_and_what_is_kept() -> None:
    (item,) = json.loads(exports.to_json([event("x", "2026-05", source=SOURCE)], Rules()))["events"]
    assert item["id"] == "x"
    assert item["when"] == "2026-05"
    assert item["status"] is None
    assert (item["uid"], item["sequence"], item["origin"]) == ("x@horizon", 0, "file")
    assert item["created_at"] == "2026-04-27T00:30:00Z"


def test_json_without_the_kept_keys() -> None:
    wanted = exports.read_json(
        export(events=[{"title": "百度大会", "when": "2026-05-13"}]), timezone=ZONE, lang="zh"
    )
    (entry,) = wanted.entries
    assert (entry.id, entry.uid, entry.details.timezone) == (event_.slug("百度大会"), None, ZONE)
    assert entry.values == {"title": "百度大会", "when": "2026-05-13"}


@pytest.mark.parametrize(
    ("data", "pointer", "detail"),
    [
        (b"", "", "empty"),
        (b"\xff\xfe{\x00", "", "no UTF-8"),
        (b"{", "", "line 1, column 2"),
        (b"[]", "", "one object"),
        (b"{}", "/horizon", "is missing"),
        (export(horizon=2), "/horizon", "newer Horizon"),
        (export(horizon=True), "/horizon", "newer Horizon"),
        (b"[" * 100_000, "", "nested too deep"),
        (
            b'{"horizon": 1, "events": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            "",
            "nested too deep",
        ),
        (b'{"horizon": NaN}', "", "no JSON number"),
        (b'{"horizon": ' + b"9" * 5000 + b"}", "", "not valid JSON"),
        (b'{"horizon": 1, "horizon": 1}', "", "stands twice"),
        (b'{"horizon": 1, "\\ud800": 1}', "", "not valid JSON"),
        (export(event=[]), "/event", "did you mean events"),
        (export(events={}), "/events", "must be a list"),
        (export(events=[1]), "/events/0", "must be an object"),
        (export(events=[{"when": "2026-05"}]), "/events/0/title", "is required"),
        (export(events=[{"title": "x", "when": "2026-13"}]), "/events/0/when", "no month 13"),
        (
            export(events=[{"title": "x", "when": "2026", "titel": 1}]),
            "/events/0/titel",
            "did you mean title",
        ),
        (export(events=[{"title": "x", "when": "2026", "id": "X"}]), "/events/0/id", "lower-case"),
        (export(events=[{"title": "x", "when": "2026", "uid": ""}]), "/events/0/uid", "1 to 255"),
        (
            export(events=[{"title": "x", "when": "2026", "uid": "a\u0001"}]),
            "/events/0/uid",
            "control",
        ),
        (
            export(events=[{"title": "x", "when": "2026", "sequence": -1}]),
            "/events/0/sequence",
            "from 0",
        ),
        (
            export(events=[{"title": "x", "when": "2026", "sequence": True}]),
            "/events/0/sequence",
            "from 0",
        ),
        (
            export(events=[{"title": "x", "when": "2026", "created_at": "2026-05-13"}]),
            "/events/0/created_at",
            "no time",
        ),
        (
            export(events=[{"title": "x", "when": "2026", "origin": "moon"}]),
            "/events/0/origin",
            "moon",
        ),
        (
            export(events=[{"title": "x", "when": "2026", "tags": ["\ud800"]}]),
            "/events/0/tags/0",
            "control",
        ),
        (export(feeds=[{"name": "A"}]), "/feeds/0/name", "lower-case"),
        (export(feeds=[{"name": "a"}, {"name": "a"}]), "/feeds/1/name", "twice"),
        (export(digests=[{"name": "a"}]), "/digests/0/channel", "is required"),
        (
            export(reminders=[{"name": "a", "channel": "#c", "before": []}]),
            "/reminders/0/before",
            "empty",
        ),
        (export(changes=["a"]), "/changes/0", "must be an object"),
    ],
)
def test_a_wrong_export(data: bytes, pointer: str, detail: str) -> None:
    found = faults(data)
    assert detail in found.pop(pointer)
    assert not found


def test_every_fault_is_told_at_once_and_twins_are_named() -> None:
    twin = {"id": "x", "title": "T", "when": "2026"}
    found = faults(
        export(events=[twin, 5, {**twin, "uid": "y"}, {"title": "", "when": "?"}], feeds=3)
    )
    assert set(found) == {
        "/events/1",
        "/events/2/id",
        "/events/3/title",
        "/events/3/when",
        "/feeds",
    }
    assert "/events/0" in found["/events/2/id"]
    found = faults(export(events=[twin, {**twin, "id": "y", "uid": "x@horizon"}]))
    assert set(found) == {"/events/1/uid"}


# --- CSV and iCalendar


def table(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_as_excel_wants_it() -> None:
    data = exports.to_csv(
        [
            event(
                "x",
                "2026-05-20T01:00",
                title='=HYPERLINK("http://evil")',
                location="+1, 2",
                tags=["-a", "b"],
                tickers=["@x"],
                organizations=["百度", "Google"],
                source={**SOURCE, "url": "https://example.org", "excerpt": "第一行\n第二行"},
            )
        ],
        "zh",
    )
    assert data.count(b"\r\n") == 2
    (row,) = table(data)
    assert tuple(row) == CSV_COLUMNS
    assert row == {
        "id": "x",
        "title": '\'=HYPERLINK("http://evil")',
        "when": "2026-05-20T01:00+08:00",
        "start": "2026-05-20T01:00:00+08:00",
        "end": "2026-05-20T01:00:00+08:00",
        "when_text": "2026年5月20日 01:00（北京时间）",
        "precision": "minute",
        "status": "confirmed",
        "kind": "other",
        "importance": "normal",
        "organizations": "百度; Google",
        "tickers": "'@x",
        "tags": "'-a; b",
        "location": "'+1, 2",
        "url": "",
        "source": "国信证券 人工智能周报（26年第17周）",
        "source_date": "2026-04-27",
        "source_url": "https://example.org",
        "excerpt": "第一行\n第二行",
        "uid": "x@horizon",
        "titles": "",
        "timezone": "Asia/Shanghai",
        "description": "",
        "recurrence": "",
        "exceptions": "",
        "status_set": "",
        "source_title": "人工智能周报（26年第17周）",
        "source_publisher": "国信证券",
        "source_official": "",
        "source_page": "",
        "source_line": "",
        "source_sha256": "",
    }


def test_csv_has_every_event_and_its_language() -> None:
    rows = table(exports.to_csv(ALL, "en"))
    assert [row["id"] for row in rows] == [e.id for e in ALL]
    assert "May 2026, date to be announced" in {row["when_text"] for row in rows}
    assert exports.to_csv([], "zh") == b"\xef\xbb\xbf" + ",".join(CSV_COLUMNS).encode() + b"\r\n"


def read_csv(text: str) -> list[Entry]:
    assert exports.is_csv(text)
    return list(exports.read_csv(text, timezone=ZONE).entries)


def test_csv_comes_back_as_the_same_events() -> None:
    """Each row of our own table came back as an event named `google-io-2026 | Google I/O …`."""
    quoted = event("q", "2026-05", title="'=x", status="confirmed", tags=["-a", "b"])
    for lang in ("zh", "en"):
        entries = read_csv(exports.to_csv([*ALL, quoted], lang).decode("utf-8-sig"))
        assert [(e.id, e.uid, e.details) for e in entries] == [
            (e.id, e.uid, e.details) for e in [*ALL, quoted]
        ]


def test_csv_comes_back_from_a_spreadsheet_that_wrote_it_in_its_own_way() -> None:
    """It parts cells by semicolons in some countries, and writes days by strokes."""
    rows = table(exports.to_csv([event("x", "2026-07-15", title="a; b", source=SOURCE)], "zh"))
    rows[0]["when"], rows[0]["source_date"], rows[0]["uid"] = "2026/7/5", "2026/4/27", ""
    rows.append(dict.fromkeys(CSV_COLUMNS, ""))
    rows.append({**rows[1], "title": "A new row", "when": "2026-Q3"})
    out = io.StringIO(newline="")
    columns = [name for name in CSV_COLUMNS if name not in ("status", "description")]
    writer = csv.DictWriter(out, columns, delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    first, second = read_csv(out.getvalue())
    assert (first.id, first.details.when.text, first.details.title) == ("x", "2026-07-05", "a; b")
    assert first.details.source is not None
    assert first.details.source.date == date(2026, 4, 27)
    # What the table does not say any more stays as it is stored.
    assert "description" not in first.values
    assert "status" not in first.values
    assert (second.details.title, second.details.when.text) == ("A new row", "2026-35")


def test_a_row_of_csv_that_cannot_be_used_is_named() -> None:
    text = exports.to_csv([event("x", "2026-05"), event("y", "2026-06")], "zh").decode("utf-8-sig")
    with pytest.raises(InvalidInput) as refused:
        read_csv(text.replace("2026-06,", "2026-02-30,").replace("y,", "X,"))
    assert {p.pointer for p in refused.value.problems} == {"/row/3/id", "/row/3/when"}
    with pytest.raises(InvalidInput, match="/row/3/id: x is also that of /row/2"):
        read_csv(text.replace("\r\ny,", "\r\nx,"))


def test_a_table_of_others_is_not_ours() -> None:
    for text in ("", "title,when\n", "id;title;when;start\n", "当前日期,事件\n", "PK\x03\x04"):
        assert not exports.is_csv(text)


@pytest.mark.slow
def test_ics_has_every_event_however_old_and_of_any_size() -> None:
    old = event("old", "1970-01-01")
    many = [old, *ALL, *EVENTS["many"][0]]
    rendered = exports.to_ics(many, HEADING, "zh", DAY)
    assert (rendered.left_out, rendered.dropped) == ((), 0)
    calendar = icalendar.Calendar.from_ical(rendered.data)
    assert {str(e["UID"]) for e in calendar.events} == {e.uid for e in many}
