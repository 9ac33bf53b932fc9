"""Prompts of a corpus as files, and answers beside them scored, so that any model can be judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import model_reading as judging
from scripts import score_dates as scorer
from service.core.model import prompt

DATA = Path(__file__).parent / "data" / "dates"
LOT = [
    {"id": "a", "ref_date": "2026-04-27", "timezone": "Asia/Shanghai", "text": "5月11日-12日：蓝湾人工智能大会",
     "events": [{"title_contains": ["蓝湾人工智能大会"], "when": ["2026-05-11/2026-05-12"], "kind": []}]},
    {"id": "b", "ref_date": "2026-04-27", "timezone": "Asia/Shanghai",
     "text": "云岭大会\n\n6月9日\n\n会场 16:40 开门，名额有限",
     "events": [{"title_contains": ["云岭大会"], "when": ["2026-06-09T16:40+08:00"], "kind": []}]},
    {"id": "c", "ref_date": "2026-04-27", "timezone": "Asia/Shanghai", "text": "去年5月发布了年报", "events": []},
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lot = tmp_path / "lot.jsonl"
    lot.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in LOT), "utf-8")
    assert judging.main(["prompts", str(lot), "--out", str(tmp_path / "asked")]) == 0
    return tmp_path / "asked"


def scored(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    assert judging.main(["score", str(folder), "--model", "heron-7b", *options]) == 0
    return capsys.readouterr().out


def row(table: str, name: str) -> list[str]:
    """What was told, right, and of the wrong day."""
    (line,) = [line for line in table.split("\n") if line.startswith(name)]
    return line.removeprefix(name).split()[:3]


def test_prompts_are_files_that_hold_all_that_a_model_is_told(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        "a.1.prompt.txt", "b.1.prompt.txt", "corpus.jsonl",
    ]  # fmt: skip
    told = (folder / "a.1.prompt.txt").read_text("utf-8")
    assert told.startswith(prompt.INSTRUCTIONS)
    assert "| ⟦1⟧5月11日-12日：蓝湾人工智能大会" in told


def test_answers_beside_them_are_scored(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {"events": [{"phrases": ["1"], "title": "蓝湾人工智能大会", "kind": "conference"}]}
    (folder / "a.1.answer.txt").write_text(f"```json\n{json.dumps(said)}\n```", "utf-8")
    said = {
        "events": [{"phrases": ["1"], "title": "云岭大会"}, {"phrases": ["9"], "title": "云岭大会"}]
    }
    (folder / "b.1.answer.txt").write_text(json.dumps(said), "utf-8")
    table = scored(folder, capsys)
    assert row(table, "heron-7b") == ["2", "1", "1"]
    assert row(table, "both")[1] == "1"
    assert "1 refused: names a number that was not sent" in table


def test_what_is_missing_or_nonsense_is_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.1.answer.txt").write_text("I see no events.", "utf-8")
    table = scored(folder, capsys)
    assert row(table, "heron-7b") == ["0", "0", "0"]
    assert "1 questions without an answer, 1 that cannot be read" in table


def test_a_folder_without_a_corpus_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judging.main(["score", str(tmp_path)]) == 2
    assert "`prompts` writes it" in capsys.readouterr().err


def test_ids_that_two_lots_share_stay_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(LOT[0]), "utf-8")
    judging.write_prompts([tmp_path / "one.jsonl", tmp_path / "two.jsonl"], tmp_path / "asked")
    ids = [text.id for text in judging.texts(tmp_path / "asked" / judging.CORPUS)]
    assert ids == ["a", "two-a"]


@pytest.mark.parametrize("lot", ["dev", "seventh"])
def test_with_answers_made_from_the_labels_the_score_is_the_grammars_ceiling(
    lot: str, tmp_path: Path
) -> None:
    """Everything that the grammar has read and that stands in the text is found, and nothing else is said."""
    judging.write_prompts([DATA / f"{lot}.jsonl"], tmp_path)
    corpus, found = judging.heard(tmp_path, ceiling=True)
    total = scorer.score([dict(each) for each in corpus], found.model)["total"]
    reachable = sum(
        len(json.loads(said)["events"])
        for text in judging.texts(tmp_path / judging.CORPUS)
        for said in judging.from_labels(text)
    )
    assert total["correct"] == total["predicted"] == reachable
    assert (total["wrong_date"], total["spurious"], found.unread) == (0, 0, 0)
    assert total["recall"] >= 0.95
    assert found.refused == {}


def test_without_answers_the_rules_alone_are_scored_as_always(tmp_path: Path) -> None:
    judging.write_prompts([DATA / "dev.jsonl"], tmp_path)
    corpus, found = judging.heard(tmp_path, ceiling=False)
    assert scorer.score([dict(each) for each in corpus], found.rules)["total"]["f1"] > 0.9
    assert found.unanswered == found.questions > 0
