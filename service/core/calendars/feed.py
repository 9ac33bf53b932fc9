"""Events + options + day -> an iCalendar subscription (RFC 5545, RFC 7986), byte for byte the same
for the same input.

What calendar clients make of each property was measured or read in their sources; where a choice
looks odd, the comment says which client wants it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from service.core.calendars.ics_writing import duration, line, rule, stamp, text_line, time_line
from service.core.calendars.vtimezone import vtimezone
from service.core.dates import months
from service.core.dates.duration import Duration, InvalidDuration
from service.core.dates.duration import parse as parse_duration
from service.core.dates.when import FIRST_YEAR, LAST_YEAR, When
from service.core.events import recurrence, wording
from service.core.events.event import Event
from service.core.events.kinds import KIND_WORDS
from service.core.text.lines import nearest
from service.errors import InvalidInput, Problem

REFRESH = "PT1H"
LONGEST_BAR = 31
SHORT_DESCRIPTION = 200
_PAGE = {"zh": "网址：", "en": "Website: "}


_YEAR = parse_duration("P1Y")
_LINE_BREAK = re.compile(r"\\(?=[nN])")


class Undated(StrEnum):
    AUTO = "auto"
    START = "start"
    SPAN = "span"
    HIDE = "hide"


class Cancelled(StrEnum):
    STATUS = "status"
    TITLE = "title"
    HIDE = "hide"


@dataclass(frozen=True)
class Options:
    """How a subscriber wants a feed; the defaults are those of an address without a query.

    `size` is the most bytes a feed may have, None any number.
    """

    lang: str
    past: Duration = _YEAR
    undated: Undated = Undated.AUTO
    cancelled: Cancelled = Cancelled.STATUS
    busy: bool = False
    alarms: tuple[timedelta, ...] = ()
    size: int | None = 1_000_000


# Further back than any event can lie.
LONGEST_PAST = parse_duration("P99Y")
OPTION_KEYS = ("lang", "past", "undated", "cancelled", "busy", "alarms", "size")


@dataclass(frozen=True)
class Heading:
    """What the calendar says of itself: its name, its own address, the service's address and zone,
    whether sources may be quoted, and whether it says in which zone it is."""

    name: str
    address: str
    base_url: str
    timezone: str
    excerpts: bool = True
    names_zone: bool = True


@dataclass(frozen=True)
class LeftOut:
    """An event that could not be rendered, and why; the feed goes on without it."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One event as a feed shows it, and what the feed has to know of it beside.

    `place` is where it stands: sort key and id. `last` is the last day of its date, `until` that of
    its last occurrence. `zone` is the one that its times are written in, where that has to be
    explained, and `years` those that they lie in. `counts_in_utc`: it is a series of times in UTC.
    """

    place: tuple[str, str]
    data: bytes
    last: date
    until: date
    zone: str | None
    years: tuple[int, int] | None
    counts_in_utc: bool = False

    @property
    def id(self) -> str:
        return self.place[1]


@dataclass(frozen=True)
class Rendered:
    """A feed; `dropped` events did not fit into its size, `ahead` of them are not over yet;
    `shortened`: the descriptions of the others are cut for its sake."""

    data: bytes
    left_out: tuple[LeftOut, ...] = ()
    dropped: int = 0
    ahead: int = 0
    shortened: bool = False


def read_options(query: Mapping[str, str], lang: str) -> Options:
    """The options of an address's query. Raises InvalidInput with every fault."""
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for key, text in query.items():
        reader = _OPTION_READERS.get(key)
        try:
            if reader is None:
                raise ValueError(f"unknown option{nearest(key, OPTION_KEYS)}")
            values[key] = reader(text)
        except (ValueError, InvalidDuration) as fault:
            problems.append(Problem(f"/{key}", str(fault)))
    if problems:
        raise InvalidInput(problems)
    return Options(**{"lang": lang, **values})


def select(events: Sequence[Event], options: Options, day: date) -> list[Event]:
    """Of events in order, those that a feed with these options shows on that day."""
    since = options.past.before(day)
    return [
        event
        for event in events
        if shows(event, options) and recurrence.last_day(event.details) >= since
    ]


def shows(event: Event, options: Options) -> bool:
    """Whether a feed with these options shows the event, as long as it is not too far back."""
    if event.cancelled and options.cancelled is Cancelled.HIDE:
        return False
    return event.when.dated or options.undated is not Undated.HIDE


