"""The labelled texts: what is promised of them, and that no rule serves one corpus only."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts.score_dates import score
from service.core.reading.document import text_lines
from service.core.reading.reader import announcements

FOLDER = Path(__file__).parents[2] / "data" / "dates"


def read(stem: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{stem}.jsonl").read_text("utf-8").splitlines()]


def scored(corpus: list[dict[str, Any]]) -> dict[str, Any]:
    found = {
        item["id"]: [
            {"title": one.title, "when": one.when.text, "kind": str(one.kind)}
            for one in announcements(
                text_lines(item["text"]), date.fromisoformat(item["ref_date"]), item["timezone"]
            )
        ]
        for item in corpus
    }
    total: dict[str, Any] = score(corpus, found)["total"]
    return total


# As measured on 1 December 2026, less 0.03 of recall and 0.02 more of wrong dates, since the weights are fitted
# anew from time to time and move each corpus a little. Of the last ones more is missed: their texts were made
# of forms that the others lack.
@pytest.mark.parametrize(
    ("stem", "recall", "wrong_dates"),
    [
        ("dev", 0.962, 0.020),
        ("first", 0.858, 0.041),
        ("second", 0.921, 0.026),
        ("third", 0.891, 0.039),
        ("fourth", 0.958, 0.024),
        ("fifth", 0.777, 0.105),
        ("sixth", 0.848, 0.060),
        ("seventh", 0.845, 0.082),
    ],
)
def test_dates_and_titles_are_right(stem: str, recall: float, wrong_dates: float) -> None:
    total = scored(read(stem))
    assert total["recall"] >= recall
    assert total["wrong_date_rate"] <= wrong_dates
    assert total["clean"] >= 0.85 * total["negatives"]
    assert total["spurious"] <= 0.12 * total["expected"]
    assert total["kind_accuracy"] >= 0.91


def test_a_text_reads_the_same_in_traditional_dashes_and_full_width_digits() -> None:
    """The same announcements with the characters that other keyboards give."""
    other = str.maketrans("0123456789-()", "０１２３４５６７８９–（）")
    corpus = [item for item in read("dev") if item["lang"] == "zh" and item["category"] == "list"]
    for item in corpus:
        for label in item["events"]:
            label["title_contains"] = [word.translate(other) for word in label["title_contains"]]
        item["text"] = item["text"].translate(other)
    assert scored(corpus)["recall"] == 1
