"""horizon import --model: asked at once, shown with the rest, applied by nobody but a person."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Shell
from tests.model.stand_in import KEY, StandIn, running

NOTE = "云岭通讯 第8期\n2026年4月27日\n\n6月2日-3日：云岭大会\n6月9日：青禾开发者大会\n"
PICK = {"phrases": ["2"], "title": "云岭通讯", "kind": "other", "note": ""}
AGREE = {"phrases": ["1"], "title": "云岭大会", "kind": "conference", "note": ""}


@pytest.fixture
def server() -> Iterator[StandIn]:
    with running() as stand_in:
        stand_in.events(PICK, AGREE)
        yield stand_in


@pytest.fixture
def asking(shell: Shell, server: StandIn) -> Shell:
    shell.write(
        f"HORIZON_LLM_URL={server.url}\nHORIZON_LLM_MODEL=heron-7b\nHORIZON_LLM_KEY={KEY}\n", ".env"
    )
    shell.write(NOTE, "note.txt")
    return shell


def test_what_it_reads_is_shown_and_not_applied(asking: Shell) -> None:
    ran = asking.run("import", "note.txt", "--model", "--all")
    assert ran.code == 0
    assert "heron-7b reads it too, at 127.0.0.1" in ran.err
    assert "heron-7b: 1 read by it alone, 1 as the rules read; 120 + 30 tokens" in ran.err
    assert "create: 云岭通讯 · 2026-06-09 · 50% sure · read by heron-7b" in ran.out
    assert "applied 2 of 3" in ran.out
    assert "1 waits for a person, read by the model alone" in ran.err
    assert "云岭通讯" not in asking.run("list").out
    (kept,) = json.loads(asking.run("imports", "list", "--json").out)
    assert kept["open"] == 1
    shown = asking.run("imports", "show", kept["id"]).out
    assert "heron-7b at 127.0.0.1: done" in shown
    assert "p3 create: 云岭通讯 · 2026-06-09 · 50% · read by heron-7b" in shown


def test_json_says_who_read_what(asking: Shell) -> None:
    told = json.loads(asking.run("import", "note.txt", "--model", "--json").out)
    assert [p["read_by"] for p in told["proposals"]] == ["both", "rules", "model heron-7b"]
    assert told["model"]["tokens_in"] == 120


def test_without_the_option_nothing_is_sent(asking: Shell, server: StandIn) -> None:
    ran = asking.run("import", "note.txt", "--json")
    assert "model" not in json.loads(ran.out)
    assert server.asked == []


def test_all_documents_may_be_sent_but_for_one(asking: Shell, server: StandIn) -> None:
    text = (asking.folder / ".env").read_text("utf-8")
    asking.write(f"{text}HORIZON_LLM_DOCUMENTS=all\n", ".env")
    asking.run("import", "note.txt", "--no-model", "--json")
    assert server.asked == []
    asking.run("import", "note.txt", "--json")
    assert len(server.asked) == 1


def test_one_that_fails_leaves_the_rules_result(asking: Shell, server: StandIn) -> None:
    server.says("", status=401, raw=KEY.encode())
    ran = asking.run("import", "note.txt", "--model", "--yes")
    assert ran.code == 0
    assert (
        "The model did not read it: 127.0.0.1 refuses the key; check HORIZON_LLM_KEY (401)"
        in ran.err
    )
    assert "applied 2 of 2" in ran.out
    assert KEY not in ran.out + ran.err


def test_without_a_model_asking_for_one_is_told(shell: Shell) -> None:
    shell.write(NOTE, "note.txt")
    ran = shell.run("import", "note.txt", "--model")
    assert (ran.code, ran.out) == (2, "")
    assert "HORIZON_LLM_URL" in ran.err
