"""Fit the weights with which core/reading weighs what a text announces, and measure them on whole lots.

    python -m scripts.fit_reading LOT.jsonl… [--out service/core/reading/weights.py]

A lot is JSON lines with `text`, `ref_date`, `timezone` and `events` (`when`: accepted EDTF strings, `title`:
whole titles, `title_contains`: words that any title holds, `optional`). What is fitted is the conditional
log-linear model of core/reading/scoring.py, by its likelihood under an L1 penalty, and a logistic curve from
its number to the share that was right. Told are figures of thirds that were not fitted on. With --out it is
fitted on everything and written down. Needs numpy and scipy, which the service does not.
"""

from __future__ import annotations

import argparse
import json
import re
import textwrap
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from scripts import score_dates as scorer
from service.core.dates.when import When
from service.core.reading import features, laws, markup, scoring
from service.core.reading.blocks import build
from service.core.reading.decision import listed, one_event
from service.core.reading.mentions import Gatherer, in_order, offers
from service.core.reading.vetoes import vetoed
from service.documents.markdown import read_text

FOLDS = 3
L1, L2 = 1.0, 0.1
LEAST_TEXTS = 4  # a feature of fewer texts is left out
LEAST_WEIGHT = 0.05
OF_DATES = 1.0  # the weight of texts that were written for date rules, beside real ones
HEAD = '''"""The weights of scoring.py, fitted by scripts/fit_reading.py: do not edit.

Fitted on {day}, on {texts} texts of these lots:
{lots}.
"""

'''


@dataclass(slots=True)
class Question:
    """A date of a text: what is true of it, of its readings and of its titles, and the right answers."""

    of_date: list[str]
    listed: bool
    dates: list[When]
    whens: list[Any]
    of_reading: list[list[str]]
    titles: list[str]
    of_title: list[list[str]]
    weight: float = 1.0
    gold: list[tuple[list[int], list[int], int]] = field(default_factory=list)
    may_be_none: bool = True


@dataclass(slots=True)
class Text:
    """A text with its questions and labels."""

    lot: str
    third: int  # passages of one page are in one
    labels: list[dict[str, Any]]
    questions: list[Question]
    dates: int


def normal(when: str, zone: str) -> Any:
    try:
        return scorer.normal(when, zone)
    except ValueError:
        return None


def read_lot(path: Path) -> list[Text]:
    found = []
    for line in path.read_text("utf-8").split("\n"):  # JSON lets U+2028 stand in a line
        if not line:
            continue
        item = json.loads(line)
        zone = item.get("timezone") or "Asia/Shanghai"
        today = date.fromisoformat(item["ref_date"])
        lines = read_text(item["text"])[0]
        if laws.read(lines, today, zone) is None:
            found.append(_text(path.stem, item, lines, today, zone))
    return found


def _third(item: dict[str, Any]) -> int:
    page = str(item.get("source") or item.get("id") or item["text"]).partition("#")[0]
    return zlib.crc32(re.sub("@[0-9a-f]+:", ":", page).encode()) % FOLDS


def _text(lot: str, item: dict[str, Any], lines: Any, today: date, zone: str) -> Text:
    blocks = build(markup.read(lines))
    gatherer = Gatherer(blocks, today, zone)
    mentions = [
        one for part in gatherer.parts() for one in gatherer.mentions(*part) if not vetoed(one)
    ]
    in_order(mentions)
    dates, titled = (
        sum(one.phrase is not None for one in mentions),
        offers(one for one in mentions if one.ahead(today)),
    )
    questions = []
    for one in mentions:
        if not one.ahead(today) or not one.subjects():
            continue
        of_date = features.of_date(one, dates, len(blocks))
        questions.append(
            Question(
                of_date,
                listed(one),
                [made.read.when for made in one.completions],
                [normal(made.read.when.text, zone) for made in one.completions],
                [features.of_reading(made, today, one.phrase, of_date) for made in one.completions],
                [each.title for each in one.subjects()],
                [
                    features.of_title(each, one, titled[each.title] - 1, of_date)
                    for each in one.subjects()
                ],
            )
        )
    labels = [
        dict(
            event,
            normal={normal(when, zone) for when in event["when"]},
            plain={scorer.plain(title) for title in event.get("title", [])},
        )
        for event in item["events"]
    ]
    text = Text(lot, _third(item), labels, questions, dates)
    _answers(text)
    return text


# ---- the right answers ----

_UNFIT = frozenset((
    "zh-bad-first", "zh-bad-last", "en-bad-first", "en-bad-last", "zh-verb", "en-verb", "t-date-label",
    "t-label", "t-sentence", "t-comma", "t-url",
))  # fmt: skip


