"""`make conformance`: cases of Recognizers-Text, from a made-up clone in its format."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from scripts.conformance import recognizers
from scripts.conformance.cases import Case
from tests.conformance.cloning import clone

TODAY = "2031-03-05T00:00:00"


def item(text: str, words: str, kind: str, *values: dict[str, Any]) -> dict[str, Any]:
    start = text.index(words)
    result = {
        "Text": words,
        "Start": start,
        "End": start + len(words) - 1,
        "TypeName": f"datetimeV2.{kind}",
        "Resolution": {"values": list(values)},
    }
    return {"Input": text, "Context": {"ReferenceDateTime": TODAY}, "Results": [result]}


def cases(tmp_path: Path, *items: dict[str, Any]) -> list[Case]:
    files = {
        "Specs/DateTime/English/DateTimeModel.json": json.dumps(items),
        # One file of theirs begins with a byte order mark.
        "Specs/DateTime/Chinese/DateTimeModel.json": "\ufeff[]",
    }
    return list(recognizers.cases(clone(tmp_path, files)))


def test_a_date_has_its_place_and_every_answer_that_is_given(tmp_path: Path) -> None:
    past, next_ = {"value": "2030-05-02"}, {"value": "2031-05-02"}
    (found,) = cases(tmp_path, item("Kiln opens 2 May.", "2 May", "date", past, next_))
    assert [str(want) for want in found.wants] == ["2030-05-02", "2031-05-02"]
    assert (found.lang, found.today, found.zone) == ("en", date(2031, 3, 5), "America/New_York")
    assert found.text[slice(*found.where)] == "2 May"


def test_a_range_of_whole_months_may_end_before_or_with_its_last_one(tmp_path: Path) -> None:
    value = {"start": "2031-05-01", "end": "2031-07-01"}
    (found,) = cases(tmp_path, item("closed May to July", "May to July", "daterange", value))
    assert found.wants[0].first == date(2031, 5, 1)
    assert found.wants[0].ends == {date(2031, 6, 30), date(2031, 7, 1), date(2031, 7, 31)}


def test_times_are_the_wall_clocks_but_where_the_text_names_a_zone(tmp_path: Path) -> None:
    local = {"value": "2031-03-07 07:00:00"}
    zoned = {**local, "utcOffsetMins": "-480"}
    plain, pacific = cases(
        tmp_path,
        item("Friday 7am", "Friday 7am", "datetime", local),
        item("Friday 7am PST", "Friday 7am PST", "datetime", zoned),
    )
    assert plain.wants[0].first == datetime(2031, 3, 7, 7)
    assert pacific.wants[0].first == datetime(2031, 3, 7, 15, tzinfo=UTC)


def test_what_is_no_date_ahead_is_left_out(tmp_path: Path) -> None:
    left_out = [
        item("three weeks of firing", "three weeks", "duration", {"value": "1814400"}),
        item("before 2 May", "before 2 May", "date", {"value": "2031-05-02", "Mod": "before"}),
        item("end of Friday", "end of Friday", "datetime", {"value": "2031-03-07 23:59:59"}),
        item("this year", "this year", "daterange", {"start": "2031-01-01", "end": "2031-03-05"}),
        item("2 March 2031", "2 March 2031", "date", {"value": "2031-03-02"}),
        item("31 April", "31 April", "date", {"value": "not resolved"}),
    ]
    assert cases(tmp_path, *left_out) == []
