"""deploy/horizon.service: systemd takes it, and it keeps the service from what it does not need.
deploy/nginx.conf: its times go with Horizon's."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from service.documents.limits import DocumentLimits
from service.fetching import FetchLimits
from service.serving import GRACE, web_server
from service.web.limits import MAX_WAIT
from tests.acceptance import nginx
from tests.acceptance.examples import ROOT
from tests.web.conftest import serving
from tests.web.conftest import settings as some_settings

UNIT = ROOT / "deploy/horizon.service"


def settings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", UNIT.read_text("utf-8"), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def test_it_runs_as_someone_without_rights_in_its_own_folder() -> None:
    given = settings()
    assert given["User"] == ["horizon"]
    assert given["NoNewPrivileges"] == ["yes"]
    assert given["ProtectSystem"] == ["strict"]
    assert given["CapabilityBoundingSet"] == [""]
    assert given["UMask"] == ["0077"]
    assert given["WorkingDirectory"] == [f"/var/lib/{given['StateDirectory'][0]}"]


def test_systemd_waits_for_what_ends_by_itself() -> None:
    given = settings()
    # Requests under way, and at the same time a request to Slack with the look-up after it.
    assert int(given["TimeoutStopSec"][0]) >= GRACE + 30
    assert given["KillMode"] == ["mixed"]
    assert "KillSignal" not in given  # SIGTERM


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze, which checks units, is not here",
)
def test_systemd_takes_it_and_finds_little_exposed(tmp_path: Path) -> None:
    here = tmp_path / "horizon.service"
    # On this machine neither the program nor the user is installed.
    text = UNIT.read_text("utf-8").replace("/opt/horizon/bin/horizon serve", "/bin/true")
    here.write_text(text, "utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(here)], capture_output=True, text=True, timeout=60
    )
    assert verified.stderr == ""
    assert verified.returncode == 0
    looked = subprocess.run(
        [
            "systemd-analyze",
            "security",
            "--offline=true",
            "--no-pager",
            "--threshold=20",
            str(here),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if "unrecognized option" in looked.stderr:
        pytest.skip("this systemd cannot look at a unit that is not loaded")
    assert looked.returncode == 0, looked.stdout


def seconds(directive: str) -> int:
    """What nginx.conf says of it, once."""
    (given,) = re.findall(rf"^\s*{directive} (\d+)s;", nginx.CONF, re.MULTILINE)
    return int(given)


def test_nginx_waits_for_the_longest_document() -> None:
    """Else whoever sent it is told that it failed, and finds it imported."""
    # From an address: its turn to be fetched, the fetching, its turn to be read, the reading.
    longest = MAX_WAIT + FetchLimits().seconds + MAX_WAIT + DocumentLimits().seconds
    assert seconds("proxy_read_timeout") > longest


def test_nginx_drops_an_idle_connection_before_horizon_does(tmp_path: Path) -> None:
    """Else a change that is sent into one which Horizon is closing is answered with 502."""
    for service in serving(some_settings(tmp_path)):
        kept = web_server(service.horizon).config.timeout_keep_alive
        assert seconds("keepalive_timeout") < kept
