"""What an import amounts to: matched by UID, then by id; what becomes of it, and in which words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from service.core.calendars.ics_reading import read_ics
from service.core.events import event as event_
from service.core.events.event import Event, Source, Status
from service.core.files import calendar_file, exports
from service.core.files.exports import Rules
from service.core.imports import proposals
from service.core.imports.proposals import (
    Action,
    Candidate,
    Proposal,
    as_json,
    compare,
    from_entry,
    from_ics,
)
from service.sentences import Sentence
from tests.every_kind import DAY, EVENTS, HEADING, SOURCE, event, ordered

ALL = ordered(EVENTS["all"][0])
ZONE = "Asia/Shanghai"
IO = event(
    "io",
    "2026-05",
    title="Google I/O 2026 开发者大会",
    titles={"en": "Google I/O 2026"},
    organizations=["Google"],
    tickers=["GOOGL.O"],
    importance="high",
    tags=["AI"],
    location="",
    source=SOURCE,
)


def candidate(
    item: Event = IO, *, uid: str | None = None, id_given: bool = True, **said: Any
) -> Candidate:
    """That event as somebody gives it, saying only some keys."""
    details = event(item.id, **{"when": "2026-05", "title": item.title, **said}).details
    return Candidate(item.id, details, frozenset(said), uid=uid, id_given=id_given)


def propose(item: Event = IO, /, **said: Any) -> Proposal:
    (proposal,) = compare([candidate(item, **said)], [item])
    return proposal


def official(item: Event) -> Event:
    source = replace(item.details.source or Source(title="Google"), official=True)
    return replace(item, details=replace(item.details, source=source))


# --- which event is meant


def test_by_uid_before_id() -> None:
    a, b = event("a", "2026-05-13"), replace(event("b", "2026-05-14"), uid="x@y")
    wanted = [
        candidate(a, uid="x@y"),
        candidate(a),
        candidate(b, uid="unknown@y"),
        candidate(event("c", "2026")),
    ]
    found = compare(wanted, [a, b])
    assert [p.id for p in found] == ["p1", "p2", "p3", "p4"]
    assert [p.matches for p in found] == ["b", "a", "b", None]
    assert [p.uid for p in found] == ["x@y", "a@horizon", "x@y", None]
    assert "the same UID" in found[0].reason
    assert "the same id" in found[2].reason


def test_an_id_made_of_the_title_is_no_proof() -> None:
    stored = event("call-1", "2026-05-13")
    wanted = [candidate(stored, uid=f"{n}@y", id_given=False, when="2026-08-13") for n in range(2)]
    found = compare(wanted, [stored])
    assert [p.action for p in found] == ["create", "create"]
    ids = {stored.id, *(p.event_id for p in found)}
    assert len(ids) == 3
    assert all(id_.startswith("call-1") for id_ in ids)
    # Without a UID it is all there is.
    assert compare([candidate(stored, id_given=False)], [stored])[0].matches == "call-1"


def test_a_withdrawn_event_would_be_brought_back() -> None:
    gone = replace(IO, withdrawn=True)
    proposal = propose(gone, when="2026-05-19")
    assert (proposal.action, proposal.matches) == (Action.CREATE, "io")
    assert proposal.reason == "io, the same UID: it was withdrawn, and would be brought back"
    assert proposal.details == replace(IO.details, when=event("x", "2026-05-19").when)


def test_a_new_one_brings_what_an_export_keeps() -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    wanted = replace(candidate(uid="x@y"), sequence=4, created_at=at, updated_at=at)
    (proposal,) = compare([wanted], [])
    assert proposal.action is Action.CREATE
    assert (proposal.event_id, proposal.uid, proposal.matches) == ("io", "x@y", None)
    assert (proposal.sequence, proposal.created_at, proposal.updated_at) == (4, at, at)
    assert proposal.reason == "no event like it is stored"


# --- what it amounts to


@pytest.mark.parametrize(
    ("said", "action", "reason"),
    [
        ({}, "unchanged", "nothing differs"),
        ({"when": "2026-05"}, "unchanged", "nothing differs"),
        ({"title": "Google I/O 2026"}, "unchanged", "nothing differs"),
        (
            {"when": "2026-05-19/2026-05-20"},
            "refine",
            "more exact, 2026-05 becomes 2026-05-19/2026-05-20",
        ),
        ({"when": "2026-06-02"}, "move", "32 days later, 2026-05 becomes 2026-06-02"),
        ({"when": "2026-04-30"}, "move", "1 day earlier, 2026-05 becomes 2026-04-30"),
        ({"when": "2026-34"}, "move", "less exact, 2026-05 becomes 2026-Q2"),
        (
            {"when": "[2026-05-01..2026-05-31]"},
            "move",
            "another date, 2026-05 becomes [2026-05-01..2026-05-31]",
        ),
        ({"status": "cancelled"}, "cancel", "called off"),
        (
            {"status": "cancelled", "when": "2026-05-19"},
            "cancel",
            "called off; more exact, 2026-05 becomes 2026-05-19",
        ),
        ({"location": "Mountain View"}, "refine", "location differs"),
        ({"location": "Mountain View", "tags": ["a"]}, "refine", "tags, location differ"),
        (
            {"when": "2026-05-19", "location": "Mountain View"},
            "refine",
            "more exact, 2026-05 becomes 2026-05-19; location differs",
        ),
        ({"status": "tentative"}, "unchanged", "nothing differs"),
        ({"status": "confirmed"}, "refine", "status differs"),
    ],
)
def test_a_pair(said: dict[str, Any], action: str, reason: str) -> None:
    proposal = propose(**said)
    assert (proposal.action, proposal.reason) == (action, f"io, the same UID: {reason}")
    assert (proposal.confidence, proposal.disputed, proposal.matches) == (1.0, False, "io")
    # What was not said stays.
    assert proposal.details.organizations == ("Google",)
    assert proposal.details.source == IO.details.source


def test_called_off_and_on_again() -> None:
    off = event("io", "2026-05", title=IO.title, status="cancelled")
    assert propose(off, status="cancelled").action is Action.UNCHANGED
    proposal = propose(off, status=None)
    assert (proposal.action, proposal.details.status) == (Action.REFINE, None)
    assert proposal.reason.endswith(": status differs")


def test_the_same_time_in_another_offset_is_no_change() -> None:
    stored = event("t", "2026-05-19T10:00-07:00", timezone="America/Los_Angeles")
    assert propose(stored, when="2026-05-20T01:00+08:00").action is Action.UNCHANGED
    assert propose(stored, when="2026-05-20T02:00+08:00").action is Action.MOVE


def test_a_rule_that_does_not_go_with_the_new_date_goes() -> None:
    stored = event(
        "r", "2026-05-13", recurrence="FREQ=MONTHLY;BYDAY=2WE", exceptions=["2026-06-10"]
    )
    proposal = propose(stored, when="2026-05-14")
    assert (proposal.details.recurrence, proposal.details.exceptions) == (None, ())
    assert "recurrence, exceptions differ" in proposal.reason
    assert propose(stored, when="2026-06-10").details.recurrence == "FREQ=MONTHLY;BYDAY=2WE"


@pytest.mark.parametrize(
    ("said", "disputed"),
    [
        ({}, False),
        ({"when": "2026-05-19"}, False),
        ({"when": "2026-06-02"}, True),
        ({"status": "cancelled"}, True),
        ({"location": "x"}, False),
        ({"when": "2026-06-02", "source": {"title": "a note"}}, True),
        ({"source": {"title": "a note"}}, True),
        ({"when": "2026-06-02", "source": {"title": "Google", "official": True}}, False),
        ({"status": "cancelled", "source": {"title": "Google", "official": True}}, False),
    ],
)
def test_a_lesser_source_does_not_overrule_an_official_one(
    said: dict[str, Any], disputed: bool
) -> None:
    proposal = propose(official(IO), **said)
    assert proposal.disputed is disputed
    assert ("the stored source is official" in proposal.reason) is disputed


def test_a_proposal_as_json() -> None:
    source = {**SOURCE, "page": 3, "line": 7}
    found = as_json(propose(when="2026-05-19/2026-05-20", source=source), "zh")
    assert json.loads(json.dumps(found)) == found
    event_json = found.pop("event")
    assert found == {
        "id": "p1",
        "action": "refine",
        "matches": "io",
        "confidence": 1.0,
        "sure": True,
        "doubts": [],
        "excerpt": SOURCE["excerpt"],
        "page": 3,
        "line": 7,
        "reason": "io, the same UID: more exact, 2026-05 becomes 2026-05-19/2026-05-20; source differs",
        "similar": [],
        "read_by": "rules",
    }
    assert (event_json["id"], event_json["when"], event_json["title"]) == (
        "io",
        "2026-05-19/2026-05-20",
        IO.title,
    )
    assert (event_json["start"], event_json["end"], event_json["precision"]) == (
        "2026-05-19",
        "2026-05-20",
        "day",
    )
    assert event_json["when_text"] == "2026年5月19日—20日"
    assert as_json(propose(official(IO), when="2026-06-02"), "en")["disputed"] is True
    assert as_json(propose(), "en")["excerpt"] == SOURCE["excerpt"]


def test_a_pair_that_met_in_another_way() -> None:
    """The seam for announcements: the match and its confidence come from outside."""
    proposal = proposals.propose(
        "p9", candidate(when="2026-05-19"), IO, Sentence("same_title"), confidence=0.8
    )
    assert (proposal.id, proposal.action, proposal.confidence) == ("p9", Action.REFINE, 0.8)
    assert proposal.reason.startswith("io, the same title: more exact")


# --- whole files


def rich() -> list[Event]:
    """Every kind of event, each with details that an .ics file does not carry."""
    return [
        replace(
            e,
            sequence=n,
            details=replace(
                e.details,
                titles=(("en", f"English {n}"),),
                organizations=("百度",),
                source=Source(title="周报", date=date(2026, 4, 27), excerpt="a\nb"),
                url=e.details.url or "https://example.org/x",
            ),
        )
        for n, e in enumerate(ALL)
    ]


@pytest.mark.parametrize("form", ["yaml", "json", "ics", "ics-en"])
def test_importing_what_was_exported_changes_nothing(form: str) -> None:
    events = rich()
    wanted = exported(events, form)
    assert {(p.action, p.matches == p.event_id) for p in compare(wanted, events)} == {
        ("unchanged", True)
    }


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_an_export_makes_the_same_events_in_an_empty_store(form: str) -> None:
    events = rich()
    now = datetime(2030, 1, 1, tzinfo=UTC)
    made = [
        event_.new(
            p.event_id,
            p.details,
            now,
            events[0].origin,
            uid=p.uid,
            sequence=p.sequence or 0,
            created_at=p.created_at,
            updated_at=p.updated_at,
        ).after
        for p in compare(exported(events, form), [])
    ]
    assert made == events


def test_a_calendar_in_an_empty_store_has_the_same_uids_days_and_sequences() -> None:
    events = rich()
    found = {p.uid: p for p in compare(exported(events, "ics"), [])}
    for item in events:
        proposal = found[item.uid]
        assert (proposal.action, proposal.event_id, proposal.sequence) == (
            "create",
            item.id,
            item.sequence,
        )
        assert (proposal.details.when, proposal.details.title) == (item.when, item.title)
        assert (proposal.details.status is Status.CANCELLED) is item.cancelled


def exported(events: list[Event], form: str) -> list[Candidate]:
    if form == "yaml":
        text = exports.to_yaml(events, Rules(), ZONE).encode()
        wanted = calendar_file.read(text, "x.yaml", timezone=ZONE, lang="zh")
        return [from_entry(entry) for entry in wanted.entries]
    if form == "json":
        text = exports.to_json(events, Rules()).encode()
        return [from_entry(e) for e in exports.read_json(text, timezone=ZONE, lang="zh").entries]
    lang = "en" if form == "ics-en" else "zh"
    file = read_ics(exports.to_ics(events, HEADING, lang, DAY).data, timezone=ZONE)
    assert not file.skipped
    return [from_ics(entry) for entry in file.entries]
