"""/metrics: how the service does, as Prometheus reads it.

Needs no key, as /healthz and /readyz, also where reading does: a scraper has none to send. So it gives
numbers alone. No label holds what a person wrote or asked for: no event, rule, channel, key, feed or
path, and no secret; a request is counted under its route's template (`/feeds/{name}/{secret}.ics`).
Whoever wants it closed closes it at the proxy.

Requests, limits, feeds in memory, passes and file syncs are this process's, since it started. What
stands in the database (events, deliveries, channels) is the same from every instance; it is read when
asked for, in one transaction whose cost does not grow with the texts of what was sent. While the
database cannot be read, those are left out and `horizon_database_up` is 0.
"""

from __future__ import annotations

import re
from collections import Counter as Counted
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from service import version
from service.channels import kinds
from service.core.alerts import deliveries
from service.core.alerts.deliveries import State
from service.core.alerts.rules import is_slack
from service.errors import StoreUnavailable
from service.operations.alerts import channel_health
from service.store.condition import on_failures

if TYPE_CHECKING:
    from service.operations.feeds import FeedAnswers
    from service.operations.notices import Notices
    from service.operations.second_reader import SecondReader
    from service.settings import Settings
    from service.store import Reading, Store
    from service.web.limits import ConcurrencyLimit, RateLimits

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_FEED = re.compile(
    r"/feeds/[^/]+(?P<secret>/(?!changes\.xml$)[^/]+)?(?P<ending>/changes\.xml|\.(?:ics|json|xml))"
)
_CALENDAR = re.compile(r"/calendar\.(?:ics|json|xml)")
_BUCKETS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics(Collector):
    """The numbers of one application, in a registry of its own."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        answers: FeedAnswers,
        notices: Notices,
        limits: RateLimits,
        documents: ConcurrencyLimit,
        now: Callable[[], datetime],
        reader: SecondReader | None = None,
    ) -> None:
        self._store, self._settings, self._answers = store, settings, answers
        self._notices, self._limits, self._documents, self._now = notices, limits, documents, now
        self._reader = reader
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "horizon_http_request_duration_seconds",
            "From a request's arrival to the end of its answer; without feeds that were ready.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._database_errors = Counter(
            "horizon_database_errors",
            "Failures of the database, whatever it was used for.",
            registry=self._registry,
        )
        on_failures(store, self._database_errors.inc)
        self._registry.register(self)
        # One thread counts, so plain numbers do; the lock of a Counter took 2 % of a 304.
        self._requests: dict[tuple[str, str, int], int] = {}
        self._last_message: tuple[int, float | None] = (0, None)

    def text(self) -> bytes:
        """Everything, in Prometheus's text format."""
        return generate_latest(self._registry)

    def request(self, method: str, scope: Scope, status: int, seconds: float | None) -> None:
        """Count a request. `scope`: as its route has left it; `status`: 0 where no answer began;
        `seconds`: None for a feed that was ready, which takes less time than to note how long."""
        key = method if method in _METHODS else "other", _route(scope), status // 100
        self._requests[key] = self._requests.get(key, 0) + 1
        if seconds is not None:
            self._seconds.labels(*key[:2]).observe(seconds)

    def collect(self) -> Iterator[Metric]:
        """What is read when it is asked for."""
        build = GaugeMetricFamily(
            "horizon_build_info", "The version that runs.", labels=["version"]
        )
        build.add_metric([version.running()], 1)
        yield build
        yield from self._of_this_process()
        try:
            with self._store.reading() as reading:
                stored = list(self._stored(reading))
        except StoreUnavailable:
            stored = []
        yield _gauge("horizon_database_up", "Whether the database can be read.", bool(stored))
        yield from stored

    def _of_this_process(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "horizon_http_requests",
            "Requests by method, route and class of status.",
            labels=["method", "route", "status"],
        )
        for (method, route, class_), number in list(self._requests.items()):
            requests.add_metric([method, route, f"{class_}xx" if class_ else "none"], number)
        yield requests
        notices, now = self._notices, self._now()
        begun, good = notices.pass_begun, notices.last_pass or notices.first_begun
        if begun is not None and good is not None:
            yield _gauge(
                "horizon_alert_pass_age_seconds",
                "Since a pass of alerts last began in this process; there once one has.",
                _seconds(now - begun),
            )
            yield _gauge(
                "horizon_alert_good_pass_age_seconds",
                "Since a pass of alerts last ended well in this process; until one has, since the "
                "first began.",
                _seconds(now - good),
            )
        if notices.pass_gap is not None:
            yield _gauge(
                "horizon_alert_pass_gap_seconds",
                "Between the beginnings of the last two passes: 5 where the scheduler keeps up.",
                _seconds(notices.pass_gap),
            )
        yield CounterMetricFamily(
            "horizon_file_sync_failures",
            "Attempts to apply the events file that were refused.",
            notices.sync_failures,
        )
        yield _gauge(
            "horizon_file_sync_failing",
            "Whether the last attempt to apply the events file was refused.",
            notices.sync_failing,
        )
        if notices.last_sync is not None:
            yield _gauge(
                "horizon_file_last_good_sync_timestamp_seconds",
                "When the events file was last applied.",
                notices.last_sync.timestamp(),
            )

        yield _gauge(
            "horizon_feeds_failing",
            "Whether a fault stood in the way of the last feed, so that its last good bytes were given.",
            self._answers.failing,
        )
        yield from self._of_feeds()
        yield from self._of_limits()
        if self._reader is not None:
            yield from self._of_model(self._reader)

    def _of_model(self, reader: SecondReader) -> Iterator[Metric]:
        asked = CounterMetricFamily(
            "horizon_model_requests",
            "Requests to the language model by how they ended: answered, nonsense (an answer too, that could "
            "not be read) or failed.",
            labels=["outcome"],
        )
        for outcome in ("answered", "nonsense", "failed"):
            asked.add_metric([outcome], reader.requests[outcome])
        yield asked
        tokens = CounterMetricFamily(
            "horizon_model_tokens",
            "Tokens that the language model's server has counted.",
            labels=["direction"],
        )
        for direction in ("in", "out"):
            tokens.add_metric([direction], reader.tokens[direction])
        yield tokens

    def _of_feeds(self) -> Iterator[Metric]:
        lookups = CounterMetricFamily(
            "horizon_feed_lookups",
            "How often a feed's bytes were looked for, by where they came from: ready in memory, "
            "made anew, or the last good ones since a fault stood in the way.",
            labels=["source"],
        )
        for source, number in self._answers.lookups.items():
            lookups.add_metric([source], number)
        yield lookups
        yield _gauge("horizon_feed_cache_bytes", "Memory that feeds take.", self._answers.held)
        yield _gauge(
            "horizon_feed_cache_addresses",
            "Addresses whose answers are kept in memory.",
            self._answers.addresses,
        )

    def _of_limits(self) -> Iterator[Metric]:
        refused = CounterMetricFamily(
            "horizon_rate_limited",
            "Requests that were answered with 429, by the limit that they met.",
            labels=["limit"],
        )
        for name, number in self._limits.refused.items():
            refused.add_metric([name], number)
        yield refused
        yield _gauge(
            "horizon_documents_reading", "Documents that are being read.", self._documents.running
        )
        yield CounterMetricFamily(
            "horizon_documents_turned_away",
            "Documents that were answered with 503, since others were being read.",
            self._documents.refused,
        )

    def _stored(self, reading: Reading) -> Iterator[Metric]:
        yield _gauge("horizon_events", "Events, without withdrawn ones.", reading.count().total)
        counts = reading.delivery_counts()
        states = GaugeMetricFamily(
            "horizon_deliveries", "Alerts in the ledger, by state.", labels=["state"]
        )
        for state in State:
            states.add_metric([state], counts.get(state, 0))
        yield states
        yield self._by_kind(reading)
        oldest = reading.oldest_due(deliveries.UNFINISHED)
        yield _gauge(
            "horizon_delivery_lateness_seconds",
            "How long ago the oldest alert fell due that is still to go out; 0 where none is.",
            _seconds(self._now() - oldest) if oldest is not None else 0,
        )
        last = self._last_message_at(reading, counts.get(State.SENT, 0))
        if last is not None:
            yield _gauge(
                "horizon_slack_last_message_timestamp_seconds",
                "When Slack took the newest alert that was sent.",
                last,
            )
        bot, webhook = (
            bool(self._settings.slack_bot_token),
            bool(self._settings.slack_webhook_url),
        )
        grades = GaugeMetricFamily(
            "horizon_channels",
            "Channels that a rule names, by what is promised of messages to them (see /readyz).",
            labels=["grade"],
        )
        found = channel_health.grades(reading, bot=bot, webhook=webhook).values()
        # Slack's own word, in brackets, could be any.
        for grade, number in Counted(grade.partition(" (")[0] for grade in found).items():
            grades.add_metric([grade], number)
        yield grades

    def _by_kind(self, reading: Reading) -> Metric:
        """The ledger by the kind of channel, since a channel's name is what a person wrote."""
        words = {channel.name: kinds.word(channel.spec) for channel in reading.named_channels()}
        counts: Counted[tuple[str, State]] = Counted()
        for channel, state, number in reading.channel_counts():
            kind = "slack" if is_slack(channel) else words.get(channel, "gone")
            counts[kind, state] += number
        found = GaugeMetricFamily(
            "horizon_channel_deliveries",
            "Alerts in the ledger, by kind of channel and state.",
            labels=["kind", "state"],
        )
        for (kind, state), number in sorted(counts.items()):
            found.add_metric([kind, state], number)
        return found

    def _last_message_at(self, reading: Reading, sent: int) -> float | None:
        """Looked up only when more has been sent than last time: it takes a walk over the ledger."""
        if self._last_message[0] != sent:
            ts = reading.last_ts()
            self._last_message = sent, float(ts) if ts is not None else None
        return self._last_message[1]


def _route(scope: Scope) -> str:
    """The template of the route that took the request: of these there are only so many."""
    template = getattr(scope.get("route"), "path_format", None)
    if template is not None:
        return str(template)
    if found := _FEED.fullmatch(scope["path"]):  # answered in front of the routes
        secret = "/{secret}" if found["secret"] else ""
        return f"/feeds/{{name}}{secret}{found['ending']}"
    if _CALENDAR.fullmatch(scope["path"]):
        return str(scope["path"])
    return "/static" if scope["path"].startswith("/static/") else "other"


def _gauge(name: str, help: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help, float(value))


def _seconds(span: timedelta) -> float:
    return max(0.0, span.total_seconds())  # clocks are set back now and then
