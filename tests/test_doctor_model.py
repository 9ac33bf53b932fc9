"""What `horizon doctor` says of a language model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.app import build
from service.doctor import Finding, examine
from service.settings import Settings
from tests.conftest import migrated_sqlite
from tests.model.stand_in import KEY, StandIn, running
from tests.web.conftest import NOW


@pytest.fixture
def server() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


def found(tmp_path: Path, **changes: object) -> list[Finding]:
    url = migrated_sqlite(tmp_path / "horizon.db")
    settings = Settings(database_url=url, events_file=tmp_path / "none.yaml", **changes)  # type: ignore[arg-type]
    horizon = build(settings, lambda: NOW)
    try:
        told = [each for each in examine(horizon) if "language model" in each.what]
    finally:
        horizon.close()
    assert KEY not in str(told)
    return told


def test_one_that_answers_is_well(tmp_path: Path, server: StandIn) -> None:
    told = found(tmp_path, llm_url=server.url, llm_model="heron-7b", llm_key=KEY)
    assert told == [
        Finding(True, "language model heron-7b at 127.0.0.1; it is sent what an import asks for")
    ]
    assert len(server.asked) == 1


def test_one_that_does_not_is_wrong_and_says_what_to_do(tmp_path: Path, server: StandIn) -> None:
    server.says("", status=401, raw=KEY.encode())
    (told,) = found(tmp_path, llm_url=server.url, llm_model="heron-7b", llm_key=KEY)
    assert not told.ok
    assert "refuses the key" in told.what
    assert told.do


def test_without_one_nothing_is_said_or_asked(tmp_path: Path, server: StandIn) -> None:
    assert found(tmp_path) == []
    (told,) = found(tmp_path, llm_model="heron-7b")
    assert (told.ok, told.do) == (None, "set HORIZON_LLM_URL, or take the others away")
    assert server.asked == []
