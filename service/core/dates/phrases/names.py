"""What the names of holidays say, and words of time that are no day of the calendar."""

from __future__ import annotations

import re

from service.core.dates import holidays
from service.core.dates.phrases.saying import one_date
from service.core.dates.phrases.tokens import Kind, Said
from service.core.dates.phrases.written import Unit, Written
from service.core.text.characters import plain


def nothing(_: re.Match[str]) -> Said:
    """No day of the calendar, or none that can be known from here: a lunar day, a fiscal quarter."""
    return Said(Kind.NOTHING)


_HOLIDAY_UNITS = {
    "周末": Unit.WEEKEND, "weekend": Unit.WEEKEND, "weekend of": Unit.WEEKEND, "前": Unit.BEFORE,
    "before": Unit.BEFORE, "by": Unit.BEFORE, "后": Unit.AFTER, "after": Unit.AFTER, "over": Unit.DAYS_OFF,
    "期间": Unit.DAYS_OFF, "假": Unit.DAYS_OFF, "假期": Unit.DAYS_OFF, "长假": Unit.DAYS_OFF,
    "黄金周": Unit.DAYS_OFF, "放假": Unit.DAYS_OFF,
}  # fmt: skip


def holiday_named(match: re.Match[str]) -> Said | None:
    """春节, Thanksgiving, and what they bound: 春节前, 国庆期间, Labor Day weekend, after Thanksgiving."""
    name = plain(match["name"]).lower()
    groups = match.groupdict()
    how = (groups["how"] or groups.get("before") or "").strip().lower()
    unit = next((_HOLIDAY_UNITS[end] for end in _HOLIDAY_UNITS if how.endswith(end)), Unit.DAY)
    if not how and not holidays.stands_alone(match.string, match.end()):
        return Said(Kind.NOTHING)
    return one_date(Written(unit, holiday=name))
