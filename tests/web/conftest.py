"""One service over a SQLite database with the seed of a test, and a client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from service.app import Horizon, build
from service.operations import keys
from service.settings import Settings
from tests.conftest import migrated_sqlite

NOW = datetime(2026, 4, 27, 0, 30, tzinfo=UTC)
FILE = """\
timezone: Asia/Shanghai
source: {title: 人工智能周报（26年第17周）, publisher: 国信证券, date: 2026-04-27}
events:
  - id: baidu-create-2026
    title: 百度 Create 2026 AI 开发者大会
    titles: {en: Baidu Create 2026}
    when: 2026-05-13/2026-05-14
    kind: conference
    organizations: [百度]
    tickers: [9888.HK]
    source:
      title: 人工智能周报（26年第17周）
      publisher: 国信证券
      date: 2026-04-27
      excerpt: "5 月 13 日-14 日：百度 Create 2026 AI 开发者大会"
  - {id: google-io-2026, title: Google I/O 2026 开发者大会, when: 2026-05, kind: conference}
  - {id: rules, title: 《人工智能拟人化互动服务管理暂行办法》正式施行, when: 2026-07-15}
feeds:
  - {name: all, title: AI 事件日历}
  - {name: portfolio, title: 持仓相关, filter: {ticker: [9888.HK]}, private: true}
"""


@dataclass
class Service:
    """A running service whose time and file the test sets."""

    horizon: Horizon
    client: httpx2.Client
    file: Path
    now: datetime = NOW

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")
        self.horizon.keep_in_step()

    def key(self, scope: str = "write", name: str | None = None) -> dict[str, str]:
        """The headers of a caller with a new key of that scope."""
        made = keys.create(self.horizon.store, name or f"test-{scope}", keys.Scope(scope), self.now)
        return {"Authorization": f"Bearer {made}"}

    @property
    def secret(self) -> str:
        with self.horizon.store.reading() as reading:
            feed = reading.feed("portfolio")
        assert feed is not None
        assert feed.secret is not None
        return feed.secret


def settings(tmp_path: Path, **changes: object) -> Settings:
    values: dict[str, object] = {
        "database_url": f"sqlite:///{tmp_path}/data/horizon.db",
        "events_file": tmp_path / "events.yaml",
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    yield from serving(settings(tmp_path))


def serving(settings: Settings, text: str = FILE) -> Iterator[Service]:
    times: list[Service] = []
    if settings.database_url.startswith("sqlite:///"):
        migrated_sqlite(Path(settings.database_url.removeprefix("sqlite:///")))
    horizon = build(settings, lambda: times[0].now if times else NOW)
    client = TestClient(
        horizon.web(), base_url="http://127.0.0.1:8000", raise_server_exceptions=False
    )
    service = Service(horizon, client, settings.events_file)
    times.append(service)
    service.write(text)
    with client:
        yield service
    horizon.close()
