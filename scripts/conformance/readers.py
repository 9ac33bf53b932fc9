"""What Horizon's date grammar, chrono and dateparser read in the cases, a list a case.

A phrase counts when it overlaps the case's place. None for a case: the reader raised an error.
"""

from __future__ import annotations

import calendar
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from dateparser.search import search_dates

from scripts.conformance import chrono_node
from scripts.conformance.cases import Case, Reading
from service.core.dates.phrases import Anchor, find, others, read

Readings = list[list[Reading] | None]
_TIMED = re.compile(r"(?i)[:点點時时：]|[0-9]\s*[ap]\.?m|[0-9]h\b|noon|midnight")


def horizon(cases: Sequence[Case]) -> Readings:
    return [_caught(_horizon, case) for case in cases]


def chrono(cases: Sequence[Case]) -> Readings:
    """With forwardDate; in British cases by its British parser."""
    parsers = {"America/New_York": "en", "Europe/London": "en.GB", "Asia/Shanghai": "zh"}
    asked = [
        {
            "text": case.text,
            "parser": parsers.get(case.zone, case.lang),
            "today": case.today.isoformat(),
        }
        for case in cases
    ]
    answers = chrono_node.run("read.mjs", zone="UTC", lines=asked)
    return [
        None if answer is None else list(_of_chrono(case, answer))
        for case, answer in zip(cases, answers, strict=True)
    ]


def dateparser(cases: Sequence[Case]) -> Readings:
    """By search_dates, told the language, to prefer the future, and the order of the numbers."""
    return [_caught(_dateparser, case) for case in cases]


def _caught(reader: Callable[[Case], Iterator[Reading]], case: Case) -> list[Reading] | None:
    try:
        return list(reader(case))
    except Exception as fault:  # counted as crashed
        print(f"{reader.__name__[1:]}: {case.text!r}: {fault!r}", file=sys.stderr)
        return None


def _overlaps(case: Case, start: int, end: int) -> bool:
    return start < case.where[1] and end > case.where[0]


def _horizon(case: Case) -> Iterator[Reading]:
    anchor = Anchor(case.today, case.zone)
    for phrase in find(case.text):
        if _overlaps(case, phrase.start, phrase.end):
            for one in (read(phrase, anchor), *others(phrase, anchor)):
                if one is not None:
                    when = one.when
                    end = None if when.open_ended else when.end
                    yield Reading(when.first, when.last, when.start, end)


def _of_chrono(case: Case, answer: list[dict[str, Any]]) -> Iterator[Reading]:
    for one in answer:
        if not _overlaps(case, *one["place"]):
            continue
        start, end = one["start"], one["end"]
        try:
            first, last = _said(start)[0], _said(end or start)[1]
            if start["said"]["hour"]:
                yield Reading(first, last, _moment(start), _moment(end) if end else None)
            else:
                yield Reading(first, last)
        except ValueError:  # a year before 1 or after 9999
            continue


def _said(part: dict[str, Any]) -> tuple[date, date]:
    """The days that were said: of one whose day was not, its month or year."""
    day, said = date.fromisoformat(part["wall"][:10]), part["said"]
    if said["day"] or said["weekday"] or said["hour"]:
        return day, day
    if said["month"]:
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    if said["year"]:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day, day


def _moment(part: dict[str, Any]) -> datetime:
    moment = datetime.fromisoformat(part["wall"])
    if not part["said"]["timezoneOffset"]:
        return moment
    return moment.replace(tzinfo=timezone(timedelta(minutes=part["offset"])))


def _dateparser(case: Case) -> Iterator[Reading]:
    orders = {"America/New_York": "MDY", "Europe/London": "DMY", "Asia/Shanghai": "YMD"}
    settings = {
        "RELATIVE_BASE": datetime.combine(case.today, datetime.min.time()),
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": orders.get(case.zone, "MDY"),
    }
    after = 0
    for words, moment in search_dates(case.text, languages=[case.lang], settings=settings) or ():
        start = case.text.find(words, after)
        after = max(start, 0) + len(words)
        if start < 0 or _overlaps(case, start, after):
            timed = moment if _TIMED.search(words) else None
            yield Reading(moment.date(), moment.date(), timed)
