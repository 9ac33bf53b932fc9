"""VEVENTs as icalendar writes them: slowly, and what Horizon's own writing is held to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from service.core.calendars.feed import (
    LONGEST_BAR,
    Cancelled,
    Heading,
    Options,
    Undated,
    _description,
    _equals_utc,
    _firsts_of_months,
    _legible,
    summary,
)
from service.core.events import recurrence
from service.core.events.event import Event
from service.core.events.kinds import KIND_WORDS


def component(
    event: Event, heading: Heading, options: Options, longest: int | None = None
) -> bytes:
    """The VEVENT of one event; `longest` is the most characters its description may have."""
    vevent = icalendar.Event()
    vevent.add("uid", event.uid)
    vevent.add("dtstamp", event.updated_at.astimezone(UTC).replace(microsecond=0))
    vevent.add("created", event.created_at.astimezone(UTC).replace(microsecond=0))
    vevent.add("last-modified", event.updated_at.astimezone(UTC).replace(microsecond=0))
    vevent.add("sequence", event.sequence)
    title = _legible(summary(event, options))
    vevent.add("summary", title)
    _add_dates(vevent, event, options)
    shows_status = event.cancelled and options.cancelled is Cancelled.STATUS
    by_date = "TENTATIVE" if event.when.tentative else "CONFIRMED"
    if event.cancelled:
        vevent.add("status", "CANCELLED" if shows_status else by_date)
    else:
        # What the date does not settle is tentative, whatever was set.
        vevent.add("status", event.status.value.upper() if event.when.dated else "TENTATIVE")
    busy = options.busy and event.when.dated and not event.cancelled
    vevent.add("transp", "OPAQUE" if busy else "TRANSPARENT")
    # Outlook does not go by TRANSP in a subscription.
    vevent.add("x-microsoft-cdo-busystatus", "BUSY" if busy else "FREE")
    details = event.details
    if details.location:
        vevent.add("location", _legible(details.location))
    tags = [_legible(tag) for tag in details.tags]
    vevent.add("categories", [KIND_WORDS[options.lang][details.kind], *tags])
    vevent.add("url", f"{heading.base_url}/events/{event.id}")
    vevent.add("x-horizon-when", event.when.text)
    vevent.add("description", _description(event, heading, options, longest))
    if event.when.dated and not event.cancelled:
        for before in options.alarms:
            alarm = icalendar.Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", title)
            alarm.add("trigger", -before)
            vevent.add_component(alarm)
    return bytes(vevent.to_ical())


def _add_dates(vevent: icalendar.Event, event: Event, options: Options) -> None:
    when, details = event.when, event.details
    if when.start is not None and when.end is not None:
        _add_times(vevent, event)
    elif when.dated:
        _add_days(vevent, when.first, when.last)
    elif options.undated is Undated.START:
        _add_days(vevent, when.first, when.first)
    elif options.undated is Undated.SPAN or when.days <= LONGEST_BAR:
        _add_days(vevent, when.first, when.last)
    else:
        firsts = _firsts_of_months(when.first, when.last)
        _add_days(vevent, firsts[0], firsts[0])
        if len(firsts) > 1:  # Microsoft 365 refuses a file with COUNT=1
            vevent.add("rrule", {"FREQ": "MONTHLY", "COUNT": len(firsts)})
    if details.recurrence:
        vevent.add("rrule", icalendar.vRecur.from_ical(details.recurrence))
        for exception in recurrence.exdates(details):
            # A line each: some parsers take only the first of several values.
            vevent.add("exdate", _utc(exception, details.timezone))


def _add_days(vevent: icalendar.Event, first: date, last: date) -> None:
    vevent.add("dtstart", first)
    vevent.add("dtend", last + timedelta(days=1))


def _add_times(vevent: icalendar.Event, event: Event) -> None:
    start, end = event.when.start, event.when.end
    assert start is not None
    assert end is not None
    zone = ZoneInfo(event.details.timezone)
    vevent.add("dtstart", _utc(start.astimezone(zone), event.details.timezone))
    if end > start:  # an open end is left out: DTEND has to be later than DTSTART
        vevent.add("dtend", _utc(end.astimezone(zone), event.details.timezone))


def _utc(value: date | datetime, timezone: str) -> date | datetime:
    if isinstance(value, datetime) and _equals_utc(timezone):
        return value.astimezone(UTC)
    return value
