"""Cases of wanasit/chrono: test/en and test/zh, run with stand-ins that record what they demand.

record.mjs says how. What is wanted is what a test's expect(...) demands: year, month, day, hour,
minute and offset, or an instant. chrono answers with one instant, and says which parts of it the
text said: wanted is a day where the hour was not said, a month or a year where the day was not. A
text without a reference date does not hang on one, and is read on the first wanted day. Where a test
demands that nothing is found (by the casual parsers), the case has no date.

Left out besides what cases.py leaves out: parsers made in a test, what is demanded in part (a day
without its year), texts of several lines, times with seconds, references between midnight and four
(where "tomorrow" may be the day that has begun), and "the end of" a month that is taken whole.

Taken either way besides what cases.py takes so, since one instant stands for a window: "next week"
is the week (from Monday, or from Sunday as chrono counts) or the day in it; "this weekend" its
Saturday or both days; months or years from now that month or year or the day in it; "within five
days" and "next two weeks" the last day or the days until then.
"""

from __future__ import annotations

import calendar
import re
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from scripts.conformance import chrono_node, clones
from scripts.conformance.cases import PART_OF_DAY, Case, Want, days, in_scope

SUITE = "chrono"
ZONES = {"en": "America/New_York", "en.GB": "Europe/London", "zh": "Asia/Shanghai"}
_WITHIN = re.compile(r"(?i)within|内|內")
_NEXT_FEW = re.compile(r"(?i)next \w+ (?:day|week|month|quarter|qtr|year)s?$|未来|未來")
_FROM_NOW = re.compile(r"(?i)\b(?:in|after|later|from)\b|后|後|\+")
_WEEK = re.compile(r"(?i)(?:this|next|coming|下|这|這|本).*(?:week|周|週|星期|礼拜|禮拜)$")
_WEEKDAY = re.compile(r"(?i)(?:mon|tues|wednes|thurs|fri|satur|sun)day")
_WEEKEND = re.compile(r"(?i)weekend|周末|週末")
_QUARTER = re.compile(r"(?i)quarter|qtr")
_PART_OF = re.compile(r"(?i)\b(?:end|start|beginning|middle) of (?:the )?$")
_NOW_OR_PART = re.compile(r"而家|[上下中]午|晏[晝昼]|[早晚]上")
_NIGHT = (time(0, 1), time(4))
_DAY = timedelta(1)

Trial = dict[str, Any]  # a line of record.mjs


def cases(clone: Path, package: Path = chrono_node.PACKAGE) -> Iterator[Case]:
    with tempfile.TemporaryDirectory() as folder:
        for lang in ("en", "zh"):
            for trial in _record(clone, lang, Path(folder), package):
                case = _case(trial)
                if case is not None and (not case.wants or in_scope(case)):
                    yield case


def _record(clone: Path, lang: str, folder: Path, package: Path) -> list[Trial]:
    """Runs copies of the clone's tests of a language."""
    copies = []
    for path in clones.files(clone, f"test/{lang}"):
        if path.endswith(".test.ts"):
            copy = folder / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(clones.text(clone, path), "utf-8")
            copies.append(str(copy))
    return chrono_node.run(
        "record.mjs", *copies, zone=ZONES[lang], readable=[folder], package=package
    )


def _case(trial: Trial) -> Case | None:
    parser, text = trial["parser"], trial["text"]
    zone = _zone(parser, trial["offset"])
    if zone is None or "\n" in text or _PART_OF.search(text[: _place(trial)[0]]):
        return None
    reference = datetime.fromisoformat(trial["reference"]) if trial["reference"] else None
    if reference and _NIGHT[0] <= reference.time() < _NIGHT[1]:
        return None
    today = reference.date() if reference else None
    if trial["none"]:
        strict = ".strict" in parser
        day = today or date(2026, 1, 1)
        return None if strict else Case(SUITE, parser[:2], text, day, zone, (), (0, len(text)))
    wants = tuple(dict.fromkeys(_wants(trial, today)))
    if not wants:
        return None
    day = today or wants[0].days[0]
    return Case(SUITE, parser[:2], text, day, zone, wants, _place(trial))


def _zone(parser: str, offset: int | None) -> str | None:
    """Of the reference where it has one, else the parser's; None for a parser made in a test."""
    zone = ZONES.get("en.GB" if parser.startswith("en.GB") else parser.split(".")[0])
    if zone is None or offset is None:
        return zone
    return None if offset % 60 else f"Etc/GMT{-offset // 60:+d}"


def _words(trial: Trial) -> str:
    """The words of the text that make the date, as far as the test says."""
    words = trial["demanded"]["result"].get("text")
    return words if isinstance(words, str) else trial["text"]


