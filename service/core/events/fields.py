"""The keys of an event that people and programs set: how each is read, checked and written.

The same keys stand in events.yaml, in the API's JSON and in every export, and are read here alone,
so that one mistake gets one wording everywhere. All faults are reported at once, each with a JSON
pointer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from service.core.dates import when as when_
from service.core.dates.when import InvalidWhen, When
from service.core.events import recurrence as recurrence_
from service.core.events.event import (
    DETAIL_KEYS,
    CalendarVersion,
    Details,
    Importance,
    Source,
    Status,
)
from service.core.events.kinds import Kind, infer_kind
from service.core.text.json_pointer import pointer
from service.core.text.lines import (
    UnfitText,
    many_lines,
    nearest,
    not_one_of,
    one_line,
    unknown_key,
)
from service.errors import InvalidInput, Problem
from service.sentences import Sentence

LANGUAGES = ("zh", "en")
SOURCE_KEYS = tuple(field.name for field in fields(Source))
ID = re.compile(r"[a-z0-9-]{1,100}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
ID_RULE = "an id has lower-case letters, digits and hyphens, at most 100, such as baidu-create-2026"
_MOST_IN_LIST = 100

E = TypeVar("E", bound=StrEnum)


class _Unfit(Exception):
    """Inside this file: one value cannot be used."""

    def __init__(self, detail: str, pointer: str = "") -> None:
        self.detail, self.pointer = detail, pointer


def read(data: Mapping[str, Any], timezone: str, today: date | None = None) -> Details:
    """The details that a JSON object (or a YAML mapping of texts) gives.

    A key that is missing or null has its default; `timezone` is that of the time zone. A date may also
    be written in words; without `today` in such alone as mean the same on every day. Raises
    InvalidInput with every fault.
    """
    problems: list[Problem] = []
    for key in data:
        if key not in DETAIL_KEYS:
            problems.append(Problem(pointer(key), unknown_key(key, DETAIL_KEYS)))
    values: dict[str, Any] = {"timezone": timezone}
    for key, reader in _READERS.items():
        given = data.get(key)
        if given == "" and key in EMPTY_IS_NOT_GIVEN:
            given = None
        if given is None:
            if key in ("title", "when"):
                problems.append(Problem(f"/{key}", Sentence("required")))
            continue
        try:
            values[key] = reader(given)
        except _Unfit as fault:
            problems.append(Problem(f"/{key}{fault.pointer}", fault.detail))
    problems += _read_when(data, values, today)
    if problems:
        raise InvalidInput(problems)
    values.setdefault("kind", infer_kind(values["title"]))
    details = Details(**values)
    try:
        recurrence_.check_exceptions(details)
    except recurrence_.InvalidRecurrence as fault:
        raise InvalidInput([Problem("/exceptions", str(fault))]) from None
    return details


def write(details: Details) -> dict[str, Any]:
    """Every key as JSON; read() gives the same details back."""
    return {
        "title": details.title,
        "titles": dict(details.titles),
        "when": details.when.text,
        "timezone": details.timezone,
        "kind": details.kind.value,
        "organizations": list(details.organizations),
        "tickers": list(details.tickers),
        "tags": list(details.tags),
        "importance": details.importance.value,
        "location": details.location,
        "url": details.url,
        "description": details.description,
        "recurrence": details.recurrence,
        "exceptions": [day.isoformat() for day in details.exceptions],
        "status": details.status.value if details.status else None,
        "source": write_source(details.source),
    }


def completed(written: Mapping[str, Any]) -> dict[str, Any]:
    """What write() wrote, also before a key was added: one that it lacks has its default."""
    # Of these three no default is known, and every write has had them.
    defaults = write(Details(title="", when=when_.parse("1970"), timezone="UTC"))
    return {**written, **{key: defaults[key] for key in DETAIL_KEYS if key not in written}}


def write_source(source: Source | None) -> dict[str, Any] | None:
    """A source as JSON; page, line and SHA-256 only where a document was read."""
    if source is None:
        return None
    written: dict[str, Any] = {
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date.isoformat() if source.date else None,
        "url": source.url,
        "official": source.official,
        "excerpt": source.excerpt,
    }
    for key in ("page", "line", "sha256"):
        if getattr(source, key):
            written[key] = getattr(source, key)
    return written


def write_calendar_version(version: CalendarVersion | None) -> list[Any] | None:
    """SEQUENCE and DTSTAMP as JSON."""
    if version is None:
        return None
    return [version.sequence, version.dtstamp.isoformat() if version.dtstamp else None]


def read_calendar_version(written: Sequence[Any] | None) -> CalendarVersion | None:
    """What write_calendar_version() wrote."""
    if written is None:
        return None
    sequence, dtstamp = written
    return CalendarVersion(sequence, datetime.fromisoformat(dtstamp) if dtstamp else None)


def read_source(given: Mapping[str, Any]) -> Source | None:
    """A source; None where nothing is said of it. Raises InvalidInput with every fault."""
    problems = []
    for key, entry in given.items():
        try:
            _source({key: entry})
        except _Unfit as fault:
            problems.append(Problem(fault.pointer, fault.detail))
    if problems:
        raise InvalidInput(problems)
    return _source(given)


def read_id(given: Any) -> str:
    """An event's id. Raises InvalidInput at /id."""
    if not isinstance(given, str) or not ID.fullmatch(given):
        raise InvalidInput([Problem("/id", f"{str(given)[:100]!r}: {ID_RULE}")])
    return given


