"""PDF, read by PDFium (what Chrome shows is what is read).

PDFium gives the characters in the order in which the file draws them, with line breaks; the places of the
characters tell the rest: how far a line reaches (whether its column cut it), the space above it, cells of a
table, and what stands at the top or bottom of every page.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from statistics import median

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from service.core.reading.document import MOST_CELLS, Line, Piece, clean, is_figures, join
from service.documents.limits import DocumentLimits
from service.errors import DocumentError
from service.sentences import Sentence

Read = tuple[tuple[Line, ...], str | None, date | None]

_CELL_GAP = 4.0  # half letter heights; the space of a justified line stays below
_DATE = re.compile(r"D?:?\s*(\d{4})(\d{2})(\d{2})")
_FULL_DATE = re.compile(
    r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}"
)
_SOME_DATE = re.compile(
    r"\d\s*[年月日]|\d:\d\d|\d{4}[-/.]\d{1,2}[-/.]\d|[A-Z][a-z]{2,8}\.? \d{1,2}\b|\d{1,2} [A-Z][a-z]{2,8}\b"
)
_PAGE_NUMBER = re.compile(
    r"[-–—~·|\s]*(?:第|page|p\.?)?\s*\d{1,4}\s*(?:页)?\s*(?:(?:[/／|,，]|of|共)\s*(?:共|第)?\s*\d{1,4}\s*页?)?[-–—~·|\s]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[0-9]{1,9}")
# What programs write that were told no title.
_NO_TITLE = re.compile(
    r"untitled.{0,3}|无标题.{0,3}|microsoft (?:word|powerpoint) - .*|.*\.(?:docx?|pdf|indd|tex)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Row:
    """A line of a page and its place, in points from the page's lower left corner."""

    text: str
    page: int
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    number: int = 0
    cells: list[_Cell] = field(default_factory=list)  # of a row of a table
    columns: tuple[str, ...] = ()  # the same, with the empty ones


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    left: float
    right: float


def read_pdf(data: bytes, limits: DocumentLimits, progress: Callable[[int, int], None]) -> Read:
    """The lines, then those of headers and footers, the title and the day of creation. Raises DocumentError."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise DocumentError(Sentence("pdf_encrypted")) from None
        raise DocumentError(Sentence("pdf_broken")) from None
    pages = len(document)
    if pages > limits.pages:
        raise DocumentError(Sentence("pdf_long", pages=pages, most=limits.pages))
    if not pages:
        raise DocumentError(Sentence("pdf_without_pages"))
    rows: list[list[_Row]] = []
    left = limits.characters
    broken = 0
    for index in range(pages):
        try:
            found = _rows(document, index)
        except pdfium.PdfiumError:
            found = []
            broken += 1
        rows.append(found)
        left -= sum(len(row.text) for row in found)
        if left < 0:
            raise DocumentError(Sentence("file_long", name="PDF", most=limits.characters))
        progress(index + 1, pages)
    if broken == pages:
        raise DocumentError(Sentence("pdf_unreadable"))
    if not any(rows):
        raise DocumentError(
            "the PDF has no text: its pages are pictures (a scan); run text recognition (OCR) over it first"
        )
    inner, edges = _without_edges(rows)
    _align(inner)
    lines = join(list(_pieces(inner)))
    if not lines:
        raise DocumentError("the PDF has no text but headers, footers and figures")
    title, dated = _metadata(document)
    return (
        (*lines, *(Line(row.text, row.page, row.number, edge=True) for row in edges)),
        title,
        dated,
    )


def _rows(document: pdfium.PdfDocument, index: int) -> list[_Row]:
    """The lines of a page in the order of the file, each of a table's rows as one."""
    page = document[index]
    text_page = page.get_textpage()
    try:
        upright = page.get_rotation() in (0, 180)
        found = list(_lines(text_page, index + 1, upright))
    finally:
        text_page.close()
        page.close()
    found = _as_rows(found) if upright else found
    for number, row in enumerate(found, 1):
        row.number = number
    return found


def _lines(text_page: pdfium.PdfTextPage, page: int, upright: bool) -> Iterable[_Row]:
    count = raw.FPDFText_CountChars(text_page)
    unicode_of = raw.FPDFText_GetUnicode
    codes = [unicode_of(text_page, i) for i in range(count)]
    box = _Box(text_page)
    start = 0
    for i in range(count + 1):
        code = codes[i] if i < count else 10
        # PDFium draws a word together that a hyphen cut, with this mark.
        cut = code in (0xFFFE, 0x2)
        if code not in (10, 13) and not cut:
            continue
        end = i
        inked = [k for k in range(start, end) if codes[k] > 32 and codes[k] not in (0xA0, 0x3000)]
        if inked:
            yield _row(
                codes, inked[0], inked[-1] + 1, page, box if upright else None, "-" if cut else ""
            )
        start = i + 1


