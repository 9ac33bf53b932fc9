"""The only reader of the environment: variables with the prefix HORIZON_, and a `.env` beside them.

A variable of the environment wins over the same one in `.env`. Each secret may stand in a file
instead, named by the variable with `_FILE` after it. Anything that cannot be used is a
SettingsError that names the variable.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from service.core.access.rate_limit import Rate
from service.core.dates.duration import parse as parse_duration
from service.core.events.fields import LANGUAGES, known_timezone
from service.core.text.lines import nearest
from service.errors import SettingsError

PREFIX = "HORIZON_"


# Far above what a program does that sends one event after another and waits for each answer.
_WRITES, _DOCUMENTS, _WRONG_KEYS = Rate(3000, 1 / 50), Rate(300, 1 / 5), Rate(30, 10.0)


@dataclass(frozen=True)
class Settings:
    database_url: str = field(default="sqlite:///data/horizon.db", repr=False)
    events_file: Path = Path("events.yaml")
    base_url: str = "http://127.0.0.1:8000"
    base_url_given: bool = False
    trusted_proxies: tuple[str, ...] = ()
    timezone: str = "Asia/Shanghai"
    language: str = "zh"
    public_read: bool = True
    public_excerpts: bool = True
    admin_key: str | None = field(default=None, repr=False)
    log_format: str = "text"
    slack_bot_token: str | None = field(default=None, repr=False)
    slack_signing_secret: str | None = field(default=None, repr=False)
    slack_app_token: str | None = field(default=None, repr=False)
    slack_webhook_url: str | None = field(default=None, repr=False)
    slack_api_url: str = "https://slack.com/api/"
    slack_settle: timedelta = timedelta(seconds=60)
    change_window: timedelta = timedelta(minutes=2)
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    channel_networks: tuple[str, ...] = ()
    limit_writes: Rate | None = _WRITES
    limit_documents: Rate | None = _DOCUMENTS
    limit_wrong_keys: Rate | None = _WRONG_KEYS
    heartbeat_url: str | None = field(default=None, repr=False)
    llm_url: str | None = field(default=None, repr=False)
    llm_model: str | None = None
    llm_key: str | None = field(default=None, repr=False)
    llm_timeout: timedelta = timedelta(seconds=60)
    llm_document_timeout: timedelta = timedelta(minutes=5)
    llm_documents: str = "ask"
    unknown: tuple[str, ...] = ()
    # Everything that stands in the environment and in .env, for what the events file names there.
    variables: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def secret(self, variable: str) -> str:
        """What stands in that variable. Raises SettingsError."""
        text = self.variables.get(variable, "").strip()
        if not text:
            raise SettingsError(f"the variable {variable[:100]} is not set")
        return text

    @property
    def data_directory(self) -> Path:
        """Where files beside the database belong: the folder of the SQLite file, else `data`."""
        path = self.database_url.partition("://")[2].partition("?")[0]
        if self.database_url.startswith("sqlite") and path.startswith("/") and len(path) > 1:
            return Path(path[1:]).parent
        return Path("data")

    @property
    def base_path(self) -> str:
        """The path below which everything is, as `/horizon`; empty where BASE_URL has none."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def loopback(self) -> bool:
        """Whether BASE_URL names this machine alone, so that no server elsewhere can fetch a feed."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    @property
    def inside(self) -> bool:
        """Whether BASE_URL names an address of a network of one's own, this machine's included."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ip_address(host).is_private
        except ValueError:
            return "." not in host or host.endswith((".local", ".internal", ".lan"))


def read_settings(
    environment: Mapping[str, str] | None = None, directory: Path | None = None
) -> Settings:
    """The settings of this process, or of the mapping and directory given. Raises SettingsError."""
    environment = os.environ if environment is None else environment
    dotenv = (directory or Path()) / ".env"
    try:
        # UTF-8 whatever the locale; a file that is not there gives nothing.
        text = dotenv.read_text(encoding="utf-8") if dotenv.exists() else ""
        for binding in parse_stream(StringIO(text)):
            if binding.error:
                line = binding.original.line
                raise SettingsError(
                    f"{dotenv}:{line}: cannot be read; write NAME=value, a line each"
                )
        written = dotenv_values(stream=StringIO(text))
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
    if "llm_url" in values and "llm_model" not in values:
        raise SettingsError(
            f"{PREFIX}LLM_MODEL: is not set; name the model that {PREFIX}LLM_URL is asked for"
        )
    known = {*_READERS, *(f"{name}_FILE" for name in SECRETS)}
    unknown = tuple(
        f"{PREFIX}{key}{nearest(key, known)}" for key in sorted(given) if key not in known
    )
    variables = {k: v for k, v in {**written, **environment}.items() if v is not None}
    return Settings(**values, unknown=unknown, variables=variables)


def secret_in_file(path: str) -> str:
    """What stands in a file that holds one secret. Raises SettingsError."""
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{path} cannot be read: {fault}") from fault
    if not text:
        raise SettingsError(f"{path} is empty")
    return text


