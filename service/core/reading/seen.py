"""Dates that a document holds and that are not announced, each with the reason.

Asked of each date of each block, the first that holds is the reason (bare decimals are no dates):
1. It stands in a frame (a stamp, a letterhead, a page's edge …), was struck out, or is in an older mail.
2. An announcement of its line has it: then it was taken. One that another date replaced says so.
3. It is no date that can be read, a clock alone, or a number that may be none.
4. It lies before the day from which the document is read, is that day, or has just gone by.
5. It recurs, is what a figure is about, or heads what stands below.
6. Else nothing beside it says what happens then, or it is announced elsewhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from service.core.dates.phrases import Anchor, Phrase, Read, find, read
from service.core.dates.when import When
from service.core.reading import signs
from service.core.reading.announcement import Announcement
from service.core.reading.blocks import Block, Kind
from service.core.text.characters import plain

MOST = 2000  # of a document; what is seen in more is not listed
_EXCERPT = 300


class Why(StrEnum):
    """Why a date is not announced."""

    STAMP = "stamp"
    LETTERHEAD = "letterhead"
    DATELINE = "dateline"
    EDGE = "edge"
    RIGHTS = "rights"
    STRUCK = "struck"
    QUOTED = "quoted"
    REPLACED = "replaced"
    UNREAD = "unread"
    LEFTOVER = "leftover"
    FAULT = "fault"
    CLOCK = "clock"
    NUMBER = "number"
    PAST = "past"
    JUST_PAST = "just past"
    RECURS = "recurs"
    FIGURE = "figure"
    HEADING = "heading"
    ELSEWHERE = "elsewhere"
    NAMELESS = "nameless"


REASONS: dict[Why, tuple[str, str]] = {
    Why.STAMP: ("是发布、修改或打印的时间", "says when the text was published, changed or printed"),
    Why.LETTERHEAD: ("在信头或落款中", "stands in a letterhead or signature"),
    Why.DATELINE: ("是文件自身的日期", "is the document's own date"),
    Why.EDGE: ("在页眉或页脚中", "stands in the header or footer of a page"),
    Why.RIGHTS: ("在版权或免责声明中", "stands in a copyright or disclaimer"),
    Why.STRUCK: ("已被划去", "was struck out"),
    Why.QUOTED: ("在被引用的旧邮件中", "stands in an older mail that is quoted"),
    Why.REPLACED: ("已被另一日期取代", "was replaced by another date"),
    Why.UNREAD: ("没有这样的日期", "is no date that there is, or cannot be decided"),
    Why.LEFTOVER: (
        "旁边还有未读出的时间词，可能改变日期",
        "stands beside words of time that were not read and could change the day",
    ),
    Why.FAULT: (
        "读取此处时出错，已记入日志",
        "could not be read because of an error, which is in the log",
    ),
    Why.CLOCK: ("只有钟点，没有日期", "is a time of day without a day"),
    Why.NUMBER: ("可能只是数字", "may be a number and no date"),
    Why.PAST: ("早于文件的日期", "lies before the day from which the document is read"),
    Why.JUST_PAST: (
        "今年的刚过，未说明是明年",
        "has just gone by this year, and nothing says that next year's is meant",
    ),
    Why.RECURS: ("周期性的，不是某一天", "recurs; it names no single day"),
    Why.FIGURE: ("是数据所属的时期", "is the period that a figure or report is about"),
    Why.HEADING: ("是下文的标题", "heads what stands below it"),
    Why.ELSEWHERE: ("同一日期已在别处列出", "is announced from another line"),
    Why.NAMELESS: ("旁边没有说明届时会发生什么", "nothing beside it says what happens then"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A date that was found and not announced. `when` is None where it could not be read."""

    text: str
    when: When | None
    why: Why
    page: int | None
    line: int
    excerpt: str


_RECURS = re.compile(
    r"(?:每|逐|历|按)(?:个|隔)?[年月周季日逢]?(?:度)? ?$|\b(?:every|each|yearly|annually|monthly) (?:\w+ )?$",
    re.IGNORECASE,
)
_RECURS_AFTER = re.compile(r" ?(?:each|every) (?:year|month|week)", re.IGNORECASE)
# 2.6, 4.7-4.9: figures, versions, sections
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+(?:-[0-9]+(?:\.[0-9]+)?)?")
_JUST = 45  # days


