"""Markdown to lines without its marks."""

from __future__ import annotations

from datetime import date

import pytest

from service.documents import read


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
