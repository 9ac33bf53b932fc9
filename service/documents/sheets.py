"""Tables that are files: CSV and the sheets of an Excel workbook (XLSX); a line for each row, with its cells.

A workbook's days are numbers that a format shows as dates; they are written out here, as 2026-12-09.
Hidden sheets are left out.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from io import BytesIO, StringIO

from lxml import etree

from service.core.reading.document import MOST_CELLS, Line, clean
from service.documents.limits import MEBIBYTE, DocumentLimits
from service.errors import DocumentError
from service.sentences import Sentence

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MOST_PARTS = 10_000
_MOST_FIELD = 1_000_000  # characters of a cell
# ECMA-376, 18.8.30: the numbers of formats that every program knows and that show dates or times.
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUOTED = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]')
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+")


def read_csv(text: str) -> tuple[Line, ...]:
    """The rows of a CSV file, parted by what parts its first row: commas, semicolons or tabs.

    Raises DocumentError.
    """
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    lines: list[Line] = []
    rows = csv.reader(StringIO(text.lstrip("\ufeff"), newline=""), delimiter=mark)
    csv.field_size_limit(_MOST_FIELD)
    begins = 1
    try:
        for row in rows:
            _add(lines, row, begins)
            begins = rows.line_num + 1
    except csv.Error:
        said = Sentence("csv_broken", line=rows.line_num, most=_MOST_FIELD)
        raise DocumentError(said) from None
    return tuple(lines)


def _add(lines: list[Line], row: Sequence[str], number: int) -> None:
    cells = [" ".join(clean(cell).split()) for cell in row[:MOST_CELLS]]
    while cells and not cells[-1]:
        cells.pop()
    text = " | ".join(filter(None, cells))
    if text:
        lines.append(Line(text, None, number, cells=tuple(cells) if len(cells) > 1 else ()))


def read_xlsx(data: bytes, limits: DocumentLimits) -> tuple[Line, ...]:
    """The rows of a workbook's sheets, one sheet after the other; the sheet is the `page`.

    Raises DocumentError.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _weigh(archive, limits)
            return tuple(_rows(archive, limits))
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ValueError, IndexError, OSError):
        raise DocumentError("the Excel workbook is broken or is none") from None


def _weigh(archive: zipfile.ZipFile, limits: DocumentLimits) -> None:
    """Looks at what the parts say they unpack to, before any is unpacked (none unpacks to more)."""
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise DocumentError(f"the XLSX has {len(parts):,} parts; at most {_MOST_PARTS:,} are read")
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentError(Sentence("file_encrypted", name="XLSX"))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked:
        raise DocumentError(
            f"the XLSX unpacks to {unpacked // MEBIBYTE:,} MB;"
            f" at most {limits.unpacked // MEBIBYTE:,} MB are read"
        )


def _rows(archive: zipfile.ZipFile, limits: DocumentLimits) -> Iterable[Line]:
    workbook = _xml(archive, "xl/workbook.xml")
    properties = workbook.find(f"{_MAIN}workbookPr")
    since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    shared = _shared(archive)
    dates = _dates(archive)
    characters = 0
    for page, part in enumerate(_sheets(archive, workbook), 1):
        lines: list[Line] = []
        for number, row in enumerate(_xml(archive, part).iter(f"{_MAIN}row"), 1):
            said = row.get("r") or ""
            place = int(said) if said.isdigit() else number
            _add(lines, _cells(row, shared, dates, since_1904), place)
        for line in lines:
            characters += len(line.text)
            if characters > limits.characters:
                raise DocumentError(Sentence("file_long", name="XLSX", most=limits.characters))
            yield Line(line.text, page, line.line, cells=line.cells)


def _xml(archive: zipfile.ZipFile, part: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(archive.read(part), parser)


def _sheets(archive: zipfile.ZipFile, workbook: etree._Element) -> list[str]:
    """The parts of the sheets that are shown, in their order."""
    relations = _xml(archive, "xl/_rels/workbook.xml.rels")
    targets = {each.get("Id"): each.get("Target") or "" for each in relations}
    parts = []
    for sheet in workbook.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_ID), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if sheet.get("state") not in ("hidden", "veryHidden") and "worksheets/" in part:
            parts.append(part)
    return parts


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text(each) for each in _xml(archive, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]


def _text(element: etree._Element) -> str:
    """The text of a string, without what only says how it is pronounced."""
    runs = [*element.findall(f"{_MAIN}t"), *element.findall(f"{_MAIN}r/{_MAIN}t")]
    return "".join(run.text or "" for run in runs)


def _dates(archive: zipfile.ZipFile) -> list[bool]:
    """Of each cell format, whether it shows a date or a time."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    styles = _xml(archive, "xl/styles.xml")
    own = {
        each.get("numFmtId"): bool(
            re.search("[ymdhs]", _QUOTED.sub("", each.get("formatCode") or ""), re.IGNORECASE)
        )
        for each in styles.iter(f"{_MAIN}numFmt")
    }
    formats = styles.find(f"{_MAIN}cellXfs")
    found = []
    for each in formats if formats is not None else ():
        said = each.get("numFmtId") or "0"
        found.append(own.get(said, said.isdigit() and int(said) in _DATES))
    return found


def _cells(
    row: etree._Element, shared: list[str], dates: list[bool], since_1904: bool
) -> list[str]:
    cells: list[str] = []
    for cell in row.iter(f"{_MAIN}c"):
        column = len(cells)
        if found := _REFERENCE.fullmatch(cell.get("r") or ""):
            column = 0
            for letter in found[1]:
                column = 26 * column + ord(letter) - 64
            column -= 1
        if column >= MOST_CELLS:
            break
        cells += [""] * (column + 1 - len(cells))
        cells[column] = _value(cell, shared, dates, since_1904)
    return cells


def _value(cell: etree._Element, shared: list[str], dates: list[bool], since_1904: bool) -> str:
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        inline = cell.find(f"{_MAIN}is")
        return _text(inline) if inline is not None else ""
    value = cell.findtext(f"{_MAIN}v") or ""
    if kind == "s":
        return shared[int(value)] if value else ""
    style = cell.get("s") or ""
    shows_date = style.isdigit() and int(style) < len(dates) and dates[int(style)]
    if kind == "n" and value and shows_date:
        return _moment(float(value), since_1904)
    return "" if kind == "e" else value


def _moment(serial: float, since_1904: bool) -> str:
    """A day number as 2026-12-09, 2026-12-09 14:00, or 14:00 where it is a time alone.

    Excel counts a 29 February 1900 that never was; days before it are not told right by anybody.
    """
    try:
        moment = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
        moment += timedelta(minutes=round(serial * 24 * 60))
    except (OverflowError, ValueError):
        return ""
    if 0 < serial < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if serial == int(serial) else f"{moment:%Y-%m-%d %H:%M}"