def render(events: Sequence[Event], heading: Heading, options: Options, day: date) -> Rendered:
    """The feed of these events (in order of their start) as of that day in the service's zone."""
    parts: list[FeedEntry] = []
    left_out: list[LeftOut] = []
    chosen = {event.id: event for event in select(events, options, day)}
    for event in chosen.values():
        made = part(event, heading, options)
        if isinstance(made, LeftOut):
            left_out.append(made)
        else:
            parts.append(made)
    whole = assemble(
        parts,
        lambda some: {p.id: shortened(chosen[p.id], heading, options) for p in some},
        heading,
        options,
        day,
    )
    return replace(whole, left_out=tuple(left_out))


def part(event: Event, heading: Heading, options: Options) -> FeedEntry | LeftOut:
    """The event's part of a feed, which does not depend on the day, nor on `past` and `size`."""
    try:
        until = recurrence.last_day(event.details)
        data = component(event, heading, options)
        zone = event.details.timezone
        explained = event.when.timed and not _equals_utc(zone)
    except Exception as fault:  # one bad event must not take the calendar with it
        return LeftOut(event.id, f"{type(fault).__name__}: {fault}")
    return FeedEntry(
        (event.when.sort_key, event.id),
        data,
        event.when.last,
        until,
        zone if explained else None,
        # Those of a series without an end are beyond all years.
        (event.when.first.year, until.year) if explained else None,
        counts_in_utc=event.when.timed and not explained and event.details.recurrence is not None,
    )


def shortened(event: Event, heading: Heading, options: Options) -> bytes:
    """The event's VEVENT where its feed is too large otherwise."""
    return component(event, heading, options, SHORT_DESCRIPTION)


def assemble(
    parts: Sequence[FeedEntry],
    shorten: Callable[[Sequence[FeedEntry]], Mapping[str, bytes]],
    heading: Heading,
    options: Options,
    day: date,
) -> Rendered:
    """The feed of these parts, in the order of their places.

    `shorten` gives the shortened VEVENTs of parts, by id; it is asked where the size needs it.
    """
    since = options.past.before(day)
    chosen = [part for part in parts if part.until >= since]
    # recurring-ical-events moves times in UTC into X-WR-TIMEZONE before it counts a series in them,
    # so "Mondays, 18:00Z" fell on Shanghai's Mondays (measured with 3.8).
    if any(part.counts_in_utc for part in chosen):
        heading = replace(heading, names_zone=False)
    fitting, data = _fit(chosen, shorten, heading, options, day)
    kept = {part.id for part in fitting}
    ahead = sum(part.id not in kept and part.until >= day for part in chosen)
    shortened = any(one is not part.data for one, part in zip(data, fitting, strict=True))
    whole = _calendar(fitting, data, heading)
    return Rendered(whole, (), len(chosen) - len(fitting), ahead, shortened)


def component(
    event: Event, heading: Heading, options: Options, longest: int | None = None
) -> bytes:
    """The VEVENT of one event; `longest` is the most characters its description may have."""
    details = event.details
    title = _legible(summary(event, options))
    by_date = "TENTATIVE" if event.when.tentative else "CONFIRMED"
    if event.cancelled:
        status = "CANCELLED" if options.cancelled is Cancelled.STATUS else by_date
    else:
        # What the date does not settle is tentative, whatever was set.
        status = event.status.value.upper() if event.when.dated else "TENTATIVE"
    busy = options.busy and event.when.dated and not event.cancelled
    tags = [_legible(tag) for tag in details.tags]
    changed_at = stamp(event.updated_at.astimezone(UTC)) + "Z"
    lines = [
        b"BEGIN:VEVENT\r\n",
        text_line("SUMMARY", title),
        *_dates(event, options),
        line("DTSTAMP", changed_at),
        text_line("UID", event.uid),
        line("SEQUENCE", str(event.sequence)),
        *_repeats(event, options),
        text_line("CATEGORIES", KIND_WORDS[options.lang][details.kind], *tags),
        time_line("CREATED", event.created_at.astimezone(UTC)),
        text_line("DESCRIPTION", _description(event, heading, options, longest)),
        line("LAST-MODIFIED", changed_at),
    ]
    if details.location:
        lines.append(text_line("LOCATION", _legible(details.location)))
    lines += (
        line("STATUS", status),
        line("TRANSP", "OPAQUE" if busy else "TRANSPARENT"),
        line("URL", f"{heading.base_url}/events/{event.id}"),
        text_line("X-HORIZON-WHEN", event.when.text),
        # Outlook does not go by TRANSP in a subscription.
        line("X-MICROSOFT-CDO-BUSYSTATUS", "BUSY" if busy else "FREE"),
    )
    if event.when.dated and not event.cancelled:
        for before in options.alarms:
            lines += (
                b"BEGIN:VALARM\r\nACTION:DISPLAY\r\n",
                text_line("DESCRIPTION", title),
                line("TRIGGER", duration(-before)),
                b"END:VALARM\r\n",
            )
    lines.append(b"END:VEVENT\r\n")
    return b"".join(lines)


