"""One event: its date and how sure it is, where it was read, how it changed; and changing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from service.core.alerts.deliveries import Delivery
from service.core.calendars import add_links
from service.core.dates import when as when_
from service.core.dates.when import When
from service.core.events import wording
from service.core.events.event import ChangeKind, Event, Origin, Recorded, Source, Status
from service.core.events.items import Item
from service.core.events.kinds import KIND_WORDS, Kind
from service.core.views import agenda, timeline
from service.errors import InvalidInput, NotFound
from service.operations import events
from service.operations.events import By
from service.operations.keys import Scope
from service.web.feeds import event_calendar
from service.web.pages import editing, showing
from service.web.pages.alerts import STATE_STYLES
from service.web.pages.site import Site, Visit
from service.web.words import Words, told_problems

MOST_STEPS = 100
MOST_DRAWN = 12
_ROW = 26


def register(site: Site) -> None:
    """The addresses of this subject."""
    site.routes.add_api_route(
        "/events/{id}.ics",
        event_calendar(site.store, site.settings, site.access, site.now),
        methods=["GET", "HEAD"],
        include_in_schema=False,
    )
    site.get("/events/{id}", _event)
    site.get("/events/{id}/edit", _edit, scope=Scope.WRITE)
    site.post("/events/{id}/edit", _save, scope=Scope.WRITE)
    site.post("/events/{id}/status", _set_status, scope=Scope.WRITE)
    site.post("/events/{id}/withdraw", _withdraw, scope=Scope.WRITE)
    site.post("/events/{id}/restore", _restore, scope=Scope.WRITE)


def _event(visit: Visit) -> Response:
    id_ = visit.path("id")
    with visit.reading() as reading:
        event = reading.event(id_)
        # Whoever may write can bring a withdrawn event back; to all others it is gone.
        if event is None or (event.withdrawn and not visit.may_write):
            if visit.as_of and _known_by_now(visit, id_):
                told = [visit.t.not_known_then]
                return visit.page("error.html", HTTPStatus.NOT_FOUND, status=404, told=told)
            raise NotFound("event", id_)
        history = reading.history(id_)
        # What Slack was told stands in no past view: it is shown as it is now.
        told_of = reading.told(id_) if visit.caller and not visit.as_of else []
    t, lang, details = visit.t, visit.lang, event.details
    item = _next_item(event, visit)
    page = f"{visit.settings.base_url}/events/{event.id}"
    return visit.page(
        "event.html",
        event=showing.row(item, visit),
        countdown=t.countdown(item, visit.moment, visit.today),
        withdrawn=event.withdrawn,
        when=wording.full(item.when, lang, visit.settings.timezone)
        if event.when.timed
        else wording.full(item.when, lang, details.timezone),
        certainty=certainty(event, visit),
        facts=_facts(event, visit),
        description=details.description,
        source=_source(details.source, visit),
        add=[
            {"label": "Google", "href": add_links.google(event, lang, page), "out": True},
            {"label": t.outlook_web, "href": add_links.outlook(event, lang, page), "out": True},
            {"label": t.apple_ics, "href": visit.address(f"/events/{event.id}.ics"), "out": False},
        ],
        picture=_picture(history, event, visit),
        steps=_steps(history, visit),
        told=[_told(row, visit) for row in reversed(told_of)],
        member_sees=visit.caller is not None and not visit.as_of,
        may_write=visit.may_write and not visit.as_of,
        version=event.version,
        saved=visit.query.get("saved") is not None,
    )


def _known_by_now(visit: Visit, id_: str) -> bool:
    with visit.store.reading() as reading:
        event = reading.event(id_)
    return event is not None and (not event.withdrawn or visit.may_write)


def _next_item(event: Event, visit: Visit) -> Item:
    """The event's date; of a series the next one that is not over, else the first."""
    if event.details.recurrence:
        far = visit.today.replace(year=visit.today.year + 5, day=1)
        found = agenda.items([event], visit.today, far, visit.zone)
        if found:
            return found[0]
    return Item(event, event.when, *event.when.in_zone(visit.zone))


