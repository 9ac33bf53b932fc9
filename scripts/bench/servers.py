"""Servers to measure: each on the first core, so that the load has another."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
ADMIN_KEY = "an-admin-key-for-measuring-alone"

BARE = """
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

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, port={port}, log_config=None, access_log=False, server_header=False,
                date_header=False, lifespan="off", http="httptools", loop="uvloop")
"""
# The fastest of the servers in Python, by the measure of bare applications.
GRANIAN = (
    *("-m", "granian", "--interface", "asginl", "--http", "1", "--no-ws", "--workers", "1"),
    *("--loop", "uvloop", "--runtime-mode", "st", "--log-level", "warning"),
)

RENDERING = """
import sys
import icalendar
import uvicorn
sys.path.insert(0, {root!r})
from fastapi import FastAPI, Response
from fastapi.middleware.gzip import GZipMiddleware
from service.core.calendars.feed import Heading, Options
from service.core.events.filters import Filter
from service.store import Store, open_engine
from tests.core.calendars.by_icalendar import component

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

uvicorn.run(app, port={port}, log_config=None, access_log=False, lifespan="off", http="httptools",
            loop="uvloop")
"""


RADICALE = """\
[server]
hosts = 127.0.0.1:{port}
max_connections = 200
[auth]
type = none
[storage]
filesystem_folder = {folder}/radicale
[logging]
level = warning
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


@contextmanager
def horizon(
    folder: Path, url: str, *options: str, **more: str
) -> Iterator[tuple[psutil.Process, int]]:
    """`horizon serve` and its port, without limits on what one client may ask for."""
    port = free_port()
    settings = {
        "HORIZON_DATABASE_URL": url,
        "HORIZON_EVENTS_FILE": str(folder / "none.yaml"),
        "HORIZON_ADMIN_KEY": ADMIN_KEY,
        "HORIZON_LIMIT_WRITES": "off",
        **more,
    }
    command = [sys.executable, "-m", "service", "serve", "--port", str(port), *options]
    with running(command, port, folder, **settings) as process:
        yield process, port


def nginx_conf(folder: Path, port: int) -> Path:
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    text = text.replace("root /public", f"root {folder}/public")
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
    text = re.sub(r"server horizon-\d:8000", "server 127.0.0.1:1", text)
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
