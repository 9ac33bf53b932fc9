"""Text to lines: what a PDF cut is joined, what a person wrote stays as it stands."""

from __future__ import annotations

import pytest

from service.core.document import text_lines


def read(text: str) -> list[str]:
    return [line.text for line in text_lines(text)]


@pytest.mark.parametrize(
    ("upper", "lower", "whole"),
    [
        ("5 月 1", "3 日-14 日：西湖开源智能大会", "5 月 13 日-14 日：西湖开源智能大会"),
        ("6 月 8", "日：秦岭生态遥感论坛", "6 月 8日：秦岭生态遥感论坛"),
        ("根据官网，4 月 16", " 日，新增六大能力。", "根据官网，4 月 16日，新增六大能力。"),
        ("根据报道，4月", "24 日，旗舰模型发布。", "根据报道，4月24 日，旗舰模型发布。"),
        ("将于 2026", "年 5 月召开", "将于 2026年 5 月召开"),
        ("将于 20", "26 年 5 月召开", "将于 2026 年 5 月召开"),
        ("将于 2026 年", "5 月召开", "将于 2026 年5 月召开"),
        ("将于 2026 年 1", "2 月召开", "将于 2026 年 12 月召开"),
        ("将于 5", "月 13 日召开", "将于 5月 13 日召开"),
        ("5 月 13 日-", "14 日：大会", "5 月 13 日-14 日：大会"),
        ("5 月 13 日", "-14 日：大会", "5 月 13 日-14 日：大会"),
        ("5 月 12 日-1", "4 日：大会", "5 月 12 日-14 日：大会"),
        ("五月十", "三日：大会", "五月十三日：大会"),
        ("开幕于2026-05-", "13，地点另行通知", "开幕于2026-05-13，地点另行通知"),
        ("The forum opens on June 10,", "2026 in Bonn", "The forum opens on June 10, 2026 in Bonn"),
        ("The forum opens on June", "10 in Bonn", "The forum opens on June 10 in Bonn"),
        ("The forum lasts from June 10-", "12 in Bonn", "The forum lasts from June 10-12 in Bonn"),
    ],
)
def test_a_date_that_was_cut_in_two_is_one_again(upper: str, lower: str, whole: str) -> None:
    assert read(f"{upper}\n{lower}") == [whole]
    assert read(f"{upper}\n\n{lower}") == [whole]
