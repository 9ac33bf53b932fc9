"""A document as one text, and the lines that its places lie in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from service.core.dates import phrases
from service.core.dates.when import Precision, When
from service.core.reading.document import Line
from service.core.text.characters import plain

# Of a line so long that no law is, only so much is read.
_LONGEST = 400_000
# Marks of Markdown around a heading, a name or a quotation.
_MARKS = re.compile(r"^(?:[#>*_\s-]*(?=\S))|[*_#\s]+$")


class Text:
    """`plain` has the lines in the form that patterns are written for, each on a line of its own; places in
    it are places in `raw`."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)
        self.raws = [line.text[:_LONGEST].replace("\n", " ") for line in self.lines]
        self.plains = [plain(raw) for raw in self.raws]
        self.starts: list[int] = []
        at = 0
        for raw in self.raws:
            self.starts.append(at)
            at += len(raw) + 1
        self.starts_of_lines = frozenset(self.starts)
        self.raw = "\n".join(self.raws)
        self.plain = "\n".join(self.plains)

    def line_at(self, place: int) -> int:
        """The number, from 0, of the line that a place lies in."""
        return max(bisect_right(self.starts, place) - 1, 0)


def bare(line: str) -> str:
    """A line without Markdown's marks around it."""
    return _MARKS.sub("", line).strip()


def day(words: str, today: date, zone: str) -> When | None:
    """The one day that the words are, None where they are no day or no such day exists."""
    found = phrases.find(words)
    if len(found) != 1 or not found[0].exact:
        return None
    read = phrases.read(found[0], phrases.Anchor(today, zone))
    return read.when if read and read.when.precision is Precision.DAY else None
