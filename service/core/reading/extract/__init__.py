"""What a document announces: titles with their dates, and the line each was read in.

reader.py     lines to announcements
context.py    what headings say for the lines below them
tables.py     rows and columns
sentences.py  a line's items, sentences and segments
judging.py    which dates tell of something to come
telling.py    what they tell of: the title
titles.py     a clause made a title
signs.py      the words that tell an announcement from a report
reference.py  from which day a document speaks

A law, or a notice that promulgates one, is read by core/reading/laws instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from service.core.reading import laws
from service.core.reading.blocks import Block, build
from service.core.reading.document import Line
from service.core.reading.extract import titles
from service.core.reading.extract.announcement import Announcement
from service.core.reading.extract.reader import Fault, Reader
from service.core.reading.seen import Seen, not_announced, unreadable
from service.core.text.characters import plain

__all__ = ["Announcement", "Told", "announcements", "tell"]


# As core/reading/note.py begins a line.
_NOTE = re.compile(
    r"(?:约 )?(?:[0-9]{4} 年(?:[一二三四]季度|[上下]半年)?"
    r"|(?:[0-9]{4} 年 )?[0-9]{1,2} 月(?:[上中下]旬| [0-9]{1,2} 日[^：]{0,80}?)?"
    r"|[一二三四]季度|[上下]半年)(?:（[^：]{0,60}）)?：\S"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a document announces, and the dates that it holds besides, each with the reason. `faults` are
    the reader's own: whoever has a log writes them down."""

    announcements: tuple[Announcement, ...]
    seen: tuple[Seen, ...]
    faults: tuple[Fault, ...] = ()


def tell(lines: Iterable[Line], today: date, zone: str) -> Told:
    """What the lines announce, each once and in their order, and what else was seen in them.

    `today` is the day from which the document speaks (reference.py), `zone` the IANA time zone of times
    that name none. What has happened, what only has a date in its name, and dates that cannot be decided
    are seen, and not announced. Of a law only what reading/laws reads of it, and what a notice that covers
    it asks for.
    """
    lines = list(lines)
    blocks = build(lines)
    found, faults = _announced(lines, blocks, today, zone)
    failed = [fault.block for fault in faults]
    seen = not_announced([b for b in blocks if b not in failed], found, today, zone)
    return Told(tuple(found), tuple(map(unreadable, failed)) + seen, tuple(faults))


def announcements(lines: Iterable[Line], today: date, zone: str) -> list[Announcement]:
    """Only what `tell` finds announced. Raises what `tell` tells of as a fault."""
    lines = list(lines)
    found, faults = _announced(lines, build(lines), today, zone)
    if faults:
        raise faults[0].error
    return found


def _announced(
    lines: Sequence[Line], blocks: Sequence[Block], today: date, zone: str
) -> tuple[list[Announcement], list[Fault]]:
    law = laws.read(lines, today, zone)
    if law is None:
        return _read([line for line in lines if not line.edge], blocks, today, zone)
    stated = [
        Announcement(
            titles.shortened(one.title, titles.LONGEST_OF_A_LAW), one.when, one.kind,
            one.line.text[:1000], one.line.page, one.line.line, one.confidence,
        )
        for one in law.statements
    ]  # fmt: skip
    asked, faults = _read(law.requests, build(law.requests), today, zone)
    return stated + asked, faults


def _read(
    lines: Sequence[Line], blocks: Sequence[Block], today: date, zone: str
) -> tuple[list[Announcement], list[Fault]]:
    reader = Reader(today, zone)
    reader.context.notes = all(_NOTE.match(line.text) for line in lines)
    for line in lines:  # what is said of all dates may stand at the end
        reader.context.note(plain(line.text.strip()))
    if (
        reader.context.notes
    ):  # every line is a date, a colon and a title, whatever the title looks like
        for line in lines:
            reader.line(line.text, line.page, line.line)
    else:
        reader.read(blocks)
    reader.finish()
    return reader.found, reader.faults
