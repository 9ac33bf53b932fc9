"""Whether a database is whole: what every crash test asks once the dust has settled.

    faults(engine) -> list[str]        one line for each thing that does not fit; empty for a sound one

It reads the tables themselves, and then asks the store's own door whether it finds the same. Nothing
here knows what was being written when the power went.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, RowMapping, Table, select

from service.core.alerts.deliveries import UNFINISHED, State
from service.core.events.event import Event
from service.core.events.filters import Filter, searchable
from service.operations.alerts.stored_rules import read_rules
from service.store import Reading, Store, encoding
from service.store.engine import REVISIONS
from service.store.reading import LOST_CHANGES
from service.store.schema import (
    api_keys,
    counter,
    deliveries,
    event_labels,
    events,
    imports,
    journal,
    marks,
    replies,
    tombstones,
)

MOST_SEARCHED = 40


def faults(engine: Engine) -> list[str]:
    """What does not fit together in the database, in words."""
    with engine.connect() as connection:
        found = [*_file(connection), *_events_and_journal(connection), *_ledger(connection)]
        found += _the_rest(connection)
    with Store(engine).reading() as reading:
        return [*found, *_read_back(reading)]


def _rows(connection: Connection, table: Table) -> list[RowMapping]:
    return list(connection.execute(select(table)).mappings())


def _file(connection: Connection) -> Iterator[str]:
    revisions = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars()
    if (held := list(revisions)) != [REVISIONS[-1]]:
        yield f"the schema's revision is {held}"
    if connection.dialect.name == "sqlite":
        if (told := connection.exec_driver_sql("PRAGMA integrity_check").scalar()) != "ok":
            yield f"integrity_check: {told}"
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield f"foreign_key_check: {tuple(row)}"


def _events_and_journal(connection: Connection) -> Iterator[str]:
    """Every event stands in the journal, version by version, the last one as it is now; and what is
    copied from it to be searched by is a copy of it."""
    held = {row["id"]: row for row in _rows(connection, events)}
    history: dict[str, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(select(journal).order_by(journal.c.seq)).mappings():
        history[row["event_id"]].append(row)
    labels: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in _rows(connection, event_labels):
        labels[row["event_id"]].add((row["type"], row["value"]))
    for id, row in held.items():
        event = encoding.read_event(row)
        columns = encoding.event_columns(event)
        for name, value in columns.items():
            if row[name] != value:
                yield f"{id}: {name} is {row[name]!r:.80}, not {value!r:.80}"
        if labels.pop(id, set()) != encoding.labels(event):
            yield f"{id}: its labels are not those of the event"
        yield from _history(event, history.pop(id, []))
    yield from (f"{id}: labels of an event that is not there" for id in labels)
    stones = {row["id"] for row in _rows(connection, tombstones)}
    for id, rows in history.items():
        if [row["event"] for row in rows] != [encoding.PURGED] or id not in stones:
            yield f"{id}: a history without an event, which was not purged"
    yield from _numbers(connection)


def _history(event: Event, rows: list[RowMapping]) -> Iterator[str]:
    rows = [row for row in rows if row["event"] != encoding.PURGED]  # of a purge before it returned
    versions = [row["version"] for row in rows]
    if versions != list(range(1, event.version + 1)):
        yield f"{event.id}: version {event.version}, and its history has {versions}"
        return
    # What its calendar said again since, changing nothing, is no version of its own.
    told = {"calendar_version": event.calendar_version}
    if replace(encoding.read_event_text(rows[-1]["event"]), **told) != event:
        yield f"{event.id}: its newest version is not what it is"
    sequences = [row["sequence"] for row in rows]
    if sequences != sorted(sequences) or sequences[-1] != event.sequence:
        yield f"{event.id}: its sequence went {sequences}"


def _numbers(connection: Connection) -> Iterator[str]:
    """The journal's numbers are those up to the counter, but for what was purged (an id at most once)
    or lost by a restore; and time does not run backwards in it."""
    (held,) = _rows(connection, counter)
    rows = list(
        connection.execute(
            select(journal.c.seq, journal.c.at, journal.c.version, journal.c.event).order_by(
                journal.c.seq
            )
        ).mappings()
    )
    gone = sum(row["version"] - 1 for row in rows if row["event"] == encoding.PURGED)
    lost = connection.execute(select(marks.c.value).where(marks.c.name == LOST_CHANGES)).scalar()
    if lost is not None:
        before, last = map(int, lost.split())
        gone += last + 1 - before
    if len(rows) + gone != held["seq"]:
        yield f"the counter stands at {held['seq']}, with {len(rows)} changes and {gone} gone"
    if rows and rows[-1]["seq"] > held["seq"]:
        yield f"the newest change is {rows[-1]['seq']}, and the counter at {held['seq']}"
    times = [row["at"] for row in rows]
    if times != sorted(times):
        yield "the journal's times are not in order"


def _ledger(connection: Connection) -> Iterator[str]:
    """Each delivery is in one of the states that the ledger knows, with what belongs to it."""
    held = {row["key"]: row for row in _rows(connection, deliveries)}
    # What was sent of a purged event keeps who was told and when, without its words.
    purged = any(row["event"] == encoding.PURGED for row in _rows(connection, journal))
    for key, row in held.items():
        state = State(row["state"])
        leader = held.get(row["joined_to"]) if row["joined_to"] else None
        wrong: dict[str, Any] = {
            "a lease while it is not being sent": state is not State.SENDING and row["lease"],
            "no lease while it is being sent": state is State.SENDING and not row["lease_until"],
            "sent without a ts": state is State.SENT and row["ts"] is None,
            "a ts and not sent": state is not State.SENT and row["ts"] is not None,
            "begun without a message": row["started_at"] is not None
            and row["joined_to"] is None
            and row["message"] is None
            and not (purged and state in (State.SENT, State.WITHDRAWN)),
            "nothing says when it goes on": state in UNFINISHED
            and state is not State.SENDING
            and row["joined_to"] is None
            and row["next_at"] is None,
            "joined to what is not there": bool(row["joined_to"]) and leader is None,
            "apart from what it is joined to": leader is not None and leader["state"] != state,
        }
        yield from (f"{key} ({state}): {what}" for what, true in wrong.items() if true)


def _the_rest(connection: Connection) -> Iterator[str]:
    for row in _rows(connection, imports):
        stored = encoding.read_import(row)
        if unknown := set(stored.applied) - {p["id"] for p in stored.content["proposals"]}:
            yield f"import {stored.id}: applied {unknown}, which it does not have"
    for row in _rows(connection, replies):
        kept = encoding.read_reply(row)
        if kept.body:
            json.loads(kept.body)
    for row in _rows(connection, api_keys):
        if len(encoding.read_key(row).digest) != 64:
            yield f"key {row['name']}: no digest"


def _read_back(reading: Reading) -> Iterator[str]:
    """What the store's own door finds: all events, by their labels and by their texts."""
    found = reading.select(Filter())
    total = reading.count().total
    if len(found) != total or reading.unreadable:
        yield f"{total} events, of which {len(found)} can be read: {list(reading.unreadable)[:3]}"
    for feed in reading.feeds():
        if feed.private and not feed.secret:
            yield f"feed {feed.name}: private, without a secret"
    read_rules(reading)
    for event in found[:: max(1, len(found) // MOST_SEARCHED)]:
        text = searchable(event)
        middle = text[len(text) // 3 :][:6].strip()
        asked = [Filter(tag=(tag,)) for tag in event.details.tags[:1]]
        asked += [Filter(q=words) for words in (middle, middle[:2]) if words]
        for filter in asked:
            expected = [each.id for each in found if filter.matches(each)]
            if [each.id for each in reading.select(filter)] != expected:
                yield f"{filter}: finds others than the {len(expected)} events that match"
