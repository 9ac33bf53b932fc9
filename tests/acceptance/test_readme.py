"""The examples of the docs run as they stand; every command and setting has its line."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from service import settings
from service.cli import app
from tests.acceptance.examples import ROOT, blocks, runner
from tests.acceptance.process import Process

README = (ROOT / "README.md").read_text("utf-8")
API, READING, COMMANDS, SETTINGS = (
    (ROOT / f"docs/{name}.md").read_text("utf-8")
    for name in ("API", "READING", "COMMANDS", "SETTINGS")
)
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])


@pytest.mark.slow
def test_the_examples_of_the_api_run_as_they_stand(tmp_path: Path) -> None:
    events = (ROOT / "events.yaml").read_text("utf-8")
    (tmp_path / "events.yaml").write_text(events, "utf-8")
    database = f"sqlite:///{tmp_path}/data/horizon.db"
    server = Process(tmp_path, database)
    try:
        run = runner(tmp_path)
        # What the note is, READING.md says; API.md's last example sends it.
        *written, sending = blocks(API, "sh")
        scripts = [*written, *blocks(READING, "sh"), sending]
        script = "\n".join(scripts).replace("http://127.0.0.1:8000", server.address)
        before = {event["id"]: event for event in _stored(server)}
        assert len(before) > 10
        out = run("bash", "-euo", "pipefail", "-c", script)
        assert '"similar":[]' in out
        assert '"change":"later"' in out
        assert '"days":487' in out
        assert '"status":"cancelled"' in out
        assert "refine: Google I/O 2026 开发者大会 · 2026-05-19/2026-05-20" in out
        assert "move: Microsoft Build 2026 开发者大会 · 2026-06-02/2026-06-03" in out
        assert "by cli, read in AI 事件更新（2026年5月8日）" in out
        assert '"applied":[]' in out  # over HTTP the same note says nothing new
        assert '"title":"蓝湾人工智能大会"' in out
        (program,) = blocks(API, "python")
        told = run(sys.executable, "-c", program.replace("http://127.0.0.1:8000", server.address))
        assert "annex-iii later 2026-08-02 → 2027-12-02" in told
        assert "annex-iii withdrawn" in told
        # Beside it stands somebody's calendar: nothing of it changes but the two dates of the note.
        after = {event["id"]: event for event in _stored(server)}
        changed = {id_ for id_ in before if after.get(id_) != before[id_]}
        assert changed == {"google-io-2026", "microsoft-build-2026"}
    finally:
        server.stop(signal.SIGTERM)


def _stored(server: Process) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = server.get("/api/v1/events?limit=500").json()["items"]
    return items


def test_the_first_key_is_in_a_file_of_ones_own_where_nobody_looks_on(tmp_path: Path) -> None:
    from service.app import build
    from service.serving import admin_lines
    from tests.web.conftest import settings as for_test

    horizon = build(for_test(tmp_path))
    try:
        (line,) = admin_lines(horizon, terminal=False)
        path = tmp_path / "data" / "admin-key"
        assert str(path) in line
        assert path.stat().st_mode & 0o777 == 0o600
        key = path.read_text("utf-8").strip()
        assert key.startswith("hzn_")
        assert key not in line
        assert list(admin_lines(horizon, terminal=True)) == []
    finally:
        horizon.close()


def test_every_command_has_its_line() -> None:
    names = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
    for group in app.registered_groups:
        names.append(str(group.name or group.typer_instance.info.name))
    assert len(names) > 15
    for name in names:
        word = name.rstrip("_")
        assert re.search(rf"`(horizon )?{word}\b", COMMANDS), word


def test_every_setting_has_its_line() -> None:
    for name in settings._READERS:
        assert f"`HORIZON_{name}`" in SETTINGS


def test_a_key_made_before_the_first_start_does_not_stand_for_the_admins(tmp_path: Path) -> None:
    from service.app import build
    from service.operations import keys
    from service.serving import admin_lines
    from tests.web.conftest import settings as for_test

    horizon = build(for_test(tmp_path))
    try:
        keys.create(horizon.store, "admin", keys.Scope.WRITE, horizon.now())
        folder = tmp_path / "data" / "admin-key"
        folder.mkdir()
        (refused,) = admin_lines(horizon, terminal=False)
        assert "No admin key was made" in refused
        assert [key.name for key in keys.listed(horizon.store)] == ["admin"]
        folder.rmdir()
        assert list(admin_lines(horizon, terminal=False))
        assert [key.name for key in keys.listed(horizon.store)] == ["admin", "admin-2"]
    finally:
        horizon.close()


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_the_docs_leads_somewhere(page: Path) -> None:
    for target, anchor in re.findall(
        r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", page.read_text("utf-8")
    ):
        file = page.parent / target if target else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            assert anchor in [_anchor(heading) for heading in headings], f"{target}#{anchor}"


def _anchor(heading: str) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", [ROOT / "CONTRIBUTING.md", ROOT / "docs/ARCHITECTURE.md"])
def test_the_map_names_only_rooms_that_are_there(page: Path) -> None:
    named = re.findall(r"`((?:\w+/)+\w*(?:\.\w+)?/?)`", page.read_text("utf-8"))
    assert len(named) > 10
    for name in (each for each in named if "NAME" not in each):
        places = (ROOT / name, ROOT / "service" / name, ROOT / "service/core" / name)
        assert any(place.exists() for place in places), name
