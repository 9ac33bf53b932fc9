"""A line of iCalendar, taken apart as icalendar does it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar.parser import Contentline

from service.core.calendars.ics_content import parts

LINES = [
    "SUMMARY:A: b; c",
    "SUMMARY:",
    "summary;language=de:Über",
    "DTSTART;TZID=Europe/Paris:20270101T090000",
    "DTSTART;TZID=Europe/Paris;VALUE=DATE-TIME:20270101T090000",
    "DTSTART;TZID=Europe/Paris;TZID=Asia/Tokyo:20270101T090000",
    "DTSTART;TZID = Europe/Paris :20270101T090000",
    'ATTENDEE;CN="A: b";ROLE=X:mailto:a@example.org',
    "ATTENDEE;CN=John Smith;ROLE=REQ-PARTICIPANT:mailto:a@example.org",
    "ATTENDEE;CN=John  Smith ;ROLE=X:mailto:a@example.org",
    "ATTENDEE;CN=John^nSmith;MEMBER=a,b:mailto:a@example.org",
    "X;A=%2C;B=a\\,b:c",
    "X;A=:c",
    "X;:c",
    "X;A:c",
    "X ;A=b:c",
    " X:c",
    "X_Y:c",
    "名:c",
    "no line",
    "",
    ":",
    ";",
    "X;A=b",
    "X;A=b=c:d",
    "X;A=\u3000b:c",
    "X;A=b\tc:d",
    'X;A=b"c:d":e',
    "X\\:c:d",
]


def _theirs(line: str) -> tuple[str, dict[str, object], str] | None:
    try:
        name, params, raw = Contentline(line).raw_parts()
    except ValueError:
        return None
    return name, dict(params), raw


def _ours(line: str) -> tuple[str, dict[str, object], str] | None:
    try:
        name, params, raw = parts(line)
    except ValueError:
        return None
    return name, dict(params), raw


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_taken_apart_as_icalendar_does_it(line: str) -> None:
    assert _ours(line) == _theirs(line)


@given(st.text(st.sampled_from('AZaz09-_ ;:=,"\\^%\t\x00\x7f\u3000é名nNT/.@')))
def test_so_is_any_text(line: str) -> None:
    assert _ours(line) == _theirs(line)


@given(
    st.lists(st.sampled_from(["A", "X-B", "=", ";", ":", " ", "c", '"', ",", "\\n", "^", "%3A"]))
)
def test_so_is_what_looks_like_a_line(pieces: list[str]) -> None:
    line = "X" + "".join(pieces)
    assert _ours(line) == _theirs(line)
