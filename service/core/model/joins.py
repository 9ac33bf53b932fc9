"""Two phrases that say one date between them. These joins there are, tried in this order:

1. a year, month or week, and what completes it: 2027年 + 5月13日, 5月 + 13日, a week + Wednesday
2. a day and a time of day; a time and the time at which it ends
3. a day, and so long after it
4. a first and a last day or time, or two stretches of time
Anything else is none: nobody knows which of the two was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import permutations

from service.core.dates import when as when_
from service.core.dates.phrases import Anchor, Phrase, Read, read
from service.core.dates.phrases.written import Unit
from service.core.dates.when import InvalidWhen, Precision
from service.core.reading.then import spanned


@dataclass(frozen=True, slots=True)
class PhraseReading:
    """What one phrase says, or two of them together (`phrase` None). `read` is None of a time of day, and of
    "so long after", as long as no day is joined to them."""

    phrase: Phrase | None
    read: Read | None
    anchor: Anchor


def whole(said: PhraseReading) -> PhraseReading:
    """The day of what says a time too."""
    if said.read is None or not said.read.when.timed:
        return said
    day = when_.day(said.read.when.first)
    return PhraseReading(None, replace(said.read, when=day), said.anchor)


def joined(said: Sequence[PhraseReading]) -> Read | None:
    """The one date that they all say; None where there is no such join."""
    left = list(said)
    while len(left) > 1:
        found = _first(left)
        if found is None:
            return None
        one, two, made = found
        left = [made, *(each for each in left if each is not one and each is not two)]
    return left[0].read if left else None


def _first(
    left: Sequence[PhraseReading],
) -> tuple[PhraseReading, PhraseReading, PhraseReading] | None:
    for rule in _RULES:
        for one, two in permutations(left, 2):
            made = rule(one, two)
            if made is not None:
                return one, two, PhraseReading(None, made, one.anchor)
    return None


def _completed(one: PhraseReading, two: PhraseReading) -> Read | None:
    """The second within the year, month or week that the first is."""
    phrase, stretch = two.phrase, one.read
    if stretch is None or stretch.when.dated or phrase is None or phrase.first is None:
        return None
    if one.phrase is not None and (one.phrase.last is not None or one.phrase.between):
        return None
    written, first = phrase.first, stretch.when.first
    anchor = None
    if stretch.when.precision is Precision.YEAR:
        if not written.year_said and written.month is not None:
            anchor = replace(two.anchor, year=first.year)
    elif stretch.when.precision is Precision.MONTH:
        month = (first.year, first.month)
        if written.unit is Unit.THIRD and written.month is None:
            phrase, anchor = replace(phrase, first=written.in_month(*month)), two.anchor
        elif written.month is None and written.number and not written.relative:
            anchor = replace(two.anchor, month=month)
    elif stretch.when.days == 7 and written.weekday is not None and not written.number:
        monday = first - timedelta(days=first.weekday())
        anchor = replace(two.anchor, week=monday)
        phrase = replace(phrase, first=replace(written, weeks=None, days=None))
    made = read(phrase, anchor) if anchor is not None else None
    within = made and first <= made.when.first and made.when.last <= stretch.when.last
    return made if within else None


def _at_a_clock(one: PhraseReading, two: PhraseReading) -> Read | None:
    phrase, day = two.phrase, one.read
    if day is None or phrase is None or phrase.clock is None:
        return None
    if not (phrase.first is None or phrase.carried) or not day.when.dated:
        return None
    if day.when.days > 1 and not day.when.timed:
        return day  # the hour at which each of the days begins
    alone = replace(phrase, first=None, weekday=None, carried=False)
    made = read(alone, replace(two.anchor, day=day.when.first))
    if made is None or not day.when.timed:
        return made
    ends = spanned(day, made) if day.when.open_ended else None
    return ends.read if ends is not None else None


def _so_long_after(one: PhraseReading, two: PhraseReading) -> Read | None:
    phrase, day = two.phrase, one.read
    if day is None or phrase is None or phrase.after is None or phrase.within:
        return None
    if not day.when.dated or day.when.days > 1:
        return None
    return read(phrase, replace(two.anchor, base=day.when.first))


def _from_to(one: PhraseReading, two: PhraseReading) -> Read | None:
    first, last = one.read, two.read
    if first is None or last is None or first.when.last > last.when.last:
        return None
    if first.when == last.when or first.when.timed != last.when.timed:
        return None
    if first.when.dated and last.when.dated:
        made = spanned(first, last)
        return made.read if made is not None else None
    if first.when.dated or last.when.dated or first.when.first >= last.when.first:
        return None
    try:
        return replace(first, when=when_.window(first.when.first, last.when.last))
    except InvalidWhen:
        return None


_RULES: tuple[Callable[[PhraseReading, PhraseReading], Read | None], ...] = (
    _completed,
    _at_a_clock,
    _so_long_after,
    _from_to,
)
