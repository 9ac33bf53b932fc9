"""Cursors of a list of events: where the page before ended, and as of which change the list is.

All pages of one walk show the events as they were when it began, so that none is missed or told
twice while events are added and moved.
"""

from __future__ import annotations

import base64
import binascii
import json

from service.core.events import filters
from service.core.events.event import Event
from service.core.events.filters import Filter
from service.errors import Problem
from service.web.problems import InvalidQuery


def write(seq: int, last: Event, wanted: Filter) -> str:
    """The cursor of the page after `last`."""
    text = json.dumps([seq, last.when.sort_key, last.id, _mark(wanted)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str | None, wanted: Filter) -> tuple[int, tuple[str, str]] | None:
    """The change's number, and sort key and id of the last event told. Raises InvalidQuery."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        if len(cursor) > 500:
            raise ValueError
        value = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
        seq, key, id_, mark = value
        if not (isinstance(seq, int) and 0 <= seq < 2**53 and not isinstance(seq, bool)):
            raise ValueError
        if not all(
            isinstance(text, str) and text.isascii() and text.isprintable() for text in (key, id_)
        ):
            raise ValueError
    except (ValueError, TypeError, UnicodeError, binascii.Error, RecursionError):
        raise InvalidQuery(
            [Problem("/cursor", "is not one of ours; take `next` of the page before as it is")]
        ) from None
    if mark != _mark(wanted):
        raise InvalidQuery(
            [Problem("/cursor", "belongs to another filter; keep the filter's keys")]
        )
    return seq, (key, id_)


def _mark(wanted: Filter) -> int:
    return binascii.crc32(json.dumps(filters.write(wanted)).encode())
