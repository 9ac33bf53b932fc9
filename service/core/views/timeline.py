"""Days on a line: where a stretch of days begins and how wide it is, in per cent of the line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from service.core.dates import months

MAX_MONTHS = 120


@dataclass(frozen=True)
class Stretch:
    """`earlier`, `later`: it goes on beyond that end of the line."""

    left: float
    width: float
    earlier: bool
    later: bool


@dataclass(frozen=True)
class TimeAxis:
    """The days from first to last, both inclusive, at one scale."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def at(self, day: date) -> float:
        """Where the day begins."""
        return round(100 * (day - self.first).days / self.days, 3)

    def place(self, first: date, last: date) -> Stretch:
        """Where those days lie, as far as the line shows them."""
        begin, end = max(first, self.first), min(last, self.last)
        left = self.at(begin)
        width = max(100 * ((end - begin).days + 1) / self.days, 0)
        return Stretch(left, round(width, 3), first < self.first, last > self.last)

    def months(self) -> list[date]:
        """The first days of the months on the line; of a long line every third or twelfth."""
        first = months.first_of(self.first)
        if first < self.first:
            first = months.first_of_next(first)
        found: list[date] = []
        while first <= self.last and len(found) < MAX_MONTHS:
            found.append(first)
            first = months.first_of_next(first)
        step = 1 if len(found) <= 14 else 3 if len(found) <= 42 else 12
        return [month for month in found if (month.month - 1) % step == 0]


def months_ahead(day: date, count: int) -> TimeAxis:
    """The line from the first of the day's month over so many months."""
    first = last = months.first_of(day)
    for _ in range(count):
        last = months.first_of_next(last)
    return TimeAxis(first, last - timedelta(days=1))


def around(first: date, last: date) -> TimeAxis:
    """The line over all of these days, with some room on either side and whole months."""
    room = timedelta(days=max(7, (last - first).days // 12))
    begin, end = first - room, last + room
    return TimeAxis(months.first_of(begin), months.last_of(end))
