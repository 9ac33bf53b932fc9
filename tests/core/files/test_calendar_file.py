from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.alerts.rules import Days
from service.core.events import event, fields
from service.core.events.event import ChangeKind, Event, Origin, Status
from service.core.events.kinds import Kind
from service.core.files import calendar_file
from service.core.files.calendar_file import Difference, Plan, SyncedEvent, WantedCalendar
from service.errors import InvalidFile

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data" / "calendar_file"
NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)


def read(text: str | bytes, timezone: str = "Asia/Shanghai") -> WantedCalendar:
    data = text.encode() if isinstance(text, str) else text
    return calendar_file.read(data, "events.yaml", timezone=timezone, lang="zh")


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(InvalidFile) as caught:
        read(text)
    return [str(problem) for problem in caught.value.file_problems]


# --- bad files


@pytest.mark.parametrize("path", sorted((DATA / "bad").glob("*.yaml")), ids=lambda path: path.stem)
def test_bad_file(path: Path) -> None:
    """Beside each file in the folder lie the errors that it has to give, one a line, all at once."""
    with pytest.raises(InvalidFile) as caught:
        calendar_file.read(path.read_bytes(), path.name, timezone="Asia/Shanghai", lang="zh")
    found = "".join(f"{problem}\n" for problem in caught.value.file_problems)
    assert found == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{" * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        "[{" * 100_000,
        "events: " + "[" * 100_000 + "]" * 100_000,
        "events:\n" + "".join(" " * depth + "a:\n" for depth in range(1000)),
    ],
    ids=["brackets", "braces", "dashes", "keys", "both", "closed", "indents"],
)
def test_deep_nesting_is_an_error_at_once(text: str) -> None:
    assert "nested more than 20 deep" in faults(text)[0]


def test_aliases_that_multiply_by_merging_are_an_error() -> None:
    text = "a: &a {" + ", ".join(f"k{n}: x" for n in range(100)) + "}\n"
    text += "b:\n" + "  - {<<: *a}\n" * 10_000
    assert any("repeat too much" in fault for fault in faults(text + "events: []"))


def test_a_file_that_says_everything_once_may_be_large() -> None:
    source = "source: &s {title: a, publisher: b, date: 2026-04-27, url: https://example.org}\n"
    events = "".join(f"  - {{id: e{n}, title: E, when: 2026, source: *s}}\n" for n in range(500))
    assert len(read(f"{source}events:\n{events}").entries) == 500


def test_messages_stay_short() -> None:
    long = "x" * 100_000
    keys = (
        "title",
        "when",
        f"? {long}\n    ",
        "kind",
        "id",
        "source",
        "timezone",
        "uid",
        "created_at",
    )
    text = "events:\n  -" + "".join(f" {key}: {long}\n   " for key in keys)
    assert len(faults(text)) == len(keys)
    assert all(len(fault) < 400 for fault in [*faults(text), *faults(f"events: *{long}")])


@given(st.data())
def test_a_damaged_file_is_an_error_and_nothing_else(data: st.DataObject) -> None:
    text = (ROOT / "events.yaml").read_bytes()[2000:4000]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        to = data.draw(st.integers(at, min(len(text), at + 20)))
        text = text[:at] + data.draw(st.sampled_from(DAMAGE)) + text[to:]
    try:
        read(b"events:\n" + text)
    except InvalidFile as error:
        places = [(problem.line, problem.column) for problem in error.file_problems]
    else:
        places = [(1, 1)]
    assert min(min(places)) > 0


DAMAGE = [
    *(
        b"",
        b"[",
        b"]",
        b"{",
        b"}",
        b": ",
        b" #",
        b"&a ",
        b"*a",
        b"!",
        b"!<",
        b"|\n",
        b">9\n",
        b"---\n",
    ),
    *(
        b"...\n",
        b"%TAG ! x\n",
        b'"',
        b"'",
        b"\\",
        b'"\\U0011ffff"',
        b"\t",
        b"\n",
        b"- ",
        b"? ",
        b"<<: ",
    ),
    *(b"\0", b"\xe2\x80\xa8", b"\xc2\x85", b"\xef\xbb\xbf", b"\xff", b"~", b"\r", b"@", b"`"),
]


# --- good files


def test_values_as_they_are_written() -> None:
    wanted = calendar_file.read(
        (DATA / "good" / "as-written.yaml").read_bytes(), "f", timezone="UTC", lang="zh"
    )
    assert wanted.warnings == ()
    zone = {"timezone": "Asia/Shanghai"}
    assert {entry.id: entry.values for entry in wanted.entries} == {
        "0700": {
            "title": "000858",
            "when": "2026",
            "tickers": ["000858", "0700.HK", "1e3", "0x1F"],
            "tags": ["yes", "no", "on", "null", "12:30:45"],
            "organizations": ["Foo & Co", "a#b", "C#"],
            **zone,
        },
        "window": {
            "title": "《办法》：草案",
            "when": "[2026-05-21..2026-05-31]",
            "description": "One: two\nthree # four",
            **zone,
        },
        "in-braces": {
            "title": "It's, here",
            "when": "[2026-05-21..2026-05-31]",
            "url": "https://example.org/a?b=c#d",
            **zone,
        },
        "quoted-window": {
            "title": "A: b",
            "when": "[2026-05-21..2026-05-31]~",
            "location": "",
            **zone,
        },
        "local-time": {
            "title": "Keynote",
            "when": "2026-05-20T10:00-07:00",
            "timezone": "America/Los_Angeles",
        },
        "recurring": {
            "title": "Anniversary",
            "when": "2026-05-01",
            "recurrence": "FREQ=MONTHLY",
            "exceptions": ["2026-06-01"],
            **zone,
        },
    }
    assert wanted.entries[0].line == 6


def test_values_have_the_keys_that_the_file_gives_and_the_time_zone() -> None:
    """The zone always, since the date was read in it."""
    (entry,) = read("events: [{id: a, title: 新规施行, when: 2026}]", "Europe/Berlin").entries
    assert entry.values == {"title": "新规施行", "when": "2026", "timezone": "Europe/Berlin"}
    assert entry.details.kind is Kind.REGULATION
    assert entry.details.timezone == "Europe/Berlin"


def test_default_source() -> None:
    text = """
        source: {title: 周报, date: 2026-04-27}
        events:
          - {id: a, title: A, when: 2026}
          - {id: b, title: B, when: 2026, source: }
          - {id: c, title: C, when: 2026, source: {publisher: D}}
          - {id: d, title: D, when: 2026, source: {}}
    """
    sources = [entry.values["source"] for entry in read(text).entries]
    assert sources[0] == sources[1]
    assert sources[0]["title"] == "周报"
    assert (sources[2]["title"], sources[2]["publisher"]) == ("", "D")
    assert sources[3] is None


def test_without_an_id_there_is_a_warning() -> None:
    wanted = read("events:\n  - title: 百度 Create 2026\n    when: 2026-05\n")
    (entry,) = wanted.entries
    assert entry.id == event.slug("百度 Create 2026")
    assert [str(warning) for warning in wanted.warnings] == [
        f"events.yaml:2:5: id: is missing; {entry.id} is used. Write it down, so that a new title keeps it"
    ]


def test_anchors_aliases_and_merge_keys() -> None:
    text = """
        events:
          - &a {id: a, title: A, when: 2026, tags: &tags [x, y]}
          - {<<: *a, id: b, tags: [z]}
          - {<<: [{title: C}, *a], id: c}
          - {id: d, title: D, when: 2026, tags: *tags}
    """
    values = [entry.values for entry in read(text).entries]
    assert [(each["title"], each["tags"]) for each in values] == [
        ("A", ["x", "y"]),
        ("A", ["z"]),
        ("C", ["x", "y"]),
        ("D", ["x", "y"]),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.rstrip(b"\n"),
        lambda text: b"---\n" + text + b"...\n",
        lambda text: text + b"# the end",
    ],
    ids=["bom", "crlf", "no-newline", "document-marks", "comment"],
)
def test_the_same_file_from_other_editors(change: Callable[[bytes], bytes]) -> None:
    text = b"events:\n  - {id: a, title: A, when: 2026}\n"
    assert read(change(text)).entries[0].values == read(text).entries[0].values


