"""Recurring events: RFC 5545 RRULE, as far as every calendar client reads it alike.

Taken: FREQ of DAILY, WEEKLY, MONTHLY or YEARLY with INTERVAL, COUNT, UNTIL, BYDAY, BYMONTH,
BYMONTHDAY, BYSETPOS and WKST. A rule has to fall on the event's own start, since clients disagree
about a start that its rule does not name. COUNT=1 is refused: it is no recurrence, and Microsoft 365
rejects a whole file that has one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from service.core.dates import when as when_
from service.core.dates.when import When
from service.core.events.event import Details
from service.core.events.wording import written
from service.sentences import Sentence

FOREVER = date(9999, 12, 31)
_PARTS = (
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYMONTH",
    "BYMONTHDAY",
    "BYDAY",
    "BYSETPOS",
    "WKST",
)
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_MOST = 1000
_NUMBER = {
    "INTERVAL": (1, 1000),
    "COUNT": (2, _MOST),
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYSETPOS": (-366, 366),
}


class InvalidRecurrence(ValueError):
    """The rule cannot be used; the message says why and what to write."""


class StartOutside(InvalidRecurrence):
    """The rule can be used, and does not fall on the event's own start."""


def read(text: str, when: When, timezone: str) -> str:
    """The rule in one spelling: parts in a fixed order, UNTIL of the start's type.

    Raises InvalidRecurrence.
    """
    if not when.dated:
        raise InvalidRecurrence(Sentence("undated_recurs", when=written(when)))
    parts = _parts(text, when, timezone)
    rule = _written(parts)
    start = _start(when, timezone)
    if parts["FREQ"] == "YEARLY" and (start.month, start.day) == (2, 29) and "BYDAY" not in parts:
        raise InvalidRecurrence(
            "29 February comes in leap years alone, and some calendars show 1 March in the others; "
            "let it begin on another day, or write each as an event of its own"
        )
    if next(_starts(rule, when, timezone), None) != start:
        raise StartOutside(
            f"{rule} does not fall on the event's own start ({when.start_text}); change one of the two"
        )
    return rule


def behind_start(
    text: str, when: When, timezone: str, *, counted: bool = True
) -> tuple[When, str | None] | None:
    """The series that a rule makes behind a start which is none of its days: its first day, and the
    rule from there on, None where that is the only one. None where there is no such day.

    The start counts as the first occurrence (RFC 5545 3.8.5.3), so a COUNT has one less, unless it is
    not `counted`. Raises InvalidRecurrence.
    """
    rule = _written(_parts(text, when, timezone))
    return _resumed(rule, when, timezone, passed=int(counted), skipped=())


def check_exceptions(details: Details) -> None:
    """Raises InvalidRecurrence for an exception on the first day: some clients show that day all the
    same, since it is the entry's own."""
    first = _start(details.when, details.timezone).date()
    if first in details.exceptions:
        raise InvalidRecurrence(f"{first} is the first day; let the event begin on its next one")


def leave_out(details: Details, days: Iterable[date]) -> tuple[Details | None, dict[date, str]]:
    """The series without the occurrences that begin on those days, None where none is left, and by
    day why one of them cannot be left out.

    A series whose first day goes begins on its next one: calendars show the day of an entry itself
    even where it is excepted.
    """
    wanted = set(days) - set(details.exceptions)
    if details.recurrence is None:
        return details, dict.fromkeys(sorted(wanted), "the event does not recur")
    first = _start(details.when, details.timezone).date()
    starts = set()
    for start in _starts(details.recurrence, details.when, details.timezone):
        if not wanted or start.date() > max(wanted):
            break
        starts.add(start.date())
    refused = {day: f"nothing of the series begins on {day}" for day in sorted(wanted - starts)}
    left_out = sorted({*details.exceptions, *(wanted - refused.keys())})
    if first not in left_out:
        return replace(details, exceptions=tuple(left_out)), refused
    rest = _resumed(details.recurrence, details.when, details.timezone, 0, left_out)
    if rest is None:
        return None, refused
    when, rule = rest
    later = tuple(day for day in left_out if rule and day > when.first)
    return replace(details, when=when, recurrence=rule, exceptions=later), refused


