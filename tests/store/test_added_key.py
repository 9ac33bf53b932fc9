"""A key is added to events: what the release before wrote is read as if it had had the default."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from service.core.events import event as event_
from service.core.events import fields, representation
from service.core.events.event import Details, Origin
from service.core.events.filters import Filter
from service.core.files import calendar_file, exports
from service.core.files.exports import Rules
from service.core.imports import proposals
from service.operations import decisions, events, imports, reviews
from service.operations.events import By
from service.operations.imports import File
from service.store import HistoricalReading, Store, encoding, migrate, open_engine
from service.store.backup import backup, restore

NOW = datetime(2026, 4, 27, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=9)
BY = By("test", Origin.API, NOW, "Asia/Shanghai")
NOTE = "AI 事件更新（2026年4月27日）\n\n5 月 28 日：蓝湾人工智能大会\n6 月 3 日：青松开发者大会\n"
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:a@example.org\r\n"
    "DTSTAMP:20260401T000000Z\r\nDTSTART;VALUE=DATE:20260610\r\nSUMMARY:Example day\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


@dataclass(frozen=True)
class Wider(Details):
    """As the next release may have it."""

    audience: str = "everybody"


def add_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on this is that next release."""
    write, keys = fields.write, (*event_.DETAIL_KEYS, "audience")

    def write_wider(details: Details) -> dict[str, Any]:
        return {**write(details), "audience": getattr(details, "audience")}  # noqa: B009

    modules: tuple[ModuleType, ...] = (event_, fields, encoding, proposals, exports, calendar_file)
    for module in modules:
        monkeypatch.setattr(module, "DETAIL_KEYS", keys)
    for module in (fields, encoding):
        monkeypatch.setattr(module, "Details", Wider)
    monkeypatch.setattr(fields, "write", write_wider)
    monkeypatch.setitem(fields._READERS, "audience", fields._line(100))


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    yield Store(engine)
    engine.dispose()


def fill(store: Store) -> list[str]:
    """What today's release writes: versions, changes, imports of which one is half applied."""
    with store.writing(NOW) as writing:
        for id_ in ("kept", "moved", "gone"):
            source = {"title": "Example weekly", "excerpt": "大会"}
            given = {"id": id_, "title": f"{id_} 大会", "when": "2026-05", "source": source}
            events.create(writing, given, BY)
        events.patch(writing, "moved", {"when": "2026-05-20", "tags": ["AI"]}, BY)
        events.withdraw(writing, "gone", BY)
        kept = [
            reviews.keep(writing, imports.read(File(data.encode(), name), BY, "zh"), BY)
            for data, name in ((NOTE, "note.txt"), (ICS, "a.ics"))
        ]
        decisions.apply_kept(writing, kept[0].id, ["p1"], BY)
    return [each.id for each in kept]


def check(store: Store, kept: list[str]) -> None:
    """Reads everything, and goes on with it."""
    by = By("test", Origin.API, LATER, "Asia/Shanghai")
    with store.reading() as reading:
        listed = reading.select(Filter())
        assert reading.unreadable == {}
        assert {"kept", "moved"} < {event.id for event in listed}
        assert {event.details.audience for event in listed} == {"everybody"}  # type: ignore[attr-defined]
        changes = reading.changes(0)
        assert len(changes) == 6
        for row in changes:
            assert row.event is not None
            assert fields.write(row.event.details)["audience"] == "everybody"
        history = representation.histories(reading.history("moved"))
        assert [step["change"] for step in history] == ["created", "firmed"]
        assert "audience" not in history[1]["changed"]
        past = HistoricalReading(reading, 3)
        assert {event.id for event in past.select(Filter())} == {"kept", "moved", "gone"}
        for id_ in kept:
            shown = reviews.shown(reviews.kept(reading, id_), "zh")
            assert [p["event"]["audience"] for p in shown["proposals"]] == ["everybody"] * len(
                shown["proposals"]
            )
        written = exports.to_json(listed, Rules()).encode()
    with store.writing(LATER) as writing:
        applied = decisions.apply_kept(writing, kept[0], ["p1", "p2"], by)["applied"]
        assert [each["change"] for each in applied] == ["created", "created"]
        (made,) = decisions.apply_kept(writing, kept[1], "all", by)["applied"]
        assert made["change"] == "created"
        # Neither does the default that an older version lacks count as a change, nor is it lost.
        assert events.patch(writing, "kept", {"tags": []}, by).event.version == 1
        changed = events.patch(writing, "kept", {"audience": "members"}, by).event
        assert changed.details.audience == "members"  # type: ignore[attr-defined]
        back = events.put(writing, "gone", {"title": "gone 大会", "when": "2026-06"}, by)
        assert back.event.details.audience == "everybody"  # type: ignore[attr-defined]
    with store.reading() as reading:
        (proposed, *_) = imports.propose(reading, imports.read(File(written, "x.json"), by, "zh"))
        assert proposed.matches is not None
        assert [row.keys for row in reading.history("kept")][1:] == [("audience",)]


def test_what_the_release_before_wrote_is_read_with_the_new_keys_default(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen when a key was added: every event, version and change that was stored raised KeyError."""
    kept = fill(store)
    backup(store, tmp_path / "before.db", NOW)
    add_a_key(monkeypatch)
    check(store, kept)
    with opened(tmp_path / "other.db") as other:
        restore(other, tmp_path / "before.db", LATER)
        check(other, kept)
