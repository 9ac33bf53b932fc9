"""`make conformance`: cases of chrono, recorded from made-up tests in its format.

A stand-in takes the place of the chrono-node that says which parts of a date were said.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scripts.conformance import chrono
from scripts.conformance.cases import Case
from tests.conformance.cloning import clone

DAY = ["year", "month", "day"]
SAID = {
    "Kiln opening on 2 May 2031": DAY,
    "Kiln opening on 2 May 2031, 14:30": [*DAY, "hour"],
    "Kiln opening on 2 May 2031, 7 am PST": [*DAY, "hour", "timezoneOffset"],
    "Kiln opening in May 2031": ["year", "month"],
    "in two months": ["year", "month"],
    "within ten days": DAY,
    "this week": [],
    "14:30": ["hour"],
}
PACKAGE = """
class Chrono {
  clone () { return new Chrono() }
  parse (text) {
    const said = SAID[text]
    const tags = /^in /.test(text) ? ['result/relativeDate'] : []
    return said ? [{ start: { isCertain: name => said.includes(name), tags: () => tags }, end: null }] : []
  }
}
export const en = Object.assign(new Chrono(), { casual: new Chrono(), strict: new Chrono(), GB: new Chrono() })
export const zh = Object.assign(new Chrono(), { hans: new Chrono() })
export const { casual, strict } = en
export const parse = (...all) => casual.parse(...all)
"""
TEST = """
import * as chrono from "../../src";
import { testSingleCase, testUnexpectedResult } from "../test_util";

