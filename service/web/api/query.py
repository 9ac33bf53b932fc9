"""What stands behind the question mark of an address. Each raises InvalidQuery."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from fastapi import Request

from service.core.events import filters
from service.core.events.fields import LANGUAGES
from service.core.events.filters import Filter
from service.errors import InvalidInput, Problem
from service.web import asked
from service.web.problems import InvalidQuery

DEFAULT_LIMIT, MOST = 100, 500


def read(request: Request, known: tuple[str, ...]) -> dict[str, list[str]]:
    """The query's values by key; a key that is not known is wrong input."""
    query = asked.values(request.query_params)
    unknown = [key for key in query if key not in known]
    if unknown:
        hint = f"known are {', '.join(known)}" if known else "there are none here"
        raise InvalidQuery(
            [Problem(f"/{key}"[:100], f"unknown query key; {hint}") for key in unknown]
        )
    for lang in query.get("lang", ()):
        if lang not in LANGUAGES:
            raise InvalidQuery([Problem("/lang", f"is one of {', '.join(LANGUAGES)}")])
    return query


def read_filter(query: Mapping[str, list[str]]) -> Filter:
    try:
        return filters.read({k: v for k, v in query.items() if k in filters.KEYS})
    except InvalidInput as refusal:
        raise InvalidQuery(refusal.problems) from None


def one(query: Mapping[str, list[str]], key: str) -> str | None:
    values = query.get(key, [])
    if len(values) > 1:
        raise InvalidQuery([Problem(f"/{key}", "stands more than once")])
    return values[0] if values else None


def number(query: Mapping[str, list[str]], key: str, default: int, low: int, high: int) -> int:
    text = one(query, key)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 16 or not low <= int(text) <= high:
        raise InvalidQuery([Problem(f"/{key}", f"{text[:20]!r} is no number from {low} to {high}")])
    return int(text)


def limit(query: Mapping[str, list[str]]) -> int:
    return number(query, "limit", DEFAULT_LIMIT, 1, MOST)


def flag(query: Mapping[str, list[str]], key: str) -> bool:
    text = one(query, key)
    if text not in (None, "true", "false"):
        raise InvalidQuery([Problem(f"/{key}", "is true or false")])
    return text == "true"


def choice(query: Mapping[str, list[str]], key: str) -> bool | None:
    """As flag(), None where nothing is said."""
    return flag(query, key) if key in query else None


def day(query: Mapping[str, list[str]], key: str) -> date | None:
    text = one(query, key)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidQuery(
            [Problem(f"/{key}", f"{text[:40]!r} is no day such as 2026-04-27")]
        ) from None


def moment(query: Mapping[str, list[str]], key: str) -> datetime | None:
    text = one(query, key)
    if text is None:
        return None
    try:
        # An unescaped + has become a space on the way.
        moment = datetime.fromisoformat(text.replace(" ", "+").upper())
        if moment.tzinfo is None or "T" not in text.upper():
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidQuery(
            [Problem(f"/{key}", f"{text[:40]!r} is no time such as 2026-05-01T08:00:00Z")]
        ) from None
