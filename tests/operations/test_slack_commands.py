"""`/horizon …` and the buttons, without Slack: what is answered, and what is stored."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from service.core.alerts.blockkit import SlackMessage
from service.core.events import event as event_
from service.core.events import wording
from service.core.events.event import Event, Origin
from service.core.events.fields import read as read_details
from service.core.events.filters import Filter
from service.errors import NotFound, StoreUnavailable
from service.operations import events
from service.operations.events import By
from service.operations.slack_commands import (
    FIELD,
    MOST_FOUND,
    UNDO,
    Dialog,
    SlackCommands,
)
from service.store import Store
from tests.core.alerts.slack_checks import BASE, check, read

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)
EVENTS: dict[str, dict[str, Any]] = {
    "create": {
        "title": "百度 Create 2026 AI 开发者大会",
        "titles": {"en": "Baidu Create 2026"},
        "when": "2026-05-13/2026-05-14",
        "organizations": ["百度"],
        "tags": ["AI"],
    },
    "io": {"title": "Google I/O 2026 开发者大会", "when": "2026-05", "kind": "conference"},
    "rules": {"title": "《办法》正式施行", "when": "2026-04-30", "kind": "regulation"},
    "old": {"title": "旧闻大会", "when": "2026-01-05"},
    "off": {"title": "停办大会", "when": "2026-05-02", "status": "cancelled"},
}


@pytest.fixture
def database() -> str:
    """Words do not depend on the database; that answers are kept in either is the API's test."""
    return "sqlite"


@pytest.fixture
def zh(store: Store) -> SlackCommands:
    for id_, data in EVENTS.items():
        put(store, id_, data)
    return SlackCommands(store, lambda: NOW, "Asia/Shanghai", "zh", BASE)


@pytest.fixture
def en(zh: SlackCommands) -> SlackCommands:
    return replace(zh, lang="en")


def put(store: Store, id_: str, data: dict[str, Any]) -> None:
    change = event_.new(id_, read_details(data, "Asia/Shanghai"), NOW, Origin.FILE)
    with store.writing(NOW) as writing:
        writing.record(change, who="file", origin=Origin.FILE)


def stored(commands: SlackCommands) -> list[Event]:
    with commands.store.reading() as reading:
        return [e for e in reading.select(Filter()) if e.id not in EVENTS]


def told(message: SlackMessage) -> str:
    """The message as it reads, once it is known to be safe."""
    check(replace(message, blocks=tuple(b for b in message.blocks if b["type"] != "actions")))
    return read(message).replace("**", "")


def button(message: SlackMessage) -> dict[str, Any]:
    (element,) = message.blocks[-1]["elements"]
    assert element["type"] == "button"
    return dict(element)


def ask(commands: SlackCommands, text: str, key: str = "k") -> str:
    return told(commands.command(text, "ann", key))


# -- next


def test_next_is_a_week_by_default_and_as_long_as_is_asked(
    zh: SlackCommands, en: SlackCommands
) -> None:
    assert ask(zh, "next") == (
        "4月27日 周一\n\n未来 7 天\n• 4月30日 周四（3 天后）· 《办法》正式施行\n\n"
        "日期待公布\n• 5月内 · Google I/O 2026 开发者大会\n"
    )
    assert ask(en, "next 30d") == (
        "Mon 27 April\n\nNext 30 days\n• Thu 30 April (in 3 days) · 《办法》正式施行\n"
        "• Wed 13–14 May (in 16 days) · Baidu Create 2026\n\n"
        "Date not announced yet\n• in May · Google I/O 2026 开发者大会\n"
    )
    assert ask(zh, "next P1M") == ask(zh, "next 30d")


def test_next_has_every_open_date_of_the_time_asked_for(zh: SlackCommands) -> None:
    put(zh.store, "later", {"title": "远处的大会", "when": "2026-09"})
    assert "远处的大会" not in ask(zh, "next 60d")
    assert "• 9月内 · 远处的大会" in ask(zh, "next 200d")


def test_next_takes_a_filter(zh: SlackCommands) -> None:
    assert "百度" not in ask(zh, "next 30d kind=regulation")
    assert "《办法》" in ask(zh, "next 30d kind=regulation")
    found = ask(zh, "next 30d tag=AI organization=“百度” 开发者")
    assert "百度 Create" in found
    assert "Google" not in found
    assert "《办法》" not in found


