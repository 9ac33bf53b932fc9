"""Adding: a line is read while it is typed, each part can be corrected, then it is saved. Of several
lines each is understood by itself, and all are saved together.

Without a script the same form goes in two steps: *read it* fills the fields, *add it* saves them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from service.core.dates import when as when_
from service.core.dates.when import InvalidWhen
from service.core.events import event as event_
from service.core.events import fields, wording
from service.core.events.event import Event, Origin
from service.core.events.filters import Filter
from service.core.events.items import Item
from service.core.events.likeness import look_alikes
from service.errors import InvalidInput
from service.operations import catalogue, events
from service.operations.events import MOST_IN_LINE, NEAR, By
from service.operations.idempotency import Reply, fingerprint, once
from service.operations.keys import Scope
from service.store import Writing
from service.web.layout import templates
from service.web.pages import editing, showing
from service.web.pages.event import by as signed_in
from service.web.pages.event import certainty
from service.web.pages.site import Site, Visit, address
from service.web.words import told_problems

MOST_ALIKE = 5
MOST_LINES = 20
_PARTS = frozenset(editing.NAMES)


def register(site: Site) -> None:
    """The addresses of this subject."""
    site.get("/add", _form, scope=Scope.WRITE)
    site.post("/add", _sent, scope=Scope.WRITE)
    site.post("/add/preview", _preview, scope=Scope.WRITE)


@dataclass(frozen=True)
class Understood:
    """What the form comes to: the values of its fields, the event that they make, if they make one,
    and what is wrong with them. `events`: how many the line announces."""

    values: Mapping[str, str]
    event: Event | None
    problems: tuple[str, ...]
    events: int


@dataclass(frozen=True)
class TypedLine:
    """One of several lines, and the events that it announces by itself."""

    text: str
    events: tuple[Understood, ...]


def _form(visit: Visit) -> Response:
    text = (visit.query.get("text") or [""])[0]  # as a bookmarklet or another program may send it
    added = (visit.query.get("added") or [""])[0].split(",")[:MOST_LINES]
    return _page(visit, text, _understand(visit, text, {}) if text else None, added)


def _sent(visit: Visit) -> Response:
    text = visit.form.one("text").strip()
    given = editing.given(visit.form)
    if visit.form.one("do") == "save" and (lines := _lines(visit, text)):
        return _saved_together(visit, lines)
    if visit.form.one("do") == "save" and given.get("when", "").strip():
        understood = _made(visit, given, 1)
        if understood.event is not None:
            return _saved(visit, given)
        return _page(visit, text, understood)
    return _page(visit, text, _understand(visit, text, {}))


def _saved(visit: Visit, given: Mapping[str, str]) -> Response:
    by = _by(visit)

    def create(writing: Writing) -> str:
        stored = events.create(writing, editing.data(given), by)
        return f"/events/{stored.event.id}?saved=1"

    sent = (f"{key}={value}" for key, value in sorted(given.items()))
    return visit.redirect(_once(visit, by, sent, create))


def _saved_together(visit: Visit, lines: Sequence[TypedLine]) -> Response:
    """All events of the lines, or none; what announced nothing stays in the form."""
    by = _by(visit)

    def create(writing: Writing) -> str:
        stored = [
            events.create(writing, editing.data(each.values), by)
            for line in lines
            for each in line.events
        ]
        return ",".join(one.event.id for one in stored)

    sent = (*(line.text for line in lines), by.today().isoformat())
    added = _once(visit, by, sent, create)
    left = "\n".join(line.text for line in lines if not line.events)
    if not left:
        return visit.redirect(address("/add", {"added": [added]}))
    return _page(visit, left, _understand(visit, left, {}), added.split(","), anew=True)


def _once(visit: Visit, by: By, sent: Iterable[str], create: Callable[[Writing], str]) -> str:
    """What `create` says, also where it was done before: pressed twice, or sent again by a browser, the
    same form adds its events once."""
    print_ = fingerprint(*(part.encode() for part in sent))
    token = visit.form.one("once")[:64]
    key = f"page/{by.who}/{token}/{print_}" if token else None

    def act() -> Reply:
        return Reply(HTTPStatus.SEE_OTHER, create(writing))

    with visit.store.writing(visit.now) as writing:
        return once(writing, key, print_, act).body


def _preview(visit: Visit) -> Response:
    """What the line and the corrected fields come to, for the script of the page."""
    text = visit.form.one("text").strip()
    understood = _understand(visit, text, editing.given(visit.form))
    summary = _summary(visit, text, understood)
    shown = (
        templates()
        .get_template("understood.html")
        .render(t=visit.t, base=visit.settings.base_path, **summary)
    )
    body = {
        "html": shown,
        "fields": dict(understood.values),
        "together": bool(summary["together"]),
    }
    return Response(json.dumps(body, ensure_ascii=False), media_type="application/json")


def _page(
    visit: Visit,
    text: str,
    understood: Understood | None,
    added: Sequence[str] = (),
    *,
    anew: bool = False,
) -> Response:
    """The form. `added`: the events that were just saved from it; `anew`: it is another form now."""
    values = understood.values if understood else {"timezone": visit.settings.timezone}
    return visit.page(
        "add.html",
        current="add",
        text=text,
        ref_date=_ref_date(visit).isoformat(),
        once=(not anew and visit.form.one("once")) or secrets.token_urlsafe(12),
        groups=editing.groups(values, visit),
        added=_added(visit, added),
        **_summary(visit, text, understood),
    )


def _added(visit: Visit, ids: Sequence[str]) -> list[dict[str, Any]]:
    with visit.store.reading() as reading:
        found = reading.events(ids)
    return [_mentioned(visit, found[id_]) for id_ in ids if id_ in found]


def _mentioned(visit: Visit, event: Event) -> dict[str, Any]:
    return showing.name(Item(event, event.when, *event.when.in_zone(visit.zone)), visit)


def _by(visit: Visit) -> By:
    known = catalogue.current(visit.settings.events_file)
    return replace(signed_in(visit), known=known, day=_ref_date(visit))


def _ref_date(visit: Visit) -> date:
    """The day from which the line speaks."""
    try:
        when = when_.parse(visit.form.one("ref_date"))
    except InvalidWhen:
        return visit.today
    return when.first


def _understand(visit: Visit, text: str, corrected: Mapping[str, str]) -> Understood:
    """The line, and over what it says those fields that somebody has corrected."""
    timezone = visit.settings.timezone
    found = events.from_text(text[:MOST_IN_LINE], timezone, _by(visit)) if text else []
    values: dict[str, str] = {"timezone": timezone}
    if found:
        values |= _field_values(found[0])
        values["source_excerpt"] = text
    return _made(visit, {**values, **corrected}, len(found))


def _lines(visit: Visit, text: str) -> list[TypedLine]:
    """The lines by themselves; none where they announce no more than one event in all."""
    by, timezone = _by(visit), visit.settings.timezone
    lines: list[TypedLine] = []
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        if len(lines) == MOST_LINES:  # it is not looked at, and stays in the form
            lines.append(TypedLine(line, ()))
            continue
        found = [
            _made(visit, {"timezone": timezone, **_field_values(one), "source_excerpt": line}, 1)
            for one in events.from_text(line[:MOST_IN_LINE], timezone, by)
        ]
        lines.append(TypedLine(line, tuple(each for each in found if each.event is not None)))
    return lines if sum(len(line.events) for line in lines) > 1 else []


def _field_values(given: Mapping[str, Any]) -> dict[str, str]:
    """The keys of the API as the form's fields show them."""
    return {
        key: ", ".join(value) if isinstance(value, list) else str(value)
        for key, value in given.items()
        if key in _PARTS and value is not None
    }