def _answers(text: Text) -> None:
    real = any(label["plain"] for label in text.labels) or not text.lot.startswith(DATE_LOTS)
    for question in text.questions:
        question.weight = 1.0 if real else OF_DATES
    for label in text.labels:
        best: tuple[int, Question] | None = None
        for question in text.questions:
            readings = [i for i, when in enumerate(question.whens) if when in label["normal"]]
            if not readings:
                continue
            titles, worth = _titles(question, label)
            question.gold.append((readings, titles, worth))
            if not label.get("optional") and (best is None or worth > best[0]):
                best = (worth, question)
        if best is not None and best[0] > 0:
            best[1].may_be_none = False
    for question in text.questions:
        top = max((worth for _, _, worth in question.gold), default=0)
        if question.gold and top == 0:
            question.weight *= 0.3
        if top > 0:
            question.gold = [each for each in question.gold if each[2] > 0]


DATE_LOTS = ("dev", "first", "second", "third", "fourth", "fifth", "sixth", "seventh")


def _titles(question: Question, label: dict[str, Any]) -> tuple[list[int], int]:
    """The titles that are right, and how right: 2 whole, 1 near, 0 any."""
    whole = [j for j, title in enumerate(question.titles) if scorer.plain(title) in label["plain"]]
    if whole:
        return whole, 2
    fitting = [j for j, title in enumerate(question.titles) if _fits(title, label)]
    if not fitting:
        return list(range(len(question.titles))), 0
    if label["plain"]:
        near = [
            max(
                SequenceMatcher(None, scorer.plain(question.titles[j]), good).ratio()
                for good in label["plain"]
            )
            for j in fitting
        ]
        return [j for j, ratio in zip(fitting, near, strict=True) if ratio >= max(near) - 0.01], 1
    unfit = [len(_UNFIT & set(question.of_title[j])) for j in fitting]
    fitting = [j for j, count in zip(fitting, unfit, strict=True) if count == min(unfit)]
    return sorted(fitting, key=lambda j: len(question.titles[j]))[:3], 2


def _fits(title: str, label: dict[str, Any]) -> bool:
    return bool(scorer.title_fits(title, label["title_contains"]))


# ---- the model ----


class Model:
    """Weights by name, and how they are fitted."""

    def __init__(self, texts: Sequence[Text]) -> None:
        count: Counter[str] = Counter()
        for text in texts:
            names: set[str] = set()
            for each in text.questions:
                names.update(each.of_date, *each.of_reading, *each.of_title)
            count.update(names)
        self.names = sorted(name for name, n in count.items() if n >= LEAST_TEXTS)
        self.place = {name: i for i, name in enumerate(self.names)}
        self.weights = np.zeros(len(self.names))

    def _matrix(self, rows: Iterable[Sequence[str]]) -> csr_matrix:
        columns: list[int] = []
        ends = [0]
        for row in rows:
            columns += [self.place[name] for name in set(row) if name in self.place]
            ends.append(len(columns))
        return csr_matrix(
            (np.ones(len(columns)), columns, ends), shape=(len(ends) - 1, len(self.names))
        )

    def fit(self, texts: Sequence[Text]) -> None:
        questions = [each for text in texts for each in text.questions]
        of_date = self._matrix(each.of_date for each in questions)
        of_reading = self._matrix(row for each in questions for row in each.of_reading)
        of_title = self._matrix(row for each in questions for row in each.of_title)
        shape = _Shape(questions)

        def loss(weights: Any) -> tuple[float, Any]:
            value, by_date, by_reading, by_title = shape.loss(
                of_date @ weights, of_reading @ weights, of_title @ weights
            )
            smooth = np.sqrt(weights * weights + 1e-3)
            value += L2 * (weights * weights).sum() / 2 + L1 * smooth.sum()
            slope = of_date.T @ by_date + of_reading.T @ by_reading + of_title.T @ by_title
            return value, slope + L2 * weights + L1 * weights / smooth

        found = minimize(loss, self.weights, jac=True, method="L-BFGS-B", options={"maxiter": 300})
        self.weights = np.where(abs(found.x) >= LEAST_WEIGHT, found.x, 0.0)

    def total(self, names: Iterable[str]) -> float:
        return float(
            sum(self.weights[self.place[name]] for name in set(names) if name in self.place)
        )

    def written(self) -> dict[str, float]:
        return {
            name: round(float(weight), 3)
            for name, weight in zip(self.names, self.weights, strict=True)
            if weight
        }