def test_places_count_characters_also_behind_a_bom_and_chinese() -> None:
    assert faults("\ufeffevents: [{标题: A}]")[:2] == [
        "events.yaml:1:10: title: is required",
        "events.yaml:1:10: when: is required",
    ]
    assert faults("events:\r\n  - {title: 百度, when: 2026, x: 1}\r\n") == [
        "events.yaml:2:29: x: unknown key"
    ]


def test_what_an_export_adds() -> None:
    text = """
        events:
          - {id: a, title: A, when: 2026, uid: old@example.org, sequence: 3,
             created_at: 2026-04-27T08:30:00+08:00, updated_at: 2026-04-28T00:00:00.5Z}
    """
    (entry,) = read(text).entries
    assert (entry.uid, entry.sequence) == ("old@example.org", 3)
    assert entry.created_at == NOW
    assert entry.updated_at == datetime(2026, 4, 28, 0, 0, 0, 500_000, tzinfo=UTC)
    assert set(entry.values) == {"title", "when", "timezone"}
    made = calendar_file.plan(read(text), {}, NOW).steps[0].change
    assert made is not None
    assert (made.after.uid, made.after.sequence) == ("old@example.org", 3)
    assert (made.after.created_at, made.after.updated_at) == (entry.created_at, entry.updated_at)


