"""Events to store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from service.core.dates import when
from service.core.events import event
from service.core.events.event import Change, Details, Event, Importance, Origin, Source, Status
from service.core.events.kinds import Kind
from service.store import Store

NOW = datetime(2026, 4, 27, 1, 2, 3, 456789, tzinfo=UTC)

FULL = Details(
    title="百度 Create 2026 AI 开发者大会 🐻‍❄️ %_\\ ' \" <b>",
    when=when.parse("2026-05-13T09:00+08:00/2026-05-14T18:30+08:00"),
    timezone="Asia/Shanghai",
    kind=Kind.CONFERENCE,
    titles=(("en", "Baidu Create 2026"), ("zh", "百度 Create")),
    organizations=("百度", "ＢＡＩＤＵ"),
    tickers=("9888.HK", "BIDU.O"),
    tags=("AI", "大模型", "𠮷野家"),
    importance=Importance.HIGH,
    location="北京",
    url="https://create.baidu.com/?q=%E4%B8%AD",
    description="第一行\n第二行 👩‍👩‍👧‍👦\n" + "长" * 5000,
    recurrence="FREQ=YEARLY;COUNT=5",
    exceptions=(date(2027, 5, 13), date(2028, 5, 13)),
    status=Status.TENTATIVE,
    source=Source(
        title="人工智能周报（26年第17周）",
        publisher="国信证券",
        date=date(2026, 4, 27),
        url="https://example.org/report.pdf",
        official=True,
        excerpt="5月13日-14日：百度 Create 2026",
        page=12,
        line=7,
        sha256="ab" * 32,
    ),
)


def details(text: str = "2026-05-13", /, **given: Any) -> Details:
    return Details(
        **{"title": "大会", "when": when.parse(text), "timezone": "Asia/Shanghai", **given}
    )


def created(id_: str, what: Details | None = None, /, **given: Any) -> Change:
    return event.new(id_, what or details(), NOW, Origin.API, **given)


def put(store: Store, *changes: Change) -> None:
    with store.writing(NOW) as writing:
        for change in changes:
            writing.record(change, who="test", origin=Origin.API)


def revised(before: Event, what: Details, now: datetime = NOW) -> Change:
    change = event.revise(before, what, now)
    assert change is not None
    return change


def withdrawn(before: Event) -> Change:
    change = event.withdraw(before, NOW)
    assert change is not None
    return change
