"""What a document announces: its titles with their dates, and the line each was read in.

blocks.py     lines to blocks
mentions.py   blocks to dates, each a question: then.py its readings, subjects.py its titles
features.py   what is true of them; cues.py the words around
scoring.py    how likely it all is (weights.py)
vetoes.py     what is no event whatever it weighs
decision.py   what is announced

A law, or a notice that promulgates one, is read by laws/ instead; a report that note.py wrote, by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from service.core.reading import laws, markup, note_lines, titles
from service.core.reading.announcement import Announcement
from service.core.reading.blocks import Block, build
from service.core.reading.decision import Told, decide
from service.core.reading.document import Line
from service.core.reading.mentions import Gatherer, Mention, in_order, offers
from service.core.reading.scoring import Weighed, weigh
from service.core.reading.seen import Seen, not_announced, unreadable
from service.core.reading.vetoes import vetoed


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of the reader's own: what it was reading, and the error."""

    block: Block
    error: Exception


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document announces, and the dates that it holds besides, each with the reason. `weighed` says of
    each date that could lie ahead what was weighed; `faults` are the reader's own: whoever has a log writes
    them down."""

    announcements: tuple[Announcement, ...]
    seen: tuple[Seen, ...]
    faults: tuple[Fault, ...] = ()
    weighed: tuple[Weighed, ...] = ()


def tell(lines: Iterable[Line], today: date, zone: str) -> Reading:
    """What the lines announce, each once and in their order, and what else was seen in them.

    `today` is the day from which the document speaks (reference.py), `zone` the IANA time zone of times
    that name none. What has happened, what only has a date in its name, and dates that cannot be decided
    are seen, and not announced. Of a law only what laws/ reads of it, and what a notice that covers it
    asks for.
    """
    lines = list(lines)
    blocks = build(markup.read(lines))
    found, faults, weighed = _announced(lines, blocks, today, zone)
    failed = [fault.block for fault in faults]
    seen = not_announced([b for b in blocks if b not in failed], found, today, zone)
    return Reading(
        tuple(found), tuple(map(unreadable, failed)) + seen, tuple(faults), tuple(weighed)
    )


def announcements(lines: Iterable[Line], today: date, zone: str) -> list[Announcement]:
    """Only what `tell` finds announced. Raises what `tell` tells of as a fault."""
    lines = list(lines)
    found, faults, _ = _announced(lines, build(markup.read(lines)), today, zone)
    if faults:
        raise faults[0].error
    return found


def _announced(
    lines: Sequence[Line], blocks: Sequence[Block], today: date, zone: str
) -> tuple[list[Announcement], list[Fault], list[Weighed]]:
    law = laws.read(lines, today, zone)
    if law is None:
        lines = [line for line in lines if not line.edge]
        if lines and all(note_lines.is_note(line.text) for line in lines):
            told = [note_lines.read_line(line, today, zone) for line in lines]
            if None not in told:
                return [one for one in told if one is not None], [], []
        return _read(lines, blocks, today, zone)
    stated = [
        Announcement(
            titles.shortened(one.title, titles.LONGEST_OF_A_LAW), one.when, one.kind,
            one.line.text[:1000], one.line.page, one.line.line, one.confidence,
        )
        for one in law.statements
    ]  # fmt: skip
    asked, faults, weighed = _read(law.requests, build(law.requests), today, zone)
    return stated + asked, faults, weighed


def _read(
    lines: Sequence[Line], blocks: Sequence[Block], today: date, zone: str
) -> tuple[list[Announcement], list[Fault], list[Weighed]]:
    gatherer = Gatherer(blocks, today, zone)
    mentions: list[Mention] = []
    faults: list[Fault] = []
    for place, end in gatherer.parts():
        try:
            mentions += [one for one in gatherer.mentions(place, end) if not vetoed(one)]
        except Exception as error:  # whatever it is, it costs its lines, not the document
            faults.append(Fault(blocks[place], error))
    in_order(mentions)
    dates = sum(mention.phrase is not None for mention in mentions)
    weighed: list[Weighed] = []
    titled = offers(one for one in mentions if one.ahead(today))
    for mention in mentions:
        try:
            one = weigh(mention, dates, len(blocks), today, titled)
        except Exception as error:
            faults.append(Fault(mention.block, error))
            continue
        if one is not None:
            weighed.append(one)
    told = decide(weighed, mentions, today, zone)
    return _in_order(told, lines, today, zone), faults, weighed


def _in_order(
    told: Sequence[Told], lines: Sequence[Line], today: date, zone: str
) -> list[Announcement]:
    """With the lines whose titles are marked to be taken as they stand."""
    marked = {
        (line.page, line.line): one
        for line in lines
        if (one := note_lines.verbatim(line, today, zone)) is not None
    }
    found = [
        each.announcement
        for each in told
        if (each.announcement.page, each.announcement.line) not in marked
    ]
    found += marked.values()
    return sorted(found, key=lambda one: (one.page or 0, one.line)) if marked else found
