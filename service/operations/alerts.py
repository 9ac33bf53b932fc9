"""One pass of alerts: plan what is owed, look for what may be out, send what is due, whatever the
channel.

"Why did this alert go out?" Read `run_once` downwards. Nothing depends on when the last pass was:
the plan is a function of rules, events and the time asked about, the ledger refuses a key that it
has, and whatever was begun and not finished stands in it. Any number of processes may run passes at
once; a delivery is claimed in a transaction of its own before a byte leaves.

Two times are told apart. `now` says for when alerts are planned and composed (a command can ask about
another day); `clock` is the machine's and decides about leases, waiting and settling.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar, cast
from zoneinfo import ZoneInfo

from service.channels import kinds
from service.channels.channel import Channel, Looked, LooksUp, promise
from service.core.alerts import deliveries, digest, messages, payload, schedule
from service.core.alerts import rules as rules_
from service.core.alerts.deliveries import (
    LEASE,
    LOOKUP,
    NONE,
    Composed,
    Delivery,
    Found,
    HandedOver,
    How,
    LookFailed,
    Missing,
    Next,
    Outcome,
    Refused,
    Repeat,
    Sent,
    State,
    Unknown,
    Wait,
)
from service.core.alerts.digest import Digest
from service.core.alerts.message import Message
from service.core.alerts.reminders import Changed, Reminder
from service.core.alerts.rules import ChangeRule, DigestRule, ReminderRule
from service.core.alerts.schedule import AlertKind, Due, DueChange, Known, KnownRule
from service.core.dates import when as when_
from service.core.dates.duration import parse as parse_duration
from service.core.events import recurrence
from service.core.events.event import Event
from service.core.events.filters import Filter
from service.errors import Conflict, HorizonError, NotFound

if TYPE_CHECKING:
    from service.channels import Channels
    from service.store import Reading, Store, Writing

log = logging.getLogger(__name__)

R = TypeVar("R", DigestRule, ReminderRule, ChangeRule)

JOIN_FROM, JOIN_MOST = 6, 50
# What answers nothing so often in a row is down: the rest of the pass would only wait for it.
DOWN_AFTER = 3
# A channel that cannot be looked into rests for so long after an unclear attempt, so that one that
# hangs does not hold up the others' messages again and again.
REST = timedelta(seconds=30)
# Waiting for a channel's turn so often in a row means that others take it: the next pass goes on.
MOST_WAITS = 5
# Looking, and sending, each end after this long, so that a backlog in one channel does not keep a
# pass from planning what has fallen due for another: the next pass goes on where this one stopped.
STINT = timedelta(seconds=15)
# Less than this before the lease ends, a request might outlive it: it is not begun then.
REQUEST = timedelta(seconds=30)
SETTLED = "changes_settled"
ENDED, ENDED_WORD = "channel_ended", "http_410"
OBSTACLES = "channel_obstacles"
NOTHING = "nothing arrives"
NOT_CONNECTED = "not connected"
NOTHING_TO_SAY = "nothing to say"
ASK_CHANNELS_AFTER = timedelta(minutes=10)
LATE_TO_TELL = timedelta(minutes=15)
NEVER = datetime.min.replace(tzinfo=UTC)
UNSENT = (State.OWED, State.RETRY, State.FAILED, State.UNCERTAIN)


@dataclass(frozen=True)
class AlertSettings:
    """What passes go by. `settle`: how long after an attempt its message may still arrive;
    `window`: how long changes of one event are gathered into one alert."""

    base_url: str
    settle: timedelta = timedelta(seconds=60)
    window: timedelta = timedelta(minutes=2)
    excerpts: bool = True
    lang: str = "zh"


@dataclass(frozen=True)
class PassReport:
    """What a pass did, and what it leaves: `left` is to be sent, retried or settled later."""

    sent: int
    failed: int
    left: int


@dataclass(frozen=True)
class Pass:
    """The tools of one pass."""

    store: Store
    channels: Channels
    settings: AlertSettings
    now: datetime
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


def run_once(
    store: Store,
    channels: Channels,
    settings: AlertSettings,
    now: datetime,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    stopping: Callable[[], bool] = lambda: False,
) -> PassReport:
    """Plan for `now`, then look and send, for a while, what can be done at once. Once `stopping` says
    so, no other message is begun."""
    channels = _without_ended(store, channels)
    tools = Pass(store, channels, settings, now, clock, sleep, stopping)
    plan(store, settings, now, clock(), lambda name: channels.of(name) is not None)
    recover(tools)
    put_times_right(tools)
    look(tools)
    sent = send(tools)
    if not stopping():
        ask_channels(tools)
    with store.reading() as reading:
        left = len(reading.deliveries(deliveries.LEFT))
        failed = len(reading.deliveries([State.FAILED]))
    return PassReport(sent, failed, left)


# -- planning


AnyRule = DigestRule | ReminderRule | ChangeRule


@dataclass(frozen=True)
class Route:
    """A channel of a rule; `part`: its part in deliveries' keys, empty for Slack's; `since`: from when
    on the rule names it, None from its beginning."""

    channel: str
    part: str = ""
    since: datetime | None = None

    def owes(self, moment: datetime) -> bool:
        """Whether what fell due, or happened, then is owed to it."""
        return self.since is None or self.since <= moment

    def key(self, key: str) -> str:
        return f"{key}/{self.part}" if self.part else key


@dataclass(frozen=True)
class Rules:
    """The alert rules, with since when each is known, and of channels that it names since later."""

    digests: tuple[KnownRule[DigestRule], ...]
    reminders: tuple[KnownRule[ReminderRule], ...]
    changes: tuple[KnownRule[ChangeRule], ...]
    since: dict[tuple[AlertKind, str, str], datetime]

    @property
    def all(self) -> list[tuple[AlertKind, AnyRule]]:
        """Every rule with its kind."""
        return [
            *((AlertKind.DIGEST, known.rule) for known in self.digests),
            *((AlertKind.REMINDER, known.rule) for known in self.reminders),
            *((AlertKind.CHANGE, known.rule) for known in self.changes),
        ]

    @property
    def channels(self) -> list[str]:
        """Every channel that a rule names, once each, in the rules' order."""
        return list(dict.fromkeys(name for _, rule in self.all for name in rule.channels))

    def routes(self, kind: AlertKind, rule: str) -> tuple[Route, ...]:
        """Where that rule's alerts go."""
        for of_kind, held in self.all:
            if of_kind is kind and held.name == rule:
                return tuple(
                    Route(name, part := rules_.key_part(name), self.since.get((kind, rule, part)))
                    for name in held.channels
                )
        return ()

    def route(self, delivery: Delivery) -> Route | None:
        """The one of them by which a delivery goes: Slack's may have become another of Slack's."""
        part = rules_.key_part(delivery.channel)
        routes = self.routes(delivery.kind, delivery.rule)
        return next((route for route in routes if route.part == part), None)


