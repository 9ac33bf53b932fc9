"""Documents and calendars: what they announce, and what of it is applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from service.core.events.event import Origin
from service.errors import InvalidInput, Problem
from service.operations import imports
from service.operations.imports import File
from service.operations.keys import Scope
from service.web.api import answers, query
from service.web.bodies import (
    DOCUMENTS,
    IMPORTS,
    JSON,
    MOST_BYTES,
    MOST_BYTES_OF_DOCUMENT,
    body,
    json_object,
    media_type,
)
from service.web.schemas import documented

if TYPE_CHECKING:
    from service.web.api.service import Api


def add(routes: APIRouter, api: Api) -> None:
    _read(routes, api)
    _apply(routes, api)


def _read(routes: APIRouter, api: Api) -> None:
    def may_extract(request: Request) -> object:
        return api.access.document(request, Scope.READ)

    def may_import(request: Request) -> object:
        return api.access.document(request, Scope.WRITE)

    document_body = Depends(body(MOST_BYTES_OF_DOCUMENT, DOCUMENTS, may_extract))
    import_body = Depends(body(MOST_BYTES_OF_DOCUMENT, IMPORTS, may_import))

    @routes.post("/extract", **documented("extract"))
    def extract(request: Request, data: bytes = document_body) -> Response:
        caller = api.access.require(request, Scope.READ)
        asked = query.read(request, ("ref_date", "lang"))
        day, who = query.day(asked, "ref_date"), api.by(caller)
        with api.documents.turn():
            given = imports.read_document(_file(request, data), who, day)
            with api.store.reading() as reading:
                told = imports.extracted(reading, given, who, api.lang(request))
        return answers.rendered(told)

    @routes.post("/imports", **documented("create_import"))
    def create_import(request: Request, data: bytes = import_body) -> Response:
        caller = api.access.require(request, Scope.WRITE)
        asked = query.read(request, ("ref_date", "lang"))
        day, who = query.day(asked, "ref_date"), replace(api.by(caller), origin=Origin.IMPORT)
        file = _file(request, data)
        if file.media_type is not None and media_type(request) in JSON:
            with api.fetches.turn():
                file = _fetched(json_object(data))
        with api.documents.turn():
            given = imports.read(file, who, api.lang(request), day)
            with api.store.writing(api.now()) as writing:
                kept = imports.keep(writing, given, who)
        location = {"Location": f"/api/v1/imports/{kept.id}"}
        return answers.rendered(
            imports.shown(kept, api.lang(request)), HTTPStatus.CREATED, location
        )


def _apply(routes: APIRouter, api: Api) -> None:
    accept_body = Depends(body(MOST_BYTES, JSON, api.access.write))

    @routes.get("/imports/{id}", **documented("get_import"))
    def get_import(request: Request, id: str) -> Response:
        api.access.require(request, Scope.READ)
        query.read(request, ("lang",))
        with api.store.reading() as reading:
            kept = imports.kept(reading, id)
        return answers.rendered(imports.shown(kept, api.lang(request)))

    @routes.post("/imports/{id}/apply", **documented("apply_import"))
    def apply_import(request: Request, id: str, data: bytes = accept_body) -> Response:
        caller = api.access.require(request, Scope.WRITE)
        query.read(request, ())
        given = json_object(data)
        faults = [Problem(f"/{key}"[:100], "unknown key") for key in given if key != "accept"]
        if faults:
            raise InvalidInput(faults)
        who = replace(api.by(caller), origin=Origin.IMPORT)
        with api.store.writing(api.now()) as writing:
            done = imports.apply_kept(writing, id, given.get("accept"), who)
        return answers.rendered(done)


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
    return imports.fetch(url)
