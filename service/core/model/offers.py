"""The date phrases of a document that could be an event's, each with its readings.

Left out is what the rules leave out too, and for the same reasons (reading/seen.py): what stands at the edge
of a page or in a disclaimer, what has no reading, what lies behind, what has only just gone by this year, and
bare numbers, unless they lead their line or cell. A time of day without a day has no reading of its own, and
may be joined to one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from service.core.dates.phrases import Anchor, Phrase, Read, find, others
from service.core.dates.phrases.written import Unit
from service.core.reading import columns, signs
from service.core.reading.blocks import Block, Kind
from service.core.reading.mentions import LONGEST, MOST, mended
from service.core.reading.then import Completion, Then, edition
from service.core.text.characters import plain

LETTERS = "abc"
DAY = "d"  # 3d: the day of phrase 3, which says a time too
_JUST = 45  # days
_FRAMES = frozenset((Kind.EDGE, Kind.RIGHTS))
_OWN = frozenset((Kind.STAMP, Kind.LETTERHEAD, Kind.DATELINE))  # its own day, if not later
_SAID = frozenset(("sentence", "title", "line"))  # the places that say a year
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+(?:-[0-9]+(?:\.[0-9]+)?)?")
_LEADS = re.compile(r"(?:^|[|│┃]|\s{2})[\W_]*$")
_ENDS = re.compile(r"\s*(?:$|[|│┃:)\]】~-])|\s+\S")
_ON = re.compile(r"(?:\b(?:on|by|until|till|before|from|due)|[于在至到从]) ?$", re.IGNORECASE)
_BAR = re.compile(r"[|│┃｜]")


@dataclass(frozen=True, slots=True)
class Offer:
    """A phrase with the readings of it that do not lie behind, the likeliest first; none of a time of day
    whose day nothing says. `past`: it may as well be this year's, which lies behind. `anchor` is what it was
    read against, and `start` and `end` are places in its line."""

    phrase: Phrase
    start: int
    end: int
    readings: tuple[Read, ...]
    past: bool
    anchor: Anchor

    @property
    def lettered(self) -> bool:
        """Whether its number alone does not say which reading is meant."""
        return len(self.readings) + self.past > 1

    @property
    def timed(self) -> bool:
        return any(one.when.timed for one in self.readings)


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """A line of the document as it is sent, and what is offered in it."""

    block: Block
    text: str
    offers: tuple[Offer, ...]


def rows(blocks: Sequence[Block], today: date, zone: str) -> list[OfferedLine]:
    """The document line by line; very long ones in pieces."""
    then = Then(Anchor(today, zone))
    then.edition = next(
        (year for block in blocks[:8] if (year := _edition(block)) is not None), None
    )
    for block in blocks:  # what is said of all dates may stand at the end
        then.remark(plain(block.text.strip()))
    found = []
    for block in blocks:
        if block.kind in _FRAMES:
            continue
        for text in _pieces(mended(block.text)):
            offers = tuple(islice(_offers(block, text, then, today), MOST))
            found.append(OfferedLine(block, text, offers))
    return found


def _edition(block: Block) -> int | None:
    return edition(block.text) if block.kind is Kind.HEADING else None


def _pieces(text: str) -> Iterator[str]:
    """The text, cut where it is longer than is read at a time: behind a sentence, else a word, if there is
    one near."""
    while len(text) > LONGEST:
        near = text[LONGEST - 400 : LONGEST]
        cut = max(near.rfind(mark) for mark in "。；;！!？?\n")
        cut = cut if cut >= 0 else near.rfind(" ")
        end = LONGEST - 400 + cut + 1 if cut >= 0 else LONGEST
        yield text[:end]
        text = text[end:]
    yield text


def _offers(block: Block, text: str, then: Then, today: date) -> Iterator[Offer]:
    line = plain(text)
    phrases = _found(block, text)
    if phrases and columns.only_date(text, beside=1) and block.kind is not Kind.STAMP:
        then.date_line(block)
    year: int | None = None
    for phrase in phrases:
        written = phrase.first
        if written is not None and written.year is not None:
            year = None if signs.INTAKE.match(line, phrase.end) else written.year
        unknown = False  # from a day that nobody has told yet
        if phrase.after is not None and signs.FROM_PUBLICATION.within(line):
            then.publication(line, phrases)
            unknown = then.anchor.base is None
        completions = then.completions(phrase, block, None, line[: phrase.start], year)
        year_above = then.above(block).year is not None
        made = _made(phrase, () if unknown else completions, year_above)
        if phrase.exact and not phrase.weak and made:
            then.spoken(made[0].when)
        made += others(phrase, then.anchor)
        offer = _offer(block, text, line, phrase, made, then.anchor, today)
        if offer is not None:
            yield offer
    if signs.PUBLISHED.within(line):
        then.publication(line, phrases)


def _made(phrase: Phrase, completions: Iterable[Completion], year_above: bool) -> list[Read]:
    """The readings, without one of a bare day that only the year in the document's title gives; one whose year
    is said around it is not only the next year's. `year_above`: the headings say one."""
    says = _SAID | {"heading"} if year_above else _SAID
    bare = phrase.first is not None and phrase.first.month is None
    return [
        replace(one.read, rolled=False) if one.how & says else one.read
        for one in completions
        if not (bare and one.how == {"title"})
    ]


