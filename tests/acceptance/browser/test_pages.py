"""What people do with the pages, done by a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.acceptance.browser.demo import FILE, Demo, serving
from tests.acceptance.browser.screenshots import PAGES, SIGNED_IN
from tests.documents.making import pdf

AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

# The six announcements of Guosen Securities' AI weekly, week 17 of 2026, and a later note.
SOURCE = """\
人工智能周报（26年第17周）
2026年4月27日

（四）重点事件预告
5 月 13 日-14 日：百度 Create 2026 AI 开发者大会
5 月 19 日-20 日：Fortune 职场创新峰会
5 月：Google I/O 2026 开发者大会
5 月：Microsoft Build 2026 开发者大会
6 月 10 日-11 日：SuperAI 2026
7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行
"""
SECOND = """\
AI 事件更新（2026年5月8日）

日期更新
5 月 19 日-20 日：谷歌 I/O 2026 开发者大会（加州山景城，谷歌已于 2 月 17 日公布日期）
6 月 2 日-3 日：微软 Build 2026 开发者大会（旧金山 Fort Mason Center）
"""

# What reaches beyond the page without being in a box that scrolls or that cuts it off on purpose.
CUT_OFF = """() => [...document.querySelectorAll('main *')].filter(one => {
  const box = one.getBoundingClientRect()
  if (!box.width || box.right <= innerWidth + 1) return false
  for (let at = one; at !== document.body; at = at.parentElement) {
    if (getComputedStyle(at).overflowX !== 'visible') return false
  }
  return true
}).map(one => one.outerHTML.slice(0, 120))"""
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]


def signed_in(page: Page, demo: Demo, scope: str = "write") -> None:
    page.goto("/sign-in")
    page.get_by_label("密钥").fill(demo.key(scope))
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def violations(page: Page) -> list[str]:
    """What axe-core finds, each with where."""
    page.evaluate(AXE.read_text("utf-8"))  # not by a <script>, which our own policy forbids
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )
    return [
        f"{v['id']}: {node['target']} {node['failureSummary']}"
        for v in found["violations"]
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("look", ["wide", "phone", "dark"])
def test_axe_finds_nothing_on_any_page(chromium: Browser, demo: Demo, look: str) -> None:
    context = chromium.new_context(
        base_url=demo.address,
        locale="en-GB" if look == "dark" else "zh-CN",
        viewport={"width": 360 if look == "phone" else 1280, "height": 900},
        color_scheme="dark" if look == "dark" else "light",
    )
    page = context.new_page()
    received: list[Response] = []
    page.on("response", lambda answer: received.append(answer))
    found: dict[str, list[str]] = {}
    sizes: dict[str, int] = {}
    for name, path in {**PAGES, **SIGNED_IN}.items():
        if name == next(iter(SIGNED_IN)):
            page.goto("/sign-in")
            page.fill("#key", demo.key())
            page.click("main button")
        received.clear()
        page.goto(path)
        page.wait_for_load_state("load")
        sizes[name] = sum(int(answer.headers.get("content-length", "0")) for answer in received)
        found[name] = violations(page)
        # Nothing is cut off or has to be scrolled sideways.
        assert page.evaluate(CUT_OFF) == [], (name, look)
    assert not {name: told for name, told in found.items() if told}
    assert not {name: size for name, size in sizes.items() if size > 100_000 and name != "docs"}
    context.close()


def test_filter_share_and_subscribe(page: Page, chromium: Browser, demo: Demo) -> None:
    page.goto("/")
    page.get_by_role("list", name="类别").get_by_role("link", name="法规施行").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("法规施行")
    page.get_by_role("searchbox").fill("拟人化")
    page.keyboard.press("Enter")
    expect(page.locator(".event")).to_have_count(1)
    assert re.fullmatch(r".*/\?q=%E6%8B%9F%E4%BA%BA%E5%8C%96&kind=regulation", page.url)
    other = chromium.new_page()  # somebody who is sent the address sees the same
    other.goto(page.url)
    expect(other.locator(".event")).to_have_count(1)
    other.close()
    page.get_by_role("link", name="订阅此视图").click()
    card = page.locator(".feed").first
    address = card.get_by_label("地址").input_value()
    assert address.startswith(f"{demo.address}/calendar.ics?")
    calendar = page.request.get(address).text()
    assert calendar.count("BEGIN:VEVENT") == 1
    assert "UID:anthropomorphic-ai-rules@horizon" in calendar
    webcal = card.get_by_role("link", name="Apple 日历").get_attribute("href")
    assert webcal == address.replace("http://", "webcal://")
    google = card.get_by_role("link", name="Google 日历").get_attribute("href") or ""
    assert "cid=webcal%3A%2F%2F" in google
    card.get_by_role("button", name="复制地址").click()
    expect(card.get_by_role("button", name="已复制")).to_be_visible()
    assert clipboard(page) == address
    expect(card.get_by_role("img", name=re.compile("二维码"))).to_be_visible()


def test_more_filters_make_a_neat_address(page: Page) -> None:
    page.goto("/")
    page.get_by_text("更多筛选").click()
    page.get_by_label("重要程度").select_option("high")
    page.get_by_label("机构").fill("百度, Google")
    page.get_by_role("button", name="应用").click()
    expect(page.locator(".event")).to_have_count(2)
    assert "q=" not in page.url
    assert "tag=" not in page.url
    page.get_by_role("link", name="清除筛选").click()
    assert page.url.endswith("/")


def test_copy_as_text(page: Page) -> None:
    page.goto("/?kind=conference")
    page.get_by_role("link", name="复制为文字").click()
    expect(page.get_by_role("link", name="已复制")).to_be_visible()
    lines = clipboard(page).splitlines()
    assert "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会" in lines
    shown = page.locator(".group .event h3").all_inner_texts()
    assert [line.partition("：")[2] for line in lines] == shown


def test_without_javascript_everything_is_reached_by_links(chromium: Browser, demo: Demo) -> None:
    context = chromium.new_context(base_url=demo.address, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="复制为文字").click()
    assert "百度 Create" in page.get_by_label("日程文字").input_value()
    page.goto("/")
    page.get_by_role("searchbox").fill("SuperAI")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="SuperAI 2026").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("SuperAI 2026")
    context.close()


def imported(page: Page, name: str, data: bytes) -> None:
    page.goto("/import")
    page.get_by_label("文件").set_input_files(
        files=[{"name": name, "mimeType": "", "buffer": data}]
    )
    page.get_by_role("button", name="读取文档").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("读出的事件")


def test_the_source_document_is_imported_and_a_second_note_refines_google_io(
    chromium: Browser, tmp_path: Path
) -> None:
    with serving(tmp_path, "feeds:\n  - {name: all}\nevents: []\n") as demo:
        page = chromium.new_page(base_url=demo.address, locale="zh-CN")
        page.goto("/")
        expect(page.get_by_text("日历还是空的")).to_be_visible()
        signed_in(page, demo)
        imported(page, "weekly-17.pdf", pdf(SOURCE.splitlines()))
        new = page.locator(".is-create .proposal")
        expect(new).to_have_count(6)
        expect(new.first).to_contain_text("5 月 13 日-14 日：百度 Create 2026 AI 开发者大会")
        new.filter(has_text="SuperAI").get_by_role("checkbox").uncheck()  # some, not all
        page.get_by_role("button", name="采纳所选").click()
        expect(page.get_by_role("status").first).to_contain_text("已采纳 5 项")
        page.goto("/")
        expect(page.locator(".event")).to_have_count(5)

        imported(page, "second-note.txt", SECOND.encode())
        refined = page.locator(".is-refine .proposal")
        expect(refined).to_contain_text("5月内 → 5月19日—20日")
        expect(page.locator(".is-move .proposal")).to_contain_text("Microsoft Build 2026")
        page.get_by_role("button", name="采纳所选").click()
        page.goto("/?q=Google")
        page.get_by_role("link", name="Google I/O 2026 开发者大会").click()
        expect(page.locator(".when")).to_have_text("2026年5月19日—20日")
        step = page.locator(".steps li").first
        expect(step).to_contain_text("日期更确切 5月内 → 5月19日—20日")
        expect(step).to_contain_text("AI 事件更新（2026年5月8日）")
        expect(step).to_contain_text("谷歌已于 2 月 17 日公布日期")
        picture = page.locator("figure.history")
        assert "5月内 → 5月19日—20日" in (picture.get_attribute("aria-label") or "")
        expect(picture.locator("rect.open")).to_have_count(1)
        expect(picture.locator("rect.dated")).to_have_count(1)
        page.close()


def test_a_chinese_line_is_understood_while_it_is_typed(page: Page, demo: Demo) -> None:
    signed_in(page, demo)
    page.goto("/add")
    line = page.get_by_label("一行文字")
    line.press_sequentially("9月1日：《人工智能标识办法》正式施行")
    understood = page.locator("#understood")
    expect(understood).to_contain_text("2026年9月1日")
    expect(understood).to_contain_text("法规施行")
    expect(understood).to_contain_text("《人工智能标识办法》正式施行")
    page.get_by_label("标题", exact=True).fill("《标识办法》施行")  # corrected, it stays so
    expect(understood).to_contain_text("《标识办法》施行")
    line.press("End")
    line.press_sequentially("，北京")
    page.get_by_label("日期", exact=True).fill("2026-09")
    expect(understood).to_contain_text("2026年9月，具体日期待公布")
    expect(page.get_by_label("标题", exact=True)).to_have_value("《标识办法》施行")
    page.get_by_role("button", name="添加到日历").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("《标识办法》施行")
    expect(page.locator(".when")).to_have_text("2026年9月，具体日期待公布")


def test_several_lines_are_added_together(page: Page, demo: Demo) -> None:
    signed_in(page, demo)
    page.goto("/add")
    page.get_by_label("一行文字").fill(
        "9月1日：《人工智能标识办法》正式施行\n9月3日：示例大会\n待定的一项"
    )
    understood = page.locator("#understood")
    expect(understood).to_contain_text("一并添加 2 项")
    expect(page.get_by_label("标题", exact=True)).to_be_hidden()
    page.get_by_role("button", name="添加到日历").first.click()
    expect(page.get_by_role("status").first).to_contain_text("已添加 2 项")
    expect(page.get_by_label("一行文字")).to_have_value("待定的一项")
    expect(page.get_by_label("标题", exact=True)).to_be_visible()
    page.get_by_role("link", name="示例大会").click()
    expect(page.locator(".when")).to_have_text("2026年9月3日")


def test_an_english_line_is_understood_with_its_look_alikes(page: Page, demo: Demo) -> None:
    signed_in(page, demo)
    page.goto("/add?lang=en")
    page.get_by_label("The line").fill("May 19-20: Google I/O 2026")
    understood = page.locator("#understood")
    expect(understood).to_contain_text("19–20 May 2026")
    expect(understood).to_contain_text("There are events like it already")
    expect(understood.get_by_role("link", name="Google I/O 2026")).to_be_visible()
    expect(page.get_by_label("Kind")).to_have_value("conference")
    page.get_by_label("The line").fill("Sept 8-10: Example Summit 2026")
    expect(understood).to_contain_text("8–10 September 2026")
    expect(understood.get_by_role("link")).to_have_count(0)
    page.get_by_role("button", name="Add to the calendar").first.click()
    expect(page.locator(".when")).to_have_text("8–10 September 2026")


def test_without_javascript_a_line_is_added_in_two_steps(chromium: Browser, demo: Demo) -> None:
    context = chromium.new_context(base_url=demo.address, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    signed_in(page, demo)
    page.goto("/add")
    page.get_by_label("一行文字").fill("9月1日：《人工智能标识办法》正式施行")
    page.get_by_role("button", name="读取").click()
    expect(page.get_by_label("日期", exact=True)).to_have_value("2026-09-01")
    page.get_by_role("button", name="添加到日历").first.click()
    expect(page.locator(".when")).to_have_text("2026年9月1日")
    context.close()


def test_what_was_imported_can_be_undone(page: Page, demo: Demo) -> None:
    signed_in(page, demo)
    imported(page, "second-note.txt", SECOND.encode())
    page.get_by_role("button", name="采纳所选").click()
    expect(page.get_by_role("status").first).to_contain_text("已采纳")
    review = page.url
    page.goto("/events/google-io-2026")
    expect(page.locator(".when")).to_have_text("2026年5月19日—20日")
    page.goto(review)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("status").first).to_contain_text("已撤销")
    page.goto("/events/google-io-2026")
    expect(page.locator(".when")).to_contain_text("具体日期待公布")


def test_edit_call_off_and_take_out(page: Page, demo: Demo) -> None:
    signed_in(page, demo)
    page.goto("/events/fortune-workplace-2026")
    page.get_by_role("link", name="编辑").click()
    page.get_by_label("日期", exact=True).fill("2026-02-30")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("没有 2026-02-30 这一天")
    page.get_by_label("日期", exact=True).fill("2026-05-21")
    page.get_by_label("地点").fill("Atlanta")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".when")).to_have_text("2026年5月21日")
    page.get_by_role("button", name="标为已取消").click()
    expect(page.locator("p.sure")).to_contain_text("已取消")
    assert "〔已取消〕" in page.request.get("/feeds/all.ics").text()
    page.get_by_role("button", name="恢复举行").click()
    expect(page.locator("p.sure")).to_contain_text("日期已定")
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_text("此事件已撤回")).to_be_visible()
    assert "fortune" not in page.request.get("/feeds/all.ics").text()
    page.get_by_role("button", name="恢复此事件").click()
    expect(page.locator(".when")).to_have_text("2026年5月21日")


def test_sign_in_and_out(page: Page, demo: Demo) -> None:
    page.goto("/add")  # needs a session: the page for that stands here
    page.get_by_label("密钥").fill("hzn_wrong")
    page.get_by_role("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("没有这个密钥")
    page.get_by_label("密钥").fill(demo.key())
    page.get_by_role("main").get_by_role("button", name="登录").click()
    assert page.url.endswith("/add")
    cookies = {c["name"]: c for c in page.context.cookies()}
    assert cookies["horizon_session"]["httpOnly"]
    assert cookies["horizon_session"]["sameSite"] == "Lax"
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("link", name="登录")).to_be_visible()
    page.goto("/alerts")
    expect(page.get_by_label("密钥")).to_be_visible()


def test_the_language_is_switched_and_stays(page: Page) -> None:
    page.goto("/month?month=2026-05&kind=conference")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("May 2026")
    assert "kind=conference" in page.url
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("What is ahead")
    expect(page.get_by_role("link", name="Baidu Create 2026")).to_be_visible()
    page.get_by_role("link", name="中文").click()
    page.goto("/timeline")
    expect(page.get_by_role("heading", level=1)).to_have_text("未来十二个月")


def test_month_and_timeline(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="视图").get_by_role("link", name="月历").click()
    page.get_by_role("link", name="5月").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2026年5月")
    tray = page.get_by_role("region", name="日期待公布")
    expect(tray).to_contain_text("Google I/O 2026 开发者大会")
    bar = page.locator(".bars a", has_text="百度 Create")
    box, day = bar.bounding_box(), page.locator("time[datetime='2026-05-13']").bounding_box()
    cell = page.locator(".days li", has=page.locator("time[datetime='2026-05-13']")).bounding_box()
    assert box
    assert day
    assert cell
    assert abs(box["x"] - cell["x"]) < 4  # it begins on the 13th and is two days wide
    assert 1.8 < box["width"] / cell["width"] < 2.1
    page.get_by_role("navigation", name="视图").get_by_role("link", name="时间轴").click()
    row = page.locator(".tl-rows li", has_text="下半年")
    window, track = row.locator("rect").bounding_box(), row.locator("svg.tl-track").bounding_box()
    assert window
    assert track
    # July to December, on a line that begins in April.
    assert abs((window["x"] - track["x"]) / track["width"] - 91 / 365) < 0.02
    assert abs(window["width"] / track["width"] - 184 / 365) < 0.02
    expect(page.locator(".tl-rows .is-open rect.open")).to_have_count(5)


def test_a_span_of_days_breaks_between_its_days(chromium: Browser, tmp_path: Path) -> None:
    """`2027年1月5日—9日` ended in a line of its own with 日."""
    file = "events:\n  - {id: span, title: WACV, when: 2027-01-05/2027-01-09}\n"
    with serving(tmp_path, file) as demo:
        for width in (360, 768, 1280):
            page = chromium.new_page(
                base_url=demo.address, locale="zh-CN", viewport={"width": width, "height": 900}
            )
            page.goto("/")
            tops = page.locator(".day").evaluate(
                """day => [...day.textContent].map((_, n) => {
                  const range = document.createRange()
                  range.setStart(day.firstChild, n)
                  range.setEnd(day.firstChild, n + 1)
                  return Math.round(range.getBoundingClientRect().top)
                })"""
            )
            words = page.locator(".day").inner_text()
            assert words == "2027年1月5日—9日"
            # The day, and what counts it, are never on two lines.
            assert tops[-2] == tops[-1], width
            assert len(set(tops[: words.index("—")])) == 1, width
            page.close()


def test_a_table_that_goes_on_says_so_on_a_phone(page: Page) -> None:
    page.goto("/subscribe")
    expect(page.get_by_text("表格可以左右滑动")).to_be_hidden()
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.get_by_text("表格可以左右滑动")).to_be_visible()
    box = page.locator(".table-box")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")


def test_dark_mode_is_dark(page: Page) -> None:
    def lightness() -> float:
        color = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in re.findall(r"\d+", color)[:3]) / 3

    page.goto("/")
    assert lightness() > 200
    page.emulate_media(color_scheme="dark")
    assert lightness() < 60


def test_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="订阅此视图")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    reached: set[str] = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(str(page.evaluate("document.activeElement.getAttribute('href') || ''")))
    assert {"/timeline", "/events/google-io-2026", "/?kind=launch"} <= reached
    page.goto("/?q=SuperAI")
    page.get_by_role("link", name="SuperAI 2026").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("SuperAI 2026")


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until the thing of that name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        )
        if told == name:
            return
    raise AssertionError(f"Tab does not lead to {name}")


def test_signing_in_adding_and_calling_off_by_keyboard_alone(page: Page, demo: Demo) -> None:
    page.goto("/sign-in")
    tab_to(page, "密钥")
    page.keyboard.type(demo.key())
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    tab_to(page, "添加")
    page.keyboard.press("Enter")
    expect(page.get_by_label("一行文字")).to_be_focused()
    page.keyboard.type("Sept 8-10: Example Summit 2026")
    expect(page.locator("#understood")).to_contain_text("2026年9月8日—10日")
    tab_to(page, "添加到日历")
    page.keyboard.press("Enter")
    expect(page.locator(".when")).to_have_text("2026年9月8日—10日")
    tab_to(page, "标为已取消")
    page.keyboard.press("Enter")
    expect(page.locator("p.sure")).to_contain_text("已取消")


def test_it_prints_what_is_read_and_leaves_out_what_is_pressed(page: Page) -> None:
    page.goto("/")
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".filter-bar")).to_be_hidden()
    expect(page.get_by_role("link", name="SuperAI 2026")).to_be_visible()


def test_long_words_stay_within_the_page(page: Page, demo: Demo) -> None:
    word = "Donaudampfschifffahrtsgesellschaft" * 6
    demo.write(
        FILE.replace(
            "feeds:",
            f'  - {{id: long, title: {word}, when: "[2026-12-28..2027-01-03]", location: {word}, '
            f"organizations: [{word}], url: 'https://example.org/{word}'}}\n"
            f"  - {{id: day, title: {word}, when: 2026-05-13, source: {{title: {word}, excerpt: {word}}}}}\n"
            "feeds:",
        )
    )
    for width, lang in ((360, "zh"), (360, "en"), (1280, "en")):
        page.set_viewport_size({"width": width, "height": 740})
        for path in (
            "/?q=donau",
            "/events/long",
            "/month?month=2026-12",
            "/timeline",
            "/past",
            "/alerts",
        ):
            page.goto(f"{path}{'&' if '?' in path else '?'}lang={lang}")
            assert page.evaluate(CUT_OFF) == [], (path, lang, width)


def test_text_of_strangers_stays_text(page: Page, demo: Demo) -> None:
    evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    demo.write(
        FILE.replace(
            "feeds:",
            f"  - {{id: evil, title: '{evil}', when: 2026-05-13, description: '{evil}', "
            f"location: '{evil}', organizations: ['{evil}']}}\nfeeds:",
        )
    )
    for path in ("/", "/events/evil", "/month?month=2026-05", "/timeline", "/note"):
        page.goto(path)
        assert page.title() != "1", path
        expect(page.locator("main")).to_contain_text("onerror")
        assert page.locator("main img").count() == 0
