"""`when`: what is read, what it is kept as, and what one date is to another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import edtf
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.core.dates import when as when_
from service.core.dates.when import DateChange, InvalidWhen, Precision, compare, parse, refines

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))
SPANS = st.tuples(DAYS, DAYS).map(sorted)


@st.composite
def whens(draw: st.DrawFn) -> when_.When:
    """Any `when` there is."""
    form = draw(
        st.sampled_from(["day", "days", "window", "month", "quarter", "half", "year", "time"])
    )
    first, last = draw(SPANS)
    year = first.year
    text = {
        "day": first.isoformat(),
        "days": f"{first}/{last}",
        "window": f"[{first}..{last}]",
        "month": f"{year}-{first.month:02d}",
        "quarter": f"{year}-{33 + (first.month - 1) // 3}",
        "half": f"{year}-{40 + (first.month - 1) // 6}",
        "year": f"{year}",
        "time": f"{first}T09:30+08:00/{last}T17:00+08:00",
    }[form]
    return parse(text + draw(st.sampled_from(["", "~", "?"])))


@pytest.mark.parametrize(
    ("text", "precision", "start", "end"),
    [
        ("2026-07-15", "day", "2026-07-15", "2026-07-15"),
        ("2026-05-13/2026-05-14", "day", "2026-05-13", "2026-05-14"),
        (
            "2026-05-20T01:00+08:00",
            "minute",
            "2026-05-20T01:00:00+08:00",
            "2026-05-20T01:00:00+08:00",
        ),
        (
            "2026-05-20T01:00+08:00/2026-05-20T03:00+08:00",
            "minute",
            "2026-05-20T01:00:00+08:00",
            "2026-05-20T03:00:00+08:00",
        ),
        ("2026-05", "month", "2026-05-01", "2026-05-31"),
        ("2028-02", "month", "2028-02-01", "2028-02-29"),
        ("[2026-05-21..2026-05-31]", "window", "2026-05-21", "2026-05-31"),
        ("2026-33", "quarter", "2026-01-01", "2026-03-31"),
        ("2026-34", "quarter", "2026-04-01", "2026-06-30"),
        ("2026-36", "quarter", "2026-10-01", "2026-12-31"),
        ("2026-40", "half", "2026-01-01", "2026-06-30"),
        ("2026-41", "half", "2026-07-01", "2026-12-31"),
        ("2026", "year", "2026-01-01", "2026-12-31"),
        ("2026-05~", "month", "2026-05-01", "2026-05-31"),
        ("2026-05-20?", "day", "2026-05-20", "2026-05-20"),
        ("2026-05-13/2026-05-14~", "day", "2026-05-13", "2026-05-14"),
    ],
)
def test_every_form_of_the_contract_is_read_and_kept_as_written(
    text: str, precision: str, start: str, end: str
) -> None:
    when = parse(text)
    assert (when.text, when.precision, when.start_text, when.end_text) == (
        text,
        precision,
        start,
        end,
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2026-Q2", "2026-34"),
        ("2026-q4~", "2026-36~"),
        ("2026-H1", "2026-40"),
        ("2026-h2", "2026-41"),
        (" 2026-05 ", "2026-05"),
        ("2026-05-13/2026-05-13", "2026-05-13"),
        ("[2026-05-13..2026-05-13]", "2026-05-13"),
        ("2026-05-20T01:00+0800", "2026-05-20T01:00+08:00"),
        ("2026-05-20T01:00:00+08", "2026-05-20T01:00+08:00"),
        ("2026-05-20T01:00+00:00", "2026-05-20T01:00Z"),
        ("2026-05-20T01:00-03:30", "2026-05-20T01:00-03:30"),
        ("2026-05-20T01:00Z/2026-05-20T01:00Z", "2026-05-20T01:00Z"),
    ],
)
def test_other_spellings_are_kept_in_one_form(written: str, kept: str) -> None:
    assert parse(written).text == kept


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-02-30", "2026-02 has 28 days"),
        ("2026-13", "no month 13"),
        ("2026-00", "no month 00"),
        ("2026-05-00", "does not exist"),
        ("2026-05-14/2026-05-13", "before it starts"),
        ("[2026-05-31..2026-05-21]", "before it starts"),
        ("2026-05-20T03:00Z/2026-05-20T01:00Z", "before it starts"),
        ("1969", "outside 1970-2199"),
        ("2200-01-01", "outside 1970-2199"),
        ("2026-05/2026-06", "[2026-05-01..2026-06-30]"),
        ("[2026-05..2026-06]", "[2026-05-01..2026-06-30]"),
        ("2026-21", "[2026-03-01..2026-05-31]"),
        ("2026-24", "season"),
        ("2026-37", "no month 37"),
        ("2026-Q5", "2026-Q1 to 2026-Q4"),
        ("2026-05-13,2026-05-20", "several"),
        ("{2026-05-13,2026-05-20}", "several"),
        ("[..2026-05-31]", "both ends"),
        ("[2026-05-21..]", "both ends"),
        ("2026-05-13/..", "both ends"),
        ("2026-05-13/14", "both ends"),
        ("2026-05-20T01:00", "add the offset"),
        ("2026-05-20T24:00Z", "00:00 of the next day"),
        ("2026-05-20T25:00Z", "no such time"),
        ("2026-05-20T10:61Z", "no such time"),
        ("2026-05-20T10:00:30Z", "to the minute"),
        ("2026-05-20T10:00+15:00", "offset"),
        ("2026-05-20 10:00+08:00", "2026-05-20T10:00+08:00"),
        ("2026/5/1", "write 2026-05-01"),
        ("2026-5-1", "write 2026-05-01"),
        ("20260715", "write 2026-07-15"),
        ("2026-05%", "2026-05~"),
        ("2026-05~~", "very end"),
        ("2026-05-13~/2026-05-14~", "2026-05-13/2026-05-14~"),
        ("~", "very end"),
        ("", "empty"),
        ("五月", "2026-05-13"),
        ("２０２６-05", "is no date"),
        ("2026-05" * 50, "at most"),
    ],
)
def test_what_is_no_date_is_refused_with_what_to_write(text: str, says: str) -> None:
    with pytest.raises(InvalidWhen) as refusal:
        parse(text)
    assert says in str(refusal.value)


@given(whens())
def test_what_is_printed_reads_back_to_the_same_value(when: when_.When) -> None:
    assert parse(when.text) == when


@given(whens())
def test_days_never_shift_with_a_readers_zone(when: when_.When) -> None:
    assume(not when.timed)
    assert when.in_zone(ZoneInfo("Pacific/Kiritimati")) == (when.first, when.last)
    assert when.in_zone(ZoneInfo("Pacific/Honolulu")) == (when.first, when.last)


def test_an_unknown_day_is_never_turned_into_the_first_of_the_month() -> None:
    may = parse("2026-05")
    assert not may.dated
    assert may.tentative
    assert may != parse("2026-05-01")
    assert (may.first, may.last) == (date(2026, 5, 1), date(2026, 5, 31))


def test_a_time_without_an_offset_is_read_in_the_events_zone() -> None:
    assert parse("2026-05-20T01:00", SHANGHAI).text == "2026-05-20T01:00+08:00"
    assert parse("2026-07-01T10:00", LOS_ANGELES).text == "2026-07-01T10:00-07:00"
    assert parse("2026-12-01T10:00", LOS_ANGELES).text == "2026-12-01T10:00-08:00"
    assert parse("2026-12-01T10:00", ZoneInfo("UTC")).text == "2026-12-01T10:00Z"


def test_a_time_that_a_clock_change_skips_or_repeats_is_refused_not_guessed() -> None:
    with pytest.raises(InvalidWhen, match="does not exist"):
        parse("2026-03-08T02:30", LOS_ANGELES)
    with pytest.raises(InvalidWhen, match="2026-11-01T01:30-07:00 or 2026-11-01T01:30-08:00"):
        parse("2026-11-01T01:30", LOS_ANGELES)
    assert parse("2026-11-01T01:30-08:00", LOS_ANGELES).start == datetime(
        2026, 11, 1, 9, 30, tzinfo=UTC
    )


def test_an_event_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    evening = parse("2026-05-20T20:00+08:00/2026-05-21T00:00+08:00")
    assert evening.last == date(2026, 5, 20)
    assert evening.in_zone(SHANGHAI) == (date(2026, 5, 20), date(2026, 5, 20))


@pytest.mark.parametrize(
    ("old", "new", "change", "days"),
    [
        ("2026-05", "2026-05-19/2026-05-20", "firmed", 0),
        ("2026-05", "[2026-05-21..2026-05-31]", "firmed", 0),
        ("2026", "2026-34", "firmed", 0),
        ("2026-34", "2026-05", "firmed", 0),
        ("2026-05-20~", "2026-05-20", "firmed", 0),
        ("2026-05", "2026-05-20~", "firmed", 0),
        ("2026-05-20", "2026-05-20T10:00+08:00", "firmed", 0),
        ("2026-05-19", "2026-05-20T01:00+08:00", "firmed", 0),  # 10:00 of the 19th in Los Angeles
        ("2026-05-20T10:00+08:00", "2026-05-20T10:00+08:00/2026-05-20T12:00+08:00", "firmed", 0),
        ("2026-05-19/2026-05-20", "2026-05", "loosened", 0),
        ("2026-05-20", "2026-05-20?", "loosened", 0),
        ("2026-05-20T10:00+08:00", "2026-05-20", "loosened", 0),
        ("2026-05-13/2026-05-14", "2026-06-03/2026-06-04", "later", 21),
        ("2026-06-10/2026-06-11", "2026-06-17/2026-06-18", "later", 7),
        ("2026-06-10/2026-06-11", "2026-06-10/2026-06-12", "loosened", 0),
        ("2026-06-10", "2026-06-03", "earlier", 7),
        ("2026-05", "2026-06-02/2026-06-03", "later", 32),
        ("2026-08-02", "2027-12-02", "later", 487),
        ("2026-05-20T10:00+08:00", "2026-05-20T11:00+08:00", "later", 0),
        ("2026-05-10/2026-05-12", "2026-05-11/2026-05-13", "later", 1),
        ("2026-05", "[2026-05-01..2026-05-31]", None, 0),
        ("2026-05-20~", "2026-05-20?", None, 0),
    ],
)
def test_what_a_new_date_is_to_the_old_one(
    old: str, new: str, change: str | None, days: int
) -> None:
    expected = DateChange(change) if change else None
    assert compare(parse(old), parse(new), LOS_ANGELES) == (expected, days)


@given(whens(), whens())
def test_firming_and_loosening_are_each_others_reverse(a: when_.When, b: when_.When) -> None:
    there, back = compare(a, b)[0], compare(b, a)[0]
    opposite = {
        DateChange.FIRMED: DateChange.LOOSENED,
        DateChange.LOOSENED: DateChange.FIRMED,
        DateChange.LATER: DateChange.EARLIER,
        DateChange.EARLIER: DateChange.LATER,
        None: None,
    }
    assert back == opposite[there]


@given(whens(), whens(), whens())
def test_refining_twice_is_refining(a: when_.When, b: when_.When, c: when_.When) -> None:
    if refines(b, a) and refines(c, b):
        assert refines(c, a)


@given(whens())
def test_a_date_does_not_refine_itself(when: when_.When) -> None:
    assert not refines(when, when)
    assert compare(when, when) == (None, 0)


@given(whens(), DAYS, DAYS)
def test_overlap_is_sharing_a_day(when: when_.When, a: date, b: date) -> None:
    first, last = sorted((a, b))
    shared = max(first, when.first) <= min(last, when.last)
    assert when.overlaps(first, last) == shared
    assert when.overlaps(None, None)


@given(whens(), whens())
def test_sorting_follows_the_first_day(a: when_.When, b: when_.When) -> None:
    if a.first < b.first:
        assert a.sort_key < b.sort_key


def test_times_of_one_day_sort_by_instant_after_whole_days() -> None:
    texts = ["2026-05-20T10:00-07:00", "2026-05-20T20:00+08:00", "2026-05-20"]
    assert sorted(texts, key=lambda text: parse(text).sort_key) == list(reversed(texts))


def test_an_event_is_over_once_its_last_day_has_passed_in_the_readers_zone() -> None:
    fair = parse("2026-05-13/2026-05-14")
    assert not fair.over(datetime(2026, 5, 14, 15, 59, tzinfo=UTC), SHANGHAI)
    assert fair.over(datetime(2026, 5, 14, 16, 0, tzinfo=UTC), SHANGHAI)
    talk = parse("2026-05-20T01:00+08:00")
    assert not talk.over(datetime(2026, 5, 19, 17, 0, tzinfo=UTC), SHANGHAI)
    assert talk.over(datetime(2026, 5, 19, 17, 1, tzinfo=UTC), SHANGHAI)


# The PyPI package edtf reads the common part of the notation too. Left out, since it reads them
# otherwise or not at all: times without seconds, quarters and halves (33 to 41).
@given(whens())
def test_the_edtf_package_agrees_about_first_and_last_day(when: when_.When) -> None:
    assume(when.precision in (Precision.DAY, Precision.MONTH, Precision.WINDOW, Precision.YEAR))
    assume(not (when.qualifier and "/" in when.text))  # there a qualifier belongs to one end
    assume(not (when.qualifier and when.text.startswith("[")))
    read = edtf.parse_edtf(when.text)
    lower, upper = read.lower_strict(), read.upper_strict()
    assert (lower.tm_year, lower.tm_mon, lower.tm_mday) == when.first.timetuple()[:3]
    assert (upper.tm_year, upper.tm_mon, upper.tm_mday) == when.last.timetuple()[:3]


@given(st.text(max_size=120))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    try:
        when = parse(text, SHANGHAI)
    except InvalidWhen as refusal:
        assert str(refusal)  # noqa: PT017 - both outcomes are right, and both are checked
    else:
        assert parse(when.text) == when


def test_days_between_are_counted_inclusively() -> None:
    assert parse("2026-05-13/2026-05-14").days == 2
    assert parse("2026-05").days == 31
    assert when_.day(date(2026, 5, 13), date(2026, 5, 13)).text == "2026-05-13"
    assert when_.window(date(2026, 5, 1), date(2026, 5, 1) + timedelta(days=2)).days == 3
