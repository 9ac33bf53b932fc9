"""`make conformance`: cases of JioNLP, from a made-up test file in its format."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from scripts.conformance import jionlp
from scripts.conformance.cases import Case
from tests.conformance.cloning import clone

# 2031-03-05 09:30 in Shanghai, a Wednesday.
HEAD = "import time, datetime\n_ts = 1930440600\nraise SystemExit('never run')\n"


def cases(tmp_path: Path, *rows: tuple[str, str, str, list[str]]) -> list[Case]:
    """From (text, reference as source, "time_point accurate", first and last second)."""
    listed = []
    for text, reference, kind, moments in rows:
        type_, definition = kind.split()
        expected = {"type": type_, "definition": definition, "time": moments}
        listed.append(f"[{text!r}, {reference}, {expected!r}],")
    source = HEAD + "cases = [\n" + "\n".join(listed) + "\n]\n"
    return list(jionlp.cases(clone(tmp_path, {"test/test_time_parser.py": source})))


def whole(first: str, last: str = "") -> list[str]:
    return [f"{first} 00:00:00", f"{last or first} 23:59:59"]


def test_the_file_is_read_and_not_run(tmp_path: Path) -> None:
    (found,) = cases(tmp_path, ("五月二日开窑", "_ts", "time_point accurate", whole("2031-05-02")))
    assert [str(want) for want in found.wants] == ["2031-05-02"]
    assert (found.today, found.zone) == (date(2031, 3, 5), "Asia/Shanghai")


@pytest.mark.parametrize(
    ("reference", "today"),
    [
        ("[2030, 2, 3]", date(2030, 2, 3)),
        ("[2030, 2]", date(2030, 2, 1)),
        ("{'year': 2030}", date(2030, 1, 1)),
        ("datetime.datetime(2030, 2, 3)", date(2030, 2, 3)),
        ("1930440600.5", date(2031, 3, 5)),
        ("time.time()", date(2031, 5, 2)),
    ],
)
def test_a_reference_is_a_day_however_it_is_written(
    tmp_path: Path, reference: str, today: date
) -> None:
    row = ("2031年5月2日开窑", reference, "time_point accurate", whole("2031-05-02"))
    assert [case.today for case in cases(tmp_path, row)] == [today]


def test_a_clock_time_is_a_start_and_a_span_of_them_has_an_end(tmp_path: Path) -> None:
    point, span_, part = cases(
        tmp_path,
        (
            "明天8点开窑",
            "_ts",
            "time_point accurate",
            ["2031-03-06 08:00:00", "2031-03-06 08:59:59"],
        ),
        (
            "明天8点到10点半",
            "_ts",
            "time_span accurate",
            ["2031-03-06 08:00:00", "2031-03-06 10:30:59"],
        ),
        ("明天上午开窑", "_ts", "time_point blur", ["2031-03-06 06:00:00", "2031-03-06 11:59:59"]),
    )
    assert (point.wants[0].first, point.wants[0].ends) == (datetime(2031, 3, 6, 8), frozenset())
    assert datetime(2031, 3, 6, 10, 30) in span_.wants[0].ends
    assert {datetime(2031, 3, 6, 12), datetime(2031, 3, 6, 11)} <= part.wants[0].ends


def test_answers_on_which_careful_readers_differ_are_taken_either_way(tmp_path: Path) -> None:
    blur, later, within, week, moved = cases(
        tmp_path,
        ("年底开窑", "_ts", "time_span blur", whole("2031-11-01", "2031-12-31")),
        ("两周后开窑以后", "_ts", "time_point blur", whole("2031-03-17", "2031-03-23")),
        ("未来7天", "_ts", "time_span accurate", ["2031-03-05 09:30:00", "2031-03-12 23:59:59"]),
        ("五月第二周", "_ts", "time_span accurate", whole("2031-05-05", "2031-05-11")),
        ("5月2号", "_ts", "time_point accurate", whole("2032-05-02")),
    )
    assert blur.wants[0].blur
    assert [str(want) for want in later.wants] == ["2031-03-17/2031-03-23 (blur)", "2031-03-19"]
    assert within.wants[0].first == date(2031, 3, 5)
    assert within.wants[0].ends == {date(2031, 3, 12), date(2031, 3, 13)}
    assert "2031-05-08/2031-05-14" in map(str, week.wants)
    assert [str(want) for want in moved.wants] == ["2032-05-02", "2031-05-02"]


def test_what_is_no_date_ahead_is_left_out(tmp_path: Path) -> None:
    left_out = [
        ("三月一日开窑", "_ts", "time_point accurate", whole("2031-03-01")),
        ("两天", "_ts", "time_delta accurate", whole("2031-03-06")),
        ("五月二日以后", "_ts", "time_span accurate", ["2031-05-02 00:00:00", "inf"]),
        ("五月二日前", "_ts", "time_span accurate", ["2031-03-05 09:30:00", "2031-05-02 23:59:59"]),
        ("上月以来", "_ts", "time_span accurate", ["2031-02-01 00:00:00", "2031-03-05 09:30:00"]),
        ("闰三月初二", "_ts", "time_point accurate", whole("2031-05-02")),
        ("三月初二", "_ts", "time_point accurate", whole("2031-05-02")),
        ("三月十二", "_ts", "time_point accurate", whole("2031-05-02")),
        ("2031年夏天", "_ts", "time_span blur", whole("2031-05-06", "2031-08-07")),
        ("晚上8点", "_ts", "time_point accurate", ["2031-03-05 20:00:00", "2031-03-05 20:59:59"]),
        ("次日", "_ts", "time_point accurate", whole("2031-03-06")),
        ("三天后", "[2031]", "time_point accurate", whole("2031-03-06")),
        (
            "明天8点3分4秒",
            "_ts",
            "time_point accurate",
            ["2031-03-06 08:03:04", "2031-03-06 08:03:04"],
        ),
    ]
    assert [case.text for case in cases(tmp_path, *left_out)] == []
