"""What feeds cost: `make bench`. Ratios are what to read: absolute figures are this machine's.

Answers: a real `horizon serve` beside a bare ASGI application with the same check, the same bytes and
the same headers on the same server, once more that application (the A/A row: what differs there is
noise), a FastAPI endpoint that renders with icalendar for each request, and nginx with the files of
`horizon publish`, where there is an nginx (NGINX names one). 64 connections, in interleaved rounds;
what counts is the server's CPU time for a request, since other load on the machine disturbs it
least. Servers run on one core, the load on another.

Rebuilding: an event changes, until the feed's new bytes and their gzip are there, against a full
rendering by icalendar. Starting: commands in units of `python -c pass`.

Prints Markdown; --json FILE for programs; --quick to try it out.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402

from service.core import event as event_  # noqa: E402
from service.core import feed as feed_  # noqa: E402
from service.core import fields  # noqa: E402
from service.core.event import Origin  # noqa: E402
from service.core.filters import Filter  # noqa: E402
from service.operations.feeds import FeedAnswers, read_address  # noqa: E402
from service.operations.notices import Notices  # noqa: E402
from service.store import Store, StoredFeed, migrate, open_engine  # noqa: E402

NOW = datetime(2026, 4, 27, tzinfo=UTC)
ADDRESS = "/feeds/all.ics?size=all"
CONNECTIONS = 64


def fill(url: str, count: int) -> Store:
    """A database with so many events and one feed of all of them."""
    engine = open_engine(url)
    migrate(engine)
    store = Store(engine)
    with store.writing(NOW) as writing:
        writing.put_feed(StoredFeed("all", "All", Filter(), False, None, "api", NOW, NOW, 0))
        for n in range(count):
            given = {
                "title": f"人工智能开发者大会 {n} / AI developer conference {n}",
                "when": f"2026-{5 + n % 8:02d}-{1 + n % 28:02d}",
                "kind": "conference",
                "tags": ["AI"],
                "organizations": ["百度"],
                "location": "北京",
                "description": "主题演讲、分论坛与展览。 " * 6,
                "source": {
                    "title": "人工智能周报",
                    "publisher": "国信证券",
                    "date": "2026-04-27",
                    "excerpt": f"人工智能开发者大会 {n} 将于年内举行",
                },
            }
            details = fields.read(given, "Asia/Shanghai")
            change = event_.new(f"event-{n}", details, NOW, Origin.API)
            writing.record(change, who="bench", origin=Origin.API)
    return store


# --- Servers -----------------------------------------------------------------------------------

BARE = """
import sys
import uvicorn
sys.path.insert(0, {root!r})
from service.web.http import ProblemProtocol

plain, packed = open({plain!r}, "rb").read(), open({packed!r}, "rb").read()
etags = (b'"{etag}"', b'"{etag}-gzip"')
common = {headers!r}

async def app(scope, receive, send):
    given = dict(scope["headers"])
    gzipped = b"gzip" in given.get(b"accept-encoding", b"")
    headers = [(b"etag", etags[gzipped]), *common]
    if given.get(b"if-none-match") in etags:
        await send({{"type": "http.response.start", "status": 304, "headers": headers}})
        await send({{"type": "http.response.body", "body": b""}})
        return
    body = packed if gzipped else plain
    headers += [(b"content-length", str(len(body)).encode()), (b"content-type", b"text/calendar")]
    if gzipped:
        headers.append((b"content-encoding", b"gzip"))
    await send({{"type": "http.response.start", "status": 200, "headers": headers}})
    await send({{"type": "http.response.body", "body": body}})

uvicorn.run(app, port={port}, http=ProblemProtocol, log_config=None, access_log=False, server_header=False,
            date_header=False, lifespan="off")
"""

RENDERING = """
import sys
import icalendar
import uvicorn
sys.path.insert(0, {root!r})
from fastapi import FastAPI, Response
from fastapi.middleware.gzip import GZipMiddleware
from service.core.feed import Heading, Options
from service.core.filters import Filter
from service.store import Store, open_engine
from tests.core.by_icalendar import component

store = Store(open_engine({url!r}))
heading = Heading("All", "http://127.0.0.1/feeds/all.ics", "http://127.0.0.1", "Asia/Shanghai")
app = FastAPI()
app.add_middleware(GZipMiddleware)

@app.get("/feeds/all.ics")
def feed():
    with store.reading() as reading:
        events = reading.select(Filter())
    head = icalendar.Calendar()
    head.add("version", "2.0")
    head.add("prodid", "-//bench//EN")
    end = b"END:VCALENDAR\\r\\n"
    parts = [component(event, heading, Options("zh", size=None)) for event in events]
    return Response(head.to_ical().removesuffix(end) + b"".join(parts) + end, media_type="text/calendar")

