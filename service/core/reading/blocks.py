"""A document as blocks: its lines, each with what it is and what it stands under.

The file says some of it (`Line`: a DOCX heading, the cells of an HTML table); the rest follows from the
form of the lines, by these rules, in this order:

1. Lines without a letter or digit, and the frame drawn around a box, are no blocks. What is quoted in a
   mail (`>`, or below `-----Original Message-----`) says how deep.
2. Rows: lines with cells, one under the other. The first names the columns where the file says so, its
   words do (`日期`, `Event`), or where dates and clocks stand below its words. A row has as many cells as
   its header, the empty ones too. Two and more gaps part cells only below a header that has them.
3. Frames (frames.py): stamps, letterheads, page edges. A date alone is the document's own near its top or
   its end, else it heads what follows.
4. The head of a mail (`From:`, `Sent:` …): its fields are labels, its date is a stamp.
5. Items: what the file lists, what a bullet or a number leads. Numbers over text head it.
6. Labels: `label: value`; a row of labels alone, each over its value, too.
7. Headings: numbered (`一、`, `第二章`), bracketed, in capitals, or short lines without a full stop between
   an empty line and text.
8. Everything else is a paragraph.

A block's parent is the heading above it, an item above a deeper item, or the heading of that heading:
`parents` gives them from the nearest to the document's title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from service.core.dates.phrases import find
from service.core.reading import columns, frames
from service.core.reading.document import DEEPEST, MOST_CELLS, MOST_STRUCK, Line
from service.core.reading.frames import Frame
from service.core.text.characters import plain


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    LABEL = "label"
    COLUMNS = "columns"  # the row that names the columns
    ROW = "row"
    STAMP = "stamp"
    LETTERHEAD = "letterhead"
    DATELINE = "dateline"
    EDGE = "edge"
    RIGHTS = "rights"


FRAMES = frozenset((Kind.STAMP, Kind.LETTERHEAD, Kind.DATELINE, Kind.EDGE, Kind.RIGHTS))


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `page` and `line` as in `Line`.

    `text` is without what was struck out of it (`struck`), without the marks of a quotation (`quoted`
    says how deep it stands in one), and a bullet or number still leads it. `level` is that of a heading
    or an item, from 1. `cells` are those of a row, `header` what its table calls them, of the same length or
    (). `label` and `value` are those of a label; its `text` holds both.
    """

    kind: Kind
    text: str
    page: int | None
    line: int
    level: int = 0
    parent: Block | None = None
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    label: str = ""
    value: str = ""
    quoted: int = 0
    struck: tuple[str, ...] = ()

    @property
    def parents(self) -> Iterator[Block]:
        """What it stands under, the nearest first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent


def sections(blocks: Iterable[Block]) -> frozenset[str]:
    """The numbers of sections (`4.1`) that lead blocks: they count on from .1, below a `4` or beside the
    sections of another chapter. Days of a list (`5.13`, `5.20`) do not."""
    seconds: dict[str, set[int]] = {}
    chapters: set[str] = set()
    for block in blocks:
        if found := _SECTION.match(plain(block.text)):
            if found["second"]:
                seconds.setdefault(found["first"], set()).add(int(found["second"]))
            else:
                chapters.add(found["first"])
    counted = {
        first: set(range(1, max(numbers) + 1)) == numbers for first, numbers in seconds.items()
    }
    whole = {first for first, counts in counted.items() if counts}
    return frozenset(
        f"{first}.{second}"
        for first in whole
        if first in chapters or len(whole) > 1 or (first == "1" and len(seconds[first]) > 1)
        for second in seconds[first]
    )


def build(lines: Iterable[Line]) -> tuple[Block, ...]:
    """The blocks of a document, in the order of its lines. There are at most twice as many."""
    units = list(_units(lines))
    _mark_rows(units)
    return tuple(_Builder(units).blocks())


# ---- lines to units ----


@dataclass
class _Unit:
    """A line without quotation marks, boxes and what is struck out; and what is known of it so far."""

    line: Line
    text: str
    quoted: int
    struck: tuple[str, ...]
    cells: tuple[str, ...]
    gap: int = 0  # empty lines above it; a drawn line is one, too
    header: tuple[str, ...] = ()
    kind: Kind | None = None
    dropped: bool = False  # it was read with the one above it

    @cached_property
    def plain(self) -> str:
        return plain(self.text)

    @property
    def barred(self) -> bool:
        """Whether bars lead and part it: a row."""
        return self.text[:1] in _BARS and len(self.cells) > 2


_STRUCK = re.compile(r"~~([^~\n]{1,300})~~\s*")
_SECTION = re.compile(r"(?P<first>[0-9]{1,2})(?:\.(?P<second>[0-9]{1,2}))?\.?\s+(?=[^\W\d_])")
_QUOTE = re.compile(r"(?:>\s?){1,20}")
_ORIGINAL = re.compile(
    r"-{3,} ?(?:original message|forwarded message|原始邮件|转发邮件|邮件原文) ?-{3,}",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")
_BARS = "|┃│¦"
_BAR = re.compile(r"\s*[|┃│¦]\s*")
_BOX = re.compile(r"[|┃│]\s+\S")
_FIELD = re.compile(r"[^:]{1,16}:(?!//)(?![0-9])")
_RULE_CELL = re.compile(r":?-{2,}:?|")
_WIDE = re.compile(r" {2,}|\u3000+")


def _units(lines: Iterable[Line]) -> Iterator[_Unit]:
    below = drawn = 0  # depth of a mail that is quoted whole; lines that are only drawn
    for line in lines:
        text, quoted, struck = line.text, line.quoted, line.struck
        if text.startswith(">") and (mark := _QUOTE.match(text)):
            quoted += mark[0].count(">")
            text = text[mark.end() :]
        if "~~" in text:
            struck += tuple(_STRUCK.findall(text))
            text = _STRUCK.sub("", text)
        if _ORIGINAL.search(text):
            below = min(below + 1, DEEPEST)
        elif not _WORD.search(text):
            if "-" in text and "|" in text:  # the line below a Markdown table's header
                yield _Unit(line, text, min(quoted + below, DEEPEST), (), _split(text))
            else:
                drawn += 1
            continue
        text = text.strip()
        cells = line.cells[:MOST_CELLS] or _split(text)
        if not line.cells and _BOX.match(text) and len(cells) == 1:
            text = cells[0]
        cells = cells if len(cells) > 1 else ()
        depth = min(quoted + below, DEEPEST)
        yield _Unit(line, text, depth, struck[:MOST_STRUCK], cells, line.gap + drawn)
        drawn = 0


def _split(text: str) -> tuple[str, ...]:
    """The cells that bars part; one where there are none."""
    if not _BAR.search(text):
        return (text,)
    inner = text.strip()
    inner = inner[1:] if inner[0] in _BARS else inner
    inner = inner[:-1] if inner and inner[-1] in _BARS else inner
    return tuple(cell.strip() for cell in _BAR.split(inner, MOST_CELLS - 1))


# ---- rows ----


_AROUND = (Frame.EDGE, Frame.STAMP, Frame.LETTERHEAD, Frame.RIGHTS)


def _mark_rows(units: list[_Unit]) -> None:
    """Rule 2."""
    for unit in units:
        kept = unit.line.columns or unit.barred
        if unit.cells and not kept and frames.kind(unit.text) in _AROUND:
            unit.cells = ()
    start = 0
    header: tuple[str, ...] = ()  # of the table above
    apart = 0  # lines since that table
    while start < len(units):
        unit = units[start]
        end = start + 1
        if unit.cells:
            while (
                end < len(units) and units[end].cells and not _new_table(units[end - 1], units[end])
            ):
                end += 1
            table = units[start:end]
            _mark_table(table)
            if header and apart == 1:
                _go_on(table, header)
            header = next((one.header for one in table if one.header), ())
            apart = 0
        elif (wide := _wide(unit)) and columns.is_header(wide) and not find(unit.text):
            end = _wide_rows(units, start, wide)
        if not unit.cells:
            day = header and apart == 0 and len(unit.text) <= 40 and columns.only_date(unit.text)
            apart = 1 if day else 2
        start = end


def _go_on(table: Sequence[_Unit], header: tuple[str, ...]) -> None:
    """Gives rows without a header the one of the table above, of which a day's line parts them."""
    rows = [unit for unit in table if unit.kind is Kind.ROW]
    if len(rows) < len(table) or any(unit.header for unit in rows):
        return
    if max(len(unit.cells) for unit in rows) <= len(header):
        for unit in rows:
            unit.cells += ("",) * (len(header) - len(unit.cells))
            unit.header = header


