"""What Chinese forms say."""

from __future__ import annotations

import re

from service.core.dates.numerals import number
from service.core.dates.phrases.saying import THIS_YEAR, Year, one_date, weekday_zh, year_of
from service.core.dates.phrases.tokens import Kind, Said
from service.core.dates.phrases.words import (
    MONTH_SHIFTS_ZH,
    REL_DAYS_ZH,
    SEASONS,
    SHIFTS_ZH,
    THIRDS,
    UNITS_ZH,
    N,
)
from service.core.dates.phrases.written import LAST, Unit, Written


def numeric_part(match: re.Match[str]) -> Said | None:
    month = int(match["m"])
    return one_date(third_of_month(match["part"].lstrip("月"), month)) if 1 <= month <= 12 else None


def zh(match: re.Match[str]) -> Said | None:
    """Year, month, and a day or part of the month."""
    year = year_of(match)
    months = None
    part = match["part"]
    if match["bare_month"]:  # 月底, 月初: of this month
        return None if year or part not in THIRDS else one_date(third_of_month(part, None, 0))
    if match["rel_month"] is not None:
        if year:
            return None
        months = MONTH_SHIFTS_ZH[match["rel_month"]]
    month = number(match["month"]) if match["month"] else None
    if month is not None and not 1 <= month <= 12:
        return None
    if match["to_month"]:
        last = number(match["to_month"])
        if not 1 <= last <= 12 or months is not None:
            return None
        return one_date(year.of(Written(Unit.MONTHS, month=month, number=last)))
    if match["day"]:
        day = number(match["day"])
        if not 1 <= day <= 31:
            return None
        return one_date(year.of(Written(Unit.DAY, month=month, months=months, number=day)))
    if not part:
        return one_date(year.of(Written(Unit.MONTH, month=month, months=months)))
    if part[0] in "第最":
        count = LAST if part[0] == "最" else number(part[1:].strip()[0])
        return one_date(year.of(Written(Unit.MONTH_WEEK, month=month, months=months, number=count)))
    return one_date(year.of(third_of_month(part, month, months)))


def third_of_month(part: str, month: int | None, months: int | None = None) -> Written:
    if part in ("上半月", "下半月"):
        unit, count = Unit.MONTH_HALF, 1 if part == "上半月" else 2
    else:
        unit, count = Unit.THIRD, THIRDS[part]
    return Written(unit, month=month, months=months, number=count)


def zh_part_of_year(match: re.Match[str]) -> Said:
    """A quarter or a half."""
    year = year_of(match)
    unit = Unit.QUARTER_END if match["quarter_end"] or match["rel_end"] else Unit.QUARTER
    if match["rel_quarter"]:
        return one_date(Written(unit, quarters=SHIFTS_ZH[match["rel_quarter"]]))
    if match["half"]:
        return one_date(year.of(Written(Unit.HALF, number=1 if match["half"] in "上前" else 2)))
    count = 1 if match["quarter"] == "首" else number(match["quarter"])
    return one_date(year.of(Written(unit, number=count)))


def zh_year_part(match: re.Match[str]) -> Said:
    unit = {"初": Unit.YEAR_START, "中": Unit.YEAR_MIDDLE, "底": Unit.YEAR_END, "末": Unit.YEAR_END,
            "尾": Unit.YEAR_END, "内": Unit.YEAR}[match["part"] or match["part2"]]  # fmt: skip
    year = year_of(match)
    if unit is Unit.YEAR and not year:
        year = THIS_YEAR
    return one_date(year.of(Written(unit)))


def zh_nth(match: re.Match[str]) -> Said | None:
    nth = {"首": 1, "末": 5, None: 5}.get(match["nth"]) or number(match["nth"])
    weekday = weekday_zh(match["weekday"])
    month = number(match["month"]) if match["month"] else None
    if month is not None and not 1 <= month <= 12:
        return None
    months = None if match["rel_month"] is None else SHIFTS_ZH[match["rel_month"]]
    return one_date(
        year_of(match).of(
            Written(Unit.DAY, month=month, months=months, number=nth, weekday=weekday)
        )
    )


def zh_listed(match: re.Match[str]) -> Said | None:
    """5月13日、14日 and the like."""
    month = number(match["month"])
    days = [number(text) for text in re.findall(N, match["days"])]
    if not 1 <= month <= 12 or not all(1 <= day <= 31 for day in days):
        return None
    listed = tuple(year_of(match).of(Written(Unit.DAY, month=month, number=day)) for day in days)
    if [d.number for d in listed] == list(range(days[0], days[0] + len(days))):
        return Said(Kind.SPAN, (listed[0], listed[-1]))
    return Said(Kind.LISTED, listed)


