"""One message owed to one channel, under one key, ever: its states, and what each outcome does.

    owed       to be sent from `next_at` on
    sending    claimed by a process, which holds the lease until `lease_until`
    uncertain  may or may not have gone out: it is looked for, and sent again only once it is
               certain that it did not
    retry      was not delivered (Slack said to wait), to be sent again from `next_at` on
    sent       Slack has it, as `ts`
    failed     refused for a reason that a person has to remove; tried again once an hour
    skipped    its day is over, a nearer reminder went out instead, a digest had nothing to say at its
               time, or somebody dropped it
    withdrawn  the event was called off, withdrawn or moved before it went out

What an outcome turns a delivery that is being sent into (the table that `after` is):

    Sent            -> sent
    Refused         -> failed, again in an hour
    Wait            -> retry, when Slack says
    HandedOver      -> sent, by whoever passes it on
    Unknown         -> uncertain; looked for at once, since what is found counts at once
    Found           -> sent
    Missing         -> owed, if the history was read to its end after the settle time had passed
                       since the attempt ended; else still uncertain
    LookFailed      -> uncertain, looked for again later

What an uncertain one turns into is its channel's to say, by its *repeat*: it is looked for
(`lookup`), or `unseen` decides, where nothing can be looked up.

All times are the machine's: a `--now` says for when alerts are composed, not when bytes left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum
from hashlib import sha256
from typing import Any

from service.core.alerts.message import Message
from service.core.alerts.schedule import AlertKind

LEASE = timedelta(seconds=45)
AGAIN_FAILED = timedelta(hours=1)
LOOK_FIRST_AFTER = timedelta(minutes=15)
LOOK_FROM = timedelta(minutes=10)
RESTORED_FOR = timedelta(days=7)
# Nothing is put off for longer; what is, was put off by a clock that has been set back since. Two
# machines' clocks may differ by a little, which proves nothing.
MAX_POSTPONEMENT = timedelta(hours=2)
CLOCKS_DIFFER = timedelta(minutes=2)
# An attempt that lies ahead was really made some time ago, by Slack's clock.
LOOK_FROM_AFTER_JUMP = timedelta(days=1)
_LONGEST_PAUSE = timedelta(minutes=2)
# A claim's lease, and what a request may outlive it by.
KEY_MARGIN = LEASE + timedelta(seconds=30)


class State(StrEnum):
    OWED = "owed"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    RETRY = "retry"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


UNFINISHED = (State.OWED, State.SENDING, State.UNCERTAIN, State.RETRY)
"""What is still to be done without anybody's help."""


class Deduplication(StrEnum):
    """How it is told whether a message that may have gone out did."""

    LOOKUP = "lookup"  # by looking
    KEY = "key"  # sent again under the same key, which its service takes once within a window
    RECEIVER = "receiver"  # sent again under the same id, by which its receiver knows it
    NONE = "none"  # not at all


@dataclass(frozen=True)
class Repeat:
    """What a channel can do after an unclear attempt; `window` goes with a key."""

    how: Deduplication
    window: timedelta = timedelta()


LOOKUP, RECEIVER, NONE = (
    Repeat(Deduplication.LOOKUP),
    Repeat(Deduplication.RECEIVER),
    Repeat(Deduplication.NONE),
)


@dataclass(frozen=True)
class Composed:
    """What a delivery says, and that as its channel wrote it when it was first tried: it goes out so,
    word for word, as often as it takes. `says` is None where an older Horizon kept Slack's form
    alone. `rendered` is JSON."""

    says: Message | None
    rendered: Mapping[str, Any]


