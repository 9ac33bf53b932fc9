"""What a case of a suite is, which of them count, and the verdict on what was read.

right    some reading is what is wanted
vague    some reading holds the wanted days and is longer (a month for a day of it): less was said
wrong    something was read, and nothing read is right or holds it
missed   nothing was read
crashed  the reader raised an error

Counted are dates, ranges of days and times of a day that lie ahead of the reference date. Left out,
by rule: durations, sets, times without a day; what is reckoned in hours, minutes, decades or
centuries; lunar and dynastic dates; years before 1970. Each suite's module says what else is left
out of it.

Taken either way, where careful readers differ: the end of a range inclusive or exclusive, also of a
range of whole months or years; a weekday of today's name as today or in a week; a part of the day as
that day; days listed one by one as the range that they make; a window whose words leave its length
open (Want.blur).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

OUT_OF_SCOPE = re.compile(
    r"(?i)\bnow\b|moment|present|\bhours?\b|minutes?\b|\bmins?\b|seconds?\b|hrs?\b|century|decade"
    r"|小时|小時|分钟|分鐘|鐘頭|钟头|现在|现时|馬上|马上|刚刚|秒|世纪|年代|农历|正月|大年"
)
CLOCK = re.compile(r"[0-9一二三四五六七八九十两]\s*(?:点|點|时|時|:|：|h|[ap]\.?m)")
PART_OF_DAY = re.compile(r"(?i)morning|noon|evening|night|[早晨晚夜]|[上下中正]午|傍晚|午[后後]")
_WEEKDAY = re.compile(r"(?i)周|週|星期|礼拜|禮拜|day")
FIRST_YEAR = 1970


@dataclass(frozen=True)
class Reading:
    """What was read: days, both inclusive, and for a time its start and end (None where open)."""

    first: date
    last: date
    start: datetime | None = None
    end: datetime | None = None

    @property
    def one_day(self) -> bool:
        return self.start is None and self.first == self.last

    def __str__(self) -> str:
        return span(self.start or self.first, self.end if self.start else self.last)


@dataclass(frozen=True)
class Want:
    """One answer that is accepted.

    An untimed one: the first day, and the accepted last days. A timed one: the start, and the
    accepted ends (none: any end). Times are those of the wall clock in the case's zone, without
    an offset; with one where the text names its zone, and then instants are compared.

    blur    the words leave the length of the window open (年底, 月初): any window inside it or
            around it that shares its first or last day is as good
    """

    first: date | datetime
    ends: frozenset[date | datetime]
    blur: bool = False

    @property
    def timed(self) -> bool:
        return isinstance(self.first, datetime)

    @property
    def days(self) -> tuple[date, date]:
        return _day(self.first), _day(min(self.ends, default=self.first))

    def __str__(self) -> str:
        return span(self.first, min(self.ends, default=None)) + " (blur)" * self.blur


@dataclass(frozen=True)
class Case:
    """A text, read on `today` in `zone`, and what is accepted. No wants: it has no date.

    where   the place of the date in the text; the whole text where the suite does not say
    """

    suite: str
    lang: str
    text: str
    today: date
    zone: str
    wants: tuple[Want, ...]
    where: tuple[int, int]

    @property
    def kind(self) -> str:
        return "dates" if self.wants else "no date"


def days(first: date, *lasts: date, blur: bool = False) -> Want:
    """Wants the day, or all the days to one of the last ones."""
    return Want(first, frozenset(lasts or (first,)), blur)


def span(first: date | datetime, last: date | datetime | None) -> str:
    ends = dict.fromkeys(one for one in (first, last) if one is not None)
    return "/".join(
        one.isoformat(timespec="minutes") if isinstance(one, datetime) else one.isoformat()
        for one in ends
    )


def in_scope(case: Case) -> bool:
    """Whether it is a date with a year of ours, and lies ahead."""
    return (
        bool(case.wants)
        and not OUT_OF_SCOPE.search(case.text)
        and all(want.days[0].year >= FIRST_YEAR for want in case.wants)
        and max(want.days[1] for want in case.wants) >= case.today
    )


def verdict(case: Case, read: Sequence[Reading] | None) -> str:
    """right, vague, wrong, missed or crashed (None); of a case without a date clean or wrong."""
    if read is None:
        return "crashed"
    if not case.wants:
        return "wrong" if read else "clean"
    if any(_right(case, want, one) for one in [*read, *_listed(read)] for want in case.wants):
        return "right"
    if any(_holds(one, want) for one in read for want in case.wants):
        return "vague"
    return "wrong" if read else "missed"


def _listed(read: Sequence[Reading]) -> list[Reading]:
    """Days that are read one by one, as the range that they make: the 10th, 11th and 12th."""
    if len(read) < 2 or not all(one.one_day for one in read):
        return []
    listed = {one.first for one in read}
    first, last = min(listed), max(listed)
    return [Reading(first, last)] if len(listed) == (last - first).days + 1 else []


def _right(case: Case, want: Want, reading: Reading) -> bool:
    parts_of_days = PART_OF_DAY.search(case.text) and not CLOCK.search(case.text)
    if isinstance(want.first, datetime):
        if reading.start is not None:
            return _same(reading.start, want.first) and (
                not want.ends or any(_same(reading.end, end) for end in want.ends)
            )
        day = want.first.date()
        accepted = ((day, day), want.days)
        return bool(want.ends) and not CLOCK.search(case.text) and _days(reading) in accepted
    if reading.start is not None:
        return bool(parts_of_days) and reading.first == want.first and want.first in want.ends
    return (
        (reading.first == want.first and reading.last in want.ends)
        or (want.blur and _shares_an_end(reading, want))
        or _today_or_in_a_week(case, want, reading)
    )


def _days(reading: Reading) -> tuple[date, date]:
    return reading.first, reading.last


def _same(read: datetime | None, wanted: date | datetime) -> bool:
    if read is None or not isinstance(wanted, datetime):
        return False
    return read == wanted if wanted.tzinfo else read.replace(tzinfo=None) == wanted


def _shares_an_end(reading: Reading, want: Want) -> bool:
    first, last = want.days
    inside = first <= reading.first and reading.last <= last
    shared = reading.first == first or reading.last == last
    return shared and (inside or _holds(reading, want)) and not reading.one_day


def _today_or_in_a_week(case: Case, want: Want, reading: Reading) -> bool:
    return (
        want.ends == {want.first}
        and bool(_WEEKDAY.search(case.text))
        and reading.one_day
        and abs((reading.first - _day(want.first)).days) == 7
        and case.today in (reading.first, want.first)
    )


def _holds(reading: Reading, want: Want) -> bool:
    first, last = want.days
    return reading.start is None and reading.first <= first and last <= reading.last


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
