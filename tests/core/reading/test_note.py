"""Lines of a report: what they look like, and that no two dates share their words."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.core.reading.document import clean, text_lines
from service.core.reading.note import note_line
from service.core.reading.reader import announcements
from service.core.text.lines import UnfitText, one_line
from tests.every_kind import EVENTS, event

DAY = date(2026, 4, 27)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-05-13", "5 月 13 日"),
        ("2026-05-13/2026-05-14", "5 月 13 日-14 日"),
        ("2026-07-30/2026-08-02", "7 月 30 日-8 月 2 日"),
        ("2026-12-30/2027-01-02", "2026 年 12 月 30 日-2027 年 1 月 2 日"),
        ("2027-01-06/2027-01-09", "2027 年 1 月 6 日-9 日"),
        ("2026-04-27", "4 月 27 日"),
        ("2026-04-26", "2026 年 4 月 26 日"),
        ("2025-05-13", "2025 年 5 月 13 日"),
        ("2026-05", "5 月"),
        ("2026-04", "4 月"),
        ("2026-03", "2026 年 3 月"),
        ("2027-05", "2027 年 5 月"),
        ("[2026-05-01..2026-05-10]", "5 月上旬"),
        ("[2026-05-11..2026-05-20]", "5 月中旬"),
        ("[2026-05-21..2026-05-31]", "5 月下旬"),
        ("[2027-02-21..2027-02-28]", "2027 年 2 月下旬"),
        ("[2026-05-18..2026-05-24]", "5 月 18 日-24 日之间"),
        ("[2026-12-20..2027-01-30]", "2026 年 12 月 20 日-2027 年 1 月 30 日之间"),
        ("2026-34", "二季度"),
        ("2027-33", "2027 年一季度"),
        ("2026-40", "上半年"),
        ("2026-41", "下半年"),
        ("2027-41", "2027 年下半年"),
        ("2026", "2026 年"),
        ("2026-05~", "约 5 月"),
        ("2026-05-20~", "约 5 月 20 日"),
        ("2026-05-21?", "5 月 21 日（待确认）"),
        ("2026-05-20T01:00", "5 月 20 日 01:00（北京时间）"),
        ("2026-05-20T01:00/2026-05-20T03:00", "5 月 20 日 01:00-03:00（北京时间）"),
        (
            "2026-05-20T23:00/2026-05-21T02:00?",
            "5 月 20 日 23:00-5 月 21 日 02:00（北京时间，待确认）",
        ),
        (
            "2026-12-31T22:00/2027-01-01T00:00",
            "2026 年 12 月 31 日 22:00-2027 年 1 月 1 日 00:00（北京时间）",
        ),
        ("2026-05-20T01:00-07:00", "5 月 20 日 01:00（UTC-7）"),
        ("2026-05-20T01:00Z", "5 月 20 日 01:00（UTC）"),
    ],
)
def test_the_date(when: str, words: str) -> None:
    assert note_line(event("x", when, title="T"), DAY) == f"{words}：T"


@pytest.mark.parametrize(
    ("when", "timezone", "words"),
    [
        ("2026-05-19T10:00", "America/Los_Angeles", "5 月 19 日 10:00（美国太平洋时间）"),
        ("2026-05-20T01:00+08:00", "America/Los_Angeles", "5 月 20 日 01:00（UTC+8）"),
        ("2026-05-20T01:00+05:45", "Asia/Kathmandu", "5 月 20 日 01:00（UTC+5:45）"),
        # 01:30 comes twice that night: the name of the zone would not do.
        ("2026-11-01T01:30-07:00", "America/Los_Angeles", "11 月 1 日 01:30（UTC-7）"),
        # Clocks are put back in between; where the zone has a name, that settles both ends.
        (
            "2026-10-24T23:00/2026-10-25T03:00",
            "Europe/London",
            "10 月 24 日 23:00-10 月 25 日 03:00（伦敦时间）",
        ),
        (
            "2026-10-24T23:00/2026-10-25T03:00",
            "Europe/Lisbon",
            "10 月 24 日 23:00（UTC+1）-10 月 25 日 03:00（UTC）",
        ),
    ],
)
def test_times_in_their_zone(when: str, timezone: str, words: str) -> None:
    assert note_line(event("x", when, title="T", timezone=timezone), DAY) == f"{words}：T"


def test_the_source_documents_lines() -> None:
    assert (
        note_line(event("x", "2026-05-13/2026-05-14", title="百度 Create 2026 AI 开发者大会"), DAY)
        == "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会"
    )
    assert (
        note_line(event("x", "2026-05", title="Google I/O 2026 开发者大会"), DAY)
        == "5 月：Google I/O 2026 开发者大会"
    )


def test_without_a_day_the_year_is_always_there() -> None:
    assert note_line(event("x", "2026-05", title="T")) == "2026 年 5 月：T"


def test_cancelled_and_recurring() -> None:
    off = event("x", "2026-06-10/2026-06-11", title="T（已取消）", status="cancelled")
    assert note_line(off, DAY) == "6 月 10 日-11 日（已取消）：T（已取消）"
    yearly = event("x", "2026-06-10", title="T", recurrence="FREQ=YEARLY", status="cancelled")
    assert note_line(yearly, DAY) == "6 月 10 日（每年，已取消）：T"
    second = event("x", "2026-05-13", title="T", recurrence="FREQ=MONTHLY;BYDAY=2WE")
    assert note_line(second, DAY) == "5 月 13 日（定期）：T"


@pytest.mark.slow
def test_no_two_dates_share_their_words() -> None:
    texts = {e.when.text for events, _ in EVENTS.values() for e in events}
    for n in range(0, 430, 5):
        first = date(2025, 12, 1) + timedelta(days=n)
        texts.add(first.isoformat())
        for length in (1, 9, 10, 30, 400):
            last = first + timedelta(days=length)
            texts |= {f"{first}/{last}", f"[{first}..{last}]"}
    for year in range(2025, 2029):
        texts |= {f"{year}", *(f"{year}-{part:02d}" for part in (*range(1, 13), *range(33, 37)))}
        texts |= {f"{year}-40", f"{year}-41"}
    for clock in ("00:00", "01:30", "23:59"):
        for offset in ("Z", "+08:00", "-07:00", "+05:45", "+01:00"):
            start = f"2026-10-25T{clock}{offset}"
            texts.add(start)
            texts |= {f"{start}/2026-10-26T0{hour}:30{offset}" for hour in range(3)}
            texts.add(f"{start}/2026-10-26T12:00+02:00")
    texts |= {text + "~" for text in texts if text[-1] not in "~?"} | {
        text + "?" for text in texts if text[-1] not in "~?"
    }
    for day in (None, DAY):
        for timezone in ("Asia/Shanghai", "Europe/Lisbon"):
            words: dict[str, str] = {}
            for text in texts:
                item = event("x", text, title="T", timezone=timezone)
                line = note_line(item, day)
                assert words.setdefault(line, item.when.text) == item.when.text


def _read(lines: list[str], day: date) -> list[tuple[str, str]]:
    found = announcements(text_lines("\n".join(lines)), day, "Asia/Shanghai")
    return [(one.title, one.when.text) for one in found]


@pytest.mark.slow
def test_every_kind_of_date_is_read_back() -> None:
    for events, _ in EVENTS.values():
        for item in events:
            assert _read([note_line(item, DAY)], DAY) == [(item.title, item.when.text)]


@pytest.mark.parametrize(
    "title",
    [
        "6月CPI公布",
        "5月13日会议纪要",
        "《办法》《条例》施行",
        "百度世界大会、腾讯云峰会",
        "苍山云计算大会（日期待定）",
        "1）第一期",
        "〖已装入括号〗",
        "the September issue",
        "：",
        "资料来源：Wind",
    ],
)
def test_a_title_that_reads_like_something_else_comes_back_as_it_stands(title: str) -> None:
    item = event("x", "2026-05-13", title=title)
    assert _read([note_line(item, DAY)], DAY) == [(title, "2026-05-13")]


def test_a_date_that_is_past_is_read_back_too() -> None:
    item = event("x", "2025-03-05/2025-03-07", title="数据大会")
    assert note_line(item, DAY) == "2025 年 3 月 5 日-7 日：数据大会"
    assert _read([note_line(item, DAY)], DAY) == [("数据大会", "2025-03-05/2025-03-07")]


_WORDS = st.sampled_from(
    [
        *"5月13日，。；：、（）《》“”—-/ 0123456789年月周上中下旬初底的于将",
        "发布",
        "大会",
        "May",
        "June 8",
        "Q2",
        " 2027",
        "取消",
    ]
)


@given(
    title=st.one_of(
        st.lists(_WORDS, min_size=1, max_size=12).map("".join), st.text(min_size=1, max_size=40)
    ),
    when=st.sampled_from(
        sorted({item.when.text for events, _ in EVENTS.values() for item in events})
    ),
    year=st.integers(2024, 2028),
)
def test_a_note_of_any_event_is_read_back_as_that_event(title: str, when: str, year: int) -> None:
    try:
        title = re.sub(r" {2,}", " ", clean(one_line(title))).strip()
    except UnfitText:
        assume(False)
    assume(title)
    day = date(year, 4, 27)
    item = event("x", when, title=title)
    assert _read([note_line(item, day)], day) == [(title, item.when.text)]


def test_digits_apart_in_a_marked_title_stay_apart() -> None:
    """`5 5月` came back as `55月`: what a scanner's spaces are closed up for reached into the marks."""
    item = event("x", "2026", title="5 5月")
    day = date(2026, 4, 27)
    assert _read([note_line(item, day)], day) == [("5 5月", "2026")]