def _row(codes: list[int], start: int, end: int, page: int, box: _Box | None, hyphen: str) -> _Row:
    if box is None:
        return _Row(_text(codes[start:end]) + hyphen, page)
    first, last = box(start), box(end - 1)
    row = _Row("", page, first[0], last[1], min(first[2], last[2]), max(first[3], last[3]))
    height = max(row.top - row.bottom, 1.0)
    parts: list[_Cell] = []
    begun, k = start, start
    while k < end:
        if codes[k] not in (32, 0xA0, 0x3000):
            k += 1
            continue
        behind = k
        while codes[behind] in (32, 0xA0, 0x3000):
            behind += 1
        # The letters' height where they are drawn is about 0.8 of their size.
        if box(behind)[0] - box(k - 1)[1] > max(_CELL_GAP / 2 * height / 0.8, 8.0):
            parts.append(_Cell(_text(codes[begun:k]), box(begun)[0], box(k - 1)[1]))
            begun = behind
        k = behind
    parts.append(_Cell(_text(codes[begun:end]) + hyphen, box(begun)[0], last[1]))
    row.text = " | ".join(part.text for part in parts)
    row.cells = parts
    return row


class _Box:
    """Where a character stands: left, right, bottom, top."""

    def __init__(self, text_page: pdfium.PdfTextPage) -> None:
        self.page = text_page
        self.place = [ctypes.c_double() for _ in range(4)]

    def __call__(self, index: int) -> tuple[float, float, float, float]:
        left, right, bottom, top = self.place
        if not raw.FPDFText_GetCharBox(self.page, index, left, right, bottom, top):
            return (0.0, 0.0, 0.0, 0.0)
        return (left.value, right.value, bottom.value, top.value)


def _text(codes: list[int]) -> str:
    units = b"".join(
        code.to_bytes(2, "little")
        if code < 0x10000
        else chr(min(code, 0x10FFFF)).encode("utf-16-le")
        for code in codes
    )
    text = units.decode("utf-16-le", "replace")
    return clean(text).replace("\n", " ").strip()


def _as_rows(lines: list[_Row]) -> list[_Row]:
    """Lines that stand beside each other, drawn one after the other, are cells of one row."""
    found: list[_Row] = []
    for line in lines:
        if not line.text:
            continue
        before = found[-1] if found else None
        if before:
            overlap = min(line.top, before.top) - max(line.bottom, before.bottom)
            height = min(line.top - line.bottom, before.top - before.bottom)
            if (
                overlap > 0.6 * height > 0
                and line.left > before.right
                and not before.text.endswith("-")
            ):
                far = line.left - before.right > height
                before.text += (" | " if far else " ") + line.text
                if far or not before.cells or not line.cells:
                    before.cells += line.cells
                else:
                    head, rest = before.cells[-1], line.cells[0]
                    joined = _Cell(f"{head.text} {rest.text}", head.left, rest.right)
                    before.cells[-1:] = [joined, *line.cells[1:]]
                before.right = line.right
                before.bottom = min(line.bottom, before.bottom)
                before.top = max(line.top, before.top)
                continue
        found.append(line)
    return found


_Reach = list[tuple[float, float]]  # of each column, from left to right


def _align(pages: list[list[_Row]]) -> None:
    """Gives the rows of each table their columns: a cell stands in that which it overlaps most.

    A table is rows of two cells and more, one under the other; the fullest of them tell how far the
    columns reach, also where the table goes on at the top of the next page. Where that does not part
    the cells, the rows keep those that they have.
    """
    reach: _Reach = []
    for page in pages:
        first = True
        for table, of_table in groupby(page, key=lambda row: len(row.cells) > 1):
            if table:
                run = list(of_table)
                own = _reach(run)
                goes_on = (
                    first and len(own) < len(reach) and all(_placed(row, reach) for row in run)
                )
                reach = reach if goes_on else own
                for row in run:
                    row.columns = _columns(row, reach)
            else:
                reach = []
            first = False


def _reach(run: list[_Row]) -> _Reach:
    most = min(max(len(row.cells) for row in run), MOST_CELLS)
    full = [row.cells for row in run if len(row.cells) == most]
    return [
        (min(cell.left for cell in column), max(cell.right for cell in column))
        for column in zip(*full, strict=True)
    ]


