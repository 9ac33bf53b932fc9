"""SIGKILL in the middle of every kind of write, and of a migration.

    run(make, kinds, kills, seed) -> Figures       what the tests do in small
    python -m tests.acceptance.crash        what `make crash` does, on both databases

The parent (this) starts one writer after another over one database, and each is killed: at a point
of its own (the n-th statement that it sends, or just before or after a commit), or by the parent at
a random moment. A writer says on its output what it begins and what is done, so that afterwards the
parent knows what has to be there whole, and what may be there whole or not at all. Then
tests.soundness looks at all of the database, and the next writer is the plain restart.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.channels import Channels
from service.channels.slack import Delivered, Posted, SlackChannel
from service.core.alerts import deliveries
from service.core.alerts.blockkit import SlackMessage
from service.core.alerts.deliveries import Composed, Delivery, State
from service.core.alerts.rules import FeedSpec
from service.core.alerts.schedule import AlertKind
from service.core.events import filters
from service.core.events.event import Origin
from service.core.files import calendar_file
from service.operations import decisions, events, feeds, file_sync, imports, keys, reviews
from service.operations.alerts import sending
from service.operations.alerts.alert_run import AlertSettings
from service.operations.alerts.run_once import RunReport, run_once
from service.operations.events import By
from service.operations.idempotency import Reply, once
from service.operations.keys import Scope
from service.store import Store, StoredRule, migrate, open_engine
from service.store.backup import backup, restore
from service.store.engine import WRITES as BY_A_WRITER
from service.store.schema import metadata
from tests.acceptance.torture import databases
from tests.soundness import faults
from tests.store import older

ROOT = Path(__file__).parents[2]
BY_PARENT = "by the parent"
STATEMENT, BEFORE, AFTER = "statement", "before commit", "after commit"
HOWS = (STATEMENT, BEFORE, AFTER, BY_PARENT)
MOST = 30.0  # seconds for one writer; it has a few milliseconds of work
LONGEST = 200  # writes of one writer, should nobody kill it

CHANGE = {"name": "changes", "channel": "#crash", "timezone": "UTC"}


# ------------------------------------------------------------------ the writes


@dataclass
class Tools:
    store: Store
    folder: Path
    chance: random.Random
    name: str = ""
    touched: set[str] = field(default_factory=set)

    def some_id(self) -> str:
        """An event that is not the file's, and that nothing of this writer's has touched: what it
        has done to it would be gone with it when it is purged."""
        with self.store.reading() as reading:
            held = [event.id for event in reading.select(filters.Filter())]
        ours = ("file-", f"{self.name}-")
        found = self.chance.choice(
            [id for id in held if not id.startswith(ours) and id not in self.touched]
        )
        self.touched.add(found)
        return found


Write = Callable[[Tools, str], None]
Said = list[dict[str, Any]]


def by(token: str) -> By:
    return By(token, Origin.API, datetime.now(UTC), "UTC")


def _add(tools: Tools, token: str) -> None:
    """With an Idempotency-Key: the event and the answer kept for a repeat."""

    def act() -> Reply:
        data = {"id": token, "title": f"会议 {token}", "when": "2026-05", "tags": [token, "AI"]}
        made = events.create(writing, data, by(token))
        return Reply(201, json.dumps({"id": made.event.id}))

    with tools.store.writing(datetime.now(UTC)) as writing:
        once(writing, token, token, act)


def _edit(tools: Tools, token: str) -> None:
    id = tools.some_id()
    new = {
        "title": f"发布 {token}",
        "tags": [token],
        "when": f"2026-06-{tools.chance.randint(1, 28):02d}",
    }
    with tools.store.writing(datetime.now(UTC)) as writing:
        events.patch(writing, id, new, by(token))


def _withdraw(tools: Tools, token: str) -> None:
    id = tools.some_id()
    with tools.store.writing(datetime.now(UTC)) as writing:
        events.withdraw(writing, id, by(token))


def _purge(tools: Tools, token: str) -> None:
    id = tools.some_id()
    with tools.store.writing(datetime.now(UTC)) as writing:
        events.purge(writing, id, by(token))


def _batch(tools: Tools, token: str) -> None:
    items = [
        {"id": f"{token}-{n}", "title": f"{token} {n}", "when": "2026-07-15", "tags": [token]}
        for n in range(5)
    ]
    with tools.store.writing(datetime.now(UTC)) as writing:
        events.batch(writing, items, by(token))


def _sync(tools: Tools, token: str) -> None:
    """The same four events, feed and digest, with other words in each."""
    entries = "".join(
        f"  - {{id: file-{n}, title: {token} {n}, when: 2026-05, tags: [{token}]}}\n"
        for n in range(4)
    )
    text = (
        f"events:\n{entries}feeds:\n  - {{name: file-feed, title: {token}, private: true}}\n"
        f"alerts:\n  digests:\n    - {{name: file-digest, title: {token}, channel: '#crash', at: '23:59'}}\n"
        "  changes:\n    - {name: changes, channel: '#crash'}\n"
    )
    wanted = calendar_file.read(text.encode(), token, timezone="UTC", lang="zh")
    file_sync.sync(tools.store, wanted, datetime.now(UTC), file_name=token)


def _import(tools: Tools, token: str) -> None:
    """Kept for review and applied: two transactions, as a person does it."""
    entries = "".join(
        f"BEGIN:VEVENT\r\nUID:{token}-{n}@crash\r\nDTSTAMP:20260101T000000Z\r\n"
        f"DTSTART;VALUE=DATE:2026081{n}\r\nSUMMARY:{token} {n}\r\nEND:VEVENT\r\n"
        for n in range(3)
    )
    calendar = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:crash\r\n{entries}END:VCALENDAR\r\n"
    given = imports.read(imports.File(calendar.encode(), "crash.ics"), by(token), "zh")
    with tools.store.writing(datetime.now(UTC)) as writing:
        stored = reviews.keep(writing, given, by(token))
    with tools.store.writing(datetime.now(UTC)) as writing:
        decisions.apply_kept(writing, stored.id, "all", by(token))


def _feed(tools: Tools, token: str) -> None:
    with tools.store.writing(datetime.now(UTC)) as writing:
        feeds.create(writing, FeedSpec(token, token, filters.Filter(), True), datetime.now(UTC))


def _key(tools: Tools, token: str) -> None:
    keys.create(tools.store, token, Scope.WRITE, datetime.now(UTC))


def _deliver(tools: Tools, token: str) -> None:
    """Two messages owed, and a pass: plan, claim, post, finish."""
    now = datetime.now(UTC)
    with tools.store.writing(now) as writing:
        for n in range(2):
            block = {"type": "section", "text": {"type": "mrkdwn", "text": token}}
            key = f"change/changes/{token}-{n}/1"
            writing.owe(
                Delivery(
                    key, AlertKind.CHANGE, "changes", "#crash", now, State.OWED,
                    event_id=f"{token}-{n}", next_at=now, message=Composed(None, {"blocks": [block], "text": token}),
                )
            )  # fmt: skip
    run_pass(tools)


def run_pass(tools: Tools) -> RunReport:
    settings = AlertSettings("http://127.0.0.1:8000", timedelta(0), timedelta(0))
    slack = Posts(tools.folder / "posts")
    now = datetime.now(UTC)
    return run_once(
        tools.store,
        Channels(slack),
        settings,
        now,
        clock=lambda: datetime.now(UTC),
        sleep=time.sleep,
    )


WRITES: dict[str, tuple[Write, int | None]] = {
    # How many changes each makes; None: not the journal's business.
    "add": (_add, 1),
    "edit": (_edit, 1),
    "withdraw": (_withdraw, 1),
    "purge": (_purge, 1),
    "batch": (_batch, 5),
    "sync": (_sync, 4),
    "import": (_import, 3),
    "feed": (_feed, None),
    "key": (_key, None),
    "deliver": (_deliver, None),
}
ALONE = ("restore", "migrate")
KINDS = (*WRITES, *ALONE)


class Posts:
    """A Slack that never fails: a file that outlives whoever writes to it."""

    can_look = True

    def __init__(self, path: Path) -> None:
        self.path = path

    def channel_id(self, name: str) -> str:
        return name

    def obstacles(self, names: Iterable[str]) -> dict[str, str]:
        return dict.fromkeys(names, "")

    def post(self, channel: str, message: SlackMessage, keys: Sequence[str]) -> Posted:
        with self.path.open("a") as file:
            file.write("".join(f"{key}\n" for key in keys))
        return Posted("1.0", "C", metadata_ok=True)

    def delivered(self, channel: str, oldest: float) -> Delivered:
        return Delivered(dict.fromkeys(self.keys(), "1.0"), complete=True)

    def keys(self) -> list[str]:
        return self.path.read_text().split("\n")[:-1] if self.path.exists() else []


# ------------------------------------------------------------------ a writer, which is killed


def scaled() -> None:
    """Leases are over soon, and channels free at once: nobody else is writing to them here."""
    deliveries.LEASE = sending.LEASE = timedelta(seconds=0.3)
    sending.REQUEST = timedelta(0)
    SlackChannel.limits = replace(SlackChannel.limits, every=timedelta(0))


def work() -> int:
    """Writes until it is killed; CRASH says what, where and how."""
    told = json.loads(os.environ["CRASH"])
    zoneinfo.reset_tzpath(to=())
    scaled()
    engine = open_engine(told["url"])
    folder = Path(told["folder"])
    if told["kind"] == "migrate":
        die_at(engine, told["how"], told["number"])
        say(begin="migrate")
        migrate(engine)
        say(done="migrate")
        return 0
    migrate(engine)
    tools = Tools(Store(engine), folder, random.Random(told["seed"]), told["name"])
    if told["kind"] == "restore":
        die_at(engine, told["how"], told["number"])
        say(begin="restore")
        restore(tools.store, folder / "backup.db", datetime.now(UTC))
        say(done="restore")
        return 0
    for n in range(LONGEST):
        # One before, so that there is something to be damaged; afterwards mostly of that kind.
        kind = "batch" if n == 0 else tools.chance.choice([*WRITES, *[told["kind"]] * len(WRITES)])
        if n == 1:
            kind = told["kind"]
            die_at(engine, told["how"], told["number"])
            say(armed=True)
        token = f"{told['name']}-{n}"
        write, rows = WRITES[kind]
        say(begin=token, kind=kind, rows=rows)
        write(tools, token)
        say(done=token)
    return 0


def say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def die_at(engine: sa.Engine, how: str, number: int) -> None:
    """End by SIGKILL at that point; a writer that never gets there goes on to other writes."""
    if how == BY_PARENT:
        return
    count, writing = 0, False

    def here() -> None:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def sent(connection: sa.Connection, *_: Any) -> None:
        if connection.get_execution_options().get(BY_A_WRITER):
            here()

    def committing(connection: sa.Connection) -> None:
        nonlocal writing
        writing = bool(connection.get_execution_options().get(BY_A_WRITER))
        if writing and how == BEFORE:
            here()

    commit = engine.dialect.do_commit

    def do_commit(connection: Any) -> None:
        commit(connection)
        if writing and how == AFTER:
            here()

    if how == STATEMENT:
        sa.event.listen(engine, "before_cursor_execute", sent)
    else:
        sa.event.listen(engine, "commit", committing)
        engine.dialect.do_commit = do_commit  # type: ignore[method-assign]


# ------------------------------------------------------------------ the parent


@dataclass
class Figures:
    """What was killed, and what was wrong afterwards."""

    killed: Counter[str] = field(default_factory=Counter)
    how: Counter[str] = field(default_factory=Counter)
    writes: int = 0
    open: Counter[str] = field(default_factory=Counter)
    """Of the writes that were under way: how many are there whole, and how many not at all."""
    posts: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{sum(self.killed.values())} killed ({_counts(self.killed)}; {_counts(self.how)}), "
            f"{self.writes} writes done, of those under way {_counts(self.open)}, "
            f"{self.posts} messages, {len(self.wrong)} faults, {self.seconds:.0f} s"
        )


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))


@dataclass
class Crashes:
    """One database, and what is known to be in it."""

    make: Callable[[str, str, bool], str]
    database: str
    chance: random.Random
    folder: Path
    url: str = ""
    figures: Figures = field(default_factory=Figures)
    count: int = 0

    def begin(self) -> None:
        self.url = self.make(self.database, "crash", True)
        engine = open_engine(self.url)
        store = Store(engine)
        rule = StoredRule("change", "changes", 0, CHANGE, datetime.now(UTC))
        with store.writing(datetime.now(UTC)) as writing:
            writing.put_rules([rule])
            for n in range(60):
                data = {
                    "id": f"first-{n}",
                    "title": f"First {n}",
                    "when": "2026",
                    "tags": ["first"],
                }
                events.create(writing, data, by("first"))
        backup(store, self.folder / "backup.db", datetime.now(UTC))
        store.close()

    def kill(self, kind: str, how: str) -> None:
        """A writer's life, and what must be true after it. One that was done before it came to where
        it should have died is followed by one that dies earlier."""
        most = {STATEMENT: 60 if kind in ALONE else 12}.get(how, 1 if kind in ALONE else 2)
        life = self._killed_migration if kind == "migrate" else self._killed_write
        while True:
            self.count += 1
            if life(kind, how, self.chance.randint(1, most)):
                self.figures.how[how] += 1
                return
            most = max(1, most // 2)

    def _killed_write(self, kind: str, how: str, number: int) -> bool:
        engine = open_engine(self.url)
        before = dump(engine) if kind == "restore" else {}
        engine.dispose()
        told, killed = self._life(self.url, kind, how, number)
        where = f"{kind}, {how} {number}"
        engine = open_engine(self.url)
        migrate(engine)
        store = Store(engine)
        if kind == "restore":
            self._after_restore(engine, before, told, where)
            self.figures.killed[kind] += killed
        else:
            self._after_writes(store, told, where, killed)
        self._wrong(where, faults(engine))
        store.close()
        return killed

    def finish(self) -> None:
        """The plain restart: nothing is left, and every message went out once."""
        scaled_from = (deliveries.LEASE, sending.LEASE, sending.REQUEST)
        limits = SlackChannel.limits
        store = Store(open_engine(self.url))
        scaled()
        try:
            tools = Tools(store, self.folder, self.chance)
            end = time.monotonic() + MOST
            while run_pass(tools).left and time.monotonic() < end:
                time.sleep(0.1)
            with store.reading() as reading:
                rows = reading.deliveries()
            left = [f"{row.key} is {row.state}" for row in rows if row.state not in _OVER]
            sent = Counter(Posts(self.folder / "posts").keys())
            self.figures.posts = sum(sent.values())
            self._wrong("the end", left)
            self._wrong(
                "the end", [f"{key} went out {n} times" for key, n in sent.items() if n > 1]
            )
            sent_rows = [row for row in rows if row.state is State.SENT]
            lost = [f"{row.key} never went out" for row in sent_rows if row.key not in sent]
            self._wrong("the end", lost)
            self._wrong("the end", faults(store._engine))
        finally:
            store.close()
            deliveries.LEASE, sending.LEASE, sending.REQUEST = scaled_from
            SlackChannel.limits = limits

    def _life(self, url: str, kind: str, how: str, number: int) -> tuple[Said, bool]:
        """Starts a writer that is to be killed; what it said, and whether it was."""
        told = {
            "url": url, "kind": kind, "how": how, "number": number, "name": f"w{self.count}",
            "seed": self.chance.random(), "folder": str(self.folder),
        }  # fmt: skip
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
        writer = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.acceptance.crash", "--worker"],
            cwd=ROOT,
            env={**environment, "CRASH": json.dumps(told)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        said: Said = []
        try:
            if how == BY_PARENT:
                assert writer.stdout is not None
                for line in writer.stdout:
                    said.append(json.loads(line))
                    if said[-1].get("begin") == kind or "armed" in said[-1]:
                        break
                time.sleep(self.chance.uniform(0, 0.06 if kind in ALONE else 0.2))
                writer.kill()
            rest, errors = writer.communicate(timeout=MOST)
        finally:
            writer.kill()
            writer.wait(10)
        said += [json.loads(line) for line in rest.splitlines()]
        if writer.returncode not in (0, -signal.SIGKILL):
            raise AssertionError(f"a writer failed ({kind}, {how} {number}):\n{errors[-4000:]}")
        return said, writer.returncode == -signal.SIGKILL

    def _after_writes(self, store: Store, told: Said, where: str, killed: bool) -> None:
        begun = {line["begin"]: line for line in told if "begin" in line}
        finished = {line["done"] for line in told if "done" in line}
        self.figures.writes += len(finished)
        if killed:
            under_way = [line["kind"] for token, line in begun.items() if token not in finished]
            self.figures.killed[under_way[0] if under_way else "between writes"] += 1
        with store.reading() as reading:
            changes = Counter(row.who for row in reading.changes(0))
            if history := reading.history("file-0"):
                # A file's events, feeds and rules are applied together.
                titles = {feed.title for feed in reading.feeds() if feed.name == "file-feed"}
                titles |= {rule.spec["title"] for rule in reading.rules("digest")}
                if titles != {history[-1].who}:
                    self.figures.wrong.append(f"{where}: of a file a part is applied")
        for token, line in begun.items():
            whole = self._there(store, line, changes)
            if token in finished and whole is not True:
                self.figures.wrong.append(f"{where}: {line['kind']} was done, and is lost")
            elif whole is None:
                self.figures.wrong.append(f"{where}: {line['kind']} is half there")
            elif token not in finished:
                self.figures.open["whole" if whole else "not at all"] += 1

    def _there(self, store: Store, line: dict[str, Any], changes: Counter[str]) -> bool | None:
        """Whether a write is in the database; None where a part of it is."""
        token, kind = line["begin"], line["kind"]
        with store.reading() as reading:
            parts: list[bool] = []
            if line["rows"] is not None:
                if changes[token] not in (0, line["rows"]):
                    return None
                parts.append(changes[token] > 0)
            if kind == "add":
                reply = _column(store, "SELECT count(*) FROM replies WHERE key = :token", token)
                parts.append(reply == 1)
            elif kind == "feed":
                parts.append(reading.feed(token) is not None)
            elif kind == "key":
                parts.append(any(key.name == token for key in reading.api_keys()))
            elif kind == "deliver":
                parts += [
                    reading.delivery(f"change/changes/{token}-{n}/1") is not None for n in range(2)
                ]
            return parts[0] if len(set(parts)) == 1 else None

    def _after_restore(self, engine: sa.Engine, before: Dump, told: Said, where: str) -> None:
        after = dump(engine)
        restored = after["events"] != before["events"] or after["journal"] != before["journal"]
        if restored:
            saved = open_engine(f"sqlite:///{self.folder}/backup.db")
            kept = dump(saved)
            saved.dispose()
            different = [
                name
                for name in kept
                if name not in _RESTORED_OTHERWISE and after[name] != kept[name]
            ]
            self._wrong(where, [f"{name} is not the backup's" for name in different])
            self.figures.open["whole"] += 1
        else:
            self._wrong(where, [name for name in before if after[name] != before[name]])
            if any("done" in line for line in told):
                self.figures.wrong.append(f"{where}: it was done, and is lost")
            self.figures.open["not at all"] += 1

    def _killed_migration(self, kind: str, how: str, number: int) -> bool:
        revision = self.chance.choice(older.REVISIONS)
        url = self.make(self.database, f"old_{self.count}", False)
        engine = open_engine(url)
        older.make(engine, revision)
        before = older.held(engine)
        engine.dispose()
        told, killed = self._life(url, kind, how, number)
        where = f"migrate from {revision}, {how} {number}"
        engine = open_engine(url)
        reached = older.revision(engine)
        done = any("done" in line for line in told)
        if reached not in (revision, older.NEWEST) or (done and reached != older.NEWEST):
            self.figures.wrong.append(f"{where}: half-way, at {reached}")
        self.figures.open["whole" if reached == older.NEWEST else "not at all"] += not done
        migrate(engine)  # the plain restart
        self._wrong(where, older.differences(before, older.held(engine)))
        self._wrong(where, faults(engine))
        engine.dispose()
        self.figures.killed[kind] += killed
        return killed

    def _wrong(self, where: str, found: Iterable[str]) -> None:
        self.figures.wrong += [f"{where}: {line}" for line in found]


_OVER = (State.SENT, State.SKIPPED)  # a change that was undone has nothing to say
Dump = dict[str, list[tuple[Any, ...]]]
# A restore counts on, and says that it was one.
_RESTORED_OTHERWISE = ("counter", "marks", "feed_answers")


def dump(engine: sa.Engine) -> Dump:
    with engine.connect() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(sa.select(table))), key=repr
            )
            for table in metadata.sorted_tables
        }


def _column(store: Store, query: str, token: str) -> Any:
    with store._engine.connect() as connection:
        return connection.execute(sa.text(query), {"token": token}).scalar()


def run(
    make: Callable[[str, str, bool], str],
    database: str,
    kills: Sequence[tuple[str, str]],
    seed: int,
    folder: Path,
) -> Figures:
    """So many writers killed, each while it does that kind of write and in that way."""
    began = time.monotonic()
    crashes = Crashes(make, database, random.Random(seed), folder)
    crashes.begin()
    for kind, how in kills:
        crashes.kill(kind, how)
    crashes.finish()
    crashes.figures.seconds = time.monotonic() - began
    return crashes.figures


def one_of_each(seed: int) -> list[tuple[str, str]]:
    """Each kind once, and each way three times."""
    kinds = random.Random(seed).sample(KINDS, len(KINDS))
    return [(kind, HOWS[n % len(HOWS)]) for n, kind in enumerate(kinds)]


def kills_of(count: int, seed: int, kinds: Sequence[str] = KINDS) -> list[tuple[str, str]]:
    """Evenly of each kind and in each way, in a random order."""
    all_ = [(kind, how) for how in HOWS for kind in kinds]
    found = [all_[n % len(all_)] for n in range(count)]
    random.Random(seed).shuffle(found)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--worker", action="store_true", help="for this module's own use")
    parser.add_argument("--kills", type=int, default=300, help="in all, half on each database")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.worker:
        return work()
    failed = False
    with databases() as make:
        for database in ("sqlite", "postgresql"):
            with tempfile.TemporaryDirectory(prefix="horizon-crash-") as folder:
                kills = kills_of(given.kills // 2, given.seed)
                figures = run(make, database, kills, given.seed, Path(folder))
            print(f"{database}: {figures}", flush=True)
            for line in figures.wrong[:20]:
                print(f"  {line}", flush=True)
            failed = failed or bool(figures.wrong)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
