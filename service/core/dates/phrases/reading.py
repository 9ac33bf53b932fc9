"""What a phrase means, given the reference date and what was said nearby."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from service.core.dates import months
from service.core.dates import when as when_
from service.core.dates.phrases.grammar import Phrase
from service.core.dates.phrases.points import Clock
from service.core.dates.phrases.written import NoSuchDate, Unit, Written, later, stretch
from service.core.dates.when import LAST_YEAR, InvalidWhen, When


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a date that is not written out hangs on.

    today   the reference date: the day from which the text speaks
    zone    the IANA time zone of times that name none
    year    said by a heading; else the first that does not lie behind
    month   (year, month) said by a heading, for bare days
    day     said by a heading, for bare times of day
    week    the Monday of the week that a heading named, for bare weekdays
    base    the day of publication, for "90 days after publication"; else today
    """

    today: date
    zone: str
    year: int | None = None
    month: tuple[int, int] | None = None
    day: date | None = None
    week: date | None = None
    base: date | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A phrase's `when`, and how it was come by.

    rolled      without a year; this year's lies behind, so it is the next one's
    behind      how many days this year's lies behind, when rolled
    year_said   the words settle the year
    since       of a date without a year: how many days ago it last was, None elsewhere
    sure        from 0 to 1
    zone        the IANA name of the zone that the text names, or None
    leftover    words of time beside it that it did not take, "" where there are none
    """

    when: When
    rolled: bool
    behind: int
    year_said: bool
    sure: float
    zone: str | None = None
    since: int | None = None
    leftover: str = ""


def read(phrase: Phrase, anchor: Anchor) -> Read | None:
    """The date of a phrase, or None where it cannot be decided or does not exist."""
    if phrase.undecided:
        return None
    try:
        made = _read(phrase, anchor)
    except (NoSuchDate, InvalidWhen):
        return None
    if made is None or made.when.last.year > LAST_YEAR:
        return None  # within 715 years
    if not phrase.leftover:
        return made
    return replace(made, sure=min(made.sure, _SURE_OF_A_PART), leftover=phrase.leftover)


def others(phrase: Phrase, anchor: Anchor) -> list[Read]:
    """Those of the further days that were listed."""
    found = (
        read(replace(phrase, first=day, others=(), last=None), anchor) for day in phrase.others
    )
    return [one for one in found if one is not None]


def _read(phrase: Phrase, anchor: Anchor) -> Read | None:
    if phrase.after is not None:
        return _after(phrase, anchor)
    if phrase.first is None:
        if anchor.day is None or phrase.clock is None:
            return None
        when = _timed(anchor.day, None, phrase, anchor)
        return Read(when, False, 0, True, 0.85, _zone_name(phrase, anchor)) if when else None
    if phrase.first.either_order:
        if (settled := _by_weekday(phrase, phrase.first, anchor)) is not None:
            return settled
        ordered = _ordered(phrase, phrase.first, anchor)
        return _dated(ordered, ordered.first, anchor) if ordered and ordered.first else None
    return _dated(phrase, phrase.first, anchor)


def _by_weekday(phrase: Phrase, written: Written, anchor: Anchor) -> Read | None:
    """Sat 11/4: of the two orders the one whose day is that weekday, where the other's is not."""
    found = []
    for day_first in (True, False) if phrase.weekday is not None else ():
        first, last = written.ordered(day_first), phrase.last and phrase.last.ordered(day_first)
        try:
            made = _dated(replace(phrase, first=first, last=last), first, anchor)
        except NoSuchDate:
            continue
        if made.when.first.weekday() == phrase.weekday:
            found.append(made)
    return found[0] if len(found) == 1 else None


def _dated(phrase: Phrase, written: Written, anchor: Anchor) -> Read:
    """`written` is the phrase's date."""
    days = _days(phrase, written, anchor)
    sure = days.sure - (0.1 if phrase.weak else 0)
    mismatch = (
        phrase.weekday is not None and written.exact and days.first.weekday() != phrase.weekday
        and written.weekday is None and not phrase.week_of
    )  # fmt: skip
    if mismatch and written.plus is not None:
        raise NoSuchDate("Sunday, three weeks after a Friday")
    if mismatch:
        sure = min(sure, 0.5)
    if phrase.week_of:
        monday = days.first - timedelta(days=days.first.weekday())
        week = when_.window(monday, monday + timedelta(days=6))
        return Read(_about(week, phrase, False), days.rolled, days.behind, days.year_said, sure)
    when = None
    if phrase.clock is not None and phrase.exact:
        when = _timed(days.first, days.last, phrase, anchor)
        if when is None:
            sure -= 0.2
    if when is None:
        when = _whole(phrase, written, days.first, days.last)
    since = None
    if not days.year_said and written.month is not None:
        last_year = date(days.first.year - 1, days.first.month, min(days.first.day, 28))
        since = (anchor.today - last_year).days
    return Read(
        _about(when, phrase, mismatch),
        days.rolled,
        days.behind,
        days.year_said,
        sure,
        _zone_name(phrase, anchor),
        since,
    )


