"""init, sync, list, show and feeds as a person and a program use them."""

from __future__ import annotations

import json
import sqlite3
import stat
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

import service
from service.cli.common import built
from service.serving import remember_address
from service.settings import Settings
from tests.cli.conftest import Shell

FILE = """\
source: {title: 人工智能周报（26年第17周）, publisher: 国信证券, date: 2026-04-27}
events:
  - {id: baidu-create-2026, title: 百度 Create 2026 AI 开发者大会, when: 2026-05-13/2026-05-14, kind: conference}
  - {id: google-io-2026, title: Google I/O 2026 开发者大会, when: 2026-05, kind: conference}
  - {id: rules, title: 《人工智能拟人化互动服务管理暂行办法》正式施行, when: 2026-07-15}
feeds:
  - {name: all, title: AI 事件日历}
  - {name: portfolio, title: 持仓相关, private: true}
"""


def test_a_newcomer_gets_a_calendar_that_works(shell: Shell) -> None:
    made = shell.run("init")
    assert (made.code, made.err) == (0, "")
    assert "horizon serve" in made.out
    assert (shell.folder / ".env").exists()
    synced = shell.run("sync")
    assert (synced.code, synced.err) == (0, "")
    assert "created: eu-ai-act-annex-iii-2027" in synced.out
    again = shell.run("init")
    assert "events.yaml is there already and was left alone" in again.out


def test_init_makes_the_folder_and_says_where_to_go(shell: Shell) -> None:
    assert "cd mine && horizon serve" in shell.run("init", "mine").out
    assert (shell.folder / "mine" / "events.yaml").exists()
    # Tokens and passwords are going to stand in it.
    assert stat.S_IMODE((shell.folder / "mine" / ".env").stat().st_mode) == 0o600
    shell.write("", "file")
    assert shell.run("init", "file/x").code == 1


def test_sync_reports_and_a_second_time_says_nothing_changed(shell: Shell) -> None:
    shell.write(FILE)
    assert "would be created: rules" in shell.run("sync", "--check").out
    assert shell.run("sync").out.count("created: ") == 3
    assert shell.run("sync").out == "nothing changed: 3 events\n"
    report = json.loads(shell.run("sync", "--json").out)
    assert report == {
        "events": 3,
        "changes": [],
        "feeds_or_rules_changed": False,
        "set_elsewhere": [],
        "read_otherwise": [],
    }


def test_all_errors_of_a_file_are_told_a_line_each(shell: Shell) -> None:
    shell.write(
        FILE.replace("2026-07-15", "2026-02-30").replace("kind: conference", "kimd: conference")
    )
    ran = shell.run("sync")
    assert (ran.code, ran.out) == (2, "")
    lines = ran.err.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("horizon: events.yaml:3:")
    assert "did you mean kind?" in lines[0]
    assert "2026-02 has 28 days" in lines[2]
    assert "no events yet" in shell.run("list").out


def test_a_missing_file_is_wrong_input(shell: Shell) -> None:
    ran = shell.run("sync", "nowhere.yaml")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "nowhere.yaml" in ran.err


def test_removals_are_refused_until_asked_for(shell: Shell) -> None:
    entries = "".join(f"  - {{id: e-{n}, title: E{n}, when: 2026}}\n" for n in range(8))
    shell.write("events:\n" + entries)
    shell.run("sync")
    shell.write("events: []\n")
    refused = shell.run("sync")
    assert refused.code == 1
    assert "--allow-removals" in refused.err
    assert shell.run("sync", "--allow-removals").out.count("withdrawn: ") == 8


def test_the_list_has_undated_events_after_the_dated_ones_of_their_window(shell: Shell) -> None:
    shell.write(FILE)
    shell.run("sync")
    lines = shell.run("list").out.splitlines()
    ids = [line.split()[-1] for line in lines[1:]]
    assert ids == ["baidu-create-2026", "google-io-2026", "rules"]
    assert [
        e["id"] for e in json.loads(shell.run("list", "--json", "--kind", "regulation").out)
    ] == ["rules"]


def test_when_all_is_past_the_list_says_how_to_see_it(shell: Shell) -> None:
    shell.write(FILE)
    shell.run("sync")
    shell.set_now(datetime(2026, 11, 24, tzinfo=UTC))
    ran = shell.run("list")
    assert ran.out == "3 events, all past; `horizon list --from 2026-05-01` shows them\n"
    assert len(shell.run("list", "--from", "2026-05-01").out.splitlines()) == 4
    assert shell.run("list", "--json").out == "[]\n"
    assert "none of the 3 stored events" in shell.run("list", "--tag", "nothing").out


def test_show_tells_an_events_history(shell: Shell) -> None:
    shell.write(FILE)
    shell.run("sync")
    shell.write(FILE.replace("when: 2026-05,", "when: 2026-05-19/2026-05-20,"))
    shell.run("sync")
    text = shell.run("show", "google-io-2026").out
    assert "2026年5月19日—20日" in text
    assert "firmed" in text
    assert "2026-05 → 2026-05-19/2026-05-20" in text
    shown = json.loads(shell.run("show", "google-io-2026", "--json").out)
    assert (shown["sequence"], [row["change"] for row in shown["history"]]) == (
        1,
        ["created", "firmed"],
    )
    missing = shell.run("show", "nothing")
    assert missing.code == 2
    assert missing.err.startswith("horizon: there is no event 'nothing'; `horizon list")


