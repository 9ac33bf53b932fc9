"""What a channel is: its limits, how it writes a message, how it sends it, and what it can promise."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from service.core.alerts.deliveries import (
    NONE,
    Composed,
    Deduplication,
    HandedOver,
    LookFailed,
    Refused,
    Repeat,
    Sent,
    Unknown,
    Wait,
)
from service.core.alerts.message import Message, marked_as_repeat

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class ChannelLimits:
    """`size`: the most bytes that the channel takes, as it counts them; `every`: the least time
    between two messages to it; `spread`: by how much what is due on the hour or half past is spread,
    where the channel asks to keep off those; `excess`: what a message too many costs."""

    size: int
    every: timedelta = SECOND
    spread: timedelta = timedelta()
    excess: str = "it is asked to wait"


@dataclass(frozen=True)
class Looked:
    """The keys that a channel's history has, each with the name of its message; `complete` when it
    was read to its end."""

    keys: Mapping[str, str]
    complete: bool


Outcome = Sent | HandedOver | Refused | Wait | Unknown


class Channel(Protocol):
    """One way out. `medium` is what is down together; `wants_data`: whether it sends what programs
    read, which is composed for it alone."""

    @property
    def name(self) -> str: ...
    @property
    def medium(self) -> str: ...
    @property
    def limits(self) -> ChannelLimits: ...
    @property
    def repeat(self) -> Repeat: ...
    @property
    def wants_data(self) -> bool: ...

    def render(self, message: Message) -> Composed:
        """What is sent, word for word; and the message as it is told by that, without what had to be
        left out."""
        ...

    def marked(self, composed: Composed, lang: str) -> Composed:
        """The same, which says that it may be a repeat."""
        ...

    def ready(self) -> Refused | Wait | None:
        """What has to be known before a message is claimed (an address, a token); None where it is."""
        ...

    def send(self, rendered: Mapping[str, Any], keys: Sequence[str], now: datetime) -> Outcome:
        """Send once, under those keys, the first of which is the delivery's. Unknown means that this
        very message may be there."""
        ...


def asked_again(failed: Refused | Wait | Unknown, seconds: float) -> Refused | Wait:
    """What becomes of a question, such as one for a token, that sends nothing: of that nothing is unclear,
    and what was not answered is asked again after so many seconds."""
    return Wait(failed.error, seconds) if isinstance(failed, Unknown) else failed


class Unlooked(ABC):
    """What the channels have in common that write words and can tell nothing of what is there: a repeat
    says that it may be one."""

    name: str
    repeat: Repeat = NONE
    wants_data = False

    @property
    def medium(self) -> str:
        return self.name

    @abstractmethod
    def render(self, message: Message) -> Composed: ...

    def marked(self, composed: Composed, lang: str) -> Composed:
        assert composed.says is not None
        return self.render(marked_as_repeat(composed.says))

    def ready(self) -> Refused | Wait | None:
        """Nothing has to be known before."""
        return None


class LooksUp(Channel, Protocol):
    """A channel whose history can be read."""

    def delivered(self, oldest: float) -> Looked | LookFailed | Refused: ...


_WORDS = {
    Deduplication.LOOKUP: "once",
    Deduplication.RECEIVER: "at least once; once for a receiver that keeps ids",
    Deduplication.NONE: "digests at most once, others at least once",
}


def promise(repeat: Repeat) -> str:
    """What is promised of the messages to a channel of that kind, in the words of the docs."""
    if repeat.how is Deduplication.KEY:
        hours = repeat.window / timedelta(hours=1)
        within = "the hour" if hours == 1 else f"{hours:g} hours"
        return f"once within {within}; after it {_WORDS[Deduplication.NONE]}"
    return _WORDS[repeat.how]
