"""From a document to the calendar on the command line: extract, import, add TEXT.

Of the source document only its six announcements are here; second-note.txt is a note in our own words.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.app import build
from service.operations.feeds import FeedAnswers, read_address
from service.operations.notices import Notices
from service.settings import read_settings
from tests.cli.conftest import Shell

ROOT = Path(__file__).parents[2]
NOTE = (ROOT / "tests/data/documents/second-note.txt").read_text("utf-8")
WEEKLY = """\
《DeepSeek V4 发布点评》 ——2026-04-26

（四）重点事件预告

 5 月 13 日-14 日：百度 Create 2026 AI 开发者大会

 5 月 19 日-20 日：Fortune 职场创新峰会

 5 月：Google I/O 2026 开发者大会

 5 月：Microsoft Build 2026 开发者大会

 6 月 10 日-11 日：SuperAI 2026

 7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行

投资建议
"""
DATES = [
    "2026-05-13/2026-05-14", "2026-05-19/2026-05-20", "2026-05", "2026-05", "2026-06-10/2026-06-11", "2026-07-15",
]  # fmt: skip
MONTHS_LATER = datetime(2026, 11, 25, 1, tzinfo=UTC)


@pytest.fixture
def seeded(shell: Shell) -> Shell:
    """A folder with the events.yaml of the project, synced."""
    shell.write((ROOT / "events.yaml").read_text("utf-8"))
    assert shell.run("sync").code == 0
    return shell


@pytest.mark.parametrize("options", [[], ["--ref-date", "2026-04-27"]])
def test_extract_prints_the_six_announcements(shell: Shell, options: list[str]) -> None:
    shell.set_now(MONTHS_LATER)
    path = shell.write(WEEKLY, "weekly.txt")
    ran = shell.run("extract", str(path), "--json", *options)
    told = json.loads(ran.out)
    assert told["ref_date"] == ("2026-04-27" if options else "2026-04-26")
    assert [event["when"] for event in told["events"]] == DATES
    assert [event["line"] for event in told["events"]] == [5, 7, 9, 11, 13, 15]
    assert set(told["events"][0]) == {
        "title", "when", "start", "end", "precision", "tentative", "kind", "location", "excerpt", "page", "line", "confidence", "sure", "doubts",
    }  # fmt: skip
    assert told["events"][0]["excerpt"] == "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会"
    words = "as given" if options else "the newest report that it cites (line 1:"
    assert words in ran.err
    ran = shell.run("extract", str(path), *options)
    assert ran.out.count("\n") == 12
    assert (
        "2026年5月，具体日期待公布  Google I/O 2026 开发者大会\n  line 9, conference, 9" in ran.out
    )
    assert not (shell.folder / "data").exists()  # it has not opened a database


def test_extract_tells_what_else_it_saw_and_why(shell: Shell) -> None:
    text = "12月9日：砚台大会\n\n2026年4月2日公司开了年会。\n有效期至2027年12月5日\n"
    path = shell.write(text, "note.txt")
    told = json.loads(shell.run("extract", str(path), "--json", "--ref-date", "2026-12-01").out)
    assert [event["when"] for event in told["events"]] == ["2026-12-09"]
    assert [(seen["text"], seen["line"]) for seen in told["seen"]] == [
        ("2026年4月2日", 3),
        ("2027年12月5日", 4),
    ]
    assert set(told["seen"][0]) == {"text", "when", "reason", "line", "page", "excerpt"}
    shown = shell.run("extract", str(path), "--explain", "--ref-date", "2026-12-01").out
    assert "line 1: announced: 2026-12-09  砚台大会" in shown
    assert (
        "line 4: seen: 2027年12月5日: nothing beside it says what happens then (2027-12-05)"
        in shown
    )
    assert "seen:" not in shell.run("extract", str(path), "--ref-date", "2026-12-01").out


def test_a_document_from_the_future_or_long_ago_says_from_which_day_it_is_read(
    shell: Shell,
) -> None:
    shell.set_now(datetime(2026, 11, 30, 4, tzinfo=UTC))
    for day, told in (
        ("2027年2月8日", "that day lies ahead"),
        ("2024年2月8日", "over two years back"),
    ):
        path = shell.write(f"AI 周报（{day}）\n\n6月9日：砚台大会\n", "note.txt")
        err = shell.run("extract", str(path)).err
        assert f"dates are read as from {day[:4]}-02-08: the document's date" in err
        assert told in err


def test_extract_reads_a_pipe(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(NOTE.encode())))
    told = json.loads(shell.run("extract", "-", "--json").out)
    assert (told["ref_date"], len(told["events"])) == ("2026-05-08", 3)


def test_extract_many(shell: Shell) -> None:
    path = shell.write(
        # Windows' editors begin a file with a byte order mark.
        '\ufeff{"id": "a", "text": "5月11日：蓝湾人工智能大会", "ref_date": "2026-04-27"}\n\n'
        '{"id": "b", "text": "May 21, 10am: Summit", "ref_date": "2026-04-27", "timezone": "America/New_York"}\n'
        '{"id": 3, "text": ""}\n',
        "in.jsonl",
    )
    ran = shell.run("extract", "--jsonl", str(path))
    told = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["id"] for one in told] == ["a", "b", 3]
    assert [[e["when"] for e in one["events"]] for one in told] == [
        ["2026-05-11"],
        ["2026-05-21T10:00-04:00"],
        [],
    ]
    assert not (shell.folder / "data").exists()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 1: is no JSON"),
        ("[" * 100_000, "line 1: is nested too deeply"),
        ("[]", 'line 1: must be an object with "id" and "text"'),
        ('{"text": "x", "ref_date": "soon"}', "line 1: ref_date: soon is no day"),
        ('{"text": "x", "timezone": "Mars"}', "line 1: Mars is no IANA time zone"),
    ],
)
def test_lines_that_cannot_be_read(shell: Shell, line: str, told: str) -> None:
    ran = shell.run("extract", "--jsonl", str(shell.write(line, "in.jsonl")))
    assert (ran.code, told in ran.err) == (2, True), ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["extract"], 2, "name a file, - for stdin, or --jsonl FILE"),
        (["extract", "nothing.pdf"], 2, "there is no file 'nothing.pdf'"),
        (["extract", "."], 2, ". is a folder; name a file in it"),
        (["extract", "large.txt"], 2, "large.txt is larger than 64 MB; divide it"),
        (["extract", "image.png"], 2, "a picture (PNG)"),
        (["extract", "image.png", "--ref-date", "soon"], 2, "ref_date: soon is no day"),
        (["import", "image.png"], 2, "a picture (PNG)"),
        (["import", "http://127.0.0.1:1/a.ics"], 2, "not on the public internet"),
        (["import", "ftp://example.org/a.ics"], 2, "must begin with https://"),
        (["add", "没有日期的一句话"], 2, "no date with an event was understood"),
        (["add", "5月13日：大会", "--title", "x"], 2, "give a line, or --title and --when"),
        (["add", "--title", "x", "--when", "neulich"], 2, "when: "),
    ],
)
def test_what_cannot_be_read_is_told(
    shell: Shell, arguments: list[str], code: int, told: str
) -> None:
    (shell.folder / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with (shell.folder / "large.txt").open("wb") as large:
        large.truncate(64 * 1024 * 1024 + 1)
    ran = shell.run(*arguments)
    assert (ran.code, told in ran.err) == (code, True), ran.err
    assert ran.err.count("\n") == 1


def test_what_is_stored_already_is_unchanged(seeded: Shell) -> None:
    ran = seeded.run("import", str(seeded.write(WEEKLY, "weekly.txt")), "--yes")
    assert ran.out == "6 unchanged\n"


def test_the_second_note_firms_and_moves(seeded: Shell) -> None:
    before = feed(seeded)
    path = str(seeded.write(NOTE, "second-note.txt"))
    found = {
        p["matches"]: p for p in json.loads(seeded.run("import", path, "--json").out)["proposals"]
    }
    assert {id_: (p["action"], p["event"]["when"]) for id_, p in found.items()} == {
        "google-io-2026": ("refine", "2026-05-19/2026-05-20"),
        "microsoft-build-2026": ("move", "2026-06-02/2026-06-03"),
        "eu-ai-act-annex-iii-2027": ("unchanged", "2027-12-02"),
    }
    assert feed(seeded) == before  # a look changes nothing
    ran = seeded.run("import", path, "--yes")
    assert ran.out.endswith("applied 2 of 3\n")
    # Each command is a process of its own in earnest; here each opens the database anew.
    after = feed(seeded)
    assert uids(after) == uids(before)
    assert "DTSTART;VALUE=DATE:20260519" in after
    assert "DTSTART;VALUE=DATE:20260602" in after
    history = json.loads(seeded.run("show", "google-io-2026", "--json").out)["history"]
    source = history[-1]["source"]
    assert (history[-1]["change"], source["title"], source["date"]) == ("firmed", "AI 事件更新（2026年5月8日）", "2026-05-08")  # fmt: skip
    assert (source["line"], len(source["sha256"])) == (9, 64)
    assert source["excerpt"].startswith("5 月 19 日-20 日：谷歌 I/O 2026 开发者大会")
    told = seeded.run("show", "microsoft-build-2026").out
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert f"read in AI 事件更新（2026年5月8日）, line 10 (SHA-256 {digest})" in told
    assert seeded.run("import", path, "--yes").out == "3 unchanged\n"
    # The older weekly does not undo what the note knows better.
    assert seeded.run("import", str(seeded.write(WEEKLY, "w.txt")), "--yes").out == "6 unchanged\n"


def test_a_rule_of_law_that_was_postponed_moves(seeded: Shell) -> None:
    seeded.run("set", "eu-ai-act-annex-iii-2027", "when=2026-08-02")
    path = str(seeded.write(NOTE, "second-note.txt"))
    found = {
        p["matches"]: p for p in json.loads(seeded.run("import", path, "--json").out)["proposals"]
    }
    moved = found["eu-ai-act-annex-iii-2027"]
    assert (moved["action"], moved["event"]["when"]) == ("move", "2027-12-02")


def test_a_lesser_source_needs_a_person(seeded: Shell) -> None:
    seeded.run("set", "google-io-2026", "when=2026-05-26/2026-05-27", "source.official=true")
    ran = seeded.run("import", str(seeded.write(NOTE, "second-note.txt")), "--yes")
    assert "disputed move: Google I/O 2026 开发者大会 · 2026-05-19/2026-05-20" in ran.out
    assert json.loads(seeded.run("show", "google-io-2026", "--json").out)["when"] == "2026-05-26/2026-05-27"  # fmt: skip


def test_a_line_is_an_event(shell: Shell) -> None:
    ran = shell.run("add", "7月15日：腾讯控股业绩发布", "--tag", "AI", "--json")
    made = json.loads(ran.out)
    assert (made["when"], made["kind"], made["tickers"], made["tags"]) == ("2026-07-15", "earnings", ["0700.HK"], ["AI"])  # fmt: skip
    ran = shell.run(
        "add", "1月8日：《办法》正式施行", "--ref-date", "2027-12-01", "--source", "公报"
    )
    assert "added: 《办法》正式施行 · 2028年1月8日" in ran.out
    id_ = ran.out.split("id ")[1].split(" ")[0]
    source = json.loads(shell.run("show", id_, "--json").out)["source"]
    assert (source["title"], source["excerpt"]) == ("公报", "1月8日：《办法》正式施行")
    ran = shell.run("add", "May 19-20: Google I/O; June 2: Microsoft Build", "--json")
    assert [event["when"] for event in json.loads(ran.out)] == ["2026-05-19/2026-05-20", "2026-06-02"]  # fmt: skip
    assert (
        shell.run("add", "5月13日：会议", "--kind", "policy", "--json").out.count('"policy"') == 1
    )


def test_words_stand_for_a_when(shell: Shell) -> None:
    ran = shell.run("add", "--title", "大会", "--when", "5月13日-14日", "--json")
    made = json.loads(ran.out)
    assert made["when"] == "2026-05-13/2026-05-14"
    assert shell.run("set", made["id"], "when=next Tuesday").code == 0
    assert json.loads(shell.run("show", made["id"], "--json").out)["when"] == "2026-05-05"


def test_a_catalogue_of_one_s_own(shell: Shell) -> None:
    shell.write("organizations: [{names: [蓝湾], tickers: [1234.HK]}]\n", "catalogue.yaml")
    made = json.loads(shell.run("add", "5月11日：蓝湾人工智能大会", "--json").out)
    assert (made["organizations"], made["tickers"]) == (["蓝湾"], ["1234.HK"])
    shell.write("organizations: [", "catalogue.yaml")
    ran = shell.run("add", "5月11日：大会")
    assert (ran.code, ran.err.startswith("horizon: catalogue.yaml:1:")) == (2, True)


def test_an_address_is_read_as_its_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what fetching gives is made up here; what may be fetched, tests/fetching shows."""
    from service.operations import imports

    ics = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a@b\r\nDTSTAMP:20260427T000000Z\r\n"
        "DTSTART;VALUE=DATE:20260513\r\nSUMMARY:大会\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    there = {
        "https://example.org/a": imports.File(ics.encode(), "a", "text/calendar", "https://example.org/a"),
        "https://example.org/note": imports.File(
            f"<html><head><title>周报</title></head><body><p>{'</p><p>'.join(NOTE.splitlines())}</p></body></html>".encode(),
            "note", "text/html; charset=utf-8", "https://example.org/note",
        ),
    }  # fmt: skip
    monkeypatch.setattr(imports, "fetch", there.__getitem__)
    assert shell.run("import", "https://example.org/a", "--yes").out.endswith("applied 1 of 1\n")
    ran = shell.run("import", "https://example.org/note", "--json")
    source = json.loads(ran.out)["proposals"][0]["event"]["source"]
    assert (source["title"], source["url"]) == ("周报", "https://example.org/note")


