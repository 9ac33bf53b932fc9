"""An event as the line that a weekly report prints, exact enough to be read back.

Everything before the first full-width colon is the date, everything behind it the title as it is
kept. No two dates have the same words:

    5 月 13 日                            2026-05-13
    5 月 13 日-14 日                      2026-05-13/2026-05-14
    7 月 30 日-8 月 2 日                  2026-07-30/2026-08-02
    2026 年 12 月 30 日-2027 年 1 月 2 日  2026-12-30/2027-01-02
    5 月 20 日 01:00（北京时间）           2026-05-20T01:00+08:00
    5 月 20 日 01:00-03:00（北京时间）     2026-05-20T01:00+08:00/2026-05-20T03:00+08:00
    5 月 20 日 23:00-5 月 21 日 02:00（UTC+5:45）   the same over midnight, in a zone without a name
    10 月 24 日 23:00（UTC+1）-10 月 25 日 03:00（UTC）   with an offset for each end
    5 月                                  2026-05
    5 月上旬, 5 月中旬, 5 月下旬           the 1st to 10th, 11th to 20th, 21st to the end, as a window
    5 月 18 日-24 日之间                  [2026-05-18..2026-05-24]
    二季度                                2026-34
    上半年, 下半年                        2026-40, 2026-41
    2026 年                               2026
    约 5 月                               2026-05~
    5 月（待确认）                        2026-05?

A year stands in front (`2027 年 1 月 6 日`, `2027 年二季度`, `2027 年 5 月下旬`) unless the reader's own
rule finds it: without a year, a date is the one of the report's year that still lies ahead.

A title that would be read as something else (it holds a date, or several names) stands in 〖…〗, and is
then read just as it stands.

In the last brackets also stand, after the zone and 待确认: 每年, 每月, 每周 or 每日 for a plain
recurrence of that frequency, 定期 for any other (whose rule the line does not tell; the date is the
first one), and 已取消: `6 月 10 日-11 日（每年，已取消）：…`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.core.dates import when as when_
from service.core.dates.when import InvalidWhen, Precision, When
from service.core.events import wording
from service.core.events.event import Event
from service.core.reading.document import Line
from service.core.reading.reader import announcements

_ZONE = "Asia/Shanghai"  # every line names its own
_EVERY = {
    "FREQ=YEARLY": "每年",
    "FREQ=MONTHLY": "每月",
    "FREQ=WEEKLY": "每周",
    "FREQ=DAILY": "每日",
}


def note_line(event: Event, day: date | None = None) -> str:
    """The event's line in a report of that day, in Chinese; without a day every year is written.

    What core/extract reads of it, on that day, is the event's title and date again.
    """
    when, details = event.when, event.details
    years = not _implied(when, day)
    remarks = []
    if when.start is not None and when.end is not None:
        words, zone = _times(when, when.start, when.end, details.timezone, years)
        remarks.append(zone)
    else:
        words = _dates(when, years)
    if when.qualifier == "~":
        words = f"约 {words}"
    if when.qualifier == "?":
        remarks.append("待确认")
    if details.recurrence:
        remarks.append(_EVERY.get(details.recurrence, "定期"))
    if event.cancelled:
        remarks.append("已取消")
    if remarks:
        words += f"（{'，'.join(remarks)}）"
    line = f"{words}：{event.title}"
    return line if _read_back(line, event, day) else f"{words}：〖{event.title}〗"


def _read_back(line: str, event: Event, day: date | None) -> bool:
    """Whether the line alone says what it is to say."""
    found = announcements((Line(line, None, 1),), day or event.when.first, _ZONE)
    return [(one.title, one.when.text) for one in found] == [(event.title, event.when.text)]


def _implied(when: When, day: date | None) -> bool:
    """Whether the date is understood without its year."""
    if day is None:
        return False
    last = when.end.date() if when.end else when.last
    # A window that has begun can still only mean this year's; a day that is past would be next year's.
    ahead = when.first >= day if when.dated else when.last >= day
    return ahead and when.first.year == last.year == day.year


def _dates(when: When, years: bool) -> str:
    first, year = when.first, f"{when.first.year} 年" if years else ""
    month = f"{year} {first.month} 月" if years else f"{first.month} 月"
    if when.precision is Precision.DAY:
        return _days(first, when.last, years)
    if when.precision is Precision.MONTH:
        return month
    if when.precision is Precision.QUARTER:
        return f"{year}{'一二三四'[(first.month - 1) // 3]}季度"
    if when.precision is Precision.HALF:
        return f"{year}{'上' if first.month == 1 else '下'}半年"
    if when.precision is Precision.YEAR:
        return f"{first.year} 年"
    third = _third(first, when.last)
    return f"{month}{third}" if third else f"{_days(first, when.last, years)}之间"


def _third(first: date, last: date) -> str | None:
    if (first.year, first.month) != (last.year, last.month):
        return None
    if first.day == 21 and (last + timedelta(days=1)).day == 1:
        return "下旬"
    return {(1, 10): "上旬", (11, 20): "中旬"}.get((first.day, last.day))


def _days(first: date, last: date, years: bool) -> str:
    words = _day(first, years)
    if last == first:
        return words
    if last.year != first.year:
        return f"{words}-{_day(last, True)}"
    if last.month != first.month:
        return f"{words}-{_day(last, False)}"
    return f"{words}-{last.day} 日"


def _day(day: date, years: bool) -> str:
    words = f"{day.month} 月 {day.day} 日"
    return f"{day.year} 年 {words}" if years else words


def _times(
    when: When, start: datetime, end: datetime, timezone: str, years: bool
) -> tuple[str, str]:
    """The times as they are written, and the words of their zone: its name where that settles the
    offsets, else the offset."""
    words = f"{_day(start.date(), years)} {start:%H:%M}"
    named = _named(when, start, end, timezone)
    if end > start:
        if not named and end.utcoffset() != start.utcoffset():
            words += f"（{_offset(start)}）"
        if end.date() == start.date() and "（" not in words:
            words += f"-{end:%H:%M}"
        else:
            words += f"-{_day(end.date(), end.year != start.year)} {end:%H:%M}"
    return words, named or _offset(end)


def _named(when: When, start: datetime, end: datetime, timezone: str) -> str | None:
    """The zone's name, if people have one for it and the clock times in it mean just these."""
    name = wording.zone_name(timezone, start, "zh")
    if name.startswith("UTC"):
        return None
    text = f"{start:%Y-%m-%dT%H:%M}"
    if end > start:
        text += f"/{end:%Y-%m-%dT%H:%M}"
    try:
        understood = when_.parse(text + when.qualifier, ZoneInfo(timezone))
    except InvalidWhen:  # an hour that a clock change leaves out or makes double
        return None
    return name if understood.text == when.text else None


def _offset(moment: datetime) -> str:
    offset = moment.utcoffset()
    minutes = int(offset.total_seconds()) // 60 if offset else 0
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
