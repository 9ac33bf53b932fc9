"""A name says what a thing is: whoever searches for a class finds one."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]

# Of reading, the grammar and the checks of values; nothing is added to them.
NOT_YET_TOLD_APART = {
    "Kind": {
        "service/core/dates/phrases/tokens.py",
        "service/core/events/kinds.py",
        "service/core/reading/blocks.py",
    },
    "Reading": {"service/core/reading/reader.py", "service/store/reading.py"},
    "Role": {"service/core/reading/columns.py", "service/core/reading/cues.py"},
    "Said": {"service/core/dates/phrases/tokens.py", "service/core/reading/then.py"},
    "_Clause": {
        "service/core/reading/laws/chinese.py",
        "service/core/reading/laws/english.py",
        "service/core/reading/subjects.py",
    },
    "_Reading": {"service/core/reading/laws/chinese.py", "service/core/reading/laws/english.py"},
    "_Unfit": {"service/core/events/fields.py", "service/core/events/filters.py"},
}


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "service").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(path.relative_to(ROOT).as_posix())
    assert len(places) > 300
    twice = {name: files for name, files in places.items() if len(files) > 1}
    assert {name: set(files) for name, files in twice.items()} == NOT_YET_TOLD_APART
    assert all(len(files) == len(set(files)) for files in twice.values())
