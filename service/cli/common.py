"""What all commands share: the service they work with, and how results and errors are printed.

Errors go to stderr, a line each that says what is wrong and what to do: exit 2 for wrong input, 1
for everything else. `--json` prints JSON alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from service import clock
from service.errors import HorizonError

if TYPE_CHECKING:
    from service.app import Horizon
    from service.operations.events import By
    from service.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="JSON alone on stdout.")]


class Failure(HorizonError):
    """Something of the surroundings failed: exit 1."""


@contextmanager
def opened(events_file: Path | None = None) -> Iterator[Horizon]:
    """The service that the settings describe, closed at the end."""
    from service.settings import read_settings

    settings = read_settings()
    if events_file is not None:
        settings = replace(settings, events_file=events_file)
    with built(settings) as horizon:
        yield horizon


@contextmanager
def built(settings: Settings, *, migrated: bool = True) -> Iterator[Horizon]:
    """A service over these settings, closed at the end."""
    from service.app import build

    horizon = build(settings, clock.now, migrated=migrated)
    try:
        yield horizon
    finally:
        horizon.close()


def by(horizon: Horizon) -> By:
    """Who changes things through a command."""
    from service.core.event import Origin
    from service.operations.events import By

    return By("cli", Origin.CLI, horizon.now(), horizon.settings.timezone)


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
    except OSError as fault:
        raise Failure(f"{path}: cannot be read: {fault.strerror or fault}") from fault
    if len(data) > most:
        raise Failure(f"{path} is larger than {most:,} bytes")
    return data


def short(value: object) -> str:
    """A value in at most sixty characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


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
