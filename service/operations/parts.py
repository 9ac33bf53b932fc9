"""Feeds made of parts that are kept: after a change one event is rendered, and the rest is joined.

For each filter and way of showing events there is a shelf: every event that the filter means, as a
feed of these options shows it, in the feed's order. Before it is used it is brought up to the
reading's moment by the journal: what has changed since is taken off, read again, and put where it
now belongs. A shelf that is not there, or lies too far back, is filled from all events.

The bytes are those of core.feed.render. What cannot be rendered is tried again each time.
"""

from __future__ import annotations

from bisect import insort
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from service.core.calendars import feed
from service.core.calendars.feed import FeedEntry, Heading, LeftOut, Options, Rendered
from service.core.events.event import Event
from service.core.events.filters import Filter
from service.store.backup import RESTORED_AT

if TYPE_CHECKING:
    from service.store import Reading

MOST_BYTES = 200_000_000
# About what a part takes beside its text.
_BESIDE = 500
# With more changes than that a shelf is filled anew.
_MOST_CHANGES = 2000
# So many events are read together.
_AT_ONCE = 2000
_PLACE = attrgetter("place")

_Key = tuple[Filter, Options, str, bool]


@dataclass
class _Shelf:
    """`restored`: the restore that the database came from, after which nothing kept counts."""

    seq: int
    restored: str | None
    parts: list[FeedEntry] = field(default_factory=list)
    short: dict[str, bytes] = field(default_factory=dict)
    faulty: dict[str, str] = field(default_factory=dict)
    size: int = 0


class Parts:
    """The shelves of one service, of which the least used go. For one thread at a time."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._shelves: OrderedDict[_Key, _Shelf] = OrderedDict()
        self.held = 0
        """About how many bytes of memory the shelves take."""

    def render(
        self, reading: Reading, wanted: Filter, heading: Heading, options: Options, day: date
    ) -> Rendered:
        """The feed of the filter's events as of the reading's moment."""
        # Whatever decides how a part looks; not the day, nor what only chooses among parts.
        way = replace(options, past=Options.past, size=None)
        key = (wanted, way, heading.base_url, heading.excerpts)
        seq, restored = reading.position().seq, reading.mark(RESTORED_AT)
        shelf = self._shelves.pop(key, None)
        if shelf is not None and (shelf.restored != restored or shelf.seq > seq):
            shelf = None
        if shelf is None or not _renew(shelf, reading, wanted, heading, options):
            shelf = _Shelf(seq, restored)
            for some in _pages(reading, wanted):
                _put(shelf, some, heading, options)
            shelf.faulty.update(reading.unreadable)
        shelf.seq = seq

        def shorten(some: Sequence[FeedEntry]) -> Mapping[str, bytes]:
            missing = [part.id for part in some if part.id not in shelf.short]
            for event in reading.readable(missing):
                shelf.short[event.id] = feed.shortened(event, heading, options)
            return shelf.short

        made = feed.assemble(shelf.parts, shorten, heading, options, day)
        left_out = [LeftOut(*fault) for fault in sorted(shelf.faulty.items())]
        self._keep(key, shelf)
        return replace(made, left_out=tuple(left_out))

    def _keep(self, key: _Key, shelf: _Shelf) -> None:
        # Also an empty shelf takes something, and what it is known by can be long.
        shelf.size = 4 * _BESIDE + 4 * len(repr(key))
        shelf.size += sum(len(part.data) + _BESIDE for part in shelf.parts)
        shelf.size += sum(len(data) + _BESIDE for data in shelf.short.values())
        self._shelves[key] = shelf
        held = sum(shelf.size for shelf in self._shelves.values())
        while held > self._most_bytes:
            _, oldest = self._shelves.popitem(last=False)
            held -= oldest.size
        self.held = held


def _pages(reading: Reading, wanted: Filter) -> Iterator[list[Event]]:
    """All events that the filter means, in order; not at once, since they take more memory than
    what is made of them."""
    after: tuple[str, str] | None = None
    while True:
        page = reading.select(wanted, after=after, limit=_AT_ONCE)
        yield page
        if len(page) < _AT_ONCE:
            return
        after = page[-1].when.sort_key, page[-1].id


def _renew(
    shelf: _Shelf, reading: Reading, wanted: Filter, heading: Heading, options: Options
) -> bool:
    """Takes what has changed off the shelf, and puts what belongs there where it belongs; False
    where it has to be filled anew."""
    ids = {*reading.changed_since(shelf.seq), *shelf.faulty}
    if len(ids) > _MOST_CHANGES:
        return False
    if ids:
        shelf.parts = [part for part in shelf.parts if part.place[1] not in ids]
        shelf.faulty.clear()
        for id_ in ids:
            shelf.short.pop(id_, None)
        _put(shelf, filter(wanted.matches, reading.readable(ids)), heading, options)
    # Whether the filter means an event that cannot be read, only a search through all tells.
    return not reading.unreadable


def _put(shelf: _Shelf, events: Iterable[Event], heading: Heading, options: Options) -> None:
    for event in events:
        if not feed.shows(event, options):
            continue
        made = feed.part(event, heading, options)
        if isinstance(made, LeftOut):
            shelf.faulty[made.id] = made.reason
        elif shelf.parts and made.place < shelf.parts[-1].place:
            insort(shelf.parts, made, key=_PLACE)
        else:
            shelf.parts.append(made)
