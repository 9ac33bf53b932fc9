"""The start page and an event's page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.web.conftest import FILE, Service


def test_the_start_page_shows_what_is_ahead_and_how_to_subscribe(service: Service) -> None:
    page = service.client.get("/").text
    assert "百度 Create 2026 AI 开发者大会" in page
    assert "2026年5月，具体日期待公布" in page
    assert "http://127.0.0.1:8000/feeds/all.ics" in page
    assert "webcal://127.0.0.1:8000/feeds/all.ics" in page
    assert "cid=webcal%3A%2F%2F127.0.0.1%3A8000%2Ffeeds%2Fall.ics" in page
    assert "HORIZON_BASE_URL" in page  # nobody elsewhere reaches a loopback address


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [
        ({}, "", "将至的事件"),
        ({"Accept-Language": "en-GB,en;q=0.9,zh;q=0.1"}, "", "What is ahead"),
        ({"Accept-Language": "fr"}, "", "将至的事件"),
        ({"Accept-Language": "zh-CN"}, "?lang=en", "What is ahead"),
    ],
)
def test_pages_speak_the_readers_language(
    service: Service, headers: dict[str, str], query: str, expected: str
) -> None:
    assert expected in service.client.get("/" + query, headers=headers).text


def test_an_event_has_a_page_with_its_source_and_history(service: Service) -> None:
    service.write(FILE.replace("when: 2026-05,", "when: 2026-05-19/2026-05-20,"))
    page = service.client.get("/events/google-io-2026?lang=en").text
    assert "19–20 May 2026" in page
    assert "May 2026, date to be announced" in page
    baidu = service.client.get("/events/baidu-create-2026").text
    assert "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会" in baidu


def test_text_from_strangers_is_no_markup(service: Service) -> None:
    evil = FILE.replace("title: Google I/O 2026 开发者大会", 'title: "<script>alert(1)</script>"')
    service.write(evil)
    for path in ("/", "/events/google-io-2026"):
        page = service.client.get(path).text
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_when_all_is_past_or_nothing_is_there_the_page_says_so(service: Service) -> None:
    service.now = datetime(2027, 1, 1, tzinfo=UTC)
    assert "3 项事件，均已过去" in service.client.get("/").text
    assert "3 event(s), all past" in service.client.get("/?lang=en").text
