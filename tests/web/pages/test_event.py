"""An event's page: how sure its date is, how it changed, and changing it when signed in."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.web.conftest import FILE, Service
from tests.web.pages.signing import Member, signed_in

HTML = {"Accept": "text/html"}


@pytest.fixture
def member(service: Service) -> Member:
    return signed_in(service)


def test_an_event_has_a_page_with_its_source_and_history(service: Service) -> None:
    service.now = datetime(2026, 5, 4, 1, tzinfo=UTC)
    service.write(FILE.replace("when: 2026-05,", "when: 2026-05-19/2026-05-20,"))
    page = service.client.get("/events/google-io-2026?lang=en").text
    assert "19–20 May 2026" in page
    assert "Firmed" in page
    assert re.search(r'class="was">in May</span> → <span class="now">19–20 May<', page)
    assert "<svg" in page[page.index('class="history"') :]  # the same as a picture
    service.client.cookies.clear()
    baidu = service.client.get("/events/baidu-create-2026").text
    assert "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会" in baidu
    assert 'class="history"' not in baidu  # a date that never changed has no picture


def test_what_is_not_known_is_said_to_be_unknown(service: Service) -> None:
    page = service.client.get("/events/google-io-2026").text
    assert "2026年5月，具体日期待公布" in page
    assert "日期待公布，只知道时间窗" in page
    assert "2026年5月1日" not in page


def test_the_links_that_add_it_hold_the_whole_window(service: Service) -> None:
    page = service.client.get("/events/google-io-2026").text
    assert "dates=20260501%2F20260601" in page
    assert "startdt=2026-05-01" in page
    assert 'href="/events/google-io-2026.ics"' in page


def test_a_stranger_sees_no_way_to_change_it(service: Service) -> None:
    page = service.client.get("/events/rules").text
    assert "/events/rules/edit" not in page
    answer = service.client.get("/events/rules/edit", headers=HTML)
    assert answer.status_code == 401
    assert 'name="to" value="/events/rules/edit"' in answer.text
    for action in ("edit", "status", "withdraw", "restore"):
        answer = service.client.post(f"/events/rules/{action}", data={"form": "x"})
        assert answer.status_code == 401, action


def test_editing_changes_what_was_changed_and_nothing_else(
    service: Service, member: Member
) -> None:
    fields = member.fields("/events/baidu-create-2026/edit")
    assert fields["when"] == "2026-05-13/2026-05-14"
    answer = member.post("/events/baidu-create-2026/edit", {**fields, "tags": "AI"})
    assert answer.status_code == 303
    item = service.client.get("/api/v1/events/baidu-create-2026").json()
    assert (item["tags"], item["location"], item["tickers"]) == (["AI"], "", ["9888.HK"])
    assert item["source"]["excerpt"].startswith("5 月 13 日")
    (row,) = service.client.get("/api/v1/events/baidu-create-2026/history").json()["items"][1:]
    assert (row["origin"], row["who"], list(row["changed"])) == ("web", "test-write", ["tags"])


def test_a_date_set_in_the_form_says_that_it_was_entered_by_hand(
    service: Service, member: Member
) -> None:
    """The report's words about the old date stood below the new one."""
    fields = member.fields("/events/baidu-create-2026/edit")
    member.post("/events/baidu-create-2026/edit", {**fields, "when": "2026-05-14"})
    item = service.client.get("/api/v1/events/baidu-create-2026").json()
    assert (item["source"]["title"], item["source"]["excerpt"]) == ("2026年4月27日手工录入", "")
    page = service.client.get("/events/baidu-create-2026").text
    assert '<p class="cited">2026年4月27日手工录入</p>' in page
    assert "5 月 13 日-14 日" in page  # in its history
    assert "entered by hand on 27 April 2026" in (
        service.client.get("/events/baidu-create-2026?lang=en").text
    )
    fields = member.fields("/events/baidu-create-2026/edit")
    given = {"when": "2026-05-15", "source_title": "百度", "source_date": ""}
    member.post("/events/baidu-create-2026/edit", {**fields, **given})
    item = service.client.get("/api/v1/events/baidu-create-2026").json()
    assert (item["source"]["title"], item["source"]["date"]) == ("百度", None)


