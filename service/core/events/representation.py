"""The JSON objects of the API: an event, a step of its history, a change. Feeds' `.json` and the
command line print the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from service.core.events import fields, wording
from service.core.events.event import Event, Recorded, Source


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC; fractions of a second only where there are any."""
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def represent(event: Event, lang: str, excerpts: bool = True) -> dict[str, Any]:
    """The event as the API returns it; without `excerpts` its source is named, not quoted."""
    details = event.details
    return {
        "id": event.id,
        "uid": event.uid,
        **fields.write(details),
        "source": source(details.source, excerpts),
        "status": event.status.value,
        "start": event.when.start_text,
        "end": event.when.end_text,
        "precision": event.when.precision.value,
        "when_text": wording.full(event.when, lang, details.timezone),
        "sequence": event.sequence,
        "origin": event.origin.value,
        "status_set": details.status is not None,
        "created_at": instant(event.created_at),
        "updated_at": instant(event.updated_at),
    }


def histories(rows: Sequence[Recorded], excerpts: bool = True) -> list[dict[str, Any]]:
    """One event's changes, oldest first as given: who, when, and each key that changed with its
    value before and after."""
    told = []
    before: dict[str, Any] = {}
    for row in rows:
        after = fields.write(row.event.details) if row.event else {}
        if after.get("source") and not excerpts:
            after["source"]["excerpt"] = ""
        told.append(
            {
                "seq": row.seq,
                "at": instant(row.at),
                "version": row.version,
                "change": row.change.value,
                "who": row.who,
                "origin": row.origin.value,
                "from": row.from_when,
                "to": row.to_when,
                "days": row.days,
                "changed": {
                    key: {"from": before.get(key), "to": after.get(key)}
                    for key in row.keys
                    if before.get(key) != after.get(key)
                },
                "source": source(row.source, excerpts),
                **_corrected(row, excerpts),
            }
        )
        before = after
    return told


def _corrected(row: Recorded, excerpts: bool) -> dict[str, Any]:
    """What was read and what a person made of it, where that differs; the first are words of the
    document, which are not shown where it is not quoted."""
    if not row.corrected or not excerpts:
        return {}
    told = {key: {"read": one, "made": two} for key, (one, two) in row.corrected.items()}
    return {"corrected": told}


def change(row: Recorded, excerpts: bool = True) -> dict[str, Any]:
    """One change as those who follow along read it."""
    return {
        "seq": row.seq,
        "at": instant(row.at),
        "event_id": row.event_id,
        "change": row.change.value,
        "from": row.from_when,
        "to": row.to_when,
        "days": row.days,
        "source": source(row.source, excerpts),
    }


def source(held: Source | None, excerpts: bool = True) -> dict[str, Any] | None:
    """Where something was read; without `excerpts` named, not quoted."""
    written = fields.write_source(held)
    if written and not excerpts:
        written["excerpt"] = ""
    return written
