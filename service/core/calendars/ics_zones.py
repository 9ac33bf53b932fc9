"""The times of an iCalendar file, and the zones that they are written in."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.tz import tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from service.core.calendars.ics_content import Properties, Property, Unfit
from service.core.events import fields


class Time(NamedTuple):
    """A day, or an instant (in UTC) with the IANA name of the zone it is written in, if that has one."""

    day: date
    instant: datetime | None = None
    zone: str | None = None

    @property
    def timed(self) -> bool:
        return self.instant is not None

    @property
    def key(self) -> date | datetime:
        """The instant, else the day."""
        return self.instant or self.day


_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})[0-9]{2}(Z?))?")
# Once a year: all that zones use. Others would let a file make us count through every second.
_ONCE_A_YEAR = re.compile(
    r"(?:FREQ=YEARLY|INTERVAL=[1-9]|BYMONTH=[0-9]{1,2}|BYDAY=[+-]?[1-5][A-Z]{2}|WKST=[A-Z]{2}"
    r"|BYDAY=[A-Z]{2};BYMONTHDAY=[0-9,]{1,20}|BYMONTHDAY=[0-9,]{1,20};BYDAY=[A-Z]{2}"
    r"|BYMONTHDAY=-?[0-9]{1,2}|UNTIL=[0-9TZ]{8,16}|;)+"
)
_MOST_ZONE_LINES = 200


class Zones:
    """The zones of one file: IANA and Windows names first, then what the file defines."""

    def __init__(self, defined: Sequence[Properties], default: str) -> None:
        self.default = default
        self._defined = {props.text("TZID"): props for props in defined}
        self._known: dict[str, tuple[tzinfo, str | None]] = {}

    def read(self, given: Property) -> Time:
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
            return Time(day, naive.replace(tzinfo=UTC), "UTC")
        tzid = str(given.params.get("TZID", ""))
        zone, name = self._zone(tzid) if tzid else (ZoneInfo(self.default), self.default)
        return Time(day, naive.replace(tzinfo=zone).astimezone(UTC), name)

    def _zone(self, tzid: str) -> tuple[tzinfo, str | None]:
        if tzid not in self._known:
            self._known[tzid] = self._find(tzid)
        return self._known[tzid]

    def _find(self, tzid: str) -> tuple[tzinfo, str | None]:
        parts = tzid.strip("/ ").split("/")
        names = ["/".join(parts), WINDOWS_TO_OLSON.get(tzid.strip(), "")]
        if tzid.startswith("/"):  # /freeassociation.sourceforge.net/Europe/Berlin (RFC 5545 3.2.19)
            names += ["/".join(parts[start:]) for start in range(1, min(len(parts), 10))]
        for name in names:
            if fields.known_timezone(name):
                return ZoneInfo(name), name
        zone = _defined_zone(self._defined[tzid]) if tzid in self._defined else None
        if zone is None:
            raise Unfit(f"its time zone {tzid[:60]!r} is not known")
        return zone, None


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
