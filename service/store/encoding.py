"""Events as the database keeps them, and back.

Reading trusts what was written: it builds the values without checking them again, since a feed
reads thousands of rows at once.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping

from service.core.alerts import message as message_
from service.core.alerts.deliveries import Composed, Delivery, State
from service.core.alerts.schedule import AlertKind
from service.core.dates import when as when_
from service.core.dates.when import When
from service.core.events import fields, filters, recurrence
from service.core.events.event import (
    DETAIL_KEYS,
    CalendarVersion,
    ChangeKind,
    Details,
    Event,
    Importance,
    Origin,
    Source,
    Status,
)
from service.core.events.filters import Filter
from service.core.events.kinds import Kind
from service.core.text.lines import fold
from service.store.schema import time_text
from service.store.values import (
    Answer,
    JournalRow,
    StoredChannel,
    StoredFeed,
    StoredImport,
    StoredKey,
    StoredReply,
    StoredRule,
)

# In the journal, in place of the event that is no longer there.
PURGED = "null"


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def event_columns(event: Event) -> dict[str, Any]:
    """The row of an event, but for `file_values` and `calendar_version`."""
    details = event.details
    when = details.when
    first_day = when.first
    if details.recurrence is not None:
        # Occurrences are counted in the event's zone, where the first may lie a day earlier than in
        # the offset it is written with.
        first_day = min(first_day, when.in_zone(details.zone)[0])
    return {
        "id": event.id,
        "uid": event.uid,
        "details": to_json(fields.write(details)),
        "kind": details.kind.value,
        "importance": details.importance.value,
        "status": event.status.value,
        "precision": when.precision.value,
        "first_day": first_day.isoformat(),
        "last_day": recurrence.last_day(details).isoformat(),
        "sort_key": when.sort_key,
        "recurring": details.recurrence is not None,
        "search": filters.searchable(event),
        "sequence": event.sequence,
        "version": event.version,
        "origin": event.origin.value,
        "created_at": event.created_at,
        "updated_at": event.updated_at,
        "withdrawn": event.withdrawn,
    }


def calendar_version_text(version: CalendarVersion | None) -> str | None:
    return None if version is None else to_json(fields.write_calendar_version(version))


def labels(event: Event) -> set[tuple[str, str]]:
    """What an event is found by, each with its type, folded as filters compare them."""
    details = event.details
    return {
        (type_, fold(value))
        for type_, values in (
            ("tag", details.tags),
            ("ticker", details.tickers),
            ("organization", details.organizations),
        )
        for value in values
    }


def read_event(row: RowMapping) -> Event:
    return Event(
        id=row["id"],
        uid=row["uid"],
        details=_details(json.loads(row["details"])),
        sequence=row["sequence"],
        version=row["version"],
        origin=Origin(row["origin"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        withdrawn=row["withdrawn"],
        calendar_version=fields.read_calendar_version(
            json.loads(row["calendar_version"] or "null")
        ),
    )


def event_text(event: Event) -> str:
    """The whole event as JSON, as one row of the journal holds it."""
    return to_json(
        {
            "id": event.id,
            "uid": event.uid,
            "sequence": event.sequence,
            "version": event.version,
            "origin": event.origin.value,
            "created_at": time_text(event.created_at),
            "updated_at": time_text(event.updated_at),
            "withdrawn": event.withdrawn,
            "details": fields.write(event.details),
            "calendar_version": fields.write_calendar_version(event.calendar_version),
        }
    )


def read_event_text(text: str) -> Event:
    return Event(**_known(json.loads(text), _EVENT_KEYS, _EVENT_READERS))


def read_version(row: RowMapping) -> Event | None:
    """The event of a row of the journal; None where it was purged."""
    return None if row["event"] == PURGED else read_event_text(row["event"])


def source_text(
    source: Source | None, corrected: Mapping[str, tuple[str, str]] | None = None
) -> str | None:
    """The source of a change, and with it what was read there and then corrected."""
    if source is None and not corrected:
        return None
    written = fields.write_source(source or Source()) or {}
    return to_json({**written, "corrected": corrected} if corrected else written)


def read_journal_row(row: RowMapping) -> JournalRow:
    source = json.loads(row["source"]) if row["source"] else None
    return JournalRow(
        seq=row["seq"],
        at=row["at"],
        event_id=row["event_id"],
        version=row["version"],
        change=ChangeKind(row["change"]),
        from_when=row["from_when"],
        to_when=row["to_when"],
        days=row["days"],
        who=row["who"],
        origin=Origin(row["origin"]),
        source=_source(source) if source else None,
        keys=tuple(json.loads(row["keys"])),
        event=read_version(row),
        corrected={
            key: (one, two) for key, (one, two) in (source or {}).get("corrected", {}).items()
        },
    )


def feed_columns(feed: StoredFeed) -> dict[str, Any]:
    return {
        "name": feed.name,
        "title": feed.title,
        "filter": to_json(filters.write(feed.filter)),
        "private": feed.private,
        "secret": feed.secret,
        "origin": feed.origin,
        "active": True,
        "position": feed.position,
        "created_at": feed.created_at,
        "updated_at": feed.updated_at,
    }


def read_feed(row: RowMapping) -> StoredFeed:
    return StoredFeed(
        name=row["name"],
        title=row["title"],
        filter=_filter(row["filter"]),
        private=row["private"],
        secret=row["secret"],
        origin=row["origin"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        position=row["position"],
    )


def rule_columns(rule: StoredRule) -> dict[str, Any]:
    return {
        "type": rule.type,
        "name": rule.name,
        "position": rule.position,
        "spec": to_json(rule.spec),
        "known_since": rule.known_since,
    }


def read_rule(row: RowMapping, channels_since: dict[str, datetime]) -> StoredRule:
    return StoredRule(
        type=row["type"],
        name=row["name"],
        position=row["position"],
        spec=json.loads(row["spec"]),
        known_since=row["known_since"],
        channels_since=channels_since,
    )


def channel_columns(channel: StoredChannel) -> dict[str, Any]:
    return {
        "name": channel.name,
        "position": channel.position,
        "spec": to_json(channel.spec),
    }


def read_channel(row: RowMapping) -> StoredChannel:
    return StoredChannel(row["name"], row["position"], json.loads(row["spec"]))


def key_columns(key: StoredKey) -> dict[str, Any]:
    return dict(key.__dict__)


def read_key(row: RowMapping) -> StoredKey:
    return StoredKey(**row)


def read_reply(row: RowMapping) -> StoredReply:
    headers = tuple((name, value) for name, value in json.loads(row["headers"]))
    return StoredReply(row["fingerprint"], row["status"], row["body"], headers)


def delivery_columns(delivery: Delivery) -> dict[str, Any]:
    columns = dict(delivery.__dict__)
    message = delivery.message
    columns["kind"], columns["state"] = delivery.kind.value, delivery.state.value
    if message is not None:
        says = {"says": message_.write(message.says)} if message.says is not None else {}
        columns["message"] = to_json({**message.rendered, **says})
    return columns


def read_delivery(row: RowMapping) -> Delivery:
    given = dict(row)
    if given["message"]:
        # A Horizon before the channels kept what Slack was sent, and nothing beside it.
        rendered = json.loads(given["message"])
        says = rendered.pop("says", None)
        given["message"] = Composed(message_.read(says) if says else None, rendered)
    else:
        given["message"] = None
    given["kind"], given["state"] = AlertKind(given["kind"]), State(given["state"])
    return Delivery(**given)


def import_columns(stored: StoredImport) -> dict[str, Any]:
    return {
        "id": stored.id,
        "created_at": stored.created_at,
        "who": stored.who,
        "content": to_json(stored.content),
        "applied": decisions_text(stored),
    }


def decisions_text(stored: StoredImport) -> str:
    """What was decided about an import's proposals, apart from them: it changes often and is small."""
    return to_json({"applied": stored.applied, **stored.review})


