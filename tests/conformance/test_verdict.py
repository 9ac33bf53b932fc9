"""`make conformance`: which cases count, and what is said of a reading."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from scripts.conformance.cases import Case, Reading, Want, days, in_scope, verdict

TODAY = date(2031, 3, 5)  # a Wednesday
PACIFIC = timezone(timedelta(hours=-8))


def case(text: str, *wants: Want) -> Case:
    return Case("suite", "en", text, TODAY, "Asia/Shanghai", wants, (0, len(text)))


def day(number: int, last: int | None = None) -> Reading:
    return Reading(date(2031, 3, number), date(2031, 3, last or number))


def at(hour: int, until: int | None = None, number: int = 7) -> Reading:
    """As Horizon reads times: with the offset of the zone."""
    zone = timezone(timedelta(hours=8))
    end = datetime(2031, 3, number, until, tzinfo=zone) if until else None
    return Reading(
        date(2031, 3, number),
        date(2031, 3, number),
        datetime(2031, 3, number, hour, tzinfo=zone),
        end,
    )


SEVENTH = days(date(2031, 3, 7))
TEN_OCLOCK = Want(datetime(2031, 3, 7, 10), frozenset())
TEN_TO_TWELVE = Want(datetime(2031, 3, 7, 10), frozenset({datetime(2031, 3, 7, 12)}))
MARCH = Reading(date(2031, 3, 1), date(2031, 3, 31))


@pytest.mark.parametrize(
    ("wanted", "read", "found"),
    [
        (SEVENTH, [day(7)], "right"),
        (SEVENTH, [day(9), day(7)], "right"),
        (SEVENTH, [day(9)], "wrong"),
        (SEVENTH, [MARCH], "vague"),
        (SEVENTH, [], "missed"),
        (SEVENTH, None, "crashed"),
        (SEVENTH, [at(10)], "wrong"),
        (TEN_OCLOCK, [at(10)], "right"),
        (TEN_OCLOCK, [at(22)], "wrong"),
        (TEN_OCLOCK, [day(7)], "vague"),
        (TEN_TO_TWELVE, [at(10, until=12)], "right"),
        (TEN_TO_TWELVE, [at(10)], "wrong"),
    ],
)
def test_a_reading_is_right_vague_wrong_or_missed(
    wanted: Want, read: list[Reading] | None, found: str
) -> None:
    assert verdict(case("Kiln opening on the 7th at 10:00", wanted), read) == found


def test_the_end_of_a_range_may_be_inclusive_or_exclusive() -> None:
    wanted = days(date(2031, 3, 10), date(2031, 3, 14), date(2031, 3, 15))
    found = [verdict(case("10-14 March", wanted), [day(10, last)]) for last in (13, 14, 15)]
    assert found == ["wrong", "right", "right"]


def test_todays_weekday_is_today_or_in_a_week_and_no_other_day_is() -> None:
    wanted = days(TODAY)
    assert verdict(case("Kiln opening on Wednesday", wanted), [day(12)]) == "right"
    assert verdict(case("Kiln opening on Wednesday", wanted), [day(19)]) == "wrong"
    assert verdict(case("Kiln opening on 5 March", wanted), [day(12)]) == "wrong"


def test_a_part_of_a_day_is_that_day_unless_a_clock_stands_there() -> None:
    assert verdict(case("Friday morning", TEN_TO_TWELVE), [day(7)]) == "right"
    assert verdict(case("Friday morning", SEVENTH), [at(6, until=12)]) == "right"
    assert verdict(case("Friday morning at 10:00", TEN_TO_TWELVE), [day(7)]) == "vague"
    assert verdict(case("Friday morning at 10:00", SEVENTH), [at(10)]) == "wrong"


def test_a_window_of_open_length_is_any_that_shares_an_end() -> None:
    wanted = days(date(2031, 3, 25), date(2031, 3, 31), blur=True)
    found = {
        last: verdict(case("三月底", wanted), [day(*last)])
        for last in ((21, 31), (28, 31), (20, 28), (25,))
    }
    assert found == {(21, 31): "right", (28, 31): "right", (20, 28): "wrong", (25,): "wrong"}
    exact = days(date(2031, 3, 25), date(2031, 3, 31))
    assert verdict(case("25-31 March", exact), [day(28, 31)]) == "wrong"


def test_days_read_one_by_one_are_the_range_that_they_make() -> None:
    wanted = days(date(2031, 3, 10), date(2031, 3, 12))
    assert verdict(case("the 10th, 11th, 12th", wanted), [day(10), day(11), day(12)]) == "right"
    assert verdict(case("the 10th, 12th", wanted), [day(10), day(12)]) == "wrong"


def test_where_the_text_names_its_zone_instants_are_compared() -> None:
    wanted = Want(datetime(2031, 3, 7, 7, tzinfo=PACIFIC), frozenset())
    in_the_texts_zone = Reading(TODAY, TODAY, datetime(2031, 3, 7, 15, tzinfo=UTC))
    on_the_wall_in_shanghai = at(7)
    assert verdict(case("7 am PST", wanted), [in_the_texts_zone]) == "right"
    assert verdict(case("7 am PST", wanted), [on_the_wall_in_shanghai]) == "wrong"


def test_of_a_text_without_a_date_nothing_may_be_read() -> None:
    assert verdict(case("Kiln model 7.2"), []) == "clean"
    assert verdict(case("Kiln model 7.2"), [day(7)]) == "wrong"


@pytest.mark.parametrize(
    ("text", "wanted", "counts"),
    [
        ("Kiln opening on the 7th", SEVENTH, True),
        ("Kiln opening today", days(TODAY), True),
        ("Kiln opening from the 1st to the 7th", days(date(2031, 3, 1), date(2031, 3, 7)), True),
        ("Kiln opening on the 4th", days(date(2031, 3, 4)), False),
        ("Kiln opening in 1960", days(date(1960, 1, 1), date(1960, 12, 31)), False),
        ("Kiln opening in 48 hours", SEVENTH, False),
        ("农历二月十四开窑", SEVENTH, False),
    ],
)
def test_what_counts_lies_ahead_and_is_no_reckoning_in_hours(
    text: str, wanted: Want, counts: bool
) -> None:
    assert in_scope(case(text, wanted)) is counts