test("Kilns", function () {
%s
});
"""
REFERENCE = "new Date(2031, 3 - 1, 5, 12)"


def cases(tmp_path: Path, *tests: str) -> list[Case]:
    """From what stands in tests of English."""
    package = tmp_path / "chrono-node/dist/esm"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"type": "module"}')
    (package / "index.js").write_text(f"const SAID = {json.dumps(SAID)}\n{PACKAGE}", "utf-8")
    (package / "timezone.js").write_text("export const toTimezoneOffset = Number\n")
    files = {
        "test/en/kilns.test.ts": TEST % "\n".join(tests),
        "test/zh/kilns.test.ts": TEST % "",
        "test/en/kilns.ts": "throw new Error('no test');",
    }
    return list(chrono.cases(clone(tmp_path, files), tmp_path / "chrono-node"))


def single(text: str, *expected: str, parser: str = "chrono", reference: str = REFERENCE) -> str:
    body = " ".join(f"expect({one};" for one in expected)
    return f'testSingleCase({parser}, "{text}", {reference}, (result) => {{ {body} }});'


def parts(**of: int) -> list[str]:
    return [f'result.start.get("{name}")).toBe({value})' for name, value in of.items()]


def wanted(found: list[Case]) -> list[list[str]]:
    return [[str(want) for want in case.wants] for case in found]


def test_a_date_is_what_the_test_demands_at_its_place(tmp_path: Path) -> None:
    text = "Kiln opening on 2 May 2031"
    place = ["result.index).toBe(16)", 'result.text).toBe("2 May 2031")']
    (found,) = cases(tmp_path, single(text, *place, *parts(year=2031, month=5, day=2, hour=12)))
    assert wanted([found]) == [["2031-05-02"]]
    assert (found.lang, found.today, found.zone) == ("en", date(2031, 3, 5), "America/New_York")
    assert found.text[slice(*found.where)] == "2 May 2031"


@pytest.mark.parametrize(
    "expected",
    [
        "result.start).toBeDate(new Date(2031, 4, 2, 14, 30))",
        "result).toBeDate(new Date(2031, 4, 2, 14, 30))",
        "new Date(2031, 4, 2, 14, 30).getTime()).toBeCloseTo(result.start.date().getTime())",
        'result.start.get("year")).toBe(2031); expect(result.start.get("month")).toBe(5);'
        ' expect(result.start.get("day")).toBe(2); expect(result.start.get("hour")).toBe(14);'
        ' expect(result.start.get("minute")).toStrictEqual(30)',
    ],
)
def test_a_time_is_demanded_as_an_instant_or_in_parts(tmp_path: Path, expected: str) -> None:
    found = cases(tmp_path, single("Kiln opening on 2 May 2031, 14:30", expected))
    assert [case.wants[0].first for case in found] == [datetime(2031, 5, 2, 14, 30)]


def test_where_the_text_names_its_zone_an_instant_is_wanted(tmp_path: Path) -> None:
    text = "Kiln opening on 2 May 2031, 7 am PST"
    demanded = parts(year=2031, month=5, day=2, hour=7, timezoneOffset=-480)
    (found,) = cases(tmp_path, single(text, *demanded))
    assert found.wants[0].first == datetime(2031, 5, 2, 15, tzinfo=UTC)


def test_a_month_without_a_day_is_the_whole_month(tmp_path: Path) -> None:
    found = cases(tmp_path, single("Kiln opening in May 2031", *parts(year=2031, month=5, day=1)))
    assert wanted(found) == [["2031-05-01/2031-05-31"]]


def test_what_the_test_says_of_certainty_goes_before_what_chrono_says(tmp_path: Path) -> None:
    certain = 'result.start.isCertain("hour")).toBe(false)'
    instant = "result.start).toBeDate(new Date(2031, 4, 2, 14, 30))"
    found = cases(tmp_path, single("Kiln opening on 2 May 2031, 14:30", instant, certain))
    assert wanted(found) == [["2031-05-02"]]


def test_one_instant_for_a_window_is_taken_either_way(tmp_path: Path) -> None:
    later, within, week = cases(
        tmp_path,
        single("in two months", *parts(year=2031, month=5, day=5)),
        single("within ten days", *parts(year=2031, month=3, day=15)),
        single("this week", *parts(year=2031, month=3, day=2)),
    )
    assert wanted([later]) == [["2031-05-01/2031-05-31", "2031-05-05"]]
    assert wanted([within]) == [["2031-03-15", "2031-03-05/2031-03-15", "2031-03-06/2031-03-15"]]
    assert {"2031-03-03/2031-03-09", "2031-03-02/2031-03-08"} <= {*map(str, week.wants)}


def test_a_text_without_a_reference_is_read_on_its_first_day(tmp_path: Path) -> None:
    text, day = "Kiln opening on 2 May 2031", parts(year=2031, month=5, day=2)
    found = cases(
        tmp_path,
        single(text, *day, reference="undefined"),
        single(text, *day, reference="new Date()"),
    )
    assert [case.today for case in found] == [date(2031, 5, 2)] * 2


def test_british_and_zoned_references_have_their_own_zone(tmp_path: Path) -> None:
    text, day = "Kiln opening on 2 May 2031", parts(year=2031, month=5, day=2)
    zoned = "{ instant: new Date(Date.UTC(2031, 2, 5, 20)), timezone: 540 }"
    british, eastern = cases(
        tmp_path,
        single(text, *day, parser="chrono.en.GB"),
        single(text, *day, reference=zoned),
    )
    assert british.zone == "Europe/London"
    assert (eastern.zone, eastern.today) == ("Etc/GMT-9", date(2031, 3, 6))


def test_where_nothing_may_be_found_the_case_has_no_date(tmp_path: Path) -> None:
    found = cases(
        tmp_path,
        'testUnexpectedResult(chrono, "Kiln model 7.2");',
        'testUnexpectedResult(chrono.strict, "Wednesday");',
    )
    assert [(case.text, case.wants) for case in found] == [("Kiln model 7.2", ())]


def test_what_is_demanded_in_part_or_is_no_date_ahead_is_left_out(tmp_path: Path) -> None:
    text, day = "Kiln opening on 2 May 2031", parts(year=2031, month=5, day=2)
    found = cases(
        tmp_path,
        single(text, *parts(month=5, day=2)),
        single(text, *day, parser="chrono.casual.clone()"),
        single(text, *day, reference="new Date(2031, 7, 1)"),
        single(text, *day, reference="new Date(2031, 2, 5, 1)"),
        single("14:30", *parts(year=2031, month=3, day=5, hour=14)),
    )
    assert found == []


def test_a_test_that_fails_is_said_and_the_others_are_read(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text, day = "Kiln opening on 2 May 2031", parts(year=2031, month=5, day=2)
    found = cases(tmp_path, 'chrono.fire("up"); });', 'test("More", () => {', single(text, *day))
    assert wanted(found) == [["2031-05-02"]]
    assert "Kilns: not run: chrono.fire is not a function" in capfd.readouterr().err


def test_the_tests_of_a_clone_may_read_nothing_else(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """They are programs that others wrote, and run here."""
    outside = tmp_path / "outside"
    outside.write_text("a word")
    read = 'console.log(process.getBuiltinModule("fs").readFileSync(%s, "utf8"));'
    assert cases(tmp_path, read % json.dumps(str(outside))) == []
    assert "Kilns: not run: Access to this API has been restricted" in capfd.readouterr().err
