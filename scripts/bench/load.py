"""Requests over many connections at once, and what they cost the server."""

from __future__ import annotations

import asyncio
import re
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

import psutil


@dataclass
class Round:
    requests: int
    seconds: float
    cpu: float
    p50: float
    p99: float


# What to send next, in bytes, and the beginning of the status that the answer has to have.
Asking = Callable[[], tuple[bytes, bytes]]


def always(request: bytes, status: bytes) -> Asking:
    return lambda: (request, status)


async def load(port: int, asking: Asking, seconds: float, connections: int) -> list[float]:
    """Asks over so many connections, each one request at a time; gives each answer's time."""
    times: list[float] = []
    until = time.perf_counter() + seconds

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        while (started := time.perf_counter()) < until:
            request, status = asking()
            writer.write(request)
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                raise SystemExit(f"port {port} hung up on {request!r}") from None
            version, _, rest = head.partition(b" ")
            if not rest.startswith(status):
                raise SystemExit(f"port {port} does not give {status!r} but {head!r}")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            if length and not rest.startswith(b"304"):
                await reader.readexactly(int(length[1]))
            times.append(time.perf_counter() - started)
            if version == b"HTTP/1.0":  # a connection for each request
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return times


def spent_by(process: psutil.Process) -> float:
    """Seconds of CPU of the process and those that it has started: a server may work in one of them."""
    each = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(one.user + one.system for one in each)


def measured(
    process: psutil.Process, port: int, asking: Asking, seconds: float, connections: int
) -> Round:
    before = spent_by(process)
    started = time.perf_counter()
    times = sorted(asyncio.run(load(port, asking, seconds, connections)))
    spent = time.perf_counter() - started
    cpu = spent_by(process) - before
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
