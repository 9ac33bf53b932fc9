"""What became of deliveries, stored with those that their message tells too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from service.core.alerts import deliveries
from service.core.alerts.deliveries import Delivery, Outcome, State
from service.operations.alerts.alert_run import Pass

if TYPE_CHECKING:
    from service.store import Writing


def finish(tools: Pass, before: Delivery, outcome: Outcome) -> bool:
    """Store what became of a delivery, and of those its message tells too; whether it was still
    ours."""
    return save(tools, _after(tools, before, outcome, tools.clock()), before)


def finish_all(tools: Pass, outcomes: Sequence[tuple[Delivery, Outcome]]) -> None:
    """The same for many at once: one transaction, since a backlog may have a thousand."""
    machine = tools.clock()
    with tools.store.writing(machine) as writing:
        for before, outcome in outcomes:
            _put(writing, _after(tools, before, outcome, machine), before)


def _after(tools: Pass, before: Delivery, outcome: Outcome, machine: datetime) -> Delivery:
    """As core.deliveries has it, and what is certainly not out when its day is over is skipped."""
    repeat = tools.repeat(before.channel)
    after = deliveries.after(before, outcome, machine, tools.settings.settle, repeat)
    over = after.over_at is not None and after.over_at <= tools.now
    if over and after.state in (State.OWED, State.RETRY):
        return replace(after, state=State.SKIPPED, error="its day is over", next_at=None)
    return after


def save(tools: Pass, after: Delivery, before: Delivery) -> bool:
    with tools.store.writing(tools.clock()) as writing:
        return _put(writing, after, before)


def _put(writing: Writing, after: Delivery, before: Delivery) -> bool:
    """Store a delivery, and with it those that its message tells too, if nobody else has."""
    if not writing.save_delivery(after, before=before):
        return False
    for other in writing.joined(before.key):
        shared = replace(other, state=after.state, error=after.error, ts=after.ts)
        writing.save_delivery(replace(shared, lease=None, lease_until=None), before=other)
    return True
