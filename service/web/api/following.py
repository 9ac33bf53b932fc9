"""Following along: what changed, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from service.core.events import representation
from service.errors import Gone
from service.web.api import answers, query
from service.web.schemas import documented

if TYPE_CHECKING:
    from service.web.api.service import Api


def register(routes: APIRouter, api: Api) -> None:
    @routes.get("/changes", **documented("list_changes"))
    def list_changes(request: Request) -> Response:
        caller = api.access.reader(request)
        asked = query.read(request, ("since", "limit"))
        limit, since = query.limit(asked), query.number(asked, "since", 0, 0, 2**53)
        with api.store.reading() as reading:
            newest = reading.position().seq
            lost = reading.lost_changes() or (newest, newest)
            if since > newest or lost[0] < since <= lost[1]:
                raise Gone(
                    f"change {since} is not of this database: the newest is {newest}, or a backup was "
                    "restored. Read all events, then go on from the newest"
                )
            rows = reading.changes(since, limit)
        items = [representation.change(row, api.access.quotes(caller)) for row in rows]
        # Numbers without a row are those of purged events: an empty page skips them.
        following = rows[-1].seq if rows else newest
        return answers.rendered({"items": items, "next": following})
