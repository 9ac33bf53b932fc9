"""Public feeds as static files, for nginx, a CDN or object storage.

Below the folder stand `feeds/{name}.ics`, `.json`, `.xml` and `feeds/{name}/changes.xml`, the bytes
that the service gives at these addresses, and each once more with `.gz`. A file is put in place
whole, and only where its bytes are new; its time is when they last changed, which a web server
says as Last-Modified. Private feeds are never written.

What was written stands in a manifest in the folder, so that the files of a feed that is gone, or has
become private, can be removed, and nobody else's are.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from service.core.calendars.feed import Options
from service.errors import Conflict, HorizonError, InvalidInput, NotFound, Problem
from service.operations.feeds import MEDIA_TYPES, Address, FeedAnswers

if TYPE_CHECKING:
    from service.store import Store

log = logging.getLogger(__name__)

MANIFEST = ".horizon-published.json"
LOOK_EVERY = 1.0
_LOCK = ".horizon-publishing"
_OURS = re.compile(r"feeds/[a-z0-9-]+(\.ics|\.json|\.xml|/changes\.xml)(\.gz)?")


@dataclass(frozen=True)
class Published:
    """What one run did, by the files' names; `failed`: feeds of which the last good files stay."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Publisher:
    """Publishes one service's feeds into a folder. Clients find them below `base_url`. Where reading
    is not `public` no feed is, and what was published before goes away."""

    store: Store
    answers: FeedAnswers
    now: Callable[[], datetime]
    timezone: str
    lang: str
    public: bool
    excerpts: bool
    folder: Path

    def publish(self) -> Published:
        """Brings the files up to date. Raises Conflict while another process does so,
        InvalidInput where the folder cannot be used, StoreUnavailable."""
        with _locked(self.folder):
            return self._publish()

    def watch(
        self, told: Callable[[Published | HorizonError], None], wait: Callable[[float], bool]
    ) -> None:
        """Publishes now and after each change and each midnight, until `wait` (for some seconds)
        says that it is enough. What goes wrong is told, and tried again."""
        done: tuple[int, date] | None = None
        failed: str | None = None
        while True:
            try:
                held = self._state()
                if held != done:
                    report = self.publish()
                    told(report)
                    # A feed that failed is tried again with every look.
                    done = None if report.failed else held
                failed = None
            except HorizonError as fault:
                if str(fault) != failed:
                    told(fault)
                failed = str(fault)
            if wait(LOOK_EVERY):
                return

    def _state(self) -> tuple[int, date]:
        with self.store.reading() as reading:
            return reading.position().revision, self.now().astimezone(
                ZoneInfo(self.timezone)
            ).date()

    def _publish(self) -> Published:
        known = _read_manifest(self.folder)
        with self.store.reading() as reading:
            feeds = reading.feeds() if self.public else []
        names = [feed.name for feed in feeds if not feed.private]
        wanted = {
            _path(name, form) + ending
            for name, form in product(names, MEDIA_TYPES)
            for ending in ("", ".gz")
        }
        # First, lest a run that is cut off leave files of which nobody knows whose they are.
        _write_manifest(self.folder, known | wanted)
        written: list[str] = []
        failed: list[str] = []
        for name, form in product(names, MEDIA_TYPES):
            try:
                answer = self.answers.get(
                    Address(form, Options(self.lang), name=name, excerpts=self.excerpts)
                )
            except NotFound:
                continue  # gone or private since a moment ago: the next run removes it
            except Exception:  # one feed must not keep the others from being published
                log.exception("the feed %s could not be made", name)
                failed.append(name)
                continue
            for ending, data in (("", answer.data), (".gz", answer.gzipped)):
                file = _path(name, form) + ending
                if _put(self.folder / file, data, answer.changed_at.timestamp()):
                    written.append(file)
        removed = sorted(known - wanted)
        for file in removed:
            _remove(self.folder, file)
        _write_manifest(self.folder, wanted)
        unchanged = len(wanted) - len(written)
        return Published(tuple(written), tuple(removed), unchanged, tuple(dict.fromkeys(failed)))


def _path(name: str, form: str) -> str:
    return f"feeds/{name}{'/' if form == 'changes.xml' else '.'}{form}"


def _put(path: Path, data: bytes, at: float) -> bool:
    """Puts the file in place in one step, unless these bytes are there; whether it did."""
    try:
        if path.read_bytes() == data:
            return False
    except OSError:
        pass
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}.new")
        with made.open("wb") as file:
            # Another user's web server reads it, whatever the umask of this one.
            os.fchmod(file.fileno(), 0o644)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.utime(made, (at, at))
        made.rename(path)
    except OSError as fault:
        raise _unusable(path, fault) from fault
    return True


def _remove(folder: Path, file: str) -> None:
    path = folder / file
    try:
        path.unlink(missing_ok=True)
    except OSError as fault:
        raise _unusable(path, fault) from fault
    with suppress(OSError):  # others' files are in it
        if path.parent != folder / "feeds":
            path.parent.rmdir()


def _read_manifest(folder: Path) -> set[str]:
    path = folder / MANIFEST
    try:
        held = json.loads(path.read_text("utf-8"))["files"]
        files = {file for file in held if _OURS.fullmatch(file)}
    except FileNotFoundError:
        return set()
    except OSError as fault:
        raise _unusable(path, fault) from fault
    except (ValueError, TypeError, LookupError):
        raise InvalidInput(
            [
                Problem(
                    "/directory", f"{path} cannot be read; remove it, and what is no longer wanted"
                )
            ]
        ) from None
    return files


def _write_manifest(folder: Path, files: set[str]) -> None:
    text = json.dumps({"files": sorted(files)}, indent=1) + "\n"
    path = folder / MANIFEST
    try:
        if path.exists() and path.read_text("utf-8") == text:
            return
        made = path.with_name(path.name + ".new")
        made.write_text(text, "utf-8")
        made.rename(path)
    except OSError as fault:
        raise _unusable(path, fault) from fault


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / _LOCK).open("a")
    except OSError as fault:
        raise _unusable(folder, fault) from fault
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(f"another `horizon publish` is writing to {folder}") from None
        yield


def _unusable(path: Path, fault: OSError) -> InvalidInput:
    return InvalidInput(
        [Problem("/directory", f"{path} cannot be written: {fault.strerror or fault}")]
    )