def _found(block: Block, text: str) -> tuple[Phrase, ...]:
    """The phrases of a line; in a row of a table none of them reaches from one cell into the next."""
    if block.kind is not Kind.ROW:
        return find(text)
    found: list[Phrase] = []
    at = 0
    for cell in _BAR.split(text):
        found += [
            replace(each, start=each.start + at, end=each.end + at) for each in find(cell.rstrip())
        ]
        at += len(cell) + 1
    return tuple(found)


def _may_be_none(phrase: Phrase, line: str, start: int, end: int) -> bool:
    """Whether bare numbers, or a bare year, are as likely no date: they do not lead their line or cell, and no
    word of time is with them."""
    if _LEADS.search(line[:start]):
        return bool(_DECIMAL.fullmatch(line, start, end)) and not _ENDS.match(line, end)
    if _DECIMAL.fullmatch(line, start, end):
        return True
    with_words = phrase.by or phrase.weekday is not None or phrase.clock is not None
    if with_words or _ON.search(line[:start]):
        return False
    written = phrase.first
    return written is None or not written.year_said or written.unit is Unit.YEAR


def _offer(
    block: Block,
    text: str,
    line: str,
    phrase: Phrase,
    made: Sequence[Read],
    anchor: Anchor,
    today: date,
) -> Offer | None:
    start, end = _places(text, phrase)
    if phrase.undecided or end <= start:
        return None
    if phrase.weak and _may_be_none(phrase, line, start, end):
        return None
    rolled = [one for one in made if one.rolled]
    if any(one.behind <= _JUST for one in rolled):
        return None
    ahead = _distinct(one for one in made if one.when.last >= today)[: len(LETTERS)]
    if block.kind in _OWN and all(one.when.first <= today for one in ahead):
        return None
    joined = phrase.first is None and (phrase.clock is not None or phrase.after is not None)
    if not ahead and not joined:
        return None
    return Offer(phrase, start, end, tuple(ahead), bool(rolled) and bool(ahead), anchor)


def _distinct(reads: Iterable[Read]) -> list[Read]:
    found: dict[str, Read] = {}
    for one in reads:
        found.setdefault(one.when.text, one)
    return list(found.values())


def _places(text: str, phrase: Phrase) -> tuple[int, int]:
    """Where its words begin and end, without the spaces and bars around them."""
    said = text[phrase.start : phrase.end]
    start = phrase.start + len(said) - len(said.lstrip(" |│┃\t"))
    return start, phrase.start + len(said.rstrip(" |│┃\t"))
