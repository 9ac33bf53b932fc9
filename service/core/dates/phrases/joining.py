"""Two tokens that say one date between them: the third week + of July, Wednesday + of next week, 28 June +
in 2027, three weeks after + 15 January.

Each rule looks at two neighbours and what stands between them; what they become may join with the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from service.core.dates.phrases.tokens import Kind, Said, Token
from service.core.dates.phrases.written import LAST, Unit, Written

Join = Callable[[Said, Said, str], Said | None]


def joined(line: str, tokens: Iterable[Token]) -> list[Token]:
    """The tokens of the line, in order, with those that say one date joined. In linear time."""
    done: list[Token] = []
    for token in tokens:
        while done and (made := _pair(line, done[-1], token)) is not None:
            done.pop()
            token = made
        done.append(token)
    return done


def _pair(line: str, one: Token, two: Token) -> Token | None:
    rules = _RULES.get((one.kind, two.kind))
    if rules is None or two.start - one.end > 24:
        return None
    gap = line[one.end : two.start]
    for pattern, join in rules:
        if pattern.fullmatch(gap):
            said = join(one.said, two.said, gap)
            if said is not None:
                return Token(said.kind, one.start, two.end, said, line[one.start : two.end])
    return None


def _year_behind(one: Said, two: Said, _: str) -> Said | None:
    """June 8 + in 2027: for all of its dates."""
    year = two.dates[0]
    if year.unit is not Unit.YEAR or year.year is None or len(two.dates) != 1:
        return None
    if any(date.year is not None or date.relative or not _yearly(date) for date in one.dates):
        return None
    kind = Kind.DATE if one.kind is Kind.NUMERIC and len(one.dates) == 1 else one.kind
    kind = Kind.SPAN if one.kind is Kind.NUMERIC and len(one.dates) == 2 else kind
    dates = tuple(replace(date, year=year.year) for date in one.dates)
    return replace(one, kind=kind, dates=dates)


def _yearly(date: Written) -> bool:
    """Whether it is one that every year has."""
    return date.month is not None or bool(date.holiday) or date.unit in _PARTS_OF_YEAR


_PARTS_OF_YEAR = (Unit.QUARTER, Unit.QUARTER_END, Unit.HALF, Unit.SEASON)


def _year_before(one: Said, two: Said, gap: str) -> Said | None:
    """2027年 + 春节, 二〇二七年， + 九月三日."""
    year, date = one.dates[0], two.dates[0]
    if year.unit is not Unit.YEAR or len(one.dates) != 1 or len(two.dates) != 1:
        return None
    if date.year is not None or date.relative or not _yearly(date):
        return None
    if gap.strip() and (year.year is None or not date.exact):
        return None
    return replace(two, dates=(replace(date, year=year.year, years=year.years),))


def _nth_of(one: Said, two: Said, _: str) -> Said | None:
    """The third week + of July."""
    return _nth(one, two.dates[0]) if len(two.dates) == 1 else None


def _of_nth(one: Said, two: Said, _: str) -> Said | None:
    """2027年 + 第三周."""
    return _nth(two, one.dates[0]) if len(one.dates) == 1 else None


def _nth(nth: Said, of: Written) -> Said | None:
    first = nth.number
    if not first:
        return None
    made: Written | None = None
    if of.unit is Unit.YEAR:
        match nth.word:
            case "weeks":
                made = replace(of, unit=Unit.YEAR_WEEK, number=first, count=nth.count)
            case "months":
                made = _months_of(of, first, nth.count, 1)
            case "quarters":
                made = _months_of(of, first, nth.count, 3)
            case "days" if nth.count == 1 and first <= 31:
                day = (12, 31) if first == LAST else (1, first)
                made = replace(of, unit=Unit.DAY, month=day[0], number=day[1])
    elif of.bare_month and nth.word == "weeks" and first <= LAST:
        made = replace(of, unit=Unit.MONTH_WEEK, number=first, count=nth.count)
    elif of.bare_month and nth.word == "days" and nth.count == 1 and first != LAST:
        made = replace(of, unit=Unit.DAY, number=first)
    return Said(Kind.DATE, (made,)) if made else None


def _months_of(year: Written, first: int, count: int, size: int) -> Written | None:
    """`count` months (quarters: size 3) of the year from the first-th on, or the last ones."""
    if first == LAST and (count > 1 or size == 3):
        first = 12 // size - count + 1
    begin, end = (first - 1) * size + 1, (first + count - 1) * size
    if not 1 <= begin <= end <= 12:
        return None
    if count == 1 and size == 3:
        return replace(year, unit=Unit.QUARTER, number=first)
    if begin == end:
        return replace(year, unit=Unit.MONTH, month=begin)
    return replace(year, unit=Unit.MONTHS, month=begin, number=end)


def _day_of_month(one: Said, two: Said, _: str) -> Said | None:
    """The 20th + of next month, ninth + of April."""
    month = two.dates[0]
    if not month.bare_month or len(two.dates) != 1:
        return None
    return Said(Kind.DATE, (replace(month, unit=Unit.DAY, number=one.number),))


def _month_and_day(one: Said, two: Said, _: str) -> Said | None:
    """April + the ninth."""
    if len(one.dates) != 1 or one.dates[0].months is not None:
        return None
    return _day_of_month(two, one, "")


def _weekday_of_week(one: Said, two: Said, _: str) -> Said | None:
    """Wednesday + of next week."""
    week = two.dates[0]
    if week.unit in (Unit.MONTH_WEEK, Unit.YEAR_WEEK) and week.count == 1:
        return Said(Kind.DATE, (replace(week, weekday=one.weekday),), word=one.word)
    if week.unit is not Unit.WEEK or week.weeks is None or week.weekday is not None:
        return None
    date = Written(Unit.DAY, weeks=week.weeks, weekday=one.weekday)
    return Said(Kind.DATE, (date,), word=one.word)


def _week_and_weekday(one: Said, two: Said, _: str) -> Said | None:
    """Next week + on Wednesday, 上周 + 星期三."""
    return _weekday_of_week(two, one, "")


def _weekday_and_part(one: Said, two: Said, _: str) -> Said | None:
    """Wednesday + evening."""
    return replace(one, word=two.word)


def _so_long_after(one: Said, two: Said, gap: str) -> Said | None:
    """Three weeks + after 15 January, two weeks + before Christmas, a week + from Friday."""
    if two.kind is Kind.WEEKDAY:
        date = Written(Unit.DAY, weekday=two.weekday)
    elif len(two.dates) == 1:
        date = two.dates[0]
    else:
        return None
    if one.word == "week" and gap == " " and two.dates[0].unit is Unit.AFTER:
        return two  # the week after Labor Day
    if one.word in ("week", "month"):
        return None
    if gap == " ":  # two weeks + before Christmas: the words stand in the second
        sign = {Unit.BEFORE: -1, Unit.AFTER: 1}.get(date.unit, 0)
        plus = (sign * one.number, one.word)
        return Said(Kind.DATE, (replace(date, unit=Unit.DAY, plus=plus),)) if sign else None
    if date.plus is not None or not date.exact:
        return None
    if one.count == 0:  # for three days from 5 May
        return _lasting(one, date) if "before" not in gap and "after" not in gap else None
    count = -one.number if "before" in gap.lower() else one.number
    return Said(Kind.DATE, (replace(date, plus=(count, one.word)),), word=two.word)


def _lasting(one: Said, date: Written) -> Said | None:
    days = {"days": 1, "weeks": 7, "fortnights": 14}.get(one.word)
    if days is None:
        return None
    return Said(Kind.SPAN, (date, replace(date, plus=(days * one.number - 1, "days"))))


def _no_date(_: Said, __: Said, ___: str) -> Said:
    """Two years + one month: reckoned in several units."""
    return Said(Kind.NOTHING)


def _ahead_and_more(one: Said, _: Said, __: str) -> Said | None:
    """The next two weeks + three days."""
    return Said(Kind.NOTHING) if one.dates[0].unit is Unit.AHEAD else None


_THEN = re.compile(
    r",? (?:after|from|before|following|starting|starting from|beginning)(?: the| this)? ",
    re.IGNORECASE,
)
_AND = re.compile(r",? (?:and )?", re.IGNORECASE)
_OF = re.compile(r" (?:day )?(?:of |in )?(?:the month of )?", re.IGNORECASE)
_OF_IT = re.compile(r" (?:of|in)(?: the)?(?: calendar)?(?: year)? ", re.IGNORECASE)
_IN_YEAR = re.compile(r",? (?:(?:in|of) )?(?:the year )?|, ?", re.IGNORECASE)
_YEAR_COMMA = re.compile(r" ?的? ?|, ?")
_ON = re.compile(r",? (?:on )?", re.IGNORECASE)
_OF_WEEK = re.compile(r",? (?:of |in )?(?:the )?", re.IGNORECASE)
_DAY_BEHIND = re.compile(r",? (?:the )?", re.IGNORECASE)
_ZH_OF = re.compile(r" ?的? ?")

_RULES: dict[tuple[Kind, Kind], list[tuple[re.Pattern[str], Join]]] = {
    (Kind.DATE, Kind.NUMERIC): [(_IN_YEAR, _year_behind)],
    (Kind.SPAN, Kind.NUMERIC): [(_IN_YEAR, _year_behind)],
    (Kind.LISTED, Kind.NUMERIC): [(_IN_YEAR, _year_behind)],
    (Kind.NUMERIC, Kind.NUMERIC): [(re.compile(r", ?"), _year_behind)],
    (Kind.DATE, Kind.DATE): [(_YEAR_COMMA, _year_before)],
    (Kind.NTH, Kind.DATE): [(_OF_IT, _nth_of)],
    (Kind.NTH, Kind.NUMERIC): [(_OF_IT, _nth_of)],
    (Kind.DATE, Kind.NTH): [(_ZH_OF, _of_nth)],
    (Kind.ORDINAL, Kind.DATE): [(_OF, _day_of_month)],
    (Kind.DAY, Kind.DATE): [(re.compile(r" (?:day )?of (?:the month of )?"), _day_of_month)],
    (Kind.DATE, Kind.ORDINAL): [(_DAY_BEHIND, _month_and_day)],
    (Kind.DATE, Kind.DAY): [(re.compile(r",? "), _month_and_day)],
    (Kind.WEEKDAY, Kind.DATE): [(_OF_WEEK, _weekday_of_week)],
    (Kind.WEEKDAY, Kind.PART_OF_DAY): [(re.compile(" "), _weekday_and_part)],
    (Kind.DATE, Kind.WEEKDAY): [(_ON, _week_and_weekday)],
    (Kind.AFTER, Kind.DATE): [(re.compile(f"{_THEN.pattern}| ", re.IGNORECASE), _so_long_after)],
    (Kind.AFTER, Kind.NUMERIC): [(_THEN, _so_long_after)],
    (Kind.AFTER, Kind.WEEKDAY): [(_THEN, _so_long_after)],
    (Kind.AFTER, Kind.AFTER): [(_AND, _no_date)],
    (Kind.NOTHING, Kind.AFTER): [(_AND, _no_date)],
    (Kind.DATE, Kind.AFTER): [(_AND, _ahead_and_more)],
}