def _place(trial: Trial) -> tuple[int, int]:
    words = _words(trial)
    start = trial["demanded"]["result"].get("index", max(trial["text"].find(words), 0))
    return start, start + len(words)


def _wants(trial: Trial, today: date | None) -> list[Want]:
    demanded, said = trial["demanded"], trial["said"]
    if not _on_a_day(trial) or "result/relativeDateAndTime" in trial["tags"]:
        return []
    ranged = bool(said["end"] or demanded["end"])
    start, end = _moment(trial, "start"), _moment(trial, "end") if ranged else None
    if start is None or (ranged and end is None):
        return []
    if _said(trial, "start", "hour"):
        if start.second or (end and (end.second or not _said(trial, "end", "hour"))):
            return []
        return [Want(start, frozenset({end} if end else ()))]
    if end:
        return [days(_span(trial, "start", start)[0], _span(trial, "end", end)[1])]
    return _untimed(trial, start.date(), _span(trial, "start", start), today)


def _on_a_day(trial: Trial) -> bool:
    """Not a time of day alone."""
    words = _words(trial).strip()
    if any(_said(trial, "start", name) for name in ("year", "month", "day", "weekday")):
        return not _NOW_OR_PART.fullmatch(words)
    timed = _said(trial, "start", "hour") or PART_OF_DAY.search(words)
    return not timed or words.lower().startswith("this ")


def _said(trial: Trial, part: str, name: str) -> bool:
    """Whether the text says the year, the day, the hour: as demanded, else as chrono has it."""
    demanded = trial["demanded"][part].get(f"certain {name}")
    return bool((trial["said"][part] or {}).get(name) if demanded is None else demanded)


def _moment(trial: Trial, part: str) -> datetime | None:
    """What is demanded of the start or the end, None where that is less than what was said."""
    demanded = trial["demanded"][part]
    timed = _said(trial, part, "hour")
    zoned = timed and _said(trial, part, "timezoneOffset")
    needed = ["year", "month", "day"]
    if _said(trial, part, "month") and not _said(trial, part, "day"):
        needed.remove("day")
    needed += ["hour"] * timed + ["timezoneOffset"] * zoned
    if not all(isinstance(demanded.get(name), int) for name in needed):
        instant = demanded.get("date")
        written = instant and instant["utc" if zoned else "wall"]
        return datetime.fromisoformat(written) if written else None
    try:
        moment = datetime(  # noqa: DTZ001 - the wall clock's, or its offset follows
            demanded["year"],
            demanded["month"],
            demanded.get("day", 1),
            *((demanded.get(name, 0) for name in ("hour", "minute", "second")) if timed else ()),
        )
    except ValueError:  # before year 1
        return None
    offset = demanded.get("timezoneOffset")
    return moment.replace(tzinfo=timezone(timedelta(minutes=offset))) if zoned else moment


def _span(trial: Trial, part: str, moment: datetime) -> tuple[date, date]:
    """The days that were said: the day, or its quarter, month or year."""
    day = moment.date()
    if _said(trial, part, "day") or _said(trial, part, "weekday"):
        return day, day
    if _QUARTER.search(_words(trial)):
        first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        return first, _month_end(first.replace(month=first.month + 2))
    if _said(trial, part, "month"):
        return day.replace(day=1), _month_end(day)
    if _said(trial, part, "year"):
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return day, day


def _untimed(trial: Trial, day: date, said: tuple[date, date], today: date | None) -> list[Want]:
    words = _words(trial).strip()
    first, last = said
    if _WEEKEND.search(words):
        return [days(day), days(day, day + _DAY)]
    if _WEEK.search(words) and not _WEEKDAY.search(words) and not _NEXT_FEW.search(words):
        sunday = day - timedelta(day.isoweekday() % 7)
        starts = (day - timedelta(day.weekday()), sunday, sunday + _DAY)
        return [days(day), *(days(start, start + timedelta(6)) for start in starts)]
    if today is None:
        return [days(first, last)]
    until = [days(day), days(today, day), days(today + _DAY, day)]
    if _WITHIN.search(words):
        return until
    if _NEXT_FEW.search(words):
        return until + _whole_units(first, last, today)
    from_now = "result/relativeDate" in trial["tags"] and _FROM_NOW.search(words)
    return [days(first, last), *([days(day)] if from_now else [])]


def _whole_units(first: date, last: date, today: date) -> list[Want]:
    """Of months, quarters or years: the last one, and all of them from the next one."""
    if first == last:
        return []
    length = (last.year - first.year) * 12 + last.month - first.month + 1
    month = today.year * 12 + today.month - 1
    year, month = divmod(month - month % length + length, 12)
    return [days(first, last), days(date(year, month + 1, 1), last)]


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
