"""Event and Source, and what happens to them: new, revise, withdraw, restore.

Each of these gives the event as it then is and the Change that one row of history tells.

SEQUENCE (RFC 5545 3.8.7.4) starts at 0 and grows by one when the date, the status, the recurrence,
its exceptions, the time zone or the location changes. The UID never changes.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from service.core.dates import when as when_
from service.core.dates.when import DateChange, When
from service.core.events.kinds import Kind


class Status(StrEnum):
    """RFC 5545 STATUS of a VEVENT."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Importance(StrEnum):
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Origin(StrEnum):
    FILE = "file"
    API = "api"
    SLACK = "slack"
    WEB = "web"
    CLI = "cli"
    IMPORT = "import"


class ChangeKind(StrEnum):
    CREATED = "created"
    FIRMED = "firmed"
    LATER = "later"
    EARLIER = "earlier"
    LOOSENED = "loosened"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    EDITED = "edited"
    PURGED = "purged"


@dataclass(frozen=True)
class Source:
    """Where a date was read. `page`, `line` and `sha256` where Horizon read the document itself."""

    title: str = ""
    publisher: str = ""
    date: date | None = None
    url: str = ""
    official: bool = False
    excerpt: str = ""
    page: int | None = None
    line: int | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Details:
    """What a person or program says of an event; everything else about it is kept by Horizon."""

    title: str
    when: When
    timezone: str
    kind: Kind = Kind.OTHER
    titles: tuple[tuple[str, str], ...] = ()
    organizations: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    importance: Importance = Importance.NORMAL
    location: str = ""
    url: str = ""
    description: str = ""
    recurrence: str | None = None
    exceptions: tuple[date, ...] = ()
    status: Status | None = None
    source: Source | None = None

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.timezone)

    @property
    def status_of_date(self) -> Status:
        """The status where none is set: dated is confirmed, undated or approximate tentative."""
        return Status.TENTATIVE if self.when.tentative else Status.CONFIRMED


@dataclass(frozen=True)
class CalendarVersion:
    """Which of several tellings of one UID an iCalendar entry is: SEQUENCE, at a tie DTSTAMP (in UTC,
    None where it has none), as RFC 5546 2.1.5 has it."""

    sequence: int
    dtstamp: datetime | None = None

    def older_than(self, other: CalendarVersion) -> bool:
        if self.sequence != other.sequence or not self.dtstamp or not other.dtstamp:
            return self.sequence < other.sequence
        return self.dtstamp < other.dtstamp


@dataclass(frozen=True)
class Event:
    """An event as stored. Times are aware, in UTC.

    `calendar_version` is what the calendar it comes from said last. Such a calendar counts by itself:
    `sequence` is what Horizon publishes, and grows by its own rule.
    """

    id: str
    uid: str
    details: Details
    sequence: int
    version: int
    origin: Origin
    created_at: datetime
    updated_at: datetime
    withdrawn: bool = False
    calendar_version: CalendarVersion | None = None

    @property
    def title(self) -> str:
        return self.details.title

    @property
    def when(self) -> When:
        return self.details.when

    @property
    def status(self) -> Status:
        """As set, else as the date says: dated is confirmed, undated or approximate tentative."""
        if self.details.status is not None:
            return self.details.status
        return self.details.status_of_date

    @property
    def cancelled(self) -> bool:
        return self.details.status is Status.CANCELLED

    @property
    def own_uid(self) -> bool:
        """Whether Horizon gave the event its UID; else it is another calendar's."""
        return self.uid == own_uid(self.id)

    @property
    def published(self) -> CalendarVersion:
        """What feeds say of it now."""
        return CalendarVersion(self.sequence, self.updated_at.replace(microsecond=0))

    def title_in(self, lang: str) -> str:
        """The title in that language where somebody gave one; never translated by machine."""
        return dict(self.details.titles).get(lang, self.title)


@dataclass(frozen=True)
class Change:
    """One row of history: the event before and after, and what that step was.

    `days` is set for later and earlier, and positive. `keys` are the details that changed.
    """

    kind: ChangeKind
    before: Event | None
    after: Event
    keys: tuple[str, ...] = ()
    days: int | None = None

    @property
    def from_when(self) -> str | None:
        return self.before.when.text if self.before else None

    @property
    def to_when(self) -> str | None:
        return (
            None if self.kind in (ChangeKind.WITHDRAWN, ChangeKind.PURGED) else self.after.when.text
        )