def test_feeds_and_alerts() -> None:
    text = """
        timezone: Europe/Berlin
        events: []
        feeds:
          - {name: all, title: AI 事件日历}
        alerts:
          digests: [{name: daily, channel: "#ai-events", at: 07:30, days: workdays}]
          reminders: [{name: soon, channel: C0123456789, before: [7d, PT2H], timezone: Asia/Tokyo}]
          changes: [{name: changes, channel: '#ai', lang: en}]
    """
    wanted = read(text)
    assert [(feed.name, feed.title, feed.private) for feed in wanted.feeds] == [
        ("all", "AI 事件日历", False)
    ]
    (digest,), (reminder,), (change,) = wanted.digests, wanted.reminders, wanted.changes
    assert (digest.at, digest.days, digest.timezone) == (
        time(7, 30),
        Days.WORKDAYS,
        "Europe/Berlin",
    )
    assert ([str(lead) for lead in reminder.before], reminder.timezone) == (
        ["P7D", "PT2H"],
        "Asia/Tokyo",
    )
    assert (change.channels, change.lang, change.timezone) == (("#ai",), "en", "Europe/Berlin")


def test_no_feed_is_invented_and_empty_sections_are_none() -> None:
    wanted = read("events: []\nfeeds:\nalerts:\n")
    assert wanted == WantedCalendar(name="events.yaml")
    assert read("events: []\nalerts: {digests: , reminders: []}").digests == ()


# --- the file that Horizon comes with


def test_our_own_file_has_the_six_events_as_they_were_announced() -> None:
    wanted = read((ROOT / "events.yaml").read_bytes())
    assert wanted.warnings == ()
    announced = [
        (entry.id, entry.details.title, entry.details.when.text, entry.details.source)
        for entry in wanted.entries
        if entry.details.source and entry.details.source.publisher == "国信证券"
    ]
    assert [each[:3] for each in announced] == [
        ("baidu-create-2026", "百度 Create 2026 AI 开发者大会", "2026-05-13/2026-05-14"),
        ("fortune-workplace-2026", "Fortune 职场创新峰会", "2026-05-19/2026-05-20"),
        ("google-io-2026", "Google I/O 2026 开发者大会", "2026-05"),
        ("microsoft-build-2026", "Microsoft Build 2026 开发者大会", "2026-05"),
        ("superai-2026", "SuperAI 2026", "2026-06-10/2026-06-11"),
        (
            "anthropomorphic-ai-rules",
            "《人工智能拟人化互动服务管理暂行办法》正式施行",
            "2026-07-15",
        ),
    ]
    for _, title, _, source in announced:
        assert source is not None
        assert (source.title, source.date) == ("人工智能周报（26年第17周）", date(2026, 4, 27))
        assert source.excerpt.endswith(f"：{title}")
    assert [feed.name for feed in wanted.feeds] == ["all", "regulation", "portfolio"]


# --- plan


class Store:
    """Carries plans out, as the sync does."""

    def __init__(self) -> None:
        self.held: dict[str, SyncedEvent] = {}
        self.now = NOW

    def plan(self, wanted: WantedCalendar | str) -> Plan:
        self.now += timedelta(minutes=1)
        return calendar_file.plan(
            read(wanted) if isinstance(wanted, str) else wanted, self.held, self.now
        )

    def sync(self, wanted: WantedCalendar | str) -> Plan:
        made = self.plan(wanted)
        for step in made.steps:
            after = step.change.after if step.change else self.held[step.id].event
            self.held[step.id] = SyncedEvent(after, step.values)
        return made

    def elsewhere(self, id_: str, **changes: Any) -> None:
        """Someone changes keys over the API."""
        held = self.held[id_]
        details = fields.read({**fields.write(held.event.details), **changes}, "Asia/Shanghai")
        change = event.revise(held.event, details, self.now)
        self.held[id_] = SyncedEvent(change.after if change else held.event, held.values)

    def withdraw(self, id_: str) -> None:
        change = event.withdraw(self.held[id_].event, self.now)
        assert change is not None
        self.held[id_] = replace(self.held[id_], event=change.after)

    def add(self, id_: str, **keys: Any) -> None:
        details = fields.read(keys, "Asia/Shanghai")
        made = event.new(id_, details, self.now, Origin.API, uid=f"{id_}@elsewhere").after
        self.held[id_] = SyncedEvent(made, None)

    def __getitem__(self, id_: str) -> Event:
        return self.held[id_].event


