"""Addresses that put one event, once, into somebody's calendar on the web.

Neither Google nor Microsoft documents them; both have been in use for years. What is added so does
not follow later changes: a subscription does.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlencode

from service.core.events import wording
from service.core.events.event import Event

_OPEN_END = timedelta(hours=1)


def google(event: Event, lang: str, page: str) -> str:
    """Google Calendar's form, filled in; `page` is the event's own address."""
    start, end = _bounds(event)
    if isinstance(start, datetime):
        dates = f"{start:%Y%m%dT%H%M%SZ}/{end:%Y%m%dT%H%M%SZ}"
    else:
        dates = f"{start:%Y%m%d}/{end:%Y%m%d}"
    query = {
        "action": "TEMPLATE",
        "text": _title(event, lang),
        "dates": dates,
        "details": _text(event, lang, page),
        "location": event.details.location,
    }
    if event.details.recurrence:
        query["recur"] = f"RRULE:{event.details.recurrence}"
    return f"https://calendar.google.com/calendar/render?{_query(query)}"


def outlook(event: Event, lang: str, page: str) -> str:
    """The form of Outlook on the web, filled in."""
    start, end = _bounds(event)
    timed = isinstance(start, datetime)
    form = "%Y-%m-%dT%H:%M:%SZ" if timed else "%Y-%m-%d"
    query = {
        "rru": "addevent",
        "path": "/calendar/action/compose",
        "subject": _title(event, lang),
        "startdt": start.strftime(form),
        "enddt": end.strftime(form),
        "allday": "" if timed else "true",
        "body": _text(event, lang, page),
        "location": event.details.location,
    }
    return f"https://outlook.office.com/calendar/0/deeplink/compose?{_query(query)}"


def _bounds(event: Event) -> tuple[date, date]:
    """Start and end, which is exclusive: times in UTC, or days."""
    when = event.when
    if when.start is not None and when.end is not None:
        end = when.end if when.end > when.start else when.start + _OPEN_END
        return when.start.astimezone(UTC), end.astimezone(UTC)
    return when.first, when.last + timedelta(days=1)


def _title(event: Event, lang: str) -> str:
    called_off, lead = wording.called_off(event, lang), wording.lead(event, lang)
    return f"{called_off}{lead}{event.title_in(lang)}"


def _text(event: Event, lang: str, page: str) -> str:
    return f"{wording.full(event.when, lang, event.details.timezone)}\n{page}"


def _query(values: dict[str, str]) -> str:
    given = {key: value for key, value in values.items() if value}
    return urlencode(given, quote_via=quote)
