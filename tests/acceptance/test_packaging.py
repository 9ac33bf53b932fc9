"""The package installs from the lock alone, into an empty environment, and runs from there."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packaging")


def run(place: Path, *command: str | Path) -> str:
    """Runs it as someone would who has never seen this tree: a home and a folder of their own."""
    home = place / "home"
    home.mkdir(exist_ok=True)
    hidden = ("PYTHON", "HORIZON_", "VIRTUAL_ENV")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=place,
        env={**environment, "HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(place: Path) -> Path:
    """The folder of commands of a virtual environment that holds the package, not this tree."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    wanted = place / "wanted.txt"
    wanted.write_text(lock.split("# --- development ---")[0], "utf-8")
    tree = place / "tree"  # as committed: no build output lands beside the sources
    files = run(
        place, "git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"
    )
    for name in filter(None, files.split("\0")):
        if (ROOT / name).is_file() and name.split("/")[0] not in ("tests", ".git"):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((ROOT / name).read_bytes())

    run(place, sys.executable, "-m", "venv", place / "venv")
    commands = place / "venv" / "bin"
    pip = [commands / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(place, *pip, "install", "--require-hashes", "-r", wanted)
    offline = ["--no-deps", "--no-build-isolation", "--no-index"]
    run(place, *pip, "wheel", *offline, "--wheel-dir", place / "dist", tree)
    run(place, *pip, "install", *offline, tree)
    return commands


def test_the_locked_requirements_are_all_that_the_package_needs(
    installed: Path, place: Path
) -> None:
    run(place, installed / "python", "-m", "pip", "check")


def test_the_package_is_not_read_from_the_source_tree(installed: Path, place: Path) -> None:
    where = run(place, installed / "python", "-c", "import service; print(service.__file__)")
    assert Path(where).is_relative_to(place / "venv")


def test_every_file_of_the_package_is_in_the_wheel(installed: Path, place: Path) -> None:
    (wheel,) = (place / "dist").glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    source = place / "tree"
    wanted = {p.relative_to(source).as_posix() for p in source.glob("service/**/*") if p.is_file()}
    assert wanted
    assert wanted <= packed


def test_help_runs(installed: Path, place: Path) -> None:
    assert "serve" in run(place, installed / "horizon", "--help")


def test_init_writes_the_files_to_start_from(installed: Path, place: Path) -> None:
    run(place, installed / "horizon", "init", "mine")
    assert (place / "mine" / "events.yaml").is_file()
    assert (place / "mine" / ".env").is_file()
