"""What fresh readers found wrong with the command line: no traceback, and no secret, ever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.core.dates.when import parse, refines
from tests.cli.conftest import Shell

ROOT = Path(__file__).parents[2]


def horizon(shell: Shell, command: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
    return subprocess.run(
        ["bash", "-c", f"{sys.executable} -m service {command}"],
        cwd=shell.folder,
        env={**environment, "PYTHONPATH": str(ROOT), **more},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=60,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("list --json > /dev/full", 1),
        ("export > /dev/full", 1),
        ("--help > /dev/full", 1),
        ("list >&-", 0),
        ("export >&-", 0),
        ("list --format csv >&-", 0),
    ],
)
def test_an_output_that_cannot_be_written_is_one_line(
    shell: Shell, command: str, code: int
) -> None:
    shell.run("add", "--title", "百度 Create 2026 AI 开发者大会", "--when", "2026-05")
    done = horizon(shell, command)
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stderr
    assert len(done.stderr.splitlines()) <= 1


@pytest.mark.slow
def test_a_terminal_without_chinese_is_no_reason_to_fail(shell: Shell) -> None:
    shell.run("add", "--title", "百度", "--when", "2026-05", "--id", "x")
    for command in ("show x", "list --from 2026-01-01", "export --format json"):
        done = horizon(shell, command, PYTHONIOENCODING="latin-1")
        assert (done.returncode, done.stderr) == (0, "")


def test_a_password_with_an_at_sign_is_not_shown(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HORIZON_DATABASE_URL", "postgresql://u:s3cr@tpw@127.0.0.1:1/db")
    ran = shell.run("list")
    assert ran.code != 0
    assert "tpw" not in ran.err
    assert "%40" in ran.err


@pytest.mark.parametrize(
    "address",
    ["http://h/\r\nX: y", "http://user:pw@h", "http://h:99999", "http://[::1", "http://a b"],
)
def test_an_address_that_would_break_what_it_stands_in_is_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("HORIZON_BASE_URL", address)
    ran = shell.run("export", "--format", "ics")
    assert (ran.code, "pw" in ran.err) == (2, False)
    assert ran.err.startswith("horizon: HORIZON_BASE_URL: ")


def test_an_empty_secret_file_or_a_broken_env_is_no_default(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.write('HORIZON_TIMEZONE="Asia/Tokyo\nHORIZON_LANGUAGE=en\n', ".env")
    broken = shell.run("list")
    assert (broken.code, ".env:1:" in broken.err) == (2, True)
    (shell.folder / ".env").unlink()
    monkeypatch.setenv("HORIZON_DATABASE_URL_FILE", str(shell.write("", "empty")))
    assert "is empty" in shell.run("list").err


def test_help_alone_is_help_and_what_horizon_keeps_cannot_be_set(shell: Shell) -> None:
    alone = shell.run()
    assert (alone.code, alone.err) == (0, "")
    assert "Example: horizon serve" in alone.out
    shell.run("add", "--title", "x", "--when", "2026", "--id", "x")
    assert shell.run("set", "x", "sequence=99").code == 2


def test_one_instant_in_two_offsets_is_one_date() -> None:
    """17:00Z and 01:00+08:00 of the next day were called firmed, in both directions."""
    utc, shanghai = parse("2027-01-05T17:00Z"), parse("2027-01-06T01:00+08:00")
    assert not refines(utc, shanghai)
    assert not refines(shanghai, utc)


def test_a_window_that_turns_into_all_of_its_days_is_firmed() -> None:
    days, window = parse("2027-05-21/2027-05-31"), parse("[2027-05-21..2027-05-31]")
    assert refines(days, window)
    assert not refines(window, days)
