"""Documents for the tests, made when they are needed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

SONG = "STSong-Light"  # Chinese, built into readers: no file of a font is needed
TOP = 780.0


def pdf(
    *pages: Sequence[str | Sequence[str]],
    header: str = "",
    footer: str = "",
    title: str = "",
    font: str = SONG,
    size: float = 10.5,
    pitch: float = 16.0,
    password: tuple[str, str] | None = None,
    width: float = 120,
) -> bytes:
    """A PDF of these lines; "" leaves a line's space, a list is a row of cells, each so wide, {} in a
    footer the page."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    out = io.BytesIO()
    encryption = StandardEncryption(password[0], password[1], strength=128) if password else None
    canvas = Canvas(out, pagesize=A4, encrypt=encryption)
    if title:
        canvas.setTitle(title)
    for number, lines in enumerate(pages, 1):
        canvas.setFont(font, size)
        if header:
            canvas.drawString(60, 815, header)
        y = TOP
        for line in lines:
            if isinstance(line, str):
                canvas.drawString(60, y, line)
            else:
                for column, cell in enumerate(line):
                    canvas.drawString(60 + width * column, y, cell)
            y -= pitch
        if footer:
            canvas.drawString(60, 25, footer.format(number))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scanned_pdf() -> bytes:
    """A page with a picture and no text."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.rect(50, 50, 400, 600, fill=1)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def word(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsx(*sheets: Sequence[Sequence[str | float | date]], hidden: Collection[int] = ()) -> bytes:
    """A workbook of these sheets of rows; a date is stored as Excel does, as a number with a format."""
    strings: list[str] = []
    parts: dict[str, str] = {"[Content_Types].xml": "<Types/>"}
    for number, rows in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(rows, strings)
    listed = "".join(
        f'<sheet name="s{i}" sheetId="{i}" r:id="r{i}" state="{state}"/>'
        for i in range(1, len(sheets) + 1)
        for state in ["hidden" if i - 1 in hidden else "visible"]
    )
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_RELATED}"><sheets>{listed}</sheets></workbook>'
    )
    targets = "".join(
        f'<Relationship Id="r{i}" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{_PACKAGE}">{targets}</Relationships>'
    )
    parts["xl/styles.xml"] = (
        f'<styleSheet xmlns="{_SHEET}"><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
        '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>'
    )
    said = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_SHEET}">{said}</sst>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def _sheet(rows: Sequence[Sequence[str | float | date]], strings: list[str]) -> str:
    written = []
    for number, row in enumerate(rows, 1):
        cells = []
        for column, value in enumerate(row):
            place = f'r="{chr(65 + column)}{number}"'
            if isinstance(value, str) and value:
                strings.append(value)
                cells.append(f'<c {place} t="s"><v>{len(strings) - 1}</v></c>')
            elif isinstance(value, datetime):
                serial = (value - datetime(1899, 12, 30)) / timedelta(days=1)
                cells.append(f'<c {place} s="2"><v>{serial}</v></c>')
            elif isinstance(value, date):
                serial = (value - date(1899, 12, 30)).days
                cells.append(f'<c {place} s="1"><v>{serial}</v></c>')
            elif value != "":
                cells.append(f"<c {place}><v>{value}</v></c>")
        written.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f'<worksheet xmlns="{_SHEET}"><sheetData>{"".join(written)}</sheetData></worksheet>'


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The DOCX with one of its parts replaced, or one more."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()
