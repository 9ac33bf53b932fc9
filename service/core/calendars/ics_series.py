"""What RRULE, RDATE, EXDATE and changed occurrences come down to: a series that Horizon can hold, and
days that are events of their own.

A series has one rule, on which its start falls, and exceptions that are days. So

- a start outside its rule is an event of its own, and counts as the first occurrence (RFC 5545
  3.8.5.3); the series begins on the rule's first day behind it;
- a first day that is excluded or replaced is none: the series begins on the next;
- each RDATE is an event of its own, unless the rule has that day too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.core.calendars.ics_content import Unfit
from service.core.calendars.ics_zones import Time
from service.core.dates.when import When
from service.core.events import recurrence
from service.core.events.event import Details
from service.core.events.recurrence import InvalidRecurrence, StartOutside


@dataclass(frozen=True)
class SeriesDays:
    """`when`, `rule` and `exceptions` are those of the entry itself, `when` is None where nothing of it
    is left; `others` are the dates that become events of their own."""

    when: When | None
    rule: str | None
    exceptions: tuple[date, ...]
    others: tuple[When, ...]


def days(
    when: When,
    timezone: str,
    rule: str | None,
    added: Sequence[When],
    excluded: Sequence[Time],
    replaced: Sequence[Time],
) -> SeriesDays:
    """The days of an entry that begins on `when`: with those that its rule and RDATEs add, without the
    EXDATEs, and without those that are called off or entries of their own. Raises Unfit for a rule that
    cannot be held."""
    gone = [*excluded, *replaced]
    if rule is None:
        kept = not _among(when, gone, timezone)
        return SeriesDays(when if kept else None, None, (), _alone(added, [when], gone, timezone))
    try:
        begin, text, before = _by_rule(when, timezone, rule, _among(when, excluded, timezone))
        if before:  # the start is no day of the series that it could except
            excluded = [each for each in excluded if not _among(when, [each], timezone)]
        series = _without(begin, timezone, text, excluded, replaced) if begin else None
    except InvalidRecurrence as fault:
        raise Unfit(f"RRULE: {fault}") from None
    others = _alone([*before, *added], (), gone, timezone)
    if series is None:
        return SeriesDays(None, None, (), others)
    beside = tuple(each for each in others if not _falls_on(series, each))
    return SeriesDays(series.when, series.recurrence, series.exceptions, beside)


def _by_rule(
    when: When, timezone: str, rule: str, excluded: bool
) -> tuple[When | None, str | None, list[When]]:
    """Where the series begins, its rule, and the start where that stands outside. One that is
    `excluded` is only where the rule is counted from, as old calendars of Apple have it."""
    try:
        return when, recurrence.read(rule, when, timezone), []
    except StartOutside:
        rest = recurrence.behind_start(rule, when, timezone, counted=not excluded)
        return (*rest, [when]) if rest else (None, None, [when])


def _without(
    when: When,
    timezone: str,
    rule: str | None,
    excluded: Sequence[Time],
    replaced: Sequence[Time],
) -> Details | None:
    """The series without those days; None where none is left."""
    left_out = _on_its_clock(excluded, when, timezone)
    taken = _on_its_clock(replaced, when, timezone)
    if rule is None:
        gone = _among(when, [*excluded, *replaced], timezone)
        return None if gone else Details("", when, timezone)
    details = Details("", when, timezone, recurrence=rule, exceptions=tuple(left_out))
    if not taken and _local_day(when, timezone) not in left_out:
        return details
    return recurrence.leave_out(details, taken)[0]


def _on_its_clock(times: Iterable[Time], when: When, timezone: str) -> list[date]:
    """The days on which those occurrences begin. One at another time of the day is none of the series;
    a day without a time stands for whatever begins on it."""
    zone = ZoneInfo(timezone)
    clock = when.start.astimezone(zone).time() if when.start else None
    found = []
    for each in times:
        local = each.instant.astimezone(zone) if each.instant and clock else None
        if local is None:
            found.append(each.as_day.day)
        elif local.time() == clock:
            found.append(local.date())
    return list(dict.fromkeys(found))


def _alone(
    dates: Iterable[When], known: Iterable[When], gone: Sequence[Time], timezone: str
) -> tuple[When, ...]:
    """Each of the dates once, but those that are known or gone."""
    begun = {_begin(each) for each in known}
    found: dict[object, When] = {}
    for each in dates:
        begin = _begin(each)
        if begin not in begun and not _among(each, gone, timezone):
            found.setdefault(begin, each)
    return tuple(found.values())


def _among(when: When, times: Iterable[Time], timezone: str) -> bool:
    """Whether one of the times is the begin of the date."""
    for each in times:
        if when.start is None or each.instant is None:
            if each.as_day.day == _local_day(when, timezone):
                return True
        elif each.instant == when.start:
            return True
    return False


def _begin(when: When) -> date | datetime:
    return when.start or when.first


def _local_day(when: When, timezone: str) -> date:
    return when.start.astimezone(ZoneInfo(timezone)).date() if when.start else when.first


def _falls_on(series: Details, when: When) -> bool:
    day = _local_day(when, series.timezone)
    return _begin(when) in map(_begin, recurrence.occurrences(series, day, day))