def _ordered(phrase: Phrase, written: Written, anchor: Anchor) -> Phrase | None:
    """07/08/2026 as people in the zone write it, and uncertain; elsewhere it cannot be decided. Without a
    year it is 8/25 as in China and America, but where the day is written first."""
    area = anchor.zone.partition("/")[0]
    day_first = area in ("Europe", "Africa", "Australia", "Pacific")
    if written.year is not None and not day_first and area != "America":
        return None
    last = phrase.last.ordered(day_first) if phrase.last else None
    about = "?" if day_first or written.year is not None else phrase.about
    return replace(phrase, first=written.ordered(day_first), last=last, about=about)


def _about(when: When, phrase: Phrase, mismatch: bool) -> When:
    mark = phrase.about or ("?" if mismatch else "")
    return when_.parse(when.text + mark) if mark else when


def _whole(phrase: Phrase, written: Written, first: date, last: date) -> When:
    if phrase.exact:
        return when_.day(first, last)
    if phrase.last is not None:
        return when_.window(first, last)
    match written.unit:
        case Unit.MONTH | Unit.QUARTER_END | Unit.YEAR_END:
            return when_.parse(f"{last.year}-{last.month:02d}")
        case Unit.QUARTER | Unit.YEAR_START | Unit.YEAR_LATE:
            return when_.parse(f"{first.year}-Q{(first.month + 2) // 3}")
        case Unit.HALF:
            return when_.parse(f"{first.year}-H{1 if first.month == 1 else 2}")
        case Unit.YEAR:
            return when_.parse(str(first.year))
        case Unit.DAY:
            return when_.day(first, last)
        case _:
            return when_.window(first, last)


@dataclass(frozen=True, slots=True)
class _Days:
    """First and last day of a phrase; the rest as in Read."""

    first: date
    last: date
    sure: float
    year_said: bool = True
    rolled: bool = False
    behind: int = 0


def _days(phrase: Phrase, first: Written, anchor: Anchor) -> _Days:
    last = phrase.last
    if last is not None and last.year is not None and first.year is None and not first.relative:
        # Dec 30 - Jan 2, 2027
        crosses = (first.month or 0) > (last.month or 12)
        year = last.year - 1 if crosses else last.year
        return _Days(*_span(replace(first, year=year), last, anchor, year), sure=1.0)
    weekday = first.weekday if not first.number else None  # alone, not one of a month or its week
    if anchor.week is not None and weekday is not None and first.weeks is None:
        day = anchor.week + timedelta(days=weekday)
        return _Days(day, day, sure=0.9)
    if first.year_said or weekday is not None:
        said = first.year
        if said is None and first.years is not None:
            said = anchor.today.year + first.years
        return _Days(*_span(first, last, anchor, said), sure=0.95)
    if first.exact and first.month is None and first.weekday is None and not first.holiday:
        return _bare(first, last, anchor, phrase.weekday)
    if anchor.year is not None:
        return _Days(*_span(first, last, anchor, anchor.year), sure=0.9)
    return _yearless(phrase, first, last, anchor)


def _yearless(phrase: Phrase, first: Written, last: Written | None, anchor: Anchor) -> _Days:
    """Of the years that have it, the first in which it does not lie behind."""
    today = anchor.today
    this: tuple[date, date] | None = None  # the last that lies behind
    for year in range(today.year - 1, today.year + 5):  # 29 February comes within four years
        try:
            chosen = _span(first, last, anchor, year)
        except NoSuchDate:
            continue
        if chosen[1] >= today:
            break
        this = chosen
    else:
        raise NoSuchDate("no year has it")
    if this is None or this[0].year != today.year or chosen[0].year <= today.year:
        return _Days(*chosen, sure=0.9, year_said=False)
    behind = (today - this[1]).days
    if this[0].weekday() == phrase.weekday != chosen[0].weekday():
        if behind > _FAR_BEHIND:
            raise NoSuchDate("the weekday beside it was right long ago")
        return _Days(*this, sure=0.9)  # the weekday beside it says that this year's is meant
    if chosen[0].weekday() == phrase.weekday != this[0].weekday():
        return _Days(*chosen, sure=0.9)  # … or that the coming one's is
    return _Days(*chosen, sure=0.75, year_said=False, rolled=True, behind=behind)


def _span(
    first: Written, last: Written | None, anchor: Anchor, year: int | None
) -> tuple[date, date]:
    one = stretch(first, anchor.today, year, anchor.zone)
    if last is None:
        return one
    end_year = last.year if last.year is not None else one[0].year
    if last.month is None and not last.relative and last.exact and last.number:
        last = replace(last, month=one[0].month, year=one[0].year)
    two = stretch(last, anchor.today, end_year, anchor.zone)
    if two[1] < one[0] and last.weekday is not None and not last.number and last.weeks is None:
        two = two[0] + timedelta(weeks=1), two[1] + timedelta(weeks=1)  # Friday to Monday
    same_year = last.year in (None, first.year) and not last.relative
    if two[1] < one[0] and same_year and last.month and first.month and last.month < first.month:
        two = stretch(
            replace(last, year=one[0].year + 1), anchor.today, None, anchor.zone
        )  # 12月30日至1月2日
    if two[1] < one[0]:
        raise NoSuchDate("it ends before it starts")
    return one[0], two[1]


