"""Text as it may stand in a log: without anything that opens a door.

Secrets are kept out of logs where they are used; this is the last line of defence, also against what
libraries log. What has a known form is hidden by it: Horizon's keys, Slack's tokens and web hooks, what
follows `Bearer` and `token=`, passwords in addresses, the secret in a private feed's path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

HIDDEN = "***"

_FORMS = (
    r"\bhzn_[\w-]+",
    r"\bx(?:ox[a-z]|app)-[\w-]+",
    r"(?<=hooks\.slack\.com/)[\w/%.-]+",
    r"(?<=\bBearer )[^\s'\"]+",
    r"(?<=\btoken=)[\w%.-]+",
    r"(?<=horizon_session=)[^\s;'\"]+",
    r"(?<=://)[^/\s@'\"]*:[^/\s'\"]*(?=@)",
)
# In an address that is mistyped too: `changes` is no secret.
_IN_FEED = r"(?P<before>/feeds/+[^/\s]+/+)(?!changes\.xml\b)[^/.\s?'\"]+"
# What token_urlsafe(16) gives: 22 characters, of which hardly ever none is a capital or an underline,
# which no id of an event has.
_TOKEN = r"(?<![\w-])(?=[a-z0-9-]*[A-Z_])[\w-]{22,}(?![\w-])"


def masker(values: Iterable[str] = ()) -> Callable[[str], str]:
    """A function that hides these values and all secrets of a known form in a text."""
    literal = [re.escape(value) for value in sorted(values, key=len, reverse=True) if value]
    pattern = re.compile("|".join([*literal, _IN_FEED, *_FORMS]))
    return lambda text: pattern.sub(_hide, text)


_in_path = re.compile(f"{_IN_FEED}|{_TOKEN}")


def masked_path(path: str) -> str:
    """A request's path on one line, not endless, and without the secret of a private feed, wherever
    in a mistyped address that stands."""
    plain = path[:300].encode("unicode_escape").decode("ascii")
    return _in_path.sub(_hide, plain)


def _hide(found: re.Match[str]) -> str:
    return (found["before"] or "") + HIDDEN
