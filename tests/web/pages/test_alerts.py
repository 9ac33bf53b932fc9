"""The page of alerts: what the rules will do, what became of what they owed, what nobody hears of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.schedule import AlertKind
from tests.web.conftest import FILE, Service
from tests.web.pages.signing import HTML, Member, signed_in
from tests.web.pages.test_agenda import shown

ALERTS = """
alerts:
  digests:
    - {name: daily, title: AI 事件日历, channel: "#ai-events", at: 08:30, days: workdays, ahead: P14D}
  reminders:
    - {name: rules, channel: "#compliance", at: 09:00, before: [P7D, P0D], filter: {kind: [regulation]}}
  changes:
    - {name: changes, channel: "#ai-events"}
"""


@pytest.fixture
def member(service: Service) -> Member:
    service.write(FILE + ALERTS)
    return signed_in(service)


def owe(service: Service, key: str, state: State, error: str = "") -> None:
    row = Delivery(
        key=key,
        kind=AlertKind.DIGEST,
        rule="daily",
        channel="#ai-events",
        due_at=service.now - timedelta(hours=1),
        state=State.OWED,
        next_at=service.now,
    )
    with service.horizon.store.writing(service.now) as writing:
        writing.owe(row)
        if state is not State.OWED:
            writing.save_delivery(replace(row, state=state, error=error), before=row)


def test_strangers_do_not_see_it(service: Service) -> None:
    assert service.client.get("/alerts").status_code == 401
    assert service.client.post("/alerts/retry", data={"all": "1"}).status_code == 401


def test_each_rule_is_told_with_what_comes_next(service: Service, member: Member) -> None:
    page = shown(service, "/alerts").text
    # It is 08:30 on Monday the 27th, so the next one is tomorrow's.
    assert "汇总 daily #ai-events 工作日 08:30 · 未来 14 天 2026-04-28 08:30" in page
    assert "提醒 rules #compliance 每天 09:00 · 提前 7 天、当天 · 法规施行" in page
    assert "未来 31 天没有" in page
    assert "日期变动时" in page
    assert "Slack 未连接" in page
    service.now += timedelta(days=60)
    signed_in(service, "read")  # a session does not last that long
    assert "2026-07-08 09:00" in shown(service, "/alerts").text


def test_the_next_digest_is_shown_as_slack_will_show_it(service: Service, member: Member) -> None:
    page = shown(service, "/alerts").text
    assert "AI 事件日历 · 4月28日 周二" in page
    assert "5月内 · Google I/O 2026 开发者大会" in page
    service.write(FILE.replace("Google I/O", "<b>*bold*</b>") + ALERTS)
    assert "<b>*bold*" not in service.client.get("/alerts").text


def test_what_no_reminder_covers_is_named(service: Service, member: Member) -> None:
    page = shown(service, "/alerts").text
    told = page[page.index("没有提醒规则覆盖的事件") :]
    assert "Google I/O 2026" in told
    assert "正式施行" not in told


def test_a_failed_delivery_is_shown_with_its_reason_and_tried_again(
    service: Service, member: Member
) -> None:
    owe(service, "digest/daily/2026-04-27", State.FAILED, "channel_not_found")
    page = shown(service, "/alerts?state=failed").text
    assert "失败 channel_not_found" in page
    form = {**member.forms("/alerts")["/alerts/retry"], "key": "digest/daily/2026-04-27"}
    assert member.post("/alerts/retry", form).status_code == 303
    with service.horizon.store.reading() as reading:
        held = reading.delivery("digest/daily/2026-04-27")
    assert held is not None
    assert held.state is State.RETRY
    assert "channel_not_found" not in shown(service, "/alerts?state=sent").text


def test_what_is_owed_can_be_dropped(service: Service, member: Member) -> None:
    owe(service, "digest/daily/2026-04-27", State.OWED)
    form = {**member.forms("/alerts")["/alerts/skip"], "key": "digest/daily/2026-04-27"}
    assert member.post("/alerts/skip", form).status_code == 303
    assert "已跳过 dropped by hand" in shown(service, "/alerts").text
    assert member.post("/alerts/skip", {**form, "key": "digest/none"}).status_code == 404


def test_a_key_that_only_reads_sees_and_changes_nothing(service: Service) -> None:
    service.write(FILE + ALERTS)
    reader = signed_in(service, "read")
    owe(service, "digest/daily/2026-04-27", State.FAILED)
    assert "/alerts/retry" not in service.client.get("/alerts").text
    assert reader.post("/alerts/retry", {"all": "1"}).status_code == 403


def test_when_the_last_pass_was_is_told(service: Service, member: Member) -> None:
    assert "本次启动以来还没有检查过" in shown(service, "/alerts").text
    service.horizon.notices.last_pass = service.now
    assert "上次检查：2026-04-27 08:30" in shown(service, "/alerts").text


def test_without_rules_it_says_where_they_are_written(service: Service) -> None:
    signed_in(service)
    assert "events.yaml 的 alerts" in service.client.get("/alerts", headers=HTML).text
