"""A request sent again is answered again, not carried out again (the Idempotency-Key header).

The answer is stored in the transaction that did the work: after a crash either both are there or
neither is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.errors import InvalidInput, Problem
from service.store import StoredReply

if TYPE_CHECKING:
    from service.store import Writing

LONGEST_KEY = 255


@dataclass(frozen=True)
class Reply:
    """An answer as it went out, so that it can go out again."""

    status: int
    body: str
    headers: tuple[tuple[str, str], ...] = ()


def fingerprint(*parts: bytes) -> str:
    """What has to be the same of a repeated request: method, path and body."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def once(writing: Writing, key: str | None, print_: str, act: Callable[[], Reply]) -> Reply:
    """The reply of `act`, or the one kept for this key. Raises InvalidInput where the key was used
    for another request within the last 24 hours."""
    if key is None:
        return act()
    kept = writing.reply(key)
    if kept is not None:
        if kept.fingerprint != print_:
            raise InvalidInput(
                [Problem("", "this Idempotency-Key was used for another request; take a new one")]
            )
        return Reply(kept.status, kept.body, kept.headers)
    reply = act()
    writing.keep_reply(key, StoredReply(print_, reply.status, reply.body, reply.headers))
    return reply


def read_key(given: str | None, caller: str) -> str | None:
    """The header as stored: apart for each caller. Raises InvalidInput."""
    if given is None:
        return None
    if not 1 <= len(given) <= LONGEST_KEY or not given.isascii() or not given.isprintable():
        raise InvalidInput(
            [Problem("", f"Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters")]
        )
    return f"{caller}/{given}"
