"""The agenda, the past, the lines for a report: what they show, in which language, as of which day."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.web.conftest import FILE, Service, serving, settings


class Shown(HTMLParser):
    """The text of a page's <main>, and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.further = ""
        self.ids: list[str] = []
        self._inside = False
        self.feed(text)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = self._inside or tag == "main"
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "a":
            self.links.append(given.get("href") or "")
            if given.get("rel") == "next":
                self.further = given.get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "main"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.words.append(data)


def shown(service: Service, path: str) -> Shown:
    answer = service.client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return Shown(answer.text)


def test_the_agenda_shows_what_is_ahead_by_week_and_window(service: Service) -> None:
    page = shown(service, "/")
    assert "截至 2026年4月27日 · 3 项将至，其中 1 项日期待公布" in page.text
    parts = [
        "5月 · 日期待公布",
        "Google I/O 2026 开发者大会",
        "5月11日—17日",
        "5月13日—14日",
        "7月15日",
    ]
    places = [page.text.index(part) for part in parts]
    assert places == sorted(places)
    assert (
        "<h2>7月</h2>" in service.client.get("/").text
    )  # eleven weeks ahead, the week says little
    assert "16 天后" in page.text
    assert "4 天后进入窗口" in page.text
    assert "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会" in page.text
    assert "/events/google-io-2026" in page.links


def test_the_agenda_leads_to_the_ways_to_subscribe(service: Service) -> None:
    page = shown(service, "/")
    assert "subscribe" in page.ids  # messages in Slack link to it
    assert "http://127.0.0.1:8000/feeds/all.ics" in page.text
    assert "webcal://127.0.0.1:8000/feeds/all.ics" in page.links
    assert "HORIZON_BASE_URL" in page.text  # nobody elsewhere reaches a loopback address


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [
        ({}, "", "未来日程"),
        ({"Accept-Language": "en-GB,en;q=0.9,zh;q=0.1"}, "", "What is ahead"),
        ({"Accept-Language": "fr"}, "", "未来日程"),
        ({"Accept-Language": "zh-CN"}, "?lang=en", "What is ahead"),
        ({"Accept-Language": "zh-CN", "Cookie": "horizon_lang=en"}, "", "What is ahead"),
        ({"Cookie": "horizon_lang=tlh"}, "", "未来日程"),
    ],
)
def test_pages_speak_the_readers_language(
    service: Service, headers: dict[str, str], query: str, expected: str
) -> None:
    assert expected in service.client.get("/" + query, headers=headers).text


def test_the_switch_of_languages_is_remembered_and_keeps_the_filter(service: Service) -> None:
    page = shown(service, "/?kind=conference")
    assert "?kind=conference&lang=en" in page.links
    assert "What is ahead" in service.client.get("/?lang=en").text
    assert "What is ahead" in service.client.get("/").text


def test_a_filter_stands_in_the_address_and_goes_on_to_the_subscription(service: Service) -> None:
    page = shown(service, "/?kind=conference&q=Create")
    assert "百度" in page.text
    assert "Google I/O" not in page.text
    assert "/subscribe?kind=conference&q=Create" in page.links
    assert "/month?kind=conference&q=Create" in page.links
    assert (
        "webcal://127.0.0.1:8000/calendar.ics?kind=conference&q=Create"
        in shown(service, "/subscribe?kind=conference&q=Create").links
    )


def test_a_filter_that_cannot_be_used_is_told_and_the_rest_holds(service: Service) -> None:
    page = shown(service, "/?kind=party&q=Create&utm_source=x")
    assert "类别" in page.text
    assert "party" in page.text
    assert "百度" in page.text
    assert "Google I/O" not in page.text


def test_the_page_can_be_seen_as_from_another_day(service: Service) -> None:
    page = shown(service, "/?at=2026-06-01")
    assert "从 2026年6月1日 看" in page.text  # not as known on that day, which is as_of
    assert "As from 1 June 2026" in service.client.get("/?at=2026-06-01&lang=en").text
    service.client.cookies.clear()
    assert "百度" not in page.text
    assert "已过时间窗，仍无日期 5月内" in page.text  # May has passed, and nobody said when
    assert "44 天后" in page.text
    assert "截至 2026年4月27日" in shown(service, "/?at=nonsense").text


def test_when_nothing_is_ahead_the_page_leads_on(service: Service) -> None:
    service.now = datetime(2027, 1, 1, tzinfo=UTC)
    page = shown(service, "/")
    assert "3 项事件，均已过去" in page.text
    assert {"/past", "/add"} <= set(page.links)
    assert "3 event(s), all past" in service.client.get("/?lang=en").text
    service.client.cookies.clear()
    assert "没有符合筛选条件的事件" in shown(service, "/?q=nothing").text


def test_the_past_is_told_backwards_and_found_however_far_it_is(service: Service) -> None:
    service.now = datetime(2031, 1, 1, tzinfo=UTC)
    page = shown(service, "/past")
    places = [page.text.index(part) for part in ("正式施行", "Google I/O", "百度")]
    assert places == sorted(places)
    assert "没有更早的事件" in shown(service, "/past?before=2026-01-01").text


