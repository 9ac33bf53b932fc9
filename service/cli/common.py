"""What all commands share: the service they work with, and how results and errors are printed.

Errors go to stderr, a line each that says what is wrong and what to do: exit 2 for wrong input, 1
for everything else. `--json` prints JSON alone.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from service import clock
from service.errors import HorizonError, InvalidInput, Problem, SettingsError

if TYPE_CHECKING:
    from service.app import Horizon
    from service.operations.events import By
    from service.settings import Settings

MOST_BYTES = 64 * 1024 * 1024
"""Of a document that a command reads."""
Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")]


class Failure(HorizonError):
    """Something of the surroundings failed: exit 1."""


@contextmanager
def opened(events_file: Path | None = None, *, existing: bool = False) -> Iterator[Horizon]:
    """The service that the settings describe, closed at the end. `existing`: one with a database, lest
    a command in the wrong folder do its work on a new and empty one, and say that all went well."""
    from service.settings import read_settings
    from service.store import missing_file

    settings = read_settings()
    if existing and (path := missing_file(settings.database_url)):
        raise SettingsError(
            f"there is no database {path} in {Path.cwd()}; run this in the service's folder, or set "
            "HORIZON_DATABASE_URL"
        )
    if events_file is not None:
        settings = replace(settings, events_file=events_file)
    with built(settings) as horizon:
        yield _at_its_address(horizon)


def _at_its_address(horizon: Horizon) -> Horizon:
    """The service with the address that `serve` was last reached under, where no setting names one."""
    settings = horizon.settings
    if settings.base_url_given:
        return horizon
    with horizon.store.reading() as reading:
        served_at = reading.served_at()
    if served_at is None:
        return horizon
    return replace(horizon, settings=replace(settings, base_url=served_at))


@contextmanager
def built(settings: Settings, *, migrated: bool = True) -> Iterator[Horizon]:
    """A service over these settings, closed at the end."""
    from service.app import build

    horizon = build(settings, clock.now, migrated=migrated)
    try:
        yield horizon
    finally:
        horizon.close()


def stopping() -> Event:
    """An event that SIGTERM and SIGINT set: the process is asked to end what it is doing."""
    asked = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked


def by(horizon: Horizon, day: date | None = None) -> By:
    """Who changes things through a command; `day` is that from which words such as "next Tuesday"
    are read, if not today."""
    from service.core.events.event import Origin
    from service.operations.catalogue import load
    from service.operations.events import By

    settings = horizon.settings
    known = load(settings.events_file)
    return By("cli", Origin.CLI, horizon.now(), settings.timezone, known, day, settings.language)


def today(horizon: Horizon) -> date:
    """The day in the service's zone."""
    return horizon.now().astimezone(ZoneInfo(horizon.settings.timezone)).date()


def print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def write_bytes(path: Path | None, data: bytes) -> None:
    """Write a result to a file, or to stdout where none is named."""
    if path is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        path.write_bytes(data)
    except OSError as fault:
        raise Failure(f"{path}: cannot be written: {fault.strerror or fault}") from fault


def read_bytes(path: Path, most: int) -> bytes:
    """The bytes of a file. Raises NotFound and Failure."""
    from service.errors import NotFound

    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise NotFound("file", str(path)) from None
    except IsADirectoryError:
        raise InvalidInput([Problem("", f"{path} is a folder; name a file in it")]) from None
    except OSError as fault:
        raise Failure(f"{path}: cannot be read: {fault.strerror or fault}") from fault
    if len(data) > most:
        raise _too_large(str(path), most)
    return data


def read_stdin(most: int) -> bytes:
    """What is piped in. Raises Failure."""
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        raise _too_large("what was piped in", most)
    return data


def _too_large(what: str, most: int) -> Exception:
    return InvalidInput([Problem("", f"{what} is larger than {most // 2**20} MB; divide it")])


def read_day(name: str, text: str | None) -> date | None:
    """The day that an option gives. Raises InvalidInput."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            [Problem(f"/{name}", f"{short(text)} is no day such as 2026-04-27")]
        ) from None


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """Something to tell which page was read of how many; on a terminal it is shown."""
    if not sys.stderr.isatty():
        yield None
        return
    shown = False

    def tell(page: int, pages: int) -> None:
        nonlocal shown
        if pages > 5:
            shown = True
            print(f"\rreading page {page} of {pages}", end="", file=sys.stderr, flush=True)

    try:
        yield tell
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def short(value: object, most: int = 60) -> str:
    """A value in at most so many characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= most else text[: most - 1] + "…"


def print_table(headings: list[str], rows: list[list[object]]) -> None:
    """A table; on a terminal within its width, else wide enough to be read by another program."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)  # type: ignore[arg-type]
    width = None if sys.stdout.isatty() else 160
    Console(width=width, highlight=False).print(table)
