"""A date with what stands beside it.

point   =  [about] [zone] [weekday] date [weekday] [part of day] [clock ["-" clock]] [zone]
        |  [part of day] clock [zone] date                 (10 a.m. on June 8)
date    =  DATE | DAY | WEEKDAY | NEXT DAY | SPAN
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from service.core.dates.phrases.times import in_part
from service.core.dates.phrases.tokens import Kind, Token
from service.core.dates.phrases.written import Unit, Written


@dataclass(frozen=True, slots=True)
class Clock:
    """Minutes since midnight, to 24:00; `days` after the date beside it."""

    minutes: int
    days: int = 0


@dataclass
class Point:
    start: int
    end: int
    date: Written | None = None
    last: Written | None = None
    listed: tuple[Written, ...] = ()
    clock: Clock | None = None
    until: Clock | None = None
    zone: str | None = None
    weekday: int | None = None
    every: str | None = None
    weak: bool = False
    week_of: bool = False
    after: tuple[int, str] | None = None
    within: bool = False
    next_day: bool = False
    day_only: int | None = None
    ordinal: bool = False  # a 13th that is a day only in company
    ordinal_day: bool = False
    either: bool = False
    part: str = ""  # of the day
    half_open: bool = False  # the clock may be of the other half of the day
    assumed: str = ""  # words of a clock whose half of the day was assumed
    tokens: int = field(default=0)


DASH = re.compile(
    r"(?:\([^()0-9]{1,8}\))?\)? {0,3}(?:-{1,3}(?!>)|~|(?:起|开始)?"
    r"(?:一直)?(?:持续|延续)?(?:至|到)(?:次年|翌年)?"
    r"|(?:,? ?(?:and )?(?:runs?|running|continu\w+|lasts?|lasting) )?(?:to|through(?: to)?|thru|until"
    r"|till?)(?: the)?|, (?:through|to)(?= )) {0,3}"
)
_BETWEEN_WEEKDAYS = re.compile(rf"(?:{DASH.pattern}| ?[、,和及] ?)")
_BEFORE_WEEKDAY = re.compile(r" ?[,/]? ?[\[(【]? ?")
_BEFORE_DATE = re.compile(r"(?:[ ,.)\]】]{0,3}| - )(?:the )?[(\[]?")
_BEFORE_CLOCK = re.compile(
    r" ?[)\]】]?[ ,;的于在@T|\t/-]{0,3}(?:(?:at|from|starting at|on|@|by|before|between|at around|at about"
    r"|around|about) )?[(\[]?"
)
_SLASH = re.compile(r" ?[/(] ?")
_BEFORE_ZONE = re.compile(r" ?[(\[]?")
_COMMA_ZONE = re.compile(r",? ?[(\[]?")  # 11:59 pm, AoE
# not 9:00-16:30,周一, in Chinese two clauses
_CLOCK_TO_DATE = re.compile(r"(?:\) ?| ?(?:, {1,2})?)(?:on |of )?(?:the )?")
_CLOSE = re.compile(r" ?[)\]】]")
_AOE = "-12:00"  # anywhere on earth


def stands_between(line: str, a: int, b: int, pattern: re.Pattern[str]) -> bool:
    """Whether all that stands from a to b of the line is of the pattern, and not much."""
    return b - a <= 24 and pattern.fullmatch(line, a, b) is not None


# 3-5日 is a number of days
_RANGE_BEFORE = re.compile(r"[-~至到第] ?$")


def point_at(line: str, tokens: list[Token], index: int, ends: bool = False) -> Point | None:
    """The point that begins at this token; its `tokens` says how many it takes. `ends`: it would be the
    end of a range, so that a dash may stand before it."""
    token = tokens[index]
    point = Point(token.start, token.end)
    if token.kind is Kind.NOTHING or token.kind is Kind.NTH:
        return None
    if token.kind is Kind.EVERY:
        return _every(line, tokens, index, point)
    if token.kind is Kind.WEEK_OF:
        return _week_of(line, tokens, index, point)
    place = index
    if token.kind is Kind.ZONE and _ahead(line, tokens, place, _ZONE_TO_DATE, _DATED):
        point.zone = token.said.word
        place += 1
        token = tokens[place]
    if (
        token.kind is Kind.WEEKDAY
        and token.text[0] != "("
        and _ahead(line, tokens, place, _BEFORE_DATE, _NAMED_DAYS)
        and _exact(tokens[place + 1])
    ):
        point.weekday = token.said.weekday
        place += 1
    elif token.kind is Kind.PART_OF_DAY and _ahead(line, tokens, place, _BEFORE_ZONE, _CLOCKS):
        point.part = token.said.word
        place += 1
    head = tokens[place]
    if head.kind in _CLOCKS:
        return _clock_first(line, tokens, place, point, place - index)
    if head.kind is Kind.NEXT_DAY:
        return _next_day(line, tokens, place, point, place - index)
    if not _date_of(line, head, point, ends):
        return None
    point.part = head.said.word if head.kind in (Kind.DATE, Kind.WEEKDAY) else ""
    point.end = head.end
    point.tokens = place - index + 1
    if point.after is not None:
        return point
    return point_rest(line, tokens, place + 1, point)


def _every(line: str, tokens: list[Token], index: int, point: Point) -> Point | None:
    """每周三, every year on 1 May."""
    token = tokens[index]
    point.every, point.tokens = token.said.word, 1
    if token.said.weekday is not None:
        point.date = Written(Unit.DAY, weekday=token.said.weekday)
        return point_rest(line, tokens, index + 1, point)
    if (
        index + 1 >= len(tokens)
        or tokens[index + 1].kind is Kind.EVERY  # 每年每年…, however often
        or not stands_between(line, token.end, tokens[index + 1].start, _EVERY_GAP)
    ):
        return None
    inner = point_at(line, tokens, index + 1)
    if inner is None or inner.date is None:
        return None
    inner.start, inner.every, inner.tokens = point.start, point.every, inner.tokens + 1
    return inner


def _week_of(line: str, tokens: list[Token], index: int, point: Point) -> Point | None:
    """The week of 1 May."""
    if not _ahead(line, tokens, index, _BEFORE_DATE, (Kind.DATE, Kind.DAY, Kind.ORDINAL)):
        return None
    inner = point_at(line, tokens, index + 1)
    if inner is None or inner.date is None or not inner.date.exact:
        return None
    inner.ordinal = False
    inner.start, inner.week_of, inner.tokens = point.start, True, inner.tokens + 1
    return inner


def _next_day(
    line: str, tokens: list[Token], place: int, point: Point, skipped: int
) -> Point | None:
    """次日10:00: of the day after the one that stands before it."""
    if not _ahead(line, tokens, place, _BEFORE_ZONE, (Kind.CLOCK,)):
        return None
    point.next_day = True
    point = _clock_first(line, tokens, place + 1, point, skipped + 1)
    point.clock = replace(point.clock, days=1) if point.clock else None
    return point


def _date_of(line: str, head: Token, point: Point, ends: bool) -> bool:
    """Whether a date stands there; it is put into the point."""
    match head.kind:
        case Kind.DATE | Kind.NUMERIC | Kind.SPAN | Kind.DAYS:
            point.date, point.last = head.said.dates[0], (*head.said.dates[1:], None)[0]
            point.weak = head.kind is Kind.NUMERIC or head.said.weak
            point.either = head.said.either
        case Kind.LISTED:
            point.date, point.listed = head.said.dates[0], head.said.dates[1:]
        case Kind.DAY:
            before = line[max(0, head.start - 2) : head.start]
            if not ends and _RANGE_BEFORE.search(before) and head.text[0].isdigit():
                return False
            point.day_only = head.said.number
            point.date = Written(Unit.DAY, number=point.day_only)
        case Kind.ORDINAL:
            point.day_only, point.ordinal = head.said.number, point.weekday is None
            point.ordinal_day = True
            point.date = Written(Unit.DAY, number=point.day_only)
        case Kind.WEEKDAY:
            if head.text[0] == "(":
                return False  # （四）is the number of a section where no date stands before it
            point.date = Written(Unit.DAY, weekday=head.said.weekday)
        case Kind.AFTER:
            point.after, point.within = (head.said.number, head.said.word), head.said.within
            point.weak = head.said.weak
        case _:
            return False
    return True


_EVERY_GAP = re.compile(r" ?(?:的|on|around|in)? ?")
_ZONE_TO_DATE = re.compile(r"(?:时间)?[ ,:)]{0,2}")
_CLOCKS = (Kind.CLOCK, Kind.CLOCKS)
_NAMED_DAYS = (Kind.DATE, Kind.SPAN, Kind.DAY, Kind.DAYS, Kind.NUMERIC, Kind.ORDINAL)
_DATED = (Kind.DATE, Kind.SPAN, Kind.DAY, Kind.WEEKDAY, Kind.NUMERIC, Kind.CLOCK, Kind.NEXT_DAY)


def _exact(token: Token) -> bool:
    return len(token.said.dates) != 1 or token.said.dates[0].exact


def _ahead(
    line: str, tokens: list[Token], place: int, gap: re.Pattern[str], kinds: tuple[Kind, ...]
) -> bool:
    return (
        place + 1 < len(tokens)
        and tokens[place + 1].kind in kinds
        and stands_between(line, tokens[place].end, tokens[place + 1].start, gap)
    )


# 早8点, 08:00
_MORNING = re.compile(r"[0-9]{2}:|凌|早|上午")


def point_rest(line: str, tokens: list[Token], place: int, point: Point) -> Point:
    """What may stand behind a date: a weekday, a time of day with its end and zone."""
    first = place
    while place < len(tokens) and (taken := _beside(line, tokens, place, point)):
        token = tokens[place + taken - 1]
        opened = sum(line.count(bracket, point.end, token.start) for bracket in "([【")
        point.end = token.end
        if opened or token.kind in (Kind.WEEKDAY, Kind.ZONE):
            close = _CLOSE.match(line, point.end)
            if close and (opened or _unclosed(line, point.start, point.end)):
                point.end = close.end()
        place += taken
    point.tokens += place - first
    return point


def _beside(line: str, tokens: list[Token], place: int, point: Point) -> int:
    """How many tokens belong to the point that ends before them; what they say is put into it."""
    token = tokens[place]
    match token.kind:
        case Kind.WEEKDAY:
            if point.last is not None and line[token.start] == "(":
                return 1  # 7/9(三)--7/11(五): the first was seen to
            if (
                point.weekday is not None
                and (point.last is not None or point.listed or point.day_only is not None)
                and stands_between(line, point.end, token.start, _BETWEEN_WEEKDAYS)
                and _unclosed(line, point.start, point.end)
            ):
                return 1  # 12月4日至6日（周五至周日）
            if point.weekday is not None or point.clock is not None:
                return 0
            if stands_between(line, point.end, token.start, _BEFORE_WEEKDAY):
                point.weekday = token.said.weekday
                return 1
        case Kind.DAY if _same_day_in_brackets(line, token, point):
            return 1  # 本周六（5日）
        case Kind.DATE | Kind.NOTHING if _name_in_brackets(line, token, point):
            return 1  # 1月28日(除夕)
        case Kind.DATE if _day_of_weekday(line, token, point):
            point.weekday, point.date = (
                point.date.weekday if point.date else None,
                token.said.dates[0],
            )
            return 1  # Tuesday 17:00 UTC, November 12th
        case Kind.DATE if line[token.start - 1] == "(" and token.start == point.end + 1:
            said = token.said.dates[0]
            if said.weeks is not None and said.weekday is not None and line[token.end :][:1] == ")":
                point.weekday = said.weekday
                return 1  # 5月20日（下周三）
        case Kind.CLOCK | Kind.NEXT_DAY if point.clock is not None:
            return _end_clock(line, tokens, place, point, point.clock)
        case Kind.PART_OF_DAY if stands_between(line, point.end, token.start, _BEFORE_CLOCK):
            if point.clock is not None and not point.half_open:
                return int(token.text.isascii())  # 8 p.m. in the evening
            if point.clock is not None and not token.text.isascii():
                return 0  # 9:00,下午…: another time
            point.part = point.part or token.said.word
            _settle(point)
            return 1
        case Kind.CLOCK | Kind.CLOCKS if point.clock is None:
            if stands_between(line, point.end, token.start, _BEFORE_CLOCK) and (
                point.part
                or token.said.word != "bare"
                or _ahead(line, tokens, place, _BEFORE_CLOCK, (Kind.PART_OF_DAY,))
            ):
                _set_clock(point, token)
                return 1
        case Kind.ZONE if point.zone is None and _zone_fits(line, tokens, place, point):
            point.zone = token.said.word
            return 1
        case _:
            pass
    return 0


def _name_in_brackets(line: str, token: Token, point: Point) -> bool:
    """Whether it only names, in brackets, the day before it."""
    named = token.kind is Kind.NOTHING or (
        token.said.dates[0].holiday and token.said.dates[0].exact
    )
    return (
        bool(named)
        and line[point.end : token.start] == "("
        and line[token.end :][:1] == ")"
        and point.date is not None
        and not point.date.holiday
    )


def _day_of_weekday(line: str, token: Token, point: Point) -> bool:
    """Whether it is the day whose weekday and time stand before it."""
    day, date = point.date, token.said.dates[0]
    return (
        day is not None
        and day.weekday is not None
        and not day.relative
        and not day.number
        and point.clock is not None
        and date.exact
        and date.month is not None
        and stands_between(line, point.end, token.start, _CLOCK_TO_DATE)
    )


def _same_day_in_brackets(line: str, token: Token, point: Point) -> bool:
    """Whether it says again, by its number, the day of a week before it."""
    day = point.date
    return (
        day is not None
        and day.weekday is not None
        and not day.number
        and line[token.start - 1] == "("
        and line[token.end :][:1] == ")"
        and point.clock is None
    )


def _set_clock(point: Point, token: Token) -> None:
    start, *end = map(Clock, token.said.minutes)
    point.clock, point.until = start, end[0] if end else None
    point.half_open = token.said.weak
    if not token.said.weak:
        point.part = token.said.word or point.part
    if token.said.word == "afternoon":
        point.assumed = "" if point.part else token.text
        point.part = point.part or "afternoon"
    _settle(point)


_EVENINGS = ("evening", "night")


def _settle(point: Point) -> None:
    """今晚8点 is 20:00: the hour, once the part of the day is known too."""
    if point.clock is None or not point.half_open or not point.part:
        return
    if point.part in _EVENINGS and point.clock.minutes < 5 * 60:
        point.clock = point.until = None  # tonight at 2: before or after midnight?
        point.assumed = point.part
        return
    point.clock = replace(point.clock, minutes=in_part(point.clock.minutes, point.part))
    if point.until is not None:
        minutes = in_part(point.until.minutes, point.part)
        point.until = Clock(minutes, int(minutes <= point.clock.minutes))
    point.half_open = False


def _end_clock(line: str, tokens: list[Token], place: int, point: Point, start: Clock) -> int:
    """As _beside, of a time of day to which that of the point lasts: 9:00-17:00, 22:00-次日6:00."""
    token = tokens[place]
    if (
        point.zone is not None
        and stands_between(line, point.end, token.start, _SLASH)
        and _ahead(line, tokens, place, _BEFORE_ZONE, (Kind.ZONE,))
    ):
        return 2  # 2:00 p.m. PT / 5:00 p.m. ET, 14:30 UTC (9:30am EST): the same moment
    if point.until is not None or not stands_between(line, point.end, token.start, DASH):
        return 0
    if token.kind is Kind.NEXT_DAY:
        if not _ahead(line, tokens, place, _BEFORE_ZONE, (Kind.CLOCK,)):
            return 0
        point.until = Clock(tokens[place + 1].said.minutes[0], 1)
        return 2
    minutes = token.said.minutes[0]
    noon = 12 * 60
    if token.said.weak and point.part and minutes == noon and start.minutes > noon:
        minutes = in_part(minutes, point.part)  # 夜里9点到12点
    if start.minutes >= noon > minutes and not _MORNING.match(token.text):
        minutes += noon if minutes + noon > start.minutes else 0  # 下午2点-5点
    point.until = Clock(minutes, int(minutes <= start.minutes))
    return 1


def _zone_fits(line: str, tokens: list[Token], place: int, point: Point) -> bool:
    """Whether a zone belongs to a time of day before or behind it, or, of AoE, to a day."""
    token = tokens[place]
    if point.clock is not None:
        apart = _COMMA_ZONE if token.text[:1].isupper() and len(token.text) <= 3 else _BEFORE_ZONE
        return stands_between(line, point.end, token.start, apart)
    clock_follows = _ahead(line, tokens, place, _BEFORE_CLOCK, (*_CLOCKS, Kind.PART_OF_DAY))
    return (clock_follows or token.said.word == _AOE) and stands_between(
        line, point.end, token.start, _BEFORE_CLOCK
    )


def _unclosed(line: str, start: int, end: int) -> bool:
    part = line[start:end]
    return sum(map(part.count, "([【")) > sum(map(part.count, ")]】"))


def _clock_first(line: str, tokens: list[Token], place: int, point: Point, skipped: int) -> Point:
    """A time of day, and perhaps its date behind it (10 a.m. PT on June 8)."""
    token = tokens[place]
    _set_clock(point, token)
    point.end = token.end
    point.tokens = skipped + 1
    point = point_rest(line, tokens, place + 1, point)
    following = place + point.tokens - skipped
    if (
        following < len(tokens)
        and tokens[following].kind in (Kind.DATE, Kind.DAY, Kind.WEEKDAY, Kind.SPAN, Kind.NUMERIC)
        and (stands_between(line, point.end, tokens[following].start, _CLOCK_TO_DATE))
    ):
        date = point_at(line, tokens, following) if _exact(tokens[following]) else None
        if date is not None and date.date is not None and date.clock is None:
            point.date, point.last, point.weekday = date.date, date.last, date.weekday
            point.zone = point.zone or date.zone
            point.part = point.part or date.part
            point.either = date.either
            _settle(point)
            point.end = date.end
            point.tokens += date.tokens
            point = point_rest(line, tokens, following + date.tokens, point)
    if token.said.word == "bare" and not point.part:
        point.clock = point.until = None
        if point.date is not None:
            point.start = tokens[following].start  # at 8 on Friday: whose half of the day?
    return point
