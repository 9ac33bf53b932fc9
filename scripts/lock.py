"""Writes requirements.lock from pyproject.toml: one resolution, three sections. See `make lock`.

What the service needs to run comes first, then what builds and installs the package, then what
its tests and checks need. Each section goes on from the one before it, so a prefix of the file is
always a complete set of requirements. Arguments are passed on to uv: `--upgrade`,
`--upgrade-package NAME`. Without them, pinned versions that still fit are kept.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
SECTIONS = ("build", "development")
HEADER = """\
# Written by `make lock` from pyproject.toml; do not edit. For all platforms, Python 3.11 and later.
# `make lock ARGS=--upgrade` moves to newest versions.
"""


def resolve(*arguments: str) -> str:
    """What uv resolves pyproject.toml to, for every platform and Python."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--universal"]
    command += ["--python-version", "3.11", "--no-config", "--no-header", "--no-annotate"]
    command += ["--quiet", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def pins(resolved: str) -> dict[str, str]:
    """Each package's lines; a package with a version for each platform has several pins."""
    found: dict[str, str] = {}
    for block in re.split(r"^(?=\S)", resolved, flags=re.MULTILINE):
        if name := re.match(r"[\w.-]+(?===)", block):
            found[name[0]] = found.get(name[0], "") + block
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder, "whole.txt")
        if LOCK.exists():
            whole.write_text(LOCK.read_text("utf-8"), "utf-8")  # uv keeps these versions
        extras = ["--extra", "build", "--extra", "dev"]
        resolve(*extras, "--generate-hashes", "--output-file", str(whole), *sys.argv[1:])
        left = pins(whole.read_text("utf-8"))
        same = ["--constraint", str(whole)]
        sections = [pins(resolve(*same)), pins(resolve(*same, "--extra", "build")), left.copy()]

    text = HEADER
    for title, names in zip((None, *SECTIONS), sections, strict=True):
        text += f"\n# --- {title} ---\n" if title else "\n"
        text += "".join(left.pop(name) for name in sorted(names) if name in left)
    LOCK.write_text(text, "utf-8")


main()
