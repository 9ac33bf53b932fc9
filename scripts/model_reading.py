"""How well a language model points, judged without wiring: its prompts as files, and its answers scored.

    python -m scripts.model_reading prompts LOT.jsonl… --out FOLDER
    python -m scripts.model_reading score FOLDER [--model NAME] [--ceiling] [--errors]

`prompts` writes of each text of the lots its questions, as the service would ask them: ID.1.prompt.txt and so
on, and the lots themselves as corpus.jsonl. Give each to a model, by whatever means, and write what it says
beside it: ID.1.answer.txt. `score` reads those, as the service would, and scores rules, model and what both
say by scripts/score_dates.py; a question without an answer counts as nothing said, and is counted. --ceiling
scores answers that are made from the labels instead: what is missed then no model can find, since the grammar
has not read it or the text does not hold the title.

What is printed as "both" is the share that was right of what rules and model say alike: what
core/model/agreement.py holds by model, once it stands on 300 of real text.

A lot is JSON lines as those of scripts/fit_reading.py and tests/data/dates.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from scripts import score_dates as scorer
from service.core.events.event import Source
from service.core.imports import match_events
from service.core.imports.proposals import BOTH, Candidate
from service.core.model import answer, joins, prompt
from service.core.model.agreement import together
from service.core.model.joins import PhraseReading
from service.core.model.prompt import Question
from service.core.reading.announcement import Announcement
from service.core.reading.reader import tell
from service.documents.markdown import read_text
from service.operations.catalogue import shipped

CORPUS = "corpus.jsonl"
_NEAR = 12  # phrases between two that are tried as one date


@dataclass(frozen=True)
class Text:
    """A text of a lot, with its labels."""

    item: Mapping[str, Any]

    @property
    def id(self) -> str:
        return re.sub(r"[^\w.-]", "_", str(self.item["id"]))

    @property
    def today(self) -> date:
        return date.fromisoformat(self.item["ref_date"])

    @property
    def zone(self) -> str:
        return str(self.item.get("timezone") or "Asia/Shanghai")

    def parts(self) -> list[Question]:
        return prompt.parts(read_text(self.item["text"])[0], self.today, self.zone)

    def labels(self) -> list[dict[str, Any]]:
        return [dict(each) for each in self.item["events"]]


def texts(path: Path) -> Iterator[Text]:
    for line in path.read_text("utf-8").split("\n"):  # JSON lets U+2028 stand in a line
        if line.strip():
            yield Text(json.loads(line))


# -- prompts


def write_prompts(lots: Sequence[Path], folder: Path) -> int:
    """Writes the questions and the corpus; how many questions there are."""
    folder.mkdir(parents=True, exist_ok=True)
    count, held, ids = 0, [], Counter[str]()
    for lot in lots:
        for text in texts(lot):
            if ids[text.id]:  # two lots may count alike
                text = Text({**text.item, "id": f"{lot.stem}-{text.item['id']}"})
            ids[text.id] += 1
            held.append(json.dumps(text.item, ensure_ascii=False))
            for number, part in enumerate(text.parts(), 1):
                path = folder / f"{text.id}.{number}.prompt.txt"
                path.write_text(f"{prompt.INSTRUCTIONS}\n\n{part.text}\n", "utf-8")
                count += 1
    (folder / CORPUS).write_text("\n".join(held) + "\n", "utf-8")
    return count


# -- answers made from the labels


def from_labels(text: Text) -> list[str]:
    """An answer to each question that says what the labels say, as far as it can be pointed at."""
    left = [label for label in text.labels() if not label.get("optional")]
    answers = []
    for part in text.parts():
        events = []
        for label in list(left):
            event = _pointed(text, part, label)
            if event is not None:
                events.append(event)
                left.remove(label)
        answers.append(json.dumps({"events": events}, ensure_ascii=False))
    return answers


def _pointed(text: Text, part: Question, label: Mapping[str, Any]) -> dict[str, Any] | None:
    accepted = {scorer.normal(when, text.zone) for when in label["when"]}
    for title in _titles(part, label):
        for keys in _keys(part):
            event = {"phrases": keys, "title": title, "kind": (label.get("kind") or ["other"])[0]}
            told = answer.read(part, json.dumps({"events": [event]}), text.today).announcements
            right = told and _normal(told[0].when.text, text.zone) in accepted
            if right and scorer.title_fits(told[0].title, label["title_contains"]):
                return event
    return None


def _keys(part: Question) -> Iterator[list[str]]:
    """What an answer may name, alone and in pairs that are near each other."""
    every = [(choice.number, key) for choice in part.choices for key in _of(choice)]
    yield from ([key] for _, key in every)
    for (one, first), (other, second) in combinations(every, 2):
        if one != other and other - one <= _NEAR and _join(part, first, second):
            yield [first, second]


def _of(choice: prompt.Choice) -> list[str]:
    day = choice.key_of_day
    return [*choice.keys(), *([day] if day else [])]


def _join(part: Question, first: str, second: str) -> bool:
    said = [_said(part, key) for key in (first, second)]
    return None not in said and joins.joined([one for one in said if one is not None]) is not None


def _said(part: Question, key: str) -> PhraseReading | None:
    choice = part.choices[int(re.sub(r"[a-z]$", "", key)) - 1]
    offer = choice.offer
    if key == choice.key_of_day:
        timed = next(one for one in offer.readings if one.when.timed)
        return joins.whole(PhraseReading(offer.phrase, timed, offer.anchor))
    read = choice.keys()[key]
    return (
        None if read is None and offer.readings else PhraseReading(offer.phrase, read, offer.anchor)
    )


def _titles(part: Question, label: Mapping[str, Any]) -> Iterator[list[str]]:
    """Titles in up to three pieces that stand in the part, whole ones first."""
    for title in label.get("title", []):
        if any(title in line.text for line in part.lines):
            yield [title]
    words: list[str] = []
    for either in label["title_contains"]:
        found = next((w for one in either.split("|") if (w := _standing(part, one))), None)
        if found is None:
            return
        words.append(found)
    for line in part.lines:  # longer than a word of one sign, which names nothing
        places = [line.text.find(word) for word in words]
        if min(places, default=-1) >= 0:
            end = max(place + len(w) for place, w in zip(places, words, strict=True))
            yield [line.text[min(places) : end]]
            yield [line.text[max(0, min(places) - 4) : end + 4].strip()]
    if len(words) <= prompt.MOST_PIECES:
        yield words


def _standing(part: Question, word: str) -> str | None:
    """The word as the text writes it."""
    wanted = scorer.plain(word)
    for line in part.lines:
        place = line.text.casefold().find(word.casefold())
        if place >= 0:
            return line.text[place : place + len(word)]
        if wanted in scorer.plain(line.text):
            pattern = r"[\W_]*".join(map(re.escape, wanted))
            if match := re.search(pattern, line.text, re.IGNORECASE):
                return match[0]
    return None


def _normal(when: str, zone: str) -> Any:
    try:
        return scorer.normal(when, zone)
    except ValueError:
        return None


# -- scoring


@dataclass
class Scores:
    """What was told of each text, by whom; `unanswered` and `unread` questions; the titles' faults."""

    rules: dict[str, list[dict[str, Any]]]
    model: dict[str, list[dict[str, Any]]]
    both: dict[str, list[dict[str, Any]]]
    questions: int = 0
    unanswered: int = 0
    unread: int = 0
    tokens: int = 0
    refused: Counter[str] | None = None


