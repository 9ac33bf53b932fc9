"""The tables. A change here needs a migration beside it; a test compares the two.

The index for texts and the triggers stand in migration 0005 alone; searching.py asks that index.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

# Code-point order, as SQLite and Python have it, so that both databases sort and page alike.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def time_text(moment: datetime) -> str:
    """An aware time as it is kept: RFC 3339 in UTC with microseconds, whose text order is that of
    time. Raises ValueError for a naive one."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} has no time zone; the store takes aware times only")
    # Not strftime, which writes the year 300 with three digits on some systems.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class UtcTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware datetimes in UTC out."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else time_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# One row. Its `seq` numbers the journal: a sequence of PostgreSQL would become visible out of
# order, so that a reader who asks for what is newer than N would miss rows.
counter = Table(
    "counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("last_at", UtcTime),
    CheckConstraint("id = 1", name="one_row"),
)

# By how long they last: within a month of the calendar, within a year, longer.
SPANS = {
    "within_month": "substr(first_day, 1, 7) = substr(last_day, 1, 7)",
    "within_year": "substr(first_day, 1, 4) = substr(last_day, 1, 4)"
    " AND substr(first_day, 1, 7) <> substr(last_day, 1, 7)",
    "longer": "substr(first_day, 1, 4) <> substr(last_day, 1, 4)",
}

# `details` is the truth; kind to search are copies that queries narrow by. Days are ISO texts.
events = Table(
    "events",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("uid", TEXT, nullable=False, unique=True),
    Column("details", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("importance", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("precision", TEXT, nullable=False),
    Column("first_day", TEXT, nullable=False),
    Column("last_day", TEXT, nullable=False),
    Column("sort_key", TEXT, nullable=False),
    Column("recurring", Boolean, nullable=False),
    Column("search", TEXT, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("origin", TEXT, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("file_values", TEXT),
    Column("calendar_version", TEXT),
    # A page of a list is a walk along one of these, or along the one of event_labels: each is in
    # the order of lists.
    Index(None, "withdrawn", "sort_key", "id"),
    *(
        Index(None, "withdrawn", column, "sort_key", "id")
        for column in ("kind", "importance", "status", "precision")
    ),
    # What has begun before a day and goes on: see listing.py.
    *(
        Index(
            f"ix_events_{name}",
            *("withdrawn", "sort_key", "id", "last_day"),
            *("kind", "importance", "status", "precision"),
            sqlite_where=text(span),  # for PostgreSQL: know_postgresql
        )
        for name, span in SPANS.items()
    ),
)

event_labels = Table(
    "event_labels",
    metadata,
    Column("event_id", TEXT, ForeignKey(events.c.id, ondelete="CASCADE"), primary_key=True),
    Column("type", TEXT, primary_key=True),
    Column("value", TEXT, primary_key=True),
    # Copies of the event's, so that a label's events can be walked in order. Triggers set them.
    Column("sort_key", TEXT, nullable=False, server_default=text("''")),
    Column("last_day", TEXT, nullable=False, server_default=text("''")),
    Index(None, "type", "value", "sort_key", "event_id", "last_day"),
)

# Holds every version of every event; no foreign key, since history outlives its event.
journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("event_id", TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("change", TEXT, nullable=False),
    Column("from_when", TEXT),
    Column("to_when", TEXT),
    Column("days", Integer),
    Column("who", TEXT, nullable=False),
    Column("origin", TEXT, nullable=False),
    Column("source", TEXT),
    Column("keys", TEXT, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("event", TEXT, nullable=False),
    Index(None, "event_id", "seq"),
    Index(None, "at"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("title", TEXT, nullable=False),
    Column("filter", TEXT, nullable=False),
    Column("private", Boolean, nullable=False),
    Column("secret", TEXT),
    Column("origin", TEXT, nullable=False),
    # One that left the file stays as a row, so that it has the same secret when it returns.
    Column("active", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)

rules = Table(
    "rules",
    metadata,
    Column("type", TEXT, primary_key=True),
    Column("name", TEXT, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("spec", TEXT, nullable=False),
    Column("known_since", UtcTime, nullable=False),
    CheckConstraint("type IN ('digest', 'reminder', 'change')", name="type"),
)

# Ways for alerts beside Slack, as events.yaml names them; secrets are named in them, not held.
named_channels = Table(
    "named_channels",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("spec", TEXT, nullable=False),
)

# Since when a rule names a channel, where it has not from its beginning.
rule_channels = Table(
    "rule_channels",
    metadata,
    Column("type", TEXT, primary_key=True),
    Column("rule", TEXT, primary_key=True),
    Column("channel", TEXT, primary_key=True),
    Column("known_since", UtcTime, nullable=False),
)

feed_answers = Table(
    "feed_answers",
    metadata,
    Column("address", TEXT, primary_key=True),
    Column("etag", TEXT, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Index(None, "changed_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("scope", TEXT, nullable=False),
    Column("digest", TEXT, nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("last_used_at", UtcTime),
    Column("revoked_at", UtcTime),
)

# Answers to requests that carried an Idempotency-Key.
replies = Table(
    "replies",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("fingerprint", TEXT, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", TEXT, nullable=False),
    Column("headers", TEXT, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index(None, "created_at"),
)

# What is left of a purged event: calendars still know its UID.
tombstones = Table(
    "tombstones",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("uid", TEXT, nullable=False),
    Column("sequence", Integer, nullable=False),
)

# Facts about the database as a whole, such as that it was restored from a backup.
marks = Table(
    "marks",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("value", TEXT, nullable=False),
)

# A row a message owed, for ever: the key is what makes it go out once.
deliveries = Table(
    "deliveries",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("rule", TEXT, nullable=False),
    Column("channel", TEXT, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("over_at", UtcTime),
    Column("event_id", TEXT),
    Column("occurrence", TEXT),
    Column("lead", TEXT),
    Column("first_seq", Integer),
    Column("last_seq", Integer),
    Column("attempts", Integer, nullable=False),
    Column("error", TEXT, nullable=False),
    Column("next_at", UtcTime),
    Column("lease", TEXT),
    Column("lease_until", UtcTime),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("looked", Boolean, nullable=False),
    Column("message", TEXT),
    Column("joined_to", TEXT),
    Column("ts", TEXT),
    Column("covers_seq", Integer),
    Column("window_until", UtcTime),
    Index(None, "state", "next_at"),
    Index(None, "event_id"),
    Index(None, "kind", "rule"),
)

# When a channel may be written to next: Slack takes one message a second, or said to wait.
channels = Table(
    "channels",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("next_at", UtcTime, nullable=False),
)

# What documents and calendars brought, with its proposals, until somebody has looked at them.
imports = Table(
    "imports",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("created_at", UtcTime, nullable=False),
    Column("who", TEXT, nullable=False),
    Column("content", TEXT, nullable=False),
    Column("applied", TEXT, nullable=False),
    Index(None, "created_at"),
)


def know_postgresql() -> None:
    """Say what of the tables is for PostgreSQL alone. Only where one is opened: SQLAlchemy loads its
    whole dialect for it."""
    spans = {f"ix_events_{name}": span for name, span in SPANS.items()}
    for index in events.indexes:
        if index.name in spans:
            index.dialect_options["postgresql"]["where"] = text(spans[index.name])
