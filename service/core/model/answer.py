"""What a model answered, checked against the part that it was asked about.

1. The answer is the first JSON object with a list of `events`; what stands before it (thinking, a fence) and
   behind it is not read. Without one there is no answer.
2. Of an event are read `phrases`, `title`, `kind` and `note`, nothing else: a date of its own is no date.
3. Its phrases are numbers that were sent (prompt.Choice.keys); together they say one date (joins.py), which
   does not lie behind the day from which the document is read.
4. Each piece of its title stands in the part, as it was sent; it has letters, and is no address, no markup and
   no date. What is taken are the document's own characters.
5. "cancelled" counts in a line with such a word alone.
6. An event that says the same again counts once; of a part count the first MOST_EVENTS, of a phrase the first
   MOST_OF_PHRASE.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.core.dates import when as when_
from service.core.dates.phrases import Read
from service.core.dates.when import When
from service.core.events.kinds import Kind, infer_kind
from service.core.model import joins
from service.core.model.joins import PhraseReading
from service.core.model.prompt import (
    LONGEST_TITLE,
    MOST_EVENTS,
    MOST_PHRASES,
    MOST_PIECES,
    Choice,
    Question,
)
from service.core.reading import columns, signs, titles
from service.core.reading.announcement import Announcement, Doubt
from service.core.reading.decision import as_said
from service.core.text.characters import plain
from service.core.text.lines import UnfitText, one_line

ALONE = 0.5
"""How sure is what only a model read, as long as nothing was measured for it."""
MOST_OF_PHRASE = 6
LONGEST_ANSWER = 200_000  # characters; a model held to MOST_EVENTS says far less
_MOST_STARTS = 200  # of what could be an object
_WIDE = 62  # days
_EXCERPT = 1000

_THOUGHT = ("</think>", "</thinking>", "</reasoning>")
_KEY = re.compile(r"[⟦\[(]?\s*([0-9]{1,5})\s*([a-z]?)\s*[⟧\])]?", re.IGNORECASE)
_MARK = re.compile(r"⟦[0-9a-z]{1,6}⟧")
_ADDRESS = re.compile(r"://|\bwww\.|\S@\S|^\S+\.[a-z]{2,12}(?:/\S*)?$", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-z!]|\]\(|\*\*|`|[⟦⟧{}|│]|^#|__", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_HAN_LAST, _HAN_FIRST = re.compile(r"[\u3000-\u9fff]$"), re.compile(r"^[\u3000-\u9fff]")


class NoAnswer(ValueError):
    """There is nothing in it that could be read; the message says why, and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class CheckedAnswer:
    """What of an answer holds, and how many of its events do not, by what was wrong with them."""

    announcements: tuple[Announcement, ...]
    refused: Mapping[str, int]


