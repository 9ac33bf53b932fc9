"""One pass of alerts: plan what is owed, look for what may be out, send what is due.

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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar
from zoneinfo import ZoneInfo

from service.core.alerts import deliveries, digest, messages, schedule
from service.core.alerts import rules as rules_
from service.core.alerts.blockkit import Message
from service.core.alerts.deliveries import (
    LEASE,
    Delivery,
    Found,
    LookFailed,
    Missing,
    Outcome,
    Refused,
    Sent,
    State,
    Unknown,
    Wait,
)
from service.core.alerts.reminders import Changed, Reminder
from service.core.alerts.rules import ChangeRule, DigestRule, ReminderRule
from service.core.alerts.schedule import AlertKind, Due, DueChange, Known, KnownRule
from service.core.dates import when as when_
from service.core.dates.duration import parse as parse_duration
from service.core.events import recurrence
from service.core.events.event import Event
from service.core.events.filters import Filter
from service.errors import Conflict, HorizonError, NotFound
from service.slack import Kind, SlackFailure

if TYPE_CHECKING:
    from service.slack import Delivered, Posted
    from service.store import Reading, Store, Writing

log = logging.getLogger(__name__)

R = TypeVar("R", DigestRule, ReminderRule, ChangeRule)

PACE = timedelta(seconds=1)
JOIN_FROM, JOIN_MOST = 6, 50
# Slack that answers nothing so often in a row is down: the rest of the pass would only wait.
DOWN_AFTER = 3
# Waiting for a channel's turn so often in a row means that others take it: the next pass goes on.
MOST_WAITS = 5
# Looking, and sending, each end after this long, so that a backlog in one channel does not keep a
# pass from planning what has fallen due for another: the next pass goes on where this one stopped.
STINT = timedelta(seconds=15)
# Less than this before the lease ends, a request might outlive it: it is not begun then.
REQUEST = timedelta(seconds=30)
SETTLED = "changes_settled"
OBSTACLES = "channel_obstacles"
NOTHING = "nothing arrives"
NOTHING_TO_SAY = "nothing to say"
ASK_CHANNELS_AFTER = timedelta(minutes=10)
LATE_TO_TELL = timedelta(minutes=15)
NEVER = datetime.min.replace(tzinfo=UTC)
UNSENT = (State.OWED, State.RETRY, State.FAILED, State.UNCERTAIN)


class Poster(Protocol):
    """Slack, as far as deliveries need it; tests have a stand-in."""

    @property
    def can_look(self) -> bool: ...
    def channel_id(self, name: str) -> str: ...
    def obstacles(self, names: Iterable[str]) -> dict[str, str]: ...
    def post(self, channel: str, message: Message, keys: Sequence[str]) -> Posted: ...
    def delivered(self, channel: str, oldest: float) -> Delivered: ...


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
    slack: Poster
    settings: AlertSettings
    now: datetime
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    stopping: Callable[[], bool]


def run_once(
    store: Store,
    slack: Poster,
    settings: AlertSettings,
    now: datetime,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    stopping: Callable[[], bool] = lambda: False,
) -> PassReport:
    """Plan for `now`, then look and send, for a while, what can be done at once. Once `stopping` says
    so, no other message is begun."""
    tools = Pass(store, slack, settings, now, clock, sleep, stopping)
    plan(store, settings, now, clock())
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


@dataclass(frozen=True)
class Rules:
    """The alert rules, with since when each is known."""

    digests: tuple[KnownRule[DigestRule], ...]
    reminders: tuple[KnownRule[ReminderRule], ...]
    changes: tuple[KnownRule[ChangeRule], ...]

    @property
    def channels(self) -> dict[tuple[AlertKind, str], str]:
        """Each rule's channel, by kind and name."""
        return {
            **{(AlertKind.DIGEST, known.rule.name): known.rule.channel for known in self.digests},
            **{
                (AlertKind.REMINDER, known.rule.name): known.rule.channel
                for known in self.reminders
            },
            **{(AlertKind.CHANGE, known.rule.name): known.rule.channel for known in self.changes},
        }


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
    )


