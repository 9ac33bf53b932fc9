"""A line's items, an item's sentences, a sentence's segments: each segment has one date to tell of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.core.dates.phrases import Phrase
from service.core.text.characters import plain

_ITEM = re.compile(
    r"(?=[①-⑳⑴-⒇㈠-㈩❶-❿])|(?<=[;；。,，\s])(?=\(?[0-9]{1,2}[)）])"
    r"|(?<=[;；。])(?=[(（][一二三四五六七八九十][)）])|(?<=[;:] )(?=\((?:i{1,3}|iv|vi{0,3})\))"
)
_ITEM_MARK = re.compile(r"[)①-⑳⑴-⒇㈠-㈩❶-❿]")
_MARK = re.compile(r"[。！？!?；;.(\[【《“)\]】》”]")
_STOP_ZH = "。！？!?；;"
_ABBREVIATIONS = frozenset((
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue",
    "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "mr", "mrs", "ms", "dr", "prof", "no",
    "vol", "fig", "st", "inc", "corp", "ltd", "co", "vs", "etc", "approx", "dept", "est", "gov", "jr",
    "sr", "e.g", "i.e", "u.s", "u.k", "a.m", "p.m", "am", "pm", "pt",
))  # fmt: skip


def items(text: str) -> Iterator[tuple[int, int]]:
    """Places of the items of a line: ①…；②…, 1)…; 2)…"""
    line = plain(text)
    if not _ITEM_MARK.search(line):
        yield 0, len(text)
        return
    cuts = [found.start() for found in _ITEM.finditer(line)]
    cuts = [cut for cut in cuts if cut > 0 and line.count("(", 0, cut) <= line.count(")", 0, cut)]
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        if text[start:end].strip():
            yield start, end


def sentences(text: str, phrases: Sequence[Phrase]) -> Iterator[tuple[int, int]]:
    """Places of the sentences. Nothing is cut inside a date, a bracket or a book title."""
    line = plain(text)
    taken = bytearray(len(line))
    for phrase in phrases:
        taken[phrase.start : phrase.end] = b"\1" * (phrase.end - phrase.start)
    start, depth = 0, 0
    for mark in _MARK.finditer(line):
        place, char = mark.start(), mark[0]
        if char in "([【《“":
            depth += 1
        elif char in ")]】》”":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif _stops(line, place, char) if not taken[place] else _half_day_stops(line, place, start):
            if line[start : place + 1].strip():
                yield start, place + 1
            start = place + 1
    if line[start:].strip():
        yield start, len(line)


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


_SPLIT = re.compile(
    r"[,;，；。](?= ?)|、|\s(?:and|while|with|but|whereas|then)\s(?!by\b)|[)\]】](?= )| - |-{2,}",
    re.IGNORECASE,
)


def divided(between: str) -> bool:
    """Whether two dates with this between them tell of two things."""
    return any(_outside(between, found.start()) for found in _SPLIT.finditer(between))


_WORD = re.compile(r"\w")
# 股权登记日不变，仍为5月26日: the name is in the clause before
_STILL = re.compile(r" ?(?:仍然?|均|则|也)?[为是定]?[于在]? ?")
_LABEL = re.compile(r"^.{0,14}:")


def segments(text: str, phrases: Sequence[Phrase]) -> Iterator[tuple[int, int]]:
    """The text cut between dates that each tell of something of their own."""
    line = plain(text)
    start = 0
    for index, phrase in enumerate(phrases):
        if index + 1 == len(phrases):
            yield start, len(text)
            return
        following = phrases[index + 1]
        between = line[phrase.end : following.start]
        cuts = [found for found in _SPLIT.finditer(between) if _outside(between, found.start())]
        if not cuts:
            yield start, following.start
            start = following.start
            continue
        # A date that leads its clause has the name behind it: the last mark before the next date divides.
        leads = not _WORD.search(_LABEL.sub("", line[start : phrase.start]))
        strong = [cut for cut in cuts if cut[0] in ",;，；。)]】"]
        marks = strong or cuts
        if len(marks) > 1 and _STILL.fullmatch(between, marks[-1].end()):
            marks = marks[:-1]
        chosen = marks[-1 if leads or len(marks) > 1 else 0]
        yield start, phrase.end + (chosen.end() if chosen[0] in ")]】" else chosen.start())
        start = phrase.end + chosen.end()


def _outside(text: str, place: int) -> bool:
    head = text[:place]
    if text[place] in ")]】":
        head = text[: place + 1]
    return (
        head.count("(") <= head.count(")")
        and head.count("《") <= head.count("》")
        and head.count("[") <= head.count("]")
    )


def bracketed(line: str, start: int, end: int) -> tuple[int, int] | None:
    """The innermost bracket that holds start … end, with its brackets."""
    depth = 0
    for place in range(start - 1, -1, -1):
        if line[place] in ")]】":
            depth += 1
        elif line[place] in "([【":
            if depth == 0:
                close = re.compile(r"[)\]】]").search(line, end)
                return (place, close.end()) if close else (place, len(line))
            depth -= 1
    return None