@dataclass(frozen=True)
class Recorded:
    """A change as the journal keeps it: the `seq`-th of all, `event` being what it then became,
    None where that was purged.

    `source` is where this change was read. `from_when` and `to_when` are EDTF strings. `corrected` tells by
    key what was read there and what a person made of it.
    """

    seq: int
    at: datetime
    event_id: str
    version: int
    change: ChangeKind
    from_when: str | None
    to_when: str | None
    days: int | None
    who: str
    origin: Origin
    source: Source | None
    keys: tuple[str, ...]
    event: Event | None
    corrected: Mapping[str, tuple[str, str]] = field(default_factory=dict)


SEQUENCED = frozenset({"when", "status", "recurrence", "exceptions", "timezone", "location"})
DETAIL_KEYS = tuple(field.name for field in fields(Details))


def own_uid(id_: str) -> str:
    """The UID that Horizon gives to the event with that id."""
    return f"{id_}@horizon"


def slug(title: str) -> str:
    """An id for an event that was given none: ASCII words of its title and six hex digits of the
    title's SHA-256, so that the same title always gets the same id."""
    ascii_text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:60].strip("-") or "event"
    return f"{words}-{hashlib.sha256(title.encode()).hexdigest()[:6]}"


def new(
    id_: str,
    details: Details,
    now: datetime,
    origin: Origin,
    *,
    uid: str | None = None,
    sequence: int = 0,
    created_at: datetime | None = None,
    updated_at: datetime | None = None,
    calendar_version: CalendarVersion | None = None,
) -> Change:
    """A new event. An import or an export brings its own uid, sequence and times."""
    event = Event(
        id=id_,
        uid=uid or own_uid(id_),
        details=details,
        sequence=sequence,
        version=1,
        origin=origin,
        created_at=created_at or now,
        updated_at=updated_at or now,
        calendar_version=calendar_version,
    )
    return Change(ChangeKind.CREATED, None, event, DETAIL_KEYS)


def revise(
    event: Event,
    details: Details,
    now: datetime,
    origin: Origin | None = None,
    calendar_version: CalendarVersion | None = None,
) -> Change | None:
    """The event with other details, or None where nothing differs.

    `origin` is who owns it from now on (the file taking over); None leaves that as it is.
    `calendar_version` is that of the calendar that says so; changed by anybody else, an event under
    our own UID is again what Horizon says it is. A withdrawn event stays withdrawn: restore() brings
    it back.
    """
    keys = tuple(key for key in DETAIL_KEYS if getattr(event.details, key) != getattr(details, key))
    if not keys and (origin is None or origin is event.origin):
        return None
    after = replace(
        event,
        details=details,
        version=event.version + 1,
        origin=origin or event.origin,
        updated_at=_later(event.updated_at, now) if keys else event.updated_at,
    )
    if calendar_version or (keys and event.own_uid):
        after = replace(after, calendar_version=calendar_version)
    if keys and (SEQUENCED & set(keys) or after.status is not event.status):
        after = replace(after, sequence=event.sequence + 1)
    kind, days = _name_change(event, after)
    return Change(kind, event, after, keys, days)


def withdraw(event: Event, now: datetime) -> Change | None:
    """The event taken out of feeds and lists, its history kept; None if it is out already."""
    if event.withdrawn:
        return None
    return Change(ChangeKind.WITHDRAWN, event, _step(event, now, withdrawn=True))


def restore(
    event: Event,
    details: Details,
    now: datetime,
    origin: Origin | None = None,
    calendar_version: CalendarVersion | None = None,
) -> Change | None:
    """A withdrawn event brought back, with these details; None if it was never out."""
    if not event.withdrawn:
        return None
    back = _step(event, now, withdrawn=False)
    if calendar_version:
        back = replace(back, calendar_version=calendar_version)
    same = replace(back, version=event.version)
    revised = revise(same, details, now, origin, calendar_version)
    if revised is None:
        return Change(ChangeKind.RESTORED, event, back)
    return Change(ChangeKind.RESTORED, event, revised.after, revised.keys, revised.days)


def _step(event: Event, now: datetime, withdrawn: bool) -> Event:
    return replace(
        event,
        withdrawn=withdrawn,
        version=event.version + 1,
        updated_at=_later(event.updated_at, now),
    )


def _later(before: datetime, now: datetime) -> datetime:
    # A clock that was set back must not make a change look older than the one before it.
    return max(before, now)


def _name_change(before: Event, after: Event) -> tuple[ChangeKind, int | None]:
    if before.cancelled != after.cancelled:
        return (ChangeKind.CANCELLED if after.cancelled else ChangeKind.REINSTATED), None
    date_change, days = when_.compare(before.when, after.when, after.details.zone)
    if date_change is None:
        return ChangeKind.EDITED, None
    moved = date_change in (DateChange.LATER, DateChange.EARLIER)
    return ChangeKind(date_change.value), days if moved else None
