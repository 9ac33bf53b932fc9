"""Months: arithmetic that everything that counts by them rests on."""

from __future__ import annotations

from calendar import month_name
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.dates import months

DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))


def test_the_names_are_those_of_the_calendar() -> None:
    assert list(months.ENGLISH) == list(month_name)[1:]


@pytest.mark.parametrize(
    ("day", "by", "there"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2027, 1, 15), -1, date(2026, 12, 15)),
        (date(2027, 5, 13), -17, date(2025, 12, 13)),
    ],
)
def test_a_day_that_the_month_does_not_have_becomes_its_last(
    day: date, by: int, there: date
) -> None:
    assert months.later(day, by) == there


@given(DAYS)
def test_a_month_is_whole_and_the_next_follows_it(day: date) -> None:
    first, last = months.span(day.year, day.month, 1)
    assert (months.first_of(day), months.last_of(day)) == (first, last)
    assert months.first_of_next(day) == last + timedelta(days=1)
    assert (last - first).days + 1 == months.length(day.year, day.month)


@given(DAYS, st.integers(-600, 600))
def test_counting_back_leads_to_where_it_began(day: date, by: int) -> None:
    there = months.shifted(day.year, day.month, by)
    assert months.shifted(*there, -by) == (day.year, day.month)
