"""The labelled passages of others, which are held as addresses and places and rebuilt from clones."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scripts.passages import main, pieces, whole

MANIFESTS = sorted((Path(__file__).parent / "data/passages").glob("*.jsonl"))
PAGE = "# 云杉论坛\r\n\r\n报名截止：2027年1月8日\r\n另行通知。\r\n"
TEXT = "# 云杉论坛\n\n报名截止：2027年1月8日"


def clone(folder: Path, page: str) -> str:
    """A repository with one page; returns its commit."""
    repository = folder / "someone+pages"
    repository.mkdir(parents=True)
    (repository / "page.md").write_bytes(page.encode())

    def git(*words: str) -> str:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "core.autocrlf=false")
        ran = subprocess.run(
            ["git", *who, *words], cwd=repository, capture_output=True, text=True, check=True
        )
        return ran.stdout.strip()

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "One page")
    return git("rev-parse", "HEAD")


def lot(folder: Path, commit: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": "a", "source": f"github:someone/pages@{commit}:page.md", "ref_date": "2026-12-01",
        "timezone": "Asia/Shanghai", "text": TEXT,
        "events": [{"when": ["2027-01-08"], "title": ["云杉论坛：报名截止"], "title_contains": ["云杉", "报名|截稿"]}],
    }  # fmt: skip
    (folder / "lot.jsonl").write_text(json.dumps(item, ensure_ascii=False) + "\n", "utf-8")
    return item


def test_a_lot_comes_back_from_its_manifest_and_a_clone(tmp_path: Path) -> None:
    item = lot(tmp_path, clone(tmp_path / "clones", PAGE))
    where = ["--clones", str(tmp_path / "clones"), "--out"]
    assert main(["index", str(tmp_path / "lot.jsonl"), *where, str(tmp_path / "held")]) == 0
    held = (tmp_path / "held/lot.jsonl").read_text("utf-8")
    assert "云杉" not in held
    assert "2027年1月8日" not in held
    again = ["rebuild", str(tmp_path / "held/lot.jsonl"), *where, str(tmp_path / "rebuilt")]
    assert main(again) == 0
    assert json.loads((tmp_path / "rebuilt/lot.jsonl").read_text("utf-8")) == item


def test_a_passage_without_its_file_is_named_and_left_out(tmp_path: Path, capsys: Any) -> None:
    commit = clone(tmp_path / "clones", PAGE)
    lot(tmp_path, commit)
    where = ["--clones", str(tmp_path / "clones"), "--out", str(tmp_path / "held")]
    main(["index", str(tmp_path / "lot.jsonl"), *where])
    lot(tmp_path, "0" * 40)
    assert main(["index", str(tmp_path / "lot.jsonl"), *where]) == 1
    assert (tmp_path / "held/lot.jsonl").read_text("utf-8") == ""
    assert "lot.jsonl: a: no such file: github:someone/pages@0000000" in capsys.readouterr().err


@given(st.text("云杉论坛报名 ab：|"), st.text("云杉论坛报名 ab：|"))
def test_the_pieces_of_a_title_make_the_title(title: str, passage: str) -> None:
    assert whole(pieces(title, passage), passage) == title


def test_what_is_held_has_addresses_and_places_but_no_passage() -> None:
    assert len(MANIFESTS) == 15
    for path in MANIFESTS:
        for line in path.read_text("utf-8").split("\n")[:-1]:
            held = json.loads(line)
            assert "text" not in held
            assert held["source"].startswith("github:")
            assert held["at"][0] < held["at"][1]
            assert len(held["sha256"]) == 64