def read_rules(reading: Reading) -> Rules:
    """The rules as they are stored."""
    defaults = {"timezone": "UTC", "lang": "zh"}  # a spec names both; these stand in for none

    def widened(rule: R) -> R:
        return replace(rule, filter=reading.widened(rule.filter))

    return Rules(
        tuple(
            KnownRule(widened(rules_.read_digest(rule.spec, **defaults)), rule.known_since)
            for rule in reading.rules("digest")
        ),
        tuple(
            KnownRule(widened(rules_.read_reminder(rule.spec, **defaults)), rule.known_since)
            for rule in reading.rules("reminder")
        ),
        tuple(
            KnownRule(widened(rules_.read_change(rule.spec, **defaults)), rule.known_since)
            for rule in reading.rules("change")
        ),
        {
            (AlertKind(rule.type), rule.name, part): at
            for rule in reading.rules()
            for part, at in rule.channels_since.items()
        },
    )


def plan(
    store: Store,
    settings: AlertSettings,
    now: datetime,
    machine: datetime,
    connected: Callable[[str], bool] = lambda name: True,
) -> None:
    """Enter into the ledger what is owed at `now` and not there yet, and put right what is there
    and has not gone out: its event may have moved, its day may be over. Nothing is owed to a channel
    that is not `connected`."""
    with store.reading() as reading:
        if not _changes_of_plan(reading, settings, now, machine, connected):
            return
    with store.writing(machine) as writing:
        steps = _changes_of_plan(writing, settings, now, machine, connected)
        for delivery, before in steps.deliveries:
            if before is None:
                writing.owe(delivery)
            else:
                writing.save_delivery(delivery, before=before)
        if steps.settled is not None:
            writing.put_mark(SETTLED, str(steps.settled))


@dataclass(frozen=True)
class Steps:
    """New deliveries, and old ones with what they were; up to which change all is planned."""

    deliveries: tuple[tuple[Delivery, Delivery | None], ...]
    settled: int | None

    def __bool__(self) -> bool:
        return bool(self.deliveries) or self.settled is not None


