"""The title and the date in the words of a document."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.dates import when
from service.core.imports.marks import marked


@pytest.mark.parametrize(
    ("excerpt", "title", "text", "expected"),
    [
        ("6 月 2 日-3 日：云岭大会（合肥）", "云岭大会", "2026-06-02/2026-06-03",
         [("6 月 2 日-3 日", "date"), ("：", ""), ("云岭大会", "title"), ("（合肥）", "")]),
        ("Cloud Summit is on June 9, 2026 in Hefei", "Cloud Summit", "2026-06-09",
         [("Cloud Summit", "title"), (" is on ", ""), ("June 9, 2026", "date"), (" in Hefei", "")]),
        # Of several dates the one that was read.
        ("原定6月2日的云岭大会改到6月9日", "云岭大会", "2026-06-09",
         [("原定6月2日的", ""), ("云岭大会", "title"), ("改到", ""), ("6月9日", "date")]),
        # A title from elsewhere, and a date that the line does not say.
        ("合肥，具体时间另行通知", "云岭大会", "2026-06-09", [("合肥，具体时间另行通知", "")]),
        ("", "云岭大会", "2026-06-09", []),
    ],
)  # fmt: skip
def test_title_and_date_are_found_in_the_words(
    excerpt: str, title: str, text: str, expected: list[tuple[str, str]]
) -> None:
    found = marked(excerpt, title, when.parse(text), date(2026, 5, 8), "Asia/Shanghai")
    assert [(piece.text, piece.mark) for piece in found] == expected
    assert "".join(piece.text for piece in found) == excerpt
