"""What a date leaves out and the text around it has said."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.dates.phrases import Anchor, find, read
from service.core.reading import markup
from service.core.reading.blocks import build
from service.core.reading.document import text_lines
from service.core.reading.mentions import Gatherer, Mention
from service.core.reading.then import MOST, NOTHING, Said, Then, edition, said_by, spanned

TODAY = date(2026, 12, 1)
ANCHOR = Anchor(TODAY, "Asia/Shanghai")


def mentions(text: str) -> list[Mention]:
    gatherer = Gatherer(build(markup.read(text_lines(text))), TODAY, "Asia/Shanghai")
    return [one for place, end in gatherer.parts() for one in gatherer.mentions(place, end)]


def readings(text: str) -> dict[str, frozenset[str]]:
    """Of the last date of a text: what it may mean, and what gave each."""
    return {one.read.when.text: one.how for one in mentions(text)[-1].completions}


def test_a_heading_says_the_year_of_the_dates_below_it() -> None:
    found = readings("# 2028年展会\n\n3月5日，青禾开发者大会\n")
    assert "heading" in found["2028-03-05"]
    assert "own" in found["2027-03-05"]


def test_a_heading_says_the_month_of_the_bare_days_below_it() -> None:
    assert (
        "heading" in readings("2027年3月\n\n8日，青禾开发者大会\n9日，麦浪技术论坛\n")["2027-03-09"]
    )
    assert list(readings("# December 2026\n\n12 – Harwick Data Picnic\n")) == ["2026-12-12"]


def test_a_heading_says_the_week_of_the_weekdays_below_it() -> None:
    assert "heading" in readings("# 下周日程\n\n周五，青禾开发者大会\n")["2026-12-11"]


def test_a_heading_says_the_day_of_the_times_below_it() -> None:
    found = readings("# 2026年12月10日\n\n09:30 青禾开发者大会\n")
    assert list(found) == ["2026-12-10T09:30+08:00"]


def test_a_nearer_heading_wins_over_one_further_up() -> None:
    text = "# 2028年展会\n\n## 2029年\n\n3月5日，青禾开发者大会\n"
    assert "heading" in readings(text)["2029-03-05"]
    assert "2028-03-05" not in readings(text)


def test_a_month_s_heading_takes_its_year_from_the_one_above() -> None:
    above, month = Said(year=2028), Said(month=(2027, 3))
    assert month.over(above) == Said(year=2028, month=(2027, 3))
    assert NOTHING.over(above) == above


def test_a_line_that_is_only_a_date_dates_the_lines_below() -> None:
    first, *below = mentions("会议日程\n\n2026年12月10日\n- 青禾开发者大会\n- 麦浪技术论坛\n")
    assert first.alone
    assert [one.phrase for one in below] == [None, None]
    for one in below:
        (made,) = one.completions
        assert (made.read.when.text, made.how) == ("2026-12-10", {"under"})


def test_the_day_spoken_of_last_gives_its_day_to_a_time() -> None:
    found = readings("10 December 2026: Harbor Gala. Doors open at 18:30.")
    assert found == {"2026-12-10T18:30+08:00": {"before"}}


def test_a_time_apart_from_its_day_is_joined_to_it() -> None:
    first, *_ = mentions("青禾开发者大会：12月10日在屿城，上午9:30开始")
    assert next((made.read.when.text, made.how) for made in first.completions) == (
        "2026-12-10T09:30+08:00",
        {"clock"},
    )
    first, *_ = mentions("日期：12月10日\n时间：9:40-12:20\n")
    assert "2026-12-10T09:40+08:00/2026-12-10T12:20+08:00" in [
        made.read.when.text for made in first.completions
    ]


def test_from_one_day_to_the_other_may_be_a_move() -> None:
    found = readings("The gala has been moved from July 9 to July 16, 2027.")
    assert found["2027-07-16"] == {"moved"}
    assert found["2027-07-09/2027-07-16"] == {"own"}
    assert list(readings("The gala runs from July 9 to July 16, 2027.")) == [
        "2027-07-09/2027-07-16"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "开始时间：2026年12月9日\n结束时间：2026年12月12日\n",
        "Start: 9 December 2026\nEnd: 12 December 2026\n",
    ],
)
def test_a_start_and_an_end_in_two_labels_are_one_span(text: str) -> None:
    first, _ = mentions(text)
    assert {made.read.when.text: made.how for made in first.completions}[
        "2026-12-09/2026-12-12"
    ] == {"span"}


def test_two_days_make_a_span() -> None:
    first, last = (read(find(text)[0], ANCHOR) for text in ("2026年12月9日", "2026年12月12日"))
    assert first is not None
    assert last is not None
    made = spanned(first, last)
    assert made is not None
    assert made.read.when.text == "2026-12-09/2026-12-12"


def test_a_span_that_would_end_before_it_starts_is_none() -> None:
    text = "开始时间：2026年12月12日\n结束时间：2026年12月9日\n"
    assert list(readings(text)) == ["2026-12-09"]
    assert [made.read.when.text for made in mentions(text)[0].completions] == ["2026-12-12"]


@pytest.mark.xfail(strict=False, reason="only_date allows four letters beside a date")
def test_a_short_name_beside_a_date_is_no_line_that_is_only_a_date() -> None:
    (first,) = mentions("2026年12月10日：灯会\n另有夜市\n")
    assert not first.alone


def test_a_remark_on_the_zone_holds_for_all_times() -> None:
    """Also from the end of the text."""
    for text in (
        "All times are Eastern.\n\nDecember 9, 10:00 am: Harbor Gala\n",
        "December 9, 10:00 am: Harbor Gala\n\nAll times are Eastern.\n",
    ):
        assert list(readings(text)) == ["2026-12-09T10:00-05:00"]
    assert list(readings("12月9日10:00，青禾开发者大会\n时间均为东京时间\n")) == [
        "2026-12-09T10:00+09:00"
    ]


def test_a_remark_on_the_year_holds_for_all_dates() -> None:
    then = Then(ANCHOR)
    then.remark("All dates are in 2028.")
    assert then.edition == 2028


def test_the_year_in_the_title_is_one_reading_of_the_dates_below() -> None:
    found = readings("SPARROW 2028\n\nPaper deadline: 5 March\n")
    assert "title" in found["2028-03-05"]
    assert "own" in found["2027-03-05"]


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("SPARROW 2027", 2027),
        ("ORCHARD '27", 2027),
        ("2028青禾开发者大会", 2028),
        ("Harbor Gala", None),
        ("120275", None),
    ],
)
def test_the_year_of_an_edition_stands_in_its_name(name: str, year: int | None) -> None:
    assert edition(name) == year


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("2028年大事", Said(year=2028)),
        ("2027年3月活动", Said(month=(2027, 3))),
        ("下周日程", Said(week=date(2026, 12, 7))),
        ("没有日期", NOTHING),
        ("长" * 90 + "2028年", NOTHING),
    ],
)
def test_what_a_heading_says(heading: str, said: Said) -> None:
    assert said_by(heading, ANCHOR) == said


def test_a_heading_of_some_months_ago_is_this_year_s() -> None:
    """Below `6月` in December stands what was in June, not what will be in the next."""
    assert said_by("6月活动", ANCHOR).month == (2026, 6)
    assert said_by("1月活动", ANCHOR).month == (2027, 1)


def test_an_effect_is_counted_from_the_day_that_was_said_to_be_that_of_publication() -> None:
    line = "The Cargo Rule was published on 20 November 2026."
    then = Then(ANCHOR)
    then.publication(line, find(line))
    assert then.anchor.base == date(2026, 11, 20)


def test_there_are_few_readings_of_a_date_and_none_twice() -> None:
    text = "# 2029年展会\n\n2028年另有安排，3月5日，青禾开发者大会；4月6日，麦浪论坛开幕式\n"
    for one in mentions(text):
        found = [made.read.when.text for made in one.completions]
        assert 0 < len(found) <= MOST
        assert len(set(found)) == len(found)


# ---- hours after noon ----


def test_an_hour_behind_noon_of_a_programme_is_one_after_noon() -> None:
    text = "# Harwick Day\n\nDecember 9, 2026\n\n- 9:00 Opening\n- 11:30 Lunch\n- 1:15 Panel on mills\n"
    found = [one.completions[0].read.when.text for one in mentions(text) if one.phrase]
    assert found[-3:] == [
        "2026-12-09T09:00+08:00",
        "2026-12-09T11:30+08:00",
        "2026-12-09T13:15+08:00",
    ]


def test_the_hours_of_a_day_tell_those_of_its_programme() -> None:
    text = (
        "When: December 9, 2026, 2:00 PM - 4:30 PM\n\n"
        "| Time | Activity |\n|---|---|\n| 2:00 - 2:10 | Welcome |\n| 4:20 - 4:30 | Close |\n"
    )
    rows = [one.completions[0].read.when.text for one in mentions(text) if one.row is not None]
    assert rows == [
        "2026-12-09T14:00+08:00/2026-12-09T14:10+08:00",
        "2026-12-09T16:20+08:00/2026-12-09T16:30+08:00",
    ]


def test_below_a_heading_of_the_afternoon_hours_are_after_noon() -> None:
    text = "12月9日\n\n## 青禾论坛（下午）\n\n- 2:00 圆桌讨论\n"
    assert "2026-12-09T14:00+08:00" in readings(text)
    assert "2026-12-09T02:00+08:00" in readings("12月9日\n\n## 青禾论坛\n\n- 2:00 圆桌讨论\n")
