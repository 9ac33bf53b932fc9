"""`when` in words, Chinese and English, for feeds, Slack and pages alike.

Chinese ranges take 一字线 (5月13日—14日), English ones an en dash (13–14 May 2026). An unknown day is
said to be unknown; no form invents one. Times are shown in the event's own zone, which is named.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from service.core.dates import months, zones
from service.core.dates.when import Precision, When
from service.core.events.event import Event, Source
from service.core.text.lines import fold

_QUARTERS = "一二三四"
_WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


_PART_OF_YEAR = re.compile(r"(\d{4})-(3[3-6]|4[01])(?=[~?]?$)")
_PARTS_OF_YEAR = {"33": "Q1", "34": "Q2", "35": "Q3", "36": "Q4", "40": "H1", "41": "H2"}


def written(when: When | str) -> str:
    """A date (or its EDTF string) in the form that people are shown and may type, which reads back to
    the same: EDTF, but `2026-Q2` for `2026-34` and `2026-H1` for `2026-40`."""
    return _PART_OF_YEAR.sub(lambda m: f"{m[1]}-{_PARTS_OF_YEAR[m[2]]}", str(when))


def full(when: When, lang: str, timezone: str) -> str:
    """The date with its year, and that it is still open where it is:
    `2026年5月，具体日期待公布`, `13–14 May 2026`, `2026年5月20日 01:00—03:00（北京时间）`."""
    if when.timed:
        return _qualified(when, _times(when, lang, timezone, years=True), lang)
    if when.precision is Precision.DAY:
        return _qualified(when, _days(when.first, when.last, lang, years=True), lang)
    words = _qualified(when, _window(when, lang, years=True), lang)
    return f"{words}，具体日期待公布" if lang == "zh" else f"{words}, date to be announced"


def short(when: When, lang: str, timezone: str) -> str:
    """The date without its year: `5月13日—14日`, `5月内`; `13–14 May`, `in May`."""
    if when.timed:
        return _qualified(when, _times(when, lang, timezone, years=False), lang)
    if when.precision is Precision.DAY:
        return _qualified(when, _days(when.first, when.last, lang, years=False), lang)
    if lang == "zh":
        return _qualified(when, _window_zh(when), lang)
    words = _window(when, lang, years=False)
    if when.precision is Precision.HALF:
        words = f"the {words}"
    return _qualified(when, words if words.startswith("between") else f"in {words}", lang)


def near(when: When, lang: str, timezone: str, today: date) -> str:
    """short(), with the year where it is another than today's: `5月内`, `2027年5月内`, `in May 2027`."""
    first, last = when.in_zone(ZoneInfo(timezone))
    if first.year == last.year == today.year:
        return short(when, lang, timezone)
    if when.dated:
        return full(when, lang, timezone)
    if lang == "zh":
        words = _window_zh(when)
        year = f"{first.year}年"
        return _qualified(when, words if words.startswith(year) else year + words, lang)
    words = _window(when, lang, years=True)
    if when.precision is Precision.HALF:
        words = f"the {words}"
    return _qualified(when, words if words.startswith("between") else f"in {words}", lang)


def weekday(value: date, lang: str) -> str:
    """`周三`, `Wed`."""
    return _WEEKDAYS["zh" if lang == "zh" else "en"][value.weekday()]


def lead(event: Event, lang: str) -> str:
    """What stands before an event's title in a calendar while its day is not settled, else nothing:
    `〔5月内〕`, `[May, date TBD] `; approximate days `〔约〕`, `[approx.] `."""
    when = event.when
    zh = lang == "zh"
    if when.dated:
        if not when.approximate:
            return ""
        word = {("~", True): "约", ("?", True): "待确认", ("~", False): "approx."}.get(
            (when.qualifier, zh), "unconfirmed"
        )
        return f"〔{word}〕" if zh else f"[{word}] "
    if zh:
        unsure = when.qualifier == "?"  # no brackets within brackets
        inner = (
            f"{_window_zh(when)}，待确认" if unsure else _qualified(when, _window_zh(when), lang)
        )
        return f"〔{inner}〕"
    return f"[{_qualified(when, _window(when, lang, years=False), lang)}, date TBD] "