def plan(store: Store, settings: AlertSettings, now: datetime, machine: datetime) -> None:
    """Enter into the ledger what is owed at `now` and not there yet, and put right what is there
    and has not gone out: its event may have moved, its day may be over."""
    with store.reading() as reading:
        if not _changes_of_plan(reading, settings, now, machine):
            return
    with store.writing(machine) as writing:
        steps = _changes_of_plan(writing, settings, now, machine)
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
    reading: Reading, settings: AlertSettings, now: datetime, machine: datetime
) -> Steps:
    rules = read_rules(reading)
    always = now < machine - timedelta(minutes=1)  # asked about an earlier day
    dues = schedule.digests_due(rules.digests, now, always_known=always)
    dues += schedule.reminders_due(
        rules.reminders, _known_events(reading, rules, now), now, always_known=always
    )
    changes, settled = _due_changes(reading, rules, settings, machine)
    channels = rules.channels
    wanted = [_owed(due, channels[due.kind, due.rule], machine) for due in dues]
    wanted += [_owed_change(c, channels[AlertKind.CHANGE, c.rule], machine) for c in changes]
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


def _owed(due: Due, channel: str, machine: datetime) -> Delivery:
    return Delivery(
        key=due.key,
        kind=due.kind,
        rule=due.rule,
        channel=channel,
        due_at=due.due_at,
        state=State.SKIPPED if due.skipped else State.OWED,
        over_at=due.over_at,
        event_id=due.event_id,
        occurrence=due.occurrence.text if due.occurrence else None,
        lead=due.lead,
        error="a nearer reminder went out instead" if due.skipped else "",
        next_at=None if due.skipped else machine,
    )


