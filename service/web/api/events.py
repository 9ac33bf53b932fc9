"""Events: listed, made, read, changed, taken out, and their history."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import Response

from service.core.events import filters, representation
from service.errors import InvalidInput, NotFound, Problem
from service.operations import events
from service.operations.idempotency import Reply
from service.operations.keys import Scope
from service.store import HistoricalReading
from service.web import cursors
from service.web.api import answers, query
from service.web.bodies import JSON, MERGE_PATCH, MOST_BYTES, MOST_BYTES_OF_BATCH, body, json_object
from service.web.feeds import event_calendar
from service.web.limits import BATCH
from service.web.problems import InvalidQuery
from service.web.schemas import documented

if TYPE_CHECKING:
    from service.store import Writing
    from service.web.api.service import Api


class _EventId(StringConvertor):
    # What ends in .ics is the calendar file, which is only read: 405 for other methods.
    regex = r"[^/]+(?<!\.ics)"


register_url_convertor("event_id", _EventId())


def register(routes: APIRouter, api: Api) -> None:
    _list(routes, api)
    _make(routes, api)
    _read(routes, api)
    _change(routes, api)
    _take_out(routes, api)
    _history(routes, api)


def _list(routes: APIRouter, api: Api) -> None:
    @routes.get("/events", **documented("list_events"))
    def list_events(request: Request) -> Response:
        caller = api.access.reader(request)
        asked = query.read(request, (*filters.KEYS, "limit", "cursor", "as_of", "lang"))
        limit, wanted = query.limit(asked), query.read_filter(asked)
        with api.store.reading() as reading:
            moment = query.moment(asked, "as_of")
            cursor = cursors.read(query.one(asked, "cursor"), wanted)
            if cursor is not None:
                seq, after = cursor
            else:
                seq = reading.position().seq if moment is None else reading.seq_at(moment)
                after = None
            if seq > reading.position().seq:
                raise InvalidQuery(
                    [Problem("/cursor", "is not one of ours; begin without a cursor")]
                )
            found = HistoricalReading(reading, seq).select(wanted, after=after, limit=limit + 1)
        items = found[:limit]
        following = cursors.write(seq, items[-1], wanted) if len(found) > limit else None
        lang, quoted = api.lang(request), api.access.quotes(caller)
        shown = [representation.represent(event, lang, quoted) for event in items]
        return answers.rendered({"items": shown, "next": following})


def _make(routes: APIRouter, api: Api) -> None:
    def may_write_many(request: Request) -> object:
        return api.access.write(request, cost=BATCH)

    event_body = Depends(body(MOST_BYTES, JSON, api.access.write))
    batch_body = Depends(body(MOST_BYTES_OF_BATCH, JSON, may_write_many))

    @routes.post("/events", **documented("create_event"))
    def create_event(request: Request, data: bytes = event_body) -> Response:
        caller = api.access.require(request, Scope.WRITE)
        query.read(request, ("lang",))

        def act(writing: Writing) -> Reply:
            who = api.by(caller)
            stored = events.create(writing, json_object(data), who)
            similar = events.similar(writing, stored.event, who.known)
            return answers.reply(stored, api.lang(request), {"similar": similar})

        return api.carried_out(request, caller, data, act)

    @routes.post("/events/batch", **documented("batch_events"))
    def batch_events(request: Request, data: bytes = batch_body) -> Response:
        caller = api.access.require(request, Scope.WRITE)
        query.read(request, ("lang",))

        def act(writing: Writing) -> Reply:
            given = json_object(data)
            items = given.get("events")
            faults = [Problem(f"/{key}"[:100], "unknown key") for key in given if key != "events"]
            if not isinstance(items, list):
                faults.append(Problem("/events", "must be a list of events"))
            if faults or not isinstance(items, list):
                raise InvalidInput(faults)
            done = events.batch(writing, items, api.by(caller))
            shown = [
                representation.represent(stored.event, api.lang(request), True) for stored in done
            ]
            return Reply(HTTPStatus.OK, answers.text({"items": shown}))

        return api.carried_out(request, caller, data, act)


def _read(routes: APIRouter, api: Api) -> None:
    routes.add_api_route(
        "/events/{id}.ics",
        event_calendar(api.store, api.settings, api.access, api.now),
        methods=["GET"],
        **documented("get_event_ics"),
    )

    @routes.get("/events/{id:event_id}", **documented("get_event"))
    def get_event(request: Request, id: str) -> Response:
        caller = api.access.reader(request)
        query.read(request, ("lang",))
        with api.store.reading() as reading:
            event = events.current(reading, id)
        quoted = api.access.quotes(caller)
        headers = answers.validators(event, api.lang(request), quoted)
        tags = re.findall(r'"[^"]*"|\*', request.headers.get("if-none-match", ""))
        if headers["ETag"] in tags or "*" in tags:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return answers.rendered(
            representation.represent(event, api.lang(request), quoted), headers=headers
        )


def _change(routes: APIRouter, api: Api) -> None:
    event_body = Depends(body(MOST_BYTES, JSON, api.access.write))
    patch_body = Depends(body(MOST_BYTES, MERGE_PATCH, api.access.write))

    @routes.put("/events/{id:event_id}", **documented("put_event"))
    def put_event(request: Request, id: str, data: bytes = event_body) -> Response:
        caller = api.access.require(request, Scope.WRITE)
        query.read(request, ("lang",))
        with api.store.writing(api.now()) as writing:
            stored = events.put(
                writing, id, json_object(data), api.by(caller), answers.precondition(request)
            )
        return answers.sent(answers.reply(stored, api.lang(request)))

    @routes.patch("/events/{id:event_id}", **documented("patch_event"))
    def patch_event(request: Request, id: str, data: bytes = patch_body) -> Response:
        caller = api.access.require(request, Scope.WRITE)
        query.read(request, ("lang",))
        with api.store.writing(api.now()) as writing:
            check = answers.precondition(request)
            stored = events.patch(writing, id, json_object(data), api.by(caller), check)
        return answers.sent(answers.reply(stored, api.lang(request)))


def _take_out(routes: APIRouter, api: Api) -> None:
    @routes.delete("/events/{id:event_id}", **documented("delete_event"))
    def delete_event(request: Request, id: str) -> Response:
        asked = query.read(request, ("purge", "lang"))
        purge = query.flag(asked, "purge")
        caller = api.access.write(request, Scope.ADMIN if purge else Scope.WRITE)
        check = answers.precondition(request)
        with api.store.writing(api.now()) as writing:
            if purge:
                event = events.purge(writing, id, api.by(caller), check)
            else:
                event = events.withdraw(writing, id, api.by(caller), check)
        return answers.rendered(representation.represent(event, api.lang(request), True))


def _history(routes: APIRouter, api: Api) -> None:
    @routes.get("/events/{id}/history", **documented("get_history"))
    def get_history(request: Request, id: str) -> Response:
        caller = api.access.reader(request)
        query.read(request, ("lang",))
        with api.store.reading() as reading:
            rows = reading.history(id)
        if not rows:
            raise NotFound("event", id)
        return answers.rendered(
            {"items": representation.histories(rows, api.access.quotes(caller))}
        )
