"""What a digest says on a day: today, what changed, the days ahead, what is still without a date.

Days are those of the rule's time zone. Recurring events are told by occurrence; a cancelled event is
told as a change and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from service.core.alerts.rules import DigestRule
from service.core.calendars.feed import LONGEST_BAR
from service.core.dates import months
from service.core.dates import when as when_
from service.core.dates.when import InvalidWhen, When
from service.core.events import recurrence
from service.core.events.event import ChangeKind, Event, Recorded
from service.core.events.filters import Filter
from service.core.events.items import Item, occurrences, order

# From then on a digest says that it is late; a moment's delay is not worth a word.
LATE = timedelta(minutes=15)


@dataclass(frozen=True)
class Moved:
    """What became of an event since the last digest, all its steps taken together.

    `before` is None where it is new. `event` is as it is now.
    """

    event: Event
    kind: ChangeKind
    before: When | None
    after: When
    days: int | None = None


@dataclass(frozen=True)
class Digest:
    """`late_since` is the time of day at which it should have gone out, where it is late.

    `ahead` holds what begins on the `days_ahead` days after `day`. `next_up` is the next dated event
    after those, given only where neither today nor those days have one.
    """

    title: str
    day: date
    timezone: str
    days_ahead: int
    late_since: time | None = None
    today: tuple[Item, ...] = ()
    changes: tuple[Moved, ...] = ()
    ahead: tuple[Item, ...] = ()
    undated: tuple[Item, ...] = ()
    overdue: tuple[Item, ...] = ()
    next_up: Item | None = None


def compose(
    rule: DigestRule,
    events: Sequence[Event],
    changes: Sequence[Recorded],
    now: datetime,
    due_at: datetime,
) -> Digest:
    """The digest that was due at `due_at`, as it reads when it goes out at `now`.

    `changes` are the journal's rows since the last digest that was sent, of which the rule's filter
    picks those that concern it; before the first digest there are none to tell.
    """
    zone = ZoneInfo(rule.timezone)
    due = due_at.astimezone(zone)
    day = due.date()
    end = rule.ahead.after(day)
    on = [event for event in events if rule.filter.matches(event) and not event.cancelled]
    dated = [event for event in on if event.when.dated]
    open_ = [
        Item(event, event.when, event.when.first, event.when.last)
        for event in on
        if not event.when.dated
    ]
    shown = sorted(
        (item for event in dated for item in occurrences(event, day, end, zone)), key=order
    )
    return Digest(
        title=rule.title,
        day=day,
        timezone=rule.timezone,
        days_ahead=(end - day).days,
        late_since=due.time().replace(second=0, microsecond=0) if now - due_at >= LATE else None,
        today=tuple(item for item in shown if item.first <= day),
        changes=_changes(changes, rule.filter, day),
        ahead=tuple(item for item in shown if item.first > day),
        undated=tuple(sorted((item for item in open_ if _topical(item, day)), key=order)),
        overdue=tuple(sorted((item for item in open_ if item.last < day), key=order)),
        next_up=None if shown else _next(dated, end, zone),
    )


def is_empty(digest: Digest) -> bool:
    """Whether it has nothing to tell; the next event alone is no reason to speak every day."""
    return not (digest.today or digest.changes or digest.ahead or digest.undated or digest.overdue)


def net(before: When, after: When, zone: tzinfo) -> tuple[ChangeKind, int | None] | None:
    """What the way from one date to another is, and by how many days; None where they say the same."""
    change, days = when_.compare(before, after, zone)
    if change is None:
        return None
    kind = ChangeKind(change.value)
    return kind, days if kind in (ChangeKind.LATER, ChangeKind.EARLIER) else None


def _next(events: Sequence[Event], end: date, zone: tzinfo) -> Item | None:
    found = []
    for event in events:
        for when in recurrence.occurrences(event.details, end, recurrence.FOREVER):
            begins, ends = when.in_zone(zone)
            if begins > end:
                found.append(Item(event, when, begins, ends))
                break
    return min(found, key=order, default=None)


def _topical(item: Item, day: date) -> bool:
    """Whether a window is told now: it touches this month or the next; a longer one begins or ends
    in this month."""
    if item.last < day:
        return False
    month = months.first_of(day)
    if item.when.days > LONGEST_BAR:
        return month in (months.first_of(item.first), months.first_of(item.last))
    after_next = months.first_of_next(months.first_of_next(month))
    return item.first < after_next


def _changes(rows: Sequence[Recorded], chosen: Filter, day: date) -> tuple[Moved, ...]:
    histories: dict[str, list[Recorded]] = {}
    for row in sorted(rows, key=lambda row: row.seq):
        histories.setdefault(row.event_id, []).append(row)
    told = (_moved(history) for history in histories.values())
    return tuple(
        sorted(
            (moved for moved in told if moved and _concerns(moved, chosen, day)),
            key=lambda moved: (moved.after.sort_key, moved.event.id),
        )
    )


def _moved(history: Sequence[Recorded]) -> Moved | None:
    """All steps of one event as one; None where nothing is left to tell."""
    event = history[-1].event
    if event is None or event.withdrawn:
        return None
    kinds = [row.change for row in history]
    turned = next((k for k in kinds if k in (ChangeKind.CANCELLED, ChangeKind.REINSTATED)), None)
    was_cancelled = event.cancelled if turned is None else turned is ChangeKind.REINSTATED
    # An event that was out when the time began and is in now is news, whatever it was before.
    if kinds[0] in (ChangeKind.CREATED, ChangeKind.RESTORED):
        return None if event.cancelled else Moved(event, ChangeKind.CREATED, None, event.when)
    before = _read(history[0].from_when) or event.when
    if event.cancelled:
        kind = ChangeKind.CANCELLED
        return None if was_cancelled else Moved(event, kind, before, event.when)
    if was_cancelled:
        return Moved(event, ChangeKind.REINSTATED, before, event.when)
    step = net(before, event.when, event.details.zone)
    return Moved(event, step[0], before, event.when, step[1]) if step else None


def _concerns(moved: Moved, chosen: Filter, day: date) -> bool:
    """Whether the filter means the event as it is or as it was, and any of it lies ahead."""
    event = moved.event
    before = event
    if moved.before is not None:
        status = None if event.cancelled else event.details.status
        details = replace(event.details, when=moved.before, status=status)
        if not moved.before.dated:
            details = replace(details, recurrence=None, exceptions=())
        before = replace(event, details=details)
    if not (chosen.matches(event) or chosen.matches(before)):
        return False
    return max(recurrence.last_day(event.details), recurrence.last_day(before.details)) >= day


def _read(text: str | None) -> When | None:
    if text is None:
        return None
    try:
        return when_.parse(text)
    except InvalidWhen:  # a row that an older Horizon wrote must not take the digest with it
        return None