def _owed_change(change: DueChange, channel: str, machine: datetime) -> Delivery:
    return Delivery(
        key=change.key,
        kind=AlertKind.CHANGE,
        rule=change.rule,
        channel=channel,
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
    channel = rules.channels.get((delivery.kind, delivery.rule))
    if channel is None:
        return replace(delivery, state=State.SKIPPED, error="its rule is gone", next_at=None)
    if delivery.over_at is not None and delivery.over_at <= now:
        return replace(delivery, state=State.SKIPPED, error="its day is over", next_at=None)
    if delivery.kind is AlertKind.REMINDER and not _still_so(delivery, events):
        return replace(
            delivery, state=State.WITHDRAWN, error="the event has moved or gone", next_at=None
        )
    # A purge withdraws it itself; a Horizon before this one did not.
    if delivery.message is None and delivery.event_id and delivery.event_id not in events:
        return replace(delivery, state=State.WITHDRAWN, error="the event was purged", next_at=None)
    if delivery.attempts == 0 and delivery.channel != channel:
        return replace(delivery, channel=channel)
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
    """Look in each channel's history for what may be there already."""
    machine = tools.clock()
    if not tools.slack.can_look:
        _decide_unseen(tools)
        return
    with tools.store.reading() as reading:
        restored_at, backup_at = _restored(reading)
        waiting = reading.deliveries(UNSENT)
        held = {d.channel: reading.channel_free_at(d.channel) for d in waiting}
    by_channel: dict[str, list[Delivery]] = {}
    for delivery in waiting:
        ripe = delivery.next_at is not None and delivery.next_at <= machine
        if ripe and not delivery.joined_to and deliveries.must_look(delivery, machine, restored_at):
            by_channel.setdefault(delivery.channel, []).append(delivery)
    silent = 0
    for channel, wanted in by_channel.items():
        free_at = held[channel]
        if silent >= DOWN_AFTER or tools.stopping() or tools.clock() - machine >= STINT:
            return
        if free_at is not None and free_at > machine + PACE:
            continue
        silent = 0 if _look_in(tools, channel, wanted, restored_at, backup_at) else silent + 1


def _decide_unseen(tools: Pass) -> None:
    """With a web hook nothing can be looked up: a digest that may be out is left at that, and
    anything else goes out again, saying that it may be a repeat."""
    with tools.store.reading() as reading:
        unsure = [d for d in reading.deliveries([State.UNCERTAIN]) if d.joined_to is None]
    for before in unsure:
        if before.kind is AlertKind.DIGEST or before.message is None:
            text = "it may have arrived; a web hook cannot tell, and a digest is not repeated"
            after = replace(before, state=State.FAILED, error=text, next_at=None)
        else:
            marked = messages.marked_as_repeat(before.message, tools.settings.lang)
            after = replace(before, state=State.OWED, message=marked, next_at=tools.clock())
        _save(tools, after, before)


def _look_in(
    tools: Pass,
    channel: str,
    wanted: Sequence[Delivery],
    restored_at: datetime | None,
    backup_at: datetime | None,
) -> bool:
    """One reading of the history for all of the channel's deliveries; whether Slack answered."""
    began_at = tools.clock()
    oldest = min(deliveries.look_from(d, began_at, backup_at) for d in wanted)
    outcomes: dict[str, Outcome]
    try:
        found = tools.slack.delivered(channel, oldest.timestamp())
    except SlackFailure as failure:
        answered = failure.kind is not Kind.UNKNOWN
        outcomes = {d.key: _look_failure(failure) for d in wanted}
    else:
        answered = True
        complete = found.complete and _settled_since_restore(restored_at, began_at, tools)
        outcomes = {
            d.key: Found(found.keys[d.key]) if d.key in found.keys else Missing(complete, began_at)
            for d in wanted
        }
    _finish_all(tools, [(delivery, outcomes[delivery.key]) for delivery in wanted])
    return answered


def _settled_since_restore(restored_at: datetime | None, began_at: datetime, tools: Pass) -> bool:
    # What the lost database sent last may still be on its way into the history.
    return restored_at is None or began_at >= restored_at + tools.settings.settle


def _look_failure(failure: SlackFailure) -> Outcome:
    if failure.kind is Kind.PERMANENT:
        return Refused(failure.error)
    return LookFailed(failure.error, failure.retry_after or 0.0)


# -- sending


def send(tools: Pass) -> int:
    """Send what is due, one message a channel in each round; how many went out."""
    sent, silent, waits = 0, 0, 0
    end = tools.clock() + STINT

    def over() -> bool:
        done = silent >= DOWN_AFTER or waits >= MOST_WAITS or tools.clock() >= end
        return done or tools.stopping()

    while not over():
        turns, pause = _turns(tools)
        if not turns:
            if pause is None:
                break
            tools.sleep(pause)
        waits += 1  # unless this round brings something on
        for number, waiting in enumerate(turns):
            if number and over():
                break
            outcome = _deliver(tools, waiting)
            if outcome is None:
                continue
            sent += isinstance(outcome, Sent)
            silent = silent + 1 if isinstance(outcome, Unknown) else 0
            # A Slack that only says to wait must end the pass too, or nothing new would be planned.
            waits = waits + 1 if isinstance(outcome, Wait) else 0
    return sent


def _turns(tools: Pass) -> tuple[list[list[Delivery]], float | None]:
    """What may go out to each channel that is free, the channel that waited longest first; and in
    how many seconds another channel is free, if soon."""
    machine = tools.clock()
    waiting: dict[str, list[Delivery]] = {}
    with tools.store.reading() as reading:
        restored_at, _ = _restored(reading)
        for d in reading.deliveries([State.OWED, State.RETRY, State.FAILED]):
            if d.joined_to is not None or d.next_at is None or d.next_at > machine:
                continue
            if not (tools.slack.can_look and deliveries.must_look(d, machine, restored_at)):
                waiting.setdefault(d.channel, []).append(d)
        free_at = {channel: reading.channel_free_at(channel) or NEVER for channel in waiting}
    soon = [at for at in free_at.values() if machine < at <= machine + PACE]
    free = sorted((at, channel) for channel, at in free_at.items() if at <= machine)
    pause = (min(soon) - machine).total_seconds() if soon else None
    return [waiting[channel] for _, channel in free], pause


def _deliver(tools: Pass, waiting: Sequence[Delivery]) -> Outcome | None:
    """Send a channel's next message; what came of it, None where it is another's by now or has
    nothing to say."""
    delivery = waiting[0]
    try:
        # Before the claim: what may be slow or fail must not come between that and the post.
        address = tools.slack.channel_id(delivery.channel)
    except SlackFailure as failure:
        return _not_begun(tools, waiting, failure)
    claimed = _claim(tools, delivery, _others_to_join(delivery, waiting))
    return None if claimed is None else _post(tools, claimed, address)


def _not_begun(tools: Pass, waiting: Sequence[Delivery], failure: SlackFailure) -> Outcome:
    """What becomes of deliveries whose channel could not be looked up: certainly not out. It is no
    attempt, so that a channel which is set right in the file becomes theirs."""
    outcome: Outcome
    if failure.kind is Kind.PERMANENT:
        outcome = Refused(failure.error)
    else:
        # The others wait with it, since the channel is held.
        outcome, waiting = Wait(failure.error, failure.retry_after or 1.0), waiting[:1]
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


def _claim(tools: Pass, delivery: Delivery, others: Sequence[Delivery]) -> Delivery | None:
    """Compose the message if this is its first sending, and claim it for this process. Committed
    before a byte leaves, so that whatever happens then is found in the ledger."""
    try:
        return _claim_both(tools, delivery, others)
    except _Changed:
        return None  # the next pass finds what it is now


class _Changed(Exception):
    """One of those to be joined is no longer what was read; nothing of the claim may stay."""


def _claim_both(tools: Pass, delivery: Delivery, others: Sequence[Delivery]) -> Delivery | None:
    machine = tools.clock()
    lease = secrets.token_hex(8)
    with tools.store.writing(machine) as writing:
        composed = _composed(writing, tools, delivery, others)
        if composed is None:
            writing.save_delivery(_empty(delivery, tools.now), before=delivery)
            return None
        if not writing.take_turn(delivery.channel, machine, machine + PACE):
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


def _post(tools: Pass, delivery: Delivery, address: str) -> Outcome | None:
    """Post a claimed delivery and store what came of it; None where another process holds it."""
    assert delivery.message is not None
    with tools.store.reading() as reading:
        others = [d.key for d in reading.joined(delivery.key)]
    outcome: Outcome
    assert delivery.lease_until is not None
    late = not _keep_turn(tools, delivery) or tools.clock() + REQUEST > delivery.lease_until
    if late or tools.stopping():
        # Held up since the claim (a machine that slept): another may have sent it by now, or another
        # message to the channel. Or this process ends, and gives back what it has claimed. Not a byte
        # has left, so if it is ours still it simply waits.
        outcome = Wait("held up before sending", 0.0)
        return outcome if _finish(tools, delivery, outcome) else None
    try:
        posted = tools.slack.post(address, delivery.message, [delivery.key, *others])
    except SlackFailure as failure:
        outcome = _failure(failure)
    else:
        outcome = Sent(posted.ts)
        if not posted.metadata_ok:
            log.warning("%s was sent, but Slack dropped its metadata", delivery.key)
    if isinstance(outcome, Wait):
        _hold(tools, delivery.channel, outcome)
    return outcome if _finish(tools, delivery, outcome) else None


def _keep_turn(tools: Pass, delivery: Delivery) -> bool:
    """Have the channel's second begin now, when the message leaves, and not when it was claimed;
    False if another process has taken the next one meanwhile, or Slack said to wait."""
    assert delivery.started_at is not None
    with tools.store.writing(tools.clock()) as writing:
        machine = tools.clock()  # once whoever else was writing is done
        taken_until = delivery.started_at + PACE
        return writing.take_turn(delivery.channel, machine, machine + PACE, ours=taken_until)


def _failure(failure: SlackFailure) -> Outcome:
    if failure.kind is Kind.PERMANENT:
        return Refused(failure.error)
    if failure.kind is Kind.WAIT:
        return Wait(failure.error, failure.retry_after or 1.0)
    return Unknown(failure.error)


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
    after = deliveries.after(before, outcome, machine, tools.settings.settle)
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
    reading: Reading, tools: Pass, delivery: Delivery, others: Sequence[Delivery]
) -> Delivery | None:
    """The delivery with its message; None for a digest that has nothing to say. A message that was
    tried before goes out again word for word."""
    if delivery.message is not None:
        return delivery
    rules = read_rules(reading)
    if delivery.kind is AlertKind.DIGEST:
        rule = next(known.rule for known in rules.digests if known.rule.name == delivery.rule)
        composed, covers = compose_digest(reading, rule, delivery.due_at, tools.now, tools.settings)
        return None if composed is None else replace(delivery, message=composed, covers_seq=covers)
    told = (delivery, *others)
    if delivery.kind is AlertKind.REMINDER:
        return replace(delivery, message=_reminder_message(reading, rules, told, tools))
    return replace(delivery, message=_change_message(reading, rules, told, tools))


