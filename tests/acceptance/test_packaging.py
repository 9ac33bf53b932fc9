"""The package installs from the lock alone, into an empty environment, and runs from there."""

import os
import subprocess
import sys
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
    tree = place / "tree"  # as committed: no build output lands beside the sources
    files = run(
        place, "git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"
    )
    for name in filter(None, files.split("\0")):
        if (ROOT / name).is_file() and name.split("/")[0] not in ("tests", ".git"):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((ROOT / name).read_bytes())

    install = ["env", f"PYTHON={sys.executable}", "sh", tree / "scripts/install.sh", "into"]
    run(place, *install, place / "venv")
    return place / "venv" / "bin"


def test_the_locked_requirements_are_all_that_the_package_needs(
    installed: Path, place: Path
) -> None:
    run(place, installed / "python", "-m", "pip", "check")


def test_the_package_is_not_read_from_the_source_tree(installed: Path, place: Path) -> None:
    where = run(place, installed / "python", "-c", "import service; print(service.__file__)")
    assert Path(where).is_relative_to(place / "venv")


def test_every_file_of_the_package_is_installed(installed: Path, place: Path) -> None:
    (site,) = (place / "venv").glob("lib/python*/site-packages")
    source = place / "tree"
    wanted = [p.relative_to(source) for p in source.glob("service/**/*") if p.is_file()]
    assert wanted
    assert [path for path in wanted if not (site / path).is_file()] == []


def test_nothing_that_only_builds_it_stays(installed: Path, place: Path) -> None:
    assert "hatchling" not in run(place, installed / "python", "-m", "pip", "list")


def test_help_runs(installed: Path, place: Path) -> None:
    assert "serve" in run(place, installed / "horizon", "--help")


def test_init_writes_the_files_to_start_from(installed: Path, place: Path) -> None:
    run(place, installed / "horizon", "init", "mine")
    assert (place / "mine" / "events.yaml").is_file()
    assert (place / "mine" / ".env").is_file()
