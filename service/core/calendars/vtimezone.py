"""The VTIMEZONE component of an IANA zone, written the way calendar clients read it alike.

`vtimezone(tzid, first_year, last_year)` is right for every local time from 1 January of
`first_year` to 31 December of `last_year`. `last_year=None` means "no end": zones that follow a
yearly rule are right for ever, zones whose clock changes follow no yearly rule (Africa/Casablanca
and the others that go by Ramadan) up to 31 December of `first_year` + 30.

Step by step:

1. Find the changes: every instant of 1968..2199 at which the UTC offset or the abbreviation of the
   zone changes (a scan by steps of three days, then bisection to the second). A change of the DST
   flag alone is none. A change is written as the wall time of the clock that ends, in
   TZOFFSETFROM.
2. Kind: DAYLIGHT is the larger offset of a pair, STANDARD the smaller one. The DST flag of the
   data says which it is; where the data count DST downwards (Europe/Dublin's winter, Morocco's
   Ramadan), the periods beside the negative one are DAYLIGHT and the negative one is STANDARD.
3. No change within the years asked for: one STANDARD block, DTSTART:19700101T000000, from = to.
4. Otherwise begin with the last change before `first_year`; if the two years before have none,
   with a block as in step 3 that gives the offset of 1 January of `first_year`.
5. Fit rules. Changes that agree in weekday, wall time, offsets, name and kind, and fall into the
   same seven days of consecutive years, are one run. From the earliest change on, the longest run
   is taken; among equals in this order of form: nth weekday of the month (n = 1..4), last weekday,
   any other seven days (Israel's "Friday before the last Sunday"). A run has at least two years,
   for any other seven days four, so that chance does not make rules. Then go back from the first
   change for as long as each earlier change continues one of the runs: it costs no line, and the
   rules begin where people expect them (United States 2007, EU 1996). It also keeps London and
   Dublin in vobject, which takes a zone for UTC and drops it when nothing differs in 2000..2019.
   For the same reason a first change that is in no run gives way to the block of step 3, with
   its own kind.
6. Write each run as one block: DTSTART is its first change, RRULE is FREQ=YEARLY with
   BYMONTH=m;BYDAY=nWD, or, for other seven days, BYMONTH=m;BYMONTHDAY=d,…;BYDAY=WD. Seven days
   that cross the end of a month (Egypt's "after the last Thursday of October") are two blocks, one
   for each month. Never RDATE, never COUNT.
7. A run that still holds in 2199 has no end. Any other has UNTIL: the instant of its last change
   in UTC, or, east of Greenwich, the digits of its wall time with Z. That is later by the offset,
   names the same changes, and is also right for readers that compare UNTIL with the wall time
   (dateutil, hence vobject and icalendar): they lose the last change otherwise (measured).
8. What fits no run is a block of its own without RRULE. Blocks that begin after the last year
   asked for are left out. Blocks stand in the order of their DTSTART.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

FIRST_YEAR = 1970
LAST_YEAR = 2199
YEARS_WITHOUT_RULE = 30  # how long one-off changes are listed for a series without end

_YEARS_BACK = 2  # how far before first_year the last change may lie
_STEP = timedelta(days=3)  # shorter than any period: Gaza has one of seven days in 2040
_SECOND = timedelta(seconds=1)
_ZERO = timedelta(0)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = -7  # a window's first day: the last seven days of the month
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FOLD_AT = 75

_Signature = tuple[int, time, timedelta, timedelta, str, str]
_Run = tuple["Window | None", list["ClockChange"]]


class ClockChange(NamedTuple):
    """A clock change, or the begin of a name."""

    at: datetime  # UTC, aware
    wall: datetime  # the same instant, naive, on the clock that ends
    before: timedelta
    after: timedelta
    name: str
    kind: str


class Window(NamedTuple):
    """Seven days of every year: from the month's day `first`, or the last seven of the month."""

    month: int
    first: int


class Observance(NamedTuple):
    """One observance; without a rule it begins once."""

    start: ClockChange
    rule: str


@lru_cache(maxsize=512)
def vtimezone(tzid: str, first_year: int, last_year: int | None, *, endless: bool = False) -> bytes:
    """The component for `tzid`, CRLF-ended lines from BEGIN:VTIMEZONE to END:VTIMEZONE.

    `endless` (or no last year): some series has no end, so every rule is told that ever comes to
    hold; what follows no rule is told until the last year, and for 30 years from the first.

    Raises zoneinfo's ZoneInfoNotFoundError for an unknown zone and ValueError for years outside
    1970..2199 or in the wrong order.
    """
    endless = endless or last_year is None
    end_year = first_year if last_year is None else last_year
    if endless:
        end_year = max(end_year, min(first_year + YEARS_WITHOUT_RULE, LAST_YEAR))
    if not FIRST_YEAR <= first_year <= end_year <= LAST_YEAR:
        raise ValueError(f"years {first_year}..{last_year}: not within {FIRST_YEAR}..{LAST_YEAR}")
    lines = ["BEGIN:VTIMEZONE", f"TZID:{tzid}"]
    for block in _blocks(tzid, first_year, end_year, endless):
        lines += _block_lines(block)
    lines.append("END:VTIMEZONE")
    return "".join(_fold(line) + "\r\n" for line in lines).encode("ascii")


