"""events.yaml into the store: what changed in the file arrives, what was set elsewhere stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.core.dates.when import parse
from service.core.events import event as event_
from service.core.events.event import Origin
from service.core.events.filters import Filter
from service.errors import InvalidFile, NotFound, RemovalsRefused
from service.operations import events, file_sync
from service.operations.events import By
from service.operations.file_sync import SyncReport
from service.store import Store

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)
FILE = """\
timezone: Asia/Shanghai
source: {title: 人工智能周报（26年第17周）, publisher: 国信证券, date: 2026-04-27}
events:
  - {id: baidu-create-2026, title: 百度 Create 2026 AI 开发者大会, when: 2026-05-13/2026-05-14}
  - {id: google-io-2026, title: Google I/O 2026 开发者大会, when: 2026-05}
  - {id: superai-2026, title: SuperAI 2026, when: 2026-06-10/2026-06-11}
feeds:
  - {name: all, title: AI 事件日历}
  - {name: portfolio, title: 持仓相关, filter: {ticker: [9888.HK]}, private: true}
alerts:
  changes:
    - {name: changes, channel: "#ai-events"}
"""


class Calendar:
    """A store and the file that feeds it."""

    def __init__(self, store: Store, path: Path) -> None:
        self.store, self.path, self.now = store, path, NOW

    def sync(self, text: str | None = None, **options: bool) -> SyncReport:
        if text is not None:
            self.path.write_text(text, encoding="utf-8")
        self.now += timedelta(minutes=1)
        wanted = file_sync.load(self.path, timezone="Asia/Shanghai", lang="zh")
        return file_sync.sync(self.store, wanted, self.now, file_name="events.yaml", **options)

    def event(self, id_: str) -> event_.Event:
        with self.store.reading() as reading:
            event = reading.event(id_)
        assert event is not None
        return event

    def refine(self, id_: str, when: str) -> None:
        self.now += timedelta(minutes=1)
        event = self.event(id_)
        change = event_.revise(event, replace(event.details, when=parse(when)), self.now)
        assert change is not None
        with self.store.writing(self.now) as writing:
            writing.record(change, who="analyst", origin=Origin.API)

    def titles(self) -> list[str]:
        with self.store.reading() as reading:
            return [event.title for event in reading.select(Filter())]


@pytest.fixture
def calendar(store: Store, tmp_path: Path) -> Calendar:
    return Calendar(store, tmp_path / "events.yaml")


def test_a_file_becomes_events_feeds_and_rules(calendar: Calendar) -> None:
    report = calendar.sync(FILE)
    assert report.changes == {"created": 3}
    assert calendar.event("google-io-2026").when.text == "2026-05"
    assert calendar.event("google-io-2026").uid == "google-io-2026@horizon"
    with calendar.store.reading() as reading:
        feeds = {feed.name: feed for feed in reading.feeds()}
        assert [rule.name for rule in reading.rules("change")] == ["changes"]
        (row,) = reading.history("google-io-2026")
    assert feeds["all"].secret is None
    assert feeds["portfolio"].secret
    assert (row.who, row.origin, row.source and row.source.publisher) == (
        "events.yaml",
        "file",
        "国信证券",
    )


def test_syncing_twice_changes_nothing(calendar: Calendar) -> None:
    calendar.sync(FILE)
    with calendar.store.reading() as reading:
        before, feeds = reading.position(), reading.feeds()
    assert calendar.sync().unchanged
    with calendar.store.reading() as reading:
        assert (reading.position(), reading.feeds()) == (before, feeds)


def test_a_changed_date_is_one_new_version_of_the_same_event(calendar: Calendar) -> None:
    calendar.sync(FILE)
    report = calendar.sync(FILE.replace("when: 2026-05}", "when: 2026-05-19/2026-05-20}"))
    assert [(str(kind), id_) for kind, id_ in report.changed_ids] == [("firmed", "google-io-2026")]
    event = calendar.event("google-io-2026")
    assert (event.uid, event.sequence, event.version) == ("google-io-2026@horizon", 1, 2)
    with calendar.store.reading() as reading:
        assert len(reading.history("google-io-2026")) == 2


def test_a_date_refined_elsewhere_stays_until_the_file_itself_changes_it(
    calendar: Calendar,
) -> None:
    calendar.sync(FILE)
    calendar.refine("google-io-2026", "2026-05-19/2026-05-20")
    retitled = FILE.replace("title: Google I/O 2026 开发者大会", "title: 谷歌 I/O 2026")
    report = calendar.sync(retitled)
    event = calendar.event("google-io-2026")
    assert (event.title, event.when.text) == ("谷歌 I/O 2026", "2026-05-19/2026-05-20")
    assert [(d.id, d.key) for d in report.differences] == [("google-io-2026", "when")]
    calendar.sync(retitled.replace("when: 2026-05}", "when: 2026-06}"))
    assert calendar.event("google-io-2026").when.text == "2026-06"


def test_a_date_of_the_file_does_not_count_as_entered_by_hand(calendar: Calendar) -> None:
    """A date is set by hand, then the file changes it: the source that Horizon noted for the one set by
    hand goes with it, while one that a person named stays, as any key."""
    calendar.sync(FILE)
    by = By("analyst", Origin.WEB, calendar.now, "Asia/Shanghai")
    with calendar.store.writing(calendar.now) as writing:
        events.patch(writing, "google-io-2026", {"when": "2026-05-20"}, by)
        named = {"when": "2026-06-12", "source": {"title": "SuperAI"}}
        events.patch(writing, "superai-2026", named, by)
    set_by_hand = calendar.event("google-io-2026").details.source
    assert set_by_hand is not None
    assert set_by_hand.title == "2026年4月27日手工录入"
    assert calendar.sync().unchanged
    assert calendar.event("google-io-2026").details.source == set_by_hand
    changed = FILE.replace("when: 2026-05}", "when: 2026-05-19/2026-05-20}")
    calendar.sync(changed.replace("2026-06-10/2026-06-11", "2026-06-11"))
    source = calendar.event("google-io-2026").details.source
    assert source is not None
    assert source.publisher == "国信证券"
    named_source = calendar.event("superai-2026").details.source
    assert named_source is not None
    assert named_source.title == "SuperAI"


def test_an_event_that_left_the_file_is_withdrawn_and_comes_back_as_the_same(
    calendar: Calendar,
) -> None:
    calendar.sync(FILE)
    calendar.sync(
        FILE.replace(
            "  - {id: superai-2026, title: SuperAI 2026, when: 2026-06-10/2026-06-11}\n", ""
        )
    )
    assert calendar.event("superai-2026").withdrawn
    assert "SuperAI 2026" not in calendar.titles()
    assert calendar.sync(FILE).changes == {"restored": 1}
    event = calendar.event("superai-2026")
    assert (event.withdrawn, event.uid, event.sequence) == (False, "superai-2026@horizon", 0)


def test_a_file_entry_takes_over_an_event_of_other_origin_with_its_uid(calendar: Calendar) -> None:
    details = replace(
        file_sync_details(), title="Google I/O", location="Mountain View", when=parse("2026-05-19")
    )
    with calendar.store.writing(NOW) as writing:
        change = event_.new("google-io-2026", details, NOW, Origin.API, uid="io@google.example")
        writing.record(change, who="crawler", origin=Origin.API)
    calendar.sync(FILE)
    event = calendar.event("google-io-2026")
    assert (event.uid, event.origin) == ("io@google.example", Origin.FILE)
    assert event.when.text == "2026-05"
    assert event.details.location == "Mountain View"


def file_sync_details() -> event_.Details:
    return event_.Details("x", parse("2026"), "Asia/Shanghai")


def test_a_file_with_any_error_changes_nothing(calendar: Calendar) -> None:
    calendar.sync(FILE)
    with pytest.raises(InvalidFile) as refusal:
        calendar.sync(
            FILE.replace("2026-05-13/2026-05-14", "2026-05-14/2026-05-13").replace(
                "SuperAI 2026,", "New,"
            )
        )
    assert "events.yaml:4:" in str(refusal.value)
    assert "SuperAI 2026" in calendar.titles()


def test_a_missing_or_unreadable_file_changes_nothing(calendar: Calendar) -> None:
    calendar.sync(FILE)
    calendar.path.unlink()
    with pytest.raises(NotFound):
        calendar.sync()
    calendar.path.mkdir()
    with pytest.raises(InvalidFile, match="cannot be read"):
        calendar.sync()
    assert len(calendar.titles()) == 3


def many(count: int) -> str:
    entries = "".join(f"  - {{id: e-{n}, title: Event {n}, when: 2026-05}}\n" for n in range(count))
    return "events:\n" + (entries or "  []\n")


def test_a_file_that_lost_most_of_its_events_is_not_believed(calendar: Calendar) -> None:
    calendar.sync(many(8))
    with pytest.raises(RemovalsRefused, match="5 of its 8 events"):
        calendar.sync(many(3))
    with pytest.raises(RemovalsRefused):
        calendar.sync("events: []\n")
    assert len(calendar.titles()) == 8
    assert calendar.sync(many(3), allow_removals=True).changes == {"withdrawn": 5}
    assert len(calendar.titles()) == 3


def test_a_file_that_lost_all_its_feeds_is_not_believed(calendar: Calendar) -> None:
    """Cut at a line's end just before `feeds:`, a file is still valid YAML with all its events."""
    calendar.sync(FILE)
    cut = FILE[: FILE.index("feeds:")]
    with pytest.raises(RemovalsRefused, match="2 of its 2 feeds"):
        calendar.sync(cut)
    with calendar.store.reading() as reading:
        assert [feed.name for feed in reading.feeds()] == ["all", "portfolio"]
    calendar.sync(cut, allow_removals=True)
    with calendar.store.reading() as reading:
        assert reading.feeds() == []