def summary(event: Event, options: Options) -> str:
    """The title as a calendar shows it: called off, or with its day still open, it says so."""
    lang = options.lang
    return wording.called_off(event, lang) + wording.lead(event, lang) + event.title_in(lang)


def _dates(event: Event, options: Options) -> Iterator[bytes]:
    """DTSTART and DTEND."""
    when, timezone = event.when, event.details.timezone
    if when.start is not None and when.end is not None:
        yield _time("DTSTART", when.start, timezone)
        if when.end > when.start:  # an open end is left out: DTEND has to be later than DTSTART
            yield _time("DTEND", when.end, timezone)
        return
    first, last = _shown_days(when, options)
    yield time_line("DTSTART", first)
    yield time_line("DTEND", last + timedelta(days=1))


def _shown_days(when: When, options: Options) -> tuple[date, date]:
    if _monthly(when, options):
        first = _firsts_of_months(when.first, when.last)[0]
        return first, first
    only_first = not when.dated and options.undated is Undated.START
    return when.first, when.first if only_first else when.last


def _monthly(when: When, options: Options) -> bool:
    """Whether it is shown by an entry on the first of each month."""
    barred = options.undated in (Undated.START, Undated.SPAN) or when.days <= LONGEST_BAR
    return not when.dated and not barred


def _repeats(event: Event, options: Options) -> Iterator[bytes]:
    """RRULE and EXDATE."""
    when, details = event.when, event.details
    if _monthly(when, options):
        firsts = len(_firsts_of_months(when.first, when.last))
        if firsts > 1:  # Microsoft 365 refuses a file with COUNT=1
            yield line("RRULE", f"FREQ=MONTHLY;COUNT={firsts}")
    if details.recurrence:
        yield line("RRULE", rule(details.recurrence))
        for exception in recurrence.exdates(details):
            # A line each: some parsers take only the first of several values.
            if isinstance(exception, datetime):
                yield _time("EXDATE", exception, details.timezone)
            else:
                yield time_line("EXDATE", exception)


def _time(name: str, moment: datetime, timezone: str) -> bytes:
    if _equals_utc(timezone):
        return time_line(name, moment.astimezone(UTC))
    return time_line(name, moment.astimezone(ZoneInfo(timezone)), timezone)


@cache
def _equals_utc(timezone: str) -> bool:
    """Whether the zone is UTC by another name, as Atlantic/Reykjavik is: times are then written
    with Z, since vobject forgets such a VTIMEZONE and reads a floating time."""
    zone = ZoneInfo(timezone)
    moments = (
        datetime(year, month, 1, tzinfo=UTC) for year in range(1971, 2101) for month in (1, 7)
    )
    return not any(moment.astimezone(zone).utcoffset() for moment in moments)


def _firsts_of_months(first: date, last: date) -> list[date]:
    """The first days of months that lie in the window (of over 31 days, so there is one)."""
    firsts = []
    day = first if first.day == 1 else months.first_of_next(first)
    while day <= last:
        firsts.append(day)
        day = months.first_of_next(day)
    return firsts


def _description(event: Event, heading: Heading, options: Options, longest: int | None) -> str:
    details = event.details
    lines = [wording.full(details.when, options.lang, details.timezone)]
    text = details.description
    source = details.source
    if longest is not None:
        text = _cut(text, longest)
        if source and source.excerpt:
            source = replace(source, excerpt=_cut(source.excerpt, longest))
    if text:
        lines.append(text)
    if details.url:
        lines.append(_PAGE[options.lang] + details.url)
    if source:
        line = wording.source_line(source, options.lang, heading.excerpts)
        if line:
            lines.append(line)
        if source.url and source.url not in line:
            lines.append(source.url)
    return _legible("\n".join(lines))


