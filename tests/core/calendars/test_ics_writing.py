"""Horizon's own writing of iCalendar gives the bytes that icalendar gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.core.calendars.feed import component
from service.core.calendars.ics_writing import text_line
from service.core.dates.when import parse
from service.core.events import event as event_
from service.core.events.event import Details, Event, Origin, Source
from service.core.events.kinds import Kind
from tests.core.calendars import by_icalendar
from tests.every_kind import EVENTS, HEADING, NOW, event, options

WAYS = [
    {"lang": lang, "undated": undated, "cancelled": cancelled, "busy": busy, **alarms}
    for lang in ("zh", "en")
    for undated, cancelled in (("auto", "status"), ("start", "title"), ("span", "status"))
    for busy, alarms in (("false", {}), ("true", {"alarms": "P7D,P1D,PT2H,PT15M,P0D"}))
]


@pytest.mark.parametrize("kind", EVENTS)
def test_every_kind_of_event_is_written_as_icalendar_writes_it(kind: str) -> None:
    for made in EVENTS[kind][0][:100]:
        for query in WAYS[:1] if kind == "many" else WAYS:
            for longest in (None, 40):
                chosen = options(query)
                assert component(made, HEADING, chosen, longest) == by_icalendar.component(
                    made, HEADING, chosen, longest
                )


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300) | st.text(
    "ab\\;,^\n\r:人é🤖nN\u2060'\"’ ", max_size=300
)


@given(TEXT)
def test_a_text_is_escaped_and_folded_as_icalendar_does_it(text: str) -> None:
    made = icalendar.Event()
    made.add("summary", text)
    lines = made.to_ical().removeprefix(b"BEGIN:VEVENT\r\n").removesuffix(b"END:VEVENT\r\n")
    assert text_line("SUMMARY", text) == lines


WHENS = [
    "2026-05", "[2026-05-21..2026-05-31]", "[2026-12-20..2027-01-30]", "2026-34", "2026-41", "2026",
    "2026-05-13", "2026-05-13~", "2026-05-13/2026-06-14", "1970-01-01", "2199-12-31",
    "2026-05-20T01:00+08:00", "2026-11-01T05:30Z/2026-11-01T09:30Z", "2026-03-29T01:30Z?",
]  # fmt: skip
RULES = [
    None, "FREQ=YEARLY", "FREQ=WEEKLY;INTERVAL=2;COUNT=8", "FREQ=MONTHLY;UNTIL=20271231;BYDAY=+2WE,-1FR",
    "FREQ=YEARLY;UNTIL=20281231T235959Z;BYMONTH=5,6;BYMONTHDAY=1,-1;WKST=SU",
    "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
]  # fmt: skip
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC))


@st.composite
def events(draw: st.DrawFn) -> Event:
    when = parse(draw(st.sampled_from(WHENS)))
    details = Details(
        title=draw(TEXT),
        when=when,
        timezone=draw(st.sampled_from(ZONES)),
        kind=draw(st.sampled_from(list(Kind))),
        tags=tuple(draw(st.lists(TEXT, max_size=3))),
        location=draw(TEXT),
        url=draw(TEXT),
        description=draw(TEXT),
        recurrence=draw(st.sampled_from(RULES)) if when.dated else None,
        exceptions=tuple(draw(st.lists(st.dates(date(2026, 5, 1), date(2028, 1, 1)), max_size=3))),
        status=draw(st.sampled_from([None, *event_.Status])),
        source=draw(
            st.none()
            | st.builds(
                Source, title=TEXT, publisher=TEXT, url=TEXT, excerpt=TEXT, official=st.booleans()
            )
        ),
    )
    made = event_.new(
        "some-id",
        details,
        draw(TIMES),
        Origin.API,
        uid=draw(TEXT),
        sequence=draw(st.integers(0, 9)),
    )
    return replace(made.after, updated_at=draw(TIMES))


@given(events(), st.sampled_from(WAYS))
def test_any_event_is_written_as_icalendar_writes_it(made: Event, query: dict[str, str]) -> None:
    chosen = options(query)
    try:
        expected = by_icalendar.component(made, HEADING, chosen)
    except Exception:
        return  # what icalendar refuses is nothing to be held to
    assert component(made, HEADING, chosen) == expected


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_is_named_as_icalendar_names_it(zone: str) -> None:
    made = event("timed", "2026-05-20T01:00+08:00", timezone=zone)
    assert component(made, HEADING, options({})) == by_icalendar.component(
        made, HEADING, options({})
    )


def test_fractions_of_a_second_are_left_out() -> None:
    made = replace(event("e", "2026-05-20"), updated_at=NOW + timedelta(microseconds=999_999))
    assert component(made, HEADING, options({})) == by_icalendar.component(
        made, HEADING, options({})
    )