@dataclass(frozen=True)
class Delivery:
    """A row of the ledger. `subject` is what it tells of: the event's id and, as text, the date or
    the changes' numbers; with it the message is composed when it is first sent, and then kept word
    for word. `joined_to` is the key of the message that tells this one too."""

    key: str
    kind: AlertKind
    rule: str
    channel: str
    due_at: datetime
    state: State
    over_at: datetime | None = None
    event_id: str | None = None
    occurrence: str | None = None
    lead: str | None = None
    first_seq: int | None = None
    last_seq: int | None = None
    attempts: int = 0
    error: str = ""
    next_at: datetime | None = None
    lease: str | None = None
    lease_until: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    looked: bool = False
    message: Composed | None = None
    joined_to: str | None = None
    ts: str | None = None
    covers_seq: int | None = None
    # Until when its key keeps a repeat from being a second message, where it may be out.
    window_until: datetime | None = None

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent: by Slack's clock, else (a web hook tells no `ts`) when the request that
        arrived was begun; None for what was not sent, and where neither is known."""
        if self.state is not State.SENT:
            return None
        seconds, _, fraction = (self.ts or "").partition(".")
        if seconds.isascii() and seconds.isdigit() and len(seconds) <= 10:
            micro = (
                int((fraction + "000000")[:6]) if fraction.isascii() and fraction.isdigit() else 0
            )
            return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=micro)
        return self.started_at

    @property
    def in_doubt(self) -> bool:
        """Whether its last attempt may have arrived, whatever the state says by now: a look-up that
        was refused, or a person, may have made it `failed` or `skipped`."""
        return self.ended_at is not None and not self.looked


@dataclass(frozen=True)
class Sent:
    ts: str


@dataclass(frozen=True)
class HandedOver:
    """Taken by somebody who passes it on, and may still fail unseen; `note`: what is known of that."""

    note: str = ""


@dataclass(frozen=True)
class Refused:
    """`final`: whoever refuses it wants nothing more, ever."""

    error: str
    final: bool = False


@dataclass(frozen=True)
class Wait:
    error: str
    seconds: float


@dataclass(frozen=True)
class Unknown:
    error: str


@dataclass(frozen=True)
class Found:
    ts: str


@dataclass(frozen=True)
class Missing:
    """Not in the history; `complete` when that was read to its end. `began_at`: when the look-up
    began, since a message that arrived while it went on may have been missed."""

    complete: bool
    began_at: datetime


@dataclass(frozen=True)
class LookFailed:
    """`answered`: the service itself said so, and is not down."""

    error: str
    seconds: float = 0.0
    answered: bool = True


Outcome = Sent | HandedOver | Refused | Wait | Unknown | Found | Missing | LookFailed


def after(
    delivery: Delivery,
    outcome: Outcome,
    now: datetime,
    settle: timedelta,
    repeat: Repeat = LOOKUP,
) -> Delivery:
    """The delivery after what came of sending it, or looking for it, in a channel of that repeat."""
    free = replace(delivery, lease=None, lease_until=None)
    match outcome:
        case Sent(ts) | Found(ts):
            return replace(free, state=State.SENT, ts=ts, error="", next_at=None)
        case HandedOver(note):
            return replace(free, state=State.SENT, ts="", error=note, next_at=None)
        case Refused(error, final):
            again = None if final else now + AGAIN_FAILED
            return replace(_certain(free, repeat), state=State.FAILED, error=error, next_at=again)
        case Wait(error, seconds):
            again = now + timedelta(seconds=seconds)
            return replace(_certain(free, repeat), state=State.RETRY, error=error, next_at=again)
        case Unknown(error):
            return replace(free, state=State.UNCERTAIN, error=error, ended_at=now, next_at=now)
        case Missing(complete, began_at):
            return _missing(free, complete, began_at, now, settle)
        case LookFailed(error, seconds, _):
            pause = max(timedelta(seconds=seconds), _pause(delivery.attempts))
            unsure = delivery.in_doubt or delivery.state is State.UNCERTAIN
            kept = State.UNCERTAIN if unsure else State.OWED
            return replace(
                free,
                state=kept,
                error=error,
                next_at=now + pause,
                attempts=delivery.attempts + 1,
            )


def _missing(
    free: Delivery, complete: bool, began_at: datetime, now: datetime, settle: timedelta
) -> Delivery:
    if free.ended_at is None:
        # It was looked for before its first sending; nothing of ours can be under way.
        if complete:
            return replace(free, state=State.OWED, looked=True, next_at=now)
        return replace(free, state=State.OWED, next_at=now + _pause(free.attempts))
    settled_at = free.ended_at + settle
    if complete and began_at >= settled_at:
        return replace(free, state=State.OWED, looked=True, next_at=now)
    return replace(free, state=State.UNCERTAIN, next_at=max(settled_at, now + timedelta(seconds=1)))


def begun(delivery: Delivery, repeat: Repeat, now: datetime) -> datetime | None:
    """The end of the window of a key, for an attempt that begins now: counted from the first
    attempt that may have arrived."""
    if repeat.how is not Deduplication.KEY:
        return None
    return delivery.window_until or now + repeat.window


def _certain(delivery: Delivery, repeat: Repeat) -> Delivery:
    """After an attempt that certainly did not arrive: a window that it began has not begun."""
    until, started = delivery.window_until, delivery.started_at
    began = until is not None and started is not None and until == started + repeat.window
    return replace(delivery, window_until=None) if began else delivery


class Next(Enum):
    """What to do with a delivery that may be out and cannot be looked for."""

    SAME = "same"  # send it again as it is
    MARKED = "marked"  # send it again, saying that it may be a repeat
    STOP = "stop"  # leave it at that


def unseen(delivery: Delivery, repeat: Repeat, now: datetime) -> Next:
    """A digest that cannot be told from a repeat stops; whatever else goes out again, marked."""
    if repeat.how is Deduplication.RECEIVER:
        return Next.SAME
    until = delivery.window_until
    # Before the window's end by so much that a request which begins now arrives within it.
    if repeat.how is Deduplication.KEY and until is not None and now < until - KEY_MARGIN:
        return Next.SAME
    return Next.STOP if delivery.kind is AlertKind.DIGEST else Next.MARKED


def must_decide(
    delivery: Delivery, repeat: Repeat, now: datetime, restored_at: datetime | None
) -> bool:
    """Whether `unseen` has to be asked before it is sent: it may be out, its key's window is over,
    or the database that sent it was replaced by a backup since."""
    if delivery.state is State.UNCERTAIN:
        return True
    until = delivery.window_until
    if until is not None and now >= until - KEY_MARGIN:
        return True
    if repeat.how is Deduplication.RECEIVER or restored_at is None or delivery.due_at > restored_at:
        return False
    known_at = delivery.next_at if delivery.looked else delivery.started_at
    recent = now - restored_at < RESTORED_FOR
    return recent and (known_at is None or known_at < restored_at)


def again_at(delivery: Delivery, now: datetime) -> datetime:
    """When an unclear attempt is repeated: later from time to time."""
    ended = delivery.ended_at or now
    return max(now, min(ended, now) + _pause(delivery.attempts - 1))


def held_back(delivery: Delivery, spread: timedelta, now: datetime) -> bool:
    """Whether a channel that asks to keep off the hour and the half hour is not written to yet, with
    what was due then: each key has its own moment of the time after."""
    if not spread or delivery.due_at.minute not in (0, 30):
        return False
    share = int.from_bytes(sha256(delivery.key.encode()).digest()[:4], "big") / 2**32
    # Not within the first tenth, which is what is asked for.
    return timedelta() <= now - delivery.due_at < spread * (0.1 + 0.9 * share)


def abandoned(delivery: Delivery) -> Delivery:
    """A delivery whose sender has died or hangs: its lease is over, and the message may be out.

    The attempt counts as ended when the lease did, which no request outlives.
    """
    ended = delivery.lease_until
    return replace(
        delivery,
        state=State.UNCERTAIN if delivery.started_at else State.OWED,
        error="the process that was sending it has stopped",
        ended_at=ended if delivery.started_at else delivery.ended_at,
        lease=None,
        lease_until=None,
        next_at=ended,
    )


def lease_over(delivery: Delivery, now: datetime) -> bool:
    """Whether whoever was sending it has stopped: his time is up, or is nowhere near, since the
    clock was set back."""
    until = delivery.lease_until
    return until is not None and not now < until <= now + LEASE + MAX_POSTPONEMENT


def clock_set_back(delivery: Delivery, now: datetime, settle: timedelta) -> Delivery:
    """A delivery that nobody is sending, with times that this clock can have written. Those of a
    clock that was ahead would keep it waiting until today's has caught up, and have its message
    looked for where it cannot be."""
    due = delivery
    times = [time for time in (due.started_at, due.ended_at) if time is not None]
    if any(time > now + CLOCKS_DIFFER for time in times):
        due = replace(
            due,
            started_at=due.started_at and min(due.started_at, now - LOOK_FROM_AFTER_JUMP),
            # What was sent may still arrive: it settles from now on.
            ended_at=due.ended_at and min(due.ended_at, now),
            next_at=due.next_at and min(due.next_at, now),
        )
    if due.next_at is not None and due.next_at > now + MAX_POSTPONEMENT + settle:
        due = replace(due, next_at=now)
    return due


def needs_verification(delivery: Delivery, now: datetime, restored_at: datetime | None) -> bool:
    """Whether it has to be looked for before it is sent."""
    if delivery.state is State.UNCERTAIN or delivery.in_doubt:
        return True
    # `attempts` would not do: look-ups that fail count there too.
    known_at = delivery.next_at if delivery.looked else delivery.started_at
    if restored_at is not None and now - restored_at < RESTORED_FOR:
        # What the backup knew of it may have been overtaken before the restore.
        return known_at is None or known_at < restored_at
    return known_at is None and now - delivery.due_at > LOOK_FIRST_AFTER


def look_from(delivery: Delivery, now: datetime, backup_at: datetime | None) -> datetime:
    """From when on the channel's history is read for it."""
    started = delivery.started_at or delivery.due_at
    earliest = min(started, delivery.due_at) - LOOK_FROM
    return min(earliest, backup_at) if backup_at is not None else earliest


def _pause(attempts: int) -> timedelta:
    """Longer from time to time, so that a Slack that is down is not hammered."""
    return min(timedelta(seconds=2 ** min(attempts, 7)), _LONGEST_PAUSE)
