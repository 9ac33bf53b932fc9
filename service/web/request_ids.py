"""Which request it is: one word, in its answer, in the problem that it ends in, and in each log line
that it leads to.

A proxy's or a client's `X-Request-ID` is taken over where it is of a harmless form: no key is (its
underline), and nothing that could forge a line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextvars import ContextVar

HEADER = b"x-request-id"
_SAFE = re.compile(rb"[A-Za-z0-9.-]{1,64}")

current: ContextVar[str | None] = ContextVar("request_id", default=None)


def of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The id that a request brings, if it can be taken over, else a new one."""
    given = next((value for name, value in headers if name == HEADER), b"")
    return given if usable(given) else os.urandom(8).hex().encode()


def usable(given: bytes) -> bool:
    """Whether an id can be taken over."""
    return _SAFE.fullmatch(given) is not None
