"""One thing that a document says will happen."""

from __future__ import annotations

from dataclasses import dataclass

from service.core.dates.when import When
from service.core.events.event import Importance
from service.core.events.kinds import Kind


@dataclass(frozen=True, slots=True)
class Announcement:
    """`timezone` is the IANA zone that the text names, `recurrence` an RRULE, `previous` the date that no
    longer holds, `location` where the text says so beside the date, `importance` where a table has a column
    for it. `confidence` from 0 to 1; `excerpt` is the line, which begins at `line` of `page` (None where there
    are no pages)."""

    title: str
    when: When
    kind: Kind
    excerpt: str
    page: int | None
    line: int
    confidence: float
    timezone: str | None = None
    location: str = ""
    recurrence: str | None = None
    cancelled: bool = False
    previous: When | None = None
    importance: Importance | None = None
