"""CSV and Excel workbooks to rows."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest

from service.documents import DocumentLimits, read
from service.errors import DocumentError
from tests.documents.making import with_part, xlsx


def cells(data: bytes, **hints: str) -> list[tuple[str, ...]]:
    return [line.cells for line in read(data, **hints).lines]  # type: ignore[arg-type]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_is_parted_by_what_parts_its_first_row(mark: str) -> None:
    text = (
        mark.join(["日期", "事件", "地点"])
        + "\r\n"
        + mark.join(["12月9日", '"砚台\n大会"', ""])
        + "\r\n"
    )
    assert cells(text.encode(), name="a.csv") == [
        ("日期", "事件", "地点"),
        ("12月9日", "砚台 大会"),
    ]


def test_a_csv_that_excel_wrote_in_gb18030_is_read_and_its_lines_counted() -> None:
    data = '日期,事件\r\n\r\n12月9日,"砚台\r\n大会"\r\n12月11日,石桥灯会\r\n'.encode("gb18030")
    found = read(data, media_type="text/csv").lines
    assert [(line.line, line.text) for line in found] == [
        (1, "日期 | 事件"),
        (3, "12月9日 | 砚台 大会"),
        (5, "12月11日 | 石桥灯会"),
    ]


def test_a_csv_with_an_open_quotation_mark_is_refused_where_a_cell_is_too_long() -> None:
    with pytest.raises(DocumentError, match="the CSV is broken at line"):
        read(b'a,b\n1,"' + b"x\n" * 600_000, name="a.csv")


def test_a_workbooks_dates_are_written_out_and_its_sheets_are_pages() -> None:
    book = xlsx(
        [
            ["日期", "事件"],
            [date(2026, 12, 9), "砚台大会"],
            [datetime(2026, 12, 10, 14, 30), "座谈"],
        ],
        [["Date", "Event"], ["", "n/a"], [date(2027, 1, 14), 12.5]],
    )
    found = read(book)
    assert [(line.page, line.line, line.text) for line in found.lines] == [
        (1, 1, "日期 | 事件"),
        (1, 2, "2026-12-09 | 砚台大会"),
        (1, 3, "2026-12-10 14:30 | 座谈"),
        (2, 1, "Date | Event"),
        (2, 2, "n/a"),
        (2, 3, "2027-01-14 | 12.5"),
    ]
    assert found.media_type.endswith("spreadsheetml.sheet")


def test_empty_cells_of_a_workbook_keep_their_columns() -> None:
    assert cells(xlsx([["a", "", "c"], ["", "", "z"]])) == [("a", "", "c"), ("", "", "z")]


def test_hidden_sheets_are_left_out() -> None:
    assert cells(xlsx([["a", "b"]], [["c", "d"]], hidden={0})) == [("c", "d")]


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is() -> None:
    with pytest.raises(DocumentError, match="the XLSX unpacks to"):
        read(
            with_part(xlsx([["a", "b"]]), "xl/media/a.bin", bytes(3_000_000)),
            limits=DocumentLimits(unpacked=2_000_000),
        )


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_broken_workbook_says_so(part: str) -> None:
    with pytest.raises(DocumentError, match="the Excel workbook is broken"):
        read(with_part(xlsx([["a", "b"]]), part, b"<a><b></a>"))


def test_an_entity_that_grows_is_not_unfolded() -> None:
    bomb = (
        b"<!DOCTYPE a [<!ENTITY x '"
        + b"y" * 1000
        + b"'>]><worksheet>"
        + b"&x;" * 1000
        + b"</worksheet>"
    )
    with pytest.raises(DocumentError, match=r"has no text to read|is broken"):
        read(with_part(xlsx([["a", "b"]]), "xl/worksheets/sheet1.xml", bomb))


def test_what_is_called_a_workbook_and_is_none_says_so() -> None:
    with pytest.raises(DocumentError, match="is called an XLSX"):
        read(b"abc", name="a.xlsx")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("[Content_Types].xml", "x")
        file.writestr("xl/workbook.xml", "x")
    with pytest.raises(DocumentError, match="the Excel workbook is broken"):
        read(out.getvalue())
