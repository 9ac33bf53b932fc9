"""The times of an iCalendar file, and the zones that they are written in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from dateutil.tz import tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from service.core.calendars.ics_content import Properties, Property, Unfit
from service.core.events import fields


class Time(NamedTuple):
    """A day, or an instant (in UTC) with the IANA name of the zone it is written in, if that has one,
    and the name that the file has for it. `wall` is the time on the clock of that zone, of one in UTC on
    that of the default zone."""

    day: date
    instant: datetime | None = None
    zone: str | None = None
    tzid: str = ""
    wall: datetime | None = None

    @property
    def timed(self) -> bool:
        return self.instant is not None

    @property
    def at_midnight(self) -> bool:
        return self.wall is not None and self.wall.time() == time()

    @property
    def as_day(self) -> Time:
        """The day on the clock on the wall."""
        return Time(self.wall.date() if self.wall else self.day)

    @property
    def key(self) -> date | datetime:
        """The instant, else the day."""
        return self.instant or self.day


_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})[0-9]{2}(Z?))?")
# Once a year: all that zones use. Others would let a file make us count through every second.
_ONCE_A_YEAR = re.compile(
    r"(?:FREQ=YEARLY|INTERVAL=[1-9]|BYMONTH=[0-9]{1,2}|BYDAY=[+-]?[1-5][A-Z]{2}|WKST=[A-Z]{2}"
    r"|BYDAY=[A-Z]{2};BYMONTHDAY=[0-9,]{1,20}|BYMONTHDAY=[0-9,]{1,20};BYDAY=[A-Z]{2}"
    r"|BYHOUR=[0-9]{1,2}|BYMINUTE=[0-9]{1,2}|BYSECOND=[0-9]{1,2}"
    r"|BYMONTHDAY=-?[0-9]{1,2}|UNTIL=[0-9TZ]{8,16}|;)+"
)
_MOST_ZONE_LINES = 200
_OFFSET = re.compile(r"UTC ?([+-])(0?[0-9]|1[0-4])(?::?([0-5][0-9]))?", re.IGNORECASE)


class Zones:
    """The zones of one file. A TZID is looked for in this order:

    1. an IANA or Windows name, also behind a prefix such as /freeassociation.sourceforge.net/;
    2. such a name in other letters or with a number behind it, or the X-LIC-LOCATION of the file's own
       VTIMEZONE, unless that VTIMEZONE has other offsets in the year in question;
    3. the file's own VTIMEZONE. It has no name, which a series needs: series() looks for one.
    4. an offset such as UTC+01:00, which Exchange writes without defining it. `GMT+1` is none: IANA
       means the west by it, others the east.
    """

    def __init__(self, defined: Sequence[Properties], default: str) -> None:
        self.default = default
        self._defined = {props.text("TZID").strip(): props for props in defined}
        self._zones: dict[str, tzinfo | None] = {}
        self._known: dict[tuple[str, int], tuple[tzinfo, str | None]] = {}

    def read(self, given: Property) -> Time:
        """The day or the time that a property has. Raises Unfit."""
        match = _TIME.fullmatch(given.raw.strip())
        try:
            if match is None:
                raise ValueError
            day = date(int(match[1]), int(match[2]), int(match[3]))
            if match[4] is None:
                return Time(day)
            naive = datetime(day.year, day.month, day.day, int(match[4]), int(match[5]))  # noqa: DTZ001 - zone follows
        except ValueError:
            raise Unfit(f"{given.name}:{given.raw[:40]} is no date or time") from None
        if match[6]:
            instant = naive.replace(tzinfo=UTC)
            local = instant.astimezone(ZoneInfo(self.default)).replace(tzinfo=None)
            return Time(day, instant, "UTC", wall=local)
        tzid = str(given.params.get("TZID", "")).strip()
        if not tzid:
            zone: tzinfo = ZoneInfo(self.default)
            return Time(day, naive.replace(tzinfo=zone).astimezone(UTC), self.default, "", naive)
        zone, name = self._zone(tzid, day.year)
        return Time(day, naive.replace(tzinfo=zone).astimezone(UTC), name, tzid, naive)

    def series(self, tzid: str, first: date, last: date) -> str | None:
        """An IANA zone that has the offsets of the file's own on these days, of ten years at most."""
        zone = self._own(tzid) or _offset(tzid)
        if zone is None:
            return None
        last = min(last, first + timedelta(days=3660))
        return next(
            (name for name in _candidates(self.default) if _agree(zone, name, first, last)), None
        )

    def _zone(self, tzid: str, year: int) -> tuple[tzinfo, str | None]:
        if (tzid, year) not in self._known:
            self._known[tzid, year] = self._find(tzid, year)
        return self._known[tzid, year]

    def _find(self, tzid: str, year: int) -> tuple[tzinfo, str | None]:
        for name in _names(tzid):
            if fields.known_timezone(name):
                return ZoneInfo(name), name
        own = self._own(tzid)
        for name in self._other_names(tzid):
            days = date(year, 1, 1), date(year, 12, 31)
            if own is None or _agree(own, name, *days):
                return ZoneInfo(name), name
        if own is None:
            own = _offset(tzid)
        if own is None:
            raise Unfit(f"its time zone {tzid[:60]!r} is not known")
        return own, None

    def _own(self, tzid: str) -> tzinfo | None:
        if tzid not in self._zones:
            props = self._defined.get(tzid)
            self._zones[tzid] = _defined_zone(props) if props else None
        return self._zones[tzid]

    def _other_names(self, tzid: str) -> list[str]:
        words = [*_names(tzid), re.sub(r"\s+[0-9]+$", "", tzid)]
        if tzid in self._defined:
            words.append(self._defined[tzid].text("X-LIC-LOCATION"))
        names = (_folded_names().get(_folded(word)) for word in words)
        return [name for name in names if name]


