"""/api/v1: events, their history and changes, documents, feeds, rules and deliveries, for programs.

A handler reads the request, opens one transaction, calls one operation and renders its result.
Bodies are checked by the core, which tells of every fault with its pointer; the schemas beside each
route (web.schemas) are what /openapi.json says of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import Response

from service.core import filters, representation, rules
from service.core.deliveries import State
from service.core.event import Event, Origin
from service.core.fields import LANGUAGES
from service.core.filters import Filter
from service.errors import FetchFailed, Gone, InvalidInput, NotFound, Outdated, Problem
from service.operations import catalogue, events, feeds, imports
from service.operations.events import By, Stored
from service.operations.imports import File
from service.operations.keys import Caller, Scope
from service.operations.once import Reply, fingerprint, once, read_key
from service.store import Past
from service.web import cursors
from service.web.bodies import (
    DOCUMENTS,
    IMPORTS,
    JSON,
    MERGE_PATCH,
    MOST_BYTES,
    MOST_BYTES_OF_BATCH,
    MOST_BYTES_OF_DOCUMENT,
    body,
    json_object,
    media_type,
)
from service.web.feeds import event_calendar
from service.web.language import language
from service.web.limits import BATCH, fetch_turns
from service.web.problems import InvalidQuery
from service.web.schemas import documented

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store import Store, StoredFeed, Writing
    from service.web.access import Access
    from service.web.limits import Turns

DEFAULT_LIMIT, MOST = 100, 500


class _EventId(StringConvertor):
    # What ends in .ics is the calendar file, which is only read: 405 for other methods.
    regex = r"[^/]+(?<!\.ics)"


register_url_convertor("event_id", _EventId())


def router(
    store: Store, settings: Settings, access: Access, documents: Turns, now: Callable[[], datetime]
) -> APIRouter:
    """The routes of the API. `documents`: the turns of all documents that are read."""
    routes = APIRouter(prefix="/api/v1")
    fetches = fetch_turns()

    def may_write_many(request: Request) -> object:
        return access.write(request, cost=BATCH)

    event_body = Depends(body(MOST_BYTES, JSON, access.write))
    patch_body = Depends(body(MOST_BYTES, MERGE_PATCH, access.write))
    batch_body = Depends(body(MOST_BYTES_OF_BATCH, JSON, may_write_many))

    def by(caller: Caller) -> By:
        known = catalogue.current(settings.events_file)
        return By(caller.name, Origin.API, now(), settings.timezone, known)

    def lang(request: Request) -> str:
        return language(request, settings.language)

    def carried_out(
        request: Request, caller: Caller, data: bytes, act: Callable[[Writing], Reply]
    ) -> Response:
        """Do it in one transaction, or answer again what was answered to the same key."""
        key = read_key(request.headers.get("idempotency-key"), caller.name)
        print_ = fingerprint(request.method.encode(), request.url.path.encode(), data)
        with store.writing(now()) as writing:
            reply = once(writing, key, print_, lambda: act(writing))
        return _sent(reply)

    # -- events

    @routes.get("/events", **documented("list_events"))
    def list_events(request: Request) -> Response:
        caller = access.reader(request)
        query = _query(request, (*filters.KEYS, "limit", "cursor", "as_of", "lang"))
        limit, wanted = _limit(query), _filter(query)
        with store.reading() as reading:
            moment = _moment(query, "as_of")
            cursor = cursors.read(_one(query, "cursor"), wanted)
            if cursor is not None:
                seq, after = cursor
            else:
                seq = reading.position().seq if moment is None else reading.seq_at(moment)
                after = None
            if seq > reading.position().seq:
                raise InvalidQuery(
                    [Problem("/cursor", "is not one of ours; begin without a cursor")]
                )
            found = Past(reading, seq).select(wanted, after=after, limit=limit + 1)
        items = found[:limit]
        following = cursors.write(seq, items[-1], wanted) if len(found) > limit else None
        shown = [_represent(event, lang(request), access.quotes(caller)) for event in items]
        return _json({"items": shown, "next": following})

    @routes.post("/events", **documented("create_event"))
    def create_event(request: Request, data: bytes = event_body) -> Response:
        caller = access.require(request, Scope.WRITE)
        _query(request, ("lang",))

        def act(writing: Writing) -> Reply:
            who = by(caller)
            stored = events.create(writing, json_object(data), who)
            similar = events.similar(writing, stored.event, who.known)
            return _reply(stored, lang(request), {"similar": similar})

        return carried_out(request, caller, data, act)

    @routes.post("/events/batch", **documented("batch_events"))
    def batch_events(request: Request, data: bytes = batch_body) -> Response:
        caller = access.require(request, Scope.WRITE)
        _query(request, ("lang",))

        def act(writing: Writing) -> Reply:
            given = json_object(data)
            items = given.get("events")
            faults = [Problem(f"/{key}"[:100], "unknown key") for key in given if key != "events"]
            if not isinstance(items, list):
                faults.append(Problem("/events", "must be a list of events"))
            if faults or not isinstance(items, list):
                raise InvalidInput(faults)
            done = events.batch(writing, items, by(caller))
            shown = [_represent(stored.event, lang(request), True) for stored in done]
            return Reply(HTTPStatus.OK, _text({"items": shown}))

        return carried_out(request, caller, data, act)

    routes.add_api_route(
        "/events/{id}.ics",
        event_calendar(store, settings, access, now),
        methods=["GET"],
        **documented("get_event_ics"),
    )

    @routes.get("/events/{id:event_id}", **documented("get_event"))
    def get_event(request: Request, id: str) -> Response:
        caller = access.reader(request)
        _query(request, ("lang",))
        with store.reading() as reading:
            event = events.current(reading, id)
        quoted = access.quotes(caller)
        headers = _validators(event, lang(request), quoted)
        tags = re.findall(r'"[^"]*"|\*', request.headers.get("if-none-match", ""))
        if headers["ETag"] in tags or "*" in tags:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return _json(_represent(event, lang(request), quoted), headers=headers)

    @routes.put("/events/{id:event_id}", **documented("put_event"))
    def put_event(request: Request, id: str, data: bytes = event_body) -> Response:
        caller = access.require(request, Scope.WRITE)
        _query(request, ("lang",))
        with store.writing(now()) as writing:
            stored = events.put(writing, id, json_object(data), by(caller), _precondition(request))
        return _sent(_reply(stored, lang(request)))

    @routes.patch("/events/{id:event_id}", **documented("patch_event"))
    def patch_event(request: Request, id: str, data: bytes = patch_body) -> Response:
        caller = access.require(request, Scope.WRITE)
        _query(request, ("lang",))
        with store.writing(now()) as writing:
            check = _precondition(request)
            stored = events.patch(writing, id, json_object(data), by(caller), check)
        return _sent(_reply(stored, lang(request)))

    @routes.delete("/events/{id:event_id}", **documented("delete_event"))
    def delete_event(request: Request, id: str) -> Response:
        query = _query(request, ("purge", "lang"))
        purge = _flag(query, "purge")
        caller = access.write(request, Scope.ADMIN if purge else Scope.WRITE)
        check = _precondition(request)
        with store.writing(now()) as writing:
            if purge:
                event = events.purge(writing, id, by(caller), check)
            else:
                event = events.withdraw(writing, id, by(caller), check)
        return _json(_represent(event, lang(request), True))

    @routes.get("/events/{id}/history", **documented("get_history"))
    def get_history(request: Request, id: str) -> Response:
        caller = access.reader(request)
        _query(request, ("lang",))
        with store.reading() as reading:
            rows = reading.history(id)
        if not rows:
            raise NotFound("event", id)
        return _json({"items": representation.histories(rows, access.quotes(caller))})

    # -- documents

    def may_extract(request: Request) -> object:
        return access.document(request, Scope.READ)

    def may_import(request: Request) -> object:
        return access.document(request, Scope.WRITE)

    document_body = Depends(body(MOST_BYTES_OF_DOCUMENT, DOCUMENTS, may_extract))
    import_body = Depends(body(MOST_BYTES_OF_DOCUMENT, IMPORTS, may_import))

    @routes.post("/extract", **documented("extract"))
    def extract(request: Request, data: bytes = document_body) -> Response:
        caller = access.require(request, Scope.READ)
        query = _query(request, ("ref_date", "lang"))
        day, who = _day(query, "ref_date"), by(caller)
        with documents.turn():
            given = imports.read_document(_file(request, data), who, day)
            with store.reading() as reading:
                told = imports.extracted(reading, given, who, lang(request))
        return _json(told)

    @routes.post("/imports", **documented("create_import"))
    def create_import(request: Request, data: bytes = import_body) -> Response:
        caller = access.require(request, Scope.WRITE)
        query = _query(request, ("ref_date", "lang"))
        day, who = _day(query, "ref_date"), replace(by(caller), origin=Origin.IMPORT)
        file = _file(request, data)
        if file.media_type is not None and media_type(request) in JSON:
            with fetches.turn():
                file = _fetched(json_object(data))
        with documents.turn():
            given = imports.read(file, who, lang(request), day)
            with store.writing(now()) as writing:
                kept = imports.keep(writing, given, who)
        location = {"Location": f"/api/v1/imports/{kept.id}"}
        return _json(imports.shown(kept, lang(request)), HTTPStatus.CREATED, location)

    @routes.get("/imports/{id}", **documented("get_import"))
    def get_import(request: Request, id: str) -> Response:
        access.require(request, Scope.READ)
        _query(request, ("lang",))
        with store.reading() as reading:
            kept = imports.kept(reading, id)
        return _json(imports.shown(kept, lang(request)))

    @routes.post("/imports/{id}/apply", **documented("apply_import"))
    def apply_import(request: Request, id: str, data: bytes = event_body) -> Response:
        caller = access.require(request, Scope.WRITE)
        _query(request, ())
        given = json_object(data)
        faults = [Problem(f"/{key}"[:100], "unknown key") for key in given if key != "accept"]
        if faults:
            raise InvalidInput(faults)
        who = replace(by(caller), origin=Origin.IMPORT)
        with store.writing(now()) as writing:
            done = imports.apply_kept(writing, id, given.get("accept"), who)
        return _json(done)

    # -- following along

    @routes.get("/changes", **documented("list_changes"))
    def list_changes(request: Request) -> Response:
        caller = access.reader(request)
        query = _query(request, ("since", "limit"))
        limit, since = _limit(query), _number(query, "since", 0, 0, 2**53)
        with store.reading() as reading:
            newest = reading.position().seq
            lost = reading.lost_changes() or (newest, newest)
            if since > newest or lost[0] < since <= lost[1]:
                raise Gone(
                    f"change {since} is not of this database: the newest is {newest}, or a backup was "
                    "restored. Read all events, then go on from the newest"
                )
            rows = reading.changes(since, limit)
        items = [representation.change(row, access.quotes(caller)) for row in rows]
        # Numbers without a row are those of purged events: an empty page skips them.
        following = rows[-1].seq if rows else newest
        return _json({"items": items, "next": following})

    # -- feeds and rules

    @routes.get("/feeds", **documented("list_feeds"))
    def list_feeds(request: Request) -> Response:
        caller = access.reader(request)
        _query(request, ())
        with store.reading() as reading:
            held = reading.feeds()
        shown = [_feed(f, settings.base_url) for f in held if caller or not f.private]
        return _json({"items": shown})

    @routes.post("/feeds", **documented("create_feed"))
    def create_feed(request: Request, data: bytes = event_body) -> Response:
        access.require(request, Scope.WRITE)
        _query(request, ())
        spec = rules.read_feed(json_object(data))
        with store.writing(now()) as writing:
            made = feeds.create(writing, spec, now())
        location = {"Location": f"/api/v1/feeds/{made.name}"}
        return _json(_feed(made, settings.base_url), HTTPStatus.CREATED, location)

    @routes.get("/feeds/{name}", **documented("get_feed"))
    def get_feed(request: Request, name: str) -> Response:
        caller = access.reader(request)
        _query(request, ())
        with store.reading() as reading:
            held = reading.feed(name)
        if held is None or (held.private and caller is None):
            raise NotFound("feed", name)
        return _json(_feed(held, settings.base_url))

    @routes.patch("/feeds/{name}", **documented("patch_feed"))
    def patch_feed(request: Request, name: str, data: bytes = patch_body) -> Response:
        access.require(request, Scope.WRITE)
        _query(request, ())
        with store.writing(now()) as writing:
            changed = feeds.change(writing, name, json_object(data), now())
        return _json(_feed(changed, settings.base_url))

    @routes.delete("/feeds/{name}", **documented("delete_feed"))
    def delete_feed(request: Request, name: str) -> Response:
        access.write(request)
        _query(request, ())
        with store.writing(now()) as writing:
            feeds.delete(writing, name)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    def listed(type_: str) -> Callable[[Request], Response]:
        def list_rules(request: Request) -> Response:
            access.require(request, Scope.READ)
            _query(request, ())
            with store.reading() as reading:
                held = reading.rules(type_)
            return _json({"items": [rule.spec for rule in held]})

        return list_rules

    for type_, path in (
        ("digest", "digests"),
        ("reminder", "reminders"),
        ("change", "change-rules"),
    ):
        routes.add_api_route(
            f"/{path}", listed(type_), methods=["GET"], **documented(f"list_{path}")
        )

    @routes.get("/deliveries", **documented("list_deliveries"))
    def list_deliveries(request: Request) -> Response:
        access.require(request, Scope.READ)
        query = _query(request, ("state", "event"))
        state, about = _one(query, "state"), _one(query, "event")
        if state is not None and state not in list(State):
            known = ", ".join(State)
            raise InvalidQuery([Problem("/state", f"{state[:40]!r} is not one of {known}")])
        states = None if state is None else [State(state)]
        with store.reading() as reading:
            held = reading.deliveries(states) if about is None else reading.told(about)
        held = [row for row in held if states is None or row.state in states]
        return _json({"items": [representation.delivery(row) for row in held]})

    return routes


def _file(request: Request, data: bytes) -> File:
    return File(data, media_type=request.headers.get("content-type"))


def _fetched(given: Mapping[str, Any]) -> File:
    """What is at the address that a body names. Raises InvalidInput."""
    faults = [Problem(f"/{key}"[:100], "unknown key") for key in given if key != "url"]
    url = given.get("url")
    if not isinstance(url, str):
        faults.append(Problem("/url", "must be an address such as https://example.org/cal.ics"))
    if faults or not isinstance(url, str):
        raise InvalidInput(faults)
    try:
        return imports.fetch(url)
    except FetchFailed as failure:
        raise InvalidInput([Problem("/url", str(failure))]) from None


def _represent(event: Event, lang: str, quoted: bool) -> dict[str, Any]:
    return representation.represent(event, lang, quoted)


def _feed(held: StoredFeed, base_url: str) -> dict[str, Any]:
    secret = f"/{held.secret}" if held.private else ""
    return {
        "name": held.name,
        "title": held.title,
        "filter": filters.write(held.filter),
        "private": held.private,
        "origin": held.origin,
        "address": f"{base_url}/feeds/{held.name}{secret}.ics",
        "created_at": representation.instant(held.created_at),
        "updated_at": representation.instant(held.updated_at),
    }


def _reply(stored: Stored, lang: str, more: Mapping[str, Any] | None = None) -> Reply:
    event = stored.event
    headers = _validators(event, lang, True)
    if stored.created:
        headers["Location"] = f"/api/v1/events/{quote(event.id)}"
    status = HTTPStatus.CREATED if stored.created else HTTPStatus.OK
    text = _text({**_represent(event, lang, True), **(more or {})})
    return Reply(status, text, tuple(headers.items()))


def _validators(event: Event, lang: str, quoted: bool) -> dict[str, str]:
    """A strong ETag: each version in each language, with or without the quotation, has its own.
    The time of its change is in it, since an id that was purged, or a restored backup, may count
    to the same version again."""
    made = int(event.updated_at.timestamp() * 1_000_000)
    return {
        "ETag": f'"{event.version}.{made:x}.{lang}{"" if quoted else ".n"}"',
        "Vary": "Accept-Language, Authorization",
        "Cache-Control": "private, no-cache",
    }


def _precondition(request: Request) -> Callable[[Event | None], None]:
    """The check that If-Match or If-None-Match: * ask for (RFC 9110 13.1)."""
    matches = request.headers.getlist("if-match")  # a list may come in several lines
    match = ",".join(matches) if matches else None
    none_match = request.headers.get("if-none-match")

    def check(event: Event | None) -> None:
        if none_match is not None and none_match.strip() == "*" and event is not None:
            raise Outdated("there is such an event already, and If-None-Match: * forbids it")
        if match is None:
            return
        if event is None:
            raise Outdated("there is no such event, and If-Match asks for one")
        if match.strip() == "*":
            return
        # Whatever the language it was read in, the version counts. A weak one never matches.
        own = _validators(event, "", True)["ETag"][1:-1]
        tags = [tag.strip() for tag in match.split(",")]
        if not any(tag.startswith(f'"{own}') for tag in tags):
            raise Outdated("the event has changed since it was read; read it again, try anew")

    return check


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json(
    value: object, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(_text(value), status, dict(headers or {}), "application/json")


def _sent(reply: Reply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers), "application/json")


def _query(request: Request, known: tuple[str, ...]) -> dict[str, list[str]]:
    """The query's values by key; a key that is not known is wrong input."""
    query: dict[str, list[str]] = {}
    for key, value in request.query_params.multi_items():
        query.setdefault(key, []).append(value)
    unknown = [key for key in query if key not in known]
    if unknown:
        hint = f"known are {', '.join(known)}" if known else "there are none here"
        raise InvalidQuery(
            [Problem(f"/{key}"[:100], f"unknown query key; {hint}") for key in unknown]
        )
    for lang in query.get("lang", ()):
        if lang not in LANGUAGES:
            raise InvalidQuery([Problem("/lang", f"is one of {', '.join(LANGUAGES)}")])
    return query


