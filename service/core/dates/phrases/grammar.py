"""Tokens to phrases: what stands together says one date.

    phrase  =  point [ "-" point | "-" clock ]
    point   =  [about] [zone] [weekday] date [weekday] [part of day] [clock ["-" clock]] [zone]
            |  [part of day] clock [zone] date                 (10 a.m. on June 8)
    date    =  DATE | DAY | WEEKDAY | NEXT DAY | SPAN

and around it the words that say how it is meant: about, between … and, by and before, from, every.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from service.core.dates.phrases import lexer
from service.core.dates.phrases.joining import joined
from service.core.dates.phrases.leftovers import leftover
from service.core.dates.phrases.meanings import in_part
from service.core.dates.phrases.tokens import Kind, Token
from service.core.dates.phrases.words import number
from service.core.dates.phrases.written import Unit, Written
from service.core.text.characters import plain


@dataclass(frozen=True, slots=True)
class Clock:
    """Minutes since midnight, to 24:00; `days` after the date beside it."""

    minutes: int
    days: int = 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """One date as a line writes it. `start` and `end` are places in the line.

    first, last     the date, and the last one of a range; both None where only a clock time stands
    others          further days that were listed (June 2 and 9)
    clock, until    times of day of the start and the end, with `zone` and `end_zone`
                    ("" for "local time" at a place that is not named)
    about           "~" (about, 前后), "?" (tentatively, 暂定) or ""
    between         one day between the two
    by              by or before it, 截至, 前
    week_of         the week that has it
    every           YEARLY, MONTHLY or WEEKLY
    weekday         as written beside the date
    weak            numbers that may be no date (8/25, 2026.5, a bare year)
    daily           the clock times are those of each of several days
    after, within   so long after something, or at some time until then (two weeks, 30日内)
    leftover        words of time beside it that it did not take
    undecided       and they could change the day, so that it has no reading
    carried         only the time stands there; the day is that of a time before it in the line
    """

    start: int
    end: int
    first: Written | None
    last: Written | None = None
    others: tuple[Written, ...] = ()
    clock: Clock | None = None
    until: Clock | None = None
    zone: str | None = None
    end_zone: str | None = None
    about: str = ""
    between: bool = False
    by: bool = False
    week_of: bool = False
    every: str | None = None
    weekday: int | None = None
    weak: bool = False
    after: tuple[int, str] | None = None
    within: bool = False
    daily: bool = False
    leftover: str = ""
    undecided: bool = False
    carried: bool = False

    @property
    def holiday(self) -> bool:
        """It is the name of a day."""
        return self.first is not None and self.first.holiday != "" and self.first.exact

    @property
    def exact(self) -> bool:
        """It names days or times, not only a stretch in which a day lies."""
        if self.after is not None:
            return self.after[1] != "months" and not self.within
        return (
            self.first is not None
            and self.first.exact
            and (self.last is None or self.last.exact)
            and not self.between
            and not self.week_of
        )


@dataclass
class _Point:
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


_DASH = re.compile(
    r"\)? ?(?:-{1,3}(?!>)|~|起?(?:一直)?(?:持续|延续)?(?:至|到)(?:次年|翌年)?"
    r"|(?:,? ?(?:and )?(?:runs?|running|continu\w+|lasts?|lasting) )?(?:to|through(?: to)?|thru|until"
    r"|till)(?: the)?) ?"
)
_OR = re.compile(r" ?(?:,? ?or(?: the)?(?= )|或者?|还是) ?")
_RANGE = re.compile(
    rf"(?:{_DASH.pattern}|{_OR.pattern}|\)? ?(?:,? ?and(?: the)?(?= )|和|与|、) ?)\(?"
)
_BEFORE_WEEKDAY = re.compile(r" ?[,/]? ?[\[(【]? ?")
_BEFORE_DATE = re.compile(r"[ ,.)\]】]{0,3}(?:the )?[(\[]?")
_BEFORE_CLOCK = re.compile(
    r" ?[)\]】]?[ ,;的于在@T|\t-]{0,3}(?:(?:at|from|starting at|on|@|by|before|between|at around|at about"
    r"|around|about) )?[(\[]?"
)
_SLASH = re.compile(r" ?[/(] ?")
_BEFORE_ZONE = re.compile(r" ?[(\[]?")
# not 9:00-16:30,周一, in Chinese two clauses
_CLOCK_TO_DATE = re.compile(r"(?:\) ?| ?(?:, {1,2})?)(?:on |of )?(?:the )?")
_CLOSE = re.compile(r" ?[)\]】]")
_AOE = "-12:00"  # anywhere on earth

_DAY_NUMERAL = re.compile(r"([一二三四五六七八九十廿卅]{1,3}|[0-9]{1,2}) ?[日号]?")
_ABOUT_BEFORE = re.compile(
    r"(?:大约|大概|(?<![预大签合公节制契相邀条特])约|around|about|approximately|circa|ca?\.|(?<!~)~"
    r"|on or (?:about|around)) ?(?:在|the )?$",
    re.IGNORECASE,
)
_ABOUT_AFTER = re.compile(r" ?(?:前后|左右|(?:or|/) ?(?:thereabouts|so)\b)", re.IGNORECASE)
_UNSURE_BEFORE = re.compile(
    r"(?:暂定于?|初步定于|初定于?|暂拟于?|tentatively(?: (?:set|scheduled|planned|slated))?(?: (?:for|on))?"
    r"|provisionally(?: (?:set|scheduled))?(?: (?:for|on))?|pencill?ed in for) ?(?:在|:)?$",
    re.IGNORECASE,
)
_UNSURE_AFTER = re.compile(
    r" ?[(\[](?:暂定|待确认|待定|初定|拟|暂|tentative(?: date)?|tbc|tentatively|provisional"
    r"|to be confirmed|unconfirmed|\?)[)\]]"
    r"|,? ?(?:tentatively|tbc)\b|\?(?=[ )]|$)",
    re.IGNORECASE,
)
_BY_BEFORE = re.compile(
    r"(?:截止(?:日期|时间)?[到至于为是]?:?|截至|截稿|不晚于|不迟于|最迟(?:于|在)?|最晚(?:于|在)?"
    r"|\b(?:on or before|no later than|not later than|by|before|prior to)(?: the)?) ?$",
    re.IGNORECASE,
)
_BY_AFTER = re.compile(
    r" ?(?:之前|以前|为止|止(?!于)|前(?![后往夕景述期沿瞻一二三四五六七八九十0-9]))"
)
_INSIDE = re.compile(r" ?(?:以|之)?内(?![部地外容存])|期间")
_BETWEEN_BEFORE = re.compile(
    r"\b(?:sometime |some time )?between (?:the )?$|\bany time from $", re.IGNORECASE
)
_BETWEEN_AFTER = re.compile(r" ?之?间(?![隔断歇])|期间的?某")
_WEEK_AFTER = re.compile(
    r" ?(?:当周|那(?:一)?周|所在周|一周(?=[内:, ]|$)|这(?:一)?周)| week\b", re.IGNORECASE
)


@lru_cache(maxsize=64)  # a table's cell is looked at for its column, as a date and as a name
def find(text: str) -> tuple[Phrase, ...]:
    """The phrases of a line, in order. The places are those in the line as it was given."""
    line = plain(text)
    tokens = joined(line, lexer.tokens(line))
    if "/" in line:
        tokens = _as_beside(tokens)
    phrases: list[Phrase] = []
    index = 0
    while index < len(tokens):
        phrase, used = _phrase(line, tokens, index)
        if phrase is not None:
            phrases.append(phrase)
        index += max(used, 1)
    return tuple(_same_day(_without_names(line, phrases)))


def _same_day(phrases: list[Phrase]) -> list[Phrase]:
    """With the day for times that stand alone behind the one time of the line that has its day: 周三 9:30 …,
    随后 10:15 …, 14:00 …."""
    dated = [phrase for phrase in phrases if phrase.first is not None]
    if len(dated) != 1 or dated[0].clock is None or dated[0].last is not None:
        return phrases
    given = phrases.index(dated[0])
    return [
        replace(phrase, first=dated[0].first, zone=phrase.zone or dated[0].zone, carried=True)
        if n > given and phrase.first is None and phrase.clock and phrase.after is None
        else phrase
        for n, phrase in enumerate(phrases)
    ]


def _without_names(line: str, phrases: list[Phrase]) -> list[Phrase]:
    """Less the holidays that only name a day which stands beside them: 29 March (Easter Monday)."""
    if not any(phrase.holiday for phrase in phrases):
        return phrases
    return [
        phrase
        for n, phrase in enumerate(phrases)
        if not (
            phrase.holiday
            and phrase.clock is None
            and any(
                other.exact
                and not other.holiday
                and _NO_WORD.fullmatch(_between(line, phrase, other))
                for other in phrases[max(0, n - 1) : n + 2]
            )
        )
    ]


_NO_WORD = re.compile(r"[^\w]{0,4}")


def _between(line: str, one: Phrase, two: Phrase) -> str:
    return line[one.end : two.start] if one.end <= two.start else line[two.end : one.start]


def _as_beside(tokens: list[Token]) -> list[Token]:
    """18/06 …; 01/07 …: in the order of those of the line that have only one."""
    orders = {token.said.word for token in tokens if token.kind is Kind.NUMERIC} - {""}
    if len(orders) != 1:
        return tokens
    day_first = orders == {"day first"}
    return [
        replace(
            token,
            said=replace(
                token.said, dates=tuple(date.ordered(day_first) for date in token.said.dates)
            ),
        )
        if token.kind is Kind.NUMERIC
        else token
        for token in tokens
    ]


def _gap(line: str, a: int, b: int, pattern: re.Pattern[str]) -> bool:
    return b - a <= 24 and pattern.fullmatch(line, a, b) is not None


def _phrase(line: str, tokens: list[Token], index: int) -> tuple[Phrase | None, int]:
    point = _point(line, tokens, index)
    if point is None:
        return None, 1
    used = point.tokens
    if point.after is not None and point.date is None:
        return _so_long(line, point), used
    if point.date is None and point.clock is None:
        return None, used
    phrase = Phrase(
        point.start, point.end, point.date, point.last, point.listed, point.clock, point.until, point.zone,
        every=point.every, weekday=point.weekday, weak=point.weak, week_of=point.week_of,
        daily=point.last is not None and point.clock is not None, between=point.either,
    )  # fmt: skip
    if len(phrase.others) == 1 and _BETWEEN_BEFORE.search(
        line, max(0, phrase.start - 30), phrase.start
    ):
        phrase = replace(phrase, last=phrase.others[0], others=())  # between 12 and 16 October
    if phrase.last is None and not phrase.others and index + used < len(tokens) + 1:
        phrase, more = _range(line, tokens, index + used, phrase, point)
        used += more
    if point.ordinal and phrase.last is None:
        return None, used
    whole = _about(line, phrase)
    beside = tokens[index - 1] if index else None
    behind = tokens[index + used] if index + used < len(tokens) else None
    left = leftover(line, whole.start, whole.end, phrase, beside, behind)
    if left is not None:
        return replace(whole, leftover=left.text, undecided=left.undecided), used
    return (replace(whole, leftover=point.assumed) if point.assumed else whole), used


def _so_long(line: str, point: _Point) -> Phrase | None:
    """三天后, within two weeks; three weeks alone are no date."""
    before = line[max(0, point.start - 16) : point.start]
    within = point.within or _WITHIN.search(before) is not None
    if point.weak and not within and not _SINCE.search(before) and not _THEN.match(line, point.end):
        return None  # three weeks of training; the week after something that is no date
    phrase = Phrase(point.start, point.end, None, after=point.after, within=within)
    return _about(line, phrase)


def _range(
    line: str, tokens: list[Token], index: int, phrase: Phrase, point: _Point
) -> tuple[Phrase, int]:
    """The phrase with the second date or time to which it goes on, and how many tokens that takes."""
    bare = _bare_range(line, tokens, index, phrase)
    if bare is not None:
        return bare
    if index >= len(tokens):
        return phrase, 0
    # Tue 12th Thu 14th January: a dash was lost
    lost = point.ordinal_day and tokens[index].kind is Kind.WEEKDAY
    lost = lost and line[phrase.end : tokens[index].start] == " "
    # 2027-03-28 17:00/2027-03-29 21:00 (ISO 8601)
    lost |= (
        phrase.clock is not None
        and tokens[index].kind is Kind.DATE
        and line[phrase.end : tokens[index].start] == "/"
    )
    if not lost and not _gap(line, phrase.end, tokens[index].start, _RANGE):
        return phrase, 0
    dash = _gap(line, phrase.end, tokens[index].start, _DASH) or lost
    end = _point(line, tokens, index, ends=True)
    if end is None:
        return phrase, 0
    between = _BETWEEN_BEFORE.search(line, max(0, phrase.start - 30), phrase.start) or (
        _BETWEEN_AFTER.match(line, end.end)
    )
    if end.clock is not None and end.date is None and not end.next_day:
        whole = _until_clock(phrase, end, end.clock) if dash else None
    elif dash or between:
        whole = _until(phrase, end, now=_NOW.match(line, phrase.start) is not None)
    elif _gap(line, phrase.end, tokens[index].start, _OR):
        whole = _either(phrase, end)
    else:
        whole = None
    return (whole, end.tokens) if whole is not None else (phrase, 0)


def _either(phrase: Phrase, end: _Point) -> Phrase | None:
    """The 3rd or the 4th of May: one day between the two."""
    if phrase.clock is not None or end.clock is not None or not phrase.exact:
        return None
    whole = _until(phrase, end)
    if whole is None or whole.first is None or whole.last is None:
        return None
    one, two = whole.first, whole.last
    beside = one.month == two.month and two.number - one.number == 1 and one.weekday is None
    return replace(whole, between=True) if beside else None


def _bare_range(
    line: str, tokens: list[Token], index: int, phrase: Phrase
) -> tuple[Phrase, int] | None:
    """十日-十四日: a range whose end is a bare numeral, perhaps with a time of day behind it."""
    first = phrase.first
    if first is None or not first.exact or first.month is None:
        return None
    bare = _bare_end(line, phrase.end, first)
    if bare is None:
        return None
    last, place = bare
    if index < len(tokens) and tokens[index].start < place and tokens[index].kind is not Kind.DAY:
        return None
    whole = replace(phrase, last=last, end=place)
    taken = sum(1 for token in tokens[index : index + 2] if token.start < place)
    if index + taken < len(tokens):
        tail = _point_rest(line, tokens, index + taken, _Point(whole.start, whole.end, last))
        if tail.tokens:
            timed = replace(whole, end=tail.end, until=tail.clock, end_zone=tail.zone)
            return timed, taken + tail.tokens
    return whole, taken


def _until_clock(phrase: Phrase, end: _Point, until: Clock) -> Phrase | None:
    """5月20日9:00至17:00."""
    if phrase.clock is None or phrase.until is not None:
        return None
    if until.minutes <= phrase.clock.minutes:
        until = replace(until, days=1)
    return replace(
        phrase, until=until, end=end.end, zone=phrase.zone or end.zone, end_zone=end.zone
    )


def _until(phrase: Phrase, end: _Point, now: bool = False) -> Phrase | None:
    """The phrase as the range to the date at its end; from `now` on, that date is the one that is told."""
    if end.next_day:
        if phrase.clock is None or end.clock is None:
            return None
        return replace(phrase, until=end.clock, end=end.end)
    first = phrase.first
    if first is None or end.after is not None or end.week_of:
        return None
    last = end.date
    if end.day_only is not None:
        if not first.exact or (first.month is None and first.months is None and not first.number):
            return None
        last = _day_behind(first, end.day_only)
    if last is None or last.exact != first.exact:
        return None
    if _day_alone(first) and last.number and last.weekday is None and _month_said(last):
        first = _day_before(last, first.number)  # the 13th to the 15th of July
        phrase = replace(phrase, first=first)
    if last.weekday is not None and last.weeks is None and first.weeks is not None:
        last = replace(last, weeks=first.weeks)  # 下周三至周五
    if now and last.days is None:  # 即日起至9月5日, from now until 5 September
        return replace(phrase, first=last, end=end.end, clock=end.clock, zone=end.zone, by=True)
    if end.last is not None or end.listed:
        return None
    return replace(
        phrase, last=last, end=end.end, until=end.clock or phrase.until, zone=phrase.zone or end.zone,
        end_zone=end.zone, weak=phrase.weak and end.weak,
    )  # fmt: skip


def _day_alone(day: Written) -> bool:
    return day.exact and bool(day.number) and not _month_said(day) and day.weekday is None


def _month_said(day: Written) -> bool:
    return day.month is not None or day.months is not None


def _day_behind(first: Written, day: int) -> Written:
    """27 April to the 3rd: of the next month."""
    if day > first.number or first.month is None:
        return replace(first, number=day)
    year = first.year + 1 if first.year is not None and first.month == 12 else first.year
    return replace(first, number=day, month=first.month % 12 + 1, year=year)


def _day_before(last: Written, day: int) -> Written:
    """The 27th to the 3rd of May: of the month before."""
    if day < last.number or last.month is None:
        return replace(last, number=day)
    year = last.year - 1 if last.year is not None and last.month == 1 else last.year
    return replace(last, number=day, month=(last.month + 10) % 12 + 1, year=year)


def _bare_end(line: str, place: int, first: Written) -> tuple[Written, int] | None:
    dash = _DASH.match(line, place)
    if dash is None or dash.end() == place:
        return None
    match = _DAY_NUMERAL.match(line, dash.end())
    if match is None or match[1].isascii():
        return None
    if match[0][-1] not in "日号":
        return None
    day = number(match[1])
    return (replace(first, number=day), match.end()) if 1 <= day <= 31 else None


# 3-5日 is a number of days
_RANGE_BEFORE = re.compile(r"[-~至到第] ?$")


def _point(line: str, tokens: list[Token], index: int, ends: bool = False) -> _Point | None:
    """The point that begins at this token; its `tokens` says how many it takes. `ends`: it would be the
    end of a range, so that a dash may stand before it."""
    token = tokens[index]
    point = _Point(token.start, token.end)
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
    elif (
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
    return _point_rest(line, tokens, place + 1, point)


def _every(line: str, tokens: list[Token], index: int, point: _Point) -> _Point | None:
    """每周三, every year on 1 May."""
    token = tokens[index]
    point.every, point.tokens = token.said.word, 1
    if token.said.weekday is not None:
        point.date = Written(Unit.DAY, weekday=token.said.weekday)
        return _point_rest(line, tokens, index + 1, point)
    if (
        index + 1 >= len(tokens)
        or tokens[index + 1].kind is Kind.EVERY  # 每年每年…, however often
        or not _gap(line, token.end, tokens[index + 1].start, _EVERY_GAP)
    ):
        return None
    inner = _point(line, tokens, index + 1)
    if inner is None or inner.date is None:
        return None
    inner.start, inner.every, inner.tokens = point.start, point.every, inner.tokens + 1
    return inner


def _week_of(line: str, tokens: list[Token], index: int, point: _Point) -> _Point | None:
    """The week of 1 May."""
    if not _ahead(line, tokens, index, _BEFORE_DATE, (Kind.DATE, Kind.DAY, Kind.ORDINAL)):
        return None
    inner = _point(line, tokens, index + 1)
    if inner is None or inner.date is None or not inner.date.exact:
        return None
    inner.ordinal = False
    inner.start, inner.week_of, inner.tokens = point.start, True, inner.tokens + 1
    return inner


def _next_day(
    line: str, tokens: list[Token], place: int, point: _Point, skipped: int
) -> _Point | None:
    """次日10:00: of the day after the one that stands before it."""
    if not _ahead(line, tokens, place, _BEFORE_ZONE, (Kind.CLOCK,)):
        return None
    point.next_day = True
    point = _clock_first(line, tokens, place + 1, point, skipped + 1)
    point.clock = replace(point.clock, days=1) if point.clock else None
    return point


def _date_of(line: str, head: Token, point: _Point, ends: bool) -> bool:
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


# in two weeks; of "within", see _WITHIN
_SINCE = re.compile(r"\b(?:in|after)(?: about| around| some)? $", re.IGNORECASE)
_THEN = re.compile(
    r" (?:after|from|of|following)(?: the| its| this| that| their)*(?: date| day)?(?: of)?(?: its| the"
    r"| this| that)* ?"
    r"(?:of )?(?:official )?(?:publication|publishing|announcement|promulgation|signature|\w+ published"
    r"|that of)",
    re.IGNORECASE,
)
_NOW = re.compile(r"即日|从?现在|now\b", re.IGNORECASE)
_WITHIN = re.compile(
    r"(?:未来|今后|接下来的?|\bwithin(?: the (?:next|coming))?|\b(?:over|in|during) the (?:next|coming)) ?$",
    re.IGNORECASE,
)
_EVERY_GAP = re.compile(r" ?(?:的|on|around|in)? ?")
_ZONE_TO_DATE = re.compile(r"[ ,:)]{0,2}")
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
        and _gap(line, tokens[place].end, tokens[place + 1].start, gap)
    )


# 早8点, 08:00
_MORNING = re.compile(r"[0-9]{2}:|凌|早|上午")


def _point_rest(line: str, tokens: list[Token], place: int, point: _Point) -> _Point:
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


def _beside(line: str, tokens: list[Token], place: int, point: _Point) -> int:
    """How many tokens belong to the point that ends before them; what they say is put into it."""
    token = tokens[place]
    match token.kind:
        case Kind.WEEKDAY:
            if point.last is not None and line[token.start] == "(":
                return 1  # 7/9(三)--7/11(五): the first was seen to
            if (
                point.weekday is not None
                and (point.last is not None or point.day_only is not None)
                and _gap(line, point.end, token.start, _DASH)
                and _unclosed(line, point.start, point.end)
            ):
                return 1  # 12月4日至6日（周五至周日）
            if point.weekday is not None or point.clock is not None:
                return 0
            if _gap(line, point.end, token.start, _BEFORE_WEEKDAY):
                point.weekday = token.said.weekday
                return 1
        case Kind.DAY if _same_day_in_brackets(line, token, point):
            return 1  # 本周六（5日）
        case Kind.DATE if line[token.start - 1] == "(" and token.start == point.end + 1:
            said = token.said.dates[0]
            if said.weeks is not None and said.weekday is not None and line[token.end :][:1] == ")":
                point.weekday = said.weekday
                return 1  # 5月20日（下周三）
        case Kind.CLOCK | Kind.NEXT_DAY if point.clock is not None:
            return _end_clock(line, tokens, place, point, point.clock)
        case Kind.PART_OF_DAY if _gap(line, point.end, token.start, _BEFORE_CLOCK):
            if point.clock is not None and not point.half_open:
                return int(token.text.isascii())  # 8 p.m. in the evening
            if point.clock is not None and not token.text.isascii():
                return 0  # 9:00,下午…: another time
            point.part = point.part or token.said.word
            _settle(point)
            return 1
        case Kind.CLOCK | Kind.CLOCKS if point.clock is None:
            if _gap(line, point.end, token.start, _BEFORE_CLOCK) and (
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


def _same_day_in_brackets(line: str, token: Token, point: _Point) -> bool:
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


def _set_clock(point: _Point, token: Token) -> None:
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


def _settle(point: _Point) -> None:
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


def _end_clock(line: str, tokens: list[Token], place: int, point: _Point, start: Clock) -> int:
    """As _beside, of a time of day to which that of the point lasts: 9:00-17:00, 22:00-次日6:00."""
    token = tokens[place]
    if (
        point.zone is not None
        and _gap(line, point.end, token.start, _SLASH)
        and _ahead(line, tokens, place, _BEFORE_ZONE, (Kind.ZONE,))
    ):
        return 2  # 2:00 p.m. PT / 5:00 p.m. ET, 14:30 UTC (9:30am EST): the same moment
    if point.until is not None or not _gap(line, point.end, token.start, _DASH):
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


def _zone_fits(line: str, tokens: list[Token], place: int, point: _Point) -> bool:
    """Whether a zone belongs to a time of day before or behind it, or, of AoE, to a day."""
    token = tokens[place]
    if point.clock is not None:
        return _gap(line, point.end, token.start, _BEFORE_ZONE)
    clock_follows = _ahead(line, tokens, place, _BEFORE_CLOCK, (*_CLOCKS, Kind.PART_OF_DAY))
    return (clock_follows or token.said.word == _AOE) and _gap(
        line, point.end, token.start, _BEFORE_CLOCK
    )


def _unclosed(line: str, start: int, end: int) -> bool:
    part = line[start:end]
    return sum(map(part.count, "([【")) > sum(map(part.count, ")]】"))


def _clock_first(line: str, tokens: list[Token], place: int, point: _Point, skipped: int) -> _Point:
    """A time of day, and perhaps its date behind it (10 a.m. PT on June 8)."""
    token = tokens[place]
    _set_clock(point, token)
    point.end = token.end
    point.tokens = skipped + 1
    point = _point_rest(line, tokens, place + 1, point)
    following = place + point.tokens - skipped
    if (
        following < len(tokens)
        and tokens[following].kind in (Kind.DATE, Kind.DAY, Kind.WEEKDAY, Kind.SPAN, Kind.NUMERIC)
        and (_gap(line, point.end, tokens[following].start, _CLOCK_TO_DATE))
    ):
        date = _point(line, tokens, following) if _exact(tokens[following]) else None
        if date is not None and date.date is not None and date.clock is None:
            point.date, point.last, point.weekday = date.date, date.last, date.weekday
            point.zone = point.zone or date.zone
            point.part = point.part or date.part
            point.either = date.either
            _settle(point)
            point.end = date.end
            point.tokens += date.tokens
            point = _point_rest(line, tokens, following + date.tokens, point)
    if token.said.word == "bare" and not point.part:
        point.clock = point.until = None
        if point.date is not None:
            point.start = tokens[following].start  # at 8 on Friday: whose half of the day?
    return point


def _about(line: str, phrase: Phrase) -> Phrase:
    """The phrase with the words around it that say how it is meant."""
    before = line[max(0, phrase.start - 28) : phrase.start]
    start, end = phrase.start, phrase.end
    about, between, by, week_of = phrase.about, phrase.between, phrase.by, phrase.week_of
    found = _BETWEEN_BEFORE.search(before)
    if phrase.last is not None and found:
        between = True
        start -= len(before) - found.start()
    elif phrase.last is not None and (after := _BETWEEN_AFTER.match(line, end)):
        between = True
        end = after.end()
    if found := _ABOUT_BEFORE.search(before[: len(before) - (phrase.start - start)]):
        about = "~"
        start = phrase.start - (len(before) - found.start())
    if found := _UNSURE_BEFORE.search(before):
        about = "?"
        start = phrase.start - (len(before) - found.start())
    if after := _ABOUT_AFTER.match(line, end):
        about = "~"
        end = after.end()
    elif after := _WEEK_AFTER.match(line, end):
        if _one_day(phrase):
            week_of = True
            end = after.end()
    elif (after := _BY_AFTER.match(line, end)) and (phrase.clock is None or phrase.first):
        by = True
        end = after.end()
    if after := _UNSURE_AFTER.match(line, end):
        about = "?"
        end = after.end()
    if phrase.first is not None and not phrase.exact and (after := _INSIDE.match(line, end)):
        end = after.end()
    if _BY_BEFORE.search(line[max(0, start - 28) : start]):
        by = True
    if (start, end, by) == (phrase.start, phrase.end, phrase.by):
        return phrase  # every other word takes up room
    return replace(
        phrase, start=start, end=end, about=about, between=between, by=by, week_of=week_of
    )


def _one_day(phrase: Phrase) -> bool:
    """Whether it is a day of a month, which has a week (5月20日当周)."""
    first = phrase.first
    return (
        first is not None
        and first.exact
        and first.weekday is None
        and phrase.last is None
        and not phrase.weak
    )
