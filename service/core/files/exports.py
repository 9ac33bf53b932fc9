"""Exports: what leaves Horizon as a file, and JSON's way back.

An export as YAML is an events.yaml, one as JSON has the same in one object; both are read back to the
same events, feeds and rules (calendar_file.read, read_json), so that a calendar moved to an empty
database gives the same feed bytes. CSV (RFC 4180) is a table for people, which read_csv takes back also
after a spreadsheet has saved it, .ics (RFC 5545) the events alone. Withdrawn events are in none of them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NoReturn, TypeVar

from service.core.alerts import rules
from service.core.alerts.rules import ChangeRule, ChannelSpec, DigestRule, FeedSpec, ReminderRule
from service.core.calendars import feed as feed_
from service.core.calendars.feed import Heading, Options, Rendered
from service.core.dates.duration import Duration
from service.core.events import event as event_
from service.core.events import fields, wording
from service.core.events.event import DETAIL_KEYS, Event, Origin, Source, Status
from service.core.events.representation import instant
from service.core.files.calendar_file import (
    Entry,
    ReadChannel,
    WantedCalendar,
    read_moment,
    read_uid,
)
from service.core.text.json_pointer import pointer
from service.core.text.lines import unknown_key
from service.errors import InvalidInput, Problem

JSON_VERSION = 1
CSV_COLUMNS = (
    "id",
    "title",
    "when",
    "start",
    "end",
    "when_text",
    "precision",
    "status",
    "kind",
    "importance",
    "organizations",
    "tickers",
    "tags",
    "location",
    "url",
    "source",
    "source_date",
    "source_url",
    "excerpt",
    # What people seldom look at, and the way back needs.
    "uid",
    "titles",
    "timezone",
    "description",
    "recurrence",
    "exceptions",
    "status_set",
    "source_title",
    "source_publisher",
    "source_official",
    "source_page",
    "source_line",
    "source_sha256",
)
_CSV_MARKS = frozenset(("id", "title", "when", "when_text", "precision"))
"""The columns by which our own table is known; a table of others has not all of these."""
_KEPT_KEYS = ("uid", "sequence", "created_at", "updated_at")
_RULE_LISTS = ("feeds", "digests", "reminders", "changes")

T = TypeVar("T")


@dataclass(frozen=True)
class Rules:
    """What an export has beside the events."""

    feeds: tuple[FeedSpec, ...] = ()
    digests: tuple[DigestRule, ...] = ()
    reminders: tuple[ReminderRule, ...] = ()
    changes: tuple[ChangeRule, ...] = ()
    channels: tuple[ChannelSpec, ...] = ()


def to_yaml(events: Sequence[Event], rules_: Rules, timezone: str) -> str:
    """An events.yaml (YAML 1.2) with these events, in this order; `timezone` is the file's default.

    calendar_file.read() gives the same details, ids, UIDs, sequences, times, feeds and rules back.
    """
    lines = ["# Written by `horizon export`.", f"timezone: {_scalar(timezone)}", ""]
    lines += _list("events", [_file_entry(e, timezone) for e in events if not e.withdrawn], 0)
    if rules_.feeds:
        feeds = [_without_defaults(rules.write_feed(feed)) for feed in rules_.feeds]
        lines += ["", *_list("feeds", feeds, 0)]
    if rules_.channels:
        lines += ["", "channels:"]
        for channel in rules_.channels:
            first, *rest = _block(channel.spec, 4)
            lines += [f"  {channel.name}:", first, *rest]
    alerts = {
        "digests": [rules.write_digest(rule) for rule in rules_.digests],
        "reminders": [rules.write_reminder(rule) for rule in rules_.reminders],
        "changes": [rules.write_change(rule) for rule in rules_.changes],
    }
    if any(alerts.values()):
        lines += ["", "alerts:"]
        for key, written in alerts.items():
            if written:
                lines += _list(key, [_without_defaults(rule) for rule in written], 2)
    return "\n".join(lines) + "\n"


def to_json(events: Sequence[Event], rules_: Rules) -> str:
    """The same as one JSON object; read_json() takes it back."""
    written = {
        "horizon": JSON_VERSION,
        "events": [
            {
                "id": event.id,
                **fields.write(event.details),
                **_kept(event),
                "origin": event.origin.value,
            }
            for event in events
            if not event.withdrawn
        ],
        "feeds": [rules.write_feed(feed) for feed in rules_.feeds],
        "digests": [rules.write_digest(rule) for rule in rules_.digests],
        "reminders": [rules.write_reminder(rule) for rule in rules_.reminders],
        "changes": [rules.write_change(rule) for rule in rules_.changes],
        "channels": {channel.name: channel.spec for channel in rules_.channels},
    }
    return json.dumps(written, ensure_ascii=False, indent=2) + "\n"


def to_csv(events: Sequence[Event], lang: str) -> bytes:
    """A table that spreadsheets open right: UTF-8 with a BOM, CRLF (RFC 4180), dates in words in
    `lang`. No cell is run as a formula: one that would be is led by an apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for event in events:
        if not event.withdrawn:
            writer.writerow([_cell(value) for value in _row(event, lang)])
    return text.getvalue().encode("utf-8-sig")


