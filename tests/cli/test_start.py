"""What a command waits for before it does anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.process import ROOT

# What takes long to import, and is for the service, for Slack or for documents.
NOT_WANTED = (
    "alembic",
    "apscheduler",
    "dateparser",
    "fastapi",
    "icalendar",
    "prometheus_client",
    "slack_sdk",
    "starlette",
    "uvicorn",
    "service.core.reading.reader",
    "service.operations.alerts",
    "service.channels.slack",
    "service.web",
)


@pytest.mark.slow
def test_listing_loads_nothing_of_the_service_of_slack_or_of_documents(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "HORIZON_DATABASE_URL": f"sqlite:///{tmp_path}/horizon.db",
    }

    def listed(*options: str) -> str:
        ran = subprocess.run(
            [sys.executable, *options, "-m", "service", "list", "--format", "json"],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return ran.stderr

    listed()  # the first one makes the database, for which it needs Alembic
    loaded = {line.rpartition("|")[2].strip() for line in listed("-X", "importtime").splitlines()}
    assert "service.store.listing" in loaded
    assert [name for name in NOT_WANTED if name in loaded] == []
