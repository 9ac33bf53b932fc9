"""Content lines of iCalendar (RFC 5545 3.1): escaped, folded, ended with CRLF.

The bytes are those that icalendar writes, which a test holds it to; icalendar takes a hundred times
as long, since it makes an object of every value, and counts the bytes of every character.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

import icalendar

_MOST = 74  # bytes of a line: icalendar stays one under the 75 that are allowed
_SPECIAL = re.compile(r"[\\;,\r\n]")


def line(name: str, value: str) -> bytes:
    """A property whose value is written as it stands."""
    data = f"{name}:{value}".encode()
    return (data if len(data) <= _MOST else _folded(data)) + b"\r\n"


def text_line(name: str, *texts: str) -> bytes:
    """A property of one or several texts."""
    return line(name, ",".join(map(_escaped, texts)))


def time_line(name: str, value: date | datetime, timezone: str | None = None) -> bytes:
    """A property that is a day, or a time: in UTC, or on the clock of that zone."""
    if not isinstance(value, datetime):
        return line(f"{name};VALUE=DATE", f"{value.year:04}{value.month:02}{value.day:02}")
    if timezone is None:
        return line(name, stamp(value) + "Z")
    return line(f"{name};TZID={timezone}", stamp(value))


def stamp(value: datetime) -> str:
    """A time to the second, whatever its zone."""
    day = f"{value.year:04}{value.month:02}{value.day:02}"
    return f"{day}T{value.hour:02}{value.minute:02}{value.second:02}"


@lru_cache(maxsize=1000)
def rule(text: str) -> str:
    """A recurrence rule with its parts in icalendar's order."""
    written: bytes = icalendar.vRecur.from_ical(text).to_ical()
    return written.decode()


@lru_cache(maxsize=1000)
def duration(length: timedelta) -> str:
    written: bytes = icalendar.vDuration(length).to_ical()  # type: ignore[no-untyped-call]
    return written.decode()


def _escaped(text: str) -> str:
    if not _SPECIAL.search(text):
        return text
    # An N behind a backslash is a line break to icalendar (RFC 5545 3.3.11).
    text = text.replace("\\N", "\n").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(data: bytes) -> bytes:
    """Cut between characters, and not between a backslash and what it escapes."""
    pieces = []
    begin = 0
    while len(data) - begin > _MOST:
        end = begin + _MOST
        while data[end] & 0xC0 == 0x80:
            end -= 1
        if end - begin > 1 and data[end - 1] in b"\\^":
            end -= 1
        pieces.append(data[begin:end])
        begin = end
    pieces.append(data[begin:])
    return b"\r\n ".join(pieces)
