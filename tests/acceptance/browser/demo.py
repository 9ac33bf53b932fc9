"""A service to look at: the weekly note's events, one of every kind, and dates that changed; served
on a real socket, at a time that whoever uses it sets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.app import Horizon, build
from service.core.alerts.deliveries import Delivery, State
from service.core.alerts.schedule import AlertKind
from service.core.events.event import Origin
from service.operations import events, keys
from service.operations.events import By
from service.serving import bound, web_server
from service.settings import Settings

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)
NOTE = "{title: 人工智能周报（26年第17周）, publisher: 国信证券, date: 2026-04-27}"
FILE = f"""\
timezone: Asia/Shanghai
events:
  - id: baidu-create-2026
    title: 百度 Create 2026 AI 开发者大会
    titles: {{en: Baidu Create 2026}}
    when: 2026-05-13/2026-05-14
    kind: conference
    organizations: [百度]
    tickers: [9888.HK]
    tags: [AI]
    importance: high
    location: 北京
    source: {{<<: &w17 {NOTE}, excerpt: "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会"}}
  - id: fortune-workplace-2026
    title: Fortune 职场创新峰会
    when: 2026-05-19/2026-05-20
    kind: conference
    organizations: [Fortune]
    source: {{<<: *w17, excerpt: "5 月 19 日-20 日：Fortune 职场创新峰会"}}
  - id: google-io-2026
    title: Google I/O 2026 开发者大会
    titles: {{en: Google I/O 2026}}
    when: 2026-05
    kind: conference
    organizations: [Google]
    tickers: [GOOGL.O]
    tags: [AI]
    importance: high
    source: {{<<: *w17, excerpt: "5 月：Google I/O 2026 开发者大会"}}
  - id: microsoft-build-2026
    title: Microsoft Build 2026 开发者大会
    titles: {{en: Microsoft Build 2026}}
    when: 2026-05
    kind: conference
    organizations: [Microsoft]
    importance: high
    source: {{<<: *w17, excerpt: "5 月：Microsoft Build 2026 开发者大会"}}
  - id: superai-2026
    title: SuperAI 2026
    when: 2026-06-10/2026-06-11
    kind: conference
    location: Singapore
    source: {{<<: *w17, excerpt: "6 月 10 日-11 日：SuperAI 2026"}}
  - id: anthropomorphic-ai-rules
    title: 《人工智能拟人化互动服务管理暂行办法》正式施行
    when: 2026-07-15
    kind: regulation
    importance: high
    source: {{<<: *w17, excerpt: "7 月 15 日：《人工智能拟人化互动服务管理暂行办法》正式施行"}}
  # What follows is made up, to have one of every kind; no source is named for it.
  - id: alpine-congress-2026
    title: Alpine Congress 2026
    when: 2026-06-17
    kind: conference
    location: Zurich
  - id: keynote
    title: Northwind 2026 keynote
    when: 2026-06-08T10:00-07:00/2026-06-08T12:00-07:00
    timezone: America/Los_Angeles
    kind: launch
    organizations: [Northwind]
  - {{id: papers, title: Polar ML 2026 论文投稿截止, when: 2026-05-06, kind: deadline}}
  - {{id: labels, title: 《示例标识办法》征求意见截止, when: "[2026-05-21..2026-05-31]", kind: consultation}}
  - {{id: earnings-q1, title: 示例半导体一季度业绩发布, titles: {{en: Example Semiconductor first-quarter results}}, when: 2026-05-20, kind: earnings, tickers: [EXMP.O]}}
  - {{id: council, title: 示例政策会议, when: 2026-04-30~, kind: policy}}
  - {{id: figures, title: 示例月度数据公布, when: 2026-05-11T09:30+08:00, kind: data-release}}
  - {{id: act, title: 《示例法案》义务开始适用, titles: {{en: Example Act obligations apply}}, when: 2026-H2, kind: regulation, importance: high}}
  - {{id: chip, title: 示例工艺量产, when: 2026-Q3?, kind: other, importance: low}}
  - {{id: weekly, title: 示例周例会, when: 2026-04-30, recurrence: "FREQ=WEEKLY;COUNT=6", kind: other}}
  - {{id: off, title: 示例技术沙龙, when: 2026-05-15, kind: conference, status: cancelled}}
  - {{id: late, title: 示例模型开源, when: 2026-03, kind: launch, organizations: [示例公司]}}
  - {{id: days, title: Northwind Dev Days 2026, when: 2026-03-16/2026-03-19, kind: conference, location: "Lisbon"}}