def _names(tzid: str) -> list[str]:
    parts = tzid.strip("/ ").split("/")
    names = ["/".join(parts), WINDOWS_TO_OLSON.get(tzid, "")]
    if tzid.startswith("/"):  # /freeassociation.sourceforge.net/Europe/Berlin (RFC 5545 3.2.19)
        names += ["/".join(parts[start:]) for start in range(1, min(len(parts), 10))]
    return names


@cache
def _folded_names() -> dict[str, str]:
    """The IANA name of each IANA and Windows name, by what _folded() makes of it."""
    names = [name for name in sorted(available_timezones()) if fields.known_timezone(name)]
    windows = {_folded(word): name for word, name in WINDOWS_TO_OLSON.items()}
    return windows | {_folded(name): name for name in names}


def _folded(name: str) -> str:
    """The name in small letters and with one sign between its words: US-Eastern is US/Eastern."""
    return re.sub(r"(?<=[a-z])[-_/. ]+(?=[a-z])", "/", name.strip().lower())


def _offset(tzid: str) -> tzinfo | None:
    found = _OFFSET.fullmatch(tzid)
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-ahead if found[1] == "-" else ahead)


def _candidates(default: str) -> Iterator[str]:
    """The zones that a nameless one may be, the likeliest first."""
    yield default
    yield from dict.fromkeys(WINDOWS_TO_OLSON.values())


def _agree(own: tzinfo, name: str, first: date, last: date) -> bool:
    """Whether both have the same offsets at noon of each week: rules that differ do so for weeks."""
    zone, noon = ZoneInfo(name), datetime.combine(first, time(12))
    while noon.date() <= last:
        if own.utcoffset(noon) != zone.utcoffset(noon):
            return False
        noon += timedelta(days=7)
    return True


def _defined_zone(props: Properties) -> tzinfo | None:
    """The zone that a VTIMEZONE defines, or None where it cannot be used."""
    lines = ["TZID:of the file"]
    for found in props.in_order:
        name, value = found.name, found.raw.strip().upper()
        if len(value) > 1000 or (name == "RRULE" and not _ONCE_A_YEAR.fullmatch(value)):
            return None
        if name == "DTSTART" and len(value) == 8:
            value += "T000000"
        if name in ("BEGIN", "END", "DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"):
            lines.append(f"{name}:{value}")
    if len(lines) > _MOST_ZONE_LINES:
        return None
    text = "\r\n".join(("BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE"))
    try:
        zone = tzical(io.StringIO(text)).get()
        datetime(1970, 1, 1, tzinfo=zone).utcoffset()  # it may be found wrong only now
    except Exception:  # dateutil raises what it happens to meet
        return None
    return zone
