"""What is told of a law."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.dates.when import When
from service.core.events.kinds import Kind
from service.core.reading.document import Line


@dataclass(frozen=True, slots=True)
class Statement:
    """One day that a law states: its name with what happens then, and the line that says so.

    `whole` is true where the document as such takes effect, false where a part of it does, or where it ends.
    """

    title: str
    when: When
    kind: Kind
    line: Line
    confidence: float
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Law:
    """`statements` in the order of the text; `requests` are the lines of a covering notice that ask its
    addressees for something by a day, for whoever reads announcements."""

    statements: tuple[Statement, ...]
    requests: tuple[Line, ...] = ()
