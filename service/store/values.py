"""What the store keeps beside events. Times are aware, in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.core.events.event import Event, Recorded
from service.core.events.filters import Filter

# A row of the journal is a core value: what feeds and pages tell of a change.
JournalRow = Recorded


@dataclass(frozen=True)
class Position:
    """How far the store has come. `seq` is the newest change's number, 0 before the first;
    `revision` grows with every transaction that changed events, feeds or rules."""

    seq: int
    revision: int


@dataclass(frozen=True)
class Counts:
    """`total`: the events that are not withdrawn."""

    total: int


@dataclass(frozen=True)
class Tally:
    """How many events a filter matches, and how many of them have no date yet; `more`: the counting
    ended at its bound."""

    total: int
    undated: int
    more: bool


@dataclass(frozen=True)
class FileEvent:
    """An event and what events.yaml last said of it, key by key; None where it never did."""

    event: Event
    values: dict[str, Any] | None


@dataclass(frozen=True)
class StoredFeed:
    """A named filter. `origin` is who owns it (file or api), `position` its place in the file.

    `secret` is the token of its address while it is private; one that is public may hold one from
    an earlier time, which opens nothing.
    """

    name: str
    title: str
    filter: Filter
    private: bool
    secret: str | None
    origin: str
    created_at: datetime
    updated_at: datetime
    position: int


@dataclass(frozen=True)
class StoredRule:
    """A digest, reminder or change rule; nothing that fell due before `known_since` is owed.
    `channels_since`: the same of channels that it names since later; the key is their part in the
    keys of deliveries, empty for Slack's."""

    type: str
    name: str
    position: int
    spec: dict[str, Any]
    known_since: datetime
    channels_since: dict[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredChannel:
    """A way for alerts beside Slack, as the events file describes it."""

    name: str
    position: int
    spec: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What an address last answered: its ETag, and since when (UTC, whole seconds)."""

    etag: str
    changed_at: datetime


@dataclass(frozen=True)
class StoredKey:
    """An API key, known by the SHA-256 of it alone."""

    name: str
    scope: str
    digest: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class StoredReply:
    """An answer kept for a request that may be sent again."""

    fingerprint: str
    status: int
    body: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StoredImport:
    """What a document or a calendar brought, for review. All are JSON values: `content` the candidates
    and how they were judged, `applied` by proposal what was carried out, `review` what else has been
    decided (operations.reviews says what is in it; nothing in one that an earlier version kept)."""

    id: str
    created_at: datetime
    who: str
    content: dict[str, Any]
    applied: dict[str, Any]
    review: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tombstone:
    """What is left of a purged event, for the case that its id returns."""

    uid: str
    sequence: int