def _filter(query: Mapping[str, list[str]]) -> Filter:
    try:
        return filters.read({k: v for k, v in query.items() if k in filters.KEYS})
    except InvalidInput as refusal:
        raise InvalidQuery(refusal.problems) from None


def _one(query: Mapping[str, list[str]], key: str) -> str | None:
    values = query.get(key, [])
    if len(values) > 1:
        raise InvalidQuery([Problem(f"/{key}", "stands more than once")])
    return values[0] if values else None


def _number(query: Mapping[str, list[str]], key: str, default: int, low: int, high: int) -> int:
    text = _one(query, key)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 16 or not low <= int(text) <= high:
        raise InvalidQuery([Problem(f"/{key}", f"{text[:20]!r} is no number from {low} to {high}")])
    return int(text)


def _limit(query: Mapping[str, list[str]]) -> int:
    return _number(query, "limit", DEFAULT_LIMIT, 1, MOST)


def _flag(query: Mapping[str, list[str]], key: str) -> bool:
    text = _one(query, key)
    if text not in (None, "true", "false"):
        raise InvalidQuery([Problem(f"/{key}", "is true or false")])
    return text == "true"


def _day(query: Mapping[str, list[str]], key: str) -> date | None:
    text = _one(query, key)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidQuery(
            [Problem(f"/{key}", f"{text[:40]!r} is no day such as 2026-04-27")]
        ) from None


def _moment(query: Mapping[str, list[str]], key: str) -> datetime | None:
    text = _one(query, key)
    if text is None:
        return None
    try:
        # An unescaped + has become a space on the way.
        moment = datetime.fromisoformat(text.replace(" ", "+").upper())
        if moment.tzinfo is None or "T" not in text.upper():
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidQuery(
            [Problem(f"/{key}", f"{text[:40]!r} is no time such as 2026-05-01T08:00:00Z")]
        ) from None
