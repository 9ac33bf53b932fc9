"""Dates as newsletters, notices and agendas write them."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.dates.phrases import Anchor, find, read

TODAY = date(2026, 12, 1)


def dates(text: str, zone: str = "Europe/London") -> list[str]:
    found = (read(phrase, Anchor(TODAY, zone)) for phrase in find(text))
    return [made.when.text for made in found if made is not None]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Quiz Night is on Friday 11th if you like", "2026-12-11"),
        ("Wednesday 16th Carol Service", "2026-12-16"),
        ("our meeting is January 25, 26, 27 in Dunmere", "2027-01-25/2027-01-27"),
        ("January 31 and February 1, 2027", "2027-01-31/2027-02-01"),
        ("Monday, May 3 and Tuesday, May 4", "2027-05-03/2027-05-04"),
        ("9月5日、9月6日", "2027-09-05/2027-09-06"),
        ("Monday, Jan 18, to Tuesday, Feb 2, 2027", "2027-01-18/2027-02-02"),
        ("week beginning 14 December", "[2026-12-14..2026-12-20]"),
        ("Wk beg 14th December", "[2026-12-14..2026-12-20]"),
        ("30 October 11am", "2027-10-30T11:00+01:00"),
        ("Saturday 30th October 11-2pm", "2027-10-30T11:00+01:00/2027-10-30T14:00+01:00"),
    ],
)
def test_a_day_is_read_as_it_is_written_in_notices(text: str, when: str) -> None:
    assert dates(text) == [when]


def test_hours_with_blanks_between_are_whole() -> None:
    """早 9 时 30 分 gave 9:00 and left the rest."""
    assert dates("2027 年 10 月 27 日 早 9 时 30 分至下午 1 时", "Asia/Shanghai") == [
        "2027-10-27T09:30+08:00/2027-10-27T13:00+08:00"
    ]


def test_a_weekday_tells_the_order_of_day_and_month() -> None:
    """12/8 is 12 August in Europe, but no Tuesday in 2027; 8/12 is 12 August in America."""
    assert dates("Tue 12/8", "Europe/Helsinki") == ["2026-12-08"]
    assert dates("Tue 8/12", "America/New_York") == ["2026-12-08"]


def test_a_weekday_says_that_the_coming_year_is_meant() -> None:
    """6月4日 lies behind in December; that it is a Friday holds for 2027 alone."""
    phrase = find("6月4日(星期五)")[0]
    made = read(phrase, Anchor(TODAY, "Asia/Shanghai"))
    assert made is not None
    assert made.when.text == "2027-06-04"
    assert not made.rolled


@pytest.mark.parametrize(
    "text",
    [
        "Monday 5th Avenue is closed",
        "the Tuesday 3rd edition",
        "Sun公司发布的工具",
        "本年度工作总结",
    ],
)
def test_these_are_no_days(text: str) -> None:
    assert not any(phrase.exact and phrase.first and phrase.first.number for phrase in find(text))
    assert not any(phrase.first and phrase.first.weekday == 6 for phrase in find(text))


def test_days_apart_stay_days_apart() -> None:
    assert dates("May 3 and May 10") == ["2027-05-03", "2027-05-10"]
