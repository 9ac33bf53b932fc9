"""Tables whose columns were not recognised: what they seem to hold, and the table with the columns that a
person says."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

from service.core.reading.columns import Role, is_header, roles
from service.core.reading.document import Document
from service.errors import InvalidInput, Problem
from service.sentences import Sentence

# What a column can be said to hold, and the word of a header that the reader knows it by.
ROLES: dict[str, str] = {
    "when": "日期",
    "end": "结束日期",
    "title": "事件",
    "location": "地点",
    "importance": "重要性",
}
_START = "开始日期"  # of a date that has an end in a column of its own
_SEEMS = {
    Role.DATE: "when",
    Role.START: "when",
    Role.END: "end",
    Role.NAME: "title",
    Role.WHO: "title",
    Role.OTHER: "title",
    Role.PLACE: "location",
    Role.IMPORTANCE: "importance",
}
_LOOKED_AT = 50
Rows = tuple[tuple[str, ...], ...]


def unrecognised(document: Document, announced: int) -> Rows:
    """The rows of a table of which no row names the columns, or in which nothing was found; () for one
    that was understood, and for what is no table."""
    rows = tuple(line.cells for line in document.lines if line.cells)
    if len(rows) * 2 <= len(document.lines) or (announced and any(map(is_header, rows[:3]))):
        return ()
    return rows


def seems(rows: Sequence[Sequence[str]]) -> list[str]:
    """What each column seems to hold, each of ROLES once at most; "" for none of them."""
    found: list[str] = []
    for role in roles((), [list(row) for row in rows[:_LOOKED_AT]]):
        name = _SEEMS.get(role, "")
        found.append("" if name in found else name)
    return found


def write(rows: Sequence[Sequence[str]]) -> str:
    """The rows as CSV."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def assigned(text: str, columns: Mapping[int, str], headed: bool) -> str:
    """The table that write() wrote with a header that says what its columns hold, and with no others;
    `headed`: its first row is a header, in place of which that stands. Raises InvalidInput."""
    said = {number: name for number, name in columns.items() if name}
    problems = [
        Problem(
            f"/column/{number}",
            Sentence("not_one_of", word=name[:40], known=", ".join(ROLES), near=""),
        )
        for number, name in said.items()
        if name not in ROLES
    ]
    names = list(said.values())
    if "when" not in names or "title" not in names:
        problems.append(Problem("/column", Sentence("columns_unsaid")))
    if len(set(names)) < len(names):
        problems.append(Problem("/column", Sentence("columns_alike")))
    if problems:
        raise InvalidInput(problems)
    words = {**ROLES, "when": _START} if "end" in names else ROLES
    rows = list(csv.reader(StringIO(text)))[1 if headed else 0 :]
    picked = [[row[n] if n < len(row) else "" for n in said] for row in rows]
    return write([[words[name] for name in names], *picked])