def _new_table(above: _Unit, below: _Unit) -> bool:
    return below.line.columns and not above.line.columns


def _wide(unit: _Unit) -> tuple[str, ...]:
    """The cells that gaps of two and more spaces part, at least two."""
    if "  " not in unit.text and "\u3000" not in unit.text:
        return ()
    parts = tuple(part.strip() for part in _WIDE.split(unit.text.strip()))
    return parts if 1 < len(parts) <= MOST_CELLS and all(parts) else ()


def _wide_rows(units: list[_Unit], start: int, header: tuple[str, ...]) -> int:
    """Marks the rows below a header whose cells gaps part; gives where they end."""
    end = start + 1
    while end < len(units) and len(_wide(units[end])) == len(header):
        end += 1
    if end - start > 1:
        for unit in units[start:end]:
            unit.cells = _wide(unit)
            unit.kind, unit.header = Kind.ROW, header
        units[start].kind = Kind.COLUMNS
    return end


def _mark_table(table: list[_Unit]) -> None:
    rules = [unit for unit in table if all(map(_RULE_CELL.fullmatch, unit.cells))]
    for unit in rules:
        unit.dropped = True
    rows = [unit for unit in table if not unit.dropped]
    if not rows:
        return
    if rows[0].text[0] not in _BARS:
        # No bar stands at the edges of this table: before one at the front a cell is empty.
        for unit in rows:
            if unit.text[0] in _BARS and not unit.line.cells:
                unit.cells = ("", *unit.cells)[:MOST_CELLS]
    _part_further(rows)
    loose = not rules and not any(unit.line.cells for unit in rows)
    if loose and all(_FIELD.match(plain(cell)) for unit in rows for cell in unit.cells):
        _no_table(rows)  # 甲：…　乙：…, the fields of a form
        return
    if loose and len(rows) == 1 and (not _dated(rows[0].cells) or _all_dated(rows[0].cells)):
        _no_table(rows)  # the pages of a site, or a day and its hour, side by side
        return
    header: tuple[str, ...] = ()
    for place, unit in enumerate(rows):
        if _is_header(rows, place, bool(rules) and place == 0):
            header = unit.cells
            unit.kind, unit.header = Kind.COLUMNS, header
            continue
        unit.kind = Kind.ROW
        if len(unit.cells) <= len(header) or not any(unit.cells[len(header) :]):
            padding = ("",) * (len(header) - len(unit.cells))
            unit.cells = unit.cells[: len(header) or None] + padding
            unit.header = header


