"""Which alerts are due at an instant. Pure: the same rules, events and instant, the same answer.

Nothing here knows what was sent, nor when anybody asked before: a caller stores each answer under its
key, and the store refuses a key that it has. All instants are aware; those given back are in UTC.

A time of day
    1. `at(day, clock, zone)` is the instant at which clocks in the zone show that time on that day.
    2. A gap: a time that a clock change leaves out is the first instant after the change. Where
       clocks go from 23:00 to 24:00 (Nuuk), that is the next day's midnight.
    3. An overlap: a time that comes twice is the first of the two.

Digests
    1. Each local date of the rule's zone that its `days` name has one, due at the rule's `at`. Its
       key holds that date, so the second 01:30 of a day cannot make a second one.
    2. It is owed from then to the end of its date, then it is over. (One whose `at` falls into Nuuk's
       gap is due as its date ends: it is owed until `at` of the next day, whose digest follows it.)
    3. It is owed only if the rule was known at its due time.

Reminders, for each rule and each occurrence of each event that the rule's filter means
    1. Cancelled and withdrawn events have none. Of a series each occurrence counts on its own; a
       filter's `from` and `to` are asked of the occurrence.
    2. A lead in days is sent on the day that lies so many days before the first day: of a timed event
       at the last `at` that is not after "start minus lead", where the days are taken off in local
       time (a day is not 24 hours) and a lead of none is the start itself. All in the rule's zone.
    3. `days` moves that day back to the last working day, weekday, or day of the list.
    4. A lead in hours is sent exactly then, for timed events only, and is not moved.
    5. An undated event has the same leads in days before its window's first day, and `open` on the
       window's last day, moved back in the same way.
    6. Leads that come to the same instant are one: the shortest, `open` before all others. (Leads in
       days that meet on a day always do, since all are sent at `at`. One in hours later that day stays
       its own: whoever writes P0D and PT2H wants the morning's reminder and the late one.)
    7. A lead whose time came before the event's present date or the rule was known is no lead: an
       event added late has those that are still ahead, and no burst of old ones.
    8. An event is over when its last day ends in the rule's zone, a timed one at its end. One whose
       end is not announced counts as lasting an hour (OPEN_END): over at its start, it would lose the
       09:00 reminder of a release at 09:00. From then on nothing is owed for it.
    9. Of the leads that are due, only the last is to be sent; those before it are `skipped`. One that
       was sent in its time has its key taken, so nothing changes for it.

Changes
    1. Firmed, later, earlier, loosened, cancelled and reinstated are told, not those before the rule
       was known, and not of an event that was withdrawn at that time.
    2. The first opens a window from its `at`; whatever happens to the same event before the window's
       end (the end itself is outside) extends that one alert. The window does not grow. The next such
       change after it opens another. With a window of nothing each change is an alert of its own.
    3. When the window is over, what is told is the difference between before the first and after the
       last. Back at the old date and the old state: nothing.
    4. The rule's filter has to mean the event before or after. Of an event that is withdrawn or purged
       at the window's end, or in the newest row about it, nothing is said.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from service.core.alerts.rules import ChangeRule, Days, DigestRule, ReminderRule, Weekday
from service.core.dates import when as when_
from service.core.dates.duration import Duration
from service.core.dates.when import When
from service.core.dates.workdays import LONGEST_BREAK, is_workday
from service.core.events import recurrence
from service.core.events.event import ChangeKind, Details, Event, Recorded, Status

OPEN = "open"
OPEN_END = timedelta(hours=1)
ALERTED = frozenset(
    {
        ChangeKind.FIRMED,
        ChangeKind.LATER,
        ChangeKind.EARLIER,
        ChangeKind.LOOSENED,
        ChangeKind.CANCELLED,
        ChangeKind.REINSTATED,
    }
)
_DAY = timedelta(days=1)
_WEEK = tuple(Weekday)
# Between the date of an instant in UTC, in an event's offset and in a rule's zone; OPEN_END included.
_ZONES_APART = timedelta(days=2)

R = TypeVar("R", DigestRule, ReminderRule, ChangeRule)


@dataclass(frozen=True)
class Known:
    """An event, and since when its present date is known."""

    event: Event
    since: datetime


@dataclass(frozen=True)
class KnownRule(Generic[R]):
    """A rule, and since when it is known under its name: it owes nothing from before."""

    rule: R
    known_since: datetime


class AlertKind(StrEnum):
    DIGEST = "digest"
    REMINDER = "reminder"
    CHANGE = "change"


@dataclass(frozen=True)
class Due:
    """One message that a digest or reminder rule owes, due at `due_at` and over from `over_at` on.

    `skipped`: a missed lead that is not the nearest, to be recorded and never sent. `occurrence` is
    the date that is reminded of; `lead` is such as P7D, PT2H, P0D, or `open` for the last day of an
    undated event's window. Digests have a `local_date` in place of these.
    """

    key: str
    kind: AlertKind
    rule: str
    due_at: datetime
    over_at: datetime
    skipped: bool = False
    event_id: str | None = None
    occurrence: When | None = None
    lead: str | None = None
    local_date: date | None = None


@dataclass(frozen=True)
class DueChange:
    """What one change rule says of one event: `rows` is all that happened to it in the window.

    `change` and `days` are the difference between before `first` and after `last`. `closed`: the
    window is over, nothing can extend the alert any more.
    """

    key: str
    rule: str
    event_id: str
    first: Recorded
    last: Recorded
    rows: tuple[Recorded, ...]
    due_at: datetime
    closed: bool
    change: ChangeKind
    days: int | None


@dataclass(frozen=True)
class Planned:
    """`changes` are due; `waiting` would be, were their windows over now.

    No row up to `settled_seq` can matter any more: the next call takes the rows after it. None where
    there was no row. Alerts already planned may come again, with the same keys.
    """

    changes: tuple[DueChange, ...]
    waiting: tuple[DueChange, ...]
    settled_seq: int | None


# Times and days


def at(day: date, clock: time, zone: tzinfo) -> datetime:
    """The instant (UTC) at which clocks in the zone show that time on that day: see "A time of day"."""
    local = datetime.combine(day, clock.replace(fold=0), tzinfo=zone)  # the first of two
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # In a gap fold=0 reads the time with the offset from before the change and fold=1 with the one
    # from after it (PEP 495), so that the change lies after the second reading, at or before the first.
    earlier = local.replace(fold=1).astimezone(UTC)
    new_offset = moment.astimezone(zone).utcoffset()
    seconds = bisect_left(
        range(int((moment - earlier).total_seconds())),
        True,
        key=lambda second: (
            (earlier + timedelta(seconds=second)).astimezone(zone).utcoffset() == new_offset
        ),
    )
    return earlier + timedelta(seconds=seconds)


def day_on_or_before(day: date, days: Days | tuple[Weekday, ...]) -> date:
    """The day itself where a rule with these `days` is at work, else the last such day before it."""
    while not _at_work(day, days):
        day -= _DAY
    return day


def _at_work(day: date, days: Days | tuple[Weekday, ...]) -> bool:
    if days is Days.DAILY:
        return True
    if days is Days.WEEKDAYS:
        return day.weekday() < 5
    if days is Days.WORKDAYS:
        return is_workday(day)
    return _WEEK[day.weekday()] in days


# Digests


def digests_due(
    rules: Iterable[KnownRule[DigestRule]], now: datetime, *, always_known: bool = False
) -> list[Due]:
    """Every digest between the local midnight before `now` and `now`, by due time.

    `always_known`: the rules count as known at any time (a `--now` before the machine's clock).
    """
    return _ordered(
        due
        for known in rules
        for due in _digests(known.rule, now, now)
        if due.due_at <= now < due.over_at
        if always_known or known.known_since <= due.due_at
    )


def digest_on(rule: DigestRule, day: date) -> Due:
    """The rule's digest of that local date, whether or not its `days` name it."""
    zone = ZoneInfo(rule.timezone)
    due_at = at(day, rule.at, zone)
    over_at = at(day + _DAY, time(), zone)
    if over_at <= due_at:
        over_at = at(day + _DAY, rule.at, zone)
    return Due(
        key=f"digest/{rule.name}/{day.isoformat()}",
        kind=AlertKind.DIGEST,
        rule=rule.name,
        due_at=due_at,
        over_at=over_at,
        local_date=day,
    )


def _digests(rule: DigestRule, now: datetime, until: datetime) -> Iterator[Due]:
    """Those that may be owed at some time between the two instants: from the date before, since that
    one may be due only as its date ends."""
    zone = ZoneInfo(rule.timezone)
    day, last = now.astimezone(zone).date() - _DAY, until.astimezone(zone).date()
    while day <= last:
        if _at_work(day, rule.days):
            yield digest_on(rule, day)
        day += _DAY


# Reminders


def reminders_due(
    rules: Iterable[KnownRule[ReminderRule]],
    events: Iterable[Known],
    now: datetime,
    *,
    always_known: bool = False,
) -> list[Due]:
    """Every reminder due at or before `now` whose event is not over, by due time.

    Of several leads of one occurrence all but the nearest are `skipped`. `always_known`: rules and
    dates count as known at any time (a `--now` before the machine's clock).
    """
    found: list[Due] = []
    for leads, since in _all_leads(rules, events, now, now):
        missed = [
            lead
            for lead in leads
            if lead[0].due_at <= now and (always_known or since <= lead[0].due_at)
        ]
        found += [skipped for _, skipped in missed[:-1]]
        found += [due for due, _ in missed[-1:]]
    return _ordered(found)


def upcoming(
    digests: Iterable[KnownRule[DigestRule]],
    reminders: Iterable[KnownRule[ReminderRule]],
    events: Iterable[Known],
    now: datetime,
    until: datetime,
) -> list[Due]:
    """What will fall due after `now`, up to and with `until`, if nothing changes; by due time."""
    found = [due for known in digests for due in _digests(known.rule, now, until)]
    for leads, _ in _all_leads(reminders, events, now, until):
        found += [due for due, _ in leads if due.due_at < due.over_at]
    return _ordered(due for due in found if now < due.due_at <= until)


def uncovered(events: Iterable[Event], rules: Iterable[KnownRule[ReminderRule]]) -> list[Event]:
    """Those of the events of which no rule would remind anybody."""
    filters = [known.rule.filter for known in rules]
    return [
        event
        for event in events
        if not event.cancelled and not any(filter_.matches(event) for filter_ in filters)
    ]


def days_in_reach(
    rules: Iterable[KnownRule[ReminderRule]], now: datetime, until: datetime
) -> tuple[date, date]:
    """An event that touches none of these days (both inclusive) has no reminder due and not over
    between the two instants: what a caller needs to read. Days as an event writes them."""
    return _reach((_plan(known.rule) for known in rules), now, until)


def _reach(plans: Iterable[_Plan], now: datetime, until: datetime) -> tuple[date, date]:
    longest = max((plan.reach for plan in plans), default=timedelta())
    return (
        now.astimezone(UTC).date() - _ZONES_APART,
        until.astimezone(UTC).date() + _ZONES_APART + longest,
    )


# A lead as it is sent, and as it is skipped.
_Lead = tuple[Due, Due]


def _all_leads(
    rules: Iterable[KnownRule[ReminderRule]],
    events: Iterable[Known],
    now: datetime,
    until: datetime,
) -> Iterator[tuple[tuple[_Lead, ...], datetime]]:
    """The leads of each rule and occurrence that may be due by `until` and not be over at `now`, in
    order of their time; and since when both rule and date are known."""
    plans = [(_plan(known.rule), known.known_since) for known in rules]
    first, last = _reach((plan for plan, _ in plans), now, until)
    horizon = until.astimezone(UTC).date() + _ZONES_APART
    for known in events:
        event = known.event
        if event.withdrawn or event.cancelled:
            continue
        for occurrence in _occurrences(event.details, first, last):
            for plan, rule_since in plans:
                if occurrence.first - plan.reach > horizon:
                    continue
                leads = plan.leads(event.id, occurrence)
                # The filter last, since it is what costs most.
                soon = leads and leads[0][0].due_at <= until and now < leads[0][0].over_at
                if soon and plan.means(event, occurrence):
                    yield leads, max(known.since, rule_since)


def _occurrences(details: Details, first: date, last: date) -> Iterable[When]:
    if not details.recurrence:
        return (details.when,) if details.when.overlaps(first, last) else ()
    return _series(details, first, last)


@lru_cache(maxsize=4096)
def _series(details: Details, first: date, last: date) -> tuple[When, ...]:
    # Kept, like a rule's leads below, because a pass comes every few seconds and asks the same again.
    return tuple(recurrence.occurrences(details, first, last))


@lru_cache(maxsize=256)
def _plan(rule: ReminderRule) -> _Plan:
    return _Plan(rule)


class _Plan:
    """A reminder rule, ready to be asked about many events many times."""

    def __init__(self, rule: ReminderRule) -> None:
        self._rule = rule
        self._zone = ZoneInfo(rule.timezone)
        # Longest first, so that of leads that meet the shortest is left.
        self._before = sorted(rule.before, key=_length, reverse=True)
        # How many days before its event the earliest reminder may go out: the lead, a day more for
        # a time of day before `at`, and the days that a rule is not at work.
        longest = max(map(_length, rule.before), default=timedelta())
        self.reach = longest + 2 * _DAY + LONGEST_BREAK * _DAY
        self._kept: dict[tuple[str, str], tuple[_Lead, ...]] = {}

    def means(self, event: Event, occurrence: When) -> bool:
        filter_ = self._rule.filter
        return occurrence.overlaps(filter_.from_, filter_.to) and filter_.matches(event)

    def leads(self, event_id: str, occurrence: When) -> tuple[_Lead, ...]:
        """In order of their time."""
        key = (event_id, occurrence.text)
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= 4096:
                self._kept.clear()
            kept = self._kept[key] = self._leads(event_id, occurrence)
        return kept

    def _leads(self, event_id: str, occurrence: When) -> tuple[_Lead, ...]:
        times: dict[datetime, str] = {}
        for lead in self._before:
            due_at = self._due_at(occurrence, lead)
            if due_at is not None:
                times[due_at] = lead.text
        if not occurrence.dated:
            times[self._send_at(occurrence.last)] = OPEN
        name = occurrence.text if not occurrence.dated else _start_text(occurrence)
        over_at = self._over_at(occurrence)
        dues = [
            Due(
                key=f"reminder/{self._rule.name}/{event_id}/{name}/{lead}",
                kind=AlertKind.REMINDER,
                rule=self._rule.name,
                due_at=due_at,
                over_at=over_at,
                event_id=event_id,
                occurrence=occurrence,
                lead=lead,
            )
            for due_at, lead in sorted(times.items())
        ]
        return tuple((due, replace(due, skipped=True)) for due in dues)

    def _due_at(self, occurrence: When, lead: Duration) -> datetime | None:
        days = lead.whole_days
        if occurrence.start is None:
            return None if days is None else self._send_at(occurrence.first - days * _DAY)
        if days is None:
            return (occurrence.start - _length(lead)).astimezone(UTC)
        local = occurrence.start.astimezone(self._zone)
        day = local.date() - days * _DAY
        latest = at(day, local.time(), self._zone) if days else occurrence.start
        if at(day, self._rule.at, self._zone) > latest:
            day -= _DAY
        return self._send_at(day)

    def _send_at(self, day: date) -> datetime:
        return at(day_on_or_before(day, self._rule.days), self._rule.at, self._zone)

    def _over_at(self, occurrence: When) -> datetime:
        if occurrence.end is None:
            return at(occurrence.last + _DAY, time(), self._zone)
        end = occurrence.end.astimezone(UTC)
        return end + OPEN_END if occurrence.open_ended else end


def _length(lead: Duration) -> timedelta:
    length = lead.timedelta
    assert length is not None  # a lead has no months or years: rules.py
    return length


def _start_text(occurrence: When) -> str:
    if occurrence.start is None:
        return occurrence.first.isoformat()
    return f"{occurrence.start.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _ordered(dues: Iterable[Due]) -> list[Due]:
    return sorted(dues, key=lambda due: (due.due_at, due.key))


# Changes


def changes_due(
    rules: Iterable[KnownRule[ChangeRule]],
    rows: Sequence[Recorded],
    window: timedelta,
    now: datetime,
    *,
    before: Mapping[str, Event] | None = None,
) -> Planned:
    """The change alerts of `rows` (oldest first, of any events) whose windows are over at `now`.

    `before`: by id, events as they were before their first row here. Without it, a rule's filter is
    asked of the event with its old date and status and what else it has now.
    """
    histories: dict[str, list[Recorded]] = {}
    for row in rows:
        histories.setdefault(row.event_id, []).append(row)
    changes: list[DueChange] = []
    waiting: list[DueChange] = []
    spans: list[_Span] = []
    for known in rules:
        for event_id, history in histories.items():
            for group in _groups(history, known.known_since, window):
                due_at = history[group.start].at + window
                closed = due_at <= now
                spans.append((history[group.start].seq, history[group.stop - 1].seq, closed))
                old = _before(history, group.start, (before or {}).get(event_id))
                found = _alert(known.rule, history, group, old, due_at, closed)
                if found:
                    (changes if closed else waiting).append(found)
    settled = _settled(rows[-1].seq, spans) if rows else None
    return Planned(_in_turn(changes), _in_turn(waiting), settled)


_Span = tuple[int, int, bool]


def _groups(history: Sequence[Recorded], since: datetime, window: timedelta) -> list[range]:
    groups: list[range] = []
    for number, row in enumerate(history):
        # (Without a window a row whose clock was set back would extend the one before it.)
        if window and groups and row.at < history[groups[-1].start].at + window:
            groups[-1] = range(groups[-1].start, number + 1)
        elif row.change in ALERTED and row.at >= since and _present(row):
            groups.append(range(number, number + 1))
    return groups


def _present(row: Recorded) -> bool:
    return row.event is not None and not row.event.withdrawn


def _before(history: Sequence[Recorded], number: int, given: Event | None) -> Event:
    """The event before that (alerted) row."""
    row = history[number]
    known = history[number - 1].event if number else given
    if known is not None:
        return known
    assert row.event is not None  # no group begins with a purged event
    assert row.from_when is not None  # only a creation has no date before it
    details = replace(row.event.details, when=when_.parse(row.from_when))
    if row.change is ChangeKind.CANCELLED:
        details = replace(details, status=None)
    elif row.change is ChangeKind.REINSTATED:
        details = replace(details, status=Status.CANCELLED)
    return replace(row.event, details=details)


def _alert(
    rule: ChangeRule,
    history: Sequence[Recorded],
    group: range,
    old: Event,
    due_at: datetime,
    closed: bool,
) -> DueChange | None:
    first, last = history[group.start], history[group.stop - 1]
    if first.event is None or last.event is None:
        return None
    if not _present(last) or not _present(history[-1]):
        return None
    difference = _difference(old, last.event)
    if difference is None or not (rule.filter.matches(old) or rule.filter.matches(last.event)):
        return None
    change, days = difference
    return DueChange(
        # The event's SEQUENCE, which each alerted change raises; it goes on after a purge.
        key=f"change/{rule.name}/{first.event_id}/{first.event.sequence}",
        rule=rule.name,
        event_id=first.event_id,
        first=first,
        last=last,
        rows=tuple(history[number] for number in group),
        due_at=due_at,
        closed=closed,
        change=change,
        days=days,
    )


def _difference(old: Event, new: Event) -> tuple[ChangeKind, int | None] | None:
    if old.cancelled != new.cancelled:
        return (ChangeKind.CANCELLED if new.cancelled else ChangeKind.REINSTATED), None
    change, days = when_.compare(old.when, new.when, new.details.zone)
    if change is None:
        return None
    kind = ChangeKind(change.value)
    return kind, days if kind in (ChangeKind.LATER, ChangeKind.EARLIER) else None


def _settled(newest: int, spans: Sequence[_Span]) -> int:
    """The last row before every open window that does not cut a group in two: the second half of a
    group would look like a group of its own."""
    settled = min((first - 1 for first, _, closed in spans if not closed), default=newest)
    # By first row backwards, since stepping back before one group can cut an earlier one.
    for first, last, _ in sorted(spans, reverse=True):
        if first <= settled < last:
            settled = first - 1
    return settled


def _in_turn(changes: Iterable[DueChange]) -> tuple[DueChange, ...]:
    return tuple(sorted(changes, key=lambda change: (change.due_at, change.first.seq, change.rule)))