def feed(shell: Shell) -> str:
    horizon = build(read_settings(), shell.now)
    try:
        answers = FeedAnswers(
            horizon.store, Notices(), shell.now, base_url="http://127.0.0.1:8000", timezone="Asia/Shanghai",
        )  # fmt: skip
        return answers.get(read_address("ics", {}, "zh", name="all", secret=None)).data.decode()
    finally:
        horizon.close()


def uids(calendar: str) -> list[str]:
    return sorted(line for line in calendar.split("\r\n") if line.startswith("UID:"))


def test_a_line_at_which_the_reader_fails_costs_that_line_alone(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from service.core.reading import mentions

    find = mentions.find

    def failing(text: str) -> object:
        if "工作会" in text:
            raise KeyError("上个")
        return find(text)

    monkeypatch.setattr(mentions, "find", failing)
    note = shell.folder / "note.txt"
    note.write_text(
        "2027年5月13日：砚石大会\n2027年5月14日：工作会\n2027年5月15日：松烟论坛\n", "utf-8"
    )
    done = shell.run("extract", str(note), "--json")
    assert [event["title"] for event in json.loads(done.out)["events"]] == ["砚石大会", "松烟论坛"]
    assert "line 2 was not read (KeyError)" in done.err
    assert "Traceback" not in done.err
    shell.run("import", str(note), "--yes")
    assert "line 2 of a document was not read" in caplog.text
