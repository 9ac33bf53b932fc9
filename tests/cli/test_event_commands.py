"""add, set, cancel, withdraw and the four forms of list."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.conftest import Shell

IO = ("add", "--title", "Google I/O 2026 开发者大会", "--when", "2026-05", "--id", "google-io-2026")


def shown(shell: Shell, id_: str) -> dict[str, object]:
    ran = shell.run("show", id_, "--json")
    assert ran.code == 0, ran.err
    return dict(json.loads(ran.out))


def test_an_event_is_added_from_its_parts(shell: Shell) -> None:
    ran = shell.run(*IO, "--tag", "AI", "--tag", "Google", "--organization", "Google")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("added: Google I/O 2026 开发者大会 · 2026年5月，具体日期待公布\n")
    event = shown(shell, "google-io-2026")
    assert (event["tags"], event["origin"], event["kind"]) == (
        ["AI", "Google"],
        "cli",
        "conference",
    )
    made = json.loads(
        shell.run(
            "add", "--title", "谷歌 I/O 开发者大会", "--when", "2026-05-19/2026-05-20",
            "--source", "AI 事件更新", "--publisher", "x", "--source-date", "2026-05-08",
            "--excerpt", "5 月 19 日-20 日：谷歌 I/O", "--json",
        ).out
    )  # fmt: skip
    assert made["similar"] == ["google-io-2026"]
    assert made["source"]["excerpt"] == "5 月 19 日-20 日：谷歌 I/O"
    assert made["id"].startswith("i-o-")


def test_what_cannot_be_added_is_refused_whole(shell: Shell) -> None:
    shell.run(*IO)
    for arguments, says in (
        (["add", "《办法》正式施行"], "no date with an event was understood"),
        (["add", "--title", "x"], "when: is required"),
        (["add", "--title", "x", "--when", "2026-02-30"], "28 days"),
        (
            ["add", "--title", "x", "--when", "2026", "--kind", "conferense"],
            "did you mean conference?",
        ),
        (["add", "--title", "x", "--when", "2026", "--id", "google-io-2026"], "already"),
        (["add", "--title", "x", "--when", "2026", "--id", "Bad Id"], "lower-case letters"),
    ):
        ran = shell.run(*arguments)
        assert (ran.code, ran.out) == (2, ""), arguments
        assert says in ran.err
    assert len(json.loads(shell.run("list", "--json").out)) == 1


def test_an_event_is_changed_key_by_key(shell: Shell) -> None:
    shell.run(*IO)
    ran = shell.run(
        "set", "google-io-2026", "when=2026-05-19/2026-05-20", "tags=AI, Google", "location=Mountain View",
        "source.title=AI 事件更新", "source.date=2026-05-08", "source.official=true", "titles.en=Google I/O 2026",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    event = shown(shell, "google-io-2026")
    assert (event["when"], event["tags"], event["sequence"]) == (
        "2026-05-19/2026-05-20",
        ["AI", "Google"],
        1,
    )
    assert event["source"] == {
        "title": "AI 事件更新",
        "publisher": "",
        "date": "2026-05-08",
        "url": "",
        "official": True,
        "excerpt": "",
    }
    assert (
        shell.run("set", "google-io-2026", "tags=", "source=", "titles.en=", "location=").code == 0
    )
    event = shown(shell, "google-io-2026")
    assert (event["tags"], event["source"], event["titles"], event["location"]) == (
        [],
        None,
        {},
        "",
    )


def test_a_date_that_is_set_without_a_source_was_entered_by_hand(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history said of the new date that it had been read in the report of the old one."""
    monkeypatch.setenv("HORIZON_LANGUAGE", "en")
    shell.run(*IO, "--source", "Example weekly", "--excerpt", "in May: Google I/O")
    assert shell.run("set", "google-io-2026", "when=2026-05-19/2026-05-20").code == 0
    source = shown(shell, "google-io-2026")["source"]
    assert (source["title"], source["excerpt"]) == ("entered by hand on 27 April 2026", "")
    created, moved = shell.run("show", "google-io-2026").out.split("\n\n")[1].splitlines()
    assert created.endswith(", read in Example weekly")
    assert moved.endswith("by cli, entered by hand on 27 April 2026")


