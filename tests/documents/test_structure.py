"""What a file itself says of its lines: headings, lists, cells, what was struck out."""

from __future__ import annotations

import docx
from docx.oxml import OxmlElement

from service.core.reading.document import Line
from service.documents import read
from tests.documents.making import pdf, word


def html(page: str) -> tuple[Line, ...]:
    return read(page.encode(), media_type="text/html").lines


def markdown(text: str) -> tuple[Line, ...]:
    return read(text.encode(), name="a.md").lines


def test_empty_cells_and_wide_ones_keep_the_columns_of_an_html_table() -> None:
    found = html(
        "<table><tr><th>日期<th>事件<th>地点<tr><td>5月20日<td><td>包头<tr><td colspan=2>全天<td>北京</table>"
    )
    assert [(line.cells, line.columns) for line in found] == [
        (("日期", "事件", "地点"), True),
        (("5月20日", "", "包头"), False),
        (("全天", "", "北京"), False),
    ]


def test_lists_quotations_levels_and_struck_words_of_html_are_known() -> None:
    found = html(
        "<h1>甲</h1><h3>乙</h3><ul><li>丙<ul><li>丁</ul></ul><blockquote><p>戊</blockquote>"
        "<p>截止 <s>5月1日</s> 5月9日</p>"
    )
    assert [(line.text, line.level, line.item, line.quoted) for line in found] == [
        ("甲", 1, 0, 0),
        ("乙", 3, 0, 0),
        ("丙", 0, 1, 0),
        ("丁", 0, 2, 0),
        ("戊", 0, 0, 1),
        ("截止 5月9日", 0, 0, 0),
    ]
    assert found[-1].struck == ("5月1日",)


def test_markdown_keeps_levels_depths_cells_and_what_was_struck_out() -> None:
    found = markdown(
        "# 甲\n\n## 乙\n\n- 丙\n    - 丁\n\n> 戊\n\n| 日期 | 事件 | 地点 |\n|---|---|---|\n| 5月20日 |  | 包头 |\n\n~~5月1日~~ 5月9日\n"
    )
    assert [(line.text, line.level, line.item, line.quoted, line.cells) for line in found] == [
        ("甲", 1, 0, 0, ()),
        ("乙", 2, 0, 0, ()),
        ("丙", 0, 1, 0, ()),
        ("丁", 0, 3, 0, ()),
        ("戊", 0, 0, 1, ()),
        ("日期 | 事件 | 地点", 0, 0, 0, ("日期", "事件", "地点")),
        ("5月20日 | 包头", 0, 0, 0, ("5月20日", "", "包头")),
        ("5月9日", 0, 0, 0, ()),
    ]
    assert found[5].columns
    assert not found[6].columns
    assert found[-1].struck == ("5月1日",)


def test_a_docx_keeps_levels_lists_empty_cells_and_what_was_struck_out() -> None:
    document = docx.Document()
    document.add_heading("甲", 2)
    document.add_paragraph("乙", style="List Bullet")
    struck = document.add_paragraph("截止 ")
    struck.add_run("5月1日").font.strike = True
    struck.add_run("5月9日")
    table = document.add_table(2, 3)
    header = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    for column, text in enumerate(("日期", "事件", "地点")):
        table.cell(0, column).text = text
    table.cell(1, 0).text, table.cell(1, 2).text = "5月20日", "包头"
    found = read(word(document)).lines
    assert [(line.text, line.level, line.item, line.cells, line.columns) for line in found] == [
        ("甲", 2, 0, (), False),
        ("乙", 0, 1, (), False),
        ("截止 5月9日", 0, 0, (), False),
        ("日期 | 事件 | 地点", 0, 0, ("日期", "事件", "地点"), True),
        ("5月20日 | 包头", 0, 0, ("5月20日", "", "包头"), False),
    ]
    assert found[2].struck == ("5月1日",)


def test_a_pdfs_cells_stand_in_the_columns_that_they_are_drawn_in() -> None:
    found = read(
        pdf(
            [
                ["日期", "事件", "地点"],
                ["5月20日", "", "包头"],
                ["6月5日-6日", "论坛", ""],
                ["", "沙龙", "成都"],
            ]
        )
    )
    assert [line.cells for line in found.lines] == [
        ("日期", "事件", "地点"),
        ("5月20日", "", "包头"),
        ("6月5日-6日", "论坛", ""),
        ("", "沙龙", "成都"),
    ]


def test_headers_and_footers_of_a_pdf_are_kept_beside_its_lines() -> None:
    found = read(pdf(["正文一"], ["正文二"], ["正文三"], header="月报", footer="第 {} 页"))
    assert [line.text for line in found.lines] == ["正文一", "正文二", "正文三"]
    assert [(line.page, line.text) for line in found.edges] == [
        (1, "月报"),
        (1, "第 1 页"),
        (2, "月报"),
        (2, "第 2 页"),
        (3, "月报"),
        (3, "第 3 页"),
    ]
    assert all(line.edge for line in found.edges)
