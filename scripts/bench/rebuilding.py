"""What a change of an event costs a feed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from scripts.bench.stores import NOW
from service.core.calendars import feed as feed_
from service.core.events import event as event_
from service.core.events.event import Origin
from service.core.events.filters import Filter
from service.operations.feeds import FeedAnswers, read_address
from service.operations.notices import Notices
from service.store import Store, open_engine
from tests.core.calendars.by_icalendar import component


def measure(url: str, count: int, rounds: int) -> dict[str, Any]:
    """Seconds, of the database's so many events: a full rendering by icalendar, a cold start, one
    change without and with gzip."""
    store = Store(open_engine(url))
    address = read_address("ics", {"size": ["all"]}, "zh", name="all", secret=None)
    heading = feed_.Heading("All", "http://x/feeds/all.ics", "http://x", "Asia/Shanghai")

    def new() -> FeedAnswers:
        return FeedAnswers(
            store,
            Notices(),
            lambda: NOW,
            base_url="http://x",
            timezone="Asia/Shanghai",
            most_bytes=10**9,
        )

    def timed(what: Callable[[], object]) -> float:
        started = time.perf_counter()
        what()
        return time.perf_counter() - started

    warm = new()
    warm.get(address)
    with store.reading() as reading:
        sample = reading.select(Filter(), limit=1000)
    found: dict[str, list[float]] = {"icalendar": [], "cold": [], "bytes": [], "with gzip": []}

    def by_icalendar() -> None:
        for event in sample:
            component(event, heading, address.options)

    def parts_alone() -> None:
        with store.reading() as reading:
            warm._parts.render(reading, Filter(), heading_of(warm), address.options, NOW.date())

    def heading_of(answers: FeedAnswers) -> feed_.Heading:
        with store.reading() as reading:
            return answers._heading(address, reading.feed("all"))

    def change(n: int) -> None:
        with store.writing(NOW) as writing:
            held = writing.event(f"event-{n * 37 % count}")
            assert held is not None
            changed = event_.revise(held, replace(held.details, title=f"changed {n}"), NOW)
            assert changed is not None
            writing.record(changed, who="bench", origin=Origin.API)

    for n in range(rounds):
        found["icalendar"].append(timed(by_icalendar) * count / len(sample))
        change(2 * n)
        found["bytes"].append(timed(parts_alone))
        change(2 * n + 1)
        found["with gzip"].append(timed(lambda: warm.get(address)))
        if n < 3:
            found["cold"].append(timed(lambda: new().get(address)))
    store.close()
    return {"events": count, "seconds": found}


def tell(found: dict[str, Any]) -> Iterator[str]:
    seconds = {name: statistics.median(values) for name, values in found["seconds"].items()}
    yield f"| of {found['events']:,} events | seconds | of icalendar |"
    yield "| --- | ---: | ---: |"
    names = {
        "icalendar": "rendered by icalendar",
        "cold": "cold start to the first answer",
        "bytes": "one change: fresh bytes",
        "with gzip": "one change: fresh answer with gzip and validators kept",
    }
    for name, words in names.items():
        ratio = seconds["icalendar"] / seconds[name]
        yield f"| {words} | {seconds[name]:.3f} | 1/{ratio:.0f} |"