def test_next_with_nothing_dated_says_so_and_names_the_next(zh: SlackCommands) -> None:
    assert ask(zh, "next 12h") == ask(zh, "next 1d")
    said = ask(zh, "next 1d")
    assert "未来 1 天暂无已确定日期的事件。" in said
    assert "下一项 · 4月30日 《办法》正式施行（3 天后）" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("next 5m", "5m：请写 PT5M（分钟）或 P5M（月）"),
        ("next 999y", "“999y” 不是时长"),
        ("next P200Y", "P200Y 超过 100 年"),
        ("next kind=foo", "kind: 没有 “foo” 这个选项"),
        ("next kinds=x", "kinds: 没有这个键；是不是 kind？"),
        ("next from=2026-01-01", "next 后面写时长，例如 30d"),
        ("search from=2026-13-01", "from: 2026-13-01：没有 13 月"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_the_workspaces_language(
    zh: SlackCommands, en: SlackCommands, text: str, words: str
) -> None:
    assert f"没有照办：{words}" in ask(zh, text)
    assert re.fullmatch("Not done: [^\u4e00-\u9fff]+", ask(en, text))


# -- search


def test_search_finds_what_is_ahead_before_what_is_past(
    zh: SlackCommands, en: SlackCommands
) -> None:
    assert ask(zh, "search 大会") == (
        "找到 4 项\n• 5月内 · Google I/O 2026 开发者大会\n• 5月2日 · 停办大会（已取消）\n"
        "• 5月13日—14日 · 百度 Create 2026 AI 开发者大会\n• 1月5日 · 旧闻大会\n"
    )
    assert ask(en, "search 大会 from=2026-05-10") == (
        "2 found\n• in May · Google I/O 2026 开发者大会\n• 13–14 May · Baidu Create 2026\n"
    )
    assert ask(zh, "search 没有这个") == "没有符合的事件。\n"
    assert ask(en, "search nothing of the kind") == "No event fits.\n"
    assert ask(en, "search") == ask(en, "help")


def test_a_series_that_goes_on_is_not_past(zh: SlackCommands) -> None:
    put(zh.store, "cpi", {"title": "CPI 大会", "when": "2025-01-09", "recurrence": "FREQ=MONTHLY"})
    said = ask(zh, "search 大会").splitlines()
    assert said[1].endswith("CPI 大会")
    assert said[-1].endswith("旧闻大会")


def test_search_that_finds_much_counts_the_rest(zh: SlackCommands) -> None:
    for number in range(MOST_FOUND + 7):
        title = f"很长的标题{'长' * 400}{number}"
        put(zh.store, f"{'i' * 80}-{number}", {"title": title, "when": "2026-06-01"})
    said = ask(zh, "search 很长的标题")
    assert "找到 27 项" in said
    assert said.count("很长的标题") < MOST_FOUND + 1
    shown = said.count("很长的标题")
    assert f"另有 {27 - shown} 项" in said


# -- help


def test_help_and_what_is_no_command(zh: SlackCommands, en: SlackCommands) -> None:
    assert "• /horizon add 7月15日：标题" in ask(zh, "")
    assert ask(zh, "HELP") == ask(zh, "")
    assert ask(en, "help").startswith("What you can write\n• /horizon next [7d] [filter]")
    assert ask(en, "frobnicate now").startswith("There is no command 'frobnicate'.")
    assert ask(zh, "<!channel>").startswith("没有“<!channel>”这个命令。")


# -- add and undo


def test_add_stores_and_says_what_it_understood(zh: SlackCommands, en: SlackCommands) -> None:
    assert ask(zh, "add 《新规》正式施行 | 2026-07-15") == (
        "已添加：《新规》正式施行\n2026年7月15日 · 法规施行 · 2026-07-15\n"
    )
    (event,) = stored(zh)
    assert (event.title, event.when.text) == ("《新规》正式施行", "2026-07-15")
    assert event.origin is Origin.SLACK
    with zh.store.reading() as reading:
        (row,) = reading.history(event.id)
    assert (row.who, row.origin) == ("ann", "slack")
    assert ask(en, "add A | B launch ｜ 2026-05-20T10:00", "k2").startswith(
        "Added: A | B launch\n20 May 2026, 10:00 (Beijing time)"
    )


def test_add_reads_a_line(zh: SlackCommands, en: SlackCommands) -> None:
    said = ask(zh, "add 7 月 15 日：腾讯控股业绩发布")
    assert said == "已添加：腾讯控股业绩发布\n2026年7月15日 · 业绩发布 · 2026-07-15\n"
    (event,) = stored(zh)
    assert event.details.tickers == ("0700.HK",)
    assert "19–20 May 2026 · Conference" in ask(en, "add May 19-20: Alpine AI Congress", "k2")
    assert "2026-05-13/2026-05-14" in ask(zh, "add 大会 | 5月13日-14日", "k3")
    assert "蓝湾大会" in ask(zh, "add 5月13日 | 蓝湾大会", "k4")


def test_several_lines_are_several_events_and_one_button(zh: SlackCommands) -> None:
    added = zh.command("add 5月13日：甲地大会\n6月14日：乙地大会", "ann", "a")
    assert [event.title for event in stored(zh)] == ["甲地大会", "乙地大会"]
    value = button(added)["value"]
    second = stored(zh)[1]
    with zh.store.writing(NOW) as writing:
        by = By("api", Origin.API, NOW, "UTC")
        events.patch(writing, second.id, {"when": "2026-06-15"}, by)
    assert (
        told(zh.undo(value, "ann", "b"))
        == "已撤回：甲地大会\n添加之后又有改动，没有撤回：乙地大会\n"
    )
    assert [event.title for event in stored(zh)] == ["乙地大会"]


def test_add_names_what_looks_alike(zh: SlackCommands) -> None:
    said = ask(zh, "add Google I/O 开发者大会 | 2026-05-20")
    assert "与已有的相似：Google I/O 2026 开发者大会 · 2026年5月，具体日期待公布" in said


def test_a_request_that_comes_twice_adds_once_and_is_answered_alike(zh: SlackCommands) -> None:
    first = zh.command("add T | 2026-07-15", "ann", "slack/1")
    again = zh.command("add T | 2026-07-15", "ann", "slack/1")
    assert again == first
    assert len(stored(zh)) == 1
    zh.command("add T | 2026-07-15", "ann", "slack/2")
    assert len(stored(zh)) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("add T | 2026-02-30", "when: 没有 2026-02-30 这一天：2026-02 只有 28 天"),
        ("add T | ", "when: 不能为空；例如 2026-05-13 或 2026-05"),
        ("add | 2026-05-13", "title: 不能为空"),
        ("add 《新规》正式施行", "没有读出日期和事件"),
    ],
)
def test_what_cannot_be_added_is_refused_in_the_workspaces_language(
    zh: SlackCommands, en: SlackCommands, text: str, words: str
) -> None:
    assert f"没有照办：{words}" in ask(zh, text)
    assert ask(en, text).startswith("Not done: ")
    assert stored(zh) == []


