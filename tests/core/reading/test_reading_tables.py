"""Rows of tables: their columns, what an empty cell says, and what they announce."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.events.event import Importance
from service.core.reading.announcement import Announcement
from service.core.reading.document import text_lines
from service.core.reading.reader import announcements

TODAY = date(2026, 12, 1)


def read(text: str) -> list[Announcement]:
    return announcements(text_lines(text), TODAY, "Asia/Shanghai")


def told(text: str) -> list[tuple[str, str, str]]:
    return [(one.title, one.when.text, one.location) for one in read(text)]


def test_place_and_importance_go_where_they_belong() -> None:
    """They stood in the title: `大会 悉尼 高`."""
    found = read(
        "日期 | 事件 | 地点 | 重要性\n12月9日 | 墨池大会 | 悉尼 | 高\n12月10日 | 麦浪论坛 | | 低\n"
    )
    assert [(one.title, one.location, one.importance) for one in found] == [
        ("墨池大会", "悉尼", Importance.HIGH),
        ("麦浪论坛", "", Importance.LOW),
    ]


def test_columns_without_a_header_are_known_by_what_they_hold() -> None:
    found = read("12月9日 | 墨池大会 | 悉尼 | 高\n12月10日 | 麦浪论坛 | 南洲 | 中\n")
    assert [(one.title, one.location, one.importance) for one in found] == [
        ("墨池大会", "悉尼", Importance.HIGH),
        ("麦浪论坛", "南洲", Importance.NORMAL),
    ]


def test_an_empty_date_is_that_of_the_row_above_for_an_event() -> None:
    text = "日期\t事件\n12月9日\t墨池大会\n\t麦浪论坛\n\t资料另寄\n12月12日\t灯会\n"
    assert [(title, when) for title, when, _ in told(text)] == [
        ("墨池大会", "2026-12-09"),
        ("麦浪论坛", "2026-12-09"),
        ("灯会", "2026-12-12"),
    ]


def test_a_clock_in_a_column_of_its_own_belongs_to_the_row_s_day() -> None:
    text = "日期 | 时间 | 事项\n12月5日 | 08:10-08:50 | 签到\n | 09:00 | 报告\n"
    assert [(title, when) for title, when, _ in told(text)] == [
        ("签到", "2026-12-05T08:10+08:00/2026-12-05T08:50+08:00"),
        ("报告", "2026-12-05T09:00+08:00"),
    ]


@pytest.mark.parametrize(
    ("cell", "when"),
    [
        ("待定（预计1月）", "2027-01"),
        ("TBD (early March 2027)", "[2027-03-01..2027-03-10]"),
        ("TBC (probably June 2027)", "2027-06"),
    ],
)
def test_an_open_date_with_a_hint_is_a_window(cell: str, when: str) -> None:
    text = f"Event | When | Where\nHarwick Dev Day | 7 October 2027 | Main Hall\nNight Market | {cell} | TBC\n"
    assert told(text)[1:] == [("Night Market", when, "")]


def test_an_open_date_without_a_hint_is_none() -> None:
    text = "Event | When\nHarwick Dev Day | 7 October 2027\nOpen studio | TBC\n"
    assert [title for title, *_ in told(text)] == ["Harwick Dev Day"]


def test_a_start_and_an_end_are_one_date() -> None:
    text = "活动 | 开始 | 结束 | 城市\n榫卯展 | 2026-12-12 | 2027-01-10 | 苏州\n沙画展 | 2026-12-20 | | 南洲\n"
    assert told(text) == [
        ("榫卯展", "2026-12-12/2027-01-10", "苏州"),
        ("沙画展", "2026-12-20", "南洲"),
    ]


def test_a_date_under_a_header_of_its_own_dates_what_the_header_says() -> None:
    text = "| Version | Released | End of life |\n|---|---|---|\n| Lantern 6 | 2026-02-10 | 2028-02-29 |\n"
    assert told(text) == [("Lantern 6 end of life", "2028-02-29", "")]


def test_what_the_status_calls_done_is_past_and_what_it_calls_off_is_off() -> None:
    text = "日期 | 事件 | 状态\n12月9日 | 墨池大会 | 已取消\n12月10日 | 麦浪论坛 | 已完成\n12月11日 | 灯会 | \n"
    assert [(one.title, one.cancelled) for one in read(text)] == [
        ("墨池大会", True),
        ("灯会", False),
    ]


def test_figures_and_their_periods_are_no_dates() -> None:
    """`9.12` in a column of figures was 12 September; `10月…` in the name of one was October."""
    assert told("Build | Tests | State\n9.12 | 140 of 140 | green\n9.8 | 3/12 | red\n") == []
    assert (
        told(
            "| 时间 | 国家 | 指标 | 前值 |\n|---|---|---|---|\n| 20:15 | 甲国 | 10月物价年率 | 3.7 |\n"
        )
        == []
    )
    assert told("减速器价格 | 本周 | 上周\n谐波 | 9.12 | 9.30\n行星 | 8.84 | 8.80\n") == []


def test_a_table_below_the_heading_of_a_day_has_that_day() -> None:
    text = "Thu 12/10\nFigure | Hour | Month\nCanal tolls | 11:20am | October\n"
    assert [(title, when) for title, when, _ in told(text)] == [
        ("Canal tolls", "2026-12-10T11:20+08:00"),
    ]


def test_the_former_date_of_a_cell_or_a_column_is_passed_over() -> None:
    text = "Event | When\nWorkshops | 4 February (was 28 January)\nDemo day | 18 February\n"
    assert [when for _, when, _ in told(text)] == ["2027-02-04", "2027-02-18"]
    text = "Step | Planned | Was\nBeta | 2026-12-12 | 2026-12-05\nFinal | 2027-01-10 | 2027-01-03\n"
    assert [(title, when) for title, when, _ in told(text)] == [
        ("Beta", "2026-12-12"),
        ("Final", "2027-01-10"),
    ]


def test_a_company_and_its_period_name_a_report() -> None:
    text = "公司 | 报告期 | 预约披露日\n麦穗智能 | 2026年年报 | 2027-03-26\n"
    assert told(text) == [("麦穗智能2026年年报", "2027-03-26", "")]


def test_a_bar_at_the_front_of_a_row_without_edges_is_an_empty_cell() -> None:
    text = (
        "日期 | 时间 | 指标 | 前值\n12月10日 | 21:30 | 物价指数 | 3.0%\n | 22:00 | 信心指数 | 51\n"
    )
    assert [(title, when) for title, when, _ in told(text)] == [
        ("物价指数", "2026-12-10T21:30+08:00"),
        ("信心指数", "2026-12-10T22:00+08:00"),
    ]


def test_a_column_of_months_is_the_date_where_there_is_no_other() -> None:
    text = "月份 | 活动 | 地点\n2027年1月 | 年会 | 苏州\n2027年2月 | 灯会 | 南洲\n"
    assert told(text) == [("年会", "2027-01", "苏州"), ("灯会", "2027-02", "南洲")]
    assert told("Company | Quarter | Revenue\nQuillby | Q4 | 412m\nPellwood | Q4 | 98m\n") == []


def test_what_a_header_says_of_a_date_joins_the_name_as_a_title() -> None:
    text = "法规名称 | 施行日期\n《灯光条例》 | 2027年3月1日\n《水电办法》 | 2027年1月1日\n"
    assert [title for title, *_ in told(text)] == ["《灯光条例》施行", "《水电办法》施行"]
