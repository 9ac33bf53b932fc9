"""What one run of alerts goes by: its settings, and what its stages are handed.

Two times are told apart. `as_of` says for when alerts are planned and composed (a command can ask about
another day); `clock` is the machine's, and what it said is `clock_now`: that decides about leases,
waiting and settling.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from service.channels.channel import Channel
from service.core.alerts.deliveries import NONE, Refused, Repeat

if TYPE_CHECKING:
    from service.channels import Channels
    from service.store import Store

# What answers nothing so often in a row is down: the rest of the run would only wait for it.
DOWN_AFTER = 3
# Verifying, and sending, each end after this long, so that a backlog in one channel does not keep a
# run from planning what has fallen due for another: the next run goes on where this one stopped.
MAX_STAGE_TIME = timedelta(seconds=15)


@dataclass(frozen=True)
class AlertSettings:
    """What runs go by. `settle`: how long after an attempt its message may still arrive;
    `window`: how long changes of one event are gathered into one alert."""

    base_url: str
    settle: timedelta = timedelta(seconds=60)
    window: timedelta = timedelta(minutes=2)
    excerpts: bool = True
    lang: str = "zh"


@dataclass(frozen=True)
class AlertRun:
    """What the stages of one run are handed."""

    store: Store
    channels: Channels
    settings: AlertSettings
    as_of: datetime
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    stopping: Callable[[], bool]

    def channel(self, name: str) -> Channel | None:
        """The channel, where it can be used."""
        found = self.channels.of(name)
        return None if isinstance(found, Refused) else found

    def repeat(self, name: str) -> Repeat:
        channel = self.channel(name)
        return NONE if channel is None else channel.repeat
