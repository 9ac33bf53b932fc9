"""`horizon serve` under mixed load, watched for what grows: memory, open files, threads.

    run(Plan(...), url, folder) -> Result          what the test does in small
    python -m tests.acceptance.soak                what `make soak` does: 15 minutes

Six clients ask for feeds (most of them conditionally), read and change events, have documents read,
look at pages and into the past; a file is edited; what changes is told to a local stand-in for Slack,
which fails now and then. The first fifth is warm-up: caches fill, threads are made. What stands at its
end is compared with what stands at the end of all. It fails if memory has grown by more than MOST_MEMORY
or handles by more than MOST_HANDLES, on any answer of 500 and above, on any other answer that was not
expected, and on an alert that came twice.
"""

from __future__ import annotations

import argparse
import itertools
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import docx
import httpx2
import psutil

from tests.acceptance.process import Process
from tests.acceptance.torture import databases
from tests.documents.making import pdf, word
from tests.slack.stand_in import TOKEN, Remote, process

MB = 1_000_000
MOST_MEMORY = 30 * MB
MOST_HANDLES = 15
WARM_UP = 0.2  # of the whole time
TAIL = 0.1  # of the whole time: what is compared are medians over so long
KEY = "soak-" + "k" * 32
EVENTS = 300
EDITED, TOLD = 5.0, 30.0  # how often the file is edited, and a line printed: seconds
OWN = 60  # events that the clients make, change and erase, each under the same ids again and again


@dataclass(frozen=True)
class Plan:
    seconds: float = 900
    clients: int = 6
    pause: float = 0.06
    """Between two requests of a client: the machine is to be busy, not overrun."""
    faults: float = 0.02

    @property
    def sample(self) -> float:
        return min(5.0, self.seconds / 100)


@dataclass(frozen=True)
class Sample:
    """The server at one moment: its own memory; open files and threads with its children's.

    A child opens one document and ends. Its 30 MB say nothing of growth, and on a busy machine it is
    seen in most of the last samples or in none; one that never ends is seen by its open files.
    """

    at: float
    memory: int
    handles: int
    threads: int


@dataclass
class Result:
    seconds: float = 0.0
    samples: list[Sample] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)
    messages: int = 0
    doubled: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    database: int = 0

    @property
    def requests(self) -> int:
        return sum(self.answers.values())


# ------------------------------------------------------------------ what the clients do


def file(edition: int) -> str:
    """An events.yaml of some hundred events; each edition moves one of them."""
    lines = []
    for n in range(EVENTS):
        day = f"2027-{n % 12 + 1:02d}-{(n + edition if n == edition % EVENTS else n) % 28 + 1:02d}"
        kind = ("conference", "regulation", "launch", "earnings")[n % 4]
        lines.append(
            f"  - {{id: file-{n}, title: 事件 {n} 的名称, when: {day}, kind: {kind}, tags: [t{n % 9}],"
            f" tickers: ['{n % 20:04d}.HK'], source: {{title: 周报, date: 2026-04-27, excerpt: 第 {n} 条}}}}"
        )
    events = "\n".join(lines)
    return f"""timezone: Asia/Shanghai
events:
{events}
feeds:
  - {{name: all, title: 全部}}
  - {{name: laws, title: 法规, filter: {{kind: [regulation]}}}}
alerts:
  digests:
    - {{name: daily, channel: "#channel-0", at: "00:00", days: daily, ahead: P14D}}
  changes:
    - {{name: changes, channel: "#channel-1"}}
"""


def documents() -> list[tuple[str, bytes]]:
    lines = [
        f"{month}月{day}日：第 {month}{day} 届示例大会" for month in (5, 9) for day in (3, 17, 28)
    ]
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    html = "".join(f"<p>{line}</p>" for line in lines)
    return [
        ("text/plain; charset=utf-8", "\n".join(lines).encode()),
        ("text/html; charset=utf-8", f"<html><body>{html}</body></html>".encode()),
        ("application/pdf", pdf(lines)),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            word(document),
        ),
    ]