def test_a_quarter_has_its_name_for_people_and_edtf_for_programs(shell: Shell) -> None:
    """`2027-33` was to be read in `show`, `sync --check`, `extract` and `import`."""
    shell.run("add", "--title", "蓝湾大会", "--when", "2027年一季度", "--id", "bay")
    shell.run("set", "bay", "when=2027-H1")
    text = shell.run("show", "bay").out
    assert "2027年上半年，具体日期待公布  (2027-H1)" in text
    assert "2027-Q1 → 2027-H1" in text
    assert "+08:00  created" in text  # in the service's time, not in UTC
    assert "2027-33" not in text
    assert "2027-40" not in text
    assert shown(shell, "bay")["when"] == "2027-40"

    shell.write("2027年三季度：蓝湾大会\n", "note.txt")
    told = shell.run("extract", "note.txt", "--explain").out
    assert "announced: 2027-Q3" in told
    assert (
        json.loads(shell.run("extract", "note.txt", "--json").out)["events"][0]["when"] == "2027-35"
    )
    told = shell.run("import", "note.txt", "--yes").out
    assert "2027-Q3" in told
    assert "2027-35" not in told

    shell.write("events:\n  - {id: bay-2, title: 红湾大会, when: 2028-Q1}\n")
    shell.run("sync")
    shell.run("set", "bay-2", "when=2028-Q2")
    assert "bay-2 when: 2028-Q2 (the file says 2028-Q1)" in shell.run("sync", "--check").out
    differences = json.loads(shell.run("sync", "--check", "--json").out)["set_elsewhere"]
    assert {each["key"]: each["stored"] for each in differences}["when"] == "2028-34"


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        ("when", "write key=value"),
        ("=x", "write key=value"),
        ("source=x", "write key=value"),
        ("when.x=y", "write key=value"),
        ("whem=2026", "did you mean when?"),
        ("when=2026-02-30", "28 days"),
        ("title=", "is required"),
    ],
)
def test_a_pair_that_makes_no_sense_changes_nothing(shell: Shell, pair: str, says: str) -> None:
    shell.run(*IO)
    ran = shell.run("set", "google-io-2026", "location=x", pair)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert shown(shell, "google-io-2026")["location"] == ""


def test_calling_off_and_taking_out(shell: Shell) -> None:
    shell.run(*IO)
    assert shell.run("cancel", "google-io-2026").out.startswith("called off: ")
    assert shown(shell, "google-io-2026")["status"] == "cancelled"
    assert shell.run("withdraw", "google-io-2026").out.startswith("withdrawn: ")
    assert shown(shell, "google-io-2026")["withdrawn"] is True
    assert shell.run("list", "--json").out == "[]\n"
    for command in ("set", "cancel", "withdraw"):
        extra = ["title=x"] if command == "set" else []
        assert shell.run(command, "google-io-2026", *extra).code == 2


def test_the_list_as_lines_for_a_report(shell: Shell) -> None:
    shell.run(*IO)
    shell.run("add", "--title", "百度 Create 2026 AI 开发者大会", "--when", "2026-05-13/2026-05-14")
    shell.run(
        "add", "--title", "《人工智能拟人化互动服务管理暂行办法》正式施行", "--when", "2026-07-15"
    )
    assert shell.run("list", "--format", "note").out.splitlines() == [
        "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会",
        "5 月：Google I/O 2026 开发者大会",
        "7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行",
    ]


def test_the_list_as_a_table_that_excel_opens(shell: Shell) -> None:
    shell.run(*IO)
    shell.run("add", "--title", '=HYPERLINK("x")', "--when", "2026-07-15")
    text = shell.run("list", "--format", "csv").out
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [row["title"] for row in rows] == ["Google I/O 2026 开发者大会", '\'=HYPERLINK("x")']


def test_keys_are_made_listed_and_revoked(shell: Shell) -> None:
    made = shell.run("keys", "create", "crawler", "--scope", "write")
    assert made.code == 0
    key = made.out.splitlines()[-1]
    assert key.startswith("hzn_")
    assert len(key) > 40
    assert "never used" in shell.run("keys", "list").out
    assert key not in shell.run("keys", "list", "--json").out
    assert shell.run("keys", "create", "crawler", "--scope", "read").code == 2
    assert shell.run("keys", "create", "other", "--scope", "root").code == 2
    assert shell.run("keys", "create", "Bad Name", "--scope", "read").code == 2
    assert shell.run("keys", "revoke", "crawler").code == 0
    assert "revoked" in shell.run("keys", "list").out
    assert shell.run("keys", "revoke", "crawler").code == 2
    stored = b"".join(path.read_bytes() for path in (shell.folder / "data").iterdir())
    assert key.encode() not in stored
