"""The command line, run in this process in a folder of its own; the clock stands at a test's time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service import cli

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@dataclass
class Shell:
    folder: Path
    run: Callable[..., Ran]
    set_now: Callable[[datetime], None]
    now: Callable[[], datetime]

    def write(self, text: str, name: str = "events.yaml") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    import os

    for name in list(os.environ):
        if name.startswith("HORIZON_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    now = [NOW]
    monkeypatch.setattr("service.clock.now", lambda: now[0])

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = cli.run(list(arguments))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Ran(code, captured.out, captured.err)

    return Shell(tmp_path, run, lambda moment: now.__setitem__(0, moment), lambda: now[0])