class Client:
    """One client: what it asks for, in turn, and what it keeps of the answers."""

    FEEDS = (
        "/feeds/all.ics", "/feeds/all.ics?lang=en", "/feeds/laws.ics?undated=span", "/feeds/all.json",
        "/feeds/all.xml", "/feeds/all/changes.xml", "/calendar.ics?kind=launch", "/calendar.ics?tag=t3",
        "/feeds/all.ics?alarms=P1D&size=all",
    )  # fmt: skip
    PAGES = (
        "/", "/month?month=2027-03", "/timeline", "/past", "/events/file-7", "/subscribe", "/docs",
        "/?kind=regulation&lang=en", "/?as_of=2026-01-01", "/note", "/?q=事件",
    )  # fmt: skip
    READS = (
        "/api/v1/events?limit=100", "/api/v1/events?kind=launch&q=事件", "/api/v1/events?tag=t5",
        "/api/v1/events?as_of=2026-01-01T00:00:00Z", "/api/v1/events/file-3", "/api/v1/feeds",
        "/api/v1/events/file-0/history", "/api/v1/changes?since=0&limit=100", "/readyz", "/metrics",
        "/api/v1/deliveries?state=failed", "/api/v1/events/file-3.ics",
    )  # fmt: skip

    def __init__(self, number: int, address: str, result: Result, lock: threading.Lock) -> None:
        self.chance = random.Random(number)
        self.result, self.lock = result, lock
        headers = {"Authorization": f"Bearer {KEY}"}
        self.http = httpx2.Client(base_url=address, headers=headers, timeout=30)
        self.kept: dict[str, str] = {}
        self.documents = itertools.cycle(documents())
        self.ids = itertools.cycle([f"own-{number}-{n}" for n in range(OWN)])
        self.actions = (
            (self.feed, 8), (self.page, 3), (self.read, 5), (self.write, 3), (self.extract, 1),
        )  # fmt: skip

    def step(self) -> None:
        actions, weights = zip(*self.actions, strict=True)
        self.chance.choices(actions, weights)[0]()

    def ask(
        self, kind: str, method: str, path: str, expected: Sequence[int], **more: object
    ) -> httpx2.Response | None:
        try:
            answer = self.http.request(method, path, **more)  # type: ignore[arg-type]
        except httpx2.TransportError as fault:
            with self.lock:
                self.result.odd.append(f"{method} {path}: {type(fault).__name__}")
            return None
        with self.lock:
            self.result.answers[kind, answer.status_code] += 1
            if answer.status_code not in expected:
                self.result.odd.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer

    def feed(self) -> None:
        path = self.chance.choice(self.FEEDS)
        headers = {}
        if path in self.kept and self.chance.random() < 0.8:
            headers["If-None-Match"] = self.kept[path]
        answer = self.ask("feed", "GET", path, (200, 304), headers=headers)
        if answer is not None and answer.status_code == 200:
            self.kept[path] = answer.headers["ETag"]

    def page(self) -> None:
        self.ask(
            "page", "GET", self.chance.choice(self.PAGES), (200,), headers={"Accept": "text/html"}
        )

    def read(self) -> None:
        self.ask("read", "GET", self.chance.choice(self.READS), (200,))

    def write(self) -> None:
        """An event comes, its day is firmed and moved (each a change to be told), and it goes."""
        path = f"/api/v1/events/{next(self.ids)}"
        merge = {"Content-Type": "application/merge-patch+json"}
        day = f"2027-09-{self.chance.randint(1, 28):02d}"
        self.ask(
            "write", "PUT", path, (200, 201), json={"title": f"发布 {path}", "when": "2027-09"}
        )
        self.ask("write", "PATCH", path, (200,), json={"when": day}, headers=merge)
        if self.chance.random() < 0.7:
            self.ask("write", "DELETE", f"{path}?purge=true", (200,))

    def extract(self) -> None:
        media_type, data = next(self.documents)
        kept = self.chance.random() < 0.3
        path = "/api/v1/imports" if kept else "/api/v1/extract"
        headers = {"Content-Type": media_type}
        answer = self.ask("document", "POST", f"{path}?ref_date=2026-04-27", (200, 201), content=data, headers=headers)  # fmt: skip
        if answer is not None and not answer.json()["proposals"]:
            with self.lock:
                self.result.odd.append(f"{path}: a document of {media_type} brought no event")


# ------------------------------------------------------------------ the parent


def run(plan: Plan, url: str, folder: Path, tell: Callable[[str], None] = lambda _: None) -> Result:
    """Serves, loads and watches for as long as planned."""
    events_file = folder / "events.yaml"
    events_file.write_text(file(0), encoding="utf-8")
    arguments = ("--rate", str(plan.faults), "--for", str(plan.seconds + 120), "--hang", "12")
    with process(*arguments) as slack:
        server = Process(
            folder, url, ADMIN_KEY=KEY, SLACK_BOT_TOKEN=TOKEN, SLACK_API_URL=slack.api_url,
            SLACK_SETTLE="PT5S", CHANGE_WINDOW="PT1S", LIMIT_WRITES="off", LIMIT_DOCUMENTS="off",
        )  # fmt: skip
        try:
            result = _loaded(plan, server, slack, events_file, tell)
        except BaseException:
            server.stop(signal.SIGKILL)
            raise
        if (code := server.stop()) != 0:
            result.odd.append(f"the server ended with {code}")
        path = Path(url.removeprefix("sqlite:///"))
        result.database = path.stat().st_size if path.exists() else 0
        ledger = slack.ledger()
        result.doubled, result.messages = ledger.doubled(), sum(ledger.accepted.values())
    return result


