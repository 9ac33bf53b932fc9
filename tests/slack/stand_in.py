"""A local stand-in for Slack that fails on purpose and keeps count of what it took.

In the test's own process:

    with StandIn(scale=0.1) as slack:
        slack.script("chat.postMessage", "cut_after", None)     # the first request, then the second
        client = Slack(TOKEN, api_url=slack.api_url)
        ...
        assert slack.accepted("digest/team/2026-04-27") == 1

as a process of its own, for tests that kill the client (it prints its address, ends after `--for`
seconds or with its parent, and is asked and told by `Remote`):

    python -m tests.slack.stand_in --port 0 --seed 1 --rate 0.3

A fault is two things that vary on their own: what becomes of the message (`accept`: no, now, late) and
what the client gets to hear (`answer`). FAULTS names the usual ones. They come by script, which goes
first, or at random with a rate and a seed. `scale` makes all waiting shorter: lag, lateness, hanging
and Retry-After are Slack's seconds times `scale`; timestamps are real.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import os
import random
import re
import socket
import socketserver
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

TOKEN = "xoxb-0000-stand-in-secret"
HOOK = "/services/T00000000/B00000000/hooksecret"
SCOPES = (
    "chat:write,channels:read,groups:read,channels:history,groups:history,channels:join,commands"
)
BOT = {"user_id": "U0HORIZON", "bot_id": "B0HORIZON", "app_id": "A0HORIZON"}


# ------------------------------------------------------------------ faults


@dataclass(frozen=True)
class Fault:
    """accept   no: the message is not taken; now: it is; late: it is, `late` seconds afterwards
    answer   ok | a status ("504") | "error:WORD" with status 200 | cut | cut_midway | cut_orderly | hang | drip |
             not_json | not_an_object | empty | redirect
    metadata False: the message is taken without its metadata, and nobody is told
    seconds  how long it hangs, or comes late; None: as the stand-in is set
    """

    accept: str = "now"
    answer: str = "ok"
    metadata: bool = True
    seconds: float | None = None


FAULTS: dict[str, Fault] = {
    # Not delivered, and said so.
    "429": Fault("no", "429"),
    "ratelimited": Fault("no", "error:ratelimited"),
    "rate_limited": Fault("no", "error:rate_limited"),
    # No clear answer, and not delivered.
    "500_before": Fault("no", "500"),
    "502_before": Fault("no", "502"),
    "503_before": Fault("no", "503"),
    "504_before": Fault("no", "504"),
    "internal_error_before": Fault("no", "error:internal_error"),
    "fatal_error_before": Fault("no", "error:fatal_error"),
    "request_timeout_before": Fault("no", "error:request_timeout"),
    "unavailable_before": Fault("no", "error:service_unavailable"),
    "cut_before": Fault("no", "cut"),
    "hang_before": Fault("no", "hang"),
    "not_json_before": Fault("no", "not_json"),
    # The same, but delivered.
    "500_after": Fault("now", "500"),
    "502_after": Fault("now", "502"),
    "503_after": Fault("now", "503"),
    "504_after": Fault("now", "504"),
    "internal_error_after": Fault("now", "error:internal_error"),
    "fatal_error_after": Fault("now", "error:fatal_error"),
    "request_timeout_after": Fault("now", "error:request_timeout"),
    "unavailable_after": Fault("now", "error:service_unavailable"),
    "cut_after": Fault("now", "cut"),
    "cut_midway": Fault("now", "cut_midway"),
    "cut_orderly": Fault("now", "cut_orderly"),
    "hang_after": Fault("now", "hang"),
    "drip": Fault("now", "drip"),
    "not_json_after": Fault("now", "not_json"),
    "not_an_object": Fault("now", "not_an_object"),
    "empty": Fault("now", "empty"),
    "redirect": Fault("now", "redirect"),
    # Not there yet when the client gives up, but it comes.
    "late_504": Fault("late", "504"),
    "late_cut": Fault("late", "cut"),
    "late_hang": Fault("late", "hang"),
    "late_internal_error": Fault("late", "error:internal_error"),
    # Delivered, and never to be found.
    "metadata_dropped": Fault("now", "ok", metadata=False),
}
# What comes at random: everything whose message can be found again, on posts; on every other method
# what may befall a question. `drip` is left out: it is slow by its nature.
POST_MIX = tuple(name for name in FAULTS if name not in ("metadata_dropped", "drip", "redirect"))
READ_MIX = (
    "429",
    "ratelimited",
    "500_before",
    "503_before",
    "internal_error_before",
    "fatal_error_before",
    "cut_before",
    "cut_midway",
    "cut_orderly",
    "hang_before",
    "not_json_before",
    "empty",
)


# ------------------------------------------------------------------ what it holds


@dataclass
class Channel:
    id: str
    name: str
    member: bool = True
    private: bool = False
    archived: bool = False
    gone: bool = False  # nobody has heard of it; may come back


@dataclass
class Message:
    channel: str
    ts: str
    text: str
    blocks: list[Any]
    metadata: dict[str, Any] | None
    keys: list[str]  # as they were sent, whether or not the metadata was kept
    arrived: float  # monotonic: when its request came
    accepted: float  # monotonic: when it was in the channel
    ours: bool = True


@dataclass
class Entry:
    """One line of the log of requests."""

    at: float
    method: str
    keys: list[str]
    fault: str
    arguments: dict[str, Any]
    status: str = ""


@dataclass
class Config:
    """What can be set, also from another process by `Remote.set`."""

    rate: float = 0.0  # how many of the posts meet a fault of the mix
    read_rate: float = 0.0  # and how many of all other requests
    mix: tuple[str, ...] = POST_MIX
    read_mix: tuple[str, ...] = READ_MIX
    retry_after: float = 1.0
    hang: float = 15.0
    late: float = 2.0
    lag: float = 0.0  # how long a message is in the channel before the history shows it
    page: int = 15  # the most that one page of history has, whatever is asked for
    list_page: int = 100
    skew: float = 0.0  # Slack's clock minus this machine's, in real seconds
    # At most one message a second and channel, with a burst of so many; 0: not watched.
    burst: int = 0
    down: bool = False  # everything is 503
    token: str = TOKEN
    scopes: str = SCOPES
    metadata_limit: int = 8000  # Slack does not publish its own


class _Cut(Exception):
    pass


class StandIn:
    def __init__(
        self, *, scale: float = 1.0, seed: int = 0, port: int = 0, channels: int = 3, **config: Any
    ) -> None:
        self.scale = scale
        self.config = Config(**config)
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.log: deque[Entry] = deque(maxlen=20000)
        self._seed = seed
        self._asked: Counter[str] = Counter()
        self._scripts: dict[str, deque[tuple[str | None, str | Fault | None]]] = {}
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._timers: set[threading.Timer] = set()
        self._last_ts = 0
        self._posts: dict[str, deque[float]] = {}
        for number in range(channels):
            self.add(f"channel-{number}")
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    # -------- life

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopping.set()
        with self._lock:
            timers = list(self._timers)
        for timer in timers:
            timer.cancel()
            timer.join(5)
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(5)
        self._server.close_connections()
        self._server.server_close()  # joins the threads of the requests

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def api_url(self) -> str:
        return f"{self.address}/api/"

    @property
    def hook_url(self) -> str:
        return self.address + HOOK

    # -------- arranging

    def add(self, name: str, **what: Any) -> Channel:
        with self._lock:
            channel = Channel(f"C{len(self.channels):08d}", name, **what)
            self.channels[channel.id] = channel
            return channel

    def channel(self, name: str) -> Channel:
        """By its name or its id."""
        with self._lock:
            if name in self.channels:
                return self.channels[name]
            plain = name.removeprefix("#")
            return next(c for c in self.channels.values() if c.name == plain)

    def say(self, channel: str, text: str = "hello", **what: Any) -> Message:
        """Somebody else writes something (`metadata=` of another app, `keys=` never counted)."""
        moment = time.monotonic()
        with self._lock:
            message = Message(
                self.channel(channel).id, self._ts(), text, [], what.get("metadata"), [],
                moment, moment, ours=False,
            )  # fmt: skip
            self.messages.append(message)
            return message

    def script(
        self, method: str, *faults: str | Fault | None, key: str | None = None, times: int = 1
    ) -> None:
        """The next requests of a method (with this key) meet these, in order; None is no fault."""
        with self._lock:
            queue = self._scripts.setdefault(method, deque())
            queue.extend((key, fault) for _ in range(times) for fault in faults)

    def quiet(self) -> None:
        """No more faults."""
        with self._lock:
            self._scripts.clear()
            self.config = replace(self.config, rate=0.0, read_rate=0.0, down=False)

    # -------- the ledger

    def accepted(self, key: str) -> int:
        """How often a delivery is in the channels."""
        with self._lock:
            return sum(key in message.keys for message in self.messages)

    def ledger(self) -> Ledger:
        with self._lock:
            counts = Counter(key for message in self.messages for key in message.keys)
            arrived: dict[str, list[float]] = {}
            for message in self.messages:
                if message.ours:
                    arrived.setdefault(message.channel, []).append(message.arrived)
            return Ledger(
                dict(counts),
                {
                    channel: [after - before for before, after in pairwise(times)]
                    for channel, times in ((c, sorted(t)) for c, t in arrived.items())
                },
                dict(Counter(entry.method for entry in self.log)),
                dict(Counter(entry.fault for entry in self.log if entry.fault)),
                [message.text for message in self.messages if message.ours],
            )

    def settled(self, timeout: float = 30) -> bool:
        """Waits until no late message is on its way any more."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            with self._lock:
                if not self._timers:
                    return True
            time.sleep(0.01)
        return False

    # -------- inside

    def seconds(self, seconds: float) -> float:
        return seconds * self.scale

    def wait(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def now(self) -> float:
        return time.time() + self.config.skew

    def _ts(self) -> str:
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def fault(self, method: str, keys: list[str], channel: str) -> tuple[str, Fault | None]:
        """What this request meets, and its name. Chance goes by the seed, the method, the key or
        channel and how often it was asked, so that it is the same however threads take turns."""
        with self._lock:
            if self.config.down:
                return "down", FAULTS["503_before"]
            queue = self._scripts.get(method, deque())
            for number, (key, fault) in enumerate(queue):
                if key is None or key in keys:
                    del queue[number]
                    return _named(fault)
            post = method in ("chat.postMessage", "webhook")
            config = self.config
            about = f"{method} {keys or channel}"
            self._asked[about] += 1
            chance = random.Random(f"{self._seed} {about} {self._asked[about]}")
            if chance.random() < (config.rate if post else config.read_rate):
                return _named(chance.choice(config.mix if post else config.read_mix))
            return "", None

    def accept(self, fault: Fault, message: Message) -> Message | None:
        """Takes the message now, later or never; the message if it is in the channel already."""
        if not fault.metadata:
            message.metadata = None
        if fault.accept == "no":
            return None
        if fault.accept == "now":
            self._take(message)
            return message
        late = self.config.late if fault.seconds is None else fault.seconds

        def arrive() -> None:
            self._take(message)
            with self._lock:
                self._timers.discard(timer)

        timer = threading.Timer(self.seconds(late), arrive)
        timer.daemon = True
        with self._lock:
            self._timers.add(timer)
        timer.start()
        return None

    def _take(self, message: Message) -> None:
        with self._lock:
            message.ts = self._ts()
            message.accepted = time.monotonic()
            self.messages.append(message)

    def too_fast(self, channel: str) -> bool:
        """Slack lets bursts pass, and then one a second and channel."""
        with self._lock:
            if not self.config.burst:
                return False
            moment = time.monotonic()
            recent = self._posts.setdefault(channel, deque())
            while recent and moment - recent[0] > self.seconds(self.config.burst):
                recent.popleft()
            if len(recent) >= self.config.burst:
                return True
            recent.append(moment)
            return False

    def visible(self, channel: str) -> list[Message]:
        """What the history shows by now, newest first."""
        with self._lock:
            limit = time.monotonic() - self.seconds(self.config.lag)
            shown = [m for m in self.messages if m.channel == channel and m.accepted <= limit]
            return sorted(shown, key=lambda m: float(m.ts), reverse=True)


def _named(fault: str | Fault | None) -> tuple[str, Fault | None]:
    if isinstance(fault, str):
        return fault, FAULTS[fault]
    return ("own", fault) if fault else ("", None)


@dataclass(frozen=True)
class Ledger:
    accepted: dict[str, int]
    gaps: dict[str, list[float]]  # by channel: seconds between the arrivals of what was taken
    requests: dict[str, int]  # by method
    faults: dict[str, int]
    texts: list[str] = field(default_factory=list)

    def lost(self, keys: Iterator[str] | list[str]) -> list[str]:
        return [key for key in keys if not self.accepted.get(key)]

    def doubled(self) -> list[str]:
        return [key for key, count in self.accepted.items() if count > 1]

    def narrowest_gap(self) -> float:
        return min((gap for gaps in self.gaps.values() for gap in gaps), default=float("inf"))


# ------------------------------------------------------------------ HTTP


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    request_queue_size = 512
    daemon_threads = False
    block_on_close = True

    def __init__(self, address: tuple[str, int], slack: StandIn) -> None:
        self.slack = slack
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Whoever still waits for a client's bytes stops waiting."""
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        kind = sys.exc_info()[0]
        if kind is not None and not issubclass(kind, OSError):  # the client has gone: no news
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # one request a connection, as urllib does it anyway
    timeout = 20
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        pass

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(timestamp or self.server.slack.now(), usegmt=True)

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        slack = self.server.slack
        arrived = time.monotonic()
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if len(raw) < length:
            return  # cut by the client before the request was whole: nothing happened
        if self.path.startswith("/control/"):
            self._send(200, json.dumps(_control(slack, self.path, raw)).encode())
            return
        method = "webhook" if self.path == HOOK else self.path.rpartition("/")[2]
        arguments = self._arguments(raw)
        metadata = arguments.get("metadata")
        keys = _keys(metadata)
        name, fault = slack.fault(method, keys, str(arguments.get("channel") or ""))
        entry = Entry(arrived, method, keys, name, arguments)
        slack.log.append(entry)
        fault = fault or Fault()
        try:
            entry.status = self._answer(method, arguments, fault, keys, arrived)
        except _Cut:
            entry.status = "cut"
            # A reset, not an orderly end: what a balancer that dies gives.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _arguments(self, raw: bytes) -> dict[str, Any]:
        kind = self.headers.get_content_type()
        if kind == "application/json":
            try:
                body = json.loads(raw)
            except ValueError:
                return {}
            return body if isinstance(body, dict) else {}
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))

    def _answer(
        self, method: str, arguments: dict[str, Any], fault: Fault, keys: list[str], arrived: float
    ) -> str:
        slack = self.server.slack
        refused = self._refused(method, arguments)
        if refused and fault.answer in ("ok", "hang"):
            fault = replace(fault, accept="no")
        message: Message | None = None
        if method in ("chat.postMessage", "webhook") and not refused:
            channel = (
                next(iter(slack.channels.values()))
                if method == "webhook"
                else _channel(slack, arguments.get("channel"))
            )
            if channel is None:
                return self._json({"ok": False, "error": "channel_not_found"})
            if fault.accept == "now" and slack.too_fast(channel.id):
                return self._limited()
            message = slack.accept(
                fault,
                Message(
                    channel.id, "", str(arguments.get("text") or ""),
                    list(arguments.get("blocks") or ()),
                    _kept(arguments.get("metadata"), slack.config.metadata_limit),
                    keys, arrived, arrived,
                ),
            )  # fmt: skip
        answer = fault.answer
        if answer == "ok":
            return self._content(method, arguments, refused, message)
        if answer == "cut":
            raise _Cut
        if answer in ("hang", "drip"):
            seconds = slack.config.hang if fault.seconds is None else fault.seconds
            if answer == "drip":
                self._drip(slack.seconds(seconds))
                raise _Cut
            slack.wait(slack.seconds(seconds))
            # By then the client has gone; if it has not, it gets what it waited for.
            return self._content(method, arguments, refused, message)
        if answer == "cut_midway":
            self._head(200, 5000, "application/json")
            self.wfile.write(b'{"ok": true, "channel": "C0')
            raise _Cut
        if answer == "cut_orderly":
            # Less than was announced, and then a proper end instead of a reset.
            self._head(200, 5000, "application/json")
            self.wfile.write(b"ok" if method == "webhook" else b'{"ok": true}')
            return answer
        if answer == "redirect":
            self._send(302, b"", headers={"Location": f"{slack.address}/elsewhere"})
            return "302"
        if answer.startswith("error:"):
            word = answer.removeprefix("error:")
            retry = {"Retry-After": self._retry()} if "limited" in word else {}
            return self._json({"ok": False, "error": word}, headers=retry)
        if answer == "429":
            return self._limited()
        if answer.isdecimal():
            words = {"503": "service_unavailable", "500": "internal_error"}
            if answer in words:
                return self._json({"ok": False, "error": words[answer]}, int(answer))
            self._send(int(answer), b"<html><h1>Bad gateway</h1></html>", "text/html")
            return answer
        bodies = {
            "not_json": b"<html>maintenance</html>",
            "not_an_object": b"[1, 2]",
            "empty": b"",
        }
        self._send(200, bodies[answer])
        return answer

    def _retry(self) -> str:
        # Slack writes whole seconds; scaled ones are fractions.
        seconds = self.server.slack.seconds(self.server.slack.config.retry_after)
        return str(int(seconds)) if seconds == int(seconds) else f"{seconds:.3f}"

    def _limited(self) -> str:
        body = {"ok": False, "error": "ratelimited"}
        return self._json(body, 429, headers={"Retry-After": self._retry()})

    def _drip(self, seconds: float) -> None:
        """One byte now and then, each before the client's time-out."""
        self._head(200, 5000, "application/json")
        end = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            while time.monotonic() < end and not self.server.slack._stopping.is_set():
                self.wfile.write(b" ")
                self.server.slack.wait(0.05)

    # -------- what Slack itself says

    def _refused(self, method: str, arguments: dict[str, Any]) -> str:
        """The word with which Slack refuses this request, or nothing."""
        slack = self.server.slack
        if method == "webhook":
            return _bad_message(arguments)
        given = self.headers.get("Authorization") or ""
        if not given:
            return "not_authed"
        if given != f"Bearer {slack.config.token}":
            return "invalid_auth"
        needed = {
            "chat.postMessage": "chat:write",
            "conversations.history": "channels:history",
            "conversations.list": "channels:read",
            "conversations.info": "channels:read",
            "conversations.join": "channels:join",
            "auth.test": "",
        }
        if method not in needed:
            return "unknown_method"
        if needed[method] and needed[method] not in slack.config.scopes.split(","):
            return "missing_scope"
        if method in ("auth.test", "conversations.list"):
            return ""
        channel = _channel(slack, arguments.get("channel"), names=method == "chat.postMessage")
        if channel is None or (channel.private and not channel.member):
            return "channel_not_found"
        if method == "conversations.info":
            return ""
        if method == "conversations.history":
            return "" if channel.member else "not_in_channel"
        if channel.archived:
            return "is_archived"
        if method == "conversations.join":
            return "method_not_supported_for_channel_type" if channel.private else ""
        return _bad_message(arguments) if channel.member else "not_in_channel"

    def _content(
        self, method: str, arguments: dict[str, Any], refused: str, message: Message | None
    ) -> str:
        slack = self.server.slack
        if method == "webhook":
            self._send(400 if refused else 200, (refused or "ok").encode(), "text/plain")
            return refused or "ok"
        if refused:
            return self._json({"ok": False, "error": refused})
        body: dict[str, Any] = {"ok": True}
        if method == "auth.test":
            body |= {"team": "Stand-in", "team_id": "T0", "user": "horizon", **BOT}
        elif method == "conversations.list":
            return self._list(arguments)
        elif method == "conversations.history":
            return self._history(arguments)
        elif method == "chat.postMessage":
            if message is None:
                # The client hung on longer than the fault meant, or the message comes late.
                return self._json({"ok": False, "error": "internal_error"})
            body |= {"channel": message.channel, "ts": message.ts, "message": _shown(message, True)}
        else:
            channel = _channel(slack, arguments["channel"])
            if channel is None:
                return self._json({"ok": False, "error": "channel_not_found"})
            if method == "conversations.join":
                channel.member = True
            body["channel"] = _described(channel)
        return self._json(body)

    def _list(self, arguments: dict[str, Any]) -> str:
        slack = self.server.slack
        types = str(arguments.get("types") or "public_channel").split(",")
        with slack._lock:
            listed = [
                channel
                for channel in slack.channels.values()
                if not channel.gone
                and ("private_channel" if channel.private else "public_channel") in types
                and (channel.member or not channel.private)
            ]
        start = int(_uncover(arguments.get("cursor")) or 0)
        size = min(int(arguments.get("limit") or 100), slack.config.list_page)
        # As Slack does it: filters act on a page that was cut before, so a page may be empty.
        page = listed[start : start + size]
        if str(arguments.get("exclude_archived")) in ("1", "true"):
            page = [channel for channel in page if not channel.archived]
        cursor = _cover(str(start + size)) if start + size < len(listed) else ""
        return self._json(
            {
                "ok": True,
                "channels": [_described(channel) for channel in page],
                "response_metadata": {"next_cursor": cursor},
            }
        )

    def _history(self, arguments: dict[str, Any]) -> str:
        slack = self.server.slack
        channel = _channel(slack, arguments["channel"])
        if channel is None:  # gone while this request hung
            return self._json({"ok": False, "error": "channel_not_found"})
        oldest = float(arguments.get("oldest") or 0)
        latest = float(arguments.get("latest") or "inf")
        inclusive = str(arguments.get("inclusive")) in ("1", "true")
        before = float(_uncover(arguments.get("cursor")) or "inf")

        def wanted(ts: float) -> bool:
            inside = oldest <= ts <= latest if inclusive else oldest < ts < latest
            return inside and ts < before

        messages = [m for m in slack.visible(channel.id) if wanted(float(m.ts))]
        size = min(int(arguments.get("limit") or 100), slack.config.page)
        page, more = messages[:size], len(messages) > size
        everything = str(arguments.get("include_all_metadata")) in ("1", "true")
        return self._json(
            {
                "ok": True,
                "messages": [_shown(message, everything) for message in page],
                "has_more": more,
                "response_metadata": {"next_cursor": _cover(page[-1].ts) if more else ""},
            }
        )

    # -------- sending

    def _json(
        self, body: Mapping[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> str:
        scopes = {"X-OAuth-Scopes": self.server.slack.config.scopes}
        self._send(status, json.dumps(body).encode(), headers={**scopes, **(headers or {})})
        return "ok" if body.get("ok") else str(body.get("error"))

    def _send(
        self,
        status: int,
        body: bytes,
        kind: str = "application/json; charset=utf-8",
        headers: dict[str, str] | None = None,
    ) -> None:
        with contextlib.suppress(OSError):  # the client has gone
            self._head(status, len(body), kind, headers)
            self.wfile.write(body)

    def _head(
        self, status: int, length: int, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.flush()


def _channel(slack: StandIn, given: object, names: bool = True) -> Channel | None:
    with slack._lock:
        for channel in slack.channels.values():
            if channel.gone:
                continue
            if given == channel.id or (names and str(given).removeprefix("#") == channel.name):
                return channel
    return None


def _bad_message(arguments: Mapping[str, Any]) -> str:
    """Some of Slack's limits on a message."""
    text, blocks = arguments.get("text"), arguments.get("blocks") or []
    if not text and not blocks:
        return "no_text"
    if len(str(text)) > 40000:
        return "msg_too_long"
    if not isinstance(blocks, list) or len(blocks) > 50:
        return "invalid_blocks"
    for block in blocks:
        if not isinstance(block, dict) or "type" not in block:
            return "invalid_blocks"
        inner = block.get("text")
        limit = 150 if block["type"] == "header" else 3000
        if isinstance(inner, dict) and not 0 < len(str(inner.get("text") or "")) <= limit:
            return "invalid_blocks"
    # Measured by others, and not documented (github.com/slackapi/bolt-js/issues/2509).
    return "msg_blocks_too_long" if len(json.dumps(blocks, ensure_ascii=False)) > 26000 else ""


def _kept(metadata: object, limit: int) -> dict[str, Any] | None:
    """The metadata as Slack keeps it: all or, if it does not like it, nothing."""
    if not isinstance(metadata, dict):
        return None
    payload = metadata.get("event_payload")
    if not re.fullmatch(r"\w+", str(metadata.get("event_type") or "")):
        return None
    if not isinstance(payload, dict) or len(json.dumps(payload)) > limit:
        return None
    if any(not isinstance(value, (str, int, float, bool)) for value in payload.values()):
        return None
    return metadata


def _keys(metadata: object) -> list[str]:
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    if not isinstance(payload, dict):
        return []
    keys = [str(payload.get("key") or ""), *str(payload.get("keys") or "").split("\n")]
    return list(dict.fromkeys(key for key in keys if key))


def _shown(message: Message, everything: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": "message", "text": message.text, "ts": message.ts}
    if message.ours:
        shown |= {"user": BOT["user_id"], "bot_id": BOT["bot_id"], "app_id": BOT["app_id"]}
        shown["blocks"] = message.blocks
    else:
        shown["user"] = "U0SOMEBODY"
    if message.metadata is not None:
        # Without include_all_metadata Slack tells the type alone.
        wanted = message.metadata if everything else {"event_type": message.metadata["event_type"]}
        shown["metadata"] = wanted
    return shown


def _described(channel: Channel) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_member": channel.member,
        "is_private": channel.private,
        "is_archived": channel.archived,
    }


def _cover(position: str) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def _uncover(cursor: object) -> str:
    return base64.b64decode(str(cursor)).decode().removeprefix("next:") if cursor else ""


# ------------------------------------------------------------------ as a process of its own


def _control(slack: StandIn, path: str, raw: bytes) -> Any:
    body = json.loads(raw or b"{}")
    match path.removeprefix("/control/"):
        case "ledger":
            return asdict(slack.ledger())
        case "log":
            return [asdict(entry) for entry in slack.log]
        case "set":
            slack.config = replace(slack.config, **body)
        case "channel":
            channel = slack.channel(body.pop("channel"))
            for name, value in body.items():
                setattr(channel, name, value)
        case "add":
            return asdict(slack.add(body.pop("name"), **body))
        case "script":
            slack.script(body["method"], *body["faults"], key=body.get("key"))
        case "quiet":
            slack.quiet()
        case "settled":
            return slack.settled()
        case "channels":
            return {channel.name: channel.id for channel in slack.channels.values()}
    return {}


class Remote:
    """Asks and tells a stand-in that runs as another process."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.api_url, self.hook_url = f"{address}/api/", address + HOOK
        # No proxy, whatever the environment says.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def _ask(self, verb: str, **body: Any) -> Any:
        url = f"{self.address}/control/{verb}"
        with self._opener.open(url, json.dumps(body).encode(), timeout=60) as answer:
            return json.load(answer)

    def ledger(self) -> Ledger:
        return Ledger(**self._ask("ledger"))

    def accepted(self, key: str) -> int:
        return self.ledger().accepted.get(key, 0)

    def log(self) -> list[dict[str, Any]]:
        return list(self._ask("log"))

    def set(self, **config: Any) -> None:
        self._ask("set", **config)

    def channel(self, channel: str, **what: Any) -> None:
        self._ask("channel", channel=channel, **what)

    def channels(self) -> dict[str, str]:
        return dict(self._ask("channels"))

    def script(self, method: str, *faults: str | None, key: str | None = None) -> None:
        self._ask("script", method=method, faults=faults, key=key)

    def quiet(self) -> None:
        self._ask("quiet")

    def settled(self) -> bool:
        return bool(self._ask("settled"))


@contextlib.contextmanager
def process(*arguments: str) -> Iterator[Remote]:
    """A stand-in as a process of its own, for the time of a `with`."""
    command = [sys.executable, "-m", "tests.slack.stand_in", *arguments]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            yield Remote(running.stdout.readline().strip())
        finally:
            running.terminate()
            running.wait(10)


def main() -> None:
    parser = argparse.ArgumentParser(description="A local stand-in for Slack that fails on purpose")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.0, help="faults on posts, 0 to 1")
    parser.add_argument("--read-rate", type=float, help="on all other requests; else as --rate")
    parser.add_argument("--scale", type=float, default=1.0, help="Slack's second in real ones")
    parser.add_argument("--channels", type=int, default=3)
    parser.add_argument("--lag", type=float, default=0.0)
    parser.add_argument("--late", type=float, default=2.0)
    parser.add_argument("--hang", type=float, default=15.0)
    parser.add_argument("--for", type=float, default=900, dest="most", help="ends by then")
    given = parser.parse_args()
    # Before anybody hears that it runs: the parent may end at once.
    parent, end = os.getppid(), time.monotonic() + given.most
    with StandIn(
        scale=given.scale,
        seed=given.seed,
        port=given.port,
        channels=given.channels,
        rate=given.rate,
        read_rate=given.rate if given.read_rate is None else given.read_rate,
        lag=given.lag,
        late=given.late,
        hang=given.hang,
    ) as slack:
        print(slack.address, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            while time.monotonic() < end and os.getppid() == parent:
                time.sleep(0.2)


if __name__ == "__main__":
    main()
