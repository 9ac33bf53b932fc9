"""Local stand-ins for what alerts go to beside Slack: they fail on purpose, keep count of what they took,
and say of each request what the real one would have refused.

    with StandIn() as stand_in:
        stand_in.script("dingtalk", "cut_after", None)     # the first request, then the second
        channel = stand_in.connect("dingtalk")
        ...
        assert stand_in.count("message 1") == 1
        assert stand_in.wrong == []

A fault is two things: what becomes of the message (`accept`: no, now, late), and what the client gets to
hear. They come by script, or at random with a rate and a seed. Nothing here uses the code that it judges:
signatures are reckoned anew, from the makers' pages.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import random
import re
import socket
import socketserver
import threading
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qs, urlsplit

from service.channels import kinds
from service.channels.channel import Channel
from service.channels.http import Http
from service.channels.specs import Mail, SecretReference, Tools
from service.core.alerts.deliveries import Refused

KINDS = ("feishu", "feishu-bot", "dingtalk", "wecom", "hook", "mail")
APP_ID, APP_SECRET, TOKEN, CHAT = "cli_stand_in", "app-secret", "t-token", "oc_stand_in"
DING_SECRET, FEISHU_SECRET = "SECding", "feishu-secret"
HOOK_SECRET = b"0123456789abcdef0123456789abcdef"
SECRETS = {
    "APP_ID": APP_ID,
    "APP_SECRET": APP_SECRET,
    "DING_SECRET": DING_SECRET,
    "FEISHU_SECRET": FEISHU_SECRET,
    "HOOK_SECRET": "whsec_" + base64.b64encode(HOOK_SECRET).decode(),
}
NAME = re.compile(r"message \d+")
MARK = "可能重复发送"


@dataclass(frozen=True)
class Fault:
    accept: str = "now"  # no, now, late
    answer: str = "ok"  # ok, a status, code:N, cut, hang, not_json; of mail also where it stops


FAULTS = {
    "429": Fault("no", "429"),
    "busy": Fault("no", "busy"),
    "500_before": Fault("no", "500"),
    "503_after": Fault("now", "503"),
    "502_late": Fault("late", "502"),
    "cut_before": Fault("no", "cut"),
    "cut_after": Fault("now", "cut"),
    "hang_before": Fault("no", "hang"),
    "hang_after": Fault("now", "hang"),
    "late_hang": Fault("late", "hang"),
    "not_json_after": Fault("now", "not_json"),
    "refused": Fault("no", "refused"),
    "redirect": Fault("no", "302"),
    "gone": Fault("no", "410"),
    # Of mail alone.
    "mail_421": Fault("no", "421"),
    "rcpt_550": Fault("now", "rcpt"),
    "cut_before_dot": Fault("no", "cut_data"),
    "451_after_dot": Fault("no", "451"),
}
MIX = (
    "429", "busy", "500_before", "503_after", "502_late", "cut_before", "cut_after", "hang_before",
    "hang_after", "late_hang", "not_json_after",
)  # fmt: skip
MAIL_MIX = (
    "mail_421",
    "cut_before_dot",
    "451_after_dot",
    "cut_before",
    "cut_after",
    "hang_after",
    "late_hang",
)


@dataclass(frozen=True)
class Taken:
    kind: str
    name: str  # what the message calls itself, by which it is told
    marked: bool
    id: str  # what the maker tells repeats by, if anything
    body: bytes
    at: float


class StandIn:
    """`window`: for how long the app of Feishu knows a uuid; `paces`: the least seconds between two
    messages, by kind; 0: not watched."""

    def __init__(
        self,
        *,
        seed: int = 0,
        rate: float = 0.0,
        hang: float = 0.5,
        late: float = 0.3,
        window: float = 3600.0,
        paces: dict[str, float] | None = None,
        timeout: float = 0.3,
    ) -> None:
        self.rate, self.hang, self.late, self.window = rate, hang, late, window
        self.timeout, self.paces = timeout, paces or {}
        self.taken: list[Taken] = []
        self.wrong: list[str] = []
        self.faults: Counter[str] = Counter()
        self.requests: Counter[str] = Counter()
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.uuids: dict[str, tuple[float, str]] = {}
        self.token, self.skew = TOKEN, 0.0
        self._scripts: dict[str, deque[str | None]] = defaultdict(deque)
        self._chance = random.Random(seed)
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self._web = _Server(("127.0.0.1", 0), _Web, self)
        self._mail = _Server(("127.0.0.1", 0), _Mail, self)
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            for server in (self._web, self._mail)
        ]

    def __enter__(self) -> StandIn:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for server in (self._web, self._mail):
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join(5)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._web.server_address[1]}"

    @property
    def smtp_url(self) -> str:
        return f"smtp://127.0.0.1:{self._mail.server_address[1]}?tls=none"

    # -------- what clients are made of

    def specs(self) -> dict[str, dict[str, Any]]:
        """What events.yaml would say of each."""
        return specs()

    def tools(self, **changes: Any) -> Tools:
        return tools(self.address, self.smtp_url, self.timeout, **changes)

    def connect(self, name: str, **changes: Any) -> Channel:
        made = kinds.connect(name, self.specs()[name], self.tools(**changes))
        assert not isinstance(made, Refused), made
        return made

    # -------- arranging and asking

    def script(self, kind: str, *faults: str | None) -> None:
        self._scripts[kind].extend(faults)

    def fault(self, kind: str) -> Fault:
        with self.lock:
            self.requests[kind] += 1
            if self._scripts[kind]:
                name = self._scripts[kind].popleft()
            elif self._chance.random() < self.rate:
                name = self._chance.choice(MAIL_MIX if kind == "mail" else MIX)
            else:
                name = None
            if name is None:
                return Fault()
            self.faults[f"{kind} {name}"] += 1
            return FAULTS[name]

    def accept(self, taken: Taken) -> None:
        with self.lock:
            pace = self.paces.get(taken.kind, 0.0)
            before = [each.at for each in self.taken if each.kind == taken.kind]
            if pace and before and taken.at - max(before) < pace:
                self.wrong.append(
                    f"{taken.kind}: {taken.at - max(before):.3f} s after the one before"
                )
            self.taken.append(taken)

    def later(self, taken: Taken) -> None:
        timer = threading.Timer(self.late, self.accept, (taken,))
        timer.daemon = True
        timer.start()

    def count(self, name: str, kind: str | None = None) -> int:
        with self.lock:
            return sum(t.name == name and kind in (None, t.kind) for t in self.taken)

    def copies(self, kind: str) -> dict[str, list[Taken]]:
        """What was taken, by its name. Of what the maker tells apart by an id, one copy of each."""
        found: dict[str, list[Taken]] = defaultdict(list)
        with self.lock:
            for taken in sorted(self.taken, key=lambda each: each.at):
                held = found[taken.name]
                if taken.kind != kind or (taken.id and taken.id in {each.id for each in held}):
                    continue
                held.append(taken)
        return {name: held for name, held in found.items() if held}


def specs() -> dict[str, dict[str, Any]]:
    return {
        "feishu": {
            "feishu": CHAT,
            "app_id": {"env": "APP_ID"},
            "secret": {"env": "APP_SECRET"},
            "base": {"env": "BASE"},
        },
        "feishu-bot": {
            "feishu": "webhook",
            "url": {"env": "FEISHU_URL"},
            "secret": {"env": "FEISHU_SECRET"},
        },
        "dingtalk": {"dingtalk": {"env": "DING_URL"}, "secret": {"env": "DING_SECRET"}},
        "wecom": {"wecom": {"env": "WECOM_URL"}},
        "hook": {"webhook": {"env": "HOOK_URL"}, "secret": {"env": "HOOK_SECRET"}},
        "mail": {"email": ["desk@example.org", "compliance@example.org"]},
    }


def variables(address: str) -> dict[str, str]:
    return {
        **SECRETS,
        "BASE": address,
        "FEISHU_URL": f"{address}/open-apis/bot/v2/hook/0-1-2",
        "DING_URL": f"{address}/robot/send?access_token=ding",
        "WECOM_URL": f"{address}/cgi-bin/webhook/send?key=wecom",
        "HOOK_URL": f"{address}/hook",
    }


def tools(address: str, smtp_url: str, timeout: float, **changes: Any) -> Tools:
    held = {**variables(address), **changes}

    def secret(where: SecretReference) -> str:
        return str(held[where.name])

    own = (ip_network("127.0.0.0/8"),)
    return Tools(secret, Http(own, timeout), Mail(smtp_url, "horizon@example.org"))


# ------------------------------------------------------------------ servers


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: Any, stand_in: StandIn) -> None:
        self.stand_in = stand_in
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        import sys

        kind = sys.exc_info()[0]
        if kind is not None and not issubclass(kind, OSError):  # the client has gone: no news
            super().handle_error(request, client_address)


class _Web(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    timeout = 20
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        stand_in, arrived = self.server.stand_in, time.monotonic()
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            return
        headers = {key.lower(): value for key, value in self.headers.items()}
        path = urlsplit(self.path).path
        kind = _KIND_OF.get(path)
        if kind is None:
            self._send(404, b"")
            return
        with stand_in.lock:
            stand_in.seen.append((kind, self.path, headers, body))
        if kind == "token":
            self._token(body)
            return
        fault = stand_in.fault(kind)
        refusal = _REFUSALS[kind](self, body, headers)
        if refusal:
            with stand_in.lock:
                stand_in.wrong.append(f"{kind}: {refusal}")
            self._refuse(kind)
            return
        taken = _taken(kind, body, headers, arrived)
        made = self._accept(kind, taken, fault)
        self._answer(kind, fault, made)

    def _token(self, body: bytes) -> None:
        given = json.loads(body)
        well = (given.get("app_id"), given.get("app_secret")) == (APP_ID, APP_SECRET)
        token = {"code": 0, "tenant_access_token": self.server.stand_in.token, "expire": 7200}
        self._json(token if well else {"code": 10014, "msg": "app secret invalid"})

    def _accept(self, kind: str, taken: Taken, fault: Fault) -> str:
        stand_in = self.server.stand_in
        if fault.accept == "no":
            return ""
        if kind == "feishu":
            with stand_in.lock:
                held = stand_in.uuids.get(taken.id)
                if held is not None and taken.at - held[0] < stand_in.window:
                    return held[1]
                made = f"om_{len(stand_in.uuids)}"
                stand_in.uuids[taken.id] = taken.at, made
                # Beyond the window the same uuid is another message.
                again = held is not None
                taken = Taken(
                    kind, taken.name, taken.marked, f"{taken.id}{made if again else ''}", taken.body, taken.at
                )  # fmt: skip
        else:
            made = ""
        if kind == "hook":
            with stand_in.lock:
                first = next((t for t in stand_in.taken if t.id == taken.id), None)
                if first is not None and first.body != taken.body:
                    stand_in.wrong.append("hook: a repeat is not what was sent before")
        if fault.accept == "late":
            stand_in.later(taken)
        else:
            stand_in.accept(taken)
        return made

    def _answer(self, kind: str, fault: Fault, made: str) -> None:
        stand_in, answer = self.server.stand_in, fault.answer
        if answer == "cut":
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        if answer == "hang":
            stand_in.stopping.wait(stand_in.hang)
            return
        if answer == "busy":
            self._json(_BUSY[kind]) if kind in _BUSY else self._send(429, b"")
        elif answer == "refused":
            self._refuse(kind)
        elif answer == "not_json":
            # A receiver of signed calls has it, whatever it says with a 2xx.
            self._send(200, b"<html>maintenance</html>")
        elif answer == "429":
            self._send(429, b"", {"Retry-After": "0.2"})
        elif answer == "302":
            self._send(302, b"", {"Location": f"{stand_in.address}/elsewhere"})
        elif answer.isdecimal():
            self._send(int(answer), b"<h1>Bad gateway</h1>")
        elif kind == "feishu":
            self._json({"code": 0, "msg": "success", "data": {"message_id": made}})
        elif kind == "hook":
            self._send(204, b"")
        else:
            self._json({"errcode": 0} if kind in ("dingtalk", "wecom") else {"code": 0})

    def _refuse(self, kind: str) -> None:
        said = {
            "feishu": {"code": 230002, "msg": "Bot/User can NOT be out of the chat."},
            "feishu-bot": {"code": 19021, "msg": "sign match fail"},
            "dingtalk": {"errcode": 310000, "errmsg": "sign not match"},
            "wecom": {"errcode": 93000, "errmsg": "invalid webhook url"},
        }
        if kind == "hook":
            self._send(401, b"")
        else:
            self._json(said[kind], 400 if kind == "feishu" else 200)

    def _json(self, body: dict[str, Any], status: int = 200) -> None:
        self._send(status, json.dumps(body).encode())

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)


_KIND_OF = {
    "/open-apis/auth/v3/tenant_access_token/internal": "token",
    "/open-apis/im/v1/messages": "feishu",
    "/open-apis/bot/v2/hook/0-1-2": "feishu-bot",
    "/robot/send": "dingtalk",
    "/cgi-bin/webhook/send": "wecom",
    "/hook": "hook",
}
_BUSY = {
    "feishu": {"code": 230020, "msg": "too often for the chat"},
    "feishu-bot": {"code": 11232, "msg": "frequency limited"},
    "dingtalk": {"errcode": 130101, "errmsg": "send too fast"},
    "wecom": {"errcode": 45009, "errmsg": "api freq out of limit"},
}


# ------------------------------------------------------------------ what each refuses


def _feishu(web: _Web, body: bytes, headers: dict[str, str]) -> str:
    if headers.get("authorization") != f"Bearer {web.server.stand_in.token}":
        return "no token"
    query = parse_qs(urlsplit(web.path).query)
    given = json.loads(body)
    if query.get("receive_id_type") != ["chat_id"] or given.get("receive_id") != CHAT:
        return "not to the chat"
    if not 0 < len(str(given.get("uuid") or "")) <= 50:
        return "the uuid has more than 50 characters, or is missing"
    if len(body) > 30_000 or given.get("msg_type") != "interactive":
        return f"{len(body)} bytes"
    return _card(json.loads(given["content"]))


def _feishu_bot(web: _Web, body: bytes, headers: dict[str, str]) -> str:
    given = json.loads(body)
    stamp = str(given.get("timestamp") or "")
    key = f"{stamp}\n{FEISHU_SECRET}".encode()
    sign = base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()
    if given.get("sign") != sign:
        return "sign match fail"
    if abs(time.time() + web.server.stand_in.skew - int(stamp)) > 3600:
        return "timestamp is not within one hour"
    return f"{len(body)} bytes" if len(body) > 20_000 else _card(given["card"])


def _card(card: dict[str, Any]) -> str:
    title = card["header"]["title"]
    if title["tag"] != "plain_text" or not title["content"]:
        return "no heading"
    return (
        ""
        if all(each["tag"] == "markdown" and each["content"] for each in card["elements"])
        else "?"
    )


def _dingtalk(web: _Web, body: bytes, headers: dict[str, str]) -> str:
    query = parse_qs(urlsplit(web.path).query)
    stamp, sign = query.get("timestamp", [""])[0], query.get("sign", [""])[0]
    signed = f"{stamp}\n{DING_SECRET}".encode()
    wanted = hmac.new(DING_SECRET.encode(), signed, digestmod=hashlib.sha256).digest()
    if query.get("access_token") != ["ding"] or sign != base64.b64encode(wanted).decode():
        return "sign not match"
    if abs((time.time() + web.server.stand_in.skew) * 1000 - int(stamp)) > 3_600_000:
        return "the timestamp is an hour old"
    given = json.loads(body)
    if given.get("msgtype") != "markdown" or not given["markdown"]["title"]:
        return "no title"
    return f"{len(body)} bytes" if len(body) > 20_000 else ""


def _wecom(web: _Web, body: bytes, headers: dict[str, str]) -> str:
    if parse_qs(urlsplit(web.path).query).get("key") != ["wecom"]:
        return "invalid key"
    content = json.loads(body)["markdown"]["content"]
    size = len(content.encode())
    return f"{size} bytes" if size > 4096 else ""


def _hook(web: _Web, body: bytes, headers: dict[str, str]) -> str:
    id_, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    content = f"{id_}.{stamp}.".encode() + body
    wanted = base64.b64encode(hmac.new(HOOK_SECRET, content, hashlib.sha256).digest()).decode()
    signatures = headers.get("webhook-signature", "").split(" ")
    if f"v1,{wanted}" not in signatures or "." in id_ or not id_:
        return "the signature is wrong"
    return f"{len(body)} bytes" if len(body) > 20_000 else ""


_REFUSALS = {
    "feishu": _feishu,
    "feishu-bot": _feishu_bot,
    "dingtalk": _dingtalk,
    "wecom": _wecom,
    "hook": _hook,
}


def _taken(kind: str, body: bytes, headers: dict[str, str], at: float) -> Taken:
    text = body.decode()
    id_ = ""
    if kind == "feishu":
        id_ = json.loads(body)["uuid"]
        text = json.loads(body)["content"]
    elif kind == "hook":
        id_ = headers["webhook-id"]
    return Taken(kind, _name(text), MARK in text, id_, body, at)


def _name(text: str) -> str:
    found = NAME.search(text)
    return found[0] if found else text[:200]


# ------------------------------------------------------------------ mail


class _Mail(socketserver.StreamRequestHandler):
    timeout = 20
    server: _Server

    def handle(self) -> None:
        stand_in = self.server.stand_in
        fault = stand_in.fault("mail")
        self.to: list[str] = []
        self._say("220 stand-in")
        if fault.answer == "421":
            self._say("421 too busy")
            return
        while line := self.rfile.readline():
            verb = line.split(b" ")[0].strip().upper()
            if verb in (b"EHLO", b"HELO"):
                self._say("250 stand-in")
            elif verb == b"MAIL":
                self._say("250 ok")
            elif verb == b"RCPT":
                if fault.answer == "rcpt" and not self.to:
                    fault = Fault()
                    self.to.append("")
                    self._say("550 nobody of that name")
                    continue
                self.to.append(line.decode().strip())
                self._say("250 ok")
            elif verb == b"DATA":
                if self._data(fault):
                    return
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("502 not known")

    def _data(self, fault: Fault) -> bool:
        """Takes the mail; whether the connection ends with that."""
        stand_in = self.server.stand_in
        if fault.answer == "cut_data":
            self._say("451 not now")
            return True
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return True
            lines.append(line[1:] if line.startswith(b".") else line)
        body = b"".join(lines)
        mail = message_from_bytes(body, policy=default)
        text = mail.get_body(("plain",)).get_content() + str(mail["Subject"])
        taken = Taken("mail", _name(text), MARK in text, "", body, time.monotonic())
        if fault.accept == "now":
            stand_in.accept(taken)
        elif fault.accept == "late":
            stand_in.later(taken)
        if fault.answer == "cut":
            return True
        if fault.answer == "hang":
            stand_in.stopping.wait(stand_in.hang)
            return True
        self._say("451 try again" if fault.answer == "451" else "250 taken")
        return False

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