def _blocks(tzid: str, first_year: int, end_year: int, endless: bool) -> list[Observance]:
    """Steps 3 to 8: the observances for these years."""
    zone = ZoneInfo(tzid)
    start = datetime(first_year, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(end_year + 1, 1, 1, tzinfo=zone, fold=1).astimezone(UTC)
    fixed = Observance(_fixed(zone, start, "STANDARD"), "")
    changes = _changes(tzid)
    first = sum(change.at <= start for change in changes)  # the first one in these years
    if first == len(changes) or (changes[first].at >= end and not endless):
        return [fixed]
    blocks = []
    if first and changes[first - 1].at.year >= first_year - _YEARS_BACK:
        first -= 1
    else:
        blocks.append(fixed)
    runs = list(_runs(changes[first:]))
    if not blocks and runs[0][0] is None:
        blocks.append(Observance(_fixed(zone, start, changes[first].kind), ""))
        del runs[0]
    elif not blocks:
        _extend_back(runs, changes[:first])
    for window, run in runs:
        blocks += _run_blocks(window, run)
    kept = (b for b in blocks if b.start.at < end or (endless and b.rule))
    return sorted(kept, key=_block_order)


def _block_order(block: Observance) -> datetime:
    return block.start.at


def _state(zone: ZoneInfo, at: datetime) -> tuple[timedelta, str]:
    """Offset and abbreviation in force at an instant."""
    local = at.astimezone(zone)
    return local.utcoffset() or _ZERO, local.tzname() or ""


def _saving(zone: ZoneInfo, at: datetime) -> timedelta:
    """The DST flag of the data: how much of the offset in force is daylight saving."""
    return at.astimezone(zone).dst() or _ZERO


def _fixed(zone: ZoneInfo, at: datetime, kind: str) -> ClockChange:
    """The block that says: the offset of this instant has been in force for long."""
    offset, name = _state(zone, at)
    return ClockChange(_EPOCH - offset, _EPOCH.replace(tzinfo=None), offset, offset, name, kind)


@lru_cache(maxsize=64)
def _changes(tzid: str) -> tuple[ClockChange, ...]:
    """Steps 1 and 2: every change of offset or name from 1968 to 2199, in order."""
    zone = ZoneInfo(tzid)
    ats = list(_change_instants(zone))
    saving = [_saving(zone, at) for at in ats]
    saving = [_saving(zone, at - _SECOND) for at in ats[:1]] + saving + [_ZERO]
    changes = []
    for i, at in enumerate(ats):
        before, _ = _state(zone, at - _SECOND)
        after, name = _state(zone, at)
        wall = (at + before).replace(tzinfo=None)
        changes.append(ClockChange(at, wall, before, after, name, _kind(*saving[i : i + 3])))
    return tuple(changes)


def _kind(previous: timedelta, own: timedelta, following: timedelta) -> str:
    """DAYLIGHT or STANDARD, from the DST flags of a period and of its neighbours."""
    beside_negative = own == _ZERO and min(previous, following) < _ZERO
    return "DAYLIGHT" if own > _ZERO or beside_negative else "STANDARD"


def _change_instants(zone: ZoneInfo) -> Iterator[datetime]:
    """The UTC times, to the second, at which another offset or name begins."""
    low = datetime(FIRST_YEAR - _YEARS_BACK, 1, 1, tzinfo=UTC)
    state = _state(zone, low)
    while low.year <= LAST_YEAR:
        high = low + _STEP
        if _state(zone, high) != state:
            high = _bisect(zone, low, high)
            state = _state(zone, high)
            yield high
        low = high


def _bisect(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second after `low` whose state is not that of `low`."""
    state = _state(zone, low)
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        if _state(zone, middle) == state:
            low = middle
        else:
            high = middle
    return high


def _runs(changes: Sequence[ClockChange]) -> Iterator[_Run]:
    """Step 5: runs of changes with their window; None for a change that fits no rule."""
    left: dict[_Signature, dict[datetime, ClockChange]] = {}
    for change in changes:
        left.setdefault(_signature(change), {})[change.wall] = change
    for change in changes:
        peers = left[_signature(change)]
        if change.wall not in peers:
            continue
        window: Window | None = None
        run = [change]
        for candidate, least in _windows(change.wall.date()):
            found = _follow(candidate, change, peers)
            if len(found) >= max(least, len(run) + 1):
                window, run = candidate, found
        for member in run:
            del peers[member.wall]
        yield window, run


def _extend_back(runs: list[_Run], earlier: Sequence[ClockChange]) -> None:
    """Puts earlier changes before the runs they continue, until one continues none."""
    for change in reversed(earlier):
        for window, run in runs:
            if window and _precedes(window, change, run[0]):
                run.insert(0, change)
                break
        else:
            return


def _precedes(window: Window, change: ClockChange, following: ClockChange) -> bool:
    """Whether `change` is what the window gives for the year before `following`."""
    wall = change.wall
    return (
        wall.year + 1 == following.wall.year
        and _signature(change) == _signature(following)
        and wall.date() == _day(window, wall.year, wall.weekday())
    )


def _signature(change: ClockChange) -> _Signature:
    """What all the changes of one rule have in common, apart from the date."""
    wall = change.wall
    return wall.weekday(), wall.time(), change.before, change.after, change.name, change.kind


def _windows(day: date) -> Iterator[tuple[Window, int]]:
    """The seven days of a year that hold `day`, best form first, with the least length of a run.

    Seven days that depend on leap years or cross New Year are left out: no simple rule says them.
    """
    if day.day <= 28:
        yield Window(day.month, (day.day - 1) // 7 * 7 + 1), 2
    if day.day > monthrange(day.year, day.month)[1] - 7:
        yield Window(day.month, _LAST), 2
    for back in range(7):
        first = day - timedelta(days=back)
        if (first.month, first.day) < (2, 23) or (3, 1) <= (first.month, first.day) < (12, 26):
            yield Window(first.month, first.day), 4


def _follow(
    window: Window, change: ClockChange, peers: dict[datetime, ClockChange]
) -> list[ClockChange]:
    """The changes of consecutive years within the window, from `change` on."""
    run: list[ClockChange] = []
    for year in range(change.wall.year, LAST_YEAR + 1):
        day = _day(window, year, change.wall.weekday())
        found = peers.get(datetime.combine(day, change.wall.time()))
        if found is None:
            break
        run.append(found)
    return run


def _window_start(window: Window, year: int) -> date:
    length = monthrange(year, window.month)[1]
    return date(year, window.month, length - 6 if window.first == _LAST else window.first)


def _day(window: Window, year: int, weekday: int) -> date:
    """The one day of the window that is this weekday."""
    first = _window_start(window, year)
    return first + timedelta(days=(weekday - first.weekday()) % 7)


def _run_blocks(window: Window | None, run: list[ClockChange]) -> Iterator[Observance]:
    """Steps 6 and 7: one block, or one for each month that the window touches."""
    if window is None:
        yield Observance(run[0], "")
        return
    endless = run[-1].wall.year == LAST_YEAR
    by_month = attrgetter("wall.month")
    for month, group in groupby(sorted(run, key=by_month), key=by_month):
        members = list(group)
        rule = f"FREQ=YEARLY;BYMONTH={month};{_by_day(window, month, members[0].wall)}"
        if not endless:
            last = members[-1]
            rule += f";UNTIL={_stamp(max(last.at, last.wall.replace(tzinfo=UTC)))}Z"
        yield Observance(members[0], "" if len(members) == 1 else rule)


def _by_day(window: Window, month: int, wall: datetime) -> str:
    """The part of the rule that picks the day within the month."""
    weekday = _WEEKDAYS[wall.weekday()]
    if window.first == _LAST:
        return f"BYDAY=-1{weekday}"
    if window.first in (1, 8, 15, 22):
        return f"BYDAY={window.first // 7 + 1}{weekday}"
    first = _window_start(window, wall.year)
    days = (first + timedelta(days=i) for i in range(7))
    numbers = ",".join(str(day.day) for day in days if day.month == month)
    return f"BYMONTHDAY={numbers};BYDAY={weekday}"


def _block_lines(block: Observance) -> Iterator[str]:
    change, rule = block
    yield f"BEGIN:{change.kind}"
    yield f"DTSTART:{_stamp(change.wall)}"
    if rule:
        yield f"RRULE:{rule}"
    yield f"TZOFFSETFROM:{_offset(change.before)}"
    yield f"TZOFFSETTO:{_offset(change.after)}"
    yield f"TZNAME:{change.name}"
    yield f"END:{change.kind}"


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%S")


def _offset(offset: timedelta) -> str:
    """±HHMM, or ±HHMMSS where there are seconds."""
    minutes, seconds = divmod(abs(offset) // _SECOND, 60)
    sign = "-" if offset < _ZERO else "+"
    text = f"{sign}{minutes // 60:02}{minutes % 60:02}"
    return f"{text}{seconds:02}" if seconds else text


def _fold(line: str) -> str:
    """At most 75 octets a line; every character here is ASCII."""
    parts = [line[:_FOLD_AT]]
    rest = line[_FOLD_AT:]
    while rest:
        parts.append(rest[: _FOLD_AT - 1])
        rest = rest[_FOLD_AT - 1 :]
    return "\r\n ".join(parts)
