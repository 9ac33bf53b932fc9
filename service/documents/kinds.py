"""What a file is, from its first bytes; what it calls itself only tells text, Markdown and HTML apart."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Literal

from service.errors import DocumentError
from service.sentences import Sentence

Kind = Literal["text", "markdown", "html", "pdf", "docx", "csv", "xlsx"]

MEDIA_TYPES: dict[Kind, str] = {
    "text": "text/plain",
    "markdown": "text/markdown",
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
READ = "text, Markdown, HTML, PDF, DOCX, CSV and XLSX are read"

# How a file begins that is none of these, and what it is.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"RIFF", "a picture, sound or film (RIFF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"BZh", "a compressed file (bzip2)"),
    (b"\xfd7zXZ\x00", "a compressed file (xz)"),
    (b"7z\xbc\xaf'\x1c", "an archive (7z)"),
    (b"Rar!", "an archive (RAR)"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database (SQLite)"),
    (b"%!PS", "PostScript; make a PDF of it"),
    (b"{\\rtf", "RTF; save it as DOCX or PDF"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office file or one with a password; save it as DOCX or PDF without a password",
    ),
)
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s+|<!--.{0,2000}?-->|<\?xml[^>]{0,200}\?>)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKDOWN_NAME = re.compile(r"\.(?:md|markdown|mdown|mkd)$", re.IGNORECASE)
_CSV_NAME = re.compile(r"\.(?:csv|tsv)$", re.IGNORECASE)
_CSV_TYPES = ("text/csv", "text/tab-separated-values")
_HTML_NAME = re.compile(r"\.x?html?$", re.IGNORECASE)
_UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_CONTROLS = bytes(set(range(32)) - {8, 9, 10, 11, 12, 13, 27} | {127})


def kind_of(data: bytes, media_type: str | None, name: str | None) -> Kind:
    """What the bytes are. Raises DocumentError for what is not read, naming it."""
    if not data.strip(b" \t\r\n\x00"):
        raise DocumentError(Sentence("document_empty"))
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _of_zip(data)
    for beginning, what in _OTHERS:
        if data.startswith(beginning):
            raise DocumentError(f"the document is {what}; {READ}")
    declared = (media_type or "").split(";")[0].strip().lower()
    if _looks_binary(data[:65536]):
        called = f", and no {declared}" if declared in _BINARY else ""
        raise DocumentError(Sentence("document_binary", called=called, read=READ))
    if _HTML.match(data[:8192]) or _HTML.match(data[:8192].replace(b"\x00", b"")):
        return "html"
    if declared in ("text/html", "application/xhtml+xml"):
        return "html"
    if declared == "text/markdown" or (name and _MARKDOWN_NAME.search(name)):
        return "markdown"
    if declared in _CSV_TYPES or (name and _CSV_NAME.search(name)):
        return "csv"
    for kind, article in _ARTICLES.items():
        if declared == MEDIA_TYPES[kind] or (name and name.lower().endswith(f".{kind}")):
            said = Sentence("document_miscalled", article=article, kind=kind.upper())
            raise DocumentError(said)
    if name and _HTML_NAME.search(name) and declared in ("", "application/octet-stream"):
        return "html"
    return "text"


_ARTICLES: dict[Kind, str] = {"pdf": "a", "docx": "a", "xlsx": "an"}
_BINARY = tuple(MEDIA_TYPES[kind] for kind in _ARTICLES)


def _of_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise DocumentError(Sentence("zip_broken")) from None
    if "[Content_Types].xml" in names:
        if "xl/workbook.xml" in names:
            return "xlsx"
        if any(name.startswith("xl/") for name in names):
            what = "a binary Excel workbook; save it as XLSX"
            raise DocumentError(f"the document is {what}: {READ}")
        if any(name.startswith("ppt/") for name in names):
            raise DocumentError(Sentence("document_powerpoint", read=READ))
        return "docx"
    if "mimetype" in names and "content.xml" in names:
        raise DocumentError(Sentence("document_opendocument", read=READ))
    raise DocumentError(Sentence("document_archive", read=READ))


def _looks_binary(start: bytes) -> bool:
    if start.startswith(_UNICODE_MARKS):
        return False
    zeros = start.count(0)
    if zeros and (
        start[1::2].count(0) > 0.3 * len(start) / 2 or start[::2].count(0) > 0.3 * len(start) / 2
    ):
        # UTF-16 without its mark: every other byte of its Latin letters is zero.
        return not _is_utf16(start)
    controls = len(start) - len(start.translate(None, _CONTROLS))
    return controls > 0.02 * len(start) or zeros > 0.001 * len(start)


def _is_utf16(start: bytes) -> bool:
    for odd in (0, 1):
        letters = start[odd::2]
        if (
            letters
            and start[1 - odd :: 2].count(0) > 0.3 * len(letters)
            and letters.count(0) < 0.01 * len(letters)
        ):
            return len(letters.translate(None, _CONTROLS)) > 0.98 * len(letters)
    return False
