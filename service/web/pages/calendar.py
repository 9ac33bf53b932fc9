"""The month as a sheet, and twelve months as lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from starlette.responses import Response

from service.core.dates import months
from service.core.events import wording
from service.core.events.items import Item
from service.core.views import agenda, month, timeline
from service.core.views.month import Bar, Week
from service.core.views.timeline import TimeAxis
from service.web.pages import showing
from service.web.pages.showing import filter_query
from service.web.pages.site import Site, Visit

MOST_IN_MONTH = 1000
MOST_IN_TRAY = 40
MOST_ROWS = 80
MONTHS = 12


def register(site: Site) -> None:
    """The addresses of this subject."""
    site.get("/month", _month)
    site.get("/timeline", _timeline)


def _month(visit: Visit) -> Response:
    wanted, problems = visit.wanted()
    day = visit.day("month") or wanted.from_ or visit.today
    first, last = month.bounds(day)
    asked = replace(wanted, from_=first, to=last)
    with visit.reading() as reading:
        events = reading.select(asked, limit=MOST_IN_MONTH + 1)
    hidden = len(events) > MOST_IN_MONTH
    found = agenda.items(events[:MOST_IN_MONTH], first, last, visit.zone)
    sheet = month.sheet(found, day)
    dated = [
        item
        for item in found
        if item.when.dated and item.first <= sheet.last and item.last >= sheet.first
    ]
    query = {**filter_query(replace(wanted, from_=None, to=None)), **visit.looking_back}

    def to(other: date) -> dict[str, str]:
        href = visit.address("/month", query, month=f"{other:%Y-%m}")
        return {"href": href, "label": visit.t.month_short(other)}

    return visit.page(
        "month.html",
        current="agenda",
        heading=visit.t.month(sheet.first),
        bar=showing.bar(visit, "/month", "month", wanted, problems),
        before=to(months.first_of(sheet.first - timedelta(days=1))),
        after=to(sheet.last + timedelta(days=1)),
        now_href=visit.address("/month", query),
        weekdays=[wording.weekday(d, visit.lang) for d in sheet.weeks[0].days],
        hidden=visit.t.hidden_rows.format(MOST_IN_MONTH) if hidden else "",
        undated=[showing.name(item, visit) for item in sheet.undated[:MOST_IN_TRAY]],
        more_undated=visit.t.more_in_day.format(len(sheet.undated) - MOST_IN_TRAY)
        if len(sheet.undated) > MOST_IN_TRAY
        else "",
        weeks=[_week(week, sheet, visit, query) for week in sheet.weeks],
        events=[showing.row(item, visit, quoted=False) for item in dated[:MOST_ROWS]],
    )


def _week(
    week: Week, sheet: month.Sheet, visit: Visit, query: dict[str, list[str]]
) -> dict[str, Any]:
    days = []
    for day, more in zip(week.days, week.more, strict=True):
        outside = "" if sheet.first <= day <= sheet.last else "outside"
        today = "today" if day == visit.today else ""
        days.append(
            {
                "iso": day.isoformat(),
                "label": str(day.day),
                "today": bool(today),
                "style": f"{outside} {today}".strip(),
                "more": visit.t.more_in_day.format(more) if more else "",
                "href": visit.address("/", query, **{"from": day, "to": day}),
            }
        )
    lanes = max((bar.lane + 1 for bar in week.bars), default=0)
    return {"days": days, "bars": [_bar(bar, visit) for bar in week.bars], "lanes": lanes}


def _bar(bar: Bar, visit: Visit) -> dict[str, Any]:
    start = bar.item.when.start if bar.begins else None
    clock = f"{start.astimezone(visit.zone):%H:%M} " if start else ""
    named = showing.name(bar.item, visit)
    return {
        **named,
        "title": clock + named["title"],
        "label": showing.lane_line(bar.item, visit),
        "column": bar.column,
        "span": bar.span,
        "lane": bar.lane + 1,
        "begins": bar.begins,
        "ends": bar.ends,
    }


def _timeline(visit: Visit) -> Response:
    wanted, problems = visit.wanted()
    start = visit.day("month") or visit.today
    line = timeline.months_ahead(start, MONTHS)
    asked = replace(wanted, from_=line.first, to=line.last)
    with visit.reading() as reading:
        events = reading.select(asked, limit=MOST_ROWS + 1)
        shown = events[:MOST_ROWS]
        hidden = "" if len(events) == len(shown) else visit.t.hidden_rows.format(MOST_ROWS)
    found = agenda.items(shown, line.first, line.last, visit.zone)
    rows = [_row(list(items), line, visit) for items in _by_event(found)]
    query = {**filter_query(replace(wanted, from_=None, to=None)), **visit.looking_back}

    def to(months: int) -> str:
        at = date(line.first.year + months // 12, line.first.month, 1)
        return visit.address("/timeline", query, month=f"{at:%Y-%m}")

    undated = sum(row["open"] for row in rows)
    t = visit.t
    return visit.page(
        "timeline.html",
        current="agenda",
        heading=t.year_ahead
        if line.first == months.first_of(visit.today)
        else t.days(line.first, line.last, visit.today),
        summary=t.count_shown(len(rows), undated),
        bar=showing.bar(visit, "/timeline", "timeline", wanted, problems),
        before_href=to(-12),
        after_href=to(12),
        months=t.scale(line.months(), line),
        today=line.at(visit.today) if line.first <= visit.today <= line.last else None,
        rows=rows,
        hidden=hidden,
    )


def _by_event(found: list[Item]) -> list[list[Item]]:
    """The items of each event together, in the order of their first."""
    order = {item.event.id: number for number, item in reversed(list(enumerate(found)))}
    ranked = sorted(found, key=lambda item: (order[item.event.id], item.first))
    return [list(items) for _, items in groupby(ranked, key=lambda item: item.event.id)]


def _row(items: list[Item], line: TimeAxis, visit: Visit) -> dict[str, Any]:
    return {**showing.name(items[0], visit), "drawn": [drawn(item, line) for item in items]}


def drawn(item: Item, line: TimeAxis, least: float = 0.7) -> dict[str, Any]:
    """An item as a stretch of the line, wide enough to be seen."""
    placed = line.place(item.first, item.last)
    return {
        "left": min(placed.left, 100 - least),
        "width": max(placed.width, least),
        "open": not item.when.dated,
        "unsure": showing.unsure(item),
        "kind": item.event.details.kind.value,
        "cancelled": item.event.cancelled,
    }