def _bare(
    first: Written, last: Written | None, anchor: Anchor, weekday: int | None = None
) -> _Days:
    """A day without its month: of the heading's month, else the next that has it ahead.

    A weekday beside it tells that this month's is meant, also where it is past.
    """
    if anchor.month is not None:
        year, month = anchor.month
        one = _span(first.in_month(year, month), last, anchor, year)
        return _Days(*one, sure=0.9)
    today, rolled = anchor.today, False
    year, month = today.year, today.month
    behind = 0
    if weekday is not None and last is None:
        day = _month_by_weekday(first.number, weekday, today)
        if day is None:
            raise NoSuchDate("no month near has that weekday on that day")
        return _Days(day, day, sure=0.9)
    for _ in range(4):
        if first.number <= months.length(year, month):
            one = _span(first.in_month(year, month), last, anchor, year)
            if one[1] >= today:
                sure = 0.6 if rolled else 0.8
                return _Days(*one, sure, year_said=False, rolled=rolled, behind=behind)
            behind = (today - one[1]).days
            if weekday is not None and one[0].weekday() == weekday:
                return _Days(*one, sure=0.9)
        rolled = True
        year, month = months.shifted(year, month, 1)
    raise NoSuchDate("no month has it")


def _month_by_weekday(number: int, weekday: int, today: date) -> date | None:
    """Friday the 13th: this month's, also where it is past, else the next within half a year."""
    year, month = today.year, today.month
    for _ in range(_MONTHS_AHEAD):
        if number <= months.length(year, month):
            day = date(year, month, number)
            if day.weekday() == weekday:
                return day
        year, month = months.shifted(year, month, 1)
    return None


_MONTHS_AHEAD = 7
_FAR_BEHIND = 180  # days
_SURE_OF_A_PART = 0.6


def _after(phrase: Phrase, anchor: Anchor) -> Read | None:
    assert phrase.after is not None
    count, unit = phrase.after
    if phrase.within:
        return _within(count, unit, anchor)
    base = anchor.base or anchor.today
    exact = anchor.base is not None
    day = later(base, count, unit)
    if unit in ("months", "years") and not exact:
        text = f"{day.year}-{day.month:02d}" if unit == "months" else str(day.year)
        return Read(when_.parse(text), False, 0, True, 0.7)
    return Read(
        _about(when_.day(day), phrase, False),
        False,
        0,
        True,
        0.9 if exact or unit == "days" else 0.75,
    )


def _within(count: int, unit: str, anchor: Anchor) -> Read | None:
    base = anchor.base or anchor.today
    if unit == "workdays":
        return None
    return Read(when_.window(base, later(base, count, unit)), False, 0, True, 0.75)


def _timed(first: date, last: date | None, phrase: Phrase, anchor: Anchor) -> When | None:
    """None where the zone is not known, or the time does not exist there."""
    if phrase.clock is None or phrase.zone == "" or phrase.daily:
        return None
    if phrase.last is not None:
        if phrase.until is None:
            return None  # June 2-5, 9:00: the hour at which each day begins
        end_day = last
    else:
        end_day = first
    zone = _zone(phrase.zone, anchor)
    end_zone = _zone(phrase.end_zone, anchor) if phrase.end_zone else zone
    try:
        start = _moment(first, phrase.clock, zone)
        end = _moment(end_day or first, phrase.until, end_zone) if phrase.until else None
        if end is not None and end <= start:
            return None
        return when_.timed(start, end)
    except InvalidWhen:
        return None


def _moment(day: date, clock: Clock, zone: tzinfo) -> datetime:
    day += timedelta(days=clock.days + clock.minutes // (24 * 60))
    minutes = clock.minutes % (24 * 60)
    text = f"{day.isoformat()}T{minutes // 60:02d}:{minutes % 60:02d}"
    start = when_.parse(text, zone).start
    assert start is not None
    return start


def _zone(name: str | None, anchor: Anchor) -> tzinfo:
    if name is None:
        return ZoneInfo(anchor.zone)
    if name == "UTC":
        return UTC
    if name == "cst":  # China's in Asia, else the American one
        return ZoneInfo(
            "America/Chicago" if anchor.zone.startswith("America/") else "Asia/Shanghai"
        )
    if name[0] in "+-":
        offset = timedelta(hours=int(name[1:3]), minutes=int(name[4:6]))
        return timezone(-offset if name[0] == "-" else offset)
    return ZoneInfo(name)


def _zone_name(phrase: Phrase, anchor: Anchor) -> str | None:
    name = phrase.zone
    if not name or name[0] in "+-" or name == "UTC":
        return None
    return str(_zone(name, anchor))