def _changes_of_plan(
    reading: Reading,
    settings: AlertSettings,
    now: datetime,
    machine: datetime,
    connected: Callable[[str], bool],
) -> Steps:
    rules = read_rules(reading)
    always = now < machine - timedelta(minutes=1)  # asked about an earlier day
    dues = schedule.digests_due(rules.digests, now, always_known=always)
    dues += schedule.reminders_due(
        rules.reminders, _known_events(reading, rules, now), now, always_known=always
    )
    changes, settled = _due_changes(reading, rules, settings, machine)
    wanted = [
        _owed(due, route, machine)
        for due in dues
        for route in rules.routes(due.kind, due.rule)
        if connected(route.channel) and (always or route.owes(due.due_at))
    ]
    wanted += [
        _owed_change(change, route, machine)
        for change in changes
        for route in rules.routes(AlertKind.CHANGE, change.rule)
        if connected(route.channel) and route.owes(change.first.at)
    ]
    held = reading.existing_deliveries(delivery.key for delivery in wanted)
    steps: list[tuple[Delivery, Delivery | None]] = []
    decided: set[str] = set()
    for delivery in wanted:
        before = held.get(delivery.key)
        if before is None:
            steps.append((delivery, None))
        elif delivery.state is State.SKIPPED:
            if before.state in (State.OWED, State.RETRY) and not before.joined_to:
                # It did not go out in its time, and a nearer one is due by now.
                decided.add(before.key)
                error = "a nearer reminder went out instead"
                after = replace(before, state=State.SKIPPED, error=error, next_at=None)
                steps.append((after, before))
        elif before.state is State.WITHDRAWN and delivery.state is State.OWED:
            decided.add(before.key)
            steps.append((replace(before, state=State.OWED, error="", next_at=machine), before))
    waiting = reading.deliveries([State.OWED, State.RETRY, State.FAILED])
    events = reading.events({d.event_id for d in waiting if d.event_id})
    # What one message tells stays together, and goes out word for word once it was tried.
    leaders = {d.joined_to for d in waiting if d.joined_to}
    for before in waiting:
        if before.joined_to or before.key in leaders:
            continue
        after = _put_right(before, rules, events, now)
        if after != before and before.key not in decided:
            steps.append((after, before))
    return Steps(tuple(steps), settled)


def _known_events(reading: Reading, rules: Rules, now: datetime) -> list[Known]:
    if not rules.reminders:
        return []
    first, last = schedule.days_in_reach(rules.reminders, now, now)
    events = reading.select(Filter(from_=first, to=last))
    since = reading.dates_known(event.id for event in events)
    return [Known(event, since.get(event.id, event.created_at)) for event in events]


def _due_changes(
    reading: Reading, rules: Rules, settings: AlertSettings, machine: datetime
) -> tuple[tuple[DueChange, ...], int | None]:
    if not rules.changes:
        return (), None
    since = int(reading.mark(SETTLED) or 0)
    rows = reading.changes(since)
    if not rows:
        return (), None
    first = {row.event_id: row for row in reversed(rows)}
    versions = reading.versions_before(list(first.values()))
    before = {id: versions[row.seq] for id, row in first.items() if row.seq in versions}
    planned = schedule.changes_due(rules.changes, rows, settings.window, machine, before=before)
    settled = planned.settled_seq
    return planned.changes, settled if settled is not None and settled > since else None


def _owed(due: Due, route: Route, machine: datetime) -> Delivery:
    return Delivery(
        key=route.key(due.key),
        kind=due.kind,
        rule=due.rule,
        channel=route.channel,
        due_at=due.due_at,
        state=State.SKIPPED if due.skipped else State.OWED,
        over_at=due.over_at,
        event_id=due.event_id,
        occurrence=due.occurrence.text if due.occurrence else None,
        lead=due.lead,
        error="a nearer reminder went out instead" if due.skipped else "",
        next_at=None if due.skipped else machine,
    )


def _owed_change(change: DueChange, route: Route, machine: datetime) -> Delivery:
    return Delivery(
        key=route.key(change.key),
        kind=AlertKind.CHANGE,
        rule=change.rule,
        channel=route.channel,
        due_at=change.due_at,
        state=State.OWED,
        event_id=change.event_id,
        first_seq=change.first.seq,
        last_seq=change.last.seq,
        next_at=machine,
    )


def _put_right(
    delivery: Delivery, rules: Rules, events: dict[str, Event], now: datetime
) -> Delivery:
    """What has not gone out, as it now stands: skipped when its day is over, withdrawn when its
    event has gone or moved, to the rule's present channel."""
    route = rules.route(delivery)
    if route is None:
        named = rules.routes(delivery.kind, delivery.rule)
        error = "its rule no longer names the channel" if named else "its rule is gone"
        return replace(delivery, state=State.SKIPPED, error=error, next_at=None)
    if delivery.over_at is not None and delivery.over_at <= now:
        return replace(delivery, state=State.SKIPPED, error="its day is over", next_at=None)
    if delivery.kind is AlertKind.REMINDER and not _still_so(delivery, events):
        return replace(
            delivery, state=State.WITHDRAWN, error="the event has moved or gone", next_at=None
        )
    # A purge withdraws it itself; a Horizon before this one did not.
    if delivery.message is None and delivery.event_id and delivery.event_id not in events:
        return replace(delivery, state=State.WITHDRAWN, error="the event was purged", next_at=None)
    if delivery.attempts == 0 and delivery.channel != route.channel:
        return replace(delivery, channel=route.channel)
    return delivery


