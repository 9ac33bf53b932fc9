"""An event as programs get it: the JSON object of the API, which feeds' `.json` carries too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from service.core import fields, wording
from service.core.event import Event, Recorded


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC; fractions of a second only where there are any."""
    text = moment.astimezone(UTC).isoformat().removesuffix("+00:00")
    return text + "Z"


def represent(event: Event, lang: str, excerpts: bool = True) -> dict[str, Any]:
    """The event as the API returns it; without `excerpts` its source is named, not quoted."""
    details = event.details
    written = fields.write(details)
    if not excerpts and written["source"]:
        written["source"]["excerpt"] = ""
    written["status"] = event.status.value
    return {
        "id": event.id,
        "uid": event.uid,
        **written,
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


def history(row: Recorded) -> dict[str, Any]:
    """One step of an event's history as the API returns it."""
    return {
        "seq": row.seq,
        "at": instant(row.at),
        "version": row.version,
        "change": row.change.value,
        "who": row.who,
        "origin": row.origin.value,
        "from": row.from_when,
        "to": row.to_when,
        "days": row.days,
        "keys": list(row.keys),
        "source": fields.write_source(row.source),
    }