def heard(folder: Path, ceiling: bool) -> tuple[list[Mapping[str, Any]], Scores]:
    """The corpus of a folder, and what rules and model say of it."""
    found = Scores({}, {}, {}, refused=Counter())
    corpus = []
    for text in texts(folder / CORPUS):
        corpus.append({"category": "all", "lang": "all", **text.item})
        parts = text.parts()
        answers = from_labels(text) if ceiling else _answers(folder, text, parts)
        told = _told(text, parts, answers, found)
        _count(text, told, found)
    return corpus, found


def _answers(folder: Path, text: Text, parts: Sequence[Question]) -> list[str | None]:
    paths = (folder / f"{text.id}.{n}.answer.txt" for n in range(1, len(parts) + 1))
    return [path.read_text("utf-8") if path.exists() else None for path in paths]


def _told(
    text: Text, parts: Sequence[Question], answers: Sequence[str | None], found: Scores
) -> list[Announcement]:
    told: list[Announcement] = []
    for part, said in zip(parts, answers, strict=True):
        found.questions += 1
        found.tokens += part.tokens
        if said is None:
            found.unanswered += 1
            continue
        try:
            read = answer.read(part, said, text.today)
        except answer.NoAnswer:
            found.unread += 1
            continue
        told += read.announcements
        assert found.refused is not None
        found.refused.update(read.refused)
    return answer.once(told)


