"""What the log looks like: a line of text, or a JSON object, for each entry; no secret in either.

A record may bring `fields`: a dictionary of what a program wants to read apart (a request's method,
path, status, …). In JSON they stand beside the message, in text the message has said it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from service.core.text.masking import masker
from service.settings import SECRETS, Settings
from service.web import request_ids

# What logs rows and addresses when it is asked for all: never below this.
_CAPPED = {
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "uvicorn": logging.WARNING,
}


def set_up(settings: Settings) -> None:
    """Log to stderr, in the form and without the secrets of the settings."""
    mask = masker(_values(settings))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(mask) if settings.log_format == "json" else TextFormatter(mask))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name, level in _CAPPED.items():
        logging.getLogger(name).setLevel(level)


def _values(settings: Settings) -> list[str]:
    """The secrets themselves. A database's address is told without its password (store.engine)."""
    named = [getattr(settings, name.lower()) for name in SECRETS if name != "DATABASE_URL"]
    return [value for value in named if value]


class TextFormatter(logging.Formatter):
    """`2026-04-27 08:30:00,123 INFO GET / 200 12 ms [request id]`; a traceback on lines of its own."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        return self._mask(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The entry on one line, whatever is in it."""
        line = super().formatMessage(record)
        id_ = _request(record)
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        return f"{line} [{id_}]" if id_ else line


class Json(logging.Formatter):
    """One object a line: time (RFC 3339, UTC), level, logger, message; where there is one, the
    request's id, the fields, and the traceback as `error`."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        super().__init__()
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._mask(record.getMessage()),
        }
        if id_ := _request(record):
            line["request"] = id_
        for name, value in getattr(record, "fields", {}).items():
            line[name] = self._mask(value) if isinstance(value, str) else value
        if record.exc_info:
            line["error"] = self._mask(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _request(record: logging.LogRecord) -> str | None:
    return getattr(record, "request", None) or request_ids.current.get()