def zh_season(match: re.Match[str]) -> Said:
    year = year_of(match)
    if match["holiday"] == "暑" and match[0].endswith("期"):
        return one_date((year or THIS_YEAR).of(Written(Unit.SEASON, number=2)))
    if match["holiday"]:  # the summer's, the winter's of pupils: named by the year it is mostly in
        first = 7 if match["holiday"] == "暑" else 1
        months = Written(Unit.MONTHS, month=first, number=first + 1)
        return one_date((year or THIS_YEAR).of(months))
    if not year:
        year = Year(ahead={"今": 0, "明": 1, "去": -1}[match["short_year"]])
    return one_date(year.of(Written(Unit.SEASON, number=SEASONS[match["season"]])))


def zh_year(match: re.Match[str]) -> Said | None:
    if match["year"] and len(match["year"]) < 3:
        return None
    return one_date(year_of(match).of(Written(Unit.YEAR)))


def zh_week(match: re.Match[str]) -> Said | None:
    prefix, day = match["week"], match["weekday"]
    if day == "末":
        if prefix is None:
            return None
        monday = Written(Unit.WEEK, weeks=SHIFTS_ZH[prefix], weekday=5)
        return Said(Kind.SPAN, (monday, Written(Unit.WEEK, weeks=SHIFTS_ZH[prefix], weekday=6)))
    weekday = weekday_zh(day) if day else None
    if prefix is None:
        return Said(Kind.WEEKDAY, weekday=weekday) if weekday is not None else None
    if weekday is None:
        return one_date(Written(Unit.WEEK, weeks=SHIFTS_ZH[prefix]))
    return one_date(Written(Unit.DAY, weeks=SHIFTS_ZH[prefix], weekday=weekday))


def zh_relative(match: re.Match[str]) -> Said | None:
    text = match[0]
    if text == "当日":
        return None
    part = {"晚": "晚", "夜": "晚", "早": "早", "晨": "早"}.get(text[-1], "")
    return Said(Kind.DATE, (Written(Unit.DAY, days=REL_DAYS_ZH[text]),), word=part)


def zh_after(match: re.Match[str]) -> Said | None:
    within = match[0].endswith("内")
    if match["half"]:
        return Said(Kind.AFTER, number=6, word="months", within=within)
    return Said(
        Kind.AFTER, number=number(match["count"]), word=UNITS_ZH[match["span"]], within=within
    )


def zh_nth_of(match: re.Match[str]) -> Said | None:
    """第三周, 前两个月, 最后3周: of the stretch that stands before."""
    count = number(match["count"]) if match["count"] else 1
    unit = UNITS_ZH[match["unit"]]
    if match["lead"] == "第":
        return Said(Kind.NTH, number=count, word=unit)
    nth = 1 if match["lead"] in ("前", "头", "首") else LAST
    return Said(Kind.NTH, number=nth, count=count, word=unit)


def zh_ahead(match: re.Match[str]) -> Said | None:
    unit = UNITS_ZH[match["unit"]]
    return one_date(Written(Unit.AHEAD, plus=(number(match["count"]), unit)))


def month_parts(match: re.Match[str]) -> Said | None:
    """1月中旬至下旬."""
    month = number(match["month"])
    parts = [third_of_month(match[key], month) for key in ("part", "to_part")]
    if not 1 <= month <= 12 or parts[0].number >= parts[1].number:
        return None
    return Said(Kind.SPAN, tuple(year_of(match).of(part) for part in parts))


def every(match: re.Match[str]) -> Said:
    return Said(Kind.EVERY, word={"年": "YEARLY", "月": "MONTHLY"}[match["every"]])


def every_week(match: re.Match[str]) -> Said:
    return Said(Kind.EVERY, word="WEEKLY", weekday=weekday_zh(match["weekday"]))


def zh_days(match: re.Match[str]) -> Said | None:
    first, last = int(match["d1"]), int(match["d2"])
    if not 1 <= first < last <= 31:
        return None
    return Said(
        Kind.DAYS,
        (Written(Unit.DAY, number=first), Written(Unit.DAY, number=last)),
        weak=match["unit"] is None,
    )


def zh_day(match: re.Match[str]) -> Said | None:
    day = int(match["day"])
    return Said(Kind.DAY, number=day) if 1 <= day <= 31 else None


def half_month(match: re.Match[str]) -> Said:
    return one_date(third_of_month(match["part"], None, 0))


def half_week(match: re.Match[str]) -> Said:
    weeks = SHIFTS_ZH[match["week"]] if match["week"] else 0
    return one_date(Written(Unit.WEEK_PART, weeks=weeks, number=1 if match["part"] == "上" else 3))


def quarter_end(shift: int) -> Said:
    return one_date(Written(Unit.QUARTER_END, quarters=shift))


def this_and_next_year(_: re.Match[str]) -> Said:
    return Said(Kind.SPAN, (Written(Unit.YEAR, years=0), Written(Unit.YEAR, years=1)))
