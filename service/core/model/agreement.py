"""What the rules and a model say of one document, put together. The rules' result stands: a model adds to it.

Of what a model read and what the rules read, by their titles (titles.alike):
1. The same date, or one that says less: it is the rules' own, and was read by both. Its confidence rises to
   what `model-score` has measured for that model on real text, no further; without a measure it stays.
2. A date within the rules' own, and so more exact: it stands beside it.
3. Another date, or only one of them says that it is called off: both are shown, and disputed; what the rules
   are sure of stays sure. Where the rules read several of that name (a series), those that the model read too
   are in no dispute, nor is a further one.
4. No title like it: it stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.core.dates import when as when_
from service.core.dates.when import When
from service.core.events.event import Status
from service.core.imports.proposals import BOTH, RULES, Candidate, by_model
from service.core.reading.announcement import SURE, Doubt
from service.core.reading.titles import alike

# By model, of what it and the rules both said the share that was right on real text, as `make model-score`
# gives it for at least 300 of them. None was measured yet.
CALIBRATED: Mapping[str, float] = {}
_MOST = 0.99


@dataclass(frozen=True, slots=True)
class Together:
    """What the rules read, in its order, with what the model makes of it; and what only the model read."""

    held: tuple[Candidate, ...]
    added: tuple[Candidate, ...]


def together(
    held: Sequence[Candidate],
    found: Sequence[Candidate],
    model: str,
    calibrated: Mapping[str, float] = CALIBRATED,
) -> Together:
    """`held` are what the rules read, `found` what the model of that name read."""
    now = list(held)
    left: list[Candidate] = []
    for one in found:
        places = [n for n, each in enumerate(held) if _alike(each, one)]
        same = next((n for n in places if _says_as_much(held[n], one)), None)
        if same is not None:
            now[same] = _by_both(now[same], calibrated.get(model))
        elif not any(_less_exact(held[n], one) for n in places):
            left.append(one)
    added: list[Candidate] = []
    for one in left:
        disputed = False
        for place, each in enumerate(held):
            if _alike(each, one) and now[place].read_by == RULES and _differ(each, one):
                disputed = True
                now[place] = _disputed(now[place])
        mine = replace(one, read_by=by_model(model), confidence=min(one.confidence, SURE - 0.01))
        added.append(_with_doubt(mine) if disputed else mine)
    return Together(tuple(now), tuple(added))


def _alike(held: Candidate, one: Candidate) -> bool:
    return held.extracted and alike(held.details.title, one.details.title)


def _says_as_much(held: Candidate, one: Candidate) -> bool:
    """Whether the model's is the rules' own date, or its day without its hour."""
    a, b = held.details.when, one.details.when
    same = (a.first, a.last) == (b.first, b.last) and a.dated == b.dated
    hour = not b.timed or (a.start, a.end) == (b.start, b.end)
    return same and hour and _off(held) == _off(one)


def _less_exact(held: Candidate, one: Candidate) -> bool:
    """Whether the model's only says less than the rules' own: the month of their day."""
    return when_.refines(held.details.when, one.details.when) and _off(held) == _off(one)


def _differ(held: Candidate, one: Candidate) -> bool:
    return _off(held) != _off(one) or not _within(one.details.when, held.details.when)


def _within(new: When, old: When) -> bool:
    return when_.refines(new, old) or (new.first, new.last) == (old.first, old.last)


def _off(one: Candidate) -> bool:
    return one.details.status is Status.CANCELLED


def _by_both(held: Candidate, right: float | None) -> Candidate:
    confidence = max(held.confidence, min(right, _MOST)) if right is not None else held.confidence
    return replace(held, read_by=BOTH, confidence=confidence)


def _disputed(held: Candidate) -> Candidate:
    sure = held.confidence >= SURE and not any(doubt.veto for doubt in held.doubts)
    return held if sure else _with_doubt(held)


def _with_doubt(one: Candidate) -> Candidate:
    if Doubt.DISPUTED in one.doubts:
        return one
    return replace(one, doubts=(*one.doubts, Doubt.DISPUTED))
