"""What is ahead as a page shows it: by week, what is far by month, with events whose day is not known
in their window.

A window of up to a month stands where it begins (or at the top once it has begun), before the week
that begins then: the undated events of one month are one section. A longer window says little of
any week before its last month, so it stands where that begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from service.core.calendars.feed import LONGEST_BAR
from service.core.dates import months
from service.core.events import recurrence
from service.core.events.event import Event
from service.core.events.items import Item

_WEEK = timedelta(days=7)
BY_WEEK = timedelta(weeks=8)
"""From the first month that begins later than this on, a heading for each week says too little."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Section:
    """The events of one week (Monday to Sunday) or of one month, or the undated ones of one
    window."""

    undated: bool
    first: date
    last: date
    items: tuple[Item, ...]


def items(events: Iterable[Event], first: date, last: date, zone: tzinfo) -> list[Item]:
    """The dates of the events that touch the days from first to last, as seen in `zone`, in order:
    of a series each occurrence, of an undated event its window."""
    found = []
    for event in events:
        # A day more on either side: occurrences() counts days in the event's zone.
        for when in recurrence.occurrences(event.details, first - _DAY, last + _DAY):
            begins, ends = when.in_zone(zone)
            if begins <= last and ends >= first:
                found.append(Item(event, when, begins, ends))
    return sorted(found, key=order)


def order(item: Item) -> tuple[date, datetime, date, str]:
    """By first day; whole days before the times of that day."""
    start = item.when.start
    moment = start.astimezone(UTC) if start else datetime.min.replace(tzinfo=UTC)
    return item.first, moment, item.last, item.event.id


def sections(found: Sequence[Item], day: date) -> list[Section]:
    """The items by week or month and window, as seen on that day; what began before it stands at the
    top."""
    far = months.last_of(monday(day) + BY_WEEK) + _DAY
    dated: dict[tuple[date, date], list[Item]] = {}
    windows: dict[tuple[date, date], list[Item]] = {}
    for item in found:
        if item.when.dated:
            dated.setdefault(_heading(max(item.first, day), far), []).append(item)
        else:
            windows.setdefault(_window(item), []).append(item)
    made = [Section(False, *days, tuple(held)) for days, held in dated.items()]
    made += [Section(True, *window, tuple(held)) for window, held in windows.items()]
    return sorted(made, key=lambda section: _place(section, day))


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def _heading(day: date, far: date) -> tuple[date, date]:
    if day >= far:
        return months.first_of(day), months.last_of(day)
    first = monday(day)
    return first, first + _WEEK - _DAY


def _window(item: Item) -> tuple[date, date]:
    first, last = item.when.first, item.when.last
    if (first.year, first.month) == (last.year, last.month):
        return months.first_of(first), months.last_of(first)
    return first, last


def _place(section: Section, day: date) -> tuple[date, bool, date]:
    long = section.undated and (section.last - section.first).days >= LONGEST_BAR
    begins = months.first_of(section.last) if long else section.first
    return max(begins, day), not section.undated, section.last
