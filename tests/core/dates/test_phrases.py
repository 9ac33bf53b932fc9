"""Date phrases, Chinese and English, read from 27 April 2026 in Shanghai."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.dates import when as when_
from service.core.dates.phrases import Anchor, find, others, read

TODAY = Anchor(date(2026, 4, 27), "Asia/Shanghai")


def said(text: str, anchor: Anchor = TODAY) -> list[str | None]:
    return [made.when.text if (made := read(p, anchor)) else None for p in find(text)]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        # days
        ("5 月 13 日-14 日：百度", "2026-05-13/2026-05-14"),
        ("6月12~14日 浦江", "2026-06-12/2026-06-14"),
        ("五月十三日至十四日：", "2026-05-13/2026-05-14"),
        ("５月１３日：", "2026-05-13"),
        ("元月8日", "2027-01-08"),
        ("7月30日—8月2日", "2026-07-30/2026-08-02"),
        ("12月30日-1月2日", "2026-12-30/2027-01-02"),
        ("12月28日至次年1月3日", "2026-12-28/2027-01-03"),
        ("6月12日、13日", "2026-06-12/2026-06-13"),
        ("6月12、13两日", "2026-06-12/2026-06-13"),
        ("6月12日至14日（周五至周日）", "2026-06-12/2026-06-14"),
        ("17 & 18 November 2026", "2026-11-17/2026-11-18"),
        ("2026年8月28日至9月1日", "2026-08-28/2026-09-01"),
        ("民國116年11月5日", "2027-11-05"),
        ("118年1月1日生效", "2029-01-01"),
        ("June 16–18, 2026", "2026-06-16/2026-06-18"),
        ("24–26 June", "2026-06-24/2026-06-26"),
        ("July 15th", "2026-07-15"),
        ("the 9th of June 2027", "2027-06-09"),
        ("May 30 - June 2", "2026-05-30/2026-06-02"),
        ("Dec 30 – Jan 2, 2027", "2026-12-30/2027-01-02"),
        ("June 2 and 3", "2026-06-02/2026-06-03"),
        ("Friday 26 to Sunday 28 June", "2026-06-26/2026-06-28"),
        ("January 5 and runs through the 8th", "2027-01-05/2027-01-08"),
        # numbers
        ("2026/7/15 x", "2026-07-15"),
        ("2026.9.3 x", "2026-09-03"),
        ("20260715 x", "2026-07-15"),
        ("20270310-20270312 x", "2027-03-10/2027-03-12"),
        ("2026.7.15-7.18 x", "2026-07-15/2026-07-18"),
        ("09-30-2026", "2026-09-30"),
        ("15.07.2026", "2026-07-15"),
        ("4-Nov-2027", "2027-11-04"),
        ("03-21-28", "2028-03-21"),
        ("8/25：", "2026-08-25"),
        ("8/9：", "2026-08-09"),
        ("25/8：", "2026-08-25"),
        ("8/12-8/14：", "2026-08-12/2026-08-14"),
        ("14/7-16/7:", "2026-07-14/2026-07-16"),
        ("7/9(四)--7/11(六):", "2026-07-09/2026-07-11"),
        # other languages, explicit dates only
        ("15 juillet 2026", "2026-07-15"),
        ("1er mars 2027", "2027-03-01"),
        ("15. Juli 2026", "2026-07-15"),
        ("15 de julio de 2026", "2026-07-15"),
        ("15 июля 2026", "2026-07-15"),
        ("2026년 7월 15일", "2026-07-15"),
        # with a number beside them, a sign left out, a space too many
        ("Jan  2. Monthly meetup", "2027-01-02"),
        ("February 25 - March  1, 2027", "2027-02-25/2027-03-01"),
        ("from Wednesday, November 18th, through Friday, November 20th", "2026-11-18/2026-11-20"),
        ("conference October 11+12", "2026-10-11/2026-10-12"),
        ("下个版本计划在 12 月 30 发布", "2026-12-30"),
        ("2026年12月16-2026年12月18号", "2026-12-16/2026-12-18"),
        ("Tuesday-Wednesday, August 4-5, 2026", "2026-08-04/2026-08-05"),
        ("15-20/09/2026", "2026-09-15/2026-09-20"),
        ("Charter Week from Dec. 7 - 11.", "2026-12-07/2026-12-11"),
        ("115/7/23(四)19:30", "2026-07-23T19:30+08:00"),
        (
            "2026年12月30日（16周，星期三）上午8:30—11:00",
            "2026-12-30T08:30+08:00/2026-12-30T11:00+08:00",
        ),
        ("10月8日（本周四）9:00-17:00", "2026-10-08T09:00+08:00/2026-10-08T17:00+08:00"),
        ("10月12号23:00PM之前", "2026-10-12T23:00+08:00"),
        ("11月4日上午9:00开始至21:00结束", "2026-11-04T09:00+08:00/2026-11-04T21:00+08:00"),
        ("2026年7月4日 上午1时起", "2026-07-04T01:00+08:00"),
        ("UTC时间5月31日晚8点", "2026-05-31T20:00Z"),
        ("June 14, 2026 (11:59 pm, AoE)", "2026-06-14T23:59-12:00"),
        # stretches
        ("5 月：", "2026-05"),
        ("5月中旬", "[2026-05-11..2026-05-20]"),
        ("2027年2月下旬", "[2027-02-21..2027-02-28]"),
        ("6月初", "[2026-06-01..2026-06-10]"),
        ("6月中下旬", "[2026-06-11..2026-06-30]"),
        ("6月最后一周", "[2026-06-22..2026-06-28]"),
        ("mid-to-late June", "[2026-06-11..2026-06-30]"),
        ("early to mid June", "[2026-06-01..2026-06-20]"),
        ("by the end of the month", "[2026-04-21..2026-04-30]"),
        ("2026Q3送样", "2026-35"),
        ("4-6月", "[2026-04-01..2026-06-30]"),
        ("5月下旬至6月上旬", "[2026-05-21..2026-06-10]"),
        ("Mid-May", "[2026-05-11..2026-05-20]"),
        ("late June", "[2026-06-21..2026-06-30]"),
        ("Q3 2026", "2026-35"),
        ("2Q27", "2027-34"),
        ("2027年一季度", "2027-33"),
        ("the second half of 2026", "2026-41"),
        ("1H 2027", "2027-40"),
        ("下半年", "2026-41"),
        ("明年", "2027"),
        ("明年年初", "2027-33"),
        ("年底", "2026-12"),
        ("the end of Q2", "2026-06"),
        ("early 2027", "2027-33"),
        ("Summer 2026", "[2026-06-01..2026-08-31]"),
        ("今夏", "[2026-06-01..2026-08-31]"),
        ("Between July 6 and July 10,", "[2026-07-06..2026-07-10]"),
        ("between 12 and 16 October", "[2026-10-12..2026-10-16]"),
        ("5月18日-24日之间", "[2026-05-18..2026-05-24]"),
        ("The week of May 18:", "[2026-05-18..2026-05-24]"),
        # relative
        ("下周四", "2026-05-07"),
        ("下周三至周五", "2026-05-06/2026-05-08"),
        ("本周六", "2026-05-02"),
        ("明日", "2026-04-28"),
        ("下月", "2026-05"),
        ("本月底", "[2026-04-21..2026-04-30]"),
        ("next Wednesday", "2026-05-06"),
        ("next month", "2026-05"),
        ("the 8th of next month", "2026-05-08"),
        ("三天后", "2026-04-30"),
        ("first Monday of June", "2026-06-01"),
        ("11月首個星期一", "2026-11-02"),
        ("28日", "2026-04-28"),
        ("24日", "2026-05-24"),
        # times
        ("北京时间5月20日凌晨1点", "2026-05-20T01:00+08:00"),
        ("5月22日下午2点半", "2026-05-22T14:30+08:00"),
        ("5月18日 19:00-20:30", "2026-05-18T19:00+08:00/2026-05-18T20:30+08:00"),
        ("6月18日晚8点", "2026-06-18T20:00+08:00"),
        ("4月30日24时", "2026-05-01T00:00+08:00"),
        ("11月11日零点", "2026-11-11T00:00+08:00"),
        ("June 8, 10:00 a.m. PT", "2026-06-08T10:00-07:00"),
        ("27 May 2026, 15:00–16:30 CEST", "2026-05-27T15:00+02:00/2026-05-27T16:30+02:00"),
        ("Nov 5, 1:00-2:00 PM EST", "2026-11-05T13:00-05:00/2026-11-05T14:00-05:00"),
        ("10 a.m. PT on June 8", "2026-06-08T10:00-07:00"),
        ("2026-06-02T16:00:00Z", "2026-06-02T16:00Z"),
        ("11:59pm June 30 2026 Anywhere on Earth", "2026-06-30T23:59-12:00"),
        ("2029年1月6日01:00-05:00", "2029-01-06T01:00+08:00/2029-01-06T05:00+08:00"),
        ("6月2日-5日 9:00-17:00", "2026-06-02/2026-06-05"),
        # how sure
        ("6月10日前后", "2026-06-10~"),
        ("around June 10", "2026-06-10~"),
        ("May 5–7 (tentative)", "2026-05-05/2026-05-07?"),
        ("5月20日（周三）", "2026-05-20"),
        ("5月6日（下周三）", "2026-05-06"),
        ("5月21日（周三）", "2026-05-21?"),
        ("2月29日", "2028-02-29"),
    ],
)
def test_what_it_means(text: str, when: str) -> None:
    assert said(text) == [when]


@pytest.mark.parametrize(
    "text",
    [
        "2 月 30 日",
        "当地时间",
        "13 月 5 日",
        "价格为 5,130 元",
        "0520.HK",
        "三点建议",
        "may be released",
        "April Dunn said",
        "地铁8号线",
        "预约",
        "（四）",
        "IP 10.0.0.1",
        "12 companies joined",
        "A. May (chair)",
        "24/7 hotline",
        "at the end of the month",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert [when for when in said(text) if when] == []


def test_numbers_that_may_be_no_date_are_marked_as_weak() -> None:
    assert [p.weak for text in ("3-5日", "8/25", "2026", "12月") for p in find(text)] == [
        True, True, True, False,
    ]  # fmt: skip


def test_a_time_at_a_place_that_is_not_named_leaves_the_day() -> None:
    assert said("当地时间5月19日上午10点") == ["2026-05-19"]


def test_an_order_of_day_and_month_that_cannot_be_known_is_not_guessed() -> None:
    assert said("07/08/2026") == [None]
    assert said("07/08/2026", Anchor(date(2026, 4, 27), "America/New_York")) == ["2026-07-08?"]
    london = Anchor(date(2026, 4, 27), "Europe/London")
    assert said("07/08/2026", london) == ["2026-08-07?"]
    assert said("07/08:", london) == ["2026-08-07?"]
    assert said("1/7-5/7:", london) == ["2026-07-01/2026-07-05?"]
    assert said("18/6 one; 7/8 two") == ["2026-06-18", "2026-08-07"]
    assert said("6/18 one; 7/8 two", london) == ["2026-06-18", "2026-07-08"]


def test_each_of_several_days_is_read() -> None:
    for text in ("June 3, 10 and 17", "3, 10 and 17 June"):
        (phrase,) = find(text)
        made = [read(phrase, TODAY), *others(phrase, TODAY)]
        assert [one and one.when.text for one in made] == ["2026-06-03", "2026-06-10", "2026-06-17"]


def test_the_same_moment_in_a_second_zone_is_no_second_date() -> None:
    assert said("May 20 at 2:00 p.m. PT / 5:00 p.m. ET") == ["2026-05-20T14:00-07:00"]


def test_a_weekday_beside_it_tells_that_this_years_is_meant() -> None:
    assert said("4月23日（周四）") == ["2026-04-23"]


def test_an_hour_that_a_clock_change_leaves_out_leaves_the_day() -> None:
    anchor = Anchor(date(2026, 2, 1), "America/New_York")
    assert said("March 8, 2026, 2:30 a.m.", anchor) == ["2026-03-08"]


def test_so_long_after_publication() -> None:
    anchor = Anchor(date(2026, 4, 27), "Asia/Shanghai", base=date(2026, 1, 31))
    assert said("自公布之日起30日后施行", anchor) == ["2026-03-02"]
    assert said("六个月后", anchor) == ["2026-07-31"]


def test_what_headings_say() -> None:
    under = Anchor(
        date(2026, 4, 27),
        "Asia/Shanghai",
        month=(2026, 6),
        day=date(2026, 6, 3),
        week=date(2026, 6, 1),
    )
    assert said("24日", under) == ["2026-06-24"]
    assert said("次日02:00", under) == ["2026-06-04T02:00+08:00"]
    assert said("周五", under) == ["2026-06-05"]
    assert said("3月5日", Anchor(date(2026, 4, 27), "Asia/Shanghai", year=2027)) == ["2027-03-05"]


@given(
    st.text(
        alphabet="0123456789年月日号周一二三四五十上中下旬-—~至：（）,. /:TZ May1stQ半初底点时 今明后天",
        max_size=60,
    )
)
def test_any_text_gives_dates_that_exist_or_none(text: str) -> None:
    for phrase in find(text):
        assert 0 <= phrase.start < phrase.end <= len(text)
        made = read(phrase, TODAY)
        if made is not None:
            assert when_.parse(made.when.text).text == made.when.text
            assert 0 <= made.sure <= 1


@given(st.dates(date(2026, 4, 27), date(2199, 12, 31)))
def test_a_day_that_is_written_out_is_that_day(day: date) -> None:
    forms = (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
        f"{day:%Y-%m-%d}",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%b} {day.day}, {day.year}",
    )
    for form in forms:
        if day.year < 2100 or "年" in form or "-" in form:
            assert said(form) == [day.isoformat()]
