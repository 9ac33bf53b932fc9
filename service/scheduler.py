"""A metronome: every few seconds, one pass of alerts. No rule lives here.

APScheduler only wakes the service. What is due stands in the database, so a missed tick, a jump of
the clock or a second instance change nothing. No cron trigger: its defaults lose runs after a second
of delay, fire twice in the hour that comes twice, and skip a day with jitter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC
from urllib.error import URLError
from urllib.request import Request, urlopen

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from service.errors import HorizonError
from service.operations.notices import Notices

log = logging.getLogger(__name__)

EVERY_SECONDS = 5
_HEARTBEAT_TIMEOUT = 10
TOPIC = "alerts"


class Metronome:
    """Calls `run` every few seconds until it is stopped, one call at a time."""

    def __init__(self, run: Callable[[], None], every: float = EVERY_SECONDS) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
        )
        self._scheduler.add_job(
            run, "interval", seconds=every, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def start(self) -> None:
        self._scheduler.start()

    @property
    def running(self) -> bool:
        return bool(self._scheduler.running)

    def stop(self) -> None:
        """Waits for a pass under way."""
        self._scheduler.shutdown(wait=True)


def guarded(
    run: Callable[[], object], notices: Notices, heartbeat_url: str | None
) -> Callable[[], None]:
    """A pass that never kills the metronome: what went wrong is logged and shown in /readyz, and
    after a good one the heartbeat address is asked, so that somebody else notices silence."""

    def once() -> None:
        try:
            run()
        except HorizonError as fault:
            if notices.set(TOPIC, f"alerts: {fault}"):
                log.error("alerts: %s", fault)
        except Exception:
            log.exception("a pass of alerts failed")
            notices.set(TOPIC, "alerts: a pass failed; the reason is in the log")
        else:
            notices.clear(TOPIC)
            if heartbeat_url is not None:
                _beat(heartbeat_url)

    return once


def _beat(url: str) -> None:
    try:
        with urlopen(Request(url, method="GET"), timeout=_HEARTBEAT_TIMEOUT):
            pass
    except (URLError, OSError, ValueError) as fault:
        # The address may hold a secret: the kind of fault is told, not the address.
        log.warning("the heartbeat was not answered (%s)", type(fault).__name__)
