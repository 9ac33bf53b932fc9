"""What is wrong at the moment without stopping the service: shown by /readyz and the start page.

One notice a topic; a topic that is well again is taken off. Kept in memory: each is found anew.
Beside them, for /metrics, when this process last ran alerts and applied the events file.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock


class Notices:
    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._lock = Lock()
        self.last_pass: datetime | None = None
        """When the last pass of alerts ended well in this process."""
        self.first_begun: datetime | None = None
        self.pass_begun: datetime | None = None
        self.pass_gap: timedelta | None = None
        """When the first and the newest pass began, and the time between the newest two."""
        self.last_sync: datetime | None = None
        self.sync_failures = 0
        self.sync_failing = False
        """When the events file was last applied, and how often it was refused."""

    def begin_pass(self, now: datetime) -> None:
        if self.pass_begun is not None:
            self.pass_gap = now - self.pass_begun
        self.first_begun = self.first_begun or now
        self.pass_begun = now

    def synced(self, now: datetime) -> None:
        self.last_sync, self.sync_failing = now, False

    def sync_failed(self) -> None:
        self.sync_failures, self.sync_failing = self.sync_failures + 1, True

    def set(self, topic: str, text: str) -> bool:
        """Note it; whether that is news (and so worth a line in the log)."""
        with self._lock:
            news = self._texts.get(topic) != text
            self._texts[topic] = text
            return news

    def clear(self, topic: str) -> None:
        with self._lock:
            self._texts.pop(topic, None)

    def texts(self) -> list[str]:
        with self._lock:
            return [self._texts[topic] for topic in sorted(self._texts)]
