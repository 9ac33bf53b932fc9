"""What a document announces: titles with their dates, and the line each was read in.

reader.py     lines to announcements: which dates tell of something to come, and of what
sentences.py  a line's items, sentences and segments
titles.py     a title out of a clause
signs.py      the words that tell an announcement from a report
tables.py     rows and columns
reference.py  from which day a document speaks
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from service.core.document import Line
from service.core.extract.reader import Announcement, Reader

__all__ = ["Announcement", "announcements"]


def announcements(lines: Iterable[Line], today: date, zone: str) -> list[Announcement]:
    """What the lines announce, in their order, each once.

    `today` is the day from which the document speaks (reference.py), `zone` the IANA time zone of times
    that name none. What has happened, what only has a date in its name, and dates that cannot be decided
    are left out.
    """
    reader = Reader(today, zone)
    for line in lines:
        reader.line(line.text, line.page, line.line)
    return reader.found