feeds:
  - {{name: all, title: AI 事件日历}}
  - {{name: regulation, title: 法规与征求意见, filter: {{kind: [regulation, consultation]}}}}
  - {{name: portfolio, title: 持仓相关, filter: {{ticker: [9888.HK]}}, private: true}}
alerts:
  digests:
    - {{name: daily, title: AI 事件日历, channel: "#ai-events", at: 08:30, days: workdays, ahead: P14D}}
  reminders:
    - {{name: regulation, channel: "#compliance", at: 09:00, before: [P7D, P1D, P0D], filter: {{kind: [regulation, consultation]}}}}
  changes:
    - {{name: changes, channel: "#ai-events"}}
"""
STEPS = (
    (3, "alpine-congress-2026", {"when": "2026-06"}, "Example Trade News", None),
    (
        9,
        "alpine-congress-2026",
        {"when": "[2026-06-11..2026-06-20]"},
        "Alpine newsletter",
        "Mid-June",
    ),
    (
        16,
        "alpine-congress-2026",
        {"when": "2026-06-17/2026-06-18"},
        "Alpine Congress",
        "17–18 June, Zurich",
    ),
)


@dataclass
class Demo:
    """A running service: its address, and what stands behind it."""

    horizon: Horizon
    address: str
    file: Path
    times: list[datetime] = field(default_factory=list)

    def key(self, scope: str = "write", name: str = "alice") -> str:
        return keys.create(self.horizon.store, name, keys.Scope(scope), self.times[-1])

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")
        self.horizon.keep_in_step()


@contextmanager
def serving(folder: Path, text: str = FILE, **changes: object) -> Iterator[Demo]:
    """The service, until the block ends."""
    times = [NOW - timedelta(days=21)]  # the file is older than what is shown
    file = folder / "events.yaml"
    with bound("127.0.0.1", 0) as socket:
        address = f"http://127.0.0.1:{socket.getsockname()[1]}"
        values: dict[str, object] = {
            "database_url": f"sqlite:///{folder}/horizon.db",
            "events_file": file,
            "base_url": address,
            **changes,
        }
        horizon = build(Settings(**values), lambda: times[-1])  # type: ignore[arg-type]
        demo = Demo(horizon, address, file, times)
        demo.write(text)
        with_history(demo)
        with_ledger(demo)
        times.append(NOW)
        server = web_server(horizon)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
        thread.start()
        try:
            yield demo
        finally:
            server.should_exit = True
            thread.join(120)
            horizon.close()


LEDGER = (
    ("digest/daily/2026-04-24", AlertKind.DIGEST, "daily", "#ai-events", None, State.SENT, "", 3),
    ("change/changes/alpine-congress-2026/1", AlertKind.CHANGE, "changes", "#ai-events", "alpine-congress-2026", State.SENT, "", 2),
    ("reminder/regulation/labels/a", AlertKind.REMINDER, "regulation", "#compliance", "labels", State.FAILED,
     "not_in_channel", 1),
    ("digest/daily/2026-04-27", AlertKind.DIGEST, "daily", "#ai-events", None, State.OWED, "", 0),
)  # fmt: skip


def with_ledger(demo: Demo) -> None:
    """Alerts that were sent, are owed, or failed."""
    with demo.horizon.store.writing(NOW) as writing:
        for key, kind, rule, channel, event_id, state, error, days in LEDGER:
            due = NOW - timedelta(days=days)
            row = Delivery(
                key, kind, rule, channel, due, State.OWED, event_id=event_id, next_at=due
            )
            writing.owe(row)
            if state is not State.OWED:
                after = replace(row, state=state, error=error, attempts=1)
                writing.save_delivery(after, before=row)


def with_history(demo: Demo) -> None:
    """Dates that firmed and slipped, as notes told of them in the weeks before."""
    store, now = demo.horizon.store, NOW
    for days, id_, patch, publisher, excerpt in STEPS:
        at = now - timedelta(days=20 - days)
        source = {"title": None, "publisher": publisher, "date": at.date().isoformat()}
        source["excerpt"] = excerpt
        if id_ not in demo.file.read_text("utf-8"):
            continue
        with store.writing(at) as writing:
            by = By("crawler", Origin.API, at, "Asia/Shanghai")
            events.patch(writing, id_, {**patch, "source": source}, by)