def _still_so(delivery: Delivery, events: dict[str, Event]) -> bool:
    event = events.get(delivery.event_id or "")
    if event is None or event.withdrawn or event.cancelled:
        return False
    date_ = when_.parse(delivery.occurrence or "")
    if event.details.recurrence is None:
        return event.when == date_
    return date_ in recurrence.occurrences(event.details, date_.first, date_.last)


# -- what was begun and not finished


def recover(tools: Pass) -> None:
    """Deliveries whose sender has stopped become uncertain: their messages may be out."""
    machine = tools.clock()
    with tools.store.reading() as reading:
        stale = [
            d
            for d in reading.deliveries([State.SENDING])
            if d.joined_to is None and deliveries.lease_over(d, machine)
        ]
    for before in stale:
        _save(tools, deliveries.abandoned(before), before)


def put_times_right(tools: Pass) -> None:
    """After the clock was set back: nothing waits until it has caught up with what it said before."""
    machine, settle = tools.clock(), tools.settings.settle
    beyond = machine + deliveries.PUT_OFF_AT_MOST
    with tools.store.reading() as reading:
        waiting = reading.deliveries(UNSENT)
        held = reading.channels_held_beyond(beyond)
    right = [(d, deliveries.clock_set_back(d, machine, settle)) for d in waiting]
    changed = [(before, after) for before, after in right if after != before]
    if not changed and not held:
        return
    log.warning("the clock was set back: what waited for a later time goes on from now")
    with tools.store.writing(machine) as writing:
        writing.release_channels(beyond, machine)
        for before, after in changed:
            writing.save_delivery(after, before=before)


def look(tools: Pass) -> None:
    """Look in each channel's history for what may be there already; where there is none to look in,
    decide what to do."""
    machine = tools.clock()
    with tools.store.reading() as reading:
        restored_at, backup_at = _restored(reading)
        waiting = [d for d in reading.deliveries(UNSENT) if not d.joined_to]
        held = {d.channel: reading.channel_free_at(d.channel) for d in waiting}
    by_channel: dict[str, list[Delivery]] = {}
    for delivery in waiting:
        channel = tools.channel(delivery.channel)
        if channel is None:
            continue
        if channel.repeat.how is not How.LOOKUP:
            _decide_unseen(tools, channel, delivery, restored_at)
            continue
        ripe = delivery.next_at is not None and delivery.next_at <= machine
        if ripe and deliveries.must_look(delivery, machine, restored_at):
            by_channel.setdefault(delivery.channel, []).append(delivery)
    silent: Counter[str] = Counter()
    for name, wanted in by_channel.items():
        channel, free_at = cast(LooksUp, tools.channel(name)), held[name]
        if tools.stopping() or tools.clock() - machine >= STINT:
            return
        busy = free_at is not None and free_at > machine + channel.limits.every
        if busy or silent[channel.medium] >= DOWN_AFTER:
            continue
        answered = _look_in(tools, channel, wanted, restored_at, backup_at)
        silent[channel.medium] = 0 if answered else silent[channel.medium] + 1


def _decide_unseen(
    tools: Pass, channel: Channel, before: Delivery, restored_at: datetime | None
) -> None:
    """What becomes of a delivery that may be out, where nothing can be looked up."""
    machine = tools.clock()
    if not deliveries.must_decide(before, channel.repeat, machine, restored_at):
        return
    again = replace(before, state=State.OWED, next_at=deliveries.again_at(before, machine))
    match deliveries.unseen(before, channel.repeat, machine):
        case Next.SAME:
            after = again
        case Next.STOP:
            text = "it may have arrived, which cannot be looked up; a digest is not repeated"
            after = _asked(replace(before, state=State.FAILED, error=text, next_at=None), before)
        case _:
            with tools.store.reading() as reading:
                composed = _composed(reading, tools, channel, before, ())
            if composed is None or composed.message is None:
                return
            lang = _lang(composed.message, tools.settings.lang)
            marked = channel.marked(composed.message, lang)
            after = _asked(replace(again, message=marked), before)
    if after != before:
        _save(tools, after, before)


def _asked(after: Delivery, before: Delivery) -> Delivery:
    """What was decided once is not asked again: of a window that is over, or a restore."""
    looked = before.looked or before.state is not State.UNCERTAIN
    return replace(after, looked=looked, window_until=None)


def _lang(composed: Composed, otherwise: str) -> str:
    return otherwise if composed.says is None else composed.says.lang


