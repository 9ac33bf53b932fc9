"""What dates in numbers say: 2027-05-13, 8/25, 10/1/2027 - 10/7/2027, 23/Sep/2027."""

from __future__ import annotations

import re
from dataclasses import replace

from service.core.dates.numerals import en_number, number
from service.core.dates.phrases.other_languages import month_of
from service.core.dates.phrases.saying import (
    Build,
    month_en,
    one_date,
    one_day,
    two_digits,
    year_of,
)
from service.core.dates.phrases.tokens import Kind, Said
from service.core.dates.phrases.words import WEEKDAY_NAMES, one_of
from service.core.dates.phrases.written import Unit, Written


def ymd(match: re.Match[str]) -> Said | None:
    return one_day(int(match["y"]), int(match["m"]), int(match["d"]))


def roc_ymd(match: re.Match[str]) -> Said | None:
    """114/7/24(四): by the calendar of Taiwan, which counts from 1912."""
    return one_day(1911 + int(match["roc"]), int(match["m"]), int(match["d"]))


def days_dmy(match: re.Match[str]) -> Said | None:
    """12-15/08/2026."""
    year, month = int(match["y"]), int(match["m"])
    first, last = (one_day(year, month, int(match[day])) for day in ("d1", "d2"))
    if first is None or last is None or int(match["d2"]) <= int(match["d1"]):
        return None
    return Said(Kind.SPAN, first.dates + last.dates)


def dmy(match: re.Match[str]) -> Said | None:
    """Day first where points stand or only that is possible, month first where only that is. Where both
    are, it says so."""
    year = int(match["y"])
    if match["sep"] == "." and int(match["b"]) <= 12:
        return one_day(year, int(match["b"]), int(match["a"]))
    return _month_or_day_first(match["a"], match["b"], year)


def numeric_span(match: re.Match[str]) -> Said | None:
    """8/12-8/14, 14/8-16/8, 10.28-10.31, 4/28-29, 2026.7.15-7.18."""
    year = int(match["y"]) if match["y"] else None
    if year is None and match["sep"] == "." and _word_before(match):
        return None
    month, day = int(match["m"]), int(match["d"])
    last_month, last_day = int(match["m2"] or month), int(match["d2"])
    slashed = year is None and match["sep"] == "/" and match["m2"] is not None
    if slashed and month > 12 and last_month > 12:  # 14/7-16/7
        (month, day), (last_month, last_day) = (day, month), (last_day, last_month)
    either = slashed and max(month, day, last_month, last_day) <= 12
    first, last = one_day(year, month, day), one_day(year, last_month, last_day)
    if (
        first is None
        or last is None
        or (month <= last_month and (last_month, last_day) <= (month, day))
    ):
        return None
    dates = first.dates + last.dates
    if either:
        dates = tuple(replace(date, either_order=True) for date in dates)
    return Said(Kind.NUMERIC if year is None else Kind.SPAN, dates)


def other_language(match: re.Match[str]) -> Said | None:
    """15 juillet 2026, 3. März 2027."""
    month = month_of(match["word"])
    return one_day(int(match["y"]), month, int(match["d"])) if month else None


def short(match: re.Match[str]) -> Said | None:
    """03-21-28: only where no other order is possible."""
    a, b, c = match["a"], match["b"], match["c"]
    orders = {
        (2000 + int(year), int(month), int(day))
        for year, month, day in ((c, a, b), (c, b, a), (a, b, c))
        if 20 <= int(year) <= 60 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31
    }
    return one_day(*orders.pop()) if len(orders) == 1 else None


def compact(match: re.Match[str]) -> Said | None:
    text = match[0]
    return one_day(int(text[:4]), int(text[4:6]), int(text[6:]))


def month_day(match: re.Match[str]) -> Said | None:
    """8/25; 25/8 only where no month comes first, and never 24/7."""
    month, day = int(match["m"]), int(match["d"])
    if match["sep"] == "." and _word_before(match):
        return None  # at 10.1
    if match["sep"] == "-" and _WEEKDAY_BEFORE.search(match.string[: match.start()]):
        return None  # Monday 11-4: hours
    order = "month first" if day > 12 else ""
    if match["sep"] == "/" and month > 12 and match[0] != "24/7":
        month, day, order = day, month, "day first"
    made = one_day(None, month, day)
    if made and match["sep"] == "/" and month != day and day <= 12:
        made = one_date(replace(made.dates[0], either_order=True))
    return Said(Kind.NUMERIC, made.dates, word=order) if made else None


