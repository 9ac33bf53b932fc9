"""What was known then: in the API's list, and in the pages; and who was told of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.core.alerts.deliveries import Composed, Delivery, State
from service.core.alerts.schedule import AlertKind
from tests.web.conftest import FILE, NOW, Service
from tests.web.pages.signing import signed_in
from tests.web.pages.test_agenda import Shown

API = "/api/v1"
LATER = datetime(2026, 5, 4, 1, tzinfo=UTC)


@pytest.fixture
def looked_back(service: Service) -> Service:
    """On 4 May one event got its day, one was called off, one taken out, one was new."""
    service.now = LATER
    text = FILE.replace("when: 2026-05,", "when: 2026-05-19/2026-05-20,")
    text = text.replace("- {id: rules,", "- {id: rules, status: cancelled,")
    text = text[: text.index("  - id: baidu")] + text[text.index("  - {id: google") :]
    new = "  - {id: new, title: 新产品发布, when: 2026-05-06, kind: launch}\nfeeds:"
    service.write(text.replace("feeds:", new))
    service.now = LATER + timedelta(days=6)
    return service


def known(service: Service, at: str, **query: Any) -> list[str]:
    answer = service.client.get(f"{API}/events", params={"as_of": at, **query})
    assert answer.status_code == 200, answer.text
    return [event["id"] for event in answer.json()["items"]]


def test_every_filter_is_asked_of_what_was_known_then(looked_back: Service) -> None:
    then = "2026-05-01T00:00:00Z"
    assert known(looked_back, then) == ["google-io-2026", "baidu-create-2026", "rules"]
    assert known(looked_back, then, status="cancelled") == []
    assert known(looked_back, then, precision="month") == ["google-io-2026"]
    assert known(looked_back, then, ticker="9888.HK") == ["baidu-create-2026"]
    assert known(looked_back, then, kind="conference", q="create") == ["baidu-create-2026"]
    assert known(looked_back, then, **{"from": "2026-05-21", "to": "2026-06-30"}) == [
        "google-io-2026"
    ]
    now = "2026-05-09T00:00:00Z"
    assert known(looked_back, now) == ["new", "google-io-2026", "rules"]
    assert known(looked_back, now, status="cancelled") == ["rules"]


def test_pages_by_cursor_stay_with_what_was_known_then(looked_back: Service) -> None:
    query = {"as_of": "2026-05-01T00:00:00Z", "limit": "1"}
    seen: list[str] = []
    while True:
        page = looked_back.client.get(f"{API}/events", params=query).json()
        seen += [f"{event['id']} {event['when']}" for event in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == [
        "google-io-2026 2026-05",
        "baidu-create-2026 2026-05-13/2026-05-14",
        "rules 2026-07-15",
    ]
    query["as_of"] = "soon"  # also told of a page that would not need it
    assert looked_back.client.get(f"{API}/events", params=query).status_code == 400


def test_a_purged_event_is_in_no_past_also_after_its_id_returned(service: Service) -> None:
    admin = service.key("admin")
    address = f"{API}/events/secret"
    body = {"title": "Secret", "when": "2026-06-01"}
    assert service.client.put(address, json=body, headers=admin).status_code == 201
    service.now += timedelta(days=1)
    service.client.delete(f"{address}?purge=true", headers=admin)
    service.now += timedelta(days=1)
    service.client.put(address, json=body | {"title": "Public"}, headers=admin)
    for day in (0, 1):
        at = NOW + timedelta(days=day, hours=1)
        assert "secret" not in known(service, at.isoformat())
    assert "secret" in known(service, service.now.isoformat())


def test_a_series_is_found_then_by_its_occurrences_of_then(service: Service) -> None:
    headers = service.key()
    address = f"{API}/events/weekly"
    body = {"title": "Weekly", "when": "2026-06-01", "recurrence": "FREQ=WEEKLY;COUNT=3"}
    service.client.put(address, json=body, headers=headers)
    service.now += timedelta(days=2)
    patch = {"recurrence": "FREQ=WEEKLY;COUNT=2"}
    headers["Content-Type"] = "application/merge-patch+json"
    assert service.client.patch(address, json=patch, headers=headers).status_code == 200
    days = {"from": "2026-06-15", "to": "2026-06-16"}
    assert known(service, (NOW + timedelta(days=1)).isoformat(), **days) == ["weekly"]
    assert known(service, (NOW + timedelta(days=3)).isoformat(), **days) == []


def test_long_before_the_first_change_nothing_was_known(service: Service) -> None:
    """The year 300 was once written with three digits, which as text come after every date."""
    for year in ("0001", "0300", "1969"):
        assert known(service, f"{year}-01-01T00:00:00Z") == []


# -- the pages


def shown(service: Service, path: str) -> Shown:
    answer = service.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return Shown(answer.text)


@pytest.mark.parametrize("path", ["/", "/month", "/timeline", "/past", "/note"])
def test_a_page_that_looks_back_says_so_and_leads_back(looked_back: Service, path: str) -> None:
    looked_back.now = LATER + timedelta(days=400)  # so that all of it has passed
    then = "as_of=2027-01-01"
    page = shown(looked_back, f"{path}?kind=launch&{then}")
    assert "这是 2027年1月1日 当天结束时所知的情况，之后的变动不在其中。" in page.text
    assert f"{path}?kind=launch" in page.links
    english = looked_back.client.get(f"{path}?{then}&lang=en").text
    assert "This is what was known at the end of 1 January 2027" in english
    assert "Back to now" in english


def test_the_agenda_is_that_of_the_day_with_what_was_known_on_it(looked_back: Service) -> None:
    page = shown(looked_back, "/?as_of=2026-05-01")
    assert "截至 2026年5月1日 · 3 项将至，其中 1 项日期待公布" in page.text
    assert "百度 Create" in page.text
    assert "新产品发布" not in page.text
    assert "12 天后" in page.text  # from that day
    assert "已取消" not in page.text
    # What was known at the end of a day is all that came on it, in the service's zone.
    assert "新产品发布" not in shown(looked_back, "/?as_of=2026-05-03").text
    assert "新产品发布" in shown(looked_back, "/?as_of=2026-05-04").text


def test_from_which_day_and_known_on_which_day_are_asked_apart(looked_back: Service) -> None:
    page = shown(looked_back, "/?as_of=2026-05-01&at=2026-05-20")
    assert "从 2026年5月20日 看" in page.text
    assert "当天结束时所知" in page.text
    assert "Google I/O" in page.text  # some day in May, as far as was known
    assert "百度" not in page.text
    now = shown(looked_back, "/?at=2026-05-01")
    assert "新产品发布" in now.text
    assert "所知" not in now.text.replace("按当时所知", "")  # but for the field that asks


def test_nothing_of_the_past_view_subscribes_or_changes(looked_back: Service) -> None:
    signed_in(looked_back)
    for path in ("/", "/events/google-io-2026"):
        page = shown(looked_back, f"{path}?as_of=2026-05-01")
        assert not [link for link in page.links if "subscribe?" in link or ".ics" in link]
        text = looked_back.client.get(f"{path}?as_of=2026-05-01").text
        assert "/edit" not in text
        assert "method" not in text[text.index("<main") :].replace('method="get"', "")
        assert "webcal:" not in text


def test_every_link_to_another_view_goes_on_looking_back(looked_back: Service) -> None:
    links: set[str] = set()
    for path in ("/", "/month", "/timeline", "/past"):
        page = shown(looked_back, f"{path}?as_of=2026-05-01")
        back = {path, "/add", "/sign-in", "/docs", "/subscribe", "/import", "/alerts", "#main"}
        links |= {link for link in page.links if link not in back}
    there = re.compile(r"[?&]as_of=2026-05-01(&|$)")
    assert [link for link in links if not there.search(link)] == ["/"]  # the way home
    assert {"/events/rules?as_of=2026-05-01", "/past?as_of=2026-05-01&before=2026-05-01"} <= links


def test_an_event_is_told_as_it_was_known_then(looked_back: Service) -> None:
    page = shown(looked_back, "/events/google-io-2026?as_of=2026-05-01")
    assert "日期待公布，只知道时间窗" in page.text
    assert "5月19日" not in page.text
    assert "更确切" not in page.text
    now = shown(looked_back, "/events/google-io-2026")
    assert "/events/google-io-2026?as_of=2026-05-04" in now.links
    # Taken out since then, and not known yet.
    assert "百度 Create" in shown(looked_back, "/events/baidu-create-2026?as_of=2026-05-01").text
    answer = looked_back.client.get("/events/new?as_of=2026-05-01", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "那时还不知道这个事件" in answer.text
    assert 'href="/events/new"' in answer.text


@pytest.mark.parametrize("day", ["yesterday", "2099-01-01", "2026-05", "2026-05-10"])
def test_a_day_that_is_not_over_or_none_is_told_and_shows_what_is_known_now(
    looked_back: Service, day: str
) -> None:
    for path in ("/", "/events/google-io-2026"):
        page = shown(looked_back, f"{path}?as_of={day}")
        assert f"“{day}” 不是过去的某一天" in page.text
        assert "5月19日" in page.text


# -- who was told


def told(service: Service) -> None:
    """A reminder that was sent, one that failed, and two digests, of which one had the event."""

    def row(key: str, kind: AlertKind, state: State, **more: Any) -> Delivery:
        rule, channel = key.split("/")[1], "#ai-events"
        return Delivery(key, kind, rule, channel, service.now, state, **more)

    def linking(id: str) -> Composed:
        link = {"type": "link", "url": f"http://127.0.0.1:8000/events/{id}", "text": "x"}
        block = {"type": "rich_text", "elements": [link]}
        return Composed(None, {"blocks": [block], "text": "x"})

    ts = str(int(service.now.timestamp()) + 5) + ".000200"
    rows = [
        row("reminder/laws/rules/2026-07-15/P7D", AlertKind.REMINDER, State.SENT, event_id="rules", ts=ts),
        row("reminder/laws/rules/2026-07-15/P1D", AlertKind.REMINDER, State.FAILED, event_id="rules", error="is_archived"),
        row("digest/daily/2026-05-01", AlertKind.DIGEST, State.SENT, message=linking("rules"), ts=ts),
        row("digest/daily/2026-05-02", AlertKind.DIGEST, State.SENT, message=linking("rules-2"), ts=ts),
    ]  # fmt: skip
    with service.horizon.store.writing(service.now) as writing:
        for each in rows:
            writing.owe(each)


def test_a_program_with_a_key_reads_who_was_told_of_an_event(service: Service) -> None:
    told(service)
    address = f"{API}/deliveries?event=rules"
    assert service.client.get(address).status_code == 401
    headers = service.key("read")
    items = service.client.get(address, headers=headers).json()["items"]
    assert [(i["kind"], i["state"], i["sent_at"], i["error"]) for i in items] == [
        ("digest", "sent", "2026-04-27T00:30:05.000200Z", ""),
        ("reminder", "failed", None, "is_archived"),
        ("reminder", "sent", "2026-04-27T00:30:05.000200Z", ""),
    ]
    failed = service.client.get(f"{address}&state=failed", headers=headers).json()["items"]
    assert [item["error"] for item in failed] == ["is_archived"]
    none = service.client.get(f"{API}/deliveries?event=none", headers=headers).json()
    assert none == {"items": []}
    odd = service.client.get(f"{API}/deliveries", params={"event": "%_\0"}, headers=headers)
    assert odd.json() == {"items": []}


def test_the_events_page_tells_a_member_who_was_told_and_nobody_else(service: Service) -> None:
    told(service)
    assert "发出的消息" not in shown(service, "/events/rules").text
    signed_in(service, "read")
    page = shown(service, "/events/rules").text
    assert "发出的消息" in page
    assert "2026-04-27 08:30 2026-04-27 08:30 汇总 daily #ai-events 已发" in page
    assert "提醒 laws #ai-events 失败 is_archived" in page
    assert "还没有。" in shown(service, "/events/google-io-2026").text


def test_a_step_of_the_history_says_how_old_its_source_was(service: Service) -> None:
    service.now += timedelta(days=3)
    text = FILE.replace(
        "title: Google I/O", "source: {title: 通知, date: 2026-04-28}, title: Google I/O"
    )
    service.write(text.replace("when: 2026-05,", "when: 2026-05-19,"))
    page = shown(service, "/events/google-io-2026").text
    assert "出自 《通知》（2026年4月28日），发布 2 天 后录入" in page
