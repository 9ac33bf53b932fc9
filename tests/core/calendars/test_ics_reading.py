"""Reading .ics files: our own come back, other people's are taken as far as they can be held, and one
bad entry never takes the file with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.calendars.feed import Cancelled, Options, Undated, render
from service.core.calendars.ics_reading import IcsEvent, IcsFile, read_ics
from service.core.dates import when
from service.core.events import event as event_
from service.core.events.event import CalendarVersion, Event, Source, Status
from service.core.events.kinds import Kind
from service.core.files import exports
from service.errors import InvalidInput
from tests.every_kind import DAY, EVENTS, HEADING, event, ordered

ALL = ordered(EVENTS["all"][0])
ZONE = "Asia/Shanghai"


def read(data: bytes, timezone: str = ZONE) -> IcsFile:
    return read_ics(data, timezone=timezone)


def back(item: Event, lang: str = "zh") -> IcsEvent:
    file = read(exports.to_ics([item], HEADING, lang, DAY).data)
    assert not file.skipped
    return file.entries[0]


def calendar(*components: str) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//test//test//EN",
        *components,
        "END:VCALENDAR",
    ]
    return "\r\n".join("\n".join(lines).split("\n")).encode() + b"\r\n"


def vevent(*lines: str, **changed: str) -> str:
    standard = {"UID": "a@b", "SUMMARY": "T", "DTSTART;VALUE=DATE": "20260513"}
    if any(line.startswith("DTSTART") for line in lines):
        del standard["DTSTART;VALUE=DATE"]
    own = [f"{name}:{text}" for name, text in (standard | changed).items() if text]
    return "\n".join(("BEGIN:VEVENT", *own, *lines, "END:VEVENT"))


def one(*lines: str, timezone: str = ZONE, more: str = "", **changed: str) -> IcsEvent:
    parts = [more] if more else []
    file = read(calendar(*parts, vevent(*lines, **changed)), timezone)
    assert [s.reason for s in file.skipped] == []
    return file.entries[0]


def refused(*lines: str, more: str = "", **changed: str) -> str:
    file = read(calendar(*([more] if more else []), vevent(*lines, **changed)))
    assert file.entries == ()
    (skipped,) = file.skipped
    return skipped.reason


# --- our own files


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("item", ALL, ids=lambda e: e.id)
def test_every_kind_comes_back(item: Event, lang: str) -> None:
    entry = back(item, lang)
    details = item.details
    assert (entry.id, entry.id_given, entry.uid, entry.sequence) == (item.id, True, item.uid, 0)
    # What travels; a title in the language of the calendar stands in for the first one.
    expected = replace(
        details,
        title=item.title_in(lang),
        titles=(),
        source=None,
        organizations=(),
        tickers=(),
        # It is UTC by another name, and written so.
        timezone="UTC" if item.id == "reykjavik" else details.timezone,
    )
    assert entry.details == expected
    assert entry.keys.isdisjoint({"titles", "source", "organizations", "tickers", "importance"})
    assert ("timezone" in entry.keys) is (item.when.timed and item.id not in ("utc", "reykjavik"))


@pytest.mark.parametrize("undated", list(Undated))
@pytest.mark.parametrize("cancelled", list(Cancelled))
def test_feeds_of_any_options_come_back_too(undated: Undated, cancelled: Cancelled) -> None:
    options = Options("zh", undated=undated, cancelled=cancelled, size=None)
    file = read(render(ALL, HEADING, options, DAY).data)
    assert not file.skipped
    shown = {e.id: e for e in ALL}
    for entry in file.entries:
        item = shown[entry.id]
        assert (entry.details.when, entry.details.title) == (item.when, item.title)
        assert (entry.details.status is Status.CANCELLED) is item.cancelled


@pytest.mark.parametrize(
    ("text", "status", "comes_back"),
    [
        ("2026-05-13", "tentative", Status.TENTATIVE),
        ("2026-05-13", "confirmed", None),
        ("2026-05-13~", "confirmed", Status.CONFIRMED),
        ("2026-05-13~", "tentative", None),
        ("2026-05", "confirmed", None),
        ("2026-05", "cancelled", Status.CANCELLED),
        ("2026-05-13~", "cancelled", Status.CANCELLED),
    ],
)
def test_a_status(text: str, status: str, comes_back: Status | None) -> None:
    assert back(event("x", text, status=status)).details.status is comes_back


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "source",
    [
        None,
        Source(
            title="周报", publisher="国信证券", date=date(2026, 4, 27), excerpt="第一行\n第二行"
        ),
        Source(url="https://example.org/s"),
        Source(title="A “title”", url="https://example.org/s", excerpt="says ”"),
        Source(excerpt="only this"),
        Source(date=date(2026, 4, 27)),
        Source(),
    ],
)
@pytest.mark.parametrize("url", ["", "https://example.org/a?b=c"])
@pytest.mark.parametrize(
    "description", ["", "一段", "来源：见下\n另一段", "a\n\nSource: x\nb\\n c"]
)
def test_what_a_feed_adds_to_the_description_is_taken_off(
    source: Source | None, url: str, description: str, lang: str
) -> None:
    item = event("x", "2026-05", url=url, description=description)
    item = replace(item, details=replace(item.details, source=source))
    entry = back(item, lang)
    assert (entry.details.description, entry.details.url) == (description, url)
    assert {"description", "url"} <= entry.keys


@pytest.mark.parametrize("title", ["〔约〕x", "[May, date TBD] x", "〔5月内〕x", "  a\\nb  "])
def test_a_title_that_looks_like_ours_stays(title: str) -> None:
    for text in ("2026-05-13", "2026-05-13~", "2026-05"):
        item = event("x", text, title=title)
        assert back(item).details.title == item.title


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=200).filter(
        str.strip
    ),
    st.sampled_from(["2026-05", "2026-05-13", "2026-05-13?", "2026"]),
)
def test_any_title_comes_back(title: str, text: str) -> None:
    item = event(
        "x", text, title=title, location=title, tags=[title[:100]] if title[:100].strip() else []
    )
    details = back(item).details
    assert (details.title, details.location, details.tags) == (
        item.title,
        item.details.location,
        item.details.tags,
    )


def test_an_entry_that_somebody_moved_is_where_it_was_put() -> None:
    data = exports.to_ics(
        [event("x", "2026-05-13/2026-05-14"), event("may", "2026-05")], HEADING, "zh", DAY
    ).data
    moved = data.replace(b"DTSTART;VALUE=DATE:20260513", b"DTSTART;VALUE=DATE:20260514")
    moved = moved.replace(b"20260501", b"20260603").replace(b"20260601", b"20260604")
    assert [(e.details.title, e.details.when.text) for e in read(moved).entries] == [
        ("试验 x", "2026-05-14"),
        ("试验 may", "2026-06-03"),
    ]


def test_a_description_that_somebody_wrote_anew_says_nothing_of_the_address() -> None:
    data = exports.to_ics(
        [event("x", "2026-05-13", url="https://example.org")], HEADING, "zh", DAY
    ).data
    entry = read(data.replace("2026年5月13日".encode(), "明天".encode())).entries[0]
    assert entry.details.description == "明天\n网址：https://example.org"
    assert "url" not in entry.keys


def test_sequence_and_a_foreign_uid_come_back() -> None:
    item = replace(event("x", "2026-05-13"), uid="{ABC}@example.org", sequence=7)
    entry = back(item)
    assert (entry.uid, entry.sequence) == ("{ABC}@example.org", 7)
    assert (entry.id, entry.id_given) == (event_.slug(item.title), False)


# --- other people's files: dates


@pytest.mark.parametrize(
    ("lines", "text", "timezone"),
    [
        (["DTSTART;VALUE=DATE:20260513"], "2026-05-13", ZONE),
        (["DTSTART:20260513"], "2026-05-13", ZONE),
        (
            ["DTSTART;VALUE=DATE:20260513", "DTEND;VALUE=DATE:20260515"],
            "2026-05-13/2026-05-14",
            ZONE,
        ),
        (["DTSTART;VALUE=DATE:20260513", "DTEND;VALUE=DATE:20260513"], "2026-05-13", ZONE),
        (["DTSTART;VALUE=DATE:20260513", "DURATION:P2D"], "2026-05-13/2026-05-14", ZONE),
        (["DTSTART;VALUE=DATE:20260513", "DURATION:P1W"], "2026-05-13/2026-05-19", ZONE),
        (["DTSTART:20260520T010000"], "2026-05-20T01:00+08:00", ZONE),
        (["DTSTART:20260519T170000Z"], "2026-05-20T01:00+08:00", ZONE),
        (
            ["DTSTART;TZID=America/Los_Angeles:20260519T100000", "DURATION:PT1H30M"],
            "2026-05-19T10:00-07:00/2026-05-19T11:30-07:00",
            "America/Los_Angeles",
        ),
        (
            ["DTSTART;TZID=China Standard Time:20260520T010000", "DTEND;TZID=UTC:20260519T180000"],
            "2026-05-20T01:00+08:00/2026-05-20T02:00+08:00",
            ZONE,
        ),
        (
            ["DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260520T010000"],
            "2026-05-20T01:00+02:00",
            "Europe/Berlin",
        ),
        (
            ['DTSTART;TZID="Europe/Berlin":20261225T010059'],
            "2026-12-25T01:00+01:00",
            "Europe/Berlin",
        ),
        (["DTSTART:20260520T010000", "DTEND:20260520T010000"], "2026-05-20T01:00+08:00", ZONE),
        # Clocks are put forward over 02:30; a day later by the clock is 23 hours.
        (
            ["DTSTART;TZID=America/New_York:20260307T120000", "DURATION:P1D"],
            "2026-03-07T12:00-05:00/2026-03-08T12:00-04:00",
            "America/New_York",
        ),
        (
            ["DTSTART;TZID=America/New_York:20260308T023000"],
            "2026-03-08T03:30-04:00",
            "America/New_York",
        ),
    ],
)
def test_a_date(lines: list[str], text: str, timezone: str) -> None:
    entry = one(*lines)
    assert (entry.details.when.text, entry.details.timezone) == (text, timezone)


CUSTOM = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
X-LIC-LOCATION:Nowhere
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0300
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
COMMENT:x
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0200
TZOFFSETTO:+0300
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def test_a_zone_of_the_files_own_gives_the_offset() -> None:
    for day, text in (
        ("20260520", "2026-05-20T15:00+08:00"),
        ("20261220", "2026-12-20T16:00+08:00"),
    ):
        entry = one(f"DTSTART;TZID=Customized Time Zone:{day}T100000", more=CUSTOM)
        assert (entry.details.when.text, entry.details.timezone) == (text, ZONE)
    # What one file defines is nothing to the next.
    other = CUSTOM.replace("+0300", "+0500").replace("+0200", "+0500")
    entry = one("DTSTART;TZID=Customized Time Zone:20260520T100000", more=other)
    assert entry.details.when.text == "2026-05-20T13:00+08:00"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "RRULE:FREQ=SECONDLY"),
        ("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "RRULE:FREQ=YEARLY;INTERVAL=0"),
        ("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "RRULE:FREQ=YEARLY;BYHOUR=1,2"),
        ("TZOFFSETTO:+0200", "TZOFFSETTO:x"),
        ("BEGIN:STANDARD", "BEGIN:NONSENSE"),
    ],
)
def test_a_zone_that_cannot_be_used(old: str, new: str) -> None:
    more = CUSTOM.replace(old, new).replace(
        "END:STANDARD", new.replace("BEGIN", "END") if "NONSENSE" in new else "END:STANDARD"
    )
    assert "is not known" in refused("DTSTART;TZID=Customized Time Zone:20260520T100000", more=more)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["DTSTART:"], "no date or time"),
        (["DTSTART:20260230"], "no date or time"),
        (["DTSTART:2026-05-13"], "no date or time"),
        (["DTSTART;VALUE=DATE:19691231"], "outside 1970-2199"),
        (["DTSTART;VALUE=DATE:99991231", "DURATION:P30D"], "cannot be read"),
        (["DTSTART;TZID=Mars/Olympus:20260513T100000"], "'Mars/Olympus' is not known"),
        (["DTSTART;VALUE=DATE:20260513", "DTEND;VALUE=DATE:20260512"], "ends before it starts"),
        (["DTSTART:20260513T100000", "DTEND:20260513T090000"], "ends before it starts"),
        (["DTSTART:20260513T100000", "DTEND;VALUE=DATE:20260514"], "only one has a time"),
        (["DTSTART:20260513T100000", "DURATION:-PT1H"], "no duration"),
        (["DTSTART:20260513T100000", "DURATION:1 hour"], "no duration"),
    ],
)
def test_a_date_that_is_none(lines: list[str], reason: str) -> None:
    assert reason in refused(*lines)


# --- other people's files: series


def test_a_series() -> None:
    entry = one(
        "DTSTART;TZID=Europe/London:20261019T180000",
        "RRULE:FREQ=WEEKLY;WKST=MO;UNTIL=20261130T180000Z;BYDAY=MO",
        "EXDATE;TZID=Europe/London:20261026T180000,20261102T180000",
        "EXDATE:20261109T180000Z",
    )
    assert entry.details.recurrence == "FREQ=WEEKLY;UNTIL=20261130T180000Z;BYDAY=MO;WKST=MO"
    assert entry.details.exceptions == (date(2026, 10, 26), date(2026, 11, 2), date(2026, 11, 9))


def test_a_series_in_utc_counts_in_utc() -> None:
    entry = one("DTSTART:20260518T180000Z", "RRULE:FREQ=WEEKLY;BYDAY=MO")
    assert (entry.details.timezone, entry.details.when.text) == ("UTC", "2026-05-18T18:00Z")


def test_once_is_no_series() -> None:
    entry = one(RRULE="FREQ=DAILY;COUNT=1")
    assert entry.details.recurrence is None


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["RRULE:FREQ=HOURLY"], "RRULE: FREQ is one of"),
        (["RRULE:nonsense"], "is no part of a rule"),
        (["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "more than one rule"),
        (["EXRULE:FREQ=DAILY"], "more than one rule"),
        (["RECURRENCE-ID;RANGE=THISANDFUTURE:20260513"], "with all that follow"),
        (["RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20260513,20260514"], "is called off"),
        (["RRULE:FREQ=DAILY;COUNT=1", "EXDATE:20260513"], "is called off"),
    ],
)
def test_a_series_that_cannot_be_held(lines: list[str], reason: str) -> None:
    assert reason in refused(*lines)


def days(file: IcsFile) -> list[tuple[str, str, str | None, list[str]]]:
    """Of each entry its UID, its date, its rule and its exceptions."""
    return [
        (
            entry.uid or "",
            entry.details.when.text,
            entry.details.recurrence,
            [day.isoformat() for day in entry.details.exceptions],
        )
        for entry in file.entries
    ]


def test_a_changed_occurrence_is_an_event_and_its_series_does_without_that_day() -> None:
    """A weekly call was put off once. The change used to be skipped, and the old day published."""
    series = vevent("DTSTART;TZID=Europe/Paris:20260902T180000", "RRULE:FREQ=WEEKLY;COUNT=5")
    change = vevent(
        "RECURRENCE-ID;TZID=Europe/Paris:20260916T180000",
        "DTSTART;TZID=Europe/Paris:20260917T190000",
        SUMMARY="T, a day later",
    )
    for parts in ((series, change), (change, series)):
        file = read(calendar(*parts))
        assert file.skipped == file.cancellations == ()
        assert sorted(days(file)) == [
            ("a@b", "2026-09-02T18:00+02:00", "FREQ=WEEKLY;COUNT=5", ["2026-09-16"]),
            ("a@b#20260916T160000Z", "2026-09-17T19:00+02:00", None, []),
        ]
    # However the same occurrence is named, it is the same event.
    in_utc = change.replace(";TZID=Europe/Paris:20260916T180000", ":20260916T160000Z")
    assert sorted(days(read(calendar(series, in_utc)))) == sorted(days(file))


def test_a_changed_first_occurrence_lets_the_series_begin_on_its_next_day() -> None:
    series = vevent("RRULE:FREQ=WEEKLY;COUNT=3")
    change = vevent("RECURRENCE-ID;VALUE=DATE:20260513", "DTSTART;VALUE=DATE:20260514")
    assert days(read(calendar(series, change))) == [
        ("a@b", "2026-05-20", "FREQ=WEEKLY;COUNT=2", []),
        ("a@b#20260513", "2026-05-14", None, []),
    ]


def test_a_called_off_occurrence_is_left_out() -> None:
    """STATUS:CANCELLED with a RECURRENCE-ID: it used to be skipped, and the day stayed."""
    series = vevent("RRULE:FREQ=WEEKLY;COUNT=3")
    off = vevent("RECURRENCE-ID;VALUE=DATE:20260520", "STATUS:CANCELLED")
    file = read(calendar(series, off))
    assert days(file) == [("a@b", "2026-05-13", "FREQ=WEEKLY;COUNT=3", ["2026-05-20"])]
    assert file.skipped == file.cancellations == ()
    # Alone in a file it is of a series that may be stored.
    (found,) = read(calendar(off)).cancellations
    assert (found.uid, found.occurrences, found.changed) == ("a@b", (date(2026, 5, 20),), False)


def test_a_changed_occurrence_alone_in_a_file_is_an_event() -> None:
    change = vevent("RECURRENCE-ID;VALUE=DATE:20260520", "DTSTART;VALUE=DATE:20260521")
    file = read(calendar(change))
    assert days(file) == [("a@b#20260520", "2026-05-21", None, [])]
    (found,) = file.cancellations
    assert (found.uid, found.occurrences, found.changed) == ("a@b", (date(2026, 5, 20),), True)


@pytest.mark.parametrize(
    "newer", ["EXDATE;VALUE=DATE:20260520", "RRULE:FREQ=WEEKLY;UNTIL=20260519"]
)
def test_a_change_that_is_older_than_the_series_without_its_day_is_none(newer: str) -> None:
    """Exports with their whole history: the changed day was deleted later."""
    rule = [] if newer.startswith("RRULE") else ["RRULE:FREQ=WEEKLY;COUNT=3"]
    change = vevent("RECURRENCE-ID;VALUE=DATE:20260520", "DTSTART;VALUE=DATE:20260521")
    file = read(calendar(vevent(*rule, newer, SEQUENCE="1"), change))
    assert [entry.uid for entry in file.entries] == ["a@b"]
    assert [skipped.reason for skipped in file.skipped] == [
        "it is older than its series, which has no such day any more"
    ]
    # One that the newer series still has is not outdated.
    kept = read(calendar(vevent("RRULE:FREQ=WEEKLY", SEQUENCE="1"), change))
    assert len(kept.entries) == 2


def test_of_two_tellings_of_one_occurrence_the_newest_counts() -> None:
    change = "RECURRENCE-ID;VALUE=DATE:20260520"
    file = read(
        calendar(vevent(change, SUMMARY="old"), vevent(change, SUMMARY="new", SEQUENCE="1"))
    )
    assert [entry.details.title for entry in file.entries] == ["new"]
    assert ["UID stands twice" in skipped.reason for skipped in file.skipped] == [True]


def test_a_changed_occurrence_that_the_same_file_calls_off_later_is_none() -> None:
    series = vevent("RRULE:FREQ=WEEKLY;COUNT=3")
    change = vevent("RECURRENCE-ID;VALUE=DATE:20260520", "DTSTART;VALUE=DATE:20260521")
    off = vevent("RECURRENCE-ID;VALUE=DATE:20260520", SEQUENCE="1")
    file = read(method("REQUEST", series, change) + method("CANCEL", off))
    assert days(file) == [("a@b", "2026-05-13", "FREQ=WEEKLY;COUNT=3", ["2026-05-20"])]


def test_an_id_of_more_than_255_characters_is_made_of_a_long_uid_by_its_digits() -> None:
    change = vevent("RECURRENCE-ID;VALUE=DATE:20260520", UID="x" * 250)
    (entry,) = read(calendar(change)).entries
    assert len(entry.uid or "") == 64 + len("#20260520")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # The first day is excluded: the series begins on the next.
        (
            ["RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20260513"],
            [("a@b", "2026-05-20", "FREQ=WEEKLY;COUNT=2", [])],
        ),
        # A start outside its rule is the first occurrence.
        (
            ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3"],
            [
                ("a@b", "2026-05-18", "FREQ=WEEKLY;COUNT=2;BYDAY=MO", []),
                ("a@b#20260513", "2026-05-13", None, []),
            ],
        ),
        (
            ["RRULE:FREQ=WEEKLY;BYDAY=MO", "EXDATE;VALUE=DATE:20260513,20260518"],
            [("a@b", "2026-05-25", "FREQ=WEEKLY;BYDAY=MO", [])],
        ),
        # One that is excluded is not counted.
        (
            ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", "EXDATE;VALUE=DATE:20260513"],
            [("a@b", "2026-05-18", "FREQ=WEEKLY;COUNT=3;BYDAY=MO", [])],
        ),
        (
            ["RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260515"],
            [("a@b#20260513", "2026-05-13", None, [])],
        ),
        # Lists of dates, without a rule and with one that has some of them.
        (
            ["RDATE;VALUE=DATE:20260601,20260513", "RDATE:20260615", "EXDATE:20260601"],
            [("a@b", "2026-05-13", None, []), ("a@b#20260615", "2026-06-15", None, [])],
        ),
        (
            ["RRULE:FREQ=WEEKLY;COUNT=2", "RDATE;VALUE=DATE:20260520,20260521"],
            [
                ("a@b", "2026-05-13", "FREQ=WEEKLY;COUNT=2", []),
                ("a@b#20260521", "2026-05-21", None, []),
            ],
        ),
        (
            ["RDATE;VALUE=DATE:20260601", "EXDATE;VALUE=DATE:20260513"],
            [("a@b#20260601", "2026-06-01", None, [])],
        ),
        (
            ["DTSTART:20260513T020000Z", "DTEND:20260513T030000Z",
             "RDATE;VALUE=PERIOD:20260601T020000Z/PT2H,20260602T020000Z/20260602T040000Z",
             "RDATE:20260603T020000Z"],
            [
                ("a@b", "2026-05-13T10:00+08:00/2026-05-13T11:00+08:00", None, []),
                ("a@b#20260601T020000Z", "2026-06-01T10:00+08:00/2026-06-01T12:00+08:00", None, []),
                ("a@b#20260602T020000Z", "2026-06-02T10:00+08:00/2026-06-02T12:00+08:00", None, []),
                ("a@b#20260603T020000Z", "2026-06-03T10:00+08:00/2026-06-03T11:00+08:00", None, []),
            ],
        ),
        # An empty EXDATE excludes nothing, nor does one at another time of the day.
        (["RRULE:FREQ=DAILY", "EXDATE:"], [("a@b", "2026-05-13", "FREQ=DAILY", [])]),
        (
            ["DTSTART:20260513T100000", "RRULE:FREQ=DAILY", "EXDATE:20260514T090000"],
            [("a@b", "2026-05-13T10:00+08:00", "FREQ=DAILY", [])],
        ),
        (["RRULE:"], [("a@b", "2026-05-13", None, [])]),
        # It happens once, whatever it says of exceptions.
        (["EXDATE;VALUE=DATE:20260513"], [("a@b", "2026-05-13", None, [])]),
    ],
)  # fmt: skip
def test_a_series_that_used_to_be_lost_over_a_small_thing(
    lines: list[str], expected: list[tuple[str, str, str | None, list[str]]]
) -> None:
    file = read(calendar(vevent(*lines)))
    assert file.skipped == ()
    assert days(file) == expected


def test_a_date_of_a_list_that_cannot_be_taken_does_not_take_the_others_with_it() -> None:
    file = read(calendar(vevent("RDATE:20260601T100000,20260602,soon")))
    assert [day for _, day, _, _ in days(file)] == ["2026-05-13", "2026-06-02"]
    assert [skipped.reason for skipped in file.skipped] == [
        "RDATE: 20260601T100000: of DTSTART and RDATE only one has a time",
        "RDATE: RDATE:soon is no date or time",
    ]


def test_an_exclusion_that_cannot_be_read_is_told_and_does_not_take_the_series_with_it() -> None:
    file = read(calendar(vevent("RRULE:FREQ=DAILY", "EXDATE:tomorrow,20260514")))
    assert days(file) == [("a@b", "2026-05-13", "FREQ=DAILY", ["2026-05-14"])]
    assert [skipped.reason for skipped in file.skipped] == [
        "nothing is excluded by what cannot be read, EXDATE:tomorrow is no date or time"
    ]


def test_events_that_share_a_uid_by_mistake_are_events_each() -> None:
    """A club's calendar gave all its events one UID: of five, four were lost as older tellings."""
    dates = {"Regatta": "20260513", "Dinner": "20260601", "Repair day": "20260714"}
    parts = [vevent(f"DTSTART;VALUE=DATE:{day}", SUMMARY=title) for title, day in dates.items()]
    file = read(calendar(*parts))
    assert [entry.details.title for entry in file.entries] == list(dates)
    assert len({entry.uid for entry in file.entries}) == 3
    assert file.entries[0].uid == "a@b"
    assert {entry.note for entry in file.entries} == {
        "its UID stands 3 times in the file, for events that differ"
    }
    # Put off, each is still the same event.
    moved = [vevent("DTSTART;VALUE=DATE:20260801", SUMMARY="Regatta"), *parts[1:]]
    assert [e.uid for e in read(calendar(*moved)).entries] == [e.uid for e in file.entries]
    # Of one title the day tells them apart.
    talks = [vevent(f"DTSTART;VALUE=DATE:{day}") for day in dates.values()]
    assert len({entry.uid for entry in read(calendar(*talks)).entries}) == 3


