"""`make conformance`: what the readers read, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from scripts.conformance import __main__ as command
from scripts.conformance import readers
from scripts.conformance.cases import Case, Reading, Want, days
from service.core.dates.phrases import Anchor, Phrase
from tests.conformance.cloning import clone

TODAY = date(2031, 3, 5)
JIONLP = """
cases = [
    ['五月二日开窑', [2031, 3, 5], {'type': 'time_point', 'time': ['2031-05-02 00:00:00', '2031-05-02 23:59:59']}],
    ['六月二日开窑', [2031, 3, 5], {'type': 'time_point', 'time': ['2031-06-02 00:00:00', '2031-06-02 23:59:59']}],
]
"""


def case(text: str, words: str = "", lang: str = "en") -> Case:
    start = text.index(words)
    where = (start, start + len(words or text))
    return Case("suite", lang, text, TODAY, "Asia/Shanghai", (days(TODAY),), where)


def test_horizon_reads_what_stands_at_the_cases_place() -> None:
    both, second = readers.horizon(
        [case("2 May 2031 or 9 June 2031"), case("2 May 2031 or 9 June 2031", "9 June 2031")]
    )
    assert both is not None
    assert second == [Reading(date(2031, 6, 9), date(2031, 6, 9))]
    assert Reading(date(2031, 5, 2), date(2031, 5, 2)) in both


def test_a_time_without_an_end_is_open() -> None:
    ((found,),) = readers.horizon([case("2 May 2031 at 14:30")])  # type: ignore[misc]
    assert (found.start, found.end) == (datetime.fromisoformat("2031-05-02T14:30+08:00"), None)


def test_a_phrase_without_a_reading_is_missed_and_an_error_crashed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unread(phrase: Phrase, anchor: Anchor) -> None:
        if anchor.zone == "Europe/London":
            raise ValueError("no such thing")

    monkeypatch.setattr(readers, "read", unread)
    british = Case("suite", "en", "2 May 2031", TODAY, "Europe/London", (days(TODAY),), (0, 10))
    found = [case("2 May 2031"), british]
    monkeypatch.setitem(command.READERS, "Horizon", readers.horizon)
    assert command.Judged("Horizon", found).verdicts == ["missed", "crashed"]
    assert "'2 May 2031': ValueError('no such thing')" in capsys.readouterr().err


def test_dateparser_is_asked_in_the_cases_language() -> None:
    found = readers.dateparser([case("2 May 2031"), case("2031年5月2日", lang="zh")])
    assert found == [[Reading(date(2031, 5, 2), date(2031, 5, 2))]] * 2


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers that are known: chrono is not installed for the tests."""

    def second_of_may(cases: Sequence[Case]) -> list[list[Reading] | None]:
        return [[Reading(date(2031, 5, 2), date(2031, 5, 2))] for _ in cases]

    def nothing(cases: Sequence[Case]) -> list[list[Reading] | None]:
        return [[] for _ in cases]

    monkeypatch.setattr(command, "READERS", {"Horizon": second_of_may, "other": nothing})


@pytest.mark.usefixtures("instead")
def test_the_table_counts_by_suite_and_reader_and_errors_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = clone(tmp_path, {"test/test_time_parser.py": JIONLP})
    written = tmp_path / "cases.json"
    arguments = ["conformance", "--jionlp", str(suite), "--errors", "--json", str(written)]
    monkeypatch.setattr("sys.argv", arguments)
    command.main()
    said = capsys.readouterr().out
    assert "chrono: left out; CHRONO=… names a clone of it" in said
    assert "JioNLP: 2 cases, at " in said
    row = "| JioNLP | zh | 2 | {} | {} (0.500) | 0 (0.000) | {} (0.500) | 0 (0.000) | 0 (0.000) |"
    assert row.format("Horizon", 1, 1) in said
    assert "| JioNLP | zh | 2 | other | 0 (0.000) | 0 (0.000) | 0 (0.000) | 2 (1.000) |" in said
    (line,) = (one for one in said.splitlines() if one.startswith("wrong"))
    assert "六月二日开窑  (2031-03-05 Wed, Asia/Shanghai)" in line
    assert line.endswith("wanted 2031-06-02  read 2031-05-02")
    assert [one["verdicts"] for one in json.loads(written.read_text("utf-8"))] == [
        {"Horizon": "right", "other": "missed"},
        {"Horizon": "wrong", "other": "missed"},
    ]


def test_without_a_suite_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["conformance"])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 2
    assert "No suite was given" in capsys.readouterr().err


def test_a_listed_case_shows_where_its_date_stands() -> None:
    wanted = (Want(datetime(2031, 3, 7, 10), frozenset()), days(date(2031, 3, 7)))
    one = Case("suite", "en", "Kiln opens Friday at ten", TODAY, "Asia/Shanghai", wanted, (11, 24))
    assert command.described(one, "missed", []) == (
        "missed  suite en  Kiln opens [Friday at ten]  (2031-03-05 Wed, Asia/Shanghai)"
        "  wanted 2031-03-07T10:00 or 2031-03-07  read nothing"
    )
    assert command.described(one, "crashed", None).endswith("read an error")