def to_ics(events: Sequence[Event], heading: Heading, lang: str, day: date) -> Rendered:
    """All these events as a calendar, the undated too, however long past. `left_out` names those that
    could not be rendered; ics_reading says what does not come back from it."""
    # 1000 years: no event lies further back.
    options = Options(lang=lang, past=Duration(years=1000), size=None)
    return feed_.render([e for e in events if not e.withdrawn], heading, options, day)


def read_json(
    data: bytes, *, timezone: str, lang: str, channel: ReadChannel = dict
) -> WantedCalendar:
    """What to_json() wrote; `timezone` and `lang` stand in where an edited file has none, `channel`
    reads what is said of one channel.

    Entries are numbered from 1 in place of lines. Raises InvalidInput with every fault.
    """
    root = _load(data)
    if not isinstance(root, dict):
        _fail("", "an export is one object with `horizon`, `events`, `feeds` and rules")
    if root.get("horizon") != JSON_VERSION or isinstance(root["horizon"], bool):
        if "horizon" not in root:
            _fail("/horizon", "is missing: this is not what `horizon export --format json` writes")
        _fail("/horizon", f"is not {JSON_VERSION}; a newer Horizon may have written this file")
    known = ("horizon", "events", *_RULE_LISTS, "channels")
    problems = [Problem(pointer(key), unknown_key(key, known)) for key in root if key not in known]
    entries = [
        entry
        for number, given in _objects(root, "events", problems)
        if (entry := _read_entry(given, pointer("events", number), number + 1, timezone, problems))
    ]
    _refuse_twins(entries, lambda entry: pointer("events", entry.line - 1), problems)
    defaults = {"timezone": timezone, "lang": lang}
    wanted = WantedCalendar(
        entries=tuple(entries),
        feeds=_rules(root, "feeds", rules.read_feed, problems),
        digests=_rules(root, "digests", lambda d: rules.read_digest(d, **defaults), problems),
        reminders=_rules(root, "reminders", lambda d: rules.read_reminder(d, **defaults), problems),
        changes=_rules(root, "changes", lambda d: rules.read_change(d, **defaults), problems),
        channels=_channels(root, channel, problems),
        name="the export",
    )
    names = [described.name for described in wanted.channels]
    for key in ("digests", "reminders", "changes"):
        for name, detail in rules.unknown_channels(getattr(wanted, key), names):
            problems.append(Problem(pointer(key), f"{name}: {detail}"))
    if problems:
        raise InvalidInput(problems)
    return wanted


def _channels(
    root: Mapping[str, Any], read_one: ReadChannel, problems: list[Problem]
) -> tuple[ChannelSpec, ...]:
    given = root.get("channels") or {}
    if not isinstance(given, Mapping):
        problems.append(Problem("/channels", "must have a name for each channel"))
        return ()
    found = []
    for name, spec in given.items():
        try:
            if not isinstance(spec, dict):
                raise InvalidInput([Problem("", "must say of which kind it is")])
            found.append(ChannelSpec(rules.read_channel_name(name), read_one(spec)))
        except InvalidInput as fault:
            problems += [problem.under(pointer("channels", name)) for problem in fault.problems]
    return tuple(found)