def test_what_is_told_anew_under_its_uid_is_no_other_event() -> None:
    told = [
        vevent("DTSTART;VALUE=DATE:20260513", SUMMARY="Regatta"),
        vevent("DTSTART;VALUE=DATE:20260601", SUMMARY="Great regatta", SEQUENCE="1"),
    ]
    assert days(read(calendar(*told))) == [("a@b", "2026-06-01", None, [])]
    stamped = [
        vevent("DTSTART;VALUE=DATE:20260513", DTSTAMP="20260501T000000Z"),
        vevent("DTSTART;VALUE=DATE:20260601", DTSTAMP="20260502T000000Z"),
    ]
    assert days(read(calendar(*stamped))) == [("a@b", "2026-06-01", None, [])]


@pytest.mark.parametrize("title", ["", " \\n "])
def test_an_entry_without_a_title_is_an_event_that_leaves_a_stored_title_alone(title: str) -> None:
    assert one(SUMMARY=title).details.title == "（无标题）"
    assert "title" not in one(SUMMARY=title).keys
    english = read_ics(calendar(vevent(SUMMARY=title)), timezone=ZONE, lang="en")
    assert english.entries[0].details.title == "(untitled)"


def zone(tzid: str, standard: str, daylight: str = "", location: str = "") -> str:
    """A VTIMEZONE as Outlook writes it, with Europe's days where it has a summer time."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{tzid}", f"X-LIC-LOCATION:{location}"]
    for kind, month, hour, before, after in (
        ("STANDARD", 10, "03", daylight or standard, standard),
        ("DAYLIGHT", 3, "02", standard, daylight),
    ):
        if after:
            rule = f"FREQ=YEARLY;BYDAY=-1SU;BYMONTH={month};BYHOUR={int(hour)};BYMINUTE=0"
            lines += [f"BEGIN:{kind}", f"DTSTART:16010101T{hour}0000"]
            lines += [f"RRULE:{rule}"] if daylight else []
            lines += [f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", f"END:{kind}"]
    return "\n".join((*lines, "END:VTIMEZONE"))


@pytest.mark.parametrize(
    ("tzid", "defined", "timezone"),
    [
        # By its name, in other letters or with a number behind it; defined in the file or not.
        ("europe/berlin", "", "Europe/Berlin"),
        ("europe/berlin", zone("europe/berlin", "+0100", "+0200"), "Europe/Berlin"),
        ("GMT Standard Time 1", "", "Europe/London"),
        ("Europe_Berlin", zone("Europe_Berlin", "+0100", "+0200"), "Europe/Berlin"),
        ("romance standard time", zone("x", "+0100"), "Europe/Paris"),
        # By X-LIC-LOCATION, unless the offsets are others.
        ("Office", zone("Office", "+0100", "+0200", "Europe/Vienna"), "Europe/Vienna"),
        ("Office", zone("Office", "+0900", "", "Europe/Vienna"), "Asia/Tokyo"),
        # By its offsets.
        ("Office", zone("Office", "+0100", "+0200"), "Europe/Warsaw"),
        ("Customized Time Zone", zone("Customized Time Zone", "+0800"), "Asia/Shanghai"),
        ("Customized Time Zone", zone("Customized Time Zone", "+0545"), "Asia/Katmandu"),
        ("Customized Time Zone", zone("Customized Time Zone", "-0700"), "America/Phoenix"),
    ],
)
def test_a_series_in_a_zone_that_the_file_names_as_it_likes(
    tzid: str, defined: str, timezone: str
) -> None:
    """Such a series used to be lost: its times are counted in a zone, and only its offsets are known."""
    entry = one(f"DTSTART;TZID={tzid}:20260520T100000", "RRULE:FREQ=DAILY", more=defined)
    zone = ZoneInfo(entry.details.timezone)
    for month in range(1, 13):
        moment = datetime(2027, month, 20, 10)
        assert moment.replace(tzinfo=zone) == moment.replace(tzinfo=ZoneInfo(timezone))
    begin = datetime(2026, 5, 20, 10, tzinfo=ZoneInfo(timezone))
    assert entry.details.when.start == begin


def test_a_series_in_a_zone_that_is_like_none() -> None:
    lines = ("DTSTART;TZID=Ship:20260520T100000", "RRULE:FREQ=DAILY")
    assert "no time zone has the same offsets" in refused(*lines, more=zone("Ship", "+0337"))
    # What happens once needs no name.
    assert one(lines[0], more=zone("Ship", "+0337")).details.when.text == "2026-05-20T14:23+08:00"
    # The rule may be one of a time that is over: it has to fit for as long as the series goes on.
    until = ("DTSTART;TZID=Old:20050520T100000", "RRULE:FREQ=DAILY;UNTIL=20061231T000000Z")
    old = zone("Old", "-0500", "-0400").replace("-1SU;BYMONTH=3", "1SU;BYMONTH=4")
    assert one(*until, more=old).details.timezone == "America/New_York"
    count = ("DTSTART;TZID=Old:20050520T100000", "RRULE:FREQ=MONTHLY;COUNT=15")
    assert one(*count, more=old).details.timezone == "America/New_York"
    assert "no time zone" in refused(until[0], "RRULE:FREQ=DAILY", more=old)


# --- other people's files: what else they say


def test_texts_and_categories() -> None:
    entry = one(
        "SUMMARY;LANGUAGE=en:Comma\\, semicolon\\; back\\\\slash",
        "DESCRIPTION:first\\nsecond\\Nthird",
        "LOCATION:San Francisco\\, CA",
        "URL;VALUE=URI:https://example.org/a?b=1,2;c",
        "CATEGORIES:AI\\, ML,conference",
        "CATEGORIES:Work",
        "STATUS:TENTATIVE",
        "SEQUENCE:3",
        "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:other\nSUMMARY:other\nTRIGGER:-PT1H\nEND:VALARM",
        SUMMARY="",
    )
    details = entry.details
    assert details.title == "Comma, semicolon; back\\slash"
    assert details.description == "first\nsecond\nthird"
    assert (details.location, details.url) == ("San Francisco, CA", "https://example.org/a?b=1,2;c")
    assert (details.kind, details.tags) == (Kind.CONFERENCE, ("AI, ML", "Work"))
    assert (details.status, entry.sequence, entry.uid) == (Status.TENTATIVE, 3, "a@b")
    assert entry.id == event_.slug(details.title)
    assert not entry.id_given


def test_what_the_file_does_not_say_is_no_key() -> None:
    assert one().keys == {"title", "when", "recurrence", "exceptions"}
    assert one("STATUS:CONFIRMED").keys == {"title", "when", "recurrence", "exceptions", "status"}
    assert one("URL:mailto:a@b").keys == one().keys
    assert one("CATEGORIES:a").keys == {*one().keys, "tags"}


def test_too_much_text_is_cut() -> None:
    details = one(
        SUMMARY="x" * 600, DESCRIPTION="y" * 30_000, LOCATION="z" * 600, CATEGORIES="t" * 200
    ).details
    assert [
        len(t) for t in (details.title, details.description, details.location, details.tags[0])
    ] == [
        500,
        20_000,
        500,
        100,
    ]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"DTSTART;VALUE=DATE": ""}, "no DTSTART"),
        ({"UID": "x" * 256}, "more than 255"),
        ({"UID": "a\x01"}, "control character"),
        ({"SUMMARY": "a\x00b"}, "control character"),
    ],
)
def test_an_entry_that_cannot_be_taken(changed: dict[str, Any], reason: str) -> None:
    assert reason in refused(**changed)


def test_one_bad_entry_does_not_take_the_file_with_it() -> None:
    todo = "BEGIN:VTODO\nUID:todo\nSUMMARY:Milk\nEND:VTODO"
    bad = vevent("DTSTART:x", UID="bad", SUMMARY="Bad")
    raw_break = vevent("DESCRIPTION:first\nthe second half without a name", UID="raw")
    file = read(calendar(vevent(UID="one"), todo, bad, raw_break))
    assert [entry.uid for entry in file.entries] == ["one", "raw"]
    assert [(s.uid, s.title) for s in file.skipped] == [("todo", "Milk"), ("bad", "Bad")]
    assert file.skipped[0].reason == "a VTODO is no event"


def test_ids_are_distinct_and_the_same_next_time() -> None:
    same = [vevent(UID=uid) for uid in ("a", "b", "c")]
    own = vevent(UID=f"{event_.slug('T')}@horizon")
    ids = [entry.id for entry in read(calendar(*same, own)).entries]
    assert len(set(ids)) == 4
    assert ids[3] == event_.slug("T")
    assert all(id_.startswith(event_.slug("T")) for id_ in ids)
    assert ids == [entry.id for entry in read(calendar(*same, own)).entries]
    assert read(calendar(*same)).entries[0].id == event_.slug("T")


def test_of_one_uid_the_newest_is_taken() -> None:
    file = read(
        calendar(
            vevent(SUMMARY="old"),
            vevent(SUMMARY="new", SEQUENCE="2"),
            vevent(SUMMARY="older", SEQUENCE="1"),
        )
    )
    assert [entry.details.title for entry in file.entries] == ["new"]
    assert len(file.skipped) == 2


def test_of_one_uid_and_sequence_the_later_stamp_is_taken_wherever_it_stands() -> None:
    """The first in the file used to be taken, however old, with an untrue reason for the rest."""
    stamps = ("20260502T000000Z", "20260503T000001Z", "20260503T000000Z")
    file = read(calendar(*(vevent(SUMMARY=stamp, DTSTAMP=stamp) for stamp in stamps)))
    assert [entry.details.title for entry in file.entries] == ["20260503T000001Z"]
    twice = "its UID stands twice; another entry has it with a higher SEQUENCE or a later DTSTAMP"
    assert [skipped.reason for skipped in file.skipped] == [twice] * 2
    same = read(calendar(vevent(SUMMARY="one"), vevent(SUMMARY="two")))
    assert [entry.details.title for entry in same.entries] == ["one"]
    assert [skipped.reason for skipped in same.skipped] == [
        "its UID stands twice; another entry with the same SEQUENCE is taken"
    ]


def method(name: str, *components: str) -> bytes:
    return calendar(f"METHOD:{name}", *components)


@pytest.mark.parametrize("name", ["PUBLISH", "request", " Publish "])
def test_published_and_requested_events_are_events(name: str) -> None:
    file = read(method(name, vevent()))
    assert ([entry.uid for entry in file.entries], file.cancellations) == (["a@b"], ())


def test_a_cancellation_need_say_no_more_than_which_event() -> None:
    """RFC 5546 3.2.5 asks for neither SUMMARY nor DTSTART nor STATUS."""
    for lines in ((), ("STATUS:CANCELLED", "SUMMARY:T", "DTSTART;VALUE=DATE:20260513")):
        own = "\n".join(
            ("BEGIN:VEVENT", "UID:a@b", "DTSTAMP:20260501T080000Z", "SEQUENCE:2", *lines)
        )
        file = read(method("CANCEL", f"{own}\nEND:VEVENT"))
        assert (file.entries, file.skipped) == ((), ())
        (found,) = file.cancellations
        assert (found.uid, found.occurrences) == ("a@b", ())
        assert found.version == CalendarVersion(2, datetime(2026, 5, 1, 8, tzinfo=UTC))


def test_a_cancellation_that_cannot_be_carried_out_says_why() -> None:
    ranged = "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260520"
    entries = [vevent(UID=""), vevent(ranged), vevent("RECURRENCE-ID:x", UID="other@b")]
    file = read(method("CANCEL", *entries))
    assert (file.entries, file.cancellations) == ((), ())
    assert [skipped.reason for skipped in file.skipped] == [
        "it calls off an event, and has no UID to say which",
        "it calls off an occurrence with all that follow; end the series instead",
        "RECURRENCE-ID:x is no date or time",
    ]


def test_each_calendar_of_a_file_has_its_own_method() -> None:
    parts = [
        method("REPLY", vevent(UID="asked@b")),
        method("CANCEL", vevent(UID="off@b")),
        calendar(vevent(UID="on@b")),
    ]
    file = read(b"".join(parts))
    assert [entry.uid for entry in file.entries] == ["on@b"]
    assert [found.uid for found in file.cancellations] == ["off@b"]
    assert [(s.uid, s.reason) for s in file.skipped] == [
        ("asked@b", "METHOD:REPLY is no event; PUBLISH and REQUEST hold them")
    ]


def test_an_answer_with_a_higher_sequence_does_not_stand_in_for_the_event() -> None:
    file = read(method("REQUEST", vevent()) + method("REPLY", vevent(SEQUENCE="9")))
    assert [entry.sequence for entry in file.entries] == [0]


def test_of_two_as_new_the_cancellation_counts() -> None:
    for parts in (("REQUEST", "CANCEL"), ("CANCEL", "REQUEST")):
        file = read(b"".join(method(part, vevent()) for part in parts))
        assert (file.entries, len(file.cancellations)) == ((), 1)
    newer = read(method("CANCEL", vevent()) + method("REQUEST", vevent(SEQUENCE="1")))
    assert (len(newer.entries), newer.cancellations) == (1, ())


def test_occurrences_that_the_file_itself_calls_off_are_left_out_of_its_series() -> None:
    series = vevent("RRULE:FREQ=WEEKLY;COUNT=4", SEQUENCE="1")
    off = [
        vevent(f"RECURRENCE-ID;VALUE=DATE:{day}", SEQUENCE=sequence)
        for day, sequence in (("20260520", "1"), ("20260528", "2"))
    ]
    file = read(method("CANCEL", *off) + method("REQUEST", series))
    (entry,) = file.entries
    assert entry.details.exceptions == (date(2026, 5, 20),)
    assert file.cancellations == ()
    assert [skipped.reason for skipped in file.skipped] == [
        "one occurrence cannot be called off: nothing of the series begins on 2026-05-28"
    ]
    older = read(
        method("CANCEL", off[0]) + method("REQUEST", series.replace("SEQUENCE:1", "SEQUENCE:2"))
    )
    assert older.entries[0].details.exceptions == ()
    assert [skipped.reason for skipped in older.skipped] == [
        "one occurrence is called off in an older entry than that of the series"
    ]
    whole = read(method("CANCEL", *off, vevent(SEQUENCE="3")) + method("REQUEST", series))
    assert [found.occurrences for found in whole.cancellations] == [()]
    assert "another entry calls off the whole series" in {s.reason for s in whole.skipped}


def test_what_an_entry_counts_from() -> None:
    stamped = {"DTSTAMP": "20260501T080000Z"}
    at = datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert one(**stamped).version == CalendarVersion(0, at)
    assert one(SEQUENCE="3", DTSTAMP="yesterday").version == CalendarVersion(3)
    assert one(UID="", **stamped).version is None
    assert one(UID="x@horizon", **stamped).version is None
    assert one(UID="x@horizon", SEQUENCE="0", **stamped).version == CalendarVersion(0, at)


def test_without_a_uid() -> None:
    entry = one(UID="")
    assert (entry.uid, entry.id, entry.id_given) == (None, event_.slug("T"), False)


# --- the file itself


def test_bom_folds_line_ends_and_several_calendars() -> None:
    long = "一" * 100
    text = vevent(SUMMARY=long).encode()
    folded = text.replace(long.encode(), long.encode()[:50] + b"\n " + long.encode()[50:])
    whole = b"\xef\xbb\xbf\n" + calendar().replace(b"END:VCALENDAR", folded + b"\nEND:VCALENDAR")
    for data in (
        whole,
        whole.replace(b"\r\n", b"\n"),
        whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
    ):
        assert read(data).entries[0].details.title == long
    assert len(read(calendar(vevent(UID="a")) + calendar(vevent(UID="b"))).entries) == 2
    assert read(calendar().lower().replace(b"\r\n", b"\n")) == IcsFile((), ())


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty"),
        (b"title,when\r\n", "does not begin with BEGIN:VCALENDAR"),
        (b"<!DOCTYPE html>", "web page"),
        ("BEGIN:VCALENDAR".encode("utf-16"), "cut off"),
        (calendar(vevent())[:90], "cut off: VEVENT, which begins in line 4"),
        (calendar("BEGIN:VEVENT\nEND:VTODO"), "line 5 ends VTODO where VEVENT is open"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "does not begin"),
    ],
)
def test_what_is_no_whole_file(data: bytes, detail: str) -> None:
    with pytest.raises(InvalidInput, match=detail):
        read(data)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_a_chinese_calendar_in_any_of_its_encodings(encoding: str) -> None:
    """Programs in China write GB18030, some editors UTF-16; both used to be refused."""
    whole = calendar(vevent(SUMMARY="人工智能大会", LOCATION="上海 · 世博中心"), vevent(UID="b"))
    details = read(whole.decode().encode(encoding)).entries[0].details
    assert (details.title, details.location) == ("人工智能大会", "上海 · 世博中心")


def test_a_fold_inside_of_a_character_in_gb18030() -> None:
    text = calendar(vevent(SUMMARY="人工智能大会")).decode().encode("gb18030")
    at = text.index("智".encode("gb18030")) + 1
    assert read(text[:at] + b"\r\n " + text[at:]).entries[0].details.title == "人工智能大会"


def test_a_calendar_in_windows_1252() -> None:
    whole = calendar(vevent(SUMMARY="Fête de la moisson à Orléans – “été”"))
    title = read(whole.decode().encode("cp1252")).entries[0].details.title
    assert title == "Fête de la moisson à Orléans – “été”"


def test_a_damaged_character_does_not_make_it_another_encoding() -> None:
    entries = [vevent(SUMMARY=f"大会 {n}", UID=f"{n}@b") for n in range(5)]
    whole = calendar(*entries).replace("大会 3".encode(), "大会 3".encode()[1:])
    titles = [entry.details.title for entry in read(whole).entries]
    assert titles[:3] == ["大会 0", "大会 1", "大会 2"]
    assert titles[3].startswith("\ufffd")


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=E5=A4=A7=E4=BC=9A", "大会"),
        ("SUMMARY;CHARSET=GB2312;ENCODING=QUOTED-PRINTABLE:=B4=F3=BB=E1", "大会"),
        ("SUMMARY;QUOTED-PRINTABLE:Winter=20fair=3A two days", "Winter fair: two days"),
        # It goes on in the next line, with or without a fold, which may stand inside of an "=E5".
        ("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=utf-8:=E5=A4=A7=\n=E4=BC=9A", "大会"),
        ("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=utf-8:=E5=A4=A7=\n =E4=BC=9A", "大会"),
        ("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=utf-8:=E5=A4=A7=\n E4=BC=9A", "大会"),
        ("SUMMARY;ENCODING=QUOTED-PRINTABLE:two=0D=0Alines", "two lines"),
        ("SUMMARY;CHARSET=nonsense;ENCODING=QUOTED-PRINTABLE:=E5=A4=A7", "大"),
    ],
)
def test_a_vcalendar_in_quoted_printable(line: str, title: str) -> None:
    """vCalendar 1.0, as phones and old Outlooks write it, used to come in as =E5=A4=A7."""
    assert one(line, SUMMARY="").details.title == title


def test_a_charset_of_one_property() -> None:
    whole = calendar(vevent("SUMMARY;CHARSET=GB2312:x", "LOCATION:上海", SUMMARY=""))
    details = read(whole.replace(b":x\r\n", ":大会\r\n".encode("gb2312"))).entries[0].details
    assert (details.title, details.location) == ("大会", "上海")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["DTSTART;VALUE=DATE:20260513", "DURATION:PT48H"], "2026-05-13/2026-05-14"),
        (["DTSTART;VALUE=DATE:20260513", "DURATION:PT24H"], "2026-05-13"),
        (["DTSTART;VALUE=DATE:20260513", "DURATION:PT1H"], "2026-05-13"),
        (
            ["DTSTART;TZID=Asia/Tokyo:20260513T000000", "DTEND;TZID=Asia/Tokyo:20260515T000000"],
            "2026-05-13/2026-05-14",
        ),
        (["DTSTART:20260512T160000Z", "DTEND:20260513T160000Z"], "2026-05-13"),
        (["DTSTART:20260513T000000"], "2026-05-13"),
        (["DTSTART:20260513T093000", "DTEND:20260514T000000"],
         "2026-05-13T09:30+08:00/2026-05-14T00:00+08:00"),
    ],
)  # fmt: skip
def test_days_that_are_written_as_hours(lines: list[str], text: str) -> None:
    """A conference of two days as 48 hours, and Outlook's mark of an event of whole days."""
    entry = one(*lines, "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE")
    assert entry.details.when.text == text