def _reminder_message(
    reading: Reading, rules: Rules, told: Sequence[Delivery], tools: Pass
) -> Message:
    by_name = {known.rule.name: known.rule for known in rules.reminders}
    events = reading.events(d.event_id for d in told if d.event_id)
    items = []
    for delivery in told:
        items.append(
            Reminder(
                event=events[delivery.event_id or ""],
                occurrence=when_.parse(delivery.occurrence or ""),
                lead=None
                if delivery.lead == schedule.OPEN
                else parse_duration(delivery.lead or ""),
                due_at=delivery.due_at,
                late=tools.now - delivery.due_at > digest.LATE,
                open=delivery.lead == schedule.OPEN,
                now=tools.now,
            )
        )
    rule, settings = by_name[told[0].rule], tools.settings
    if len(items) > 1:
        return messages.joined_message(items, rule.lang, settings.base_url, rule.timezone)
    return messages.reminder_message(
        items[0],
        rule.lang,
        settings.base_url,
        rule.timezone,
        settings.excerpts,
        tools.slack.can_look,  # a web hook's button would be pressed in vain
    )


def _change_message(
    reading: Reading, rules: Rules, told: Sequence[Delivery], tools: Pass
) -> Message:
    by_name = {known.rule.name: known.rule for known in rules.changes}
    items = [_changed(reading, delivery) for delivery in told]
    rule, settings = by_name[told[0].rule], tools.settings
    if len(items) > 1:
        return messages.joined_message(items, rule.lang, settings.base_url, rule.timezone)
    return messages.change_message(
        items[0],
        rule.lang,
        settings.base_url,
        rule.timezone,
        settings.excerpts,
        tools.slack.can_look,  # a web hook's button would be pressed in vain
    )


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
    reading: Reading, rule: DigestRule, due_at: datetime, now: datetime, settings: AlertSettings
) -> tuple[Message | None, int]:
    """The digest's message as of `now`, None where there is nothing to say and nothing to post; and
    the highest change number that it covers."""
    covers = reading.position().seq
    since = reading.digest_covered(rule.name)
    rows = reading.changes(since) if since is not None else []
    composed = digest.compose(rule, reading.select(rule.filter), rows, now, due_at)
    if digest.is_empty(composed) and rule.when_empty is rules_.WhenEmpty.SKIP:
        return None, covers
    return messages.digest_message(composed, rule.lang, settings.base_url), covers


