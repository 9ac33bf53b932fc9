"""Markdown without its marks: headings, items and rows are lines, links are their text.

Bullets are dropped, numbers stay. What is struck out (`~~…~~`) is left out: such a date holds no more.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
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
    text_lines,
)
from service.documents.records import FILLER, as_rows

# Marks that plain text seldom has: a heading, a link, what is bold, the line below a table's header.
_MARKS = (
    re.compile(r"^\s{0,3}#{1,6} +\S", re.MULTILINE),
    re.compile(r"\[[^\[\]\n]{1,300}\]\([^()\s]{1,1000}\)"),
    re.compile(r"\*\*(?=\S)[^*\n]{1,300}(?<=\S)\*\*|~~(?=\S)[^~\n]{1,300}~~"),
    re.compile(r"^\s*\|?[ ]?:?-{2,}:?[ ]?(?:\|[ ]?:?-{2,}:?[ ]?){1,40}\|?\s*$", re.MULTILINE),
    re.compile(
        r"^\s*</?(?:ul|ol|li|p|b|br|div|table|tr|td|h[1-6]|strong)\b[^<>\n]{0,200}>", re.MULTILINE
    ),
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
_STRUCK_TAG = re.compile(r"<(?:s|del|strike)>([^<\n]{0,300})</(?:s|del|strike)>", re.IGNORECASE)
_STRONG = re.compile(r"\*\*|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300})(?<=\S)\*(?!\*)|(?<![\w_])_(?=[^\s_])([^_\n]{1,300})(?<=\S)_(?![\w_])"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Where code or an escaped character stood while the marks were taken off.
_KEPT = re.compile("\ue000([0-9]{1,7})\ue001")
# What stands in braces for the renderer: {: .left}, {#id}, {.md-button}, {{< figure … >}}, {% raw %}, :::
_ATTRIBUTES = re.compile(r"\{\{?[ ]?[:.#<%][^{}\n]{0,300}\}?\}|\{%[^{}\n]{0,300}%\}")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|~<>&])")


# A time as it stands in minutes of meetings in chats: <time:2026-11-18T16:00:00+01:00>
_TIME = re.compile(r"<time:(?P<when>[^<>\n]{8,40})>")


def is_markdown(text: str) -> bool:
    """Whether a text that does not say what it is has the marks of Markdown."""
    return (
        FILLER in text
        or _FRONT.match(text) is not None
        or any(mark.search(text) for mark in _MARKS)
    )


def read_text(text: str) -> tuple[tuple[Line, ...], str | None, date | None]:
    """The lines of a text as `read_markdown`, where it has marks of Markdown or tables of its own
    (records.py); else as they stand."""
    text = as_rows(_TIME.sub(r"\g<when>", text))
    return read_markdown(text) if is_markdown(text) else (text_lines(text), None, None)


def read_markdown(text: str) -> tuple[tuple[Line, ...], str | None, date | None]:
    """The lines, and title and date of the front matter."""
    title: str | None = None
    dated: date | None = None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    skipped = 0
    ahead: list[Piece] = []
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
        ahead = list(_of_front(front[1], title))
    text = _with_rows(_without_comments(text))
    pieces = _pieces(_unwrapped(text.split("\n")), skipped)
    if any(piece.level == 1 for piece in pieces):
        ahead = [
            piece for piece in ahead if not piece.level
        ]  # the page has its title in its text, too
    pieces = ahead + pieces
    if title is None:
        title = next((piece.text for piece in pieces if piece.level), None)
    return join(pieces), title, dated


_FRONT_WHEN = re.compile(
    r"^(?P<key>start|end|begin|date[_-]?range|(?:event|start|end|begin|course)[_ -]?(?:date|time)"
    r"|deadline|when|location|address|venue)"
    r"\s*:\s*(?P<value>\S.*?)\s*$",
    re.IGNORECASE,
)


# What the page is about, in a sentence that may say when.
_FRONT_TEXT = re.compile(
    r"(?:description|summary|excerpt|subtitle|lead|abstract)\s*:\s*(?P<text>[^\s>|].{10,600})",
    re.IGNORECASE,
)
_FRONT_START = re.compile(r"^(?P<key>date)\s*:\s*(?P<value>\S.*?)\s*$", re.IGNORECASE)
_SPAN = re.compile(r"[0-9].*?(?: - | to |–|—|至|~).*[0-9]|[A-Za-z] ?[0-9]{1,2}-[0-9]{1,2}\b")
# As labels say it that mentions.py pairs.
_FRONT_KEYS = {
    **dict.fromkeys(
        (
            "start_date",
            "startdate",
            "start-date",
            "start date",
            "start_time",
            "begin",
            "date",
            "start",
        ),
        "start date",
    ),
    **dict.fromkeys(("end_date", "enddate", "end-date", "end date", "end_time", "end"), "end date"),
    **dict.fromkeys(
        ("event_date", "eventdate", "event-date", "daterange", "date_range", "course_date"),
        "event date",
    ),
}


def _of_front(front: str, title: str | None) -> Iterator[Piece]:
    """What the front matter of a page says of its event: the page's title, and where and when it is."""
    lines = list(enumerate(front.split("\n"), 2))
    said = [(number, found) for number, line in lines if (found := _FRONT_WHEN.match(line.strip()))]
    dated = [
        (number, found) for number, line in lines if (found := _FRONT_START.match(line.strip()))
    ]
    keys = {_FRONT_KEYS.get(found["key"].lower()) for _, found in said}
    ends = "end date" in keys and "start date" not in keys
    if ends or any(_SPAN.search(found["value"]) for _, found in dated):
        said += dated  # with an end, or as a span, `date` is no day of publication
    said.sort(key=lambda each: each[0])
    if title:
        yield Piece(title, None, 1, 0, level=1)
    for number, line in lines:
        if found := _FRONT_TEXT.match(line.strip()):
            yield Piece(html.unescape(found["text"].strip("\"' ")), None, number, 2)
            break
    for number, found in said:
        value = found["value"].strip("\"' ")
        if value:
            yield Piece(
                f"{_FRONT_KEYS.get(found['key'].lower(), found['key'])}: {value}", None, number, 2
            )