def test_days_that_lie_behind_are_shown_as_the_past(service: Service) -> None:
    answer = service.client.get("/?to=2026-01-31&kind=launch", follow_redirects=False)
    assert answer.headers["location"] == "/past?kind=launch&before=2026-02-01"
    assert "百度" in shown(service, "/?from=2026-05-01&to=2026-05-31").text


def test_the_lines_for_a_report_are_those_of_the_filter(service: Service) -> None:
    text = service.client.get("/note.txt").text
    assert text == (
        "5 月：Google I/O 2026 开发者大会\n"
        "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会\n"
        "7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行\n"
    )
    assert service.client.get("/note.txt?kind=regulation").text.count("\n") == 1
    assert "5 月 13 日-14 日：百度 Create" in service.client.get("/note").text


MANY = """\
events:
  - {id: year, title: Year Event, when: 2026}
  - {id: june, title: June Event, when: 2026-06}
  - {id: weekly, title: Weekly Event, when: 2026-04-07, recurrence: FREQ=WEEKLY}
  - {id: june-9, title: Ninth Event, when: 2026-06-09}
  - {id: far, title: Far Event, when: 2028-08-02}
"""


def test_the_lines_for_a_report_have_the_order_of_the_page(tmp_path: Path) -> None:
    """Whoever copied the page found the lines in another order than they had just read."""
    for service in serving(settings(tmp_path), MANY):
        page = shown(service, "/").text
        lines = service.client.get("/note.txt").text.splitlines()
        names = [line.partition("：")[2].strip("〖〗") for line in lines]
        assert names == ["Weekly Event", "June Event", "Ninth Event", "Year Event", "Far Event"]
        places = [page.index(name) for name in names]
        assert places == sorted(places)


def test_a_window_whose_end_is_near_has_its_place_in_the_strip(tmp_path: Path) -> None:
    """Four windows that had the whole year were drawn, and the one that ended next week was not."""
    year = "".join(f"  - {{id: y{n}, title: Whole {n}, when: 2026}}\n" for n in range(6))
    soon = "  - {id: soon, title: Soon, when: '[2026-04-01..2026-05-03]'}\n"
    for service in serving(settings(tmp_path), f"events:\n{year}{soon}"):
        page = service.client.get("/").text
        strip = page.partition('class="strip"')[2].partition("</figure>")[0]
        drawn = re.findall(r'<rect class="open"[^>]* width="([\d.]+)%"', strip)
        widths = [float(width) for width in drawn]
        assert len(widths) == 4
        assert min(widths) < 10


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("kind=foo", "类别：没有 “foo” 这个选项"),
        ("knd=launch", "knd：没有这个筛选项；是不是 kind？"),
        ("colour=red", "colour：没有这个筛选项"),
        ("from=abc", "从：“abc” 不是日期"),
        ("at=tomorrow", "从这一天看：“tomorrow” 不是日期"),
        ("month=foo", "月份：“foo” 不是日期"),
    ],
)
def test_a_filter_that_is_refused_says_so_on_every_page(
    service: Service, query: str, told: str
) -> None:
    """A misspelt key was passed over in silence, and the lines for a report came without a filter."""
    for path in ("/", "/month", "/timeline", "/past", "/note", "/subscribe"):
        text = service.client.get(f"{path}?{query}").text
        assert "这些条件没有生效" in text, path
        assert told in text, path
    # What is subscribed to or copied is not something else than what was asked for.
    assert "订阅此视图" not in service.client.get(f"/?{query}").text
    assert service.client.get(f"/note.txt?{query}").status_code == 422


def test_what_of_a_filter_is_understood_holds(service: Service) -> None:
    text = service.client.get("/?kind=foo,regulation").text
    assert "没有 “foo” 这个选项" in text
    assert "拟人化" in text
    assert "Google I/O" not in text


@pytest.mark.parametrize(
    "query", ["lang=zh", "utm_source=mail&fbclid=1", "at=2026-05-01", "kind=launch"]
)
def test_what_belongs_in_an_address_is_no_misspelling(service: Service, query: str) -> None:
    for path in ("/", "/month", "/timeline", "/past", "/note", "/subscribe"):
        assert "没有生效" not in service.client.get(f"{path}?{query}").text, path


def test_a_page_that_is_not_there_is_titled_so(service: Service) -> None:
    """It was titled as if something had gone wrong: “That did not work”."""
    for path in ("/nowhere", "/events/nothing"):
        answer = service.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert "<title>没有这个页面 · Horizon</title>" in answer.text
        assert "<h1>没有这个页面</h1>" in answer.text


