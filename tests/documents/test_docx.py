"""DOCX to lines."""

from __future__ import annotations

import copy
from datetime import date, datetime

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from service.documents import read
from tests.documents.making import word


def lines(document: docx.document.Document) -> list[str]:
    return [line.text for line in read(word(document)).lines]


def test_paragraphs_and_rows_are_lines_in_the_documents_order() -> None:
    document = docx.Document()
    document.add_heading("三、重点事件预告", 1)
    document.add_paragraph("5 月 14 日-15 日：穹顶云合作伙伴大会", style="List Bullet")
    table = document.add_table(2, 3)
    for row, cells in zip(
        table.rows, [["日期", "事件", "地点"], ["5月20日", "漠北风光储大会", "包头"]], strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.add_paragraph("风险提示：需求不及预期。")
    found = read(word(document))
    assert [(line.line, line.text, line.heading, line.page) for line in found.lines] == [
        (1, "三、重点事件预告", True, None),
        (2, "5 月 14 日-15 日：穹顶云合作伙伴大会", False, None),
        (3, "日期 | 事件 | 地点", False, None),
        (4, "5月20日 | 漠北风光储大会 | 包头", False, None),
        (5, "风险提示：需求不及预期。", False, None),
    ]


def test_title_and_day_come_from_the_properties() -> None:
    document = docx.Document()
    document.add_paragraph("正文")
    document.core_properties.title = "关于举办竞赛的通知"
    document.core_properties.created = datetime(2020, 1, 1)
    document.core_properties.modified = datetime(2026, 4, 25, 23, 30)
    found = read(word(document), name="通知.docx")
    assert (found.title, found.dated) == ("关于举办竞赛的通知", date(2026, 4, 25))


def test_headers_and_footers_are_not_read() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "第 1 页"
    document.add_paragraph("正文")
    assert lines(document) == ["正文"]


def test_a_date_cell_over_several_rows_stands_in_each() -> None:
    document = docx.Document()
    table = document.add_table(3, 2)
    for row, cells in zip(
        table.rows, [["5月20日", "甲大会"], ["", "乙论坛"], ["5月21日", "丙峰会"]], strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    assert lines(document) == ["5月20日 | 甲大会", "5月20日 | 乙论坛", "5月21日 | 丙峰会"]


def test_a_break_in_a_paragraph_is_a_line_and_a_tab_parts_cells() -> None:
    document = docx.Document()
    document.add_paragraph("5月20日\t漠北风光储大会\n6月5日\t天府芯片论坛")
    assert lines(document) == ["5月20日 | 漠北风光储大会", "6月5日 | 天府芯片论坛"]


def test_what_was_deleted_struck_out_or_hidden_is_left_out_and_what_was_inserted_is_read() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("大会：")
    paragraph.add_run("5月13日").font.strike = True
    paragraph.add_run("（草稿）").font.hidden = True
    for tag, text_tag, text in (("w:del", "w:delText", "5月14日"), ("w:ins", "w:t", "5月20日")):
        change, run, content = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        content.text = text
        run.append(content)
        change.append(run)
        paragraph._p.append(change)
    assert lines(document) == ["大会：5月20日"]


def test_content_controls_and_text_boxes_are_read() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("在控件里")
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    paragraph._p.addprevious(control)
    content.append(copy.deepcopy(paragraph._p))
    control.append(content)
    box = parse_xml(
        f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>在框里</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    )
    paragraph._p.append(box)
    assert lines(document) == ["在控件里", "在控件里", "在框里"]


def test_a_table_that_lays_out_the_page_gives_lines_not_one_long_row() -> None:
    document = docx.Document()
    outer = document.add_table(1, 2)
    outer.cell(0, 0).text = "第一段。\n第二段。\n第三段。\n第四段。\n第五段。"
    inner = outer.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text = "5月20日"
    inner.cell(0, 1).text = "大会"
    assert lines(document) == [
        "第一段。",
        "第二段。",
        "第三段。",
        "第四段。",
        "第五段。",
        "5月20日 | 大会",
    ]
