"""The first tables: events, their journal, feeds, rules and what feeds answered.

Revision 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What schema.TEXT was when this was written: a migration does not change when the code does.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    counter = op.create_table(
        "counter",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("last_at", TEXT),
        sa.CheckConstraint("id = 1", name=op.f("ck_counter_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
    )
    op.bulk_insert(counter, [{"id": 1, "seq": 0, "revision": 0, "last_at": None}])
    op.create_table(
        "events",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("uid", TEXT, nullable=False),
        sa.Column("details", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("importance", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("precision", TEXT, nullable=False),
        sa.Column("first_day", TEXT, nullable=False),
        sa.Column("last_day", TEXT, nullable=False),
        sa.Column("sort_key", TEXT, nullable=False),
        sa.Column("recurring", sa.Boolean, nullable=False),
        sa.Column("search", TEXT, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("updated_at", TEXT, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("file_values", TEXT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("uid", name=op.f("uq_events_uid")),
    )
    op.create_index(
        op.f("ix_events_withdrawn_sort_key_id"), "events", ["withdrawn", "sort_key", "id"]
    )
    op.create_index(op.f("ix_events_last_day_first_day"), "events", ["last_day", "first_day"])
    op.create_table(
        "event_labels",
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "type", "value", name=op.f("pk_event_labels")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_event_labels_event_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_event_labels_type_value"), "event_labels", ["type", "value"])
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("change", TEXT, nullable=False),
        sa.Column("from_when", TEXT),
        sa.Column("to_when", TEXT),
        sa.Column("days", sa.Integer),
        sa.Column("who", TEXT, nullable=False),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("source", TEXT),
        sa.Column("keys", TEXT, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("event", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
    )
    op.create_index(op.f("ix_journal_event_id_seq"), "journal", ["event_id", "seq"])
    op.create_index(op.f("ix_journal_at"), "journal", ["at"])
    op.create_table(
        "feeds",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("filter", TEXT, nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("secret", TEXT),
        sa.Column("origin", TEXT, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("created_at", TEXT, nullable=False),
        sa.Column("updated_at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_feeds")),
    )
    op.create_table(
        "rules",
        sa.Column("type", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("spec", TEXT, nullable=False),
        sa.Column("known_since", TEXT, nullable=False),
        sa.CheckConstraint("type IN ('digest', 'reminder', 'change')", name=op.f("ck_rules_type")),
        sa.PrimaryKeyConstraint("type", "name", name=op.f("pk_rules")),
    )
    op.create_table(
        "feed_answers",
        sa.Column("address", TEXT, nullable=False),
        sa.Column("etag", TEXT, nullable=False),
        sa.Column("changed_at", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_feed_answers")),
    )
    op.create_index(op.f("ix_feed_answers_changed_at"), "feed_answers", ["changed_at"])
