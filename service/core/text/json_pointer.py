"""Where in a JSON document something stands (RFC 6901)."""

from __future__ import annotations

_LONGEST = 100


def pointer(*parts: object) -> str:
    """The pointer to what these keys and indices lead to, each of at most 100 characters: what somebody
    gave must not fill the answer that says what is wrong with it."""
    return "".join(f"/{_escaped(str(part)[:_LONGEST])}" for part in parts)


def parts(given: str) -> list[str]:
    """The keys and indices of a pointer, as texts."""
    return [part.replace("~1", "/").replace("~0", "~") for part in given.split("/")[1:]]


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
