"""From which day a document speaks: the day that "next Tuesday" and a year that is not written hang on.

The first of these that the document has:
1. A date line: a line near its top that is a date and nothing else, names one as the date of publication
   (发布日期：…, Published: …), or ends a report's title with it (`AI 事件更新（2026年5月8日）`, `证券研究报告 |
   2026年04月27日`, `Monday Compute Brief / April 27, 2026`); or a date that stands alone on the last lines, as
   a signature. Several that stand alone are headings of a diary, not the document's. Else a stamp, a
   letterhead, a press dateline or the head of a mail, near its top or end (blocks.py): the first that says
   "published", else the newest of them.
2. A week in its title, `26年第17周`: the last day of that week.
3. The newest of the reports that it cites, `《…》 ——2026-04-26`.
4. The day that the file itself holds (PDF, DOCX, HTML).
5. Today.

Only a date line may lie after today; one that does, or lies more than two years back, is said to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from service.core.dates.phrases import Anchor, Phrase, find
from service.core.dates.phrases import read as read_phrase
from service.core.reading import frames
from service.core.reading.blocks import Block, Kind, build
from service.core.reading.document import Document, Line
from service.core.text.characters import plain

_OF_DOCUMENT = (Kind.STAMP, Kind.LETTERHEAD, Kind.DATELINE, Kind.EDGE)
_PUBLISHED = re.compile(
    r"发布|发表|刊发|印发|公布|\b(?:published|posted|issued|released)\b", re.IGNORECASE
)
_TOP, _BOTTOM, _DIARY = 12, 4, 300
_LONGEST = 90


class How(StrEnum):
    """Where the day comes from."""

    GIVEN = "given"
    DATE_LINE = "date line"
    WEEK = "week"
    CITED = "cited reports"
    METADATA = "metadata"
    TODAY = "today"


@dataclass(frozen=True)
class Reference:
    """The day, where it comes from, and the line that says it, if one does."""

    day: date
    how: How
    line: Line | None = None
    odd: str = ""  # why the day may be wrong: "ahead" or "long ago", of today

    def __str__(self) -> str:
        if self.line is None:
            reason = _REASONS[self.how]
        else:
            place = f"page {self.line.page}, " if self.line.page else ""
            text = self.line.text if len(self.line.text) <= 60 else self.line.text[:59] + "…"
            reason = f"{_REASONS[self.how]} ({place}line {self.line.line}: {text})"
        odd = f"; {_ODD[self.odd]}" if self.odd else ""
        return f"dates are read as from {self.day}: {reason}{odd}"


_REASONS = {
    How.GIVEN: "as given",
    How.DATE_LINE: "the document's date",
    How.WEEK: "the last day of the week in its title",
    How.CITED: "the newest report that it cites",
    How.METADATA: "the date that the file holds",
    How.TODAY: "today, since the document does not say its date",
}

_ODD = {
    "ahead": "that day lies ahead; give another if it is wrong",
    "long ago": "that is over two years back; give another if it is wrong",
}
_LONG_AGO = timedelta(days=731)

_LABEL = re.compile(
    r"^\W*(?:(?:发布|发表|发文|发稿|公布|更新|成文|印发|报告|出版|制表|刊发)(?:日期|时间|于)?|日期|时间|date|published|updated"
    r"|posted|issued|released|last updated|date of (?:issue|publication)|publication date"
    r"|for (?:immediate )?release)"
    r"(?: on)?\s*[::]?\s*",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"研究报告|周报|月报|日报|早报|晨报|晚报|季报|简报|快报|周刊|月刊|专刊|快讯|通讯|要闻|速递"
    r"|周评|点评|纪要|综述|更新|动态|日历|前瞻|展望|备忘|公告|通知|公报|第 ?[0-9]+ ?期"
    r"|\b(?:report|brief(?:ing)?|weekly|monthly|daily|digest|newsletter|update|bulletin|round-?up|review|outlook|notes?"
    r"|memo|calendar|agenda|press release|issue|vol)\b",
    re.IGNORECASE,
)
_WEEKDAY = (
    r"(?:星期|周|礼拜)[一二三四五六日天]"
    r"|\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b"
)
# What may stand beside a date that is alone on its line.
_BESIDE = re.compile(
    rf"{_WEEKDAY}|[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?|第 ?[0-9]+ ?[期号]|总第 ?[0-9]+ ?期"
    r"|(?:印发|发布|公布|更新|讯|电)$|\bby [\w .]+$|[\W_]",
    re.IGNORECASE,
)
_WEEK = (
    re.compile(r"(?<![0-9])((?:20)?[0-9]{2}) ?年 ?第 ?([0-9]{1,2}) ?周"),
    re.compile(r"\bweek ([0-9]{1,2})[,/ ]+(20[0-9]{2})\b", re.IGNORECASE),
    re.compile(r"\b(20[0-9]{2})[- ]?W(?:eek ?)?([0-9]{1,2})\b", re.IGNORECASE),
)
_CITED = re.compile(
    r"(?:》|”|\"|^)\s*(?:——|—|--|–)\s*(20[0-9]{2})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?\s*$"
)
# Each begins where none can have begun before it, so that a line without any is read once.
_QUOTED = re.compile(r"《[^》]*》?|(?<![^》])[^《]*》")


def reference_day(document: Document, today: date) -> Reference:
    """From which day the document speaks, and why. Never a day after today, unless it is the
    document's own date line."""
    found = (
        _date_line(document.lines, today)
        or _stamped(document)
        or _week(document, today)
        or _cited(document.lines, today)
        or _metadata(document, today)
        or Reference(today, How.TODAY)
    )
    if found.day > today:
        return replace(found, odd="ahead")
    return replace(found, odd="long ago") if today - found.day > _LONG_AGO else found


