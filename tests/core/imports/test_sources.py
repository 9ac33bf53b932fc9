"""Where an import comes from, as the document says it, and as somebody puts it right."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.events.event import Source
from service.core.imports import sources
from service.core.reading.document import Document, Line, text_lines
from service.errors import InvalidInput


def called(text: str, name: str = "", title: str | None = None, *announced: int) -> str:
    document = Document(text_lines(text), "ab" * 32, "text/plain", title)
    return sources.title(document, name, {(None, line) for line in announced})


@pytest.mark.parametrize(
    ("text", "name", "title", "announced", "expected"),
    [
        ("云岭通讯 第8期\n\n6月2日：云岭大会", "a.txt", None, [3], "云岭通讯 第8期"),
        ("云岭通讯 第8期\n\n6月2日：云岭大会", "a.txt", "云岭研究周报", [3], "云岭研究周报"),
        # What a program writes of itself is no title.
        ("云岭通讯 第8期\n\nx", "a.docx", "Microsoft Word - a.docx", [], "云岭通讯 第8期"),
        ("云岭通讯 第8期\n\nx", "a.docx", "untitled", [], "云岭通讯 第8期"),
        # A date or stamp may stand above it.
        ("2026年5月8日\n云岭通讯 第8期\nx", "a.txt", None, [], "云岭通讯 第8期"),
        # A line that announces something, or is a sentence, is none.
        ("6月2日：云岭大会\n6月9日：青禾大会", "list.txt", None, [1, 2], "list.txt"),
        ("我们在云岭开会，欢迎参加。\n第二行", "a.txt", None, [], "a.txt"),
        ("一行字", "a.txt", None, [], "a.txt"),
        # Nor what names the source of a figure, and what stands below the figure.
        ("资料来源：云岭研究所整理\n相关研究报告\nx", "weekly.txt", None, [], "weekly.txt"),
        ("Source: Alpine Research\nRelated reports\nx", "weekly.txt", None, [], "weekly.txt"),
        ("一行字的文档", "", None, [], ""),
    ],
)
def test_the_title_is_what_the_document_is_called(
    text: str, name: str, title: str | None, announced: list[int], expected: str
) -> None:
    assert called(text, name, title, *announced) == expected


def test_a_table_is_called_by_its_file() -> None:
    row = Line("日期 | 事件", None, 1, cells=("日期", "事件"))
    document = Document((row, row), "ab" * 32, "text/csv")
    assert sources.title(document, "dates.csv", ()) == "dates.csv"


def test_a_source_is_corrected_key_by_key() -> None:
    held = Source(title="x", publisher="青禾网", date=date(2026, 5, 8))
    made = sources.corrected(held, {"title": "云岭通讯", "date": None, "official": True})
    assert made == Source(title="云岭通讯", publisher="青禾网", official=True)
    with pytest.raises(InvalidInput) as told:
        sources.corrected(held, {"date": "2026-02-30", "url": "x", "author": "y"})
    assert {problem.pointer for problem in told.value.problems} == {"/date", "/url", "/author"}