@pytest.fixture
def store() -> Store:
    return Store()


def kinds(made: Plan) -> list[ChangeKind | None]:
    return [step.change.kind if step.change else None for step in made.steps]


A = "events: [{id: a, title: A, when: 2026-05, location: 北京}]"


def test_a_new_event(store: Store) -> None:
    made = store.sync(A)
    assert kinds(made) == [ChangeKind.CREATED]
    assert (store["a"].origin, store["a"].uid, store["a"].sequence) == (Origin.FILE, "a@horizon", 0)
    assert store.plan(A) == Plan((), (), 1, ())


def test_a_date_refined_elsewhere_stays_until_the_file_changes_it(store: Store) -> None:
    store.sync(A)
    store.elsewhere("a", when="2026-05-19/2026-05-20")
    made = store.sync(A)
    assert made.steps == ()
    assert made.differences == (Difference("a", "when", "2026-05", "2026-05-19/2026-05-20"),)
    other_key = store.sync(A.replace("北京", "上海"))
    assert (store["a"].details.location, store["a"].when.text) == ("上海", "2026-05-19/2026-05-20")
    assert other_key.differences == made.differences
    made = store.sync(A.replace("北京", "上海").replace("2026-05", "2026-06"))
    assert store["a"].when.text == "2026-06"
    assert made.differences == ()


def test_the_file_catching_up_is_remembered_without_a_change(store: Store) -> None:
    store.sync(A)
    store.elsewhere("a", when="2026-05-19")
    made = store.sync(A.replace("2026-05", "2026-05-19"))
    assert kinds(made) == [None]
    assert store.plan(A.replace("2026-05", "2026-05-19")).steps == ()


def test_a_key_that_left_the_file_goes_back_to_its_default(store: Store) -> None:
    store.sync(A)
    store.sync("events: [{id: a, title: A, when: 2026-05}]")
    assert store["a"].details.location == ""


def test_a_key_that_only_the_store_has_is_left_alone_and_listed(store: Store) -> None:
    store.sync(A)
    store.elsewhere("a", tags=["AI"])
    assert store.sync(A).differences == (Difference("a", "tags", None, ["AI"]),)
    assert store["a"].details.tags == ("AI",)


def test_an_inferred_kind_follows_the_title_and_a_chosen_one_does_not(store: Store) -> None:
    one, other = (
        "events: [{id: a, title: 办法, when: 2026}]",
        "events: [{id: a, title: 办法施行, when: 2026}]",
    )
    store.sync(one)
    store.sync(other)
    assert store["a"].details.kind is Kind.REGULATION
    store.elsewhere("a", kind="policy")
    store.sync(one)
    assert store["a"].details.kind is Kind.POLICY


def test_taking_over_an_event_of_another_origin(store: Store) -> None:
    store.add("a", title="Old", when="2026", description="kept")
    made = store.sync(A)
    assert kinds(made) == [ChangeKind.FIRMED]
    assert (store["a"].uid, store["a"].origin) == ("a@elsewhere", Origin.FILE)
    assert (store["a"].title, store["a"].details.description) == ("A", "kept")
    assert store.plan(A).steps == ()


def test_taking_over_an_event_that_is_the_same_already(store: Store) -> None:
    store.add("a", title="A", when="2026-05", location="北京")
    assert kinds(store.sync(A)) == [ChangeKind.EDITED]
    assert (store["a"].origin, store["a"].sequence) == (Origin.FILE, 0)
    assert store.plan(A).steps == ()


