"""The composition root: the one place where store, settings, clock and web are put together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from service import clock
from service.errors import HorizonError, StoreUnavailable
from service.file_watch import FileWatch, Print, fingerprint
from service.operations import file_sync
from service.operations.file_sync import SyncReport
from service.operations.notices import Notices
from service.settings import Settings
from service.store import Store, migrate, open_engine

if TYPE_CHECKING:
    from starlette.types import ASGIApp

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Horizon:
    """One service: what every command and every request works with."""

    settings: Settings
    store: Store
    notices: Notices
    now: Callable[[], datetime]

    def sync(self, *, allow_removals: bool = False, check: bool = False) -> SyncReport:
        """Apply the events file. Raises what file_sync does, and changes nothing then."""
        settings = self.settings
        wanted = file_sync.load(
            settings.events_file, timezone=settings.timezone, lang=settings.language
        )
        return file_sync.sync(
            self.store,
            wanted,
            self.now(),
            file_name=settings.events_file.name,
            allow_removals=allow_removals,
            check=check,
        )

    def keep_in_step(self) -> SyncReport | HorizonError:
        """Apply the file as `serve` does: what is wrong with it becomes a notice, and the last good
        state goes on being served. Raises StoreUnavailable, since trying again may help then."""
        path = self.settings.events_file
        try:
            report = self.sync()
        except StoreUnavailable:
            raise
        except HorizonError as fault:
            text = f"{path.name} is not applied, the last good state is served: {fault}"
            if self.notices.set("events file", text):
                log.error("%s", text)
            return fault
        self.notices.clear("events file")
        for warning in report.warnings:
            log.warning("%s", warning)
        if not report.unchanged:
            log.info("%s applied: %s", path.name, report.changes or "feeds or rules changed")
        return report

    def watch(self, applied: Print) -> FileWatch:
        """A watch over the events file, not started yet."""
        return FileWatch(self.settings.events_file, applied, self._apply_changed_file)

    def file_print(self) -> Print:
        return fingerprint(self.settings.events_file)

    def web(self) -> ASGIApp:
        """The ASGI application."""
        from service.operations.feeds import FeedAnswers
        from service.web.server import create

        settings = self.settings
        answers = FeedAnswers(
            self.store,
            self.notices,
            self.now,
            base_url=settings.base_url,
            timezone=settings.timezone,
            excerpts=settings.public_excerpts,
        )
        return create(self.store, settings, answers, self.notices, self.now)

    def close(self) -> None:
        self.store.close()

    def _apply_changed_file(self) -> None:
        self.keep_in_step()


def build(
    settings: Settings, now: Callable[[], datetime] = clock.now, *, migrated: bool = True
) -> Horizon:
    """A service over the settings' database, which is brought to this version's schema; for a
    diagnosis it can be left as it is found.

    Raises StoreUnavailable and its kin.
    """
    engine = open_engine(settings.database_url)
    try:
        if migrated:
            migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return Horizon(settings, Store(engine), Notices(), now)
