"""What was begun and not finished, a clock that was set back, a database that was restored."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.core.alerts import deliveries
from service.core.alerts.deliveries import State
from service.operations.alerts.alert_run import AlertRun
from service.operations.alerts.outcomes import save

if TYPE_CHECKING:
    from service.store import Reading

log = logging.getLogger(__name__)

UNDELIVERED = (State.OWED, State.RETRY, State.FAILED, State.UNCERTAIN)


def recover(run: AlertRun) -> None:
    """Deliveries whose sender has stopped become uncertain: their messages may be out."""
    clock_now = run.clock()
    with run.store.reading() as reading:
        stale = [
            d
            for d in reading.deliveries([State.SENDING])
            if d.joined_to is None and deliveries.lease_over(d, clock_now)
        ]
    for before in stale:
        save(run, deliveries.abandoned(before), before)


def repair_after_clock_jump(run: AlertRun) -> None:
    """After the clock was set back: nothing waits until it has caught up with what it said before."""
    clock_now, settle = run.clock(), run.settings.settle
    beyond = clock_now + deliveries.MAX_POSTPONEMENT
    with run.store.reading() as reading:
        waiting = reading.deliveries(UNDELIVERED)
        held = reading.channels_held_beyond(beyond)
    right = [(d, deliveries.clock_set_back(d, clock_now, settle)) for d in waiting]
    changed = [(before, after) for before, after in right if after != before]
    if not changed and not held:
        return
    log.warning("the clock was set back: what waited for a later time goes on from now")
    with run.store.writing(clock_now) as writing:
        writing.release_channels(beyond, clock_now)
        for before, after in changed:
            writing.save_delivery(after, before=before)


def restore_marks(reading: Reading) -> tuple[datetime | None, datetime | None]:
    texts = (reading.mark("restored_at"), reading.mark("backup_taken_at"))
    first, second = (datetime.fromisoformat(t).astimezone(UTC) if t else None for t in texts)
    return first, second
