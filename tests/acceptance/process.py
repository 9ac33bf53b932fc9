"""`horizon serve` as a process of its own, for tests that need a real socket or a real SIGKILL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx2

ROOT = Path(__file__).parents[2]


class Process:
    """One `horizon serve`, on a port of its own or the one given. `code`: the folder with the Horizon
    that it runs; `program`: what runs in place of its own, with the same arguments."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        *,
        code: Path = ROOT,
        program: str = "",
        port: int = 0,
        **settings: str,
    ) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
        environment.update({f"HORIZON_{name}": value for name, value in settings.items()})
        environment["HORIZON_DATABASE_URL"] = database_url
        self.errors = folder / "serve.log"
        with self.errors.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    *(["-c", program] if program else ["-m", "service"]),
                    "serve",
                    "--port",
                    str(port),
                ],
                cwd=folder,
                env={**environment, "PYTHONPATH": str(code)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        assert self.process.stdout is not None
        self.lines: list[str] = []
        if settings.get("LOG_FORMAT") == "json":
            self.lines += self._logged()
        else:
            for line in self.process.stdout:
                self.lines.append(line)
                if line.startswith("Next: "):
                    break
        address = self.lines[0].split()[-1]
        self.address = address
        self.client = httpx2.Client(base_url=address, timeout=60)

    def _logged(self) -> list[str]:
        """What it says at its start, where that stands in the log."""
        started = f"{__name__} waits for the start in {self.errors}"
        assert eventually(lambda: '"Next: ' in self.errors.read_text("utf-8")), started
        said = map(json.loads, self.errors.read_text("utf-8").splitlines())
        return [f"{each['message']}\n" for each in said if each["logger"] == "service.serving"]

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(path)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.client.close()
        self.process.send_signal(how)
        code = self.process.wait(timeout=120)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def eventually(true: Callable[[], bool]) -> bool:
    """Whether it becomes true. How long that takes says what else the machine is doing, so it is given
    up only where it would never come."""
    return within(120, true)


def within(seconds: float, true: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False
