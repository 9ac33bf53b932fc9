"""Documents and calendars: what they announce, and what of it is applied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from service.core.events.event import Origin
from service.core.imports import sources
from service.errors import InvalidInput, Problem
from service.operations import decisions, imports, reviews, second_reader
from service.operations.imports import File
from service.operations.keys import Scope
from service.web import schemas
from service.web.api import answers, query
from service.web.bodies import (
    DOCUMENTS,
    IMPORTS,
    JSON,
    MERGE_PATCH,
    MOST_BYTES,
    MOST_BYTES_OF_DOCUMENT,
    body,
    json_object,
    media_type,
)
from service.web.problems import InvalidQuery
from service.web.schemas import documented

if TYPE_CHECKING:
    from service.web.api.service import Api

_ID = re.compile(schemas.IMPORT_PATTERN)


def register(routes: APIRouter, api: Api) -> None:
    _read(routes, api)
    _kept(routes, api)
    _decided(routes, api)


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
        with api.documents.slot():
            given = imports.read_document(_file(request, data), who, day)
            with api.store.reading() as reading:
                told = imports.extracted(reading, given, who, api.lang(request))
        return answers.rendered(told)

    @routes.post("/imports", **documented("create_import"))
    def create_import(request: Request, data: bytes = import_body) -> Response:
        caller = api.access.require(request, Scope.WRITE)
        asked = query.read(request, ("ref_date", "lang", "model", *sources.KEYS))
        day, who = query.day(asked, "ref_date"), replace(api.by(caller), origin=Origin.IMPORT)
        said = _said(asked)
        sent = request.headers.get("content-type") is not None and media_type(request) in JSON
        address = json_object(data) if sent else {}
        by_model = _asks_model(address, query.choice(asked, "model"))
        asks = second_reader.wanted(api.reader, by_model, fetched=sent)
        if sent:
            with api.fetches.slot():
                file = _fetched(address)
        else:
            file = _file(request, data)
        with api.documents.slot():
            given = imports.read(file, who, api.lang(request), day, said=said)
            with api.store.writing(api.now()) as writing:
                kept = reviews.keep(writing, given, who)
                if asks and api.reader is not None:
                    kept = second_reader.queued(writing, kept, given, api.reader, who.timezone)
        location = {"Location": f"/api/v1/imports/{kept.id}"}
        return answers.rendered(
            reviews.shown(kept, api.lang(request)), HTTPStatus.CREATED, location
        )


def _kept(routes: APIRouter, api: Api) -> None:
    patch_body = Depends(body(MOST_BYTES, MERGE_PATCH, api.access.write))

    @routes.get("/imports", **documented("list_imports"))
    def list_imports(request: Request) -> Response:
        api.access.require(request, Scope.READ)
        asked = query.read(request, ("waiting", "limit", "cursor"))
        limit, waiting = query.limit(asked), query.flag(asked, "waiting")
        before = query.one(asked, "cursor")
        if before is not None and not _ID.fullmatch(before):
            detail = "is not one of ours; take `next` of the page before as it is"
            raise InvalidQuery([Problem("/cursor", detail)])
        with api.store.reading() as reading:
            found = reviews.listed(reading, limit + 1, before, waiting=waiting)
        following = found[limit - 1]["id"] if len(found) > limit else None
        return answers.rendered({"items": found[:limit], "next": following})

    @routes.get("/imports/{id}", **documented("get_import"))
    def get_import(request: Request, id: str) -> Response:
        api.access.require(request, Scope.READ)
        query.read(request, ("lang",))
        with api.store.reading() as reading:
            kept = reviews.kept(reading, id)
            outdated = reviews.outdated(reading, kept)
        return answers.rendered(reviews.shown(kept, api.lang(request), outdated))

    @routes.patch("/imports/{id}", **documented("patch_import"))
    def patch_import(request: Request, id: str, data: bytes = patch_body) -> Response:
        caller = api.access.require(request, Scope.WRITE)
        query.read(request, ("lang",))
        given = json_object(data)
        _only(given, ("source",))
        who = replace(api.by(caller), origin=Origin.IMPORT)
        with api.store.writing(api.now()) as writing:
            kept = reviews.kept(writing, id)
            try:
                kept = reviews.set_source(writing, kept, given.get("source", {}), who)
            except InvalidInput as refusal:
                raise InvalidInput([each.under("/source") for each in refusal.problems]) from None
        return answers.rendered(reviews.shown(kept, api.lang(request)))

    @routes.post("/imports/{id}/proposals", **documented("propose_seen"))
    def propose_seen(request: Request, id: str, data: bytes = patch_body) -> Response:
        caller = api.access.require(request, Scope.WRITE)
        query.read(request, ("lang",))
        given = json_object(data)
        _only(given, ("seen", "title", "when"))
        number = given.pop("seen", None)
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            detail = "must be the place in `seen` of a date, from 0"
            raise InvalidInput([Problem("/seen", detail)])
        who = replace(api.by(caller), origin=Origin.IMPORT)
        with api.store.writing(api.now()) as writing:
            kept = reviews.kept(writing, id)
            if number >= len(kept.content.get("seen", [])):
                raise InvalidInput([Problem("/seen", f"{number} is none of this import's `seen`")])
            kept, pid = reviews.pick(writing, kept, number, given, who)
        made = next(p for p in reviews.current(kept) if p["id"] == pid)
        return answers.rendered(reviews.worded(made, api.lang(request)))


def _decided(routes: APIRouter, api: Api) -> None:
    accept_body = Depends(body(MOST_BYTES, JSON, api.access.write))

    @routes.post("/imports/{id}/apply", **documented("apply_import"))
    def apply_import(request: Request, id: str, data: bytes = accept_body) -> Response:
        caller = api.access.require(request, Scope.WRITE)
        query.read(request, ())
        given = json_object(data)
        _only(given, ("accept", "edits", "decline"))
        who = replace(api.by(caller), origin=Origin.IMPORT)
        edits, declined = given.get("edits"), given.get("decline")
        return answers.rendered(
            decisions.decide(api.store, id, given.get("accept"), who, edits, declined)
        )

    @routes.post("/imports/{id}/undo", **documented("undo_import"))
    def undo_import(request: Request, id: str) -> Response:
        who = replace(api.by(api.access.write(request)), origin=Origin.IMPORT)
        query.read(request, ())
        with api.store.writing(api.now()) as writing:
            return answers.rendered(decisions.undo(writing, id, who))


def _only(given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """Raises InvalidInput for other keys than those."""
    detail = f"unknown key; known are {', '.join(known)}"
    faults = [Problem(f"/{key}"[:100], detail) for key in given if key not in known]
    if faults:
        raise InvalidInput(faults)


def _said(asked: Mapping[str, list[str]]) -> dict[str, Any]:
    """What the address says of the document's source. Raises InvalidQuery."""
    said: dict[str, Any] = {
        key: value for key in sources.KEYS if (value := query.one(asked, key)) is not None
    }
    try:
        sources.read(said)
    except InvalidInput as refusal:
        raise InvalidQuery(refusal.problems) from None
    return said


def _file(request: Request, data: bytes) -> File:
    return File(data, media_type=request.headers.get("content-type"))


def _asks_model(given: dict[str, Any], asked: bool | None) -> bool | None:
    """What a body says of the model, which is taken out of it, over what the address says. Raises
    InvalidInput."""
    said = given.pop("model", asked)
    if said is not None and not isinstance(said, bool):
        raise InvalidInput([Problem("/model", "must be true or false")])
    return said


def _fetched(given: Mapping[str, Any]) -> File:
    """What is at the address that a body names. Raises InvalidInput."""
    faults = [Problem(f"/{key}"[:100], "unknown key") for key in given if key != "url"]
    url = given.get("url")
    if not isinstance(url, str):
        faults.append(Problem("/url", "must be an address such as https://example.org/cal.ics"))
    if faults or not isinstance(url, str):
        raise InvalidInput(faults)
    return imports.fetch(url)