def _kept(event: Event) -> dict[str, Any]:
    return {
        "uid": event.uid,
        "sequence": event.sequence,
        "created_at": instant(event.created_at),
        "updated_at": instant(event.updated_at),
    }


# --- YAML


# What other YAML readers would take for a number or a time; calendar_file would not, people may.
_NUMBER_LIKE = re.compile(r"(?!\d{4}-\d\d-\d\d$)\d[\d_.,:eExXoOa-fA-F+-]*", re.ASCII)
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_PLAIN_STARTS = "《（“「【"
_FLOW_SIGNS = frozenset(",[]{}:\"'")


def _file_entry(event: Event, timezone: str) -> dict[str, Any]:
    written = fields.write(event.details)
    if event.details.timezone == timezone:
        del written["timezone"]
    if written["importance"] == "normal":
        del written["importance"]
    if written["source"]:
        # The title is kept, so that a source of which nothing is known stays a source.
        source = written["source"]
        written["source"] = {"title": source.pop("title"), **_without_defaults(source)}
    return {"id": event.id, **_without_defaults(written), **_kept(event)}


def _without_defaults(written: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that say something: sequence 0 does, an empty text, list or mapping does not."""
    return {
        key: value
        for key, value in written.items()
        if value is not None and value is not False and value not in ("", [], {})
    }


def _list(key: str, items: Sequence[Mapping[str, Any]], indent: int) -> Iterator[str]:
    pad = " " * indent
    if not items:
        yield f"{pad}{key}: []"
        return
    yield f"{pad}{key}:"
    for item in items:
        first, *rest = _block(item, indent + 4)
        yield f"{pad}  - {first.lstrip(' ')}"
        yield from rest


def _block(mapping: Mapping[str, Any], indent: int) -> Iterator[str]:
    pad = " " * indent
    for key, value in mapping.items():
        if key == "source":
            yield f"{pad}{key}:"
            yield from _block(value, indent + 2)
        elif key == "when":
            # A window looks like a list: calendar_file reads it as it is, but not with a ~ behind it.
            quoted = value.startswith("[") and not value.endswith("]")
            yield f"{pad}{key}: {_quoted(value) if quoted else value}"
        elif isinstance(value, str) and "\n" in value and _legible(value.replace("\n", "")):
            yield f"{pad}{key}: |-"
            yield from (f"{pad}  {line}" if line else "" for line in value.split("\n"))
        else:
            yield f"{pad}{key}: {_flow(value)}"


def _flow(value: Any, inside: bool = False) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(item, True)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(_flow(item, True) for item in value)}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _scalar(value, inside)


def _scalar(text: str, inside: bool = False) -> str:
    """The text without quotes where it can stand so; `inside` of brackets less can."""
    plain = (
        text != ""
        and (text[0].isalnum() or text[0] in _PLAIN_STARTS)
        and text.isprintable()
        and not text.endswith((":", " "))
        and ": " not in text
        and " #" not in text
        and not (inside and _FLOW_SIGNS & set(text))
        and not _NUMBER_LIKE.fullmatch(text)
        and text.lower() not in _WORDS
    )
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char == "\n":
        return "\\n"
    return char if _legible(char) else f"\\U{ord(char):08X}"


def _legible(text: str) -> bool:
    # Beside what Python calls printable: the joiner inside of emoji, the wide space of Chinese text.
    return text.replace("\u200d", "").replace("\u3000", "").isprintable()


# --- JSON


def _fail(pointer: str, detail: str) -> NoReturn:
    raise InvalidInput([Problem(pointer, detail)])


def _load(data: bytes) -> Any:
    if not data.strip():
        _fail("", "the file is empty")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        _fail("", f"byte {error.start + 1} is no UTF-8; an export is UTF-8")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        _fail("", f"not valid JSON: {error.msg}, line {error.lineno}, column {error.colno}")
    except RecursionError:
        _fail("", "lists and objects are nested too deep for an export")
    except ValueError as error:
        _fail("", f"not valid JSON: {error}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        key.encode()  # half of a surrogate pair: UnicodeEncodeError is a ValueError
        if key in found:
            raise ValueError(f"the key {key[:60]!r} stands twice in one object")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _objects(
    root: Mapping[str, Any], key: str, problems: list[Problem]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects in the list under that key, numbered from 0."""
    given = root.get(key, [])
    if not isinstance(given, list):
        problems.append(Problem(f"/{key}", "must be a list"))
        return
    for number, item in enumerate(given):
        if isinstance(item, dict):
            yield number, item
        else:
            problems.append(Problem(pointer(key, number), "must be an object"))


def _rules(
    root: Mapping[str, Any],
    key: str,
    read_one: Callable[[dict[str, Any]], T],
    problems: list[Problem],
) -> tuple[T, ...]:
    found: list[T] = []
    names: set[str] = set()
    for number, given in _objects(root, key, problems):
        try:
            found.append(read_one(given))
        except InvalidInput as fault:
            problems += [p.under(pointer(key, number)) for p in fault.problems]
            continue
        if given["name"] in names:
            problems.append(Problem(pointer(key, number, "name"), "stands twice"))
        names.add(given["name"])
    return tuple(found)


def _read_entry(
    given: dict[str, Any], place: str, line: int, timezone: str, problems: list[Problem]
) -> Entry | None:
    known = ("id", *DETAIL_KEYS, *_KEPT_KEYS, "origin")
    found = [Problem(pointer(key), unknown_key(key, known)) for key in given if key not in known]
    details, id_ = None, None
    try:
        details = fields.read({k: v for k, v in given.items() if k in DETAIL_KEYS}, timezone)
        id_ = event_.slug(details.title)
    except InvalidInput as fault:
        found += fault.problems
    kept: dict[str, Any] = {}
    for key, reader in _KEPT_READERS.items():
        if given.get(key) is None:
            continue
        try:
            kept[key] = reader(given[key])
        except InvalidInput as fault:
            found += fault.problems
        except ValueError as error:
            found.append(Problem(f"/{key}", str(error)))
    problems += [problem.under(place) for problem in found]
    if found or details is None or id_ is None:
        return None
    written = fields.write(details)
    values = {key: written[key] for key in DETAIL_KEYS if key in given}
    return Entry(kept.pop("id", id_), details, values, line, **kept)


def _refuse_twins(
    entries: Sequence[Entry], place: Callable[[Entry], str], problems: list[Problem]
) -> None:
    for key in ("id", "uid"):
        first: dict[str, Entry] = {}
        for entry in entries:
            value = entry.id if key == "id" else entry.uid or f"{entry.id}@horizon"
            if value in first:
                there = place(first[value])
                detail = f"{value[:100]} is also that of {there}; each event has its own"
                problems.append(Problem(f"{place(entry)}/{key}", detail))
            first.setdefault(value, entry)


def _sequence(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 1_000_000_000:
        raise ValueError("must be a number from 0")
    return given


_KEPT_READERS: dict[str, Callable[[Any], Any]] = {
    "id": fields.read_id,
    "uid": read_uid,
    "sequence": _sequence,
    "created_at": read_moment,
    "updated_at": read_moment,
    "origin": Origin,
}


# --- CSV


def _row(event: Event, lang: str) -> tuple[str, ...]:
    details = event.details
    source = details.source or Source()
    return (
        event.id,
        event.title,
        event.when.text,
        event.when.start_text,
        event.when.end_text,
        wording.full(event.when, lang, details.timezone),
        event.when.precision.value,
        event.status.value,
        details.kind.value,
        details.importance.value,
        "; ".join(details.organizations),
        "; ".join(details.tickers),
        "; ".join(details.tags),
        details.location,
        details.url,
        " ".join(text for text in (source.publisher, source.title) if text),
        source.date.isoformat() if source.date else "",
        source.url,
        source.excerpt,
        event.uid,
        "\n".join(f"{lang}: {title}" for lang, title in details.titles),
        details.timezone,
        details.description,
        details.recurrence or "",
        "; ".join(day.isoformat() for day in details.exceptions),
        "true" if details.status else "",
        source.title,
        source.publisher,
        "true" if source.official else "",
        str(source.page or ""),
        str(source.line or ""),
        source.sha256,
    )


# OWASP, "CSV Injection": with these signs in front a spreadsheet takes the text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LED = tuple(f"'{sign}" for sign in _FORMULA)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA + _LED) else text


def _uncell(text: str) -> str:
    return text.removeprefix("'") if text.startswith((*_LED, "''")) else text


# As spreadsheets write a day that they have taken for one.
_DAY = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})", re.ASCII)
_TEXTS = (
    "title", "when", "kind", "importance", "location", "url", "timezone", "description", "recurrence"
)  # fmt: skip
_LISTS = ("organizations", "tickers", "tags", "exceptions")
_OF_SOURCE = {
    "title": "source_title",
    "publisher": "source_publisher",
    "date": "source_date",
    "url": "source_url",
    "excerpt": "excerpt",
    "sha256": "source_sha256",
}


