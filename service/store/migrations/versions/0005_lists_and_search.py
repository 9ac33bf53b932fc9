"""Lists and searches by indexes: what an event's label is sorted by, and the pairs of characters in
its text. Triggers keep both, so that they are right also while an older Horizon writes.

Revision 0005
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
CHOICES = ("kind", "importance", "status", "precision")
SPANS = {
    "within_month": "substr(first_day, 1, 7) = substr(last_day, 1, 7)",
    "within_year": "substr(first_day, 1, 4) = substr(last_day, 1, 4)"
    " AND substr(first_day, 1, 7) <> substr(last_day, 1, 7)",
    "longer": "substr(first_day, 1, 4) <> substr(last_day, 1, 4)",
}

POSTGRESQL_SEARCH = (
    # The pairs of neighbouring characters in a text, and each character alone. Not by substr(),
    # which counts from the text's start each time.
    """
    CREATE FUNCTION event_pairs(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
        SELECT array_agg(DISTINCT term COLLATE "C") FROM (
            SELECT unnest(ARRAY[one, one || lead(one, 1, '') OVER (ORDER BY place)]) AS term
            FROM unnest(string_to_array($1, NULL)) WITH ORDINALITY AS split (one, place)
        ) AS found
    $$
    """,
    # Without a list of what waits to be indexed, which every search would have to read through.
    "CREATE INDEX ix_events_pairs ON events USING gin (event_pairs(search))"
    " WITH (fastupdate = off)",
)
POSTGRESQL_LABELS = (
    """
    CREATE FUNCTION event_labels_place() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        SELECT e.sort_key, e.last_day INTO NEW.sort_key, NEW.last_day
        FROM events e WHERE e.id = NEW.event_id;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER event_labels_place BEFORE INSERT ON event_labels
    FOR EACH ROW WHEN (NEW.sort_key = '') EXECUTE FUNCTION event_labels_place()
    """,
    """
    CREATE FUNCTION events_move_labels() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE event_labels SET sort_key = NEW.sort_key, last_day = NEW.last_day
        WHERE event_id = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER events_move_labels AFTER UPDATE OF sort_key, last_day ON events
    FOR EACH ROW WHEN (OLD.sort_key <> NEW.sort_key OR OLD.last_day <> NEW.last_day)
    EXECUTE FUNCTION events_move_labels()
    """,
)

# FTS5 takes punctuation for what separates terms: they are in hexadecimal. substr() counts from the
# text's start each time, so a long text is cut into pieces first. A word of one character is asked
# for by the beginning of a term; the last character is one by itself.
_PAIRS = """(
    WITH RECURSIVE piece (at) AS (
        SELECT 1 UNION ALL SELECT at + 100 FROM piece WHERE at + 100 <= length({0})
    ),
    step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < 100),
    part (text) AS MATERIALIZED (SELECT substr({0}, at, 101) FROM piece)
    SELECT group_concat(hex(substr(text, n, 2)), ' ')
    FROM part CROSS JOIN step WHERE n <= length(text)
)"""
_ENTER = f"""
    INSERT INTO event_places (event_id, sort_key) VALUES (new.id, new.sort_key);
    INSERT INTO event_search (rowid, pairs) VALUES (last_insert_rowid(), {_PAIRS.format("new.search")});
"""
# The index keeps no texts: to take something out, it has to be told what it was.
_REMOVE = f"""
    INSERT INTO event_search (event_search, rowid, pairs)
    SELECT 'delete', place, {_PAIRS.format("old.search")} FROM event_places
    WHERE event_id = old.id;
    DELETE FROM event_places WHERE event_id = old.id;
