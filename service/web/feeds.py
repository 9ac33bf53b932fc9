"""Feed addresses: /feeds/{name}.ics, .json, .xml and /changes.xml, private ones, /calendar.*.

The handlers only translate between HTTP and operations.feeds: validators, ranges of encodings and
headers (RFC 9110), as calendar clients use them.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from service.core.calendars import feed
from service.errors import InvalidInput
from service.operations.events import current
from service.operations.feeds import MEDIA_TYPES, FeedAnswer, FeedAnswers, read_address
from service.web import asked
from service.web.access import Access
from service.web.problems import InvalidQuery

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store import Store

ROBOTS = "User-agent: *\nAllow: /feeds/\nAllow: /calendar.\nDisallow: /api/\n"


def router(
    answers: FeedAnswers, access: Access, lang: str, now: Callable[[], datetime]
) -> APIRouter:
    """The routes of all feeds; `lang` is the service's default."""
    routes = APIRouter()

    def answer(request: Request, form: str, name: str | None, secret: str | None) -> Response:
        # A private feed's address is its key.
        caller = access.reader(request) if secret is None else None
        query = asked.values(request.query_params)
        quoted = access.quotes(caller)
        try:
            address = read_address(form, query, lang, name=name, secret=secret, excerpts=quoted)
        except InvalidInput as error:
            if name is not None and secret is not None:
                answers.check(name, secret)  # a wrong address tells nothing of options
            raise InvalidQuery(error.problems) from None
        return respond(request, answers.get(address), now(), private=caller is not None)

    def named(form: str, private: bool) -> Callable[..., Response]:
        if private:

            def private_feed(request: Request, name: str, secret: str) -> Response:
                return answer(request, form, name, secret)

            return private_feed

        def public_feed(request: Request, name: str) -> Response:
            return answer(request, form, name, None)

        return public_feed

    def own(form: str) -> Callable[[Request], Response]:
        def own_filter(request: Request) -> Response:
            return answer(request, form, None, None)

        return own_filter

    def add(path: str, handler: Callable[..., Response]) -> None:
        routes.add_api_route(path, handler, methods=["GET", "HEAD"], include_in_schema=False)

    # First, lest "changes" be taken for a secret.
    endings = {"changes.xml": "/changes.xml", "ics": ".ics", "json": ".json", "xml": ".xml"}
    for form, ending in endings.items():
        add(f"/feeds/{{name}}{ending}", named(form, private=False))
        add(f"/feeds/{{name}}/{{secret}}{ending}", named(form, private=True))
    for form in ("ics", "json", "xml"):
        add(f"/calendar.{form}", own(form))

    def robots() -> PlainTextResponse:
        return PlainTextResponse(ROBOTS)

    add("/robots.txt", robots)
    return routes


def event_calendar(
    store: Store, settings: Settings, access: Access, now: Callable[[], datetime]
) -> Callable[[Request, str], Response]:
    """The handler that gives one event as a calendar file, however long past it is."""

    def get_event_ics(request: Request, id: str) -> Response:
        caller = access.reader(request)
        try:
            options = feed.read_options(
                {key: given[-1] for key, given in asked.values(request.query_params).items()},
                settings.language,
            )
        except InvalidInput as refusal:
            raise InvalidQuery(refusal.problems) from None
        with store.reading() as reading:
            event = current(reading, id)
        heading = feed.Heading(
            event.title_in(options.lang),
            f"{settings.base_url}/api/v1/events/{event.id}.ics",
            settings.base_url,
            settings.timezone,
            access.quotes(caller),
        )
        every = replace(options, past=feed.LONGEST_PAST, size=None)
        rendered = feed.render([event], heading, every, now().date())
        answer = FeedAnswer(
            data=rendered.data,
            gzipped=gzip.compress(rendered.data, mtime=0),
            etag=hashlib.sha256(rendered.data).hexdigest()[:32],
            changed_at=event.updated_at,
            media_type=MEDIA_TYPES["ics"],
            file_name=f"{event.id}.ics",
            private=caller is not None,
        )
        return respond(request, answer, now())

    return get_event_ics


def respond(
    request: Request, answer: FeedAnswer, now: datetime, *, private: bool = False
) -> Response:
    """The answer to a GET or HEAD: 304 where the client's validator still holds, else the bytes.

    `private`: it was made for this caller, and no cache between may give it to others.
    """
    given = request.headers
    gzipped = takes_gzip(given.get("accept-encoding", ""))
    headers = headers_of(answer, gzipped, private=private)
    # Never later than Date (RFC 9110 8.8.2.1).
    headers["Last-Modified"] = http_date(min(answer.changed_at, now))
    if unchanged(answer, given.get("if-none-match"), given.get("if-modified-since")):
        return Response(status_code=304, headers=headers)
    headers.update(content_headers_of(answer, gzipped))
    data = answer.gzipped if gzipped else answer.data
    return Response(data, headers=headers, media_type=answer.media_type)


def headers_of(answer: FeedAnswer, gzipped: bool, *, private: bool = False) -> dict[str, str]:
    """What a 304 says as well, but for the dates."""
    return {
        # A strong validator belongs to one encoding (RFC 9110 8.8.3.3).
        "ETag": f'"{answer.etag}-gzip"' if gzipped else f'"{answer.etag}"',
        "Cache-Control": "private, no-cache" if answer.private or private else "public, no-cache",
        "Vary": "Accept-Encoding, Authorization",
    }


def content_headers_of(answer: FeedAnswer, gzipped: bool) -> dict[str, str]:
    """What is said of the bytes beside their type and length."""
    headers = {"Content-Disposition": f'inline; filename="{answer.file_name}"'}
    if gzipped:
        headers["Content-Encoding"] = "gzip"
    return headers


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def unchanged(answer: FeedAnswer, tags: str | None, since: str | None) -> bool:
    """Whether the client has these bytes: `tags` is its If-None-Match, `since` its
    If-Modified-Since."""
    if tags is not None:  # it wins over a date (RFC 9110 13.1.3)
        if tags.strip() == "*":
            return True
        given = re.findall(r'"([^"]*)"', tags)
        return any(tag.removesuffix("-gzip") == answer.etag for tag in given)
    if since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False  # an invalid date is ignored
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return answer.changed_at <= moment


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding asks for gzip."""
    for item in accepted.split(","):
        name, _, parameters = item.partition(";")
        if name.strip().lower() in ("gzip", "x-gzip"):
            quality = re.search(r"q\s*=\s*([0-9.]+)", parameters)
            return quality is None or quality[1].strip("0.") != ""
    return False


# "changes" is no secret.
_CHANGES = re.compile(r"/feeds/([^/]+)(?:/([^/]+))?/(changes\.xml)")
_FORMS = re.compile(r"/feeds/([^/]+)(?:/([^/]+))?\.(ics|json|xml)")
_OWN = re.compile(r"/calendar\.(ics|json|xml)")


def parts(path: str) -> tuple[str, str | None, str | None] | None:
    """A path's form, feed and secret, as the routes above take it apart; None for any other path."""
    if own := _OWN.fullmatch(path):
        return own[1], None, None
    found = _CHANGES.fullmatch(path) or _FORMS.fullmatch(path)
    return (found[3], found[1], found[2]) if found else None


def template(path: str) -> str:
    """The template of the route that takes a feed's path."""
    form, name, secret = parts(path) or ("", None, None)
    if name is None:
        return f"/calendar.{form}"
    ending = "/changes.xml" if form == "changes.xml" else f".{form}"
    return ("/feeds/{name}" if secret is None else "/feeds/{name}/{secret}") + ending
