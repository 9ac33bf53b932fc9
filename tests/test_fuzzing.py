"""What fuzzing once found, and what was made to hurt: read without a fault ever since."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest

from tests import fuzzing
from tests.fuzzing import KEPT, SUBJECTS, Broken

DATES = sorted((KEPT / "dates").iterdir())
DOCUMENTS = sorted((KEPT / "documents").iterdir())


@pytest.mark.parametrize("path", DATES, ids=lambda path: path.stem)
def test_a_text_that_was_found_is_read(path: Path) -> None:
    fuzzing.check_text(path.read_text("utf-8"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_that_was_found_is_read(path: Path) -> None:
    fuzzing.check_document(path.read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize(("subject", "count"), [("dates", 400), ("documents", 30)])
def test_a_few_new_inputs_are_read(subject: str, count: int) -> None:
    make, check, _ = SUBJECTS[subject]
    for data in islice(make(random.Random(20260427)), count):
        assert fuzzing.fault(check, data) is None


def test_a_finding_is_made_short_and_says_where() -> None:
    def check(data: bytes) -> None:
        if b"x" in data:
            raise Broken("an x")

    found = fuzzing.fault(check, b"abcxdef" * 20)
    assert found is not None
    assert found.startswith("Broken at test_fuzzing.py:")
    assert fuzzing.shortened(check, b"abcxdef" * 20, found) == b"x"


@pytest.mark.slow
def test_an_input_that_ends_the_reader_is_known_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzzing, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(fuzzing, "ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/__init__.py").touch()
    (tmp_path / "tests/fuzzing.py").write_text(
        "import os, pathlib, sys\n"
        "pathlib.Path(sys.argv[-1]).write_bytes(b'the last one')\n"
        "os._exit(7)\n"
    )
    tried, found = fuzzing.run("dates", 1, 2, tmp_path)
    assert tried == 0
    assert found[0] == "dates: it ends the process (7)"
    (kept,) = (tmp_path / "kept/dates").iterdir()
    assert kept.read_bytes() == b"the last one"
