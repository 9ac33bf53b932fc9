"""DOCX, opened by python-docx: a line for each paragraph, one for each row of a table.

Headers, footers and notes are parts of their own and are not read; neither is what was deleted under tracked
changes, struck out or hidden.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import date
from io import BytesIO

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from service.core.reading.document import Line, clean
from service.documents.limits import MEBIBYTE, Limits
from service.documents.tables import Cell, Rows
from service.errors import DocumentError

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
_HIDES = (f"{_W}rPr/{_W}vanish", f"{_W}rPr/{_W}strike", f"{_W}rPr/{_W}dstrike")
_MOST_PARTS = 10_000


def read_docx(data: bytes, limits: Limits) -> tuple[tuple[Line, ...], str | None, date | None]:
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
        raise DocumentError("the DOCX is broken or is no Word document") from None
    headings = {
        style.style_id
        for style in document.styles
        if (style.name or "").lower().startswith(("heading", "title", "标题"))
    }
    lines: list[Line] = []
    characters = 0
    for raw, heading in _blocks(body, headings):
        for part in clean(raw).split("\n"):
            text = " ".join(part.split())
            if not text:
                continue
            characters += len(text)
            if characters > limits.characters:
                raise DocumentError(f"the DOCX has more than {limits.characters:,} characters")
            lines.append(Line(text, None, len(lines) + 1, heading))
    properties = document.core_properties
    try:
        title = " ".join(clean(properties.title or "").split()) or None
        changed = properties.modified or properties.created
    except (ValueError, AttributeError):
        title, changed = None, None
    return tuple(lines), title, changed.date() if changed else None


def _weigh(data: bytes, limits: Limits) -> None:
    """Looks at what the parts say they unpack to, before any is unpacked (none unpacks to more)."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise DocumentError(f"the DOCX has {len(parts):,} parts; at most {_MOST_PARTS:,} are read")
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentError("the DOCX is encrypted; save it without a password")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked:
        raise DocumentError(
            f"the DOCX unpacks to {unpacked // MEBIBYTE:,} MB;"
            f" at most {limits.unpacked // MEBIBYTE:,} MB are read"
        )


def _blocks(element: etree._Element, headings: set[str]) -> Iterable[tuple[str, bool]]:
    """The paragraphs and rows, each with whether it is a heading."""
    for child in element:
        if child.tag == f"{_W}p":
            style = child.find(f"{_W}pPr/{_W}pStyle")
            heading = style is not None and style.get(f"{_W}val") in headings
            yield "".join(_texts(child)), heading
        elif child.tag == f"{_W}tbl":
            for line in _table(child, headings):
                yield line, False
        elif child.tag not in _LEFT_OUT:
            # Content controls, tracked insertions: what they hold stands in the body.
            yield from _blocks(child, headings)


def _table(table: etree._Element, headings: set[str]) -> Iterable[str]:
    rows = Rows()
    held: dict[int, list[str]] = {}
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        cells = []
        for column, cell in enumerate(_cells(row)):
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merged is not None and merged.get(f"{_W}val") != "restart":
                cells.append(Cell(held.get(column, [])))
                continue
            lines = [
                line
                for text, _ in _blocks(cell, headings)
                for line in map(str.strip, text.split("\n"))
                if line
            ]
            if merged is not None:
                held[column] = lines if sum(map(len, lines)) <= 200 else []
            cells.append(Cell(lines, layout=cell.find(f".//{_W}tbl") is not None))
        yield from rows.lines(cells)


def _cells(row: etree._Element) -> Iterable[etree._Element]:
    """The row's cells, also those within content controls, but not those of tables in them."""
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _cells(child)


def _texts(element: etree._Element) -> Iterable[str]:
    """The text of a paragraph; text boxes in it are lines of their own."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag in _LEFT_OUT or (
            child.tag == f"{_W}r" and any(_is_on(child.find(path)) for path in _HIDES)
        ):
            continue
        elif child.tag == f"{_W}p":
            yield "\n"
            yield from _texts(child)
            yield "\n"
        else:
            yield from _texts(child)


def _is_on(mark: etree._Element | None) -> bool:
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false", "off")
