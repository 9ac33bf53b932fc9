"""A date that was seen and not taken, made a proposal by a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from service.core.events.event import Source
from service.core.imports.picked import picked
from service.core.imports.proposals import Candidate
from service.errors import InvalidInput
from service.operations.catalogue import shipped

DAY = date(2026, 5, 8)


def made(seen: dict[str, Any], **said: str) -> Candidate:
    source = Source(title="云岭通讯", sha256="ab" * 32)
    return picked({"page": 2, "line": 4, **seen}, said, source, DAY, "Asia/Shanghai", shipped())


def test_its_title_is_what_stands_around_the_date() -> None:
    seen = {"text": "4月2日", "when": "2026-04-02", "excerpt": "4月2日，公司年会在合肥"}
    found = made(seen)
    assert (found.details.title, found.details.when.text) == ("公司年会在合肥", "2026-04-02")
    source = found.details.source
    assert source is not None
    assert (source.title, source.page, source.line) == ("云岭通讯", 2, 4)
    assert source.excerpt == "4月2日，公司年会在合肥"
    assert found.confidence < 0.9  # it was left out for a reason


def test_a_person_may_say_title_and_date() -> None:
    seen = {"text": "下月初", "when": None, "excerpt": "下月初开会"}
    found = made(seen, title="云岭年会", when="6月2日")
    assert (found.details.title, found.details.when.text) == ("云岭年会", "2026-06-02")


@pytest.mark.parametrize("said", [{}, {"when": "soon"}])
def test_one_that_could_not_be_read_needs_its_date(said: dict[str, str]) -> None:
    with pytest.raises(InvalidInput) as told:
        made({"text": "下月初", "when": None, "excerpt": "下月初开会"}, **said)
    assert [problem.pointer for problem in told.value.problems] == ["/when"]