def test_feeds_have_addresses_and_a_private_one_can_move(shell: Shell) -> None:
    shell.write(FILE)
    shell.run("sync")
    feeds = {feed["name"]: feed for feed in json.loads(shell.run("feeds", "list", "--json").out)}
    assert feeds["all"]["address"] == "http://127.0.0.1:8000/feeds/all.ics"
    assert feeds["all"]["events"] == 3
    before = feeds["portfolio"]["address"]
    assert before in shell.run("feeds", "list").out
    after = shell.run("feeds", "rotate", "portfolio").out.splitlines()[-1]
    assert after.startswith("http://127.0.0.1:8000/feeds/portfolio/")
    assert after != before
    assert shell.run("feeds", "rotate", "all").code == 2


def test_addresses_are_those_of_the_last_serve_unless_a_setting_names_one(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`feeds list` printed port 8000 whatever `serve` listened on."""
    shell.write(FILE)
    shell.run("sync")
    for base_url in ("http://127.0.0.1:9000", "http://127.0.0.1:9001"):
        with built(Settings(base_url=base_url)) as horizon:
            remember_address(horizon)
    assert "http://127.0.0.1:9001/feeds/all.ics" in shell.run("feeds", "list").out
    moved = shell.run("feeds", "rotate", "portfolio").out
    assert "http://127.0.0.1:9001/feeds/portfolio/" in moved
    monkeypatch.setenv("HORIZON_BASE_URL", "https://calendar.example.org")
    assert "https://calendar.example.org/feeds/all.ics" in shell.run("feeds", "list").out


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--kind", "conferense"],
        ["list", "--from", "2026-05"],
        ["list", "--nonsense"],
        ["nonsense"],
        ["show"],
        ["serve", "--port", "x"],
        ["serve", "--port", "70000"],
    ],
)
def test_wrong_input_is_exit_2_with_one_line_on_stderr(shell: Shell, arguments: list[str]) -> None:
    ran = shell.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith("horizon: ")


def test_every_command_has_help_with_an_example(shell: Shell) -> None:
    commands = [
        ["init"],
        ["serve"],
        ["sync"],
        ["list"],
        ["show"],
        ["feeds", "list"],
        ["feeds", "rotate"],
    ]
    for command in commands:
        text = shell.run(*command, "--help").out
        assert "Example: horizon " + " ".join(command) in " ".join(text.split()), command


def test_the_version_stands_alone_and_needs_no_usable_settings(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HORIZON_LANGUAGE", "fr")
    ran = shell.run("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"{version('horizon-calendar')}\n", "")
    assert not (shell.folder / "data").exists()


def test_a_setting_that_cannot_be_used_names_the_variable(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("TIMEZONE", "Asia/Peking"),
        ("BASE_URL", "example.org"),
        ("LANGUAGE", "fr"),
        ("DATABASE_URL", "mysql://x"),
        ("PUBLIC_READ", "maybe"),
        ("ADMIN_KEY", "short"),
        ("ADMIN_KEY_FILE", "/nowhere"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(f"HORIZON_{name}", value)
            ran = shell.run("list")
        assert ran.code == 2
        assert f"HORIZON_{name}" in ran.err


def test_settings_come_from_env_and_the_environment_wins(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.write(FILE)
    shell.run("sync")
    shell.write("HORIZON_BASE_URL=https://one.example.org/\n", ".env")
    assert "https://one.example.org/feeds/all.ics" in shell.run("feeds", "list").out
    monkeypatch.setenv("HORIZON_BASE_URL", "https://two.example.org")
    assert "https://two.example.org/feeds/all.ics" in shell.run("feeds", "list").out


def test_a_database_that_cannot_be_used_is_exit_1(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.write(FILE)
    shell.run("sync")
    database = shell.folder / "data" / "horizon.db"
    connection = sqlite3.connect(database)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    newer = shell.run("list")
    assert newer.code == 1
    assert "newer Horizon" in newer.err
    monkeypatch.setenv("HORIZON_DATABASE_URL", "postgresql://horizon:s3cret@127.0.0.1:1/none")
    gone = shell.run("list")
    assert gone.code == 1
    assert "s3cret" not in gone.err
    database.write_bytes(b"this is no database" * 100)
    monkeypatch.delenv("HORIZON_DATABASE_URL")
    assert shell.run("list").code == 1


def test_a_port_that_is_taken_is_said_to_be(shell: Shell) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = shell.run("serve", "--port", str(taken.getsockname()[1]))
    assert ran.code == 1
    assert "--port 8001" in ran.err


def test_the_example_settings_are_what_init_writes() -> None:
    root = Path(service.__file__).parent
    example = root.parent / ".env.example"
    assert (root / "starter" / "env.txt").read_text("utf-8") == example.read_text("utf-8")


def test_every_setting_is_in_the_example() -> None:
    from service import settings

    text = (Path(service.__file__).parent / "starter" / "env.txt").read_text("utf-8")
    for name in settings._READERS:
        assert f"# HORIZON_{name}=" in text
    for name in settings.SECRETS:
        assert f"# HORIZON_{name}_FILE=" in text
