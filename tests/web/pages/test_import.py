"""Importing: what a document says stands for review, is taken in part or whole, and can be undone."""

from __future__ import annotations

import re
from datetime import date

import httpx2
import pytest

from service.fetching import Fetched
from service.web.pages import forms
from service.web.problems import Unreadable
from tests.documents.making import xlsx
from tests.web.conftest import Service
from tests.web.pages.signing import HTML, Forms, Member, signed_in
from tests.web.pages.test_agenda import shown

TEXT = """\
人工智能周报（26年第18周）
2026年5月4日
5 月 19 日-20 日：Google I/O 2026 开发者大会
5 月 13 日-14 日：百度 Create 2026 AI 开发者大会
6 月 2 日-5 日：Computex 2026
"""


@pytest.fixture
def member(service: Service) -> Member:
    return signed_in(service)


def sent(member: Member, text: str = TEXT, **more: str) -> str:
    answer = member.post("/import", {**member.fields("/import"), "text": text, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def uploaded(member: Member, name: str, data: bytes) -> httpx2.Response:
    token = member.fields("/import")["form"]
    return member.service.client.post(
        "/import",
        data={"form": token, "text": "", "ref_date": ""},
        files={"file": (name, data)},
        headers=HTML,
        follow_redirects=False,
    )


def taken(service: Service, id_: str) -> str:
    return str(service.client.get(f"/api/v1/events/{id_}").json()["when"])


def test_proposals_stand_in_groups_beside_their_words(service: Service, member: Member) -> None:
    path = sent(member)
    page = shown(service, path)
    assert "日期按 2026年5月4日 的文档读取" in page.text
    for part in ("新增 1", "更确切 1", "无变化 1", "5月内 → 5月19日—20日"):
        assert part in page.text
    raw = service.client.get(path).text
    assert (
        '<mark class="date">5 月 19 日-20 日</mark>：<mark class="title">Google I/O 2026 开发者大会</mark>'
        in raw
    )
    assert "更精确：2026-05 → 2026-05-19/2026-05-20" in page.text
    assert 'class="hint" lang="en"' not in page.text  # each reason is in the page's language
    assert taken(service, "google-io-2026") == "2026-05"  # nothing is stored yet


def test_dates_that_were_seen_and_are_no_event_stand_below_with_the_reason(
    service: Service, member: Member
) -> None:
    page = shown(service, sent(member, TEXT + "4月2日公司开了年会。\n"))
    assert "看到但未列为事件的日期" in page.text
    assert "今年的刚过，未说明是明年 · 第 6 行" in page.text


def test_a_workbook_is_read_by_its_columns(service: Service, member: Member) -> None:
    rows = [["日期", "事件", "地点"], [date(2026, 6, 9), "云岭大会", "合肥"]]
    answer = uploaded(member, "dates.xlsx", xlsx(rows))
    assert answer.status_code == 303, answer.text
    assert "云岭大会" in shown(service, answer.headers["location"]).text


def test_what_is_ticked_is_taken_and_can_be_undone(service: Service, member: Member) -> None:
    path = sent(member)
    form = member.forms(path)[f"{path}/apply"]
    text = service.client.get(path).text
    accept = re.findall(r'name="accept" value="([^"]+)"', text)
    assert len(accept) == 2
    answer = service.client.post(
        f"{path}/apply",
        data={"form": form["form"], "accept": accept},
        headers=HTML,
        follow_redirects=False,
    )
    assert answer.status_code == 303, answer.text
    assert taken(service, "google-io-2026") == "2026-05-19/2026-05-20"
    assert "Computex 2026" in shown(service, "/").text
    assert "已采纳 2 项" in shown(service, path).text
    undo = member.forms(path)[f"{path}/undo"]
    assert member.post(f"{path}/undo", undo).status_code == 303
    assert taken(service, "google-io-2026") == "2026-05"
    assert "Computex 2026" not in shown(service, "/").text


def test_undoing_keeps_what_somebody_changed_since(service: Service, member: Member) -> None:
    path = sent(member)
    accept = re.findall(r'name="accept" value="([^"]+)"', service.client.get(path).text)
    token = member.forms(path)[f"{path}/apply"]["form"]
    service.client.post(f"{path}/apply", data={"form": token, "accept": accept}, headers=HTML)
    key = service.key("write", "other")
    service.client.patch("/api/v1/events/google-io-2026", json={"location": "X"}, headers=key)
    undo = member.forms(path)[f"{path}/undo"]
    answer = member.post(f"{path}/undo", undo)
    assert "已撤销 1 项。 1 项此后又有改动" in shown(service, answer.headers["location"]).text
    assert taken(service, "google-io-2026") == "2026-05-19/2026-05-20"


def test_nothing_ticked_changes_nothing(service: Service, member: Member) -> None:
    path = sent(member)
    answer = member.post(f"{path}/apply", {})
    assert "没有勾选任何一项" in shown(service, answer.headers["location"]).text


def test_a_file_is_read_as_it_is(service: Service, member: Member) -> None:
    calendar = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:abc@example.org\r\n"
        b"DTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260901\r\nSUMMARY:Example Summit\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    answer = uploaded(member, "events.ics", calendar)
    assert answer.status_code == 303, answer.text
    assert "Example Summit" in shown(service, answer.headers["location"]).text
    answer = uploaded(member, "note.txt", TEXT.encode())
    assert "5月19日—20日" in shown(service, answer.headers["location"]).text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.txt", b""),
        ("broken.pdf", b"%PDF-1.7 nothing"),
        ("x.docx", b"PK\x03\x04"),
        ("a.bin", bytes(500)),
    ],
)
def test_a_file_that_cannot_be_read_is_told(member: Member, name: str, data: bytes) -> None:
    answer = uploaded(member, name, data)
    assert answer.status_code == 200
    assert 'class="problems"' in answer.text


