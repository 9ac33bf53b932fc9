"""`horizon publish`, once and watching."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.process import eventually
from tests.cli.conftest import Shell

FILE = """\
events:
  - {id: io, title: Google I/O 2026 开发者大会, when: 2026-05}
feeds:
  - {name: all, title: AI 事件日历}
"""


def test_publishing_says_what_it_did(shell: Shell) -> None:
    shell.write(FILE)
    shell.run("sync")
    ran = shell.run("publish", "public")
    assert (ran.code, ran.out) == (0, "8 written, 0 removed, 0 unchanged\n")
    assert b"io@horizon" in (shell.folder / "public/feeds/all.ics").read_bytes()
    assert shell.run("publish", "public").out == "0 written, 0 removed, 8 unchanged\n"
    (shell.folder / "file").write_text("")
    ran = shell.run("publish", "file")
    assert ran.code == 2
    assert "cannot be written" in ran.err


@pytest.mark.slow
def test_watching_follows_other_processes_until_it_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text(FILE, "utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])

    def horizon(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "service", *arguments]

    def run(*arguments: str) -> None:
        subprocess.run(
            horizon(*arguments), cwd=tmp_path, env=environment, check=True, capture_output=True
        )

    run("sync")
    process = subprocess.Popen(
        horizon("publish", "public", "--watch"),
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        path = tmp_path / "public/feeds/all.ics"
        assert eventually(path.exists)
        run("set", "io", "when=2026-05-19/2026-05-20")
        assert eventually(lambda: b"DTSTART;VALUE=DATE:20260519" in path.read_bytes())
    finally:
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert len(out.splitlines()) >= 2
