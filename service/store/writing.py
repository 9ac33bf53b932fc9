"""What can be changed in the store, inside one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, and_, case, delete, func, insert, or_, select, update

from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.rules import key_parts
from service.core.alerts.schedule import AlertKind
from service.core.events.event import CalendarVersion, Change, ChangeKind, Event, Origin, Source
from service.errors import Conflict, NotFound
from service.store import encoding
from service.store.reading import Known, Reading, nothing_known
from service.store.schema import (
    api_keys,
    channels,
    counter,
    deliveries,
    event_labels,
    events,
    feeds,
    imports,
    journal,
    marks,
    named_channels,
    replies,
    rule_channels,
    rules,
    time_text,
    tombstones,
)
from service.store.values import (
    Position,
    StoredChannel,
    StoredFeed,
    StoredImport,
    StoredKey,
    StoredReply,
    StoredRule,
)

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

KEPT = timedelta(hours=24)
IMPORTS_KEPT = timedelta(days=30)


class Writing(Reading):
    """One writing transaction, and the only one at a time: it holds the counter's row from its
    first statement on, so changes become visible in the order of their numbers."""

    def __init__(self, connection: Connection, now: datetime, known: Known = nothing_known) -> None:
        super().__init__(connection, known)
        time_text(now)  # refuses a naive one
        held = connection.execute(select(counter).with_for_update()).mappings().one()
        self._seq: int = held["seq"]
        self._revision: int = held["revision"]
        # A clock that was set back must not make a change look older than the one before it.
        self._at: datetime = max(now, held["last_at"] or now)
        self._first_seq = self._seq
        self._changed = False

    def position(self) -> Position:
        """Where the store will be once this transaction is committed."""
        return Position(self._seq, self._revision + self._changed)

    @property
    def changed(self) -> bool:
        """Whether it has changed events, feeds or rules."""
        return self._changed

    def record(
        self,
        change: Change,
        *,
        who: str,
        origin: Origin,
        source: Source | None = None,
        corrected: Mapping[str, tuple[str, str]] | None = None,
    ) -> int:
        """Stores the event after the change, and the change as the next row of the journal.

        `source`: where the change was read; `corrected`: by key what was read there, and what a person
        made of it. Gives the row's number. Raises Conflict, having
        stored nothing of it, where the stored event is not the one before the change, or the new
        event's id or uid is taken.
        """
        self._store_event(change)
        self._store_labels(change)
        told = change.before.calendar_version if change.before else None
        if change.after.calendar_version != told:
            self.set_calendar_version(change.after.id, change.after.calendar_version)
        self._connection.execute(
            insert(journal), self._journal_row(change, who, origin, source, corrected)
        )
        return self._seq

    def record_new(
        self, created: Sequence[tuple[Change, Source | None]], *, who: str, origin: Origin
    ) -> None:
        """As record(), for many new events at once, each with where it was read. Raises Conflict,
        having stored nothing, where an id or a UID is taken."""
        new = [change.after for change, _ in created]
        self._refuse_taken(new)
        labels = [label for event in new for label in _label_rows(event.id, encoding.labels(event))]
        rows = [self._journal_row(change, who, origin, source) for change, source in created]
        for table, values in (
            (events, [encoding.event_columns(event) for event in new]),
            (event_labels, labels),
            (journal, rows),
        ):
            if values:
                self._connection.execute(insert(table), values)
        for event in new:
            if event.calendar_version is not None:
                self.set_calendar_version(event.id, event.calendar_version)

    def _refuse_taken(self, new: Sequence[Event]) -> None:
        ids, uids = Counter(event.id for event in new), Counter(event.uid for event in new)
        taken, by_uid = self.taken(ids), self.uids(uids)
        for event in new:
            if event.id in taken or event.uid in by_uid or ids[event.id] > 1 or uids[event.uid] > 1:
                raise _taken(event)

    def _journal_row(
        self,
        change: Change,
        who: str,
        origin: Origin,
        source: Source | None,
        corrected: Mapping[str, tuple[str, str]] | None = None,
    ) -> dict[str, Any]:
        """The next row of the journal."""
        self._seq += 1
        self._changed = True
        event = change.after
        return {
            "seq": self._seq,
            "event_id": event.id,
            "version": event.version,
            "at": self._at,
            "change": change.kind.value,
            "from_when": change.from_when,
            "to_when": change.to_when,
            "days": change.days,
            "who": who,
            "origin": origin.value,
            "source": encoding.source_text(source, corrected),
            "keys": encoding.to_json(change.keys),
            "sequence": event.sequence,
            "event": encoding.event_text(event),
        }

    def set_file_values(self, id: str, values: dict[str, Any] | None) -> None:
        """Keeps what events.yaml now says of an event, JSON values by key; None: it left the file.

        Raises NotFound.
        """
        text = None if values is None else encoding.to_json(values)
        done = self._connection.execute(
            update(events).where(events.c.id == id).values(file_values=text)
        )
        if not done.rowcount:
            raise NotFound("event", id)
        self._changed = True

    def set_calendar_version(self, id: str, version: CalendarVersion | None) -> None:
        """Keeps what its calendar last said of an event, also of one that did not change by it, and so
        has no new version in the journal. Nothing that anybody is shown differs."""
        text = encoding.calendar_version_text(version)
        self._connection.execute(
            update(events).where(events.c.id == id).values(calendar_version=text)
        )

    def purge(self, event: Event, *, who: str, origin: Origin) -> int:
        """Erases the event and its history, and whatever else was kept with its words; a row without
        content says that it was there. Gives that row's number."""
        for table in (event_labels, journal):
            self._connection.execute(delete(table).where(table.c.event_id == event.id))
        self._erase_mentions(event.id)
        self._connection.execute(delete(events).where(events.c.id == event.id))
        put = self._insert(tombstones).values(id=event.id, uid=event.uid, sequence=event.sequence)
        new = {"uid": put.excluded.uid, "sequence": put.excluded.sequence}
        self._connection.execute(put.on_conflict_do_update(index_elements=["id"], set_=new))
        self._seq += 1
        self._changed = True
        self._connection.execute(
            insert(journal),
            {
                "seq": self._seq,
                "event_id": event.id,
                "version": event.version + 1,
                "at": self._at,
                "change": ChangeKind.PURGED.value,
                "from_when": None,
                "to_when": None,
                "days": None,
                "who": who,
                "origin": origin.value,
                "source": None,
                "keys": "[]",
                "sequence": event.sequence,
                "event": encoding.PURGED,
            },
        )
        return self._seq

    def _erase_mentions(self, id: str) -> None:
        named = f'"{id}"'  # as JSON has it
        of_it = replies.c.body.contains(named, autoescape=True)
        self._connection.execute(delete(replies).where(of_it))
        # Whoever still wants to review the rest of such a document sends it again.
        either = (imports.c.content, imports.c.applied)
        of_it = or_(*(column.contains(named, autoescape=True) for column in either))
        self._connection.execute(delete(imports).where(of_it))
        # What was sent keeps who was told and when. A digest that has not left is composed anew; other
        # messages that were tried go on as they are, since none can be made of an event that is gone.
        linked = deliveries.c.message.contains(f'/events/{id}"', autoescape=True)
        over = deliveries.c.state.in_([State.SENT, State.WITHDRAWN])
        waits = and_(
            deliveries.c.kind == AlertKind.DIGEST,
            deliveries.c.state.in_([State.OWED, State.RETRY, State.FAILED, State.SKIPPED]),
        )
        of_it = and_(or_(deliveries.c.event_id == id, linked), or_(over, waits))
        self._connection.execute(update(deliveries).where(of_it).values(message=None))
        # No message was made of these yet, and none can be any more.
        of_it = and_(
            deliveries.c.event_id == id,
            deliveries.c.kind != AlertKind.DIGEST,
            deliveries.c.state.in_([State.OWED, State.RETRY, State.FAILED]),
            deliveries.c.message.is_(None),
            deliveries.c.joined_to.is_(None),
        )
        gone = {"state": State.WITHDRAWN, "error": "the event was purged", "next_at": None}
        self._connection.execute(update(deliveries).where(of_it).values(gone))

    def put_api_key(self, key: StoredKey) -> None:
        """Makes the key, in the place of a revoked one of that name."""
        self._connection.execute(delete(api_keys).where(api_keys.c.name == key.name))
        self._connection.execute(insert(api_keys), encoding.key_columns(key))

    def revoke_api_key(self, name: str, now: datetime) -> None:
        self._connection.execute(
            update(api_keys).where(api_keys.c.name == name).values(revoked_at=now)
        )

    def reply(self, key: str) -> StoredReply | None:
        """The answer kept for a request within the last 24 hours."""
        self._connection.execute(delete(replies).where(replies.c.created_at < self._at - KEPT))
        rows = self._rows(select(replies).where(replies.c.key == key))
        return encoding.read_reply(rows[0]) if rows else None

    def keep_reply(self, key: str, reply: StoredReply) -> None:
        """Keeps the answer to a request that may be sent again."""
        columns = {
            "key": key,
            "fingerprint": reply.fingerprint,
            "status": reply.status,
            "body": reply.body,
            "headers": encoding.to_json(reply.headers),
            "created_at": self._at,
        }
        self._connection.execute(insert(replies), columns)

    def put_import(self, stored: StoredImport) -> None:
        """Keeps an import for review; those that were made more than 30 days ago go. The same one
        again stays what it is."""
        old = imports.c.created_at < self._at - IMPORTS_KEPT
        self._connection.execute(delete(imports).where(old))
        put = self._insert(imports).values(encoding.import_columns(stored))
        self._connection.execute(put.on_conflict_do_nothing())

    def save_import(self, stored: StoredImport, *, content: bool = False) -> None:
        """Stores what was decided about an import since; `content`: what it holds is another too."""
        values = {"applied": encoding.decisions_text(stored)}
        if content:
            values["content"] = encoding.to_json(stored.content)
        self._connection.execute(update(imports).where(imports.c.id == stored.id).values(values))

    def put_mark(self, name: str, value: str) -> None:
        """Notes a fact about the database as a whole."""
        put = self._insert(marks).values(name=name, value=value)
        self._connection.execute(
            put.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )

    def drop_mark(self, name: str) -> None:
        """Takes a fact back."""
        self._connection.execute(delete(marks).where(marks.c.name == name))

    def owe(self, delivery: Delivery) -> bool:
        """Enters a delivery into the ledger, unless its key is there already; whether it was new."""
        put = self._insert(deliveries).values(encoding.delivery_columns(delivery))
        done = self._connection.execute(
            put.on_conflict_do_nothing(), execution_options={"preserve_rowcount": True}
        )
        return done.rowcount == 1

    def save_delivery(self, delivery: Delivery, *, before: Delivery) -> bool:
        """Stores the delivery if nobody has touched it since it was `before`; whether it was so.

        The lease is part of that: a process that was too slow finds another's token, or none.
        """
        same = [
            deliveries.c.key == before.key,
            deliveries.c.state == before.state.value,
            deliveries.c.attempts == before.attempts,
            deliveries.c.lease.is_(None)
            if before.lease is None
            else deliveries.c.lease == before.lease,
        ]
        done = self._connection.execute(
            update(deliveries).where(*same).values(encoding.delivery_columns(delivery))
        )
        return done.rowcount == 1

    def take_turn(
        self, channel: str, now: datetime, until: datetime, *, ours: datetime | None = None
    ) -> bool:
        """Reserves the channel until then, if it is free now or still reserved as by `ours`, when
        a turn taken before was to end."""
        put = self._insert(channels).values(name=channel, next_at=until)
        free = put.on_conflict_do_update(
            index_elements=["name"],
            set_={"next_at": until},
            where=or_(channels.c.next_at <= now, channels.c.next_at == ours),
        )
        done = self._connection.execute(free, execution_options={"preserve_rowcount": True})
        return done.rowcount == 1

    def hold_channel(self, channel: str, until: datetime) -> None:
        """Keeps everybody off the channel until then, at least."""
        put = self._insert(channels).values(name=channel, next_at=until)
        held = put.on_conflict_do_update(
            index_elements=["name"], set_={"next_at": until}, where=channels.c.next_at < until
        )
        self._connection.execute(held)

    def release_channels(self, beyond: datetime, now: datetime) -> None:
        """Frees the channels that are held until after `beyond`."""
        held = update(channels).where(channels.c.next_at > beyond)
        self._connection.execute(held.values(next_at=now))

    def put_feed(self, feed: StoredFeed) -> None:
        """Makes or replaces the feed of that name, which keeps when it was created.

        Its secret is replaced where the feed brings another. One that was dropped and now returns
        has its old secret whatever it brings, so that its subscribers find it again.
        """
        put = self._insert(feeds).values(encoding.feed_columns(feed))
        new = {c.name: c for c in put.excluded if c.name not in ("name", "created_at", "secret")}
        kept = case(
            (feeds.c.active, func.coalesce(put.excluded.secret, feeds.c.secret)),
            else_=func.coalesce(feeds.c.secret, put.excluded.secret),
        )
        self._connection.execute(
            put.on_conflict_do_update(index_elements=["name"], set_={**new, "secret": kept})
        )
        self._changed = True

    def drop_feed(self, name: str) -> None:
        """Publishes the feed no longer; its secret is kept for its return. Raises NotFound."""
        if self.feed(name) is None:
            raise NotFound("feed", name)
        self._connection.execute(update(feeds).where(feeds.c.name == name).values(active=False))
        self._changed = True

    def put_rules(self, rules_: Sequence[StoredRule]) -> None:
        """Replaces all rules. One whose type and name were there stays known since then, and so does
        each channel that it named."""
        held = self.rules()
        before = {(rule.type, rule.name): rule for rule in held}
        new = [_as_known(rule, before.get((rule.type, rule.name))) for rule in rules_]
        if sorted(new, key=_rule_key) == sorted(held, key=_rule_key):
            return
        self._connection.execute(delete(rules))
        self._connection.execute(delete(rule_channels))
        if new:
            self._connection.execute(insert(rules), [encoding.rule_columns(rule) for rule in new])
        later = [
            {"type": rule.type, "rule": rule.name, "channel": channel, "known_since": since}
            for rule in new
            for channel, since in rule.channels_since.items()
        ]
        if later:
            self._connection.execute(insert(rule_channels), later)
        self._changed = True

    def put_channels(self, channels_: Sequence[StoredChannel]) -> None:
        """Replaces all that is described beside Slack."""
        if list(channels_) == self.named_channels():
            return
        self._connection.execute(delete(named_channels))
        if channels_:
            columns = [encoding.channel_columns(channel) for channel in channels_]
            self._connection.execute(insert(named_channels), columns)
        self._changed = True

    def finish(self) -> None:
        """Stores the counter; the last thing before the commit."""
        if not self._changed:
            return
        values: dict[str, Any] = {"seq": self._seq, "revision": self._revision + 1}
        if self._seq > self._first_seq:
            values["last_at"] = self._at
        self._connection.execute(update(counter).values(values))

    def _store_event(self, change: Change) -> None:
        columns = encoding.event_columns(change.after)
        if change.before is None:
            # Not left to a failing INSERT, after which PostgreSQL refuses the whole transaction
            # while SQLite goes on.
            done = self._connection.execute(
                self._insert(events).on_conflict_do_nothing(),
                columns,
                execution_options={"preserve_rowcount": True},  # else it is kept of UPDATEs only
            )
            if done.rowcount != 1:
                raise _taken(change.after)
            return
        done = self._connection.execute(
            update(events).where(
                events.c.id == change.before.id, events.c.version == change.before.version
            ),
            columns,
        )
        if done.rowcount != 1:
            raise Conflict(
                f"someone else has changed the event {change.before.id} in between "
                f"(version {change.before.version} is no longer the newest); read it again"
            )

    def _store_labels(self, change: Change) -> None:
        before = encoding.labels(change.before) if change.before else set()
        after = encoding.labels(change.after)
        if before - after:
            self._connection.execute(
                delete(event_labels).where(event_labels.c.event_id == change.after.id)
            )
            before = set()
        if after - before:
            self._connection.execute(
                insert(event_labels), _label_rows(change.after.id, after - before)
            )

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        return dialect_insert(self._connection, table)


def _label_rows(id_: str, labels: Set[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"event_id": id_, "type": type_, "value": value} for type_, value in sorted(labels)]


def _taken(event: Event) -> Conflict:
    return Conflict(f"there is an event with the id {event.id} or the uid {event.uid} already")


def dialect_insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which SQLAlchemy has per database, though alike."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def _as_known(rule: StoredRule, held: StoredRule | None) -> StoredRule:
    """The rule with since when it, and each channel that it names, is known."""
    if held is None:
        return rule
    before = key_parts(held.spec)
    since = {
        part: held.channels_since.get(part) if part in before else rule.known_since
        for part in key_parts(rule.spec)
    }
    later = {part: at for part, at in since.items() if at is not None}
    return replace(rule, known_since=held.known_since, channels_since=later)


def _rule_key(rule: StoredRule) -> tuple[str, str]:
    return rule.type, rule.name
