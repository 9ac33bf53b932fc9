"""What the rows of a table say, whatever their dates weigh."""

from __future__ import annotations

from datetime import date

from service.core.reading import rows
from service.core.reading.blocks import Kind, build
from service.core.reading.document import text_lines
from service.core.reading.mentions import Gatherer, Mention, in_order
from service.core.reading.rows import Row
from service.documents.markdown import read_text

TODAY = date(2026, 12, 1)


def table(text: str) -> list[Row]:
    blocks = [
        block for block in build(read_text(text)[0]) if block.kind in (Kind.ROW, Kind.COLUMNS)
    ]
    return [row for _, row in rows.rows(blocks)]


def mentions(text: str, today: date = TODAY) -> list[Mention]:
    gatherer = Gatherer(build(text_lines(text)), today, "Europe/London")
    return [one for place, end in gatherer.parts() for one in gatherer.mentions(place, end)]


def test_the_cells_of_a_timetable_are_on_the_day_above_them() -> None:
    grid = (
        "|  | Monday, December 7 | Tuesday, December 8 |\n|---|---|---|\n"
        "| 09:00-12:00 | Intro to mills | Looms |\n| 13:00-16:00 | Dyeing | - |\n"
    )
    assert [(row.name, row.dates) for row in table(grid)] == [
        ("Intro to mills", (("", "Monday, December 7 09:00-12:00"),)),
        ("Looms", (("", "Tuesday, December 8 09:00-12:00"),)),
        ("Dyeing", (("", "Monday, December 7 13:00-16:00"),)),
    ]


def test_a_row_without_a_name_is_called_by_its_place_and_an_open_one_by_nothing() -> None:
    rows_ = "| 时间 | 城市 | 报名入口 |\n|---|---|---|\n| 2027年3月20日 | 屿城 | 立即报名 |\n"
    assert [row.name for row in table(rows_)] == ["屿城"]
    assert [row.name for row in table("| Date | Topic |\n|---|---|\n| 5 May 2027 | TBD |\n")] == [
        ""
    ]


def test_the_column_that_tells_the_rows_apart_names_them() -> None:
    talks = (
        "| 活动 | 时间 | 内容 |\n|---|---|---|\n| 分享 | 2027-01-03 | 织机入门 |\n"
        "| 分享 | 2027-01-06 | 染料漫谈 |\n| 分享 | 2027-01-09 | 水车的历史 |\n"
    )
    assert [row.name for row in table(talks)] == ["织机入门", "染料漫谈", "水车的历史"]


def test_a_column_of_names_in_which_one_has_a_date_is_no_column_of_dates() -> None:
    tasks = (
        "| 任务信息 | 截止时间 |\n|---|---|\n| 12月16日正式开始 |  |\n"
        "| 任务一：搭建环境与认识方法（2天） | 截止时间 12月18日03:00 |\n"
        "| 任务二：数学运算、字符串与列表（3天） | 截止时间 12月21日03:00 |\n"
    )
    assert [row.name for row in table(tasks)][1:] == [
        "任务一：搭建环境与认识方法（2天）",
        "任务二：数学运算、字符串与列表（3天）",
    ]


def test_one_time_in_several_zones_is_the_first_of_them() -> None:
    club = (
        "| Date | Time | Topic |\n|---|---|---|\n"
        "| Jan 7, 2027 | Noon ET/11 AM CT/9 AM PT Register | Film: The Weaver |\n"
    )
    (found,) = mentions(club)
    assert found.completions[0].read.when.text == "2027-01-07T12:00-05:00"


def test_who_reports_below_a_day_does_so_on_that_day() -> None:
    day = (
        "## Friday, December 11, 2026\n\n| Ticker | Company | Sector |\n|---|---|---|\n"
        "| VEL | Vellum Mills Corporation | Paper |\n| QRY | Quarry Tools Inc. | Tools |\n"
    )
    found = [one for one in mentions(day) if one.row is not None]
    assert [(one.row and one.row.name, one.completions[0].read.when.text) for one in found] == [
        ("Vellum Mills Corporation", "2026-12-11"),
        ("Quarry Tools Inc.", "2026-12-11"),
    ]


def test_the_header_of_a_table_holds_below_the_lines_of_its_days() -> None:
    diary = (
        "Time | Report | Period\n---|---|---\nMONDAY, DECEMBER 7\n8:30 am | Retail sales | Nov.\n"
        "TUESDAY, DECEMBER 8\n8:30 am | Jobless claims | December 5\n"
    )
    found = [one.completions[0].read.when.text for one in mentions(diary) if one.row is not None]
    assert found == ["2026-12-07T08:30Z", "2026-12-08T08:30Z"]


def test_a_date_that_allows_one_order_settles_those_of_its_table() -> None:
    school = "| Date | Event |\n|---|---|\n| 08/03/2027 | Sports festival |\n| 24/05/2027 | Year 3 trip |\n"
    assert [one.completions[0].read.when.text for one in mentions(school)] == [
        "2027-03-08",
        "2027-05-24",
    ]


def test_days_that_the_order_of_their_list_puts_behind_have_gone_by() -> None:
    year = "| Date | Event |\n|---|---|\n" + "".join(
        f"| {day} | Harwick {name} |\n"
        for day, name in (
            ("February 1-2", "Forum"), ("March 14-17", "Fair"), ("August 14", "Regatta"),
            ("October 22-23", "Summit"), ("November 17-22", "Week"),
        )
    )  # fmt: skip
    found = mentions(year, date(2026, 8, 10))
    in_order(found)
    assert [one.gone_by for one in found] == [True, True, False, False, False]
    few = mentions("- February 1: Forum\n- August 14: Regatta\n", date(2026, 8, 10))
    in_order(few)
    assert not any(one.gone_by for one in few)
