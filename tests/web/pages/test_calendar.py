"""Month and timeline as pages; how the days are laid out is core's, and tested there."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from service.core.events import fields
from service.core.events.event import Origin, new
from tests.web.conftest import Service, serving, settings
from tests.web.pages.signing import signed_in
from tests.web.pages.test_agenda import shown


def test_a_month_has_its_spans_and_its_undated_events(service: Service) -> None:
    page = service.client.get("/month?month=2026-05").text
    assert re.search(r'class="c3 n2 l1"><a class="k-conference"', page)  # Wednesday, for two days
    tray = page[page.index('class="tray"') : page.index('class="sheet"')]
    assert "Google I/O 2026" in tray
    assert "百度" not in tray
    links = shown(service, "/month?month=2026-05").links
    assert {"/month?month=2026-04", "/month?month=2026-06"} <= set(links)
    assert "这个月没有事件" in shown(service, "/month?month=2026-03").text
    assert "2026年4月" in shown(service, "/month?month=nonsense").text


def test_the_timeline_draws_windows_as_windows(service: Service) -> None:
    page = service.client.get("/timeline").text
    assert (
        len(re.findall(r'<rect class="open"[^>]+url\(#hatch\)', page)) == 2
    )  # May, and the legend
    assert 'class="dated k-regulation"' in page
    assert "未来十二个月" in page
    assert "/timeline?month=2027-04" in shown(service, "/timeline").links
    assert "2025年4月1日—2026年3月31日" in shown(service, "/timeline?month=2025-04").text
    assert "这段时间没有事件" in shown(service, "/timeline?month=2030-01").text


UNSURE = """\
events:
  - {id: sure, title: Sure, when: 2026-05-06}
  - {id: unsure, title: Unsure, when: 2026-05-07?}
  - {id: about, title: About, when: 2026-05-08~}
  - {id: set, title: Set, when: 2026-05-09, status: tentative}
  - {id: off, title: Off, when: "2026-05-10?", status: cancelled}
"""


def test_a_day_that_is_to_be_confirmed_is_not_drawn_as_certain(tmp_path: Path) -> None:
    """（待确认） stood beside a bar as solid as that of any other day."""
    for service in serving(settings(tmp_path), UNSURE):
        page = service.client.get("/month?month=2026-05").text
        drawn = {
            title: style
            for style, title in re.findall(
                r'<a class="(k-other[^"]*)".*?<span class="bar-title">(\w+)<', page
            )
        }
        unsure = {title for title, style in drawn.items() if "unsure" in style}
        assert (set(drawn) - unsure, unsure) == ({"Sure", "Off"}, {"Unsure", "About", "Set"})
        timeline = service.client.get("/timeline").text.partition('class="tl-rows"')[2]
        assert len(re.findall(r'class="dated k-other unsure"', timeline)) == 3
        strip = service.client.get("/").text.partition('class="strip"')[2]
        assert len(re.findall(r'class="k-other sign unsure"', strip)) == 3
        assert "日期为约数或待确认" in service.client.get("/timeline").text


def test_no_page_has_a_style_or_a_script_of_its_own(service: Service) -> None:
    signed_in(service)
    for path in (
        "/",
        "/month?month=2026-05",
        "/timeline",
        "/subscribe",
        "/alerts",
        "/events/rules/edit",
    ):
        page = service.client.get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=\"/static/)", page), path
        for target in re.findall(r'(?:src|href)="([^"]+)"', page):
            assert not target.startswith("//"), target


@pytest.mark.slow
def test_with_ten_thousand_events_a_page_takes_no_longer_than_what_it_shows(
    service: Service,
) -> None:
    first = date(2010, 1, 1)
    with service.horizon.store.writing(service.now) as writing:
        for number in range(10_000):
            day = first + timedelta(days=number)
            data = {"title": f"Event {number}", "when": day.isoformat()}
            details = fields.read(data, "Asia/Shanghai")
            change = new(f"e{number}", details, service.now, Origin.API)
            writing.record(change, who="test", origin=Origin.API, source=None)
    signed_in(service)
    for path in (
        "/",
        "/?kind=other",
        "/past",
        "/month",
        "/timeline",
        "/events/e5000",
        "/subscribe",
        "/note",
    ):
        service.client.get(path)
        began = time.process_time()  # what else the machine does must not count
        answer = service.client.get(path)
        spent = time.process_time() - began
        assert answer.status_code == 200
        assert len(answer.content) < 65_000, path  # with the style sheet and the script 100 kB
        assert spent < 0.75, (path, spent)
