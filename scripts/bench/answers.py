"""What a poll of a feed costs: `horizon serve` beside other ways to give the same bytes."""

from __future__ import annotations

import base64
import os
import shutil
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from scripts.bench import servers
from scripts.bench.load import Round, always, fetched, measured
from scripts.bench.servers import ROOT, free_port
from scripts.bench.stores import fill

ADDRESS = "/feeds/all.ics?size=all"
CONNECTIONS = 64
# Those that make each answer anew are asked over two connections.
SLOW = ("rendering", "Radicale")
# Beside the bare application on the server that Horizon runs on, the same on the fastest.
FASTEST = "bare on granian"
_USER = base64.b64encode(b"bench:x").decode()


def measure(folder: Path, events: int, rounds: int, seconds: float) -> dict[str, Any]:
    """For 304 and gzip, each server's rounds."""
    url = f"sqlite:///{folder}/answers.db"
    fill(url, events).close()
    with ExitStack() as stack:
        found, ports = _servers(stack, folder, url)
        _, plain = fetched(ports["horizon"], ADDRESS)
        told, packed = fetched(ports["horizon"], ADDRESS, **{"Accept-Encoding": "gzip"})
        etag = told["etag"].strip('"').removesuffix("-gzip")
        results: dict[str, Any] = {
            "events": events,
            "bytes": {"plain": len(plain), "gzip": len(packed)},
        }
        servers.pinned(1)()
        for what in ("304", "200, gzip"):
            table: dict[str, list[Round]] = {name: [] for name in found}
            for n in range(rounds):
                order = list(found)
                for name in order[n % len(order) :] + order[: n % len(order)]:
                    request = _request(name, ports[name], etag, what == "304")
                    status = b"200" if name in SLOW else what[:3].encode()
                    table[name].append(
                        measured(
                            found[name],
                            ports[name],
                            always(request, status),
                            seconds,
                            2 if name in SLOW else CONNECTIONS,
                        )
                    )
            results[what] = {name: [vars(one) for one in each] for name, each in table.items()}
    return results


def _servers(
    stack: ExitStack, folder: Path, url: str
) -> tuple[dict[str, psutil.Process], dict[str, int]]:
    python = sys.executable
    process, port = stack.enter_context(servers.horizon(folder, url, "--no-alerts"))
    found, ports = {"horizon": process}, {"horizon": port}

    def start(name: str, port: int, command: list[str]) -> None:
        ports[name] = port
        path = f"{ROOT}{os.pathsep}{folder}"
        found[name] = stack.enter_context(servers.running(command, port, folder, PYTHONPATH=path))

    _, plain = fetched(port, ADDRESS)
    told, packed = fetched(port, ADDRESS, **{"Accept-Encoding": "gzip"})
    (folder / "plain").write_bytes(plain)
    (folder / "packed").write_bytes(packed)
    ours = ("etag", "content-length", "content-type", "content-encoding", "connection")
    for name in ("bare", "bare again", FASTEST):
        port = free_port()
        script = folder / f"{name.replace(' ', '_')}.py"
        script.write_text(
            servers.BARE.format(
                root=str(ROOT),
                plain=str(folder / "plain"),
                packed=str(folder / "packed"),
                etag=told["etag"].strip('"').removesuffix("-gzip"),
                headers=[(k.encode(), v.encode()) for k, v in told.items() if k not in ours],
                port=port,
            )
        )
        start(name, port, _command(name, script, port))
    script, port = folder / "rendering.py", free_port()
    script.write_text(servers.RENDERING.format(root=str(ROOT), url=url, port=port))
    start("rendering", port, [python, str(script)])
    conf, port = folder / "radicale.conf", free_port()
    conf.write_text(servers.RADICALE.format(folder=folder, port=port))
    start("Radicale", port, [python, "-m", "radicale", "--config", str(conf)])
    _put(port, plain)
    if program := os.environ.get("NGINX") or shutil.which("nginx"):
        _publish(folder, url, plain, packed)
        port = free_port()
        conf = servers.nginx_conf(folder, port)
        start("nginx", port, [program, "-c", str(conf), "-p", str(folder), "-e", "nginx.log"])
    return found, ports


def _command(name: str, script: Path, port: int) -> list[str]:
    """What runs the bare application on the server that it is named by."""
    if name != FASTEST:
        return [sys.executable, str(script)]
    return [sys.executable, *servers.GRANIAN, "--port", str(port), f"{script.stem}:app"]


def _put(port: int, calendar: bytes) -> None:
    """Has Radicale hold the feed as a collection."""
    headers = {"Authorization": f"Basic {_USER}", "Content-Type": "text/calendar"}
    address = f"http://127.0.0.1:{port}/bench/all/"
    request = urllib.request.Request(address, calendar, headers, method="PUT")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 201


def _publish(folder: Path, url: str, plain: bytes, packed: bytes) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HORIZON_DATABASE_URL": url}
    subprocess.run(
        [sys.executable, "-m", "service", "publish", "public"],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    # The same bytes, which have no limit of size.
    for ending, data in ((".ics", plain), (".ics.gz", packed)):
        (folder / "public/feeds" / f"all{ending}").write_bytes(data)


def _request(name: str, port: int, etag: str, conditional: bool) -> bytes:
    address, headers, own = "/feeds/all.ics", "", etag
    if name == "Radicale":
        address, headers = "/bench/all/", f"Authorization: Basic {_USER}\r\n"
    elif name in ("horizon", "bare", "bare again", FASTEST):
        address, own = ADDRESS, f"{etag}-gzip"
    if name == "nginx":
        own = fetched(port, address, **{"Accept-Encoding": "gzip"})[0]["etag"].strip('"')
    if conditional:
        headers += f'If-None-Match: "{own}"\r\n'
    return f"GET {address} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n{headers}\r\n".encode()


def tell(found: dict[str, Any]) -> Iterator[str]:
    size = found["bytes"]
    yield (
        f"A feed of {found['events']:,} events, {size['plain']:,} bytes, {size['gzip']:,} as gzip; "
        "medians of rounds, in brackets the least and the largest."
    )
    yield ""
    yield f"| answer | server | CPU µs | of bare | of {FASTEST} | requests/s | p50 ms | p99 ms |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for what in ("304", "200, gzip"):
        table = found[what]
        for name, rounds in table.items():
            middle = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
            rate = statistics.median(one["requests"] / one["seconds"] for one in rounds)
            beside = " | ".join(_beside(rounds, table[other]) for other in ("bare", FASTEST))
            yield (
                f"| {what} | {name} | {middle['cpu']:,.0f} | {beside} "
                f"| {rate:,.0f} | {middle['p50']:.1f} | {middle['p99']:.1f} |"
            )


def _beside(rounds: list[dict[str, float]], others: list[dict[str, float]]) -> str:
    """What a request costs of what it costs another server, round by round."""
    ratios = [one["cpu"] / other["cpu"] for one, other in zip(rounds, others, strict=True)]
    return f"{statistics.median(ratios):,.2f} ({min(ratios):,.2f}–{max(ratios):,.2f})"