def _restored(reading: Reading) -> tuple[datetime | None, datetime | None]:
    texts = (reading.mark("restored_at"), reading.mark("backup_taken_at"))
    first, second = (datetime.fromisoformat(t).astimezone(UTC) if t else None for t in texts)
    return first, second


# -- what a person asks for


class NothingToSend(HorizonError):
    """The digest has nothing to say, and its rule says to skip it then."""


def owe_digest(
    store: Store, name: str, now: datetime, machine: datetime, settings: AlertSettings
) -> Delivery | None:
    """Today's digest under its key, owed now if it has something to say. Raises NotFound.

    One with nothing to say is recorded as skipped from its time on; before, nothing is recorded, and
    None is given. Whatever was recorded of it then does not keep it from being composed anew; one that
    was sent or dropped stays so.
    """
    with store.writing(machine) as writing:
        rule = digest_rule(writing, name)
        due = schedule.digest_on(rule, now.astimezone(ZoneInfo(rule.timezone)).date())
        held = writing.delivery(due.key)
        if held is not None and not _had_nothing_to_say(held):
            return held
        message, _ = compose_digest(writing, rule, due.due_at, now, settings)
        if message is None and now < due.due_at:
            return None
        owed = _owed(due, rule.channel, machine)
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
    message, _ = compose_digest(reading, rule, min(due.due_at, now), now, settings)
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
    held = reading.existing_deliveries(due.key for due in dues)
    over = {key for key, row in held.items() if row.state in (State.SENT, State.SKIPPED)}
    return [(due, rules.channels[due.kind, due.rule]) for due in dues if due.key not in over]


