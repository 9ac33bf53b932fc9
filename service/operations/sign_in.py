"""Signing in to the pages: by a key, or by a link that works once and not for long."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.core.access import sign_in
from service.core.access.sign_in import ENDED, LINKS, SECRET
from service.errors import Unauthorized
from service.operations import keys
from service.operations.keys import Caller, Scope

if TYPE_CHECKING:
    from service.store import Reading, Store

OWNER = "owner"
_BY_LINK, _BY_SETTING, _BY_KEY = "link", "setting", "key:"
_MOST_LINKS = 20
_MOST_ENDED = 1000


def secret(store: Store, now: datetime) -> str:
    """What sessions are sealed with; made when it is first needed. A backup does not have it."""
    with store.reading() as reading:
        held = reading.mark(SECRET)
    if held:
        return held
    with store.writing(now) as writing:
        held = writing.mark(SECRET)
        if not held:
            held = secrets.token_urlsafe(32)
            writing.put_mark(SECRET, held)
    return held


def by_key(store: Store, key: str, admin_key: str | None, now: datetime) -> str:
    """The cookie for whoever has that key. Raises Unauthorized."""
    caller = keys.identify(store, key, admin_key, now)
    if caller is None:
        raise Unauthorized("this key is not known or was revoked")
    digest = keys.digest(key)
    own = admin_key is not None and digest == keys.digest(admin_key)
    who = _BY_SETTING if own else _BY_KEY + caller.name
    return sign_in.sealed(secret(store, now), who, digest, now + sign_in.LASTS)


def new_link(store: Store, now: datetime) -> str:
    """A token that signs in once, with every right; to be shown to the person at the terminal."""
    token = secrets.token_urlsafe(24)
    until = int((now + sign_in.LINK_LASTS).timestamp())
    with store.writing(now) as writing:
        held = _links(writing, now)
        kept = dict(list(held.items())[-_MOST_LINKS:])
        writing.put_mark(LINKS, json.dumps({**kept, _digest(token): until}))
    return token


def check_link(store: Store, token: str, now: datetime) -> None:
    """Raises Unauthorized where the link cannot be used (any more)."""
    with store.reading() as reading:
        if _digest(token) not in _links(reading, now):
            raise Unauthorized("this link was used already or is too old")


def by_link(store: Store, token: str, now: datetime) -> str:
    """The cookie for whoever follows the link, which is used up. Raises Unauthorized."""
    with store.writing(now) as writing:
        held = _links(writing, now)
        if held.pop(_digest(token), None) is None:
            raise Unauthorized("this link was used already or is too old")
        writing.put_mark(LINKS, json.dumps(held))
    return sign_in.sealed(secret(store, now), _BY_LINK, "", now + sign_in.LASTS)


def end(store: Store, cookie: str, now: datetime) -> None:
    """Have that session hold no more, wherever a copy of its cookie is."""
    ticket = sign_in.read(cookie)
    if ticket is None:
        return
    with store.writing(now) as writing:
        held = _unexpired(writing.mark(ENDED), now)
        kept = dict(list(held.items())[1 - _MOST_ENDED :])
        kept[_digest(ticket.seal)] = int(ticket.until.timestamp())
        writing.put_mark(ENDED, json.dumps(kept))


def end_all(store: Store, now: datetime) -> None:
    """End every session, and every link that was not used yet."""
    with store.writing(now) as writing:
        writing.put_mark(SECRET, secrets.token_urlsafe(32))
        writing.put_mark(LINKS, "{}")
        writing.put_mark(ENDED, "{}")


def who(store: Store, cookie: str, admin_key: str | None, now: datetime) -> Caller | None:
    """Who has that cookie; None where it does not hold (any more)."""
    ticket = sign_in.read(cookie)
    if ticket is None:
        return None
    with store.reading() as reading:
        held = reading.mark(SECRET)
        ended = _unexpired(reading.mark(ENDED), now)
        known = {key.name: key for key in reading.api_keys() if key.revoked_at is None}
    if not held or _digest(ticket.seal) in ended:
        return None
    caller, digest = Caller(OWNER, Scope.ADMIN), ""
    if ticket.who == _BY_SETTING:
        if admin_key is None:
            return None
        caller, digest = Caller(keys.ADMIN, Scope.ADMIN), keys.digest(admin_key)
    elif ticket.who.startswith(_BY_KEY):
        key = known.get(ticket.who.removeprefix(_BY_KEY))
        if key is None:
            return None
        caller, digest = Caller(key.name, Scope(key.scope)), key.digest
    elif ticket.who != _BY_LINK:
        return None
    return caller if sign_in.holds(held, ticket, digest, now) else None


def _links(reading: Reading, now: datetime) -> dict[str, int]:
    """The links that can still be used: until when, by their tokens' digests."""
    return _unexpired(reading.mark(LINKS), now)


def _unexpired(mark: str | None, now: datetime) -> dict[str, int]:
    held: dict[str, int] = json.loads(mark or "{}")
    return {name: until for name, until in held.items() if now.astimezone(UTC).timestamp() < until}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
