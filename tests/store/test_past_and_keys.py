"""Reading the past, purged events, API keys and kept answers, on both databases."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from service.core.alerts.deliveries import Composed, Delivery, State
from service.core.alerts.schedule import AlertKind
from service.core.dates.when import parse
from service.core.events import event as event_
from service.core.events import fields, filters
from service.core.events.event import Event, Origin
from service.core.events.filters import Filter
from service.errors import Conflict
from service.store import HistoricalReading, Store, StoredImport, StoredKey, StoredReply, Tally
from service.store.schema import metadata

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)
FILTERS = [{}, {"kind": "launch"}, {"tag": "AI"}, {"from": "2026-05-10", "to": "2026-06-15"}]


def edited_at_random(store: Store, steps: int) -> dict[int, list[Event]]:
    """The events as they stood after each change, by the change's number."""
    chance = random.Random(7)
    current: dict[str, Event] = {}
    states: dict[int, list[Event]] = {0: []}
    now = NOW
    for step in range(steps):
        now += timedelta(minutes=1)
        id_ = f"e-{chance.randrange(12)}"
        when = parse(f"2026-{chance.randrange(4, 8):02d}-{chance.randrange(1, 29):02d}")
        held = current.get(id_)
        if held is None:
            given = {"title": id_, "when": when.text, "kind": chance.choice(["launch", "other"])}
            details = fields.read({**given, "tags": chance.choice([[], ["AI"]])}, "Asia/Shanghai")
            change = event_.new(id_, details, now, Origin.API)
        elif held.withdrawn:
            restored = event_.restore(held, replace(held.details, when=when), now)
            assert restored is not None
            change = restored
        elif chance.random() < 0.2:
            withdrawn = event_.withdraw(held, now)
            assert withdrawn is not None
            change = withdrawn
        else:
            revised = event_.revise(held, replace(held.details, when=when, location=f"{step}"), now)
            assert revised is not None
            change = revised
        with store.writing(now) as writing:
            seq = writing.record(change, who="test", origin=Origin.API)
        current[id_] = change.after
        states[seq] = list(current.values())
    return states


def test_the_past_is_read_as_it_was_page_by_page(store: Store) -> None:
    states = edited_at_random(store, 60)
    with store.reading() as reading:
        for seq in range(0, 61, 5):
            for query in FILTERS:
                wanted = filters.read(query)
                expected = sorted(
                    (e for e in states[seq] if wanted.matches(e)),
                    key=lambda e: (e.when.sort_key, e.id),
                )
                found: list[Event] = []
                while True:
                    after = (found[-1].when.sort_key, found[-1].id) if found else None
                    page = HistoricalReading(reading, seq).select(wanted, after=after, limit=3)
                    found += page
                    if len(page) < 3:
                        break
                assert found == expected, (seq, query)
                assert HistoricalReading(reading, seq).tally(wanted, 100) == Tally(
                    len(found), 0, False
                )


def test_one_event_its_history_and_the_count_are_of_the_same_moment(store: Store) -> None:
    states = edited_at_random(store, 60)
    with store.reading() as reading:
        for seq in range(0, 61, 5):
            past = HistoricalReading(reading, seq)
            held = {event.id: event for event in states[seq]}
            assert past.events(f"e-{n}" for n in range(12)) == held
            assert past.count().total == sum(not event.withdrawn for event in held.values())
            for id, event in held.items():
                assert past.event(id) == event
                assert past.history(id)[-1].event == event
        assert HistoricalReading(reading, 60).select(Filter()) == reading.select(Filter())


def test_a_version_that_cannot_be_read_takes_nothing_else_with_it(store: Store) -> None:
    """As of events: a row that somebody tampered with must not make all of the past unreadable."""
    edited_at_random(store, 60)
    with store.reading() as reading:
        whole = [event.id for event in HistoricalReading(reading, 30).select(Filter())]
    broken = "UPDATE journal SET event = replace(event, 'Asia/Shanghai', 'Mars/Base') WHERE event_id = '{}'"
    with store._engine.begin() as connection:
        connection.exec_driver_sql(broken.format(whole[0]))
    with store.reading() as reading:
        past = HistoricalReading(reading, 30)
        assert [event.id for event in past.select(Filter())] == whole[1:]
        assert list(past.unreadable) == whole[:1]


def test_the_number_of_a_moment_is_that_of_the_newest_change_by_then(store: Store) -> None:
    edited_at_random(store, 5)
    with store.reading() as reading:
        assert reading.seq_at(NOW) == 0
        assert reading.seq_at(NOW + timedelta(minutes=2)) == 2
        assert reading.seq_at(NOW + timedelta(minutes=2, seconds=59)) == 2
        assert reading.seq_at(NOW + timedelta(days=1)) == 5