def called_off(event: Event, lang: str) -> str:
    """What stands before the title of an event that was called off: `〔已取消〕`, `[cancelled] `."""
    if not event.cancelled:
        return ""
    return "〔已取消〕" if lang == "zh" else "[cancelled] "


def day(value: date, lang: str, years: bool = True) -> str:
    """One day: `2026年4月27日`, `27 April 2026`."""
    return _days(value, value, lang, years)


def by_hand(on: date, lang: str) -> Source:
    """The source of a date that somebody entered without naming one: that it was entered by hand,
    and on which day."""
    return Source(title=_by_hand(on, lang), date=on)


def entered_by_hand(source: Source) -> bool:
    """Whether it is such a source, in whatever language."""
    on = source.date
    return on is not None and source.title in (_by_hand(on, "zh"), _by_hand(on, "en"))


def pasted(on: date, lang: str) -> str:
    """What text is called that somebody pasted, of which nothing else is known."""
    words = day(on, lang)
    return f"{words}粘贴的文字" if lang == "zh" else f"pasted on {words}"


def received(on: date, lang: str) -> str:
    """What a document is called that came without a name, and has no title."""
    words = day(on, lang)
    return f"{words}收到的文档" if lang == "zh" else f"received on {words}"


def source_line(source: Source, lang: str, excerpt: bool = True) -> str:
    """Where a date was read, in one sentence; `excerpt` says whether to quote it."""
    zh = lang == "zh"
    title = source.title
    day_named = entered_by_hand(source)
    if source.date and day_named:
        title = _by_hand(source.date, lang)
    elif title and not title.startswith("《") and zh and _chinese(title):
        title = f"《{title}》"
    elif title and not zh:
        title = f"“{title}”"
    names = [name for name in (source.publisher, title) if name]
    joined = ("" if zh and title.startswith("《") else ", ").join(names)
    if not joined:
        joined = source.url
    if source.date and not day_named:
        words = day(source.date, lang)
        if not joined:
            joined = words
        else:
            joined += f"（{words}）" if zh else f" ({words})"
    if source.excerpt and excerpt:
        quoted = f"“{source.excerpt}”"
        if not joined:  # as of a line that somebody typed
            return f"原文：{quoted}" if zh else f"As written: {quoted}"
        joined += f"，原文：{quoted}" if zh else f": {quoted}"
    return (f"来源：{joined}" if zh else f"Source: {joined}") if joined else ""


def _by_hand(on: date, lang: str) -> str:
    words = day(on, lang)
    return f"{words}手工录入" if lang == "zh" else f"entered by hand on {words}"


