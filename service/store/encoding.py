"""Events as the database keeps them, and back.

Reading trusts what was written: it builds the values without checking them again, since a feed
reads thousands of rows at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import RowMapping

from service.core.alerts.blockkit import Message
from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.schedule import AlertKind
from service.core.dates import when as when_
from service.core.dates.when import When
from service.core.events import fields, filters, recurrence
from service.core.events.event import (
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
    given = json.loads(text)
    return Event(
        id=given["id"],
        uid=given["uid"],
        details=_details(given["details"]),
        sequence=given["sequence"],
        version=given["version"],
        origin=Origin(given["origin"]),
        created_at=datetime.fromisoformat(given["created_at"]),
        updated_at=datetime.fromisoformat(given["updated_at"]),
        withdrawn=given["withdrawn"],
        # A version that was stored before calendars were counted has none.
        calendar_version=fields.read_calendar_version(given.get("calendar_version")),
    )


def read_version(row: RowMapping) -> Event | None:
    """The event of a row of the journal; None where it was purged."""
    return None if row["event"] == PURGED else read_event_text(row["event"])


def source_text(source: Source | None) -> str | None:
    return None if source is None else to_json(fields.write_source(source))


def read_journal_row(row: RowMapping) -> JournalRow:
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
        source=_source(json.loads(row["source"])) if row["source"] else None,
        keys=tuple(json.loads(row["keys"])),
        event=read_version(row),
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


def read_rule(row: RowMapping) -> StoredRule:
    return StoredRule(
        type=row["type"],
        name=row["name"],
        position=row["position"],
        spec=json.loads(row["spec"]),
        known_since=row["known_since"],
    )


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
        columns["message"] = to_json({"blocks": message.blocks, "text": message.text})
    return columns


def read_delivery(row: RowMapping) -> Delivery:
    given = dict(row)
    message = json.loads(given["message"]) if given["message"] else None
    given["message"] = Message(tuple(message["blocks"]), message["text"]) if message else None
    given["kind"], given["state"] = AlertKind(given["kind"]), State(given["state"])
    return Delivery(**given)


def import_columns(stored: StoredImport) -> dict[str, Any]:
    return {
        "id": stored.id,
        "created_at": stored.created_at,
        "who": stored.who,
        "content": to_json(stored.content),
        "applied": to_json(stored.applied),
    }


def read_import(row: RowMapping) -> StoredImport:
    return StoredImport(
        id=row["id"],
        created_at=row["created_at"],
        who=row["who"],
        content=json.loads(row["content"]),
        applied=json.loads(row["applied"]),
    )


def read_answer(row: RowMapping) -> Answer:
    return Answer(etag=row["etag"], changed_at=row["changed_at"])


@lru_cache(maxsize=1000)
def _filter(text: str) -> Filter:
    return filters.read(json.loads(text))


@lru_cache(maxsize=10_000)
def _when(text: str) -> When:
    return when_.parse(text)


def _details(given: Mapping[str, Any]) -> Details:
    status, source = given["status"], given["source"]
    if not fields.known_timezone(given["timezone"]):
        raise ValueError(f"the time zone {given['timezone']!r} is not known")
    return Details(
        title=given["title"],
        when=_when(given["when"]),
        timezone=given["timezone"],
        kind=Kind(given["kind"]),
        titles=tuple(given["titles"].items()),
        organizations=tuple(given["organizations"]),
        tickers=tuple(given["tickers"]),
        tags=tuple(given["tags"]),
        importance=Importance(given["importance"]),
        location=given["location"],
        url=given["url"],
        description=given["description"],
        recurrence=given["recurrence"],
        exceptions=tuple(map(date.fromisoformat, given["exceptions"])),
        status=None if status is None else Status(status),
        source=None if source is None else _source(source),
    )


def _source(given: Mapping[str, Any]) -> Source:
    day = given["date"]
    return Source(
        title=given["title"],
        publisher=given["publisher"],
        date=date.fromisoformat(day) if day else None,
        url=given["url"],
        official=given["official"],
        excerpt=given["excerpt"],
        page=given.get("page"),
        line=given.get("line"),
        sha256=given.get("sha256", ""),
    )
