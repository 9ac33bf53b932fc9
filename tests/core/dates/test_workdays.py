"""Mainland China's working days, against what the package itself says of each day it knows."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from service.core.dates import workdays

FIRST, LAST = workdays.known_years()


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_every_known_day_is_as_the_package_says() -> None:
    for day in days(date(FIRST, 1, 1), date(LAST, 12, 31)):
        assert workdays.is_workday(day) == chinese_calendar.is_workday(day), day


def test_the_known_years_are_those_that_the_package_answers_for() -> None:
    assert FIRST <= 2026 <= LAST
    for year in (FIRST, LAST):
        chinese_calendar.is_workday(date(year, 6, 1))
    for year in (FIRST - 1, LAST + 1):
        with pytest.raises(NotImplementedError):
            chinese_calendar.is_workday(date(year, 6, 1))


def test_beyond_the_known_years_monday_to_friday_are_worked() -> None:
    for year in (FIRST - 1, LAST + 1, 2199):
        for day in days(date(year, 1, 1), date(year, 12, 31)):
            assert workdays.is_workday(day) == (day.weekday() < 5), day


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-02-14", True),  # 春节 2026: Saturday, made up for
        ("2026-02-15", False),  # nine days off
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),  # Saturday, made up for
        ("2026-03-01", False),  # Sunday
        ("2026-09-20", True),  # 国庆 2026: Sunday, made up for
        ("2026-09-25", False),  # 中秋
        ("2026-09-30", True),
        ("2026-10-01", False),  # seven days off
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # Saturday, made up for
        ("2026-10-11", False),
    ],
)
def test_the_long_holidays_of_2026(day: str, worked: bool) -> None:
    assert workdays.is_workday(date.fromisoformat(day)) is worked
    assert chinese_calendar.is_workday(date.fromisoformat(day)) is worked


def test_no_break_is_longer_than_reckoned_with() -> None:
    worked = date(FIRST, 1, 1)
    for day in days(date(FIRST, 1, 1), date(LAST, 12, 31)):
        worked = day if workdays.is_workday(day) else worked
        assert day - worked < timedelta(days=workdays.LONGEST_BREAK)


@pytest.mark.parametrize(
    ("holiday", "first", "last"),
    [
        ("2026-10-01", "2026-10-01", "2026-10-07"),
        ("2025-10-06", "2025-10-01", "2025-10-08"),  # 中秋 within the National Day's
        ("2026-04-05", "2026-04-04", "2026-04-06"),
        ("2012-06-23", "2012-06-22", "2012-06-24"),  # 端午 on a Saturday, the Friday off for it
        ("2017-01-01", "2016-12-31", "2017-01-02"),
        ("2006-04-05", None, None),  # 清明 was no day off yet
        ("2026-03-07", None, None),  # a Saturday like any other
        ("2027-10-01", None, None),  # not announced yet
    ],
)
def test_the_days_off_in_a_row(holiday: str, first: str | None, last: str | None) -> None:
    expected = (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None
    assert workdays.days_off(date.fromisoformat(holiday)) == expected
