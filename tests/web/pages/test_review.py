"""The review of an import on its page: corrected in place, ticked over many pages, taken, refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from service.operations import reviews
from tests.documents.making import xlsx
from tests.web.conftest import Service
from tests.web.pages.signing import HTML, Member, signed_in
from tests.web.pages.test_agenda import shown

NOTE = """\
云岭通讯 第8期
2026年4月27日

6月2日-3日：云岭大会
6月9日：青禾开发者大会
6月16日：红湾发布会
4月2日公司开了年会。
"""


@pytest.fixture
def member(service: Service) -> Member:
    return signed_in(service)


def sent(member: Member, text: str = NOTE, **more: str) -> str:
    answer = member.post("/import", {**member.fields("/import"), "text": text, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def form(member: Member, path: str) -> dict[str, Any]:
    """What the form of a page would send as it stands."""
    text = member.service.client.get(path, headers=HTML).text
    inner = text[text.index('class="review"') :]
    boxes = re.findall(r'name="accept" value="([^"]+)"[^>]*?( checked)?>', inner)
    fields: dict[str, Any] = dict(member.forms(path)[f"{path.partition('?')[0]}/apply"])
    fields["accept"] = [pid for pid, checked in boxes if checked]
    fields["row"] = re.findall(r'name="row" value="([^"]+)"', inner)
    return fields


def press(member: Member, path: str, do: str, page: str = "", **changes: Any) -> httpx2.Response:
    fields = {**form(member, path + page), **changes, "do": do}
    return member.service.client.post(
        f"{path}/apply", data=fields, headers=HTML, follow_redirects=False
    )


def add(service: Service, id_: str, title: str, when: str) -> None:
    key = service.key("write", f"key-{id_}")
    given = {"title": title, "when": when}
    assert service.client.put(f"/api/v1/events/{id_}", json=given, headers=key).status_code == 201


def import_(service: Service, path: str) -> dict[str, Any]:
    """The import as the store has it."""
    with service.horizon.store.reading() as reading:
        return reviews.shown(reviews.kept(reading, path.rpartition("/")[2]), "zh")


def event(service: Service, title: str) -> dict[str, Any]:
    (found,) = service.client.get(f"/api/v1/events?q={title}").json()["items"]
    return dict(found)


# -- correcting in place


def test_a_title_a_date_and_a_place_are_corrected_in_place_and_taken(
    service: Service, member: Member
) -> None:
    path = sent(member)
    changes = {
        "p1.title": "云岭年会",
        "p1.location": "合肥",
        "p2.when": "6月10日",
        "p2.end": "6月11日",
    }
    answer = press(member, path, "save", **changes)
    assert answer.status_code == 303, answer.text
    page = shown(service, answer.headers["location"])
    for words in (
        "云岭年会",
        "已更正",
        "读作：6月2日—3日 · 云岭大会",
        "即 2026年6月10日—11日",
        "已保存",
    ):
        assert words in page.text
    assert press(member, path, "apply").status_code == 303
    assert event(service, "云岭年会")["location"] == "合肥"
    assert event(service, "青禾开发者大会")["when"] == "2026-06-10/2026-06-11"
    steps = shown(service, f"/events/{event(service, '云岭年会')['id']}")
    assert "标题: 原读作 “云岭大会”, 更正为 “云岭年会”" in steps.text
    assert "地点: 原读作 “无”, 更正为 “合肥”" in steps.text


def test_a_field_left_alone_keeps_its_end_and_a_cleared_end_is_gone(
    service: Service, member: Member
) -> None:
    path = sent(member)
    press(member, path, "save", **{"p1.when": "6月1日"})
    assert import_(service, path)["proposals"][0]["event"]["when"] == "2026-06-01/2026-06-03"
    press(member, path, "save", **{"p1.end": ""})
    assert import_(service, path)["proposals"][0]["event"]["when"] == "2026-06-01"
    press(member, path, "save", **{"p1.when": "6月5日-7日"})
    assert import_(service, path)["proposals"][0]["event"]["when"] == "2026-06-05/2026-06-07"
    press(member, path, "save", **{"p1.when": "2026-Q3", "p1.end": ""})
    assert import_(service, path)["proposals"][0]["event"]["when"] == "2026-35"


def test_what_cannot_be_used_stays_in_its_row_and_nothing_is_taken(
    service: Service, member: Member
) -> None:
    path = sent(member)
    answer = press(member, path, "apply", **{"p1.when": "2026-02-30", "p2.title": "青禾年会"})
    assert answer.status_code == 200
    assert 'value="2026-02-30"' in answer.text
    text = re.sub(r"<[^>]+>", " ", answer.text)
    assert "日期：没有 2026-02-30 这一天：2026-02 只有 28 天" in text
    assert "什么都没有采纳" in text
    told = import_(service, path)
    assert told["applied"] == []
    assert told["proposals"][1]["event"]["title"] == "青禾年会"  # the other correction is kept
    answer = press(member, path, "save", **{"p1.end": "2026-06-01"})
    assert "结束：早于开始" in re.sub(r"<[^>]+>", " ", answer.text)
    answer = press(member, path, "save", **{"p3.other": "nowhere"})
    assert "对应事件：没有事件 “nowhere”" in re.sub(r"<[^>]+>", " ", answer.text)


def test_a_corrected_row_is_ticked_and_can_be_unticked_again(member: Member) -> None:
    add(member.service, "qinghe", "青禾大会", "2026-07-01")  # it looks like p2, which is not sure
    path = sent(member)
    fields = form(member, path)
    assert "p2" not in fields["accept"]
    press(member, path, "save", **{"p2.location": "合肥"})
    assert "p2" in form(member, path)["accept"]
    press(member, path, "save", accept=["p1"])
    assert form(member, path)["accept"] == ["p1"]


def test_a_row_that_matched_the_wrong_event_is_pointed_at_another_or_none(
    service: Service, member: Member
) -> None:
    add(service, "qinghe", "青禾开发者大会", "2026-06-10")
    add(service, "hongwan", "红湾夏季活动", "2026-06")
    path = sent(member)
    page = service.client.get(path, headers=HTML).text
    assert "青禾开发者大会 · 6月10日" in page
    press(
        member, path, "save",
        **{"p2.matches": "", "p3.other": "http://127.0.0.1:8000/events/hongwan?lang=en"},
    )  # fmt: skip
    told = import_(service, path)["proposals"]
    assert (told[1]["action"], told[1]["matches"]) == ("create", None)
    assert (told[2]["action"], told[2]["matches"]) == ("refine", "hongwan")
    words = shown(service, path).text
    assert "已有相似的事件: 青禾开发者大会 6月10日" in words
    assert "hongwan，由人指定：更精确" in words
    press(member, path, "apply", accept=["p2", "p3"])
    assert service.client.get("/api/v1/events/hongwan").json()["when"] == "2026-06-16"
    assert service.client.get("/api/v1/events/qinghe").json()["when"] == "2026-06-10"
    history = shown(service, "/events/hongwan").text
    assert "对应事件: 原读作 “无”, 更正为 “hongwan”" in history


def test_corrections_are_taken_back_to_what_was_read(service: Service, member: Member) -> None:
    path = sent(member)
    press(member, path, "save", **{"p1.title": "云岭年会"})
    answer = press(member, path, "reset-p1")
    assert answer.headers["location"] == f"{path}?open=p1#p1"
    assert import_(service, path)["proposals"][0]["event"]["title"] == "云岭大会"


def test_what_a_correction_comes_to_is_told_while_it_is_typed(member: Member) -> None:
    add(member.service, "qinghe", "青禾开发者大会", "2026-08-01")
    path = sent(member)
    fields = form(member, path)

    def told(pid: str, **changes: str) -> str:
        row = {k: v for k, v in {**fields, **changes}.items() if k.startswith(f"{pid}.")}
        given = {"form": fields["form"], "row": pid, **row}
        answer = member.service.client.post(f"{path}/check", data=given, headers=HTML)
        assert answer.status_code == 200, answer.text
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())

    assert told("p1") == "即 2026年6月2日—3日"
    assert told("p1", **{"p1.when": "下半年", "p1.end": ""}) == "即 2026年下半年，具体日期待公布"
    assert "只有 28 天" in told("p1", **{"p1.when": "2026-02-30"})
    alike = told("p3", **{"p3.title": "青禾开发者大会", "p3.when": "7月20日"})
    assert "已有相似的事件: 青禾开发者大会 8月1日" in alike
    assert import_(member.service, path)["proposals"][2]["event"]["title"] == "红湾发布会"
    missing = {"form": fields["form"], "row": "p9"}
    answer = member.service.client.post(f"{path}/check", data=missing, headers=HTML)
    assert answer.status_code == 404


# -- two reviewers


def test_a_form_that_is_older_takes_no_correction_back(service: Service, member: Member) -> None:
    path = sent(member)
    older = form(member, path)
    press(member, path, "save", **{"p1.title": "云岭年会"})
    service.client.post(
        f"{path}/apply", data={**older, "p2.location": "合肥", "do": "save"}, headers=HTML
    )
    told = import_(service, path)["proposals"]
    assert (told[0]["event"]["title"], told[1]["event"]["location"]) == ("云岭年会", "合肥")


def test_the_second_reviewer_is_told_what_was_taken_by_whom(
    service: Service, member: Member
) -> None:
    path = sent(member)
    older = form(member, path)
    assert {"p1", "p2"} <= set(older["accept"])
    press(member, path, "apply", accept=["p1"])
    answer = service.client.post(
        f"{path}/apply", data={**older, "do": "apply"}, headers=HTML, follow_redirects=False
    )
    page = shown(service, answer.headers["location"]).text
    assert "1 项已被其他人采纳，没有重复采纳" in page
    assert "test-write 于 2026-04-27 08:30 采纳" in page
    assert len(service.client.get("/api/v1/events?q=云岭大会").json()["items"]) == 1


def test_who_ticked_only_what_was_taken_meanwhile_is_not_told_that_nothing_was_ticked(
    service: Service, member: Member
) -> None:
    path = sent(member)
    older = form(member, path)
    press(member, path, "apply")
    answer = service.client.post(
        f"{path}/apply", data={**older, "do": "apply"}, headers=HTML, follow_redirects=False
    )
    page = shown(service, answer.headers["location"]).text
    assert "项已被其他人采纳，没有重复采纳" in page
    assert "没有勾选任何一项" not in page


@pytest.mark.parametrize("do", ["save", "apply"])
def test_whoever_corrects_what_was_taken_meanwhile_is_told_that_it_was_not_kept(
    service: Service, member: Member, do: str
) -> None:
    path = sent(member)
    older = form(member, path)
    press(member, path, "apply", accept=["p1"])
    changed = {**older, "p1.title": "云岭年会", "accept": ["p1"], "do": do}
    answer = service.client.post(
        f"{path}/apply", data=changed, headers=HTML, follow_redirects=False
    )
    page = shown(service, answer.headers["location"]).text
    assert "对它的更正没有保存" in page
    assert not service.client.get("/api/v1/events?q=云岭年会").json()["items"]


def test_a_page_that_tells_what_is_wrong_can_be_reloaded_and_read_in_the_other_language(
    service: Service, member: Member
) -> None:
    path = sent(member)
    answer = press(member, path, "apply", **{"p1.title": "云岭年会", "p2.when": "2026-02-30"})
    assert 'href="?lang=en"' in answer.text
    page = service.client.get(f"{path}/apply?lang=en", headers=HTML)
    assert page.status_code == 200
    assert "What it says" in page.text
    assert "云岭年会" in page.text


def test_an_import_older_than_its_events_says_so_and_is_compared_anew(
    service: Service, member: Member
) -> None:
    add(service, "qinghe", "青禾开发者大会", "2026-06-10")
    path = sent(member)
    assert "又有改动" not in shown(service, path).text
    add_key = service.key("write", "other")
    service.client.patch("/api/v1/events/qinghe", json={"when": "2026-06-12"}, headers=add_key)
    page = shown(service, path).text
    assert "有 1 项所涉事件在比对之后又有改动" in page
    assert "此事件已被改动" in page
    answer = press(member, path, "apply", accept=["p1", "p2"])
    page = shown(service, answer.headers["location"]).text
    assert "已重新比对，请再看一遍" in page
    assert "又有改动" not in page
    assert import_(service, path)["applied"] == []
    service.client.patch("/api/v1/events/qinghe", json={"when": "2026-06-13"}, headers=add_key)
    answer = press(member, path, "anew")
    assert "已重新比对，1 项有变化" in shown(service, answer.headers["location"]).text
    press(member, path, "apply", accept=["p2"])
    assert service.client.get("/api/v1/events/qinghe").json()["when"] == "2026-06-09"


# -- ticks and pages


def big(member: Member, rows: int) -> str:
    """A sheet of as many rows, in review."""
    table: list[list[str | date]] = [["日期", "事件", "地点"]]
    first = date(2026, 6, 1)
    table += [
        [first + timedelta(days=n), f"{chr(0x4E00 + 7 * n)}城峰会", "合肥"] for n in range(rows)
    ]
    token = member.fields("/import")["form"]
    answer = member.service.client.post(
        "/import",
        data={"form": token, "text": "", "ref_date": ""},
        files={"file": ("sheet.xlsx", xlsx(table))},
        headers=HTML,
        follow_redirects=False,
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.mark.slow
def test_ticks_and_corrections_outlast_the_pages_of_a_long_sheet(
    service: Service, member: Member
) -> None:
    path = big(member, 120)
    assert "第 1 页，共 3 页" in shown(service, path).text
    fields = form(member, path)
    assert len(fields["row"]) == 50
    unticked = [pid for pid in fields["accept"] if pid != "p3"]
    answer = press(member, path, "page-2", accept=unticked, **{"p1.title": "云岭峰会"})
    assert answer.headers["location"] == f"{path}?page=2"
    second = form(member, f"{path}?page=2")
    assert "p51" in second["row"]
    kept = [pid for pid in second["accept"] if pid != "p60"]
    press(member, path, "page-3", page="?page=2", accept=kept)
    assert "已勾选 118 项，共 120 项待定" in shown(service, f"{path}?page=3").text
    press(member, path, "apply", page="?page=3")
    told = import_(service, path)
    taken = {each["id"] for each in told["applied"]}
    assert {"p3", "p60"} & taken == set()
    assert len(taken) == 118
    assert event(service, "云岭峰会")["when"] == "2026-06-01"


def test_what_is_wrong_is_shown_also_where_it_stands_on_another_page(
    service: Service, member: Member
) -> None:
    add(service, "yunling", "云岭大会", "2026-05-01")
    path = big(member, 70)
    press(member, path, "page-2", **{"p2.other": "yunling"})
    press(member, path, "page-1", page="?page=2", **{"p60.other": "yunling"})
    answer = press(member, path, "apply")
    assert answer.status_code == 200
    assert "第 2 页，共 2 页" in answer.text
    assert "只能采纳其一" in answer.text
    assert import_(service, path)["applied"] == []


@pytest.mark.slow
def test_all_none_and_sure_are_ticked_over_all_pages(service: Service, member: Member) -> None:
    path = big(member, 60)
    for do, count in (("tick-none", 0), ("tick-all", 60), ("tick-none", 0), ("tick-sure", 60)):
        assert press(member, path, do).status_code == 303
        assert f"已勾选 {count} 项，共 60 项待定" in shown(service, path).text
    press(member, path, "tick-none")
    answer = press(member, path, "apply")
    assert "没有勾选任何一项" in shown(service, answer.headers["location"]).text


def test_what_is_declined_waits_no_longer(service: Service, member: Member) -> None:
    path = sent(member)
    assert path in shown(service, "/imports").links
    assert "1 份等待决定" in shown(service, "/import").text
    press(member, path, "apply-rest", accept=["p1"])
    told = import_(service, path)
    assert ([each["id"] for each in told["applied"]], told["declined"]) == (["p1"], ["p2", "p3"])
    page = shown(service, path).text
    assert "test-write 于 2026-04-27 08:30 未采纳" in page
    assert "份等待决定" not in shown(service, "/import").text


# -- what was seen, and the source


def test_a_date_that_was_seen_is_made_an_event_by_one_click(
    service: Service, member: Member
) -> None:
    path = sent(member)
    seen = import_(service, path)["seen"]
    number = next(n for n, each in enumerate(seen) if each["text"] == "4月2日")
    answer = press(member, path, f"seen-{number}", accept=["p1"])
    assert answer.headers["location"] == f"{path}?open=p4#p4"
    fields = form(member, path)
    assert "p4" in fields["accept"]
    assert "p2" not in fields["accept"]  # what was unticked in the same form stays so
    assert (fields["p4.title"], fields["p4.when"]) == ("公司开了年会", "2026-04-02")
    press(member, path, "apply", accept=["p4"], **{"p4.title": "公司年会"})
    assert event(service, "公司年会")["when"] == "2026-04-02"
    assert "已列为提议" in shown(service, path).text


def test_one_that_could_not_be_read_asks_for_its_date(service: Service, member: Member) -> None:
    path = sent(member, NOTE + "2026年6月31日：白石峰会\n")
    seen = import_(service, path)["seen"]
    number = next(n for n, each in enumerate(seen) if each["when"] is None)
    answer = press(member, path, f"seen-{number}")
    assert answer.status_code == 200
    assert "读不出日期" in re.sub(r"<[^>]+>", " ", answer.text)
    answer = press(member, path, f"seen-{number}", **{f"seen.{number}.when": "2026-06-32"})
    assert 'value="2026-06-32"' in answer.text  # stays to be corrected
    answer = press(member, path, f"seen-{number}", **{f"seen.{number}.when": "2026-06-30"})
    assert answer.status_code == 303
    assert import_(service, path)["proposals"][3]["event"]["when"] == "2026-06-30"


def test_the_source_is_shown_first_and_corrected(service: Service, member: Member) -> None:
    path = sent(member)
    fields = form(member, path)
    assert (fields["source.title"], fields["source.date"]) == (
        "2026年4月27日粘贴的文字",
        "2026-04-27",
    )
    changes = {
        "source.title": "云岭通讯",
        "source.publisher": "云岭研究院",
        "source.official": "true",
    }
    press(member, path, "save", **changes)
    press(member, path, "apply")
    source = event(service, "云岭大会")["source"]
    assert (source["title"], source["publisher"], source["official"]) == (
        "云岭通讯",
        "云岭研究院",
        True,
    )
    answer = press(member, path, "save", **{"source.url": "nowhere"})
    assert "网址：“nowhere” 不是网址" in re.sub(r"<[^>]+>", " ", answer.text)
    assert 'value="nowhere"' in answer.text


def test_a_source_that_was_filled_in_with_the_document_is_kept(
    service: Service, member: Member
) -> None:
    path = sent(member, source_title="云岭通讯", source_official="true")
    told = import_(service, path)["source"]
    assert (told["title"], told["official"]) == ("云岭通讯", True)
    answer = member.post(
        "/import", {**member.fields("/import"), "text": NOTE, "source_date": "2026-02-30"}
    )
    assert "发布日期：没有 2026-02-30 这一天" in re.sub(r"<[^>]+>", " ", answer.text)


def test_an_import_that_an_earlier_version_kept_opens_with_nothing_ticked(
    service: Service, member: Member
) -> None:
    path = sent(member)
    with service.horizon.store.writing(service.now) as writing:
        kept = reviews.kept(writing, path.rpartition("/")[2])
        content = {k: v for k, v in kept.content.items() if k not in ("source", "seen")}
        content["proposals"] = [
            {k: v for k, v in p.items() if k not in ("sure", "doubts", "similar")}
            for p in content["proposals"]
        ]
        writing.put_import(replace(kept, id="0" * 16, content=content, review={}))
    old = f"/import/{'0' * 16}"
    assert form(member, old)["accept"] == []
    press(member, old, "apply", accept=["p1"], **{"p1.title": "云岭年会"})
    assert event(service, "云岭年会")["when"] == "2026-06-02/2026-06-03"


def test_why_something_is_proposed_is_told_in_the_readers_language(
    service: Service, member: Member
) -> None:
    add(service, "yunling", "云岭大会", "2026-06")
    path = sent(member)
    zh = "yunling，标题相同，日期有重叠：更精确：2026-06 → 2026-06-02/2026-06-03；来源有变化"
    en = (
        "yunling, the same title, the dates overlap: more exact, 2026-06 becomes "
        "2026-06-02/2026-06-03; source differs"
    )
    assert f'lang="zh-CN">{zh}<' in member.service.client.get(path, headers=HTML).text
    english = member.service.client.get(f"{path}?lang=en", headers=HTML).text
    assert f'lang="en">{en}<' in english
    assert import_(service, path)["proposals"][0]["reason"] == en
    assert "why" not in import_(service, path)["proposals"][0]


@pytest.mark.parametrize("why", [None, {"code": "of_tomorrow", "args": {}}])
def test_a_reason_that_another_version_kept_is_shown_as_it_is(
    service: Service, member: Member, why: dict[str, Any] | None
) -> None:
    path = sent(member)
    with service.horizon.store.writing(service.now) as writing:
        kept = reviews.kept(writing, path.rpartition("/")[2])
        held = [{k: v for k, v in p.items() if k != "why"} for p in kept.content["proposals"]]
        told = [{**p, "why": why} if why else p for p in held]
        writing.put_import(replace(kept, id="0" * 16, content={**kept.content, "proposals": told}))
    page = member.service.client.get(f"/import/{'0' * 16}", headers=HTML).text
    assert 'lang="en">no event like it is stored<' in page


# -- past imports


def test_past_imports_tell_who_when_what_and_can_be_undone(
    service: Service, member: Member
) -> None:
    path = sent(member, source_title="云岭通讯")
    press(member, path, "apply-rest", accept=["p1", "p2"])
    page = shown(service, "/imports")
    for words in (
        "云岭通讯",
        "2026-04-27 08:30",
        "test-write",
        "新增 3",
        "采纳 2 项",
        "未采纳 1 项",
    ):
        assert words in page.text
    undo = member.forms("/imports")[f"{path}/undo"]
    answer = member.post(f"{path}/undo", undo)
    assert "已撤销 2 项" in shown(service, answer.headers["location"]).text
    assert service.client.get("/api/v1/events?q=云岭大会").json()["items"] == []
    assert "于 2026-04-27 08:30 撤销" in shown(service, path).text
    listed = shown(service, "/imports").text
    assert "撤销 2 项" in listed
    assert "未采纳 1 项" in listed


def test_an_import_that_is_gone_says_how_long_they_are_kept(
    service: Service, member: Member
) -> None:
    page = service.client.get("/import/0000000000000000", headers=HTML)
    assert page.status_code == 404
    assert "导入只保留 30 天" in page.text


def test_imports_are_for_members(service: Service) -> None:
    assert service.client.get("/imports", headers=HTML).status_code == 401
    reader = signed_in(service, "read")
    assert service.client.get("/imports", headers=HTML).status_code == 403
    assert reader.post("/import/0/check", {}).status_code == 403


@pytest.mark.parametrize(
    "do",
    ["page-x", "page-99", "seen-x", "seen-99", "page-²", "seen-²", "check-p9", "reset-p9", "what"],
)
def test_a_button_that_no_page_has_does_no_harm(service: Service, member: Member, do: str) -> None:
    path = sent(member)
    assert press(member, path, do).status_code in (303, 404)
    assert import_(service, path)["applied"] == []


def test_words_of_strangers_stay_words(service: Service, member: Member) -> None:
    path = sent(member, "6月2日：<script>alert(1)</script>大会\n")
    assert "<script>alert" not in service.client.get(path, headers=HTML).text
    press(member, path, "save", **{"p1.title": '"><script>alert(2)</script>'})
    assert "<script>alert" not in service.client.get(path, headers=HTML).text