def _placed(row: _Row, reach: _Reach) -> list[int]:
    """The column of each cell; none where two would be in one."""
    placed = [_column(cell, reach) for cell in row.cells]
    return placed if all(a < b for a, b in pairwise(placed)) else []


def _columns(row: _Row, reach: _Reach) -> tuple[str, ...]:
    texts = [cell.text for cell in row.cells]
    placed = _placed(row, reach) if len(texts) < len(reach) else []
    if placed:
        by_column = dict(zip(placed, texts, strict=True))
        texts = [by_column.get(column, "") for column in range(len(reach))]
    return tuple(texts[:MOST_CELLS])


def _column(cell: _Cell, reach: _Reach) -> int:
    overlaps = [min(cell.right, right) - max(cell.left, left) for left, right in reach]
    return overlaps.index(max(overlaps))


def _without_edges(pages: list[list[_Row]]) -> tuple[list[list[_Row]], list[_Row]]:
    """The pages without page numbers and without what stands at the same edge of many of them; and that.

    Numbers in it may only count with the pages: two announcements that differ in their date are no header.
    One that holds a date keeps its first appearance: often nothing else says when a report is from.
    """
    filled = sum(1 for rows in pages if rows)
    if filled < 2:
        return pages, []
    often = filled if filled < 3 else max(3, round(0.2 * filled))
    alike: dict[tuple[str, int], list[_Row]] = {}
    dropped: set[int] = set()
    for rows in pages:
        for row in _edges(rows):
            if _PAGE_NUMBER.fullmatch(row.text):
                dropped.add(id(row))
            else:
                alike.setdefault((_DIGITS.sub("#", row.text), round(row.top)), []).append(row)
    for same in alike.values():
        if len(same) >= often and _counts_with_pages(same):
            dated = _FULL_DATE.search(same[0].text) is not None
            dropped.update(id(row) for row in same[dated:])
    return (
        [[row for row in rows if id(row) not in dropped] for rows in pages],
        [row for rows in pages for row in rows if id(row) in dropped],
    )


def _counts_with_pages(rows: list[_Row]) -> bool:
    if _SOME_DATE.search(rows[0].text):
        return len({row.text for row in rows}) == 1
    numbers = [[int(number) for number in _DIGITS.findall(row.text)[:20]] for row in rows]
    return all(
        len(set(column)) == 1
        or len({number - row.page for number, row in zip(column, rows, strict=True)}) == 1
        for column in zip(*numbers, strict=True)
    )


def _edges(rows: list[_Row]) -> list[_Row]:
    """The three highest and the three lowest lines."""
    if len(rows) <= 6:
        return rows
    ordered = sorted(rows, key=lambda row: row.top)
    return [*ordered[:3], *ordered[-3:]]


def _pieces(pages: list[list[_Row]]) -> Iterable[Piece]:
    """The rows with what `join` wants to know, without rows of figures."""
    rows = [row for page in pages for row in page]
    units = [
        (row.right - row.left) / width
        for row in rows
        if row.right > row.left and (width := _characters(row.text)) >= 10
    ]
    unit = median(units) if units else 0.0
    pitches = [
        a.bottom - b.bottom
        for page in pages
        for a, b in pairwise(page)
        if 0 < a.bottom - b.bottom < 6 * (a.top - a.bottom)
    ]
    pitch = median(pitches) if pitches else 0.0
    left = {page[0].page: min(row.left for row in page) for page in pages if page}
    before: _Row | None = None
    for row in rows:
        if is_figures(row.text.replace(" | ", " ")) and not _SOME_DATE.search(row.text):
            before = None
            continue
        gap = 0
        if before is None:
            gap = 2
        elif row.page == before.page and pitch:
            # A cut inside a line that PDFium drew together has no place of its own.
            gap = int(before.bottom - row.bottom > 1.45 * pitch)
        placed = unit and row.right > row.left
        yield Piece(
            row.text,
            row.page,
            row.number,
            gap,
            (row.right - left[row.page]) / unit if placed else None,
            cells=row.columns,
        )
        before = row


def _characters(text: str) -> float:
    return (len(text.encode("utf-8", "replace")) + len(text)) / 2


def _metadata(document: pdfium.PdfDocument) -> tuple[str | None, date | None]:
    try:
        said = document.get_metadata_dict(skip_empty=True)
    except (pdfium.PdfiumError, UnicodeError):
        return None, None
    title = " ".join(clean(said.get("Title", "")).split()) or None
    if title and _NO_TITLE.fullmatch(title):
        title = None
    for key in ("CreationDate", "ModDate"):
        if found := _DATE.match(said.get(key, "")):
            try:
                return title, date(*map(int, found.groups()))
            except ValueError:
                continue
    return title, None
