"""The rows of a filtered list, in order and from any place on, at the cost of a page.

A filter narrows by several things at once, and no index has them all together. What each of them has
is lists: the events of one tag, or of one kind, or all, in the order of the answer, as an index keeps
them. A page is found by walking along the lists of one of them and judging the rows on the way, by
stretches:

1. The walk takes the thinnest here: the one whose next so many entries reach farthest.
2. Where a text is asked for, and a page is far if it goes on like this, the index for texts is asked:
   if it names fewer events than there are entries to walk, they are looked up instead.
3. Else the next stretch is four times as long.

It is not asked first: of what is common, PostgreSQL gathers all before it names one.

Days that are asked for divide the order. From the first of them on it is by days already. What began
before and goes on is found by how long it lasts: what ends in the month of the calendar in which it
began need not be looked for before this month, nor what ends in its year before this year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import merge
from itertools import groupby, islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Text,
    TextClause,
    cast,
    func,
    or_,
    select,
    text,
    tuple_,
)

from service.core.events.filters import Filter
from service.core.text.lines import fold
from service.store.schema import SPANS, event_labels, events
from service.store.searching import candidates, indexed

# Where an event stands in the order: its sort key and id.
Place = tuple[str, str]

_STRETCH = 1000
# The first one for a text: enough to see whether it is rare.
_GLANCE = 250
# So many entries are walked in the time that PostgreSQL takes to find that a text is common.
_FAR = 5000
_COLUMNS = {
    "kind": events.c.kind,
    "importance": events.c.importance,
    "status": events.c.status,
    "precision": events.c.precision,
}
_LABELS = ("tag", "ticker", "organization")


def rows(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    filter_: Filter,
    *,
    only: ColumnElement[bool] | None = None,
    after: Place | None = None,
    limit: int | None = None,
) -> list[RowMapping]:
    """The columns (`id` among them) and `sort_key` of the events that the filter matches, by sort
    key, then id; but every series that might touch the days asked for is let in.

    `only`: true of most events; of the others none is a row. `after`: the last place of the page
    before. Shorter than `limit` only where nothing follows.
    """
    walk = _Walk(connection, (*columns, events.c.sort_key), filter_, only)
    return walk.all(filter_, after) if limit is None else walk.page(filter_, after, limit)


@dataclass(frozen=True)
class _Stretch:
    """What is behind `after`, up to and with `until`; None is open."""

    after: Place | None = None
    until: Place | None = None

    def holds(
        self, sort_key: ColumnElement[str], id: ColumnElement[str]
    ) -> list[ColumnElement[bool]]:
        place = tuple_(sort_key, id)
        # The pair alone says all, but PostgreSQL estimates only what a column alone has; SQLite is to
        # go by the pair, and knows no order of a cast.
        key = cast(sort_key, Text)
        return [
            *([place > tuple_(*self.after), key >= self.after[0]] if self.after else []),
            *([place <= tuple_(*self.until), key <= self.until[0]] if self.until else []),
        ]


@dataclass(frozen=True)
class _SortedIndex:
    """What one index has in order."""

    sort_key: ColumnElement[str]
    id: ColumnElement[str]
    where: tuple[ColumnElement[bool] | TextClause, ...]

    def narrowed(self, *where: ColumnElement[bool] | TextClause) -> _SortedIndex:
        return replace(self, where=(*self.where, *where))


@dataclass(frozen=True)
class _Way:
    """Lists that hold every event sought, together. `key`: that of the filter which they fulfil
    already; all events fulfil none."""

    key: str
    lists: tuple[_SortedIndex, ...]


@dataclass(frozen=True)
class _Step:
    """The rows of a stretch's next so many entries. `end`: of these; None is that of the stretch.
    `rare`: the index for texts names fewer events than there are entries to walk for a page."""

    rows: list[RowMapping]
    end: Place | None
    rare: bool


_ALL = _SortedIndex(events.c.sort_key, events.c.id, (~events.c.withdrawn,))


def _sections(filter_: Filter, after: Place | None) -> Iterator[tuple[list[_Way], _Stretch]]:
    """The parts of the order, and the ways through each: what began before the days asked for, then
    what began in them."""
    until = None
    # A series may have its first day in the event's zone a day before that of its sort key.
    if filter_.to is not None and filter_.to < date.max - timedelta(days=2):
        until = ((filter_.to + timedelta(days=2)).isoformat(), "")
    if filter_.from_ is not None:
        first = (filter_.from_.isoformat(), "")
        if after is None or after < first:
            ways = [_going_on(filter_.from_), *_labelled(filter_, filter_.from_)]
            yield ways, _Stretch(after, first)
            after = first
    yield [_Way("", (_ALL,)), *_chosen(filter_), *_labelled(filter_)], _Stretch(after, until)


def _chosen(filter_: Filter) -> Iterator[_Way]:
    for key, column in _COLUMNS.items():
        if choices := getattr(filter_, key):
            yield _Way(key, tuple(_ALL.narrowed(column == choice.value) for choice in choices))


def _labelled(filter_: Filter, from_: date | None = None) -> Iterator[_Way]:
    labels = event_labels.c
    for key in _LABELS:
        going_on = () if from_ is None else (labels.last_day >= from_.isoformat(),)
        if values := _folded(filter_, key):
            every = _SortedIndex(labels.sort_key, labels.event_id, (labels.type == key, *going_on))
            yield _Way(key, tuple(every.narrowed(labels.value == value) for value in values))


def _going_on(from_: date) -> _Way:
    """What has begun before the day and may touch it."""
    day = from_.isoformat()
    since = {"within_month": day[:7], "within_year": day[:4], "longer": ""}
    return _Way(
        "",
        tuple(
            _ALL.narrowed(text(span), events.c.last_day >= day, events.c.sort_key >= since[name])
            for name, span in SPANS.items()
        ),
    )


def _folded(filter_: Filter, key: str) -> list[str]:
    return sorted(set(map(fold, getattr(filter_, key))))


def _conditions(filter_: Filter) -> dict[str, ColumnElement[bool]]:
    """The filter in SQL, by its keys: as Filter.matches, but that it lets in every series that
    might touch the days asked for."""
    # Not as the indexes have it: SQLite, without statistics, would look for ids along one of them.
    conditions: dict[str, ColumnElement[bool]] = {"": events.c.withdrawn.is_not(True)}
    for key, column in _COLUMNS.items():
        if choices := getattr(filter_, key):
            conditions[key] = column.in_([choice.value for choice in choices])
    for key in _LABELS:
        if values := _folded(filter_, key):
            conditions[key] = _has_label(key, values)
    for number, names in enumerate(filter_.words):
        # Both sides are folded, so that it does not matter that SQLite's LIKE ignores ASCII case.
        conditions[f"q {number}"] = or_(
            *(events.c.search.contains(name, autoescape=True) for name in names)
        )
    if filter_.from_ is not None:
        conditions["from"] = events.c.last_day >= filter_.from_.isoformat()
    if filter_.to is not None:
        conditions["to"] = events.c.first_day <= filter_.to.isoformat()
    return conditions


def _has_label(key: str, values: Sequence[str]) -> ColumnElement[bool]:
    """Asked of each event by itself: with EXISTS, or bare columns, PostgreSQL or SQLite may instead
    gather all events that have the label."""
    label = event_labels.c.type.concat(event_labels.c.value)
    held = select(func.count()).where(
        event_labels.c.event_id == events.c.id, label.in_([key + value for value in values])
    )
    return held.correlate(events).scalar_subquery() > 0


class _Walk:
    def __init__(
        self,
        connection: Connection,
        columns: Sequence[ColumnElement[Any]],
        filter_: Filter,
        only: ColumnElement[bool] | None,
    ) -> None:
        self._connection = connection
        self._columns = columns
        self._conditions = _conditions(filter_)
        if only is not None:
            self._conditions["only"] = only
        self._words = filter_.words
        self._index = bool(self._words) and indexed(connection)

    def all(self, filter_: Filter, after: Place | None) -> list[RowMapping]:
        """The rows behind `after`."""
        if self._index:
            return self._named(after, None)
        found: list[RowMapping] = []
        for ways, stretch in _sections(filter_, after):
            way, _ = self._thinnest(ways, stretch, _STRETCH)
            found += self._judged(way, stretch, None)
        return found

    def page(self, filter_: Filter, after: Place | None, limit: int) -> list[RowMapping]:
        """The first rows behind `after`, at most so many."""
        sections = list(_sections(filter_, after))
        # What began before the days is little, and of its own kind: it tells late how rare a text is.
        if self._index and len(sections) > 1 and self._step(*sections[-1], _GLANCE, limit).rare:
            return self._named(after, limit)
        found: list[RowMapping] = []
        for ways, stretch in sections:
            entries = _GLANCE if self._index else _STRETCH
            while len(found) < limit:
                step = self._step(ways, stretch, entries, limit - len(found))
                found += step.rows
                if step.rare:
                    return found + self._named(step.end, limit - len(found))
                if step.end is None:
                    break
                stretch = replace(stretch, after=step.end)
                entries *= 4
        return found

    def _step(self, ways: Sequence[_Way], stretch: _Stretch, entries: int, limit: int) -> _Step:
        way, end = self._thinnest(ways, stretch, entries)
        rows = self._judged(way, stretch if end is None else replace(stretch, until=end), limit)
        left = entries * (limit - len(rows)) // max(1, len(rows))
        ask = self._index and end is not None and left >= _FAR
        return _Step(rows, end, rare=ask and self._few(left))

    def _thinnest(
        self, ways: Sequence[_Way], stretch: _Stretch, entries: int
    ) -> tuple[_Way, Place | None]:
        """The way to go, and how far: None where all of it is short, or where every entry is a row
        and a page therefore ends the walk."""
        best, farthest = ways[0], self._reach(ways[0], stretch, entries)
        for way in ways[1:]:
            if farthest is None:
                break
            reach = self._reach(way, stretch, entries)
            if reach is None or reach > farthest:
                best, farthest = way, reach
        return best, farthest

    def _reach(self, way: _Way, stretch: _Stretch, entries: int) -> Place | None:
        """How far none of its lists has more entries than that."""
        if self._conditions.keys() <= {"", "only", "from", "to", way.key}:
            return None
        ends = []
        for list_ in way.lists:
            query = select(list_.sort_key, list_.id)
            query = query.where(*list_.where, *stretch.holds(list_.sort_key, list_.id))
            query = query.order_by(list_.sort_key, list_.id).offset(entries - 1).limit(1)
            ends += [(row[0], row[1]) for row in self._connection.execute(query)]
        return min(ends, default=None)

    def _judged(self, way: _Way, stretch: _Stretch, limit: int | None) -> list[RowMapping]:
        """The rows among the way's entries in the stretch."""
        others = [c for key, c in self._conditions.items() if not key or key != way.key]
        found = []
        for list_ in way.lists:
            query = select(*self._columns).where(*list_.where, *others)
            query = query.where(*stretch.holds(list_.sort_key, list_.id))
            if list_.id is not events.c.id:
                query = query.where(list_.id == events.c.id)
            query = query.order_by(list_.sort_key, list_.id).limit(limit)
            found.append(self._connection.execute(query).mappings().all())
        # An event with two of the labels asked for is in both their lists.
        apart = (next(same) for _, same in groupby(merge(*found, key=_place), key=_place))
        return list(islice(apart, limit))

    def _few(self, most: int) -> bool:
        """Whether the index for texts names at most so many."""
        query = candidates(self._connection, self._words).offset(most).limit(1)
        return self._connection.execute(query).first() is None

    def _named(self, after: Place | None, limit: int | None) -> list[RowMapping]:
        """The rows behind `after` among those that the index for texts names."""
        named = candidates(self._connection, self._words).cte("named")
        # Else PostgreSQL may go along the order, and ask of each text what pairs it has.
        named = named.prefix_with("MATERIALIZED", dialect="postgresql")
        query = select(named).where(*_Stretch(after).holds(named.c.sort_key, named.c.id))
        query = query.order_by(named.c.sort_key, named.c.id)
        found: list[RowMapping] = []
        with self._connection.execute(query) as names:
            for some in names.partitions(_STRETCH if limit is None else _GLANCE):
                rows = select(*self._columns).where(events.c.id.in_([id for id, _ in some]))
                rows = rows.where(*self._conditions.values())
                rows = rows.order_by(events.c.sort_key, events.c.id)
                rest = None if limit is None else limit - len(found)
                found += self._connection.execute(rows.limit(rest)).mappings()
                if limit is not None and len(found) >= limit:
                    break
        return found


def _place(row: RowMapping) -> Place:
    return row["sort_key"], row["id"]