_HTML_TABLE = re.compile(
    r"<table\b.{0,200000}?(?:</table\s*>|$)|<tr\b.{0,200000}?</tr\s*>(?:\s*<tr\b.{0,20000}?</tr\s*>){0,2000}",
    re.IGNORECASE | re.DOTALL,
)
_DEFINED = re.compile(r"</dt>\s*<dd\b[^<>\n]{0,200}>", re.IGNORECASE)
_GRID = re.compile(r"\s*\+(?:[-=]{2,}\+){1,60}\s*")
_HTML_ROW = re.compile(
    r"<tr\b[^<>]{0,300}>(?P<cells>.*?)(?=</tr\s*>|<tr\b|$)", re.IGNORECASE | re.DOTALL
)
_HTML_CELL = re.compile(
    r"<t(?P<kind>[hd])\b[^<>]{0,300}>(?P<text>.*?)(?=</t[hd]\s*>|<t[hd]\b|$)",
    re.IGNORECASE | re.DOTALL,
)


def _with_rows(text: str) -> str:
    """With the rows of HTML tables as those of Markdown, each where it began."""
    return _HTML_TABLE.sub(lambda table: _rows_of(table[0]), text) if "<t" in text else text


def _rows_of(table: str) -> str:
    lines = [FILLER] * (table.count("\n") + 1)
    free, headed = 0, False
    spans: dict[int, tuple[str, int]] = {}  # by column: what stands in it in so many rows more
    for found in _HTML_ROW.finditer(table):
        cells = list(_HTML_CELL.finditer(found["cells"]))
        if not cells:
            continue
        rows = [f"| {' | '.join(_cells_of(cells, spans))} |"]
        if not headed and all(cell["kind"].lower() == "h" for cell in cells):
            rows.append("|" + "---|" * len(cells))
            headed = True
        place = max(free, table.count("\n", 0, found.start()))
        lines[place : place + len(rows)] = rows
        free = place + len(rows)
    return "\n".join(["" if lines[0] == FILLER else lines[0], *lines[1:]])