def _legible(text: str) -> str:
    """The text with a word joiner between a backslash and an n: node-ical and ics take the escaped
    pair for a line break (measured with 0.26.1 and 0.7.3)."""
    return _LINE_BREAK.sub("\\\\\u2060", text) if "\\" in text else text


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _fit(
    parts: list[FeedEntry],
    shorten: Callable[[Sequence[FeedEntry]], Mapping[str, bytes]],
    heading: Heading,
    options: Options,
    day: date,
) -> tuple[list[FeedEntry], list[bytes]]:
    """The parts that fit into `size`, and their VEVENTs: the oldest past ones go first, then
    descriptions are cut, then the farthest ones go."""
    total = sum(len(part.data) for part in parts)
    # With all their zones: a few bytes too careful once some events are gone.
    room = None if options.size is None else options.size - len(_calendar(parts, (), heading))
    if room is None or total <= room:
        return parts, [part.data for part in parts]
    past = sorted((part for part in parts if part.until < day), key=lambda p: (p.last, p.id))
    gone: set[str] = set()
    for part in past:
        if total <= room:
            break
        total -= len(part.data)
        gone.add(part.id)
    kept = [part for part in parts if part.id not in gone]
    if total <= room:
        return kept, [part.data for part in kept]
    short = shorten(kept)
    data = [short[part.id] for part in kept]
    total = sum(map(len, data))
    while kept and total > room:
        kept.pop()
        total -= len(data.pop())
    return kept, data


def _calendar(parts: Sequence[FeedEntry], data: Sequence[bytes], heading: Heading) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Horizon//Horizon//ZH")
    calendar.add("calscale", "GREGORIAN")
    # No METHOD: no client asks for it, and PUBLISH would want an ORGANIZER (RFC 5546 3.2.1).
    calendar.add("name", heading.name)
    calendar.add("x-wr-calname", heading.name)
    if heading.names_zone:
        calendar.add("x-wr-timezone", heading.timezone)
    calendar.add("refresh-interval", _duration(REFRESH))
    calendar.add("x-published-ttl", REFRESH)
    calendar.add("source", icalendar.vUri(heading.address, params={"VALUE": "URI"}))
    calendar.add("color", "steelblue")
    text = bytes(calendar.to_ical())
    end = b"END:VCALENDAR\r\n"
    return b"".join(
        (
            text.removesuffix(end),
            *_timezones(parts, heading.timezone),
            *data,
            end,
        )
    )


def _duration(text: str) -> icalendar.vDuration:
    length = parse_duration(text).timedelta
    assert length is not None
    value = icalendar.vDuration(length)
    value.params["VALUE"] = "DURATION"  # RFC 7986 5.7
    return value


def _timezones(parts: Sequence[FeedEntry], default: str) -> list[bytes]:
    """A VTIMEZONE for every zone that a time is written in; the service's own in a feed without
    events, since a calendar needs a component (RFC 5545 3.6)."""
    if not parts:
        return [vtimezone(default, 2000, 2000)]
    years: dict[str, list[int]] = {}
    endless: set[str] = set()
    for part in parts:
        if part.zone is None or part.years is None:
            continue
        first, last = part.years
        years.setdefault(part.zone, []).extend((first, min(last, LAST_YEAR)))
        if last > LAST_YEAR:
            endless.add(part.zone)
    return [
        vtimezone(
            zone,
            max(min(years[zone]) - 1, FIRST_YEAR),
            min(max(years[zone]) + 1, LAST_YEAR),
            endless=zone in endless,
        )
        for zone in sorted(years)
    ]


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("is true or false")
    return text == "true"


def _lang(text: str) -> str:
    if text not in KIND_WORDS:
        raise ValueError(f"is one of {', '.join(KIND_WORDS)}")
    return text


def _choice(choices: type[StrEnum]) -> Callable[[str], StrEnum]:
    def reader(text: str) -> StrEnum:
        try:
            return choices(text)
        except ValueError:
            raise ValueError(
                f"is one of {', '.join(choices)}{nearest(text, list(choices))}"
            ) from None

    return reader


def _alarms(text: str) -> tuple[timedelta, ...]:
    leads = [parse_duration(piece).timedelta for piece in text.split(",") if piece]
    if len(leads) > 5:
        raise ValueError("has at most five alarms")
    if not leads or None in leads:
        raise ValueError("an alarm's lead is in days, hours and minutes, such as P7D or PT2H")
    return tuple(dict.fromkeys(lead for lead in leads if lead is not None))


def _size(text: str) -> int | None:
    if text == "all":
        return None
    number, unit = text[:-2], text[-2:].upper()
    factor = {"KB": 1_000, "MB": 1_000_000}.get(unit)
    if factor is None or not number.isascii() or not number.isdigit() or len(number) > 4:
        raise ValueError("is a size such as 1MB or 500kB, or all")
    size = int(number) * factor
    if not 10_000 <= size <= 100_000_000:
        raise ValueError("lies between 10kB and 100MB; or write all")
    return size


_OPTION_READERS: dict[str, Callable[[str], Any]] = {
    "lang": _lang,
    "past": parse_duration,
    "undated": _choice(Undated),
    "cancelled": _choice(Cancelled),
    "busy": _flag,
    "alarms": _alarms,
    "size": _size,
}