def is_csv(text: str) -> bool:
    """Whether it is the table that to_csv() writes, perhaps saved anew by a spreadsheet."""
    return set(_columns(text)[1]) >= _CSV_MARKS


def read_csv(text: str, *, timezone: str) -> WantedCalendar:
    """What to_csv() wrote, with what somebody has changed in it since: columns may be gone, and rows
    without an id be new. `timezone` stands in where the table has none.

    Entries are numbered as the rows of a spreadsheet, of which the first has the columns' names.
    Raises InvalidInput with every fault.
    """
    mark, columns = _columns(text)
    problems: list[Problem] = []
    entries = []
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=mark)
    for number, cells in enumerate(rows, 1):
        if number == 1 or not any(cell.strip() for cell in cells):
            continue
        row = {name: _uncell(cell) for name, cell in zip(columns, cells, strict=False)}
        entry = _read_entry(_given(row), pointer("row", number), number, timezone, problems)
        if entry is not None:
            entries.append(_with_status(entry, row))
    _refuse_twins(entries, lambda entry: pointer("row", entry.line), problems)
    if problems:
        raise InvalidInput(problems)
    return WantedCalendar(entries=tuple(entries), name="the table")


def _columns(text: str) -> tuple[str, list[str]]:
    """What parts the cells, as a spreadsheet of that country would have it, and the columns' names."""
    first = text.lstrip("\ufeff").partition("\n")[0].strip()
    mark = max(",;\t", key=first.count)
    return mark, [name.strip().strip('"') for name in first.split(mark)]