def _held(reading: Reading, key: str) -> Delivery:
    found = reading.delivery(key)
    if found is None:
        raise NotFound("delivery", key)
    return found


# -- how far each channel can be trusted


def ask_channels(tools: Pass) -> None:
    """Now and then, and when a rule names another one, ask Slack what stands against posting once
    in each channel, so that /readyz can tell without asking."""
    if not tools.slack.can_look:
        return
    machine = tools.clock()
    with tools.store.reading() as reading:
        channels = sorted(set(read_rules(reading).channels.values()))
        asked_at, known = _obstacles(reading)
    new = any(channel not in known for channel in channels)
    fresh = asked_at is not None and timedelta(0) <= machine - asked_at < ASK_CHANNELS_AFTER
    if not channels or (fresh and not new):
        return
    found: dict[str, str | None] = {channel: known.get(channel) for channel in channels}
    try:
        found.update(tools.slack.obstacles(channels))
    except SlackFailure as failure:
        log.info("Slack could not be asked about channels (%s)", failure.error)
    with tools.store.writing(machine) as writing:
        writing.put_mark(OBSTACLES, json.dumps({"at": machine.isoformat(), "channels": found}))


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
    channels = sorted(set(read_rules(reading).channels.values()))
    if not bot:
        promised = "digests at most once, others at least once" if webhook else "not connected"
        return dict.fromkeys(channels, promised)
    _, known = _obstacles(reading)
    words = {channel: known.get(channel) for channel in channels}
    return {
        channel: "not known yet" if word is None else f"{NOTHING} ({word})" if word else "once"
        for channel, word in words.items()
    }


def warnings(reading: Reading, machine: datetime, *, bot: bool, webhook: bool) -> list[str]:
    """What whoever runs it should know of the alerts: how far they can be trusted, what is late and
    what failed. `bot`, `webhook`: how Slack is connected."""
    if not reading.rules():
        return []
    found = []
    if not (bot or webhook):
        found.append("alerts are set in the file, but Slack is not connected")
    elif not bot:
        found.append(
            "alerts go through a web hook, which cannot be looked into: digests at most once, "
            "reminders and changes at least once"
        )
    else:
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