def _count(text: Text, told: Sequence[Announcement], found: Scores) -> None:
    lines = read_text(text.item["text"])[0]
    rules = tell(lines, text.today, text.zone).announcements
    id_ = str(text.item["id"])
    found.rules[id_] = [_prediction(one) for one in rules]
    found.model[id_] = [_prediction(one) for one in told]
    held, added = (_candidates(text, each) for each in (rules, told))
    agreed = [each for each in together(held, added, "").held if each.read_by == BOTH]
    found.both[id_] = [
        {"title": c.details.title, "when": c.details.when.text, "kind": c.details.kind.value}
        for c in agreed
    ]


def _candidates(text: Text, told: Sequence[Announcement]) -> tuple[Candidate, ...]:
    return match_events.candidates(told, Source(), text.today, text.zone, shipped())


def _prediction(one: Announcement) -> dict[str, Any]:
    return {"title": one.title, "when": one.when.text, "kind": one.kind.value}


def report(corpus: Sequence[Mapping[str, Any]], found: Scores, name: str) -> list[str]:
    head = (
        f"{'':<24}{'told':>7}{'right':>7}{'wrong day':>11}{'precision':>11}{'recall':>8}{'F1':>7}"
    )
    lines = [f"{len(corpus)} texts, {found.questions} questions of {found.tokens:,} tokens", head]
    for label, predicted in (("rules", found.rules), (name, found.model), ("both", found.both)):
        total = scorer.score(list(corpus), predicted)["total"]
        lines.append(
            f"{label[:23]:<24}{total['predicted']:>7}{total['correct']:>7}{total['wrong_date']:>11}"
            f"{total['precision']:>11.3f}{total['recall']:>8.3f}{total['f1']:>7.3f}"
        )
    if found.unanswered or found.unread:
        lines.append(
            f"{found.unanswered} questions without an answer, {found.unread} that cannot be read"
        )
    for reason, number in sorted((found.refused or {}).items(), key=lambda each: -each[1]):
        lines.append(f"{number:>6} refused: {reason}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    prompts = commands.add_parser("prompts", help="write the questions about lots")
    prompts.add_argument("lots", nargs="+", type=Path)
    prompts.add_argument("--out", required=True, type=Path)
    score = commands.add_parser("score", help="score the answers beside them")
    score.add_argument("folder", type=Path)
    score.add_argument("--model", default="model", help="its name, for the table")
    score.add_argument("--ceiling", action="store_true", help="answers made from the labels")
    score.add_argument(
        "--errors", action="store_true", help="each wrong, spurious and missed event"
    )
    given = parser.parse_args(arguments)
    if given.command == "prompts":
        print(f"{write_prompts(given.lots, given.out)} questions in {given.out}")
        return 0
    if not (given.folder / CORPUS).exists():
        print(f"{given.folder} has no {CORPUS}; `prompts` writes it", file=sys.stderr)
        return 2
    corpus, found = heard(given.folder, given.ceiling)
    print("\n".join(report(corpus, found, "ceiling" if given.ceiling else given.model)))
    if given.errors:
        for each in scorer.score(list(corpus), found.model)["errors"]:
            print(json.dumps(each, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
