"""Tables whose columns nothing names, and what a person says they are."""

from __future__ import annotations

import pytest

from service.core.imports import tables
from service.core.reading.document import Document
from service.documents.sheets import read_csv
from service.errors import InvalidInput

BARE = "K1,2026-06-09,云岭大会,合肥\nK2,2026-06-10,青禾大会,苏州\n"
HEADED = "日期,事件,地点\n2026-06-09,云岭大会,合肥\n"
FOREIGN = "Termin,Veranstaltung\n2026-06-09,Cloud Summit\n"


def unrecognised(text: str, announced: int = 2) -> tables.Rows:
    return tables.unrecognised(Document(read_csv(text), "ab" * 32, "text/csv"), announced)


def test_a_table_with_a_header_needs_nobody() -> None:
    assert unrecognised(HEADED) == ()
    assert len(unrecognised(HEADED, announced=0)) == 2  # but for one in which nothing was found
    assert len(unrecognised(BARE)) == 2
    assert len(unrecognised(FOREIGN)) == 2


def test_what_the_columns_seem_to_hold_is_proposed_once_each() -> None:
    seems = tables.seems(unrecognised(BARE))
    assert seems[1] == "when"
    assert "title" in seems
    assert len([name for name in seems if name]) == len({name for name in seems if name})


def test_the_columns_that_are_said_are_the_table() -> None:
    text = tables.write(unrecognised(BARE))
    assert tables.assigned(text, {0: "", 1: "when", 2: "title", 3: "location"}, headed=False) == (
        "日期,事件,地点\n2026-06-09,云岭大会,合肥\n2026-06-10,青禾大会,苏州\n"
    )
    text = tables.write(unrecognised(FOREIGN))
    assert tables.assigned(text, {0: "when", 1: "title"}, headed=True) == (
        "日期,事件\n2026-06-09,Cloud Summit\n"
    )
    ends = tables.assigned("2026-06-09,2026-06-10,x\n1\n", {0: "when", 1: "end", 2: "title"}, False)
    assert ends == "开始日期,结束日期,事件\n2026-06-09,2026-06-10,x\n1,,\n"


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({0: "title"}, "say which column has the date"),
        ({0: "when", 1: "title", 2: "title"}, "two columns cannot hold the same"),
        ({0: "when", 1: "title", 2: "colour"}, "'colour' is not one of when, end, title"),
    ],
)
def test_columns_that_cannot_be_are_told(columns: dict[int, str], told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        tables.assigned(BARE, columns, headed=False)
    assert told in " ".join(problem.detail for problem in refused.value.problems)
