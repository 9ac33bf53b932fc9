"""The ASGI application: routes, error answers, security headers, a log line and a count for each
request."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import StoreUnavailable
from service.operations.alerts import channel_health
from service.operations.feeds import FeedAnswers
from service.operations.notices import Notices
from service.store.condition import Storing
from service.web import (
    api,
    docs,
    feeds,
    headers,
    pages,
    problems,
    request_ids,
    slack_requests,
)
from service.web.access import Access
from service.web.feed_cache import ReadyFeeds
from service.web.limits import RateLimits, document_limit, fetch_limit
from service.web.metrics import CONTENT_TYPE, Metrics
from service.web.mounted import Mounted
from service.web.request_log import log_request

if TYPE_CHECKING:
    from service.operations.second_reader import SecondReader
    from service.settings import Settings
    from service.store import Store
    from service.web.slack_requests import SlackRequests


def create(
    store: Store,
    settings: Settings,
    answers: FeedAnswers,
    notices: Notices,
    now: Callable[[], datetime],
    slack: SlackRequests | None = None,
    limits: RateLimits | None = None,
    reader: SecondReader | None = None,
) -> ReadyFeeds | Mounted:
    """The whole application over one store. `slack` takes what Slack sends; by default it is made
    where the settings have a signing secret to know Slack by. `limits`: how much may be asked for.
    `reader`: the language model, where there is one."""
    if slack is None and settings.slack_signing_secret:
        slack = slack_requests.from_settings(store, settings, now)
    app = FastAPI(
        title="Horizon", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    limits, documents, fetches = limits or _limits(settings), document_limit(), fetch_limit()
    access = Access(store, settings, now, limits)
    site = pages.build(store, settings, access, notices, documents, fetches, now, reader)
    routers = (
        feeds.router(answers, access, settings.language, now),
        site.routes,
        api.router(api.Api(store, settings, access, documents, fetches, now, reader)),
        slack_requests.router(slack, settings.slack_signing_secret, now),
    )
    routes = [route for router in routers for route in router.routes]
    for router in (*routers, docs.router(routes, settings)):
        app.include_router(router)
    problems.install(app, routes, site.error_page)
    metrics = Metrics(store, settings, answers, notices, limits, documents, now, reader)
    app.include_router(_watched(store, settings, notices, metrics, now))
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    every = _Headers.of(settings)
    outermost = RequestMiddleware(app, now, metrics, every)
    ready = ReadyFeeds(outermost, answers, store, settings, now, every.feeds, told=outermost.told)
    return Mounted(ready, settings.base_path) if settings.base_path else ready


def _watched(
    store: Store,
    settings: Settings,
    notices: Notices,
    metrics: Metrics,
    now: Callable[[], datetime],
) -> APIRouter:
    """The addresses that ask how the service itself is doing."""
    addresses, storing = APIRouter(), Storing(store)

    @addresses.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
    def healthz() -> Response:
        return JSONResponse({"status": "ok", "warnings": notices.texts()})

    @addresses.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
    def readyz() -> Response:
        bot, webhook = bool(settings.slack_bot_token), bool(settings.slack_webhook_url)
        try:
            with store.reading() as reading:
                warnings = channel_health.warnings(reading, now(), bot=bot, webhook=webhook)
                grades = channel_health.grades(reading, bot=bot, webhook=webhook)
            warnings += storing.warnings(now())
        except StoreUnavailable as fault:
            return JSONResponse(
                {"status": "unavailable", "detail": fault.outside, "warnings": notices.texts()}, 503
            )
        known = {"channels": grades} if grades else {}
        return JSONResponse({"status": "ready", "warnings": [*notices.texts(), *warnings], **known})

    @addresses.api_route("/metrics", methods=["GET", "HEAD"], include_in_schema=False)
    def get_metrics() -> Response:
        return Response(
            metrics.text(), headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE}
        )

    return addresses


def _limits(settings: Settings) -> RateLimits:
    return RateLimits(
        writes=settings.limit_writes,
        documents=settings.limit_documents,
        wrong_keys=settings.limit_wrong_keys,
    )


@dataclass(frozen=True)
class _Headers:
    """Those of every answer, by what is asked for."""

    pages: headers.Raw
    reads: headers.Raw
    feeds: headers.Raw

    @classmethod
    def of(cls, settings: Settings) -> _Headers:
        base, public = settings.base_url, settings.public_read
        return cls(
            headers.of_pages(base),
            headers.of_reads(base, public),
            headers.of_feeds(base, public),
        )

    def belonging_to(self, method: str, path: str) -> headers.Raw:
        if path.startswith(headers.FEEDS):
            return self.feeds
        reads = path.startswith(headers.API) and method in ("GET", "HEAD")
        return self.reads if reads else self.pages


class RequestMiddleware:
    """Adds the headers every answer has, and logs and counts each request. Plain ASGI, since
    Starlette's BaseHTTPMiddleware copies every body."""

    def __init__(
        self,
        app: ASGIApp,
        now: Callable[[], datetime],
        metrics: Metrics,
        headers: _Headers,
    ) -> None:
        self._app, self._now, self._metrics, self._headers = app, now, metrics, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0
        asked = scope
        id_ = request_ids.of(scope["headers"])
        request_ids.current.set(id_.decode())
        head = scope["method"] == "HEAD"
        every = self._headers.belonging_to(scope["method"], scope["path"])
        if head and scope["path"].startswith(headers.API):
            scope = {**scope, "method": "GET"}  # RFC 9110 9.3.2: as GET, without the content

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                date = format_datetime(self._now(), usegmt=True).encode()
                given = message.get("headers", ())
                own = (request_ids.HEADER, id_), (b"date", date)
                message = {**message, "headers": [*given, *every, *own]}
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self.told(asked["method"], scope, status, time.perf_counter() - started)

    def told(
        self, method: str, scope: Scope, status: int, spent: float | None, logged: bool = True
    ) -> None:
        """Count one request, and log it. It took so many seconds; None: what was ready was given."""
        self._metrics.request(method, scope, status, spent)
        if logged:
            log_request(method, scope, status, spent or 0.0)
