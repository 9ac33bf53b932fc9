"""The six events of the weekly note, as in events.yaml, and the rules that tell of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from service.core.alerts import rules
from service.core.events import event as event_
from service.core.events import fields
from service.core.events.event import ChangeKind, Event, Origin, Recorded

CREATED = datetime(2026, 4, 27, 0, 0, tzinfo=UTC)
_NOTE = {"title": "人工智能周报（26年第17周）", "publisher": "国信证券", "date": "2026-04-27"}


def event(id_: str, when: str, **given: Any) -> Event:
    data = {"title": given.pop("title", id_), "when": when, **given}
    details = fields.read(data, given.get("timezone") or "Asia/Shanghai")
    return event_.new(id_, details, CREATED, Origin.FILE).after


def _seed(id_: str, when: str, title: str, excerpt: str, **given: Any) -> Event:
    return event(id_, when, title=title, source={**_NOTE, "excerpt": excerpt}, **given)


BAIDU = _seed(
    "baidu-create-2026",
    "2026-05-13/2026-05-14",
    "百度 Create 2026 AI 开发者大会",
    "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会",
    titles={"en": "Baidu Create 2026"},
    kind="conference",
    organizations=["百度"],
    tickers=["9888.HK"],
    tags=["AI"],
    importance="high",
)
FORTUNE = _seed(
    "fortune-workplace-2026",
    "2026-05-19/2026-05-20",
    "Fortune 职场创新峰会",
    "5 月 19 日-20 日：Fortune 职场创新峰会",
    kind="conference",
    organizations=["Fortune"],
)
GOOGLE = _seed(
    "google-io-2026",
    "2026-05",
    "Google I/O 2026 开发者大会",
    "5 月：Google I/O 2026 开发者大会",
    titles={"en": "Google I/O 2026"},
    kind="conference",
    organizations=["Google"],
    tickers=["GOOGL.O"],
    tags=["AI"],
    importance="high",
)
MICROSOFT = _seed(
    "microsoft-build-2026",
    "2026-05",
    "Microsoft Build 2026 开发者大会",
    "5 月：Microsoft Build 2026 开发者大会",
    titles={"en": "Microsoft Build 2026"},
    kind="conference",
    organizations=["Microsoft"],
    tags=["AI"],
    importance="high",
)
SUPERAI = _seed(
    "superai-2026",
    "2026-06-10/2026-06-11",
    "SuperAI 2026",
    "6 月 10 日-11 日：SuperAI 2026",
    kind="conference",
    tags=["AI"],
)
RULES = _seed(
    "anthropomorphic-ai-rules",
    "2026-07-15",
    "《人工智能拟人化互动服务管理暂行办法》正式施行",
    "7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行",
    kind="regulation",
    tags=["AI"],
    importance="high",
)
SEED = (BAIDU, FORTUNE, GOOGLE, MICROSOFT, SUPERAI, RULES)


def digest_rule(**given: Any) -> rules.DigestRule:
    data = {
        "name": "daily",
        "title": "AI 事件日历",
        "channel": "#ai-events",
        "at": "08:30",
        "days": "workdays",
        "ahead": "P14D",
    }
    return rules.read_digest({**data, **given}, timezone="Asia/Shanghai", lang="zh")


def revised(event: Event, now: datetime | None = None, **given: Any) -> event_.Change:
    """The change that setting these keys makes."""
    data = {**fields.write(event.details), **given}
    change = event_.revise(event, fields.read(data, event.details.timezone), now or CREATED)
    assert change is not None
    return change


def journal(*changes: event_.Change) -> list[Recorded]:
    """The changes as the journal keeps them, in this order."""
    return [
        Recorded(
            seq=number,
            at=change.after.updated_at,
            event_id=change.after.id,
            version=change.after.version,
            change=change.kind,
            from_when=change.from_when,
            to_when=change.to_when,
            days=change.days,
            who="test",
            origin=Origin.FILE,
            source=change.after.details.source,
            keys=change.keys,
            event=None if change.kind is ChangeKind.PURGED else replace(change.after),
        )
        for number, change in enumerate(changes, 1)
    ]
