"""What a form says: for each, how its match is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from service.core.dates import holidays
from service.core.dates.phrases.other_languages import month_of
from service.core.dates.phrases.tokens import Kind, Said
from service.core.dates.phrases.words import (
    MONTH_NAMES,
    MONTH_SHIFTS_ZH,
    ORDINALS,
    PARTS_EN,
    PARTS_OF_DAY,
    REL_DAYS_EN,
    REL_DAYS_ZH,
    REL_YEARS_EN,
    REL_YEARS_ZH,
    SEASONS,
    SHIFTS_ZH,
    THIRDS,
    UNITS_EN,
    UNITS_ZH,
    WEEKDAY_NAMES,
    ZONES,
    N,
    en_number,
    number,
    one_of,
)
from service.core.dates.phrases.written import LAST, Unit, Written
from service.core.text.characters import plain

Build = Callable[[re.Match[str]], Said | None]


@dataclass(frozen=True, slots=True)
class _Year:
    """The year that a form names: its number, or how many years from the reference date's."""

    number: int | None = None
    ahead: int | None = None

    def __bool__(self) -> bool:
        return self.number is not None or self.ahead is not None

    def of(self, written: Written) -> Written:
        return replace(written, year=self.number, years=self.ahead) if self else written


_THIS_YEAR = _Year(ahead=0)


def _year(match: re.Match[str]) -> _Year:
    said = match.groupdict()
    if said.get("year"):
        return _Year(_whole_year(number(said["year"].lstrip("'"))))
    if republic := said.get("roc") or said.get("roc_bare"):
        return _Year(1911 + int(republic))
    return (
        _Year(ahead=(REL_YEARS_ZH | REL_YEARS_EN)[said["rel_year"].lower()])
        if said.get("rel_year")
        else _Year()
    )


def _date(written: Written) -> Said:
    return Said(Kind.DATE, (written,))


def _month_en(text: str) -> int:
    return MONTH_NAMES[text.lower().rstrip(".")]


def _weekday_zh(text: str) -> int:
    return min("一二三四五六日天".index(text), 6)


def _weekday_en(text: str) -> int:
    return WEEKDAY_NAMES[text.lower().rstrip(".")]


def ymd(match: re.Match[str]) -> Said | None:
    return _day(int(match["y"]), int(match["m"]), int(match["d"]))


def _day(year: int | None, month: int, day: int) -> Said | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return _date(Written(Unit.DAY, year=year, month=month, number=day))


def dmy(match: re.Match[str]) -> Said | None:
    """Day first where points stand or only that is possible, month first where only that is. Where both
    are, it says so."""
    year = int(match["y"])
    if match["sep"] == "." and int(match["b"]) <= 12:
        return _day(year, int(match["b"]), int(match["a"]))
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
    first, last = _day(year, month, day), _day(year, last_month, last_day)
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
    return _day(int(match["y"]), month, int(match["d"])) if month else None


def short(match: re.Match[str]) -> Said | None:
    """03-21-28: only where no other order is possible."""
    a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
    orders = {
        (2000 + year, month, day)
        for year, month, day in ((c, a, b), (c, b, a), (a, b, c))
        if 20 <= year <= 60 and 1 <= month <= 12 and 1 <= day <= 31
    }
    return _day(*orders.pop()) if len(orders) == 1 else None


def compact(match: re.Match[str]) -> Said | None:
    text = match[0]
    return _day(int(text[:4]), int(text[4:6]), int(text[6:]))


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
    made = _day(None, month, day)
    if made and match["sep"] == "/" and month != day and day <= 12:
        made = _date(replace(made.dates[0], either_order=True))
    return Said(Kind.NUMERIC, made.dates, word=order) if made else None


_WEEKDAY_BEFORE = re.compile(
    rf"\b(?:{one_of(WEEKDAY_NAMES)})(?: morning| afternoon| evening)? $", re.IGNORECASE
)


_A_WORD = re.compile(r"(?<![a-z])(?!(?:on|by|until|till|from|since|before|after|to|and)\b)[a-z]+ $")


