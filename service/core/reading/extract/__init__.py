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
from datetime import date

from service.core.reading import laws
from service.core.reading.document import Line
from service.core.reading.extract.announcement import Announcement
from service.core.reading.extract.reader import Reader
from service.core.text.characters import plain

__all__ = ["Announcement", "announcements"]


# As core/reading/note.py begins a line.
_NOTE = re.compile(
    r"(?:约 )?(?:[0-9]{4} 年(?:[一二三四]季度|[上下]半年)?"
    r"|(?:[0-9]{4} 年 )?[0-9]{1,2} 月(?:[上中下]旬| [0-9]{1,2} 日[^：]{0,80}?)?"
    r"|[一二三四]季度|[上下]半年)(?:（[^：]{0,60}）)?：\S"
)


def announcements(lines: Iterable[Line], today: date, zone: str) -> list[Announcement]:
    """What the lines announce, in their order, each once.

    `today` is the day from which the document speaks (reference.py), `zone` the IANA time zone of times
    that name none. What has happened, what only has a date in its name, and dates that cannot be decided
    are left out. Of a law only what reading/laws reads of it, and what a notice that covers it asks for.
    """
    lines = list(lines)
    law = laws.read(lines, today, zone)
    if law is None:
        return _read(lines, today, zone)
    stated = [
        Announcement(
            one.title, one.when, one.kind, one.line.text[:1000], one.line.page, one.line.line, one.confidence
        )
        for one in law.statements
    ]  # fmt: skip
    return stated + _read(law.requests, today, zone)


def _read(lines: Sequence[Line], today: date, zone: str) -> list[Announcement]:
    reader = Reader(today, zone)
    reader.context.notes = all(_NOTE.match(line.text) for line in lines)
    for line in lines:  # what is said of all dates may stand at the end
        reader.context.note(plain(line.text.strip()))
    for line in lines:
        reader.line(line.text, line.page, line.line)
    reader.finish()
    return reader.found
