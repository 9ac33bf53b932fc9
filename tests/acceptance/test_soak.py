"""The soak of `make soak` in seconds, and that its verdict would notice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance import soak
from tests.acceptance.soak import MB, Plan, Result, Sample, faults


@pytest.mark.slow
def test_under_mixed_load_every_answer_is_as_expected(database_url: str, tmp_path: Path) -> None:
    result = soak.run(Plan(seconds=20), database_url, tmp_path)
    assert list(faults(result)) == []
    assert {kind for kind, _ in result.answers} == {"feed", "page", "read", "write", "document"}
    assert result.answers["feed", 304] > 0
    assert result.messages > 0
    assert len(result.samples) > 20


def whole(memory: Callable[[float], float], handles: Callable[[float], float]) -> Result:
    samples = [
        Sample(at, int(memory(at)), int(handles(at)), 10) for at in map(float, range(0, 900, 5))
    ]
    return Result(samples=samples)


def steady(at: float) -> float:
    return 100 * MB


def few(at: float) -> float:
    return 20


@pytest.mark.parametrize(
    ("result", "found"),
    [
        (whole(steady, few), ""),
        (whole(lambda at: (40 + min(at, 120)) * MB, few), ""),  # it warms up, and that is all
        (whole(lambda at: (100 + 90 * (at > 400 and at < 420)) * MB, few), ""),  # a peak
        (whole(lambda at: (100 + at / 20) * MB, few), "memory grew from"),
        (whole(steady, lambda at: 20 + at / 30), "open files grew from"),
    ],
)
def test_it_tells_what_grows_from_what_warms_up(result: Result, found: str) -> None:
    assert "".join(faults(result))[: len(found) or None] == found


def test_it_tells_of_every_answer_that_should_not_have_been() -> None:
    result = whole(steady, few)
    result.answers.update({("page", 200): 5, ("write", 503): 2})
    result.odd.append("GET /: 404")
    result.doubled.append("change/changes/one/1")
    assert list(faults(result)) == [
        "write: 2 answers of 503",
        "not expected: GET /: 404",
        "an alert came twice: change/changes/one/1",
    ]
