"""The language of an answer: as asked for, as chosen before, or the browser's."""

from __future__ import annotations

import re

from fastapi import Request

from service.core.events.fields import LANGUAGES

CHOSEN = "horizon_lang"


def language(request: Request, default: str, *, chosen: bool = False) -> str:
    """`?lang=`, else (`chosen`: of pages) what the cookie of their switch says, else the browser's
    first that we have, else the service's."""
    for asked in (
        request.query_params.get("lang"),
        request.cookies.get(CHOSEN) if chosen else None,
    ):
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