def _made(visit: Visit, values: Mapping[str, str], count: int) -> Understood:
    """The event that the fields describe, with what is wrong with them."""
    data = editing.data(values)
    if "title" not in data and "when" not in data:
        return Understood(values, None, (), count)
    by = _by(visit)
    try:
        details = fields.read(data, by.timezone, by.today())
    except InvalidInput as refusal:
        return Understood(values, None, tuple(told_problems(refusal.problems, visit.lang)), count)
    made = event_.new("new", details, visit.now, Origin.WEB).after
    # A date in words is kept as what it was understood to be.
    values = {**values, "when": wording.written(details.when), "kind": details.kind.value}
    return Understood(values, made, (), count)


def _summary(visit: Visit, text: str, understood: Understood | None) -> dict[str, Any]:
    """What the part of the page that tells what was understood needs."""
    told: dict[str, Any] = {
        "event": None,
        "problems": [],
        "alike": [],
        "several": "",
        "asked": False,
        "together": [],
        "left": [],
        "how_many": "",
    }
    if understood is None:
        return told
    told["asked"] = True
    if lines := _lines(visit, text):
        together = [each.event for line in lines for each in line.events if each.event]
        told["together"] = [_shown(visit, event) for event in together]
        told["left"] = [line.text for line in lines if not line.events]
        told["how_many"] = visit.t.together.format(len(together))
        return told
    told["problems"] = list(understood.problems)
    if understood.events > 1:
        told["several"] = visit.t.several.format(understood.events)
    event = understood.event
    if event is not None:
        told["event"] = _shown(visit, event)
        told["alike"] = [_mentioned(visit, other) for other in _alike(visit, event)]
    return told


def _shown(visit: Visit, event: Event) -> dict[str, Any]:
    """The event as it would be; a time in its own zone, and in that of the pages too."""
    here, zone = visit.settings.timezone, event.details.timezone
    item = Item(event, event.when, *event.when.in_zone(visit.zone))
    elsewhere = event.when.timed and zone != here
    return {
        **showing.row(item, visit, quoted=False),
        "when": wording.full(event.when, visit.lang, zone),
        "here": wording.full(event.when, visit.lang, here) if elsewhere else "",
        "certainty": certainty(event, visit),
    }


def _alike(visit: Visit, event: Event) -> Sequence[Event]:
    when = event.when
    near = Filter(from_=when.first - NEAR, to=when.last + NEAR)
    with visit.store.reading() as reading:
        return look_alikes(event.title, when, reading.select(near))[:MOST_ALIKE]