def test_add_without_anything_explains_itself(zh: SlackCommands) -> None:
    assert ask(zh, "add") == ask(zh, "help")


def test_undo_takes_out_what_was_added(zh: SlackCommands, en: SlackCommands) -> None:
    added = zh.command("add T | 2026-07-15", "ann", "a")
    pressed = button(added)
    assert (pressed["action_id"], pressed["text"]["text"]) == (UNDO, "撤销")
    assert told(zh.undo(pressed["value"], "bob", "b")) == "已撤回：T\n"
    assert stored(zh) == []
    # Its repeat gets the same answer, another press is told so.
    assert told(zh.undo(pressed["value"], "bob", "b")) == "已撤回：T\n"
    assert told(en.undo(pressed["value"], "bob", "c")) == "It was taken out already.\n"


def test_undo_leaves_what_was_changed_since(zh: SlackCommands) -> None:
    value = button(zh.command("add T | 2026-07-15", "ann", "a"))["value"]
    (event,) = stored(zh)
    with zh.store.writing(NOW) as writing:
        by = By("api", Origin.API, NOW, "UTC")
        events.patch(writing, event.id, {"when": "2026-07-16"}, by)
    assert told(zh.undo(value, "ann", "b")) == "添加之后又有改动，没有撤回：T\n"
    assert len(stored(zh)) == 1


@pytest.mark.parametrize("value", ["", ":", "x", "io:", "io:x", "io:-1", "\0:1", "no-such:1"])
def test_undo_of_what_was_never_added_changes_nothing(zh: SlackCommands, value: str) -> None:
    told(zh.undo(value, "ann", "b"))
    with zh.store.reading() as reading:
        assert len(reading.select(Filter())) == len(EVENTS)


# -- the dialog


