"""Markdown to lines without its marks."""

from __future__ import annotations

from datetime import date

import pytest

from service.documents import read
from service.documents.markdown import is_markdown


def lines(text: str) -> list[str]:
    return [line.text for line in read(text.encode(), media_type="text/markdown").lines]


def test_headings_items_and_rows_are_lines_with_the_lines_of_the_file() -> None:
    found = read(
        "---\ntitle: \"周报\"\ndate: 2026-04-27\n---\n# 一、动态 #\n\n正文。\n\n- **5 月 13 日**：大会\n"
        "* [ ] 6月：[峰会](https://a.example/b_(c) \"t\")\n1. 第一\n\n| 日期 | 事件 |\n|---|:-:|\n| 5月20日 | 论坛 |\n\n小标题\n----\n> 引用\n".encode(),
        name="周报.md",
    )  # fmt: skip
    assert (found.title, found.dated, found.media_type) == (
        "周报",
        date(2026, 4, 27),
        "text/markdown",
    )
    assert [(line.line, line.text, line.heading) for line in found.lines] == [
        (5, "一、动态", True),
        (7, "正文。", False),
        (9, "5 月 13 日：大会", False),
        (10, "6月：峰会", False),
        (11, "1. 第一", False),
        (13, "日期 | 事件", False),
        (15, "5月20日 | 论坛", False),
        (17, "小标题", True),
        (19, "引用", False),
    ]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("*大会*于 __5月__ 召开", "大会于 5月 召开"),
        ("大会改为~~5月13日~~5月20日", "大会改为5月20日"),
        ("6月1~~2日，7月3~~4日", "6月1~~2日，7月3~~4日"),
        ("use `a*b*c` and snake_case_name", "use a*b*c and snake_case_name"),
        ("3 * 4 * 5", "3 * 4 * 5"),
        ("![图](x.png)见[文](y)与[注][1]", "图见文与注"),
        ("<https://a.example/x> &amp; \\*b\\*", "https://a.example/x & *b*"),
        ("<b>粗</b>体", "粗体"),
        ("`5月13日`", "5月13日"),
    ],
)
def test_marks_are_taken_off_and_text_is_not(marked: str, plain: str) -> None:
    assert lines(marked) == [plain]


def test_fences_rules_comments_and_definitions_are_no_lines() -> None:
    assert lines(
        "甲\n\n***\n\n```\n代码 **x**\n```\n<!-- a\nb -->\n[1]: https://a.example\n乙"
    ) == [
        "甲",
        "代码 **x**",
        "乙",
    ]


# ---- text that does not say that it is Markdown ----


def test_text_with_marks_of_markdown_is_read_as_that() -> None:
    assert is_markdown("# 青禾大会\n\n正文")
    assert is_markdown("| 日期 | 事件 |\n|---|---|\n| 5月20日 | 论坛 |")
    assert is_markdown("见[日程](https://a.example/p)")
    assert not is_markdown("5月13日：青禾大会\n- 6月：麦浪论坛\n价格 3 * 4")
    assert [line.text for line in read(b"# \xe7\x94\xb2\n\n**5 May**: gala").lines] == [
        "甲",
        "5 May: gala",
    ]


def test_what_the_front_matter_says_of_its_event_is_kept() -> None:
    front = "---\ntitle: 青禾开发者大会\ndate: 2027-03-01\ntags: [a]\nstart: 2027-03-05 09:00\nend: 2027-03-05 18:00\n---\n正文。\n"
    assert lines(front) == [
        "青禾开发者大会",
        "start date: 2027-03-05 09:00",
        "end date: 2027-03-05 18:00",
        "正文。",
    ]
    spanned = "---\ntitle: Harwick Forum\ndate: June 11 - June 14, 2027\n---\nText.\n"
    assert lines(spanned) == ["Harwick Forum", "start date: June 11 - June 14, 2027", "Text."]
    published = "---\ntitle: Harwick Forum\ndate: 2027-06-01\n---\nText.\n"
    assert lines(published) == ["Harwick Forum", "Text."]


def test_the_rows_of_an_html_table_are_rows() -> None:
    table = "Plan\n\n<table>\n <tr><th>When</th><th>What</th></tr>\n <tr>\n  <td>5 May</td>\n  <td>Gala <b>night</b></td>\n </tr>\n</table>\n\nEnd"
    found = read(table.encode(), media_type="text/markdown").lines
    assert [(line.line, line.cells) for line in found if line.cells] == [
        (4, ("When", "What")),
        (6, ("5 May", "Gala night")),
    ]
    assert [line.text for line in found if not line.cells] == ["Plan", "End"]
    bare = "<tr><td>11/5</td><td>Levers</td></tr>\n<tr><td>11/7</td><td>Pulleys</td></tr>\n"
    assert lines(bare) == ["| 11/5 | Levers |", "| 11/7 | Pulleys |"]


def test_definitions_are_labels_and_what_tags_strike_out_is_gone() -> None:
    assert lines("<dt>5-Feb</dt><dd>First report</dd>") == ["5-Feb: First report"]
    assert lines("- Deadline: <s>June 3</s> <del>June 5</del> June 8") == ["Deadline: June 8"]


def test_a_grid_of_plus_signs_is_a_table() -> None:
    grid = "+-----+------+\n| Day | What |\n+=====+======+\n| 5 May | Gala |\n+-----+------+\n| 7 May | Fair |\n"
    found = read(grid.encode(), media_type="text/markdown").lines
    assert [(line.cells, line.columns) for line in found] == [
        (("Day", "What"), True),
        (("5 May", "Gala"), False),
        (("7 May", "Fair"), False),
    ]


def test_a_sentence_that_goes_on_in_the_next_line_is_one_line() -> None:
    text = (
        "The tenth Harwick meeting of all its members and friends will take\n"
        "place in Hull from September 24-27, 2027.\n\nShort line\nAnother short line\n"
    )
    assert lines(text) == [
        "The tenth Harwick meeting of all its members and friends will take place in Hull from"
        " September 24-27, 2027.",
        "Short line",
        "Another short line",
    ]
