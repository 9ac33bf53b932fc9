"""Tokens to phrases: what stands together says one date.

    phrase  =  point [ "-" point | "-" clock ]                  (points.py)

and around it the words that say how it is meant: about, between … and, by and before, from, every.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from service.core.dates import months
from service.core.dates.numerals import number
from service.core.dates.phrases import lexer
from service.core.dates.phrases.joining import joined
from service.core.dates.phrases.leftovers import leftover
from service.core.dates.phrases.points import (
    DASH,
    Clock,
    Point,
    point_at,
    point_rest,
    stands_between,
)
from service.core.dates.phrases.tokens import Kind, Token
from service.core.dates.phrases.written import Written
from service.core.text.characters import plain


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


_AND = re.compile(r",? ?(?:and|&|,|、|和|及|与) ?(?:on )?")
_OR = re.compile(r" ?(?:,? ?or(?: the)?(?= )|或者?|还是) ?")
_RANGE = re.compile(
    rf"(?:{DASH.pattern}|{_OR.pattern}|\)? ?(?:,? ?and(?: the)?(?= )|和|与|、) ?)\(?"
)
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


def _phrase(line: str, tokens: list[Token], index: int) -> tuple[Phrase | None, int]:
    point = point_at(line, tokens, index)
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


def _so_long(line: str, point: Point) -> Phrase | None:
    """三天后, within two weeks; three weeks alone are no date."""
    before = line[max(0, point.start - 16) : point.start]
    within = point.within or _WITHIN.search(before) is not None
    if point.weak and not within and not _SINCE.search(before) and not _THEN.match(line, point.end):
        return None  # three weeks of training; the week after something that is no date
    if _SINCE_WHAT.search(line, max(0, point.start - 40), point.start) or (
        within and _OF_WHAT.match(line, point.end) and not _THEN.match(line, point.end)
    ):
        return None  # 自递交之日起90日内, within 18 months after the closing
    phrase = Phrase(point.start, point.end, None, after=point.after, within=within)
    return _about(line, phrase)


def _range(
    line: str, tokens: list[Token], index: int, phrase: Phrase, point: Point
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
    if not lost and not stands_between(line, phrase.end, tokens[index].start, _RANGE):
        return _two_days(line, tokens, index, phrase) or (phrase, 0)
    dash = stands_between(line, phrase.end, tokens[index].start, DASH) or lost
    end = point_at(line, tokens, index, ends=True)
    if end is None:
        return phrase, 0
    between = _BETWEEN_BEFORE.search(line, max(0, phrase.start - 30), phrase.start) or (
        _BETWEEN_AFTER.match(line, end.end)
    )
    if end.clock is not None and end.date is None and not end.next_day:
        whole = _until_clock(phrase, end, end.clock) if dash else None
    elif dash or between:
        whole = _until(phrase, end, now=_NOW.match(line, phrase.start) is not None)
    elif stands_between(line, phrase.end, tokens[index].start, _OR):
        whole = _either(phrase, end)
    else:
        return _two_days(line, tokens, index, phrase) or (phrase, 0)
    return (whole, end.tokens) if whole is not None else (phrase, 0)


def _two_days(
    line: str, tokens: list[Token], index: int, phrase: Phrase
) -> tuple[Phrase, int] | None:
    """January 31 and February 1, 2026; 9月5日、9月6日: days that follow one another are one span."""
    first = phrase.first
    if first is None or phrase.clock or phrase.last or phrase.others or phrase.after or phrase.weak:
        return None
    if not stands_between(line, phrase.end, tokens[index].start, _AND):
        return None
    end = point_at(line, tokens, index, ends=True)
    if end is None or end.date is None or end.clock or end.last or end.listed or end.weak:
        return None
    if not _follows(first, end.date):
        return None
    return replace(phrase, last=end.date, end=end.end), end.tokens


def _follows(first: Written, last: Written) -> bool:
    """Whether the second is the day after the first, both with their months."""
    if not (first.exact and last.exact and first.month and last.month and last.number):
        return False
    if first.year is not None and last.year not in (None, first.year, first.year + 1):
        return False
    if first.month == last.month:
        return last.number - first.number == 1
    ends = {
        months.length(year, first.month) for year in (2027, 2028)
    }  # of which one is a leap year
    return first.number in ends and last.month == first.month % 12 + 1 and last.number == 1


def _either(phrase: Phrase, end: Point) -> Phrase | None:
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
        tail = point_rest(line, tokens, index + taken, Point(whole.start, whole.end, last))
        if tail.tokens:
            timed = replace(whole, end=tail.end, until=tail.clock, end_zone=tail.zone)
            return timed, taken + tail.tokens
    return whole, taken


def _until_clock(phrase: Phrase, end: Point, until: Clock) -> Phrase | None:
    """5月20日9:00至17:00."""
    if phrase.clock is None or phrase.until is not None:
        return None
    if until.minutes <= phrase.clock.minutes:
        until = replace(until, days=1)
    return replace(
        phrase, until=until, end=end.end, zone=phrase.zone or end.zone, end_zone=end.zone
    )


def _until(phrase: Phrase, end: Point, now: bool = False) -> Phrase | None:
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
    dash = DASH.match(line, place)
    if dash is None or dash.end() == place:
        return None
    match = _DAY_NUMERAL.match(line, dash.end())
    if match is None or match[1].isascii():
        return None
    if match[0][-1] not in "日号":
        return None
    day = number(match[1])
    return (replace(first, number=day), match.end()) if 1 <= day <= 31 else None


# in two weeks; of "within", see _WITHIN
_SINCE = re.compile(r"\b(?:in|after)(?: about| around| some)? $", re.IGNORECASE)
_THEN = re.compile(
    r" (?:after|from|of|following)(?: the| its| this| that| their)*(?: date| day)?(?: of)?(?: its| the"
    r"| this| that)* ?"
    r"(?:of )?(?:official )?(?:publication|publishing|announcement|promulgation|signature|\w+ published"
    r"|that of)",
    re.IGNORECASE,
)
_OF_WHAT = re.compile(r" (?:after|from|of|following) (?!today|now)[a-z]", re.IGNORECASE)
_SINCE_WHAT = re.compile(
    r"自(?![^,。;]*(?:公布|发布|印发|颁布|公告|通过|签署|批准))[^,。;]{1,30}(?:之日|时间|日)?起 ?,? ?$"
)
_NOW = re.compile(r"即日|从?现在|now\b", re.IGNORECASE)
_WITHIN = re.compile(
    r"(?:未来|今后|接下来的?|\bwithin(?: the (?:next|coming))?|\b(?:over|in|during) the (?:next|coming)) ?$",
    re.IGNORECASE,
)


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
