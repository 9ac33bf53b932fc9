"""Documents for the tests, made when they are needed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

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
) -> bytes:
    """A PDF of these lines; "" leaves a line's space, a list is a row of cells, {} in a footer the page."""
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
                    canvas.drawString(60 + 120 * column, y, cell)
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