def certainty(event: Event, visit: Visit) -> dict[str, str]:
    """How sure the date is, in words and as a style."""
    t, when = visit.t, event.when
    if event.cancelled:
        return {"style": "off", "words": t.certainty_cancelled}
    if not when.dated:
        return {"style": "open", "words": t.certainty_open}
    if when.qualifier == "~":
        return {"style": "open", "words": t.certainty_about}
    if when.qualifier == "?":
        return {"style": "open", "words": t.certainty_unsure}
    return {"style": "sure", "words": t.certainty_timed if when.timed else t.certainty_dated}


def _facts(event: Event, visit: Visit) -> list[dict[str, Any]]:
    t, lang, details = visit.t, visit.lang, event.details
    comma = "、" if lang == "zh" else ", "
    local = ""
    if event.when.timed and details.timezone != visit.settings.timezone:
        local = wording.full(event.when, lang, details.timezone)
    given = [
        (t.detail_local, local, ""),
        (t.detail_organizations, comma.join(details.organizations), ""),
        (t.detail_tickers, comma.join(details.tickers), ""),
        (t.detail_location, details.location, ""),
        (t.detail_tags, comma.join(details.tags), ""),
        (t.detail_recurrence, details.recurrence or "", ""),
        (t.detail_url, details.url, details.url),
        (t.detail_when, wording.written(event.when), ""),
    ]
    return [{"name": n, "value": v, "href": href} for n, v, href in given if v]


def _source(source: Source | None, visit: Visit) -> dict[str, Any] | None:
    if source is None:
        return None
    t = visit.t
    return {
        "line": showing.cited(source, visit.lang),
        "excerpt": source.excerpt if visit.quotes else "",
        "url": source.url,
        "grade": _grade(source, t),
        "official": source.official,
        "place": _place(source, t),
    }


def _grade(source: Source, t: Words) -> str:
    """Whether it is official; nothing of what somebody typed, which has no source beside them."""
    if source.official:
        return t.official
    named = source.title or source.publisher or source.url
    return t.unofficial if named and not wording.entered_by_hand(source) else ""


def _place(source: Source, t: Words) -> str:
    """Where in its document the words stand; only a PDF has pages."""
    if not source.line:
        return ""
    if not source.page:
        return t.line.format(source.line)
    return t.page_line.format(source.page, source.line)


# -- the history


def _dates(history: Sequence[Recorded], visit: Visit) -> list[dict[str, Any]]:
    """The versions at which the date or the status became another, each with its day."""
    found: list[dict[str, Any]] = []
    for row in history:
        if row.event is None:
            continue
        state = (row.event.when.text, row.event.cancelled, row.event.withdrawn)
        if found and found[-1]["state"] == state:
            continue
        day = row.at.astimezone(visit.zone).date()
        found.append({"state": state, "event": row.event, "day": day, "change": row.change})
    return found


def _picture(history: Sequence[Recorded], event: Event, visit: Visit) -> dict[str, Any] | None:
    """Each version of the date as a row, the oldest on top; None where there was only one."""
    dates = _dates(history, visit)
    if len(dates) < 2:
        return None
    dates = dates[:1] + dates[1:][-(MOST_DRAWN - 1) :]
    items = [Item(d["event"], d["event"].when, *d["event"].when.in_zone(visit.zone)) for d in dates]
    line = timeline.around(min(i.first for i in items), max(i.last for i in items))
    rows: list[dict[str, Any]] = []
    for number, (date_, item) in enumerate(zip(dates, items, strict=True)):
        placed = line.place(item.first, item.last)
        width = max(placed.width, 1.0)
        last = number == len(dates) - 1
        after = line.place(items[number + 1].first, items[number + 1].last) if not last else placed
        rows.append(
            {
                "y": 24 + number * _ROW,
                "left": placed.left,
                "width": width,
                "middle": round(placed.left + width / 2, 3),
                "next_middle": round(after.left + max(after.width, 1.0) / 2, 3),
                "last": last,
                "open": not item.when.dated,
                "unsure": showing.unsure(item),
                "cancelled": item.event.cancelled,
                "kind": event.details.kind.value,
                "known": wording.day(date_["day"], visit.lang),
                "short": showing.short(item.when, visit),
            }
        )
    colon = "：" if visit.lang == "zh" else ": "
    return {
        "height": 24 + len(rows) * _ROW,
        "months": visit.t.scale(line.months(), line),
        "rows": rows,
        "label": f"{visit.t.history_picture}{colon}" + " → ".join(row["short"] for row in rows),
    }