def given(day: date) -> Reference:
    """A day that somebody gave."""
    return Reference(day, How.GIVEN)


def _date_line(lines: Sequence[Line], today: date) -> Reference | None:
    alone: list[tuple[Line, date]] = []
    for place, line in enumerate(lines[:_TOP]):
        text = plain(line.text).strip()
        if len(text) > _LONGEST or _CITED.search(line.text):
            continue
        phrase = _only(text, today)
        if phrase is None:
            continue
        found, day = phrase
        rest = text[: found.start] + text[found.end :]
        if _LABEL.match(text[: found.start]) and not _bare(_LABEL.sub("", text[: found.start])):
            return Reference(day, How.DATE_LINE, line)
        if not _bare(rest):
            alone.append((line, day))
        elif _titled(text, found, place):
            return Reference(day, How.DATE_LINE, line)
    if not alone:
        return _signature(lines, today)
    line, day = alone[0]
    others = [other for _, other in alone] + [_alone(each, today) for each in lines[_TOP:_DIARY]]
    if any(other not in (None, day) for other in others):
        return None  # the headings of a diary
    return Reference(day, How.DATE_LINE, line)


def _around(document: Document) -> tuple[Block, ...]:
    """The blocks near the top and the end of a document, and what its pages repeat."""
    lines = document.lines
    top = lines[:_TOP]
    return (
        *build((*top, *document.edges[:_BOTTOM])),
        *build(lines[max(len(top), len(lines) - _BOTTOM) :]),
    )


def _stamped(document: Document) -> Reference | None:
    stamped: list[tuple[date, Block]] = []
    for block in _around(document):
        # A date alone was asked for before: it may be the heading of a day.
        alone = frames.kind(block.text) is frames.Frame.DATELINE
        if block.kind not in _OF_DOCUMENT or block.quoted or alone:
            continue
        found = _first_day(block.text)
        if found is None:
            continue
        if _PUBLISHED.search(plain(block.text)):
            return _by(found, block)
        if block.kind is not Kind.EDGE:
            stamped.append((found, block))
    if not stamped:
        return None
    return _by(*max(stamped, key=lambda each: each[0]))


