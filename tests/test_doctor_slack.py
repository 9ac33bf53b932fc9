"""The doctor on alerts and Slack: each fault is named with what to click."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service import doctor
from service.app import Horizon, build
from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.schedule import AlertKind
from service.doctor import Finding
from service.settings import Settings
from tests.slack.stand_in import SCOPES, TOKEN, StandIn

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)
FILE = """\
timezone: Asia/Shanghai
events:
  - {id: google-io-2026, title: Google I/O 2026, when: 2026-05, kind: conference}
  - {id: rules, title: 《办法》正式施行, when: 2026-07-15}
  - {id: past, title: 旧闻, when: 2026-01-15}
feeds: [{name: all, title: AI 事件日历}]
alerts:
  digests: [{name: daily, title: T, channel: "#channel-0", at: 08:30, days: workdays, ahead: P14D}]
  reminders: [{name: regulation, channel: "#channel-1", at: 09:00, before: [P7D], filter: {kind: [regulation]}}]
"""


@pytest.fixture
def slack() -> Iterator[StandIn]:
    with StandIn(scale=0.01) as stand_in:
        yield stand_in


@pytest.fixture
def horizon(tmp_path: Path) -> Iterator[Horizon]:
    file = tmp_path / "events.yaml"
    file.write_text(FILE, encoding="utf-8")
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/horizon.db",
        events_file=file,
        base_url="https://calendar.example.org",
        trusted_proxies=("127.0.0.1",),
    )
    made = build(settings, lambda: NOW)
    made.sync()
    yield made
    made.close()


def connected(horizon: Horizon, slack: StandIn, **changes: Any) -> Horizon:
    given = {
        "slack_bot_token": TOKEN,
        "slack_api_url": slack.api_url,
        "slack_signing_secret": "s3cr3t-signing",
        **changes,
    }
    return replace(horizon, settings=replace(horizon.settings, **given))


def found(check: Any, horizon: Horizon) -> list[Finding]:
    findings = list(check(horizon))
    for finding in findings:
        assert bool(finding.do) is not bool(finding.ok), finding
        assert TOKEN not in str(finding)
        assert "s3cr3t" not in str(finding)
    return findings


def told(check: Any, horizon: Horizon) -> list[tuple[bool | None, str]]:
    return [(finding.ok, finding.what) for finding in found(check, horizon)]


def trouble(check: Any, horizon: Horizon) -> Finding:
    (finding,) = [finding for finding in found(check, horizon) if not finding.ok]
    return finding


def test_the_holiday_tables_years(horizon: Horizon, monkeypatch: pytest.MonkeyPatch) -> None:
    """On 30 November the end of the year was a month away, and a table that ended there was fine."""
    monkeypatch.setattr(doctor.workdays, "known_years", lambda: (2004, 2026))
    assert told(doctor._holidays, horizon) == [
        (True, "China's holidays and make-up days are known from 2004 to 2026")
    ]
    early = replace(horizon, now=lambda: datetime(2026, 11, 1, tzinfo=UTC))
    assert told(doctor._holidays, early)[0][0] is True  # they are not announced yet
    for day in (datetime(2026, 11, 30, tzinfo=UTC), datetime(2026, 12, 5, tzinfo=UTC)):
        december = replace(horizon, now=lambda day=day: day)
        assert "known up to 2026" in trouble(doctor._holidays, december).what
    text = FILE.replace("days: workdays, ", "")
    horizon.settings.events_file.write_text(text, encoding="utf-8")
    horizon.sync()
    assert told(doctor._holidays, december) == [
        (
            True,
            "China's holidays and make-up days are known from 2004 to 2026; no rule asks for "
            "`days: workdays`",
        )
    ]


def test_events_of_which_nobody_is_reminded(horizon: Horizon) -> None:
    missed = trouble(doctor._uncovered, horizon)
    assert missed.what == "of 1 event ahead nobody is reminded: google-io-2026"
    assert "events.yaml" in missed.do
    text = FILE.replace("filter: {kind: [regulation]}", "filter: {}")
    horizon.settings.events_file.write_text(text, encoding="utf-8")
    horizon.sync()
    assert told(doctor._uncovered, horizon) == [(True, "every event ahead has a reminder (2)")]


def test_slack_that_is_not_connected(horizon: Horizon) -> None:
    finding = trouble(doctor._slack, horizon)
    assert (finding.ok, finding.what) == (
        None,
        "2 alert rules wait for Slack, which is not connected",
    )
    assert "slack-manifest.yaml" in finding.do
    assert "HORIZON_SLACK_BOT_TOKEN" in finding.do


def test_a_web_hooks_grade_is_named(horizon: Horizon) -> None:
    hook = "https://hooks.slack.com/services/s3cr3t"
    settings = replace(horizon.settings, slack_webhook_url=hook)
    first, second = found(doctor._slack, replace(horizon, settings=settings))
    assert "digests come at most once, reminders and changes at least once" in first.what
    assert "2 channels (#channel-0, #channel-1)" in second.what


def test_a_bot_in_its_channels_has_nothing_to_do(horizon: Horizon, slack: StandIn) -> None:
    slack.channel("channel-1").member = False
    bot, *rest = told(doctor._slack, connected(horizon, slack))
    assert bot[0] is True
    assert bot[1].startswith("Slack knows the bot as ")
    assert rest == [
        (True, "#channel-0: each message once, since the bot is in it and can look"),
        (True, "#channel-1: each message once; the bot joins it with the first"),
        (True, "/horizon and buttons come to https://calendar.example.org/slack/events"),
    ]
    assert slack.channel("channel-1").member is False


def test_channels_that_messages_cannot_go_to(horizon: Horizon, slack: StandIn) -> None:
    slack.channel("channel-0").archived = True
    slack.channel("channel-1").name = "elsewhere"
    bad = [f for f in found(doctor._slack, connected(horizon, slack)) if not f.ok]
    assert [(finding.ok, finding.what) for finding in bad] == [
        (False, "#channel-0 is archived"),
        (False, "#channel-1: the bot sees no such channel"),
    ]
    assert "Unarchive" in bad[0].do
    assert "/invite" in bad[1].do


def test_scopes_that_are_missing_or_too_many(horizon: Horizon, slack: StandIn) -> None:
    slack.config.scopes = SCOPES.replace("channels:history,", "").replace(",commands", "")
    bad = [f for f in found(doctor._slack, connected(horizon, slack)) if not f.ok]
    assert bad[0].what == "the bot token lacks 2 scopes: channels:history, commands"
    assert "Reinstall to Workspace" in bad[0].do
    assert "#channel-0: its history cannot be read" in bad[1].what
    slack.config.scopes = SCOPES.replace("chat:write,", "")
    bad = [f for f in found(doctor._slack, connected(horizon, slack)) if not f.ok]
    assert bad[1].what == "#channel-0: the bot may not write"
    slack.config.scopes = f"{SCOPES},chat:write.public"
    assert "chat:write.public" in trouble(doctor._slack, connected(horizon, slack)).what


@pytest.mark.parametrize(
    ("changes", "ok", "words"),
    [
        ({"slack_bot_token": "xoxb-wrong"}, False, "Slack refuses it (invalid_auth)"),
        ({"slack_api_url": "http://127.0.0.1:1/api/"}, None, "could not be asked"),
        ({"slack_signing_secret": None}, None, "the buttons in messages are not heard"),
        ({"base_url": "http://127.0.0.1:8000"}, None, "Slack cannot reach"),
        ({"slack_app_token": "xoxb-1"}, False, "does not begin with xapp-"),
    ],
)
def test_settings_that_do_not_work(
    horizon: Horizon, slack: StandIn, changes: dict[str, Any], ok: bool | None, words: str
) -> None:
    finding = trouble(doctor._slack, connected(horizon, slack, **changes))
    assert finding.ok is ok
    assert words in finding.what


def test_socket_mode_needs_no_public_address(horizon: Horizon, slack: StandIn) -> None:
    given = connected(horizon, slack, slack_app_token="xapp-1", base_url="http://127.0.0.1:8000")
    assert told(doctor._slack, given)[-1] == (True, "/horizon and buttons come by Socket Mode")


def test_alerts_that_could_not_be_sent(horizon: Horizon) -> None:
    assert told(doctor._deliveries, horizon) == [(True, "no alert has failed")]
    failed = Delivery(
        key="digest/daily/2026-04-27",
        kind=AlertKind.DIGEST,
        rule="daily",
        channel="#gone",
        due_at=NOW,
        state=State.FAILED,
        error="channel_not_found",
    )
    with horizon.store.writing(NOW) as writing:
        writing.owe(failed)
    finding = trouble(doctor._deliveries, horizon)
    assert finding.what == "1 alert could not be sent (#gone: channel_not_found)"
    assert "horizon alerts retry --failed" in finding.do
