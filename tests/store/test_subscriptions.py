"""Feeds, rules, and what feeds answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from service.core.events.event import Importance
from service.core.events.filters import Filter
from service.core.events.kinds import Kind
from service.errors import NotFound
from service.store import Answer, Position, Store, StoredFeed, StoredRule
from service.store import store as store_module
from tests.store.samples import NOW

FEED = StoredFeed(
    name="portfolio",
    title="持仓相关 📈",
    filter=Filter(
        kind=(Kind.LAUNCH, Kind.DATA_RELEASE),
        ticker=("0700.HK",),
        importance=(Importance.HIGH,),
        q="发布",
        from_=date(2026, 1, 1),
    ),
    private=True,
    secret="s3cret-Token_x",
    origin="file",
    created_at=NOW,
    updated_at=NOW,
    position=2,
)
LATER = NOW + timedelta(days=1)


def put_feeds(store: Store, *feeds: StoredFeed) -> None:
    with store.writing(NOW) as writing:
        for feed in feeds:
            writing.put_feed(feed)


def test_feeds_come_in_the_order_of_the_file_then_by_name(store: Store) -> None:
    names = {"b": 0, "Z": 1, "a": 1, "c": 1}
    made = [replace(FEED, name=name, position=place) for name, place in names.items()]
    put_feeds(store, FEED, *reversed(made))
    with store.reading() as reading:
        assert reading.feeds() == [*made, FEED]
        assert reading.feed("portfolio") == FEED
        assert reading.feed("all") is None
        assert reading.position() == Position(0, 1)


def test_a_feed_that_left_has_its_secret_again_when_it_returns(store: Store) -> None:
    put_feeds(store, FEED)
    with store.writing(NOW) as writing:
        writing.drop_feed("portfolio")
        for name in ("portfolio", "other", "\0"):
            with pytest.raises(NotFound):
                writing.drop_feed(name)
    with store.reading() as reading:
        assert reading.feed("portfolio") is None
        assert reading.feeds() == []
    put_feeds(store, replace(FEED, secret="another", created_at=LATER, updated_at=LATER))
    with store.reading() as reading:
        assert reading.feed("portfolio") == replace(FEED, updated_at=LATER)


def test_a_feed_has_the_new_secret_that_it_is_given(store: Store) -> None:
    put_feeds(store, FEED, replace(FEED, secret="another"))
    with store.reading() as reading:
        assert reading.feeds() == [replace(FEED, secret="another")]


def test_a_feed_that_was_public_for_a_while_has_its_secret_again(store: Store) -> None:
    put_feeds(store, FEED, replace(FEED, private=False, secret=None), replace(FEED, secret=None))
    with store.reading() as reading:
        assert reading.feeds() == [FEED]


def rule(type_: str, name: str, position: int, known_since: datetime = NOW) -> StoredRule:
    return StoredRule(type_, name, position, {"channel": "#告警", "at": "08:30"}, known_since)


def test_rules_are_replaced_and_stay_known_since_they_came(store: Store) -> None:
    old = [rule("digest", "daily", 0), rule("reminder", "daily", 0), rule("change", "x", 0)]
    with store.writing(NOW) as writing:
        writing.put_rules(old)
    new = [
        replace(rule("digest", "daily", 1, LATER), spec={"channel": "#other"}),
        rule("digest", "weekly", 0, LATER),
    ]
    with store.writing(LATER) as writing:
        writing.put_rules(new)
    expected = [new[1], replace(new[0], known_since=NOW)]
    with store.reading() as reading:
        assert reading.rules() == expected
        assert reading.rules("digest") == expected
        assert reading.rules("reminder") == []
        assert reading.position() == Position(0, 2)
    with store.writing(LATER) as writing:
        writing.put_rules([*reversed(new)])  # nothing new
    with store.reading() as reading:
        assert reading.position() == Position(0, 2)
    with store.writing(LATER) as writing:
        writing.put_rules([])
    with store.reading() as reading:
        assert reading.rules() == []


def test_what_an_address_answered_is_remembered(store: Store) -> None:
    store.remember_answer("/feeds/all.ics?q=百", Answer("one", NOW))
    store.remember_answer("/feeds/all.ics?q=百", Answer("two", LATER))
    store.remember_answer("/feeds/all.ics", Answer("three", NOW))
    with store.reading() as reading:
        assert reading.answer("/feeds/all.ics?q=百") == Answer("two", LATER.replace(microsecond=0))
        assert reading.answer("/feeds/all.ics") == Answer("three", NOW.replace(microsecond=0))
        assert reading.answer("/feeds") is None
        assert reading.position() == Position(0, 0)


def test_an_address_of_any_length_and_content_is_remembered(store: Store) -> None:
    addresses = ["/" + "长" * 500, "/" + "长" * 5000, "/a\0", "/\ud800", ""]
    for number, address in enumerate(addresses):
        store.remember_answer(address, Answer(str(number), NOW))
    with store.reading() as reading:
        for number, address in enumerate(addresses):
            answer = reading.answer(address)
            assert answer is not None
            assert answer.etag == str(number)


def test_the_oldest_answers_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "ANSWERS_KEPT", 3)
    for number in (2, 5, 1, 4, 3):
        store.remember_answer(f"/{number}", Answer("x", datetime(2026, 5, number, tzinfo=UTC)))
    with store.reading() as reading:
        kept = [number for number in range(1, 6) if reading.answer(f"/{number}")]
    assert kept == [3, 4, 5]
