"""What is wrong at the moment without stopping the service: shown by /readyz and the start page.

One notice a topic; a topic that is well again is taken off. Kept in memory: each is found anew.
"""

from __future__ import annotations

from datetime import datetime
from threading import Lock


class Notices:
    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._lock = Lock()
        self.last_pass: datetime | None = None
        """When the last pass of alerts ended well in this process."""

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