class _Shape:
    """Which rows of the matrices belong to which question, and which are right."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.n = len(questions)
        readings = np.array([len(each.whens) for each in questions])
        titles = np.array([len(each.titles) for each in questions])
        self.of_reading = np.repeat(np.arange(self.n), readings)
        self.of_title = np.repeat(np.arange(self.n), titles)
        first_reading = np.concatenate([[0], np.cumsum(readings)])
        first_title = np.concatenate([[0], np.cumsum(titles)])
        owner: list[int] = []
        right_readings: list[tuple[int, int]] = []
        right_titles: list[tuple[int, int]] = []
        for number, each in enumerate(questions):
            for some_readings, some_titles, _ in each.gold:
                right_readings += [(first_reading[number] + i, len(owner)) for i in some_readings]
                right_titles += [(first_title[number] + j, len(owner)) for j in some_titles]
                owner.append(number)
        self.owner = np.array(owner, dtype=int)
        self.reading, self.reading_of = (
            np.array(side, dtype=int) for side in zip(*right_readings, strict=True)
        )
        self.title, self.title_of = (
            np.array(side, dtype=int) for side in zip(*right_titles, strict=True)
        )
        self.none = np.array([1.0 if each.may_be_none else 0.0 for each in questions])
        self.weight = np.array([each.weight for each in questions])

    def loss(self, dates: Any, readings: Any, titles: Any) -> tuple[float, Any, Any, Any]:
        """Less the log of the chance of the right answers; and its slope by each score."""
        date_, reading, title = (
            np.exp(np.clip(each, -30, 30)) for each in (dates, readings, titles)
        )
        all_readings = np.bincount(self.of_reading, reading, self.n)
        all_titles = np.bincount(self.of_title, title, self.n)
        mass = date_ * all_readings * all_titles
        groups = len(self.owner)
        right_reading = np.bincount(self.reading_of, reading[self.reading], groups)
        right_title = np.bincount(self.title_of, title[self.title], groups)
        right = date_[self.owner] * right_reading * right_title
        good = np.bincount(self.owner, right, self.n) + self.none + 1e-9
        value = (self.weight * (np.log1p(mass) - np.log(good))).sum()
        by_date = self.weight * (mass / (1 + mass) - (good - self.none - 1e-9) / good)
        slope = self.weight * date_ / (1 + mass)
        by_reading = (slope * all_titles)[self.of_reading] * reading
        by_title = (slope * all_readings)[self.of_title] * title
        by_group = -(self.weight / good)[self.owner] * date_[self.owner]
        np.add.at(
            by_reading,
            self.reading,
            (by_group * right_title)[self.reading_of] * reading[self.reading],
        )
        np.add.at(
            by_title, self.title, (by_group * right_reading)[self.title_of] * title[self.title]
        )
        return value, by_date, by_reading, by_title


# ---- what comes of it ----


@dataclass(frozen=True, slots=True)
class Report:
    """One date as it would be told."""

    title: str
    when: Any
    date: When
    listed: bool
    chance: float
    evidence: scoring.Evidence


def reports(model: Model, text: Text) -> list[Report]:
    found = []
    for each in text.questions:
        readings = [model.total(row) for row in each.of_reading]
        titles = [model.total(row) for row in each.of_title]
        i, j = readings.index(max(readings)), titles.index(max(titles))
        evidence = scoring.evidence(
            each.of_date,
            readings,
            titles,
            each.titles,
            each.of_title[j],
            text.dates,
            model.total(each.of_date),
        )
        if evidence.chance >= 0.5 and each.whens[i] is not None:
            found.append(
                Report(
                    each.titles[j],
                    each.whens[i],
                    each.dates[i],
                    each.listed,
                    evidence.chance,
                    evidence,
                )
            )
    kept: list[Report] = []
    for one in sorted(found, key=lambda each: -each.chance):
        twin = next(
            (
                old
                for old in kept
                if one_event(old.title, old.date, one.title, one.date, one.listed and old.listed)
            ),
            None,
        )
        if twin is None:
            kept.append(one)
        elif one.date.timed and not twin.date.timed:
            kept[kept.index(twin)] = replace(twin, when=one.when, date=one.date)
    return kept


def judged(text: Text, told: Sequence[Report]) -> tuple[Counter[str], list[tuple[Report, bool]]]:
    """Counts, and each report that counts with whether date and title are right."""
    count: Counter[str] = Counter(texts=1)
    count["expected"] = sum(not label.get("optional") for label in text.labels)
    if not text.labels:
        count["silent"], count["clean"] = 1, int(not told)
    taken: set[int] = set()
    verdicts = []
    for one in told:
        named = [
            j for j, label in enumerate(text.labels) if j not in taken and _fits(one.title, label)
        ]
        dated = [j for j in named if one.when in text.labels[j]["normal"]]
        whole = [j for j in dated if scorer.plain(one.title) in text.labels[j]["plain"]]
        j = (whole or dated or named or [None])[0]
        if j is not None:
            taken.add(j)
        if j is not None and dated and text.labels[j].get("optional"):
            continue
        count["right" if dated else "wrong" if named else "extra"] += 1
        count["whole"] += bool(whole)
        verdicts.append((one, bool(dated)))
    return count, verdicts


def line(name: str, count: Counter[str]) -> str:
    told = count["right"] + count["wrong"] + count["extra"]
    precision, recall = count["right"] / max(told, 1), count["right"] / max(count["expected"], 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    wrong = count["wrong"] / max(count["right"] + count["wrong"], 1)
    return (
        f"{name:14} texts {count['texts']:5} expected {count['expected']:5} right {count['right']:5}"
        f" whole {count['whole']:5} wrong {count['wrong']:4} extra {count['extra']:4}"
        f" clean {count['clean']}/{count['silent']} F1 {f1:.3f} wrong {wrong:.3f}"
    )


def curve(verdicts: Sequence[tuple[Report, bool]]) -> Any:
    """The logistic curve of scoring.py, fitted to what was right."""
    x = np.array([scoring.inputs(one.evidence) for one, _ in verdicts])
    y = np.array([right for _, right in verdicts], dtype=float)

    def loss(weights: Any) -> tuple[float, Any]:
        z = np.clip(x @ weights, -30, 30)
        p = 1 / (1 + np.exp(-z))
        return float((np.logaddexp(0, z) - y * z).sum() + 0.05 * (weights**2).sum()), x.T @ (
            p - y
        ) + 0.1 * weights

    return minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x


def auc(numbers: Any, right: Any) -> float:
    good, bad = numbers[right], numbers[~right]
    if not len(good) or not len(bad):
        return 0.5
    return float((good[:, None] > bad[None]).mean() + (good[:, None] == bad[None]).mean() / 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lots", nargs="+", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--day", default="", help="when it was fitted, for the head of the file")
    options = parser.parse_args()
    lots = {path.stem: read_lot(path) for path in options.lots}
    real = [name for name in lots if not name.startswith(DATE_LOTS)]
    told: dict[str, list[tuple[Text, list[Report]]]] = {name: [] for name in real}
    for fold in range(FOLDS):
        model = Model([text for texts in lots.values() for text in texts])
        model.fit([
            text
            for name, texts in lots.items()
            for text in texts
            if name not in real or text.third != fold
        ])  # fmt: skip
        for name in real:
            told[name] += [
                (text, reports(model, text)) for text in lots[name] if text.third == fold
            ]
    verdicts: list[tuple[Report, bool]] = []
    for name in real:
        total: Counter[str] = Counter()
        for text, found in told[name]:
            count, some = judged(text, found)
            total += count
            verdicts += some
        print(line(name, total))
    bend = curve(verdicts)
    numbers = np.array([scoring.calibrated(one.evidence, bend) for one, _ in verdicts])
    right = np.array([each for _, each in verdicts])
    sure = numbers >= 0.9
    print(
        f"confidence: AUC {auc(numbers, right):.3f}; at 0.9 and more {sure.sum()} of {len(right)},"
        f" right {right[sure].mean() if sure.any() else 0:.3f},"
        f" holding {right[sure].sum() / max(right.sum(), 1):.3f}"
    )
    if options.out:
        model = Model([text for texts in lots.values() for text in texts])
        model.fit([text for texts in lots.values() for text in texts])
        _write(options.out, model, bend, lots, options.day)


def _write(path: Path, model: Model, bend: Any, lots: dict[str, list[Text]], day: str) -> None:
    texts = sum(map(len, lots.values()))
    named = textwrap.fill(", ".join(sorted(lots)), 100, break_on_hyphens=False)
    head = HEAD.format(day=day, texts=texts, lots=named)
    weights = model.written()
    rows = "".join(
        f"    {json.dumps(name, ensure_ascii=False)}: {weight},\n"
        for name, weight in weights.items()
    )
    curve_ = ", ".join(f"{each:.3f}" for each in bend)
    path.write_text(
        f"{head}WEIGHTS: dict[str, float] = {{\n{rows}}}\n\n"
        f"# The curve of scoring.py, calibrated.\nCALIBRATION: tuple[float, ...] = ({curve_})\n",
        encoding="utf-8",
    )
    print(f"{len(weights)} weights written to {path}")


if __name__ == "__main__":
    main()
