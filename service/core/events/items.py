"""Events as lists show them: by occurrence, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from service.core.dates.when import When
from service.core.events import recurrence
from service.core.events.event import Event


@dataclass(frozen=True)
class Item:
    """An event, or one occurrence of it; `first` and `last` are its days in the rule's zone."""

    event: Event
    when: When
    first: date
    last: date


def occurrences(event: Event, first: date, last: date, zone: tzinfo) -> Iterator[Item]:
    """The event, or each occurrence of it, that touches the days from first to last in the zone."""
    # A day more on either side: occurrences() counts days in the event's zone.
    margin = timedelta(days=1)
    for when in recurrence.occurrences(event.details, first - margin, last + margin):
        begins, ends = when.in_zone(zone)
        if begins <= last and ends >= first:
            yield Item(event, when, begins, ends)


def order(item: Item) -> tuple[date, datetime, date, str]:
    """What lists are sorted by."""
    # Whole days before the times of the same day.
    start = item.when.start or datetime.min.replace(tzinfo=UTC)
    return item.first, start.astimezone(UTC) if item.when.start else start, item.last, item.event.id
