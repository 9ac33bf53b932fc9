"""What clock times, parts of the day and zones say, in both languages; minutes count from midnight."""

from __future__ import annotations

import re

from service.core.dates import zones
from service.core.dates.numerals import en_number, number
from service.core.dates.phrases.tokens import Kind, Said
from service.core.dates.phrases.words import PARTS_EN, PARTS_OF_DAY


def zh_clock(match: re.Match[str]) -> Said | None:
    hour = number(match["hour"])
    minute = 0
    numeral = not match["hour"].isascii()
    if numeral and not (
        match["part"] or match["half"] or match["quarter"] or match["minute"] or "整" in match[0]
        or "正" in match[0] or hour == 0
    ):  # fmt: skip
        return None  # 三点建议
    if match["minute"]:
        minute = number(match["minute"])
    elif match["half"]:
        minute = 30
    elif match["quarter"]:
        minute = 15 * number(match["quarter"])
    elif match["m2"]:
        minute = int(match["m2"])
    value = minutes_of(hour, minute)
    if value is None:
        return None
    part = match["part"]
    if part:
        return Said(Kind.CLOCK, minutes=(in_part(value, part),), word=part)
    return Said(Kind.CLOCK, minutes=(value,), weak=half_open(match["hour"]))


def minutes_of(hour: int, minute: int) -> int | None:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return hour * 60 + minute


def half_open(hour: str) -> bool:
    """Whether 8 may be 20: not 08, not 13."""
    return hour[0] not in "0零〇" and number(hour) <= 12


def in_part(minutes: int, part: str) -> int:
    """A clock time in minutes, by the part of day beside it: 晚上8点, 8 in the evening."""
    hour, minute = divmod(minutes, 60)
    begins = PARTS_OF_DAY[part] if part in PARTS_OF_DAY else PARTS_EN[part]
    small_hours = begins == 18 and hour < 5
    if (begins >= 12 and hour < 12 and not small_hours) or (begins == 11 and hour < 5):
        hour += 12
    elif begins >= 18 and hour == 12:
        hour = 24
    elif (begins == 0 or part == "morning") and hour == 12:
        hour = 0
    return hour * 60 + (minute if hour < 24 else 0)


def en_minutes(hour: str, minute: str | None, half: str | None) -> int | None:
    h, m = en_number(hour.strip()), int(minute or 0)
    if half and half[0].lower() == "p" and 12 < h < 24 and minute is not None:
        return minutes_of(h, m)  # 23:00 PM
    if half:
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half[0].lower() == "p" else 0)
    return minutes_of(h, m)


def en_clock(match: re.Match[str]) -> Said | None:
    value = en_minutes(match["hour"], match["minute"], match["half"])
    return None if value is None else Said(Kind.CLOCK, minutes=(value,))


def en_clocks(match: re.Match[str]) -> Said | None:
    """10-11:30 a.m.: the half of the day stands once, and the first may lie before noon (11-1 p.m.)."""
    if match["and"] and not match.string[: match.start()].lower().endswith("between "):
        return None
    last = en_minutes(match["h2"], match["m2"], match["half"])
    first = en_minutes(match["h1"], match["m1"], match["half1"] or match["half"])
    if first is None or last is None:
        return None
    if first >= last and match["half1"]:
        return None
    if first >= last:
        first = en_minutes(match["h1"], match["m1"], "a") or 0
    return Said(Kind.CLOCKS, minutes=(first, last))


def en_noon(match: re.Match[str]) -> Said:
    return Said(Kind.CLOCK, minutes=(24 * 60 if "midnight" in match[0].lower() else 12 * 60,))


def military(match: re.Match[str]) -> Said | None:
    """1900-2130 hours, 0930 hrs."""
    times = [
        minutes_of(int(text[:2]), int(text[2:])) for text in (match["from"], match["to"]) if text
    ]
    if None in times:
        return None
    minutes = tuple(time for time in times if time is not None)
    return Said(Kind.CLOCKS if len(minutes) == 2 else Kind.CLOCK, minutes=minutes)


def bare_hour(match: re.Match[str]) -> Said | None:
    """At 8, 9 tomorrow evening: a time only beside a part of the day; at 5, which nobody begins before dawn."""
    hour = en_number(match["hour"])
    afternoon = hour <= 6 and match[0][:1].isalpha()
    return Said(
        Kind.CLOCK, minutes=(hour * 60,), weak=True, word="afternoon" if afternoon else "bare"
    )


def clock_span(match: re.Match[str]) -> Said | None:
    """Between 9:30 and 11:00."""
    values = [minutes_of(int(match[h]), int(match[m])) for h, m in (("h1", "m1"), ("h2", "m2"))]
    minutes = tuple(value for value in values if value is not None)
    if len(minutes) < 2 or minutes[0] >= minutes[1]:
        return None
    return Said(Kind.CLOCKS, minutes=minutes, weak=half_open(match["h1"]) and minutes[1] <= 720)


def bare_hours(match: re.Match[str]) -> Said | None:
    """From 7 to 9, between 10 and 11:30."""
    values = [
        minutes_of(en_number(match[h]), int(match[m] or 0)) for h, m in (("h1", "m1"), ("h2", "m2"))
    ]
    minutes = tuple(value for value in values if value is not None)
    if len(minutes) < 2 or minutes[0] >= minutes[1]:
        return None
    return Said(Kind.CLOCKS, minutes=minutes, weak=True, word="bare")


_SPACES = re.compile(r"\s+")
_OFFSET = re.compile(r"([+-]) ?([0-9]{1,2})(?::?([0-9]{2}))?$")


def named_zone(match: re.Match[str]) -> Said | None:
    text = _SPACES.sub(" ", match[0].strip(" ()")).lower()
    offset = _OFFSET.search(text)
    if offset:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours > 14 or minutes > 59:
            return None
        return Said(Kind.ZONE, word=f"{offset[1]}{hours:02d}:{minutes:02d}")
    return Said(Kind.ZONE, word=zones.IN_TEXT[text])


def part_of_day(match: re.Match[str]) -> Said:
    return Said(Kind.PART_OF_DAY, word=match.groupdict().get("part") or match[0])
