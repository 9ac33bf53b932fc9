"""Working days of mainland China: its holidays and the weekend days that make up for them.

The State Council announces a year's days in the autumn before it; the package chinesecalendar holds
what was announced. For a year that it does not hold yet, Monday to Friday are working days, which
`horizon doctor` says.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from chinese_calendar import holidays, workdays

LONGEST_BREAK = 14
"""More days than ever were off in a row (10, over the Spring Festival of 2020)."""

_DAY = timedelta(days=1)


def is_workday(day: date) -> bool:
    """Whether mainland China works on that day."""
    # Not the package's own is_workday(): it refuses years without data, and looks for the first and
    # the last of them in each call.
    return day in workdays or (day.weekday() < 5 and day not in holidays)


@cache
def known_years() -> tuple[int, int]:
    """The first and the last year whose days are known, both inclusive."""
    return min(holidays).year, max(holidays).year


def days_off(holiday: date) -> tuple[date, date] | None:
    """The first and the last of the days off in a row around the holiday, weekends included.

    None where no days off were announced for it.
    """
    first, last = known_years()
    if is_workday(holiday) or not first <= holiday.year <= last:
        return None
    begin = end = holiday
    while not is_workday(begin - _DAY):
        begin -= _DAY
    while not is_workday(end + _DAY):
        end += _DAY
    # The holiday itself may be a Saturday, and a day beside it the one that is off for it.
    row = (begin + n * _DAY for n in range((end - begin).days + 1))
    return (begin, end) if any(day in holidays for day in row) else None
