"""The names of time zones: one table for what is read and what is shown."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

import pytest

from service.core.dates import zones


def test_each_is_a_zone_or_an_offset() -> None:
    # "" is the place of the text, cst what only the text around it can tell.
    named = [zone for zone in zones.NAMES if zone not in ("", "cst")]
    offsets = [zone for zone in named if re.fullmatch(r"[+-][01][0-9]:00", zone)]
    assert {*named} - {*offsets} <= available_timezones()


@pytest.mark.parametrize("column", ["in_text", "in_notes"])
def test_no_name_stands_for_two_zones(column: str) -> None:
    names = [name for held in zones.NAMES.values() for name in getattr(held, column)]
    assert len(names) == len(set(names)) > 10
    assert all(name == name.lower() for name in names)


def test_what_is_shown_is_read_as_the_same_zone() -> None:
    for zone, names in zones.NAMES.items():
        for shown in names.shown or ():
            read = zones.IN_TEXT.get(shown.lower().removeprefix("us "))
            assert read in (zone, zone.removeprefix("Etc/")), shown


def test_a_daylight_time_is_its_offset_beside_a_time_and_a_place_in_a_note() -> None:
    assert (zones.IN_TEXT["est"], zones.IN_NOTES["est"]) == ("-05:00", "America/New_York")
