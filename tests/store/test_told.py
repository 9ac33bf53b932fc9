"""Which deliveries told of an event: those about it, and digests whose message links to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from service.core.alerts import blockkit
from service.core.alerts.deliveries import Composed, Delivery, State
from service.core.alerts.digest import Digest
from service.core.alerts.messages import digest_message
from service.core.alerts.schedule import AlertKind
from service.core.events.items import Item
from service.store import Store
from tests.core.seed import event
from tests.store.samples import NOW


def row(key: str, kind: AlertKind, minutes: int, **more: Any) -> Delivery:
    due = NOW + timedelta(minutes=minutes)
    return Delivery(key, kind, "rule", "#channel", due, State.SENT, **more)


def test_what_told_of_an_event_is_found_by_when_it_was_due(store: Store) -> None:
    rows = [
        row("change/rule/io/7", AlertKind.CHANGE, 3, event_id="io"),
        row("reminder/rule/io/2026-05-19/P1D", AlertKind.REMINDER, 1, event_id="io", joined_to="x"),
        row("reminder/rule/other/2026-05-19/P1D", AlertKind.REMINDER, 0, event_id="other"),
    ]
    with store.writing(NOW) as writing:
        for each in rows:
            writing.owe(each)
    with store.reading() as reading:
        assert reading.told("io") == [rows[1], rows[0]]
        assert reading.told("i_") == []
        assert reading.told("none") == []


def digest(*ids: str) -> Digest:
    items = [(made := event(id, "2026-05-13"), made.when) for id in ids]
    today = tuple(Item(made, when, when.first, when.last) for made, when in items)
    return Digest("Calendar", NOW.date(), "UTC", 14, ahead=today)


def test_a_digest_tells_of_what_its_message_links_to(store: Store) -> None:
    def sent(day: int, *ids: str) -> Delivery:
        said = digest_message(digest(*ids), "zh", "https://horizon.example")
        made, told = blockkit.render(said)
        message = Composed(told, blockkit.write(made))
        return row(f"digest/rule/2026-04-{day}", AlertKind.DIGEST, day, message=message)

    rows = [sent(1, "io-2026", "laws"), sent(2, "laws-2", "io"), sent(3, "io")]
    with store.writing(NOW) as writing:
        for each in rows:
            writing.owe(each)
    with store.reading() as reading:
        assert reading.told("io") == rows[1:]
        assert reading.told("io-2026") == rows[:1]
        assert reading.told("laws") == rows[:1]
