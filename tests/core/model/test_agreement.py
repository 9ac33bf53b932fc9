"""What rules and model say, put together: the rules' result stands, the model adds."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.dates import when as when_
from service.core.events.event import Source
from service.core.events.kinds import Kind
from service.core.imports import match_events
from service.core.imports.proposals import Candidate
from service.core.model.agreement import together
from service.core.reading.announcement import Announcement, Doubt
from service.operations.catalogue import shipped
from tests.core.seed import event

DAY = date(2026, 12, 1)
KNOWN = shipped()


def read(*found: tuple[str, str], sure: float = 0.7, off: bool = False) -> tuple[Candidate, ...]:
    announced = [
        Announcement(title, when_.parse(when), Kind.OTHER, title, None, 3, sure, cancelled=off)
        for title, when in found
    ]
    return match_events.candidates(announced, Source(title="周报"), DAY, "Asia/Shanghai", KNOWN)


def outline(found: tuple[Candidate, ...]) -> list[tuple[str, str, bool]]:
    return [(c.details.when.text, c.read_by, Doubt.DISPUTED in c.doubts) for c in found]


RULES = read(("青禾开发者大会", "2027-05-13"))


def test_what_both_read_is_one_and_says_so() -> None:
    both = together(RULES, read(("青禾开发者大会", "2027-05-13")), "m")
    assert outline(both.held) == [("2027-05-13", "both", False)]
    assert both.added == ()
    assert both.held[0].confidence == RULES[0].confidence


def test_agreement_raises_the_number_only_as_far_as_was_measured_for_that_model() -> None:
    found = read(("青禾开发者大会", "2027-05-13"))
    assert together(RULES, found, "m", {"m": 0.94}).held[0].confidence == 0.94
    assert together(RULES, found, "m", {"other": 0.94}).held[0].confidence == 0.7
    surer = read(("青禾开发者大会", "2027-05-13"), sure=0.97)
    assert together(surer, found, "m", {"m": 0.94}).held[0].confidence == 0.97


def test_other_dates_are_both_shown_and_disputed() -> None:
    both = together(RULES, read(("青禾开发者大会", "2027-05-20")), "m")
    assert outline(both.held) == [("2027-05-13", "rules", True)]
    assert outline(both.added) == [("2027-05-20", "model m", True)]


def test_what_the_rules_are_sure_of_stays_sure() -> None:
    both = together(
        read(("青禾开发者大会", "2027-05-13"), sure=0.95),
        read(("青禾开发者大会", "2027-05-20")),
        "m",
    )
    assert outline(both.held) == [("2027-05-13", "rules", False)]
    assert outline(both.added) == [("2027-05-20", "model m", True)]


def test_a_further_date_of_a_series_is_no_dispute() -> None:
    held = read(("CPI 数据公布", "2027-01-09"), ("CPI 数据公布", "2027-02-09"))
    found = read(
        ("CPI 数据公布", "2027-01-09"),
        ("CPI 数据公布", "2027-02-09"),
        ("CPI 数据公布", "2027-03-09"),
    )
    both = together(held, found, "m")
    assert outline(both.held) == [("2027-01-09", "both", False), ("2027-02-09", "both", False)]
    assert outline(both.added) == [("2027-03-09", "model m", False)]


@pytest.mark.parametrize(
    ("rules", "model", "added"),
    [
        ("2027-05-13T09:00+08:00", "2027-05-13", 0),
        ("2027-05-13", "2027-05", 0),
        ("2027-05", "2027-05-13", 1),
        ("2027-05-13", "2027-05-13T09:00+08:00", 1),
    ],
)
def test_what_says_less_is_dropped_and_what_says_more_stands_beside(
    rules: str, model: str, added: int
) -> None:
    both = together(read(("青禾开发者大会", rules)), read(("青禾开发者大会", model)), "m")
    assert len(both.added) == added
    assert not any(disputed for *_, disputed in outline((*both.held, *both.added)))


def test_called_off_by_the_model_alone_is_disputed() -> None:
    both = together(RULES, read(("青禾开发者大会", "2027-05-13"), off=True), "m")
    assert outline(both.added) == [("2027-05-13", "model m", True)]


def test_a_model_alone_is_never_sure_and_takes_no_event_from_the_rules() -> None:
    """However well it fits: the rules' own proposal is what it would be without a model."""
    stored = [event("summit", "2027-05-13", title="青禾开发者大会")]
    held = read(("青禾开发者大会", "2027-05-14"), sure=0.95)
    before = match_events.fit(held, stored, KNOWN)
    both = together(held, read(("青禾开发者大会", "2027-05-13"), sure=0.99), "m")
    after = match_events.fit((*both.held, *both.added), stored, KNOWN)
    assert after[0] == before[0]
    assert (after[1].read_by, after[1].sure, after[1].disputed) == ("model m", False, True)
    assert after[1].event_id == "summit"


def test_new_events_of_both_have_ids_of_their_own() -> None:
    both = together(RULES, read(("青禾开发者大会", "2027-05-20")), "m")
    found = match_events.fit((*both.held, *both.added), [], KNOWN)
    assert len({p.event_id for p in found}) == 2
    assert [p.id for p in found] == ["p1", "p2"]
