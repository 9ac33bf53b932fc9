"""Feeds made of parts that are kept: after a change one event is rendered, and the rest is joined.

For each filter and way of showing events there is a shard: every event that the filter means, as a
feed of these options shows it, in the feed's order. Before it is used it is brought up to the
reading's moment by the journal: what has changed since is taken off, read again, and put where it
now belongs. A shard that is not there, or lies too far back, is filled from all events.

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

MAX_BYTES = 200_000_000
# About what a part takes beside its text.
_BESIDE = 500
# With more changes than that a shard is filled anew.
_MAX_CHANGES = 2000
# So many events are read together.
_AT_ONCE = 2000
_PLACE = attrgetter("place")

_Key = tuple[Filter, Options, str, bool]


@dataclass
class _FeedShard:
    """`restored`: the restore that the database came from, after which nothing kept counts."""

    seq: int
    restored: str | None
    parts: list[FeedEntry] = field(default_factory=list)
    short: dict[str, bytes] = field(default_factory=dict)
    faulty: dict[str, str] = field(default_factory=dict)
    size: int = 0


class IncrementalFeed:
    """The shards of one service, of which the least used go. For one thread at a time."""

    def __init__(self, most_bytes: int = MAX_BYTES) -> None:
        self._most_bytes = most_bytes
        self._shards: OrderedDict[_Key, _FeedShard] = OrderedDict()
        self.held = 0
        """About how many bytes of memory the shards take."""

    def render(
        self, reading: Reading, wanted: Filter, heading: Heading, options: Options, day: date
    ) -> Rendered:
        """The feed of the filter's events as of the reading's moment."""
        # Whatever decides how a part looks; not the day, nor what only chooses among parts.
        way = replace(options, past=Options.past, size=None)
        key = (wanted, way, heading.base_url, heading.excerpts)
        seq, restored = reading.position().seq, reading.mark(RESTORED_AT)
        shard = self._shards.pop(key, None)
        if shard is not None and (shard.restored != restored or shard.seq > seq):
            shard = None
        if shard is None or not _renew(shard, reading, wanted, heading, options):
            shard = _FeedShard(seq, restored)
            for some in _pages(reading, wanted):
                _put(shard, some, heading, options)
            shard.faulty.update(reading.unreadable)
        shard.seq = seq

        def shorten(some: Sequence[FeedEntry]) -> Mapping[str, bytes]:
            missing = [part.id for part in some if part.id not in shard.short]
            for event in reading.readable(missing):
                shard.short[event.id] = feed.shortened(event, heading, options)
            return shard.short

        made = feed.assemble(shard.parts, shorten, heading, options, day)
        left_out = [LeftOut(*fault) for fault in sorted(shard.faulty.items())]
        self._keep(key, shard)
        return replace(made, left_out=tuple(left_out))

    def _keep(self, key: _Key, shard: _FeedShard) -> None:
        # Also an empty shard takes something, and what it is known by can be long.
        shard.size = 4 * _BESIDE + 4 * len(repr(key))
        shard.size += sum(len(part.data) + _BESIDE for part in shard.parts)
        shard.size += sum(len(data) + _BESIDE for data in shard.short.values())
        self._shards[key] = shard
        held = sum(shard.size for shard in self._shards.values())
        while held > self._most_bytes:
            _, oldest = self._shards.popitem(last=False)
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
    shard: _FeedShard, reading: Reading, wanted: Filter, heading: Heading, options: Options
) -> bool:
    """Takes what has changed out of the shard, and puts what belongs there where it belongs; False
    where it has to be filled anew."""
    ids = {*reading.changed_since(shard.seq), *shard.faulty}
    if len(ids) > _MAX_CHANGES:
        return False
    if ids:
        shard.parts = [part for part in shard.parts if part.place[1] not in ids]
        shard.faulty.clear()
        for id_ in ids:
            shard.short.pop(id_, None)
        _put(shard, filter(wanted.matches, reading.readable(ids)), heading, options)
    # Whether the filter means an event that cannot be read, only a search through all tells.
    return not reading.unreadable


def _put(shard: _FeedShard, events: Iterable[Event], heading: Heading, options: Options) -> None:
    for event in events:
        if not feed.shows(event, options):
            continue
        made = feed.part(event, heading, options)
        if isinstance(made, LeftOut):
            shard.faulty[made.id] = made.reason
        elif shard.parts and made.place < shard.parts[-1].place:
            insort(shard.parts, made, key=_PLACE)
        else:
            shard.parts.append(made)