def _word_before(match: re.Match[str]) -> bool:
    """Whether an English word stands before it, and none that a date may follow: 5.12 is a number there."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    return _A_WORD.search(before) is not None and not _WEEKDAY_BEFORE.search(before)


def numeric_part(match: re.Match[str]) -> Said | None:
    month = int(match["m"])
    return _date(_third(match["part"].lstrip("月"), month)) if 1 <= month <= 12 else None


def month_number(match: re.Match[str]) -> Said:
    kind = Kind.DATE if match["sep"] == "-" and len(match["m"]) == 2 else Kind.NUMERIC
    return Said(kind, (Written(Unit.MONTH, year=int(match["y"]), month=int(match["m"])),))


def zh(match: re.Match[str]) -> Said | None:
    """Year, month, and a day or part of the month."""
    year = _year(match)
    months = None
    part = match["part"]
    if match["bare_month"]:  # 月底, 月初: of this month
        return None if year or part not in THIRDS else _date(_third(part, None, 0))
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
        return _date(year.of(Written(Unit.MONTHS, month=month, number=last)))
    if match["day"]:
        day = number(match["day"])
        if not 1 <= day <= 31:
            return None
        return _date(year.of(Written(Unit.DAY, month=month, months=months, number=day)))
    if not part:
        return _date(year.of(Written(Unit.MONTH, month=month, months=months)))
    if part[0] in "第最":
        count = LAST if part[0] == "最" else number(part[1:].strip()[0])
        return _date(year.of(Written(Unit.MONTH_WEEK, month=month, months=months, number=count)))
    return _date(year.of(_third(part, month, months)))


def _third(part: str, month: int | None, months: int | None = None) -> Written:
    if part in ("上半月", "下半月"):
        unit, count = Unit.MONTH_HALF, 1 if part == "上半月" else 2
    else:
        unit, count = Unit.THIRD, THIRDS[part]
    return Written(unit, month=month, months=months, number=count)


def zh_part_of_year(match: re.Match[str]) -> Said:
    """A quarter or a half."""
    year = _year(match)
    unit = Unit.QUARTER_END if match["quarter_end"] or match["rel_end"] else Unit.QUARTER
    if match["rel_quarter"]:
        return _date(Written(unit, quarters=SHIFTS_ZH[match["rel_quarter"]]))
    if match["half"]:
        return _date(year.of(Written(Unit.HALF, number=1 if match["half"] in "上前" else 2)))
    count = 1 if match["quarter"] == "首" else number(match["quarter"])
    return _date(year.of(Written(unit, number=count)))


def zh_year_part(match: re.Match[str]) -> Said:
    unit = {"初": Unit.YEAR_START, "中": Unit.YEAR_MIDDLE, "底": Unit.YEAR_END, "末": Unit.YEAR_END,
            "尾": Unit.YEAR_END, "内": Unit.YEAR}[match["part"] or match["part2"]]  # fmt: skip
    year = _year(match)
    if unit is Unit.YEAR and not year:
        year = _THIS_YEAR
    return _date(year.of(Written(unit)))


def zh_nth(match: re.Match[str]) -> Said | None:
    nth = {"首": 1, "末": 5, None: 5}.get(match["nth"]) or number(match["nth"])
    weekday = _weekday_zh(match["weekday"])
    month = number(match["month"]) if match["month"] else None
    if month is not None and not 1 <= month <= 12:
        return None
    months = None if match["rel_month"] is None else SHIFTS_ZH[match["rel_month"]]
    return _date(
        _year(match).of(Written(Unit.DAY, month=month, months=months, number=nth, weekday=weekday))
    )


def en_nth(match: re.Match[str]) -> Said | None:
    nth = 5 if match["nth"].lower() in ("last", "final") else en_number(match["nth"])
    if nth > 5:
        return None
    months = None if match["rel"] is None else (0 if match["rel"].lower() == "this" else 1)
    month = _month_en(match["month"]) if match["month"] else None
    return _date(
        _year(match).of(
            Written(
                Unit.DAY,
                month=month,
                months=months,
                number=nth,
                weekday=_weekday_en(match["weekday"]),
            )
        )
    )


def zh_listed(match: re.Match[str]) -> Said | None:
    """5月13日、14日 and the like."""
    month = number(match["month"])
    days = [number(text) for text in re.findall(N, match["days"])]
    if not 1 <= month <= 12 or not all(1 <= day <= 31 for day in days):
        return None
    listed = tuple(_year(match).of(Written(Unit.DAY, month=month, number=day)) for day in days)
    if [d.number for d in listed] == list(range(days[0], days[0] + len(days))):
        return Said(Kind.SPAN, (listed[0], listed[-1]))
    return Said(Kind.LISTED, listed)


def en_listed(match: re.Match[str]) -> Said | None:
    """June 3, 10 and 17; 3, 10 and 17 June."""
    month = _month_en(match["month"])
    days = [int(text) for text in re.findall(r"[0-9]+", match["days"])]
    if not all(1 <= day <= 31 for day in days) or sorted(set(days)) != days:
        return None
    year = _year(match)
    return Said(
        Kind.LISTED, tuple(year.of(Written(Unit.DAY, month=month, number=day)) for day in days)
    )


def zh_season(match: re.Match[str]) -> Said:
    year = _year(match)
    if match["holiday"]:
        number_ = 2 if match["holiday"] == "暑" else 4
        return _date((year or _THIS_YEAR).of(Written(Unit.SEASON, number=number_)))
    if not year:
        year = _Year(ahead={"今": 0, "明": 1, "去": -1}[match["short_year"]])
    return _date(year.of(Written(Unit.SEASON, number=SEASONS[match["season"]])))


def zh_year(match: re.Match[str]) -> Said | None:
    if match["year"] and len(match["year"]) < 3:
        return None
    return _date(_year(match).of(Written(Unit.YEAR)))


def zh_week(match: re.Match[str]) -> Said | None:
    prefix, day = match["week"], match["weekday"]
    if day == "末":
        if prefix is None:
            return None
        monday = Written(Unit.WEEK, weeks=SHIFTS_ZH[prefix], weekday=5)
        return Said(Kind.SPAN, (monday, Written(Unit.WEEK, weeks=SHIFTS_ZH[prefix], weekday=6)))
    weekday = _weekday_zh(day) if day else None
    if prefix is None:
        return Said(Kind.WEEKDAY, weekday=weekday) if weekday is not None else None
    if weekday is None:
        return _date(Written(Unit.WEEK, weeks=SHIFTS_ZH[prefix]))
    return _date(Written(Unit.DAY, weeks=SHIFTS_ZH[prefix], weekday=weekday))


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


def zh_clock(match: re.Match[str]) -> Said | None:
    hour = number(match["hour"])
    minute = 0
    numeral = not match["hour"].isascii()
    if numeral and not (
        match["part"] or match["half"] or match["quarter"] or match["minute"] or "整" in match[0]
        or "正" in match[0] or hour == 0
    ):  # fmt: skip
        return None  # 三点建议
    if match["minute"]:
        minute = number(match["minute"])
    elif match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 * number(match["quarter"])
    elif match["m2"]:
        minute = int(match["m2"])
    value = _minutes(hour, minute)
    if value is None:
        return None
    part = match["part"]
    if part:
        return Said(Kind.CLOCK, minutes=(in_part(value, part),), word=part)
    return Said(Kind.CLOCK, minutes=(value,), weak=_half_open(match["hour"]))


def _minutes(hour: int, minute: int) -> int | None:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return hour * 60 + minute


def _half_open(hour: str) -> bool:
    """Whether 8 may be 20: not 08, not 13."""
    return hour[0] not in "0零〇" and number(hour) <= 12


def in_part(minutes: int, part: str) -> int:
    """A clock time in minutes, by the part of day beside it: 晚上8点, 8 in the evening."""
    hour, minute = divmod(minutes, 60)
    begins = PARTS_OF_DAY[part] if part in PARTS_OF_DAY else PARTS_EN[part]
    small_hours = begins == 18 and hour < 5
    if (begins >= 12 and hour < 12 and not small_hours) or (begins == 11 and hour < 5):
        hour += 12
    elif begins >= 18 and hour == 12:
        hour = 24
    elif (begins == 0 or part == "morning") and hour == 12:
        hour = 0
    return hour * 60 + (minute if hour < 24 else 0)


def _en_minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    h, m = en_number(hour.strip()), int(minute or 0)
    if half:
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half[0].lower() == "p" else 0)
    return _minutes(h, m)


def en_clock(match: re.Match[str]) -> Said | None:
    value = _en_minutes(match["hour"], match["minute"], match["half"])
    return None if value is None else Said(Kind.CLOCK, minutes=(value,))


def en_clocks(match: re.Match[str]) -> Said | None:
    """10-11:30 a.m.: the half of the day stands once, and the first may lie before noon (11-1 p.m.)."""
    if match["and"] and not match.string[: match.start()].lower().endswith("between "):
        return None
    last = _en_minutes(match["h2"], match["m2"], match["half"])
    first = _en_minutes(match["h1"], match["m1"], match["half"])
    if first is None or last is None:
        return None
    if first >= last:
        first = _en_minutes(match["h1"], match["m1"], "a") or 0
    return Said(Kind.CLOCKS, minutes=(first, last))


def en_noon(match: re.Match[str]) -> Said:
    return Said(Kind.CLOCK, minutes=(24 * 60 if "midnight" in match[0].lower() else 12 * 60,))


def military(match: re.Match[str]) -> Said | None:
    """1900-2130 hours, 0930 hrs."""
    times = [
        _minutes(int(text[:2]), int(text[2:])) for text in (match["from"], match["to"]) if text
    ]
    if None in times:
        return None
    minutes = tuple(time for time in times if time is not None)
    return Said(Kind.CLOCKS if len(minutes) == 2 else Kind.CLOCK, minutes=minutes)


def bare_hour(match: re.Match[str]) -> Said | None:
    """At 8, 9 tomorrow evening: a time only beside a part of the day; at 5, which nobody begins before dawn."""
    hour = en_number(match["hour"])
    afternoon = hour <= 6 and match[0][:1].isalpha()
    return Said(
        Kind.CLOCK, minutes=(hour * 60,), weak=True, word="afternoon" if afternoon else "bare"
    )


def clock_span(match: re.Match[str]) -> Said | None:
    """Between 9:30 and 11:00."""
    values = [_minutes(int(match[h]), int(match[m])) for h, m in (("h1", "m1"), ("h2", "m2"))]
    minutes = tuple(value for value in values if value is not None)
    if len(minutes) < 2 or minutes[0] >= minutes[1]:
        return None
    return Said(Kind.CLOCKS, minutes=minutes, weak=_half_open(match["h1"]) and minutes[1] <= 720)


def bare_hours(match: re.Match[str]) -> Said | None:
    """From 7 to 9, between 10 and 11:30."""
    values = [
        _minutes(en_number(match[h]), int(match[m] or 0)) for h, m in (("h1", "m1"), ("h2", "m2"))
    ]
    minutes = tuple(value for value in values if value is not None)
    if len(minutes) < 2 or minutes[0] >= minutes[1]:
        return None
    return Said(Kind.CLOCKS, minutes=minutes, weak=True, word="bare")


def en_days(match: re.Match[str]) -> Said | None:
    """July 15th, 2026; June 16-18; 24-26 June; June 2 and 3."""
    month, first = _month_en(match["month"]), int(match["d1"])
    year = _year(match)
    if not 1 <= first <= 31 or match["month"] == "may":
        return None
    one = year.of(Written(Unit.DAY, month=month, number=first))
    if not match["d2"]:
        return _date(one)
    last = int(match["d2"])
    if not 1 <= last <= 31:
        return None
    other = year.of(Written(Unit.DAY, month=month, number=last))
    if match["to"].strip().lower() in ("and", "&", ",", "/") and last != first + 1:
        return Said(Kind.LISTED, (one, other))
    if last < first:
        return None
    return Said(Kind.SPAN, (one, other))


_PARTS_EN = {
    "early": 1, "beginning": 1, "start": 1, "begin": 1, "mid": 2, "middle": 2, "late": 3, "end": 3, "later": 0,
}  # fmt: skip


def _en_part(text: str | None) -> int:
    said = (text or "").lower()
    if "later" in said:
        return 0  # later this year: any day that is left of it
    if "to" in said:
        return 5 if "early" in said else 4  # early to mid, mid to late
    return next((part for word, part in _PARTS_EN.items() if word in said), 0)


def en_month(match: re.Match[str]) -> Said | None:
    bare = not (match["part"] or match["year"] or match["rel_year"] or match["rel"])
    if bare and match["month"] in ("may", "march", "mar", "dec", "jan", "sept", "sep"):
        before = match.string[max(0, match.start() - 7) : match.start()]
        if not _IN_BEFORE.search(before):
            return None  # the verbs, and what is no English
    if bare and (_is_name(match) or _is_verb(match)):
        return None
    part = _en_part(match["part"])
    unit = Unit.THIRD if part else Unit.MONTH
    month = Written(unit, month=_month_en(match["month"]), number=part)
    if match["rel"]:
        shift = REL_YEARS_EN[match["rel"].lower()]
        return _date(replace(month, years=shift, next_named=shift == 1))
    return _date(_year(match).of(month))


# in May, by June
_TIME_WORD_BEFORE = re.compile(
    (
        r"\b(?:in|by|during|until|till|before|from|since|for|to|of|through|late|early|mid|this|next"
        r"|on)[ -]$"
    ),
    re.IGNORECASE,
)
_IN_BEFORE = re.compile(r"\b(?:in|by|until|during|since) $", re.IGNORECASE)
_INITIAL = re.compile(r"\b[A-Z]\. ?$")  # A. May
_SURNAME = re.compile(r" [A-Z][a-z]{2,}")


def _is_name(match: re.Match[str]) -> bool:
    """April Dunn, May Okonjo, Jan Verbeke, 12 March Row: a name stands behind, no word for time before."""
    text, start, end = match.string, match.start(), match.end()
    if match["month"].lower() not in (
        "april",
        "may",
        "june",
        "jan",
        "august",
        "march",
        "jun",
        "mar",
    ):
        return False
    if _TIME_WORD_BEFORE.search(text[max(0, start - 8) : start]):
        return False
    if _INITIAL.search(text, max(0, start - 4), start):
        return True
    return _SURNAME.match(text[end : end + 6]) is not None


_VERB = re.compile(
    r" (?!(?:the|twenty|thirty|and|or|to|through|thru|until|till|of|in|at|is|will)\b)[a-z]"
)
_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?:;]) ?$")


def _is_verb(match: re.Match[str]) -> bool:
    """May we remind you; March past it: at the beginning of a sentence, a word behind."""
    text, start, end = match.string, match.start(), match.end()
    return (
        match["month"].lower() in ("may", "march")
        and _VERB.match(text, end) is not None
        and _SENTENCE_BEFORE.search(text[max(0, start - 2) : start]) is not None
    )


def en_months(match: re.Match[str]) -> Said:
    first, last = _month_en(match["m1"]), _month_en(match["m2"])
    year = _year(match)
    if last < first and year.number is not None:
        year = _Year(year.number - 1)  # December to May 2025
    return _date(year.of(Written(Unit.MONTHS, month=first, number=last)))


def en_quarter(match: re.Match[str]) -> Said | None:
    text = match["q"] or match["q2"]
    count = en_number(text)
    if not 1 <= count <= 4:
        return None
    end = _en_part(match["part"]) == 3
    year = _year(match)
    return _date(year.of(Written(Unit.QUARTER_END if end else Unit.QUARTER, number=count)))


def en_half(match: re.Match[str]) -> Said:
    text = match["h"] or match["h2"]
    count = (
        int(text) if text.isdigit() else (2 if text.lower() in ("second", "latter", "back") else 1)
    )
    return _date(_year(match).of(Written(Unit.HALF, number=count)))


def en_season(match: re.Match[str]) -> Said:
    return _date(_year(match).of(Written(Unit.SEASON, number=SEASONS[match["season"].lower()])))


def en_year(match: re.Match[str]) -> Said:
    unit = {0: Unit.YEAR, 1: Unit.YEAR_START, 2: Unit.YEAR_MIDDLE, 3: Unit.YEAR_LATE}[
        _en_part(match["part"])
    ]
    text = (match["part"] or "").lower()
    if unit is Unit.YEAR_LATE and "end" in text:
        unit = Unit.YEAR_END
    return Said(Kind.DATE if text else Kind.NUMERIC, (_year(match).of(Written(unit)),))


def en_year_end(match: re.Match[str]) -> Said:
    return _date((_year(match) or _THIS_YEAR).of(Written(Unit.YEAR_END)))


def en_relative(match: re.Match[str]) -> Said | None:
    word = match["rel"].lower()
    shift = REL_YEARS_EN[word]
    part = _en_part(match["part"])
    match match["unit"].lower():
        case "workweek" | "working week":
            return _date(Written(Unit.WEEK_PART, weeks=shift, number=4))
        case "week":
            if "later" in (match["part"] or "").lower() and shift == 0:
                return _date(Written(Unit.LATER, weeks=0))
            return _date(Written(Unit.WEEK_PART if part else Unit.WEEK, weeks=shift, number=part))
        case "weekend":
            ends = (Written(Unit.DAY, weeks=shift, weekday=day) for day in (5, 6))
            return Said(Kind.SPAN, tuple(ends))
        case "month":
            if "later" in (match["part"] or "").lower() and shift == 0:
                return _date(Written(Unit.LATER, months=0))
            return _date(Written(Unit.THIRD if part else Unit.MONTH, months=shift, number=part))
        case "quarter":
            return _date(Written(Unit.QUARTER, quarters=shift))
        case "spring" | "summer" | "autumn" | "fall" | "winter" as season:
            return _date(Written(Unit.SEASON, number=SEASONS[season], years=shift))
        case _:
            unit = (Unit.YEAR, Unit.YEAR_START, Unit.YEAR_MIDDLE, Unit.YEAR_LATE)[part]
            if part == 3 and "end" in match["part"].lower():
                unit = Unit.YEAR_END
            return _date(Written(unit, years=shift))


def en_weekday(match: re.Match[str]) -> Said | None:
    if len(match["weekday"]) < 6 and not match["weekday"][0].isupper():
        return None  # sun, sat, wed
    weekday = _weekday_en(match["weekday"])
    word = (match["rel"] or "").lower()
    if word in ("every", "each"):
        return Said(Kind.EVERY, word="WEEKLY", weekday=weekday)
    if match["after_next"]:
        return _date(Written(Unit.DAY, days=1, weekday=weekday, plus=(1, "weeks")))
    if word in ("next", "following"):
        return _date(Written(Unit.DAY, weeks=1, weekday=weekday))
    if word in ("last", "past"):
        return _date(Written(Unit.DAY, weeks=-1, weekday=weekday))
    if word in ("this", "coming", "this coming"):
        return _date(Written(Unit.DAY, weekday=weekday))
    return Said(Kind.WEEKDAY, weekday=weekday)


def en_day_word(match: re.Match[str]) -> Said:
    word = match[0].lower()
    part = "night" if word in PARTS_EN else ""
    return Said(Kind.DATE, (Written(Unit.DAY, days=REL_DAYS_EN[word]),), word=part)


def en_after(match: re.Match[str]) -> Said:
    if (
        match["lasting"] and match["sign"] and "from" in match["sign"].lower()
    ):  # for three days from today
        days = {"day": 1, "week": 7}.get(match["span"].lower(), 0) * en_number(match["count"])
        today = Written(Unit.DAY, days=0)
        return (
            Said(Kind.SPAN, (today, replace(today, days=days - 1))) if days else Said(Kind.NOTHING)
        )
    return Said(
        Kind.AFTER,
        number=en_number(match["count"]),
        word=UNITS_EN[match["span"].lower()],
        weak=match["sign"] is None,
        count=0 if match["lasting"] else 1,
    )


def en_ordinal(match: re.Match[str]) -> Said | None:
    day = int(match["day"])
    behind = match.string[match.end() : match.end() + 2]
    if behind[:1] == " " and behind[1:].isupper():
        return None  # the 25th Meridian Forum
    if not 1 <= day <= 31:
        return None
    if match["rel"]:
        months = int("next" in match["rel"].lower())
        return _date(Written(Unit.DAY, months=months, number=day))
    return Said(Kind.DAY, number=day)


def en_nth_after(match: re.Match[str]) -> Said | None:
    """The twentieth day, the day: after something; the week after it is no day of it."""
    if match["nth"] is None:
        word = "days" if match["span"].lower() == "day" else match["span"].lower()
        return Said(Kind.AFTER, number=1, word=word, weak=True)
    if match["nth"].lower() in ("last", "final"):
        return None
    return Said(
        Kind.AFTER, number=en_number(match["nth"]), word=UNITS_EN[match["span"].lower()], weak=True
    )


def en_ordinal_day(match: re.Match[str]) -> Said | None:
    day = en_number(match["day"])
    return Said(Kind.ORDINAL, number=day) if 1 <= day <= 31 else None


def en_day_in_words(match: re.Match[str]) -> Said | None:
    """May twenty-nine."""
    if not _MONTH_BEFORE.search(match.string[max(0, match.start() - 10) : match.start()]):
        return None
    return Said(Kind.ORDINAL, number=20 + en_number(match["ones"]))


_MONTH_BEFORE = re.compile(rf"\b(?:{one_of(MONTH_NAMES)})\.? $", re.IGNORECASE)


def en_nth_of(match: re.Match[str]) -> Said | None:
    """The third week, the last two months: of the stretch that stands behind."""
    nth = LAST if match["nth"].lower() in ("last", "final") else en_number(match["nth"])
    if match["unit"].lower() == "weekend" or _NTH_BEFORE.search(match.string[: match.start()]):
        return Said(Kind.NTH)  # the last weekend of July, the second last week of it
    count = en_number(match["count"]) if match["count"] else 1
    if count > 1 and nth not in (1, LAST):
        return None
    return Said(Kind.NTH, number=nth, count=count, word=UNITS_EN[match["unit"].lower()])


_NTH_BEFORE = re.compile(rf"(?:{one_of(ORDINALS)}|[0-9](?:st|nd|rd|th)) $", re.IGNORECASE)


def zh_nth_of(match: re.Match[str]) -> Said | None:
    """第三周, 前两个月, 最后3周: of the stretch that stands before."""
    count = number(match["count"]) if match["count"] else 1
    unit = UNITS_ZH[match["unit"]]
    if match["lead"] == "第":
        return Said(Kind.NTH, number=count, word=unit)
    nth = 1 if match["lead"] in ("前", "头", "首") else LAST
    return Said(Kind.NTH, number=nth, count=count, word=unit)


def en_ahead(match: re.Match[str]) -> Said | None:
    """The next three weeks: from tomorrow on."""
    said = match["count"] or match["count2"]
    unit = UNITS_EN[match["unit"].lower()]
    if unit == "workdays":
        return Said(Kind.NOTHING)  # whose, and with which holidays?
    return _date(Written(Unit.AHEAD, plus=(en_number(said), unit)))


def zh_ahead(match: re.Match[str]) -> Said | None:
    unit = UNITS_ZH[match["unit"]]
    return _date(Written(Unit.AHEAD, plus=(number(match["count"]), unit)))


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
    month = number(zh_month) if zh_month else _month_en(match["month"])
    first, last = (
        number(day) if zh_month else en_number(day) for day in (match["d1"], match["d2"])
    )
    if not (1 <= month <= 12 and 1 <= first < last <= 31):
        return None
    dates = (Written(Unit.DAY, month=month, number=day) for day in (first, last))
    return Said(Kind.SPAN, tuple(_year(match).of(day) for day in dates), either=True)


def full_span(match: re.Match[str]) -> Said | None:
    """2018/1/10-2018/7/10, 10/1/2018 - 10/7/2018, 5/1-5/7/2020."""
    said = match.groupdict()
    if said["y1"]:
        first, last = (_day(*(int(said[key + n]) for key in "ymd")) for n in "12")
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
        return _day(year, two, one)
    if two > 12 >= one:
        return _day(year, one, two)
    if max(one, two) > 12 or not min(one, two):
        return None
    return _date(Written(Unit.DAY, year=year, month=one, number=two, either_order=True))


def marked_month(match: re.Match[str]) -> Said | None:
    """Oct/2, 23/Sep/2020, 2020/Sep/23, Sep-23-2020, Dec/2018."""
    said = match.groupdict()
    month = _month_en(said["month"])
    if said["day"] is None:
        return _date(Written(Unit.MONTH, year=int(said["year"]), month=month))
    return _day(_two_digits(said["year"]), month, int(said["day"]))


def _two_digits(year: str | None) -> int | None:
    """'27 and 27 are 2027."""
    if not year:
        return None
    return _whole_year(int(year.lstrip("'")))


