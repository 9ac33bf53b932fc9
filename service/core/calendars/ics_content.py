"""An iCalendar file taken apart: lines -> components -> properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn

from icalendar.parser import Contentline, split_on_unescaped_comma, unescape_backslash

from service.core.calendars.ics_lines import ContentLine, lines
from service.core.events.event import CalendarVersion
from service.errors import InvalidInput, Problem


class Unfit(Exception):
    """This entry cannot be taken; the message says why."""


def _fail(detail: str) -> NoReturn:
    raise InvalidInput([Problem("", detail)])


class Component(NamedTuple):
    """What stands directly in a calendar, that calendar's METHOD, empty where it has none, and the
    line of the file in which it begins."""

    name: str
    props: Properties
    method: str
    line: int

    @property
    def tells_of_events(self) -> bool:
        return self.method in ("", "PUBLISH", "REQUEST", "CANCEL")


class Damage(NamedTuple):
    """Where a file is damaged, how, and what was made of it."""

    line: int
    detail: str
    made: str = "what stands before it was taken"


class Content(NamedTuple):
    """The components of a file, those before the damage where it has one."""

    components: Sequence[Component]
    damage: Damage | None


def content(data: bytes) -> Content:
    """What is in an iCalendar file. Raises InvalidInput where it is none, or nothing of it is whole."""
    taken = _Taken()
    damage = taken.read(lines(data)) or taken.stray
    if not taken.calendars:
        _fail("the file is empty")
    found = []
    for calendar in taken.calendars:
        method = Properties(calendar.own).text("METHOD").strip().upper()
        for part in calendar.parts:
            found.append(Component(part.name, Properties(part.lines), method, part.line))
    if damage and all(each.name == "VTIMEZONE" for each in found):
        _fail(damage.detail)
    return Content(found, damage)


class _Part(NamedTuple):
    name: str
    line: int
    lines: list[str]


class _Calendar(NamedTuple):
    """Its own lines, and what stands directly in it."""

    own: list[str]
    parts: list[_Part]


class _Taken:
    """The calendars of a file; of what is in their components again (alarms) nothing, but for the
    parts of a time zone."""

    def __init__(self) -> None:
        self.calendars: list[_Calendar] = []
        self.stray: Damage | None = None
        """What stands outside of the calendars, where something does."""
        self._open: list[tuple[str, int]] = []

    def read(self, found: Iterable[ContentLine]) -> Damage | None:
        """Take the lines, up to where they are damaged."""
        number = 0
        for number, line in found:
            word, colon, name = (part.strip().upper() for part in line.partition(":"))
            if not self._open:
                self._outside(number, line, word, name)
            elif colon and word == "END" and self._open[-1][0] != name:
                opened = self._open[-1][0]
                return self._broken(
                    number, f"line {number} ends {name[:40]} where {opened[:40]} is open: damaged"
                )
            else:
                self._inside(number, line, word if colon else "", name)
        if not self._open:
            return None
        name, begin = self._open[-1]
        return self._broken(
            number, f"the file is cut off: {name[:40]}, which begins in line {begin}, does not end"
        )

    def _broken(self, number: int, detail: str) -> Damage:
        if len(self._open) > 1:
            del self.calendars[-1].parts[-1]
        return Damage(number, detail)

    def _outside(self, number: int, line: str, word: str, name: str) -> None:
        if (word, name) == ("BEGIN", "VCALENDAR"):
            self._open.append((name, number))
            self.calendars.append(_Calendar([], []))
        elif not self.calendars:
            page = "; this looks like a web page" if line.lstrip().startswith("<") else ""
            _fail(f"no iCalendar file: it does not begin with BEGIN:VCALENDAR{page}")
        elif word == "BEGIN" and self.stray is None:
            detail = f"line {number} begins {name[:40]} outside of a VCALENDAR"
            self.stray = Damage(number, detail, "what stands outside was left out")

    def _inside(self, number: int, line: str, word: str, name: str) -> None:
        calendar, parts = self.calendars[-1], self.calendars[-1].parts
        if word == "BEGIN":
            self._open.append((name, number))
            if len(self._open) == 2:
                parts.append(_Part(name, number, []))
        elif word == "END":
            self._open.pop()
        elif len(self._open) == 1:
            calendar.own.append(line)
        # The component's own properties; of a time zone also its parts, with their bounds.
        own = len(self._open) == 2 and word not in ("BEGIN", "END")
        part = len(self._open) == 3 or (len(self._open) == 2 and word == "END")
        if own or (part and parts[-1].name == "VTIMEZONE"):
            parts[-1].lines.append(line)


@dataclass(frozen=True)
class Property:
    name: str
    params: Mapping[str, Any]
    raw: str  # as it stands, with its backslashes


# A value of a parameter without anything that could mean something else: quotes, escapes, spaces at
# its ends. Nearly every line is of this form.
_SAFE = r"[^\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\"\\,;:=^%]"
_PLAIN = re.compile(
    rf"(?P<name>[A-Za-z0-9-]+)(?P<params>(?:;[A-Za-z0-9-]+={_SAFE}+(?: {_SAFE}+)*)*):"
)


def parts(line: str) -> tuple[str, Mapping[str, Any], str]:
    """A line's name, its parameters by their names in capitals, and its value as it stands. Raises
    ValueError for what is no line of iCalendar.

    icalendar looks at each character of a line, and makes its parameters three times: of a file of
    thousands of entries that is most of the time."""
    plain = _PLAIN.match(line)
    if plain is None:
        name, params, raw = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
        return name, params, raw
    given = [pair.partition("=") for pair in plain["params"].split(";")[1:]]
    return plain["name"], {key.upper(): value for key, _, value in given}, line[plain.end() :]


class Properties:
    """The properties of one component. A line that is none is passed over: mostly the second half of
    a text with a raw line break in it."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._found: dict[str, list[Property]] = {}
        self.in_order: list[Property] = []
        for line in lines:
            try:
                name, params, raw = parts(line)
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