@cache
def known_timezone(name: str) -> bool:
    """Whether it is an IANA zone that this machine's data has."""
    if not re.fullmatch(r"[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*", name) or len(name) > 60:
        return False
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return name not in ("localtime", "posixrules", "Factory")


def read_timezone(given: Any) -> str:
    """An IANA time zone. Raises InvalidInput at /timezone."""
    try:
        return _timezone(given)
    except _Unfit as fault:
        raise InvalidInput([Problem("/timezone", fault.detail)]) from None


def _read_when(
    data: Mapping[str, Any], values: dict[str, Any], today: date | None
) -> list[Problem]:
    """The keys that depend on each other: the date on the zone, the recurrence on the date."""
    problems = []
    given = data.get("when")
    if given is not None:
        try:
            values["when"] = _when(given, values["timezone"], today)
        except _Unfit as fault:
            return [Problem("/when", fault.detail)]
    when: When | None = values.get("when")
    if data.get("recurrence") not in (None, "") and when is not None:
        try:
            text = _line(200)(data["recurrence"])
            values["recurrence"] = recurrence_.read(text, when, values["timezone"])
        except (_Unfit, recurrence_.InvalidRecurrence) as fault:
            problems.append(Problem("/recurrence", str(getattr(fault, "detail", fault))))
    if values.get("exceptions") and not data.get("recurrence"):
        problems.append(
            Problem("/exceptions", "only a recurring event has exceptions; give a recurrence")
        )
    return problems


def _text(given: Any) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, bool | int | float):
        raise _Unfit(f'must be text; write "{given}" in quotes')
    raise _Unfit(f"must be text, not {'a list' if isinstance(given, list) else 'an object'}")


def _line(most: int, required: bool = False) -> Callable[[Any], str]:
    def reader(given: Any) -> str:
        raw = _text(given)
        _length(raw, most)
        try:
            line = one_line(raw)
        except UnfitText as fault:
            raise _Unfit(str(fault)) from None
        if required and not line:
            raise _Unfit(Sentence("empty"))
        return line

    return reader


def _lines(most: int) -> Callable[[Any], str]:
    def reader(given: Any) -> str:
        raw = _text(given)
        _length(raw, most)
        try:
            return many_lines(raw)
        except UnfitText as fault:
            raise _Unfit(str(fault)) from None

    return reader


def _length(raw: str, most: int) -> None:
    if len(raw) > most:
        raise _Unfit(Sentence("too_long", count=len(raw), most=most))


