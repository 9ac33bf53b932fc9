"""A clone made up for a test: the files of a suite in its format, with sentences of our own."""

from __future__ import annotations

import subprocess
from pathlib import Path


def clone(folder: Path, files: dict[str, str]) -> Path:
    """A repository without a work tree, as a mirror is, whose HEAD has the files."""
    tree = folder / "tree"
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    for command in (
        ["init", "--quiet"],
        ["add", "."],
        [*who, "commit", "--quiet", "--no-verify", "-m", "Cases"],
    ):
        subprocess.run(["git", *command], cwd=tree, check=True)
    return tree / ".git"
