"""The pages: what is ahead with the feeds to subscribe to, and one event.

Server-rendered, nothing from elsewhere, in the browser's language (or `?lang=`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import jinja2
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from service.core import wording
from service.core.event import Event
from service.core.fields import LANGUAGES
from service.core.filters import Filter
from service.core.kinds import KIND_WORDS
from service.errors import NotFound
from service.operations.notices import Notices
from service.web.access import Access
from service.web.feeds import event_calendar

if TYPE_CHECKING:
    from service.settings import Settings
    from service.store import Store, StoredFeed

MOST_SHOWN = 200


def router(
    store: Store,
    settings: Settings,
    access: Access,
    notices: Notices,
    now: Callable[[], datetime],
) -> APIRouter:
    """The routes of all pages."""
    routes = APIRouter()
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def page(request: Request, name: str, **values: Any) -> Response:
        lang = language(request, settings.language)
        other = next(known for known in LANGUAGES if known != lang)
        text = templates.get_template(name).render(
            lang=lang, zh=lang == "zh", other=other, base_url=settings.base_url, **values
        )
        return HTMLResponse(text, headers={"Vary": "Accept-Language", "Cache-Control": "no-cache"})

    @routes.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    def start(request: Request) -> Response:
        access.reader(request)
        lang = language(request, settings.language)
        today = now().astimezone(ZoneInfo(settings.timezone)).date()
        with store.reading() as reading:
            ahead = reading.select(Filter(from_=today), limit=MOST_SHOWN)
            total = reading.count().total
            feeds = [subscription(feed, settings) for feed in reading.feeds() if not feed.private]
        return page(
            request,
            "start.html",
            events=[shown(event, lang, settings) for event in ahead],
            total=total,
            today=wording.day(today, lang),
            feeds=feeds,
            loopback=settings.loopback,
            notices=notices.texts(),
        )

    routes.add_api_route(
        "/events/{id}.ics",
        event_calendar(store, settings, access, now),
        methods=["GET", "HEAD"],
        include_in_schema=False,
    )

    @routes.api_route("/events/{id}", methods=["GET", "HEAD"], include_in_schema=False)
    def event_page(request: Request, id: str) -> Response:
        access.reader(request)
        lang = language(request, settings.language)
        with store.reading() as reading:
            event = reading.event(id)
            if event is None or event.withdrawn:
                raise NotFound("event", id)
            history = reading.history(id)
        steps = [
            {
                "day": wording.day(row.at.astimezone(ZoneInfo(settings.timezone)).date(), lang),
                "when": wording.full(row.event.when, lang, row.event.details.timezone),
                "cancelled": row.event.cancelled,
                "source": wording.source_line(row.source, lang, settings.public_excerpts)
                if row.source
                else "",
            }
            for row in history
            if row.event
        ]
        return page(request, "event.html", event=shown(event, lang, settings), steps=steps)

    return routes


def shown(event: Event, lang: str, settings: Settings) -> dict[str, Any]:
    """An event as the templates take it."""
    details = event.details
    return {
        "id": event.id,
        "title": event.title_in(lang),
        "when": wording.full(event.when, lang, details.timezone),
        "edtf": event.when.text,
        "open": not event.when.dated,
        "cancelled": event.cancelled,
        "kind": KIND_WORDS[lang][details.kind],
        "organizations": details.organizations,
        "tickers": details.tickers,
        "location": details.location,
        "url": details.url,
        "description": details.description,
        "source": wording.source_line(details.source, lang, settings.public_excerpts)
        if details.source
        else "",
        "source_url": details.source.url if details.source else "",
    }


def subscription(feed: StoredFeed, settings: Settings) -> dict[str, str]:
    """A feed's addresses, as each client takes them."""
    address = f"{settings.base_url}/feeds/{feed.name}.ics"
    webcal = "webcal://" + address.split("://", 1)[1]
    outlook = f"addfromweb?url={quote(address, safe='')}&name={quote(feed.title, safe='')}"
    return {
        "title": feed.title,
        "address": address,
        "webcal": webcal,
        # Google wants a webcal address here; with https it takes it for an e-mail address.
        "google": f"https://calendar.google.com/calendar/render?cid={quote(webcal, safe='')}",
        "outlook": f"https://outlook.office.com/calendar/0/{outlook}",
        "changes": f"{settings.base_url}/feeds/{feed.name}/changes.xml",
    }


def language(request: Request, default: str) -> str:
    """The page's language: `?lang=`, else the browser's first that we have, else the service's."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    wanted: list[tuple[float, str]] = []
    for item in request.headers.get("accept-language", "").split(","):
        tag, _, parameters = item.partition(";")
        quality = re.search(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*$", parameters)
        wanted.append(
            (-float(quality[1]) if quality else -1.0, tag.strip().lower().partition("-")[0])
        )
    # The sort is stable: of two that are wanted alike, the first.
    for weight, tag in sorted(wanted, key=lambda item: item[0]):
        if weight < 0 and tag == "*":
            return default
        if weight < 0 and tag in LANGUAGES:
            return tag
    return default
