"""Lists of days and what stands beside, above and below them. All names are made up."""

from __future__ import annotations

from datetime import date

from service.core.reading.reader import announcements
from service.documents.markdown import read_text

TODAY = date(2026, 12, 1)


def told(text: str, zone: str = "Europe/London") -> list[tuple[str, str]]:
    return [(one.title, one.when.text) for one in announcements(read_text(text)[0], TODAY, zone)]


def test_an_avenue_behind_a_weekday_is_no_day() -> None:
    assert told("On Monday 5th Avenue stays closed to cars.") == []


def test_the_name_below_each_day_is_that_days_own() -> None:
    text = (
        "Dates for parents\n\nWed 9th December (1pm)\nBudget Meeting\n"
        "Mon 14th December (5pm)\nTrustees' Meeting\nThurs 17th December (5pm)\nWinter Concert\n"
    )
    assert told(text) == [
        ("Budget Meeting", "2026-12-09T13:00Z"),
        ("Trustees' Meeting", "2026-12-14T17:00Z"),
        ("Winter Concert", "2026-12-17T17:00Z"),
    ]


def test_a_list_of_nothing_but_days_bears_the_name_above_it() -> None:
    text = "## Meetings of the Heron Group\n\n* January 7, 2027\n* February 18, 2027\n"
    assert {when for _, when in told(text)} == {"2027-01-07", "2027-02-18"}
    assert {title for title, _ in told(text)} == {"Meetings of the Heron Group"}


def test_days_with_nothing_but_an_address_bear_the_name_above_them() -> None:
    """Lines of a day and an address were taken for what a browser prints at the edge of a page."""
    text = (
        "# 云岭社区双周会\n\n- 2026-12-09: https://meet.example/a\n"
        "- 2026-12-23: https://meet.example/b\n"
    )
    assert told(text, "Asia/Shanghai") == [
        ("云岭社区双周会", "2026-12-09"),
        ("云岭社区双周会", "2026-12-23"),
    ]


def test_a_day_and_its_hour_side_by_side_below_an_item_are_no_table() -> None:
    text = (
        "* Heron Project Meeting - https://heron.example\n"
        "    * Tuesday, December 15 | 10:30 - 12:30 CET\n    * Room 304\n"
    )
    assert ("Heron Project Meeting", "2026-12-15T10:30+01:00/2026-12-15T12:30+01:00") in told(text)


def test_a_time_in_the_form_of_a_chat_is_read() -> None:
    text = "- Heron Team: review of priorities <time:2026-12-18T16:00:00+01:00>\n"
    assert [when for _, when in told(text)] == ["2026-12-18T16:00+01:00"]


def test_the_end_that_a_label_says_is_no_event_beside_the_span() -> None:
    text = "name: Heron Workshop\nstartdate: 2027-06-26\nenddate: 2027-06-30\n"
    assert told(text) == [("Heron Workshop", "2027-06-26/2027-06-30")]


def test_a_possessive_is_cut_with_its_day() -> None:
    """It left 's meeting will be moved."""
    found = told("This week's choir practice will be moved to Friday, December 18th, 2026.")
    assert [when for _, when in found] == ["2026-12-18"]
    assert not any(title.startswith("'s") for title, _ in found)


def test_no_title_begins_inside_a_word() -> None:
    """ "talk about the next chapter" gave "bout the next chapter"."""
    found = told("On Wednesday, January 20th we will talk about the next chapter of Heron 10.")
    assert [when for _, when in found] == ["2027-01-20"]
    assert not any(title.startswith("bout") for title, _ in found)


def test_the_number_of_an_item_is_no_part_of_its_date() -> None:
    found = told("4.2月24日恢复正常开放时间。\n5.3月1日系统停机。\n", "Asia/Shanghai")
    assert [when for _, when in found] == ["2027-02-24", "2027-03-01"]


def test_a_deadline_in_figures_behind_its_label_is_a_date() -> None:
    found = told("【报名截止：8.20】云岭学院\n", "Asia/Shanghai")
    assert [when for _, when in found] == ["2027-08-20"]


def test_a_date_that_leads_its_line_is_not_parted_from_what_follows_its_dots() -> None:
    text = (
        "- 2027-01-08 ... Collect proposals.\n- 2027-02-05 ... Feature freeze. Then only fixes.\n"
    )
    assert told(text) == [("Collect proposals", "2027-01-08"), ("Feature freeze", "2027-02-05")]
