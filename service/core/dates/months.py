"""Months: their English names, and how days are counted by them (the Gregorian calendar)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def shifted(year: int, month: int, by: int) -> tuple[int, int]:
    """Year and month that lie `by` months after these, before them where it is negative."""
    years, months = divmod(12 * year + month - 1 + by, 12)
    return years, months + 1


def length(year: int, month: int) -> int:
    """How many days it has."""
    return monthrange(year, month)[1]


def later(day: date, months: int) -> date:
    """The day so many months after it; where that month does not have it, its last day (one month after
    31 January is 28 or 29 February)."""
    year, month = shifted(day.year, day.month, months)
    return date(year, month, min(day.day, length(year, month)))


def first_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def last_of(day: date) -> date:
    """The last day of its month."""
    return first_of_next(day) - timedelta(days=1)


def first_of_next(day: date) -> date:
    """The first day of the month after its."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def span(year: int, first: int, count: int) -> tuple[date, date]:
    """The first and last day of so many months of one year."""
    last = first + count - 1
    return date(year, first, 1), date(year, last, length(year, last))
