"""What became of deliveries, stored with those that their message tells too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from service.core.alerts import deliveries
from service.core.alerts.deliveries import Delivery, Outcome, State
from service.operations.alerts.alert_run import AlertRun

if TYPE_CHECKING:
    from service.store import Writing


def finish(run: AlertRun, before: Delivery, outcome: Outcome) -> bool:
    """Store what became of a delivery, and of those its message tells too; whether it was still
    ours."""
    return save(run, _after(run, before, outcome, run.clock()), before)


def finish_all(run: AlertRun, outcomes: Sequence[tuple[Delivery, Outcome]]) -> None:
    """The same for many at once: one transaction, since a backlog may have a thousand."""
    clock_now = run.clock()
    with run.store.writing(clock_now) as writing:
        for before, outcome in outcomes:
            _put(writing, _after(run, before, outcome, clock_now), before)


def _after(run: AlertRun, before: Delivery, outcome: Outcome, clock_now: datetime) -> Delivery:
    """As core.deliveries has it, and what is certainly not out when its day is over is skipped."""
    repeat = run.repeat(before.channel)
    after = deliveries.after(before, outcome, clock_now, run.settings.settle, repeat)
    over = after.over_at is not None and after.over_at <= run.as_of
    if over and after.state in (State.OWED, State.RETRY):
        return replace(after, state=State.SKIPPED, error="its day is over", next_at=None)
    return after


def save(run: AlertRun, after: Delivery, before: Delivery) -> bool:
    with run.store.writing(run.clock()) as writing:
        return _put(writing, after, before)


def _put(writing: Writing, after: Delivery, before: Delivery) -> bool:
    """Store a delivery, and with it those that its message tells too, if nobody else has."""
    if not writing.save_delivery(after, before=before):
        return False
    for other in writing.joined(before.key):
        shared = replace(other, state=after.state, error=after.error, ts=after.ts)
        writing.save_delivery(replace(shared, lease=None, lease_until=None), before=other)
    return True
