"""What stands around a text, and numbers that look like days, announce nothing."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.reading.document import Document, text_lines
from service.core.reading.reader import announcements
from service.core.reading.reference import How, publisher, reference_day

TODAY = date(2026, 12, 1)


def told(text: str, today: date = TODAY) -> list[tuple[str, str]]:
    found = announcements(text_lines(text), today, "Asia/Shanghai")
    return [(one.title, one.when.text) for one in found]


def document(text: str) -> Document:
    return Document(text_lines(text), "0" * 64, "text/plain")


@pytest.mark.parametrize(
    "line",
    [
        "苔藓证券经济研究所  2026年12月1日",
        "发布时间：2026-12-01 07:23　责编：小满　青禾网",
        "12楼　回帖于 2026-12-01 13:27:44",
        "行情刷新于 01/12/2026 09:37（延迟一刻钟）",
        "收稿日期：2026-11-20；修回日期：2026-12-01",
        "Published: 1 December 2026, 9:15 am | Updated: 1 December 2026, 4:02 pm",
        "By Mara Tell, Staff Writer — December 1, 2026",
        "Page 3 of 12 · Printed 12/1/2026",
        "1 sur 1 | 01/12/2026 12:31",
        "file:///srv/w.html | 1/1",
        "21/07/2027, 21:09  1 of 1",
        "加入日期：2026-12-1 3:33:19",
        "2026-12-18  来源：青禾网",
        "Signed at Harwick, 1 December 2026",
        "© 2027 Pellwood Ltd. All rights reserved. Last modified 12/02/2026",
    ],
)
def test_a_frame_line_announces_nothing(line: str) -> None:
    assert told(line) == []
    assert told(f"{line}\n云岭大会将于12月10日举行。\n") == [("云岭大会", "2026-12-10")]


def test_a_day_ahead_beside_a_name_is_no_letterhead() -> None:
    assert told("云岭论坛　2026年12月10日") == [("云岭论坛", "2026-12-10")]


def test_a_press_dateline_gives_no_event_and_no_place_to_the_title() -> None:
    text = "DUNMERE, December 1, 2026 - The Harwick Summit opens on March 3, 2027."
    assert told(text) == [("Harwick Summit opens", "2027-03-03")]


def test_numbers_of_sections_are_no_days() -> None:
    """`4.1 Nesting` was read as 1 April, and so was every second heading of a paper."""
    text = "4 Methods\nText.\n4.1 Nesting\nText.\n4.2 Blacklists\nText.\n5 Results\n5.1 Speed\n"
    assert told(text) == []
    assert (
        told("1 Structures\n1.1 Mathematics . . . . . . . . 3\n1.2 Lists . . . . . . . . 4\n") == []
    )


def test_days_in_the_form_of_sections_stay_days() -> None:
    text = "近期活动\n12.13 云岭大会\n12.20 麦浪论坛\n"
    assert told(text) == [("云岭大会", "2026-12-13"), ("麦浪论坛", "2026-12-20")]


def test_the_dates_below_a_chart_are_no_events() -> None:
    assert (
        told("Downloads per Week\nDec 7, 2026 Dec 14, 2026 Dec 21, 2026 Dec 28, 2026 Jan 4, 2027\n")
        == []
    )


def test_a_month_within_a_longer_word_is_none() -> None:
    assert told("Grandes Clientèles, Financements et Marchés") == []


def test_the_year_of_an_account_is_no_event() -> None:
    assert (
        told("For the year Jan. 1–Dec. 31, 2027, or other tax year: see separate instructions.")
        == []
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("老码头修好了\n2026-10-14 22:10　荀然　看过 1204 人\n\n正文。\n", "2026-10-14"),
        ("云岭，2026年10月24日——赤岩卫星今天交付。\n", "2026-10-24"),
        (
            "发件人：小满\n收件人：各位\n时间：2026年10月26日 9:12\n主题：评审\n\n改期。\n",
            "2026-10-26",
        ),
        ("The bridge\nBy Tom Harrow — October 29, 2026\n\nText.\n", "2026-10-29"),
        # "Published" tells, whatever was changed later.
        (
            "A letter\nPublished: 1 November 2026, 9:00 am | Updated: 9 November 2026\n",
            "2026-11-01",
        ),
    ],
)
def test_a_stamp_is_the_day_from_which_a_document_speaks(text: str, day: str) -> None:
    found = reference_day(document(text), TODAY)
    assert (found.day.isoformat(), found.how) == (day, How.DATE_LINE)
    assert found.line is not None


def test_an_odd_day_is_said_to_be_odd() -> None:
    for day, odd in (
        ("2027年1月8日", "ahead"),
        ("2024年11月8日", "long ago"),
        ("2026年11月8日", ""),
    ):
        assert reference_day(document(f"AI 周报（{day}）\n正文。\n"), TODAY).odd == odd


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("来源：Quillby Newsroom　2026-12-01 08:00　责编：周某\n正文。\n", "Quillby Newsroom"),
        ("苔藓证券研究所  2026年11月30日\n正文。\n", "苔藓证券研究所"),
        ("Client letter\nTarnwick Research | 25 November 2026\nText.\n", "Tarnwick Research"),
        ("云岭大会将于12月10日举行。\n", ""),
        # Where a figure is from.
        ("资料来源：Quill、苔藓证券研究所整理\n云岭大会将于12月10日举行。\n", ""),
    ],
)
def test_who_published_a_document(text: str, name: str) -> None:
    assert publisher(document(text)) == name


def test_a_heading_beside_that_of_a_day_ends_the_day() -> None:
    """What stood below `Venue` was on the last day of the programme."""
    text = (
        "KelpConf\n\nProgramme\n\nThursday 10 June 2027\n14:00 Trip to the farm\n\n"
        "Getting along\nBe kind.\n\nPast years\n2023 Oban\n"
    )
    assert [when for _, when in told(text)] == ["2027-06-10T14:00+08:00"]