def _no_table(rows: list[_Unit]) -> None:
    for unit in rows:
        unit.cells = ()


def _part_further(rows: list[_Unit]) -> None:
    """Parts cells at two spaces, where bars stand for wider gaps and the rows then are alike."""
    if any(unit.line.cells for unit in rows):
        return
    parted = [tuple(part for cell in unit.cells for part in _WIDE.split(cell)) for unit in rows]
    most = len(parted[0])
    if 2 * sum(len(cells) == most for cells in parted) <= len(rows) or len(rows) < 2:
        return
    for unit, cells in zip(rows, parted, strict=True):
        if len(unit.cells) != most or len(cells) == most:
            unit.cells = cells[:MOST_CELLS]


def _is_header(rows: Sequence[_Unit], place: int, ruled: bool) -> bool:
    unit = rows[place]
    if unit.line.columns or ruled:
        # A Markdown table needs a header, also where its first row is one like all others.
        return unit.line.columns or not any(
            phrase.exact or phrase.clock for cell in unit.cells for phrase in find(cell)
        )
    if len(rows) == 1:
        return False
    if columns.is_header(unit.cells):
        # Below other rows a row without a date is rather one more of them: all of its words must be a header's.
        return place == 0 or all(cell and columns.named(cell) for cell in unit.cells)
    below = [row.cells for row in rows[1:60]]
    return place == 0 and columns.heads(unit.cells, below)


def _dated(cells: Sequence[str]) -> bool:
    return any(columns.only_date(cell) or columns.only_clock(cell) for cell in cells[:20] if cell)


def _all_dated(cells: Sequence[str]) -> bool:
    return all(columns.only_date(cell) or columns.only_clock(cell) for cell in cells[:20])


# ---- the rest ----

