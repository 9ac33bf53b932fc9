"""A date as it is written, and what it means once the reference date is known.

`Written` holds only what the words say: "May" has a month and no year, "next Wednesday" a week and a
weekday. `resolve` adds the reference date. A year that is not written is the first that does not lie
behind it; what was said of the year nearby (a heading, an earlier date of the sentence) comes before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from service.core.dates import holidays, months

FIRST_YEAR, LAST_YEAR = 1970, 2199


class Unit(StrEnum):
    """What `Written.number` counts, or which stretch of time is meant."""

    DAY = "day"
    WEEK = "week"
    WEEK_PART = "part of week"
    MONTH_WEEK = "week of month"
    YEAR_WEEK = "week of year"
    WEEKEND = "weekend of a holiday"
    DAYS_OFF = "days off around a holiday"
    BEFORE = "from now to a holiday"
    AFTER = "a week after a holiday"
    LATER = "what is left of it"
    AHEAD = "so long from tomorrow on"
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
    `count`: so many weeks from the number-th on (LAST: up to the last).
    `holiday`: its name in holidays.py, of the year.
    `plus`: so long after the date (before it, where it is less than 0): a number, and its unit.
    `next_named`: next June, of which nobody knows in March whose June it is.
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
    count: int = 1
    holiday: str = ""
    plus: tuple[int, str] | None = None
    either_order: bool = False
    next_named: bool = False

    @property
    def year_said(self) -> bool:
        """Whether the words alone settle the year, given the reference date."""
        return self.year is not None or self.relative

    @property
    def relative(self) -> bool:
        return self.unit is Unit.AHEAD or any(
            value is not None
            for value in (self.years, self.months, self.weeks, self.days, self.quarters)
        )

    @property
    def exact(self) -> bool:
        """Whether it names a day."""
        of_a_week = self.unit in (Unit.MONTH_WEEK, Unit.YEAR_WEEK) and self.weekday is not None
        return self.unit is Unit.DAY or of_a_week

    def ordered(self, day_first: bool) -> Written:
        """With the order of day and month decided, where both are possible."""
        if not self.either_order:
            return self
        if day_first:
            return replace(self, either_order=False, month=self.number, number=self.month or 0)
        return replace(self, either_order=False)

    def in_month(self, year: int | None, month: int) -> Written:
        return replace(self, year=year, month=month)

    @property
    def bare_month(self) -> bool:
        """A month, no part of it: a day of it may stand beside it."""
        return self.unit is Unit.MONTH and (self.month is not None or self.months is not None)


# Days of the whole week, early, in the middle of and late in it, and its working days
_PARTS_OF_WEEK = {0: (0, 6), 1: (0, 2), 2: (1, 3), 3: (3, 6), 4: (0, 4)}
LAST = 6  # the last week of a month or year


class NoSuchDate(ValueError):
    """30 February, the 13th month, a year that is too far."""


def stretch(
    written: Written, today: date, year: int | None = None, zone: str = ""
) -> tuple[date, date]:
    """First and last day of what is meant, in `year` where the words name none. `zone`, an IANA name, tells
    whose holidays are meant where they differ.

    Raises NoSuchDate.
    """
    try:
        first, last = (
            _holiday(written, today, year, zone)
            if written.holiday
            else _stretch(written, today, year)
        )
        if written.plus is None or written.unit is Unit.AHEAD:
            return first, last
        return later(first, *written.plus), later(last, *written.plus)
    except (ValueError, OverflowError) as fault:
        raise NoSuchDate(str(fault)) from None


def _holiday(w: Written, today: date, year: int | None, zone: str) -> tuple[date, date]:
    named = holidays.named(w.holiday)
    if named is None:
        raise NoSuchDate(w.holiday)
    year = today.year + w.years if w.years is not None else w.year or year or today.year
    day = holidays.day_of(named, year, zone)
    if w.unit is Unit.WEEKEND:
        period = holidays.weekend_of(named, year, zone)
    else:
        period = holidays.period_of(named, year) if w.unit is not Unit.DAY else None
    if day is None or (period is None and w.unit in (Unit.WEEKEND, Unit.DAYS_OFF)):
        raise NoSuchDate(w.holiday)
    first, last = (period.first, period.last) if period else (day, day)
    match w.unit:
        case Unit.BEFORE:
            return min(today, first - timedelta(days=1)), first - timedelta(days=1)
        case Unit.AFTER:
            return last + timedelta(days=1), last + timedelta(days=7)
        case _:
            return first, last


def later(day: date, count: int, unit: str) -> date:
    """The day so many days, weeks, fortnights, months or years after it (before it: less than 0); of a
    shorter month the last day. Raises NoSuchDate for another unit, such as working days, which everyone
    counts differently."""
    match unit:
        case "days":
            return day + timedelta(days=count)
        case "weeks":
            return day + timedelta(weeks=count)
        case "fortnights":
            return day + timedelta(weeks=2 * count)
        case "months" | "years":
            return months.later(day, 12 * count if unit == "years" else count)
        case _:
            raise NoSuchDate(f"so many {unit}")


def _ahead(today: date, count: int, unit: str) -> tuple[date, date]:
    """The next three weeks: from tomorrow on; quarters are whole ones."""
    if unit == "quarters":
        index = today.year * 4 + (today.month - 1) // 3 + 1
        first = date(index // 4, index % 4 * 3 + 1, 1)
        return first, later(first, 3 * count, "months") - timedelta(days=1)
    return today + timedelta(days=1), later(today, count, unit)


def _of_week(w: Written, first: date, last: date) -> tuple[date, date]:
    return (first, last) if w.weekday is None else _one(first + timedelta(days=w.weekday))


def _weeks(first: date, last: date, number: int, count: int) -> tuple[date, date]:
    """Of the weeks, Monday to Sunday, that have their Thursday in the stretch (ISO 8601): `count` of them
    from the number-th on, or the last ones."""
    thursday = first + timedelta(days=(3 - first.weekday()) % 7)
    if number == LAST:
        end = last - timedelta(days=(last.weekday() - 3) % 7)
        thursday = end - timedelta(weeks=count - 1)
    else:
        thursday += timedelta(weeks=number - 1)
        end = thursday + timedelta(weeks=count - 1)
        if end > last:
            raise NoSuchDate(f"there is no week {number}")
    return thursday - timedelta(days=3), end + timedelta(days=3)


def _stretch(w: Written, today: date, year: int | None) -> tuple[date, date]:
    if (near := _from_today(w, today)) is not None:
        return near
    if w.months is not None:
        of_year, month = months.shifted(today.year, today.month, w.months)
        w = replace(w, months=None, year=of_year, month=month)
    if w.unit is Unit.SEASON and w.number == 4 and w.years == 0 and today.month <= 2:
        w = replace(w, years=-1)  # this winter has begun in the year before
    if w.next_named and w.month is not None and w.month > today.month:
        raise NoSuchDate("this year's or the next one's")
    if w.years is not None:
        w = replace(w, years=None, year=today.year + w.years)
    year = w.year if w.year is not None else year
    if year is None:
        year = today.year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchDate(f"the year {year}")
    if w.unit in _OF_YEAR:
        return _part_of_year(w, year)
    return _part_of_month(w, year, w.month or today.month, today)


def _from_today(w: Written, today: date) -> tuple[date, date] | None:
    """What is so many days, weeks or quarters from the reference date; None of all else."""
    if w.days is not None:
        day = today + timedelta(days=w.days)
        if w.weekday is not None:  # the first such weekday from then on
            day += timedelta(days=(w.weekday - day.weekday()) % 7)
        return _one(day)
    if w.weeks is not None:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=w.weeks)
        if w.weekday is not None:
            return _one(monday + timedelta(days=w.weekday))
        if w.unit is Unit.LATER:
            return today, monday + timedelta(days=6)
        begins, ends = _PARTS_OF_WEEK[w.number if w.unit is Unit.WEEK_PART else 0]
        return monday + timedelta(days=begins), monday + timedelta(days=ends)
    if w.unit is Unit.AHEAD:
        assert w.plus is not None
        return _ahead(today, *w.plus)
    if w.weekday is not None and w.unit is Unit.DAY and not w.number and w.months is None:
        return _one(today + timedelta(days=(w.weekday - today.weekday()) % 7))
    if w.quarters is not None:
        index = today.year * 4 + (today.month - 1) // 3 + w.quarters
        quarter = Written(w.unit, year=index // 4, number=index % 4 + 1)
        return _part_of_year(quarter, index // 4)
    return None


def _part_of_month(w: Written, year: int, month: int, today: date) -> tuple[date, date]:
    last = months.length(year, month)
    first_of_month, last_of_month = date(year, month, 1), date(year, month, last)
    if w.unit is Unit.DAY and w.weekday is not None:
        days = [day for day in range(1, last + 1) if date(year, month, day).weekday() == w.weekday]
        return _one(date(year, month, days[min(w.number, len(days)) - 1]))
    if w.unit is Unit.DAY:
        return _one(date(year, month, w.number))
    if w.unit is Unit.MONTHS:
        end = year + 1 if w.number < month else year
        return first_of_month, date(end, w.number, months.length(end, w.number))
    if w.unit is Unit.MONTH_WEEK:
        return _of_week(w, *_weeks(first_of_month, last_of_month, w.number, w.count))
    if w.unit is Unit.LATER:
        return max(today, first_of_month), last_of_month
    first_day, last_day = {
        Unit.THIRD: {1: (1, 10), 2: (11, 20), 3: (21, last), 4: (11, last), 5: (1, 20)},
        Unit.MONTH_HALF: {1: (1, 15), 2: (16, last)},
        Unit.MONTH: {0: (1, last)},
    }[w.unit][w.number]
    return date(year, month, first_day), date(year, month, last_day)


_OF_YEAR = (
    Unit.YEAR, Unit.HALF, Unit.QUARTER, Unit.QUARTER_END, Unit.SEASON, Unit.YEAR_START, Unit.YEAR_MIDDLE,
    Unit.YEAR_LATE, Unit.YEAR_END, Unit.YEAR_WEEK,
)  # fmt: skip


def _part_of_year(w: Written, year: int) -> tuple[date, date]:
    match w.unit:
        case Unit.YEAR_WEEK:
            return _of_week(w, *_weeks(date(year, 1, 1), date(year, 12, 31), w.number, w.count))
        case Unit.QUARTER:
            return months.span(year, 3 * w.number - 2, 3)
        case Unit.QUARTER_END:
            return months.span(year, 3 * w.number, 1)
        case Unit.HALF:
            return months.span(year, 6 * w.number - 5, 6)
        case Unit.SEASON:  # meteorological: whole months, winter into the next year
            if w.number == 4:
                return date(year, 12, 1), date(year + 1, 2, months.length(year + 1, 2))
            return months.span(year, 3 * w.number, 3)
        case Unit.YEAR_START:
            return months.span(year, 1, 3)
        case Unit.YEAR_MIDDLE:
            return months.span(year, 6, 2)
        case Unit.YEAR_LATE:
            return months.span(year, 10, 3)
        case Unit.YEAR_END:
            return months.span(year, 12, 1)
        case _:
            return months.span(year, 1, 12)


def _one(day: date) -> tuple[date, date]:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NoSuchDate(f"the year {day.year}")
    return day, day
