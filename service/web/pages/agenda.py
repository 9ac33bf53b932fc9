"""What is ahead, what is past, and the lines for a report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from typing import Any

from starlette.responses import PlainTextResponse, Response

from service.core.dates import months
from service.core.dates.when import LAST_YEAR, Precision
from service.core.events import wording
from service.core.events.event import Event
from service.core.events.filters import Filter
from service.core.events.items import Item
from service.core.views import agenda
from service.core.views.agenda import Section
from service.core.views.timeline import TimeAxis
from service.errors import InvalidInput, Problem
from service.store import Reading, Tally
from service.web.pages import showing
from service.web.pages.calendar import drawn
from service.web.pages.showing import calendar, filter_query
from service.web.pages.site import Site, Visit, address

MOST = 50
MOST_PAST = 80
MOST_LINES = 1000
MOST_COUNTED = 1000
MOST_OPEN = 16
MAX_ITEMS = 50
SERIES_AHEAD = timedelta(days=92)
OVERDUE_FOR = timedelta(days=92)
MOST_OVERDUE = 10
STRIP = timedelta(weeks=18)
_STRIP_LANES = 4
_SIGN = 1.6  # how wide a sign is on a wide screen, in per cent of the strip
_DAY = timedelta(days=1)
_NEVER = date(LAST_YEAR, 12, 31)
_DAYS = (1, 2, 4, 7, 14, 28, 56, 112, 224, 448)
_FIRST_TRIED = 28
_DATED = (Precision.MINUTE, Precision.DAY)
_OPEN = (Precision.WINDOW, Precision.MONTH, Precision.QUARTER, Precision.HALF, Precision.YEAR)


def register(site: Site) -> None:
    """The addresses of this subject."""
    site.get("/", _agenda)
    site.get("/past", _past)
    site.get("/note", _note)
    site.get("/note.txt", _note_text)


def _agenda(visit: Visit) -> Response:
    wanted, problems = visit.wanted()
    day = visit.today
    if wanted.to is not None and wanted.from_ is None and wanted.to < day:
        rest = {**filter_query(replace(wanted, to=None)), **visit.looking_back}
        return visit.redirect(address("/past", rest, before=wanted.to + _DAY))
    first = wanted.from_ or day
    # A page farther on begins later, and its filter is the same: what is subscribed to is not cut.
    start = max(visit.day("start") or first, first)
    with visit.reading() as reading:
        shown = ahead(reading, wanted, start, visit.zone)
        overdue = not visit.query.keys() & {"from", "to", "start"}
        late = _overdue(reading, wanted, day) if overdue else []
        total = reading.count().total
        whole = start == first and shown.until is None and not shown.hidden
        asked_for = replace(wanted, from_=first)
        tally = _tally(shown) if whole else reading.tally(asked_for, MOST_COUNTED)
        feeds = [feed for feed in reading.feeds() if not feed.private]
    found = list(shown.items)
    groups = agenda.sections(found, start)
    base = visit.settings.base_url
    query = filter_query(wanted)
    plain_query = {**filter_query(replace(wanted, from_=None, to=None)), **visit.looking_back}
    asked = {**query, **visit.looking_back}
    if "at" in visit.query:
        asked["at"] = visit.query["at"]
    return visit.page(
        "agenda.html",
        current="agenda",
        heading=showing.filter_words(wanted, visit) or visit.t.ahead,
        summary=f"{_as_of(visit)} · " + visit.t.count_ahead(tally.total, tally.undated, tally.more),
        notices=visit.site.notices.texts(),
        bar=showing.bar(visit, "/", "agenda", wanted, problems),
        strip=_strip(found, start, visit) if found and start == day else None,
        overdue=[showing.row(item, visit) for item in late],
        groups=[_group(section, start, visit) for section in groups],
        empty=_empty(visit, wanted, total),
        past_href=visit.address("/past", {**plain_query, "before": [first.isoformat()]}),
        next_href=visit.address("/", asked, start=shown.until.isoformat()) if shown.until else "",
        hidden=visit.t.hidden_here if shown.hidden else "",
        subscribe_href=visit.address("/subscribe", query),
        note_href=visit.address("/note", asked),
        note_text_href=visit.address("/note.txt", asked),
        feeds=[calendar(feed.title, f"{base}/feeds/{feed.name}.ics") for feed in feeds],
        warning=visit.t.loopback if visit.settings.loopback else "",
    )


def _as_of(visit: Visit) -> str:
    """The day from which the page looks ahead; another than today says what it is."""
    t, words = visit.t, wording.day(visit.today, visit.lang)
    return (t.as_from if visit.day("at") else t.as_of).format(words)


def _tally(shown: Ahead) -> Tally:
    """Of a page that has everything: its events, a series once."""
    held = {item.event.id: item.when.dated for item in shown.items}
    return Tally(len(held), sum(not dated for dated in held.values()), False)


@dataclass(frozen=True)
class Ahead:
    """What is shown of what is ahead: everything that is dated before `until` (None: all there is),
    and the undated of those days. `hidden`: some of either found no room."""

    items: tuple[Item, ...]
    until: date | None
    hidden: bool


def ahead(reading: Reading, wanted: Filter, start: date, zone: tzinfo) -> Ahead:
    """The items from `start` on, over as many days as make a page.

    However many events are stored, each query reads about as many as a page shows. Undated ones are
    read apart, so that many long windows do not push the dates out; series are told for a quarter.
    """
    dated_, days = _stretch(reading, _of(wanted, _DATED), start)
    until = None if days is None else start + timedelta(days=days)
    last = wanted.to or _NEVER
    if until is not None:
        last = min(last, until - _DAY)
    open_ = _select(reading, _of(wanted, _OPEN), start, last, MOST_OPEN + 1)
    series = [event for event in dated_[:MOST] if event.details.recurrence is not None]
    single = [event for event in dated_[:MOST] if event.details.recurrence is None]
    found = agenda.items([*single, *open_[:MOST_OPEN]], start, last, zone)
    found += agenda.items(series, start, min(last, start + SERIES_AHEAD), zone)
    found.sort(key=agenda.order)
    dated = [item for item in found if item.when.dated]
    if len(dated) > MAX_ITEMS and (cut := dated[MAX_ITEMS].first) > start:
        until = cut
        found = [item for item in found if item.first < cut]
    hidden = len(open_) > MOST_OPEN or len(dated_) > MOST
    return Ahead(tuple(found), until, hidden)


def _stretch(
    reading: Reading, wanted: Filter | None, start: date
) -> tuple[list[Event], int | None]:
    """The dated events of the longest time that fits on a page, and how many days that is; None:
    those are all."""
    if wanted is None:
        return [], None
    events = _select(reading, wanted, start, wanted.to, MOST + 1)
    if len(events) <= MOST:
        return events, None
    place = _DAYS.index(_FIRST_TRIED)

    def read(place: int) -> list[Event]:
        end = start + timedelta(days=_DAYS[place] - 1)
        return _select(reading, wanted, start, min(end, wanted.to or end), MOST + 1)

    events = read(place)
    while len(events) > MOST and place > 0:
        place -= 1
        events = read(place)
    while len(events) <= MOST and place + 1 < len(_DAYS) and _DAYS[place] >= _FIRST_TRIED:
        longer = read(place + 1)
        if len(longer) > MOST:
            break
        events, place = longer, place + 1
    return events, _DAYS[place]


def _of(wanted: Filter, precisions: tuple[Precision, ...]) -> Filter | None:
    """The filter for events of these precisions; None where it takes none of them."""
    chosen = tuple(p for p in precisions if not wanted.precision or p in wanted.precision)
    return replace(wanted, precision=chosen) if chosen else None


def _select(
    reading: Reading, wanted: Filter | None, first: date, last: date | None, most: int
) -> list[Event]:
    if wanted is None:
        return []
    return reading.select(replace(wanted, from_=first, to=last), limit=most)


def _overdue(reading: Reading, wanted: Filter, day: date) -> list[Item]:
    """Windows that passed not long ago, and nobody said when."""
    if wanted.precision:
        return []
    asked = replace(wanted, precision=_OPEN, from_=day - OVERDUE_FOR, to=day - _DAY)
    late = [
        event
        for event in reading.select(asked, limit=MOST)
        if event.when.last < day and not event.cancelled
    ]
    return [_whole(event) for event in late[-MOST_OVERDUE:]]


def _whole(event: Event) -> Item:
    return Item(event, event.when, event.when.first, event.when.last)


def _group(section: Section, start: date, visit: Visit) -> dict[str, Any]:
    t, today = visit.t, visit.today
    if section.undated:
        when = section.items[0].when
        if when.first.month == when.last.month and when.first.year == when.last.year:
            title = _month(section.first, visit)
        else:
            title = showing.short(replace(when, qualifier=""), visit).removesuffix("内")
            title = title.removeprefix("in ").removeprefix("the ")
            title = title[0].upper() + title[1:]
        return {
            "undated": True,
            "title": f"{title} · {t.undated}",
            "aside": "",
            "events": [showing.row(item, visit) for item in section.items],
        }
    monday = agenda.monday(today)
    near = {monday: t.this_week, monday + timedelta(days=7): t.next_week}
    weekly = section.last - section.first < timedelta(days=7)
    return {
        "undated": False,
        "title": t.days(section.first, section.last, today)
        if weekly
        else _month(section.first, visit),
        "aside": near.get(section.first, ""),
        "events": [showing.row(item, visit) for item in section.items],
    }


def _month(first: date, visit: Visit) -> str:
    """A month as a heading, with its year where it is another."""
    title, year = visit.t.month(first), visit.today.year
    if first.year != year:
        return title
    return title.removeprefix(f"{year}年").removesuffix(f" {year}")


def _empty(visit: Visit, wanted: Filter, total: int) -> dict[str, Any]:
    t, back = visit.t, visit.looking_back
    query = {**filter_query(replace(wanted, from_=None, to=None)), **back}
    links = [{"href": visit.address("/past", query), "label": t.past}] if total else []
    if not back:
        links.append({"href": visit.address("/add"), "label": t.add_one})
    if not total:
        return {"words": t.nothing_stored, "links": links}
    if wanted != Filter():
        return {
            "words": t.nothing_found,
            "links": [{"href": visit.address("/", back), "label": t.clear}, *links],
        }
    return {"words": f"{t.nothing_ahead} {t.all_past(total)}", "links": links}


def _strip(found: list[Item], start: date, visit: Visit) -> dict[str, Any]:
    """The next months at a glance: dates by the sign of their kind, windows below them."""
    line = TimeAxis(agenda.monday(start), agenda.monday(start) + STRIP - _DAY)
    shown = [
        item
        for item in found
        if item.first <= line.last and item.last >= line.first and not item.event.cancelled
    ]
    dated = _laned([(item, drawn(item, line)) for item in shown if item.when.dated], _SIGN)
    # Whose end is near gets room before those that have the whole year.
    windows = sorted((i for i in shown if not i.when.dated), key=lambda item: item.last)
    open_ = _laned([(item, drawn(item, line)) for item in windows], 0)
    top = 22 + 16 * (max((lane for lane, _ in dated), default=0) + 1)
    label = ("；" if visit.lang == "zh" else "; ").join(
        showing.lane_line(item, visit) for item in shown[:20]
    )
    return {
        "months": visit.t.scale(line.months(), line),
        "today": line.at(start),
        "signs": [{**placed, "y": 22 + 16 * lane} for lane, placed in dated],
        "windows": [{**placed, "y": top + 15 * lane} for lane, placed in open_],
        "height": top + 15 * (max((lane for lane, _ in open_), default=-1) + 1) + 4,
        "label": label,
    }


def _laned(
    given: list[tuple[Item, dict[str, Any]]], least: float
) -> list[tuple[int, dict[str, Any]]]:
    """Each in the first lane where it covers none before it; what finds no lane is left out."""
    free: list[float] = []
    made = []
    for _, placed in given:
        lane = next((n for n, taken in enumerate(free) if taken <= placed["left"]), len(free))
        if lane < _STRIP_LANES:
            free[lane : lane + 1] = [placed["left"] + max(placed["width"], least)]
            made.append((lane, placed))
    return made


# -- the past


def _past(visit: Visit) -> Response:
    wanted, problems = visit.wanted()
    before = visit.day("before") or visit.today
    with visit.reading() as reading:
        found, since = behind(reading, wanted, before, visit)
    found.sort(key=lambda item: (item.last, item.first, item.event.id), reverse=True)
    by_month: dict[date, list[Item]] = {}
    for item in found:
        by_month.setdefault(months.first_of(item.last), []).append(item)
    query = {**filter_query(replace(wanted, from_=None, to=None)), **visit.looking_back}
    return visit.page(
        "past.html",
        current="agenda",
        heading=visit.t.past_heading,
        bar=showing.bar(visit, "/past", "", wanted, problems),
        groups=[
            {"title": visit.t.month(month), "events": [showing.row(i, visit) for i in items]}
            for month, items in by_month.items()
        ],
        earlier_href=visit.address("/past", {**query, "before": [since.isoformat()]})
        if since
        else "",
        agenda_href=visit.address("/", query),
    )


def behind(
    reading: Reading, wanted: Filter, before: date, visit: Visit
) -> tuple[list[Item], date | None]:
    """The items that ended last before that day, in order, and before which day there may be more.

    Looks back a quarter, then farther where nothing is found, nearer where too much is.
    """
    days, last = 92, before - _DAY
    while True:
        first = (
            max(last - timedelta(days=days), date(1970, 1, 1))
            if days < 20_000
            else date(1970, 1, 1)
        )
        events = reading.select(replace(wanted, from_=first, to=last), limit=MOST_PAST + 1)
        if len(events) > MOST_PAST and days > 1:
            days = max(days // 4, 1)
            continue
        found = [
            item
            for item in agenda.items(events, first, last, visit.zone)
            if first <= item.last <= last
        ]
        if found or first.year == 1970:
            more = None if first.year == 1970 else first
            return found, more
        days *= 8


# -- the lines for a report


def _note(visit: Visit) -> Response:
    lines = _lines(visit)
    return visit.page(
        "note.html",
        problems=visit.wanted()[1],
        current="agenda",
        text="\n".join(lines),
        rows=min(max(len(lines) + 1, 4), 30),
        back_href=visit.address("/", visit.query),
    )


def _note_text(visit: Visit) -> Response:
    if problems := visit.wanted()[1]:  # without the filter that is meant, it would be another text
        raise InvalidInput([Problem("", line) for line in problems])
    return PlainTextResponse("".join(f"{line}\n" for line in _lines(visit)))


def _lines(visit: Visit) -> list[str]:
    """The lines of what is ahead, in the page's order; a series has one, where it comes next."""
    wanted, _ = visit.wanted()
    day = visit.today
    asked = wanted if wanted.from_ or wanted.to else replace(wanted, from_=day)
    start = asked.from_ or day
    with visit.reading() as reading:
        events = reading.select(asked, limit=MOST_LINES)
    found = sorted((_next(event, start, visit.zone) for event in events), key=agenda.order)
    sections = agenda.sections(found, start)
    from service.core.reading.note import note_line  # with it comes what reads documents

    return [note_line(item.event, day) for section in sections for item in section.items]


def _next(event: Event, start: date, zone: tzinfo) -> Item:
    """The event from that day on: of a series what comes next, if it comes soon."""
    if event.details.recurrence is not None:
        for item in agenda.items([event], start, start + SERIES_AHEAD, zone):
            return item
    return Item(event, event.when, *event.when.in_zone(zone))