uvicorn.run(app, port={port}, log_config=None, access_log=False, lifespan="off")
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def pinned(core: int) -> Callable[[], None]:
    cores = sorted(os.sched_getaffinity(0))

    def pin() -> None:
        os.sched_setaffinity(0, {cores[core % len(cores)]})

    return pin


@contextmanager
def running(command: list[str], port: int, folder: Path, **more: str) -> Iterator[psutil.Process]:
    """The command as a server on the first core, once it answers."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
    environment |= {"PYTHONPATH": str(ROOT), **more}
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, preexec_fn=pinned(0)
        )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"{command} does not start: see {folder}/server.log") from None
                time.sleep(0.05)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def nginx_conf(folder: Path, port: int) -> Path:
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    text = text.replace("root /public", f"root {folder}/public")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
    text = re.sub(r"server horizon-\d:8000;", "server 127.0.0.1:1;", text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if os.geteuid() == 0 else ""
    conf = folder / "nginx.conf"
    conf.write_text(
        f"{user}daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\n"
        + text.replace("http {\n", "http {\nkeepalive_requests 1000000;\n" + paths, 1),
        "utf-8",
    )
    return conf


# --- Load --------------------------------------------------------------------------------------


@dataclass
class Round:
    requests: int
    seconds: float
    cpu: float
    p50: float
    p99: float


async def load(
    port: int, request: bytes, status: bytes, seconds: float, connections: int
) -> list[float]:
    """Asks over so many connections, each one request at a time; gives each answer's time."""
    times: list[float] = []
    until = time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        while (started := time.perf_counter()) < until:
            writer.write(request)
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                raise SystemExit(f"port {port} hung up on {request!r}") from None
            if not head.startswith(b"HTTP/1.1 " + status):
                raise SystemExit(f"port {port} does not give {status!r} but {head!r}")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            if length and status != b"304":
                await reader.readexactly(int(length[1]))
            times.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return times


