"""The examples of a page of the documentation, and running them as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def blocks(page: str, language: str) -> list[str]:
    """What stands in the page's fences of that language."""
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def runner(folder: Path) -> Callable[..., str]:
    """Runs a command in the folder, with `horizon` in its path, and gives what it prints."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"

    def run(*command: str) -> str:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
