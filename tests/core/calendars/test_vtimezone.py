"""`vtimezone`: other people's readers get the same time from it as zoneinfo has."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zoneinfo
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import icalendar
import pytest
from dateutil.rrule import rrulestr
from dateutil.tz import tzical
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.core.calendars.vtimezone import vtimezone

AREAS = {
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
}
INTERESTING = [
    "Africa/Abidjan",
    "Africa/Cairo",  # the change may fall on 1 November
    "Africa/Casablanca",  # DST counted downwards, by Ramadan
    "America/Argentina/ComodRivadavia",  # the longest name
    "America/Havana",
    "America/Los_Angeles",
    "America/Mexico_City",  # gave DST up in 2022
    "America/Nuuk",  # changes the evening before
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Vancouver",
    "Antarctica/Casey",
    "Antarctica/Troll",  # two hours of DST
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",  # by Ramadan
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Shanghai",
    "Asia/Tehran",
    "Australia/Lord_Howe",  # half an hour of DST
    "Europe/Dublin",  # DST counted downwards
    "Europe/Istanbul",
    "Europe/London",
    "Europe/Moscow",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Norfolk",
]
EVERY_ZONE = sorted(z for z in zoneinfo.available_timezones() if z.split("/")[0] in AREAS)

FIRST, LAST = 2020, 2040
LAST_OF_ICALENDAR = 2037  # it does not look further

Offset = Callable[[datetime], timedelta | None]


# ---------------------------------------------------------------- readers
def dateutil_reader(component: bytes) -> Offset:
    zone = tzical(io.StringIO(component.decode())).get()
    return lambda wall: wall.replace(tzinfo=zone).utcoffset()


def parsed(component: bytes) -> icalendar.Timezone:
    found = icalendar.Timezone.from_ical(component)
    assert isinstance(found, icalendar.Timezone)
    return found


def icalendar_zone_reader(component: bytes) -> Offset:
    zone = parsed(component).to_tz(lookup_tzid=False)
    return lambda wall: wall.replace(tzinfo=zone).utcoffset()


def icalendar_transitions_reader(component: bytes, truth: ZoneInfo) -> Offset:
    """The offset that icalendar's own list of UTC transitions gives for the right instant."""
    times, infos = parsed(component).get_transitions()

    def offset(wall: datetime) -> timedelta | None:
        at = wall.replace(tzinfo=truth).astimezone(UTC).replace(tzinfo=None)
        return infos[max(bisect_right(times, at) - 1, 0)][0]

    return offset


# ---------------------------------------------------------------- what is compared
def changes(zone: ZoneInfo, first: int, last: int) -> Iterator[datetime]:
    """The instants, to the minute, at which the offset changes."""
    at, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)

    def offset(moment: datetime) -> timedelta | None:
        return moment.astimezone(zone).utcoffset()

    while at < end:
        step = timedelta(days=1)
        if offset(at + step) != offset(at):
            for finer in (timedelta(hours=1), timedelta(minutes=1)):
                while offset(at + finer) == offset(at):
                    at += finer
            at += timedelta(minutes=1)
            yield at
        else:
            at += step


def walls(zone: ZoneInfo, first: int, last: int) -> Iterator[datetime]:
    """Local times of these years: both sides of each change, and two a month."""
    for at in changes(zone, first, last):
        for hours in (-25, -3, -1, 1, 3, 25):
            for minutes in (-1, 0):
                moment = at + timedelta(hours=hours, minutes=minutes)
                yield moment.astimezone(zone).replace(tzinfo=None, fold=0)
    yield datetime(first, 1, 1)
    for number in range((last - first + 1) * 12):
        year, month = first + number // 12, number % 12 + 1
        yield datetime(year, month, 1 + number % 9, number % 24, 30)
        yield datetime(year, month, 16 + number % 12, 12)
    yield datetime(last, 12, 31, 23, 59)


