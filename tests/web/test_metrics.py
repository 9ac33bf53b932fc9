"""/metrics: what Prometheus reads there, and what nobody must find there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML
from sqlalchemy import insert

from service.channels.slack import FailureKind, SlackFailure
from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.schedule import AlertKind
from service.errors import Conflict, StoreUnavailable
from service.operations import imports
from service.operations.alerts import run_once
from service.scheduler import guarded
from service.store import Store
from service.store.schema import marks
from tests.acceptance.process import Process, eventually
from tests.operations.test_alerts import ScriptedSlack
from tests.slack.stand_in import TOKEN as STAND_INS_TOKEN
from tests.slack.stand_in import StandIn
from tests.web.conftest import FILE, NOW, Service, serving, settings

RULES = Path(__file__).parents[2] / "deploy" / "prometheus-rules.yaml"
ALERTS = """\
alerts:
  digests:
    - {name: secret-plan, title: AI, channel: "#ai-events", at: "08:30"}
  reminders:
    - {name: regulation, channel: "#compliance", at: "09:00", before: [P7D], filter: {kind: [regulation]}}
"""
TOKEN = "xoxb-1-secret"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def alerting(tmp_path: Path) -> Iterator[Service]:
    """A service that is connected to Slack and has rules."""
    yield from serving(settings(tmp_path, slack_bot_token=TOKEN), FILE + ALERTS)


def scraped(client: httpx2.Client) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = list(text_string_to_metric_families(answer.text))
    assert all(family.documentation for family in families)
    assert len({family.name for family in families}) == len(families)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((f"horizon_{name}", tuple(sorted(labels.items()))))


def requests(samples: Samples) -> dict[tuple[str, str, str], float]:
    """By method, route and class of status."""
    return {
        (held["method"], held["route"], held["status"]): count
        for (name, labels), count in samples.items()
        if name == "horizon_http_requests_total" and (held := dict(labels))
    }


def delivery(number: int, state: State, due_at: datetime = NOW, **more: Any) -> Delivery:
    return Delivery(f"digest/d/{number}", AlertKind.DIGEST, "d", "#c", due_at, state, **more)


def test_it_is_prometheus_text_without_a_key(service: Service) -> None:
    answer = service.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    head = service.client.head("/metrics")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == answer.headers["Content-Type"]
    assert service.client.post("/metrics").status_code == 405
    samples = scraped(service.client)
    assert value(samples, "events") == 3
    assert value(samples, "database_up") == 1
    assert any(name == "horizon_build_info" for name, _ in samples)


def test_it_is_open_where_reading_needs_a_key(tmp_path: Path) -> None:
    for service in serving(settings(tmp_path, public_read=False)):
        assert service.client.get("/feeds/all.ics").status_code == 401
        assert service.client.get("/metrics").status_code == 200


def test_requests_are_counted_by_route_and_class(service: Service) -> None:
    for _ in range(2):
        service.client.get("/api/v1/events/baidu-create-2026")
    service.client.head("/api/v1/events/rules")
    service.client.get("/api/v1/events/none")
    service.client.post("/api/v1/events", content=b"{}")
    samples = scraped(service.client)
    counted, route = requests(samples), "/api/v1/events/{id}"
    assert counted["GET", route, "2xx"] == 2
    assert counted["HEAD", route, "2xx"] == 1
    assert counted["GET", route, "4xx"] == 1
    assert counted["POST", "/api/v1/events", "4xx"] == 1
    name = "http_request_duration_seconds"
    assert value(samples, f"{name}_count", method="GET", route=route) == 3
    assert value(samples, f"{name}_bucket", method="GET", route=route, le="+Inf") == 3
    spent = value(samples, f"{name}_sum", method="GET", route=route)
    assert spent is not None
    assert 0 < spent < 30
    assert ("GET", "/metrics", "2xx") not in counted  # its own request has not ended yet
    assert requests(scraped(service.client))["GET", "/metrics", "2xx"] == 1


def test_feeds_are_counted_where_they_are_answered(service: Service) -> None:
    first = service.client.get("/feeds/all.ics")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert service.client.get("/feeds/all.ics", headers=tag).status_code == 304
    for path in ("/feeds/all/changes.xml", f"/feeds/portfolio/{service.secret}.json"):
        assert service.client.get(path).status_code == 200
    assert service.client.head("/calendar.ics?kind=launch").status_code == 200
    counted = requests(scraped(service.client))
    assert counted["GET", "/feeds/{name}.ics", "2xx"] == 1
    assert counted["GET", "/feeds/{name}.ics", "3xx"] == 1
    assert counted["GET", "/feeds/{name}/changes.xml", "2xx"] == 1
    assert counted["GET", "/feeds/{name}/{secret}.json", "2xx"] == 1
    assert counted["HEAD", "/calendar.ics", "2xx"] == 1
    assert not [route for _, route, _ in counted if route == "other"]


def test_where_feeds_came_from_and_what_they_take(service: Service) -> None:
    before = scraped(service.client)
    assert value(before, "feed_cache_addresses") == 0
    for _ in range(5):
        service.client.get("/feeds/all.ics")
    service.client.get("/calendar.ics?kind=launch")
    service.client.get("/feeds/none.ics")
    samples = scraped(service.client)
    assert value(samples, "feed_lookups_total", source="made") == 2
    found = value(samples, "feed_lookups_total", source="memory")
    assert found is not None
    assert found >= 4  # and looks beside the answers, as slow as this machine is
    assert value(samples, "feed_lookups_total", source="last_good") == 0
    assert value(samples, "feed_cache_addresses") == 2
    held = value(samples, "feed_cache_bytes")
    assert held is not None
    assert held > (value(before, "feed_cache_bytes") or 0) + 2000
    service.write(FILE.replace("2026-07-15", "2026-07-16"))
    service.client.get("/feeds/all.ics")
    assert value(scraped(service.client), "feed_lookups_total", source="made") == 3


def test_documents_that_are_being_read_are_seen(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[float | None] = []
    real = imports.read_document

    def reading(*given: Any) -> Any:
        seen.append(value(scraped(service.client), "documents_reading"))
        return real(*given)

    monkeypatch.setattr(imports, "read_document", reading)
    headers = {**service.key("read"), "Content-Type": "text/plain"}
    assert service.client.post("/api/v1/extract", content=b"x", headers=headers).status_code == 200
    assert seen == [1.0]
    samples = scraped(service.client)
    assert value(samples, "documents_reading") == 0
    assert value(samples, "documents_turned_away_total") == 0


@pytest.mark.slow
def test_what_strangers_ask_for_adds_no_label(service: Service) -> None:
    def ask(word: str) -> None:
        for path in (
            f"/{word}",
            f"/static/{word}",
            f"/api/v1/{word}",
            f"/api/v1/events/{word}",
            f"/feeds/{word}.ics",
            f"/feeds/{word}/{word}.ics",
            f"/calendar.ics?q={word}",
        ):
            for method in ("GET", "POST", f"M{word}"):
                service.client.request(method, path)

    scraped(service.client)
    ask("first")
    before = scraped(service.client)
    for number in range(5):
        ask(f"w{number}")
    after = scraped(service.client)
    assert set(after) - set(before) == set()
    text = service.client.get("/metrics").text
    assert "first" not in text
    assert "w3" not in text
    assert requests(after)["GET", "other", "4xx"] > 5
    assert requests(after)["other", "/feeds/{name}/{secret}.ics", "4xx"] == 6


def test_no_secret_and_no_name_is_in_it(alerting: Service) -> None:
    secret = alerting.secret
    key = alerting.key(name="hidden-key")
    assert alerting.client.get(f"/feeds/portfolio/{secret}.ics").status_code == 200
    alerting.client.get("/api/v1/deliveries", headers=key)
    with alerting.horizon.store.writing(NOW) as writing:
        writing.owe(delivery(1, State.FAILED, error="channel_not_found"))
    text = alerting.client.get("/metrics").text
    assert "/feeds/{name}/{secret}.ics" in text
    words = (secret, "portfolio", "hidden-key", TOKEN, key["Authorization"].split()[1])
    words += ("#ai-events", "#compliance", "secret-plan", "channel_not_found", "baidu", "百度")
    for word in words:
        assert word not in text


def test_the_values_change_with_a_pass(alerting: Service) -> None:
    horizon, slack = alerting.horizon, ScriptedSlack(lambda: alerting.now)
    horizon.__dict__["slack_client"] = slack
    once = guarded(horizon.run_alerts, horizon.notices, None)
    before = scraped(alerting.client)
    assert value(before, "alert_pass_age_seconds") is None  # none has run here
    assert value(before, "channels", grade="not known yet") == 2
    assert {value(before, "deliveries", state=state) for state in State} == {0}

    alerting.now += timedelta(hours=1)  # 09:30: the digest is an hour late
    slack.script = [SlackFailure(FailureKind.WAIT, "ratelimited", 60.0)]
    once()
    alerting.now += timedelta(seconds=5)
    after = scraped(alerting.client)
    assert value(after, "alert_pass_age_seconds") == 5
    assert value(after, "alert_good_pass_age_seconds") == 5
    assert value(after, "alert_pass_gap_seconds") is None
    assert value(after, "deliveries", state="retry") == 1
    assert value(after, "delivery_lateness_seconds") == 3605
    assert value(after, "channels", grade="once") == 2
    assert value(after, "slack_last_message_timestamp_seconds") is None

    alerting.now += timedelta(seconds=70)
    once()
    sent = scraped(alerting.client)
    assert value(sent, "alert_pass_gap_seconds") == 75
    assert value(sent, "deliveries", state="sent") == 1
    assert value(sent, "deliveries", state="retry") == 0
    assert value(sent, "delivery_lateness_seconds") == 0
    assert value(sent, "slack_last_message_timestamp_seconds") == 1.0


def test_a_pass_that_fails_is_no_good_one(
    alerting: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    horizon, broken = alerting.horizon, True
    horizon.__dict__["slack_client"] = ScriptedSlack(lambda: alerting.now)
    once = guarded(horizon.run_alerts, horizon.notices, None)
    passing = run_once.run_once

    def run(*given: Any, **more: Any) -> Any:
        if broken:
            raise StoreUnavailable("gone")
        return passing(*given, **more)

    monkeypatch.setattr(run_once, "run_once", run)
    for _ in range(3):
        once()
        alerting.now += timedelta(seconds=100)
    samples = scraped(alerting.client)
    assert value(samples, "alert_pass_age_seconds") == 100
    assert value(samples, "alert_good_pass_age_seconds") == 300  # since the first began
    broken = False
    once()
    assert value(scraped(alerting.client), "alert_good_pass_age_seconds") == 0


def test_channels_are_counted_by_grade_without_slacks_word(alerting: Service) -> None:
    slack = ScriptedSlack(lambda: alerting.now, against="not_in_channel")
    alerting.horizon.__dict__["slack_client"] = slack
    alerting.horizon.run_alerts()
    samples = scraped(alerting.client)
    assert value(samples, "channels", grade="nothing arrives") == 2
    assert len([name for name, _ in samples if name == "horizon_channels"]) == 1


def test_the_file_that_is_refused(service: Service) -> None:
    samples = scraped(service.client)
    assert value(samples, "file_sync_failures_total") == 0
    assert value(samples, "file_sync_failing") == 0
    assert value(samples, "file_last_good_sync_timestamp_seconds") == NOW.timestamp()
    service.now += timedelta(minutes=1)
    for _ in range(2):
        service.write("events: [{")
    samples = scraped(service.client)
    assert value(samples, "file_sync_failures_total") == 2
    assert value(samples, "file_sync_failing") == 1
    assert value(samples, "file_last_good_sync_timestamp_seconds") == NOW.timestamp()
    service.write(FILE)
    samples = scraped(service.client)
    assert value(samples, "file_sync_failing") == 0
    assert value(samples, "file_last_good_sync_timestamp_seconds") == service.now.timestamp()


def test_a_database_that_is_gone_is_told_of_and_counted(service: Service, tmp_path: Path) -> None:
    database = tmp_path / "data" / "horizon.db"
    assert service.client.get("/calendar.ics?kind=launch&lang=en").status_code == 200
    samples = scraped(service.client)
    assert value(samples, "database_errors_total") == 0
    assert value(samples, "feeds_failing") == 0
    service.horizon.store.close()
    database.rename(tmp_path / "kept.db")
    database.mkdir()
    service.client.get("/api/v1/events")
    # Another spelling of the same address, since the one above is not looked at anew so soon.
    assert service.client.get("/calendar.ics?lang=en&kind=launch").status_code == 200
    samples = scraped(service.client)
    assert value(samples, "feeds_failing") == 1
    assert value(samples, "database_up") == 0
    assert value(samples, "events") is None
    assert value(samples, "deliveries", state="owed") is None
    counted = value(samples, "database_errors_total")
    assert counted is not None
    assert counted >= 1
    assert value(samples, "file_sync_failing") == 0  # what does not need it is still there
    database.rmdir()
    (tmp_path / "kept.db").rename(database)
    samples = scraped(service.client)
    assert value(samples, "database_up") == 1
    assert value(samples, "events") == 3


def test_what_the_database_refuses_as_taken_is_no_failure_of_it(service: Service) -> None:
    taken = insert(marks).values(name="twice", value="")
    with service.horizon.store.writing(NOW) as writing:
        writing._connection.execute(taken)
    with pytest.raises(Conflict), service.horizon.store.writing(NOW) as writing:
        writing._connection.execute(taken)
    assert value(scraped(service.client), "database_errors_total") == 0


def test_two_applications_count_apart(service: Service, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    service.client.get("/healthz")
    for other in serving(settings(tmp_path / "other")):
        assert ("GET", "/healthz", "2xx") not in requests(scraped(other.client))
    assert requests(scraped(service.client))["GET", "/healthz", "2xx"] == 1


def test_the_ledger_is_summed_up_on_either_database(store: Store) -> None:
    with store.writing(NOW) as writing:
        assert writing.delivery_counts() == {}
        assert writing.oldest_due([State.OWED]) is None
        assert writing.last_ts() is None
        for number, state in enumerate((State.OWED, State.OWED, State.SENT, State.SENT)):
            writing.owe(delivery(number, state, NOW + timedelta(days=number)))
        for number, ts in ((2, "1777249800.000200"), (3, "1777249800.000100")):
            row = delivery(number, State.SENT, NOW + timedelta(days=number))
            writing.save_delivery(replace(row, ts=ts), before=row)
    with store.reading() as reading:
        assert reading.delivery_counts() == {State.OWED: 2, State.SENT: 2}
        assert reading.oldest_due([State.OWED]) == NOW
        assert reading.oldest_due([State.SENT, State.RETRY]) == NOW + timedelta(days=2)
        assert reading.last_ts() == "1777249800.000200"


def test_the_example_alerts_name_only_what_is_there(alerting: Service) -> None:
    alerting.horizon.__dict__["slack_client"] = ScriptedSlack(
        lambda: alerting.now, against="not_in_channel"
    )
    for _ in range(2):
        alerting.horizon.run_alerts()
    alerting.client.get("/healthz")
    samples = scraped(alerting.client)
    names = {name for name, _ in samples}
    labels = {label for _, held in samples for label in held}
    groups = YAML(typ="safe").load(RULES.read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) >= 6
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        named = set(re.findall(r"\b(?:horizon_\w+|up)\b", rule["expr"]))
        assert named, rule
        assert named <= names | {"up"}, rule
        named_labels = [
            (name, word)
            for name, words in re.findall(r'(\w+)=~?"(\w[^"]*)"', rule["expr"])
            for word in words.split("|")
        ]
        for label in named_labels:
            # A service in good health has no request that failed.
            assert label in labels | {("job", "horizon"), ("status", "5xx")}, rule
        assert rule["annotations"]["summary"]


@pytest.mark.slow
def test_the_metronome_of_a_real_service_is_seen(tmp_path: Path) -> None:
    rule = 'alerts: {changes: [{name: c, channel: "#channel-0", filter: {}}]}'
    file, database = tmp_path / "events.yaml", f"sqlite:///{tmp_path}/horizon.db"
    file.write_text(f"events: []\n{rule}\n", encoding="utf-8")
    with StandIn(scale=0.01) as slack:
        connected = {"SLACK_BOT_TOKEN": STAND_INS_TOKEN, "SLACK_API_URL": slack.api_url}
        server = Process(tmp_path, database, **connected)
        try:
            gap = "alert_pass_gap_seconds"
            assert eventually(lambda: value(scraped(server.client), gap) is not None)
            samples = scraped(server.client)
            assert (value(samples, gap) or 0) > 3
            assert (value(samples, "alert_good_pass_age_seconds") or -1) >= 0
            assert value(samples, "channels", grade="once") == 1
            file.write_text("events: [{", encoding="utf-8")
            failing = "file_sync_failing"
            assert eventually(lambda: value(scraped(server.client), failing) == 1)
        finally:
            server.stop()
