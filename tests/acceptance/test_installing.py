"""scripts/install.sh tells what it does, with a stand-in for Python and its pip: nothing is fetched."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

# It makes environments that are only a copy of itself, and says as pip what the test has it say.
PYTHON = """#!/bin/sh
case "$1 $2" in
    "-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; touch "$3/bin/horizon"; chmod +x "$3/bin/horizon" ;;
    "-m pip") case "$*" in *--require-hashes*) cat "$PIP_SAYS"; exit "$PIP_ENDS" ;; esac ;;
esac
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A clone in which nothing is installed."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/install.sh", tmp_path / "scripts")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python-of-the-test"
    python.write_text(PYTHON, "utf-8")
    python.chmod(0o755)
    return tmp_path


def started(tree: Path, says: list[str], ends: int = 0) -> dict[str, Any]:
    (tree / "pip-says").write_text("".join(f"{line}\n" for line in says), "utf-8")
    surroundings = {
        "PYTHON": str(tree / "python-of-the-test"),
        "PIP_SAYS": str(tree / "pip-says"),
        "PIP_ENDS": str(ends),
    }
    return {
        "args": ["sh", str(tree / "scripts/install.sh"), "runtime"],
        "env": os.environ | surroundings,
        "stdin": subprocess.DEVNULL,
    }


def install(tree: Path, says: list[str], ends: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(**started(tree, says, ends), capture_output=True, text=True)


PACKAGES = [f"Collecting package-{number}==1.0 (from -r wanted.txt)" for number in range(12)]


def test_the_first_start_says_each_step(tree: Path) -> None:
    """It was silent for as long as it took, up to two minutes and a half, and looked as if it hung."""
    done = install(tree, [*PACKAGES, "Installing collected packages: package-0, package-1"])
    assert done.returncode == 0
    told = done.stderr
    steps = (
        "one to three minutes",
        "making the environment",
        "fetching the packages",
        "10 packages found",
        "unpacking 12 packages",
        "installing Horizon itself",
    )
    places = [told.find(step) for step in steps]
    assert -1 not in places, told
    assert places == sorted(places)


def test_at_a_terminal_each_package_is_named_as_it_is_found(tree: Path) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(**started(tree, PACKAGES), stdout=theirs, stderr=theirs)
    os.close(theirs)
    told = b""
    try:
        while part := os.read(ours, 65536):
            told += part
    except OSError:  # what Linux says at the end
        pass
    os.close(ours)
    assert done.returncode == 0
    assert b"package 7: package-6==1.0" in told


def test_what_pip_warns_of_is_kept_and_not_shown(tree: Path) -> None:
    """An installation that went well ended in a screen of warnings about pip's own settings."""
    warning = (
        "WARNING: Location 'file:///srv/wheels/' is ignored: it is neither a file nor a folder."
    )
    done = install(tree, [warning] * 50 + PACKAGES)
    assert done.returncode == 0
    assert "WARNING" not in done.stderr + done.stdout
    assert (tree / ".venv/install.log").read_text("utf-8").count(warning) == 50


def test_a_failure_shows_pips_errors_and_where_the_rest_is(tree: Path) -> None:
    retry = "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken"
    error = "ERROR: No matching distribution found for alembic==1.20.1"
    done = install(tree, [PACKAGES[0], retry, retry, error], ends=1)
    assert done.returncode == 1
    assert error in done.stderr
    assert done.stderr.count("does not answer") == 1
    assert ".venv/install.log" in done.stderr
    assert "WARNING" not in done.stderr


def test_what_failed_is_done_again_and_what_is_there_is_not(tree: Path) -> None:
    assert install(tree, [], ends=1).returncode == 1
    again = install(tree, PACKAGES)
    assert again.returncode == 0
    assert "unpacking" not in again.stderr
    assert "fetching the packages" in again.stderr
    assert install(tree, PACKAGES).stderr == ""
