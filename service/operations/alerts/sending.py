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
    Delivery,
    HandedOver,
    How,
    Outcome,
    Refused,
    Sent,
    State,
    Unknown,
    Wait,
)
from service.core.alerts.schedule import AlertKind
from service.operations.alerts.alert_run import DOWN_AFTER, STINT, Pass
from service.operations.alerts.channel_health import end_channel
from service.operations.alerts.composing import composed_delivery, without_content
from service.operations.alerts.outcomes import finish, finish_all
from service.operations.alerts.recovery import restore_marks

JOIN_FROM, JOIN_MOST = 6, 50
# A channel that cannot be looked into rests for so long after an unclear attempt, so that one that
# hangs does not hold up the others' messages again and again.
REST = timedelta(seconds=30)
# Waiting for a channel's turn so often in a row means that others take it: the next pass goes on.
MOST_WAITS = 5
# Less than this before the lease ends, a request might outlive it: it is not begun then.
REQUEST = timedelta(seconds=30)
NEVER = datetime.min.replace(tzinfo=UTC)


def send(tools: Pass) -> int:
    """Send what is due, one message a channel in each round; how many went out."""
    sent, waits = 0, 0
    silent: Counter[str] = Counter()
    end = tools.clock() + STINT

    def over() -> bool:
        return waits >= MOST_WAITS or tools.clock() >= end or tools.stopping()

    while not over():
        down = {medium for medium, times in silent.items() if times >= DOWN_AFTER}
        turns, pause = _turns(tools, down)
        if not turns:
            if pause is None:
                break
            tools.sleep(pause)
        waits += 1  # unless this round brings something on
        for number, waiting in enumerate(turns):
            if number and over():
                break
            medium = _medium(tools, waiting[0])
            if silent[medium] >= DOWN_AFTER:
                continue
            outcome = _deliver(tools, waiting)
            if outcome is None:
                continue
            sent += isinstance(outcome, Sent | HandedOver)
            silent[medium] = silent[medium] + 1 if isinstance(outcome, Unknown) else 0
            # A service that only says to wait must end the pass too, or nothing new would be planned.
            waits = waits + 1 if isinstance(outcome, Wait) else 0
    return sent


def _medium(tools: Pass, delivery: Delivery) -> str:
    channel = tools.channel(delivery.channel)
    return delivery.channel if channel is None else channel.medium


def _turns(tools: Pass, down: Collection[str]) -> tuple[list[list[Delivery]], float | None]:
    """What may go out to each channel that is free, the channel that waited longest first; and in
    how many seconds another channel is free, if soon. Nothing of a medium that is down."""
    machine = tools.clock()
    waiting: dict[str, list[Delivery]] = {}
    every: dict[str, timedelta] = {}
    with tools.store.reading() as reading:
        restored_at, _ = restore_marks(reading)
        for d in reading.deliveries([State.OWED, State.RETRY, State.FAILED]):
            if d.joined_to is not None or d.next_at is None or d.next_at > machine:
                continue
            channel = tools.channels.of(d.channel)
            if channel is None or _medium(tools, d) in down:
                continue
            if not isinstance(channel, Refused):
                if not _may_leave(channel, d, machine, restored_at):
                    continue
                every[d.channel] = channel.limits.every
            waiting.setdefault(d.channel, []).append(d)
        free_at = {channel: reading.channel_free_at(channel) or NEVER for channel in waiting}
    soon = [
        at
        for channel, at in free_at.items()
        if machine < at <= machine + every.get(channel, timedelta())
    ]
    free = sorted((at, channel) for channel, at in free_at.items() if at <= machine)
    pause = (min(soon) - machine).total_seconds() if soon else None
    return [waiting[channel] for _, channel in free], pause


def _may_leave(
    channel: Channel, delivery: Delivery, machine: datetime, restored_at: datetime | None
) -> bool:
    """Whether nothing has to be found out, or waited for, before it is sent."""
    if deliveries.held_back(delivery, channel.limits.spread, machine):
        return False
    if channel.repeat.how is How.LOOKUP:
        return not deliveries.must_look(delivery, machine, restored_at)
    return not deliveries.must_decide(delivery, channel.repeat, machine, restored_at)


def _deliver(tools: Pass, waiting: Sequence[Delivery]) -> Outcome | None:
    """Send a channel's next message; what came of it, None where it is another's by now or has
    nothing to say."""
    delivery = waiting[0]
    channel = tools.channels.of(delivery.channel)
    if channel is None or isinstance(channel, Refused):
        return None if channel is None else _not_begun(tools, waiting, channel)
    # Before the claim: what may be slow or fail must not come between that and the post.
    if (unready := channel.ready()) is not None:
        return _not_begun(tools, waiting, unready)
    claimed = _claim(tools, channel, delivery, _others_to_join(delivery, waiting))
    return None if claimed is None else _post(tools, channel, claimed)


