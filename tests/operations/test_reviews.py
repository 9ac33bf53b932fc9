"""Imports under review: corrected, ticked, taken, refused, undone, by several people and over time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.core.events.event import Origin
from service.errors import Conflict, InvalidInput, NotFound
from service.operations import decisions, events, imports, reviews
from service.operations.events import By
from service.operations.imports import File
from service.store import Store, StoredImport, Writing

NOW = datetime(2026, 5, 8, 1, tzinfo=UTC)
NOTE = """\
云岭通讯 第8期
2026年5月8日

6月2日-3日：云岭大会
6月9日：青禾开发者大会
6月16日：红湾发布会
4月2日公司开了年会。
"""


@dataclass
class Desk:
    """Where documents are reviewed, at a time that the test sets."""

    store: Store
    now: datetime = NOW

    def by(self, who: str = "ann") -> By:
        return By(who, Origin.IMPORT, self.now, "Asia/Shanghai")

    def add(self, id_: str, title: str, when: str, **more: Any) -> None:
        with self.store.writing(self.now) as writing:
            given = {"id": id_, "title": title, "when": when, **more}
            events.create(writing, given, replace(self.by(), origin=Origin.WEB))

    def change(self, id_: str, **patch: Any) -> None:
        with self.store.writing(self.now) as writing:
            events.patch(writing, id_, patch, replace(self.by(), origin=Origin.WEB))

    def keep(self, text: str = NOTE, **file: Any) -> StoredImport:
        given = imports.read(File(text.encode(), **file), self.by(), "zh")
        with self.store.writing(self.now) as writing:
            return reviews.keep(writing, given, self.by())

    def decide(self, id_: str, accept: Any, who: str = "ann", **more: Any) -> list[Any]:
        done = decisions.decide(self.store, id_, accept, self.by(who), **more)["applied"]
        return [(each["id"], each["event_id"], each["change"]) for each in done]

    def shown(self, id_: str) -> dict[str, Any]:
        with self.store.reading() as reading:
            stored = reviews.kept(reading, id_)
            return reviews.shown(stored, "zh", reviews.outdated(reading, stored))

    def proposals(self, id_: str) -> dict[str, dict[str, Any]]:
        return {p["id"]: p for p in self.shown(id_)["proposals"]}

    def event(self, id_: str) -> dict[str, Any]:
        with self.store.reading() as reading:
            event = reading.event(id_)
            assert event is not None
            source = event.details.source
            return {
                "title": event.title,
                "when": event.when.text,
                "withdrawn": event.withdrawn,
                "location": event.details.location,
                "source": source and (source.title, source.publisher, source.official),
            }

    def listed(self, **asked: Any) -> list[dict[str, Any]]:
        with self.store.reading() as reading:
            return reviews.listed(reading, 10, **asked)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def corrected(desk: Desk, id_: str, edits: dict[str, Any], who: str = "ann") -> dict[str, Any]:
    """What cannot be used of these corrections, by proposal."""
    with desk.store.writing(desk.now) as writing:
        stored = reviews.kept(writing, id_)
        _, faults = reviews.correct(writing, stored, edits, {}, desk.by(who))
    return faults


def ticked(desk: Desk, id_: str) -> list[str]:
    with desk.store.reading() as reading:
        stored = reviews.kept(reading, id_)
    return [p["id"] for p in reviews.current(stored) if reviews.ticked(stored, p)]


# -- correcting and taking


def test_corrections_are_taken_and_the_history_says_what_was_read(desk: Desk) -> None:
    kept = desk.keep()
    edits = {
        "p1": {"title": "云岭年会", "location": "合肥"},
        "p2": {"when": "6月10日", "end": "6月11日"},
    }
    (one, first, _), (two, second, _) = desk.decide(kept.id, ["p1", "p2"], edits=edits)
    assert (one, two) == ("p1", "p2")
    assert (desk.event(first)["title"], desk.event(first)["location"]) == ("云岭年会", "合肥")
    assert desk.event(second)["when"] == "2026-06-10/2026-06-11"
    with desk.store.reading() as reading:
        (step,) = reading.history(first)
        (other,) = reading.history(second)
    assert step.corrected == {"title": ("云岭大会", "云岭年会"), "location": ("", "合肥")}
    assert other.corrected == {"when": ("2026-06-09", "2026-06-10/2026-06-11")}
    assert step.source is not None
    assert step.source.excerpt == "6月2日-3日：云岭大会"


def test_what_was_read_right_has_nothing_corrected_in_its_history(desk: Desk) -> None:
    kept = desk.keep()
    ((_, event_id, _),) = desk.decide(kept.id, ["p3"])
    with desk.store.reading() as reading:
        (step,) = reading.history(event_id)
    assert step.corrected == {}


def test_a_correction_that_cannot_be_used_applies_nothing_at_all(desk: Desk) -> None:
    kept = desk.keep()
    with pytest.raises(InvalidInput) as told:
        desk.decide(
            kept.id,
            ["p1", "p2", "p3"],
            edits={"p1": {"when": "2026-02-30"}, "p2": {"matches": "nothing"}, "p9": {}},
        )
    assert [problem.pointer for problem in told.value.problems] == ["/edits/p9"]
    with pytest.raises(InvalidInput) as told:
        desk.decide(
            kept.id,
            ["p1", "p2", "p3"],
            edits={"p1": {"when": "2026-02-30", "colour": 1}, "p2": {"matches": "nothing"}},
        )
    assert [problem.pointer for problem in told.value.problems] == [
        "/edits/p1/colour",
        "/edits/p1/when",
        "/edits/p2/matches",
    ]
    assert desk.shown(kept.id)["applied"] == []
    assert desk.listed()[0]["open"] == 3


@pytest.mark.parametrize(
    ("edits", "pointer"),
    [
        ([], "/edits"),
        ({"p1": "x"}, "/edits/p1"),
        ({"p2": {"title": "x"}}, "/edits/p2"),  # not accepted
    ],
)
def test_edits_of_another_shape_are_told(desk: Desk, edits: Any, pointer: str) -> None:
    kept = desk.keep()
    with pytest.raises(InvalidInput) as told:
        desk.decide(kept.id, ["p1"], edits=edits)
    assert [problem.pointer for problem in told.value.problems] == [pointer]


def test_sure_takes_what_is_sure_and_what_somebody_corrected(desk: Desk) -> None:
    desk.add("qinghe", "青禾大会", "2026-07-01")
    desk.add("hongwan", "红湾夏季发布会", "2026-09-01")  # they look like two of the proposals
    kept = desk.keep()
    unsure = [pid for pid, p in desk.proposals(kept.id).items() if not p["sure"]]
    assert len(unsure) > 1
    taken = {
        pid for pid, _, _ in desk.decide(kept.id, "sure", edits={unsure[0]: {"location": "合肥"}})
    }
    assert unsure[0] in taken
    assert not taken & set(unsure[1:])


def test_a_proposal_of_the_wrong_event_is_pointed_at_another_and_at_none(desk: Desk) -> None:
    desk.add("qinghe", "青禾开发者大会", "2026-06-10")
    desk.add("hongwan", "红湾夏季发布", "2026-06")
    kept = desk.keep()
    assert desk.proposals(kept.id)["p2"]["matches"] == "qinghe"
    edits = {"p2": {"matches": None}, "p3": {"matches": "hongwan"}}
    assert corrected(desk, kept.id, edits) == {}
    shown = desk.proposals(kept.id)
    assert (shown["p2"]["action"], shown["p2"]["matches"]) == ("create", None)
    assert "qinghe" in shown["p2"]["similar"]
    assert (shown["p3"]["action"], shown["p3"]["matches"]) == ("refine", "hongwan")
    done = desk.decide(kept.id, ["p2", "p3"])
    assert done[0][1] != "qinghe"
    assert done[1] == ("p3", "hongwan", "firmed")
    assert desk.event("qinghe")["when"] == "2026-06-10"
    assert desk.event("hongwan")["title"] == "红湾夏季发布"
    with desk.store.reading() as reading:
        assert reading.history("hongwan")[-1].corrected == {"matches": ("", "hongwan")}
        assert reading.history(done[0][1])[0].corrected == {"matches": ("qinghe", "")}


def test_two_proposals_are_not_pointed_at_one_event(desk: Desk) -> None:
    desk.add("qinghe", "青禾开发者大会", "2026-06-10")
    kept = desk.keep()
    with pytest.raises(InvalidInput) as told:
        desk.decide(kept.id, ["p2", "p3"], edits={"p3": {"matches": "qinghe"}})
    assert [problem.pointer for problem in told.value.problems] == ["/edits/p3/matches"]
    assert "p2 is about 'qinghe' too" in told.value.problems[0].detail
    assert desk.event("qinghe")["when"] == "2026-06-10"


def test_a_withdrawn_event_is_nothing_to_point_at(desk: Desk) -> None:
    desk.add("gone", "红湾夏季发布", "2026-06")
    with desk.store.writing(desk.now) as writing:
        events.withdraw(writing, "gone", desk.by())
    kept = desk.keep()
    faults = corrected(desk, kept.id, {"p3": {"matches": "gone"}})
    assert [(p.pointer, p.detail) for p in faults["p3"]] == [
        ("/matches", "the event 'gone' was withdrawn")
    ]


def test_corrections_wait_with_the_import_and_can_be_taken_back(desk: Desk) -> None:
    kept = desk.keep()
    faults = corrected(desk, kept.id, {"p1": {"title": "云岭年会"}, "p2": {"when": "2026-02-30"}})
    assert list(faults) == ["p2"]  # the other one is kept all the same
    shown = desk.proposals(kept.id)
    assert (shown["p1"]["event"]["title"], shown["p1"]["corrected"]) == (
        "云岭年会",
        {"title": "云岭年会"},
    )
    assert "corrected" not in shown["p2"]
    assert corrected(desk, kept.id, {"p1": None}) == {}
    assert desk.proposals(kept.id)["p1"]["event"]["title"] == "云岭大会"


def test_a_kept_correction_is_taken_by_whoever_applies(desk: Desk) -> None:
    kept = desk.keep()
    corrected(desk, kept.id, {"p1": {"title": "云岭年会"}})
    ((_, event_id, _),) = desk.decide(
        kept.id, ["p1"], who="bob", edits={"p1": {"location": "合肥"}}
    )
    assert (desk.event(event_id)["title"], desk.event(event_id)["location"]) == ("云岭年会", "合肥")


# -- ticks


def test_what_is_sure_is_ticked_until_somebody_says_otherwise(desk: Desk) -> None:
    kept = desk.keep()
    sure = [pid for pid, p in desk.proposals(kept.id).items() if p["sure"]]
    assert ticked(desk, kept.id) == sure
    for which, expected in (("all", ["p1", "p2", "p3"]), ("none", []), ("sure", sure)):
        with desk.store.writing(desk.now) as writing:
            reviews.tick(writing, reviews.kept(writing, kept.id), which)
        assert ticked(desk, kept.id) == expected
    with desk.store.writing(desk.now) as writing:
        stored = reviews.kept(writing, kept.id)
        reviews.correct(writing, stored, {}, {"p1": False, "p3": True}, desk.by())
    assert "p1" not in ticked(desk, kept.id)
    assert "p3" in ticked(desk, kept.id)


# -- several reviewers, and time


def test_the_second_reviewer_is_told_what_the_first_has_taken(desk: Desk) -> None:
    kept = desk.keep()
    first = desk.decide(kept.id, ["p1"], who="ann")
    again = desk.decide(kept.id, ["p1", "p2"], who="bob")
    assert again[0] == first[0]
    told = {each["id"]: each["who"] for each in desk.shown(kept.id)["applied"]}
    assert told == {"p1": "ann", "p2": "bob"}
    with pytest.raises(InvalidInput) as refused:
        desk.decide(kept.id, ["p1"], who="bob", edits={"p1": {"title": "另一个名字"}})
    assert refused.value.problems[0].pointer == "/edits/p1"
    assert "was applied by ann" in refused.value.problems[0].detail


def test_the_same_request_again_is_answered_as_before(desk: Desk) -> None:
    kept = desk.keep()
    edits = {"p1": {"title": "云岭年会"}}
    assert desk.decide(kept.id, ["p1"], edits=edits) == desk.decide(kept.id, ["p1"], edits=edits)


def test_an_import_older_than_its_events_says_so_and_is_compared_anew(desk: Desk) -> None:
    desk.add("qinghe", "青禾开发者大会", "2026-06-10")
    kept = desk.keep()
    assert desk.shown(kept.id)["outdated"] == []
    desk.now += timedelta(hours=1)
    desk.change("qinghe", when="2026-06-12")
    assert desk.shown(kept.id)["outdated"] == ["p2"]
    with pytest.raises(Conflict) as told:
        desk.decide(kept.id, ["p1", "p2"])
    assert "compared anew" in str(told.value)
    shown = desk.shown(kept.id)
    assert (shown["applied"], shown["outdated"]) == ([], [])
    assert "2026-06-12 becomes 2026-06-09" in desk.proposals(kept.id)["p2"]["reason"]
    assert [pid for pid, *_ in desk.decide(kept.id, ["p1", "p2"])] == ["p1", "p2"]


def test_a_kept_correction_is_compared_anew_too(desk: Desk) -> None:
    desk.add("qinghe", "青禾开发者大会", "2026-06-10")
    kept = desk.keep()
    corrected(desk, kept.id, {"p3": {"matches": "qinghe"}, "p2": {"matches": None}})
    desk.change("qinghe", when="2026-06-12")
    with pytest.raises(Conflict):
        desk.decide(kept.id, ["p3"])
    assert "2026-06-12 becomes 2026-06-16" in desk.proposals(kept.id)["p3"]["reason"]
    with desk.store.writing(desk.now) as writing:
        events.withdraw(writing, "qinghe", desk.by())
        assert "p3" in reviews.compare_anew(writing, kept.id, desk.by())
    assert desk.proposals(kept.id)["p3"]["action"] == "create"  # its event is gone


def test_an_edit_of_just_now_does_not_overwrite_what_changed_unseen(desk: Desk) -> None:
    desk.add("qinghe", "青禾开发者大会", "2026-06-10")
    kept = desk.keep()
    desk.change("qinghe", when="2026-06-12")
    with pytest.raises(Conflict):
        desk.decide(kept.id, ["p2"], edits={"p2": {"location": "合肥"}})
    assert desk.event("qinghe")["when"] == "2026-06-12"


# -- refusing, undoing, the queue


def test_what_nobody_has_decided_about_is_the_queue(desk: Desk) -> None:
    kept = desk.keep()
    desk.now += timedelta(minutes=1)
    other = desk.keep("7月1日：白石峰会\n7月2日：黑石峰会\n")
    assert [each["id"] for each in desk.listed()] == [other.id, kept.id]
    desk.decide(other.id, "all")
    desk.decide(kept.id, ["p1"], declined=["p2"])
    (entry,) = desk.listed(waiting=True)
    assert (entry["id"], entry["open"], entry["applied"], entry["declined"]) == (kept.id, 1, 1, 1)
    assert (entry["who"], entry["source"]["title"]) == ("ann", "云岭通讯 第8期")
    assert entry["counts"] == {"create": 3}
    desk.decide(kept.id, [], declined="rest")
    assert desk.listed(waiting=True) == []
    assert desk.shown(kept.id)["declined"] == ["p2", "p3"]
    # Who declined it may take it all the same; "all" does not.
    assert [pid for pid, *_ in desk.decide(kept.id, "all")] == ["p1"]
    assert [pid for pid, *_ in desk.decide(kept.id, ["p2"])] == ["p2"]
    assert desk.shown(kept.id)["declined"] == ["p3"]


def test_the_list_goes_on_where_it_ended(desk: Desk) -> None:
    ids = []
    for number in range(5):
        desk.now += timedelta(minutes=number % 2)  # two at one moment are two all the same
        ids.append(desk.keep(f"7月{number + 1}日：白石峰会\n").id)
    found: list[str] = []
    while True:
        with desk.store.reading() as reading:
            some = reviews.listed(reading, 2, found[-1] if found else None)
        if not some:
            break
        found += [each["id"] for each in some]
    assert sorted(found) == sorted(ids)
    assert len(found) == 5


@pytest.mark.parametrize("declined", ["others", ["p9"], ["p1"], [1]])
def test_what_cannot_be_declined_is_told(desk: Desk, declined: Any) -> None:
    kept = desk.keep()
    with pytest.raises(InvalidInput) as told:
        desk.decide(kept.id, ["p1"], declined=declined)
    assert told.value.problems[0].pointer.startswith("/decline")
    assert desk.shown(kept.id)["applied"] == []


def test_undoing_sets_back_what_nobody_has_changed_since(desk: Desk) -> None:
    desk.add("qinghe", "青禾开发者大会", "2026-06-10")
    kept = desk.keep()
    done = {pid: event_id for pid, event_id, _ in desk.decide(kept.id, "all")}
    desk.now += timedelta(hours=1)
    desk.change(done["p3"], location="合肥")
    with desk.store.writing(desk.now) as writing:
        told = decisions.undo(writing, kept.id, desk.by("bob"))
    assert set(told["undone"]) == {done["p1"], "qinghe"}
    assert told["left"] == [done["p3"]]
    assert desk.event("qinghe")["when"] == "2026-06-10"
    assert desk.event(done["p1"])["withdrawn"]
    assert not desk.event(done["p3"])["withdrawn"]
    assert desk.listed(waiting=True) == []  # somebody has decided about it
    with desk.store.writing(desk.now) as writing:
        assert decisions.undo(writing, kept.id, desk.by())["undone"] == []


def test_two_imports_of_one_event_are_undone_the_newest_first(desk: Desk) -> None:
    """The undoing of the second counted as a change since the first, which then could not be undone."""
    first = desk.keep()
    done = {pid: event_id for pid, event_id, _ in desk.decide(first.id, "all")}
    desk.now += timedelta(hours=1)
    second = desk.keep(NOTE.replace("6月9日", "6月10日").replace("6月16日", "6月17日"))
    desk.decide(second.id, "all")
    desk.now += timedelta(hours=1)
    with desk.store.writing(desk.now) as writing:
        moved = decisions.undo(writing, second.id, desk.by())["undone"]
        assert set(decisions.undo(writing, first.id, desk.by())["undone"]) == set(done.values())
    assert set(moved) == {done["p2"], done["p3"]}
    assert all(desk.event(id_)["withdrawn"] for id_ in done.values())


def test_what_was_undone_can_be_taken_again_as_the_same_event(desk: Desk) -> None:
    kept = desk.keep()
    ((_, event_id, _),) = desk.decide(kept.id, ["p1"])
    with desk.store.writing(desk.now) as writing:
        decisions.undo(writing, kept.id, desk.by())
    assert desk.decide(kept.id, ["p1"]) == [("p1", event_id, "restored")]
    assert not desk.event(event_id)["withdrawn"]


def test_of_a_whole_database_is_kept_what_was_done(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "MOST_REVIEWED", 2)
    given = imports.read(File(NOTE.encode()), desk.by(), "zh")
    with desk.store.writing(desk.now) as writing:
        id_, done = decisions.take(writing, given, desk.by(), ["p1", "p2", "p3"])
    (entry,) = desk.listed()
    assert (entry["counts"], entry["applied"], entry["open"]) == ({"create": 3}, 3, 0)
    assert desk.shown(id_)["proposals"] == []
    with desk.store.writing(desk.now) as writing:
        told = decisions.undo(writing, id_, desk.by())
    assert told["undone"] == [each["event_id"] for each in done]
    assert desk.listed()[0]["counts"] == {"create": 3}


# -- the source


def test_a_source_is_read_from_the_document_and_put_right(desk: Desk) -> None:
    kept = desk.keep(name="note.txt")
    assert desk.shown(kept.id)["source"] == {
        "title": "云岭通讯 第8期",
        "publisher": "",
        "date": "2026-05-08",
        "url": "",
        "official": False,
    }
    with desk.store.writing(desk.now) as writing:
        given = {"title": "云岭通讯", "publisher": "云岭研究院"}
        reviews.set_source(writing, reviews.kept(writing, kept.id), given, desk.by())
    ((_, event_id, _),) = desk.decide(kept.id, ["p1"])
    assert desk.event(event_id)["source"] == ("云岭通讯", "云岭研究院", False)
    assert desk.listed()[0]["source"]["publisher"] == "云岭研究院"


def test_an_official_source_overrules_an_official_one(desk: Desk) -> None:
    desk.add("qinghe", "青禾开发者大会", "2026-06-10", source={"title": "青禾", "official": True})
    kept = desk.keep()
    assert desk.proposals(kept.id)["p2"]["disputed"]
    with desk.store.writing(desk.now) as writing:
        reviews.set_source(writing, reviews.kept(writing, kept.id), {"official": True}, desk.by())
    assert "disputed" not in desk.proposals(kept.id)["p2"]
    assert ("p2", "qinghe", "earlier") in desk.decide(kept.id, "all")


def test_a_source_that_cannot_be_used_changes_nothing(desk: Desk) -> None:
    kept = desk.keep()
    with desk.store.writing(desk.now) as writing:
        stored = reviews.kept(writing, kept.id)
        for given, pointer in (({"date": "x"}, "/date"), ({"colour": 1}, "/colour"), ("x", "")):
            with pytest.raises(InvalidInput) as told:
                reviews.set_source(writing, stored, given, desk.by())
            assert told.value.problems[0].pointer == pointer
    assert desk.shown(kept.id)["source"]["date"] == "2026-05-08"


def test_pasted_text_is_not_called_by_its_first_line(desk: Desk) -> None:
    assert desk.shown(desk.keep(pasted=True).id)["source"]["title"] == "2026年5月8日粘贴的文字"
    nameless = desk.keep("6月9日：青禾开发者大会\n6月10日：白石峰会\n")
    assert desk.shown(nameless.id)["source"]["title"] == "2026年5月8日收到的文档"


def test_what_is_said_of_a_source_goes_into_every_event(desk: Desk) -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a@example.org\r\n"
        "DTSTART;VALUE=DATE:20260609\r\nSUMMARY:Example Summit\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    said = {"publisher": "Example Org", "official": True}
    given = imports.read(File(calendar.encode(), "in.ics"), desk.by(), "zh", said=said)
    with desk.store.writing(desk.now) as writing:
        _, done = decisions.take(writing, given, desk.by(), ["p1"])
    assert desk.event(done[0]["event_id"])["source"] == ("in.ics", "Example Org", True)
    note = imports.read(
        File(b"June 9: Example Summit\n"), desk.by(), "zh", said={"date": "2027-03-01"}
    )
    assert note.candidates[0].details.when.text == "2027-06-09"  # it speaks from that day


# -- seen, and taken all the same


def test_a_date_that_was_seen_becomes_a_proposal(desk: Desk) -> None:
    kept = desk.keep()
    seen = desk.shown(kept.id)["seen"]
    number = next(n for n, each in enumerate(seen) if each["text"] == "4月2日")
    with desk.store.writing(desk.now) as writing:
        stored, pid = reviews.pick(writing, reviews.kept(writing, kept.id), number, {}, desk.by())
        assert reviews.pick(writing, stored, number, {}, desk.by())[1] == pid  # only once
    proposal = desk.proposals(kept.id)[pid]
    assert (pid, proposal["action"], proposal["sure"]) == ("p4", "create", False)
    assert proposal["event"]["when"] == "2026-04-02"
    assert pid in ticked(desk, kept.id)
    ((_, event_id, change),) = desk.decide(kept.id, [pid], edits={pid: {"title": "公司年会"}})
    assert (desk.event(event_id)["title"], change) == ("公司年会", "created")
    with desk.store.writing(desk.now) as writing, pytest.raises(NotFound):
        reviews.pick(writing, reviews.kept(writing, kept.id), 99, {}, desk.by())


# -- what an earlier version kept, and what goes with its events


def of_old(writing: Writing, kept: StoredImport) -> None:
    """As a version kept it that knew of neither source, sure, doubts, similar nor who took what."""
    content = {k: v for k, v in kept.content.items() if k not in ("source", "seen")}
    content["proposals"] = [
        {k: v for k, v in p.items() if k not in ("sure", "doubts", "similar")}
        for p in content["proposals"]
    ]
    writing.put_import(replace(kept, id="0" * 16, content=content, review={}))


def test_one_that_an_earlier_version_kept_opens_as_not_sure_and_is_taken(desk: Desk) -> None:
    kept = desk.keep()
    with desk.store.writing(desk.now) as writing:
        of_old(writing, kept)
    old = "0" * 16
    shown = desk.shown(old)
    assert {p["sure"] for p in shown["proposals"]} == {False}
    assert (shown["seen"], shown["source"]["title"]) == ([], "云岭通讯 第8期")
    assert ticked(desk, old) == []
    assert {each["open"] for each in desk.listed()} == {3}
    assert desk.decide(old, "sure") == []
    assert desk.decide(old, ["p1"], edits={"p1": {"title": "云岭年会"}})[0][2] == "created"


def test_what_an_earlier_version_applied_is_undone(desk: Desk) -> None:
    kept = desk.keep()
    ((_, event_id, _),) = desk.decide(kept.id, ["p1"])
    with desk.store.writing(desk.now) as writing:
        stored = reviews.kept(writing, kept.id)
        bare = {"p1": {"id": "p1", "event_id": event_id, "change": "created"}}
        writing.put_import(replace(stored, id="0" * 16, applied=bare, review={}))
        assert decisions.undo(writing, "0" * 16, desk.by())["undone"] == [event_id]


def test_corrections_are_purged_with_their_event(desk: Desk) -> None:
    kept = desk.keep()
    ((_, event_id, _),) = desk.decide(kept.id, ["p1"], edits={"p1": {"title": "云岭年会"}})
    with desk.store.writing(desk.now) as writing:
        events.purge(writing, event_id, desk.by())
    with desk.store.reading() as reading, pytest.raises(NotFound):
        reviews.kept(reading, kept.id)
