"""Sessions of the pages: what a cookie holds, and what a form must bring back.

A cookie names who signed in and until when, sealed with the service's secret together with the
digest of the key it was made from: when that key is revoked or replaced, nothing opens it any more.
A form's token is sealed with the cookie, so that no page elsewhere can have made the form.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# The marks of the database under which the service's secret and the open links are kept. A backup has
# neither: whoever gets hold of one must not be able to make sessions.
SECRET, LINKS = "pages_secret", "sign_in_links"
# Under this one are those sessions that were ended before their time.
ENDED = "ended_sessions"
LASTS = timedelta(days=14)
LINK_LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Ticket:
    """What a cookie says before its seal is checked: whose it is, and until when it holds."""

    who: str
    until: datetime
    seal: str


def sealed(secret: str, who: str, digest: str, until: datetime) -> str:
    """The cookie of a session; `digest` is that of the key, empty where there was none."""
    stamp = int(until.timestamp())
    return f"{who}.{stamp}.{_mac(secret, 'session', who, digest, str(stamp))}"


def read(cookie: str) -> Ticket | None:
    """What a cookie says; None for what is no cookie of ours."""
    match = re.fullmatch(r"([a-z:0-9-]{1,120})\.([0-9]{1,11})\.([A-Za-z0-9_-]{43})", cookie)
    if match is None:
        return None
    return Ticket(match[1], datetime.fromtimestamp(int(match[2]), UTC), match[3])


def holds(secret: str, ticket: Ticket, digest: str, now: datetime) -> bool:
    """Whether the ticket was sealed by us for that key, and its time is not over."""
    stamp = str(int(ticket.until.timestamp()))
    expected = _mac(secret, "session", ticket.who, digest, stamp)
    return hmac.compare_digest(expected, ticket.seal) and now < ticket.until


def form_token(secret: str, cookie: str) -> str:
    """What every form of that session has to bring back."""
    return _mac(secret, "form", cookie)


def same(given: str, expected: str) -> bool:
    """Whether both are the same, told in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def _mac(secret: str, *parts: str) -> str:
    text = "\n".join(parts).encode("utf-8", "surrogatepass")
    made = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")
