"""The only reader of the environment: variables with the prefix HORIZON_, and a `.env` beside them.

A variable of the environment wins over the same one in `.env`. Each secret may stand in a file
instead, named by the variable with `_FILE` after it. Anything that cannot be used is a
SettingsError that names the variable.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from service.core.fields import LANGUAGES, known_timezone
from service.core.text import nearest
from service.errors import SettingsError

PREFIX = "HORIZON_"


@dataclass(frozen=True)
class Settings:
    database_url: str = field(default="sqlite:///data/horizon.db", repr=False)
    events_file: Path = Path("events.yaml")
    base_url: str = "http://127.0.0.1:8000"
    base_url_given: bool = False
    timezone: str = "Asia/Shanghai"
    language: str = "zh"
    public_read: bool = True
    public_excerpts: bool = True
    admin_key: str | None = field(default=None, repr=False)
    log_format: str = "text"
    unknown: tuple[str, ...] = ()

    @property
    def data_directory(self) -> Path:
        """Where files beside the database belong: the folder of the SQLite file, else `data`."""
        path = self.database_url.partition("://")[2].partition("?")[0]
        if self.database_url.startswith("sqlite") and path.startswith("/") and len(path) > 1:
            return Path(path[1:]).parent
        return Path("data")

    @property
    def loopback(self) -> bool:
        """Whether BASE_URL names this machine alone, so that no server elsewhere can fetch a feed."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")


def read_settings(
    environment: Mapping[str, str] | None = None, directory: Path | None = None
) -> Settings:
    """The settings of this process, or of the mapping and directory given. Raises SettingsError."""
    environment = os.environ if environment is None else environment
    dotenv = (directory or Path()) / ".env"
    try:
        # Read as UTF-8 whatever the locale; a file that is not there gives nothing.
        written = dotenv_values(dotenv, encoding="utf-8") if dotenv.is_file() else {}
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{dotenv}: cannot be read: {fault}") from fault
    given = {
        key.removeprefix(PREFIX): value
        for key, value in {**written, **environment}.items()
        if key.startswith(PREFIX) and value is not None
    }
    values: dict[str, Any] = {}
    for name, reader in _READERS.items():
        text = _text(given, name, secret=name in SECRETS)
        if text:
            try:
                values[name.lower()] = reader(text)
            except ValueError as fault:
                raise SettingsError(f"{PREFIX}{name}: {fault}") from None
    values["base_url_given"] = "base_url" in values
    known = {*_READERS, *(f"{name}_FILE" for name in SECRETS)}
    unknown = tuple(
        f"{PREFIX}{key}{nearest(key, known)}" for key in sorted(given) if key not in known
    )
    return Settings(**values, unknown=unknown)


def _text(given: Mapping[str, str], name: str, secret: bool) -> str:
    path = given.get(f"{name}_FILE") if secret else None
    if not path:
        return given.get(name, "").strip()
    if given.get(name):
        raise SettingsError(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set; keep one")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{PREFIX}{name}_FILE: cannot be read: {fault}") from fault


def _database_url(text: str) -> str:
    if text.split("://")[0] not in ("sqlite", "postgresql", "postgres") or "://" not in text:
        raise ValueError(
            "write sqlite:///path/to/horizon.db or postgresql://user:password@host/name"
        )
    return text


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"{text!r} is no address such as https://calendar.example.org")
    return text.rstrip("/")


def _timezone(text: str) -> str:
    if not known_timezone(text):
        raise ValueError(f"{text!r} is no IANA time zone such as Asia/Shanghai")
    return text


def _one_of(*choices: str) -> Callable[[str], str]:
    def reader(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"{text!r} is not one of {', '.join(choices)}")
        return text.lower()

    return reader


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text.lower() == "true"


def _admin_key(text: str) -> str:
    if len(text) < 20 or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("has at least 20 printable ASCII characters and no space")
    return text


SECRETS = ("DATABASE_URL", "ADMIN_KEY")
_READERS: dict[str, Callable[[str], Any]] = {
    "DATABASE_URL": _database_url,
    "EVENTS_FILE": Path,
    "BASE_URL": _base_url,
    "TIMEZONE": _timezone,
    "LANGUAGE": _one_of(*LANGUAGES),
    "PUBLIC_READ": _flag,
    "PUBLIC_EXCERPTS": _flag,
    "ADMIN_KEY": _admin_key,
    "LOG_FORMAT": _one_of("text", "json"),
}
