"""Imports at the terminal: one proposal at a time, with its source, and what was imported before."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.cli import imports as commands
from tests.cli.conftest import Ran, Shell

NOTE = """\
云岭通讯 第8期
2026年4月27日

6月2日-3日：云岭大会
6月9日：青禾开发者大会
6月16日：红湾发布会
"""
Answering = Callable[..., Ran]


@pytest.fixture
def answering(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Answering:
    """A person at a terminal who gives these answers, and then nothing more."""
    monkeypatch.setattr(commands, "_at_terminal", lambda: True)

    def run(*answers: str, arguments: tuple[str, ...] = ("import", "note.txt")) -> Ran:
        left: Iterator[str] = iter(answers)

        def said(*_: object, **__: object) -> str:
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", said)
        if not (shell.folder / "note.txt").exists():
            shell.write(NOTE, "note.txt")
        ran = shell.run(*arguments)
        assert next(left, None) is None, "it asked for less"
        return ran

    return run


def stored(shell: Shell) -> dict[str, str]:
    listed: list[dict[str, Any]] = json.loads(shell.run("list", "--json").out)
    return {event["title"]: event["when"] for event in listed}


def imports(shell: Shell, *options: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(shell.run("imports", "list", "--json", *options).out)
    return told


def test_yes_no_and_edit_one_at_a_time(shell: Shell, answering: Answering) -> None:
    # A title, a place; an empty answer leaves the rest as it is.
    edit = ("e", "云岭年会", "", "", "合肥", "", "")
    ran = answering(*edit, "y", "n", "y")
    assert ran.code == 0, ran.err
    assert "source: 云岭通讯 第8期 (--title, " in ran.err
    assert "1/3 create: 云岭大会 · 2026-06-02/2026-06-03" in ran.out
    assert "line 4: 6月2日-3日：云岭大会" in ran.out
    assert "云岭年会" in ran.out
    assert "applied 2 of 3" in ran.out
    assert stored(shell) == {"云岭年会": "2026-06-02/2026-06-03", "红湾发布会": "2026-06-16"}
    (entry,) = imports(shell)
    assert (entry["who"], entry["open"], entry["applied"], entry["declined"]) == ("cli", 0, 2, 1)
    (event,) = json.loads(shell.run("list", "--json", "-q", "云岭").out)
    history = json.loads(shell.run("show", event["id"], "--json").out)["history"]
    assert history[0]["corrected"]["title"] == {"read": "云岭大会", "made": "云岭年会"}
    told = shell.run("show", event["id"]).out
    assert "title: read “云岭大会”, corrected to “云岭年会”" in told


def test_an_answer_that_cannot_be_used_is_asked_for_again(
    shell: Shell, answering: Answering
) -> None:
    wrong = ("", "2026-02-30", "party", "", "", "nowhere")
    right = ("", "next Tuesday", "", "", "", "")
    ran = answering("e", *wrong, *right, "y", "x", "q")
    for fault in (
        "when: 2026-02-30 does not exist",
        "kind: 'party' is not one of",
        "matches: there is no event",
    ):
        assert fault in ran.out
    assert "y, n, e, a or q" in ran.out
    assert stored(shell) == {"云岭大会": "2026-05-05"}


def test_what_was_said_beside_a_wrong_answer_is_not_asked_for_again(
    shell: Shell, answering: Answering
) -> None:
    wrong = ("云岭年会", "2026-02-30", "", "合肥", "", "nowhere")
    right = ("", "6月5日", "", "", "", "")
    ran = answering("e", *wrong, *right, "y", "q")
    assert "title [云岭年会]" in ran.out
    assert "date (words or EDTF) [2026-06-02/2026-06-03]" in ran.out
    assert stored(shell) == {"云岭年会": "2026-06-05"}


def test_a_proposal_is_pointed_at_another_event_or_at_none(
    shell: Shell, answering: Answering
) -> None:
    shell.run("add", "--title", "青禾开发者大会", "--when", "2026-06-10", "--id", "qinghe")
    shell.run("add", "--title", "红湾夏季活动", "--when", "2026-06", "--id", "hongwan")
    ran = answering(
        "n", "e", "", "", "", "", "", "new", "y", "e", "", "", "", "", "", "hongwan", "y"
    )
    assert "about qinghe" in ran.out
    assert "about hongwan" in ran.out
    assert json.loads(shell.run("show", "qinghe", "--json").out)["when"] == "2026-06-10"
    assert json.loads(shell.run("show", "hongwan", "--json").out)["when"] == "2026-06-16"
    assert len(stored(shell)) == 2  # the new one has the title of the other
    assert len(json.loads(shell.run("list", "--json").out)) == 3


def test_all_sure_ones_are_taken_and_the_others_asked_about(
    shell: Shell, answering: Answering
) -> None:
    # It looks like the second proposal, which is not sure by that.
    shell.run("add", "--title", "青禾大会", "--when", "2026-07-01", "--id", "qinghe")
    ran = answering("a", "n")
    assert "2/3 create: 青禾开发者大会" in ran.out
    assert "applied 2 of 3" in ran.out
    assert set(stored(shell)) == {"青禾大会", "云岭大会", "红湾发布会"}


def test_who_quits_applies_what_was_agreed_to_and_the_rest_waits(
    shell: Shell, answering: Answering
) -> None:
    ran = answering("y", "q")
    (entry,) = imports(shell, "--waiting")
    assert f"2 wait for a decision: horizon imports show {entry['id']}" in ran.err
    assert stored(shell) == {"云岭大会": "2026-06-02/2026-06-03"}
    shown = shell.run("imports", "show", entry["id"])
    assert "p1 create: 云岭大会 · 2026-06-02/2026-06-03 · applied by cli" in shown.out
    assert "p2 create: 青禾开发者大会 · 2026-06-09 · 9" in shown.out
    assert f"to decide: http://127.0.0.1:8000/import/{entry['id']}" in shown.err


def test_input_that_ends_decides_nothing(shell: Shell, answering: Answering) -> None:
    assert answering().code == 0
    assert stored(shell) == {}
    assert imports(shell)[0]["open"] == 3


def test_a_disputed_one_is_asked_about_and_taken_only_by_its_own_yes(
    shell: Shell, answering: Answering
) -> None:
    shell.run(
        "add",
        "--title",
        "青禾开发者大会",
        "--when",
        "2026-06-10",
        "--id",
        "qinghe",
        "--source",
        "青禾",
    )
    shell.run("set", "qinghe", "source.official=true")
    answering("a", "n")
    assert stored(shell)["青禾开发者大会"] == "2026-06-10"


@pytest.mark.parametrize("option", ["--yes", "--all", "--json"])
def test_what_is_said_in_advance_is_not_asked(
    shell: Shell, answering: Answering, option: str
) -> None:
    assert answering(arguments=("import", "note.txt", option)).code == 0


def test_the_source_is_given_on_the_command_line(shell: Shell) -> None:
    shell.write(NOTE, "note.txt")
    said = (
        "--title",
        "云岭通讯",
        "--publisher",
        "云岭研究院",
        "--date",
        "2026-04-20",
        "--official",
    )
    ran = shell.run("import", "note.txt", *said, "--yes")
    assert ran.code == 0, ran.err
    (event,) = json.loads(shell.run("list", "--json", "-q", "青禾").out)
    source = event["source"]
    assert (source["title"], source["publisher"], source["date"], source["official"]) == (
        "云岭通讯", "云岭研究院", "2026-04-20", True,
    )  # fmt: skip
    assert "dates are read as from 2026-04-20: as given" in ran.err
    wrong = shell.run("import", "note.txt", "--date", "soon", "--yes")
    assert (wrong.code, "soon" in wrong.err) == (2, True)
    told = json.loads(shell.run("import", "note.txt", "--json").out)
    assert told["source"]["title"] == "云岭通讯 第8期"


def test_imports_are_listed_shown_and_undone(shell: Shell) -> None:
    shell.write(NOTE, "note.txt")
    shell.run("import", "note.txt", "--yes")
    (entry,) = imports(shell)
    listed = shell.run("imports", "list").out
    for words in (entry["id"], "cli", "云岭通讯 第8期", "3 create"):
        assert words in listed
    shown = json.loads(shell.run("imports", "show", entry["id"], "--json").out)
    assert [each["change"] for each in shown["applied"]] == ["created"] * 3
    changed = shown["applied"][0]["event_id"]
    shell.run("set", changed, "location=合肥")
    undone = shell.run("imports", "undo", entry["id"])
    assert (undone.code, undone.out) == (0, "2 set back\n")
    assert f"{changed}: has changed since" in undone.err
    assert set(stored(shell)) == {"云岭大会"}
    assert "applied" in shell.run("imports", "show", entry["id"]).out


def test_an_import_that_is_not_there_is_told(shell: Shell) -> None:
    shell.write(NOTE, "note.txt")
    shell.run("import", "note.txt", "--yes")
    for command in ("show", "undo"):
        ran = shell.run("imports", command, "0000")
        assert (ran.code, "there is no import '0000'" in ran.err) == (2, True)


def test_what_was_only_looked_at_is_not_kept(shell: Shell) -> None:
    shell.write(NOTE, "note.txt")
    shell.run("import", "note.txt")  # no terminal, and nobody agreed
    shell.run("import", "note.txt", "--json")
    assert imports(shell) == []


def test_a_job_that_reads_the_same_each_hour_does_not_fill_the_queue(shell: Shell) -> None:
    shell.run("add", "--title", "青禾大会", "--when", "2026-07-01", "--id", "qinghe")
    shell.write(
        "2026年4月27日\n\n6月9日：青禾开发者大会\n", "note.txt"
    )  # it looks like it: not sure
    for _ in range(3):
        assert "1 not sure" in shell.run("import", "note.txt", "--yes").err
        shell.set_now(shell.now() + timedelta(hours=1))
    (entry,) = imports(shell, "--waiting")
    assert (entry["open"], entry["applied"]) == (1, 0)


@pytest.mark.slow
def test_at_a_real_terminal_it_asks(shell: Shell) -> None:
    """The program itself, on a terminal of its own."""
    shell.write(NOTE, "note.txt")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "service", "import", "note.txt"],
        stdin=theirs, stdout=theirs, stderr=theirs, cwd=shell.folder, close_fds=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)
    seen = ""
    for answer in ("y", "n", "q"):
        seen += _until(ours, r"\[q\]uit\? ")
        os.write(ours, answer.encode() + b"\n")
    seen += _until(ours, r"applied \d of \d")
    assert process.wait(30) == 0
    os.close(ours)
    assert "3/3 create" in seen
    assert seen.endswith("applied 1 of 3")


def _until(terminal: int, pattern: str) -> str:
    """What the terminal shows, until that is there."""
    seen, late = b"", time.monotonic() + 60
    while not re.search(pattern, text := seen.decode("utf-8", "replace")):
        assert time.monotonic() < late, text
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 1)
    return text