def test_the_dialog_shows_the_event_and_begins_with_what_is_known(
    zh: SlackCommands, en: SlackCommands
) -> None:
    view = en.dialog("io", "https://hooks.slack.com/x")
    head, field = view["blocks"]
    assert "May 2026, date to be announced" in json.dumps(head, ensure_ascii=False)
    assert field["block_id"] == field["element"]["action_id"] == FIELD
    assert field["element"]["initial_value"] == "2026-05"
    assert Dialog.read(view["private_metadata"]) == Dialog(
        "io", 1, "Asia/Shanghai", "https://hooks.slack.com/x"
    )
    for commands in (zh, en):
        view = commands.dialog("io", "")
        # Slack refuses longer ones.
        assert all(len(view[key]["text"]) <= 24 for key in ("title", "submit", "close"))
    with pytest.raises(NotFound):
        zh.dialog("no-such", "")


def test_a_quarter_is_shown_by_its_name(zh: SlackCommands) -> None:
    """The dialog and the answer had `2027-33`, which is EDTF and tells a reader nothing."""
    assert ask(zh, "add 蓝湾大会 | 2027年一季度") == (
        "已添加：蓝湾大会\n2027年一季度，具体日期待公布 · 会议 · 2027-Q1\n"
    )
    (event,) = stored(zh)
    assert event.when.text == "2027-33"
    _, field = zh.dialog(event.id, "")["blocks"]
    assert field["element"]["initial_value"] == "2027-Q1"


def test_a_date_is_set_once_and_not_over_somebody_elses(zh: SlackCommands) -> None:
    dialog = Dialog.read(zh.dialog("io", "")["private_metadata"])
    done = zh.set_date(dialog, "2026-05-20", "bob", "s1")
    assert told(done) == (
        "日期已更新：Google I/O 2026 开发者大会\n2026年5月20日 · 会议 · 2026-05-20\n"
    )
    assert zh.set_date(dialog, "2026-05-20", "bob", "s1") == done
    with zh.store.reading() as reading:
        history = reading.history("io")
    assert [(row.change, row.who) for row in history] == [("created", "file"), ("firmed", "bob")]
    source = history[-1].source
    assert source is not None
    assert wording.entered_by_hand(source)
    other = zh.set_date(dialog, "2026-05-21", "eve", "s2")
    assert told(other).startswith("没有照办：此事件已有新的改动；请看过再改")


def test_what_is_wrong_with_a_date_is_said_in_the_workspaces_language(
    zh: SlackCommands, en: SlackCommands
) -> None:
    date_fault = zh.date_fault
    assert date_fault("5月20日", "Asia/Shanghai") is None
    assert date_fault("2026-05-20", "Asia/Shanghai") is None
    assert date_fault("2026-05-20T10:00", "America/Los_Angeles") is None
    assert date_fault("2026-02-30", "UTC") == "没有 2026-02-30 这一天：2026-02 只有 28 天"
    assert date_fault("", "UTC") == "不能为空；例如 2026-05-13 或 2026-05"
    said = en.date_fault("2026-02-30", "UTC")
    assert said == "2026-02-30 does not exist: 2026-02 has 28 days"


@pytest.mark.parametrize("text", ["", "{}", "[]", '["io", "1", "UTC", ""]', "[1,", "null"])
def test_a_dialog_of_somebody_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Dialog.read(text)


# -- hostile words


@pytest.mark.parametrize(
    "title",
    [
        "<!channel> <@U123> <https://evil.example|百度>",
        "@everyone *bold* `code` :fire: https://evil.example/x",
        "\u202eevil\u202c שלום 大会",
        "&lt;!here&gt; & <b>",
        "长" * 500,
        "😀" * 300,
    ],
)
def test_no_title_reaches_beyond_itself(zh: SlackCommands, title: str) -> None:
    added = zh.command(f"add {title} | 2026-06-01", "ann", "a")
    assert told(added).startswith("已添加：")
    told(zh.command("next 60d", "ann", "b"))
    told(zh.command(f"search {title[:20]}", "ann", "c"))
    told(zh.command(f"{title}", "ann", "d"))
    (event,) = stored(zh)
    view = zh.dialog(event.id, "")
    check(SlackMessage((view["blocks"][0],), "x"))
    told(zh.undo(button(added)["value"], "ann", "e"))


def test_a_database_that_is_away_is_told(
    zh: SlackCommands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise StoreUnavailable("the database cannot be reached; check that it runs")

    monkeypatch.setattr(Store, "writing", gone)
    monkeypatch.setattr(Store, "reading", gone)
    for text in ("next", "search x", "add T | 2026-05-20"):
        assert "the database cannot be reached" in ask(zh, text)
    assert "cannot be reached" in told(zh.undo("io:1", "ann", "k"))
    assert "cannot be reached" in told(zh.set_date(Dialog("io", 1, "UTC", ""), "2026", "a", "k"))