def _look_in(
    tools: Pass,
    channel: LooksUp,
    wanted: Sequence[Delivery],
    restored_at: datetime | None,
    backup_at: datetime | None,
) -> bool:
    """One reading of the history for all of the channel's deliveries; whether it was answered."""
    began_at = tools.clock()
    oldest = min(deliveries.look_from(d, began_at, backup_at) for d in wanted)
    outcomes: dict[str, Outcome]
    found = channel.delivered(oldest.timestamp())
    if isinstance(found, Looked):
        complete = found.complete and _settled_since_restore(restored_at, began_at, tools)
        outcomes = {
            d.key: Found(found.keys[d.key]) if d.key in found.keys else Missing(complete, began_at)
            for d in wanted
        }
    else:
        outcomes = {d.key: found for d in wanted}
    _finish_all(tools, [(delivery, outcomes[delivery.key]) for delivery in wanted])
    return not isinstance(found, LookFailed) or found.answered


def _settled_since_restore(restored_at: datetime | None, began_at: datetime, tools: Pass) -> bool:
    # What the lost database sent last may still be on its way into the history.
    return restored_at is None or began_at >= restored_at + tools.settings.settle


# -- sending


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
        restored_at, _ = _restored(reading)
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
    _finish_all(tools, [(before, outcome) for before in waiting])
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
        composed = _composed(writing, tools, channel, delivery, others)
        if composed is None:
            writing.save_delivery(_empty(delivery, tools.now), before=delivery)
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


def _empty(delivery: Delivery, now: datetime) -> Delivery:
    """A digest that has nothing to say. At its time that is the end of it; before (somebody asked for
    it, and what it had to say went away) the plan owes it again at its time, as whatever was undone."""
    if now < delivery.due_at:
        early = replace(delivery, state=State.WITHDRAWN, error="nothing to say yet")
        return replace(early, next_at=None)
    return replace(delivery, state=State.SKIPPED, error=NOTHING_TO_SAY, next_at=None)


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
        return outcome if _finish(tools, delivery, outcome) else None
    outcome = channel.send(delivery.message.rendered, [delivery.key, *others], tools.clock())
    if isinstance(outcome, Wait):
        _hold(tools, delivery.channel, outcome)
    elif isinstance(outcome, Refused) and outcome.final:
        _end(tools, delivery.channel, outcome)
    elif isinstance(outcome, Unknown) and channel.repeat.how is not How.LOOKUP:
        _hold(tools, delivery.channel, Wait(outcome.error, REST.total_seconds()))
    return outcome if _finish(tools, delivery, outcome) else None


def _end(tools: Pass, name: str, refusal: Refused) -> None:
    """A receiver that wants nothing more gets nothing more, until the file gives another address or
    a person tries it (`reopen`)."""
    with tools.store.writing(tools.clock()) as writing:
        spec = next((c.spec for c in writing.named_channels() if c.name == name), None)
        writing.put_mark(f"{ENDED}/{name}", json.dumps(spec, sort_keys=True))
    tools.channels.named[name] = refusal


def _without_ended(store: Store, channels: Channels) -> Channels:
    with store.reading() as reading:
        ended = {
            channel.name
            for channel in reading.named_channels()
            if reading.mark(f"{ENDED}/{channel.name}") == json.dumps(channel.spec, sort_keys=True)
        }
    return channels.without(ended, Refused(ENDED_WORD, final=True))


def reopen(store: Store, name: str, machine: datetime) -> None:
    """A channel whose receiver wanted nothing more is used again."""
    with store.writing(machine) as writing:
        if writing.mark(f"{ENDED}/{name}"):
            writing.put_mark(f"{ENDED}/{name}", "")


def _keep_turn(tools: Pass, channel: Channel, delivery: Delivery) -> bool:
    """Have the channel's pause begin now, when the message leaves, and not when it was claimed;
    False if another process has taken the next turn meanwhile, or the channel said to wait."""
    assert delivery.started_at is not None
    every = channel.limits.every
    with tools.store.writing(tools.clock()) as writing:
        machine = tools.clock()  # once whoever else was writing is done
        taken_until = delivery.started_at + every
        return writing.take_turn(delivery.channel, machine, machine + every, ours=taken_until)


def _finish(tools: Pass, before: Delivery, outcome: Outcome) -> bool:
    """Store what became of a delivery, and of those its message tells too; whether it was still
    ours."""
    return _save(tools, _after(tools, before, outcome, tools.clock()), before)


def _finish_all(tools: Pass, outcomes: Sequence[tuple[Delivery, Outcome]]) -> None:
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


def _save(tools: Pass, after: Delivery, before: Delivery) -> bool:
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


# -- composing


