"""Whether a message that may be out is: looked up in the channel's history, or decided without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from service.channels.channel import Channel, Looked, LooksUp
from service.core.alerts import deliveries
from service.core.alerts.deliveries import (
    Composed,
    Deduplication,
    Delivery,
    Found,
    LookFailed,
    Missing,
    Next,
    Outcome,
    State,
)
from service.operations.alerts.alert_run import DOWN_AFTER, MAX_STAGE_TIME, AlertRun
from service.operations.alerts.composing import composed_delivery
from service.operations.alerts.outcomes import finish_all, save
from service.operations.alerts.recovery import UNDELIVERED, restore_marks


def verify_in_history(run: AlertRun) -> None:
    """Look in each channel's history for what may be there already; where there is none to look in,
    decide what to do."""
    clock_now = run.clock()
    with run.store.reading() as reading:
        restored_at, backup_at = restore_marks(reading)
        waiting = [d for d in reading.deliveries(UNDELIVERED) if not d.joined_to]
        held = {d.channel: reading.channel_free_at(d.channel) for d in waiting}
    by_channel: dict[str, list[Delivery]] = {}
    for delivery in waiting:
        channel = run.channel(delivery.channel)
        if channel is None:
            continue
        if channel.repeat.how is not Deduplication.LOOKUP:
            _decide_unseen(run, channel, delivery, restored_at)
            continue
        ripe = delivery.next_at is not None and delivery.next_at <= clock_now
        if ripe and deliveries.needs_verification(delivery, clock_now, restored_at):
            by_channel.setdefault(delivery.channel, []).append(delivery)
    silent: Counter[str] = Counter()
    for name, wanted in by_channel.items():
        channel, free_at = cast(LooksUp, run.channel(name)), held[name]
        if run.stopping() or run.clock() - clock_now >= MAX_STAGE_TIME:
            return
        busy = free_at is not None and free_at > clock_now + channel.limits.every
        if busy or silent[channel.medium] >= DOWN_AFTER:
            continue
        answered = _look_in(run, channel, wanted, restored_at, backup_at)
        silent[channel.medium] = 0 if answered else silent[channel.medium] + 1


def _decide_unseen(
    run: AlertRun, channel: Channel, before: Delivery, restored_at: datetime | None
) -> None:
    """What becomes of a delivery that may be out, where nothing can be looked up."""
    clock_now = run.clock()
    if not deliveries.must_decide(before, channel.repeat, clock_now, restored_at):
        return
    again = replace(before, state=State.OWED, next_at=deliveries.again_at(before, clock_now))
    match deliveries.unseen(before, channel.repeat, clock_now):
        case Next.SAME:
            after = again
        case Next.STOP:
            text = "it may have arrived, which cannot be looked up; a digest is not repeated"
            after = _asked(replace(before, state=State.FAILED, error=text, next_at=None), before)
        case _:
            with run.store.reading() as reading:
                composed = composed_delivery(reading, run, channel, before, ())
            if composed is None or composed.message is None:
                return
            lang = _lang(composed.message, run.settings.lang)
            marked = channel.marked(composed.message, lang)
            after = _asked(replace(again, message=marked), before)
    if after != before:
        save(run, after, before)


def _asked(after: Delivery, before: Delivery) -> Delivery:
    """What was decided once is not asked again: of a window that is over, or a restore."""
    looked = before.looked or before.state is not State.UNCERTAIN
    return replace(after, looked=looked, window_until=None)


def _lang(composed: Composed, otherwise: str) -> str:
    return otherwise if composed.says is None else composed.says.lang


def _look_in(
    run: AlertRun,
    channel: LooksUp,
    wanted: Sequence[Delivery],
    restored_at: datetime | None,
    backup_at: datetime | None,
) -> bool:
    """One reading of the history for all of the channel's deliveries; whether it was answered."""
    began_at = run.clock()
    oldest = min(deliveries.look_from(d, began_at, backup_at) for d in wanted)
    outcomes: dict[str, Outcome]
    found = channel.delivered(oldest.timestamp())
    if isinstance(found, Looked):
        complete = found.complete and _settled_since_restore(restored_at, began_at, run)
        outcomes = {
            d.key: Found(found.keys[d.key]) if d.key in found.keys else Missing(complete, began_at)
            for d in wanted
        }
    else:
        outcomes = {d.key: found for d in wanted}
    finish_all(run, [(delivery, outcomes[delivery.key]) for delivery in wanted])
    return not isinstance(found, LookFailed) or found.answered


def _settled_since_restore(restored_at: datetime | None, began_at: datetime, run: AlertRun) -> bool:
    # What the lost database sent last may still be on its way into the history.
    return restored_at is None or began_at >= restored_at + run.settings.settle
