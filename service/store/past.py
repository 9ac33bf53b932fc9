"""The events as they were once: what the team knew when the journal had come to some change."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from sqlalchemy import ColumnElement, select

from service.core.events.event import Event
from service.core.events.filters import Filter
from service.store.reading import Reading
from service.store.schema import events, journal
from service.store.values import Counts, JournalRow, Tally


class HistoricalReading(Reading):
    """A view of the events, and of their history, as they were after change number `seq`. What it
    has of feeds, rules and deliveries is today's.

    Few events change while somebody pages, or in a week: it takes today's rows, and puts back those
    that did. Purged events are in no past.
    """

    def __init__(self, reading: Reading, seq: int) -> None:
        super().__init__(reading._connection, reading._known)
        self.seq = seq

    def select(
        self,
        filter: Filter,
        *,
        after: tuple[str, str] | None = None,
        limit: int | None = None,
    ) -> list[Event]:
        """As Reading.select, of the events as they were."""
        filter = self.widened(filter)
        found = super().select(filter, after=after, limit=limit)
        if not self._newer:
            return found
        found += [
            event
            for event in self._then.values()
            if filter.matches(event) and (after is None or _place(event) > after)
        ]
        return sorted(found, key=_place)[:limit]

    def tally(self, filter: Filter, most: int) -> Tally:
        """As Reading.tally, of the events as they were."""
        filter = self.widened(filter)
        same = super().tally(filter, most)
        back = (
            [event for event in self._then.values() if filter.matches(event)] if self._newer else []
        )
        total = same.total + len(back)
        undated = same.undated + sum(not event.when.dated for event in back)
        return Tally(min(total, most), undated, same.more or total > most)

    def events(self, ids: Iterable[str]) -> dict[str, Event]:
        """Those that existed then, by id, also ones that were withdrawn."""
        wanted = list(ids)
        found = super().events(id for id in wanted if id not in self._newer)
        return found | {id: self._then[id] for id in wanted if id in self._then}

    def history(self, id: str) -> list[JournalRow]:
        """Every change of one event until then."""
        return [row for row in super().history(id) if row.seq <= self.seq]

    def count(self) -> Counts:
        same = select(events.c.id).where(~events.c.withdrawn, self._unchanged)
        back = sum(not event.withdrawn for event in self._then.values())
        return Counts(len(self._rows(same)) + back)

    @property
    def _unchanged(self) -> ColumnElement[bool]:
        return events.c.id.not_in(select(journal.c.event_id).where(journal.c.seq > self.seq))

    @property
    def _only(self) -> ColumnElement[bool] | None:
        return self._unchanged if self._newer else None

    @cached_property
    def _newer(self) -> set[str]:
        return self.changed_since(self.seq)

    @cached_property
    def _then(self) -> dict[str, Event]:
        """The events that have changed since, as they were."""
        return {event.id: event for event in self._versions_at(self._newer, self.seq)}


def _place(event: Event) -> tuple[str, str]:
    return event.when.sort_key, event.id
