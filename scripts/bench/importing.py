"""What a calendar of others costs to read and to compare with what is stored."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scripts.bench.stores import NOW
from service.core.events.event import Origin
from service.operations import imports
from service.operations.events import By
from service.store import Store, migrate, open_engine


def calendar(entries: int) -> bytes:
    """Meetings with places, long words, guests and an alarm each, some of them series. Made up."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN"]
    for n in range(entries):
        begin = datetime(2027, 1, 1, 9) + timedelta(days=n % 700, hours=n % 8)  # noqa: DTZ001 - a local time
        lines += ["BEGIN:VEVENT", f"UID:entry-{n}@bench.example", "DTSTAMP:20260101T000000Z"]
        for name, at in (("DTSTART", begin), ("DTEND", begin + timedelta(hours=1))):
            lines.append(f"{name};TZID=Europe/Paris:{at:%Y%m%dT%H%M%S}")
        lines += [f"SUMMARY:Meeting {n} of team {n % 97}", "LOCATION:Room 5", "SEQUENCE:1"]
        lines.append("DESCRIPTION:" + "What will be spoken of\\, and by whom. " * 20)
        lines += [
            f"ATTENDEE;CN=Guest {guest};ROLE=REQ-PARTICIPANT:mailto:guest-{guest}@bench.example"
            for guest in range(5)
        ]
        if n % 10 == 0:
            lines.append("RRULE:FREQ=WEEKLY;COUNT=10")
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "END:VALARM", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def measure(folder: Path, entries: int, rounds: int) -> dict[str, Any]:
    """Seconds of CPU of each round: to read the file, and to compare it with a store that has it."""
    file = imports.File(calendar(entries), "bench.ics")
    by = By("bench", Origin.IMPORT, NOW, "Asia/Shanghai")
    engine = open_engine(f"sqlite:///{folder}/importing.db")
    migrate(engine)
    found: dict[str, Any] = {
        "entries": entries,
        "bytes": len(file.data),
        "read": [],
        "compared": [],
    }
    with closing(Store(engine)) as store:
        with store.writing(NOW) as writing:
            for proposal in imports.propose(writing, imports.read(file, by, "en")):
                imports.carry_out(writing, proposal, by)
        for _ in range(rounds):
            started = time.process_time()
            given = imports.read(file, by, "en")
            read = time.process_time()
            with store.reading() as reading:
                proposals = imports.propose(reading, given)
            compared = time.process_time()
            if {proposal.action.value for proposal in proposals} != {"unchanged"}:
                raise SystemExit("the same calendar once more is no change")
            found["read"].append(read - started)
            found["compared"].append(compared - read)
    return found


def tell(found: dict[str, Any]) -> Iterator[str]:
    yield (
        f"| a calendar of {found['entries']:,} entries, {found['bytes'] / 1e6:.1f} MB | CPU seconds |"
    )
    yield "| --- | ---: |"
    for name in ("read", "compared"):
        yield f"| {name} | {statistics.median(found[name]):.1f} |"
