"""The lexicon of words beside a date: every row finds its own example, and where a cue counts."""

from __future__ import annotations

import pytest

from service.core.dates.phrases import find
from service.core.reading import cues
from service.core.reading.cues import ROWS, Cue, Role
from service.core.text.characters import plain


@pytest.mark.parametrize("cue", ROWS, ids=lambda cue: cue.id)
def test_every_cue_finds_its_own_example(cue: Cue) -> None:
    line = plain(cue.example)
    dates = find(line) if cue.side == "after" else ()
    assert cues.finds(cue, line[dates[0].end :] if dates else line)


@pytest.mark.parametrize("cue", ROWS, ids=lambda cue: cue.id)
def test_every_cue_says_what_it_makes_of_a_date_and_on_which_side(cue: Cue) -> None:
    assert isinstance(cue.role, Role)
    assert cue.side in ("before", "after", "any", "heading")
    assert cue.language in ("zh", "en")
    assert cue.id.startswith(f"{cue.language}-")
    # English is looked for in small letters.
    assert cue.language == "zh" or cue.example == cue.example.lower()


def test_no_two_cues_share_an_id() -> None:
    assert len({cue.id for cue in ROWS}) == len(ROWS)


def test_every_role_has_a_cue() -> None:
    assert {cue.role for cue in ROWS} == set(Role)


@pytest.mark.parametrize(
    ("line", "date", "said"),
    [
        ("自12月9日起施行", "12月9日", "effect:near-after"),
        ("原定于12月9日", "12月9日", "old:near-before"),
        ("推迟至12月9日", "12月9日", "new:near-before"),
        ("the gala takes place on 9 december", "9 december", "hold:before"),
        ("papers are due 9 december", "9 december", "due:near-before"),
        ("postponed to 9 december", "9 december", "new:near-before"),
    ],
)
def test_a_cue_beside_a_date_says_on_which_side_it_stands(line: str, date: str, said: str) -> None:
    start = line.index(date)
    assert said in cues.around(line, start, start + len(date), (0, len(line)))


def test_a_cue_in_another_clause_counts_for_the_line_only() -> None:
    line = "12月9日云岭大会,论文截止另告"
    end = line.index(",")
    found = cues.around(line, 0, 6, (0, end))
    assert "due:line" in found
    assert not {"due:after", "due:near-after"} & found


def test_capitals_do_not_hide_a_cue() -> None:
    line = "Papers Are DUE 9 December"
    assert "due:near-before" in cues.around(line, 15, len(line), (0, len(line)))


def test_a_chinese_cue_is_not_sought_in_an_english_line() -> None:
    assert cues.around("9 december", 0, 10, (0, 10)) == frozenset()


def test_headings_say_whether_what_follows_lies_ahead_or_behind() -> None:
    assert "ahead:1" in cues.of_heading(["近期日程"])
    assert "back:1" in cues.of_heading(["Release history"])
    assert "ahead:2" in cues.of_heading(["Harwick", "Upcoming events"])
    assert cues.of_heading(["云岭"]) == frozenset()