def _whole_year(value: int) -> int:
    """27 is 2027, 98 is 1998 (as POSIX has it)."""
    if value > 99:
        return value
    return 2000 + value if value < 69 else 1900 + value


def week_after_next(_: re.Match[str]) -> Said:
    return _date(Written(Unit.WEEK, weeks=2))


def week_number(match: re.Match[str]) -> Said | None:
    """Week 31 of 2027, calendar week 31, 2027-W31 (ISO 8601)."""
    count = int(match["week"] or match["week2"])
    year = match.groupdict().get("year2")
    if not 1 <= count <= 53:
        return None
    chosen = _Year(int(year)) if year else _year(match)
    return _date(chosen.of(Written(Unit.YEAR_WEEK, number=count)))


def month_parts(match: re.Match[str]) -> Said | None:
    """1月中旬至下旬."""
    month = number(match["month"])
    parts = [_third(match[key], month) for key in ("part", "to_part")]
    if not 1 <= month <= 12 or parts[0].number >= parts[1].number:
        return None
    return Said(Kind.SPAN, tuple(_year(match).of(part) for part in parts))


def near_part(match: re.Match[str]) -> Said:
    """This evening."""
    return Said(Kind.DATE, (Written(Unit.DAY, days=0),), word=match["part"].lower())


