"""CSV and YAML records that stand in plain text are read as the tables that they are. All names are made up."""

from __future__ import annotations

from datetime import date

import pytest

from service.core.reading.reader import announcements
from service.documents.markdown import read_text
from service.documents.records import as_rows

TODAY = date(2026, 12, 1)


def told(text: str, zone: str = "Asia/Shanghai") -> list[tuple[str, str]]:
    return [(one.title, one.when.text) for one in announcements(read_text(text)[0], TODAY, zone)]


CSV = """\
Subject,Start Date,End Date,Location,Talk Deadline,Website URL
Heron Summit,2027-03-14,2027-03-15,"Dunmere, Northland",2027-01-15,https://heron.example
Linden Meetup,2027-04-08,2027-04-10,Tarn,,https://linden.example
"""

YAML = """\
- name: Heron Summit
  location: Dunmere
  start_date: 2027-06-11
  end_date: 2027-06-12
  announced_on: 2026-07-09
  cfp_close_date: '2027-01-10'  # extended once

- name: Linden Meetup
  startDate: "2027-08-21"
  endDate: "2027-08-22"
  topics:
    - name: nothing of it
"""


def test_rows_of_comma_separated_values_are_events_with_their_span_and_deadline() -> None:
    assert told(CSV) == [
        ("Heron Summit", "2027-03-14/2027-03-15"),
        ("Heron Summit talk Deadline", "2027-01-15"),
        ("Linden Meetup", "2027-04-08/2027-04-10"),
    ]


def test_records_of_yaml_are_events_with_their_span_and_deadline() -> None:
    assert told(YAML) == [
        ("Heron Summit", "2027-06-11/2027-06-12"),
        ("Heron Summit cfp close", "2027-01-10"),
        ("Linden Meetup", "2027-08-21/2027-08-22"),
    ]


def test_each_row_stays_on_the_line_where_it_began() -> None:
    for text, first, second in ((CSV, 2, 3), (YAML, 2, 8)):
        found = announcements(read_text(text)[0], TODAY, "Asia/Shanghai")
        assert {one.line for one in found} == {first, second}
        assert as_rows(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        "We met Ann, Bob, Cleo and others, as planned.\nOn 5 May, 6 May, 7 May we rest, too.\n",
        "- name: a list of things\n  colour: red\n- name: no dates in it\n  colour: blue\n",
        "- milk, eggs, bread\n- salt, rice, tea\n",
        "date,event\n",
        '"an open quotation, 2027-01-01\nnext, 2027-01-02\n',
    ],
)
def test_what_is_no_table_of_dates_stays_as_it_stands(text: str) -> None:
    assert as_rows(text) == text


def test_endless_records_are_read_in_time_that_grows_with_their_length() -> None:
    for line in ("- key: value\n", "- name: a\n  colour: red\n", "date,event\n"):
        text = line * 20_000
        assert as_rows(text) == text
