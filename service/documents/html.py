"""HTML, parsed by lxml: a line for each block, one for each row of a table.

What a reader of the page does not see (scripts, styles, `hidden`, `display: none`) is left out, and so are
navigation, the page's footer, form fields, and what is struck out: a date that was crossed out holds no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from service.core.reading.document import DEEPEST, MOST_STRUCK, Line, Piece, clean
from service.documents.charset import decode
from service.documents.limits import DocumentLimits
from service.documents.tables import Cell, Rows
from service.errors import DocumentError
from service.sentences import Sentence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNSEEN = _words(
    "script style noscript template head nav iframe object embed svg canvas audio video select option datalist"
    " button input textarea del s strike rt rp map area noframes"
)
_STRUCK = _words("del s strike")
_BLOCKS = _words(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu ol p pre search section summary table"
    " tbody tfoot thead tr ul caption br"
)
_HEADINGS = _words("h1 h2 h3 h4 h5 h6")
_LISTS = _words("ul ol menu")
_LAYOUT = frozenset(("table", "ul", "ol", "dl", *_HEADINGS))
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DAY = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)|\s*(\d{4})(\d{2})(\d{2})(?!\d)")
_DAY_NAMES = _words(
    "article:published_time og:published_time og:release_date datepublished date pubdate publishdate"
    " publish_date publish-date publication_date dc.date dc.date.issued dcterms.date dcterms.issued"
    " dcterms.created citation_publication_date sailthru.date parsely-pub-date"
)
_PUBLISHED = re.compile(
    r"\b(?:date-?published|publish|pubdate|post-?date|entry-date|release-?time)", re.IGNORECASE
)
_JSON_DAY = re.compile(r'"datePublished"\s*:\s*"(\d{4}-\d{1,2}-\d{1,2})')


def read_html(
    data: bytes, media_type: str | None, limits: DocumentLimits
) -> tuple[tuple[Line, ...], str | None, date | None]:
    """The lines, the title and the day of publication. Raises DocumentError."""
    text = decode(data, media_type, html=True).replace("\x00", "")
    if len(text) > 4 * limits.characters:
        raise DocumentError(
            Sentence("file_long", name=Sentence("html_page"), most=4 * limits.characters)
        )
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if any("depth" in error.message.lower() for error in parser.error_log):
        raise DocumentError(
            "the HTML page nests its elements too deeply to be read (more than 2,000)"
        )
    if root is None:
        raise DocumentError(Sentence("no_text", name=Sentence("html_page")))
    found = _Page()
    _walk(root, found)
    lines = list(_cleaned(found.out, limits))
    title, dated = _about(root)
    return tuple(lines), title, dated


@dataclass(slots=True)
class _Table:
    """A table that is being read, and where its lines go."""

    outer: list[Piece]
    rows: Rows = field(default_factory=Rows)
    cells: list[Cell] = field(default_factory=list)
    cell: Cell | None = None


@dataclass(slots=True)
class _Page:
    """The lines so far, and the one that is being read: its text, what was struck out, its place."""

    out: list[Piece] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)  # the levels of those that are open
    lists: int = 0
    item: int = 0  # of the item whose first line has not been read yet
    quoted: int = 0
    tables: list[_Table] = field(default_factory=list)
    preformatted: int = 0

    def add(self, text: str | None) -> None:
        if not text:
            return
        if self.preformatted and "\n" in text:
            *whole, rest = text.split("\n")
            for line in whole:
                self.parts.append(line)
                self.end_line()
            self.parts.append(rest)
        else:
            self.parts.append(text)

    def end_line(self) -> None:
        if self.parts:
            line = " ".join("".join(self.parts).split())
            self.parts.clear()
            if line:
                level = self.headings[-1] if self.headings else 0
                struck = tuple(self.struck[:MOST_STRUCK])
                quoted = min(self.quoted, DEEPEST)
                self.out.append(
                    Piece(line, None, 0, 0, None, level, (), False, self.item, quoted, struck)
                )
                self.item = 0
                self.struck.clear()

    def end_cell(self) -> None:
        table = self.tables[-1]
        self.end_line()
        if table.cell is not None:
            table.cell.lines = [piece.text for piece in self.out]
            table.cell.struck = [text for piece in self.out for text in piece.struck]
            table.cell.struck += self.struck
            self.struck.clear()
            table.cells.append(table.cell)
            table.cell = None
            self.out = table.outer

    def end_row(self) -> None:
        self.end_cell()
        table = self.tables[-1]
        if table.cells:
            self.out.extend(table.rows.pieces(table.cells))
            table.cells = []


def _walk(root: etree._Element, page: _Page) -> None:
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _UNSEEN or _hidden(element, tag):
                if tag in _STRUCK and len(page.struck) < MOST_STRUCK:
                    page.struck.append(" ".join("".join(element.itertext()).split())[:200])
                events.skip_subtree()
                continue
            _begin(tag, element, page)
            page.add(element.text)
        else:
            if tag not in _UNSEEN and not _hidden(element, tag):
                _end(tag, page)
            if element is not root:
                page.add(element.tail)
    page.end_line()


def _hidden(element: etree._Element, tag: str) -> bool:
    attributes = element.attrib
    if tag == "footer":
        # The footer of a page, not of an article or a quotation in it.
        return not any(
            e.tag in ("article", "blockquote", "section") for e in element.iterancestors()
        )
    if not attributes:
        return False
    return (
        "hidden" in attributes
        or attributes.get("role") in ("navigation", "search", "contentinfo")
        or bool(_HIDING.search(attributes.get("style") or ""))
    )


def _begin(tag: str, element: etree._Element, page: _Page) -> None:
    if tag in ("td", "th") and page.tables:
        page.end_cell()
        table = page.tables[-1]
        table.cell = Cell(
            [], _spanned(element, "rowspan"), width=_spanned(element, "colspan"), heads=tag == "th"
        )
        table.outer = page.out
        page.out = []
        return
    if tag in _LAYOUT and page.tables and (cell := page.tables[-1].cell):
        cell.layout = True
    if tag in _BLOCKS:
        page.end_line()
    if tag == "table":
        page.tables.append(_Table(page.out))
    elif tag == "tr" and page.tables:
        page.end_row()
    elif tag in _HEADINGS:
        page.headings.append(int(tag[1]))
    elif tag in _LISTS:
        page.lists += 1
    elif tag == "li":
        page.item = min(max(page.lists, 1), DEEPEST)
    elif tag == "blockquote":
        page.quoted += 1
    elif tag == "pre":
        page.preformatted += 1


def _end(tag: str, page: _Page) -> None:
    if tag in ("td", "th") and page.tables:
        page.end_cell()
    elif tag == "tr" and page.tables:
        page.end_row()
    elif tag == "table" and page.tables:
        page.end_row()
        page.tables.pop()
    elif tag in _BLOCKS:
        page.end_line()
        if tag in _HEADINGS and page.headings:
            page.headings.pop()
        page.lists -= tag in _LISTS
        page.quoted -= tag == "blockquote"
        page.preformatted -= tag == "pre"


def _spanned(element: etree._Element, name: str) -> int:
    said = element.get(name) or ""
    return min(int(said), 1000) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _cleaned(found: Iterable[Piece], limits: DocumentLimits) -> Iterable[Line]:
    number = characters = 0
    for piece in found:
        text = clean(piece.text).replace("\n", " ").strip()
        if not text:
            continue
        number += 1
        characters += len(text)
        if characters > limits.characters:
            raise DocumentError(
                f"the HTML page has more than {limits.characters:,} characters of text"
            )
        cells = tuple(" ".join(clean(cell).split()) for cell in piece.cells)
        yield piece._replace(text=text, line=number, cells=cells).as_line(text)


def _about(root: etree._Element) -> tuple[str | None, date | None]:
    title = None
    for element in root.iter("title"):
        title = " ".join(clean(element.text or "").split()) or None
        break
    for said in _days(root):
        found = _DAY.match(said)
        if found:
            try:
                return title, date(*(int(part) for part in found.groups() if part))
            except ValueError:
                continue
    return title, None


def _days(root: etree._Element) -> Iterable[str]:
    """What the page says of the day it is from, the most telling first."""
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if name.lower() in _DAY_NAMES:
            yield element.get("content") or ""
    for element in root.iter("script"):
        if "ld+json" in (element.get("type") or ""):
            yield from _JSON_DAY.findall(element.text or "")[:1]
    for element in root.iter("time"):
        about = " ".join(element.get(name) or "" for name in ("itemprop", "class", "id"))
        if "pubdate" in element.attrib or _PUBLISHED.search(about):
            yield element.get("datetime") or element.text or ""
