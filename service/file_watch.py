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
AGAIN_TICKS = 40

Print = tuple[int, int, int] | None


@dataclass
class Stillness:
    """Whether a file that differs from the one applied has been left alone for a while.

    Counted in looks at it, so that no clock is needed. An editor that saves in two steps, or a copy
    under way, is waited for.
    """

    applied: Print
    refused: Print = (0, 0, 0)
    seen: Print = None
    looks: int = 0

    def look(self, now: Print) -> bool:
        """One more look; true when the file is to be applied, or tried again."""
        self.looks = self.looks + 1 if now == self.seen else 1
        self.seen = now
        if now == self.applied:
            return False
        if now == self.refused:  # what stood against it may have been put right elsewhere
            return self.looks % AGAIN_TICKS == 0
        return self.looks >= STILL_TICKS


def fingerprint(path: Path) -> Print:
    """What changes when a file does; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class FileWatch:
    """A thread that calls `changed` a second after the file was written. Start it once; stop it.

    `changed` says whether the file was applied; if not, it is called again every twenty seconds.
    """

    def __init__(self, path: Path, applied: Print, changed: Callable[[], bool]) -> None:
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
            done = False
            try:
                done = self._changed()
            except StoreUnavailable as fault:
                log.warning("%s is not applied yet: %s", self._path, fault)
                continue  # the next look tries again
            except Exception:  # a watch that dies would leave every later change unseen
                log.exception("%s could not be applied", self._path)
            if done:
                self._stillness.applied = now
            else:
                self._stillness.refused = now