def _steps(history: Sequence[Recorded], visit: Visit) -> list[dict[str, Any]]:
    """Every change, the newest first, as people tell it."""
    before: Event | None = None
    told = []
    for row in history:
        told.append(_step(row, before, visit))
        before = row.event
    return list(reversed(told))[:MOST_STEPS]


def _step(row: Recorded, before: Event | None, visit: Visit) -> dict[str, Any]:
    t = visit.t
    day = row.at.astimezone(visit.zone).date()
    event = row.event
    was = before.when if before else None
    now = event.when if event and row.change is not ChangeKind.WITHDRAWN else None
    moved = bool(was and now and was.text != now.text)
    words = t.change(row.change)
    if row.days:
        words += (
            f" {t.days_moved(row.days)}" if visit.lang == "zh" else f" by {t.days_moved(row.days)}"
        )
    source = row.source
    cited = ""
    # Who changes a date and names no source leaves the one that stood there: it did not say this.
    if source is not None and ("source" in row.keys or before is None):
        cited = showing.cited(source, visit.lang)
        by_hand = wording.entered_by_hand(source)
        cited = cited if by_hand else t.from_source.format(cited)
        if source.date is not None and day >= source.date and not by_hand:
            lag = t.days_moved((day - source.date).days)
            cited += t.published_before.format(lag)
    keys = [key for key in row.keys if key not in ("when", "source")]
    edited = row.change is ChangeKind.EDITED and keys
    labels = ("、" if visit.lang == "zh" else ", ").join(t.field_names.get(k, k) for k in keys)
    return {
        "then_href": visit.address(f"/events/{row.event_id}", {"as_of": [day.isoformat()]})
        if day < visit.now.astimezone(visit.zone).date()
        else "",
        "at": row.at.astimezone(visit.zone).strftime("%Y-%m-%d %H:%M"),
        "iso": row.at.isoformat(),
        "words": words,
        "style": _style(row.change),
        "was": _in_words(was, visit) if moved else "",
        "now": _in_words(now, visit) if now and (moved or was is None) else "",
        "cited": cited,
        "excerpt": source.excerpt if cited and source and visit.quotes else "",
        "edited": t.edited_keys.format(labels) if edited else "",
        "corrected": _corrected(row, visit) if visit.quotes else [],
        "who": t.by.format(_who(row, t.origins[row.origin])),
    }


def _corrected(row: Recorded, visit: Visit) -> list[dict[str, str]]:
    """What was read, and what a person made of it before it was taken."""
    t = visit.t
    return [
        {
            "name": t.history_matched if key == "matches" else t.field_names.get(key, key),
            "read": _as_words(key, read, visit) or t.nothing,
            "made": _as_words(key, made, visit) or t.nothing,
        }
        for key, (read, made) in row.corrected.items()
    ]


def _as_words(key: str, value: str, visit: Visit) -> str:
    if key == "when" and value:
        return showing.short(when_.parse(value), visit)
    if key == "kind" and value:
        return KIND_WORDS[visit.lang][Kind(value)]
    return value


