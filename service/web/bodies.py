"""Bodies of requests: read within a limit, of a type we know, as JSON that means one thing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from service.errors import InvalidInput, Problem
from service.web.problems import Unreadable

JSON = ("application/json",)
MERGE_PATCH = ("application/merge-patch+json", "application/json")
DOCUMENTS = (
    "text/plain",
    "text/markdown",
    "text/html",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)
TABLES = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
IMPORTS = (*DOCUMENTS, *TABLES, "text/calendar", *JSON)
MOST_BYTES = 1_000_000
MOST_BYTES_OF_BATCH = 10_000_000
MOST_BYTES_OF_DOCUMENT = 20_000_000
MAX_WAIT = 30
_DEEPEST = 50


def body(
    most: int, types: tuple[str, ...] | None, admit: Callable[[Request], object] | None = None
) -> Callable[[Request], Awaitable[bytes]]:
    """A dependency that gives the body's bytes; 413 over `most`, 415 for another type than those
    given, 408 for one that does not come. `admit` is asked first: nothing is read from whom it
    refuses, by an exception or by False, which gives no bytes."""

    async def read(request: Request) -> bytes:
        if admit is not None and await run_in_threadpool(admit, request) is False:
            return b""
        given = media_type(request, types[0] if types else "")
        if types is not None and given not in types:
            raise HTTPException(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                f"send Content-Type: {' or '.join(types)}, not {given[:80]!r}",
                {"Accept": ", ".join(types)},
            )
        too_large = HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body may have at most {most:,} bytes"
        )
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > most:
            raise too_large
        data = bytearray()
        try:
            async with asyncio.timeout(MAX_WAIT):
                async for chunk in request.stream():
                    data += chunk
                    if len(data) > most:
                        raise too_large
        except TimeoutError:
            detail = f"the body did not arrive within {MAX_WAIT} seconds"
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT, detail) from None
        except ClientDisconnect:
            raise Unreadable("the body ended before its announced length") from None
        return bytes(data)

    return read


def media_type(request: Request, otherwise: str = "") -> str:
    """What the body is said to be, in small letters and without parameters."""
    return request.headers.get("content-type", otherwise).partition(";")[0].strip().lower()


def json_object(data: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises Unreadable for what is no JSON (400) and InvalidInput for
    JSON of another type."""
    value = _json(data)
    if not isinstance(value, Mapping):
        kind = (
            "null" if value is None else "a list" if isinstance(value, list) else "a single value"
        )
        raise InvalidInput([Problem("", f"the body must be a JSON object, not {kind}")])
    return dict(value)


def _json(data: bytes) -> Any:
    if not data.strip():
        raise Unreadable("the body is empty; send a JSON object")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Unreadable(f"the body is not UTF-8 (at byte {fault.start + 1})") from None
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twins)
    except json.JSONDecodeError as fault:
        raise Unreadable(
            f"the body is not JSON: {fault.msg} at line {fault.lineno}, column {fault.colno}"
        ) from None
    except RecursionError:
        raise Unreadable(f"the body is nested deeper than {_DEEPEST} levels") from None
    except ValueError as fault:  # of the hooks, and of numbers with thousands of digits
        raise Unreadable(f"the body cannot be read: {str(fault)[:200]}") from None
    if _depth(value) > _DEEPEST:
        raise Unreadable(f"the body is nested deeper than {_DEEPEST} levels")
    return value


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        if deepest > _DEEPEST:
            return deepest
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return deepest


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:60]!r} stands twice in one object")
        found[key] = value
    return found