def _cells_of(cells: Sequence[re.Match[str]], spans: dict[int, tuple[str, int]]) -> Iterator[str]:
    """The texts of a row, with those of the rows above that span it (`spans`, kept up to date)."""
    own = iter(cells)
    for column in range(MOST_CELLS):
        if column in spans:
            text, left = spans.pop(column)
        elif (cell := next(own, None)) is not None:
            text = " ".join(cell["text"].replace("|", "/").split())
            spanned = _ROWSPAN.search(cell[0][: cell.start("text") - cell.start()])
            left = int(spanned[1]) - 1 if spanned and len(text) <= _LONGEST_SPAN else 0
        elif all(each < column for each in spans):
            return
        else:
            text, left = "", 0
        if left > 0:
            spans[column] = (text, left - 1)
        yield text


_ROWSPAN = re.compile(r"\browspan\s*=\s*[\"']?([0-9]{1,3})", re.IGNORECASE)
_LONGEST_SPAN = 200  # characters: a longer cell is not repeated


def _without_comments(text: str) -> str:
    parts = []
    at = 0
    while (begin := text.find("<!--", at)) >= 0 and (end := text.find("-->", begin)) >= 0:
        parts += [text[at:begin], "\n" * text.count("\n", begin, end)]
        at = end + 3
    return "".join(parts) + text[at:]


_GOES_ON = re.compile(r"\s*(?:[^\W\d_]|\[[^\]]|[(（“\"《])")
_ENDS = re.compile(r"(?:[.!?:;。！？：；|>\\]|\s{2}|<br\s*/?>)$", re.IGNORECASE)
_NO_PROSE = re.compile(r"\s*(?:[#>|=<]|```|~~~|-{3,}|\*{3,}|$|[^:：]{1,24}[:：](?!//))")
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7a3\uff00-\uff60]")
_WRAPPED = 56  # columns: a shorter line was ended by its author


def _unwrapped(lines: list[str]) -> list[str]:
    """The lines, with a sentence that goes on in the next one (a soft break of Markdown) in one. The lines that
    were joined to another are fillers."""
    found: list[str] = []
    at = -1  # the line to which the next may be joined
    fenced = False
    for line in lines:
        fenced ^= _FENCE.match(line) is not None
        upper = found[at] if at >= 0 else ""
        wide = len(upper) + len(_WIDE.findall(upper)) if len(upper) < 4000 else 0
        if (
            at >= 0
            and not fenced
            and wide >= _WRAPPED
            and "|" not in upper
            and "|" not in line
            and not _ENDS.search(upper)
            and _GOES_ON.match(line)
            and not _NO_PROSE.match(line)
        ):
            lower = line.lstrip()
            glue = "" if _WIDE.match(upper[-1:]) or _WIDE.match(lower[:1]) else " "
            found[at] = f"{upper}{glue}{lower}"
            found.append(FILLER)
            continue
        at = (
            -1
            if fenced
            or (_NO_PROSE.match(line) and not line.strip().startswith(">"))
            or not line.strip()
            else len(found)
        )
        found.append(line)
    return found


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
        if line == FILLER:
            continue
        if not fenced:
            if not line.strip() or _DEFINITION.match(line):
                gap += 1
                table = False
                continue
            if line.lstrip().startswith("+") and _GRID.fullmatch(line):
                table = True
                if "=" in line and found and found[-1].cells:
                    found[-1] = found[-1]._replace(columns=True)
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
    if "{" in line:
        line = _ATTRIBUTES.sub("", line)
    if "<" in line:
        line = _DEFINED.sub(": ", line)
        struck += _STRUCK_TAG.findall(line)[:MOST_STRUCK]
        line = _STRUCK_TAG.sub("", line)
        line = _TAG.sub("", _BREAK.sub("\n", _AUTOLINK.sub(r"\1", line)))
    if "~~" in line:
        struck += _STRUCK.findall(line)[:MOST_STRUCK]
        line = _STRUCK.sub("", line)
    line = _EMPHASIS.sub(lambda found: found[1] or found[2], _STRONG.sub("", line))
    if "&" in line:
        line = _ENTITY.sub(lambda found: html.unescape(found[0]), line)
    return _KEPT.sub(
        lambda place: kept[int(place[1])] if int(place[1]) < len(kept) else place[0], line
    )
