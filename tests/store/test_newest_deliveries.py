"""The page of alerts reads the end of the ledger, not all of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.schedule import AlertKind
from service.store import Store

NOW = datetime(2026, 4, 27, tzinfo=UTC)


def test_the_newest_come_first_and_can_be_chosen_by_state(store: Store) -> None:
    rows = [
        Delivery(
            f"digest/daily/{n}",
            AlertKind.DIGEST,
            "daily",
            "#c",
            NOW + timedelta(days=n),
            State.OWED,
        )
        for n in range(5)
    ]
    with store.writing(NOW) as writing:
        for row in rows:
            writing.owe(row)
        writing.save_delivery(replace(rows[1], state=State.FAILED), before=rows[1])
    with store.reading() as reading:
        newest = [row.key for row in reading.newest_deliveries(2)]
        failed = [row.key for row in reading.newest_deliveries(2, [State.FAILED])]
    assert newest == ["digest/daily/4", "digest/daily/3"]
    assert failed == ["digest/daily/1"]
