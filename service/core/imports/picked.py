"""A date that was seen and not announced, made a proposal because a person wants it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from service.core.events import event as event_
from service.core.events import fields
from service.core.events.catalogue import Catalogue
from service.core.events.event import Source
from service.core.imports.proposals import Candidate
from service.core.reading.announcement import Doubt
from service.core.text.lines import one_line
from service.errors import InvalidInput, Problem
from service.sentences import Sentence

# It was left out for a reason: its title is what stands around the date, until a person puts it right.
CONFIDENCE = 0.5
_AROUND = " \t,.;:、，。；：—–-|()（）[]【】"
_LONGEST = 200


def picked(
    seen: Mapping[str, Any],
    said: Mapping[str, Any],
    source: Source,
    day: date,
    timezone: str,
    known: Catalogue,
) -> Candidate:
    """The candidate of what stands in an import's `seen`, with the `title` and `when` that a person may
    say in place of what stands there. Raises InvalidInput, at /when for a date that cannot be read."""
    when = said.get("when") or seen["when"]
    if not when:
        raise InvalidInput([Problem("/when", Sentence("unread_date", text=seen["text"][:40]))])
    excerpt = str(seen["excerpt"])
    title = str(said.get("title") or "") or _around(excerpt, str(seen["text"]))
    organizations, tickers = known.organizations_in(title)
    given = {"title": title, "when": when, "organizations": [*organizations], "tickers": [*tickers]}
    details = fields.read(given, timezone, day)
    own = replace(source, excerpt=excerpt, page=seen["page"], line=seen["line"] or None)
    return Candidate(
        event_.slug(details.title),
        replace(details, source=own),
        frozenset(event_.DETAIL_KEYS),
        id_given=False,
        confidence=CONFIDENCE,
        doubts=() if said.get("title") else (Doubt.TITLE_FROM_ELSEWHERE,),
        day=day,
    )


def _around(excerpt: str, date_: str) -> str:
    """What stands beside the date, as far as it can be a title; else all of it."""
    before, _, after = excerpt.partition(date_)
    parts = [part.strip(_AROUND) for part in (before, after)]
    longer = max(parts, key=len)
    joined = " ".join(part for part in parts if part) if len(longer) < len(excerpt) / 2 else longer
    return one_line(joined or excerpt)[:_LONGEST]