def _resumed(
    rule: str, when: When, timezone: str, passed: int, skipped: Container[date]
) -> tuple[When, str | None] | None:
    """The date and the rule from the first day that is not skipped; `passed` occurrences count as
    gone already."""
    for start in _starts(rule, when, timezone):
        left = _counted_down(rule, passed)
        if left == 0:
            return None
        if start.date() in skipped:
            passed += 1
            continue
        begin = _at(start, when, timezone)
        if _start(begin, timezone) != start:
            raise InvalidRecurrence(
                f"its next day {start.date()} begins in an hour that a clock change leaves out"
            )
        if left is None:
            return begin, rule
        count = None if left == 1 else re.sub("COUNT=[0-9]+", f"COUNT={left}", rule)
        return begin, count
    return None


def _counted_down(rule: str, passed: int) -> int | None:
    """How many occurrences a COUNT leaves, None without one."""
    count = re.search("COUNT=([0-9]+)", rule)
    return max(int(count[1]) - passed, 0) if count else None


def occurrences(details: Details, first: date, last: date) -> Iterator[When]:
    """The dates of a (recurring or single) event that touch the days from first to last, in order.

    Days are as written; of timed events as seen in the event's time zone.
    """
    when = details.when
    if details.recurrence is None:
        if when.overlaps(first, last):
            yield when
        return
    length = when.days - 1
    for start in _starts(details.recurrence, when, details.timezone):
        if start.date() > last:
            return
        if start.date() in details.exceptions or start.date() + timedelta(days=length + 1) < first:
            continue
        occurrence = _at(start, when, details.timezone)
        if occurrence.overlaps(first, last):
            yield occurrence


def last_day(details: Details) -> date:
    """The last day of the last occurrence; FOREVER for a series without an end."""
    when = details.when
    if details.recurrence is None:
        return when.last
    if "COUNT=" not in details.recurrence and "UNTIL=" not in details.recurrence:
        return FOREVER
    final = _start(when, details.timezone)
    for start in _starts(details.recurrence, when, details.timezone):
        if start.date() not in details.exceptions:
            final = start
    return max(when.last, _at(final, when, details.timezone).last)


def exdates(details: Details) -> list[date | datetime]:
    """The exceptions in DTSTART's type (RFC 5545 3.8.5.1): days, or local times in the event's zone.

    One on which nothing falls is left out, since khal complains of it; it may fit again when the
    event moves back.
    """
    plain = replace(details, exceptions=())
    days = [day for day in details.exceptions if _begins_on(plain, day)]
    if not details.when.timed:
        return list(days)
    clock = _start(details.when, details.timezone).time()
    zone = ZoneInfo(details.timezone)
    return [datetime.combine(day, clock, tzinfo=zone) for day in days]


def _begins_on(details: Details, day: date) -> bool:
    starts = (_start(o, details.timezone).date() for o in occurrences(details, day, day))
    return day in starts


def _written(parts: Mapping[str, str]) -> str:
    return ";".join(f"{name}={parts[name]}" for name in _PARTS if name in parts)


def _parts(text: str, when: When, timezone: str) -> dict[str, str]:
    body = text.strip().upper().removeprefix("RRULE:").strip(";")
    parts: dict[str, str] = {}
    for item in body.split(";"):
        name, equals, value = (piece.strip() for piece in item.partition("="))
        if not equals or not value:
            raise InvalidRecurrence(f"{item!r} is no part of a rule; write one such as FREQ=YEARLY")
        if name not in _PARTS:
            raise InvalidRecurrence(
                f"{name} is not used, since calendar clients read it differently; known are {', '.join(_PARTS)}"
            )
        if name in parts:
            raise InvalidRecurrence(f"{name} stands twice")
        parts[name] = _value(name, value)
    if parts.get("FREQ") not in _FREQUENCIES:
        raise InvalidRecurrence(f"FREQ is one of {', '.join(_FREQUENCIES)}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise InvalidRecurrence("COUNT and UNTIL exclude each other (RFC 5545 3.3.10)")
    if parts["FREQ"] in ("DAILY", "WEEKLY") and re.search("[0-9]", parts.get("BYDAY", "")):
        raise InvalidRecurrence(
            f"BYDAY={parts['BYDAY']}: a numbered weekday goes with MONTHLY or YEARLY (RFC 5545 3.3.10)"
        )
    if "BYSETPOS" in parts and not parts.keys() & {"BYDAY", "BYMONTH", "BYMONTHDAY"}:
        raise InvalidRecurrence("BYSETPOS chooses among days: add BYDAY or BYMONTHDAY")
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], when, timezone)
    return parts


