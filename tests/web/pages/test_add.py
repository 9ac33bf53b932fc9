"""Adding: a line is read, shown, corrected and saved; with a script and without."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import Service
from tests.web.pages.signing import HTML, Member, signed_in

LINE = "9月1日：《人工智能标识办法》正式施行"


@pytest.fixture
def member(service: Service) -> Member:
    return signed_in(service)


def preview(member: Member, text: str, **corrected: str) -> dict[str, Any]:
    """As the script asks: the line, and the fields that somebody has corrected."""
    form = {"form": member.fields("/add")["form"], "text": text, **corrected}
    told: dict[str, Any] = member.post("/add/preview", form).json()
    return told


def fields(member: Member, text: str = "") -> dict[str, str]:
    return {**member.fields("/add"), "text": text}


def test_without_a_script_it_takes_two_steps(service: Service, member: Member) -> None:
    page = member.post("/add", {**fields(member, LINE), "do": "read"})
    assert page.status_code == 200
    assert "2026年9月1日" in page.text
    form = dict_of(page.text)
    assert (form["title"], form["when"], form["kind"]) == (
        "《人工智能标识办法》正式施行",
        "2026-09-01",
        "regulation",
    )
    answer = member.post("/add", {**form, "tags": "AI，中国", "do": "save"})
    assert answer.status_code == 303
    event = service.client.get(f"/api/v1{answer.headers['location'].partition('?')[0]}").json()
    assert (event["title"], event["when"], event["tags"]) == (
        form["title"],
        "2026-09-01",
        ["AI", "中国"],
    )
    assert (event["origin"], event["source"]["excerpt"]) == ("web", LINE)


def dict_of(text: str) -> dict[str, str]:
    from tests.web.pages.signing import Forms

    return Forms(text).found["/add"]


def test_the_preview_tells_what_the_line_says(service: Service, member: Member) -> None:
    told = preview(member, "Sept 1: Example Summit 2026")
    assert told["fields"]["when"] == "2026-09-01"
    assert told["fields"]["title"] == "Example Summit 2026"
    assert "127 天后" in told["html"]
    with service.horizon.store.reading() as reading:
        assert reading.count().total == 3  # nothing is stored


def test_a_half_of_a_year_is_understood_under_its_name(member: Member) -> None:
    """The field said `2027-40` where somebody had typed 上半年."""
    assert preview(member, "2027年上半年：蓝湾大会")["fields"]["when"] == "2027-H1"


def test_a_corrected_field_wins_over_the_line(member: Member) -> None:
    told = preview(member, LINE, when="2026-10")
    assert told["fields"]["when"] == "2026-10"
    assert told["fields"]["title"] == "《人工智能标识办法》正式施行"
    assert "具体日期待公布" in told["html"]


def test_look_alikes_are_shown_before_a_second_one_is_made(member: Member) -> None:
    told = preview(member, "7月15日：人工智能拟人化互动服务管理暂行办法施行")
    assert '<a href="/events/rules">' in told["html"]


@pytest.mark.parametrize("text", ["hello", "", "  ", "<script>alert(1)</script>"])
def test_what_has_no_date_is_said_to_have_none(member: Member, text: str) -> None:
    page = member.post("/add", {**fields(member, text), "do": "read"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    saved = member.post("/add", {**fields(member, text), "do": "save"})
    assert saved.status_code == 200


def test_a_fault_in_a_field_is_told_and_nothing_is_lost(member: Member) -> None:
    given = {**fields(member), "title": "x", "when": "2026-02-30", "location": "北京", "do": "save"}
    page = member.post("/add", given)
    assert page.status_code == 200
    assert "没有 2026-02-30 这一天" in page.text
    assert 'value="北京"' in page.text


def test_a_form_that_is_sent_twice_adds_one_event(service: Service, member: Member) -> None:
    given = {**fields(member), "title": "Example", "when": "2026-09-01", "do": "save"}
    first, second = member.post("/add", given), member.post("/add", given)
    assert first.headers["location"] == second.headers["location"]
    other = member.post("/add", {**given, "when": "2026-09-02"})  # gone back to, and corrected
    assert other.headers["location"] != first.headers["location"]


LINES = f"{LINE}\n\n9月3日：示例大会\n待定的一项\n5月20日 10:00 PT：Northwind 发布会"


def test_of_several_lines_each_is_understood_and_all_are_saved_together(
    service: Service, member: Member
) -> None:
    """Of three lines that were pasted the first was added, and two were lost without a word."""
    told = preview(member, LINES)
    assert told["together"] is True
    for words in ("一并添加 3 项", "《人工智能标识办法》正式施行", "示例大会", "Northwind 发布会"):
        assert words in told["html"]
    assert "没有读出日期" in told["html"]
    page = member.post("/add", {**fields(member, LINES), "do": "save"})
    assert page.status_code == 200
    assert "已添加 3 项" in page.text
    assert dict_of(page.text)["text"].strip() == "待定的一项"  # nothing is lost
    items = service.client.get("/api/v1/events?limit=100").json()["items"]
    added = {item["title"]: item for item in items if item["origin"] == "web"}
    assert len(added) == 3
    assert added["示例大会"]["source"]["excerpt"] == "9月3日：示例大会"


def test_lines_that_are_sent_twice_are_added_once(service: Service, member: Member) -> None:
    form = {**fields(member, f"{LINE}\n9月3日：示例大会"), "do": "save"}
    first, second = member.post("/add", form), member.post("/add", form)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    page = service.client.get(first.headers["location"], headers=HTML).text
    assert "已添加 2 项" in page
    assert page.count("示例大会") == 1
    assert len(service.client.get("/api/v1/events?limit=100").json()["items"]) == 5


def test_one_announcement_over_two_lines_is_one_event(member: Member) -> None:
    told = preview(member, "示例开发者大会\n2026年9月3日，北京")
    assert told["together"] is False


def test_the_preview_shows_a_time_in_the_pages_zone_too(member: Member) -> None:
    told = preview(member, "Northwind keynote: June 8, 2026 10am PT")
    assert "2026年6月8日 10:00（美国太平洋时间）" in told["html"]
    assert "即 2026年6月9日 01:00（北京时间）" in told["html"]


def test_only_members_add(service: Service) -> None:
    assert service.client.get("/add", headers=HTML).status_code == 401
    reader = signed_in(service, "read")
    assert service.client.get("/add", headers=HTML).status_code == 403
    assert reader.post("/add/preview", {"text": LINE}).status_code == 403
    assert reader.post("/add", {"title": "x", "when": "2026-05", "do": "save"}).status_code == 403
