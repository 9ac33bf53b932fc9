"""Files of a clone on disk, with or without a work tree."""

from __future__ import annotations

import subprocess
from pathlib import Path


def files(clone: Path, folder: str = ".") -> list[str]:
    """The paths of the files under a folder, at the clone's HEAD."""
    return _git(clone, "ls-tree", "-r", "--name-only", "HEAD", "--", folder).splitlines()


def text(clone: Path, path: str) -> str:
    return _git(clone, "show", f"HEAD:{path}").removeprefix("\ufeff")


def data(clone: Path, path: str, commit: str = "HEAD") -> bytes:
    """A file that need not be text, as a commit has it."""
    command = ["git", "-C", str(clone), "show", f"{commit}:{path}"]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


def commit(clone: Path) -> str:
    return _git(clone, "rev-parse", "--short", "HEAD").strip()


def _git(clone: Path, *arguments: str) -> str:
    """Its output; git itself says on stderr what is wrong with a clone."""
    command = ["git", "-c", "core.quotepath=off", "-C", str(clone), *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
