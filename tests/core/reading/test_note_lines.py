"""Lines in the form of a report come back as they stand."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.events.kinds import Kind
from service.core.reading.announcement import SURE, Announcement
from service.core.reading.document import Line, text_lines
from service.core.reading.note_lines import is_note, read_line, verbatim
from service.core.reading.reader import announcements

TODAY = date(2026, 4, 27)


def read(text: str) -> Announcement:
    found = read_line(Line(text, None, 4), TODAY, "Asia/Shanghai")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("line", "title", "when"),
    [
        ("5 月 13 日-14 日：青禾开发者大会", "青禾开发者大会", "2026-05-13/2026-05-14"),
        ("5 月：青禾开发者大会", "青禾开发者大会", "2026-05"),
        ("约 5 月 20 日：灯会", "灯会", "2026-05-20~"),
        ("5 月下旬：灯会", "灯会", "[2026-05-21..2026-05-31]"),
        ("2027 年一季度：灯会", "灯会", "2027-33"),
        ("下半年：灯会", "灯会", "2026-41"),
        ("5 月 20 日（待确认）：灯会", "灯会", "2026-05-20?"),
        ("5 月 20 日 01:00（北京时间）：灯会", "灯会", "2026-05-20T01:00+08:00"),
        ("2025 年 3 月 5 日：灯会", "灯会", "2025-03-05"),
    ],
)
def test_a_line_of_a_report_is_read_back(line: str, title: str, when: str) -> None:
    assert is_note(line)
    found = read(line)
    assert (found.title, found.when.text, found.excerpt, found.line) == (title, when, line, 4)
    assert found.confidence >= SURE
    assert found.sure


@pytest.mark.parametrize(
    "line",
    [
        "5月13日：青禾开发者大会",
        "5 月 13 日: 青禾开发者大会",
        "青禾开发者大会：5 月 13 日",
        "5 月 13 日：",
        "May 13: Harbor Gala",
    ],
)
def test_other_ways_to_write_a_date_are_none(line: str) -> None:
    assert not is_note(line)


def test_remarks_say_that_it_recurs_or_is_called_off() -> None:
    found = read("6 月 10 日（每年，已取消）：灯会")
    assert (found.title, found.recurrence, found.cancelled) == ("灯会", "FREQ=YEARLY", True)
    found = read("6 月 10 日：灯会")
    assert (found.recurrence, found.cancelled) == (None, False)


def test_the_kind_is_that_of_the_title() -> None:
    assert read("7 月 15 日：《灯光管理条例》正式施行").kind is Kind.REGULATION


def test_a_marked_title_is_taken_as_it_stands_wherever_its_line_is() -> None:
    text = "一些别的话，与此无关。\n5 月 13 日：〖6月CPI、PPI公布（日期待定）〗\n"
    (found,) = announcements(text_lines(text), TODAY, "Asia/Shanghai")
    assert (found.title, found.when.text, found.line) == (
        "6月CPI、PPI公布（日期待定）",
        "2026-05-13",
        2,
    )
    assert verbatim(Line("5 月 13 日：灯会", None, 1), TODAY, "Asia/Shanghai") is None


def test_a_day_that_there_is_not_is_read_as_none() -> None:
    assert read_line(Line("2 月 30 日：灯会", None, 1), TODAY, "Asia/Shanghai") is None


def test_a_document_of_such_lines_is_read_whole_and_in_order() -> None:
    text = "5 月 13 日：报名截止\n2025 年 3 月 5 日：灯会\n5 月：的\n"
    found = announcements(text_lines(text), TODAY, "Asia/Shanghai")
    assert [(one.title, one.when.text) for one in found] == [
        ("报名截止", "2026-05-13"),
        ("灯会", "2025-03-05"),
        ("的", "2026-05"),
    ]