def _composed(
    reading: Reading,
    tools: Pass,
    channel: Channel,
    delivery: Delivery,
    others: Sequence[Delivery],
) -> Delivery | None:
    """The delivery with its message as the channel writes it; None for a digest that has nothing to
    say. A message that was tried before goes out again word for word."""
    if delivery.message is not None:
        return delivery
    rules = read_rules(reading)
    if delivery.kind is AlertKind.DIGEST:
        rule = next(known.rule for known in rules.digests if known.rule.name == delivery.rule)
        part = rules_.key_part(delivery.channel)
        found, covers = _digest(reading, rule, delivery.due_at, tools.now, part)
        if found is None:
            return None
        delivery = replace(delivery, covers_seq=covers)
        said = _said_of_digest(tools, channel, rule, found)
    else:
        said = _said_of_events(reading, rules, tools, channel, (delivery, *others))
    return replace(delivery, message=channel.render(said))


def _said_of_digest(tools: Pass, channel: Channel, rule: DigestRule, found: Digest) -> Message:
    settings, lang = tools.settings, rule.lang
    said = messages.digest_message(found, lang, settings.base_url)
    if not channel.wants_data:
        return said
    data = payload.digest_data(
        found, rule.name, lang, settings.base_url, settings.excerpts, tools.now
    )
    return replace(said, data=data)


def _said_of_events(
    reading: Reading, rules: Rules, tools: Pass, channel: Channel, told: Sequence[Delivery]
) -> Message:
    """What reminders of one rule say, or changes: alone, or joined in one message."""
    kind, settings = told[0].kind, tools.settings
    rule = next(rule for of, rule in rules.all if of is kind and rule.name == told[0].rule)
    items: list[Reminder | Changed] = []
    if kind is AlertKind.REMINDER:
        items += _reminders(reading, told, tools.now)
    else:
        items += [_changed(reading, delivery) for delivery in told]
    first, lang, base_url, zone = items[0], rule.lang, settings.base_url, rule.timezone
    if len(items) > 1:
        said = messages.joined_message(items, lang, base_url, zone)
    elif isinstance(first, Reminder):
        said = messages.reminder_message(first, lang, base_url, zone, settings.excerpts)
    else:
        said = messages.change_message(first, lang, base_url, zone, settings.excerpts)
    if not channel.wants_data:
        return said
    data = payload.told_data(items, rule.name, lang, base_url, settings.excerpts, tools.now)
    return replace(said, data=data)


def _reminders(reading: Reading, told: Sequence[Delivery], now: datetime) -> list[Reminder]:
    events = reading.events(d.event_id for d in told if d.event_id)
    return [
        Reminder(
            event=events[delivery.event_id or ""],
            occurrence=when_.parse(delivery.occurrence or ""),
            lead=None if delivery.lead == schedule.OPEN else parse_duration(delivery.lead or ""),
            due_at=delivery.due_at,
            late=now - delivery.due_at > digest.LATE,
            open=delivery.lead == schedule.OPEN,
            now=now,
        )
        for delivery in told
    ]


def _changed(reading: Reading, delivery: Delivery) -> Changed:
    """The event before the first and after the last of the changes that the alert tells."""
    history = reading.history(delivery.event_id or "")
    first, last = delivery.first_seq or 0, delivery.last_seq or 0
    inside = [row for row in history if first <= row.seq <= last and row.event]
    earlier = [row.event for row in history if row.seq < first and row.event]
    after = inside[-1].event
    assert after is not None  # a purged event's rows are gone, and with them its alert
    steps = tuple(row.change for row in inside if row.change in schedule.ALERTED)
    return Changed(
        event_before=earlier[-1] if earlier else after,
        event_after=after,
        kinds=steps,
        days=inside[-1].days if len(steps) == 1 else None,
        source=inside[-1].source,
    )


def compose_digest(
    reading: Reading,
    rule: DigestRule,
    due_at: datetime,
    now: datetime,
    settings: AlertSettings,
    part: str = "",
) -> tuple[Message | None, int]:
    """The digest's message as of `now`, None where there is nothing to say and nothing to post; and
    the highest change number that it covers. `part`: of which channel, since each has its own last
    digest."""
    found, covers = _digest(reading, rule, due_at, now, part)
    if found is None:
        return None, covers
    return messages.digest_message(found, rule.lang, settings.base_url), covers


def _digest(
    reading: Reading, rule: DigestRule, due_at: datetime, now: datetime, part: str
) -> tuple[Digest | None, int]:
    covers = reading.position().seq
    since = reading.digest_covered(rule.name, part)
    rows = reading.changes(since) if since is not None else []
    found = digest.compose(rule, reading.select(rule.filter), rows, now, due_at)
    empty = digest.is_empty(found) and rule.when_empty is rules_.WhenEmpty.SKIP
    return None if empty else found, covers


def _restored(reading: Reading) -> tuple[datetime | None, datetime | None]:
    texts = (reading.mark("restored_at"), reading.mark("backup_taken_at"))
    first, second = (datetime.fromisoformat(t).astimezone(UTC) if t else None for t in texts)
    return first, second


