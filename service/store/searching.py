"""How a text is found among a million: an index of the pairs of characters that each event has.

A word of two characters is a usual query in Chinese, and too short for an index of words or of
trigrams. So each pair of neighbours is a term. Migration 0005 made the index, and it is the
database's own work, by triggers or an expression: it is right whoever writes, also an older Horizon
or a restore. It only narrows. Whether an event is meant, its text decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    cast,
    column,
    func,
    or_,
    select,
    table,
    text,
)

from service.store.schema import TEXT, events

# More would narrow little, and one character can fold into eighteen.
_MOST_TERMS = 24

_index = table("event_search", column("rowid"))
_places = table("event_places", column("place"), column("event_id"), column("sort_key"))


def indexed(connection: Connection) -> bool:
    """Whether the database has the index: one that an SQLite without FTS5 made has none."""
    if connection.dialect.name == "postgresql":
        return True
    return bool(connection.scalar(text("SELECT 1 FROM sqlite_master WHERE name = 'event_search'")))


def candidates(connection: Connection, words: Sequence[tuple[str, ...]]) -> Select[tuple[str, str]]:
    """`id` and `sort_key` of every event that has one of each word's names, and of some that have
    not."""
    alone = _pairs([names[0] for names in words if len(names) == 1])
    groups = [[alone]] if alone else []
    groups += [[_pairs([name]) for name in names] for names in words if len(names) > 1]
    if connection.dialect.name == "postgresql":
        return select(events.c.id, events.c.sort_key).where(
            *(or_(*map(_has_pairs, ways)) for ways in groups)
        )
    asked = " AND ".join(f"({' OR '.join(map(_matching, ways))})" for ways in groups)
    return (
        select(_places.c.event_id.label("id"), _places.c.sort_key)
        .select_from(_index.join(_places, _places.c.place == _index.c.rowid))
        .where(text("event_search MATCH :asked").bindparams(asked=asked))
    )


def _has_pairs(terms: Sequence[str]) -> ColumnElement[bool]:
    has = func.event_pairs(events.c.search).op("@>", is_comparison=True)
    # As a select, so that the planner does not see them: where they are common it would read
    # every text and ask what pairs it has, which takes a hundred times as long.
    return has(select(cast(terms, ARRAY(TEXT))).scalar_subquery())


def _matching(terms: Sequence[str]) -> str:
    # In hexadecimal, since FTS5 would take punctuation for what separates terms. A single character
    # is what a pair begins with, or the last of its text.
    asked = (f'"{term.encode().hex()}"' + ("*" if len(term) == 1 else "") for term in terms)
    return f"({' AND '.join(asked)})"


def _pairs(words: Sequence[str]) -> list[str]:
    found = [word[n : n + 2] for word in words for n in range(max(1, len(word) - 1))]
    return list(dict.fromkeys(found))[:_MOST_TERMS]
