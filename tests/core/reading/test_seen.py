"""Dates that were found and are not announced, each with its reason."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.reading.blocks import build
from service.core.reading.document import Line, text_lines
from service.core.reading.reader import Reading as Told
from service.core.reading.reader import tell
from service.core.reading.seen import MOST, REASONS, Why, not_announced, worded, write

TODAY = date(2026, 12, 1)


def told(text: str) -> Told:
    return tell(text_lines(text), TODAY, "Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        ("发布时间：2026-11-30 07:23　责编：小满", "2026-11-30 07:23", Why.STAMP),
        ("苔藓证券研究所  2026年11月30日", "2026年11月30日", Why.LETTERHEAD),
        ("Page 3 of 12 · Printed 12/1/2026", "12/1/2026", Why.EDGE),
        ("© Pellwood Ltd. All rights reserved. 12/01/2026", "12/01/2026", Why.RIGHTS),
        ("2026年11月2日，新楼开工。", "2026年11月2日", Why.PAST),
        ("11月2日，新楼开工。", "11月2日", Why.JUST_PAST),
        ("~~12月3日~~ 时间未定", "12月3日", Why.STRUCK),
        ("有效期至2027年12月5日", "2027年12月5日", Why.NAMELESS),
    ],
)
def test_each_date_says_why_it_is_not_announced(text: str, said: str, why: Why) -> None:
    found = told(text)
    assert found.announcements == ()
    assert [(seen.text, seen.why) for seen in found.seen if seen.why is why] == [(said, why)]


def test_a_date_of_every_year_is_no_single_day() -> None:
    blocks = build(text_lines("每年12月31日前交一份小结。"))
    (seen,) = not_announced(blocks, [], TODAY, "Asia/Shanghai")
    assert seen.why is Why.RECURS


def test_what_is_announced_is_not_seen_again() -> None:
    found = told(
        "12月9日：砚池大会\n12月5日 09:00-10:00 座谈会\n| 日期 | 事件 |\n|---|---|\n| 12月12日 | 灯会 |\n"
    )
    assert len(found.announcements) == 3
    assert found.seen == ()


def test_a_date_that_moved_says_which_of_the_two_was_replaced() -> None:
    found = told("砚池大会由12月9日推迟至12月16日。")
    assert [one.when.text for one in found.announcements] == ["2026-12-16"]
    assert [(seen.text, seen.why) for seen in found.seen] == [("12月9日", Why.REPLACED)]


def test_an_older_mail_that_is_quoted_is_seen_and_announces_nothing() -> None:
    text = "样书评审改到12月9日14:00。\n\n> 发件人：小满\n> 时间：2026年11月20日 17:40\n>\n> 样书评审推到12月4日。"
    found = told(text)
    assert [one.when.text for one in found.announcements] == ["2026-12-09T14:00+08:00"]
    assert [(seen.text, seen.why) for seen in found.seen] == [
        ("2026年11月20日 17:40", Why.STAMP),
        ("12月4日", Why.QUOTED),
    ]


def test_headers_and_footers_of_pages_are_seen() -> None:
    edge = Line("砚池周报 2026年12月8日 第2页", 2, 40, edge=True)
    found = tell([Line("12月9日：砚池大会", 1, 1), edge], TODAY, "Asia/Shanghai")
    assert [one.when.text for one in found.announcements] == ["2026-12-09"]
    assert [(seen.why, seen.page, seen.line) for seen in found.seen] == [(Why.EDGE, 2, 40)]


def test_bare_decimals_are_no_dates_to_speak_of() -> None:
    assert told("收入增长2.6%，毛利率12.4，版本4.7。").seen == ()


def test_the_list_is_bounded() -> None:
    assert len(told("2020年1月2日，开工。\n" * (MOST + 100)).seen) == MOST


def test_reasons_are_told_in_both_languages() -> None:
    assert set(REASONS) == set(Why)
    (seen,) = told("有效期至2027年12月5日").seen
    assert worded(write(seen), "zh")["reason"] == "旁边没有说明届时会发生什么"
    assert worded(write(seen), "en") == {
        "text": "2027年12月5日",
        "when": "2027-12-05",
        "reason": "nothing beside it says what happens then",
        "line": 1,
        "page": None,
        "excerpt": "有效期至2027年12月5日",
    }