class _EventRefused(Exception):
    """Why an event does not hold."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def read(part: Question, text: str, today: date) -> CheckedAnswer:
    """What a model said of a part. Raises NoAnswer."""
    events = _events(text)
    refused: Counter[str] = Counter()
    found: list[Announcement] = []
    said: set[tuple[str, str]] = set()
    of_phrase: Counter[str] = Counter()
    for event in events[:MOST_EVENTS]:
        try:
            keys = _keys(event)
            made = _announcement(part, event, keys, today)
        except _EventRefused as fault:
            refused[fault.reason] += 1
            continue
        told = (made.when.text, plain(made.title).casefold())
        if told in said or any(of_phrase[key] >= MOST_OF_PHRASE for key in keys):
            refused["said again"] += 1
            continue
        said.add(told)
        of_phrase.update(keys)
        found.append(made)
    if more := len(events) - MOST_EVENTS:
        refused["beyond the most of a part"] += max(0, more)
    return CheckedAnswer(tuple(found), {reason: n for reason, n in refused.items() if n})


# -- the object


def _events(text: str) -> list[Any]:
    if len(text) > LONGEST_ANSWER:
        raise NoAnswer("it is too long")
    lower = text.lower()
    behind = max(lower.rfind(mark) for mark in _THOUGHT)  # what was thought is no answer
    for said in (text[behind:], text) if behind > 0 else (text,):
        found = _first_object(said)
        if found is not None:
            return found
    raise NoAnswer("it holds no JSON object with a list of events")


def _first_object(text: str) -> list[Any] | None:
    """The events of the first object that has any."""
    decoder = json.JSONDecoder()
    at, tried = text.find("{"), 0
    while at >= 0 and tried < _MOST_STARTS:
        try:
            found, _ = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and isinstance(found.get("events"), list):
            return list(found["events"])
        at, tried = text.find("{", at + 1), tried + 1
    return None


def _keys(event: Any) -> list[str]:
    """The numbers that an event names, as they were sent: 4, "4", "4b", "⟦4⟧"."""
    given = event.get("phrases") if isinstance(event, dict) else None
    if isinstance(given, str) or (isinstance(given, int) and not isinstance(given, bool)):
        given = [given]
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_PHRASES:
        raise _EventRefused("names no phrases")
    found = []
    for each in given:
        match = _KEY.fullmatch(str(each).strip()) if type(each) in (str, int) else None
        if match is None:
            raise _EventRefused("names no number")
        found.append(f"{int(match[1])}{match[2].lower()}")
    return list(dict.fromkeys(found))


# -- the date


def _announcement(
    part: Question, event: Mapping[str, Any], keys: Sequence[str], today: date
) -> Announcement:
    chosen = [_chosen(part, key) for key in keys]
    made = joins.joined([said for _, said in chosen])
    if made is None:
        raise _EventRefused("its phrases say no date together")
    first = _principal(chosen)
    line = part.lines[first.line]
    phrase = first.offer.phrase
    clause = line.text
    title, at = _title(part, event.get("title"))
    note = event.get("note")
    cancelled = note == "cancelled" and _called_off(line.text)
    when = as_said(phrase if len(keys) == 1 else None, made.when, clause, today)
    if note == "tentative" and when.dated and not when.approximate:
        when = when_.parse(f"{when.text}?")
    if when.last < today:
        raise _EventRefused("its date lies behind")
    return Announcement(
        titles.without_calling_off(title) if cancelled else title,
        when,
        _kind(event.get("kind"), title, clause),
        line.text.strip()[:_EXCERPT],
        line.block.page,
        line.block.line,
        ALONE,
        made.zone,
        cancelled=cancelled,
        recurrence=f"FREQ={phrase.every}" if phrase.every and when.dated else None,
        doubts=_doubts(made, when, chosen, at != first.line),
    )


def _chosen(part: Question, key: str) -> tuple[Choice, PhraseReading]:
    number = int(re.sub(r"[a-z]$", "", key))
    if not 1 <= number <= len(part.choices):
        raise _EventRefused("names a number that was not sent")
    choice = part.choices[number - 1]
    offer = choice.offer
    if key == choice.key_of_day:
        timed = next(one for one in offer.readings if one.when.timed)
        return choice, joins.whole(PhraseReading(offer.phrase, timed, offer.anchor))
    readings = choice.keys()
    if key not in readings:
        raise _EventRefused("names a number that was not sent")
    if readings[key] is None and offer.readings:
        raise _EventRefused("its date lies behind")
    return choice, PhraseReading(offer.phrase, readings[key], offer.anchor)


def _principal(chosen: Sequence[tuple[Choice, PhraseReading]]) -> Choice:
    """The phrase in whose line the event is shown: one that names a day before one that names a month."""

    def rank(each: tuple[Choice, PhraseReading]) -> int:
        read_ = each[1].read
        return 2 if read_ is None else 0 if read_.when.dated else 1

    return min(chosen, key=rank)[0]


def _called_off(line: str) -> bool:
    said = plain(line)
    return signs.CANCELLED.within(said) and not signs.POSTPONED.within(said)


def _kind(given: Any, title: str, clause: str) -> Kind:
    if isinstance(given, str) and given in set(Kind) and given != Kind.OTHER:
        return Kind(given)
    kind = infer_kind(title)
    return infer_kind(clause) if kind is Kind.OTHER else kind


def _doubts(
    made: Read, when: When, chosen: Sequence[tuple[Choice, PhraseReading]], elsewhere: bool
) -> tuple[Doubt, ...]:
    phrases = [choice.offer.phrase for choice, _ in chosen]
    found = {
        Doubt.LEFTOVER: any(phrase.leftover for phrase in phrases),
        Doubt.TWO_READINGS: any(choice.offer.lettered for choice, _ in chosen),
        Doubt.WEEKDAY: any(
            phrase.weekday is not None
            and phrase.first is not None
            and phrase.first.exact
            and phrase.first.weekday is None
            and when.first.weekday() != phrase.weekday
            for phrase in phrases
        ),
        Doubt.ORDER: any(p.first is not None and p.first.either_order for p in phrases),
        Doubt.YEAR_ASSUMED: not made.year_said,
        Doubt.TITLE_FROM_ELSEWHERE: elsewhere,
        Doubt.WINDOW_WIDE: not when.dated and when.days > _WIDE,
    }
    return tuple(doubt for doubt, holds in found.items() if holds)


# -- the title


def _title(part: Question, given: Any) -> tuple[str, int]:
    """The title in the document's own characters, and the line of the part in which it begins."""
    pieces = [given] if isinstance(given, str) else given
    if not isinstance(pieces, list) or not 1 <= len(pieces) <= MOST_PIECES:
        raise _EventRefused("has no title")
    found = [_piece(part, each) for each in pieces]
    title = ""
    for text, _ in found:
        gap = "" if not title or (_HAN_LAST.search(title) and _HAN_FIRST.search(text)) else " "
        title += gap + text
    if len(title) > LONGEST_TITLE or not titles.named(title):
        raise _EventRefused("its title names nothing, or too much")
    return title, found[0][1]


def _piece(part: Question, given: Any) -> tuple[str, int]:
    if not isinstance(given, str):
        raise _EventRefused("has no title")
    piece = " ".join(_MARK.sub("", given).split())
    if not _LETTER.search(piece) or len(piece) > LONGEST_TITLE:
        raise _EventRefused("its title names nothing, or too much")
    for at, text in _standing(part, piece):
        if _ADDRESS.search(text) or _MARKUP.search(text):
            raise _EventRefused("its title is an address, or has markup")
        if columns.only_date(text, beside=0):
            raise _EventRefused("its title is a date")
        return text, at
    raise _EventRefused("its title does not stand in the text")


def _standing(part: Question, piece: str) -> Iterator[tuple[int, str]]:
    """Where the piece stands, width, dashes and spaces apart, with the words that stand there."""
    words = [re.escape(word) for word in plain(piece).split(" ")]
    pattern = re.compile(r"\s+".join(words), re.IGNORECASE)
    for at, line in enumerate(part.lines):
        if match := pattern.search(plain(line.text)):
            try:
                yield at, one_line(line.text[match.start() : match.end()])
            except UnfitText:
                continue


def once(found: Sequence[Announcement]) -> list[Announcement]:
    """What several parts said, each once: headings stand in more than one."""
    kept: list[Announcement] = []
    for each in found:
        if not any(
            one.when == each.when and titles.alike(one.title, each.title, strictly=True)
            for one in kept
        ):
            kept.append(each)
    return kept