def test_a_purged_event_is_in_no_table_and_no_past(store: Store) -> None:
    details = fields.read(
        {"title": "Secret title", "when": "2026-05", "tags": ["AI"]}, "Asia/Shanghai"
    )
    change = event_.new("x", details, NOW, Origin.API, uid="u@example.org", sequence=3)
    with store.writing(NOW) as writing:
        writing.record(change, who="test", origin=Origin.API)
        # What else was kept with its words, and what was kept beside it.
        for id_, title in (("x", "Secret title"), ("other", "Another")):
            body = json.dumps({"id": id_, "title": title})
            writing.keep_reply(f"key/{id_}", StoredReply("f", 201, body, ()))
            content = {"candidates": [{"id": id_, "details": {"title": title}}]}
            writing.put_import(StoredImport(f"import-{id_}", NOW, "test", content, {}))
            block = {"text": title, "url": f"https://horizon.example.org/events/{id_}"}
            for state in (State.SENT, State.RETRY):
                kind = AlertKind.CHANGE if state is State.SENT else AlertKind.DIGEST
                told = Delivery(
                    f"{state}/{id_}", kind, "rule", "#first", NOW, state, event_id=id_,
                    message=Composed(None, {"blocks": [block], "text": title}),
                )  # fmt: skip
                assert writing.owe(told)
    with store.writing(NOW) as writing:
        assert writing.purge(change.after, who="admin", origin=Origin.API) == 2
        assert writing.reply("key/x") is None
        assert writing.reply("key/other") is not None
    with store.reading() as reading:
        assert reading.import_("import-x") is None
        assert reading.import_("import-other") is not None
        kept = {row.key: row.message is not None for row in reading.deliveries()}
        assert kept == {"sent/x": False, "retry/x": False, "sent/other": True, "retry/other": True}
    with store.reading() as reading:
        assert reading.event("x") is None
        assert reading.by_uid("u@example.org") is None
        assert reading.select(filters.read({"tag": "AI"})) == []
        assert HistoricalReading(reading, 1).select(Filter(), limit=5) == []
        (row,) = reading.history("x")
        assert (row.change, row.event, row.keys) == ("purged", None, ())
        stone = reading.tombstone("x")
        assert stone is not None
        assert (stone.uid, stone.sequence) == ("u@example.org", 3)
        assert reading.tombstone("y") is None
        for table in metadata.sorted_tables:
            rows = reading._connection.execute(select(table)).all()
            assert "Secret title" not in str(rows), table.name


def key(name: str, digest: str) -> StoredKey:
    return StoredKey(name, "read", digest, NOW, None, None)


def test_keys_are_found_by_their_digest_and_replaced_once_revoked(store: Store) -> None:
    with store.writing(NOW) as writing:
        writing.put_api_key(key("a", "1" * 64))
        writing.put_api_key(key("b", "2" * 64))
    store.mark_used("a", NOW + timedelta(hours=1))
    with store.writing(NOW) as writing:
        writing.revoke_api_key("b", NOW + timedelta(hours=2))
        revision = writing.position().revision
    with store.reading() as reading:
        assert reading.position().revision == revision == 0  # feeds are not rendered anew for keys
        assert [k.name for k in reading.api_keys()] == ["a", "b"]
        held = reading.api_key("1" * 64)
        assert held == replace(key("a", "1" * 64), last_used_at=NOW + timedelta(hours=1))
        assert reading.api_key("3" * 64) is None
    with store.writing(NOW) as writing:
        writing.put_api_key(key("b", "4" * 64))
    with store.reading() as reading:
        assert reading.api_key("2" * 64) is None
        assert reading.api_key("4" * 64) == key("b", "4" * 64)
    with pytest.raises(Conflict), store.writing(NOW) as writing:
        writing.put_api_key(key("c", "4" * 64))


def test_an_answer_is_kept_for_a_day_and_only_with_its_work(store: Store) -> None:
    reply = StoredReply("print", 201, '{"id": "x"}', (("Location", "/x"),))

    def kept(after: timedelta) -> StoredReply | None:
        with store.writing(NOW + after) as writing:
            return writing.reply("caller/key")

    def failing() -> None:
        with store.writing(NOW) as writing:
            writing.keep_reply("caller/key", reply)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert kept(timedelta()) is None
    with store.writing(NOW) as writing:
        writing.keep_reply("caller/key", reply)
    assert kept(timedelta(hours=23, minutes=59)) == reply
    assert kept(timedelta(hours=24, seconds=1)) is None


def test_marks_are_facts_about_the_database(store: Store) -> None:
    with store.writing(NOW) as writing:
        writing.put_mark("restored_at", "then")
        writing.put_mark("restored_at", "now")
    with store.reading() as reading:
        assert (reading.mark("restored_at"), reading.mark("other")) == ("now", None)