def _text(given: Mapping[str, str], name: str, secret: bool) -> str:
    path = given.get(f"{name}_FILE") if secret else None
    if not path:
        return given.get(name, "").strip()
    if given.get(name):
        raise SettingsError(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set; keep one")
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{PREFIX}{name}_FILE: cannot be read: {fault}") from fault
    if not text:
        raise SettingsError(f"{PREFIX}{name}_FILE: {path} is empty")
    return text


def _database_url(text: str) -> str:
    if text.split("://")[0] not in ("sqlite", "postgresql", "postgres") or "://" not in text:
        raise ValueError(
            "write sqlite:///path/to/horizon.db or postgresql://user:password@host/name"
        )
    return text


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        usable = usable and not (parts.query or parts.fragment or parts.username or parts.password)
        path = parts.path
    except ValueError:
        usable, path = False, ""
    if not usable or not re.fullmatch(r"[!-;=?-~]+", text):
        # Not shown: it may hold a password.
        raise ValueError("is no address such as https://calendar.example.org")
    # A link that began with // would lead to another host, and a browser takes /./ and /../ away.
    if not re.fullmatch(r"(/(?!\.\.?(/|$))[\w.~-]+)*/?", path, re.ASCII):
        raise ValueError(
            "has a path that cannot stand before ours; write one such as "
            "https://example.org/horizon, of letters, digits, - _ . and ~"
        )
    return text.rstrip("/")


def _networks(text: str) -> tuple[str, ...]:
    """Networks of one's own, separated by commas."""
    given = tuple(part.strip() for part in text.split(","))
    for part in given:
        try:
            ip_network(part)
        except ValueError:
            raise ValueError(f"{part!r} is no network such as 10.20.0.0/16") from None
    return given


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9.-]+", text):
        raise ValueError(f"{text[:100]!r} is no address such as horizon@example.org")
    return text


def _smtp_url(text: str) -> str:
    if urlsplit(text).scheme not in ("smtp", "smtps") or not urlsplit(text).hostname:
        raise ValueError("is no address such as smtp://user:password@host:587")  # it is a secret
    return text


def _proxies(text: str) -> tuple[str, ...]:
    """Addresses and networks, separated by commas."""
    given = tuple(part.strip() for part in text.split(","))
    for part in given:
        try:
            ip_network(part)
        except ValueError:
            raise ValueError(
                f"{part!r} is neither the IP address of a proxy nor a network such as 172.16.0.0/12"
            ) from None
    return given


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


def _duration(text: str) -> timedelta:
    length = parse_duration(text).timedelta
    if length is None or length > timedelta(days=1):
        raise ValueError(f"{text!r} is no duration of at most a day, such as PT60S")
    return length


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("is no token; copy it from the app's page at api.slack.com")
    return text


def _address(text: str) -> str:
    if urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname:
        raise ValueError("is no address such as https://example.org/…")  # it may be a secret
    return text


def _model_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        usable = usable and not (parts.username or parts.password or parts.fragment)
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[!-~]+", text):
        # Not shown: it may hold a password.
        raise ValueError(
            "is no address such as http://127.0.0.1:11434/v1; a key is HORIZON_LLM_KEY"
        )
    return text


def _model_name(text: str) -> str:
    if len(text) > 100 or not text.isprintable():
        raise ValueError("is no name of a model; at most 100 characters on one line")
    return text


def _key(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("is no key; copy it from where the model is offered")
    return text


def _some_time(text: str) -> timedelta:
    length = _duration(text)
    if length <= timedelta(0):
        raise ValueError(f"{text!r} leaves no time; write one such as PT60S")
    return length


SECRETS = (
    "DATABASE_URL",
    "ADMIN_KEY",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_WEBHOOK_URL",
    "SMTP_URL",
    "HEARTBEAT_URL",
    "LLM_KEY",
)
_READERS: dict[str, Callable[[str], Any]] = {
    "DATABASE_URL": _database_url,
    "EVENTS_FILE": Path,
    "BASE_URL": _base_url,
    "TRUSTED_PROXIES": _proxies,
    "TIMEZONE": _timezone,
    "LANGUAGE": _one_of(*LANGUAGES),
    "PUBLIC_READ": _flag,
    "PUBLIC_EXCERPTS": _flag,
    "ADMIN_KEY": _admin_key,
    "LOG_FORMAT": _one_of("text", "json"),
    "SLACK_BOT_TOKEN": _token,
    "SLACK_SIGNING_SECRET": _token,
    "SLACK_APP_TOKEN": _token,
    "SLACK_WEBHOOK_URL": _address,
    "SLACK_API_URL": _address,
    "SLACK_SETTLE": _duration,
    "CHANGE_WINDOW": _duration,
    "SMTP_URL": _smtp_url,
    "MAIL_FROM": _mail_address,
    "CHANNEL_NETWORKS": _networks,
    "LIMIT_WRITES": Rate.parse,
    "LIMIT_DOCUMENTS": Rate.parse,
    "LIMIT_WRONG_KEYS": Rate.parse,
    "HEARTBEAT_URL": _address,
    "LLM_URL": _model_url,
    "LLM_MODEL": _model_name,
    "LLM_KEY": _key,
    "LLM_TIMEOUT": _some_time,
    "LLM_DOCUMENT_TIMEOUT": _some_time,
    "LLM_DOCUMENTS": _one_of("ask", "all", "public"),
}
