"""The store: the only place with SQL. It takes and gives core values, never rows.

engine = open_engine("sqlite:///data/horizon.db")
migrate(engine)
store = Store(engine)
with store.writing(now) as writing:     # all or nothing
    writing.record(change, who="sync", origin=Origin.FILE)
with store.reading() as reading:        # one consistent view
    events = reading.select(Filter())
"""

from service.store.engine import migrate, missing_file, open_engine
from service.store.past import HistoricalReading
from service.store.reading import Reading
from service.store.store import Store
from service.store.values import (
    Answer,
    Counts,
    FileEvent,
    JournalRow,
    Position,
    StoredChannel,
    StoredFeed,
    StoredImport,
    StoredKey,
    StoredReply,
    StoredRule,
    Tally,
    Tombstone,
)
from service.store.writing import Writing

__all__ = [
    "Answer",
    "Counts",
    "FileEvent",
    "HistoricalReading",
    "JournalRow",
    "Position",
    "Reading",
    "Store",
    "StoredChannel",
    "StoredFeed",
    "StoredImport",
    "StoredKey",
    "StoredReply",
    "StoredRule",
    "Tally",
    "Tombstone",
    "Writing",
    "migrate",
    "missing_file",
    "open_engine",
]
