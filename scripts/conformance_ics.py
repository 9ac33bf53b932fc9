"""How calendars of others come through import and feed: `make conformance-ics`.

    git clone --depth 1 https://github.com/kewisch/ical.js
    git clone --depth 1 https://github.com/collective/icalendar
    git clone --depth 1 https://github.com/ical4j/ical4j
    make conformance-ics CLONES="ical.js icalendar ical4j" ARGS=--errors

Every .ics, .ical and .vcs of a clone's HEAD, which need not have a work tree, is imported into a feed;
nothing of it is kept. Of each UID the days in the file, as icalendar with recurring-ical-events reads
it, are held against those in the feed, read by the same, over three years from its first day.

right     the same days
wrong     other days
lost      no days, and nothing that says why
refused   skipped, the entry or the file, with the reason
alone     the peer reads no days: they cannot be judged

The peer is read by RFC 5545 where it goes its own way: X-WR-TIMEZONE moves nothing, a start outside
its rule counts as the first occurrence, an occurrence that is called off is none. Times without a zone
are taken for UTC on both sides, and seconds are passed over.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import icalendar
import recurring_ical_events

from scripts.conformance import clones
from service.core.calendars import feed
from service.core.calendars.feed import Heading, Options
from service.core.calendars.ics_reading import IcsEvent, IcsFile, read_ics
from service.core.events import event as event_
from service.core.events.event import Event, Origin
from service.errors import InvalidInput

VERDICTS = ("right", "wrong", "lost", "refused", "alone")
SUFFIXES = (".ics", ".ical", ".vcs")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADING = Heading("Conformance", "http://127.0.0.1/x.ics", "http://127.0.0.1", "UTC")
LONG = timedelta(days=3 * 366)
# What recurs every second is counted for a while only.
SHORT = timedelta(days=3)

Days = Sequence[str]


class Told(NamedTuple):
    """The days of a UID in the file, and the one from which they were looked for."""

    days: Days
    first: date


@dataclass
class Judged:
    """One file: the verdict on each UID with what is to be said of it, and why the file was refused."""

    path: str
    uids: list[tuple[str, str, str]] = field(default_factory=list)
    refused: str = ""


def judged(path: str, data: bytes) -> Judged:
    """A file through import and feed."""
    found = Judged(path)
    theirs = peer_days(data)
    try:
        read = read_ics(data, timezone="UTC")
    except InvalidInput as fault:
        found.refused = str(fault)
        found.uids = [(uid, "refused", str(fault)) for uid in theirs]
        return found
    ours = feed_days(read, theirs)
    reasons = {each.uid: each.reason for each in read.skipped}
    if read.skipped and not (read.skipped[-1].uid or read.skipped[-1].title):
        # The file is damaged, and what was lost by it has that reason.
        reasons = dict.fromkeys(theirs, read.skipped[-1].reason) | reasons
    for uid in dict.fromkeys((*theirs, *ours)):
        wanted = theirs[uid].days if uid in theirs else []
        found.uids.append((uid, *verdict(wanted, ours.get(uid, []), reasons.get(uid, ""))))
    return found


def verdict(theirs: Days, ours: Days, reason: str) -> tuple[str, str]:
    """What is to be said of one UID, and the days or the reason."""
    if not theirs:
        return "alone", f"read {_some(ours)}"
    if ours == theirs:
        return "right", ""
    if reason and not set(ours) - set(theirs):
        return "refused", reason
    if not ours:
        return "lost", f"wanted {_some(theirs)}"
    missing = [day for day in theirs if day not in ours]
    more = [day for day in ours if day not in theirs]
    return "wrong", f"without {_some(missing)}, but with {_some(more)}"


def _some(days: Days) -> str:
    shown = ", ".join(days[:3]) or "none"
    return shown if len(days) <= 3 else f"{shown}, … ({len(days)})"


# --- the feed


def feed_days(read: IcsFile, known: Mapping[str, Told]) -> dict[str, Days]:
    """The days in the feed that the file becomes, by the UIDs of the file."""
    events = [_event(each) for each in read.entries]
    digits = {hashlib.sha256(uid.encode()).hexdigest(): uid for uid in known}
    originals = {
        event.uid: _original(each.uid or "", known, digits)
        for event, each in zip(events, read.entries, strict=True)
    }
    options = Options("en", past=feed.LONGEST_PAST, size=None)
    rendered = feed.render(sorted(events, key=_place), HEADING, options, NOW.date())
    calendar = icalendar.Calendar.from_ical(rendered.data)
    zones = calendar.walk("VTIMEZONE")
    found: dict[str, set[str]] = defaultdict(set)
    for each in calendar.walk("VEVENT"):
        uid = originals[str(each["UID"])]
        first = known[uid].first if uid in known else _first([each])
        found[uid].update(_days(zones, [each], first))
    return {uid: sorted(days) for uid, days in found.items()}


def _event(entry: IcsEvent) -> Event:
    return event_.new(entry.id, entry.details, NOW, Origin.IMPORT, uid=entry.uid).after


def _place(event: Event) -> tuple[str, str]:
    return event.when.sort_key, event.id


def _original(uid: str, known: Mapping[str, Told], digits: Mapping[str, str]) -> str:
    """The UID in the file of an event that Horizon may have made of an occurrence."""
    if uid in known:
        return uid
    series = uid.rpartition("#")[0]
    return digits.get(series, series if series in known else uid)


# --- the peer


def peer_days(data: bytes) -> dict[str, Told]:
    """What is in the file by UID, as the peer reads it; no days of what it cannot read."""
    try:
        calendars = icalendar.Calendar.from_ical(_for_the_peer(data), multiple=True)
    except Exception:  # whatever it raises, it cannot be asked
        return {}
    found: dict[str, Told] = {}
    for calendar in calendars:
        if str(calendar.get("METHOD", "")).upper() not in ("", "PUBLISH", "REQUEST"):
            continue
        zones = calendar.walk("VTIMEZONE")
        for uid, events in _by_uid(calendar).items():
            first = _first(events)
            days = set(found[uid].days if uid in found else ())
            for some in _alone(events):
                try:
                    days.update(_days(zones, some, first))
                except Exception:
                    continue
            found[uid] = Told(sorted(days), min(first, found[uid].first) if uid in found else first)
    return found


# A day is in no zone, and is one also where a TZID stands beside it (RFC 5545 3.2.19).
_ZONE_OF_DAY = re.compile(
    rb"(?im)^((?:DTSTART|DTEND|EXDATE|RDATE|RECURRENCE-ID)[^:\r\n]*);TZID=[^;:\r\n]*([^:\r\n]*:\d{8}\r?)$"
)
_ZONE = re.compile(rb"(?ims)^BEGIN:VTIMEZONE.*?^END:VTIMEZONE\r?\n")


def _for_the_peer(data: bytes) -> bytes:
    """The file with its zones in front of what is in them, since the peer reads it once."""
    data = _ZONE_OF_DAY.sub(rb"\1\2", data)
    first = re.search(rb"(?im)^BEGIN:(?!VCALENDAR)", data)
    if first is None or len(re.findall(rb"(?im)^BEGIN:VCALENDAR", data)) > 1:
        return data
    zones, begin = b"".join(_ZONE.findall(data)), first.start()
    return data[:begin] + zones + _ZONE.sub(b"", data[begin:])


def _by_uid(calendar: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for each in calendar.walk("VEVENT"):
        if not each.errors and isinstance(getattr(each.get("DTSTART"), "dt", None), date):
            found[str(each.get("UID", "")).strip()].append(each)
    return found


def _alone(events: Sequence[Any]) -> Iterator[list[Any]]:
    """The entries of one UID as one event each with its changed occurrences, since the peer takes one of
    them alone: several of the highest SEQUENCE share it by mistake."""
    whole = [each for each in events if "RECURRENCE-ID" not in each]
    newest = max((int(each.get("SEQUENCE", 0)) for each in whole), default=0)
    changed = [each for each in events if "RECURRENCE-ID" in each]
    counted = [each for each in whole if int(each.get("SEQUENCE", 0)) == newest]
    yield from ([each, *changed] for each in counted)
    if not whole:
        yield changed


def _first(events: Sequence[Any]) -> date:
    """The first of the days on which they begin, by DTSTART or RDATE."""
    moments = [each["DTSTART"].dt for each in events]
    for each in events:
        lists = each.get("RDATE", [])
        for given in lists if isinstance(lists, list) else [lists]:
            dates = [one.dt[0] if isinstance(one.dt, tuple) else one.dt for one in given.dts]
            moments += [one for one in dates if isinstance(one, date)]
    return min(each.date() if isinstance(each, datetime) else each for each in moments)


def _days(zones: Sequence[Any], events: Sequence[Any], first: date) -> list[str]:
    """The starts of these events from their first day on, in UTC and to the minute, or days."""
    alone = icalendar.Calendar()
    for each in (*zones, *events):
        alone.add_component(each)  # without the X-WR-TIMEZONE of the calendar
    often = any(_often(each) for each in events)
    last = first + (SHORT if often else LONG)
    moments = []
    for each in recurring_ical_events.of(alone).between(first - timedelta(days=2), last):
        if "RECURRENCE-ID" not in each or str(each.get("STATUS", "")).upper() != "CANCELLED":
            moments.append(_text(each["DTSTART"].dt))
    return _counted(sorted(set(moments)), events)


def _often(event: Any) -> bool:
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if rule.keys() & {"BYHOUR", "BYMINUTE", "BYSECOND"}:
            return True
        if str(rule.get("FREQ", [""])[0]) in ("HOURLY", "MINUTELY", "SECONDLY"):
            return True
    return False


def _counted(days: list[str], events: Sequence[Any]) -> list[str]:
    """The days without the last, where a COUNT was counted from behind a start outside its rule."""
    for each in events:
        counts = each.get("RRULE", {}).get("COUNT") if len(events) == 1 else None
        if counts and len(days) == counts[0] + 1 and "RDATE" not in each:
            return days[:-1]
    return days


def _text(moment: date | datetime) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    whole = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return whole.strftime("%Y-%m-%dT%H:%MZ")


# --- the table


def table(collections: Mapping[str, Sequence[Judged]]) -> str:
    """Files and UIDs of each collection by verdict, as a Markdown table."""
    heads = ("collection", "files", "refused whole", "UIDs", *VERDICTS)
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for name, files in collections.items():
        counts = Counter(found for each in files for _, found, _ in each.uids)
        whole = sum(bool(each.refused) for each in files)
        cells = [name, len(files), whole, counts.total(), *(counts[word] for word in VERDICTS)]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def reasons(collections: Mapping[str, Sequence[Judged]]) -> Iterator[str]:
    """The reasons for what was refused, the most frequent first, without what is special to one file."""
    counts: Counter[str] = Counter()
    for each in (each for files in collections.values() for each in files):
        for _, found, said in each.uids:
            if found == "refused":
                counts[re.sub(r"'[^']*'|[0-9]+|:[^ ]* ", "…", said)] += 1
    for reason, number in counts.most_common():
        yield f"{number:6} {reason}"


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make conformance-ics", description=__doc__)
    arguments.add_argument("clones", type=Path, nargs="*", metavar="CLONE")
    arguments.add_argument(
        "--errors",
        nargs="?",
        const="wrong,lost",
        default="",
        metavar="VERDICTS",
        help="list the UIDs (wrong,lost unless others are named)",
    )
    arguments.add_argument("--json", type=Path, metavar="FILE", help="every file with its verdicts")
    given = arguments.parse_args()
    if not given.clones:
        arguments.exit(2, "No clone was given; scripts/conformance_ics.py says how.\n")
    collections = {}
    for clone in given.clones:
        folder = clone.resolve()
        folder = folder.parent if folder.name in ("repo", ".git") else folder
        name = f"{folder.name} at {clones.commit(clone)}"
        paths = [path for path in clones.files(clone) if path.lower().endswith(SUFFIXES)]
        collections[name] = [judged(path, clones.data(clone, path)) for path in paths]
    print(table(collections))
    print("\nRefused:", *reasons(collections), sep="\n")
    listed = given.errors.split(",")
    for name, files in collections.items():
        for each in files:
            for uid, found, said in each.uids:
                if found in listed:
                    print(f"{found:7} {name.split()[0]} {each.path}  {uid[:60]!r}  {said}")
    if given.json:
        written = {name: [each.__dict__ for each in files] for name, files in collections.items()}
        given.json.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