"""
SQLITE_TABLES = (
    # A number for each event that stays: a rowid of `events` would not survive VACUUM.
    """
    CREATE TABLE event_places (
        place INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, sort_key TEXT NOT NULL
    )
    """,
    "CREATE VIRTUAL TABLE event_search USING fts5"
    " (pairs, content='', detail=none, columnsize=0, tokenize='ascii')",
    # Merging its parts costs most of a write.
    "INSERT INTO event_search (event_search, rank) VALUES ('automerge', 16)",
)
SQLITE_SEARCH = (
    f"CREATE TRIGGER event_search_enter AFTER INSERT ON events BEGIN {_ENTER} END",
    f"""
    CREATE TRIGGER event_search_change AFTER UPDATE OF search ON events
    WHEN old.search <> new.search BEGIN {_REMOVE} {_ENTER} END
    """,
    """
    CREATE TRIGGER event_search_move AFTER UPDATE OF sort_key ON events
    WHEN old.sort_key <> new.sort_key BEGIN
        UPDATE event_places SET sort_key = new.sort_key WHERE event_id = new.id;
    END
    """,
    f"CREATE TRIGGER event_search_remove AFTER DELETE ON events BEGIN {_REMOVE} END",
)
SQLITE_LABELS = (
    """
    CREATE TRIGGER event_labels_place AFTER INSERT ON event_labels WHEN new.sort_key = '' BEGIN
        UPDATE event_labels SET (sort_key, last_day) =
            (SELECT sort_key, last_day FROM events WHERE id = new.event_id)
        WHERE event_id = new.event_id AND type = new.type AND value = new.value;
    END
    """,
    """
    CREATE TRIGGER events_move_labels AFTER UPDATE OF sort_key, last_day ON events
    WHEN old.sort_key <> new.sort_key OR old.last_day <> new.last_day BEGIN
        UPDATE event_labels SET sort_key = new.sort_key, last_day = new.last_day
        WHERE event_id = new.id;
    END
    """,
)


def upgrade() -> None:
    """On PostgreSQL writers wait from the start, readers only while labels are placed: their table
    is the last that is locked against them, so that none of them can hold what this waits for."""
    postgresql = op.get_context().dialect.name == "postgresql"
    if postgresql:
        # As every writer does it first: none is half-way when the tables are locked.
        op.execute("SELECT id FROM counter FOR UPDATE")
    _make_lists()
    if postgresql:
        for statement in POSTGRESQL_SEARCH:
            op.execute(statement)
    else:
        _make_sqlite_search()
    op.drop_index(op.f("ix_events_last_day_first_day"), "events")
    _place_labels()
    for statement in POSTGRESQL_LABELS if postgresql else SQLITE_LABELS:
        op.execute(statement)
    if postgresql:
        op.execute("ANALYZE events, event_labels")


def _make_lists() -> None:
    for column in CHOICES:
        op.create_index(
            op.f(f"ix_events_withdrawn_{column}_sort_key_id"),
            "events",
            ["withdrawn", column, "sort_key", "id"],
        )
    for name, span in SPANS.items():
        op.create_index(
            op.f(f"ix_events_{name}"),
            "events",
            ["withdrawn", "sort_key", "id", "last_day", *CHOICES],
            sqlite_where=sa.text(span),
            postgresql_where=sa.text(span),
        )


def _make_sqlite_search() -> None:
    connection = op.get_bind()
    if not connection.scalar(sa.text("SELECT sqlite_compileoption_used('ENABLE_FTS5')")):
        return  # Texts are then searched one by one.
    for statement in SQLITE_TABLES:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "INSERT INTO event_places (event_id, sort_key) SELECT id, sort_key FROM events"
    )
    # Not as the triggers do it, which takes four times as long.
    enter = "INSERT INTO event_search (rowid, pairs) VALUES (?, ?)"
    found = connection.exec_driver_sql(
        "SELECT place, search FROM event_places JOIN events ON id = event_id ORDER BY place"
    )
    for some in found.partitions(1000):
        connection.exec_driver_sql(enter, [(place, _pairs(text)) for place, text in some])
    for statement in SQLITE_SEARCH:
        connection.exec_driver_sql(statement)


def _pairs(text: str) -> str:
    """What _PAIRS gives."""

    def each() -> Iterator[str]:
        for n in range(len(text)):
            yield text[n : n + 2].encode().hex()

    return " ".join(each())


def _place_labels() -> None:
    for column in ("sort_key", "last_day"):
        op.add_column(
            "event_labels",
            sa.Column(column, TEXT, nullable=False, server_default=sa.text("''")),
        )
    op.execute(
        "UPDATE event_labels SET (sort_key, last_day) ="
        " (SELECT sort_key, last_day FROM events WHERE id = event_id)"
    )
    op.drop_index(op.f("ix_event_labels_type_value"), "event_labels")
    op.create_index(
        op.f("ix_event_labels_type_value_sort_key_event_id_last_day"),
        "event_labels",
        ["type", "value", "sort_key", "event_id", "last_day"],
    )