def _by(day: date, block: Block) -> Reference:
    return Reference(day, How.DATE_LINE, Line(block.text, block.page, block.line))


def _first_day(text: str) -> date | None:
    for phrase in find(text):
        if phrase.exact and phrase.first is not None and phrase.first.year is not None:
            read = read_phrase(phrase, Anchor(date(2000, 1, 1), "UTC"))
            if read is not None:
                return read.when.first
    return None


def publisher(document: Document) -> str:
    """Who published the document, as a stamp (来源：…) or its letterhead says; "" where nothing does."""
    found = (frames.publisher(block.text) for block in _around(document) if not block.quoted)
    return next(filter(None, found), "")


def _signature(lines: Sequence[Line], today: date) -> Reference | None:
    if len(lines) < _BOTTOM:
        return None
    for line in reversed(lines[-_BOTTOM:]):
        if day := _alone(line, today):
            return Reference(day, How.DATE_LINE, line)
    return None


def _alone(line: Line, today: date) -> date | None:
    """The day that the line is, and nothing else."""
    text = plain(line.text).strip()
    found = _only(text, today) if len(text) <= 40 else None
    if found is None or _bare(text[: found[0].start] + text[found[0].end :]):
        return None
    return found[1]


def _only(text: str, today: date) -> tuple[Phrase, date] | None:
    """The one date of a line, with its year, that names a day or ends with one."""
    phrases = [
        phrase
        for phrase in find(text)
        # "Monday Compute Brief": a weekday alone is part of a name, or stands beside the date.
        if phrase.first is not None and (phrase.first.weekday is None or phrase.first.number)
    ]
    if len(phrases) != 1 or phrases[0].by or phrases[0].others or phrases[0].after:
        return None
    phrase = phrases[0]
    if phrase.first is None or phrase.first.year is None or not phrase.exact:
        return None
    read = read_phrase(phrase, Anchor(today, "UTC"))
    return (phrase, read.when.last) if read else None


def _bare(text: str) -> str:
    """What is left of the words around a date."""
    return _BESIDE.sub("", text)


def _titled(text: str, phrase: Phrase, place: int) -> bool:
    """Whether it is a report's title with its date at the end, or at the front of a row."""
    before, after = text[: phrase.start], text[phrase.end :]
    if place > 5 or not _REPORT.search(before + after) or re.search(r"[。;!?]", text):
        return False
    ends = not _bare(after) and re.search(r"[(\[|/·,:—–\s-]\s*$", before)
    begins = not _bare(before) and re.match(r"\s*[|/·]", after)
    return bool(ends or begins)


def _week(document: Document, today: date) -> Reference | None:
    title = [Line(document.title, None, 1)] if document.title else []
    for line in (*title, *document.lines[:_TOP]):
        text = plain(_QUOTED.sub("", line.text))
        for number, pattern in enumerate(_WEEK):
            found = pattern.search(text) if len(text) <= _LONGEST else None
            if found is None:
                continue
            year, week = map(int, found.groups() if number != 1 else reversed(found.groups()))
            try:
                day = date.fromisocalendar(year + (2000 if year < 100 else 0), week, 7)
            except ValueError:
                continue
            if day - timedelta(days=6) <= today:
                return Reference(min(day, today), How.WEEK, line)
    return None


def _cited(lines: Iterable[Line], today: date) -> Reference | None:
    cited = [(day, line) for line, day in _dates_cited(lines) if day <= today]
    if not cited:
        return None
    day, line = max(cited, key=lambda item: item[0])
    return Reference(day, How.CITED, line)


def _dates_cited(lines: Iterable[Line]) -> Iterator[tuple[Line, date]]:
    for line in lines:
        found = _CITED.search(line.text)
        if found:
            try:
                yield line, date(*map(int, found.groups()))
            except ValueError:
                continue


def _metadata(document: Document, today: date) -> Reference | None:
    if document.dated is None or document.dated > today:
        return None
    return Reference(document.dated, How.METADATA)
