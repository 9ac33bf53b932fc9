"""The composition root: the one place where store, settings, clock and web are put together.

Each part is imported where it is made: `horizon list` waits neither for Slack nor for the web.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from service import clock
from service.errors import HorizonError, SettingsError, StoreUnavailable
from service.file_watch import FileWatch, Print, fingerprint
from service.operations import catalogue
from service.operations.notices import Notices
from service.settings import Settings, secret_in_file
from service.store import Store, migrate, open_engine

if TYPE_CHECKING:
    from pathlib import Path

    from service.channels import Channels
    from service.channels.channel import Channel
    from service.channels.slack import Slack, WebhookPoster
    from service.channels.specs import Tools
    from service.core.alerts.deliveries import Refused
    from service.operations.alerts.alert_run import AlertSettings
    from service.operations.alerts.run_once import RunReport
    from service.operations.feeds import FeedAnswers
    from service.operations.file_sync import SyncReport
    from service.operations.publish import Publisher
    from service.operations.second_reader import SecondReader
    from service.web.feed_cache import ReadyFeeds
    from service.web.limits import RateLimits
    from service.web.mounted import Mounted

log = logging.getLogger(__name__)

NOT_CONNECTED = (
    "Slack is not connected: set HORIZON_SLACK_BOT_TOKEN (docs/ALERTS.md) or "
    "HORIZON_SLACK_WEBHOOK_URL; or describe another channel in the events file (docs/ALERTS.md)"
)


@dataclass(frozen=True)
class Horizon:
    """One service: what every command and every request works with."""

    settings: Settings
    store: Store
    notices: Notices
    now: Callable[[], datetime]

    def sync(self, *, allow_removals: bool = False, check: bool = False) -> SyncReport:
        """Apply the events file. Raises what file_sync does, and changes nothing then."""
        from service.operations import file_sync

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
            self.notices.sync_failed()
            text = f"{path.name} is not applied, the last good state is served: {fault}"
            if self.notices.set("events file", text):
                log.error("%s", text)
            return fault
        self.notices.clear("events file")
        self.notices.synced(self.now())
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

    def web(self, limits: RateLimits | None = None) -> ReadyFeeds | Mounted:
        """The ASGI application; `limits`: others than its own."""
        from service.web.server import create

        return create(
            self.store,
            self.settings,
            self.feed_answers(),
            self.notices,
            self.now,
            limits=limits,
            reader=self.second_reader,
        )

    def feed_answers(self) -> FeedAnswers:
        """What the feeds' addresses answer; it remembers, so one is enough for a process."""
        from service.operations.feeds import FeedAnswers

        settings = self.settings
        return FeedAnswers(
            self.store,
            self.notices,
            self.now,
            base_url=settings.base_url,
            timezone=settings.timezone,
        )

    def publisher(self, folder: Path) -> Publisher:
        """What writes the public feeds into a folder."""
        from service.operations.publish import Publisher

        settings = self.settings
        return Publisher(
            self.store,
            self.feed_answers(),
            self.now,
            settings.timezone,
            settings.language,
            settings.public_read,
            settings.public_excerpts,
            folder,
        )

    def alert_settings(self) -> AlertSettings:
        from service.operations.alerts.alert_run import AlertSettings

        settings = self.settings
        return AlertSettings(
            settings.base_url,
            settings.slack_settle,
            settings.change_window,
            settings.public_excerpts,
            settings.language,
        )

    @property
    def connected(self) -> bool:
        """Whether the settings connect Slack."""
        return bool(self.settings.slack_bot_token or self.settings.slack_webhook_url)

    @cached_property
    def _made(self) -> dict[str, tuple[dict[str, object], tuple[str, ...], Channel | Refused]]:
        """The channels that were made so far, with what of: one that is as it was keeps what it
        remembers."""
        return {}

    def channels(self) -> Channels:
        """Every way out: Slack as the settings connect it, and what the events file describes, with
        the secrets as they stand now."""
        from service.channels import Channels, kinds

        with self.store.reading() as reading:
            described = reading.named_channels()
        named = {}
        for channel in described:
            used: list[str] = []
            tools = self._tools(used)
            made = kinds.connect(channel.name, channel.spec, tools)
            held = self._made.get(channel.name)
            if held is not None and held[:2] == (channel.spec, tuple(used)):
                made = held[2]
            self._made[channel.name] = channel.spec, tuple(used), made
            named[channel.name] = made
        return Channels(self.slack_client, named)

    def _tools(self, used: list[str]) -> Tools:
        """What channels are made with; each secret that is looked up is noted in `used`."""
        from ipaddress import ip_network

        from service.channels.http import Http
        from service.channels.specs import Mail, SecretReference, Tools

        settings = self.settings

        def secret(where: SecretReference) -> str:
            in_file = where.kind == "file"
            text = secret_in_file(where.name) if in_file else settings.secret(where.name)
            used.append(text)
            return text

        networks = tuple(map(ip_network, settings.channel_networks))
        mail = Mail(settings.smtp_url or "", settings.mail_from or "")
        return Tools(secret, Http(networks, clock=self.now), mail)

    @cached_property
    def slack_client(self) -> Slack | WebhookPoster | None:
        """Slack as the settings connect it, made once, since it remembers channels' ids."""
        return self.slack()

    def slack(self) -> Slack | WebhookPoster | None:
        """Slack as the settings connect it; None where they do not."""
        from service.channels.slack import Slack, WebhookPoster

        settings = self.settings
        if settings.slack_bot_token:
            return Slack(settings.slack_bot_token, api_url=settings.slack_api_url)
        if settings.slack_webhook_url:
            return WebhookPoster(settings.slack_webhook_url)
        return None

    @cached_property
    def second_reader(self) -> SecondReader | None:
        """The language model that the settings name, made once, since it counts; None where they do not."""
        settings = self.settings
        if settings.llm_url is None or settings.llm_model is None:
            return None
        from service.model import Model
        from service.operations.second_reader import SecondReader

        seconds = settings.llm_timeout.total_seconds()
        model = Model(settings.llm_url, settings.llm_model, settings.llm_key, seconds)
        whole = settings.llm_document_timeout.total_seconds()
        return SecondReader(model, settings.llm_documents, whole)

    def ask_model(self) -> bool:
        """Ask the model about one import that waits for it; whether there was one."""
        from service.operations import second_reader

        reader = self.second_reader
        if reader is None:
            return False
        known = partial(catalogue.current, self.settings.events_file)
        return second_reader.ask_next(self.store, reader, self.now, known)

    def run_alerts(
        self, now: datetime | None = None, *, stopping: Callable[[], bool] = lambda: False
    ) -> RunReport:
        """One pass, for now or another time; once `stopping` says so it begins no other message.
        Raises SettingsError where there is no way out."""
        from service.operations.alerts.run_once import run_once

        channels = self.channels()
        if not channels.any:
            raise SettingsError(NOT_CONNECTED)
        self.notices.begin_pass(self.now())
        report = run_once(
            self.store,
            channels,
            self.alert_settings(),
            now or self.now(),
            clock=self.now,
            sleep=time.sleep,
            stopping=stopping,
        )
        self.notices.last_pass = self.now()
        return report

    def pass_alerts(self, *, stopping: Callable[[], bool] = lambda: False) -> RunReport | None:
        """As `run_alerts`, every few seconds: None as long as there is no way out, since a channel may
        be written into the events file at any time."""
        return self.run_alerts(stopping=stopping) if self.channels().any else None

    def close(self) -> None:
        self.store.close()

    def _apply_changed_file(self) -> bool:
        return not isinstance(self.keep_in_step(), HorizonError)


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
    known = partial(catalogue.current, settings.events_file)
    return Horizon(settings, Store(engine, known), Notices(), now)
