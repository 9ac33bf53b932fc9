"""What the lexer gives: one token a word or a fixed group, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from service.core.dates.phrases.written import Written


class Kind(Enum):
    """What stands there; behind it which fields of Said it comes with."""

    DATE = auto()  # dates: one; word: its part of day (今晚)
    # 8/25, 2026.5, 2026: a date only where nothing else can be meant. dates: one, or a span; word: "day
    # first" (25/8) or "month first" (8/25) where only that is possible
    NUMERIC = auto()
    SPAN = auto()  # dates: first and last
    LISTED = auto()  # several days of a month. dates: all
    DAY = auto()  # a day of a month that stands nearby. number
    ORDINAL = (
        auto()
    )  # 13th, twenty-third: a day only beside a month, a weekday or another such. number
    # the third week, the last two months: of the stretch beside it. number, count, word: the unit
    NTH = auto()
    DAYS = auto()  # 15日至16日. dates: first and last, without a month; weak
    WEEKDAY = auto()  # weekday
    NEXT_DAY = auto()  # 次日: the day after the one that stands nearby
    # minutes: one; weak: it may be the other half of the day; word: the part of day it says
    # (下午3点), or "bare", an hour only beside one, or "afternoon", an hour that is meant of it
    CLOCK = auto()
    CLOCKS = auto()  # minutes: of the start and the end; weak and word as of CLOCK
    PART_OF_DAY = auto()  # word: 上午
    ZONE = auto()  # word: an IANA name, or an offset such as +08:00, or "" for a local time
    EVERY = auto()  # word: "YEARLY", "MONTHLY", "WEEKLY"; weekday
    AFTER = auto()  # so long after something. number, word: the unit of time, within
    WEEK_OF = auto()  # the week that has the next date
    # no date of the calendar, or none that can be known, whatever stands in it: a fiscal quarter
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says.

    minutes   since midnight, to 24:00
    weekday   0 Monday … 6
    within    at some time until then (30日内), not at its end (30日后)
    weak      the first number has no unit (15-16日); the half of the day is not said (8:30)
    either    one of the days (6月3日或4日)
    """

    kind: Kind
    dates: tuple[Written, ...] = ()
    number: int = 0
    weekday: int | None = None
    minutes: tuple[int, ...] = ()
    word: str = ""
    within: bool = False
    weak: bool = False
    count: int = 1
    either: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """What stands at start … end of the line."""

    kind: Kind
    start: int
    end: int
    said: Said
    text: str
