"""Markdown without its marks: headings, items and rows are lines, links are their text.

Bullets are dropped, numbers stay. What is struck out (`~~…~~`) is left out: such a date holds no more.
"""

from __future__ import annotations

import html
import re
from datetime import date
from typing import NamedTuple

from service.core.reading.document import (
    DEEPEST,
    MOST_CELLS,
    MOST_STRUCK,
    Line,
    Piece,
    clean,
    join,
)

_FRONT = re.compile(r"\s*---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title\s*:\s*[\"']?(.{1,300}?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE)
_FRONT_DATE = re.compile(
    r"^(?:date|published)\s*:\s*[\"']?(\d{4})-(\d{1,2})-(\d{1,2})", re.MULTILINE | re.IGNORECASE
)
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_RULE = re.compile(r"\s{0,3}(?:(?:\*[ ]?){3,}|(?:-[ ]?){3,}|(?:_[ ]?){3,}|={3,})\s*")
_DELIMITER = re.compile(r"\s*\|?[ ]?:?-+:?[ ]?(?:\|[ ]?:?-*:?[ ]?)*\s*")
_HEADING = re.compile(r"\s{0,3}(#{1,6})(?:\s+|(?=[^\x00-\x7f]))")
_DEFINITION = re.compile(r"\s{0,3}\[[^\]]{1,200}\]:\s*\S+")
_QUOTE = re.compile(r"(?:\s{0,3}>\s?){1,20}")
_BULLET = re.compile(r"(\s*)(?:[-*+•]\s+(?:\[[ xX]\]\s+)?)")
_NUMBER = re.compile(r"(\s*)\d{1,9}[.)]\s+")
_CELL_EDGE = re.compile(r"(?<!\\)\|")

_CODE = re.compile(r"(?<!`)(`{1,3})([^`\n]{1,1000})\1(?!`)")
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\]\([^()\s]{0,2000}(?:\s+[\"'][^\"'\n]{0,300}[\"'])?\)")
_LINK = re.compile(
    r"\[([^\[\]\n]{1,500})\](?:\(<?(?:[^()\s]|\([^()\s]{0,200}\)){0,2000}>?(?:\s+[\"'][^\"'\n]{0,300}[\"'])?\)|\[[^\[\]\n]{0,200}\])"
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>")
_STRUCK = re.compile(r"(?<![\d~])~~(?=[^\s~])([^~\n]{1,300})(?<=\S)~~(?!~)")
_STRONG = re.compile(r"\*\*|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300})(?<=\S)\*(?!\*)|(?<![\w_])_(?=[^\s_])([^_\n]{1,300})(?<=\S)_(?![\w_])"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Where code or an escaped character stood while the marks were taken off.
_KEPT = re.compile("\ue000([0-9]{1,7})\ue001")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>])")


def read_markdown(text: str) -> tuple[tuple[Line, ...], str | None, date | None]:
    """The lines, and title and date of the front matter."""
    title: str | None = None
    dated: date | None = None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    skipped = 0
    if front := _FRONT.match(text):
        if found := _FRONT_TITLE.search(front[1]):
            title = found[1]
        if found := _FRONT_DATE.search(front[1]):
            try:
                dated = date(*map(int, found.groups()))
            except ValueError:
                dated = None
        skipped = front[0].count("\n")
        text = text[front.end() :]
    text = _without_comments(text)
    pieces = _pieces(text.split("\n"), skipped)
    if title is None:
        title = next((piece.text for piece in pieces if piece.level), None)
    return join(pieces), title, dated


def _without_comments(text: str) -> str:
    parts = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        parts += [text[at:begin], "\n" * text.count("\n", begin, end)]
        at = end + 3
    return "".join(parts) + text[at:]


def _pieces(lines: list[str], skipped: int) -> list[Piece]:
    found: list[Piece] = []
    gap = 0
    fenced = table = False
    for i, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
            gap = 2
            continue
        mark = _Mark(line, apart=fenced)
        if not fenced:
            if not line.strip() or _DEFINITION.match(line):
                gap += 1
                table = False
                continue
            if "|" in line and _DELIMITER.fullmatch(line) and "-" in line:
                table = True
                continue
            if _RULE.fullmatch(line):
                if found and gap == 0 and line.strip()[0] in "=-" and not table:
                    found[-1] = found[-1]._replace(level=1 if line.strip()[0] == "=" else 2)
                gap = 2
                continue
            follows = lines[i + 1] if i + 1 < len(lines) else ""
            heads = "|" in line and "|" in follows and bool(_DELIMITER.fullmatch(follows))
            mark = _marked(line, table or heads, heads)
        struck: list[str] = []
        text = mark.text if fenced else _inline(mark.text, struck)
        for part in clean(text).split("\n"):
            if part := part.strip():
                gap = 2 if mark.apart or (found and found[-1].level) else gap
                found.append(
                    Piece(
                        part, None, skipped + i + 1, gap, None, mark.level, mark.cells, mark.columns,
                        mark.item, mark.quoted, tuple(struck),
                    )
                )  # fmt: skip
                gap = 2 if mark.apart and (mark.level or table or fenced) else 0
                mark = mark._replace(apart=True)
    return found


class _Mark(NamedTuple):
    """A line without its mark, and what the mark says; `apart`: it goes on from no line above."""

    text: str
    level: int = 0
    item: int = 0
    quoted: int = 0
    cells: tuple[str, ...] = ()
    columns: bool = False
    apart: bool = False


def _marked(line: str, row: bool, heads: bool) -> _Mark:
    quoted = 0
    if line.lstrip().startswith(">") and (quote := _QUOTE.match(line)):
        quoted = quote[0].count(">")
        line = line[quote.end() :]
    if row:
        cells = [_inline(cell.strip(), []) for cell in _CELL_EDGE.split(_outer(line))]
        text = " | ".join(filter(None, (cell.strip() for cell in _CELL_EDGE.split(line.strip()))))
        if len(cells) > 1:
            kept = tuple(" ".join(clean(cell).split()) for cell in cells[:MOST_CELLS])
            return _Mark(text, 0, 0, quoted, kept, heads, True)
        return _Mark(text, quoted=quoted, apart=True)
    if mark := _HEADING.match(line):
        return _Mark(line[mark.end() :].rstrip().rstrip("#"), len(mark[1]), 0, quoted, apart=True)
    if mark := _BULLET.match(line):
        return _Mark(line[mark.end() :], 0, _depth(mark[1]), quoted, apart=True)
    if mark := _NUMBER.match(line):
        return _Mark(line, 0, _depth(mark[1]), quoted, apart=True)
    return _Mark(line, quoted=quoted)


def _outer(line: str) -> str:
    """A row without the bars at its edges."""
    line = line.strip()
    line = line[1:] if line.startswith("|") else line
    return line[:-1] if line.endswith("|") and not line.endswith("\\|") else line


def _depth(indent: str) -> int:
    """How deep an item stands: two to four spaces or a tab are one step."""
    return min(1 + len(indent.expandtabs(4)) // 2, DEEPEST)


def _inline(line: str, struck: list[str]) -> str:
    """The line without its marks; what was struck out of it is added to `struck`."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[found.lastindex or 0])
        return f"\ue000{len(kept) - 1}\ue001"

    if "`" in line:
        line = _CODE.sub(keep, line)
    if "\\" in line:
        line = _ESCAPE.sub(keep, line)
    if "[" in line:
        line = _LINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub(r"\1", line)))
    if "<" in line:
        line = _TAG.sub("", _BREAK.sub("\n", _AUTOLINK.sub(r"\1", line)))
    if "~~" in line:
        struck += _STRUCK.findall(line)[:MOST_STRUCK]
        line = _STRUCK.sub("", line)
    line = _EMPHASIS.sub(lambda found: found[1] or found[2], _STRONG.sub("", line))
    if "&" in line:
        line = html.unescape(line)
    return _KEPT.sub(
        lambda place: kept[int(place[1])] if int(place[1]) < len(kept) else place[0], line
    )