_BULLET = re.compile(
    r"(?P<bullet>[-*+–—•·●○◆◇■□▪▫►▶➢➤✓✔※★☆❖‣◦]\s+|[•·●○◆◇■□▪▫►▶➢➤✓✔※★☆❖‣◦](?=\S))"
    r"|(?P<sub>(?:[0-9]{1,2}|[IVX]{1,5})\.[0-9]{1,2}\.? (?=\S))"
    r"|(?P<roman>[IVX]{1,5}(?:[.)] ?|\s{2,}|\s(?=[A-Z])))"
    r"|(?P<article>第[0-9一二三四五六七八九十百零]+[条款项][ :]?)"
    r"|(?P<chapter>第[0-9一二三四五六七八九十百零]+[章节编部分]+[ :]?)"
    r"|(?P<han>[一二三四五六七八九十]{1,3}[、.] ?)"
    r"|(?P<hanned>\([一二三四五六七八九十]{1,3}\) ?)"
    r"|(?P<bracketed>\((?:[0-9]{1,2}|[a-z]|[ivx]{1,4})\) ?|[0-9]{1,2}\) ?)"
    r"|(?P<circled>[①-⑳])"
    r"|(?P<number>[0-9]{1,2}(?:[.、] ?(?![0-9])|  +))"
)
# How deep an item with that mark stands, counted from its heading.
_DEPTH = {"bracketed": 2, "circled": 2, "sub": 2}
_HEADS = {"chapter": 2, "han": 2, "hanned": 3, "number": 3, "roman": 2}
_LABEL = re.compile(
    r"(?P<label>[^\W\d_](?:[^:,;。!?|]{0,30}?[^\s:,;。!?|0-9])?) ?: ?(?!//)(?P<value>.*)", re.DOTALL
)
# 5.3.1 (2027-01-14), in a list of what changed
_VERSION = re.compile(r"v?[0-9]{1,3}(?:\.[0-9]{1,4}){1,3}(?=[ (])")
_MAIL_FIRST = re.compile(r"(?:发件人|from) ?:", re.IGNORECASE)
_MAIL_FIELD = re.compile(
    r"(?P<field>发件人|收件人|抄送|密送|发送时间|发件时间|时间|日期|主题|附件|from|to|cc|bcc|sent|date|subject"
    r"|reply-to) ?:",
    re.IGNORECASE,
)
_MAIL_DATES = frozenset(("时间", "日期", "发送时间", "发件时间", "sent", "date"))
_BRACKETED = re.compile(r"[【〔\[［].{1,30}[】〕\]］]")
_GREETING = re.compile(
    r"各|尊敬的|亲爱的|.{0,8}(?:朋友|同事|同志|先生|女士|老师)(?:们)?:|(?:dear|hi|hello|to)\b",
    re.IGNORECASE,
)
# D. Fenwick, clerk
_SIGNED = re.compile(r"[A-Z]\. [A-Z][a-z]+(?:, .*)?$")
# A greeting, a remark in brackets, the way to a page of a site
_NO_HEADING = re.compile(rf"{_GREETING.pattern}|\(.*\)$|.+ [>/] .+ [>/] ", re.IGNORECASE)
_MARKED_VALUE = re.compile(r": ?(?:1[.、]|\(1\)|\(一\)|①)")
_NAME_ALONE = re.compile(r"[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){1,2}")
_ENDS = re.compile(r"[。.!?！？;；,，…]\s*$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_DIGIT = re.compile(r"[0-9一二三四五六七八九十]")
_CAPITALS = re.compile(r"[^a-z]*[A-Z]{3}[^a-z]*")
_DATED_LINE = re.compile(r"(?:19|20)[0-9]{2}[年/.-][0-9]{1,2}[月/.-][0-9]{1,2}.*[0-9]:[0-9]{2}")
_CLOCK_FIRST = re.compile(r"\W*(?:[0-9]{1,2}[:.][0-9]{2}|[上下]午)")
_TOP, _BOTTOM = 10, 5  # units in which a date alone is the document's
_LONGEST_HEADING = 60
_MOST_FIELDS = 8


def _bare(unit: _Unit) -> str:
    return re.sub(r"[\s|]", "", unit.text)


class _Builder:
    """Gives each unit its kind and each block its parent."""

    def __init__(self, units: list[_Unit]) -> None:
        self.units = units
        self.known = any(unit.line.level for unit in units)  # the file has headings of its own
        self.headings: list[Block] = []
        self.items: list[Block] = []
        self.mails = False
        self.title = False
        self.last: Block | None = None

    def blocks(self) -> Iterator[Block]:
        self._mark_mails()
        self._mark_frames()
        self._pair_labels()
        for place, unit in enumerate(self.units):
            if not unit.dropped:
                for block in self._placed(place, unit):
                    self.last = block
                    yield block

    # -- before the blocks are made

    def _mark_mails(self) -> None:
        """Rule 4."""
        for start, unit in enumerate(self.units):
            if not _MAIL_FIRST.match(unit.plain):
                continue
            fields = []
            for other in self.units[start : start + _MOST_FIELDS]:
                found = _MAIL_FIELD.match(other.plain)
                if found is None:
                    break
                fields.append((other, found["field"].lower()))
            if len(fields) > 1:
                self.mails = True
                for other, name in fields:
                    other.kind = Kind.STAMP if name in _MAIL_DATES else Kind.LABEL

    def _mark_frames(self) -> None:
        """Rule 3."""
        last = len(self.units) - _BOTTOM
        repeated = Counter(map(_bare, self.units))
        for place, unit in enumerate(self.units):
            if unit.line.edge:
                unit.kind = Kind.EDGE
            if unit.kind is not None or unit.dropped:
                continue
            if unit.barred:
                continue  # a row, whatever its cells look like
            frame = frames.kind(unit.text)
            if frame in (Frame.DATELINE, Frame.EDGE) and unit.line.item:
                continue  # one of a list
            if frame is Frame.DATELINE and not self._own_date(place, last):
                continue
            if frame is None and repeated[_bare(unit)] > 1 and _DATED_LINE.search(unit.plain):
                frame = Frame.EDGE
            if frame is not None and not unit.line.level:
                unit.kind = Kind(frame.value)
                unit.cells = ()
        self._mark_names()

    def _mark_names(self) -> None:
        """The name of an author above its stamp, of an organisation above the title."""
        for place, unit in enumerate(self.units[:-1]):
            below = self.units[place + 1]
            if unit.kind is not None or unit.dropped or unit.line.level or unit.cells:
                continue
            if place and below.kind is Kind.STAMP and not below.gap:
                if _NAME_ALONE.fullmatch(unit.plain):
                    unit.kind = Kind.STAMP
            elif frames.organisation(unit.text) and (place < 2 or below.kind is Kind.DATELINE):
                unit.kind = Kind.LETTERHEAD

    def _own_date(self, place: int, last: int) -> bool:
        """Whether a date alone is the document's: near its top or its end, and nothing hangs on it."""
        if place >= max(last, 1):
            return True
        if place >= _TOP:
            return False
        dates = [unit for unit in self.units if frames.kind(unit.text) is Frame.DATELINE]
        if len({unit.text for unit in dates}) > 2:
            return False  # the days of a diary
        below = self._unit(place + 1)
        if below is not None and _CLOCK_FIRST.match(below.plain):
            return False  # the day of a programme
        return not self._pairs_label(place)

    def _pairs_label(self, place: int) -> bool:
        """Whether the unit above is a label that stands alone: 截止日期： / 2026年12月9日."""
        return place > 0 and self.units[place - 1].plain.rstrip().endswith(":")

    def _pair_labels(self) -> None:
        """Rule 6: a label over its value, where at least two follow one another."""
        place = 0
        while place + 3 < len(self.units):
            run = place
            while run + 1 < len(self.units) and self._alone(run) and self._value(run + 1):
                run += 2
            if run - place >= 4:
                for label in range(place, run, 2):
                    upper, lower = self.units[label : label + 2]
                    both = f"{upper.text.strip()} {lower.text.strip()}"
                    self.units[label] = replace(upper, text=both, kind=Kind.LABEL)
                    lower.dropped = True
                place = run
            else:
                place += 1

    def _alone(self, place: int) -> bool:
        unit = self.units[place]
        line = unit.plain.rstrip()
        return (
            unit.kind is None
            and not unit.line.level
            and line.endswith(":")
            and len(line) <= 24
            and _LABEL.fullmatch(line) is not None
        )

    def _value(self, place: int) -> bool:
        unit = self.units[place]
        return (
            unit.kind in (None, Kind.DATELINE)
            and not unit.line.level
            and len(unit.text) <= 120
            and not unit.plain.rstrip().endswith(":")
        )

    # -- the blocks

    def _placed(self, place: int, unit: _Unit) -> Iterator[Block]:
        behind = frames.dateline(unit.text) if unit.kind is None and not unit.line.level else 0
        if behind:
            yield self._block(unit, Kind.DATELINE, unit.text[:behind].rstrip(" -—–"))
            rest = replace(unit, text=unit.text[behind:])
            yield self._block(rest, Kind.PARAGRAPH, rest.text)
            return
        kind, level, label = self._kind(place, unit)
        block = self._block(unit, kind, unit.text, level)
        if kind is Kind.LABEL and label:
            value = unit.text[label.start("value") :].strip()
            block = replace(block, label=unit.text[label.start() : label.end("label")], value=value)
        if kind is Kind.HEADING:
            self._opens(block)
        elif kind is Kind.ITEM:
            self.items = [each for each in self.items if each.level < level][: DEEPEST - 1]
            block = replace(block, parent=self.items[-1] if self.items else block.parent)
            self.items.append(block)
        elif kind not in FRAMES:
            self.items = []
        yield block

    def _block(self, unit: _Unit, kind: Kind, text: str, level: int = 0) -> Block:
        if kind is Kind.HEADING:
            parent = next((each for each in reversed(self.headings) if each.level < level), None)
        else:
            parent = self.headings[-1] if self.headings else None
        cells = unit.cells if kind in (Kind.ROW, Kind.COLUMNS) else ()
        header = unit.header if kind is Kind.ROW else ()
        return Block(
            kind, text, unit.line.page, unit.line.line, level, parent, cells, header,
            quoted=unit.quoted, struck=unit.struck,
        )  # fmt: skip

    def _opens(self, heading: Block) -> None:
        self.headings = [each for each in self.headings if each.level < heading.level]
        self.headings = [*self.headings, heading][-DEEPEST:]
        self.items = []

    def _kind(self, place: int, unit: _Unit) -> tuple[Kind, int, re.Match[str] | None]:
        line = unit.plain
        label = _LABEL.match(line)
        if unit.line.level:
            self.title = True
            return Kind.HEADING, min(unit.line.level, DEEPEST), None
        if unit.kind is not None:
            return unit.kind, 0, label
        version = _VERSION.match(line) if not unit.quoted else None
        if version and columns.only_date(unit.text[version.end() :], beside=0):
            return Kind.HEADING, self._level(place, unit), None
        mark = _BULLET.match(line)
        if mark is not None and mark.end() < len(line):
            return self._marked(place, unit, mark)
        if unit.line.item:
            return Kind.ITEM, unit.line.item, None
        if (
            label
            and not label["value"]
            and not _GREETING.match(line)
            and self._heads(place, line.rstrip(": "))
        ):
            return Kind.HEADING, self._level(place, unit), None
        if label and label["value"] and self._is_title(place, label):
            return Kind.HEADING, self._level(place, unit), None
        if label and label["value"] and not _DIGIT.match(line):
            return Kind.LABEL, 0, label
        if self._is_heading(place, unit, line):
            return Kind.HEADING, self._level(place, unit), None
        return Kind.PARAGRAPH, 0, None

    def _marked(
        self, place: int, unit: _Unit, mark: re.Match[str]
    ) -> tuple[Kind, int, re.Match[str] | None]:
        """Rule 5."""
        line = unit.plain
        name = mark.lastgroup or ""
        level = _HEADS.get(name)
        heads = level is not None and not self._listed(place, name)
        labelled = name in ("number", "hanned") and re.search(r": ?\S", line)
        if level is not None and heads and self._short(line) and not labelled:
            under = any(
                each.level == 2
                and (above := _BULLET.match(plain(each.text)))
                and above.lastgroup != name
                for each in self.headings
            )
            return Kind.HEADING, level if under or name != "number" else 2, None
        return Kind.ITEM, unit.line.item or _DEPTH.get(name, 1), None

    def _listed(self, place: int, name: str) -> bool:
        """Whether an item of the same list stands right below: a list, not headings over text."""
        if name == "chapter":
            return False
        below = self._unit(place + 1)
        above = self._unit(place - 1)
        for other, gap in ((below, below), (above, self.units[place])):
            mark = _BULLET.match(other.plain) if other is not None else None
            if other is above and above and _MARKED_VALUE.search(above.plain):
                return True
            if mark and mark.lastgroup == name and gap is not None and not gap.gap:
                return True
        return below is None or (name != "han" and below.gap > 0 and not self._unit(place - 1))

    def _unit(self, place: int) -> _Unit | None:
        return self.units[place] if 0 <= place < len(self.units) else None

    def _short(self, line: str) -> bool:
        return len(line) <= (24 if _HAN.search(line) else _LONGEST_HEADING) and not _ENDS.search(
            line
        )

    def _heads(self, place: int, line: str) -> bool:
        """Whether something stands right below, and the line is short."""
        below = self._unit(place + 1)
        return below is not None and self._short(line)

    def _is_heading(self, place: int, unit: _Unit, line: str) -> bool:
        """Rule 7."""
        if len(line) > _LONGEST_HEADING or unit.quoted:
            return False
        below = self._unit(place + 1)
        if below is None:
            return False
        if _BRACKETED.fullmatch(unit.text.strip()):
            return True
        if self.known or self.mails or _NO_HEADING.match(line) or _SIGNED.match(line):
            return False
        first = not self.headings or (place <= 2 and unit.gap > 0)
        above = self._unit(place - 1)
        named = not self.title and first and place < _TOP and self._short(line)
        if named and not (above and not unit.gap and self._is_day(above)):
            return not any(phrase.clock for phrase in find(unit.text))  # the title
        if frames.kind(unit.text) is Frame.DATELINE or self._is_day(unit):
            return below.gap <= 1
        opens = unit.gap > 0 or self._above_ends(place)
        if opens and below.kind in (Kind.ROW, Kind.COLUMNS) and self._short(line):
            return below.gap <= 1
        if not self._short(line) or (self._says_when(unit) and not _CAPITALS.fullmatch(line)):
            return False
        return opens and (
            below.gap == 0 or _CAPITALS.fullmatch(line) is not None or self._apart(place)
        )

    def _is_title(self, place: int, label: re.Match[str]) -> bool:
        """Whether a line with a colon is the title: The Media Act: a diary."""
        below = self._unit(place + 1)
        return (
            not self.title
            and not self.mails
            and below is not None
            and below.gap > 0
            and len(label["label"]) >= 6
            and self._short(label[0])
            and not re.search("[0-9]", label[0])
            and all(unit.kind in FRAMES for unit in self.units[:place])
        )

    def _is_day(self, unit: _Unit) -> bool:
        return (
            len(unit.text) <= 40
            and not _ENDS.search(unit.plain)
            and columns.only_date(unit.text, beside=1)
        )

    def _says_when(self, unit: _Unit) -> bool:
        return any(
            phrase.first is None or phrase.first.month or phrase.first.year or phrase.first.number
            for phrase in find(unit.text)
        )

    def _above_ends(self, place: int) -> bool:
        above = self._unit(place - 1)
        return above is None or (above.kind in FRAMES and above.kind is not Kind.STAMP)

    def _apart(self, place: int) -> bool:
        """Whether text stands below an empty line, and is longer than the line above it."""
        below = self._unit(place + 1)
        return below is not None and below.gap > 0 and len(below.text) > len(self.units[place].text)

    def _level(self, place: int, unit: _Unit) -> int:
        if not self.title and not _BRACKETED.fullmatch(unit.text.strip()):
            self.title = True
            return 1
        if not self.headings or not self._is_day(unit):
            return 2
        above = self.headings[-1]
        # The days of a programme stand below its heading; those of a log are headings like others.
        directly = self.last is above and above.level == 2
        return 3 if directly or (above.level == 3 and columns.only_date(above.text)) else 2


def written(blocks: Iterable[Block]) -> str:
    """The blocks as text to look at: a line each, indented below its parents."""
    lines = []
    for block in blocks:
        depth = sum(1 for _ in block.parents)
        what = f"{block.kind}{block.level or ''}" + (f" >{block.quoted}" if block.quoted else "")
        if block.cells:
            pairs = zip(block.header or ("",) * len(block.cells), block.cells, strict=True)
            said = " | ".join(f"{head}={cell}" if head else cell for head, cell in pairs)
        elif block.label:
            said = f"{block.label} = {block.value}"
        else:
            said = block.text
        struck = "".join(f" ~~{text}~~" for text in block.struck)
        place = f"{block.page}:{block.line}" if block.page else str(block.line)
        lines.append(f"{place:>4} {'  ' * depth}{what}: {said}{struck}")
    return "\n".join(lines) + "\n"
