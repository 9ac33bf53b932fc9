"""Notices that a file has changed and is still again, and then calls; no rule of sync lives here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from service.errors import StoreUnavailable

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.5
STILL_TICKS = 3  # of half a second: over a second without a change

Print = tuple[int, int, int] | None


@dataclass
class Stillness:
    """Whether a file that differs from the one applied has been left alone for a while.

    Counted in looks at it, so that no clock is needed. An editor that saves in two steps, or a copy
    under way, is waited for.
    """

    applied: Print
    seen: Print = None
    looks: int = 0

    def look(self, now: Print) -> bool:
        """One more look; true when the file is to be applied."""
        self.looks = self.looks + 1 if now == self.seen else 1
        self.seen = now
        return now != self.applied and self.looks >= STILL_TICKS


def fingerprint(path: Path) -> Print:
    """What changes when a file does; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class FileWatch:
    """A thread that calls `changed` a second after the file was written. Start it once; stop it."""

    def __init__(self, path: Path, applied: Print, changed: Callable[[], None]) -> None:
        self._path, self._changed = path, changed
        self._stillness = Stillness(applied)
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="file-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_SECONDS):
            now = fingerprint(self._path)
            if not self._stillness.look(now):
                continue
            try:
                self._changed()
            except StoreUnavailable as fault:
                log.warning("%s is not applied yet: %s", self._path, fault)
                continue  # the next look tries again
            except Exception:  # a watch that dies would leave every later change unseen
                log.exception("%s could not be applied", self._path)
            self._stillness.applied = now
