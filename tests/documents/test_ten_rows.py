"""Ten rows of one table give the same ten events, whatever file they come in."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from datetime import date

import docx
import pytest

from service.core.reading.reader import tell
from service.documents import read
from service.errors import DocumentError
from tests.documents.making import pdf, word, xlsx

HEADER = ("日期", "时间", "事件", "地点", "重要性", "备注")
ROWS = (
    ("2026-12-09", "", "墨池互联大会", "深圳", "高", ""),
    ("2026-12-10", "09:00-11:30", "麦浪智能发布会", "杭州", "中", "线上同步"),
    ("", "14:00", "麦浪智能开放日", "", "低", ""),
    ("2026-12-15至16日", "", "云岭论坛", "合肥", "", ""),
    ("2026年12月下旬", "", "鹭岛骑行赛", "鹭岛", "低", ""),
    ("待定（预计1月）", "", "赤岩卫星发布会", "待定", "中", ""),
    ("2027年1月8日", "", "霜叶云 5.0 上线", "", "高", "原定12月22日"),
    ("2027-02", "", "石桥灯会", "石桥", "", ""),
    ("2027年一季度", "", "《云服务管理办法》施行", "", "高", ""),
    ("2027-03-06", "15:00", "潮声读书会", "鹭岛", "低", ""),
)
EVENTS = [
    ("墨池互联大会", "2026-12-09", "深圳", "high"),
    ("麦浪智能发布会", "2026-12-10T09:00+08:00/2026-12-10T11:30+08:00", "杭州", "normal"),
    ("麦浪智能开放日", "2026-12-10T14:00+08:00", "", "low"),
    ("云岭论坛", "2026-12-15/2026-12-16", "合肥", None),
    ("鹭岛骑行赛", "[2026-12-21..2026-12-31]", "鹭岛", "low"),
    ("赤岩卫星发布会", "2027-01", "", "normal"),
    ("霜叶云 5.0 上线", "2027-01-08", "", "high"),
    ("石桥灯会", "2027-02", "石桥", None),
    ("《云服务管理办法》施行", "2027-33", "", "high"),
    ("潮声读书会", "2027-03-06T15:00+08:00", "鹭岛", "low"),
]


def as_docx() -> bytes:
    document = docx.Document()
    table = document.add_table(0, len(HEADER))
    for row in (HEADER, *ROWS):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    return word(document)


def as_printed_pdf() -> bytes:
    """As a browser prints a page: day, hour and title above, the address and the page below."""
    pages = [[list(HEADER), *map(list, ROWS[:5])], [list(row) for row in ROWS[5:]]]
    head = "2026/12/1 20:31                              鹭岛日历"
    return pdf(
        *pages, header=head, footer="https://cal.example.org/2026/12      {}/2", size=9, width=90
    )


def as_markdown() -> bytes:
    rows = [HEADER, ("---",) * len(HEADER), *ROWS]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows).encode()


def as_paste() -> bytes:
    """What a spreadsheet puts on the clipboard."""
    return "\n".join("\t".join(row) for row in (HEADER, *ROWS)).encode()


def as_html() -> bytes:
    head = "".join(f"<th>{cell}" for cell in HEADER)
    body = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in row)}" for row in ROWS)
    return f"<!doctype html><table><tr>{head}{body}</table>".encode()


def as_csv() -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *ROWS])
    return out.getvalue().encode("gb18030")


def as_xlsx() -> bytes:
    def cell(text: str) -> str | date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text

    return xlsx([list(HEADER), *([cell(text) for text in row] for row in ROWS)])


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (as_docx, "rows.docx"),
        (as_printed_pdf, "rows.pdf"),
        (as_markdown, "rows.md"),
        (as_paste, "rows.txt"),
        (as_html, "rows.html"),
        (as_csv, "rows.csv"),
        (as_xlsx, "rows.xlsx"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_same_ten_events(make: Callable[[], bytes], name: str) -> None:
    if name.endswith(".pdf") and not _has_chinese_font() and "BROWSER" not in os.environ:
        pytest.skip("no Chinese font is installed (Debian: apt install fonts-noto-cjk)")
    document = read(make(), name=name)
    told = tell((*document.lines, *document.edges), date(2026, 12, 1), "Asia/Shanghai")
    found = [
        (one.title, one.when.text, one.location, one.importance and one.importance.value)
        for one in told.announcements
    ]
    assert found == EVENTS


def _has_chinese_font() -> bool:
    """PDFium leaves out a character that stands alone, where neither the PDF nor the machine has a font
    for it."""
    try:
        return "高" in read(pdf([["高"]]), name="one.pdf").lines[0].text
    except DocumentError:
        return False
