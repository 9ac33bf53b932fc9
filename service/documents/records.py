"""Tables that stand in plain text as CSV or as a YAML list of records: their rows as those of Markdown.

Each row stays on the line where it began; the other lines of a record are fillers. What is no table stays as
it stands: a header that names columns, rows of its length and a column of dates are what tells one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from service.core.reading import columns
from service.core.text.characters import plain

FILLER = "\ue002"  # a line of a table that holds none of its rows
_LONGEST, _MOST_KEYS = 2000, 40  # characters of a line, keys of a record
_FIRST = re.compile(
    r"(?P<indent> *)- (?P<key>[A-Za-z\u3400-\u9fff][\w -]{0,30}):(?: (?P<value>.*))?$"
)
_KEY = re.compile(r"(?P<indent> *)(?P<key>[A-Za-z\u3400-\u9fff][\w -]{0,30}):(?: (?P<value>.*))?$")
_QUOTED = re.compile(r"(?P<mark>['\"])(?P<text>.*?)(?P=mark)\s*(?:#.*)?$")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAMES = frozenset(
    ("name", "title", "event", "conference", "subject", "topic", "summary", "what", "talk")
)


def as_rows(text: str) -> str:
    """The text with the rows of such tables as `| … | … |`, line for line."""
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        end = place + 1
        for read in (_records, _comma_separated):
            rows, behind = read(lines, place)
            if rows:
                lines[place:behind] = _written(rows, behind - place)
            if (
                behind > place
            ):  # also what only looked like one is not looked at again from its next line
                end = behind
                break
        place = end
    return "\n".join(lines)


Row = tuple[int, Sequence[str]]  # how many lines below the first it begins, and its cells


def _written(rows: Sequence[Row], length: int) -> list[str]:
    """The rows on their lines, the others filled."""
    found = [FILLER] * length
    for offset, cells in rows:
        found[offset] = "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
    return found


def _dated(rows: Sequence[Sequence[str]]) -> bool:
    """Whether one of the columns holds a date in half of its rows."""
    width = max(map(len, rows), default=0)
    return any(
        2 * sum(column < len(row) and columns.only_date(row[column]) for row in rows) >= len(rows)
        for column in range(width)
    )


# ---- comma-separated values ----


def _comma_separated(lines: Sequence[str], place: int) -> tuple[list[Row], int]:
    header = _cells(lines[place])
    if len(header) < 2 or not columns.is_header(header):
        return [], place
    end = place + 1
    rows = []
    while end < len(lines) and len(cells := _cells(lines[end])) == len(header):
        rows.append(cells)
        end += 1
    if not rows or not _dated(rows):
        return [], end
    return list(enumerate([header, *rows])), end


def _cells(line: str) -> list[str]:
    if "," not in line or len(line) > _LONGEST or line.lstrip().startswith(("|", "#", "-", ">")):
        return []
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True))]
    except csv.Error:
        return []


# ---- records ----


def _records(lines: Sequence[str], place: int) -> tuple[list[Row], int]:
    """A list of `- key: value` with further keys below, from its first line on."""
    first = _FIRST.match(lines[place][:_LONGEST])
    if first is None:
        return [], place
    found: list[tuple[int, dict[str, str]]] = []
    end = place
    for offset, record, behind in _each(lines, place, len(first["indent"])):
        found.append((offset - place, record))
        end = behind
    keys = list(dict.fromkeys(key for _, record in found for key in record))[:_MOST_KEYS]
    rows = [[record.get(key, "") for key in keys] for _, record in found]
    if len(keys) < 2 or not _NAMES & set(keys) or not _dated(rows):
        return [], end
    while end > place + 1 and not lines[end - 1].strip():
        end -= 1
    # The header stands where the first record does, and that one on the line of its second key.
    offsets = [offset for offset, _ in found]
    offsets[0] = 1
    table = [(0, keys)]
    return [*table, *zip(offsets, rows, strict=True)], end


def _each(
    lines: Sequence[str], place: int, indent: int
) -> Iterator[tuple[int, dict[str, str], int]]:
    """Each record: where it begins, what it says, and the line behind it."""
    while place < len(lines):
        first = _FIRST.match(lines[place][:_LONGEST])
        if first is None or len(first["indent"]) != indent:
            return
        start, record = place, {_words(first["key"]): _value(first["value"])}
        place += 1
        while place < len(lines):
            line = lines[place][:_LONGEST]
            bare = line.strip()
            key = _KEY.match(line)
            deep = len(line) - len(line.lstrip(" "))
            if bare and deep <= indent:
                break
            if key and deep == indent + 2:
                record.setdefault(_words(key["key"]), _value(key["value"]))
            place += 1
        if len(record) < 2:
            return
        yield start, record, place


def _words(key: str) -> str:
    """start date, of start_date and startDate alike."""
    return _HUMP.sub(" ", key).replace("_", " ").lower().strip()


def _value(value: str | None) -> str:
    """A plain or quoted scalar; "" for what goes on below (a block, a list, an anchor)."""
    bare = (value or "").strip()
    if quoted := _QUOTED.match(bare):
        return quoted["text"]
    bare = bare.partition(" #")[0].strip()
    return "" if plain(bare)[:1] in ("|", ">", "&", "*", "[", "{") else bare
