"""A date as it is written, and what it means once the reference date is known.

`Written` holds only what the words say: "May" has a month and no year, "next Wednesday" a week and a
weekday. `resolve` adds the reference date. A year that is not written is the first that does not lie
behind it; what was said of the year nearby (a heading, an earlier date of the sentence) comes before.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

FIRST_YEAR, LAST_YEAR = 1970, 2199


class Unit(StrEnum):
    """What `Written.number` counts, or which stretch of time is meant."""

    DAY = "day"
    WEEK = "week"
    MONTH_WEEK = "week of month"
    THIRD = "third of month"
    MONTH_HALF = "half of month"
    MONTH = "month"
    MONTHS = "months"
    QUARTER = "quarter"
    QUARTER_END = "end of quarter"
    HALF = "half"
    SEASON = "season"
    YEAR_START = "start of year"
    YEAR_MIDDLE = "middle of year"
    YEAR_LATE = "late in year"
    YEAR_END = "end of year"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Written:
    """One date, or one stretch of time. Of the relative fields 0 is the reference date's own.

    A day with `weekday` and `number` is the number-th such weekday of its month (5: the last).
    `either_order`: 07/08/2026 was written, and is here read with the month first.
    """

    unit: Unit
    year: int | None = None
    month: int | None = None
    number: int = 0
    years: int | None = None
    months: int | None = None
    weeks: int | None = None
    days: int | None = None
    quarters: int | None = None
    weekday: int | None = None
    either_order: bool = False

    @property
    def year_said(self) -> bool:
        """Whether the words alone settle the year, given the reference date."""
        return self.year is not None or self.relative

    @property
    def relative(self) -> bool:
        return any(
            value is not None
            for value in (self.years, self.months, self.weeks, self.days, self.quarters)
        )

    @property
    def exact(self) -> bool:
        """Whether it names a day."""
        return self.unit is Unit.DAY

    def ordered(self, day_first: bool) -> Written:
        """With the order of day and month decided, where both are possible."""
        if not self.either_order:
            return self
        if day_first:
            return replace(self, either_order=False, month=self.number, number=self.month or 0)
        return replace(self, either_order=False)

    def in_month(self, year: int | None, month: int) -> Written:
        return replace(self, year=year, month=month)


class NoSuchDate(ValueError):
    """30 February, the 13th month, a year that is too far."""


def stretch(written: Written, today: date, year: int | None = None) -> tuple[date, date]:
    """First and last day of what is meant, in `year` where the words name none.

    Raises NoSuchDate.
    """
    try:
        return _stretch(written, today, year)
    except (ValueError, OverflowError) as fault:
        raise NoSuchDate(str(fault)) from None


def _stretch(w: Written, today: date, year: int | None) -> tuple[date, date]:
    if w.days is not None:
        return _one(today + timedelta(days=w.days))
    if w.weeks is not None:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=w.weeks)
        if w.weekday is not None:
            return _one(monday + timedelta(days=w.weekday))
        return monday, monday + timedelta(days=6)
    if w.weekday is not None and w.unit is Unit.DAY and not w.number and w.months is None:
        return _one(today + timedelta(days=(w.weekday - today.weekday()) % 7))
    if w.quarters is not None:
        index = today.year * 4 + (today.month - 1) // 3 + w.quarters
        return _months(index // 4, index % 4 * 3 + 1, 3)
    if w.months is not None:
        index = today.year * 12 + today.month - 1 + w.months
        w = replace(w, months=None, year=index // 12, month=index % 12 + 1)
    if w.years is not None:
        w = replace(w, years=None, year=today.year + w.years)
    year = w.year if w.year is not None else year
    if year is None:
        year = today.year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchDate(f"the year {year}")
    if w.unit in (Unit.YEAR, Unit.HALF, Unit.QUARTER, Unit.QUARTER_END, Unit.SEASON) or (
        w.unit in (Unit.YEAR_START, Unit.YEAR_MIDDLE, Unit.YEAR_LATE, Unit.YEAR_END)
    ):
        return _part_of_year(w, year)
    month = w.month or today.month
    last = monthrange(year, month)[1]
    if w.unit is Unit.DAY and w.weekday is not None:
        days = [day for day in range(1, last + 1) if date(year, month, day).weekday() == w.weekday]
        return _one(date(year, month, days[min(w.number, len(days)) - 1]))
    if w.unit is Unit.DAY:
        return _one(date(year, month, w.number))
    if w.unit is Unit.MONTHS:
        end = year + 1 if w.number < month else year
        return date(year, month, 1), date(end, w.number, monthrange(end, w.number)[1])
    first_day, last_day = {
        Unit.THIRD: {1: (1, 10), 2: (11, 20), 3: (21, last), 4: (11, last), 5: (1, 20)},
        Unit.MONTH_HALF: {1: (1, 15), 2: (16, last)},
        Unit.MONTH_WEEK: {n: (7 * n - 6, min(7 * n, last)) for n in range(1, 6)}
        | {6: (last - 6, last)},  # the last one
        Unit.MONTH: {0: (1, last)},
    }[w.unit][w.number]
    return date(year, month, first_day), date(year, month, last_day)


def _part_of_year(w: Written, year: int) -> tuple[date, date]:
    match w.unit:
        case Unit.QUARTER:
            return _months(year, 3 * w.number - 2, 3)
        case Unit.QUARTER_END:
            return _months(year, 3 * w.number, 1)
        case Unit.HALF:
            return _months(year, 6 * w.number - 5, 6)
        case Unit.SEASON:  # meteorological: whole months, winter into the next year
            if w.number == 4:
                return date(year, 12, 1), date(year + 1, 2, monthrange(year + 1, 2)[1])
            return _months(year, 3 * w.number, 3)
        case Unit.YEAR_START:
            return _months(year, 1, 3)
        case Unit.YEAR_MIDDLE:
            return _months(year, 6, 2)
        case Unit.YEAR_LATE:
            return _months(year, 10, 3)
        case Unit.YEAR_END:
            return _months(year, 12, 1)
        case _:
            return _months(year, 1, 12)


def _one(day: date) -> tuple[date, date]:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NoSuchDate(f"the year {day.year}")
    return day, day


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    end = month + count - 1
    return date(year, month, 1), date(year, end, monthrange(year, end)[1])
