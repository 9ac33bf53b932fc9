"""select() gives exactly what Filter.matches says, in order, on both databases, paged or not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product

import pytest

from service.core.dates import when
from service.core.dates.when import Precision
from service.core.events import filters
from service.core.events.catalogue import Catalogue, Organization
from service.core.events.event import Details, Event, Importance, Status
from service.core.events.filters import Filter
from service.core.events.kinds import Kind
from service.store import HistoricalReading, Reading, Store, Tally
from tests.store.samples import FULL, created, details, put, revised, withdrawn

TEXTS = [
    "Google I/O 2026", "百度 Create 大会", "100% 折扣_价", "a\\b", "Straße", "STRASSE", "ﬁnance", "Ｇｏｏｇｌｅ",
    "İstanbul", "ÉCOLE", "école", "🐻 bear", "𠮷", "[x]*?", "it's \"quoted\"",
]  # fmt: skip
WHENS = [
    "2026-05-13", "2026-05-13/2026-05-14", "2026-05", "2026-05~", "[2026-05-21..2026-05-31]", "2026-34", "2026-40",
    "2026", "2026-05-12/2026-05-13", "2027-01-01", "2025-12-31", "2026-05-13T00:30+08:00", "2026-05-12T23:30-07:00",
    "2026-05-13T01:00+08:00/2026-05-13T03:00+08:00", "2026-05-31T22:00Z/2026-06-01T00:00Z",
]  # fmt: skip
SERIES = [
    ("2026-05-13", "FREQ=YEARLY"),
    ("2024-02-29", "FREQ=YEARLY"),
    ("2025-01-06", "FREQ=WEEKLY;COUNT=10"),
    ("2025-01-31", "FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20261231"),
    ("2026-05-01/2026-05-03", "FREQ=MONTHLY;INTERVAL=2"),
    ("2026-05-13T00:30+08:00", "FREQ=DAILY;COUNT=3"),
    # Written in an offset whose day is another than the event's zone has.
    ("2026-05-12T23:30-07:00", "FREQ=WEEKLY;COUNT=3"),
    ("2026-05-13T05:00+14:00", "FREQ=WEEKLY;COUNT=3"),
]


def rich() -> list[Event]:
    """Some three hundred events that differ in everything a filter asks for."""
    chance = random.Random(20260427)
    kinds, importances = list(Kind), list(Importance)

    def labels(words: Sequence[str]) -> tuple[str, ...]:
        return tuple(chance.sample(words, chance.randint(0, 2)))

    def one(text: str, **given: object) -> Details:
        return details(
            text,
            title=chance.choice(TEXTS),
            description=chance.choice(["", *TEXTS]),
            titles=chance.choice([(), (("en", chance.choice(TEXTS)),)]),
            kind=chance.choice(kinds),
            importance=chance.choice(importances),
            status=chance.choice([None, None, *Status]),
            tags=labels(["AI", "ai芯片", "ＡＩ", "政策"]),
            tickers=labels(["9888.HK", "0700.hk", "GOOGL.O"]),
            organizations=labels(["百度", "Google", "GOOGLE", "ﬁrm"]),
            **given,
        )

    made = [one(text) for text in WHENS for _ in range(16)]
    made += [one(text, recurrence=rule) for text, rule in SERIES for _ in range(4)]
    made += [
        one(text, recurrence=rule, exceptions=(when.parse(text).first, date(2026, 5, 13)))
        for text, rule in SERIES
    ]
    made.append(FULL)
    chance.shuffle(made)
    # Ids that locales sort in another order than code points do.
    return [
        created(f"{chance.choice(['a', 'a-', 'b', '0'])}{number}-e", made_).after
        for number, made_ in enumerate(made)
    ]


DAYS = [None, *(date(2026, 5, 13) + timedelta(days=n) for n in (-500, -1, 0, 18, 300))]
SPANS = [
    (first, last)
    for first, last in product(DAYS, DAYS)
    if first is None or last is None or first <= last
]
FILTERS = [
    *(Filter(from_=first, to=last) for first, last in SPANS),
    *(Filter(kind=(kind,)) for kind in Kind),
    *(Filter(importance=(one,)) for one in Importance),
    *(Filter(status=(one,)) for one in Status),
    *(Filter(precision=(one,)) for one in Precision),
    *(Filter(q=text) for text in TEXTS),
    *(
        Filter(q=text)
        for text in ("%", "_", "\\", "strasse", "google i/o", "2026 GOOGLE", "'", "无", "É", "i̇")
    ),
    *(Filter(tag=tags) for tags in (("ai",), ("ai", "政策"), ("AI芯片",), ("none",))),
    *(Filter(ticker=tickers) for tickers in (("9888.hk",), ("0700.HK", "googl.o"))),
    *(Filter(organization=names) for names in (("google",), ("firm", "百度"))),
    Filter(kind=(Kind.CONFERENCE, Kind.OTHER), tag=("ai",), importance=(Importance.HIGH,)),
    Filter(q="google", from_=date(2026, 5, 1), to=date(2026, 5, 31), status=(Status.TENTATIVE,)),
    Filter(tag=("ai",), ticker=("9888.HK",), organization=("google",), from_=date(2026, 1, 1)),
]


def order(event: Event) -> tuple[str, str]:
    return event.when.sort_key, event.id


@pytest.mark.slow
def test_a_filter_selects_what_it_matches_in_order_and_by_pages(store: Store) -> None:
    everything = sorted(rich(), key=order)
    put(store, *(created(e.id, e.details) for e in everything))
    nothing = 0
    with store.reading() as reading:
        for number, wanted in enumerate(FILTERS):
            expected = [event for event in everything if wanted.matches(event)]
            assert reading.select(wanted) == expected, wanted
            undated = sum(not event.when.dated for event in expected)
            assert reading.tally(wanted, 1000) == Tally(len(expected), undated, False), wanted
            if number % 3 == 0:
                for limit in (1 if len(expected) < 20 else 7, 50, len(expected) or 1):
                    assert paged(reading, wanted, limit, len(expected)) == expected, wanted
            nothing += not expected
        assert reading.select(Filter(), limit=0) == []
    assert nothing < len(FILTERS) / 4  # else the table shows little


KNOWN = Catalogue(
    (
        Organization(("英伟达", "NVIDIA", "辉达")),
        Organization(("京东", "JD.com", "JD")),
        Organization(("京东方",)),
    )
)


def test_names_of_one_organisation_find_the_same(store: Store) -> None:
    """`q=NVIDIA` found the events of English notes alone, and `q=英伟达` those of Chinese ones."""
    titles = (
        "英伟达 GTC 2027",
        "NVIDIA GTC 2027",
        "辉达发布会",
        "GTC Europe",
        "京东方业绩",
        "Adjourned",
        "JD.com Day",
    )
    put(store, *(created(f"e-{n}", details(title=title)) for n, title in enumerate(titles)))
    knowing = Store(store._engine, lambda: KNOWN)
    for q, found in (
        ("NVIDIA", titles[:3]),
        ("英伟达", titles[:3]),
        ("nvidia gtc", titles[:2]),
        ("英伟达GTC", titles[:2]),
        ("gtc", (*titles[:2], titles[3])),
        ("nvid", titles[1:2]),
        # A longer name is another organisation; two letters are in too many words.
        ("京东方", titles[4:5]),
        ("京东", (titles[4], titles[6])),
    ):
        wanted = Filter(q=q)
        with knowing.reading() as reading:
            assert [event.title for event in reading.select(wanted)] == list(found), q
            assert [event.title for event in reading.select(wanted, limit=1)] == list(found)[:1], q
            assert reading.tally(wanted, 100).total == len(found)
            assert [e.title for e in HistoricalReading(reading, 7).select(wanted)] == list(found), q
            widened = reading.widened(wanted)
            everything = reading.select(Filter())
            assert [e.title for e in everything if widened.matches(e)] == list(found), q
    assert filters.write(widened) == {"q": "京东"}


def test_counting_ends_at_its_bound(store: Store) -> None:
    put(store, *(created(f"e-{n}", details("2026-05")) for n in range(5)))
    with store.reading() as reading:
        assert reading.tally(Filter(), 4) == Tally(4, 4, True)
        assert reading.tally(Filter(), 5) == Tally(5, 5, False)


def paged(reading: Reading, wanted: Filter, limit: int, total: int) -> list[Event]:
    found: list[Event] = []
    after = None
    for _ in range(total // limit + 1):
        page = reading.select(wanted, after=after, limit=limit)
        assert len(page) == min(limit, total - len(found))
        found += page
        after = order(page[-1]) if page else after
    assert reading.select(wanted, after=after, limit=limit) == []
    return found


def test_withdrawn_events_are_never_selected(store: Store) -> None:
    one = created("one", details(tags=("a",)))
    put(store, one, withdrawn(one.after))
    with store.reading() as reading:
        assert reading.select(Filter()) == []
        assert reading.select(Filter(tag=("a",))) == []


def test_labels_follow_the_event(store: Store) -> None:
    one = created("one", details(tags=("a", "A", "b"), tickers=("a",)))
    two = revised(one.after, details(tags=("b", "c"), organizations=("a",)))
    put(store, one, two)
    with store.reading() as reading:
        for wanted, found in (
            (Filter(tag=("a",)), []),
            (Filter(ticker=("a",)), []),
            (Filter(tag=("B",)), [two.after]),
            (Filter(tag=("c",)), [two.after]),
            (Filter(organization=("A",)), [two.after]),
        ):
            assert reading.select(wanted) == found, wanted
    three = revised(two.after, details())
    put(store, three)
    with store.reading() as reading:
        assert reading.select(Filter(tag=("b",))) == []


@pytest.mark.parametrize(
    ("text", "rule", "first", "last", "there"),
    [
        ("2026-05-13", "FREQ=YEARLY", date(2190, 5, 13), date(2190, 5, 13), True),
        ("2026-05-13", "FREQ=YEARLY", date(2190, 5, 14), date(2191, 5, 12), False),
        ("2026-05-13", "FREQ=YEARLY", date(2025, 5, 1), date(2026, 5, 12), False),
        ("2026-05-13", "FREQ=YEARLY;COUNT=2", date(2027, 5, 13), None, True),
        ("2026-05-13", "FREQ=YEARLY;COUNT=2", date(2027, 5, 14), None, False),
        # Seen in Shanghai the first of these is on the 13th, and on the 14th its last.
        ("2026-05-12T23:30-07:00", "FREQ=DAILY;COUNT=2", None, date(2026, 5, 12), False),
        ("2026-05-12T23:30-07:00", "FREQ=DAILY;COUNT=2", date(2026, 5, 14), None, True),
        ("2026-05-13T05:00+14:00", "FREQ=DAILY;COUNT=2", None, date(2026, 5, 12), True),
        # More than ten thousand occurrences.
        ("1990-01-01", "FREQ=DAILY;UNTIL=20991231", date(2099, 12, 31), None, True),
    ],
)  # fmt: skip
def test_a_series_is_found_by_its_occurrences(
    store: Store, text: str, rule: str, first: date | None, last: date | None, there: bool
) -> None:
    one = created("one", details(text, recurrence=rule))
    put(store, one)
    with store.reading() as reading:
        assert reading.select(Filter(from_=first, to=last)) == ([one.after] if there else [])


def test_a_page_is_filled_past_series_without_an_occurrence(store: Store) -> None:
    series = [created(f"a-{n}", details("2020-01-01", recurrence="FREQ=YEARLY")) for n in range(50)]
    single = [created(f"b-{n}", details("2026-05-13")) for n in range(5)]
    put(store, *series, *single)
    with store.reading() as reading:
        may = Filter(from_=date(2026, 5, 1), to=date(2026, 5, 31))
        assert reading.select(may, limit=3) == [change.after for change in single[:3]]
