"""What a person makes of what was read: another date, title or place, and which event it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.core.dates import when
from service.core.events.event import Source
from service.core.events.kinds import infer_kind
from service.core.imports import corrections, match_events
from service.core.imports.corrections import alone, corrected, made_of
from service.core.imports.proposals import Action, Candidate
from service.core.reading.announcement import Announcement, Doubt
from service.errors import InvalidInput
from service.operations.catalogue import shipped
from tests.core.seed import GOOGLE, SUPERAI

ZONE = "Asia/Shanghai"
DAY = date(2026, 5, 8)
NOTE = Source(title="云岭通讯", date=DAY)


def read(title: str = "云岭大会", text: str = "2026-06-02/2026-06-03", **more: Any) -> Candidate:
    one = Announcement(
        title, when.parse(text), infer_kind(title), f"6月2日-3日：{title}", None, 3, 0.8, **more
    )
    (made,) = match_events.candidates([one], NOTE, DAY, ZONE, shipped())
    return made


def faults(edit: Any, candidate: Candidate | None = None) -> dict[str, str]:
    with pytest.raises(InvalidInput) as told:
        corrected(candidate or read(), edit, ZONE, DAY)
    return {problem.pointer: problem.detail for problem in told.value.problems}


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        ({"when": "2026-06-09"}, "2026-06-09"),
        ({"when": "6月9日-10日"}, "2026-06-09/2026-06-10"),
        ({"when": "next Tuesday"}, "2026-05-12"),
        ({"when": "2026-Q3"}, "2026-35"),
        ({"when": "2026-06-09", "end": "2026-06-11"}, "2026-06-09/2026-06-11"),
        ({"end": "2026-06-05"}, "2026-06-02/2026-06-05"),
        ({"end": "6月4日"}, "2026-06-02/2026-06-04"),
        ({"when": "2026-06-09~", "end": "2026-06-11"}, "2026-06-09/2026-06-11~"),
        (
            {"when": "2026-06-09T09:00", "end": "2026-06-09T17:30"},
            "2026-06-09T09:00+08:00/2026-06-09T17:30+08:00",
        ),
        ({"when": "2026-06-09", "end": ""}, "2026-06-09"),
        ({"end": None}, "2026-06-02/2026-06-03"),
    ],
)
def test_a_date_is_corrected_in_words_or_as_it_is_kept(edit: dict[str, Any], text: str) -> None:
    assert corrected(read(), edit, ZONE, DAY).candidate.details.when.text == text


def test_an_end_alone_belongs_to_the_date_that_was_shown() -> None:
    shown = when.parse("2026-06-16")
    made = corrected(read(), {"end": "2026-06-17"}, ZONE, DAY, shown)
    assert made.candidate.details.when.text == "2026-06-16/2026-06-17"


@pytest.mark.parametrize(
    ("edit", "pointer", "told"),
    [
        ({"when": "2026-02-30"}, "/when", "2026-02 has 28 days"),
        ({"when": "soon"}, "/when", "is no date"),
        ({"when": ""}, "/when", "empty"),
        ({"title": " "}, "/title", "is empty"),
        ({"title": None}, "/title", "is required"),
        ({"kind": "party"}, "/kind", "is not one of"),
        ({"importance": 3}, "/importance", "must be text"),
        ({"end": "2026-06-01"}, "/end", "is before the start"),
        ({"end": "2026-06"}, "/end", "must be a day"),
        ({"end": "x"}, "/end", "is no date"),
        ({"when": "2026-06", "end": "2026-06-09"}, "/end", "only a day or a time has an end"),
        ({"when": "2026-06-09T10:00", "end": "2026-06-09T09:00"}, "/end", "is before the start"),
        ({"when": "2026-06-09T10:00", "end": "2026-06-10"}, "/end", "must be a time"),
        ({"source": {}}, "/source", "unknown key"),
        ({"tilte": "x"}, "/tilte", "did you mean title?"),
        ("x", "", "must be an object"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_key(edit: Any, pointer: str, told: str) -> None:
    found = faults(edit)
    assert told in found[pointer]


def test_every_fault_is_told_at_once() -> None:
    assert set(faults({"when": "2026-02-30", "kind": "party", "colour": "red"})) == {
        "/when",
        "/kind",
        "/colour",
    }


def test_a_correction_answers_the_doubts_about_what_it_corrects() -> None:
    doubts = (Doubt.ORDER, Doubt.YEAR_ASSUMED, Doubt.TITLE_FROM_ELSEWHERE, Doubt.TABLE_GUESSED)
    candidate = replace(read(), doubts=doubts)
    dated = corrected(candidate, {"when": "2026-06-09"}, ZONE, DAY).candidate
    assert dated.doubts == (Doubt.TITLE_FROM_ELSEWHERE, Doubt.TABLE_GUESSED)
    named = corrected(candidate, {"title": "云岭年会"}, ZONE, DAY).candidate
    assert named.doubts == (Doubt.ORDER, Doubt.YEAR_ASSUMED, Doubt.TABLE_GUESSED)
    assert corrected(candidate, {"location": "合肥"}, ZONE, DAY).candidate.doubts == doubts


def test_what_is_corrected_is_set_though_the_document_s_own_would_not_be() -> None:
    candidate = read("SuperAI 2026", "2026-06")  # less exact than what is stored: it says nothing
    bare = corrections.about("p1", corrected(candidate, {}, ZONE, DAY), SUPERAI, pointed=False)
    assert bare.action is Action.UNCHANGED
    made = corrected(candidate, {"when": "2026-06-17", "title": "SuperAI"}, ZONE, DAY)
    proposal = corrections.about("p1", made, SUPERAI, pointed=False)
    assert (proposal.action, proposal.matches) == (Action.MOVE, SUPERAI.id)
    assert proposal.details.title == "SuperAI"
    assert proposal.details.tickers == SUPERAI.details.tickers  # nobody spoke of them
    assert proposal.details.source == candidate.details.source
    assert proposal.reason.startswith(f"{SUPERAI.id}, as chosen: 7 days later")


def test_a_proposal_is_pointed_at_another_event_or_at_none() -> None:
    made = corrected(read(), {}, ZONE, DAY)
    proposal = corrections.about("p1", made, GOOGLE, pointed=True)
    assert (proposal.matches, proposal.details.title) == (GOOGLE.id, GOOGLE.title)
    assert proposal.details.when.text == "2026-06-02/2026-06-03"
    new = alone("p1", made, {"event-8a3c"}, pointed=True)
    assert (new.action, new.matches, new.details.title) == (Action.CREATE, None, "云岭大会")
    assert new.reason == "a new event, as chosen"


def test_a_new_event_has_the_id_of_its_corrected_title_unless_it_is_taken() -> None:
    made = corrected(read(), {"title": "Cloud Summit 2026"}, ZONE, DAY)
    free = alone("p1", made, set(), pointed=False)
    assert free.event_id.startswith("cloud-summit-2026")
    taken = alone("p1", made, {free.event_id}, pointed=False)
    assert taken.event_id != free.event_id
    assert taken.event_id.startswith("cloud-summit-2026")


def test_what_was_read_and_what_was_made_of_it_are_told_by_key() -> None:
    candidate = read()
    edit = {"title": "云岭年会", "when": "2026-06-09", "kind": candidate.details.kind.value}
    made = corrected(candidate, edit, ZONE, DAY)
    proposal = alone("p1", made, set(), pointed=True)
    assert made_of(candidate, made, GOOGLE.id, proposal) == {
        "title": ("云岭大会", "云岭年会"),
        "when": ("2026-06-02/2026-06-03", "2026-06-09"),
        "matches": (GOOGLE.id, ""),
    }
