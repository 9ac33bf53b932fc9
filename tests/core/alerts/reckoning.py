"""An independent reckoning of which alerts a year owes, for the test that simulates one.

Written from the contract's text in another way than service/core/alerts/schedule.py, and slow: a time of day
is found by looking at every quarter of an hour, a day to send on by listing the days that qualify, a
series by asking every day. Instead of asking at each pass what is due, each lead is asked which pass
would be the first to see it. It shares no function with what it checks.

Everything lies on quarters of an hour, except the instants of edits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar

from service.core.alerts.rules import ChangeRule, DigestRule, ReminderRule
from service.core.dates.when import Precision, When, compare
from service.core.events.event import Event

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class State:
    """What an event was from `begin` on, until its next state; its date known since `since`."""

    begin: datetime
    event: Event
    since: datetime


@cache
def clock_shows(day: date, clock: time, zone: str) -> datetime:
    """The first quarter of an hour at which the zone's clocks show that time of that day, or later."""
    wanted = datetime.combine(day, clock)
    moment = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=16)
    while moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wanted:
        moment += QUARTER
    return moment


@cache
def qualifies(day: date, days: object) -> bool:
    if days == "workdays":
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.strftime("%a") not in ("Sat", "Sun")
    if days == "weekdays":
        return day.strftime("%a") not in ("Sat", "Sun")
    if days == "daily":
        return True
    assert isinstance(days, tuple)
    return day.strftime("%a").lower() in days


def moved_back(day: date, days: object) -> date:
    return max(d for d in (day - DAY * back for back in range(30)) if qualifies(d, days))


# Digests


def digest_keys(
    rule: DigestRule, known_since: datetime, passes: Sequence[datetime], first: date, last: date
) -> Iterator[str]:
    day = first
    while day <= last:
        due = clock_shows(day, rule.at, rule.timezone)
        seen = _first_pass(passes, due)
        midnight = clock_shows(day + DAY, time(), rule.timezone)
        if qualifies(day, rule.days) and known_since <= due and seen and seen < midnight:
            yield f"digest/{rule.name}/{day}"
        day += DAY


# Reminders


def reminder_keys(
    rule: ReminderRule, known_since: datetime, history: Sequence[State], passes: Sequence[datetime]
) -> Iterator[str]:
    """The keys of one rule and event that some pass owes and does not skip."""
    ends = [later.begin for later in history[1:]] + [datetime.max.replace(tzinfo=UTC)]
    for state, end in zip(history, ends, strict=True):
        if not _meant(rule, state.event):
            continue
        for occurrence in dates(state.event):
            leads = _leads(rule, occurrence)
            known = sorted(
                due for due in leads if due >= state.since and due >= known_since
            )  # what was due before is no lead
            for due, next_due in pairwise([*known, None]):
                assert due is not None
                seen = _first_pass(passes, max(due, state.begin))
                if seen is None or seen >= end or seen >= over(occurrence, rule.timezone):
                    continue
                if next_due is None or next_due > seen:
                    yield f"reminder/{rule.name}/{state.event.id}/{_name(occurrence)}/{leads[due]}"


def _meant(rule: ReminderRule, event: Event) -> bool:
    details, wanted = event.details, rule.filter
    return (
        not event.withdrawn
        and details.status != "cancelled"
        and (not wanted.kind or details.kind in wanted.kind)
        and (not wanted.importance or details.importance in wanted.importance)
        and (not wanted.precision or details.when.precision in wanted.precision)
    )


def _name(occurrence: When) -> str:
    if occurrence.start is not None:
        return occurrence.start.astimezone(UTC).isoformat()[:16] + "Z"
    if occurrence.precision == "day":
        return str(occurrence.first)
    return occurrence.text


