"""What can be asked of the store, inside one consistent view of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    func,
    or_,
    select,
)

from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.schedule import AlertKind
from service.core.dates.when import Precision
from service.core.events.catalogue import NOTHING_KNOWN, Catalogue
from service.core.events.event import ChangeKind, Event
from service.core.events.filters import Filter
from service.store import encoding, listing
from service.store.schema import (
    api_keys,
    channels,
    counter,
    deliveries,
    events,
    feed_answers,
    feeds,
    imports,
    journal,
    marks,
    named_channels,
    rule_channels,
    rules,
    tombstones,
)
from service.store.values import (
    Answer,
    Counts,
    FileEvent,
    JournalRow,
    Position,
    StoredChannel,
    StoredFeed,
    StoredImport,
    StoredKey,
    StoredRule,
    Tally,
    Tombstone,
)

T = TypeVar("T")
Known = Callable[[], Catalogue]
"""Gives the organisations that are known; asked for only where a text is looked for."""

_EVENT = (
    events.c.id,
    events.c.uid,
    events.c.details,
    events.c.sequence,
    events.c.version,
    events.c.origin,
    events.c.created_at,
    events.c.updated_at,
    events.c.withdrawn,
    events.c.calendar_version,
)
# The mark with the address that Reading.served_at gives. It belongs to a machine: no backup holds it.
SERVED_AT = "served_at"
# The mark that a restore leaves: see Reading.lost_changes.
LOST_CHANGES = "lost_changes"
# Changes that give an event another date, or one again.
_DATED = (
    ChangeKind.CREATED,
    ChangeKind.FIRMED,
    ChangeKind.LATER,
    ChangeKind.EARLIER,
    ChangeKind.LOOSENED,
    ChangeKind.RESTORED,
    ChangeKind.REINSTATED,
)
# Both databases limit the values of one statement; far below either limit.
_AT_ONCE = 1000
_LONGEST_ADDRESS = 500
_LARGEST = 2**31 - 1  # INTEGER of PostgreSQL, which refuses to compare with more


def nothing_known() -> Catalogue:
    """No organisations."""
    return NOTHING_KNOWN


class Reading:
    """One read transaction: all answers are of the same moment. For one thread, until it ends."""

    def __init__(self, connection: Connection, known: Known = nothing_known) -> None:
        self._connection = connection
        self._known = known
        self.unreadable: dict[str, str] = {}
        """Events that select() met and could not read, by id, and why: it goes on without them."""

    def position(self) -> Position:
        row = self._rows(select(counter.c.seq, counter.c.revision))[0]
        return Position(row["seq"], row["revision"])

    def event(self, id: str) -> Event | None:
        """The event, also a withdrawn one."""
        return self.events([id]).get(id)

    def events(self, ids: Iterable[str]) -> dict[str, Event]:
        """Those of the events that exist, by id, also withdrawn ones."""
        found: dict[str, Event] = {}
        for some in _batches(filter(storable, ids)):
            for row in self._rows(select(*_EVENT).where(events.c.id.in_(some))):
                found[row["id"]] = encoding.read_event(row)
        return found

    def taken(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids that an event has, also a withdrawn one."""
        found: set[str] = set()
        for some in _batches(filter(storable, ids)):
            found |= {
                row["id"] for row in self._rows(select(events.c.id).where(events.c.id.in_(some)))
            }
        return found

    def uids(self, uids: Iterable[str]) -> dict[str, str]:
        """The ids of the events that have one of these iCalendar UIDs, also of withdrawn ones, by UID."""
        found: dict[str, str] = {}
        for some in _batches(filter(storable, uids)):
            rows = self._rows(select(events.c.id, events.c.uid).where(events.c.uid.in_(some)))
            found |= {row["uid"]: row["id"] for row in rows}
        return found

    def readable(self, ids: Iterable[str]) -> list[Event]:
        """As events(), but what cannot be read is noted in `unreadable`, as select() does it."""
        found: list[Event | None] = []
        for some in _batches(filter(storable, ids)):
            rows = self._rows(select(*_EVENT).where(events.c.id.in_(some)))
            found += map(self._readable, rows)
        return [event for event in found if event is not None]

    def changed_since(self, seq: int) -> set[str]:
        """The ids of the events that changes numbered above `seq` are about, also of purged ones."""
        return self._journal_ids(seq)

    def by_uid(self, uid: str) -> Event | None:
        """The event with that iCalendar UID, also a withdrawn one."""
        if not storable(uid):
            return None
        rows = self._rows(select(*_EVENT).where(events.c.uid == uid))
        return encoding.read_event(rows[0]) if rows else None

    def select(
        self,
        filter: Filter,
        *,
        after: tuple[str, str] | None = None,
        limit: int | None = None,
    ) -> list[Event]:
        """The events that the filter matches, by `when.sort_key`, then id: exactly those of which
        `filter.matches` says so, hence no withdrawn ones.

        `after`: the sort key and id of the last event of the page before. Shorter than `limit`
        only where nothing follows.
        """
        filter = self.widened(filter)
        found: list[Event] = []
        while limit is None or len(found) < limit:
            rows = listing.rows(
                self._connection, _EVENT, filter, only=self._only, after=after, limit=limit
            )
            # SQL cannot tell whether a series has an occurrence between two days.
            found += [
                e
                for e in map(self._readable, rows)
                if e is not None and (e.details.recurrence is None or filter.touches(e))
            ]
            if limit is None or len(rows) < limit:
                break
            after = (rows[-1]["sort_key"], rows[-1]["id"])
        return found[:limit]

    def widened(self, filter: Filter) -> Filter:
        """The same, where its text has the name of an organisation with all names that it has: as
        select() and tally() understand it."""
        if not filter.q or filter.alike:
            return filter
        return replace(filter, alike=self._known().terms(filter.q))

    def tally(self, filter: Filter, most: int) -> Tally:
        """How many events the filter matches, counted up to `most`."""
        filter = self.widened(filter)
        columns = (events.c.id, events.c.precision, events.c.recurring)
        rows = listing.rows(self._connection, columns, filter, only=self._only, limit=most + 1)
        series = self.events(row["id"] for row in rows if row["recurring"])
        held = [
            row["precision"]
            for row in rows
            if row["id"] not in series or filter.touches(series[row["id"]])
        ]
        counted = held[:most]
        undated = sum(word not in (Precision.DAY, Precision.MINUTE) for word in counted)
        return Tally(len(counted), undated, len(rows) > most)

    def count(self) -> Counts:
        query = select(func.count().label("total")).where(~events.c.withdrawn)
        return Counts(self._rows(query.select_from(events))[0]["total"])

    def file_events(self, also: Iterable[str] = ()) -> dict[str, FileEvent]:
        """By id: every event of which events.yaml has said something that is still kept, and those
        of `also` that exist; withdrawn ones too."""
        query = select(*_EVENT, events.c.file_values)
        rows = self._rows(query.where(events.c.file_values.is_not(None)))
        for some in _batches(filter(storable, also)):
            rows += self._rows(query.where(events.c.id.in_(some), events.c.file_values.is_(None)))
        return {
            row["id"]: FileEvent(
                encoding.read_event(row),
                None if row["file_values"] is None else json.loads(row["file_values"]),
            )
            for row in rows
        }

    def history(self, id: str) -> list[JournalRow]:
        """Every change of one event, oldest first; empty for an unknown one."""
        if not storable(id):
            return []
        return self._journal(
            select(journal).where(journal.c.event_id == id).order_by(journal.c.seq)
        )

    def changes(self, since: int, limit: int | None = None) -> list[JournalRow]:
        """The changes numbered above `since`, in order and without gaps."""
        since = max(-1, min(since, _LARGEST))
        query = select(journal).where(journal.c.seq > since).order_by(journal.c.seq)
        return self._journal(query.limit(limit))

    def seq_at(self, moment: datetime) -> int:
        """The number of the newest change that was made by then; 0 where there was none."""
        query = select(func.coalesce(func.max(journal.c.seq), 0).label("seq"))
        return int(self._rows(query.where(journal.c.at <= moment))[0]["seq"])

    def versions_before(self, rows: Sequence[JournalRow]) -> dict[int, Event]:
        """For each change that was not an event's first, by its number, the event before it."""
        found: dict[int, Event] = {}
        ids = {row.event_id for row in rows}
        wanted = {(row.event_id, row.version - 1): row.seq for row in rows}
        for some in _batches(sorted(ids)):
            for row in self._rows(select(journal).where(journal.c.event_id.in_(some))):
                seq = wanted.get((row["event_id"], row["version"]))
                event = encoding.read_journal_row(row).event if seq is not None else None
                if seq is not None and event is not None:
                    found[seq] = event
        return found

    def newest_changes(
        self,
        limit: int,
        kinds: Collection[ChangeKind] | None = None,
        *,
        before: int | None = None,
    ) -> list[JournalRow]:
        """The last changes (of those kinds, with numbers below `before`), newest first."""
        query = select(journal).order_by(journal.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(journal.c.seq < before)
        if kinds is not None:
            query = query.where(journal.c.change.in_([kind.value for kind in kinds]))
        return self._journal(query)

    def feeds(self) -> list[StoredFeed]:
        """The feeds that are published, in the file's order, then by name."""
        query = select(feeds).where(feeds.c.active).order_by(feeds.c.position, feeds.c.name)
        return [encoding.read_feed(row) for row in self._rows(query)]

    def feed(self, name: str) -> StoredFeed | None:
        if not storable(name):
            return None
        rows = self._rows(select(feeds).where(feeds.c.name == name, feeds.c.active))
        return encoding.read_feed(rows[0]) if rows else None

    def rules(self, type: str | None = None) -> list[StoredRule]:
        """The rules (of one type), by type, then in the file's order."""
        query = select(rules).order_by(rules.c.type, rules.c.position, rules.c.name)
        if type is not None:
            query = query.where(rules.c.type == type)
        since: dict[tuple[str, str], dict[str, datetime]] = {}
        for row in self._rows(select(rule_channels)):
            held = since.setdefault((row["type"], row["rule"]), {})
            held[row["channel"]] = row["known_since"]
        return [
            encoding.read_rule(row, since.get((row["type"], row["name"]), {}))
            for row in self._rows(query)
        ]

    def named_channels(self) -> list[StoredChannel]:
        """The channels beside Slack, in the file's order."""
        query = select(named_channels).order_by(named_channels.c.position, named_channels.c.name)
        return [encoding.read_channel(row) for row in self._rows(query)]

    def answer(self, address: str) -> Answer | None:
        """What was last remembered of an address."""
        query = select(feed_answers).where(feed_answers.c.address == address_key(address))
        rows = self._rows(query)
        return encoding.read_answer(rows[0]) if rows else None

    def api_keys(self) -> list[StoredKey]:
        """Every key that was ever made, by name."""
        return [encoding.read_key(row) for row in self._rows(select(api_keys).order_by("name"))]

    def api_key(self, digest: str) -> StoredKey | None:
        """The key of that SHA-256, also a revoked one."""
        rows = self._rows(select(api_keys).where(api_keys.c.digest == digest))
        return encoding.read_key(rows[0]) if rows else None

    def tombstone(self, id: str, uid: str | None = None) -> Tombstone | None:
        """What is left of a purged event of that id, else of that UID."""
        same = tombstones.c.id == id
        if uid is not None:
            same = or_(same, tombstones.c.uid == uid)
        rows = self._rows(select(tombstones).where(same).order_by(tombstones.c.id != id))
        return Tombstone(rows[0]["uid"], rows[0]["sequence"]) if rows else None

    def tombstones(self, uids: Mapping[str, str]) -> dict[str, Tombstone]:
        """As tombstone(), for many events' ids and UIDs, by id."""
        rows = [
            row
            for column, given in ((tombstones.c.id, uids.keys()), (tombstones.c.uid, uids.values()))
            for some in _batches(given)
            for row in self._rows(select(tombstones).where(column.in_(some)))
        ]
        by_id = {row["id"]: row for row in rows}
        by_uid = {row["uid"]: row for row in rows}
        found = {id_: by_id.get(id_) or by_uid.get(uid) for id_, uid in uids.items()}
        return {id_: Tombstone(row["uid"], row["sequence"]) for id_, row in found.items() if row}

    def mark(self, name: str) -> str | None:
        """A fact about the database as a whole."""
        rows = self._rows(select(marks).where(marks.c.name == name))
        return str(rows[0]["value"]) if rows else None

    def marks(self, prefix: str) -> dict[str, str]:
        """The facts whose names begin so, by name and in its order."""
        query = select(marks).where(marks.c.name.startswith(prefix, autoescape=True))
        rows = self._rows(query.order_by(marks.c.name))
        return {str(row["name"]): str(row["value"]) for row in rows}

    def served_at(self) -> str | None:
        """The address under which `horizon serve` last began to serve this database."""
        return self.mark(SERVED_AT)

    def import_(self, id: str) -> StoredImport | None:
        """What was kept for review under that id."""
        if not storable(id):
            return None
        rows = self._rows(select(imports).where(imports.c.id == id))
        return encoding.read_import(rows[0]) if rows else None

    def imports(self, limit: int, before: str | None = None) -> list[StoredImport]:
        """What was kept, the newest first, without its content; `before` is the id of the one after
        which to go on."""
        columns = [column for column in imports.c if column is not imports.c.content]
        query = select(*columns).order_by(imports.c.created_at.desc(), imports.c.id.desc())
        if before is not None:
            at = select(imports.c.created_at).where(imports.c.id == before).scalar_subquery()
            earlier = and_(imports.c.created_at == at, imports.c.id < before)
            query = query.where(or_(imports.c.created_at < at, earlier))
        return [encoding.read_import(row) for row in self._rows(query.limit(limit))]

    def delivery(self, key: str) -> Delivery | None:
        rows = (
            self._rows(select(deliveries).where(deliveries.c.key == key)) if storable(key) else []
        )
        return encoding.read_delivery(rows[0]) if rows else None

    def deliveries(
        self, states: Collection[State] | None = None, limit: int | None = None
    ) -> list[Delivery]:
        """The ledger (of those states), by when they are or were due."""
        query = select(deliveries).order_by(deliveries.c.due_at, deliveries.c.key).limit(limit)
        if states is not None:
            query = query.where(deliveries.c.state.in_([state.value for state in states]))
        return [encoding.read_delivery(row) for row in self._rows(query)]

    def told(self, id: str) -> list[Delivery]:
        """The deliveries that are about one event, and the digests whose message has it, by when
        they are or were due. A message is kept as it went out, each event in it linked to its page:
        what such a one left out (另有 n 项) is not found."""
        linked = deliveries.c.message.contains(f'/events/{id}"', autoescape=True)
        digest = and_(deliveries.c.kind == AlertKind.DIGEST.value, linked)
        query = select(deliveries).where(or_(deliveries.c.event_id == id, digest))
        rows = self._rows(query.order_by(deliveries.c.due_at, deliveries.c.key))
        return [encoding.read_delivery(row) for row in rows]

    def newest_deliveries(
        self, limit: int, states: Collection[State] | None = None
    ) -> list[Delivery]:
        """The last of the ledger (of those states), newest first."""
        query = select(deliveries).order_by(deliveries.c.due_at.desc(), deliveries.c.key)
        if states is not None:
            query = query.where(deliveries.c.state.in_([state.value for state in states]))
        return [encoding.read_delivery(row) for row in self._rows(query.limit(limit))]

    def delivery_counts(self) -> dict[State, int]:
        """How many deliveries the ledger has in each state; a state without any is left out."""
        query = select(deliveries.c.state, func.count().label("total"))
        rows = self._rows(query.group_by(deliveries.c.state))
        return {State(row["state"]): row["total"] for row in rows}

    def channel_counts(self) -> list[tuple[str, State, int]]:
        """How many deliveries each channel has in each state."""
        columns = (deliveries.c.channel, deliveries.c.state)
        rows = self._rows(select(*columns, func.count().label("total")).group_by(*columns))
        return [(row["channel"], State(row["state"]), row["total"]) for row in rows]

    def oldest_due(self, states: Collection[State]) -> datetime | None:
        """When the oldest delivery of those states fell due."""
        due_at: datetime | None = self._connection.scalar(
            select(func.min(deliveries.c.due_at)).where(
                deliveries.c.state.in_([state.value for state in states])
            )
        )
        return due_at

    def last_ts(self) -> str | None:
        """Slack's `ts` of the newest message that was sent. Reads through all that were."""
        slack = deliveries.c.ts.like(
            "1%.%"
        )  # seconds and a fraction; other channels' ids have none
        ts: str | None = self._connection.scalar(
            select(func.max(deliveries.c.ts)).where(deliveries.c.state == State.SENT.value, slack)
        )
        return ts

    def existing_deliveries(self, keys: Iterable[str]) -> dict[str, Delivery]:
        """Those of the keys that the ledger has."""
        found = {}
        for some in _batches(keys):
            for row in self._rows(select(deliveries).where(deliveries.c.key.in_(some))):
                found[row["key"]] = encoding.read_delivery(row)
        return found

    def joined(self, key: str) -> list[Delivery]:
        """The deliveries that the message of this one tells too."""
        query = select(deliveries).where(deliveries.c.joined_to == key).order_by(deliveries.c.key)
        return [encoding.read_delivery(row) for row in self._rows(query)]

    def digest_covered(self, rule: str, channel: str = "") -> int | None:
        """The highest change number that a sent digest of that name covers, of those to Slack or to
        the channel named."""
        day = "_" * len("2026-05-13")  # of any date
        keys = f"digest/{rule}/{day}/{channel}" if channel else f"digest/{rule}/{day}"
        query = select(func.max(deliveries.c.covers_seq).label("seq")).where(
            deliveries.c.kind == AlertKind.DIGEST.value,
            deliveries.c.rule == rule,
            deliveries.c.key.like(keys),
            deliveries.c.state == State.SENT.value,
        )
        seq = self._rows(query)[0]["seq"]
        return None if seq is None else int(seq)

    def dates_known(self, ids: Iterable[str]) -> dict[str, datetime]:
        """Since when each event has had its present date (or has been back, or on again)."""
        found: dict[str, datetime] = {}
        dated = or_(
            journal.c.change.in_([kind.value for kind in _DATED]),
            and_(journal.c.change == ChangeKind.EDITED.value, journal.c["keys"].contains('"when"')),
        )
        for some in _batches(ids):
            query = (
                select(journal.c.event_id, func.max(journal.c.at).label("at"))
                .where(journal.c.event_id.in_(some), dated)
                .group_by(journal.c.event_id)
            )
            for row in self._connection.execute(query):
                found[row.event_id] = row.at
        return found

    def channel_free_at(self, channel: str) -> datetime | None:
        """When the channel may be written to next."""
        rows = self._rows(select(channels).where(channels.c.name == channel))
        return rows[0]["next_at"] if rows else None

    def channels_held_beyond(self, moment: datetime) -> list[str]:
        """The channels that may not be written to before a time after that moment."""
        rows = self._rows(select(channels.c.name).where(channels.c.next_at > moment))
        return [row["name"] for row in rows]

    def lost_changes(self) -> tuple[int, int] | None:
        """The last number before those that a restore took back, and the last of them. Whoever has
        read one of those knows what is no longer so."""
        text = self.mark(LOST_CHANGES)
        if text is None:
            return None
        before, last = text.split()
        return int(before), int(last)

    @property
    def _only(self) -> ColumnElement[bool] | None:
        """Which events `select` looks at, where not at all."""
        return None

    def _journal_ids(self, since: int) -> set[str]:
        query = select(journal.c.event_id).where(journal.c.seq > since).distinct()
        return {row["event_id"] for row in self._rows(query)}

    def _versions_at(self, ids: Iterable[str], seq: int) -> Iterator[Event]:
        for some in _batches(sorted(ids)):
            newest = (
                select(func.max(journal.c.seq))
                .where(journal.c.event_id.in_(some), journal.c.seq <= seq)
                .group_by(journal.c.event_id)
            )
            query = select(journal.c.event_id.label("id"), journal.c.event)
            for row in self._rows(query.where(journal.c.seq.in_(newest))):
                event = self._readable(row, encoding.read_version)
                if event is not None:
                    yield event

    def _readable(
        self, row: RowMapping, read: Callable[[RowMapping], Event | None] = encoding.read_event
    ) -> Event | None:
        try:
            return read(row)
        except (ValueError, KeyError, TypeError) as fault:
            # One row that somebody tampered with, or whose time zone is no more, must not take
            # every list and every feed with it.
            self.unreadable[row["id"]] = f"{type(fault).__name__}: {fault}"
            return None

    def _rows(self, query: Select[*tuple[object, ...]]) -> list[RowMapping]:
        return list(self._connection.execute(query).mappings())

    def _journal(self, query: Select[*tuple[object, ...]]) -> list[JournalRow]:
        return [encoding.read_journal_row(row) for row in self._rows(query)]


def address_key(address: str) -> str:
    """What an address is kept under: itself, or its digest where a database's index could not
    hold it."""
    if len(address) <= _LONGEST_ADDRESS and storable(address):
        return address
    return "sha256:" + hashlib.sha256(address.encode(errors="surrogatepass")).hexdigest()


def storable(text: str) -> bool:
    """Whether a database could hold the text at all. An address can bring anything; PostgreSQL
    refuses NUL, both refuse surrogates, and what cannot be stored is simply not there."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


def _batches(items: Iterable[T]) -> Iterator[Sequence[T]]:
    rest = iter(items)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
