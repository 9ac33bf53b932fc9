"""What an alert says, for programs: the type, when it was composed, and the events as the API gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from service.core.alerts.digest import Digest, Moved
from service.core.alerts.reminders import Changed, Reminder
from service.core.events.event import Event
from service.core.events.items import Item
from service.core.events.representation import instant, represent

# The lists of which one that is too long for a channel is cut.
_LISTS = ("today", "changes", "ahead", "undated", "overdue", "reminders")


def digest_data(
    digest: Digest, rule: str, lang: str, base_url: str, excerpts: bool, now: datetime
) -> dict[str, Any]:
    """`horizon.digest`."""

    def items(given: Sequence[Item]) -> list[dict[str, Any]]:
        return [
            {"event": represent(item.event, lang, excerpts), "occurrence": item.when.text}
            for item in given
        ]

    data = {
        "rule": rule,
        "title": digest.title,
        "day": digest.day.isoformat(),
        "timezone": digest.timezone,
        "days_ahead": digest.days_ahead,
        "url": f"{base_url.rstrip('/')}/",
        "today": items(digest.today),
        "changes": [_moved(moved, lang, excerpts) for moved in digest.changes],
        "ahead": items(digest.ahead),
        "undated": items(digest.undated),
        "overdue": items(digest.overdue),
    }
    return _call("horizon.digest", now, data)


def told_data(
    items: Sequence[Reminder | Changed],
    rule: str,
    lang: str,
    base_url: str,
    excerpts: bool,
    now: datetime,
) -> dict[str, Any]:
    """`horizon.reminder` or `horizon.change`, with one event or, joined, with several."""
    data: dict[str, Any] = {"rule": rule, "url": f"{base_url.rstrip('/')}/"}
    reminders = [_reminder(each, lang, excerpts) for each in items if isinstance(each, Reminder)]
    changes = [_changed(each, lang, excerpts) for each in items if isinstance(each, Changed)]
    data |= {"reminders": reminders} if reminders else {"changes": changes}
    return _call("horizon.reminder" if reminders else "horizon.change", now, data)


def shortened(data: Mapping[str, Any], most: int | None, text: str) -> dict[str, Any]:
    """The call with at most so many entries of each list, `more` saying how many are left out of
    which, and `text`, the same in words."""
    held = dict(data["data"])
    more = {}
    for name in _LISTS:
        entries = held.get(name)
        if entries is not None and most is not None and len(entries) > most:
            held[name], more[name] = entries[:most], len(entries) - most
    return {**data, "data": {**held, "text": text, "more": more}}


def _call(type_: str, now: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": type_, "timestamp": instant(now.replace(microsecond=0)), "data": data}


def _reminder(reminder: Reminder, lang: str, excerpts: bool) -> dict[str, Any]:
    return {
        "event": represent(reminder.event, lang, excerpts),
        "occurrence": reminder.occurrence.text,
        "lead": None if reminder.lead is None else reminder.lead.text,
        "due_at": instant(reminder.due_at),
        "late": reminder.late,
    }


def _changed(changed: Changed, lang: str, excerpts: bool) -> dict[str, Any]:
    kind, days = changed.net()
    event = changed.event_after
    moved = Moved(event, kind, changed.event_before.when, event.when, days)
    return _moved(moved, lang, excerpts)


def _moved(moved: Moved, lang: str, excerpts: bool) -> dict[str, Any]:
    event: Event = moved.event
    return {
        "event": represent(event, lang, excerpts),
        "change": moved.kind.value,
        "from": None if moved.before is None else moved.before.text,
        "to": moved.after.text,
        "days": moved.days,
    }