def test_leaving_the_file_and_coming_back(store: Store) -> None:
    store.sync(A)
    made = store.sync("events: []")
    assert (kinds(made), made.removed, made.owned) == ([ChangeKind.WITHDRAWN], ("a",), 1)
    assert store["a"].withdrawn
    assert store.held["a"].values is None
    assert store.plan("events: []") == Plan((), (), 0, ())
    assert kinds(store.sync(A.replace("2026-05", "2026-06"))) == [ChangeKind.RESTORED]
    assert not store["a"].withdrawn
    assert (store["a"].uid, store["a"].when.text) == ("a@horizon", "2026-06")
    assert store.plan(A.replace("2026-05", "2026-06")).steps == ()


def test_withdrawn_elsewhere_it_stays_so(store: Store) -> None:
    store.sync(A)
    store.withdraw("a")
    made = store.sync(A)
    assert made.steps == ()
    assert made.differences == (Difference("a", "withdrawn", False, True),)
    store.sync(A.replace("2026-05", "2026-06"))
    assert store["a"].withdrawn
    assert store["a"].when.text == "2026-06"
    made = store.sync("events: []")
    assert (made.removed, made.owned, kinds(made)) == ((), 0, [None])
    store.sync(A)
    assert not store["a"].withdrawn


def test_a_cancelled_event_that_the_file_reinstates(store: Store) -> None:
    store.sync("events: [{id: a, title: A, when: 2026-05-13, status: cancelled}]")
    assert store["a"].status is Status.CANCELLED
    assert kinds(store.sync("events: [{id: a, title: A, when: 2026-05-13}]")) == [
        ChangeKind.REINSTATED
    ]
    assert store["a"].status is Status.CONFIRMED


def many(*numbers: int) -> str:
    return json.dumps({"events": [{"id": f"e{n}", "title": "E", "when": "2026"} for n in numbers]})


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (6, 0, True),
        (6, 2, True),
        (6, 3, False),
        (3, 0, False),
        (4, 0, True),
        (8, 4, False),
        (7, 3, True),
    ],
)
def test_a_file_that_lost_most_of_its_events_is_refused(
    store: Store, before: int, after: int, refused: bool
) -> None:
    store.sync(many(*range(before)))
    store.add("other", title="O", when="2026")
    made = store.plan(many(*range(after)))
    assert (len(made.removed), made.owned) == (before - after, before)
    assert made.refused is refused


def test_events_taken_out_elsewhere_do_not_weaken_the_guard(store: Store) -> None:
    store.sync(many(*range(10)))
    for n in range(6):
        store.withdraw(f"e{n}")
    assert store.plan("events: []").refused


def test_what_does_not_go_together_names_both_sides(store: Store) -> None:
    text = "events:\n  - id: a\n    title: A\n    when: 2026-05-13\n"
    store.sync(text)
    store.elsewhere("a", when="2026-05")
    with pytest.raises(InvalidFile) as caught:
        store.sync(text + "    recurrence: FREQ=YEARLY\n")
    assert [str(problem) for problem in caught.value.file_problems] == [
        "events.yaml:2:5: recurrence: what changed in the file (recurrence) does not go together with "
        "what was set elsewhere (when '2026-05'): an event whose day is not known (2026-05) cannot "
        "recur; give its day first; change one of the two"
    ]


def test_a_uid_that_another_event_has(store: Store) -> None:
    store.sync(A)
    with pytest.raises(InvalidFile) as caught:
        store.sync("events: [{id: b, title: A, when: 2026-05, uid: a@horizon}]")
    assert "uid: the UID a@horizon belongs to the event a" in str(caught.value)


def test_the_file_s_time_zone_moves_a_local_time(store: Store) -> None:
    text = "timezone: Asia/Shanghai\nevents: [{id: a, title: A, when: 2026-05-20T10:00}]"
    store.sync(text)
    store.sync(text.replace("Shanghai", "Tokyo"))
    assert (store["a"].when.text, store["a"].details.timezone) == (
        "2026-05-20T10:00+09:00",
        "Asia/Tokyo",
    )


def test_our_own_file_has_dates_that_are_not_known_yet_with_the_words_that_say_so() -> None:
    """Every date in it was a day when the months of 2026 had passed, and the idea was not to be seen."""
    open_ = {
        entry.id: (entry.details.when.text, entry.details.source)
        for entry in read((ROOT / "events.yaml").read_bytes()).entries
        if not entry.details.when.dated and entry.details.when.last.year >= 2027
    }
    assert {id_: when for id_, (when, _) in open_.items()} == {
        "satml-2027": "2027-05",
        "kdd-2027": "2027-08",
    }
    for _, source in open_.values():
        assert source is not None
        assert source.url
        assert "exact dates TBD" in source.excerpt


