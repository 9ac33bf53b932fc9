"""`make conformance-ics`: calendars of others through import and feed, and what is said of each UID."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import conformance_ics
from scripts.conformance_ics import judged, verdict
from tests.conformance.cloning import clone

HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//Example//EN\n"
SERIES = (
    "BEGIN:VEVENT\nUID:series@b\nDTSTAMP:20260101T000000Z\nSUMMARY:Kiln\nDTSTART;VALUE=DATE:20260513\n"
    "RRULE:FREQ=WEEKLY;COUNT=4\nRDATE;VALUE=DATE:20260701\nEXDATE;VALUE=DATE:20260513\nEND:VEVENT\n"
    "BEGIN:VEVENT\nUID:series@b\nDTSTAMP:20260101T000000Z\nSUMMARY:Kiln\nDTSTART;VALUE=DATE:20260522\n"
    "RECURRENCE-ID;VALUE=DATE:20260520\nEND:VEVENT\n"
)
HOURLY = (
    "BEGIN:VEVENT\nUID:hourly@b\nDTSTAMP:20260101T000000Z\nSUMMARY:Bell\nDTSTART:20260513T100000Z\n"
    "RRULE:FREQ=HOURLY\nEND:VEVENT\n"
)
WHOLE = f"{HEAD}{SERIES}{HOURLY}END:VCALENDAR\n"


def test_a_file_goes_through_import_and_feed() -> None:
    found = judged("a.ics", WHOLE.encode())
    assert (found.path, found.refused) == ("a.ics", "")
    by_uid = {uid: (word, said) for uid, word, said in found.uids}
    assert by_uid["series@b"] == ("right", "")
    assert by_uid["hourly@b"][0] == "refused"
    assert "FREQ is one of" in by_uid["hourly@b"][1]


def test_days_that_go_missing_on_the_way_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        conformance_ics, "feed_days", lambda read, known: {"series@b": ["2026-05-27"]}
    )
    by_uid = {uid: word for uid, word, _ in judged("a.ics", WHOLE.encode()).uids}
    assert by_uid == {"series@b": "wrong", "hourly@b": "refused"}


@pytest.mark.parametrize(
    ("theirs", "ours", "reason", "word"),
    [
        (["2026-05-13"], ["2026-05-13"], "", "right"),
        (["2026-05-13"], ["2026-05-14"], "", "wrong"),
        (["2026-05-13"], ["2026-05-14"], "why", "wrong"),
        (["2026-05-13"], [], "", "lost"),
        (["2026-05-13"], [], "why", "refused"),
        (["2026-05-13", "2026-05-14"], ["2026-05-13"], "why", "refused"),
        ([], ["2026-05-13"], "", "alone"),
    ],
)
def test_a_verdict(theirs: list[str], ours: list[str], reason: str, word: str) -> None:
    assert verdict(theirs, ours, reason)[0] == word


def test_the_table_counts_by_collection_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = clone(tmp_path, {"some/a.ics": WHOLE, "b.ICS": "no calendar", "c.txt": WHOLE})
    written = tmp_path / "files.json"
    arguments = ["conformance-ics", str(suite), "--errors", "refused", "--json", str(written)]
    monkeypatch.setattr("sys.argv", arguments)
    conformance_ics.main()
    said = capsys.readouterr().out
    assert "| files | refused whole | UIDs | right | wrong | lost | refused | alone |" in said
    assert "| 2 | 1 | 2 | 1 | 0 | 0 | 1 | 0 |" in said
    assert "refused tree some/a.ics  'hourly@b'  RRULE: FREQ is one of" in said
    (name,) = json.loads(written.read_text())
    assert name.startswith("tree at ")


def test_without_a_clone_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["conformance-ics"])
    with pytest.raises(SystemExit):
        conformance_ics.main()
    assert "No clone was given" in capsys.readouterr().err
