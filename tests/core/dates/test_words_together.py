"""Dates that several words say between them, read from Monday, 30 November 2026, in Shanghai: whole, or with
what was left over, or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.dates.phrases import Anchor, find, others, read

MONDAY = Anchor(date(2026, 11, 30), "Asia/Shanghai")
IN_AMERICA = Anchor(date(2026, 11, 30), "America/New_York")


def said(text: str, anchor: Anchor = MONDAY) -> list[str | None]:
    return [
        made.when.text if made else None
        for phrase in find(text)
        for made in (read(phrase, anchor), *others(phrase, anchor))
    ]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        # days
        ("The day after tomorrow: Larch One", "2026-12-02"),
        ("大后天：麦田开放日", "2026-12-03"),
        ("Wednesday of next week", "2026-12-09"),
        ("next week on Wednesday", "2026-12-09"),
        ("下周周三", "2026-12-09"),
        ("this week Friday", "2026-12-04"),
        ("Friday after next", "2026-12-11"),
        ("20th of next month", "2026-12-20"),
        ("the third day of October", "2027-10-03"),
        ("on the twenty-third of March", "2027-03-23"),
        ("April ninth", "2027-04-09"),
        ("May twenty-nine", "2027-05-29"),
        ("28 June in 2028", "2028-06-28"),
        ("the 26th of June of 2028", "2028-06-26"),
        ("Nov/2", "2027-11-02"),
        ("23/Sep/2027", "2027-09-23"),
        ("2027/Sep/23", "2027-09-23"),
        ("19th May 27", "2027-05-19"),
        ("30-Jun-28", "2028-06-30"),
        ("Sun 13th", "2026-12-13"),
        ("三月的最后一个星期一", "2027-03-29"),
        ("the last Thursday in January 2027", "2027-01-28"),
        ("二〇二七年，三月九日", "2027-03-09"),
        ("【12.08】砚石科技发布会", "2026-12-08"),
        ("the first day of next month", "2026-12-01"),
        # ranges
        ("from the 13th to the 15th July", "2027-07-13/2027-07-15"),
        ("from the 13th to the 15th of July", "2027-07-13/2027-07-15"),
        ("from the twenty-seventh to the third of May", "2027-04-27/2027-05-03"),
        ("April ninth through seventeenth", "2027-04-09/2027-04-17"),
        ("April 27 to the third", "2027-04-27/2027-05-03"),
        ("11/12 December", "2026-12-11/2026-12-12"),
        ("Tue 12th Thu 14th January 2027", "2027-01-12/2027-01-14"),
        ("2027/1/10-2027/7/10", "2027-01-10/2027-07-10"),
        ("13/1/2027 - 15/1/2027", "2027-01-13/2027-01-15"),
        ("11.28-12.2", "2026-11-28/2026-12-02"),
        ("26 June 2028 to the 28th of June of 2028", "2028-06-26/2028-06-28"),
        ("for three days from 5 May 2027", "2027-05-05/2027-05-07"),
        ("Friday to Monday", "2026-12-04/2026-12-07"),
        ("9月10号，11号，12号", "2027-09-10/2027-09-12"),
        ("今天至下周五", "2026-11-30/2026-12-11"),
        ("1月30日(初二)至2月4日(初七)", "2027-01-30/2027-02-04"),
        ("2月5日(除夕)至2月9日(初四)", "2027-02-05/2027-02-09"),
        ("3月20至3月23日", "2027-03-20/2027-03-23"),
        ("Sept 4th  to Oct 20th", "2027-09-04/2027-10-20"),
        ("2/26/27 - 12/31/28", "2027-02-26/2028-12-31"),
        ("29 May-2 June", "2027-05-29/2027-06-02"),
        ("Friday – December 18th", "2026-12-18"),
        ("12月 26 日、27 日(星期六、星期日)", "2026-12-26/2026-12-27"),
        ("3月份倒数第一个周六", "2027-03-27"),
        # so long after
        ("the day after 5 May", "2027-05-06"),
        ("three weeks after January 15th", "2027-02-05"),
        ("a week from Friday", "2026-12-11"),
        ("two weeks before Christmas", "2026-12-11"),
        ("3 days after next Friday", "2026-12-14"),
        # windows
        ("the last week of July", "[2027-07-26..2027-08-01]"),
        ("first week of October", "[2027-10-04..2027-10-10]"),
        ("early next week", "[2026-12-07..2026-12-09]"),
        ("later this week", "[2026-11-30..2026-12-06]"),
        ("the week after next", "[2026-12-14..2026-12-20]"),
        ("4th quarter 2027", "2027-36"),
        ("the third month of 2027", "2027-03"),
        ("2027年寒假", "[2027-01-01..2027-02-28]"),
        ("the last four months of 2027", "[2027-09-01..2027-12-31]"),
        ("the first two weeks of 2027", "[2027-01-04..2027-01-17]"),
        ("week 31 of 2027", "[2027-08-02..2027-08-08]"),
        ("next three weeks", "[2026-12-01..2026-12-21]"),
        ("the 3rd or the 4th of May", "[2027-05-03..2027-05-04]"),
        ("3月20日或21日", "[2027-03-20..2027-03-21]"),
        ("12月中上旬", "[2026-12-01..2026-12-20]"),
        ("1月中旬~下旬", "[2027-01-11..2027-01-31]"),
        ("上半月", "[2026-11-01..2026-11-15]"),
        ("2027年后半年", "2027-41"),
        ("三季度末", "2027-09"),
        ("季末", "2026-12"),
        ("2031-2034年", "[2031-01-01..2034-12-31]"),
        ("明年三月和九月之间", "[2027-03-01..2027-09-30]"),
        ("2027年的第三周", "[2027-01-18..2027-01-24]"),
        ("明年前三季度", "[2027-01-01..2027-09-30]"),
        ("December to May 2028", "[2027-12-01..2028-05-31]"),
        ("Next June", "2027-06"),
        ("may 2027", "2027-05"),
        ("98年4月", "1998-04"),
        # clocks
        ("今晚8点：线上说明会", "2026-11-30T20:00+08:00"),
        ("今早8点十五分", "2026-11-30T08:15+08:00"),
        ("1月9日上午十一时二十分：董事会", "2027-01-09T11:20+08:00"),
        ("12月4日下午三点二十分", "2026-12-04T15:20+08:00"),
        ("12月11日4:10pm开拍", "2026-12-11T16:10+08:00"),
        ("12月31日24时", "2027-01-01T00:00+08:00"),
        ("今天下午1点到3点十分", "2026-11-30T13:00+08:00/2026-11-30T15:10+08:00"),
        ("本周六（5日）夜里9点到12点", "2026-12-05T21:00+08:00/2026-12-06T00:00+08:00"),
        ("今晚10点 - 明早6点", "2026-11-30T22:00+08:00/2026-12-01T06:00+08:00"),
        ("at 9 tomorrow evening", "2026-12-01T21:00+08:00"),
        ("tomorrow evening from 7 to 9", "2026-12-01T19:00+08:00/2026-12-01T21:00+08:00"),
        ("tomorrow at 8:30 in the evening", "2026-12-01T20:30+08:00"),
        ("14th April 2027 at 16h00", "2027-04-14T16:00+08:00"),
        ("12 December, 1900-2130 hours", "2026-12-12T19:00+08:00/2026-12-12T21:30+08:00"),
        ("12 December, 7.15pm", "2026-12-12T19:15+08:00"),
        ("12 noon, Friday 4 December", "2026-12-04T12:00+08:00"),
        ("between 9am and 3pm tomorrow", "2026-12-01T09:00+08:00/2026-12-01T15:00+08:00"),
        ("Saturday 5 December – 12noon til 11:00pm", "2026-12-05T12:00+08:00/2026-12-05T23:00+08:00"),
        ("Tuesday 17:00 UTC December 15th, 2026", "2026-12-15T17:00Z"),
        ("UTC Thu 17-Dec-2026 16:00", "2026-12-17T16:00Z"),
        ("between 2 and 4:30pm tomorrow", "2026-12-01T14:00+08:00/2026-12-01T16:30+08:00"),
        ("Wednesday evening next week at 8", "2026-12-09T20:00+08:00"),
        ("Thursday 8am pst", "2026-12-03T08:00-08:00"),
        ("14:30 UTC (9:30am EST) on January 12, 2027", "2027-01-12T14:30Z"),
    ],
)  # fmt: skip
def test_it_is_read_whole(text: str, when: str) -> None:
    assert said(text) == [when]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("春节前", "[2026-11-30..2027-02-04]"),
        ("元旦：新域名", "2027-01-01"),
        ("劳动节当天", "2027-05-01"),
        ("除夕晚上6点半", "2027-02-05T18:30+08:00"),
        ("2028年春节", "2028-01-26"),
        ("五一前后", "2027-05-01~"),
        ("Christmas Eve", "2026-12-24"),
        ("Easter Monday", "2027-03-29"),
        ("Thanksgiving 2027", "2027-11-25"),
        ("after Thanksgiving", "[2026-11-27..2026-12-03]"),
        ("Labor Day weekend", "[2027-09-04..2027-09-06]"),
    ],
)
def test_a_holiday_is_its_day_or_what_it_bounds(text: str, when: str) -> None:
    assert said(text, IN_AMERICA if text.isascii() else MONDAY) == [when]


def test_a_holiday_that_only_names_the_day_beside_it_is_no_second_date() -> None:
    assert said("Monday 29 March 2027 (Easter Monday)") == ["2027-03-29"]
    assert said("春节（2月6日）") == ["2027-02-06"]


@pytest.mark.parametrize(
    ("text", "leftover"),
    [
        ("less than three days after tomorrow", "less than"),
        ("Sunday 3 weeks after January 15th", None),
        ("元旦后第一周", "第一"),
        ("春节后第三天", None),
        ("闰五月初五", None),
        ("the year from 2027 through May 2nd 2028", None),
        ("20260825-03", "-03"),
        ("next tuesday +10 days", "+10 days"),
        ("after next year", "after"),
    ],
)
def test_what_could_change_the_day_leaves_no_day(text: str, leftover: str | None) -> None:
    """A phrase that was taken in part was read as if it were whole, and stated at 0.99."""
    wrong = {
        "2026-12-01", "2027-01-15", "2027-05-05", "2027-02-06", "2026-08-25",
        "2026-12-08", "2027", "2028-05-02",
    }  # fmt: skip
    assert not wrong & {when for when in said(text) if when}
    if leftover is not None:
        assert leftover in {phrase.leftover for phrase in find(text)}


@pytest.mark.parametrize(
    ("text", "when", "leftover"),
    [
        ("12 December at half past seven", "2026-12-12", "at half past seven"),
        ("Saturday at 5", "2026-12-05T17:00+08:00", "at 5"),
        ("Monday 11-4", "2026-11-30", "11-4"),
        ("Tuesday or Thursday", "2026-12-01", "or Thursday"),
    ],
)
def test_a_time_that_is_not_sure_leaves_its_day_and_is_said(
    text: str, when: str, leftover: str
) -> None:
    phrase = find(text)[0]
    made = read(phrase, MONDAY)
    assert made is not None
    assert (made.when.text, made.leftover) == (when, leftover)
    assert made.sure <= 0.6


@pytest.mark.parametrize(
    "text",
    [
        "three weeks of training",
        "for two weeks",
        "9年后的寿命期为30年"[4:],
        "海滨大道26号",
        "3/5的人赞成",
        "成交4.18亿元",
        "客户端12.10版",
        "I am at 10.1 now",
        "the model weighs 6.5 kilograms",
        "Q3 FY27",
        "fiscal 2028",
        "2027财年第三季度",
        "第三财季",
        "前三季度收入",
        "May we remind you",
        "This may only narrow it down",
        "on a Monday between the two fairs",
        "meets the last Monday of the month",
        "within 18 months after the closing of the deal",
        "自递交响应文件时间起 90日内有效",
    ],
)
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert [when for when in said(text) if when] == []


def test_next_june_in_march_may_be_either_years() -> None:
    assert said("next June", Anchor(date(2026, 3, 1), "Asia/Shanghai")) == [None]


def test_a_time_alone_is_of_the_day_of_the_one_time_before_it() -> None:
    """Only the first of three releases in a line had its day."""
    line = "周三上午9:30，新屋价格公布，随后10:15公布零售额，14:00公布批发物价"
    assert said(line) == [
        "2026-12-02T09:30+08:00", "2026-12-02T10:15+08:00", "2026-12-02T14:00+08:00",
    ]  # fmt: skip
    two_days = "12月8日14:30开会，登记日为12月2日，投票为当日9:15"
    assert said(two_days)[-1] is None


def test_a_move_from_days_to_days_is_no_range() -> None:
    assert said("from April 25-26 to May 16-17") == [
        "2027-04-25/2027-04-26",
        "2027-05-16/2027-05-17",
    ]


def test_a_weekday_that_fits_only_a_day_long_past_gives_none() -> None:
    assert said("Tuesday, 10 January", Anchor(date(2023, 8, 10), "Asia/Shanghai")) == [None]
