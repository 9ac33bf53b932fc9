"""Channels beside Slack as /readyz, /metrics and the Alerts page show them: by what is promised."""

from __future__ import annotations

from datetime import timedelta

from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.schedule import AlertKind
from tests.web.conftest import FILE, Service
from tests.web.pages.signing import signed_in
from tests.web.pages.test_agenda import shown

ALERTS = """
channels:
  robot: {wecom: {env: WECOM_URL}}
  hook: {webhook: https://hook.example.org/, secret: {env: HOOK_SECRET}}
alerts:
  digests:
    - {name: daily, channel: [robot, hook], at: 08:30, ahead: P14D}
"""
FILLED = ALERTS.replace("{env: WECOM_URL}", "{file: %s}")


def write(service: Service) -> None:
    """The robot's address is in a file that is there, the hook's secret nowhere."""
    path = service.horizon.settings.events_file.parent / "wecom"
    path.write_text("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=s3cr3t\n")
    service.write(FILE + FILLED % path)


def test_each_channels_promise_is_told_or_what_stands_against_it(service: Service) -> None:
    write(service)
    ready = service.client.get("/readyz").json()
    assert ready["channels"] == {"hook": "not known yet", "robot": "not known yet"}
    # A pass finds out; it is before the digest's time, so nothing leaves.
    service.horizon.run_alerts(service.now - timedelta(hours=3))
    answer = service.client.get("/readyz")
    assert answer.json()["channels"] == {
        "hook": "nothing arrives (the variable HOOK_SECRET is not set)",
        "robot": "digests at most once, others at least once",
    }
    assert any(text.startswith("hook: nothing arrives") for text in answer.json()["warnings"])
    assert "s3cr3t" not in answer.text
    signed_in(service)
    page = shown(service, "/alerts").text
    assert "robot 摘要至多一次，其余至少一次（重复时注明）" in page
    assert "hook 送不到 (the variable HOOK_SECRET is not set)" in page
    assert "汇总 daily robot, hook" in page
    assert "Slack 未连接" not in page


def test_the_ledger_is_counted_by_kind_of_channel_and_not_by_its_name(service: Service) -> None:
    write(service)
    rows = [
        ("digest/daily/2026-04-26/robot", "robot", State.SENT),
        ("digest/daily/2026-04-27/robot", "robot", State.FAILED),
        ("digest/daily/2026-04-27/hook", "hook", State.SENT),
        ("digest/other/2026-04-27", "#ai", State.SENT),
    ]
    with service.horizon.store.writing(service.now) as writing:
        for key, channel, state in rows:
            writing.owe(Delivery(key, AlertKind.DIGEST, "daily", channel, service.now, state))
    text = service.client.get("/metrics").text
    for kind, state in (
        ("wecom", "sent"),
        ("wecom", "failed"),
        ("webhook", "sent"),
        ("slack", "sent"),
    ):
        assert f'horizon_channel_deliveries{{kind="{kind}",state="{state}"}} 1.0' in text
    assert "robot" not in text