def test_three_events_or_half_of_them_may_go_unasked(calendar: Calendar) -> None:
    calendar.sync(many(8))
    assert calendar.sync(many(4)).changes == {"withdrawn": 4}
    assert calendar.sync(many(1)).changes == {"withdrawn": 3}


def test_checking_shows_what_would_change_and_changes_nothing(calendar: Calendar) -> None:
    report = calendar.sync(FILE, check=True)
    assert report.changes == {"created": 3}
    assert calendar.titles() == []


def test_a_private_feed_keeps_its_address_through_edits_and_absence(calendar: Calendar) -> None:
    calendar.sync(FILE)

    def secret() -> str | None:
        with calendar.store.reading() as reading:
            feed = reading.feed("portfolio")
        return feed.secret if feed else "gone"

    first = secret()
    calendar.sync(FILE.replace("持仓相关", "持仓"))
    assert secret() == first
    line = "  - {name: portfolio, title: 持仓相关, filter: {ticker: [9888.HK]}, private: true}\n"
    calendar.sync(FILE.replace(line, ""))
    assert secret() == "gone"
    calendar.sync(FILE)
    assert secret() == first


def test_a_killed_sync_leaves_all_or_nothing(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar.sync(FILE)
    from service.store import Writing

    calls = 0
    real = Writing.set_file_values

    def dying(self: Writing, id: str, values: dict[str, object] | None) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        real(self, id, values)

    monkeypatch.setattr(Writing, "set_file_values", dying)
    moved = FILE.replace("2026-05-13/2026-05-14", "2026-05-20").replace(
        "2026-06-10/2026-06-11", "2026-07-01"
    )
    with pytest.raises(KeyboardInterrupt):
        calendar.sync(moved)
    monkeypatch.undo()
    assert calendar.event("baidu-create-2026").when.text == "2026-05-13/2026-05-14"
    assert calendar.event("superai-2026").sequence == 0
    assert calendar.sync().changes == {"later": 2}


def test_words_that_would_now_be_read_otherwise_move_no_event(calendar: Calendar) -> None:
    """A grammar that has learned to read "6月最后一周" must not move what was stored, nor lose an edit."""
    words = "events:\n  - {id: fair, title: 石桥博览会, when: 2027年6月最后一周}\n"
    calendar.sync(words)
    held = calendar.event("fair").details.when.text
    with calendar.store.writing(calendar.now) as writing:  # as another release had read it
        (kept,) = writing.file_events(["fair"]).values()
        assert kept.values is not None
        values = {**kept.values, "when": "[2027-06-24..2027-06-30]"}
        writing.set_file_values("fair", values)
        change = event_.revise(
            kept.event, replace(kept.event.details, when=parse(values["when"])), calendar.now
        )
        assert change is not None
        writing.record(change, who="events.yaml", origin=Origin.FILE)
    report = calendar.sync()
    assert report.unchanged
    (otherwise,) = report.read_otherwise
    assert (otherwise.id, otherwise.words) == ("fair", "2027年6月最后一周")
    assert (otherwise.kept, otherwise.now) == ("[2027-06-24..2027-06-30]", held)
    assert calendar.event("fair").details.when.text == "[2027-06-24..2027-06-30]"
    # Other words, or the date itself, are the author's.
    moved = calendar.sync(words.replace("6月最后一周", "6月9日"))
    assert not moved.read_otherwise
    assert calendar.event("fair").details.when.text == "2027-06-09"
    calendar.sync(words)
    assert calendar.event("fair").details.when.text == held


def test_words_that_take_the_place_of_a_date_count(calendar: Calendar) -> None:
    entry = "events:\n  - {id: fair, title: 石桥博览会, when: 2027-05-13}\n"
    calendar.sync(entry)
    calendar.sync(entry.replace("2027-05-13", "2027年6月9日"))
    assert calendar.event("fair").details.when.text == "2027-06-09"
