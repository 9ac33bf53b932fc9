"""What stands behind the question mark of an address, by key."""

from __future__ import annotations

import re

from starlette.datastructures import QueryParams

# Mail programs and social networks add the first three to links, scripts and people the others, so
# that no cache answers.
_ADDED = re.compile(r"utm_.*|fbclid|gclid|nocache|_", re.DOTALL)


def values(params: QueryParams) -> dict[str, list[str]]:
    """The values by key, as they follow each other, without what others have added to the address."""
    found: dict[str, list[str]] = {}
    for key, value in params.multi_items():
        if not _ADDED.fullmatch(key):
            found.setdefault(key, []).append(value)
    return found