def test_text_from_strangers_is_no_markup(service: Service) -> None:
    evil = FILE.replace(
        "title: Google I/O 2026 开发者大会", "title: '\"><script>alert(1)</script>{{ 7*7 }}'"
    )
    service.write(evil)
    for path in ("/", "/events/google-io-2026", "/month?month=2026-05", "/timeline", "/note"):
        page = service.client.get(path).text
        assert "<script>" not in page
        assert "&lt;script&gt;" in page
        assert "49" not in Shown(page).text
    asked = service.client.get("/", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in asked


def test_sources_are_named_but_not_quoted_where_the_settings_say_so(tmp_path: Path) -> None:
    for service in serving(settings(tmp_path, public_excerpts=False)):
        for path in (
            "/",
            "/events/baidu-create-2026",
            "/month?month=2026-05",
            "/past?before=2027-01-01",
        ):
            page = shown(service, path).text
            assert "5 月 13 日-14 日" not in page, path
            assert "国信证券" in page, path


def test_many_windows_and_a_daily_series_leave_room_for_dates(service: Service) -> None:
    extra = "\n".join(
        [f"  - {{id: w{n}, title: Window {n}, when: 2026}}" for n in range(120)]
        + ["  - {id: daily, title: Stand-up, when: 2026-01-01, recurrence: FREQ=DAILY}"]
    )
    service.write(FILE.replace("feeds:", f"{extra}\nfeeds:"))
    answer = service.client.get("/", headers={"Accept": "text/html"})
    page = Shown(answer.text)
    assert "百度" in page.text
    assert "5月11日—17日" in page.text
    assert "有些没有显示" in page.text
    assert 40 < page.text.count("Stand-up") <= 50
    assert len(answer.content) < 65_000  # with the style sheet and the script 100 kB
    assert "正式施行" in page.text + shown(service, page.further).text


def test_more_than_fits_is_reached_by_going_on(service: Service) -> None:
    days = "\n".join(
        f"  - {{id: e{n}, title: Event {n}, when: 2026-{6 + n // 28:02d}-{n % 28 + 1:02d}}}"
        for n in range(100)
    )
    service.write(FILE.replace("feeds:", f"{days}\nfeeds:"))
    seen, path = "", "/"
    while path:
        page = shown(service, path)
        assert page.text.count("Event ") <= 52
        seen += page.text
        path = page.further
    assert all(f"Event {n} " in seen for n in range(100))
    assert seen.count("Event 57 ") == 1


def test_going_on_is_no_filter_and_the_count_is_of_everything(service: Service) -> None:
    """The second page's "subscribe to this view" gave a calendar that began on its first day for ever,
    and the first said "50+ ahead"."""
    days = "\n".join(
        f"  - {{id: e{n}, title: Event {n}, when: 2026-{6 + n // 28:02d}-{n % 28 + 1:02d}, kind: launch}}"
        for n in range(100)
    )
    weekly = (
        "  - {id: weekly, title: Weekly, when: 2026-05-01, kind: launch, recurrence: FREQ=WEEKLY}"
    )
    service.write(FILE.replace("feeds:", f"{days}\n{weekly}\nfeeds:"))
    path = "/?kind=launch"
    for _ in range(2):
        page = shown(service, path)
        assert "101 项将至" in page.text
        assert "/subscribe?kind=launch" in page.links
        assert "/month?kind=launch" in page.links
        assert "/past?kind=launch&before=2026-04-27" in page.links
        assert "/note?kind=launch" in page.links
        path = page.further
        assert path.startswith("/?kind=launch&start=2026-")
    assert "101 项将至" in shown(service, path).text


def test_a_name_in_one_language_finds_it_in_the_other_on_every_way(service: Service) -> None:
    extra = (
        "  - {id: gtc, title: NVIDIA GTC 2027, when: 2026-06-01}\n"
        "  - {id: forum, title: 英伟达中国论坛, when: 2026-06-02}\n"
    )
    named = "feeds:\n  - {name: gpu, filter: {q: nvidia}}\n"
    service.write(FILE.replace("feeds:\n", f"{extra}{named}"))
    for path in ("/?q={}", "/note.txt?q={}", "/calendar.ics?q={}", "/api/v1/events?q={}"):
        for q in ("NVIDIA", "英伟达"):
            text = service.client.get(path.format(q)).text
            assert "GTC" in text, path
            assert "中国论坛" in text, path
    for form in (".ics", "/changes.xml"):
        feed = service.client.get(f"/feeds/gpu{form}").text
        assert "GTC" in feed
        assert "中国论坛" in feed


def test_the_way_to_the_past_keeps_the_search(service: Service) -> None:
    """Somebody who looked for what is over was shown everything that is."""
    service.now = datetime(2027, 1, 1, tzinfo=UTC)
    page = shown(service, "/?q=Create&from=2027-01-01")
    assert "没有符合筛选条件的事件" in page.text
    assert "/past?q=Create" in page.links
    assert "/past?q=Create&before=2027-01-01" in page.links
    assert "百度" in shown(service, "/past?q=Create").text
    assert "Google I/O" not in shown(service, "/past?q=Create").text
