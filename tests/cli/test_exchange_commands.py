"""Files in and out: what is exported comes back the same, and nothing is overwritten unseen."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.app import build
from service.operations.feeds import FeedAnswers, read_address
from service.operations.notices import Notices
from service.settings import read_settings
from tests.cli.conftest import NOW, Ran, Shell

FILE = """\
timezone: Asia/Shanghai
source: {title: 人工智能周报（26年第17周）, publisher: 国信证券, date: 2026-04-27}
events:
  - id: baidu-create-2026
    title: 百度 Create 2026 AI 开发者大会
    titles: {en: Baidu Create 2026}
    when: 2026-05-13/2026-05-14
    kind: conference
    organizations: [百度]
    tickers: [9888.HK, 000858]
    tags: [AI]
    importance: high
  - {id: google-io-2026, title: Google I/O 2026 开发者大会, when: 2026-05, timezone: America/Los_Angeles}
  - {id: call, title: Weekly call, when: "2026-05-06T10:00", recurrence: FREQ=WEEKLY, exceptions: [2026-05-13]}
  - {id: rules, title: 《人工智能拟人化互动服务管理暂行办法》正式施行, when: 2026-07-15}
feeds:
  - {name: all, title: AI 事件日历}
  - {name: high, title: 重要, filter: {importance: [high]}}
alerts:
  digests:
    - {name: daily, channel: "#ai-events", at: "08:30", days: workdays}
"""
LATER = datetime(2026, 5, 8, tzinfo=UTC)


def feeds(name: str = "all") -> bytes:
    """The feed's bytes as the service of this folder would answer now."""
    horizon = build(read_settings(), lambda: NOW)
    try:
        answers = FeedAnswers(
            horizon.store,
            Notices(),
            lambda: NOW,
            base_url="http://127.0.0.1:8000",
            timezone="Asia/Shanghai",
        )
        return answers.get(read_address("ics", {}, "zh", name=name, secret=None)).data
    finally:
        horizon.close()


@pytest.fixture
def full(shell: Shell) -> Shell:
    shell.write(FILE)
    shell.run("sync")
    shell.set_now(LATER)
    shell.run("set", "google-io-2026", "when=2026-05-19/2026-05-20")
    shell.run("cancel", "rules")
    shell.run(
        "add", "--title", "SuperAI 2026", "--when", "2026-06-10/2026-06-11", "--id", "superai-2026"
    )
    return shell