@cache
def _leads(rule: ReminderRule, occurrence: When) -> dict[datetime, str]:
    """Text of each lead by its time."""
    best: dict[datetime, tuple[timedelta, str]] = {}

    def offer(due: datetime, length: timedelta, text: str) -> None:
        best[due] = min(best.get(due, (length, text)), (length, text))

    for lead in rule.before:
        text = lead.text
        if text.startswith("PT"):
            if occurrence.start is not None:
                length = timedelta(seconds=lead.seconds or 0)
                offer(occurrence.start.astimezone(UTC) - length, length, text)
            continue
        if occurrence.start is None:
            day = occurrence.first - lead.days * DAY
        else:
            local = occurrence.start.astimezone(ZoneInfo(rule.timezone))
            limit = (
                clock_shows(local.date() - lead.days * DAY, local.time(), rule.timezone)
                if lead.days
                else occurrence.start
            )
            around = (local.date() - (lead.days - shift) * DAY for shift in (-2, -1, 0, 1))
            day = max(d for d in around if clock_shows(d, rule.at, rule.timezone) <= limit)
        day = moved_back(day, rule.days)
        offer(clock_shows(day, rule.at, rule.timezone), lead.days * DAY, text)
    if occurrence.precision not in ("minute", "day"):
        day = moved_back(occurrence.last, rule.days)
        offer(clock_shows(day, rule.at, rule.timezone), -DAY, "open")
    return {due: text for due, (_, text) in best.items()}


def over(occurrence: When, zone: str) -> datetime:
    """The first instant at which it is over."""
    if occurrence.end is None:
        return clock_shows(occurrence.last + DAY, time(), zone)
    if occurrence.start == occurrence.end:
        return occurrence.end + timedelta(hours=1)
    return occurrence.end


@cache
def dates(event: Event) -> tuple[When, ...]:
    """The event's dates up to the end of 2027; of a series one for each day on which it falls."""
    details, when = event.details, event.when
    if details.recurrence is None:
        return (when,)
    zone = ZoneInfo(details.timezone)
    begin = when.start.astimezone(zone) if when.start else None
    first = begin.date() if begin else when.first
    found = []
    day = first
    while day <= date(2027, 12, 31):
        if _falls(details.recurrence, first, day) and day not in details.exceptions:
            if begin is None:
                found.append(_days(day, day + (when.last - when.first)))
            else:
                assert when.start is not None
                assert when.end is not None
                start = clock_shows(day, begin.time(), details.timezone)
                found.append(_times(start, start + (when.end - when.start)))
        day += DAY
    return tuple(found)


def _falls(recurrence: str, first: date, day: date) -> bool:
    passed = (day - first).days
    return {
        "FREQ=DAILY;INTERVAL=3": passed % 3 == 0,
        "FREQ=WEEKLY": passed % 7 == 0,
        "FREQ=MONTHLY": day.day == first.day,
        "FREQ=YEARLY": (day.month, day.day) == (first.month, first.day),
    }[recurrence]


def _days(first: date, last: date) -> When:
    return When("", Precision.DAY, first, last)


def _times(start: datetime, end: datetime) -> When:
    return When("", Precision.MINUTE, start.date(), end.date(), start, end)


def _first_pass(passes: Sequence[datetime], moment: datetime) -> datetime | None:
    place = bisect_left(passes, moment)
    return passes[place] if place < len(passes) else None


# Changes


def change_keys(
    rule: ChangeRule,
    known_since: datetime,
    history: Sequence[State],
    window: timedelta,
    passes: Sequence[datetime],
) -> Iterator[str]:
    told_until = datetime.min.replace(tzinfo=UTC)
    for old, new in pairwise(history):
        if new.begin < max(told_until, known_since) or new.event.withdrawn or old.event.withdrawn:
            continue
        if _same(old.event, new.event):
            continue
        told_until = new.begin + window
        seen = _first_pass(passes, told_until)
        if seen is None:
            return
        at_end = [state.event for state in history if state.begin < told_until][-1]
        at_pass = [state.event for state in history if state.begin <= seen][-1]
        if at_end.withdrawn or at_pass.withdrawn or _same(old.event, at_end):
            continue
        wanted = rule.filter.importance
        if not wanted or {old.event.details.importance, at_end.details.importance} & set(wanted):
            yield f"change/{rule.name}/{new.event.id}/{new.event.sequence}"


def _same(old: Event, new: Event) -> bool:
    called_off = (old.details.status == "cancelled", new.details.status == "cancelled")
    if called_off[0] != called_off[1]:
        return False
    return compare(old.when, new.when, ZoneInfo(new.details.timezone))[0] is None