def _loaded(
    plan: Plan, server: Process, slack: Remote, events_file: Path, tell: Callable[[str], None]
) -> Result:
    result, lock, over = Result(), threading.Lock(), threading.Event()

    def load(number: int) -> None:
        client = Client(number, server.address, result, lock)
        with client.http:
            while not over.wait(plan.pause):
                try:
                    client.step()
                except Exception as fault:
                    with lock:
                        result.odd.append(f"client {number}: {fault!r}")

    threads = [threading.Thread(target=load, args=(n,)) for n in range(plan.clients)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    try:
        edited = told = 0.0
        edition = 0
        while server.process.poll() is None:
            now = time.monotonic() - began
            result.samples.append(sample(server.process.pid, now))
            if now >= told:
                tell(line(result.samples[-1], result, slack))
                told = now + TOLD
            if now >= plan.seconds:
                break
            if now >= edited:
                edition += 1
                events_file.write_text(file(edition), encoding="utf-8")
                edited = now + EDITED
            time.sleep(plan.sample)
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
    result.seconds = time.monotonic() - began
    rows = httpx2.get(
        f"{server.address}/api/v1/deliveries",
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=60,
    ).json()["items"]
    result.states = Counter(row["state"] for row in rows)
    return result


def sample(pid: int, at: float) -> Sample:
    """What the server holds; a child that ends meanwhile counts for nothing."""
    memory = handles = threads = 0
    server = psutil.Process(pid)
    for each in (server, *server.children(recursive=True)):
        try:
            with each.oneshot():
                if each is server:
                    memory = each.memory_info().rss
                handles += each.num_fds()
                threads += each.num_threads()
        except psutil.NoSuchProcess:
            if each is server:
                raise
    return Sample(at, memory, handles, threads)


def line(now: Sample, result: Result, slack: Remote) -> str:
    worst = sum(count for (_, status), count in result.answers.items() if status >= 500)
    sent = sum(slack.ledger().accepted.values())
    return (
        f"| {now.at / 60:5.1f} | {result.requests:8,} | {now.memory / MB:6.1f} | {now.handles:4} "
        f"| {now.threads:3} | {sent:6,} | {worst:3} |"
    )


HEAD = """\
|   min | requests | MB     | open | thr | alerts | 5xx |
| ----: | -------: | -----: | ---: | --: | -----: | --: |"""


def growth(samples: Sequence[Sample], of: Callable[[Sample], int]) -> tuple[float, float]:
    """The median at the end of the warm-up, and that at the end of all."""
    whole = samples[-1].at

    def around(end: float) -> float:
        return statistics.median(of(one) for one in samples if end - TAIL * whole <= one.at <= end)

    return around((WARM_UP + TAIL) * whole), around(whole)


def faults(result: Result) -> Iterator[str]:
    """What speaks against it."""
    memory = growth(result.samples, lambda one: one.memory)
    handles = growth(result.samples, lambda one: one.handles)
    if memory[1] - memory[0] > MOST_MEMORY:
        yield f"memory grew from {memory[0] / MB:.1f} to {memory[1] / MB:.1f} MB"
    if handles[1] - handles[0] > MOST_HANDLES:
        yield f"open files grew from {handles[0]:.0f} to {handles[1]:.0f}"
    worst = Counter({k: n for k, n in result.answers.items() if k[1] >= 500})
    yield from (f"{kind}: {count} answers of {status}" for (kind, status), count in worst.items())
    yield from (f"not expected: {text}" for text in result.odd[:20])
    if len(result.odd) > 20:
        yield f"and {len(result.odd) - 20} more that were not expected"
    yield from (f"an alert came twice: {key}" for key in result.doubled[:20])


def summary(result: Result) -> Iterator[str]:
    memory = growth(result.samples, lambda one: one.memory)
    handles = growth(result.samples, lambda one: one.handles)
    kinds = Counter[str]()
    for (kind, status), count in sorted(result.answers.items()):
        kinds[f"{kind} {status}"] += count
    yield f"{result.requests:,} requests in {result.seconds:.0f} s: " + ", ".join(
        f"{name} {count:,}" for name, count in kinds.items()
    )
    states = ", ".join(f"{state} {count:,}" for state, count in sorted(result.states.items()))
    yield f"{result.messages:,} alerts arrived, {len(result.doubled)} twice; deliveries: {states}"
    yield (
        f"memory {memory[0] / MB:.1f} -> {memory[1] / MB:.1f} MB (at most +{MOST_MEMORY // MB}), "
        f"open files {handles[0]:.0f} -> {handles[1]:.0f} (at most +{MOST_HANDLES}), "
        f"most threads {max(one.threads for one in result.samples)}, "
        f"database {result.database / MB:.1f} MB"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()
    plan = Plan(seconds=given.minutes * 60)
    with databases() as make, tempfile.TemporaryDirectory(prefix="horizon-soak-") as folder:
        print(HEAD, flush=True)
        result = run(
            plan, make(given.database, "soak"), Path(folder), lambda text: print(text, flush=True)
        )
    for text in summary(result):
        print(text)
    found = list(faults(result))
    for text in found:
        print(f"FAULT {text}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
