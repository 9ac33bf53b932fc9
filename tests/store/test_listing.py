"""Lists by indexes: whatever was written, in whatever order, a page is what the filter matches; and
its statements read no table from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.core.dates.when import Precision
from service.core.events import event as event_
from service.core.events.event import Details, Event, Importance, Origin, Status
from service.core.events.filters import Filter
from service.core.events.kinds import Kind
from service.store import Store, encoding, listing, searching
from service.store.schema import event_labels, events
from tests.store.samples import NOW, created, details, put, revised, withdrawn
from tests.store.test_select import SERIES, WHENS, order

# Of one, two and three bytes and more, of both scripts; what LIKE, FTS5 and hexadecimal could take for
# something else; what folds into several characters, or joins with its neighbour.
LETTERS = "百度大AIai0eß%_\\'\"*- \n𠮷🐻İ\u0301ﷺé"
texts = st.text(LETTERS, max_size=8)
labels = st.lists(st.sampled_from(["AI", "ai", "芯片", "ﬁrm"]), max_size=2, unique=True).map(tuple)
whens = st.one_of(
    st.tuples(st.sampled_from(WHENS), st.none()),
    st.tuples(st.sampled_from(WHENS), st.none()),
    st.sampled_from([(text, rule) for text, rule in SERIES]),
)
kinds = st.sampled_from([Kind.CONFERENCE, Kind.LAUNCH, Kind.OTHER])


@st.composite
def somethings(draw: st.DrawFn) -> Details:
    text, rule = draw(whens)
    return details(
        text,
        title=draw(texts),
        description=draw(st.one_of(texts, st.just("长" * 250 + "百度" + "a" * 99 + "AI"))),
        kind=draw(kinds),
        importance=draw(st.sampled_from(Importance)),
        status=draw(st.sampled_from([None, *Status])),
        tags=draw(labels),
        tickers=draw(labels),
        organizations=draw(labels),
        recurrence=rule,
    )


def some_of(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.one_of(st.just(()), st.lists(one, max_size=2, unique=True).map(tuple))


days = st.one_of(
    st.none(), st.integers(-500, 500).map(lambda n: date(2026, 5, 13) + timedelta(days=n))
)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    first, last = draw(days), draw(days)
    if first and last and first > last:
        first, last = last, first
    q = draw(st.one_of(st.just(""), st.text(LETTERS, max_size=3), st.just("百度 AI")))
    names = st.lists(
        st.sampled_from(["ai", "百度", "长", "aa"]), min_size=1, max_size=3, unique=True
    )
    words = st.lists(names.map(tuple), max_size=2, unique=True).map(tuple)
    return Filter(
        kind=draw(some_of(kinds)),
        tag=draw(some_of(st.sampled_from(["ai", "AI", "芯片", "none"]))),
        ticker=draw(some_of(st.sampled_from(["ai", "firm"]))),
        organization=draw(some_of(st.sampled_from(["ai", "firm"]))),
        importance=draw(some_of(st.sampled_from(Importance))),
        status=draw(some_of(st.sampled_from(Status))),
        precision=draw(some_of(st.sampled_from(Precision))),
        q=q,
        alike=() if q else draw(words),
        from_=first,
        to=last,
    )


writes = st.tuples(
    st.sampled_from(["a", "b", "c-", "c", "d", "e", "f0", "f"]),
    st.sampled_from(["write", "write", "write", "withdraw", "purge"]),
    somethings(),
)


def carry_out(store: Store, todo: list[tuple[str, str, Details]]) -> dict[str, Event]:
    """Does the writes, one transaction each, and gives what is then stored, by id."""
    held: dict[str, Event] = {}
    for id_, what, given_ in todo:
        before = held.get(id_)
        if before is None:
            change = created(id_, given_)
        elif what == "purge":
            with store.writing(NOW) as writing:
                writing.purge(held.pop(id_), who="test", origin=Origin.API)
            continue
        elif before.withdrawn:
            back = event_.restore(before, given_, NOW)
            assert back is not None
            change = back
        elif what == "withdraw":
            change = withdrawn(before)
        elif given_ == before.details:
            continue
        else:
            change = revised(before, given_)
        put(store, change)
        held[id_] = change.after
    return held


def empty(store: Store) -> None:
    with store._writer.begin() as connection:
        for table in ("event_labels", "events", "tombstones", "journal"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


def paged(store: Store, wanted: Filter, limit: int) -> list[Event]:
    found: list[Event] = []
    with store.reading() as reading:
        for _ in range(20):
            page = reading.select(wanted, after=order(found[-1]) if found else None, limit=limit)
            found += page
            if len(page) < limit:
                return found
    raise AssertionError("the pages have no end")


@pytest.mark.slow
@pytest.mark.parametrize("index", [True, False], ids=["by the index", "without an index"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    todo=st.lists(writes, min_size=1, max_size=14),
    asked=st.lists(filters(), min_size=1, max_size=6),
    limit=st.integers(1, 4),
    stretch=st.integers(1, 5),
    far=st.sampled_from([0, 4, 16, 100]),
)
def test_a_page_is_what_the_filter_matches_whatever_was_written(
    store: Store,
    index: bool,
    todo: list[tuple[str, str, Details]],
    asked: list[Filter],
    limit: int,
    stretch: int,
    far: int,
) -> None:
    empty(store)
    held = sorted(carry_out(store, todo).values(), key=order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "_STRETCH", stretch)
        patch.setattr(listing, "_GLANCE", stretch)
        patch.setattr(listing, "_FAR", far)
        if not index:
            patch.setattr(listing, "indexed", lambda connection: False)
        for wanted in asked:
            expected = [event for event in held if wanted.matches(event)]
            with store.reading() as reading:
                assert reading.select(wanted) == expected, wanted
            assert paged(store, wanted, limit) == expected, wanted
    check_index(store, held)


def test_two_words_that_share_a_name_are_both_asked_for(store: Store) -> None:
    empty(store)
    carry_out(store, [("a", "write", details("2026-05-13", title="AI 大会"))])
    wanted = Filter(alike=(("百度",), ("百度", "ai")))
    with store.reading() as reading:
        assert reading.select(wanted, limit=1) == []


def check_index(store: Store, held: list[Event]) -> None:
    """The index for texts names, for every pair, exactly the events that have it."""
    expected: dict[str, set[str]] = {}
    for event in held:
        text = encoding.event_columns(event)["search"]
        for n in range(len(text)):
            expected.setdefault(text[n : n + 2], set()).add(event.id)
    with store.reading() as reading:
        for pair, ids in expected.items():
            query = searching.candidates(reading._connection, [(pair,)])
            found = {id_ for id_, _ in reading._connection.execute(query)}
            assert found == ids if len(pair) == 2 else found >= ids, pair
        if reading._connection.dialect.name == "sqlite":  # nothing is left of what is gone
            counts = {pair.encode().hex(): len(ids) for pair, ids in expected.items()}
            assert terms(reading._connection) == counts


def terms(connection: sa.Connection) -> dict[str, int]:
    """In how many events each term is, as the index of SQLite has it."""
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, event_search, 'row')"
    )
    found = connection.exec_driver_sql("SELECT term, doc FROM temp.terms")
    counts = {row.term: row.doc for row in found}
    connection.exec_driver_sql("DROP TABLE temp.terms")
    return counts


# --- What statements read ------------------------------------------------------------------------

# By which index the first page of each is found; what walks along all events by none of its own.
ALL, LABELS, TEXTS = (
    "withdrawn_sort_key_id",
    "event_labels_type_value_sort_key",
    "event_search|pairs",
)
BY = [
    (Filter(), [ALL]),
    (Filter(kind=(Kind.LAUNCH,)), ["withdrawn_kind_sort_key_id"]),
    (Filter(importance=(Importance.HIGH,)), ["withdrawn_importance_sort_key_id"]),
    (Filter(status=(Status.CANCELLED,)), ["withdrawn_status_sort_key_id"]),
    (Filter(precision=(Precision.YEAR,)), ["withdrawn_precision_sort_key_id"]),
    (Filter(tag=("rare",)), [LABELS]),
    (Filter(ticker=("rare", "none")), [LABELS]),
    (Filter(organization=("rare",), kind=(Kind.LAUNCH,), tag=("ai",)), [LABELS]),
    (Filter(from_=date(2026, 5, 13)), ["within_month", "within_year", "longer"]),
    (Filter(to=date(2026, 5, 13)), [ALL]),
    (Filter(tag=("rare",), from_=date(2026, 5, 13), to=date(2026, 5, 31)), [LABELS]),
    (Filter(q="百度"), [TEXTS]),
    (Filter(q="百"), [TEXTS]),
    (Filter(q="quokka"), [TEXTS]),
    (Filter(q="百度", from_=date(2026, 5, 13), kind=(Kind.LAUNCH,)), [TEXTS]),
]


@pytest.fixture
def many(store: Store) -> Store:
    """Some thousand events in a hundred months; what is rare is one in a hundred."""
    made = [
        created(
            f"event-{n}",
            details(
                WHENS[n % 7]
                if n % 10 == 0
                else f"{2020 + n % 9}-{1 + n % 12:02d}-{1 + n % 28:02d}",
                title=f"大会 {n}" + (" 百度 Create" if n % 100 == 0 else ""),
                kind=list(Kind)[n % 9],
                importance=list(Importance)[n % 3],
                status=Status.CANCELLED if n % 100 == 1 else None,
                tags=("AI", "rare") if n % 100 == 2 else ("AI",),
                tickers=("rare",) if n % 100 == 3 else (),
                organizations=("rare",) if n % 100 == 4 else (),
            ),
        ).after
        for n in range(4000)
    ]
    columns = [
        {"event_id": e.id, "type": t, "value": v} for e in made for t, v in encoding.labels(e)
    ]
    with store._writer.begin() as connection:
        connection.execute(sa.insert(events), [encoding.event_columns(event) for event in made])
        connection.execute(sa.insert(event_labels), columns)
    if store._engine.dialect.name == "postgresql":
        with store._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE events, event_labels")
    return store


@pytest.mark.slow
@pytest.mark.parametrize("after", [None, ("2024-06-01", "event-7")], ids=["first", "later"])
def test_a_page_is_read_by_indexes(
    many: Store, after: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_STRETCH", 100)
    monkeypatch.setattr(listing, "_GLANCE", 100)
    monkeypatch.setattr(listing, "_FAR", 500)
    for wanted, indexes in BY:
        with many.reading() as reading, statements(reading._connection) as asked:
            reading.select(wanted, after=after, limit=20)
            plan = "\n".join(explained(reading._connection, *one) for one in list(asked))
        assert not re.search(
            r"Seq Scan on event|SCAN (events|event_labels|event_places)\b", plan
        ), plan
        if after is None:
            for index in indexes:
                assert re.search(index, plan), (wanted, plan)
        elif wanted == Filter() and "SEARCH" in plan:  # SQLite: not from the start of the day
            assert "(sort_key,id)>(?,?)" in plan, plan


# In forty events, in all of them, in the forty again, in some, in none.
SEARCHES = [
    Filter(q=q, kind=kind, from_=first, to=last)
    for q in ("百度", "大会", "大会 百度", "17", "1", "quokka")
    for kind in ((), (Kind.LAUNCH, Kind.POLICY))
    for first, last in (
        (None, None),
        (date(2023, 5, 1), None),
        (date(2023, 5, 1), date(2024, 5, 9)),
    )
]


@pytest.mark.slow
@pytest.mark.parametrize("stretch", [39, 40, 41])
def test_a_search_finds_the_same_whether_its_text_is_looked_up_or_walked_to(
    many: Store, stretch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that for the first event of a page the index may name as many as the stretch has.
    monkeypatch.setattr(listing, "_GLANCE", stretch)
    monkeypatch.setattr(listing, "_FAR", 10**9)
    walked = [some_pages(many, wanted) for wanted in SEARCHES]
    monkeypatch.setattr(listing, "_FAR", 0)
    assert [some_pages(many, wanted) for wanted in SEARCHES] == walked
    with many.reading() as reading, statements(reading._connection) as asked:
        reading.select(Filter(q="百度"), limit=1)
    assert ("named" in asked[3][0]) == (stretch >= 40)


def some_pages(store: Store, wanted: Filter) -> list[list[Event]]:
    with store.reading() as reading:
        pages = [reading.select(wanted, limit=1)]
        for limit in (1, 2, 3, 50):
            if pages[-1]:
                pages.append(reading.select(wanted, after=order(pages[-1][-1]), limit=limit))
        return pages


@pytest.mark.slow
@pytest.mark.parametrize(
    "wanted",
    [Filter(q="百度"), Filter(q="百"), Filter(q="百度", from_=date(2020, 5, 13))],
    ids=["two characters", "one character", "from a day on"],
)
def test_a_rare_text_is_looked_up_after_a_glance_at_the_order(
    many: Store, wanted: Filter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_GLANCE", 50)
    with many.reading() as reading, statements(reading._connection) as asked:
        assert 30 < len(reading.select(wanted, limit=200)) <= 40
        plans = [explained(reading._connection, *one) for one in list(asked)]
    # How far fifty events are, and what they are; how many the index names, and which; these.
    assert len(plans) == 5
    assert all("withdrawn_sort_key_id" in plan for plan in plans[:2])
    assert all(re.search(BY_TEXT, plan) for plan in plans[2:4])
    assert re.search(r"autoindex_events_1 \(id=\?\)|pk_events", plans[4]), plans[4]


@pytest.mark.slow
def test_a_text_that_all_events_have_is_searched_for_by_the_index(many: Store) -> None:
    with many.reading() as reading, statements(reading._connection) as asked:
        assert len(reading.select(Filter(q="大会"))) == 4000
        assert re.search(BY_TEXT, explained(reading._connection, *asked[0]))


BY_TEXT = r"event_search VIRTUAL TABLE INDEX|Index Scan on ix_events_pairs"


@contextmanager
def statements(connection: sa.Connection) -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, values: Any, *more: object) -> None:
        if ("events" in statement or "event_" in statement) and "sqlite_master" not in statement:
            asked.append((statement, values))

    sa.event.listen(connection, "before_cursor_execute", note)
    yield asked
    sa.event.remove(connection, "before_cursor_execute", note)


def explained(connection: sa.Connection, statement: str, values: Any) -> str:
    how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    found = connection.exec_driver_sql(f"{how} {statement}", values)
    return f"{statement}\n" + "\n".join(str(row[-1]) for row in found)