def not_announced(
    blocks: Sequence[Block], found: Sequence[Announcement], today: date, zone: str
) -> tuple[Seen, ...]:
    """The dates that none of the announcements took, in their order; at most MOST."""
    by_line: dict[tuple[int | None, int], list[Announcement]] = defaultdict(list)
    for one in found:
        by_line[one.page, one.line].append(one)
    days = {one.when.text for one in found}
    quoted = any(block.quoted for block in blocks) and bool(found)
    anchor = Anchor(today, zone)
    seen: list[Seen] = []
    for block in blocks:
        for text, phrase, made, why in _of_block(block, by_line, days, quoted, anchor):
            when = made.when if made else None
            excerpt = block.text[:_EXCERPT]
            said = text[phrase.start : phrase.end].strip()
            seen.append(Seen(said, when, why, block.page, block.line, excerpt))
            if len(seen) >= MOST:
                return tuple(seen)
    return tuple(seen)


def unreadable(block: Block) -> Seen:
    """A block at which the reader failed."""
    return Seen(
        block.text[:80].strip(), None, Why.FAULT, block.page, block.line, block.text[:_EXCERPT]
    )


def _of_block(
    block: Block,
    by_line: dict[tuple[int | None, int], list[Announcement]],
    days: set[str],
    quoted: bool,
    anchor: Anchor,
) -> Iterator[tuple[str, Phrase, Read | None, Why]]:
    taken = by_line.get((block.page, block.line), [])
    for text in block.struck:
        for phrase in find(text):
            yield text, phrase, read(phrase, anchor), Why.STRUCK
    if not re.search(r"[0-9一二三四五六七八九十日月周年天]|[A-Za-z]{3}", block.text):
        return
    for phrase in find(block.text):
        if phrase.weak and _DECIMAL.fullmatch(block.text, phrase.start, phrase.end):
            continue
        made = read(phrase, anchor)
        if _is_taken(phrase, made, taken):
            continue
        why = _why(block, phrase, made, taken, days, quoted, anchor)
        if why is Why.JUST_PAST:  # this year's is meant
            made = read(phrase, replace(anchor, year=anchor.today.year)) or made
        yield block.text, phrase, made, why


def _is_taken(phrase: Phrase, made: Read | None, taken: Iterable[Announcement]) -> bool:
    return any(_same(phrase, made, one.when) for one in taken)


def _same(phrase: Phrase, made: Read | None, when: When) -> bool:
    """Whether an announcement's date is that of the phrase; what the phrase leaves out (year, month) may
    have come from elsewhere."""
    if phrase.first is None:
        return when.timed or phrase.clock is None
    if made is not None and made.when.first <= when.last and when.first <= made.when.last:
        return True
    written = phrase.first
    ends = (when.first, when.last)
    if written.month is None and written.number and written.exact:
        return any(day.day == written.number for day in ends)
    if written.weekday is not None and not written.number:
        return any(day.weekday() == written.weekday for day in ends)
    if made is None or written.year is not None:
        return False
    return any((day.month, day.day) == (made.when.first.month, made.when.first.day) for day in ends)


def _why(
    block: Block,
    phrase: Phrase,
    made: Read | None,
    taken: Iterable[Announcement],
    days: set[str],
    quoted: bool,
    anchor: Anchor,
) -> Why:
    if block.kind.value in (Why.STAMP, Why.LETTERHEAD, Why.DATELINE, Why.EDGE, Why.RIGHTS):
        return Why(block.kind.value)
    if block.quoted and quoted:
        return Why.QUOTED
    if any(one.previous is not None and _same(phrase, made, one.previous) for one in taken):
        return Why.REPLACED
    if phrase.first is None:
        return Why.CLOCK if phrase.clock is not None else Why.UNREAD
    if phrase.undecided:
        return Why.LEFTOVER
    if made is None:
        return Why.UNREAD
    before, after = plain(block.text[: phrase.start]), plain(block.text[phrase.end :])
    if phrase.every or _RECURS.search(before) or _RECURS_AFTER.match(after):
        return Why.RECURS
    if phrase.weak and not phrase.first.year_said:
        return Why.NUMBER
    if made.when.last < anchor.today:
        return Why.PAST
    if phrase.exact and made.when.first == made.when.last == anchor.today:
        return Why.DATELINE
    if made.rolled and made.behind <= _JUST:
        return Why.JUST_PAST
    if not phrase.exact and signs.FIGURE.match(after):
        return Why.FIGURE
    if block.kind in (Kind.HEADING, Kind.COLUMNS):
        return Why.HEADING
    return Why.ELSEWHERE if made.when.text in days else Why.NAMELESS


def write(seen: Seen) -> dict[str, Any]:
    """As JSON, without the words of a language."""
    return {
        "text": seen.text,
        "when": seen.when.text if seen.when else None,
        "why": seen.why.value,
        "line": seen.line,
        "page": seen.page,
        "excerpt": seen.excerpt,
    }


def worded(written: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What `write` wrote as the API shows it: the reason in words."""
    reason = REASONS[Why(written["why"])][0 if lang == "zh" else 1]
    place = {key: written[key] for key in ("line", "page", "excerpt")}
    return {"text": written["text"], "when": written["when"], "reason": reason, **place}