def test_what_is_at_an_address_is_read(
    service: Service, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def there(url: str) -> Fetched:
        assert url == "https://example.org/note"
        return Fetched(TEXT.encode(), "text/plain; charset=utf-8", url, "note")

    monkeypatch.setattr("service.fetching.fetch", there)
    path = sent(member, text="", url=" https://example.org/note ")
    assert "5月19日—20日" in shown(service, path).text
    accept = re.findall(r'name="accept" value="([^"]+)"', service.client.get(path).text)
    token = member.forms(path)[f"{path}/apply"]["form"]
    service.client.post(f"{path}/apply", data={"form": token, "accept": accept}, headers=HTML)
    told = service.client.get("/api/v1/events/google-io-2026").json()
    assert told["source"]["url"] == "https://example.org/note"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1/x", "网址：指向 127.0.0.1，不在公共互联网上"),
        ("ftp://example.org/x", "网址：须以 https://"),
        ("https://ann:secret@example.org/x", "网址：含有用户名或密码"),
        ("https://exa mple.org/", "网址：不是网址"),
    ],
)
def test_an_address_that_is_not_read_is_told_in_chinese(
    member: Member, url: str, told: str
) -> None:
    answer = member.post("/import", {**member.fields("/import"), "text": "", "url": url})
    assert answer.status_code == 200
    assert told in answer.text


def test_without_file_and_text_it_asks_for_one(member: Member) -> None:
    answer = member.post("/import", {**member.fields("/import"), "text": " "})
    assert "选择一个文件、填写网址，或粘贴文字" in answer.text


def test_only_members_import(service: Service) -> None:
    assert service.client.get("/import", headers=HTML).status_code == 401
    answer = service.client.post("/import", files={"file": ("a.txt", b"x")}, headers=HTML)
    assert answer.status_code == 401
    reader = signed_in(service, "read")
    assert reader.post("/import", {"text": TEXT}).status_code == 403
    signed_in(service)
    assert service.client.get("/import/none", headers=HTML).status_code == 404


def test_a_multipart_form_gives_back_what_was_put_in() -> None:
    data = bytes(range(256)) + b"\r\n--\r\n--bound\n\r"
    body = (
        b'--bound-1\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xe4\xbd\xa0\r\nx\r\n'
        b'--bound-1\r\ncontent-disposition: form-data; name="file"; filename="a %22b%22.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + data + b"\r\n--bound-1--\r\n"
    )
    form = forms.read(body, 'multipart/form-data; boundary="bound-1"')
    upload = form.file("file")
    assert upload is not None
    assert (form.one("text"), upload.name, upload.data) == ("你\r\nx", 'a "b".pdf', data)
    for bad in ("multipart/form-data", "multipart/form-data; boundary="):
        with pytest.raises(Unreadable):
            forms.read(body, bad)
    for cut in range(0, len(body), 7):
        forms.read(
            body[:cut], "multipart/form-data; boundary=bound-1"
        )  # whatever is whole is taken