def measured(
    process: psutil.Process,
    port: int,
    request: bytes,
    status: bytes,
    seconds: float,
    connections: int,
) -> Round:
    before = process.cpu_times()
    started = time.perf_counter()
    times = sorted(asyncio.run(load(port, request, status, seconds, connections)))
    spent = time.perf_counter() - started
    after = process.cpu_times()
    cpu = after.user + after.system - before.user - before.system
    return Round(
        len(times),
        spent,
        cpu / len(times) * 1e6,
        times[len(times) // 2] * 1e3,
        times[int(len(times) * 0.99)] * 1e3,
    )


def fetched(port: int, address: str, **headers: str) -> tuple[dict[str, str], bytes]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{address}", headers=headers)
    with urllib.request.urlopen(request) as answer:
        return {k.lower(): v for k, v in answer.headers.items()}, answer.read()


def answers(folder: Path, events: int, rounds: int, seconds: float) -> dict[str, Any]:
    """The table of answers: for 304 and gzip, each server's rounds."""
    url = f"sqlite:///{folder}/answers.db"
    fill(url, events).close()
    python = sys.executable
    ports = {name: free_port() for name in ("horizon", "bare", "bare again", "rendering", "nginx")}
    settings = {"HORIZON_DATABASE_URL": url, "HORIZON_EVENTS_FILE": str(folder / "none.yaml")}
    results: dict[str, Any] = {"bytes": 0}
    with ExitStack() as stack:

        def start(name: str, command: list[str], **more: str) -> psutil.Process:
            return stack.enter_context(running(command, ports[name], folder, **more))

        processes = {
            "horizon": start(
                "horizon",
                [python, "-m", "service", "serve", "--port", str(ports["horizon"]), "--no-alerts"],
                **settings,
            )
        }
        _, plain = fetched(ports["horizon"], ADDRESS)
        told, packed = fetched(ports["horizon"], ADDRESS, **{"Accept-Encoding": "gzip"})
        (folder / "plain").write_bytes(plain)
        (folder / "packed").write_bytes(packed)
        ours = ("etag", "content-length", "content-type", "content-encoding", "connection")
        headers = [(k.encode(), v.encode()) for k, v in told.items() if k not in ours]
        etag = told["etag"].strip('"').removesuffix("-gzip")
        for name in ("bare", "bare again"):
            script = folder / f"{name}.py"
            script.write_text(
                BARE.format(
                    root=str(ROOT),
                    plain=str(folder / "plain"),
                    packed=str(folder / "packed"),
                    etag=etag,
                    headers=headers,
                    port=ports[name],
                )
            )
            processes[name] = start(name, [python, str(script)])
        script = folder / "rendering.py"
        script.write_text(RENDERING.format(root=str(ROOT), url=url, port=ports["rendering"]))
        processes["rendering"] = start("rendering", [python, str(script)])
        program = os.environ.get("NGINX") or shutil.which("nginx")
        if program:
            environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
            subprocess.run(
                [python, "-m", "service", "publish", "public"],
                cwd=folder,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            # The same bytes, which have no limit of size.
            for ending, data in ((".ics", plain), (".ics.gz", packed)):
                (folder / "public/feeds" / f"all{ending}").write_bytes(data)
            conf = nginx_conf(folder, ports["nginx"])
            processes["nginx"] = start(
                "nginx",
                [program, "-c", str(conf), "-p", str(folder), "-e", str(folder / "nginx.log")],
            )
        results["bytes"] = {"plain": len(plain), "gzip": len(packed)}
        pinned(1)()
        for what, status in (("304", b"304"), ("200, gzip", b"200")):
            table: dict[str, list[Round]] = {name: [] for name in processes}
            for n in range(rounds):
                order = list(processes)
                for name in order[n % len(order) :] + order[: n % len(order)]:
                    address = "/feeds/all.ics" if name in ("nginx", "rendering") else ADDRESS
                    own = etag
                    if name == "nginx":
                        own = fetched(ports[name], address, **{"Accept-Encoding": "gzip"})[0][
                            "etag"
                        ].strip('"')
                    elif what == "304":
                        own = f"{etag}-gzip"
                    given = f'If-None-Match: "{own}"\r\n' if what == "304" else ""
                    request = (
                        f"GET {address} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n{given}\r\n"
                    ).encode()
                    slow = name == "rendering"
                    table[name].append(
                        measured(
                            processes[name],
                            ports[name],
                            request,
                            b"200" if slow else status,
                            seconds,
                            2 if slow else CONNECTIONS,
                        )
                    )
            results[what] = {name: [vars(one) for one in found] for name, found in table.items()}
    return results


# --- Rebuilding --------------------------------------------------------------------------------


def rebuilding(folder: Path, count: int, rounds: int) -> dict[str, Any]:
    """Seconds: a full rendering by icalendar, a cold start, one change without and with gzip."""
    from tests.core.by_icalendar import component

    store = fill(f"sqlite:///{folder}/rebuilding-{count}.db", count)
    address = read_address("ics", {"size": ["all"]}, "zh", name="all", secret=None)
    heading = feed_.Heading("All", "http://x/feeds/all.ics", "http://x", "Asia/Shanghai")

    def new() -> FeedAnswers:
        return FeedAnswers(
            store,
            Notices(),
            lambda: NOW,
            base_url="http://x",
            timezone="Asia/Shanghai",
            most_bytes=10**9,
        )

    def timed(what: Callable[[], object]) -> float:
        started = time.perf_counter()
        what()
        return time.perf_counter() - started

    before = psutil.Process().memory_info().rss
    warm = new()
    warm.get(address)
    memory = psutil.Process().memory_info().rss - before
    with store.reading() as reading:
        sample = reading.select(Filter(), limit=1000)
    found: dict[str, list[float]] = {"icalendar": [], "cold": [], "bytes": [], "with gzip": []}

    def by_icalendar() -> None:
        for event in sample:
            component(event, heading, address.options)

    def parts_alone() -> None:
        with store.reading() as reading:
            warm._parts.render(reading, Filter(), heading_of(warm), address.options, NOW.date())

    def heading_of(answers: FeedAnswers) -> feed_.Heading:
        with store.reading() as reading:
            return answers._heading(address, reading.feed("all"))

    def change(n: int) -> None:
        with store.writing(NOW) as writing:
            held = writing.event(f"event-{n * 37 % count}")
            assert held is not None
            changed = event_.revise(held, replace(held.details, title=f"changed {n}"), NOW)
            assert changed is not None
            writing.record(changed, who="bench", origin=Origin.API)

    for n in range(rounds):
        found["icalendar"].append(timed(by_icalendar) * count / len(sample))
        change(2 * n)
        found["bytes"].append(timed(parts_alone))
        change(2 * n + 1)
        found["with gzip"].append(timed(lambda: warm.get(address)))
        if n < 3:
            found["cold"].append(timed(lambda: new().get(address)))
    store.close()
    return {"events": count, "seconds": found, "memory": memory}


# --- Starting ----------------------------------------------------------------------------------


def starting(folder: Path, rounds: int) -> dict[str, list[float]]:
    url = f"sqlite:///{folder}/starting.db"
    fill(url, 100).close()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HORIZON_")}
    environment |= {"PYTHONPATH": str(ROOT), "HORIZON_DATABASE_URL": url}
    found: dict[str, list[float]] = {}

    def run(name: str, *command: str) -> None:
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, *command], cwd=folder, env=environment, check=True, capture_output=True
        )
        found.setdefault(name, []).append(time.perf_counter() - started)

    for _ in range(rounds):
        run("python -c pass", "-c", "pass")
        run("horizon --help", "-m", "service", "--help")
        run("horizon list", "-m", "service", "list")
        port = free_port()
        started = time.perf_counter()
        command = [sys.executable, "-m", "service", "serve", "--port", str(port)]
        with running(command, port, folder, HORIZON_DATABASE_URL=url):
            # The socket listens early: what counts is an answer.
            fetched(port, "/healthz")
            found.setdefault("serve until it answers", []).append(time.perf_counter() - started)
    return found


