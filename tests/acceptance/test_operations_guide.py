"""docs/OPERATIONS.md: its commands run as they stand, and what it names is there."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from service import settings
from service.documents.limits import MEBIBYTE, DocumentLimits
from service.fetching import REDIRECTS, FetchLimits
from service.web import bodies, limits
from tests.acceptance.examples import ROOT, blocks, runner
from tests.acceptance.process import Process

GUIDE = (ROOT / "docs/OPERATIONS.md").read_text("utf-8")


@pytest.mark.slow
def test_its_commands_run_as_they_stand(tmp_path: Path) -> None:
    events = (ROOT / "events.yaml").read_text("utf-8")
    (tmp_path / "events.yaml").write_text(events, "utf-8")
    server = Process(tmp_path, f"sqlite:///{tmp_path}/data/horizon.db")
    try:
        script = "\n".join(blocks(GUIDE, "sh")).replace("http://127.0.0.1:8000", server.address)
        out = runner(tmp_path)("bash", "-euo", "pipefail", "-c", script)
        assert "crawler" in out
        assert re.search(r"^calendar-backup.db: \d+ events", out, re.MULTILINE)
        assert re.search(r"^restored \d+ events", out, re.MULTILINE)
        assert f"into the database {tmp_path}/trial/horizon.db" in out
        assert "baidu-create-2026" in out
        assert '"status":"ready"' in out
    finally:
        assert server.stop(signal.SIGTERM) == 0


def test_its_filters_of_the_journal_pass_over_what_is_no_entry() -> None:
    """`jq` ended with an error at systemd's own line."""
    filters = re.findall(r"journalctl .* \| (jq .*)", GUIDE)
    assert len(filters) == 2
    jq = shutil.which("jq")
    if jq is None:
        pytest.skip("no jq is installed (Debian: apt install jq)")
    wanted = {"message": "GET / 500 3 ms", "status": 500, "request": "8f0c41d2a97b35e6"}
    entries = [{"message": "Horizon listens on http://127.0.0.1:8000"}, wanted]
    journal = [
        "Started horizon.service.",
        *map(json.dumps, entries),
        "horizon.service: Deactivated.",
    ]
    for written in filters:
        _, *arguments = shlex.split(written)
        ran = subprocess.run(
            [jq, "-c", *arguments], input="\n".join(journal), capture_output=True, text=True
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        assert [json.loads(line) for line in ran.stdout.splitlines()] == [wanted]


def test_every_alert_rule_has_its_remedy() -> None:
    rules = YAML(typ="safe").load(ROOT / "deploy/prometheus-rules.yaml")
    alerts = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
    told = re.findall(r"^\| `(Horizon\w+)` \| .{20,} \|$", GUIDE, re.MULTILINE)
    assert told == alerts


def test_what_it_names_is_there() -> None:
    for name in re.findall(r"HORIZON_([A-Z_]+)", GUIDE):
        assert name in settings._READERS, name
    for path in re.findall(r"deploy/[\w.-]+", GUIDE):
        assert (ROOT / path).exists(), path
    for page in re.findall(r"\]\(([\w.]+)\)", GUIDE):
        assert (ROOT / "docs" / page).exists(), page


def test_its_figures_are_those_of_the_code() -> None:
    default = settings.Settings()
    for text, rate in (
        ("3000/PT1M", default.limit_writes),
        ("300/PT1M", default.limit_documents),
        ("30/PT5M", default.limit_wrong_keys),
    ):
        assert settings.Rate.parse(text) == rate
        assert re.search(rf"^\| `HORIZON_LIMIT_\w+` .* \| `{text}` \|$", GUIDE, re.MULTILINE)
    assert limits.BATCH == 20
    document, fetched = DocumentLimits(), FetchLimits()
    for figure in (
        f"{bodies.MOST_BYTES // 10**6} MB; a batch {bodies.MOST_BYTES_OF_BATCH // 10**6} MB",
        f"a document {bodies.MOST_BYTES_OF_DOCUMENT // 10**6} MB",
        f"within {bodies.MAX_WAIT} seconds",
        f"{document.memory // MEBIBYTE:,} MB of memory, {document.seconds:.0f} seconds",
        f"{document.pages:,} pages of a PDF",
        f"{fetched.size // 10**6} MB, {fetched.seconds:.0f} seconds, {REDIRECTS} redirects",
    ):
        assert figure in GUIDE, figure


def test_what_was_measured_has_its_place_at_the_end() -> None:
    headings = re.findall(r"^## (.*)$", GUIDE, re.MULTILINE)
    assert headings[-1] == "Measured"