def _value(name: str, value: str) -> str:
    items = value.replace(" ", "").split(",")
    if name in _NUMBER:
        low, high = _NUMBER[name]
        single = name in ("INTERVAL", "COUNT")
        for item in items:
            if (
                not re.fullmatch(r"[+-]?[0-9]{1,4}", item)
                or not low <= int(item) <= high
                or not int(item)
            ):
                hint = (
                    "; an event that happens once has no recurrence"
                    if (name, item) == ("COUNT", "1")
                    else ""
                )
                raise InvalidRecurrence(f"{name}={item} is not between {low} and {high}{hint}")
        if single and len(items) > 1:
            raise InvalidRecurrence(f"{name} has one value")
        return ",".join(str(int(item)) for item in items)
    if name == "BYDAY" and not all(
        re.fullmatch(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)", i) for i in items
    ):
        raise InvalidRecurrence(f"BYDAY={value}: write days such as MO,WE or 2SU or -1FR")
    if name == "WKST" and value not in ("MO", "SU"):
        raise InvalidRecurrence("WKST is MO or SU")
    return ",".join(items)


def _until(text: str, when: When, timezone: str) -> str:
    match = re.fullmatch(r"(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2}):?(\d{2})(Z?))?", text)
    if not match:
        raise InvalidRecurrence(f"UNTIL={text}: write a day such as 20271231")
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        clock = time(int(match[4]), int(match[5]), int(match[6])) if match[4] else time(23, 59, 59)
    except ValueError as error:
        raise InvalidRecurrence(f"UNTIL={text}: {error}") from error
    zone = UTC if match[7] else ZoneInfo(timezone)
    moment = datetime.combine(day, clock, tzinfo=zone)
    if when.timed:
        return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return day.strftime("%Y%m%d")


def _start(when: When, timezone: str) -> datetime:
    """The start as a wall-clock time of the event's zone, without a zone: what a rule counts in."""
    if when.start is not None:
        return when.start.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    return datetime.combine(when.first, time())


def _starts(rule: str, when: When, timezone: str) -> Iterator[datetime]:
    # dateutil wants UNTIL in the zone of its start, and we count in wall-clock time: cut it here.
    body = ";".join(part for part in rule.split(";") if not part.startswith("UNTIL="))
    until = next((part[6:] for part in rule.split(";") if part.startswith("UNTIL=")), None)
    try:
        starts = rrulestr(body, dtstart=_start(when, timezone))
    except ValueError as error:
        raise InvalidRecurrence(f"{rule}: {error}") from error
    for start in starts:
        if start.year > when_.LAST_YEAR or (until and _beyond(start, until, timezone)):
            return
        yield start


def _beyond(start: datetime, until: str, timezone: str) -> bool:
    if "T" not in until:
        return start.strftime("%Y%m%d") > until
    return (
        start.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") > until
    )


def _at(start: datetime, when: When, timezone: str) -> When:
    """The event's date moved to that start. A wall-clock time that a clock change leaves out is read
    with the offset from before it (RFC 5545 3.3.5), as zoneinfo does with fold=0."""
    if when.start is None or when.end is None:
        return when_.day(start.date(), start.date() + timedelta(days=when.days - 1))
    moment = start.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    zone = ZoneInfo(timezone)
    end = moment + (when.end - when.start)
    return when_.timed(moment.astimezone(zone), end.astimezone(zone))
