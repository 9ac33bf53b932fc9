"""Answers of the API: JSON, and the validators and preconditions of an event."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from service.core.events import representation
from service.core.events.event import Event
from service.errors import Outdated
from service.operations.events import SavedEvent
from service.operations.idempotency import Reply


def reply(stored: SavedEvent, lang: str, more: Mapping[str, Any] | None = None) -> Reply:
    event = stored.event
    headers = validators(event, lang, True)
    if stored.created:
        headers["Location"] = f"/api/v1/events/{quote(event.id)}"
    status = HTTPStatus.CREATED if stored.created else HTTPStatus.OK
    shown = text({**representation.represent(event, lang, True), **(more or {})})
    return Reply(status, shown, tuple(headers.items()))


def validators(event: Event, lang: str, quoted: bool) -> dict[str, str]:
    """A strong ETag: each version in each language, with or without the quotation, has its own.
    The time of its change is in it, since an id that was purged, or a restored backup, may count
    to the same version again."""
    made = int(event.updated_at.timestamp() * 1_000_000)
    return {
        "ETag": f'"{event.version}.{made:x}.{lang}{"" if quoted else ".n"}"',
        "Vary": "Accept-Language, Authorization",
        "Cache-Control": "private, no-cache",
    }


def precondition(request: Request) -> Callable[[Event | None], None]:
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
        own = validators(event, "", True)["ETag"][1:-1]
        tags = [tag.strip() for tag in match.split(",")]
        if not any(tag.startswith(f'"{own}') for tag in tags):
            raise Outdated("the event has changed since it was read; read it again, try anew")

    return check


def text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def rendered(
    value: object, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(text(value), status, dict(headers or {}), "application/json")


def sent(reply: Reply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers), "application/json")
