"""Where in the words of a document the title and the date of a proposal stand.

The reader says what it read, not where: the title is looked for as it is written, the date as the phrase
of the line that is read as it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.core.dates.phrases import Anchor, Phrase, find, read
from service.core.dates.when import When


@dataclass(frozen=True)
class MarkedText:
    """A part of the words; `mark` is "title", "date", or "" for what is neither."""

    text: str
    mark: str = ""


def marked(excerpt: str, title: str, when: When, day: date, zone: str) -> list[MarkedText]:
    """The words in pieces, the title and the date among them as far as they are found; read as from
    that day, in that zone."""
    spans = [(*span, "date") for span in _dates(excerpt, when, Anchor(day, zone))]
    spans += _titles(excerpt, title, spans)
    pieces, at = [], 0
    for start, end, mark in sorted(spans):
        if start > at:
            pieces.append(MarkedText(excerpt[at:start]))
        pieces.append(MarkedText(excerpt[start:end], mark))
        at = end
    if at < len(excerpt):
        pieces.append(MarkedText(excerpt[at:]))
    return pieces


def _dates(excerpt: str, when: When, anchor: Anchor) -> list[tuple[int, int]]:
    """The phrase that says the date, else those that have a part in it, as month and day may stand
    apart."""
    phrases = find(excerpt)
    exact = [each for each in phrases if (made := read(each, anchor)) and made.when == when]
    found = exact[:1] or [each for each in phrases if _shares(each, when, anchor)]
    return [_trimmed(excerpt, each) for each in found]


def _trimmed(excerpt: str, phrase: Phrase) -> tuple[int, int]:
    said = excerpt[phrase.start : phrase.end]
    start = phrase.start + len(said) - len(said.lstrip())
    return start, phrase.start + len(said.rstrip())


def _shares(phrase: Phrase, when: When, anchor: Anchor) -> bool:
    made = read(phrase, anchor)
    if made is None:
        return phrase.first is None and phrase.clock is not None and when.timed
    return made.when.first <= when.last and when.first <= made.when.last


def _titles(
    excerpt: str, title: str, dates: list[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Where the title stands, without the date that may stand within it."""
    start = excerpt.find(title) if title else -1
    if start < 0:
        return []
    spans, at, end = [], start, start + len(title)
    for left, right, _ in sorted(dates):
        if right <= at or left >= end:
            continue
        if left > at:
            spans.append((at, left, "title"))
        at = right
    if at < end:
        spans.append((at, end, "title"))
    return spans