_SPACES = re.compile(r"\s+")
_OFFSET = re.compile(r"([+-]) ?([0-9]{1,2})(?::?([0-9]{2}))?$")


def named_zone(match: re.Match[str]) -> Said | None:
    text = _SPACES.sub(" ", match[0].strip(" ()")).lower()
    offset = _OFFSET.search(text)
    if offset:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours > 14 or minutes > 59:
            return None
        return Said(Kind.ZONE, word=f"{offset[1]}{hours:02d}:{minutes:02d}")
    return Said(Kind.ZONE, word=ZONES[text])


def every(match: re.Match[str]) -> Said:
    return Said(Kind.EVERY, word={"年": "YEARLY", "月": "MONTHLY"}[match["every"]])


def every_week(match: re.Match[str]) -> Said:
    return Said(Kind.EVERY, word="WEEKLY", weekday=_weekday_zh(match["weekday"]))


def every_en(match: re.Match[str]) -> Said:
    return Said(Kind.EVERY, word="MONTHLY" if "month" in match[0].lower() else "YEARLY")


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


def en_days_first(match: re.Match[str]) -> Said | None:
    """24-26 June, 15 July 2026."""
    month, last = _month_en(match["month"]), int(match["d2"])
    year = _year(match)
    if not 1 <= last <= 31 or match["month"] == "may":
        return None
    other = year.of(Written(Unit.DAY, month=month, number=last))
    if not match["d1"]:
        return _date(other)
    first = int(match["d1"])
    if not 1 <= first <= 31:
        return None
    one = year.of(Written(Unit.DAY, month=month, number=first))
    if match["to"] == "/" and last != first + 1:
        return None
    if match["to"].strip().lower() in ("and", "&") and last != first + 1:
        return Said(Kind.LISTED, (one, other))
    if last <= first:
        return None
    return Said(Kind.SPAN, (one, other))


