"""What a command loads before it does anything. How long that takes depends on the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.process import ROOT, Process

pytestmark = pytest.mark.slow

DOCUMENTS = ("dateparser", "docx", "lxml", "pypdfium2", "service.core.reading.reader")
POSTGRESQL = ("alembic", "psycopg", "sqlalchemy.dialects.postgresql")
SLACK = ("service.operations.alerts", "service.channels.slack", "slack_sdk")
SERVICE = ("apscheduler", "fastapi", "icalendar", "prometheus_client", "starlette", "uvicorn")
OURS = ("service.web",)

Loaded = Callable[..., set[str]]


def _modules(importtime: str) -> set[str]:
    return {line.rpartition("|")[2].strip() for line in importtime.splitlines()}


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    """The modules that a command loads, once there is a database."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "HORIZON_DATABASE_URL": f"sqlite:///{tmp_path}/horizon.db",
    }

    def run(*arguments: str) -> set[str]:
        ran = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "service", *arguments],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return _modules(ran.stderr)

    assert "alembic" in run("list")  # it makes the database
    return run


@pytest.mark.parametrize("arguments", [("list",), ("list", "--kind", "launch", "--format", "json")])
def test_listing_loads_nothing_of_the_service_of_slack_or_of_documents(
    loaded: Loaded, arguments: tuple[str, ...]
) -> None:
    found = loaded(*arguments)
    assert "service.store.listing" in found
    unwanted = (*DOCUMENTS, *POSTGRESQL, *SLACK, *SERVICE, *OURS)
    assert found.isdisjoint(unwanted), found & {*unwanted}


def test_a_list_of_texts_needs_no_conversion(loaded: Loaded) -> None:
    """Typer has Pydantic for that."""
    assert "pydantic" not in loaded("list", "--kind", "launch", "-q", "办法")


def test_help_loads_typer_and_little_else(loaded: Loaded) -> None:
    for arguments in (("--help",), ("list", "--help")):
        found = loaded(*arguments)
        assert found.isdisjoint(
            {"importlib.metadata", "pydantic", "rich", "ruamel.yaml", "service.store", "sqlalchemy"}
        )


def test_what_is_given_is_converted_all_the_same(loaded: Loaded, tmp_path: Path) -> None:
    assert "csv" in loaded("list", "--format", "csv")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        loaded("list", "--format", "pdf")
    assert "pdf" in refused.value.stderr.splitlines()[-1]
    assert refused.value.returncode == 2


def test_serving_loads_what_reads_documents_once_there_is_one(
    loaded: Loaded, tmp_path: Path
) -> None:
    """And no driver for another database, no Socket Mode without its token."""
    program = "import sys; from service.cli import run; code = run(sys.argv[1:]);" + (
        "print(*sys.modules, sep='\\n', file=open('modules', 'w')); sys.exit(code)"
    )
    process = Process(tmp_path, f"sqlite:///{tmp_path}/horizon.db", program=program)
    assert process.get("/").status_code == 200
    assert process.get("/feeds/all.ics").status_code == 404
    assert process.stop() == 0
    found = set((tmp_path / "modules").read_text("utf-8").split())
    assert "service.web.server" in found
    unwanted = {*DOCUMENTS, "psycopg", "sqlalchemy.dialects.postgresql", "slack_sdk.socket_mode"}
    assert found.isdisjoint(unwanted), found & unwanted
