"""Sending what is due: whose turn it is, the claim that is committed before a byte leaves, the post."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from service.channels.channel import Channel
from service.core.alerts import deliveries
from service.core.alerts.deliveries import (
    LEASE,
    Deduplication,
    Delivery,
    HandedOver,
    Outcome,
    Refused,
    Sent,
    State,
    Unknown,
    Wait,
)
from service.core.alerts.schedule import AlertKind
from service.operations.alerts.alert_run import DOWN_AFTER, MAX_STAGE_TIME, AlertRun
from service.operations.alerts.channel_health import end_channel
from service.operations.alerts.composing import composed_delivery, without_content
from service.operations.alerts.outcomes import finish, finish_all
from service.operations.alerts.recovery import restore_marks

JOIN_FROM, MAX_JOINED = 6, 50
# A channel that cannot be looked into rests for so long after an unclear attempt, so that one that
# hangs does not hold up the others' messages again and again.
REST = timedelta(seconds=30)
# Waiting for a channel's turn so often in a row means that others take it: the next run goes on.
MAX_WAITS = 5
# Less than this before the lease ends, a request might outlive it: it is not begun then.
REQUEST = timedelta(seconds=30)
NEVER = datetime.min.replace(tzinfo=UTC)


def send(run: AlertRun) -> int:
    """Send what is due, one message a channel in each round; how many went out."""
    sent, waits = 0, 0
    silent: Counter[str] = Counter()
    end = run.clock() + MAX_STAGE_TIME

    def over() -> bool:
        return waits >= MAX_WAITS or run.clock() >= end or run.stopping()

    while not over():
        down = {medium for medium, times in silent.items() if times >= DOWN_AFTER}
        turns, pause = _turns(run, down)
        if not turns:
            if pause is None:
                break
            run.sleep(pause)
        waits += 1  # unless this round brings something on
        for number, waiting in enumerate(turns):
            if number and over():
                break
            medium = _medium(run, waiting[0])
            if silent[medium] >= DOWN_AFTER:
                continue
            outcome = _deliver(run, waiting)
            if outcome is None:
                continue
            sent += isinstance(outcome, Sent | HandedOver)
            silent[medium] = silent[medium] + 1 if isinstance(outcome, Unknown) else 0
            # A service that only says to wait must end the run too, or nothing new would be planned.
            waits = waits + 1 if isinstance(outcome, Wait) else 0
    return sent


def _medium(run: AlertRun, delivery: Delivery) -> str:
    channel = run.channel(delivery.channel)
    return delivery.channel if channel is None else channel.medium


def _turns(run: AlertRun, down: Collection[str]) -> tuple[list[list[Delivery]], float | None]:
    """What may go out to each channel that is free, the channel that waited longest first; and in
    how many seconds another channel is free, if soon. Nothing of a medium that is down."""
    clock_now = run.clock()
    waiting: dict[str, list[Delivery]] = {}
    every: dict[str, timedelta] = {}
    with run.store.reading() as reading:
        restored_at, _ = restore_marks(reading)
        for d in reading.deliveries([State.OWED, State.RETRY, State.FAILED]):
            if d.joined_to is not None or d.next_at is None or d.next_at > clock_now:
                continue
            channel = run.channels.of(d.channel)
            if channel is None or _medium(run, d) in down:
                continue
            if not isinstance(channel, Refused):
                if not _may_leave(channel, d, clock_now, restored_at):
                    continue
                every[d.channel] = channel.limits.every
            waiting.setdefault(d.channel, []).append(d)
        free_at = {channel: reading.channel_free_at(channel) or NEVER for channel in waiting}
    soon = [
        at
        for channel, at in free_at.items()
        if clock_now < at <= clock_now + every.get(channel, timedelta())
    ]
    free = sorted((at, channel) for channel, at in free_at.items() if at <= clock_now)
    pause = (min(soon) - clock_now).total_seconds() if soon else None
    return [waiting[channel] for _, channel in free], pause


def _may_leave(
    channel: Channel, delivery: Delivery, clock_now: datetime, restored_at: datetime | None
) -> bool:
    """Whether nothing has to be found out, or waited for, before it is sent."""
    if deliveries.held_back(delivery, channel.limits.spread, clock_now):
        return False
    if channel.repeat.how is Deduplication.LOOKUP:
        return not deliveries.needs_verification(delivery, clock_now, restored_at)
    return not deliveries.must_decide(delivery, channel.repeat, clock_now, restored_at)


def _deliver(run: AlertRun, waiting: Sequence[Delivery]) -> Outcome | None:
    """Send a channel's next message; what came of it, None where it is another's by now or has
    nothing to say."""
    delivery = waiting[0]
    channel = run.channels.of(delivery.channel)
    if channel is None or isinstance(channel, Refused):
        return None if channel is None else _not_begun(run, waiting, channel)
    # Before the claim: what may be slow or fail must not come between that and the post.
    if (unready := channel.ready()) is not None:
        return _not_begun(run, waiting, unready)
    claimed = _claim(run, channel, delivery, _others_to_join(delivery, waiting))
    return None if claimed is None else _post(run, channel, claimed)


def _not_begun(run: AlertRun, waiting: Sequence[Delivery], outcome: Refused | Wait) -> Outcome:
    """What becomes of deliveries whose channel is not ready: certainly not out. It is no attempt, so
    that a channel which is set right in the file becomes theirs."""
    if isinstance(outcome, Wait):
        # The others wait with it, since the channel is held.
        waiting = waiting[:1]
        _hold(run, waiting[0].channel, outcome)
    finish_all(run, [(before, outcome) for before in waiting])
    return outcome


def _hold(run: AlertRun, channel: str, wait: Wait) -> None:
    clock_now = run.clock()
    with run.store.writing(clock_now) as writing:
        writing.hold_channel(channel, clock_now + timedelta(seconds=wait.seconds))


def _others_to_join(delivery: Delivery, waiting: Sequence[Delivery]) -> list[Delivery]:
    """More than five reminders, or change alerts, for one channel become one message."""
    if delivery.kind is AlertKind.DIGEST or delivery.message is not None:
        return []
    alike = [
        d
        for d in waiting
        if d.kind is delivery.kind and d.key != delivery.key and d.message is None
    ]
    return alike[: MAX_JOINED - 1] if len(alike) + 1 >= JOIN_FROM else []


def _claim(
    run: AlertRun, channel: Channel, delivery: Delivery, others: Sequence[Delivery]
) -> Delivery | None:
    """Compose the message if this is its first sending, and claim it for this process. Committed
    before a byte leaves, so that whatever happens then is found in the ledger."""
    try:
        return _claim_both(run, channel, delivery, others)
    except _Changed:
        return None  # the next run finds what it is now


class _Changed(Exception):
    """One of those to be joined is no longer what was read; nothing of the claim may stay."""


def _claim_both(
    run: AlertRun, channel: Channel, delivery: Delivery, others: Sequence[Delivery]
) -> Delivery | None:
    clock_now = run.clock()
    lease = secrets.token_hex(8)
    with run.store.writing(clock_now) as writing:
        composed = composed_delivery(writing, run, channel, delivery, others)
        if composed is None:
            writing.save_delivery(without_content(delivery, run.as_of), before=delivery)
            return None
        if not writing.take_turn(delivery.channel, clock_now, clock_now + channel.limits.every):
            return None
        claimed = replace(
            composed,
            state=State.SENDING,
            lease=lease,
            lease_until=clock_now + LEASE,
            started_at=clock_now,
            ended_at=None,
            attempts=delivery.attempts + 1,
            looked=False,
            window_until=deliveries.begun(delivery, channel.repeat, clock_now),
        )
        if not writing.save_delivery(claimed, before=delivery):
            return None
        for other in others:
            joined = replace(
                other,
                state=State.SENDING,
                joined_to=delivery.key,
                lease=lease,
                lease_until=clock_now + LEASE,
            )
            if not writing.save_delivery(joined, before=other):
                raise _Changed
    return claimed


def _post(run: AlertRun, channel: Channel, delivery: Delivery) -> Outcome | None:
    """Post a claimed delivery and store what came of it; None where another process holds it."""
    assert delivery.message is not None
    with run.store.reading() as reading:
        others = [d.key for d in reading.joined(delivery.key)]
    outcome: Outcome
    assert delivery.lease_until is not None
    kept = _keep_turn(run, channel, delivery)
    late = not kept or run.clock() + REQUEST > delivery.lease_until
    if late or run.stopping():
        # Held up since the claim (a machine that slept): another may have sent it by now, or another
        # message to the channel. Or this process ends, and gives back what it has claimed. Not a byte
        # has left, so if it is ours still it simply waits.
        outcome = Wait("held up before sending", 0.0)
        return outcome if finish(run, delivery, outcome) else None
    outcome = channel.send(delivery.message.rendered, [delivery.key, *others], run.clock())
    if isinstance(outcome, Wait):
        _hold(run, delivery.channel, outcome)
    elif isinstance(outcome, Refused) and outcome.final:
        end_channel(run, delivery.channel, outcome)
    elif isinstance(outcome, Unknown) and channel.repeat.how is not Deduplication.LOOKUP:
        _hold(run, delivery.channel, Wait(outcome.error, REST.total_seconds()))
    return outcome if finish(run, delivery, outcome) else None


def _keep_turn(run: AlertRun, channel: Channel, delivery: Delivery) -> bool:
    """Have the channel's pause begin now, when the message leaves, and not when it was claimed;
    False if another process has taken the next turn meanwhile, or the channel said to wait."""
    assert delivery.started_at is not None
    every = channel.limits.every
    with run.store.writing(run.clock()) as writing:
        clock_now = run.clock()  # once whoever else was writing is done
        taken_until = delivery.started_at + every
        return writing.take_turn(delivery.channel, clock_now, clock_now + every, ours=taken_until)
