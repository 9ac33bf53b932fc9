"""A metronome: every few seconds, one pass of alerts; and a worker, for what may take minutes. No rule lives
here.

APScheduler only wakes the service. What is due stands in the database, so a missed tick, a jump of
the clock or a second instance change nothing. No cron trigger: its defaults lose runs after a second
of delay, fire twice in the hour that comes twice, and skip a day with jitter.
"""

from __future__ import annotations

import logging
import threading
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
_WAIT_FOR_WORK = 2.0
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


class Worker:
    """Calls `run` for as long as it says that there was something to do, and every few seconds. What it does
    can be cut off at any time: it is tried again after the next start."""

    def __init__(self, run: Callable[[], bool], every: float = EVERY_SECONDS / 2) -> None:
        self._run, self._every = run, every
        self._stopped = threading.Event()
        # A request that it waits for keeps nobody from ending.
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begins nothing more; waits for a moment for what is under way."""
        self._stopped.set()
        self._thread.join(_WAIT_FOR_WORK)

    def _work(self) -> None:
        while not self._stopped.wait(0 if self._worked() else self._every):
            pass

    def _worked(self) -> bool:
        try:
            return self._run()
        except HorizonError as fault:
            log.error("in the background: %s", fault)
        except Exception:
            log.exception("work in the background failed")
        return False


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
