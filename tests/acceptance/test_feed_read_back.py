"""Whatever events there are, three parsers read from the feed the ones that were put in: icalendar,
vobject, and the parser of Home Assistant."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.core.calendars.feed import _legible, render, summary
from service.core.events import event as event_
from service.core.events import fields
from service.core.events.event import Event, Origin
from tests.acceptance.test_calendar_clients import Read, expected, home_assistant, text, vobject
from tests.every_kind import DAY, HEADING, NOW, options, ordered

pytestmark = pytest.mark.slow

# "span": an undated event is a bar over its window, so that what is put in can be told from outside.
OPTIONS = {"undated": "span", "past": "P30Y", "size": "all"}
ZONES = ["Asia/Shanghai", "America/Los_Angeles", "Europe/London", "Asia/Kathmandu", "UTC", "Pacific/Auckland"]  # fmt: skip
LETTERS = st.characters(exclude_categories=["C", "Zl", "Zp"])
# Blanks at the ends are no part of a title, and several in a row are one.
TITLES = (
    st.text(LETTERS, min_size=1, max_size=200) | st.text("ab\\;,:nN人é🤖'\"%<&", min_size=1)
).map(lambda title: " ".join(title.split()))
DAYS = st.dates(date(2006, 1, 1), date(2060, 12, 31))


@st.composite
def whens(draw: st.DrawFn) -> str:
    first = draw(DAYS)
    last = first + timedelta(days=draw(st.integers(0, 400)))
    clock = f"{draw(st.integers(0, 23)):02d}:{draw(st.integers(0, 59)):02d}"
    offset = draw(st.sampled_from(["Z", "+08:00", "-07:00", "+05:45"]))
    forms = (
        first.isoformat(), f"{first}/{last}", f"[{first}..{last}]", f"{first:%Y-%m}", f"{first:%Y}",
        f"{first}T{clock}{offset}", f"{first}T{clock}{offset}/{last + timedelta(days=1)}T{clock}{offset}",
    )  # fmt: skip
    return draw(st.sampled_from(forms)) + draw(st.sampled_from(["", "", "~"]))


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    made = []
    for number in range(draw(st.integers(1, 4))):
        data: dict[str, Any] = {
            "title": draw(TITLES.filter(bool)),
            "when": draw(whens()),
            "description": draw(st.text(LETTERS | st.just("\n"), max_size=300)),
            "location": draw(st.text(LETTERS, max_size=80)),
            "tags": draw(st.lists(TITLES.filter(bool), max_size=2)),
            "timezone": draw(st.sampled_from(ZONES)),
            "status": draw(st.sampled_from([None, "cancelled", "tentative"])),
        }
        details = fields.read(data, "Asia/Shanghai")
        made.append(event_.new(f"e-{number}", details, NOW, Origin.API).after)
    return ordered(made)


def put_in(event: Event) -> dict[str, str | None]:
    """What a reader should find of it."""
    when = event.when
    title = _legible(summary(event, options(OPTIONS)))
    if when.start is not None and when.end is not None:
        span: tuple[str | None, str | None] = (
            text(when.start), text(when.end) if when.end > when.start else None
        )  # fmt: skip
    else:
        span = (text(when.first), text(when.last + timedelta(days=1)))
    status = event.status.value if event.cancelled or when.dated else "tentative"
    return {"summary": title, "start": span[0], "end": span[1], "status": status.upper()}


def read_by_all(data: bytes, folder: Path) -> list[Read]:
    path = folder / "feed.ics"
    path.write_bytes(data)
    return [expected(data), vobject(path), home_assistant(path)[0]]


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(made=events())
def test_three_parsers_read_back_what_was_put_in(made: list[Event], tmp_path: Path) -> None:
    wanted = {event.uid: put_in(event) for event in made}
    for read in read_by_all(render(made, HEADING, options(OPTIONS), DAY).data, tmp_path):
        assert read == wanted