def _list(item: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def reader(given: Any) -> tuple[Any, ...]:
        if not isinstance(given, list | tuple):
            shown = given if isinstance(given, str) and len(given) < 40 else "…"
            raise _Unfit(f"must be a list, such as [{shown}]")
        if len(given) > _MOST_IN_LIST:
            raise _Unfit(f"has {len(given)} entries; at most {_MOST_IN_LIST} are kept")
        found: dict[Any, None] = {}
        for number, entry in enumerate(given):
            try:
                found[item(entry)] = None
            except _Unfit as fault:
                raise _Unfit(fault.detail, f"/{number}") from None
        return tuple(found)

    return reader


def _one_of(choices: type[E]) -> Callable[[Any], E]:
    def reader(given: Any) -> E:
        word = _text(given).strip()
        try:
            return choices(word)
        except ValueError:
            raise _Unfit(not_one_of(word, list(choices))) from None

    return reader


def _timezone(given: Any) -> str:
    name = _text(given).strip()
    if not known_timezone(name):
        near = nearest(name, available_timezones())
        raise _Unfit(Sentence("no_time_zone", name=name[:60], near=near))
    return name


def _when(given: Any, timezone: str, today: date | None) -> When:
    text = _text(given)
    try:
        return when_.parse(text, ZoneInfo(timezone))
    except InvalidWhen as fault:
        from service.core.dates.typed_dates import read_spoken  # its grammar takes a while to load

        spoken = read_spoken(text, timezone, today)
        if spoken is not None:
            return spoken
        raise _Unfit(str(fault)) from None


def _day(given: Any) -> date:
    text = _text(given).strip()
    try:
        when = when_.parse(text)
    except InvalidWhen as fault:
        raise _Unfit(str(fault)) from None
    if when.precision is not when_.Precision.DAY or when.days != 1 or when.qualifier:
        raise _Unfit(Sentence("not_one_day", text=text))
    return when.first


def _url(given: Any) -> str:
    text = _line(2000)(given)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s<>\"\\^`{|}]", text):
        raise _Unfit(Sentence("no_url", text=text[:80]))
    return text


def _titles(given: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, Mapping):
        raise _Unfit("must be titles by language, such as {en: Baidu Create 2026}")
    read_title = _line(500)
    found = {}
    for lang, title in given.items():
        if not isinstance(lang, str) or not _LANGUAGE.fullmatch(lang):
            raise _Unfit("is no language tag such as en or zh-TW (BCP 47)", pointer(lang))
        if title is None:
            continue
        try:
            text = read_title(title)
        except _Unfit as fault:
            raise _Unfit(fault.detail, pointer(lang)) from None
        if text:
            found[lang] = text
    return tuple(sorted(found.items()))


def _flag(given: Any) -> bool:
    # YAML values come as they are written, hence the two words.
    if given is True or given == "true":
        return True
    if given is False or given == "false":
        return False
    raise _Unfit("must be true or false")


def _number(given: Any) -> int:
    if isinstance(given, str) and re.fullmatch(r"[0-9]{1,7}", given):
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= 9_999_999:
        raise _Unfit("must be a number from 1")
    return given


def _sha256(given: Any) -> str:
    text = _text(given).lower()
    if text and not re.fullmatch(r"[0-9a-f]{64}", text):
        raise _Unfit("must be the 64 hexadecimal digits of a SHA-256")
    return text


def _source(given: Any) -> Source | None:
    if not isinstance(given, Mapping):
        raise _Unfit("must be an object with title, publisher, date, url, official and excerpt")
    values: dict[str, Any] = {}
    for key, entry in given.items():
        if key not in SOURCE_KEYS:
            raise _Unfit(unknown_key(key, SOURCE_KEYS), pointer(key))
        if entry is None or (key == "date" and entry == ""):
            continue
        try:
            values[key] = _SOURCE_READERS[key](entry)
        except _Unfit as fault:
            raise _Unfit(fault.detail, f"/{key}") from None
    return Source(**values) if values else None


def _status(given: Any) -> Status:
    return _one_of(Status)(given)


_SOURCE_READERS: dict[str, Callable[[Any], Any]] = {
    "title": _line(500),
    "publisher": _line(200),
    "date": _day,
    "url": _url,
    "official": _flag,
    "excerpt": _lines(5000),
    "page": _number,
    "line": _number,
    "sha256": _sha256,
}
# An empty cell of a spreadsheet, where an empty text is no value: nothing was given.
EMPTY_IS_NOT_GIVEN = frozenset({"timezone", "kind", "importance", "status", "recurrence"})
# In the order in which faults are told; `when` and `recurrence` follow in _read_when.
_READERS: dict[str, Callable[[Any], Any]] = {
    "title": _line(500, required=True),
    "titles": _titles,
    "when": lambda given: given,
    "timezone": _timezone,
    "kind": _one_of(Kind),
    "organizations": _list(_line(200, required=True)),
    "tickers": _list(_line(40, required=True)),
    "tags": _list(_line(100, required=True)),
    "importance": _one_of(Importance),
    "location": _line(500),
    "url": _url,
    "description": _lines(20_000),
    "exceptions": _list(_day),
    "status": _status,
    "source": _source,
}
