"""A month as a sheet of weeks: bars over the days of what is dated, the undated ones apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.core.dates import months
from service.core.events.items import Item
from service.core.views.agenda import monday

MAX_LANES = 5


@dataclass(frozen=True)
class Bar:
    """One item's days within one week: from `column` (1 is Monday) over `span` days, in `lane`
    (0 is the topmost). `begins`, `ends`: whether its first and last day are in this week."""

    item: Item
    column: int
    span: int
    lane: int
    begins: bool
    ends: bool


@dataclass(frozen=True)
class Week:
    """`more`: for each of the days, how many items have no lane left to be drawn in."""

    days: tuple[date, ...]
    bars: tuple[Bar, ...]
    more: tuple[int, ...]


@dataclass(frozen=True)
class Sheet:
    """All weeks that touch the month, and the events of which only a window is known."""

    first: date
    last: date
    weeks: tuple[Week, ...]
    undated: tuple[Item, ...]


def bounds(day: date) -> tuple[date, date]:
    """The first and last day that the sheet of the day's month shows."""
    first = monday(months.first_of(day))
    last = monday(months.last_of(day)) + timedelta(days=6)
    return first, last


def sheet(found: Sequence[Item], day: date) -> Sheet:
    """The sheet of the day's month, from items that touch its bounds."""
    first, last = bounds(day)
    dated = [item for item in found if item.when.dated]
    starts = range((last - first).days // 7 + 1)
    month_first, month_last = months.first_of(day), months.last_of(day)
    return Sheet(
        month_first,
        month_last,
        tuple(_week(dated, first + timedelta(days=7 * number)) for number in starts),
        tuple(
            item
            for item in found
            if not item.when.dated and item.first <= month_last and item.last >= month_first
        ),
    )


def _week(dated: Sequence[Item], start: date) -> Week:
    end = start + timedelta(days=6)
    held = [item for item in dated if item.first <= end and item.last >= start]
    # Longer ones on top, so that a bar of several weeks stays where it is.
    held.sort(key=lambda item: (max(item.first, start), min(start, item.first), -_days(item)))
    free = [0] * MAX_LANES  # the first column that is free, by lane
    bars, more = [], [0] * 7
    for item in held:
        column = max((item.first - start).days, 0)
        last = min((item.last - start).days, 6)
        lane = next((n for n, taken in enumerate(free) if taken <= column), None)
        if lane is None:
            for number in range(column, last + 1):
                more[number] += 1
            continue
        free[lane] = last + 1
        span = last - column + 1
        bars.append(Bar(item, column + 1, span, lane, item.first >= start, item.last <= end))
    days = tuple(start + timedelta(days=number) for number in range(7))
    return Week(days, tuple(bars), tuple(more))


def _days(item: Item) -> int:
    return (item.last - item.first).days
