"""An iCalendar file taken apart: bytes -> lines -> components -> properties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn

from icalendar.parser import Contentline, split_on_unescaped_comma, unescape_backslash

from service.core.events.event import CalendarVersion
from service.errors import InvalidInput, Problem


class Unfit(Exception):
    """This entry cannot be taken; the message says why."""


def _fail(detail: str) -> NoReturn:
    raise InvalidInput([Problem("", detail)])


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    """The unfolded lines, numbered as in the file. They are unfolded before they are decoded, since a
    fold may stand inside of a character (RFC 5545 3.1)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _fail("the file is UTF-16; iCalendar is UTF-8")
    joined: list[tuple[int, list[bytes]]] = []
    for number, line in enumerate(re.split(b"\r\n|\n|\r", data.removeprefix(b"\xef\xbb\xbf")), 1):
        if line[:1] in (b" ", b"\t") and joined:
            joined[-1][1].append(line[1:])
        elif line.strip():
            joined.append((number, [line]))
    for number, pieces in joined:
        try:
            yield number, b"".join(pieces).decode()
        except UnicodeDecodeError:
            _fail(f"line {number} has bytes that are no UTF-8; save the file as UTF-8")


class Component(NamedTuple):
    """What stands directly in a calendar, and that calendar's METHOD, empty where it has none."""

    name: str
    props: Properties
    method: str

    @property
    def tells_of_events(self) -> bool:
        return self.method in ("", "PUBLISH", "REQUEST", "CANCEL")


def components(data: bytes) -> Iterator[Component]:
    for calendar in _calendars(data):
        method = Properties(calendar.own).text("METHOD").strip().upper()
        for name, lines in calendar.components:
            yield Component(name, Properties(lines), method)


class _Calendar(NamedTuple):
    """Its own lines, and name and lines of each component that stands directly in it."""

    own: list[str]
    components: list[tuple[str, list[str]]]


def _calendars(data: bytes) -> list[_Calendar]:
    """The calendars of the file; of what is in their components again (alarms) nothing, but for the
    parts of a time zone."""
    calendars: list[_Calendar] = []
    open_: list[tuple[str, int]] = []
    for number, line in _lines(data):
        word, colon, name = (part.strip().upper() for part in line.partition(":"))
        if not open_:
            if (word, name) == ("BEGIN", "VCALENDAR"):
                open_.append((name, number))
                calendars.append(_Calendar([], []))
            elif not calendars:
                page = "; this looks like a web page" if line.lstrip().startswith("<") else ""
                _fail(f"no iCalendar file: it does not begin with BEGIN:VCALENDAR{page}")
            continue
        calendar, found = calendars[-1], calendars[-1].components
        if word == "BEGIN" and colon:
            open_.append((name, number))
            if len(open_) == 2:
                found.append((name, []))
        elif word == "END" and colon:
            if open_[-1][0] != name:
                _fail(f"line {number} ends {name[:40]} where {open_[-1][0][:40]} is open: damaged")
            open_.pop()
        elif len(open_) == 1:
            calendar.own.append(line)
        # The component's own properties; of a time zone also its parts, with their bounds.
        own = len(open_) == 2 and word not in ("BEGIN", "END")
        part = len(open_) == 3 or (len(open_) == 2 and word == "END")
        if own or (part and found[-1][0] == "VTIMEZONE"):
            found[-1][1].append(line)
    if not calendars:
        _fail("the file is empty")
    if open_:
        name, number = open_[-1]
        _fail(f"the file is cut off: {name[:40]}, which begins in line {number}, does not end")
    return calendars


@dataclass(frozen=True)
class Property:
    name: str
    params: Mapping[str, Any]
    raw: str  # as it stands, with its backslashes


class Properties:
    """The properties of one component. A line that is none is passed over: mostly the second half of
    a text with a raw line break in it."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._found: dict[str, list[Property]] = {}
        self.in_order: list[Property] = []
        for line in lines:
            try:
                name, params, raw = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
            except ValueError:
                continue
            found = Property(name.upper(), params, raw)
            self.in_order.append(found)
            self._found.setdefault(found.name, []).append(found)
        self._ours = "X-HORIZON-WHEN" in self._found
        self.uid = self.text("UID").strip()
        digits = self.text("SEQUENCE").strip()
        sequence = int(digits) if re.fullmatch("[0-9]{1,9}", digits) else 0
        self.version = CalendarVersion(sequence, _dtstamp(self.text("DTSTAMP")))

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def get(self, name: str) -> Property | None:
        found = self._found.get(name)
        return found[0] if found else None

    def all(self, name: str) -> list[Property]:
        return self._found.get(name, [])

    def text(self, name: str) -> str:
        found = self.get(name)
        return self._plain(unescape_backslash(found.raw)) if found else ""

    def categories(self) -> list[str]:
        return [
            self._plain(text)
            for found in self.all("CATEGORIES")
            for text in split_on_unescaped_comma(found.raw)
        ]

    def _plain(self, text: str) -> str:
        # In our own texts a word joiner keeps a backslash and an n apart (feed.py).
        return re.sub("\\\\\u2060(?=[nN])", r"\\", text) if self._ours else text


def _dtstamp(text: str) -> datetime | None:
    """DTSTAMP is in UTC always (RFC 5545 3.8.7.2), and to the second."""
    match = re.fullmatch(r"([0-9]{8}T[0-9]{6})Z?", text.strip())
    try:
        return datetime.fromisoformat(match[1]).replace(tzinfo=UTC) if match else None
    except ValueError:
        return None