def read_import(row: RowMapping) -> StoredImport:
    """A kept import; without its content where that was not asked for."""
    decided = json.loads(row["applied"])
    # An earlier version kept what was applied alone, by the ids of proposals: p1, p2, …
    applied = decided.pop("applied") if "applied" in decided else decided
    return StoredImport(
        id=row["id"],
        created_at=row["created_at"],
        who=row["who"],
        content=json.loads(row["content"]) if "content" in row else {},
        applied=applied,
        review={} if applied is decided else decided,
    )


def read_answer(row: RowMapping) -> Answer:
    return Answer(etag=row["etag"], changed_at=row["changed_at"])


@lru_cache(maxsize=1000)
def _filter(text: str) -> Filter:
    return filters.read(json.loads(text))


@lru_cache(maxsize=10_000)
def _when(text: str) -> When:
    return when_.parse(text)


# How a stored value becomes a field's, where it is not that already. A key that a row lacks is one that
# the Horizon which wrote it did not know yet: it has its field's default, in every version of an event.
_DETAIL_READERS: dict[str, Callable[[Any], Any]] = {
    "when": _when,
    "kind": Kind,
    "titles": lambda titles: tuple(titles.items()),
    "organizations": tuple,
    "tickers": tuple,
    "tags": tuple,
    "importance": Importance,
    "exceptions": lambda days: tuple(map(date.fromisoformat, days)),
    "status": lambda status: None if status is None else Status(status),
    "source": lambda source: None if source is None else _source(source),
}
_EVENT_READERS: dict[str, Callable[[Any], Any]] = {
    "details": lambda given: _details(given),
    "origin": Origin,
    "created_at": datetime.fromisoformat,
    "updated_at": datetime.fromisoformat,
    "calendar_version": fields.read_calendar_version,
}
_SOURCE_READERS: dict[str, Callable[[Any], Any]] = {
    "date": lambda day: date.fromisoformat(day) if day else None,
}
_EVENT_KEYS = tuple(field.name for field in dataclasses.fields(Event))


def _details(given: Mapping[str, Any]) -> Details:
    if not fields.known_timezone(given["timezone"]):
        raise ValueError(f"the time zone {given['timezone']!r} is not known")
    return Details(**_known(given, DETAIL_KEYS, _DETAIL_READERS))


def _source(given: Mapping[str, Any]) -> Source:
    return Source(**_known(given, fields.SOURCE_KEYS, _SOURCE_READERS))


def _known(
    given: Mapping[str, Any], keys: Iterable[str], readers: Mapping[str, Callable[[Any], Any]]
) -> dict[str, Any]:
    """Those of the keys that are there, each as its field has it."""
    found = {key: given[key] for key in keys if key in given}
    for key, read in readers.items():
        if key in found:
            found[key] = read(found[key])
    return found