# --- Telling -----------------------------------------------------------------------------------


def told(results: dict[str, Any]) -> Iterator[str]:
    machine = results["machine"]
    yield (
        f"{machine['processor']}, {machine['cores']} cores, load average {machine['load']} at the start; "
        f"Python {machine['python']}, uvicorn {machine['uvicorn']}, FastAPI {machine['fastapi']}, "
        f"icalendar {machine['icalendar']}; {date.fromisoformat(machine['day'])}."
    )
    found = results["answers"]
    size = found["bytes"]
    yield ""
    yield (
        f"A feed of {results['events']} events, {size['plain']:,} bytes, {size['gzip']:,} as gzip; "
        "medians of rounds, in brackets the least and the largest."
    )
    yield ""
    yield "| answer | server | CPU µs | of bare | requests/s | p50 ms | p99 ms |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for what in ("304", "200, gzip"):
        table = found[what]
        for name, rounds in table.items():
            ratios = [a["cpu"] / b["cpu"] for a, b in zip(rounds, table["bare"], strict=True)]
            middle = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
            rate = statistics.median(one["requests"] / one["seconds"] for one in rounds)
            spread = f"{statistics.median(ratios):,.2f} ({min(ratios):,.2f}–{max(ratios):,.2f})"
            yield (
                f"| {what} | {name} | {middle['cpu']:,.0f} | {spread} "
                f"| {rate:,.0f} | {middle['p50']:.1f} | {middle['p99']:.1f} |"
            )
    for part in results["rebuilding"]:
        seconds = {name: statistics.median(values) for name, values in part["seconds"].items()}
        yield ""
        yield f"| of {part['events']:,} events | seconds | of icalendar |"
        yield "| --- | ---: | ---: |"
        names = {
            "icalendar": "rendered by icalendar",
            "cold": "cold start to the first answer",
            "bytes": "one change: fresh bytes",
            "with gzip": "one change: fresh answer with gzip and validators kept",
        }
        for name, words in names.items():
            yield f"| {words} | {seconds[name]:.3f} | 1/{seconds['icalendar'] / seconds[name]:.0f} |"
        yield f"\nMemory of that feed: {part['memory'] / 1e6:.0f} MB."
    yield ""
    yield "| start | ms | of `python -c pass` |"
    yield "| --- | ---: | ---: |"
    unit = statistics.median(results["starting"]["python -c pass"])
    for name, values in results["starting"].items():
        yield f"| {name} | {statistics.median(values) * 1000:.0f} | {statistics.median(values) / unit:.1f} |"


def processor() -> str:
    try:
        names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        names = []
    return names[0].strip() if names else platform.processor() or platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write all figures here too")
    parser.add_argument("--quick", action="store_true", help="short and few rounds")
    parser.add_argument("--large", action="store_true", help="rebuild feeds of 100,000 events too")
    options = parser.parse_args()
    rounds, seconds = (3, 1.0) if options.quick else (9, 2.0)
    results: dict[str, Any] = {
        "machine": {
            "processor": processor(),
            "cores": len(os.sched_getaffinity(0)),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "day": f"{datetime.now(UTC):%Y-%m-%d}",
            **{name: version(name) for name in ("uvicorn", "fastapi", "icalendar")},
        },
        "events": 1000,
    }
    affinity = os.sched_getaffinity(0)
    with tempfile.TemporaryDirectory(prefix="horizon-bench-") as made:
        folder = Path(made)
        results["answers"] = answers(folder, results["events"], rounds, seconds)
        os.sched_setaffinity(0, affinity)
        sizes = [10_000, 100_000] if options.large else [10_000]
        results["rebuilding"] = [rebuilding(folder, size, rounds) for size in sizes]
        results["starting"] = starting(folder, rounds)
    print("\n".join(told(results)))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
