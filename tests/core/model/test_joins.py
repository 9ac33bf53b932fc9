"""Phrases that say one date between them: the joins are code's, never the model's."""

from __future__ import annotations

import pytest

from tests.core.model.asking import event, number, only, part, said


def dated(text: str, *phrases: str, title: str = "青禾大会") -> str:
    one = part(text)
    keys = [number(one, each.rstrip("+"), "d" if each.endswith("+") else "") for each in phrases]
    keys = [
        f"{key}a" if key.isdigit() and one.choices[int(key) - 1].offer.lettered else key
        for key in keys
    ]
    return only(one, event(keys, title)).when.text


@pytest.mark.parametrize(
    ("text", "phrases", "when"),
    [
        # a day and its time of day
        ("青禾大会\n\n12月9日\n\n会议室 16:40 开门", ("12月9日", "16:40"), "2026-12-09T16:40+08:00"),
        ("青禾大会\n\n12月9日\n\n会议室 16:40 开门", ("16:40", "12月9日"), "2026-12-09T16:40+08:00"),
        # the day of a phrase that says a time too, with another time
        (
            "青禾大会12月9日9:00报到\n\n茶歇后 16:40 开幕",
            ("12月9日9:00+", "16:40"),
            "2026-12-09T16:40+08:00",
        ),
        ("青禾大会12月9日9:00报到", ("12月9日9:00+",), "2026-12-09"),
        # a year, a month, and what completes them
        ("2028年的青禾大会，5月13日开幕", ("2028年", "5月13日"), "2028-05-13"),
        ("青禾大会：2027年5月筹备，正式会期为13日", ("2027年5月", "13日"), "2027-05-13"),
        # the first and the last day
        (
            "青禾大会2027年5月13日开幕，2027年5月15日闭幕",
            ("2027年5月13日", "2027年5月15日"),
            "2027-05-13/2027-05-15",
        ),
        ("青禾大会在2027年5月至夏末，即2027年8月", ("2027年5月", "2027年8月"), "[2027-05-01..2027-08-31]"),
    ],
)  # fmt: skip
def test_phrases_are_joined(text: str, phrases: tuple[str, ...], when: str) -> None:
    assert dated(text, *phrases) == when


def test_so_long_after_a_day() -> None:
    text = "Its text goes out on 3 March 2027.\n\nThe Heron Rule applies 90 days after publication."
    one = part(text)
    assert "2 = so long after, to be joined with a day" in one.text
    assert (
        only(one, event([number(one, "3 March 2027"), "2"], "Heron Rule")).when.text == "2027-06-01"
    )


def test_days_that_last_keep_their_days_with_an_hour() -> None:
    text = "青禾大会12月9日至11日举行\n\n每天 9:00 开始"
    assert dated(text, "12月9日至11日", "9:00") == "2026-12-09/2026-12-11"


def test_what_says_no_date_together_is_no_event() -> None:
    one = part("2027年的青禾大会在2027年5月13日开幕")
    keys = [number(one, "2027年5月13日"), number(one, "2027年")]
    read = said(one, event(keys, "青禾大会"))
    assert (read.announcements, dict(read.refused)) == (
        (),
        {"its phrases say no date together": 1},
    )


def test_two_readings_of_one_number_are_no_span() -> None:
    one = part("8月3日青禾大会，9月4日另一场")
    assert not said(one, event(["1a", "1b"], "青禾大会")).announcements
    assert not said(one, event(["1"], "青禾大会")).announcements
