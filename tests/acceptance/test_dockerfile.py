"""The image, without a container engine: what the Dockerfile says, and its steps carried out.

Each build stage gets an empty folder in place of its file system. RUN steps that use Python and all
COPY steps are carried out there, then the image's command is started and its health check asked.
"""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.xdist_group("image")


@dataclass
class Stage:
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        return [value for word, value in self.steps if word == instruction]


def stages() -> list[Stage]:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\\\n\s*", "", text)
    found: list[Stage] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, value = line.split(maxsplit=1)
        if word == "FROM":
            image, *name = re.split(r"\s+AS\s+", value)
            assert image == "python:3.13-slim"
            found.append(Stage("".join(name)))
        else:
            found[-1].steps.append((word, value.strip()))
    return found


def assignments(stage: Stage) -> dict[str, str]:
    return dict(pair.split("=", 1) for line in stage.all("ENV") for pair in shlex.split(line))


def test_it_runs_as_someone_without_rights() -> None:
    users = stages()[-1].all("USER")
    assert users
    assert users[-1] not in ("root", "0")


def test_all_that_it_keeps_is_in_one_volume() -> None:
    last = stages()[-1]
    assert last.all("VOLUME") == ["/data"]
    settings = assignments(last)
    assert settings["HORIZON_DATABASE_URL"] == "sqlite:////data/horizon.db"
    assert settings["HORIZON_EVENTS_FILE"] == "/data/events.yaml"


def test_its_command_serves_on_the_exposed_port() -> None:
    last = stages()[-1]
    assert json.loads(last.all("ENTRYPOINT")[-1]) == ["horizon"]
    assert json.loads(last.all("CMD")[-1]) == ["serve", "--host", "0.0.0.0"]
    assert last.all("EXPOSE") == ["8000"]
    (health,) = last.all("HEALTHCHECK")
    assert "http://127.0.0.1:8000/healthz" in health


def test_what_it_downloads_is_pinned_by_hashes() -> None:
    installs = [
        command
        for stage in stages()
        for run in stage.all("RUN")
        for command in run.split("&&")
        if re.search(r"\bpip\s+(install|wheel|download)\b", command)
    ]
    assert any("--require-hashes" in command for command in installs)
    assert all("--require-hashes" in c or "--no-index" in c for c in installs)


def test_its_context_has_what_it_copies() -> None:
    allowed = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    for stage in stages():
        for copy in stage.all("COPY"):
            *sources, _ = copy.split()
            if not sources[0].startswith("--from="):
                assert {Path(source).as_posix() for source in sources} <= set(allowed)
                assert all((ROOT / source).exists() for source in sources)


class Builder:
    """Carries out stages in a folder that stands for `/`. A stage's folder is moved aside when the
    next begins, so whatever a stage still needs of an earlier one has to be copied."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "image"
        self.aside = folder / "stages"
        self.home = folder / "home"
        self.bin = folder / "bin"
        for made in (self.aside, self.home, self.bin):
            made.mkdir()
        base = Path(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
        (self.bin / "python").write_text(f'#!/bin/sh\nexec {shlex.quote(str(base))} "$@"\n')
        (self.bin / "python").chmod(0o755)
        self.folder = "/"
        self.environment: dict[str, str] = {}

    def build(self) -> None:
        for stage in stages():
            self.root.mkdir()
            self.folder, self.environment = "/", {}
            for word, value in stage.steps:
                match word:
                    case "WORKDIR":
                        self.folder = value
                        self.at(value).mkdir(parents=True, exist_ok=True)
                    case "ENV":
                        self.environment |= assignments(Stage("", [(word, value)]))
                    case "COPY":
                        self.copy(*value.split())
                    case "RUN" if "python" in value:
                        self.run(["sh", "-ec", self.inside(value)])
            if stage is not stages()[-1] and stage.name:
                self.root.rename(self.aside / stage.name)

    def at(self, path: str) -> Path:
        return self.root / Path(self.folder, path).relative_to("/")

    def inside(self, text: str) -> str:
        return re.sub(r"(?<![\w./$:*])/(?=(opt|src|dist|data)\b)", f"{self.root}/", text)

    def copy(self, *arguments: str) -> None:
        *sources, target = arguments
        origin = ROOT
        if sources[0].startswith("--from="):
            origin = self.aside / sources.pop(0).removeprefix("--from=")
        for source in sources:
            found = origin / source.lstrip("/")
            goal = self.at(target)
            if found.is_dir():
                skip = shutil.ignore_patterns("__pycache__")
                shutil.copytree(found, goal, symlinks=True, dirs_exist_ok=True, ignore=skip)
            else:
                goal.mkdir(parents=True, exist_ok=True)
                shutil.copy(found, goal)

    def surroundings(self) -> dict[str, str]:
        hidden = ("PYTHON", "HORIZON_", "VIRTUAL_ENV")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
        path = f"{self.bin}:/usr/bin:/bin"
        environment |= {"HOME": str(self.home), "PATH": path}
        for key, value in self.environment.items():
            value = value.replace("sqlite:////", f"sqlite:///{self.root}/")
            environment[key] = self.inside(value).replace("$PATH", path)
        return environment

    def run(self, command: list[str]) -> str:
        done = subprocess.run(
            command,
            cwd=self.at("."),
            env=self.surroundings(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    builder = Builder(tmp_path_factory.mktemp("docker"))
    builder.build()
    return builder


@pytest.fixture
def port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


@pytest.mark.slow
def test_its_steps_make_a_working_command(image: Builder) -> None:
    assert "serve" in image.run(["horizon", "--help"])
    where = image.run(["python", "-c", "import service; print(service.__file__)"])
    assert Path(where).is_relative_to(image.root / "opt" / "horizon")
    with pytest.raises(AssertionError, match="No module named 'pytest'"):
        image.run(["python", "-c", "import pytest"])


@pytest.mark.slow
def test_its_health_check_finds_its_service(image: Builder, port: int) -> None:
    last = stages()[-1]
    serve = json.loads(last.all("ENTRYPOINT")[-1]) + json.loads(last.all("CMD")[-1])
    serve = [word.replace("0.0.0.0", "127.0.0.1") for word in serve] + ["--port", str(port)]
    (health,) = last.all("HEALTHCHECK")
    check = json.loads(health.split("CMD", 1)[1])
    check = [word.replace(":8000/", f":{port}/") for word in check]

    with pytest.raises(AssertionError):
        image.run(check)
    log = image.root / "log"
    with log.open("w") as output:
        service = subprocess.Popen(
            serve,
            cwd=image.at("."),
            env=image.surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + 120
        while True:
            try:
                image.run(check)
                break
            except AssertionError:
                assert service.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.2)
        assert (image.root / "data" / "horizon.db").exists()
    finally:
        service.terminate()
        service.wait(timeout=60)
