"""Events go in and come out the same, and every change keeps the version before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from service.core.dates import when
from service.core.events import event, fields
from service.core.events.event import (
    DETAIL_KEYS,
    CalendarVersion,
    ChangeKind,
    Origin,
    Source,
    Status,
)
from service.core.events.filters import Filter
from service.errors import Conflict, NotFound
from service.store import Position, Store
from tests.store.samples import FULL, NOW, created, details, put, revised, withdrawn

WHENS = [
    "2026-07-15", "2026-05-13/2026-05-14", "2026-05-20T01:00+08:00", "2026-05-20T01:00Z",
    "2026-05-20T23:30-07:00/2026-05-21T00:00-07:00", "2026-05", "[2026-05-21..2026-05-31]",
    "2026-33", "2026-41", "2026", "2026-05-13~", "2026-05?", "1970-01-01", "2199-12-31",
]  # fmt: skip


@pytest.mark.parametrize(
    "stored",
    [FULL, details(), *(details(text) for text in WHENS)],
    ids=["every field", "only what is required", *WHENS],
)
def test_an_event_comes_back_as_it_went_in(store: Store, stored: event.Details) -> None:
    change = created("one", stored, uid="从前@example.org", sequence=3)
    put(store, change)
    with store.reading() as reading:
        assert reading.event("one") == change.after
        assert reading.by_uid("从前@example.org") == change.after
        assert reading.history("one")[0].event == change.after
        found = reading.event("one")
    assert found is not None
    assert fields.read(fields.write(found.details), "UTC") == stored
    assert found.created_at.tzinfo is UTC


def test_times_are_kept_to_the_microsecond_and_given_back_in_utc(store: Store) -> None:
    tokyo = datetime(2026, 1, 1, 0, 30, 0, 1, tzinfo=timezone(timedelta(hours=9)))
    put(store, created("one", created_at=tokyo))
    with store.reading() as reading:
        found = reading.event("one")
    assert found is not None
    assert found.created_at.isoformat() == "2025-12-31T15:30:00.000001+00:00"


def test_what_is_not_there_is_not_found(store: Store) -> None:
    put(store, created("one"))
    with store.reading() as reading:
        for name in ("two", "", "ONE", "one\0", "\ud800", "x" * 10_000):
            assert reading.event(name) is None
            assert reading.by_uid(name) is None
            assert reading.history(name) == []
            assert reading.feed(name) is None
            assert reading.answer(name) is None
        assert reading.events(["one", "two", "one\0"]).keys() == {"one"}


@pytest.mark.slow
def test_more_events_than_one_statement_takes(store: Store) -> None:
    put(store, *(created(f"e-{number}") for number in range(1500)))
    with store.reading() as reading:
        assert len(reading.events(f"e-{number}" for number in range(3000))) == 1500
        assert len(reading.file_events(f"e-{number}" for number in range(3000))) == 1500
        assert reading.count().total == 1500


def test_a_change_keeps_the_version_before_it(store: Store) -> None:
    first = created("one", details("2026-05", tags=("a", "b")))
    firmed = revised(first.after, details("2026-05-13", tags=("b", "c")))
    later = revised(firmed.after, details("2026-05-20", tags=("b", "c")))
    out = withdrawn(later.after)
    source = Source(title="公告", official=True)
    put(store, first)
    with store.writing(NOW) as writing:
        assert writing.record(firmed, who="张三", origin=Origin.IMPORT, source=source) == 2
        assert writing.event("one") == firmed.after
        assert writing.position() == Position(2, 2)
    put(store, later, out)
    with store.reading() as reading:
        rows = reading.history("one")
        assert reading.position() == Position(4, 3)
    assert [row.event for row in rows] == [c.after for c in (first, firmed, later, out)]
    assert [(row.seq, row.version) for row in rows] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert [(row.change, row.from_when, row.to_when, row.days) for row in rows] == [
        (ChangeKind.CREATED, None, "2026-05", None),
        (ChangeKind.FIRMED, "2026-05", "2026-05-13", None),
        (ChangeKind.LATER, "2026-05-13", "2026-05-20", 7),
        (ChangeKind.WITHDRAWN, "2026-05-20", None, None),
    ]
    assert [row.keys for row in rows] == [DETAIL_KEYS, ("when", "tags"), ("when",), ()]
    assert (rows[1].who, rows[1].origin, rows[1].source) == ("张三", Origin.IMPORT, source)
    assert rows[0].source is None


def test_a_change_to_a_version_that_is_no_longer_the_newest_is_a_conflict(store: Store) -> None:
    first = created("one")
    put(store, first, revised(first.after, details("2026-05-14")))
    with store.writing(NOW) as writing:
        with pytest.raises(Conflict, match="read it again"):
            writing.record(revised(first.after, details("2026-05-15")), who="x", origin=Origin.API)
        # Nothing of it is there, and the transaction goes on.
        assert writing.record(created("two"), who="x", origin=Origin.API) == 3
    with store.reading() as reading:
        assert [row.event_id for row in reading.changes(0)] == ["one", "one", "two"]


@pytest.mark.parametrize("taken", [created("one"), created("other", uid="one@horizon")])
def test_an_id_or_uid_that_is_taken_is_a_conflict(store: Store, taken: event.Change) -> None:
    first = created("one")
    put(store, first, withdrawn(first.after))
    with store.writing(NOW) as writing:
        with pytest.raises(Conflict, match="already"):
            writing.record(taken, who="x", origin=Origin.API)
        assert writing.record(created("two"), who="x", origin=Origin.API) == 3


def test_many_new_events_are_stored_as_one_after_the_other_is(store: Store) -> None:
    told = CalendarVersion(4, NOW)
    many = [
        created("one", FULL),
        created("two", uid="另一@example.org", calendar_version=told),
        created("three", details("2026-05", tags=("a", "b"))),
    ]
    source = Source(title="公告", official=True)
    with store.writing(NOW) as writing:
        given = [(change, source) for change in many]
        writing.record_new(given, who="张三", origin=Origin.IMPORT)
        assert writing.position() == Position(3, 1)
    with store.reading() as reading:
        together = [reading.history(change.after.id) for change in many]
        assert reading.select(Filter(tag=("a",))) == [many[2].after]
        for change in many:
            assert reading.event(change.after.id) == change.after
    with store.writing(NOW) as writing:
        for change in many:
            writing.purge(change.after, who="x", origin=Origin.API)
        begun = writing.position().seq
        for change in many:
            writing.record(change, who="张三", origin=Origin.IMPORT, source=source)
    with store.reading() as reading:
        alone = [reading.history(change.after.id)[-1:] for change in many]
    assert [replace(rows[0], seq=rows[0].seq - begun) for rows in alone] == [
        replace(rows[0], seq=rows[0].seq) for rows in together
    ]


@pytest.mark.parametrize(
    "taken",
    [
        [created("new"), created("one")],
        [created("new"), created("other", uid="one@horizon")],
        [created("new"), created("new", uid="other@example.org")],
        [created("new"), created("other", uid="new@horizon")],
    ],
    ids=["id", "UID", "id twice", "UID twice"],
)
def test_of_many_new_events_none_is_stored_where_one_is_taken(
    store: Store, taken: list[event.Change]
) -> None:
    first = created("one")
    put(store, first, withdrawn(first.after))
    with store.writing(NOW) as writing:
        with pytest.raises(Conflict, match="already"):
            writing.record_new([(change, None) for change in taken], who="x", origin=Origin.API)
        assert writing.record(created("two"), who="x", origin=Origin.API) == 3
    with store.reading() as reading:
        assert reading.events(["new", "other"]) == {}


def test_a_change_to_an_event_that_is_not_stored_is_a_conflict(store: Store) -> None:
    with store.writing(NOW) as writing, pytest.raises(Conflict):
        writing.record(
            revised(created("one").after, details("2026-05-14")), who="x", origin=Origin.API
        )


def test_the_owner_changes_with_the_file_taking_over(store: Store) -> None:
    first = created("one")
    taken = event.revise(first.after, first.after.details, NOW, Origin.FILE)
    assert taken is not None
    put(store, first, taken)
    with store.reading() as reading:
        assert reading.event("one") == taken.after


def test_a_clock_that_was_set_back_does_not_turn_the_journal_around(store: Store) -> None:
    put(store, created("one"))
    with store.writing(NOW - timedelta(days=1)) as writing:
        writing.record(created("two"), who="x", origin=Origin.API)
    with store.reading() as reading:
        assert [row.at for row in reading.changes(0)] == [NOW, NOW]


def test_what_the_file_said_is_kept_key_by_key(store: Store) -> None:
    one, two, three = created("one"), created("two"), created("three")
    put(store, one, two, three, withdrawn(three.after))
    values = {"title": "大会", "when": "2026-05", "tags": ["a"], "source": {"title": "周报"}}
    with store.writing(NOW) as writing:
        writing.set_file_values("one", values)
        writing.set_file_values("three", {})
        with pytest.raises(NotFound):
            writing.set_file_values("four", values)
    with store.reading() as reading:
        assert reading.file_events().keys() == {"one", "three"}
        held = reading.file_events(["two", "one", "four"])
    assert held.keys() == {"one", "two", "three"}
    assert (held["one"].event, held["one"].values) == (one.after, values)
    assert held["two"].values is None
    assert held["three"].event.withdrawn
    assert held["three"].values == {}

    put(store, revised(one.after, details("2026-06")))
    with store.reading() as reading:
        assert reading.file_events()["one"].values == values
    with store.writing(NOW) as writing:
        writing.set_file_values("one", None)
    with store.reading() as reading:
        assert reading.file_events().keys() == {"three"}


def test_withdrawn_events_do_not_count(store: Store) -> None:
    one = created("one")
    put(store, one, created("two"), withdrawn(one.after))
    with store.reading() as reading:
        assert reading.count().total == 1


def test_the_newest_changes_come_first(store: Store) -> None:
    one = created("one")
    put(store, one, created("two"), revised(one.after, details("2026-05-20")))
    with store.reading() as reading:
        assert [row.seq for row in reading.newest_changes(2)] == [3, 2]
        assert [row.seq for row in reading.newest_changes(9, [ChangeKind.CREATED])] == [2, 1]
        assert reading.newest_changes(9, []) == []


def test_changes_are_paged_by_number(store: Store) -> None:
    put(store, *(created(f"e-{number}") for number in range(5)))
    with store.reading() as reading:
        assert [row.seq for row in reading.changes(1, 3)] == [2, 3, 4]
        assert reading.changes(5) == []
        assert reading.changes(10**30) == []
        assert len(reading.changes(-(10**30))) == 5


def test_what_its_calendar_said_is_kept_with_an_event_also_without_a_change(store: Store) -> None:
    """It is read by no feed and no history: whoever follows them has nothing to fetch."""
    first, later = CalendarVersion(3, NOW.replace(microsecond=0)), CalendarVersion(4)
    one = created("one", uid="x@example.org", calendar_version=first)
    put(store, one)
    with store.reading() as reading:
        assert reading.event("one") == one.after
        before = reading.position()
    with store.writing(NOW) as writing:
        writing.set_calendar_version("one", later)
        assert not writing.changed
    with store.reading() as reading:
        assert reading.by_uid("x@example.org") == replace(one.after, calendar_version=later)
        assert reading.position() == before
        assert [row.event for row in reading.history("one")] == [one.after]
    held = replace(one.after, calendar_version=later)
    put(store, revised(held, details("2026-05-14")))
    with store.reading() as reading:
        found = reading.event("one")
    assert found is not None
    assert found.calendar_version == later


def test_naive_times_are_refused(store: Store) -> None:
    naive = datetime(2026, 5, 1)
    with pytest.raises(ValueError, match="no time zone"), store.writing(naive):
        pass
    with pytest.raises(ValueError, match="no time zone"):
        put(store, replace(created("one"), after=replace(created("one").after, updated_at=naive)))
    with store.reading() as reading:
        assert reading.event("one") is None


def test_the_status_that_a_filter_asks_for_follows_the_date(store: Store) -> None:
    one = created("one", details("2026-05"))
    put(store, one)
    with store.reading() as reading:
        assert reading.select(event_filter(Status.TENTATIVE)) == [one.after]
    put(store, revised(one.after, replace(one.after.details, when=when.parse("2026-05-13"))))
    with store.reading() as reading:
        assert reading.select(event_filter(Status.TENTATIVE)) == []
        assert len(reading.select(event_filter(Status.CONFIRMED))) == 1


def event_filter(status: Status) -> Filter:
    return Filter(status=(status,))
