"""Every channel beside Slack under torture, in the small form; `make torture` runs the large one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.core.alerts.deliveries import State
from tests.acceptance.torture_channels import POINTS, Plan, run
from tests.conftest import migrated_sqlite


def workers(database: str) -> int:
    return 3 if database == "postgresql" else 1


@pytest.mark.slow
@pytest.mark.xdist_group("torture")
def test_in_a_storm_of_faults_every_channel_keeps_its_promise(
    database: str, database_url: str
) -> None:
    result = run(database_url, Plan(8, workers(database)))
    print(result)
    assert result.problems() == []
    assert set(result.states) <= {State.SENT, State.FAILED}
    assert len(result.stand_in.faults) >= 10


@pytest.mark.slow
@pytest.mark.xdist_group("torture")
def test_killed_at_every_point_every_channel_keeps_its_promise(
    database: str, database_url: str
) -> None:
    result = run(database_url, Plan(8, workers(database), kills=POINTS * 2))
    print(result)
    assert result.problems() == []
    assert set(result.states) <= {State.SENT, State.FAILED}
    assert set(result.killed) == set(POINTS)


@pytest.mark.slow
@pytest.mark.xdist_group("torture")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("repeats digests", "the digest"),
        ("gives up", "was lost|came 0 times"),
        ("another key each time", "came 2 times"),
    ],
)
def test_the_same_storm_convicts_an_engine_that_keeps_no_promise(
    tmp_path: Path, wrong: str, said: str
) -> None:
    result = run(migrated_sqlite(tmp_path / "horizon.db"), Plan(8, rate=0.6, wrong=wrong, most=20))
    print(result)
    assert any(re.search(said, problem) for problem in result.problems())