def test_what_somebody_typed_is_not_called_an_unofficial_source(
    service: Service, member: Member
) -> None:
    """A line that somebody had typed was shown as `来源：` of nothing, and as no official one."""
    form = {**member.fields("/add"), "title": "Typed", "when": "2026-06-01", "do": "save"}
    where = member.post("/add", {**form, "source_excerpt": "6月1日：Typed"}).headers["location"]
    page = service.client.get(where).text
    assert "6月1日：Typed" in page
    assert "非官方来源" not in page
    fields = member.fields("/events/rules/edit")
    member.post("/events/rules/edit", {**fields, "when": "2026-07-16"})
    page = service.client.get("/events/rules").text
    assert "手工录入" in page
    assert "非官方来源" not in page
    assert "非官方来源" in service.client.get("/events/google-io-2026").text


def test_a_quarter_is_shown_by_its_name_and_stays_what_it_is(
    service: Service, member: Member
) -> None:
    """The page and its form had `2026-36`, which is EDTF and tells a reader nothing."""
    member.post(
        "/events/rules/edit", {**member.fields("/events/rules/edit"), "when": "2026年四季度"}
    )
    page = service.client.get("/events/rules").text
    assert "2026-Q4" in page
    assert "2026-36" not in page
    fields = member.fields("/events/rules/edit")
    assert fields["when"] == "2026-Q4"
    member.post("/events/rules/edit", {**fields, "location": "北京"})
    item = service.client.get("/api/v1/events/rules").json()
    assert (item["when"], item["location"]) == ("2026-36", "北京")
    history = service.client.get("/api/v1/events/rules/history").json()["items"]
    assert list(history[-1]["changed"]) == ["location"]


def test_a_date_that_cannot_be_read_is_told_with_what_was_typed(member: Member) -> None:
    fields = member.fields("/events/rules/edit")
    answer = member.post("/events/rules/edit", {**fields, "when": "2026-02-30", "title": "改名"})
    assert answer.status_code == 200
    assert "没有 2026-02-30 这一天" in answer.text
    assert 'value="改名"' in answer.text


def test_of_two_who_edit_the_second_overwrites_nothing(member: Member) -> None:
    fields = member.fields("/events/rules/edit")
    member.post("/events/rules/edit", {**fields, "location": "北京"})
    answer = member.post("/events/rules/edit", {**fields, "location": "上海"})
    assert answer.status_code == 412
    assert "又被改过" in answer.text


def test_calling_off_and_on_again(service: Service, member: Member) -> None:
    form = member.forms("/events/rules")["/events/rules/status"]
    assert member.post("/events/rules/status", form).status_code == 303
    assert service.client.get("/api/v1/events/rules").json()["status"] == "cancelled"
    form = member.forms("/events/rules")["/events/rules/status"]
    member.post("/events/rules/status", form)
    item = service.client.get("/api/v1/events/rules").json()
    assert (item["status"], item["status_set"]) == ("confirmed", False)


def test_what_was_taken_out_can_be_brought_back(service: Service, member: Member) -> None:
    form = member.forms("/events/rules")["/events/rules/withdraw"]
    member.post("/events/rules/withdraw", form)
    page = service.client.get("/events/rules").text
    assert "已撤回" in page
    assert "正式施行" not in service.client.get("/").text
    form = member.forms("/events/rules")["/events/rules/restore"]
    member.post("/events/rules/restore", form)
    assert "正式施行" in service.client.get("/").text
    member.sign_out()
    assert service.client.get("/events/none", headers=HTML).status_code == 404


def test_a_key_that_only_reads_changes_nothing(service: Service) -> None:
    reader = signed_in(service, "read")
    assert "/events/rules/edit" not in service.client.get("/events/rules").text
    answer = reader.post("/events/rules/withdraw", {"version": "1"})
    assert answer.status_code == 403
