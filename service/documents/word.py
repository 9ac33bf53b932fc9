"""DOCX, opened by python-docx: a line for each paragraph, one for each row of a table.

Headers, footers and notes are parts of their own and are not read; neither is what was deleted under tracked
changes, struck out or hidden.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from datetime import date
from io import BytesIO

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from service.core.reading.document import DEEPEST, MOST_STRUCK, Line, Piece, clean
from service.documents.limits import MEBIBYTE, DocumentLimits
from service.documents.tables import Cell, Rows
from service.errors import DocumentError
from service.sentences import Sentence

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}
_LEFT_OUT = frozenset(
    (
        f"{_W}del",
        f"{_W}moveFrom",
        f"{_W}pPr",
        f"{_W}rPr",
        f"{_W}instrText",
        f"{_W}delText",
        _FALLBACK,
    )
)
_VANISHES = f"{_W}rPr/{_W}vanish"
_STRIKES = (f"{_W}rPr/{_W}strike", f"{_W}rPr/{_W}dstrike")
_MOST_PARTS = 10_000


def read_docx(
    data: bytes, limits: DocumentLimits
) -> tuple[tuple[Line, ...], str | None, date | None]:
    """The lines, the title and the day of the last change. Raises DocumentError."""
    _weigh(data, limits)
    try:
        document = docx.Document(BytesIO(data))
        body = document.element.body
    except MemoryError:
        raise
    except (
        OpcError,
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
        AttributeError,
        OSError,
    ):
        raise DocumentError(Sentence("docx_broken")) from None
    styles = {style.style_id: (style.name or "").lower() for style in document.styles}
    lines: list[Line] = []
    characters = 0
    for piece in _blocks(body, styles):
        for part in clean(piece.text).split("\n"):
            text = " ".join(part.split())
            if not text:
                continue
            characters += len(text)
            if characters > limits.characters:
                raise DocumentError(Sentence("file_long", name="DOCX", most=limits.characters))
            cells = tuple(" ".join(clean(cell).split()) for cell in piece.cells)
            placed = piece._replace(text=text, line=len(lines) + 1, cells=cells)
            lines.append(placed.as_line(text))
    properties = document.core_properties
    try:
        title = " ".join(clean(properties.title or "").split()) or None
        changed = properties.modified or properties.created
    except (ValueError, AttributeError):
        title, changed = None, None
    return tuple(lines), title, changed.date() if changed else None


def _weigh(data: bytes, limits: DocumentLimits) -> None:
    """Looks at what the parts say they unpack to, before any is unpacked (none unpacks to more)."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise DocumentError(f"the DOCX has {len(parts):,} parts; at most {_MOST_PARTS:,} are read")
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentError(Sentence("file_encrypted", name="DOCX"))
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked:
        raise DocumentError(
            f"the DOCX unpacks to {unpacked // MEBIBYTE:,} MB;"
            f" at most {limits.unpacked // MEBIBYTE:,} MB are read"
        )


def _blocks(element: etree._Element, styles: dict[str, str]) -> Iterable[Piece]:
    """The paragraphs and rows."""
    for child in element:
        if child.tag == f"{_W}p":
            yield _paragraph(child, styles)
        elif child.tag == f"{_W}tbl":
            yield from _table(child, styles)
        elif child.tag not in _LEFT_OUT:
            # Content controls, tracked insertions: what they hold stands in the body.
            yield from _blocks(child, styles)


_LEVEL = re.compile(r"(?:heading|标题) ?([1-9])?|(?:sub)?title")


def _paragraph(element: etree._Element, styles: dict[str, str]) -> Piece:
    style = element.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(style.get(f"{_W}val") or "", "") if style is not None else ""
    heading = _LEVEL.match(name)
    numbered = element.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
    item = 0
    if numbered is not None or name.startswith("list"):
        said = numbered.get(f"{_W}val") if numbered is not None else ""
        item = min(int(said) + 1 if said and said.isdigit() else 1, DEEPEST)
    struck: list[str] = []
    text = "".join(_texts(element, struck))
    level = int(heading[1] or 1) if heading else 0
    return Piece(text, None, 0, level=level, item=0 if level else item, struck=tuple(struck))


def _table(table: etree._Element, styles: dict[str, str]) -> Iterable[Piece]:
    rows = Rows()
    held: dict[int, list[str]] = {}
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        cells = []
        column = 0
        for cell in _cells(row):
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            width = _width(cell)
            if merged is not None and merged.get(f"{_W}val") != "restart":
                cells.append(Cell(held.get(column, []), width=width))
                column += width
                continue
            pieces = list(_blocks(cell, styles))
            lines = [
                line for piece in pieces for line in map(str.strip, piece.text.split("\n")) if line
            ]
            if merged is not None:
                held[column] = lines if sum(map(len, lines)) <= 200 else []
            layout = cell.find(f".//{_W}tbl") is not None
            struck = [text for piece in pieces for text in piece.struck]
            cells.append(Cell(lines, layout=layout, width=width, struck=struck))
            column += width
        yield from rows.pieces(cells, row.find(f"{_W}trPr/{_W}tblHeader") is not None)


def _width(cell: etree._Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    said = span.get(f"{_W}val") or "" if span is not None else ""
    return min(max(int(said), 1), 200) if said.isdigit() and len(said) < 6 else 1


def _cells(row: etree._Element) -> Iterable[etree._Element]:
    """The row's cells, also those within content controls, but not those of tables in them."""
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _cells(child)


def _texts(element: etree._Element, struck: list[str]) -> Iterable[str]:
    """The text of a paragraph; text boxes in it are lines of their own. What is struck out goes into
    `struck`."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag in _LEFT_OUT or (child.tag == f"{_W}r" and _is_on(child.find(_VANISHES))):
            continue
        elif child.tag == f"{_W}r" and any(_is_on(child.find(path)) for path in _STRIKES):
            if len(struck) < MOST_STRUCK:
                struck.append("".join(t.text or "" for t in child.iter(f"{_W}t"))[:200])
        elif child.tag == f"{_W}p":
            yield "\n"
            yield from _texts(child, struck)
            yield "\n"
        else:
            yield from _texts(child, struck)


def _is_on(mark: etree._Element | None) -> bool:
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false", "off")
