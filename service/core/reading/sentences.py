"""The sentences of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.core.dates import months
from service.core.dates.phrases import Phrase
from service.core.text.characters import plain

_MARK = re.compile(r"[。！？!?；;.(\[【《“)\]】》”①-⑳]")
_STOP_ZH = "。！？!?；;"
_MONTHS = {name[:3].lower() for name in months.ENGLISH if name != "May"}
_ABBREVIATIONS = frozenset((
    *_MONTHS, "sept", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "mr",
    "mrs", "ms", "dr", "prof", "no",
    "vol", "fig", "st", "inc", "corp", "ltd", "co", "vs", "etc", "approx", "dept", "est", "gov", "jr",
    "sr", "e.g", "i.e", "u.s", "u.k", "a.m", "p.m", "am", "pm", "pt",
))  # fmt: skip


def sentences(text: str, phrases: Sequence[Phrase]) -> Iterator[tuple[int, int]]:
    """Places of the sentences. Nothing is cut inside a date, a bracket or a book title."""
    line = plain(text)
    taken = bytearray(len(line))
    for phrase in phrases:
        taken[phrase.start : phrase.end] = b"\1" * (phrase.end - phrase.start)
    start, depth = 0, 0
    lead = phrases[0].end if phrases and not _WORDS.search(line, 0, phrases[0].start) else -1
    for mark in _MARK.finditer(line):
        place, char = mark.start(), mark[0]
        if char in "([【《“":
            depth += 1
        elif char in ")]】》”":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif "①" <= char <= "⑳":  # one of several in a line: ① … ② …
            if line[start:place].strip():
                yield start, place
            start = place
        elif char == "." and (place == lead or _DOTS.match(line, lead)) and place <= lead + 4:
            continue  # Dec 14. Tool library evening, Dec 14 ... the same: the date leads the line
        elif _stops(line, place, char) if not taken[place] else _half_day_stops(line, place, start):
            if line[start : place + 1].strip():
                yield start, place + 1
            start = place + 1
    if line[start:].strip():
        yield start, len(line)


_DOTS = re.compile(r" ?\.{2,4} ")
_SENTENCE_FIRST = re.compile(r"\s+[A-Z0-9\"“(《\u3400-\u9fff]|\s*$")
_LAST_WORD = re.compile(r"[\w.]+$")


# … at 10:30 a.m. The register is closed …; not: 9:00 a.m. The future of steel
_HALF_DAY = re.compile(r"[ap]\.m\.$", re.IGNORECASE)
_NEW_SENTENCE = re.compile(r" (?:The|This|These|It|They|We|All|There|Please|If) ")


def _half_day_stops(line: str, place: int, start: int) -> bool:
    """Whether the point of "a.m." ends a sentence too: one with words before the time."""
    return (
        _NEW_SENTENCE.match(line, place + 1) is not None
        and _HALF_DAY.search(line, max(0, place - 3), place + 1) is not None
        and len(_WORDS.findall(line, start, place)) > 3
    )


_WORDS = re.compile(r"[^\W\d_]{2,}")


def _stops(line: str, place: int, char: str) -> bool:
    if char in _STOP_ZH:
        return True
    if char != ".":
        return False
    following = line[place + 1 : place + 3]
    if not _SENTENCE_FIRST.match(line[place + 1 : place + 6] or ""):
        return False
    word = _LAST_WORD.search(line[max(0, place - 12) : place])
    if word is None or not following:
        return True
    text = word[0].lower()
    return text not in _ABBREVIATIONS and not (len(text) == 1 and text.isalpha())
