"""Feeds: which there are, and under which address each is read."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from service.core.alerts import rules
from service.core.events import filters, representation
from service.errors import NotFound
from service.operations import feeds
from service.operations.keys import Scope
from service.web.api import answers, query
from service.web.bodies import JSON, MERGE_PATCH, MOST_BYTES, body, json_object
from service.web.schemas import documented

if TYPE_CHECKING:
    from service.store import StoredFeed
    from service.web.api.service import Api


def register(routes: APIRouter, api: Api) -> None:
    feed_body = Depends(body(MOST_BYTES, JSON, api.access.write))
    patch_body = Depends(body(MOST_BYTES, MERGE_PATCH, api.access.write))

    @routes.get("/feeds", **documented("list_feeds"))
    def list_feeds(request: Request) -> Response:
        caller = api.access.reader(request)
        query.read(request, ())
        with api.store.reading() as reading:
            held = reading.feeds()
        shown = [_shown(f, api.settings.base_url) for f in held if caller or not f.private]
        return answers.rendered({"items": shown})

    @routes.post("/feeds", **documented("create_feed"))
    def create_feed(request: Request, data: bytes = feed_body) -> Response:
        api.access.require(request, Scope.WRITE)
        query.read(request, ())
        spec = rules.read_feed(json_object(data))
        with api.store.writing(api.now()) as writing:
            made = feeds.create(writing, spec, api.now())
        location = {"Location": f"/api/v1/feeds/{made.name}"}
        return answers.rendered(_shown(made, api.settings.base_url), HTTPStatus.CREATED, location)

    @routes.get("/feeds/{name}", **documented("get_feed"))
    def get_feed(request: Request, name: str) -> Response:
        caller = api.access.reader(request)
        query.read(request, ())
        with api.store.reading() as reading:
            held = reading.feed(name)
        if held is None or (held.private and caller is None):
            raise NotFound("feed", name)
        return answers.rendered(_shown(held, api.settings.base_url))

    @routes.patch("/feeds/{name}", **documented("patch_feed"))
    def patch_feed(request: Request, name: str, data: bytes = patch_body) -> Response:
        api.access.require(request, Scope.WRITE)
        query.read(request, ())
        with api.store.writing(api.now()) as writing:
            changed = feeds.change(writing, name, json_object(data), api.now())
        return answers.rendered(_shown(changed, api.settings.base_url))

    @routes.delete("/feeds/{name}", **documented("delete_feed"))
    def delete_feed(request: Request, name: str) -> Response:
        api.access.write(request)
        query.read(request, ())
        with api.store.writing(api.now()) as writing:
            feeds.delete(writing, name)
        return Response(status_code=HTTPStatus.NO_CONTENT)


def _shown(held: StoredFeed, base_url: str) -> dict[str, Any]:
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
