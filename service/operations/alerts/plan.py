"""What is owed: entered into the ledger, and put right there for as long as it has not gone out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from service.core.alerts import schedule
from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.schedule import AlertKind, Due, DueChange, Known
from service.core.dates import when as when_
from service.core.events import recurrence
from service.core.events.event import Event
from service.core.events.filters import Filter
from service.operations.alerts.alert_run import AlertSettings
from service.operations.alerts.stored_rules import AlertRules, Route, read_rules

if TYPE_CHECKING:
    from service.store import Reading, Store

SETTLED = "changes_settled"


def plan(
    store: Store,
    settings: AlertSettings,
    as_of: datetime,
    clock_now: datetime,
    connected: Callable[[str], bool] = lambda name: True,
) -> None:
    """Enter into the ledger what is owed as of `as_of` and not there yet, and put right what is there
    and has not gone out: its event may have moved, its day may be over. Nothing is owed to a channel
    that is not `connected`."""
    with store.reading() as reading:
        if not diff_plan(reading, settings, as_of, clock_now, connected):
            return
    with store.writing(clock_now) as writing:
        diff = diff_plan(writing, settings, as_of, clock_now, connected)
        for delivery, before in diff.deliveries:
            if before is None:
                writing.owe(delivery)
            else:
                writing.save_delivery(delivery, before=before)
        if diff.settled is not None:
            writing.put_mark(SETTLED, str(diff.settled))


@dataclass(frozen=True)
class PlanDiff:
    """New deliveries, and old ones with what they were; up to which change all is planned."""

    deliveries: tuple[tuple[Delivery, Delivery | None], ...]
    settled: int | None

    def __bool__(self) -> bool:
        return bool(self.deliveries) or self.settled is not None


def diff_plan(
    reading: Reading,
    settings: AlertSettings,
    as_of: datetime,
    clock_now: datetime,
    connected: Callable[[str], bool],
) -> PlanDiff:
    rules = read_rules(reading)
    always = as_of < clock_now - timedelta(minutes=1)  # asked about an earlier day
    dues = schedule.digests_due(rules.digests, as_of, always_known=always)
    dues += schedule.reminders_due(
        rules.reminders, _known_events(reading, rules, as_of), as_of, always_known=always
    )
    changes, settled = _due_changes(reading, rules, settings, clock_now)
    wanted = [
        owed_delivery(due, route, clock_now)
        for due in dues
        for route in rules.routes(due.kind, due.rule)
        if connected(route.channel) and (always or route.owes(due.due_at))
    ]
    wanted += [
        _owed_change(change, route, clock_now)
        for change in changes
        for route in rules.routes(AlertKind.CHANGE, change.rule)
        if connected(route.channel) and route.owes(change.first.at)
    ]
    held = reading.existing_deliveries(delivery.key for delivery in wanted)
    diff: list[tuple[Delivery, Delivery | None]] = []
    decided: set[str] = set()
    for delivery in wanted:
        before = held.get(delivery.key)
        if before is None:
            diff.append((delivery, None))
        elif delivery.state is State.SKIPPED:
            if before.state in (State.OWED, State.RETRY) and not before.joined_to:
                # It did not go out in its time, and a nearer one is due by now.
                decided.add(before.key)
                error = "a nearer reminder went out instead"
                after = replace(before, state=State.SKIPPED, error=error, next_at=None)
                diff.append((after, before))
        elif before.state is State.WITHDRAWN and delivery.state is State.OWED:
            decided.add(before.key)
            diff.append((replace(before, state=State.OWED, error="", next_at=clock_now), before))
    waiting = reading.deliveries([State.OWED, State.RETRY, State.FAILED])
    events = reading.events({d.event_id for d in waiting if d.event_id})
    # What one message tells stays together, and goes out word for word once it was tried.
    leaders = {d.joined_to for d in waiting if d.joined_to}
    for before in waiting:
        if before.joined_to or before.key in leaders:
            continue
        after = _reconciled(before, rules, events, as_of)
        if after != before and before.key not in decided:
            diff.append((after, before))
    return PlanDiff(tuple(diff), settled)


def _known_events(reading: Reading, rules: AlertRules, as_of: datetime) -> list[Known]:
    if not rules.reminders:
        return []
    first, last = schedule.days_in_reach(rules.reminders, as_of, as_of)
    events = reading.select(Filter(from_=first, to=last))
    since = reading.dates_known(event.id for event in events)
    return [Known(event, since.get(event.id, event.created_at)) for event in events]


def _due_changes(
    reading: Reading, rules: AlertRules, settings: AlertSettings, clock_now: datetime
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
    planned = schedule.changes_due(rules.changes, rows, settings.window, clock_now, before=before)
    settled = planned.settled_seq
    return planned.changes, settled if settled is not None and settled > since else None


def owed_delivery(due: Due, route: Route, clock_now: datetime) -> Delivery:
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
        next_at=None if due.skipped else clock_now,
    )


def _owed_change(change: DueChange, route: Route, clock_now: datetime) -> Delivery:
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
        next_at=clock_now,
    )


def _reconciled(
    delivery: Delivery, rules: AlertRules, events: dict[str, Event], as_of: datetime
) -> Delivery:
    """What has not gone out, as it now stands: skipped when its day is over, withdrawn when its
    event has gone or moved, to the rule's present channel."""
    route = rules.route(delivery)
    if route is None:
        named = rules.routes(delivery.kind, delivery.rule)
        error = "its rule no longer names the channel" if named else "its rule is gone"
        return replace(delivery, state=State.SKIPPED, error=error, next_at=None)
    if delivery.over_at is not None and delivery.over_at <= as_of:
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


def upcoming(reading: Reading, as_of: datetime, until: datetime) -> list[tuple[Due, str]]:
    """What will fall due by then if nothing changes, each with its channel. What is out already (a
    digest that somebody sent before its time) or was dropped does not come any more."""
    rules = read_rules(reading)
    first, last = schedule.days_in_reach(rules.reminders, as_of, until)
    events = reading.select(Filter(from_=first, to=last))
    since = reading.dates_known(event.id for event in events)
    known = [Known(event, since.get(event.id, event.created_at)) for event in events]
    dues = schedule.upcoming(rules.digests, rules.reminders, known, as_of, until)
    coming = [
        (replace(due, key=route.key(due.key)), route.channel)
        for due in dues
        for route in rules.routes(due.kind, due.rule)
    ]
    held = reading.existing_deliveries(due.key for due, _ in coming)
    over = {key for key, row in held.items() if row.state in (State.SENT, State.SKIPPED)}
    return [(due, channel) for due, channel in coming if due.key not in over]