# -- what a person asks for


class NothingToSend(HorizonError):
    """The digest has nothing to say, and its rule says to skip it then."""


def owe_digest(
    store: Store,
    name: str,
    now: datetime,
    machine: datetime,
    settings: AlertSettings,
    channel: str | None = None,
) -> Delivery | None:
    """Today's digest for one of its channels (None: the first) under its key, owed now if it has
    something to say. Raises NotFound.

    One with nothing to say is recorded as skipped from its time on; before, nothing is recorded, and
    None is given. Whatever was recorded of it then does not keep it from being composed anew; one that
    was sent or dropped stays so.
    """
    with store.writing(machine) as writing:
        rule = digest_rule(writing, name)
        due = schedule.digest_on(rule, now.astimezone(ZoneInfo(rule.timezone)).date())
        channel = channel or rule.channels[0]
        route = Route(channel, rules_.key_part(channel))
        held = writing.delivery(route.key(due.key))
        if held is not None and not _had_nothing_to_say(held):
            return held
        message, _ = compose_digest(writing, rule, due.due_at, now, settings, route.part)
        if message is None and now < due.due_at:
            return None
        owed = _owed(due, route, machine)
        wanted = owed if message is not None else _empty(owed, now)
        if held is None:
            writing.owe(wanted)
            return wanted
        after = replace(held, state=wanted.state, error=wanted.error, next_at=wanted.next_at)
        writing.save_delivery(after, before=held)
        return after


def _had_nothing_to_say(delivery: Delivery) -> bool:
    skipped = delivery.state is State.SKIPPED and delivery.error == NOTHING_TO_SAY
    return skipped or delivery.state is State.WITHDRAWN


def preview_digest(reading: Reading, name: str, now: datetime, settings: AlertSettings) -> Message:
    """What the digest of that moment would say. Raises NotFound and NothingToSend."""
    rule = digest_rule(reading, name)
    due = schedule.digest_on(rule, now.astimezone(ZoneInfo(rule.timezone)).date())
    part = rules_.key_part(rule.channels[0])
    message, _ = compose_digest(reading, rule, min(due.due_at, now), now, settings, part)
    if message is None:
        raise NothingToSend(f"the digest {name} has nothing to say, and when_empty is skip")
    return message


def digest_rule(reading: Reading, name: str) -> DigestRule:
    """Raises NotFound."""
    for known in read_rules(reading).digests:
        if known.rule.name == name:
            return known.rule
    raise NotFound("digest", name)


def retry(store: Store, keys: Sequence[str] | None, machine: datetime) -> list[str]:
    """Have failed deliveries tried at once: those of the keys, or all. Raises NotFound."""
    with store.writing(machine) as writing:
        failed = writing.deliveries([State.FAILED]) if keys is None else []
        wanted = failed or [_held(writing, key) for key in keys or ()]
        for before in wanted:
            if before.state not in (State.FAILED, State.RETRY, State.SKIPPED):
                raise Conflict(f"{before.key} is {before.state}; only what failed can be retried")
            # What one message tells goes out together, or it would be told twice.
            first = _held(writing, before.joined_to) if before.joined_to else before
            for row in (first, *writing.joined(first.key)):
                if row.state in (State.FAILED, State.RETRY, State.SKIPPED):
                    again = replace(row, state=State.RETRY, next_at=machine)
                    writing.save_delivery(again, before=row)
    return [delivery.key for delivery in wanted]


def skip(store: Store, key: str, machine: datetime) -> None:
    """Drop a delivery for good. Raises NotFound, Conflict for one that was sent or is being sent."""
    with store.writing(machine) as writing:
        before = _held(writing, key)
        if before.state in (State.SENT, State.SENDING):
            raise Conflict(f"{key} is {before.state}")
        after = replace(before, state=State.SKIPPED, error="dropped by hand", next_at=None)
        writing.save_delivery(after, before=before)
        # What its message would have told too goes its own way, with what is known of that message.
        for other in writing.joined(key):
            alone = replace(
                other,
                joined_to=None,
                attempts=before.attempts,
                next_at=before.next_at,
                started_at=before.started_at,
                ended_at=before.ended_at,
                looked=before.looked,
            )
            writing.save_delivery(alone, before=other)


def upcoming(reading: Reading, now: datetime, until: datetime) -> list[tuple[Due, str]]:
    """What will fall due by then if nothing changes, each with its channel. What is out already (a
    digest that somebody sent before its time) or was dropped does not come any more."""
    rules = read_rules(reading)
    first, last = schedule.days_in_reach(rules.reminders, now, until)
    events = reading.select(Filter(from_=first, to=last))
    since = reading.dates_known(event.id for event in events)
    known = [Known(event, since.get(event.id, event.created_at)) for event in events]
    dues = schedule.upcoming(rules.digests, rules.reminders, known, now, until)
    coming = [
        (replace(due, key=route.key(due.key)), route.channel)
        for due in dues
        for route in rules.routes(due.kind, due.rule)
    ]
    held = reading.existing_deliveries(due.key for due, _ in coming)
    over = {key for key, row in held.items() if row.state in (State.SENT, State.SKIPPED)}
    return [(due, channel) for due, channel in coming if due.key not in over]


