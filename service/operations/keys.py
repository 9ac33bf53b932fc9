"""API keys: made, shown once, known again by their digest, revoked.

A key has 256 random bits, so its SHA-256 needs no salt and no stretching.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from service.core.events.fields import ID
from service.errors import Conflict, InvalidInput, NotFound, Problem, StoreUnavailable
from service.store import StoredKey

if TYPE_CHECKING:
    from service.store import Store

PREFIX = "hzn_"
ADMIN = "admin"
SEEN_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """What a key may do; each may do what the one before it may."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def allows(self, wanted: Scope) -> bool:
        order = list(Scope)
        return order.index(self) >= order.index(wanted)


@dataclass(frozen=True)
class Caller:
    """Who sends a request."""

    name: str
    scope: Scope


def create(store: Store, name: str, scope: Scope, now: datetime) -> str:
    """A new key, which nobody can read again. Raises InvalidInput, Conflict for a name in use."""
    if not ID.fullmatch(name) or len(name) > 40:
        raise InvalidInput(
            [Problem("/name", f"{name[:60]!r}: write small letters, digits and hyphens")]
        )
    key = PREFIX + secrets.token_urlsafe(32)
    with store.writing(now) as writing:
        held = {stored.name: stored for stored in writing.api_keys()}.get(name)
        if held is not None and held.revoked_at is None:
            raise Conflict(
                f"there is a key {name!r} already; revoke it first, or take another name"
            )
        writing.put_api_key(StoredKey(name, scope.value, digest(key), now, None, None))
    return key


def revoke(store: Store, name: str, now: datetime) -> None:
    """Takes a key's rights for good. Raises NotFound."""
    with store.writing(now) as writing:
        held = {stored.name: stored for stored in writing.api_keys()}.get(name)
        if held is None or held.revoked_at is not None:
            raise NotFound("key", name)
        writing.revoke_api_key(name, now)


def listed(store: Store) -> list[StoredKey]:
    """All keys that were ever made, by name."""
    with store.reading() as reading:
        return reading.api_keys()


def identify(store: Store, key: str, admin_key: str | None, now: datetime) -> Caller | None:
    """Whose key it is; None for one that is unknown or revoked. Notes that it was used, to the
    minute, where the database allows."""
    if admin_key is not None and hmac.compare_digest(key.encode(), admin_key.encode()):
        return Caller(ADMIN, Scope.ADMIN)
    with store.reading() as reading:
        held = reading.api_key(digest(key))
    if held is None or held.revoked_at is not None:
        return None
    if held.last_used_at is None or now - held.last_used_at >= SEEN_EVERY:
        # A busy or read-only database must not turn a reader away for this.
        with suppress(StoreUnavailable):
            store.mark_used(held.name, now)
    return Caller(held.name, Scope(held.scope))


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def first_admin_key(store: Store, now: datetime, hand_over: Callable[[str], None]) -> bool:
    """Make a key with every right where none was ever made, and hand it over before it counts: one
    that nobody could read must not stand in the way of another. Whether one was made."""
    if any(key.scope == Scope.ADMIN for key in listed(store)):
        return False
    key = PREFIX + secrets.token_urlsafe(32)
    with store.writing(now) as writing:
        held = writing.api_keys()
        if any(stored.scope == Scope.ADMIN for stored in held):
            return False  # another instance was faster, and has shown it
        names = {stored.name for stored in held}
        others = (f"{ADMIN}-{number}" for number in count(2))
        name = next(name for name in chain([ADMIN], others) if name not in names)
        writing.put_api_key(StoredKey(name, Scope.ADMIN, digest(key), now, None, None))
        hand_over(key)
    return True


def write_private(path: Path, text: str) -> None:
    """A file that only its owner can read (mode 0600), whatever the umask."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