def _given(row: Mapping[str, str]) -> dict[str, Any]:
    """A row as the object that to_json() would have written."""
    given: dict[str, Any] = {key: row[key] or None for key in ("id", "uid") if key in row}
    given |= {key: row[key] for key in _TEXTS if key in row and (key != "kind" or row[key])}
    for key in ("timezone", "recurrence", "importance"):
        if not given.get(key, "-"):
            given[key] = None
    given["when"] = _day(row.get("when", ""))
    for key in _LISTS:
        if key in row:
            given[key] = [_day(part) for part in row[key].split("; ") if part.strip()]
    if "titles" in row:
        pairs = (line.partition(": ") for line in row["titles"].splitlines())
        given["titles"] = {lang: title for lang, _, title in pairs if lang}
    if "source_title" in row:
        given["source"] = _given_source(row)
    return given


def _given_source(row: Mapping[str, str]) -> dict[str, Any] | None:
    source: dict[str, Any] = {key: row.get(column, "") for key, column in _OF_SOURCE.items()}
    source["date"] = _day(source["date"]) or None
    for key in ("page", "line"):
        number = row.get(f"source_{key}", "")
        source[key] = int(number) if number.isdecimal() and number.isascii() else None
    if row.get("source_official", "").lower() == "true":
        source["official"] = True
    return source if any(source.values()) else None


def _day(text: str) -> str:
    found = _DAY.fullmatch(text.strip())
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else text


def _with_status(entry: Entry, row: Mapping[str, str]) -> Entry:
    """Its status, where it does not only follow from the date, as in most rows."""
    word = row.get("status", "").strip()
    if "status" not in row:
        return entry
    stands = row.get("status_set", "").lower() == "true"
    follows = entry.details.status_of_date
    status = Status(word) if word in list(Status) and (stands or word != follows) else None
    details = replace(entry.details, status=status)
    return replace(entry, details=details, values={**entry.values, "status": status})