def zone_name(timezone: str, at: datetime, lang: str) -> str:
    """The zone as people call it, else its offset at that time: `北京时间`, `UTC+5:45`."""
    names = zones.NAMES.get(timezone)
    if names and names.shown:
        return names.shown[0 if lang == "zh" else 1]
    offset = at.astimezone(ZoneInfo(timezone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def _chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in fold(text))


def _qualified(when: When, words: str, lang: str) -> str:
    if when.qualifier == "~":
        return f"约{words}" if lang == "zh" else f"around {words}"
    if when.qualifier == "?":
        return f"{words}（待确认）" if lang == "zh" else f"{words} (unconfirmed)"
    return words


def _days(first: date, last: date, lang: str, years: bool) -> str:
    return _days_zh(first, last, years) if lang == "zh" else _days_en(first, last, years)


def _days_zh(first: date, last: date, years: bool) -> str:
    years = years or first.year != last.year
    words = f"{first.year}年" if years else ""
    words += f"{first.month}月{first.day}日"
    if last == first:
        return words
    if last.year != first.year:
        return f"{words}—{last.year}年{last.month}月{last.day}日"
    if last.month != first.month:
        return f"{words}—{last.month}月{last.day}日"
    return f"{words}—{last.day}日"


def _days_en(first: date, last: date, years: bool) -> str:
    years = years or first.year != last.year
    tail = f"{last.day} {months.ENGLISH[last.month - 1]}" + (f" {last.year}" if years else "")
    if last == first:
        return tail
    if last.year != first.year:
        return f"{first.day} {months.ENGLISH[first.month - 1]} {first.year} – {tail}"
    if last.month != first.month:
        return f"{first.day} {months.ENGLISH[first.month - 1]} – {tail}"
    return f"{first.day}–{tail}"


def _times(when: When, lang: str, timezone: str, years: bool) -> str:
    assert when.start is not None
    assert when.end is not None
    zone = ZoneInfo(timezone)
    start, end = when.start.astimezone(zone), when.end.astimezone(zone)
    dash, comma = ("—", " ") if lang == "zh" else ("–", ", ")
    words = _days(start.date(), start.date(), lang, years) + f"{comma}{start:%H:%M}"
    if end > start:
        if end.date() == start.date():
            words += f"{dash}{end:%H:%M}"
        else:
            with_year = years and end.year != start.year
            ending = _days(end.date(), end.date(), lang, with_year or (lang == "en" and years))
            space = "" if lang == "zh" else " "
            words += f"{space}{dash}{space}{ending}{comma}{end:%H:%M}"
    name = zone_name(timezone, start, lang)
    return f"{words}（{name}）" if lang == "zh" else f"{words} ({name})"


def _third(when: When) -> int | None:
    """Whether a window is the first, second or last third of a month (上旬, 中旬, 下旬)."""
    if when.precision is not Precision.WINDOW or when.first.month != when.last.month:
        return None
    if when.first.year != when.last.year:
        return None
    end = months.length(when.last.year, when.last.month)
    return {(1, 10): 0, (11, 20): 1, (21, end): 2}.get((when.first.day, when.last.day))


def _window_zh(when: When) -> str:
    """`5月内`, `5月下旬`, `二季度内`, `下半年`, `2026年内`, `5月18日—24日间`."""
    first = when.first
    third = _third(when)
    if third is not None:
        return f"{first.month}月{'上中下'[third]}旬"
    if when.precision is Precision.MONTH:
        return f"{first.month}月内"
    if when.precision is Precision.QUARTER:
        return f"{_QUARTERS[(first.month - 1) // 3]}季度内"
    if when.precision is Precision.HALF:
        return "上半年" if first.month == 1 else "下半年"
    if when.precision is Precision.YEAR:
        return f"{first.year}年内"
    return _days_zh(first, when.last, years=False) + "间"


def _window(when: When, lang: str, years: bool) -> str:
    """A window in words that can stand alone, with its year if asked for."""
    if lang == "zh":
        year = f"{when.first.year}年"
        if when.precision is Precision.YEAR:
            return year
        if when.precision is Precision.WINDOW and _third(when) is None:
            return _days_zh(when.first, when.last, years=True) + "之间"
        return year + _window_zh(when).removesuffix("内")
    first, year = when.first, f" {when.first.year}" if years else ""
    third = _third(when)
    month = months.ENGLISH[first.month - 1]
    if third is not None:
        return f"{('early', 'mid', 'late')[third]}{'-' if third == 1 else ' '}{month}{year}"
    if when.precision is Precision.MONTH:
        return f"{month}{year}"
    if when.precision is Precision.QUARTER:
        return f"Q{(first.month + 2) // 3}{year}"
    if when.precision is Precision.HALF:
        return f"{'first' if first.month == 1 else 'second'} half" + (f" of{year}" if years else "")
    if when.precision is Precision.YEAR:
        return f"{first.year}"
    return f"between {_between_en(first, when.last, years)}"


def _between_en(first: date, last: date, years: bool) -> str:
    years = years or first.year != last.year
    end = f"{last.day} {months.ENGLISH[last.month - 1]}" + (f" {last.year}" if years else "")
    if first.year != last.year:
        return f"{first.day} {months.ENGLISH[first.month - 1]} {first.year} and {end}"
    if first.month != last.month:
        return f"{first.day} {months.ENGLISH[first.month - 1]} and {end}"
    return f"{first.day} and {end}"