def test_days_from_midnight_to_midnight_recur_as_days() -> None:
    entry = one(
        "DTSTART;TZID=Asia/Tokyo:20260513T000000",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "EXDATE;TZID=Asia/Tokyo:20260520T000000",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    )
    assert entry.details.when.text == "2026-05-13"
    assert entry.details.exceptions == (date(2026, 5, 20),)


@pytest.mark.parametrize(
    ("broken", "reason", "line"),
    [
        (calendar(vevent(UID="1"), vevent(UID="2"), vevent(UID="3"))[:-45], "cut off: VEVENT", 17),
        (calendar(vevent(UID="1"), vevent(UID="2"))[:-15], "cut off: VCALENDAR", 13),
        (
            calendar(vevent(UID="1"), vevent(UID="2"), "BEGIN:VEVENT\nUID:3\nEND:VTODO", vevent()),
            "line 16 ends VTODO where VEVENT is open",
            16,
        ),
    ],
)
def test_of_a_damaged_file_the_whole_entries_before_the_damage_are_taken(
    broken: bytes, reason: str, line: int
) -> None:
    """A download that broke off used to be refused with all that was in it."""
    file = read(broken)
    assert [entry.uid for entry in file.entries] == ["1", "2"]
    (skipped,) = file.skipped
    assert reason in skipped.reason
    assert (skipped.line, skipped.what) == (line, f"line {line}")


def test_what_stands_outside_of_the_calendars_is_told() -> None:
    """Events behind END:VCALENDAR were passed over without a word."""
    stray = vevent(UID="stray").encode()
    file = read(calendar(vevent(UID="1")) + stray + b"\n" + calendar(vevent(UID="2")))
    assert [entry.uid for entry in file.entries] == ["1", "2"]
    assert [skipped.reason for skipped in file.skipped] == [
        "line 10 begins VEVENT outside of a VCALENDAR; what stands outside was left out"
    ]


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.data())
def test_nothing_but_the_promised_error_comes_out(data: st.DataObject) -> None:
    whole = exports.to_ics(ALL[:12], HEADING, "zh", DAY).data
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 200)))
    broken = whole[:start] + data.draw(st.binary(max_size=20)) + whole[end:]
    try:
        file = read(broken)
    except InvalidInput:
        return
    assert len({entry.id for entry in file.entries}) == len(file.entries)


def test_the_dates_are_canonical() -> None:
    for item in read(exports.to_ics(ALL, HEADING, "zh", DAY).data).entries:
        assert when.parse(item.details.when.text) == item.details.when
