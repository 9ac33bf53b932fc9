"""How likely a date is the date of something to come, as which of its readings, and under which title.

A conditional log-linear model. A date, one of its readings and one of its titles have a weight each, the sum of
the weights of what is true of them (features.py, weights.py); with s, c and t for the three,

    chance of (reading, title)  =  exp(s + c + t) / (1 + sum over readings and titles of exp(s + c' + t'))

and what is left is the chance that it dates nothing to come. So evidence adds up, and nothing is decided by
the first rule that fits. `scripts/fit_reading.py` fits the weights; here they are only added.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from service.core.reading import features
from service.core.reading.mentions import Mention
from service.core.reading.subjects import ELSEWHERE, Subject
from service.core.reading.then import Completion
from service.core.reading.weights import CALIBRATION, WEIGHTS

MOST_OTHERS = 6
MOST_SAID = 8  # weights that are shown of a decision


@dataclass(frozen=True, slots=True)
class Weighed:
    """A date with its best reading and title.

    `chance` that it dates something to come, `confidence` that reading and title are right too (calibrated),
    `rival` the next best reading where it is nearly as good; `evidence` the strongest weights, each with the
    name of what is true; `others` the next best titles, each with how much less it weighs; `known` what the
    curve of `confidence` is drawn over.
    """

    mention: Mention
    completion: Completion
    subject: Subject
    chance: float
    confidence: float
    rival: Completion | None
    evidence: tuple[tuple[str, float], ...]
    known: Evidence
    others: tuple[tuple[float, Subject], ...] = ()


def weigh(
    mention: Mention, phrases: int, blocks: int, today: date, offers: Mapping[str, int]
) -> Weighed | None:
    """The best reading and title of a date, however unlikely; None where it has no title or lies behind.
    `phrases` and `blocks` are those of the document, `offers` says for how many dates each title is offered."""
    if not mention.ahead(today):
        return None
    of_date = features.of_date(mention, phrases, blocks)
    of_readings = [
        features.of_reading(one, today, mention.phrase, of_date) for one in mention.completions
    ]
    readings = [total(each) for each in of_readings]
    subjects = mention.subjects()
    if not subjects or total(of_date) + max(readings) < _HOPELESS:
        return None
    of_titles = [
        features.of_title(one, mention, offers[one.title] - 1, of_date) for one in subjects
    ]
    titles = [total(each) for each in of_titles]
    best = max(readings)
    reading, title = readings.index(best), titles.index(max(titles))
    completion, subject = mention.completions[reading], subjects[title]
    names = [one.title for one in subjects]
    found = evidence(of_date, readings, titles, names, of_titles[title], phrases, total(of_date))
    rivals = [
        (score, number)
        for number, score in enumerate(readings)
        if mention.completions[number] is not completion and score > best - _RIVAL
    ]
    others = sorted(
        ((max(titles) - score, number) for number, score in enumerate(titles) if number != title),
    )[:MOST_OTHERS]
    said = [*of_date, *of_readings[reading], *of_titles[title]]
    return Weighed(
        mention, completion, subject, found.chance, calibrated(found, CALIBRATION),
        mention.completions[max(rivals)[1]] if rivals else None, strongest(said), found,
        tuple((less, subjects[number]) for less, number in others),
    )  # fmt: skip


_RIVAL = 1.0
_HOPELESS = -12.0  # no title makes up for it


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the model's numbers say of its best answer: the chance that the date is one of something to come;
    of that, the shares of the reading, of the title, and of titles that name the same; the dates of its text;
    and whether the date leads a line of a list with the title behind it, the title stands elsewhere than beside
    the date, and the date is a table's own."""

    chance: float
    reading: float
    title: float
    named: float
    dates: int
    listed: bool
    elsewhere: bool
    row: bool


_BEHIND = frozenset(("src=next", "src=after", "src=after+next", "src=next+next", "src=around"))
_ELSEWHERE = tuple(f"src={source}" for source in ELSEWHERE)


def evidence(
    own: Sequence[str],
    readings: Sequence[float],
    titles: Sequence[float],
    names: Sequence[str],
    of_title: Sequence[str],
    dates: int,
    score: float,
) -> Evidence:
    """Of what is true of a date (with its `score`) and of its best title, and the scores of its readings and
    titles (called `names`)."""
    best, top = max(readings), max(titles)
    by_reading = [math.exp(score - best) for score in readings]
    by_title = [math.exp(score - top) for score in titles]
    mass = math.exp(min(score + best + top, 50)) * sum(by_reading) * sum(by_title)
    chosen = names[titles.index(top)].lower()
    alike = sum(
        share
        for share, name in zip(by_title, names, strict=True)
        if chosen in name.lower() or name.lower() in chosen
    )
    listed = "leads" in own and "sign-after=:" in own and not _BEHIND.isdisjoint(of_title)
    elsewhere = any(name.startswith(_ELSEWHERE) for name in of_title)
    return Evidence(
        mass / (1 + mass), 1 / sum(by_reading), 1 / sum(by_title), alike / sum(by_title), dates,
        listed, elsewhere, "row-own" in own,
    )  # fmt: skip


def inputs(found: Evidence) -> tuple[float, ...]:
    """What the curve is drawn over."""
    chance = min(max(found.chance, 1e-4), 1 - 1e-4)
    return (
        1.0, math.log(chance / (1 - chance)), math.log(found.reading), math.log(found.title),
        math.log(found.named), math.log1p(found.dates),
        float(found.listed), float(found.elsewhere), float(found.row),
    )  # fmt: skip


def calibrated(found: Evidence, curve: Sequence[float]) -> float:
    """The share of dates so weighed that were right in real documents: a logistic curve
    (scripts/fit_reading.py)."""
    return 1 / (1 + math.exp(-sum(a * b for a, b in zip(curve, inputs(found), strict=True))))


def total(names: Iterable[str]) -> float:
    """The sum of the weights of what is true."""
    return sum(WEIGHTS.get(name, 0.0) for name in set(names))


def strongest(names: Sequence[str]) -> tuple[tuple[str, float], ...]:
    """The weights that say most, the heaviest first."""
    weighted = {name: WEIGHTS[name] for name in names if name in WEIGHTS}
    return tuple(sorted(weighted.items(), key=lambda each: -abs(each[1]))[:MOST_SAID])
