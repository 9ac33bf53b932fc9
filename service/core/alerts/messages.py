"""What alerts say, in Chinese and English: digest, reminder, change, and several in one.

What stands where, and in which tone, is `digest.md`'s. A message is composed once and sent word for
word as often as it takes, so nothing here depends on the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.core.alerts.digest import Digest, Moved
from service.core.alerts.message import Message, Paragraph, Span, TextRow, cut, listed, safe
from service.core.alerts.reminders import Changed, Reminder
from service.core.dates.when import Precision, When
from service.core.events import wording
from service.core.events.change_words import headline, longer_by
from service.core.events.event import ChangeKind, Event, Source
from service.core.events.items import Item
from service.core.events.kinds import KIND_WORDS, Kind

# Slack shows "today" and the like by the reader's clock; the date itself stands beside it.
_WHEN_FORMAT = "{date_short_pretty} {time}"
_TIME_FORMAT = "{time}"

_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "late": "（应于 {} 发送）",
        "colon": "：",
        "open": "（",
        "close": "）",
        "today": "今天",
        "changes": "变动",
        "reminders": "提醒",
        "ahead": "未来 {} 天",
        "undated": "日期待公布",
        "overdue": "已过时间窗，仍无日期",
        "next": "下一项",
        "nothing ahead": "未来 {} 天暂无已确定日期的事件。",
        "nothing today": "今天暂无已确定日期的事件。",
        "calendar": "查看日历",
        "subscribe": "订阅日历",
        "details": "详情",
        "add": "添加到日历",
        "test": "Horizon 试发消息：这个频道能收到日历的提醒。",
    },
    "en": {
        "late": " (due at {})",
        "colon": ": ",
        "open": " (",
        "close": ")",
        "today": "Today",
        "changes": "Changes",
        "reminders": "Reminders",
        "ahead": "Next {} days",
        "undated": "Date not announced yet",
        "overdue": "Window passed, still no date",
        "next": "Next",
        "nothing ahead": "No events with a set date in the next {} days.",
        "nothing today": "No events with a set date today.",
        "calendar": "View calendar",
        "subscribe": "Subscribe",
        "details": "Details",
        "add": "Add to calendar",
        "test": "A trial message from Horizon: this channel can receive the calendar's alerts.",
    },
}
# The longest that each of an event's own words may be in a message about that event alone.
_TITLE, _PLACE, _ORGANIZATIONS = 300, 100, 80
_DIGEST_TITLE = 120
_EXCERPT, _SOURCE_TITLE, _PUBLISHER, _ADDRESS = 300, 200, 100, 200


@dataclass(frozen=True)
class _Style:
    """How a message is written. `day` is the one from which its dates are told."""

    lang: str
    base_url: str
    timezone: str
    day: date

    @property
    def zh(self) -> bool:
        return self.lang == "zh"

    def word(self, name: str, *given: object) -> str:
        return _WORDS["zh" if self.zh else "en"][name].format(*given)

    def brackets(self, text: str) -> str:
        return f"{self.word('open')}{text}{self.word('close')}"


def digest_message(digest: Digest, lang: str, base_url: str) -> Message:
    """All that the digest has; a channel leaves out what it has no room for."""
    style = _Style(lang, base_url.rstrip("/"), digest.timezone, digest.day)
    return _message(_digest_parts(digest, style), style)


def reminder_message(
    reminder: Reminder,
    lang: str,
    base_url: str,
    timezone: str,
    excerpts: bool = True,
) -> Message:
    """One occurrence of an event, and how far away it is."""
    day = reminder.day(ZoneInfo(timezone))
    style = _Style(lang, base_url.rstrip("/"), timezone, day)
    event = reminder.event
    lead = _lead_words(reminder, style)
    late = _late_words(reminder, style)
    rows = [
        TextRow(
            (
                Span(f"{lead}{style.word('colon')}{_title(event, style)}", bold=True),
                *([Span(late)] if late else []),
            )
        ),
        TextRow(_when_and_aside(event, reminder.occurrence, style)),
        *_source_rows(event.details.source, style, excerpts),
        TextRow(
            (
                Span(style.word("details"), url=_page(event, style)),
                Span(" · "),
                Span(style.word("add"), url=f"{style.base_url}/api/v1/events/{event.id}.ics"),
            ),
            aloud=False,
        ),
    ]
    return _message([Paragraph(tuple(rows))], style, event if not event.when.dated else None)


def change_message(
    changed: Changed,
    lang: str,
    base_url: str,
    timezone: str,
    excerpts: bool = True,
) -> Message:
    """Old and new, and what kind of change that is."""
    event = changed.event_after
    day = event.updated_at.astimezone(ZoneInfo(timezone)).date()
    style = _Style(lang, base_url.rstrip("/"), timezone, day)
    moved = _moved(changed)
    kind = moved.kind
    head = (
        Span(_change_word(moved, style) + style.word("colon"), bold=True),
        Span(_title(event, style), bold=True, url=_page(event, style)),
    )
    if kind is ChangeKind.CANCELLED:
        rows = [TextRow((*head, Span(_cancelled_words(moved, style))))]
    elif kind in (ChangeKind.LATER, ChangeKind.EARLIER) or _resized(moved):
        rows = [TextRow((*head, Span(" "), *_step(moved, style, remark=True)))]
    else:
        rows = [TextRow(head), TextRow(tuple(_step(moved, style)))]
    rows += _source_rows(changed.source, style, excerpts)
    offered = not event.when.dated and not event.cancelled
    return _message([Paragraph(tuple(rows))], style, event if offered else None)


def joined_message(
    items: Sequence[Reminder | Changed], lang: str, base_url: str, timezone: str
) -> Message:
    """Several reminders and changes in one, a line each."""
    reminders = [item for item in items if isinstance(item, Reminder)]
    changes = [item for item in items if isinstance(item, Changed)]
    zone = ZoneInfo(timezone)
    days = [r.day(zone) for r in reminders]
    days += [c.event_after.updated_at.astimezone(zone).date() for c in changes]

    style = _Style(lang, base_url.rstrip("/"), timezone, max(days))
    counts = [
        _count(len(found), *words, style)
        for found, words in (
            (reminders, ("提醒", "reminder")),
            (changes, ("变动", "change")),
        )
        if found
    ]
    title = ("、" if style.zh else " and ").join(counts)
    parts = [Paragraph((TextRow((Span(title, bold=True),)),))]
    if reminders:
        rows = [_joined_reminder(r, replace(style, day=r.day(zone))) for r in reminders]
        parts.append(_list(style.word("reminders"), rows))
    if changes:
        rows = [_change_row(_moved(changed), style) for changed in changes]
        parts.append(_list(style.word("changes"), rows))
    return _message(parts, style)


def test_message(lang: str, base_url: str) -> Message:
    style = _Style(lang, base_url.rstrip("/"), "UTC", date.min)
    link = TextRow((Span(style.word("calendar"), url=f"{style.base_url}/"),), aloud=False)
    return _message([Paragraph((TextRow((Span(style.word("test")),)), link))], style)


# pytest would take it for a test wherever it is imported by its name.
test_message.__test__ = False  # type: ignore[attr-defined]


def _message(parts: Sequence[Paragraph], style: _Style, undated: Event | None = None) -> Message:
    url = f"{style.base_url}/"
    return Message(style.lang, url, tuple(parts), None if undated is None else undated.id)


# The digest


def _digest_parts(digest: Digest, style: _Style) -> list[Paragraph]:
    day = wording.day(digest.day, style.lang, years=False)
    weekday = wording.weekday(digest.day, style.lang)
    words = f"{day} {weekday}" if style.zh else f"{weekday} {day}"
    title = safe(digest.title, _DIGEST_TITLE)
    named = [Span(title, bold=True, name=True)] if title else []
    head = [*named, Span(f" · {words}" if title else words, bold=True)]
    if digest.late_since:
        head.append(Span(style.word("late", f"{digest.late_since:%H:%M}")))
    parts = [Paragraph((TextRow(tuple(head)),))]
    empty = not (digest.today or digest.ahead)
    if empty:
        name = "nothing ahead" if digest.days_ahead else "nothing today"
        parts.append(Paragraph((TextRow((Span(style.word(name, digest.days_ahead)),)),)))
    lists: tuple[tuple[str, list[TextRow]], ...] = (
        (style.word("today"), [_today_row(item, style) for item in digest.today]),
        (style.word("changes"), [_change_row(moved, style) for moved in digest.changes]),
        (
            style.word("ahead", digest.days_ahead),
            [_ahead_row(item, style) for item in digest.ahead],
        ),
        (style.word("undated"), [_undated_row(item, style) for item in digest.undated]),
        (style.word("overdue"), [_overdue_row(item, style) for item in digest.overdue]),
    )
    parts += [_list(name, rows) for name, rows in lists if rows]
    if digest.next_up:
        parts.append(Paragraph((_next_row(digest.next_up, style),)))
    if empty:
        # Where there is little to read, the way to the rest; else each title is a link.
        links = (
            Span(style.word("calendar"), url=f"{style.base_url}/"),
            Span(" · "),
            Span(style.word("subscribe"), url=f"{style.base_url}/#subscribe"),
        )
        parts.append(Paragraph((TextRow(links, aloud=False),)))
    return parts


def _today_row(item: Item, style: _Style) -> TextRow:
    spans = [_linked(item.event, style, bold=True)]
    length, number = (item.last - item.first).days + 1, (style.day - item.first).days + 1
    if item.when.timed:
        same_day = length == 1
        spans += [Span(" · "), *_times(item.event, item.when, style, bare=same_day)]
    if length > 1:
        spans.append(_dot(_running_words(number, length, item.last, style), spans, style))
    elif item.when.approximate:
        words = wording.near(item.when, style.lang, item.event.details.timezone, style.day)
        spans.append(_dot(words, spans, style))
    organizations = _organizations(item.event, style)
    if organizations:
        spans.append(_dot(organizations, spans, style))
    return TextRow(tuple(spans))


def _running_words(number: int, length: int, last: date, style: _Style) -> str:
    until = wording.day(last, style.lang, years=False)
    if number == 1:
        if length == 2:
            return "今明两天" if style.zh else "today and tomorrow"
        return f"今天起 {length} 天，至{until}" if style.zh else f"{length} days, until {until}"
    if number == length:
        if style.zh:
            return f"第 {number} 天，共 {length} 天，今天结束"
        return f"day {number} of {length}, the last"
    if style.zh:
        return f"第 {number} 天，共 {length} 天，至{until}"
    return f"day {number} of {length}, until {until}"


def _ahead_row(item: Item, style: _Style) -> TextRow:
    away = _away((item.first - style.day).days, style)
    if item.when.timed:
        spans = _times(item.event, item.when, style, away)
    else:
        spans = [Span(_days_words(item.event, item.when, style) + style.brackets(away))]
    return TextRow((*spans, _dot("", spans, style), _linked(item.event, style)))


def _next_row(item: Item, style: _Style) -> TextRow:
    away = style.brackets(_away((item.first - style.day).days, style))
    words = wording.near(item.when, style.lang, item.event.details.timezone, style.day)
    return TextRow(
        (
            Span(style.word("next"), bold=True),
            Span(f" · {words} "),
            _linked(item.event, style),
            Span(away),
        )
    )


def _undated_row(item: Item, style: _Style) -> TextRow:
    words = wording.near(item.when, style.lang, item.event.details.timezone, style.day)
    if item.first <= style.day:
        words += style.brackets(_left_words(item.when, style))
    spans = [Span(words)]
    return TextRow((*spans, _dot("", spans, style), _linked(item.event, style)))


def _left_words(when: When, style: _Style) -> str:
    left = (when.last - style.day).days
    if not style.zh:
        return {0: "last day", 1: "1 day left"}.get(left, f"{left} days left")
    name = ""
    if when.precision is not Precision.WINDOW:
        bare = wording.short(replace(when, qualifier=""), "zh", style.timezone)
        name = bare.removesuffix("内")
    return f"{name}还剩 {left} 天" if left else f"{name}最后一天"


def _overdue_row(item: Item, style: _Style) -> TextRow:
    spans = [Span(wording.near(item.when, style.lang, item.event.details.timezone, style.day))]
    return TextRow((*spans, _dot("", spans, style), _linked(item.event, style)))


def _change_row(moved: Moved, style: _Style) -> TextRow:
    head = (_linked(moved.event, style), Span(style.word("colon")))
    word = _change_word(moved, style)
    if not style.zh:
        word = word.lower()
    if moved.kind is ChangeKind.CANCELLED:
        tail = [Span(word, bold=True), Span(_cancelled_words(moved, style))]
    elif moved.kind in (ChangeKind.CREATED, ChangeKind.RESTORED, ChangeKind.EDITED):
        tail = [Span(word + ("，" if style.zh else ", ")), *_step(moved, style)]
    else:
        tail = _step(moved, style, remark=True)
    return TextRow((*head, *tail))


# Reminders


def _joined_reminder(reminder: Reminder, style: _Style) -> TextRow:
    event = reminder.event
    late = _late_words(reminder, style)
    when = _when_row(event, reminder.occurrence, style)
    return TextRow(
        (
            Span(_lead_words(reminder, style), bold=True),
            Span(" · "),
            *when,
            _dot("", when, style),
            _linked(event, style),
            *([Span(late)] if late else []),
        )
    )


def _lead_words(reminder: Reminder, style: _Style) -> str:
    """How far away it is: `7 天后`, `In 2 hours`; of an undated event, its window."""
    days = reminder.days_left(ZoneInfo(style.timezone))
    if not reminder.occurrence.dated:
        return _window_words(reminder, days, style)
    left = reminder.time_left()
    if left is not None and timedelta() < left < timedelta(days=1):
        words = _hours(left, style)
        return f"{words}后" if style.zh else f"In {words}"
    start = reminder.occurrence.start
    if start is not None and start < reminder.told_at:
        return "已开始" if style.zh else "Has begun"
    if days < 0:
        return "正在进行" if style.zh else "Under way"
    away = _away(days, style)
    return away if style.zh else away[0].upper() + away[1:]


def _window_words(reminder: Reminder, days: int, style: _Style) -> str:
    if reminder.open or days < 0:
        zone = ZoneInfo(style.timezone)
        left = (reminder.occurrence.last - reminder.day(zone)).days
        if style.zh:
            return f"时间窗{_spaced(_away(left, style))}结束，仍无日期"
        return f"No date yet, and its window ends {_away(left, style)}"
    if style.zh:
        return f"{_away(days, style)}进入时间窗"
    away = _away(days, style)
    return f"{away[0].upper()}{away[1:]} its window begins"


def _late_words(reminder: Reminder, style: _Style) -> str | None:
    if not reminder.late:
        return None
    due = reminder.due_at.astimezone(ZoneInfo(style.timezone))
    words = f"{due:%H:%M}"
    if due.date() != style.day:
        day = wording.day(due.date(), style.lang, years=due.year != style.day.year)
        words = f"{day} {words}" if style.zh else f"{day}, {words}"
    return style.word("late", words)


def _when_row(event: Event, when: When, style: _Style) -> list[Span]:
    if when.timed:
        return _times(event, when, style)
    if not when.dated:
        return [Span(wording.full(when, style.lang, event.details.timezone))]
    return [Span(_days_words(event, when, style))]


def _when_and_aside(event: Event, when: When, style: _Style) -> tuple[Span, ...]:
    spans = _when_row(event, when, style)
    if event.details.kind is not Kind.OTHER:
        kind = KIND_WORDS["zh" if style.zh else "en"][event.details.kind]
        spans.append(_dot(kind, spans, style))
    place = safe(event.details.location, _PLACE)
    if place:
        spans.append(_dot(place, spans, style))
    return tuple(spans)


def _source_rows(source: Source | None, style: _Style, excerpts: bool) -> list[TextRow]:
    if source is None:
        return []
    kept = replace(
        source,
        title=safe(source.title, _SOURCE_TITLE),
        publisher=safe(source.publisher, _PUBLISHER),
        url=safe(source.url, _ADDRESS),
        excerpt=safe(source.excerpt, _EXCERPT),
    )
    line = wording.source_line(kept, style.lang, excerpts)
    return [TextRow((Span(line),))] if line else []


# Changes


def _moved(changed: Changed) -> Moved:
    kind, days = changed.net()
    return Moved(
        changed.event_after, kind, changed.event_before.when, changed.event_after.when, days
    )


def _step(moved: Moved, style: _Style, remark: bool = False) -> list[Span]:
    """Old → new; the new date alone where there is no other."""
    event = moved.event
    spans: list[Span] = []
    if moved.before is not None and moved.before.text != moved.after.text:
        # Two dates of which one needs its year are told with both.
        years = _years(moved.before, style) | _years(moved.after, style)
        style = style if len(years) == 1 else replace(style, day=date.min)
        old = wording.near(moved.before, style.lang, event.details.timezone, style.day)
        spans.append(Span(f"{old} → "))
    if moved.after.timed:
        spans += _times(event, moved.after, style, bold=True)
    else:
        words = wording.near(moved.after, style.lang, event.details.timezone, style.day)
        spans.append(Span(words, bold=True))
    if remark:
        by = _by_words(moved, style)
        spans += [Span(style.brackets(by))] if by else []
    return spans


def _years(when: When, style: _Style) -> set[int]:
    return {when.first.year, when.last.year, style.day.year}


def _change_word(moved: Moved, style: _Style) -> str:
    return headline(moved.kind, moved.before, moved.after)[0 if style.zh else 1]


def _resized(moved: Moved) -> int:
    return longer_by(moved.kind, moved.before, moved.after)


def _by_words(moved: Moved, style: _Style) -> str:
    resized = _resized(moved)
    if resized:
        if style.zh:
            return f"{'延长' if resized > 0 else '缩短'} {abs(resized)} 天"
        return f"{_counted(abs(resized), 'day')} {'longer' if resized > 0 else 'shorter'}"
    if moved.kind in (ChangeKind.FIRMED, ChangeKind.LOOSENED, ChangeKind.REINSTATED):
        word = _change_word(moved, style)
        return word if style.zh else word.lower()
    if moved.kind not in (ChangeKind.LATER, ChangeKind.EARLIER):
        return ""
    later = moved.kind is ChangeKind.LATER
    before, after = moved.before, moved.after
    ends = before is not None and (before.first, before.start) == (after.first, after.start)
    if moved.days:
        amount = f"{moved.days} 天" if style.zh else _counted(moved.days, "day")
    elif before is not None and before.start and after.start and before.end and after.end:
        by = after.end - before.end if ends else after.start - before.start
        amount = _hours(abs(by), style)
    else:
        amount = ""
    if style.zh:
        word = f"{'结束' if ends else ''}{'推迟' if later else '提前'}"
        return f"{word} {amount}" if amount else word
    word = f"{amount} {'later' if later else 'earlier'}".strip()
    return f"ends {word}" if ends else word


def _cancelled_words(moved: Moved, style: _Style) -> str:
    when = moved.before or moved.after
    words = wording.near(when, style.lang, moved.event.details.timezone, style.day)
    return style.brackets(f"原定{words}" if style.zh else f"was {words}")


# Words


def _times(
    event: Event,
    when: When,
    style: _Style,
    remark: str = "",
    bold: bool = False,
    bare: bool = False,
) -> list[Span]:
    """A timed value in the reader's zone where Slack can show it, and in the event's beside it.

    The plain text and Slack's fallback have it in the rule's zone. `remark` comes in brackets.
    `bare`: without the day, which is the message's.
    """
    assert when.start is not None
    assert when.end is not None
    zone, own = ZoneInfo(style.timezone), event.details.timezone
    start, end = when.start.astimezone(zone), when.end.astimezone(zone)
    here = wording.zone_name(style.timezone, start, style.lang)
    same = start.utcoffset() == when.start.astimezone(ZoneInfo(own)).utcoffset()
    words = f"{start:%H:%M}" if bare else _at_words(start, style)
    moments = [(when.start, words, _WHEN_FORMAT)]
    if end > start:
        one_day = end.date() == start.date()
        words = f"{end:%H:%M}" if one_day else _at_words(end, style)
        short = end - start < timedelta(days=1)
        moments.append((when.end, words, _TIME_FORMAT if short else _WHEN_FORMAT))
    spans: list[Span] = []
    for moment, words, format_ in moments:
        if spans:
            spans.append(Span("—" if style.zh else "–", bold=bold))
        # Only the fallback says whose time it is: what Slack shows is the reader's.
        named = words if same or moment is not moments[-1][0] else words + style.brackets(here)
        spans.append(Span(named, bold=bold, at=moment, format=format_, plain=words))
    if when.approximate:
        about = when.qualifier == "~"
        unsure = (
            ("大约" if about else "待确认") if style.zh else ("approx." if about else "unconfirmed")
        )
        remark = _comma([unsure, remark], style)
    source = wording.near(replace(when, qualifier=""), style.lang, own, style.day)
    beside = f"，即 {source}" if style.zh else f", that is {source}"
    shown = style.brackets(remark) if remark else ""
    told = style.brackets(_comma([here, remark], style))
    spans.append(Span(shown + beside, plain=told if same else told + beside))
    return spans


def _comma(words: Sequence[str], style: _Style) -> str:
    return ("，" if style.zh else ", ").join(word for word in words if word)


def _at_words(moment: datetime, style: _Style) -> str:
    day = wording.day(moment.date(), style.lang, years=moment.year != style.day.year)
    weekday = wording.weekday(moment.date(), style.lang)
    if style.zh:
        return f"{day} {weekday} {moment:%H:%M}"
    return f"{weekday} {day}, {moment:%H:%M}"


def _days_words(event: Event, when: When, style: _Style) -> str:
    """Whole days with the weekday of the first; about days have none to name."""
    words = wording.near(when, style.lang, event.details.timezone, style.day)
    if when.approximate:
        return words
    weekday = wording.weekday(when.first, style.lang)
    return f"{words} {weekday}" if style.zh else f"{weekday} {words}"


def _away(days: int, style: _Style) -> str:
    if style.zh:
        return {0: "今天", 1: "明天", 2: "后天"}.get(days, f"{days} 天后")
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def _spaced(words: str) -> str:
    """A number in Chinese text has a space before it."""
    return f" {words}" if words[0].isdigit() else words


def _hours(length: timedelta, style: _Style) -> str:
    hours, minutes = divmod(max(1, round(length.total_seconds() / 60)), 60)
    if style.zh:
        parts = [f"{hours} 小时" if hours else "", f"{minutes} 分钟" if minutes else ""]
    else:
        parts = [
            _counted(hours, "hour") if hours else "",
            _counted(minutes, "minute") if minutes else "",
        ]
    return " ".join(part for part in parts if part)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _count(number: int, zh: str, en: str, style: _Style) -> str:
    return f"{number} 项{zh}" if style.zh else _counted(number, en)


def _dot(words: str, before: Sequence[Span], style: _Style) -> Span:
    # A closing Chinese bracket brings its own space.
    tight = style.zh and before[-1].text.endswith("）")
    return Span(f"{'' if tight else ' '}· {words}")


def _title(event: Event, style: _Style) -> str:
    return safe(event.title_in(style.lang), _TITLE) or event.id


def _linked(event: Event, style: _Style, bold: bool = False) -> Span:
    return Span(_title(event, style), bold=bold, url=_page(event, style), name=True)


def _page(event: Event, style: _Style) -> str:
    return f"{style.base_url}/events/{event.id}"


def _organizations(event: Event, style: _Style) -> str:
    """Who holds it. Names are not translated: an English digest leaves out those in Chinese."""
    names = event.details.organizations
    if not style.zh:
        names = tuple(n for n in names if not any("\u4e00" <= char <= "\u9fff" for char in n))
    separator = "、" if style.zh else ", "
    return safe(cut(separator.join(names), 1000), _ORGANIZATIONS)


def _list(name: str, rows: Sequence[TextRow]) -> Paragraph:
    return listed([TextRow((Span(name, bold=True),))], rows)
