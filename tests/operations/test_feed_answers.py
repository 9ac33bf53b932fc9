"""Bytes and validators of feed addresses: fresh, together, and there when the database is not."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.core.dates.when import parse
from service.core.events import event as event_
from service.core.events import fields
from service.core.events.event import Origin
from service.core.events.filters import Filter
from service.errors import InvalidInput, NotFound, StoreUnavailable
from service.operations.feeds import Address, FeedAnswers, measure, read_address, rotate
from service.operations.notices import Notices
from service.store import Store, StoredFeed

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)


class Service:
    def __init__(self, store: Store) -> None:
        self.store, self.now, self.notices = store, NOW, Notices()
        self.answers = self.again()

    def again(self, **options: Any) -> FeedAnswers:
        """As after a restart, or in another instance."""
        return FeedAnswers(
            self.store,
            self.notices,
            lambda: self.now,
            base_url="http://127.0.0.1:8000",
            timezone="Asia/Shanghai",
            **options,
        )

    def add(self, id_: str, when: str, **given: Any) -> None:
        details = fields.read({"title": id_, "when": when, **given}, "Asia/Shanghai")
        with self.store.writing(self.now) as writing:
            change = event_.new(id_, details, self.now, Origin.API)
            writing.record(change, who="test", origin=Origin.API)

    def move(self, id_: str, when: str) -> None:
        with self.store.writing(self.now) as writing:
            event = writing.event(id_)
            assert event is not None
            change = event_.revise(event, replace(event.details, when=parse(when)), self.now)
            assert change is not None
            writing.record(change, who="test", origin=Origin.API)

    def feed(self, name: str, private: bool = False, **query: Any) -> None:
        with self.store.writing(self.now) as writing:
            writing.put_feed(
                StoredFeed(
                    name=name,
                    title=name,
                    filter=Filter(**query),
                    private=private,
                    secret="s3cret" if private else None,
                    origin="api",
                    created_at=self.now,
                    updated_at=self.now,
                    position=0,
                )
            )


def address(
    name: str | None = "all", form: str = "ics", secret: str | None = None, **query: str
) -> Address:
    return read_address(
        form, {key: [value] for key, value in query.items()}, "zh", name=name, secret=secret
    )


@pytest.fixture
def service(store: Store) -> Service:
    service = Service(store)
    service.feed("all")
    service.add("io", "2026-05")
    return service


def test_a_committed_change_is_in_the_next_answer(service: Service) -> None:
    before = service.answers.get(address())
    service.now += timedelta(minutes=1)
    service.move("io", "2026-05-19/2026-05-20")
    after = service.answers.get(address())
    assert b"DTSTART;VALUE=DATE:20260519" in after.data
    assert (after.etag != before.etag, after.changed_at) == (True, service.now)


def test_nothing_changed_means_the_same_bytes_and_validators_also_after_a_restart(
    service: Service,
) -> None:
    before = service.answers.get(address())
    service.now += timedelta(hours=3)
    assert service.answers.get(address()) == before
    assert service.again().get(address()) == before
    service.feed("other")  # the store moved on, this address did not
    assert service.answers.get(address()) == before


def test_a_new_day_alone_changes_bytes_only_where_past_lets_go_of_an_event(
    service: Service,
) -> None:
    service.add("old", "2025-04-27")
    before = service.answers.get(address())
    assert b"old@horizon" in before.data
    service.now = datetime(2026, 4, 27, 16, 1, tzinfo=UTC)  # the 28th in Shanghai
    after = service.answers.get(address())
    assert b"old@horizon" not in after.data
    assert after.changed_at == service.now.replace(microsecond=0)


def test_two_changes_within_a_second_do_not_share_a_last_modified(service: Service) -> None:
    first = service.answers.get(address())
    service.move("io", "2026-05-19")
    second = service.answers.get(address())
    service.move("io", "2026-05-20")
    third = service.answers.get(address())
    assert first.changed_at < second.changed_at < third.changed_at
    assert len({first.etag, second.etag, third.etag}) == 3


def test_the_compressed_bytes_are_the_same_bytes(service: Service) -> None:
    answer = service.answers.get(address())
    assert gzip.decompress(answer.gzipped) == answer.data
    assert service.again().get(address()).gzipped == answer.gzipped


def test_a_private_feed_opens_only_to_its_secret(service: Service) -> None:
    service.feed("mine", private=True)
    for _ in range(2):  # rendered and from memory
        assert service.answers.get(address("mine", secret="s3cret")).private
        for wrong in (None, "", "s3cre", "s3crets", "S3CRET", "é"):
            with pytest.raises(NotFound):
                service.answers.get(address("mine", secret=wrong))
    with pytest.raises(NotFound):
        service.answers.get(address("all", secret="s3cret"))


def test_a_rotated_address_opens_and_the_old_one_does_not(service: Service) -> None:
    service.feed("mine", private=True)
    service.answers.get(address("mine", secret="s3cret"))
    new = rotate(service.store, "mine", service.now).secret
    assert service.answers.get(address("mine", secret=new))
    with pytest.raises(NotFound):
        service.answers.get(address("mine", secret="s3cret"))
    with pytest.raises(NotFound):
        rotate(service.store, "all", service.now)


def test_a_passing_fault_gives_the_last_good_bytes(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.feed("mine", private=True)
    good = service.answers.get(address())
    service.answers.get(address("mine", secret="s3cret"))

    @contextmanager
    def gone() -> Any:
        raise StoreUnavailable("the database is gone")
        yield

    monkeypatch.setattr(service.store, "reading", gone)
    assert service.answers.get(address()) == good
    with pytest.raises(StoreUnavailable):
        service.answers.get(address(past="P2Y"))
    with pytest.raises(StoreUnavailable):  # the secret is asked for all the same
        service.answers.get(address("mine", secret="wrong"))


def test_a_filter_of_ones_own_is_a_feed_too(service: Service) -> None:
    service.add("law", "2026-07-15", kind="regulation")
    answer = service.answers.get(address(None, kind="regulation"))
    assert b"law@horizon" in answer.data
    assert b"io@horizon" not in answer.data
    assert b"SOURCE;VALUE=URI:http://127.0.0.1:8000/calendar.ics?kind=regulation\r\n" in answer.data


def test_the_same_events_come_as_json_and_atom(service: Service) -> None:
    import json
    from xml.etree import ElementTree

    items = json.loads(service.answers.get(address(form="json")).data)["items"]
    assert [(item["id"], item["when"], item["status"]) for item in items] == [
        ("io", "2026-05", "tentative")
    ]
    atom = "{http://www.w3.org/2005/Atom}"
    root = ElementTree.fromstring(service.answers.get(address(form="xml")).data)
    assert [e.findtext(f"{atom}title") for e in root.iter(f"{atom}entry")] == [
        "2026年5月，具体日期待公布 · io"
    ]
    service.now += timedelta(minutes=1)
    service.move("io", "2026-05-19/2026-05-20")
    told = ElementTree.fromstring(service.answers.get(address(form="changes.xml")).data)
    titles = [e.findtext(f"{atom}title") for e in told.iter(f"{atom}entry")]
    assert titles == ["日期已确定：io", "新增：io"]
    assert "2026年5月，具体日期待公布 → 2026年5月19日—20日" in ElementTree.tostring(told, "unicode")


def test_an_event_that_cannot_be_rendered_is_left_out_and_told(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.core.calendars import feed

    real = feed.component

    def failing(event: Any, *rest: Any) -> bytes:
        if event.id == "io":
            raise ValueError("no")
        return real(event, *rest)

    service.add("good", "2026-05-13")
    monkeypatch.setattr(feed, "component", failing)
    assert b"good@horizon" in service.answers.get(address()).data
    (notice,) = service.notices.texts()
    assert "io: ValueError: no" in notice
    monkeypatch.undo()
    service.move("io", "2026-06")
    service.answers.get(address())
    assert service.notices.texts() == []


def test_the_memory_for_addresses_strangers_invent_is_bounded(service: Service) -> None:
    answers = service.again(most_bytes=20_000)
    for n in range(100):
        answers.get(address(None, q=f"invented {n}"))
    held = sum(len(k.answer.data) + len(k.answer.gzipped) for k in answers._kept.values())
    assert held <= 20_000


@pytest.mark.parametrize("query", [{"nonsense": "1"}, {"lang": "fr"}, {"kind": "conference"}])
def test_a_named_feed_takes_options_alone(query: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        address(**query)


def test_feeds_are_measured_for_the_one_who_runs_them(service: Service) -> None:
    for n in range(30):
        service.add(f"long-{n}", "2026-05-13", description="事" * 15_000)
    (feed,) = measure(
        service.store,
        NOW,
        base_url="https://" + "x" * 100 + ".example.org",
        timezone="Asia/Shanghai",
        lang="zh",
        excerpts=True,
    )
    assert feed.bytes > 1_000_000
    assert feed.events == 31
    assert "116" in feed.remarks[-1]