@pytest.mark.parametrize(
    ("type_", "field"),
    [
        (forms.URLENCODED, b"&x=1"),
        (
            f"{forms.MULTIPART}; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n',
        ),
    ],
)
def test_a_form_of_thousands_of_fields_is_not_taken_apart(
    member: Member, type_: str, field: bytes
) -> None:
    answer = member.service.client.post(
        "/import", content=field * 2500, headers={"Content-Type": type_}
    )
    assert answer.status_code == 400, answer.text
    assert "fields" in answer.json()["detail"]


def test_what_would_overrule_an_official_source_is_not_ticked(
    service: Service, member: Member
) -> None:
    key = service.key("write", "official")
    source = {"title": "Google I/O", "publisher": "Google", "official": True}
    given = {"when": "2026-05-20/2026-05-21", "source": source}
    service.client.patch("/api/v1/events/google-io-2026", json=given, headers=key)
    path = sent(member)
    text = service.client.get(path).text
    disputed = text[text.index("is-disputed") : text.index("is-unchanged")]
    assert "Google I/O 2026" in disputed
    assert 'type="checkbox"' in disputed
    assert "checked" not in disputed
    assert "现有日期出自官方来源" in disputed


def test_a_cancellation_is_reviewed_taken_and_undone(service: Service, member: Member) -> None:
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
    own = "BEGIN:VEVENT\r\nUID:abc@example.org\r\nDTSTAMP:2026010{}T000000Z\r\n"
    tail = (
        "DTSTART;VALUE=DATE:20260901\r\nSUMMARY:Example Summit\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )

    def taken_from(text: str) -> str:
        path = str(uploaded(member, "in.ics", text.encode()).headers["location"])
        page = service.client.get(path).text
        token = member.forms(path)[f"{path}/apply"]["form"]
        accept = re.findall(r'name="accept" value="([^"]+)"', page)
        given = {"form": token, "accept": accept}
        service.client.post(f"{path}/apply", data=given, headers=HTML)
        return path

    def status() -> str:
        (found,) = service.client.get("/api/v1/events?q=Example Summit").json()["items"]
        return str(found["status"])

    taken_from(head + own.format(2) + tail)
    path = taken_from(f"{head}METHOD:CANCEL\r\n{own.format(3)}{tail}")
    assert status() == "cancelled"
    assert member.post(f"{path}/undo", member.forms(path)[f"{path}/undo"]).status_code == 303
    assert status() == "confirmed"
    older = str(
        uploaded(member, "in.ics", (head + own.format(1) + tail).encode()).headers["location"]
    )
    assert "比现有的旧：DTSTAMP 为 2026-01-01T00:00:00Z" in service.client.get(older).text


def test_columns_that_nothing_names_are_assigned_by_a_person(
    service: Service, member: Member
) -> None:
    rows = [["甲", "2026-06-09", "合肥", "云岭大会"], ["乙", "2026-06-10", "苏州", "青禾大会"]]
    page = uploaded(member, "dates.xlsx", xlsx(rows))
    assert page.status_code == 200
    assert "没有认出表头" in page.text
    assert "事件（标题）" in page.text  # what the page asks for is what can be chosen
    fields: dict[str, object] = dict(Forms(page.text).found["/import"])
    assert fields["name"] == "dates.csv"
    wrong = {**fields, "column": ["", "when", "", ""], "do": "columns"}
    again = service.client.post("/import", data=wrong, headers=HTML)
    assert "请说明哪一列是日期、哪一列是事件" in again.text
    fields = dict(Forms(again.text).found["/import"])
    said = {**fields, "column": ["", "when", "location", "title"], "do": "columns"}
    answer = service.client.post("/import", data=said, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    words = shown(service, answer.headers["location"]).text
    for part in ("云岭大会", "青禾大会", "新增 2", "dates.csv"):
        assert part in words
    rest = {**fields, "do": "as-is"}
    answer = service.client.post("/import", data=rest, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303


def test_a_table_with_a_header_is_read_at_once(member: Member) -> None:
    rows = [["日期", "事件"], ["2026-06-09", "云岭大会"]]
    assert uploaded(member, "dates.xlsx", xlsx(rows)).status_code == 303
