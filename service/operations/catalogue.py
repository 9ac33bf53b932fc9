"""Which organisations are known: catalogue.yaml beside the events file, else the one that ships."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from service.core.events import catalogue
from service.core.events.catalogue import Catalogue
from service.errors import FileProblem, InvalidFile

log = logging.getLogger(__name__)

NAME = "catalogue.yaml"
MOST_BYTES = 2_000_000
_told: dict[Path, str] = {}


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue that comes with Horizon."""
    return catalogue.read(files("service.starter").joinpath(NAME).read_bytes(), NAME)


def load(events_file: Path) -> Catalogue:
    """The catalogue for the events of this file. Raises InvalidFile."""
    path = events_file.parent / NAME
    try:
        stat = path.stat()
    except OSError:
        return shipped()
    return _read(path, stat.st_mtime_ns, stat.st_size)


def current(events_file: Path) -> Catalogue:
    """The same for a service that runs: a file that cannot be used is told of in the log, once, and
    the catalogue that ships is used meanwhile."""
    try:
        known = load(events_file)
    except InvalidFile as fault:
        if _told.get(events_file) != str(fault):
            _told[events_file] = str(fault)
            log.warning("%s; the catalogue that ships is used", fault)
        return shipped()
    _told.pop(events_file, None)
    return known


@lru_cache(maxsize=4)
def _read(path: Path, modified: int, size: int) -> Catalogue:
    """One that was read is kept until the file changes."""
    try:
        if size > MOST_BYTES:
            raise OSError(f"it is larger than {MOST_BYTES:,} bytes")
        data = path.read_bytes()
    except OSError as fault:
        problem = f"cannot be read: {fault.strerror or fault}"
        raise InvalidFile([FileProblem(NAME, 1, 1, "", problem)]) from None
    return catalogue.read(data, NAME)
