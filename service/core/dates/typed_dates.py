"""A `when` as a person writes one: in words, `5月13日-14日`, `next Tuesday 10am PT`, or in a line with the
title."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from service.core.dates.phrases import Anchor, find
from service.core.dates.phrases import read as read_phrase
from service.core.dates.when import InvalidWhen, When, parse
from service.core.text.characters import plain

# What is meant as EDTF keeps its own errors, which say what to write instead (2026-05/2026-06).
_EDTF = re.compile(r"\s*(?:[\[{]|\d{4}(?:$|[-~?]|/\d{4}))")
# Words that lead a date in, and say nothing of it.
_FILLER = re.compile(
    r"\b(?:on|in|at|by|before|until|from|sometime|some time|the|as of)\b|截至|截止|不晚于|之?前|在|于|起",
    re.IGNORECASE,
)
_DATE_FIRST = re.compile(r"(?P<when>\S{2,80}?)(?:：|:?\s)\s*(?P<title>.+)")
_DATE_LAST = re.compile(r"(?P<title>.+?)(?:\s|[,，:：])\s*(?P<when>\S{2,80})")
_PARTING_FIRST = re.compile(r"(?:[：:]|\s)\s*")
_PARTING_LAST = re.compile(r"(?:[,，:：]|\s)\s*$")
_MAX_LENGTH = 100
_LONGEST = 1000
_LEAST_SURE = 0.5


# Two days that have nothing in common: words that mean the same from both do not hang on the day.
_SOME_DAYS = (date(1990, 1, 1), date(2151, 7, 15))


def read_spoken(text: str, zone: str, today: date | None) -> When | None:
    """The date that the text is, the whole of it one date; None for everything else.

    Without a year it is the next such day from `today` on; without `today` the words alone have to
    say which day. Times are in the IANA `zone`.
    """
    if today is None:
        first, second = (_read(text, zone, day) for day in _SOME_DAYS)
        return first if first == second else None
    return _read(text, zone, today)


def _read(text: str, zone: str, today: date) -> When | None:
    if len(text) > _MAX_LENGTH or _EDTF.match(text):
        return None
    phrases = find(text)
    if len(phrases) != 1:
        return None
    (phrase,) = phrases
    rest = plain(text[: phrase.start] + text[phrase.end :])
    if re.search(r"\w", _FILLER.sub("", rest)) or phrase.others or phrase.every:
        return None
    read = read_phrase(phrase, Anchor(today, zone))
    if read is None or read.sure < _LEAST_SURE or read.leftover:
        return None
    return read.when


def parted(line: str, zone: str, today: date) -> tuple[str, When] | None:
    """Title and date of a line that begins or ends with a `when`, EDTF or words, parted from the title by
    a space or a colon: `2026-05-13/2026-05-14 百度大会`. None where neither end is one."""
    line = line.strip()
    if len(line) > _LONGEST:
        return None
    return _words_parted(line, zone, today) or _token_parted(line, zone, today)


def _words_parted(line: str, zone: str, today: date) -> tuple[str, When] | None:
    """By the words that are a date, which may be several: `June 9, 2026: Summit`."""
    phrases = find(line)
    if len(phrases) != 1:
        return None
    (phrase,) = phrases
    when = read_spoken(line[phrase.start : phrase.end], zone, today)
    if when is None:
        return None
    after, before = line[phrase.end :], line[: phrase.start]
    first, last = _PARTING_FIRST.match(after), _PARTING_LAST.search(before)
    if not before and first and after[first.end() :]:
        return after[first.end() :], when
    if not after and last and before[: last.start()]:
        return before[: last.start()].rstrip(), when
    return None


def _token_parted(line: str, zone: str, today: date) -> tuple[str, When] | None:
    for pattern in (_DATE_FIRST, _DATE_LAST):
        found = pattern.fullmatch(line)
        if found is None or _cuts_a_date(line, *found.span("when")):
            continue
        try:
            when: When | None = parse(found["when"], ZoneInfo(zone))
        except InvalidWhen:
            when = read_spoken(found["when"], zone, today)
        if when is not None:
            return found["title"].strip(), when
    return None


def _cuts_a_date(line: str, start: int, end: int) -> bool:
    """Whether words of one date stand on both sides of the edge of this part: `June | 9, 2026`."""
    return any(one.start < edge < one.end for one in find(line) for edge in (start, end))