def is_clear(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the local time exists, and once only."""
    return wall.replace(tzinfo=zone).utcoffset() == wall.replace(tzinfo=zone, fold=1).utcoffset()


def differences(tzid: str, first: int, last: int, component: bytes) -> list[str]:
    """The local times at which a reader of the component disagrees with zoneinfo."""
    zone = ZoneInfo(tzid)
    readers = {
        "dateutil": (dateutil_reader(component), last),
        "icalendar, zone": (icalendar_zone_reader(component), last),
        "icalendar, transitions": (
            icalendar_transitions_reader(component, zone),
            min(last, LAST_OF_ICALENDAR),
        ),
    }
    found = []
    for wall in walls(zone, first, last):
        if not first <= wall.year <= last or not is_clear(wall, zone):
            continue
        right = wall.replace(tzinfo=zone).utcoffset()
        for name, (read, until) in readers.items():
            if wall.year <= until and read(wall) != right:
                found.append(f"{tzid} {wall}: {name} has {read(wall)}, not {right}")
    return found


# ---------------------------------------------------------------- its lines
def blocks(component: bytes) -> list[dict[str, str]]:
    """The observances, each as its properties and its `kind`; unfolded, in their order."""
    text = component.decode("ascii").replace("\r\n ", "")
    return [
        {"kind": kind} | dict(line.split(":", 1) for line in body.split("\r\n") if line)
        for kind, body in re.findall(r"BEGIN:(STANDARD|DAYLIGHT)\r\n(.*?)END:\1\r\n", text, re.S)
    ]


def rules(component: bytes) -> list[tuple[str, str, str | None]]:
    return [(b["kind"], b["DTSTART"], b.get("RRULE")) for b in blocks(component)]


@pytest.fixture(scope="module")
def made_zone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Makes a zone of a POSIX rule, so that a test does not hang on what a country decides."""
    folder: Path = tmp_path_factory.mktemp("zoneinfo")
    (folder / "Test").mkdir()
    before = zoneinfo.TZPATH

    def make(posix: str) -> str:
        tzid = "Test/Z" + hashlib.sha256(posix.encode()).hexdigest()[:12]
        data = struct.pack(">lBB", 0, 0, 0) + b"UTC\0"
        header = b"TZif2" + bytes(15) + struct.pack(">6L", 0, 0, 0, 0, 1, 4)
        (folder / tzid).write_bytes((header + data) * 2 + b"\n" + posix.encode() + b"\n")
        return tzid

    zoneinfo.reset_tzpath(to=[str(folder), *before])
    yield make
    zoneinfo.reset_tzpath(to=before)


# ---------------------------------------------------------------- the time it gives
@pytest.mark.parametrize("tzid", INTERESTING)
def test_readers_get_zoneinfos_time(tzid: str) -> None:
    assert differences(tzid, FIRST, LAST, vtimezone(tzid, FIRST, LAST)) == []


@pytest.mark.slow
@pytest.mark.parametrize("tzid", EVERY_ZONE)
def test_readers_get_zoneinfos_time_in_every_zone(tzid: str) -> None:
    assert differences(tzid, FIRST, LAST, vtimezone(tzid, FIRST, None)) == []


@pytest.mark.slow
@pytest.mark.parametrize("tzid", INTERESTING)
def test_the_past_is_right_too(tzid: str) -> None:
    first = 1973  # Liberia left the last offset with seconds in 1972
    assert differences(tzid, first, 2019, vtimezone(tzid, first, 2019)) == []


@pytest.mark.parametrize(
    "tzid", ["Africa/Casablanca", "Asia/Gaza", "Europe/Dublin", "Africa/Cairo"]
)
def test_without_an_end_thirty_years_are_right(tzid: str) -> None:
    assert differences(tzid, 2026, 2056, vtimezone(tzid, 2026, None)) == []


@pytest.mark.parametrize("year", [2007, 2010, 2011, 2014, 2016, 2018, 2024])
@pytest.mark.parametrize("tzid", ["Africa/Cairo", "Africa/Casablanca", "Asia/Gaza", "Pacific/Apia"])
def test_a_single_year_is_right(tzid: str, year: int) -> None:
    assert differences(tzid, year, year, vtimezone(tzid, year, year)) == []


@pytest.mark.slow
@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_yearly_rule_is_read_alike(
    made_zone: Callable[[str], str], data: st.DataObject
) -> None:
    standard = data.draw(st.integers(-13 * 4, 12 * 4), "standard time, quarters of an hour west")
    saving = data.draw(st.sampled_from([2, 4, 8]), "saving, quarters of an hour")
    months = data.draw(
        st.permutations(range(4, 12)).filter(lambda m: abs(m[0] - m[1]) > 1), "months"
    )
    clocks = [
        f"{'-' * (q < 0)}{abs(q) // 4}:{abs(q) % 4 * 15:02}" for q in (standard, standard - saving)
    ]
    days = [
        f"M{month}.{data.draw(st.integers(1, 5))}.{data.draw(st.integers(0, 6))}/{data.draw(st.integers(-24, 48))}"
        for month in months[:2]
    ]
    tzid = made_zone(f"STD{clocks[0]}DST{clocks[1]},{','.join(days)}")
    first = data.draw(st.integers(1990, 2030), "first year")
    component = vtimezone(tzid, first, None)
    assert differences(tzid, first, first + 8, component) == []
    assert all("UNTIL" not in block.get("RRULE", "") for block in blocks(component))
    assert len(blocks(component)) <= 4


def test_names_are_zoneinfos() -> None:
    for tzid in ("Europe/Dublin", "America/Sao_Paulo", "Australia/Lord_Howe"):
        zone = ZoneInfo(tzid)
        read = tzical(io.StringIO(vtimezone(tzid, 2015, 2025).decode())).get()
        for wall in walls(zone, 2015, 2025):
            if 2015 <= wall.year <= 2025 and is_clear(wall, zone):
                assert wall.replace(tzinfo=read).tzname() == wall.replace(tzinfo=zone).tzname()


# ---------------------------------------------------------------- how it is written
@pytest.mark.parametrize("last", [FIRST, LAST, None])
@pytest.mark.parametrize("tzid", INTERESTING)
def test_its_form_is_what_clients_read_alike(tzid: str, last: int | None) -> None:
    component = vtimezone(tzid, FIRST, last)
    lines = component.split(b"\r\n")
    assert lines[0] == b"BEGIN:VTIMEZONE"
    assert lines[-2:] == [b"END:VTIMEZONE", b""]
    assert b"\n" not in component.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert component.replace(b"\r\n ", b"").count(b"\r\nTZID:" + tzid.encode() + b"\r\n") == 1
    assert b"RDATE" not in component
    assert b"COUNT" not in component
    for name in (b"DTSTART", b"TZOFFSETFROM", b"TZOFFSETTO", b"TZNAME"):
        assert component.count(b"\r\n" + name + b":") == len(blocks(component))
    assert blocks(component)
    for block in blocks(component):
        assert set(block) - {"RRULE"} == {"kind", "DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"}


@pytest.mark.parametrize("tzid", INTERESTING)
def test_a_rule_begins_with_its_first_change(tzid: str) -> None:
    for block in blocks(vtimezone(tzid, 2005, None)):
        if "RRULE" in block:
            start = datetime.fromisoformat(block["DTSTART"])
            rule = rrulestr(block["RRULE"], dtstart=start, ignoretz=True)
            assert rule[0] == start
            assert rule[1]


def test_american_rules_read_as_people_write_them() -> None:
    assert vtimezone("America/Los_Angeles", 2026, None).decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:America/Los_Angeles",
        "BEGIN:DAYLIGHT",
        "DTSTART:20070311T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "TZOFFSETFROM:-0800",
        "TZOFFSETTO:-0700",
        "TZNAME:PDT",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20071104T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        "TZOFFSETFROM:-0700",
        "TZOFFSETTO:-0800",
        "TZNAME:PST",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


def test_european_rules_read_as_people_write_them() -> None:
    assert rules(vtimezone("Europe/Berlin", 2026, 2027)) == [
        ("DAYLIGHT", "19960331T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
        ("STANDARD", "19961027T030000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    ]


def test_the_larger_offset_is_daylight_even_in_dublin() -> None:
    kinds = {
        (b["kind"], b["TZOFFSETTO"], b["TZNAME"])
        for b in blocks(vtimezone("Europe/Dublin", 2026, None))
    }
    assert kinds == {("DAYLIGHT", "+0100", "IST"), ("STANDARD", "+0000", "GMT")}


@pytest.mark.parametrize(
    ("tzid", "offset", "name"),
    [
        ("Asia/Shanghai", "+0800", "CST"),
        ("Etc/UTC", "+0000", "UTC"),
        ("Asia/Kathmandu", "+0545", "+0545"),
    ],
)
@pytest.mark.parametrize("last", [2026, None])
def test_a_zone_without_changes_is_one_block(
    tzid: str, offset: str, name: str, last: int | None
) -> None:
    assert blocks(vtimezone(tzid, 2026, last)) == [
        {
            "kind": "STANDARD",
            "DTSTART": "19700101T000000",
            "TZOFFSETFROM": offset,
            "TZOFFSETTO": offset,
            "TZNAME": name,
        }
    ]


def test_changes_after_the_last_year_are_left_out() -> None:
    assert rules(vtimezone("Europe/Moscow", 2012, 2013)) == [("STANDARD", "19700101T000000", None)]
    assert rules(vtimezone("Europe/Moscow", 2013, 2014)) == [
        ("STANDARD", "19700101T000000", None),
        ("STANDARD", "20141026T020000", None),
    ]


def test_a_rule_that_was_given_up_has_an_end_in_utc() -> None:
    """West of Greenwich the last change itself, east of it the wall time: see the module."""
    assert rules(vtimezone("America/Sao_Paulo", 2012, 2019))[0] == (
        "DAYLIGHT",
        "20111016T000000",
        "FREQ=YEARLY;BYMONTH=10;BYDAY=3SU;UNTIL=20171015T030000Z",
    )
    assert rules(vtimezone("Europe/Moscow", 2009, 2010)) == [
        ("DAYLIGHT", "19960331T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20100328T020000Z"),
        ("STANDARD", "19961027T030000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20101031T030000Z"),
    ]


def test_changes_by_ramadan_are_single_blocks() -> None:
    found = rules(vtimezone("Africa/Casablanca", 2021, 2023))
    assert [start for _, start, _ in found] == [
        "19700101T000000",
        "20210411T030000",
        "20210516T020000",
        "20220327T030000",
        "20220508T020000",
        "20230319T030000",
        "20230423T020000",
    ]
    assert {rule for _, _, rule in found} == {None}
    assert [kind for kind, _, _ in found] == ["DAYLIGHT"] + ["STANDARD", "DAYLIGHT"] * 3


def test_the_evening_before_a_sunday_is_seven_days_of_the_month(
    made_zone: Callable[[str], str],
) -> None:
    greenland = made_zone("<-02>2<-01>,M3.5.0/-1,M10.5.0/0")
    assert rules(vtimezone(greenland, 2026, None)) == [
        (
            "DAYLIGHT",
            "19680330T230000",
            "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=24,25,26,27,28,29,30;BYDAY=SA",
        ),
        ("STANDARD", "19681027T000000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    ]
    assert differences(greenland, 2026, 2040, vtimezone(greenland, 2026, None)) == []


def test_seven_days_across_the_end_of_a_month_are_two_blocks(
    made_zone: Callable[[str], str],
) -> None:
    egypt = made_zone("EET-2EEST,M4.5.5/0,M10.5.4/24")
    assert rules(vtimezone(egypt, 2026, None)) == [
        ("DAYLIGHT", "19680426T000000", "FREQ=YEARLY;BYMONTH=4;BYDAY=-1FR"),
        ("STANDARD", "19681101T000000", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=1;BYDAY=FR"),
        (
            "STANDARD",
            "19691031T000000",
            "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=26,27,28,29,30,31;BYDAY=FR",
        ),
    ]
    assert differences(egypt, 2026, 2040, vtimezone(egypt, 2026, None)) == []


def test_an_offset_with_seconds_keeps_them() -> None:
    monrovia = blocks(vtimezone("Africa/Monrovia", 1970, 1972))
    assert [(b["DTSTART"], b["TZOFFSETFROM"], b["TZOFFSETTO"]) for b in monrovia] == [
        ("19700101T000000", "-004430", "-004430"),
        ("19720107T000000", "-004430", "+0000"),
    ]


def test_vobject_does_not_take_london_for_utc() -> None:
    """It compares 2000..2019 with UTC and drops the component when nothing differs."""
    for tzid in ("Europe/London", "Europe/Dublin", "Africa/Casablanca"):
        read = dateutil_reader(vtimezone(tzid, 2026, None))
        assert any(read(datetime(2019, month, 1)) for month in range(1, 13))


# ---------------------------------------------------------------- what it refuses
def test_an_unknown_zone_is_zoneinfos_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        vtimezone("Europe/Atlantis", 2026, None)


@pytest.mark.parametrize(
    ("first", "last"), [(1969, 2000), (2026, 2025), (2026, 2200), (2200, None)]
)
def test_years_outside_its_range_are_an_error(first: int, last: int | None) -> None:
    with pytest.raises(ValueError, match=r"not within 1970\.\.2199"):
        vtimezone("Europe/Berlin", first, last)


def test_the_ends_of_its_range_are_right() -> None:
    for tzid in ("America/New_York", "Europe/London"):
        assert differences(tzid, 1970, 1972, vtimezone(tzid, 1970, 1972)) == []
        assert differences(tzid, 2197, 2199, vtimezone(tzid, 2197, 2199)) == []