def _told(row: Delivery, visit: Visit) -> dict[str, Any]:
    """One message to Slack: what it was, for whom, and what has become of it."""
    t = visit.t

    def at(moment: datetime | None) -> str:
        return moment.astimezone(visit.zone).strftime("%Y-%m-%d %H:%M") if moment else ""

    return {
        "kind": t[f"rule_kind_{row.kind.value}"],
        "rule": row.rule,
        "channel": row.channel,
        "state": t.states[row.state],
        "style": STATE_STYLES.get(row.state, "plain"),
        "due": at(row.due_at),
        "sent": at(row.sent_at),
        "why": row.error,
        "with": t.told_with.format(row.joined_to) if row.joined_to else "",
    }


def _who(row: Recorded, door: str) -> str:
    """Through which door it came, and by whom where that says more."""
    return f"{door} ({row.who})" if row.who and row.who != door else door


def _in_words(when: When | None, visit: Visit) -> str:
    return showing.short(when, visit) if when else ""


def _style(kind: ChangeKind) -> str:
    if kind in (ChangeKind.FIRMED, ChangeKind.CREATED, ChangeKind.RESTORED, ChangeKind.REINSTATED):
        return "good"
    if kind in (ChangeKind.LATER, ChangeKind.EARLIER, ChangeKind.LOOSENED):
        return "moved"
    return "gone" if kind in (ChangeKind.CANCELLED, ChangeKind.WITHDRAWN) else "plain"


# -- changing it


def by(visit: Visit) -> By:
    """Whoever is signed in, by way of the pages."""
    assert visit.caller is not None
    settings = visit.settings
    return By(visit.caller.name, Origin.WEB, visit.now, settings.timezone, lang=settings.language)


def _edit(visit: Visit) -> Response:
    with visit.store.reading() as reading:
        event = events.current(reading, visit.path("id"))
    return _edit_page(visit, event, editing.from_details(event.details), [])


def _edit_page(
    visit: Visit, event: Event, values: dict[str, str], problems: Sequence[str]
) -> Response:
    return visit.page(
        "edit.html",
        event=showing.name(_next_item(event, visit), visit),
        groups=editing.groups(values, visit, always_open=True),
        version=visit.form.one("version") or str(event.version),
        problems=list(problems),
    )


def _save(visit: Visit) -> Response:
    id_ = visit.path("id")
    with visit.store.reading() as reading:
        event = events.current(reading, id_)
    values = editing.given(visit.form)
    try:
        patch = editing.patch(values, event.details)
        with visit.store.writing(visit.now) as writing:
            events.patch(writing, id_, patch, by(visit), _unchanged_since(visit))
    except InvalidInput as refusal:
        return _edit_page(visit, event, values, told_problems(refusal.problems, visit.lang))
    return visit.redirect(f"/events/{id_}?saved=1")


def _unchanged_since(visit: Visit) -> Any:
    text = visit.form.one("version")
    return events.must_be(int(text) if text.isascii() and text.isdigit() else -1)


def _set_status(visit: Visit) -> Response:
    """Call it off, or let the status follow the date again."""
    id_ = visit.path("id")
    off = visit.form.one("to") == Status.CANCELLED
    with visit.store.writing(visit.now) as writing:
        status = Status.CANCELLED.value if off else None
        events.patch(writing, id_, {"status": status}, by(visit), _unchanged_since(visit))
    return visit.redirect(f"/events/{id_}?saved=1")


def _withdraw(visit: Visit) -> Response:
    id_ = visit.path("id")
    with visit.store.writing(visit.now) as writing:
        events.withdraw(writing, id_, by(visit), _unchanged_since(visit))
    return visit.redirect(f"/events/{id_}")


def _restore(visit: Visit) -> Response:
    """A withdrawn event back as it was."""
    from service.core.events import event as event_

    id_ = visit.path("id")
    who = by(visit)
    with visit.store.writing(visit.now) as writing:
        event = writing.event(id_)
        if event is None:
            raise NotFound("event", id_)
        change = event_.restore(event, replace(event.details), visit.now)
        if change is not None:
            writing.record(change, who=who.who, origin=who.origin, source=event.details.source)
    return visit.redirect(f"/events/{id_}?saved=1")
