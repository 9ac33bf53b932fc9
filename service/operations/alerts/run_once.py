"""One run of alerts: plan what is owed, look for what may be out, send what is due, whatever the channel.

"Why did this alert go out?" Read `run_once` downwards, and then the file of the stage. Nothing depends
on when the last run was: the plan is a function of rules, events and the time asked about, the ledger
refuses a key that it has, and whatever was begun and not finished stands in it. Any number of processes
may run at once; a delivery is claimed in a transaction of its own before a byte leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from service.core.alerts import deliveries
from service.core.alerts.deliveries import State
from service.operations.alerts.alert_run import AlertRun, AlertSettings
from service.operations.alerts.channel_health import ask_channels, without_ended_channels
from service.operations.alerts.plan import plan
from service.operations.alerts.recovery import recover, repair_after_clock_jump
from service.operations.alerts.sending import send
from service.operations.alerts.verification import verify_in_history

if TYPE_CHECKING:
    from service.channels import Channels
    from service.store import Store


@dataclass(frozen=True)
class RunReport:
    """What a run did, and what it leaves: `left` is to be sent, retried or settled later."""

    sent: int
    failed: int
    left: int


def run_once(
    store: Store,
    channels: Channels,
    settings: AlertSettings,
    as_of: datetime,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    stopping: Callable[[], bool] = lambda: False,
) -> RunReport:
    """Plan for `as_of`, then verify and send, for a while, what can be done at once. Once `stopping` says
    so, no other message is begun."""
    channels = without_ended_channels(store, channels)
    run = AlertRun(store, channels, settings, as_of, clock, sleep, stopping)
    plan(store, settings, as_of, clock(), lambda name: channels.of(name) is not None)
    recover(run)
    repair_after_clock_jump(run)
    verify_in_history(run)
    sent = send(run)
    if not stopping():
        ask_channels(run)
    with store.reading() as reading:
        left = len(reading.deliveries(deliveries.UNFINISHED))
        failed = len(reading.deliveries([State.FAILED]))
    return RunReport(sent, failed, left)