_WEEKDAY_BEFORE = re.compile(
    rf"\b(?:{one_of(WEEKDAY_NAMES)})(?: morning| afternoon| evening)? $", re.IGNORECASE
)
_A_WORD = re.compile(r"(?<![a-z])(?!(?:on|by|until|till|from|since|before|after|to|and)\b)[a-z]+ $")


def _word_before(match: re.Match[str]) -> bool:
    """Whether an English word stands before it, and none that a date may follow: 5.12 is a number there."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return _A_WORD.search(before) is not None and not _WEEKDAY_BEFORE.search(before)


def month_number(match: re.Match[str]) -> Said:
    kind = Kind.DATE if match["sep"] == "-" and len(match["m"]) == 2 else Kind.NUMERIC
    return Said(kind, (Written(Unit.MONTH, year=int(match["y"]), month=int(match["m"])),))


def years(match: re.Match[str]) -> Said | None:
    """2031-2034年."""
    first, last = int(match["y"]), int(match["y2"])
    if first >= last:
        return None
    return Said(Kind.SPAN, (Written(Unit.YEAR, year=first), Written(Unit.YEAR, year=last)))


def weak_years(match: re.Match[str]) -> Said | None:
    """2014-2018, which may be no years."""
    made = years(match)
    return replace(made, kind=Kind.NUMERIC, weak=True) if made else None


def either_day(match: re.Match[str]) -> Said | None:
    """3月20日或21日; June 3 or 4: one of the two."""
    words = match.groupdict()
    zh_month = words.get("month_zh")
    month = number(zh_month) if zh_month else month_en(match["month"])
    first, last = (
        number(day) if zh_month else en_number(day) for day in (match["d1"], match["d2"])
    )
    if not (1 <= month <= 12 and 1 <= first < last <= 31):
        return None
    dates = (Written(Unit.DAY, month=month, number=day) for day in (first, last))
    return Said(Kind.SPAN, tuple(year_of(match).of(day) for day in dates), either=True)


def full_span(match: re.Match[str]) -> Said | None:
    """2018/1/10-2018/7/10, 10/1/2018 - 10/7/2018, 5/1-5/7/2020."""
    said = match.groupdict()
    if said["y1"]:
        first, last = (one_day(*(int(said[key + n]) for key in "ymd")) for n in "12")
    else:
        year = int(said["c2"])
        first, last = (
            _month_or_day_first(said["a" + n], said["b" + n], int(said["c" + n] or year))
            for n in "12"
        )
    if first is None or last is None:
        return None
    one, two = first.dates[0], last.dates[0]
    if one.either_order != two.either_order:  # the one that is clear tells the order of both
        day_first = int(said["a2" if one.either_order else "a1"]) > 12
        one, two = one.ordered(day_first), two.ordered(day_first)
    return Said(Kind.SPAN, (one, two))


def _month_or_day_first(a: str, b: str, year: int) -> Said | None:
    one, two = int(a), int(b)
    if one > 12 >= two or one == two:
        return one_day(year, two, one)
    if two > 12 >= one:
        return one_day(year, one, two)
    if max(one, two) > 12 or not min(one, two):
        return None
    return one_date(Written(Unit.DAY, year=year, month=one, number=two, either_order=True))


def marked_month(match: re.Match[str]) -> Said | None:
    """Oct/2, 23/Sep/2020, 2020/Sep/23, Sep-23-2020, Dec/2018."""
    said = match.groupdict()
    month = month_en(said["month"])
    if said["day"] is None:
        return one_date(Written(Unit.MONTH, year=int(said["year"]), month=month))
    return one_day(two_digits(said["year"]), month, int(said["day"]))


def number_first(unit: Unit) -> Build:
    def build(match: re.Match[str]) -> Said:
        year, count = int(match["y"] or match["y2"]), int(match["q"] or match["q2"])
        return one_date(Written(unit, year=year if year > 99 else 2000 + year, number=count))

    return build
