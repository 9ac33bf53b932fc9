"""How to subscribe: each feed and the filter at hand, for each client, and what to expect of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from service.core.alerts.rules import FeedSpec
from service.core.events.filters import Filter
from service.operations.keys import Scope
from service.web.pages import showing
from service.web.pages.showing import calendar, filter_query
from service.web.pages.site import Site, Visit, address
from service.web.words import CLIENTS, EXPECTATIONS

LONGEST_FOR_GOOGLE = 116


def register(site: Site) -> None:
    """The addresses of this subject."""
    site.get("/subscribe", _subscribe)


def _subscribe(visit: Visit) -> Response:
    wanted, problems = visit.wanted()
    base, t = visit.settings.base_url, visit.t
    with visit.store.reading() as reading:
        feeds = reading.feeds()
    cards = []
    if wanted != Filter():
        query = filter_query(replace(wanted))
        title = showing.filter_words(wanted, visit) or t.this_filter
        url = address(f"{base}/calendar.ics", query)
        cards.append(_card(title, url, visit, t.this_filter, "filter"))
    trusted = visit.caller is not None and visit.caller.scope.allows(Scope.READ)
    for feed in feeds:
        if feed.private and not trusted:
            continue
        secret = f"/{feed.secret}" if feed.private else ""
        url = f"{base}/feeds/{feed.name}{secret}.ics"
        spec = FeedSpec(feed.name, feed.title, feed.filter, feed.private)
        aside = t.private_feed if spec.private else showing.filter_words(spec.filter, visit)
        cards.append(_card(feed.title, url, visit, aside, feed.name))
    place = 0 if visit.lang == "zh" else 1
    return visit.page(
        "subscribe.html",
        current="subscribe",
        problems=problems,
        warning=t.loopback
        if visit.settings.loopback
        else t.inside
        if visit.settings.inside
        else "",
        cards=cards,
        clients=[{key: words[place] for key, words in client.items()} for client in CLIENTS],
        expectations=[words[place] for words in EXPECTATIONS],
    )


def _card(title: str, url: str, visit: Visit, aside: str, name: str) -> dict[str, Any]:
    held = calendar(title, url)
    stem, query = url.partition("?")[::2]
    stem = stem.removesuffix(".ics")
    tail = f"?{query}" if query else ""
    return {
        **held,
        "id": f"feed-{name}",
        "aside": aside,
        "qr": qr(held["webcal"]),
        "qr_label": visit.t.qr_label.format(title),
        "changes": f"{stem}/changes.xml" if name != "filter" else "",
        "json": f"{stem}.json{tail}",
        "too_long": len(url) > LONGEST_FOR_GOOGLE,
    }


def qr(text: str) -> Markup:
    """A QR code as inline SVG, drawn in the colour of its surroundings; nothing for what is too
    long for one that a phone could still read."""
    if len(text) > 400:
        return Markup("")
    import segno  # for this page alone

    code = segno.make(text, error="m", micro=False)
    path = " ".join(_runs([[bool(cell) for cell in line] for line in code.matrix]))
    size = len(code.matrix) + 8
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" aria-hidden="true">'
        '<rect class="qr-ground" width="{0}" height="{0}"/><path class="qr-ink" d="{1}"/></svg>'
    ).format(size, path)


def _runs(matrix: list[list[bool]]) -> list[str]:
    """The dark cells as one path, a stroke for each run; four cells stay free on every side."""
    strokes = []
    for y, line in enumerate(matrix):
        start: int | None = None
        for x, dark in enumerate([*line, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                strokes.append(f"M{start + 4} {y + 4}h{x - start}v1h-{x - start}z")
                start = None
    return strokes