def _held(reading: Reading, key: str) -> Delivery:
    found = reading.delivery(key)
    if found is None:
        raise NotFound("delivery", key)
    return found


# -- how far each channel can be trusted


def ask_channels(tools: Pass) -> None:
    """Note what stands against each channel that a rule names, so that /readyz can tell without
    asking: of Slack's now and then, and when a rule names another one."""
    machine = tools.clock()
    with tools.store.reading() as reading:
        channels = sorted(read_rules(reading).channels)
        asked_at, known = _obstacles(reading)
    of_slack = [name for name in channels if rules_.is_slack(name)]
    found: dict[str, str | None] = {name: known.get(name) for name in of_slack}
    for name in channels:
        if name not in found:
            channel = tools.channels.of(name)
            found[name] = channel.error if isinstance(channel, Refused) else ""
    slack = tools.channels.slack
    if of_slack and slack is not None and slack.can_look:
        new = any(channel not in known for channel in of_slack)
        fresh = asked_at is not None and timedelta(0) <= machine - asked_at < ASK_CHANNELS_AFTER
        if new or not fresh:
            asked_at = machine
            try:
                found.update(slack.obstacles(of_slack))
            except HorizonError as failure:
                log.info("Slack could not be asked about channels (%s)", failure)
    if asked_at is machine or found != known:
        held = {"at": (asked_at or machine).isoformat(), "channels": found}
        with tools.store.writing(machine) as writing:
            writing.put_mark(OBSTACLES, json.dumps(held))


def _obstacles(reading: Reading) -> tuple[datetime | None, dict[str, str | None]]:
    """When Slack was last asked, and what stands against each channel: None where it is not known,
    empty where nothing does."""
    text = reading.mark(OBSTACLES)
    if text is None:
        return None, {}
    held = json.loads(text)
    return datetime.fromisoformat(held["at"]), held["channels"]


def grades(reading: Reading, *, bot: bool, webhook: bool) -> dict[str, str]:
    """What is promised of the messages to each channel that a rule names."""
    described = {channel.name: channel.spec for channel in reading.named_channels()}
    _, known = _obstacles(reading)
    found = {}
    for channel in sorted(read_rules(reading).channels):
        if rules_.is_slack(channel) and not bot:
            found[channel] = promise(NONE) if webhook else NOT_CONNECTED
            continue
        spec = described.get(channel)
        well = promise(LOOKUP) if spec is None else kinds.promised(spec)
        word = known.get(channel)
        told = f"{NOTHING} ({word})" if word else well
        found[channel] = "not known yet" if word is None else told
    return found


def promises(reading: Reading, channels: Channels, *, bot: bool, webhook: bool) -> dict[str, str]:
    """The same of every channel that is described or that a rule names, by how they can be used now."""
    found = grades(reading, bot=bot, webhook=webhook)
    for described in reading.named_channels():
        made = channels.of(described.name)
        well = kinds.promised(described.spec)
        against = f"{NOTHING} ({made.error})" if isinstance(made, Refused) else well
        found[described.name] = against
    return found


def warnings(reading: Reading, machine: datetime, *, bot: bool, webhook: bool) -> list[str]:
    """What whoever runs it should know of the alerts: how far they can be trusted, what is late and
    what failed. `bot`, `webhook`: how Slack is connected."""
    channels = read_rules(reading).channels
    if not channels:
        return []
    found = []
    if any(map(rules_.is_slack, channels)):
        if not (bot or webhook):
            found.append("alerts are set in the file, but Slack is not connected")
        elif not bot:
            found.append(
                "alerts go through a web hook, which cannot be looked into: digests at most once, "
                "reminders and changes at least once"
            )
    found += [
        f"{channel}: {grade}; `horizon doctor` says what to do"
        for channel, grade in grades(reading, bot=bot, webhook=webhook).items()
        if grade.startswith(NOTHING)
    ]
    late = [d for d in reading.deliveries(deliveries.LEFT) if machine - d.due_at > LATE_TO_TELL]
    if late:
        found.append(f"{len(late)} alerts are late; `horizon alerts list --state owed` shows them")
    failed = reading.deliveries([State.FAILED])
    if failed:
        found.append(
            f"{len(failed)} alerts failed ({failed[0].channel}: {failed[0].error}); "
            "`horizon alerts list --state failed` shows them, `horizon alerts retry --failed` tries again"
        )
    return found