def number_first(unit: Unit) -> Build:
    def build(match: re.Match[str]) -> Said:
        year, count = int(match["y"] or match["y2"]), int(match["q"] or match["q2"])
        return _date(Written(unit, year=year if year > 99 else 2000 + year, number=count))

    return build


def nothing(_: re.Match[str]) -> Said:
    """No day of the calendar, or none that can be known from here: a lunar day, a fiscal quarter."""
    return Said(Kind.NOTHING)


def half_month(match: re.Match[str]) -> Said:
    return _date(_third(match["part"], None, 0))


def half_week(match: re.Match[str]) -> Said:
    weeks = SHIFTS_ZH[match["week"]] if match["week"] else 0
    return _date(Written(Unit.WEEK_PART, weeks=weeks, number=1 if match["part"] == "上" else 3))


def quarter_end(shift: int) -> Said:
    return _date(Written(Unit.QUARTER_END, quarters=shift))


def this_and_next_year(_: re.Match[str]) -> Said:
    return Said(Kind.SPAN, (Written(Unit.YEAR, years=0), Written(Unit.YEAR, years=1)))


def part_of_day(match: re.Match[str]) -> Said:
    return Said(Kind.PART_OF_DAY, word=match.groupdict().get("part") or match[0])


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
    return _date(Written(unit, holiday=name))
