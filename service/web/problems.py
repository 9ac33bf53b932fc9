"""Errors as RFC 9457 problem+json: one table from what went wrong to its status."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from service.errors import (
    Busy,
    Conflict,
    Forbidden,
    Gone,
    HorizonError,
    InvalidInput,
    NotFound,
    Outdated,
    Problem,
    StoreReadOnly,
    StoreUnavailable,
    TooMany,
    Unauthorized,
)
from service.web import request_ids

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class InvalidQuery(InvalidInput):
    """What is wrong stands in the address, not in a body: 400."""


class Unreadable(HorizonError):
    """The request cannot be read at all: 400."""


# The first that fits, most special first.
_STATUS: tuple[tuple[type[HorizonError], HTTPStatus, str], ...] = (
    (InvalidInput, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-input"),
    (Unreadable, HTTPStatus.BAD_REQUEST, "unreadable"),
    (Unauthorized, HTTPStatus.UNAUTHORIZED, "unauthorized"),
    (Forbidden, HTTPStatus.FORBIDDEN, "forbidden"),
    (NotFound, HTTPStatus.NOT_FOUND, "not-found"),
    (Gone, HTTPStatus.GONE, "gone"),
    (Outdated, HTTPStatus.PRECONDITION_FAILED, "outdated"),
    (Conflict, HTTPStatus.CONFLICT, "conflict"),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests"),
    (Busy, HTTPStatus.SERVICE_UNAVAILABLE, "busy"),
    (StoreReadOnly, HTTPStatus.SERVICE_UNAVAILABLE, "database-read-only"),
    (StoreUnavailable, HTTPStatus.SERVICE_UNAVAILABLE, "database-unavailable"),
)


def problem(
    status: HTTPStatus,
    type_: str,
    detail: str,
    errors: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that tells of an error. `detail` is one sentence for the person who reads it."""
    body: dict[str, Any] = {
        "type": f"urn:horizon:problem:{type_}",
        "title": _phrase(status),
        "status": status.value,
        "detail": detail,
    }
    if errors:
        body["errors"] = [{"pointer": e.pointer, "detail": e.detail} for e in errors]
    if id_ := request_ids.current.get():
        body["instance"] = f"urn:horizon:request:{id_}"
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(text, status.value, dict(headers or {}), MEDIA_TYPE)


def from_error(error: HorizonError) -> Response:
    """The answer to one of Horizon's own errors."""
    if isinstance(error, InvalidQuery):
        return problem(HTTPStatus.BAD_REQUEST, "invalid-query", str(error), error.problems)
    if str(error) != error.outside:
        log.error("%s", error)
    for kind, status, type_ in _STATUS:
        if isinstance(error, kind):
            errors = error.problems if isinstance(error, InvalidInput) else ()
            return problem(status, type_, error.outside, errors, headers_of(error))
    raise error


def headers_of(error: HorizonError) -> dict[str, str]:
    """The headers with which that error is answered, whatever the form of the answer."""
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.seconds)}
    return dict(_HEADERS.get(status_of(error), {}))


def status_of(error: HorizonError) -> HTTPStatus:
    """The status with which that error is answered. Raises it where it has none."""
    if isinstance(error, InvalidQuery):
        return HTTPStatus.BAD_REQUEST
    for kind, status, _ in _STATUS:
        if isinstance(error, kind):
            return status
    raise error


def install(
    app: FastAPI,
    routes: Sequence[BaseRoute],
    page: Callable[[Request, HTTPStatus], Response | None] = lambda *_: None,
) -> None:
    """Have every error of the app answered as a problem, also 404, 405 and a crash.

    `routes` are those among which the methods are looked for that a 405 has to name; `page` makes
    what a person's browser is shown of an address that is not there.
    """

    def allowed(request: Request) -> set[str]:
        # Starlette names the methods of the first route alone that has the path.
        methods: set[str] = set()
        for route in routes:
            match, _ = route.matches(request.scope)
            if match is not Match.NONE:
                methods |= getattr(route, "methods", None) or set()
        return methods

    def on_error(_: Request, error: Exception) -> Response:
        assert isinstance(error, HorizonError)
        return from_error(error)

    def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        if status is HTTPStatus.NOT_FOUND and (shown := page(request, status)) is not None:
            return shown
        type_ = _phrase(status).lower().replace(" ", "-")
        detail = (
            error.detail if error.detail != status.phrase else _HINTS.get(status, status.phrase)
        )
        headers = dict(error.headers or {})
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(sorted(allowed(request))) or headers.get("Allow", "GET")
        return problem(status, type_, detail, headers=headers)

    def on_invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = [
            Problem("".join(f"/{part}" for part in fault["loc"][1:]), str(fault["msg"]))
            for fault in error.errors()
        ]
        return problem(
            HTTPStatus.BAD_REQUEST, "invalid-query", "the request cannot be read", errors
        )

    def on_crash(request: Request, error: Exception) -> Response:
        # Starlette logs the traceback; the reader gets no inside of ours.
        return problem(
            HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "Horizon failed; the reason is in its log"
        )

    app.add_exception_handler(HorizonError, on_error)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(Exception, on_crash)


def _phrase(status: HTTPStatus) -> str:
    return _PHRASES.get(status.value, status.phrase)


# As RFC 9110 calls them; Python does so from 3.13 on, and a problem's type must not depend on that.
_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}
_HEADERS = {
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "5"},
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": 'Bearer realm="Horizon"'},
}
_HINTS = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take that method; see the Allow header",
}
