"""Feeds joined from kept parts have the bytes of feeds that are rendered whole, whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from service.core.calendars import feed
from service.core.calendars.feed import Options, Rendered
from service.core.events import event as event_
from service.core.events import fields
from service.core.events.event import Event, Origin
from service.core.events.filters import Filter, read
from service.operations import incremental_feed as parts_
from service.operations.incremental_feed import IncrementalFeed
from service.store import Store
from service.store.backup import backup, restore
from tests.every_kind import DAY, EVENTS, HEADING, NOW, options

FILTERS: list[dict[str, Any]] = [
    {},
    {"kind": "conference,other"},
    {"q": "试验"},
    {"from": "2026-05-01", "to": "2026-05-31"},
    {"status": "cancelled,confirmed"},
]
WAYS = [
    {},
    {"lang": "en", "undated": "hide", "cancelled": "hide", "size": "all"},
    {"size": "20kB", "alarms": "P1D"},
    {"past": "P1D", "undated": "span", "busy": "true"},
]


def changed(random: Random, held: Event) -> event_.Change | None:
    """The event after something that can happen to one."""
    what = random.choice(["move", "title", "off", "on", "withdraw", "back", "tags"])
    details = held.details
    if what == "withdraw":
        return event_.withdraw(held, NOW)
    if what == "back" or held.withdrawn:
        return event_.restore(held, details, NOW)
    if what == "move":
        when = random.choice(["2026-05", "2026-06-01", "2025-01-03", "[2026-05-21..2026-05-31]"])
        given = {"when": when, "recurrence": None, "exceptions": []}
    else:
        given = {
            "title": {"title": f"又一个 {random.random()}"},
            "off": {"status": "cancelled"},
            "on": {"status": None},
            "tags": {
                "tags": [str(random.random())],
                "kind": random.choice(["conference", "policy"]),
            },
        }[what]
    data = {**fields.write(details), **given}
    return event_.revise(held, fields.read(data, details.timezone), NOW)


def whole(store: Store, wanted: Filter, chosen: Options, day: date) -> bytes:
    with store.reading() as reading:
        return feed.render(reading.select(wanted), HEADING, chosen, day).data


def joined(
    store: Store, parts: IncrementalFeed, wanted: Filter, chosen: Options, day: date
) -> Rendered:
    with store.reading() as reading:
        return parts.render(reading, wanted, HEADING, chosen, day)


@pytest.mark.parametrize(
    "seed",
    [
        0,
        pytest.param(1, marks=pytest.mark.slow),  # one event at a time
        pytest.param(2, marks=pytest.mark.slow),
    ],
)
def test_after_any_edits_joining_gives_what_rendering_gives(
    store: Store, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    monkeypatch.setattr(parts_, "_AT_ONCE", random.choice([1, 7, 2000]))
    every = list(EVENTS["all"][0]) + list(EVENTS["many"][0][:40])
    with store.writing(NOW) as writing:
        for made in every:
            change = event_.Change(event_.ChangeKind.CREATED, None, made, event_.DETAIL_KEYS)
            writing.record(change, who="test", origin=Origin.FILE)
    parts = IncrementalFeed(most_bytes=random.choice([400_000, 10_000_000]))
    day = DAY
    for step in range(12):
        day += timedelta(days=random.choice([0, 0, 1, 40]))
        with store.writing(NOW) as writing:
            for made in random.sample(every, random.choice([0, 1, 1, 5])):
                held = writing.event(made.id)
                if held is None:
                    again = event_.new(made.id, made.details, NOW, Origin.API)
                    writing.record(again, who="test", origin=Origin.API)
                elif random.random() < 0.15:
                    writing.purge(held, who="test", origin=Origin.API)
                elif (change := changed(random, held)) is not None:
                    writing.record(change, who="test", origin=Origin.API)
        for given in random.sample(FILTERS, 3):
            for query in random.sample(WAYS, 2):
                wanted, chosen = read(given), options(query)
                found = joined(store, parts, wanted, chosen, day)
                assert found.data == whole(store, wanted, chosen, day), (step, given, query)
                assert not found.left_out


def test_one_change_costs_one_rendering(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = EVENTS["many"][0][:50]
    with store.writing(NOW) as writing:
        for event in made:
            change = event_.Change(event_.ChangeKind.CREATED, None, event, event_.DETAIL_KEYS)
            writing.record(change, who="test", origin=Origin.FILE)
    rendered: list[str] = []
    real = feed.component

    def counted(event: Event, *rest: Any) -> bytes:
        rendered.append(event.id)
        return real(event, *rest)

    monkeypatch.setattr(feed, "component", counted)
    parts = IncrementalFeed()
    joined(store, parts, Filter(), options({}), DAY)
    assert len(rendered) == 50
    rendered.clear()
    with store.writing(NOW) as writing:
        held = writing.event(made[7].id)
        assert held is not None
        changed_ = event_.revise(held, replace(held.details, title="x"), NOW)
        assert changed_ is not None
        writing.record(changed_, who="test", origin=Origin.API)
    joined(store, parts, Filter(), options({}), DAY)
    joined(store, parts, Filter(), options({"past": "P2Y", "size": "all"}), DAY)
    assert rendered == [made[7].id]


def test_after_a_restore_nothing_kept_counts(store: Store, tmp_path: Path) -> None:
    def put(title: str) -> None:
        details = fields.read({"title": title, "when": "2026-06-01"}, "Asia/Shanghai")
        with store.writing(NOW) as writing:
            held = writing.event("e")
            if held is None:
                change: event_.Change | None = event_.new("e", details, NOW, Origin.API)
            else:
                change = event_.revise(held, details, NOW)
            assert change is not None
            writing.record(change, who="test", origin=Origin.API)

    put("first")
    backup(store, tmp_path / "kept.db", NOW)
    put("second")
    parts = IncrementalFeed()
    assert b"second" in joined(store, parts, Filter(), options({}), DAY).data
    restore(store, tmp_path / "kept.db", NOW)
    assert b"first" in joined(store, parts, Filter(), options({}), DAY).data


def test_what_cannot_be_rendered_is_tried_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.writing(NOW) as writing:
        for event in EVENTS["days"][0]:
            change = event_.Change(event_.ChangeKind.CREATED, None, event, event_.DETAIL_KEYS)
            writing.record(change, who="test", origin=Origin.FILE)
    real = feed.component

    def failing(event: Event, *rest: Any) -> bytes:
        if event.id == "span":
            raise ValueError("no")
        return real(event, *rest)

    parts = IncrementalFeed()
    with monkeypatch.context() as patched:
        patched.setattr(feed, "component", failing)
        for _ in range(2):
            found = joined(store, parts, Filter(), options({}), DAY)
            assert [left.id for left in found.left_out] == ["span"]
            assert b"span@horizon" not in found.data
    found = joined(store, parts, Filter(), options({}), DAY)
    assert not found.left_out
    assert found.data == whole(store, Filter(), options({}), DAY)


@pytest.mark.slow
def test_the_shards_take_no_more_than_their_share(store: Store) -> None:
    with store.writing(NOW) as writing:
        for event in EVENTS["many"][0][:50]:
            change = event_.Change(event_.ChangeKind.CREATED, None, event, event_.DETAIL_KEYS)
            writing.record(change, who="test", origin=Origin.FILE)
    parts = IncrementalFeed(most_bytes=200_000)
    for n in range(1, 40):
        joined(store, parts, Filter(), options({"alarms": f"P{n}D"}), DAY)
        assert sum(shard.size for shard in parts._shards.values()) <= 200_000
    for n in range(200):  # empty ones
        joined(store, parts, Filter(q=f"invented {n}"), options({}), DAY)
    assert len(parts._shards) < 100
    tiny = IncrementalFeed(most_bytes=1000)
    assert joined(store, tiny, Filter(), options({}), DAY).data
    assert not tiny._shards