def empty_database(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HORIZON_DATABASE_URL", f"sqlite:///{shell.folder}/other/horizon.db")


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_an_export_into_an_empty_database_gives_the_same_feed_bytes(
    full: Shell, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    before = [feeds("all"), feeds("high")]
    assert full.run("export", "--format", form, "--output", f"out.{form}").code == 0
    empty_database(full, monkeypatch)
    full.set_now(datetime(2026, 6, 1, tzinfo=UTC))
    ran = full.run("import", f"out.{form}", "--yes")
    assert ran.code == 0, ran.err
    assert "5 create" in ran.out
    assert [feeds("all"), feeds("high")] == before
    again = full.run("export", "--format", form).out
    expected = (full.folder / f"out.{form}").read_text("utf-8")
    assert again == expected


def test_an_export_as_yaml_is_an_events_file(full: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    before = feeds()
    full.run("export", "--output", "events.yaml")
    empty_database(full, monkeypatch)
    assert full.run("sync").code == 0
    assert feeds() == before


def test_an_export_as_csv_brings_the_same_events(
    full: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came back as one event for each row, with the row's cells for a title."""
    full.run("export", "--format", "csv", "--output", "out.csv")
    before = json.loads(full.run("list", "--from", "2026-01-01", "--json").out)
    moved = (full.folder / "out.csv").read_bytes().replace(b"2026-05-13/2026-05-14", b"2026-05-15")
    (full.folder / "moved.csv").write_bytes(moved)
    ran = full.run("import", "moved.csv", "--yes")
    assert "4 unchanged, 1 move" in ran.out, (ran.out, ran.err)
    empty_database(full, monkeypatch)
    assert full.run("import", "out.csv", "--yes").code == 0
    after = json.loads(full.run("list", "--from", "2026-01-01", "--json").out)
    changing = ("sequence", "created_at", "updated_at", "origin")
    assert [{k: v for k, v in e.items() if k not in changing} for e in after] == [
        {k: v for k, v in e.items() if k not in changing} for e in before
    ]


def test_an_export_as_ics_brings_the_same_events_with_the_same_uids(
    full: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.run("export", "--format", "ics", "--output", "out.ics")
    before = json.loads(full.run("list", "--from", "2026-01-01", "--json").out)
    empty_database(full, monkeypatch)
    assert full.run("import", "out.ics", "--yes").code == 0
    after = json.loads(full.run("list", "--from", "2026-01-01", "--json").out)
    keys = (
        "id",
        "uid",
        "title",
        "when",
        "status",
        "recurrence",
        "exceptions",
        "location",
        "sequence",
    )
    assert [[e[k] for k in keys] for e in after] == [[e[k] for k in keys] for e in before]


def test_an_import_of_what_is_stored_proposes_nothing(full: Shell) -> None:
    for form in ("yaml", "json", "ics", "csv"):
        full.run("export", "--format", form, "--output", f"out.{form}")
        ran = full.run("import", f"out.{form}", "--yes")
        assert (ran.code, ran.out) == (0, "5 unchanged\n"), (form, ran.out, ran.err)


ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Example//EN
BEGIN:VEVENT
UID:google-io-2026@horizon
DTSTAMP:20260501T000000Z
SUMMARY:Google I/O 2026 开发者大会
DTSTART;VALUE=DATE:20260526
DTEND;VALUE=DATE:20260528
END:VEVENT
BEGIN:VEVENT
UID:new@elsewhere.example
DTSTAMP:20260501T000000Z
SUMMARY:Another conference
DTSTART;TZID=Europe/Paris:20260610T090000
DTEND;TZID=Europe/Paris:20260610T170000
END:VEVENT
BEGIN:VEVENT
UID:bad@elsewhere.example
DTSTAMP:20260501T000000Z
SUMMARY:Hourly
DTSTART:20260610T090000Z
RRULE:FREQ=HOURLY
END:VEVENT
END:VCALENDAR
"""


def test_an_ics_of_others_is_compared_shown_and_applied_on_yes(full: Shell) -> None:
    (full.folder / "in.ics").write_bytes(ICS.replace("\n", "\r\n").encode())
    shown = full.run("import", "in.ics")
    assert shown.code == 0
    assert "move: Google I/O 2026" in shown.out
    assert "create: Another conference" in shown.out
    assert "skipped: Hourly" in shown.err
    assert "nothing was applied" in shown.err
    proposals = json.loads(full.run("import", "in.ics", "--json").out)["proposals"]
    assert [(p["action"], p["matches"]) for p in proposals] == [
        ("move", "google-io-2026"),
        ("create", None),
    ]
    assert full.run("import", "in.ics", "--yes").out.endswith("applied 2 of 2\n")
    event = json.loads(full.run("show", "google-io-2026", "--json").out)
    assert (event["when"], event["sequence"]) == ("2026-05-26/2026-05-27", 2)
    assert event["tickers"] == []
    assert event["history"][-1]["origin"] == "import"
    listed = json.loads(full.run("list", "--json", "-q", "Another").out)
    assert (listed[0]["uid"], listed[0]["timezone"]) == ("new@elsewhere.example", "Europe/Paris")


def test_an_older_calendar_and_a_cancellation_say_what_they_do(shell: Shell) -> None:
    """What is older is named with its reason though nothing changes by it; what calls off an event that
    is not there is skipped, and counted."""

    def imported(text: str) -> Ran:
        (shell.folder / "in.ics").write_bytes(text.replace("\n", "\r\n").encode())
        return shell.run("import", "in.ics", "--yes")

    head, summit = "BEGIN:VCALENDAR\nVERSION:2.0\n", "BEGIN:VEVENT\nUID:s@calendar.example\n"
    tail = "SUMMARY:Example Summit\nEND:VEVENT\nEND:VCALENDAR\n"
    stamp = "DTSTAMP:20260501T000000Z\n"
    imported(f"{head}{summit}{stamp}SEQUENCE:2\nDTSTART;VALUE=DATE:20260910\n{tail}")
    older = imported(f"{head}{summit}{stamp}SEQUENCE:1\nDTSTART;VALUE=DATE:20260903\n{tail}")
    assert older.code == 0
    assert "unchanged: Example Summit · 2026-09-10\n" in older.out
    assert "older than what is stored, SEQUENCE 1 against 2\n1 unchanged\n" in older.out
    off = imported(f"{head}METHOD:CANCEL\n{summit}{stamp}SEQUENCE:3\nEND:VEVENT\n"
                   f"BEGIN:VEVENT\nUID:unknown@calendar.example\n{stamp}{tail}")  # fmt: skip
    assert "cancel: Example Summit · 2026-09-10" in off.out
    assert "1 cancel, 1 skipped\napplied 1 of 1\n" in off.out
    assert "skipped: Example Summit: it calls off an event that is not stored" in off.err
    (listed,) = json.loads(shell.run("list", "--json").out)
    assert (listed["when"], listed["status"]) == ("2026-09-10", "cancelled")


def test_a_calendar_of_which_nothing_can_be_taken_is_no_success(shell: Shell) -> None:
    """A file of tasks was "no events in it" with exit code 0, as if there had been nothing to lose."""
    tasks = "".join(f"BEGIN:VTODO\nUID:{n}\nSUMMARY:Task {n}\nEND:VTODO\n" for n in range(3))
    hourly = "BEGIN:VEVENT\nUID:h\nDTSTART:20260513T100000Z\nRRULE:FREQ=HOURLY\nEND:VEVENT\n"
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\n{tasks}{hourly}END:VCALENDAR\n"
    (shell.folder / "in.ics").write_bytes(text.replace("\n", "\r\n").encode())
    ran = shell.run("import", "in.ics", "--yes")
    assert (ran.code, ran.out) == (3, "4 skipped\n")
    assert "skipped: Task 0: a VTODO is no event\n" in ran.err
    counted = "nothing was taken, 4 skipped: 3 × a VTODO is no event; 1 × RRULE: FREQ is one of"
    assert counted in ran.err
    ran = shell.run("import", "in.ics", "--json")
    assert ran.code == 3
    told = json.loads(ran.out)
    assert (told["proposals"], len(told["skipped"])) == ([], 4)
    assert told["skipped"][0] == {"what": "Task 0", "reason": "a VTODO is no event", "line": 3}
    # With nothing in it there is nothing to lose.
    (shell.folder / "in.ics").write_bytes(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    ran = shell.run("import", "in.ics")
    assert (ran.code, ran.out) == (0, "no events in it\n")


def test_a_lesser_source_does_not_overrule_an_official_one_by_yes(shell: Shell) -> None:
    shell.run(
        "add",
        "--title",
        "Google I/O 2026",
        "--when",
        "2026-05-19",
        "--id",
        "google-io-2026",
        "--source",
        "Google",
    )
    shell.run("set", "google-io-2026", "source.official=true")
    (shell.folder / "in.ics").write_bytes(ICS.replace("\n", "\r\n").encode())
    ran = shell.run("import", "in.ics", "--yes")
    assert "disputed move: Google I/O 2026" in ran.out
    assert ran.out.endswith("applied 1 of 2\n")
    assert json.loads(shell.run("show", "google-io-2026", "--json").out)["when"] == "2026-05-19"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("note.txt", "", "the document is empty"),
        ("in.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "in.ics"),
        ("in.json", "{", "JSON"),
        ("in.json", '{"horizon": 2}', "horizon"),
        ("in.yaml", "events: [", "in.yaml:1:"),
        ("in.yaml", "events:\n  - {title: x, when: 2026-02-30}\n", "28 days"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    shell: Shell, name: str, text: str, says: str
) -> None:
    shell.write(text, name)
    ran = shell.run("import", name, "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err or name == "in.ics"
    assert shell.run("list", "--json").out == "[]\n"


def test_what_is_not_there_or_not_supported_says_so(shell: Shell) -> None:
    assert "nowhere.ics" in shell.run("import", "nowhere.ics").err
    assert "has a user name" in shell.run("import", "https://a:b@example.org/a.ics").err
    assert shell.run("export", "--output", "no/such/folder/x.yaml").code == 1
    assert shell.run("export", "--format", "doc").code == 2


def test_a_backup_brings_everything_back(full: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    full.run("keys", "create", "crawler", "--scope", "write")
    history = json.loads(full.run("show", "google-io-2026", "--json").out)
    before, listed = feeds(), full.run("keys", "list", "--json").out
    ran = full.run("backup", "horizon-backup.db")
    assert ran.code == 0, ran.err
    assert Path(full.folder / "horizon-backup.db").stat().st_mode & 0o777 == 0o600
    full.run("set", "google-io-2026", "when=2026-06-01")
    full.run("withdraw", "baidu-create-2026")
    restored = full.run("restore", "horizon-backup.db", "--force")
    assert restored.code == 0, restored.err
    assert json.loads(full.run("show", "google-io-2026", "--json").out) == history
    assert (feeds(), full.run("keys", "list", "--json").out) == (before, listed)
    assert full.run("backup", "horizon-backup.db").code != 0
    shell_file = full.write("no database", "other.db")
    assert "is no backup" in full.run("restore", str(shell_file), "--force").err
    assert "nowhere.db" in full.run("restore", "nowhere.db", "--force").err


def test_the_doctor_says_what_to_do(full: Shell) -> None:
    healthy = full.run("doctor")
    assert healthy.code == 0, healthy.out
    assert "note" in healthy.out  # a loopback address, and no key yet
    (full.folder / "data" / "horizon.db").write_bytes(b"no database at all" * 100)
    broken = full.run("doctor")
    assert broken.code == 1
    assert "wrong" in broken.out
    findings = json.loads(full.run("doctor", "--json").out)
    assert all(finding["do"] for finding in findings if finding["ok"] is False)


def test_in_a_folder_without_a_database_nothing_is_backed_up_or_revoked(shell: Shell) -> None:
    """A cron job in the wrong folder would make a backup of nothing each night, and call it done."""
    for command in (("backup", "b.db"), ("keys", "revoke", "x"), ("keys", "sign-out-all")):
        ran = shell.run(*command)
        assert ran.code == 2
        assert f"there is no database data/horizon.db in {shell.folder}" in ran.err
        assert "HORIZON_DATABASE_URL" in ran.err
    assert list(shell.folder.iterdir()) == []