def test_our_own_file_twice(store: Store) -> None:
    wanted = read((ROOT / "events.yaml").read_bytes())
    assert len(store.sync(wanted).steps) == len(wanted.entries)
    assert store.plan(wanted) == Plan((), (), len(wanted.entries), ())


# --- plan, for any file and any change in between

optional = {
    "titles": st.sampled_from([{"en": "A"}, {"en": "B", "zh": "乙"}]),
    "kind": st.sampled_from(["conference", "policy"]),
    "organizations": st.lists(st.sampled_from(["百度", "Google"]), max_size=2),
    "tickers": st.lists(st.sampled_from(["0700.HK", "000858"]), max_size=2),
    "tags": st.lists(st.sampled_from(["AI", "EU"]), max_size=2),
    "importance": st.sampled_from(["high", "normal", "low"]),
    "location": st.sampled_from(["", "北京", "Osaka"]),
    "url": st.sampled_from(["", "https://example.org/"]),
    "description": st.sampled_from(["", "x\ny"]),
    "status": st.sampled_from(["tentative", "confirmed", "cancelled", None]),
    "timezone": st.sampled_from(["Asia/Tokyo", "America/New_York"]),
    "source": st.sampled_from([{"title": "周报", "date": "2026-04-27"}, {"excerpt": "5 月"}, {}]),
    "recurrence": st.sampled_from(["FREQ=YEARLY", "FREQ=YEARLY;COUNT=3"]),
}
file_events = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["甲大会", "乙办法施行", "C"]),
        "when": st.sampled_from(["2026-05-13", "2026-05-13/2026-05-14", "2026-05-20T10:00"]),
    },
    optional=optional,
)
files = st.dictionaries(st.sampled_from("abc"), file_events)
# Elsewhere the date stays a day, so that a recurrence never clashes with it.
edits = st.fixed_dictionaries(
    {},
    optional={**optional, "when": st.sampled_from(["2026-07-01", "2026-07-01/2026-07-02"])},
)


def as_file(events: dict[str, dict[str, Any]]) -> WantedCalendar:
    return read(json.dumps({"events": [{"id": id_, **keys} for id_, keys in events.items()]}))


@given(st.lists(st.tuples(files, st.dictionaries(st.sampled_from("abc"), edits)), max_size=4))
def test_planning_again_gives_nothing(story: list[tuple[Any, Any]]) -> None:
    store = Store()
    for file, changes in story:
        wanted = as_file(file)
        store.sync(wanted)
        again = store.plan(wanted)
        assert (again.steps, again.removed) == ((), ())
        assert {id_ for id_, held in store.held.items() if held.values is not None} == set(file)
        assert all(store[id_].uid == f"{id_}@horizon" for id_ in file)
        for id_, keys in changes.items():
            if id_ in store.held:
                store.elsewhere(id_, **keys)


@given(file_events, edits, file_events)
def test_key_by_key(first: dict[str, Any], changes: dict[str, Any], second: dict[str, Any]) -> None:
    """What changed in the file arrives; what did not, never touches the store."""
    store = Store()
    store.sync(as_file({"a": first}))
    store.elsewhere("a", **changes)
    before = fields.write(store["a"].details)
    said = store.held["a"].values or {}
    (entry,) = as_file({"a": second}).entries
    store.sync(as_file({"a": second}))
    after, alone = fields.write(store["a"].details), fields.write(entry.details)
    for key in after:
        if (key in said) != (key in entry.values) or said.get(key) != entry.values.get(key):
            assert after[key] == alone[key]
        elif key != "kind":
            assert after[key] == before[key]
        else:
            assert after[key] in (before[key], alone[key])


@given(file_events, file_events)
def test_with_nothing_set_elsewhere_the_store_is_what_the_file_says(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    store = Store()
    store.sync(as_file({"a": first}))
    made = store.sync(as_file({"a": second}))
    assert store["a"].details == as_file({"a": second}).entries[0].details
    assert made.differences == ()


@given(file_events)
def test_values_are_the_canonical_form(keys: dict[str, Any]) -> None:
    (entry,) = as_file({"a": keys}).entries
    written = fields.write(entry.details)
    given = {key for key in keys if keys[key] is not None} | {"timezone"}
    assert entry.values == {key: written[key] for key in given}
    assert fields.read(written, "UTC") == entry.details
