"""Slack messages: as the product shows them, in both languages, and within Slack's limits whatever
a title holds. Event data beside the six of the seed is made up for these tests."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.core.alerts import messages
from service.core.alerts.blockkit import SlackMessage, escape, marked_as_repeat, render
from service.core.alerts.digest import Digest, Moved, compose
from service.core.alerts.message import safe
from service.core.alerts.reminders import Changed, Reminder
from service.core.dates import when as when_
from service.core.dates.duration import parse as lead
from service.core.events import event as event_
from service.core.events.event import ChangeKind, Event, Source
from service.core.events.items import Item
from tests.core.alerts.slack_checks import BASE, check, read
from tests.core.seed import (
    BAIDU,
    CREATED,
    FORTUNE,
    GOOGLE,
    MICROSOFT,
    RULES,
    SEED,
    SUPERAI,
    digest_rule,
    event,
    journal,
    revised,
)

DATA = Path(__file__).parents[2] / "data" / "slack"
SHANGHAI = "Asia/Shanghai"
NOTE = Source("人工智能周报（26年第17周）", "国信证券", date(2026, 4, 27))


class _AsSlackHasIt:
    """The messages as Slack gets them, under the names under which they are composed."""

    def __getattr__(self, name: str) -> Any:
        def rendered(*given: Any, interactive: bool = True, **more: Any) -> SlackMessage:
            return render(getattr(messages, name)(*given, **more), interactive)[0]

        return rendered


slack = _AsSlackHasIt()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def digest(
    day: str, lang: str, events: tuple[Event, ...] = SEED, now: str | None = None, **rule: str
) -> SlackMessage:
    due = at(f"{day}T08:30+08:00")
    sent = at(f"{day}T{now}+08:00") if now else due
    found = compose(digest_rule(**rule), events, [], sent, due)
    message = slack.digest_message(found, lang, BASE)
    check(message)
    return message


def reminder(
    of: Event, due: str, before: str | None, lang: str = "zh", zone: str = SHANGHAI, **given: Any
) -> SlackMessage:
    made = Reminder(of, of.when, lead(before) if before else None, at(due), **given)
    message = slack.reminder_message(made, lang, BASE, zone)
    check(message)
    return message


def change(
    before: Event, when: str, lang: str = "zh", source: Source | None = None, **given: Any
) -> SlackMessage:
    step = revised(before, at("2026-05-02T10:00+08:00"), when=when, **given)
    made = Changed(before, step.after, (step.kind,), step.days, source)
    message = slack.change_message(made, lang, BASE, SHANGHAI)
    check(message)
    return message


def golden(name: str, message: SlackMessage) -> None:
    """The lines as digest.md has them, and the JSON that is sent. HORIZON_GOLDEN=1 writes the JSON."""
    lines = read(message)
    wanted = (DATA / f"{name}.txt").read_text()
    if "• …\n" in wanted:  # the example leaves these lines out
        head, _, tail = wanted.partition("• …\n")
        assert lines.startswith(head)
        assert lines.endswith(tail)
        assert lines.removeprefix(head).removesuffix(tail).startswith("• ")
    else:
        assert lines == wanted
    sent = {"text": message.text, "blocks": list(message.blocks)}
    written = json.dumps(sent, ensure_ascii=False, indent=1) + "\n"
    path = DATA / f"{name}.json"
    if os.environ.get("HORIZON_GOLDEN"):
        path.write_text(written)
    assert path.read_text() == written


def test_the_digests_of_the_examples() -> None:
    golden("digest-2026-04-27-zh", digest("2026-04-27", "zh"))
    golden("digest-2026-05-13-zh", digest("2026-05-13", "zh"))
    golden("digest-2026-05-13-en", digest("2026-05-13", "en", title="AI event calendar"))


def test_the_late_digest_with_a_change_and_an_overdue_window() -> None:
    moved = revised(SUPERAI, when="2026-06-17/2026-06-18")
    firmed = revised(GOOGLE, when="2026-05-19/2026-05-20").after
    other = event("wwdc-2026", "2026-06-08/2026-06-12", title="WWDC 2026")
    events = (BAIDU, FORTUNE, firmed, MICROSOFT, moved.after, RULES, other)
    found = compose(
        digest_rule(),
        events,
        journal(moved),
        at("2026-06-01T10:05+08:00"),
        at("2026-06-01T08:30+08:00"),
    )
    message = slack.digest_message(found, "zh", BASE)
    check(message)
    golden("digest-2026-06-01-zh", message)
    assert "• 6月8日—12日 周一（7 天后）· WWDC 2026\n" in read(message)
    english = read(slack.digest_message(found, "en", BASE))
    assert english.startswith("**AI 事件日历 · Mon 1 June** (due at 08:30)\n")
    assert "• SuperAI 2026: 10–11 June → **17–18 June** (7 days later)\n" in english
    assert "**Window passed, still no date**\n• in May · Microsoft Build 2026\n" in english


def test_the_reminder_of_the_example() -> None:
    golden("reminder-2026-07-08-zh", reminder(RULES, "2026-07-08T09:00+08:00", "P7D"))
    english = read(reminder(RULES, "2026-07-08T09:00+08:00", "P7D", "en"))
    assert english == (
        "**In 7 days: 《人工智能拟人化互动服务管理暂行办法》正式施行**\n"
        "Wed 15 July · Regulation\n"
        "Source: 国信证券, “人工智能周报（26年第17周）” (27 April 2026): "
        "“7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行”\n"
        "Details · Add to calendar\n"
    )
    made = Reminder(RULES, RULES.when, lead("P7D"), at("2026-07-08T09:00+08:00"))
    named = slack.reminder_message(made, "zh", BASE, SHANGHAI, excerpts=False)
    assert "来源：国信证券《人工智能周报（26年第17周）》（2026年4月27日）\n" in read(named)
    assert "原文" not in json.dumps(named.blocks, ensure_ascii=False) + named.text


def test_the_change_alerts_of_the_examples() -> None:
    golden("change-firmed-zh", change(GOOGLE, "2026-05-19/2026-05-20", source=NOTE))
    golden("change-later-zh", change(BAIDU, "2026-06-03/2026-06-04"))
    off = change(SUPERAI, SUPERAI.when.text, status="cancelled")
    golden("change-cancelled-zh", off)


@pytest.mark.parametrize(
    ("before", "when", "more", "zh", "en"),
    [
        (GOOGLE, "2026-05-19", {}, "**日期已确定：{zh}**\n5月内 → **5月19日**", "**Date set: {en}**\nin May → **19 May**"),
        (BAIDU, "2026-05-12/2026-05-13", {}, "**改期：{zh}** 5月13日—14日 → **5月12日—13日**（提前 1 天）", "**Moved: {en}** 13–14 May → **12–13 May** (1 day earlier)"),
        (BAIDU, "2026-05-13/2026-05-15", {}, "**改期：{zh}** 5月13日—14日 → **5月13日—15日**（延长 1 天）", "**Moved: {en}** 13–14 May → **13–15 May** (1 day longer)"),
        (BAIDU, "2026-05-14", {}, "**改期：{zh}** 5月13日—14日 → **5月14日**（缩短 1 天）", "**Moved: {en}** 13–14 May → **14 May** (1 day shorter)"),
        (BAIDU, "2026-05-13T10:00", {}, "**时间已确定：{zh}**\n5月13日—14日 → **5月13日 周三 10:00**，即 5月13日 10:00（北京时间）", "**Time set: {en}**\n13–14 May → **Wed 13 May, 10:00**, that is 13 May, 10:00 (Beijing time)"),
        (GOOGLE, "[2026-05-21..2026-05-31]", {}, "**时间窗缩小：{zh}**\n5月内 → **5月下旬**", "**Window narrowed: {en}**\nin May → **in late May**"),
        (GOOGLE, "2026-34", {}, "**时间窗放宽：{zh}**\n5月内 → **二季度内**", "**Window widened: {en}**\nin May → **in Q2**"),
        (BAIDU, "2027-05-13", {}, "**改期：{zh}** 2026年5月13日—14日 → **2027年5月13日**（推迟 365 天）", "**Moved: {en}** 13–14 May 2026 → **13 May 2027** (365 days later)"),
        (BAIDU, "2026-05", {}, "**日期待定：{zh}**\n5月13日—14日 → **5月内**", "**Date open again: {en}**\n13–14 May → **in May**"),
        (BAIDU, "2026-41", {}, "**改期：{zh}** 5月13日—14日 → **下半年**（推迟 49 天）", "**Moved: {en}** 13–14 May → **in the second half** (49 days later)"),
        (BAIDU, "2026-05-13/2026-05-14", {"status": "cancelled"}, "**已取消：{zh}**（原定5月13日—14日）", "**Cancelled: {en}** (was 13–14 May)"),
    ],
)  # fmt: skip
def test_each_kind_of_change_in_both_languages(
    before: Event, when: str, more: dict[str, Any], zh: str, en: str
) -> None:
    names = {"zh": before.title_in("zh"), "en": before.title_in("en")}
    assert read(change(before, when, "zh", **more)) == zh.format(**names) + "\n"
    assert read(change(before, when, "en", **more)) == en.format(**names) + "\n"


def test_an_event_that_is_on_again() -> None:
    off = revised(SUPERAI, status="cancelled").after
    assert read(change(off, "2026-06-10/2026-06-11", status=None)) == (
        "**恢复举行：SuperAI 2026**\n**6月10日—11日**\n"
    )
    assert read(change(off, "2026-06-17/2026-06-18", "en", status=None)) == (
        "**On again: SuperAI 2026**\n10–11 June → **17–18 June**\n"
    )


def test_several_steps_are_told_by_what_they_come_to() -> None:
    moved = revised(SUPERAI, when="2026-06-17/2026-06-18").after
    again = revised(moved, when="2026-06-09").after
    made = Changed(SUPERAI, again, (ChangeKind.LATER, ChangeKind.EARLIER), 8)
    assert read(slack.change_message(made, "zh", BASE, SHANGHAI)) == (
        "**改期：SuperAI 2026** 6月10日—11日 → **6月9日**（提前 1 天）\n"
    )


@pytest.mark.parametrize(
    ("due", "before", "zh", "en"),
    [
        ("2026-07-14T09:00+08:00", "P1D", "明天", "Tomorrow"),
        ("2026-07-15T09:00+08:00", "P0D", "今天", "Today"),
        ("2026-07-13T09:00+08:00", "P1D", "后天", "In 2 days"),  # moved back to a working day
        ("2026-06-15T09:00+08:00", "P30D", "30 天后", "In 30 days"),
    ],
)
def test_how_far_away_it_is_is_counted_from_the_day_it_is_told(
    due: str, before: str, zh: str, en: str
) -> None:
    assert read(reminder(RULES, due, before)).startswith(f"**{zh}：《人工智能")
    assert read(reminder(RULES, due, before, "en")).startswith(f"**{en}: 《人工智能")


def test_a_late_reminder_says_so_and_counts_from_now() -> None:
    late: dict[str, Any] = {"late": True, "now": at("2026-07-10T11:00+08:00")}
    text = read(reminder(RULES, "2026-07-08T09:00+08:00", "P7D", **late))
    assert text.startswith("**5 天后：《人工智能")
    assert text.splitlines()[0].endswith("正式施行**（应于 7月8日 09:00 发送）")
    text = read(reminder(RULES, "2026-07-10T09:00+08:00", "P7D", "en", **late))
    assert text.splitlines()[0].endswith("** (due at 09:00)")
    running: dict[str, Any] = {"late": True, "now": at("2026-05-14T11:00+08:00")}
    assert read(reminder(BAIDU, "2026-05-13T09:00+08:00", "P0D", **running)).startswith(
        "**正在进行：百度"
    )


def test_an_undated_event_says_that_its_date_is_open_and_has_a_button() -> None:
    message = reminder(GOOGLE, "2026-04-24T09:00+08:00", "P7D")
    assert read(message).startswith(
        "**7 天后进入时间窗：Google I/O 2026 开发者大会**\n2026年5月，具体日期待公布 · 会议\n"
    )
    assert message.blocks[-1] == {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "set_date",
                "value": "google-io-2026",
                "text": {"type": "plain_text", "text": "设定日期"},
            }
        ],
    }
    last = reminder(GOOGLE, "2026-05-31T09:00+08:00", None, open=True)
    assert read(last).startswith("**时间窗今天结束，仍无日期：Google I/O 2026 开发者大会**\n")
    moved_back = reminder(GOOGLE, "2026-05-29T09:00+08:00", None, "en", open=True)
    assert read(moved_back).startswith(
        "**No date yet, and its window ends in 2 days: Google I/O 2026**\n"
        "May 2026, date to be announced · Conference\n"
    )
    assert moved_back.blocks[-1]["elements"][0]["text"]["text"] == "Set date"
    # A dated event has none, nor a message whose buttons nobody would hear.
    assert len(reminder(RULES, "2026-07-08T09:00+08:00", "P7D").blocks) == 1
    made = Reminder(GOOGLE, GOOGLE.when, lead("P7D"), at("2026-04-24T09:00+08:00"))
    quiet = slack.reminder_message(made, "zh", BASE, SHANGHAI, interactive=False)
    assert len(quiet.blocks) == 1


TIMES = [
    ("Asia/Shanghai", "2026-05-20T14:00/2026-05-20T16:00"),
    ("America/Los_Angeles", "2026-05-20T10:00"),
    ("Europe/London", "2026-05-20T22:00/2026-05-21T01:30"),
]


def test_times_are_shown_in_the_readers_zone_with_the_events_beside() -> None:
    events = tuple(event(f"e{n}", w, timezone=z) for n, (z, w) in enumerate(TIMES))
    message = digest("2026-05-13", "zh", events)
    assert read(message).split("\n\n")[1] == (
        "**未来 14 天**\n"
        "• 5月20日 周三 14:00—16:00（7 天后），即 5月20日 14:00—16:00（北京时间）· e0\n"
        "• 5月21日 周四 01:00（北京时间）（8 天后），即 5月20日 10:00（美国太平洋时间）· e1\n"
        "• 5月21日 周四 05:00—08:30（北京时间）（8 天后），即 5月20日 22:00—5月21日 01:30（伦敦时间）· e2\n"
    )
    # In plain text, where Slack puts in nobody's zone, the rule's is named.
    assert message.text.splitlines()[2:] == [
        "• 5月20日 周三 14:00—16:00（北京时间，7 天后）· e0",
        "• 5月21日 周四 01:00（北京时间，8 天后），即 5月20日 10:00（美国太平洋时间）· e1",
        "• 5月21日 周四 05:00—08:30（北京时间，8 天后），即 5月20日 22:00—5月21日 01:30（伦敦时间）· e2",
    ]
    start = message.blocks[1]["elements"][1]["elements"][1]["elements"][0]
    assert start == {
        "type": "date",
        "timestamp": int(at("2026-05-20T10:00-07:00").timestamp()),
        "format": "{date_short_pretty} {time}",
        "fallback": "5月21日 周四 01:00（北京时间）",
    }
    english = digest("2026-05-13", "en", events).text.splitlines()
    assert english[2:] == [
        "• Wed 20 May, 14:00–16:00 (Beijing time, in 7 days) · e0",
        "• Thu 21 May, 01:00 (Beijing time, in 8 days), that is 20 May, 10:00 (US Pacific time) · e1",
        "• Thu 21 May, 05:00–08:30 (Beijing time, in 8 days), that is "
        "20 May, 22:00 – 21 May, 01:30 (London time) · e2",
    ]


def test_a_timed_event_today_and_two_hours_ahead() -> None:
    keynote = event("k", "2026-05-20T10:00", timezone="America/Los_Angeles")
    assert "• **k** · 01:00（北京时间）" in read(digest("2026-05-21", "zh", (keynote,)))
    text = read(reminder(keynote, "2026-05-20T23:00+08:00", "PT2H"))
    assert text.startswith("**2 小时后：k**\n5月21日 周四 01:00（北京时间），即 5月20日 10:00")
    text = read(reminder(keynote, "2026-05-20T23:30+08:00", "PT90M", "en"))
    assert text.startswith("**In 1 hour 30 minutes: k**\n")
    # P0D at 09:00 for a keynote at 01:00 goes out the day before.
    assert read(reminder(keynote, "2026-05-20T09:00+08:00", "P0D")).startswith("**明天：k**")
    late: dict[str, Any] = {"late": True, "now": at("2026-05-21T00:50+08:00")}
    assert read(reminder(keynote, "2026-05-20T23:00+08:00", "PT2H", **late)).startswith(
        "**10 分钟后：k**（应于 5月20日 23:00 发送）"
    )
    moved = change(keynote, "2026-05-20T13:00")
    assert read(moved).startswith(
        "**改期：k** 5月20日 10:00（美国太平洋时间） → **5月21日 周四 04:00（北京时间）**"
    )
    assert read(moved).endswith("，即 5月20日 13:00（美国太平洋时间）（推迟 3 小时）\n")


def test_each_day_of_a_longer_event_says_which_it_is() -> None:
    summit = (event("s", "2026-05-13/2026-05-15"),)
    for day, zh, en in (
        ("2026-05-13", "今天起 3 天，至5月15日", "3 days, until 15 May"),
        ("2026-05-14", "第 2 天，共 3 天，至5月15日", "day 2 of 3, until 15 May"),
        ("2026-05-15", "第 3 天，共 3 天，今天结束", "day 3 of 3, the last"),
    ):
        assert f"• **s** · {zh}\n" in read(digest(day, "zh", summit))
        assert f"• **s** · {en}\n" in read(digest(day, "en", summit))
    assert "• **百度 Create 2026 AI 开发者大会** · 第 2 天，共 2 天，今天结束 · 百度\n" in read(
        digest("2026-05-14", "zh")
    )


@pytest.mark.parametrize(
    ("when", "day", "zh", "en"),
    [
        ("2026-34", "2026-06-20", "二季度内（二季度还剩 10 天）", "in Q2 (10 days left)"),
        ("2026-40", "2026-06-30", "上半年（上半年最后一天）", "in the first half (last day)"),
        ("2026-05~", "2026-05-30", "约5月内（5月还剩 1 天）", "around in May (1 day left)"),
        ("[2026-05-18..2026-05-24]", "2026-05-20", "5月18日—24日间（还剩 4 天）", "between 18 and 24 May (4 days left)"),
        ("2027-01", "2026-12-15", "2027年1月内", "in January 2027"),
        ("2027-33", "2027-01-01", "一季度内（一季度还剩 89 天）", "in Q1 (89 days left)"),
    ],
)  # fmt: skip
def test_how_much_of_a_window_is_left(when: str, day: str, zh: str, en: str) -> None:
    found = (event("x", when),)
    assert f"• {zh}{'' if zh.endswith('）') else ' '}· x\n" in read(digest(day, "zh", found))
    assert f"• {en} · x\n" in read(digest(day, "en", found))


def test_a_window_of_another_year_has_its_year() -> None:
    found = (event("a", "2025-41"), event("b", "2025"), event("c", "[2025-12-20..2026-01-10]"))
    text = read(digest("2026-03-02", "zh", found))
    assert "• 2025年内 · b\n• 2025年下半年 · a\n• 2025年12月20日—2026年1月10日间 · c\n" in text
    text = read(digest("2026-03-02", "en", found))
    assert "• in 2025 · b\n• in the second half of 2025 · a\n" in text


def test_approximate_days_and_events_far_away() -> None:
    found = (event("x", "2026-05-20~"), event("y", "2026-05-21?"))
    text = read(digest("2026-05-13", "zh", found))
    assert "• 约5月20日（7 天后）· x\n• 5月21日（待确认）（8 天后）· y\n" in text
    assert "**Next** · 15 July 2027 z (in 444 days)" in read(
        digest("2026-04-27", "en", (event("z", "2027-07-15"),))
    )


def test_a_digest_may_have_no_days_ahead() -> None:
    assert "今天暂无已确定日期的事件。" in read(digest("2026-04-27", "zh", ahead="P0D"))
    assert "in the next 59 days." in read(digest("2026-02-01", "en", ahead="P2M"))


def test_an_untranslated_title_stands_as_it_is_and_a_bare_one_has_its_id() -> None:
    assert "《人工智能拟人化互动服务管理暂行办法》正式施行" in read(digest("2026-07-14", "en"))
    empty = replace(SUPERAI, details=replace(SUPERAI.details, title="\u200b\u202e\x07"))
    assert "· superai-2026\n" in read(digest("2026-06-09", "zh", (empty,)))


def test_many_in_one_message() -> None:
    made: list[Reminder | Changed] = [
        Reminder(e, e.when, lead("P7D"), at("2026-05-06T09:00+08:00")) for e in SEED
    ]
    step = revised(SUPERAI, at("2026-05-06T09:00+08:00"), when="2026-06-17/2026-06-18")
    made.append(Changed(SUPERAI, step.after, (step.kind,), step.days))
    message = slack.joined_message(made, "zh", BASE, SHANGHAI)
    check(message)
    assert read(message) == (
        "**6 项提醒、1 项变动**\n\n"
        "**提醒**\n"
        "• **7 天后** · 5月13日—14日 周三 · 百度 Create 2026 AI 开发者大会\n"
        "• **13 天后** · 5月19日—20日 周二 · Fortune 职场创新峰会\n"
        "• **时间窗 25 天后结束，仍无日期** · 2026年5月，具体日期待公布 · Google I/O 2026 开发者大会\n"
        "• **时间窗 25 天后结束，仍无日期** · 2026年5月，具体日期待公布 · Microsoft Build 2026 开发者大会\n"
        "• **35 天后** · 6月10日—11日 周三 · SuperAI 2026\n"
        "• **70 天后** · 7月15日 周三 · 《人工智能拟人化互动服务管理暂行办法》正式施行\n\n"
        "**变动**\n"
        "• SuperAI 2026：6月10日—11日 → **6月17日—18日**（推迟 7 天）\n"
    )
    english = read(slack.joined_message(made, "en", BASE, SHANGHAI))
    assert english.startswith(
        "**6 reminders and 1 change**\n\n**Reminders**\n• **In 7 days** · Wed"
    )


LONGEST = event(
    "x" * 100,
    "2026-05-20T22:00/2026-05-22T01:30",
    title="标" * 500,
    timezone="America/Los_Angeles",
)


def test_fifty_of_the_longest_are_all_told_in_one_message() -> None:
    late = Reminder(
        LONGEST, LONGEST.when, lead("P7D"), at("2026-05-13T09:00+08:00"), True, False, at("2026-05-19T09:00+08:00")
    )  # fmt: skip
    step = revised(LONGEST, when="2026-06-20T22:00/2026-06-22T01:30")
    moved = Changed(LONGEST, step.after, (step.kind,), step.days)
    for lang in ("zh", "en"):
        for items in ([late] * 50, [moved] * 50, [late] * 25 + [moved] * 25):
            message = slack.joined_message(items, lang, BASE, SHANGHAI)
            check(message)
            assert read(message).count("•") == 50, lang


def test_a_trial_message_and_the_remark_on_a_repeat() -> None:
    for lang in ("zh", "en"):
        check(slack.test_message(lang, BASE))
    message = reminder(RULES, "2026-07-08T09:00+08:00", "P7D")
    again = marked_as_repeat(message, "zh")
    check(again)
    assert read(again).splitlines()[0].endswith("正式施行**（可能重复发送）")
    assert read(again).splitlines()[1:] == read(message).splitlines()[1:]
    assert again.text.splitlines()[0].endswith("正式施行（可能重复发送）")
    assert "重复" not in read(message)
    late = digest("2026-05-13", "en", now="10:05")
    assert (
        read(marked_as_repeat(late, "en"))
        .splitlines()[0]
        .endswith("(due at 08:30) (this may be a repeat)")
    )


def test_links_lead_to_the_service_and_to_no_feed() -> None:
    for base in (BASE, BASE + "/"):
        for message in (
            slack.digest_message(
                compose(digest_rule(), SEED, [], at("2026-04-27T08:30+08:00"), at("2026-04-27T08:30+08:00")), "zh", base
            ),
            slack.reminder_message(
                Reminder(RULES, RULES.when, lead("P7D"), at("2026-07-08T09:00+08:00")), "zh", base, SHANGHAI
            ),
            slack.test_message("zh", base),
        ):  # fmt: skip
            check(message)
            sent = json.dumps(message.blocks)
            assert f'"url": "{BASE}/' in sent
            assert f"{BASE}//" not in sent
            assert "/feeds/" not in sent


HOSTILE = (
    "<!channel>", "<!here|here>", "<@U012AB3CD>", "<#C012AB3CD|general>", "<!subteam^S1>", "@here", "@channel",
    "<https://evil.example/|click>", "https://evil.example/a?b=c&d=<e>", "[x](https://evil.example)", "&lt;!channel&gt;",
    "<!date^1^{ago}|now>", "*bold*", "_it_", "~no~", "`code`", "```", "> quoted", ":fire:", ":+1::skin-tone-6:", ":火:",
    "\n", "\r\n", "\t", "\x00", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\u2068", "\u2069", "\u200f",
    "\ufeff", "\ud800", "\udfff", "\uffff", "العربية", "עברית", "👩‍👩‍👧‍👦", "🇨🇳", "e\u0301" * 20, "﷽", "标题", "a",
    " ", "•", "{date_num} {time}", "%s {} {0}", "\\u003c", "javascript:alert(1)", "mailto:a@evil.example", "&", "&amp;", "<", ">",
)  # fmt: skip


def hostile(count: int) -> list[str]:
    chance = random.Random(20260427)
    titles = ["x" * 3000, "标" * 3000, "🔥" * 3000, "&" * 3000, "<!channel>" * 300, "\u202e" * 3000]
    while len(titles) < count:
        pieces = chance.choices(HOSTILE, k=chance.choice((1, 2, 3, 8)))
        noise = "".join(chr(chance.randrange(0x3000)) for _ in range(chance.randrange(12)))
        title = "".join((*pieces, noise)) * chance.choice((1, 1, 1, 1, 40))
        titles.append(title[:3000])
    return titles


def armed(number: int, title: str, when: str) -> Event:
    """An event as no reader would let it in: every text it has is hostile."""
    source = Source(title, title, date(2026, 4, 27), title, False, title)
    details = replace(
        SUPERAI.details,
        title=title,
        titles=(("en", title),),
        when=when_.parse(when),
        timezone="America/New_York",
        organizations=(title,),
        location=title,
        source=source,
    )
    return replace(SUPERAI, id=f"e{number}", details=details)


@pytest.mark.slow
def test_ten_thousand_hostile_titles_stay_words() -> None:
    whens = ("2026-05-13", "2026-05-13T20:00+08:00", "2026-05-19/2026-05-20", "2026-05", "2026-04")
    now = at("2026-05-13T08:30+08:00")
    titles = hostile(10_000)
    for lang, half in (("zh", titles[:5_000]), ("en", titles[5_000:])):
        events = [armed(n, title, whens[n % len(whens)]) for n, title in enumerate(half)]
        for some in (events[n : n + 10] for n in range(0, len(events), 10)):
            rule = replace(digest_rule(), title=some[0].title)
            changes = journal(*(revised_date(e) for e in some[5:]))
            found = compose(rule, some, changes, now, now)
            check(slack.digest_message(found, lang, BASE))
            made: list[Reminder | Changed] = []
            for one in some:
                due = Reminder(one, one.when, lead("P1D"), now, not one.when.dated, True, now)
                moved = Changed(
                    one, revised_date(one).after, (ChangeKind.LATER,), 1, one.details.source
                )
                check(slack.reminder_message(due, lang, BASE, SHANGHAI))
                check(slack.change_message(moved, lang, BASE, SHANGHAI))
                made += [due, moved]
            message = slack.joined_message(made, lang, BASE, SHANGHAI)
            check(message)
            check(marked_as_repeat(message, lang))


def revised_date(one: Event) -> event_.Change:
    step = event_.revise(one, replace(one.details, when=when_.parse("2026-08-01")), CREATED)
    assert step
    return step


def test_titles_are_cut_where_nothing_breaks() -> None:
    assert safe("标" * 3000, 300) == "标" * 299 + "…"
    assert len(safe("🔥" * 3000, 300).encode("utf-16-le")) // 2 <= 300
    assert safe("👩‍👩‍👧‍👦" * 3, 5) == "👩…"
    assert safe("a\n\n b\tc\x00d\u202ee\u2067f", 99) == "a b cdef"
    assert safe("עברית", 99) == "\u2068עברית\u2069"
    assert safe(" \u200b\u2060 ", 99) == ""


def test_plain_text_has_no_markup_left() -> None:
    assert escape("<!here> & <@U1>") == "&lt;!here&gt; &amp; &lt;@\u2060U1&gt;"
    assert escape("*b* _i_ ~s~ `c`") == "＊b＊ ＿i＿ ～s～ ｀c｀"
    assert escape(":fire: 08:30 01:00—03:00") == ":\u2060fire: 08:30 01:00—03:00"
    assert escape("> quoted") == "\u2060&gt; quoted"
    assert escape("see https://evil.example") == "see https:\u2060//evil.example"


WHENS = st.sampled_from(
    ("2026-05-13", "2026-05-13/2026-05-14", "2026-05-13T01:00+08:00/2026-05-14T09:00+08:00", "2026-05-20", "2026-05")
)  # fmt: skip
TITLES = st.text(st.characters(exclude_categories=()), max_size=40).flatmap(
    lambda text: st.sampled_from((text, text * 12, text * 80))
)


@pytest.mark.slow
@given(
    st.lists(st.tuples(WHENS, TITLES), min_size=1, max_size=12),
    st.integers(1, 300),
    st.sampled_from(("zh", "en")),
    st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_any_digest_of_up_to_300_events_keeps_the_limits(
    kinds: list[tuple[str, str]], count: int, lang: str, late: bool
) -> None:
    events = [
        armed(n, title, when) for n, (when, title) in zip(range(count), kinds * 300, strict=False)
    ]
    now = at("2026-05-13T08:30+08:00")
    found = compose(digest_rule(), events, [], now + late * timedelta(hours=2), now)
    message = slack.digest_message(found, lang, BASE)
    check(message)
    lines = read(message).splitlines()
    shown = sum(line.startswith("• ") for line in lines)
    # Every event is either told or counted.
    more = [line for line in lines if line.startswith(("• 另有 ", "• and "))]
    if not any("另有" in title or "and " in title for _, title in kinds):
        hidden = sum(int(next(w for w in line.split() if w.isdigit())) for line in more)
        assert shown - len(more) + hidden == count


def test_what_does_not_fit_is_counted_with_a_link() -> None:
    day = date(2026, 5, 13)
    events = [event(f"e{n:03d}", "2026-05-20", title=f"第 {n} 项活动") for n in range(300)]
    items = tuple(Item(e, e.when, e.when.first, e.when.last) for e in events)
    changes = tuple(Moved(e, ChangeKind.CREATED, None, e.when) for e in events)
    found = Digest("t", day, SHANGHAI, 14, time(8, 30), (), changes, items, (), ())
    message = slack.digest_message(found, "zh", BASE)
    check(message)
    lines = read(message).splitlines()
    more = [line for line in lines if line.startswith("• 另有")]
    assert len(more) == 2
    assert lines.count("**变动**") == lines.count("**未来 14 天**") == 1
    last = message.blocks[-1]["elements"][-1]["elements"][-1]["elements"][0]
    assert last["type"] == "link"
    assert last["url"] == f"{BASE}/"
    assert message.text.splitlines()[-1].startswith("另有 ")
    assert message.text.endswith(f" 项 {BASE}/")
    told = sum(line.startswith("• ") for line in message.text.splitlines())
    assert f"另有 {600 - told} 项" in message.text
    assert " more https://" in slack.digest_message(found, "en", BASE).text.splitlines()[-1]