def _not_begun(tools: Pass, waiting: Sequence[Delivery], outcome: Refused | Wait) -> Outcome:
    """What becomes of deliveries whose channel is not ready: certainly not out. It is no attempt, so
    that a channel which is set right in the file becomes theirs."""
    if isinstance(outcome, Wait):
        # The others wait with it, since the channel is held.
        waiting = waiting[:1]
        _hold(tools, waiting[0].channel, outcome)
    finish_all(tools, [(before, outcome) for before in waiting])
    return outcome


def _hold(tools: Pass, channel: str, wait: Wait) -> None:
    machine = tools.clock()
    with tools.store.writing(machine) as writing:
        writing.hold_channel(channel, machine + timedelta(seconds=wait.seconds))


def _others_to_join(delivery: Delivery, waiting: Sequence[Delivery]) -> list[Delivery]:
    """More than five reminders, or change alerts, for one channel become one message."""
    if delivery.kind is AlertKind.DIGEST or delivery.message is not None:
        return []
    alike = [
        d
        for d in waiting
        if d.kind is delivery.kind and d.key != delivery.key and d.message is None
    ]
    return alike[: JOIN_MOST - 1] if len(alike) + 1 >= JOIN_FROM else []


def _claim(
    tools: Pass, channel: Channel, delivery: Delivery, others: Sequence[Delivery]
) -> Delivery | None:
    """Compose the message if this is its first sending, and claim it for this process. Committed
    before a byte leaves, so that whatever happens then is found in the ledger."""
    try:
        return _claim_both(tools, channel, delivery, others)
    except _Changed:
        return None  # the next pass finds what it is now


class _Changed(Exception):
    """One of those to be joined is no longer what was read; nothing of the claim may stay."""


def _claim_both(
    tools: Pass, channel: Channel, delivery: Delivery, others: Sequence[Delivery]
) -> Delivery | None:
    machine = tools.clock()
    lease = secrets.token_hex(8)
    with tools.store.writing(machine) as writing:
        composed = composed_delivery(writing, tools, channel, delivery, others)
        if composed is None:
            writing.save_delivery(without_content(delivery, tools.now), before=delivery)
            return None
        if not writing.take_turn(delivery.channel, machine, machine + channel.limits.every):
            return None
        claimed = replace(
            composed,
            state=State.SENDING,
            lease=lease,
            lease_until=machine + LEASE,
            started_at=machine,
            ended_at=None,
            attempts=delivery.attempts + 1,
            looked=False,
            window_until=deliveries.begun(delivery, channel.repeat, machine),
        )
        if not writing.save_delivery(claimed, before=delivery):
            return None
        for other in others:
            joined = replace(
                other,
                state=State.SENDING,
                joined_to=delivery.key,
                lease=lease,
                lease_until=machine + LEASE,
            )
            if not writing.save_delivery(joined, before=other):
                raise _Changed
    return claimed


def _post(tools: Pass, channel: Channel, delivery: Delivery) -> Outcome | None:
    """Post a claimed delivery and store what came of it; None where another process holds it."""
    assert delivery.message is not None
    with tools.store.reading() as reading:
        others = [d.key for d in reading.joined(delivery.key)]
    outcome: Outcome
    assert delivery.lease_until is not None
    kept = _keep_turn(tools, channel, delivery)
    late = not kept or tools.clock() + REQUEST > delivery.lease_until
    if late or tools.stopping():
        # Held up since the claim (a machine that slept): another may have sent it by now, or another
        # message to the channel. Or this process ends, and gives back what it has claimed. Not a byte
        # has left, so if it is ours still it simply waits.
        outcome = Wait("held up before sending", 0.0)
        return outcome if finish(tools, delivery, outcome) else None
    outcome = channel.send(delivery.message.rendered, [delivery.key, *others], tools.clock())
    if isinstance(outcome, Wait):
        _hold(tools, delivery.channel, outcome)
    elif isinstance(outcome, Refused) and outcome.final:
        end_channel(tools, delivery.channel, outcome)
    elif isinstance(outcome, Unknown) and channel.repeat.how is not How.LOOKUP:
        _hold(tools, delivery.channel, Wait(outcome.error, REST.total_seconds()))
    return outcome if finish(tools, delivery, outcome) else None


def _keep_turn(tools: Pass, channel: Channel, delivery: Delivery) -> bool:
    """Have the channel's pause begin now, when the message leaves, and not when it was claimed;
    False if another process has taken the next turn meanwhile, or the channel said to wait."""
    assert delivery.started_at is not None
    every = channel.limits.every
    with tools.store.writing(tools.clock()) as writing:
        machine = tools.clock()  # once whoever else was writing is done
        taken_until = delivery.started_at + every
        return writing.take_turn(delivery.channel, machine, machine + every, ours=taken_until)
