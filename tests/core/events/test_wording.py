"""Dates and sources in words, as `examples` of the product show them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from service.core.dates.when import parse
from service.core.events import event as event_
from service.core.events import wording
from service.core.events.event import Details, Origin, Source

CASES = [
    # when, full zh, full en, short zh, short en
    ("2026-07-15", "2026年7月15日", "15 July 2026", "7月15日", "15 July"),
    ("2026-05-13/2026-05-14", "2026年5月13日—14日", "13–14 May 2026", "5月13日—14日", "13–14 May"),
    (
        "2026-07-30/2026-08-02",
        "2026年7月30日—8月2日",
        "30 July – 2 August 2026",
        "7月30日—8月2日",
        "30 July – 2 August",
    ),
    (
        "2026-12-30/2027-01-02",
        "2026年12月30日—2027年1月2日",
        "30 December 2026 – 2 January 2027",
        "2026年12月30日—2027年1月2日",
        "30 December 2026 – 2 January 2027",
    ),
    ("2026-05", "2026年5月，具体日期待公布", "May 2026, date to be announced", "5月内", "in May"),
    (
        "[2026-05-21..2026-05-31]",
        "2026年5月下旬，具体日期待公布",
        "late May 2026, date to be announced",
        "5月下旬",
        "in late May",
    ),
    (
        "[2026-05-11..2026-05-20]",
        "2026年5月中旬，具体日期待公布",
        "mid-May 2026, date to be announced",
        "5月中旬",
        "in mid-May",
    ),
    (
        "[2026-05-01..2026-05-10]",
        "2026年5月上旬，具体日期待公布",
        "early May 2026, date to be announced",
        "5月上旬",
        "in early May",
    ),
    (
        "[2026-05-18..2026-05-24]",
        "2026年5月18日—24日之间，具体日期待公布",
        "between 18 and 24 May 2026, date to be announced",
        "5月18日—24日间",
        "between 18 and 24 May",
    ),
    (
        "2026-34",
        "2026年二季度，具体日期待公布",
        "Q2 2026, date to be announced",
        "二季度内",
        "in Q2",
    ),
    (
        "2026-41",
        "2026年下半年，具体日期待公布",
        "second half of 2026, date to be announced",
        "下半年",
        "in the second half",
    ),
    ("2026", "2026年，具体日期待公布", "2026, date to be announced", "2026年内", "in 2026"),
    ("2026-05-20~", "约2026年5月20日", "around 20 May 2026", "约5月20日", "around 20 May"),
    (
        "2026-05-20?",
        "2026年5月20日（待确认）",
        "20 May 2026 (unconfirmed)",
        "5月20日（待确认）",
        "20 May (unconfirmed)",
    ),
    (
        "2026-05-20T01:00+08:00/2026-05-20T03:00+08:00",
        "2026年5月20日 01:00—03:00（北京时间）",
        "20 May 2026, 01:00–03:00 (Beijing time)",
        "5月20日 01:00—03:00（北京时间）",
        "20 May, 01:00–03:00 (Beijing time)",
    ),
    (
        "2026-05-20T23:00+08:00/2026-05-21T01:00+08:00",
        "2026年5月20日 23:00—5月21日 01:00（北京时间）",
        "20 May 2026, 23:00 – 21 May 2026, 01:00 (Beijing time)",
        "5月20日 23:00—5月21日 01:00（北京时间）",
        "20 May, 23:00 – 21 May, 01:00 (Beijing time)",
    ),
]


@pytest.mark.parametrize(("when", "zh", "en", "short_zh", "short_en"), CASES)
def test_dates_in_words(when: str, zh: str, en: str, short_zh: str, short_en: str) -> None:
    value = parse(when)
    assert wording.full(value, "zh", "Asia/Shanghai") == zh
    assert wording.full(value, "en", "Asia/Shanghai") == en
    assert wording.short(value, "zh", "Asia/Shanghai") == short_zh
    assert wording.short(value, "en", "Asia/Shanghai") == short_en


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("2027-33", "2027-Q1"),
        ("2027-34~", "2027-Q2~"),
        ("2027-35?", "2027-Q3?"),
        ("2027-36", "2027-Q4"),
        ("2027-40", "2027-H1"),
        ("2027-41~", "2027-H2~"),
        ("2027-05", "2027-05"),
        ("2027-12-31", "2027-12-31"),
        ("[2027-03-30..2027-03-31]", "[2027-03-30..2027-03-31]"),
        ("2027-05-20T01:33-04:00", "2027-05-20T01:33-04:00"),
    ],
)
def test_people_are_shown_quarters_and_halves_by_their_names(when: str, shown: str) -> None:
    """`2027-33` is EDTF for the first quarter, and read by people as no date at all."""
    assert wording.written(parse(when)) == wording.written(when) == shown
    assert parse(shown) == parse(when)


@pytest.mark.parametrize(
    ("when", "zh", "en"),
    [
        ("2026-05", "〔5月内〕", "[May, date TBD] "),
        ("[2026-05-21..2026-05-31]", "〔5月下旬〕", "[late May, date TBD] "),
        ("2026-34", "〔二季度内〕", "[Q2, date TBD] "),
        ("2026-41", "〔下半年〕", "[second half, date TBD] "),
        ("2026", "〔2026年内〕", "[2026, date TBD] "),
        ("2026-05-20~", "〔约〕", "[approx.] "),
        ("2026-05-20?", "〔待确认〕", "[unconfirmed] "),
        ("2026-05-20", "", ""),
        ("2026-05-20T10:00Z", "", ""),
    ],
)
def test_a_title_is_led_by_the_window_while_its_day_is_open(when: str, zh: str, en: str) -> None:
    details = Details("x", parse(when), "Asia/Shanghai")
    event = event_.new("x", details, datetime(2026, 1, 1, tzinfo=UTC), Origin.FILE).after
    assert wording.lead(event, "zh") == zh
    assert wording.lead(event, "en") == en


def test_a_time_is_told_in_the_events_zone_whatever_its_offset() -> None:
    when = parse("2026-05-20T01:00+08:00")
    assert (
        wording.full(when, "zh", "America/Los_Angeles") == "2026年5月19日 10:00（美国太平洋时间）"
    )
    assert wording.full(when, "en", "Asia/Kathmandu") == "19 May 2026, 22:45 (UTC+5:45)"


def test_a_source_is_told_with_its_words() -> None:
    source = Source(
        title="人工智能周报（26年第17周）",
        publisher="国信证券",
        date=date(2026, 4, 27),
        excerpt="5 月：Google I/O 2026 开发者大会",
    )
    assert wording.source_line(source, "zh") == (
        "来源：国信证券《人工智能周报（26年第17周）》（2026年4月27日），"
        "原文：“5 月：Google I/O 2026 开发者大会”"
    )
    assert wording.source_line(source, "zh", excerpt=False) == (
        "来源：国信证券《人工智能周报（26年第17周）》（2026年4月27日）"
    )
    english = Source(title="Digital Omnibus on AI", publisher="Semitora", date=date(2026, 7, 2))
    assert wording.source_line(english, "en") == (
        "Source: Semitora, “Digital Omnibus on AI” (2 July 2026)"
    )
    assert wording.source_line(Source(url="https://example.org/a"), "en") == (
        "Source: https://example.org/a"
    )
    assert wording.source_line(Source(), "zh") == ""


def test_a_source_that_names_nothing_has_no_empty_place_in_its_sentence() -> None:
    """Of a line that somebody had typed calendars said `来源：，原文：“…”`."""
    typed = Source(excerpt="7月15日：正式施行")
    assert wording.source_line(typed, "zh") == "原文：“7月15日：正式施行”"
    assert wording.source_line(typed, "en") == "As written: “7月15日：正式施行”"
    assert wording.source_line(typed, "zh", excerpt=False) == ""
    dated = replace(typed, date=date(2026, 4, 27))
    assert wording.source_line(dated, "zh") == "来源：2026年4月27日，原文：“7月15日：正式施行”"
    assert wording.source_line(dated, "en", excerpt=False) == "Source: 27 April 2026"


@pytest.mark.parametrize("stored", ["zh", "en"])
def test_a_date_that_nobody_gave_a_source_is_told_in_the_readers_language(stored: str) -> None:
    source = wording.by_hand(date(2026, 5, 8), stored)
    assert wording.entered_by_hand(source)
    assert wording.source_line(source, "zh") == "来源：2026年5月8日手工录入"
    assert wording.source_line(source, "en") == "Source: entered by hand on 8 May 2026"
    quoting = replace(source, excerpt="5月8日")
    assert wording.source_line(quoting, "en").endswith("on 8 May 2026: “5月8日”")
    other_day = replace(source, date=date(2026, 5, 9))
    assert not wording.entered_by_hand(other_day)
    assert not wording.entered_by_hand(replace(source, date=None))
